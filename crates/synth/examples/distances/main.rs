//! How far synthetic prints and templates are from the real thing, with the engines of this platform:
//! `cargo run --release -p ridgeline-synth --example distances -- sets|fingers|irises|speed|people [N]`
//! and `sets --report R.html` for the distributions as a page.
//!
//! `sets` needs the shared data (`RIDGELINE_DATA`, or `../shared/data` beside the repository).

mod mates;
mod measure;
mod report;
mod templates;

use measure::{Print, Sheet};
use model::FingerPosition;
use raster::{Hints, decode};
use rayon::prelude::*;
use ridgeline_synth::{
    Person,
    finger::{Condition, Preset, impression},
    templates::store,
};
use std::{error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    rayon::ThreadPoolBuilder::new().num_threads(2).build_global()?;
    let report = args.iter().position(|a| a == "--report").map(|at| args.get(at + 1).map(PathBuf::from));
    if let Some(path) = report {
        let sets = sets(None);
        std::fs::write(path.ok_or("--report wants a file")?, report::page(&sets))?;
        return Ok(());
    }
    if args.first().is_some_and(|a| a == "sets") {
        sets(args.get(1).map(String::as_str));
        return Ok(());
    }
    let count = args.get(1).map_or(Ok(100), |n| n.parse())?;
    match args.first().map(String::as_str) {
        Some("fingers") => templates::fingers(count),
        Some("irises") => templates::irises(count),
        Some("speed") => speed(),
        Some("people") => people(count),
        _ => Err("sets, fingers, irises, speed or people".into()),
    }
}

pub(crate) const SETS: [(&str, f64, Preset); 4] = [
    ("FVC2002_DB1_B", 500.0, Preset::Optical),
    ("FVC2002_DB3_B", 500.0, Preset::Capacitive),
    ("FVC2004_DB3_B", 512.0, Preset::Sweep),
    ("FVC2004_DB4_B", 500.0, Preset::Hard),
];

/// Finger and impression of a set's prints.
fn names() -> Vec<(usize, usize)> {
    (1..=10).flat_map(|f| (1..=8).map(move |i| (f, i))).collect()
}

/// A real set's prints; none where it is not there.
pub(crate) fn real(name: &str, ppi: f64) -> Option<Vec<Print>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("RIDGELINE_DATA").map_or_else(beside, PathBuf::from).join("finger");
    let prints: Option<Vec<Print>> = names()
        .par_iter()
        .map(|(f, i)| {
            let bytes = std::fs::read(data.join(name).join(format!("{}_{i}.tif", 100 + f))).ok()?;
            let image = decode(&bytes, &Hints::default()).ok()?.with_ppi(Some(ppi));
            Some(Print::of(*f, &image))
        })
        .collect();
    if prints.is_none() {
        println!("skipped {name}: not at {}", data.display());
    }
    prints
}

/// All sets, or those whose preset's name is given.
fn sets(only: Option<&str>) -> Vec<report::Set> {
    let mut all = Vec::new();
    for (name, ppi, preset) in SETS {
        if only.is_some_and(|o| !format!("{preset:?}").eq_ignore_ascii_case(o)) {
            continue;
        }
        let Some(real) = real(name, ppi) else { continue };
        let names = names();
        let made: Vec<Print> = names
            .par_iter()
            .map(|(f, i)| {
                // Ten people, an index or middle finger each, grown up, as in the sets.
                let person = (0..).map(|k| Person::new(77, (f * 50 + k) as u64)).find(|p| p.age() > 18);
                let position =
                    if f % 2 == 0 { FingerPosition::RightIndex } else { FingerPosition::LeftMiddle };
                let person = person.unwrap_or_else(|| Person::new(77, 0));
                let seed = person.key() ^ *i as u64;
                let condition = Condition::draw(preset, seed);
                let print = person.finger(position).map(|m| impression(m, &condition, seed));
                match print {
                    Some(Ok(print)) => Print::of(*f, &print.image),
                    _ => Print::default(),
                }
            })
            .collect();
        let set = measured(format!("{name} (real) and {preset:?} (synthetic)"), &real, &made);
        set.print();
        all.push(set);
    }
    all
}

/// Everything measured of both.
fn measured(title: String, real: &[Print], made: &[Print]) -> report::Set {
    let of = |prints: &[Print], f: fn(&Print) -> f32| {
        prints.iter().map(f).filter(|v| v.is_finite()).collect::<Vec<f32>>()
    };
    let both = |name, f: fn(&Print) -> f32| report::Measure { name, real: of(real, f), made: of(made, f) };
    let mut measures = vec![
        both("minutiae per mm2", |p| p.density),
        both("foreground mm2", |p| p.area_mm2),
        both("ridge period px", |p| p.period),
        both("coherence", |p| p.coherence),
        both("quality", |p| p.quality),
        both("foreground's width px", |p| p.span.0),
        both("foreground's height px", |p| p.span.1),
        both("its middle, across", |p| p.middle.0),
        both("its middle, down", |p| p.middle.1),
        both("grey of the foreground", |p| p.grey),
        both("share that is dark", |p| p.dark),
    ];
    let ((real_mates, real_lost), (made_mates, made_lost)) = (mates::mates(real), mates::mates(made));
    let mut between = |name, f: fn(&mates::Mates) -> f32| {
        let of = |m: &[mates::Mates]| m.iter().map(f).collect();
        measures.push(report::Measure { name, real: of(&real_mates), made: of(&made_mates) });
    };
    between("mates: turn, degrees", |m| m.turn_deg);
    between("mates: shift px", |m| m.shift_px);
    between("mates: bent px", |m| m.bend_px);
    between("mates: overlap", |m| m.overlap);
    between("mates: lone minutiae", |m| m.lone);
    between("mates: grey", |m| m.grey);
    between("mates: log of sizes", |m| m.size);
    let spread = |name, f: fn(&Print) -> f32| report::Measure {
        name,
        real: mates::spread(real, f),
        made: mates::spread(made, f),
    };
    measures.push(spread("a finger's share dark", |p| p.dark));
    measures.push(spread("a finger's quality", |p| p.quality));
    let mut notes = vec![format!(
        "mates too unlike to be laid on each other: real {:.1} %, synthetic {:.1} %",
        100.0 * real_lost,
        100.0 * made_lost
    )];
    notes.push(format!("no template: real {}, synthetic {}", failures(real), failures(made)));
    for (names, engine, sheet) in [
        (["genuine score", "impostor score"], "our engine", Sheet::of as fn(&[Print]) -> Sheet),
        (["genuine, bozorth3", "impostor, bozorth3"], "MINDTCT and BOZORTH3", Sheet::of_nbis),
    ] {
        let (a, b) = (sheet(real), sheet(made));
        notes.push(format!(
            "equal error rate, {engine}: real {:.2} %, synthetic {:.2} %",
            100.0 * a.eer(),
            100.0 * b.eer()
        ));
        measures.push(report::Measure { name: names[0], real: a.genuine, made: b.genuine });
        measures.push(report::Measure { name: names[1], real: a.impostor, made: b.impostor });
    }
    report::Set { title, measures, notes }
}

fn failures(prints: &[Print]) -> usize {
    prints.iter().filter(|p| p.prepared.is_none()).count()
}

/// Processor time of one thread for each kind of thing: what a busy machine's clock would not tell.
fn speed() -> Result<(), Box<dyn Error>> {
    use ridgeline_synth::{
        eye,
        finger::{Class, Master, Plan, patches},
        templates::TemplatePerson,
    };
    let plan = Plan { position: FingerPosition::RightIndex, class: Class::Whorl, scale: 1.0, wear: 0.2 };
    let master = Master::new(0, plan);
    let condition = Condition::draw(Preset::Enrolment, 1);
    let look = eye::Condition::draw(eye::Preset::Enrolment, 1);
    let time = |what: &str, each: u64, runs: u64, work: &dyn Fn(u64)| {
        let before = processor_ns()?;
        (0..runs).for_each(work);
        let ms = (processor_ns()? - before) / 1e6 / (runs * each) as f64;
        println!("{what:32} {ms:8.3} ms, {:8.1} a second and core", 1000.0 / ms);
        Ok::<(), Box<dyn Error>>(())
    };
    time("master", 1, 12, &|i| drop(Master::new(i, plan)))?;
    time("impression 400 x 480", 1, 12, &|i| drop(impression(&master, &condition, i)))?;
    time("whole finger and impression", 1, 12, &|i| drop(impression(&Master::new(i, plan), &condition, i)))?;
    time("eye 640 x 480", 1, 12, &|i| drop(eye::eye(&eye::Identity::new(i), &look, i)))?;
    time("training patch", 16, 4, &|i| drop(patches(1, i)))?;
    time("ten finger templates", 1, 60, &|i| drop(TemplatePerson::new(1, i).fingers(1)))?;
    time("two iris templates", 1, 60, &|i| drop(TemplatePerson::with_fingers(1, i, &[]).irises(1)))?;
    Ok(())
}

/// Processor time of `count` people's records of ten fingers, as `ridgeline synth templates` writes them.
fn people(count: u64) -> Result<(), Box<dyn Error>> {
    let generator = store::GENERATOR;
    let all = store::Header { seed: 1, first: 0, encounter: 0, parts: 0x7fe, generator };
    let before = processor_ns()?;
    let mut bytes = 0;
    for index in 0..count {
        bytes += all.record(index)?.len();
    }
    let ms = (processor_ns()? - before) / 1e6 / count as f64;
    println!(
        "{count} people, {} bytes each, {ms:.3} ms each: a million in {:.1} min on 2 cores",
        bytes as u64 / count,
        ms * 1e6 / 2.0 / 60_000.0
    );
    Ok(())
}

/// Nanoseconds that this thread has run (Linux).
fn processor_ns() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("an empty schedstat")?.parse()?)
}
