//! The machine's whole answer: pictures as a station sends them, decoded, cut, extracted and searched.
//!
//! What a hub does besides is not in these figures: opening the package, its database, keeping pictures.

use super::{BenchError, Options, Progress, measure::Times};
use gallery::{Gallery, Person, SearchOptions};
use model::{Eye, FingerPosition};
use raster::{Hints, NoTrace};
use rayon::prelude::*;
use std::{path::Path, time::Instant};

/// Slaps are compressed 10 to 15 times, as stations do (FBI, WSQ 3.1: 0.75 bits a pixel).
const BITS_PER_PIXEL: f32 = 0.75;
/// People whose pictures are rendered, and how often each comes: rendering costs seconds a person.
const PEOPLE: u64 = 10;
const ENCOUNTERS: u64 = 2;
const SLAPS: [FingerPosition; 3] =
    [FingerPosition::PlainRightFour, FingerPosition::PlainLeftFour, FingerPosition::PlainThumbs];

/// From ten prints in three slaps and two irises to candidates.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct MachineAnswer {
    /// Encounters that were answered.
    pub encounters: usize,
    /// Of 10 and 2 a person, the fingers and irises that gave a template.
    pub templates_found: f64,
    /// Encounters whose person stood in first place, among the candidates.
    pub mates_found: f64,
    /// Decoding, cutting and extraction: median, milliseconds.
    pub templates_ms_p50: f64,
    /// The same, 95th percentile.
    pub templates_ms_p95: f64,
    /// The search: median, milliseconds.
    pub search_ms_p50: f64,
    /// The same, 95th percentile.
    pub search_ms_p95: f64,
    /// All of it: median, milliseconds.
    pub answer_ms_p50: f64,
    /// The same, 95th percentile.
    pub answer_ms_p95: f64,
}

/// An encounter's files, and the fingers coded as absent.
struct Pictures {
    slaps: Vec<(FingerPosition, Vec<u8>)>,
    eyes: Vec<(Eye, Vec<u8>)>,
    absent: Vec<FingerPosition>,
}

/// Enrols the people in the gallery by their first encounter and searches by the later ones.
pub(super) fn answers(
    options: &Options,
    gallery: &mut Gallery,
    pool: &rayon::ThreadPool,
    search: &SearchOptions,
    progress: Progress,
) -> Result<MachineAnswer, BenchError> {
    let count = PEOPLE.min(options.probes as u64);
    let rendered: Vec<Vec<Pictures>> = (0..count)
        .map(|index| {
            progress("rendering people, or reading rendered ones", index, count);
            let person = synth::Person::new(options.seed, index);
            (0..=ENCOUNTERS).into_par_iter().map(|e| rendered(options, &person, e)).collect()
        })
        .collect::<Result<_, BenchError>>()?;
    progress("answering", 0, 1);
    let key = |index: usize| u128::MAX - index as u128;
    for (index, encounters) in rendered.iter().enumerate() {
        if let Some(first) = encounters.first() {
            gallery.insert(key(index), &pool.install(|| templates(first)));
        }
    }
    let view = gallery.view();
    let (mut made, mut searched, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let (mut found, mut samples) = (0, 0);
    for (index, encounters) in rendered.iter().enumerate() {
        for pictures in encounters.iter().skip(1) {
            let start = Instant::now();
            let person = pool.install(|| templates(pictures));
            let between = start.elapsed().as_secs_f64();
            let answer = pool.install(|| view.search(&person, search));
            let end = start.elapsed().as_secs_f64();
            made.push(between);
            searched.push(end - between);
            whole.push(end);
            samples += person.fingers.len() + person.irises.len();
            let first = super::measure::candidates(&answer).first();
            found += usize::from(first.is_some_and(|c| c.key == key(index)));
        }
    }
    let encounters = whole.len();
    let (made, searched, whole) = (Times::of(made, 0), Times::of(searched, 0), Times::of(whole, found));
    let ms = |times: &Times, share: f64| times.percentile(share) * 1e3;
    Ok(MachineAnswer {
        encounters,
        templates_found: samples as f64 / (12 * encounters).max(1) as f64,
        mates_found: whole.found,
        templates_ms_p50: ms(&made, 0.5),
        templates_ms_p95: ms(&made, 0.95),
        search_ms_p50: ms(&searched, 0.5),
        search_ms_p95: ms(&searched, 0.95),
        answer_ms_p50: ms(&whole, 0.5),
        answer_ms_p95: ms(&whole, 0.95),
    })
}

/// Templates of an encounter's pictures. What gives none is left out, as a hub does.
fn templates(pictures: &Pictures) -> Person {
    let fingers = || {
        let slap = |(position, bytes): &(FingerPosition, Vec<u8>)| {
            let image = raster::decode(bytes, &Hints::default()).ok()?;
            finger::segment_slap(&image, *position, &pictures.absent, &mut NoTrace).ok()
        };
        let cut = pictures.slaps.par_iter().filter_map(slap).flatten();
        cut.filter_map(|f| Some((f.position, finger::extract(&f.image, &mut NoTrace).ok()?.template)))
            .collect()
    };
    let irises = || {
        let eye = |(eye, bytes): &(Eye, Vec<u8>)| {
            let image = raster::decode(bytes, &Hints::default()).ok()?;
            Some((*eye, iris::extract(&image, *eye, &mut NoTrace).ok()?.template))
        };
        pictures.eyes.par_iter().filter_map(eye).collect()
    };
    let (fingers, irises) = rayon::join(fingers, irises);
    Person { fingers, irises }
}

/// An encounter's pictures, kept beside the drawn people.
fn rendered(options: &Options, person: &synth::Person, encounter: u64) -> Result<Pictures, BenchError> {
    let file = |name: String| {
        options.cache.join(format!("picture-{}-{}-{encounter}-{name}", options.seed, person.index()))
    };
    let seed = |what: u64| person.key() ^ (encounter << 32) ^ (what << 40);
    let mut out = Pictures {
        slaps: Vec::new(),
        eyes: Vec::new(),
        absent: person.absent.iter().map(|(position, _)| *position).collect(),
    };
    for position in SLAPS {
        let seed = seed(u64::from(position.code()));
        let bytes = kept(&file(format!("{}.wsq", position.code())), || {
            let condition = synth::finger::Condition::draw(synth::finger::Preset::Enrolment, seed);
            match synth::finger::slap(person, position, &condition, seed)? {
                Some(slap) => Ok(raster::encode_wsq(&slap.image, BITS_PER_PIXEL)?),
                None => Ok(Vec::new()),
            }
        })?;
        if !bytes.is_empty() {
            out.slaps.push((position, bytes));
        }
    }
    for side in [Eye::Right, Eye::Left] {
        let seed = seed(64 + u64::from(side.code()));
        let Some(identity) = person.iris(side) else { continue };
        let bytes = kept(&file(format!("{}.png", side.code())), || {
            let condition = synth::eye::Condition::draw(synth::eye::Preset::Enrolment, seed);
            Ok(raster::encode_png(&synth::eye::eye(&identity, &condition, seed)?.image)?)
        })?;
        out.eyes.push((side, bytes));
    }
    Ok(out)
}

/// A file's bytes, made where there is none.
fn kept(path: &Path, make: impl FnOnce() -> Result<Vec<u8>, BenchError>) -> Result<Vec<u8>, BenchError> {
    if let Ok(bytes) = std::fs::read(path) {
        return Ok(bytes);
    }
    let bytes = make()?;
    // Beside it first: a run that is broken off leaves no half picture.
    let beside = path.with_extension("new");
    std::fs::write(&beside, &bytes)
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|source| BenchError::Cache { path: path.to_path_buf(), source })?;
    Ok(bytes)
}
