//! Irises as other sensors would show them: `robust-iris [OPTIONS] MANIFEST...`.
//!
//! Every picture is altered in some fifty ways (size, frame, light, lamps, noise, things before the eye); for each way
//! are printed: pictures refused, templates whose boundary is wrong and those of them with a good quality, the median
//! distance of both boundaries from the truth, mates missed at the score that promises FMR 1e-4, mates missed where
//! strangers really pass at 1e-3, and the rates at which they pass where 1e-2, 1e-3 and 1e-4 are promised. The truth is what is found in the picture as it is, or what `--circles` says.
//!
//! - `--circles FILE`: `image,pupil_x,pupil_y,pupil_r,limbus_x,limbus_y,limbus_r`, drawn by hand; images by file stem.
//! - `--every N`: every Nth eye only.
//! - `--only TEXT`: alterations whose name holds this text only; may be repeated.
//! - `--synthetic N`: no manifest, but N synthetic people a preset, three pictures each, with their ground truth.
//! - `--pictures FOLDER`: pictures with a wrong boundary and refused ones, at most 40 an alteration, drawn; and the
//!   names of those that miss half of their mates.

use iris::Contour;
use raster::RgbImage;
use ridgeline_lab::eval::in_parallel;
use ridgeline_lab::irises::alter::{ALL, Alteration};
use ridgeline_lab::irises::shot::Shot;
use ridgeline_lab::irises::study::{Figures, Outcome, SCORES, Subject, figures, outcomes};
use ridgeline_lab::manifest;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use synth::eye::{Condition, Identity, Preset};

const USAGE: &str = "usage: robust-iris [--every N] [--circles FILE] [--only TEXT] [--pictures FOLDER] MANIFEST... | --synthetic N";
const THREADS: usize = 2;
/// Pictures drawn per alteration.
const MOST_PICTURES: usize = 40;
/// Radii of a circle's contour.
const ANGLES: usize = 128;

type Outcomes<T> = Result<T, Box<dyn std::error::Error>>;
type Circles = BTreeMap<String, [f32; 6]>;

#[derive(Default)]
struct Options {
    manifests: Vec<String>,
    circles: Circles,
    every: usize,
    only: Vec<String>,
    synthetic: Option<u64>,
    pictures: Option<PathBuf>,
}

fn main() -> Outcomes<()> {
    let options = options()?;
    let wanted = |a: &&Alteration| options.only.is_empty() || options.only.iter().any(|o| a.name.contains(o));
    if let Some(people) = options.synthetic {
        for (name, subjects) in synthetic(people) {
            report(&options, &name, &subjects, &ALL[..1])?;
        }
    }
    for path in &options.manifests {
        let subjects = read(path, &options)?;
        let chosen: Vec<Alteration> = ALL.iter().filter(wanted).copied().collect();
        report(&options, path, &subjects, &chosen)?;
    }
    Ok(())
}

fn options() -> Outcomes<Options> {
    let mut out = Options { every: 1, ..Options::default() };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} wants a value"));
        match arg.as_str() {
            "--circles" => out.circles = circles(&value()?)?,
            "--every" => out.every = value()?.parse::<usize>()?.max(1),
            "--only" => out.only.push(value()?),
            "--synthetic" => out.synthetic = Some(value()?.parse()?),
            "--pictures" => out.pictures = Some(value()?.into()),
            _ if arg.starts_with('-') => return Err(USAGE.into()),
            _ => out.manifests.push(arg),
        }
    }
    if out.manifests.is_empty() && out.synthetic.is_none() {
        return Err(USAGE.into());
    }
    Ok(out)
}

fn circles(path: &str) -> Outcomes<Circles> {
    let mut out = Circles::new();
    for line in std::fs::read_to_string(path)?.lines().skip(1) {
        let mut fields = line.split(',');
        let name = fields.next().unwrap_or_default().to_owned();
        let values: Vec<f32> = fields.map(str::parse).collect::<Result<_, _>>()?;
        let values = values.try_into().map_err(|_| format!("{name}: six numbers are wanted"))?;
        out.insert(name, values);
    }
    Ok(out)
}

fn ring(x: f32, y: f32, r: f32) -> Contour {
    Contour { x, y, radii: vec![r; ANGLES] }
}

fn read(path: &str, options: &Options) -> Outcomes<Vec<Subject>> {
    let entries = manifest::read(Path::new(path))?;
    let mut numbers = BTreeMap::new();
    let classes: Vec<u32> = entries
        .iter()
        .map(|e| {
            let next = numbers.len() as u32;
            *numbers.entry((&e.subject, &e.instance)).or_insert(next)
        })
        .collect();
    let chosen: Vec<usize> =
        (0..entries.len()).filter(|i| (classes[*i] as usize).is_multiple_of(options.every)).collect();
    Ok(in_parallel(chosen.len(), THREADS, |k| {
        let entry = &entries[chosen[k]];
        let stem = entry.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let image = std::fs::read(&entry.path)
            .ok()
            .and_then(|bytes| raster::decode(&bytes, &raster::Hints::default()).ok());
        let shot = image.and_then(|image| {
            if let Some([px, py, pr, lx, ly, lr]) = options.circles.get(&stem).copied() {
                return Some(Shot::new(&image, &ring(px, py, pr), &ring(lx, ly, lr)));
            }
            let e = iris::extract(&image, model::Eye::Unknown, &mut raster::NoTrace).ok()?;
            Some(Shot::new(&image, &e.pupil, &e.limbus))
        });
        Subject { name: entry.name.replace('/', "-"), class: classes[chosen[k]], shot }
    }))
}

/// Three pictures of each of so many people, by preset and by single spoiled conditions.
fn synthetic(people: u64) -> Vec<(String, Vec<Subject>)> {
    type Spoil = fn(Condition) -> Condition;
    let kinds: [(&str, Preset, Spoil); 12] = [
        ("enrolment", Preset::Enrolment, |c| c),
        ("field", Preset::Field, |c| c),
        ("small", Preset::Small, |c| c),
        ("close", Preset::Close, |c| c),
        ("occluded", Preset::Occluded, |c| c),
        ("glasses", Preset::Enrolment, |c| Condition { glasses: 0.8, lamps: 3, ..c }),
        ("pupil 0.7 of the iris", Preset::Enrolment, |c| Condition { dilation: 0.7, ..c }),
        ("pupil 0.22 of the iris", Preset::Enrolment, |c| Condition { dilation: 0.22, ..c }),
        ("gaze 0.35 aside", Preset::Enrolment, |c| Condition { gaze: (0.35, 0.1), ..c }),
        ("mirrored room", Preset::Enrolment, |c| Condition { mirror: 1.0, ..c }),
        ("dull texture, noise", Preset::Enrolment, |c| Condition { contrast: 0.4, noise: 8.0, ..c }),
        ("limbus of 50 px in 640 x 480", Preset::Enrolment, |c| Condition { limbus_px: 50.0, ..c }),
    ];
    kinds
        .into_iter()
        .map(|(name, preset, spoil)| {
            let subjects = in_parallel(3 * people as usize, THREADS, |i| {
                let (person, seed) = (i as u64 / 3, 1_000 + i as u64);
                let condition = spoil(Condition::draw(preset, seed));
                let eye = synth::eye::eye(&Identity::new(person), &condition, seed).ok();
                let shot = eye.map(|e| Shot::new(&e.image, &e.truth.pupil, &e.truth.limbus));
                Subject { name: format!("{person}-{i}"), class: person as u32, shot }
            });
            (format!("synthetic, {name}"), subjects)
        })
        .collect()
}

fn report(options: &Options, name: &str, subjects: &[Subject], alterations: &[Alteration]) -> Outcomes<()> {
    println!("{name}: {} pictures", subjects.len());
    println!(
        "{:32}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>9}{:>9}{:>8}{:>8}",
        "percent",
        "refused",
        "wrong",
        "silent",
        "pupil",
        "limbus",
        "missed",
        "at 1e-3",
        "FMR 1e-2",
        "1e-3",
        "1e-4",
        "quality",
        "ms"
    );
    for alteration in alterations {
        let (found, took_ms) = outcomes(subjects, alteration, THREADS);
        let f: Figures = figures(subjects, &found, took_ms, THREADS);
        let [percent_pupil, percent_limbus] = f.gaps.map(|g| 100.0 * g);
        let [at2, at3, at4] = f.false_matches;
        println!(
            "{:32}{:8.2}{:8.2}{:8.2}{:8.2}{:8.2}{:8.2}{:8.2}{:9.1e}{:9.1e}{:9.1e}{:8.1}{:8.1}",
            alteration.name,
            100.0 * f.refused,
            100.0 * f.off,
            100.0 * f.silent,
            percent_pupil,
            percent_limbus,
            100.0 * f.missed,
            100.0 * f.missed_measured,
            at2,
            at3,
            at4,
            f.quality,
            f.took_ms
        );
        if let Some(folder) = &options.pictures {
            let title: String =
                alteration.name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
            draw(&folder.join(title), subjects, &found)?;
            lost(subjects, &found);
        }
    }
    Ok(())
}

/// Names pictures that miss at least half of their mates.
fn lost(subjects: &[Subject], found: &[Outcome]) {
    for (a, subject) in subjects.iter().enumerate() {
        let Ok(own) = &found[a].found else { continue };
        let prepared = iris::Prepared::new(&own.template);
        let mates = (0..subjects.len()).filter(|b| *b != a && subjects[*b].class == subject.class);
        let scores: Vec<f32> = mates
            .filter_map(|b| found[b].found.as_ref().ok())
            .map(|e| iris::compare(&prepared, &iris::Prepared::new(&e.template)).llr)
            .collect();
        let missed = scores.iter().filter(|s| **s < SCORES[2]).count();
        if 2 * missed >= scores.len() && missed > 0 {
            println!(
                "    {} quality {}: misses {missed} of {}",
                subject.name,
                own.quality.value,
                scores.len()
            );
        }
    }
}

/// Wrong and refused ones with what was found (green) over the truth (blue).
fn draw(folder: &Path, subjects: &[Subject], found: &[Outcome]) -> Outcomes<()> {
    std::fs::create_dir_all(folder)?;
    let bad = subjects.iter().zip(found).filter(|(_, o)| o.off() || o.found.is_err());
    for (subject, outcome) in bad.take(MOST_PICTURES) {
        let Some(shot) = &outcome.shot else { continue };
        let Some(image) = shot.image() else { continue };
        let mut canvas: Vec<[u8; 3]> = image.pixels().iter().map(|p| [*p; 3]).collect();
        let mut dot = |x: f32, y: f32, colour: [u8; 3]| {
            if x >= 0.0 && y >= 0.0 && (x as usize) < shot.w && (y as usize) < shot.h {
                canvas[y as usize * shot.w + x as usize] = colour;
            }
        };
        for (x, y) in shot.pupil.iter().chain(&shot.limbus) {
            dot(x + 0.5, y + 0.5, [80, 120, 255]);
        }
        let mut note = String::from("refused");
        match &outcome.found {
            Ok(e) => {
                note = format!("quality-{}", e.quality.value);
                for c in [&e.pupil, &e.limbus] {
                    for i in 0..720 {
                        let (x, y) = c.point_at(i as f32 / 720.0);
                        dot(x + 0.5, y + 0.5, [60, 255, 60]);
                    }
                }
            }
            Err(why) => println!("    {} refused: {why}", subject.name),
        }
        let pixels = canvas.into_iter().flatten().collect();
        let rgb = RgbImage::new(shot.w as u32, shot.h as u32, None, pixels)?;
        std::fs::write(folder.join(format!("{}-{note}.png", subject.name)), raster::encode_png_rgb(&rgb)?)?;
    }
    Ok(())
}
