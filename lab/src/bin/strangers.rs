//! What fingers' scores promise and what strangers keep, over several sets: `strangers TEMPLATES MANIFEST...`.
//!
//! Strangers are all pairs of different fingers, within a set and across sets, each print also with the mirror images
//! of the others. For every set: the false match rate where a score promises 1e-2 and 1e-3, and the rate held out,
//! where the bound was taken from the pairs in which that set has no part. Equal subjects and instances in several
//! manifests are different fingers, unless `--same MANIFEST:SUBJECT=MANIFEST:SUBJECT` (by file stem) says otherwise.

use finger::{FLOW_CELL_PX, FlowMap, Prepared, Template};
use ridgeline_lab::engines::Fingers;
use ridgeline_lab::eval::{Engine, in_parallel};
use ridgeline_lab::kept::Kept;
use ridgeline_lab::manifest::{self, Entry};
use std::path::Path;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const THREADS: usize = 2;
/// Rates asked for, as -log10.
const RATES: [f32; 7] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0];

/// A print, its mirror image, and whose it is.
struct Print {
    set: usize,
    finger: String,
    plain: Prepared,
    mirrored: Prepared,
}

/// A pair of strangers.
struct Stranger {
    sets: (usize, usize),
    mirrored: bool,
    score: f32,
}

fn main() -> Outcome<()> {
    let mut args = std::env::args().skip(1);
    let usage = "usage: strangers TEMPLATES MANIFEST... [--same SET:SUBJECT=SET:SUBJECT]";
    let kept = Kept::open(Path::new(&args.next().ok_or(usage)?), Fingers::NAME)?;
    let (mut sets, mut same) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        if arg == "--same" {
            let said = args.next().ok_or(usage)?;
            let (a, b) = said.split_once('=').ok_or(usage)?;
            same.push((a.to_owned(), b.to_owned()));
        } else {
            sets.push(arg);
        }
    }
    let mut prints = Vec::new();
    for (set, path) in sets.iter().enumerate() {
        prints.extend(read(&kept, set, path, &same)?);
    }
    let rows = in_parallel(prints.len(), THREADS, |i| strangers(&prints, i));
    let found: Vec<Stranger> = rows.into_iter().flatten().collect();
    println!("{} strangers; -log10 FMR promised where so many really pass:", found.len());
    for rate in RATES {
        println!("  {rate}: {:.3}", bound(found.iter(), rate));
    }
    println!("rates where 1e-2 and 1e-3 are promised, and held out");
    for (set, path) in sets.iter().enumerate() {
        let own: Vec<f32> =
            found.iter().filter(|s| s.sets == (set, set) && !s.mirrored).map(|s| s.score).collect();
        let share = |t: f32| own.iter().filter(|s| **s >= t).count() as f64 / own.len().max(1) as f64;
        let others = |rate| bound(found.iter().filter(|s| s.sets.0 != set && s.sets.1 != set), rate);
        println!(
            "  {path}: {:.1e} {:.1e}, held out {:.1e} {:.1e}",
            share(2.0),
            share(3.0),
            share(others(2.0)),
            share(others(3.0))
        );
    }
    Ok(())
}

fn read(kept: &Kept, set: usize, path: &str, same: &[(String, String)]) -> Outcome<Vec<Print>> {
    let entries = manifest::read(Path::new(path))?;
    let stem = Path::new(path).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let templates = in_parallel(entries.len(), THREADS, |i| template(kept, &entries[i]));
    let print = |(entry, template): (&Entry, Option<Template>)| {
        let template = template?;
        let name = format!("{stem}:{}", entry.subject);
        let name = same.iter().find(|(_, b)| *b == name).map_or(name, |(a, _)| a.clone());
        Some(Print {
            set,
            finger: format!("{name}:{}", entry.instance),
            plain: Prepared::new(&template),
            mirrored: Prepared::new(&mirrored(&template)),
        })
    };
    Ok(entries.iter().zip(templates).filter_map(print).collect())
}

fn template(kept: &Kept, entry: &Entry) -> Option<Template> {
    if let Some(found) = kept.get(entry) {
        return Template::from_bytes(&found.ok()?).ok();
    }
    let image = raster::decode(&std::fs::read(&entry.path).ok()?, &raster::Hints::default()).ok()?;
    let ppi = entry.ppi.or(image.ppi());
    let engine = Fingers::default();
    let sample = engine.extract(&image.with_ppi(ppi)).ok()?;
    if let Some(bytes) = engine.keep(&sample) {
        kept.put(entry, Ok(&bytes));
    }
    Some(sample.template)
}

/// The print of a finger that is the mirror image, about the middle of the flow's cells.
fn mirrored(template: &Template) -> Template {
    let turn = |angle: f32| (core::f32::consts::PI - angle).rem_euclid(core::f32::consts::TAU);
    let mut out = template.clone();
    let width =
        template.flow.as_ref().map_or(f32::from(template.width_px), |f| (f.columns() * FLOW_CELL_PX) as f32);
    for m in &mut out.minutiae {
        (m.x, m.direction) = ((width - m.x).max(0.0), turn(m.direction));
    }
    out.flow = template.flow.as_ref().map(|f| {
        let (columns, rows) = (f.columns(), f.rows());
        let angles: Vec<Option<f32>> =
            (0..columns * rows).map(|i| f.angle(columns - 1 - i % columns, i / columns).map(turn)).collect();
        FlowMap::from_angles(columns as u16, rows as u16, &angles)
    });
    out.normalised()
}

fn strangers(prints: &[Print], i: usize) -> Vec<Stranger> {
    let a = &prints[i];
    let others = prints.iter().skip(i + 1).filter(|b| b.finger != a.finger);
    let pair = |b: &Print, other: &Prepared, mirrored| Stranger {
        sets: (a.set, b.set),
        mirrored,
        score: finger::compare(&a.plain, other).llr,
    };
    others.flat_map(|b| [pair(b, &b.plain, false), pair(b, &b.mirrored, true)]).collect()
}

/// The score that a share of 10^-rate reaches.
fn bound<'a>(strangers: impl Iterator<Item = &'a Stranger>, rate: f32) -> f32 {
    let mut scores: Vec<f32> = strangers.map(|s| s.score).collect();
    scores.sort_by(f32::total_cmp);
    ridgeline_lab::learn::calibrate::quantile(&scores, rate)
}
