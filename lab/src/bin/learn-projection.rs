//! Learns `crates/finger/src/compare/projection.bin` from synthetic people: `learn-projection OUT [FINGERS]` from
//! minutiae that a model draws, `learn-projection OUT FOLDER...` from those that the front-end found in rendered prints
//! (`calibrate-finger extract`); impressions of a finger may lie in several folders.

use ridgeline_lab::eval::in_parallel;
use ridgeline_lab::learn::prints::{self, Labelled};
use ridgeline_lab::learn::projection::{Moments, found_pairs, synthetic_pairs};
use std::collections::BTreeMap;
use std::path::Path;

/// Fingers unless stated otherwise: about 45,000 pairs of minutiae.
const FINGERS: u64 = 1800;
/// Seeds of the fingers start here; tests use small numbers.
const FIRST_SEED: u64 = 1_000_000;
/// Every fifth finger of a folder is left out, to measure on.
const HELD_OUT: u64 = 5;
/// Fingers a batch.
const BATCH: u64 = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (out, from) = args.split_first().ok_or("usage: learn-projection OUT [FINGERS | FOLDER...]")?;
    let moments = match from {
        [] => drawn(FINGERS),
        [fingers] if fingers.parse::<u64>().is_ok() => drawn(fingers.parse()?),
        folders => found(folders)?,
    };
    let (bytes, correlations) = moments.solve().ok_or("too little data")?;
    std::fs::write(out, bytes)?;
    println!(
        "{} pairs, correlations {:.3} to {:.3}",
        moments.pairs(),
        correlations.first().unwrap_or(&0.0),
        correlations.last().unwrap_or(&0.0)
    );
    Ok(())
}

fn drawn(fingers: u64) -> Moments {
    let batches = fingers.div_ceil(BATCH);
    merged(in_parallel(2, 2, |half| {
        let mut moments = Moments::default();
        for batch in (half as u64..batches).step_by(2) {
            let first = FIRST_SEED + batch * BATCH;
            moments.add(&synthetic_pairs(first..first + BATCH));
        }
        moments
    }))
}

fn found(folders: &[String]) -> std::io::Result<Moments> {
    let mut prints = Vec::new();
    for folder in folders {
        prints.extend(prints::read(Path::new(folder))?);
    }
    let mut fingers: BTreeMap<&str, Vec<&Labelled>> = BTreeMap::new();
    for print in &prints {
        if print.finger.parse::<u64>().is_ok_and(|n| n % HELD_OUT != HELD_OUT - 1) {
            fingers.entry(&print.finger).or_default().push(print);
        }
    }
    let fingers: Vec<Vec<&Labelled>> = fingers.into_values().collect();
    Ok(merged(in_parallel(2, 2, |half| {
        let mut moments = Moments::default();
        fingers.iter().skip(half).step_by(2).for_each(|f| moments.add(&found_pairs(f)));
        moments
    })))
}

fn merged(parts: Vec<Moments>) -> Moments {
    let mut moments = Moments::default();
    parts.iter().for_each(|p| moments.merge(p));
    moments
}
