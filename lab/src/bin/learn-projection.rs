//! Learns `crates/finger/src/compare/projection.bin` from synthetic people: `learn-projection OUT [FINGERS]`.

use ridgeline_lab::eval::in_parallel;
use ridgeline_lab::learn::projection::{Moments, synthetic_pairs};

/// Fingers unless stated otherwise: about 45,000 pairs of minutiae.
const FINGERS: u64 = 1800;
/// Seeds of the fingers start here; tests use small numbers.
const FIRST_SEED: u64 = 1_000_000;
/// Fingers a batch.
const BATCH: u64 = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let out = args.next().ok_or("usage: learn-projection OUT [FINGERS]")?;
    let fingers = args.next().map_or(Ok(FINGERS), |n| n.parse())?;
    let batches = fingers.div_ceil(BATCH);
    let parts = in_parallel(2, 2, |half| {
        let mut moments = Moments::default();
        for batch in (half as u64..batches).step_by(2) {
            let first = FIRST_SEED + batch * BATCH;
            moments.add(&synthetic_pairs(first..first + BATCH));
        }
        moments
    });
    let mut moments = Moments::default();
    parts.iter().for_each(|p| moments.merge(p));
    let (bytes, correlations) = moments.solve().ok_or("too little data")?;
    std::fs::write(&out, bytes)?;
    println!(
        "correlations {:.3} to {:.3}",
        correlations.first().unwrap_or(&0.0),
        correlations.last().unwrap_or(&0.0)
    );
    Ok(())
}
