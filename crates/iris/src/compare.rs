//! Comparison: masked fractional Hamming distance over column shifts, normalised, then calibrated.

use crate::{Comparison, Template, calibration, kernels};

/// Columns either way that an eye may be turned: 15 of 256, 21 degrees.
pub const SHIFTS: usize = 15;

/// Fewer bits in common than this say nothing: one sixteenth of the code.
const MIN_BITS: u32 = 1024;

/// Bits that a distance is normalised to: about the usual number that two good templates have in common.
const USUAL_BITS: f32 = 9000.0;

/// Compares two full templates; symmetric in the score.
pub fn compare(a: &Template, b: &Template) -> Comparison {
    // Too little in common is no evidence either way.
    let none = Comparison { llr: 0.0, distance: 0.5, shift: 0 };
    let (Some(ac), Some(am), Some(bc), Some(bm)) =
        (columns(&a.code), columns(&a.mask), columns(&b.code), columns(&b.mask))
    else {
        return none;
    };
    let counts = kernels::distances(ac, am, bc, bm);
    let mut best: Option<(f32, f32, i8)> = None;
    for (i, (different, common)) in counts.iter().enumerate() {
        if *common < MIN_BITS {
            continue;
        }
        let distance = *different as f32 / *common as f32;
        let normal = 0.5 - (0.5 - distance) * (*common as f32 / USUAL_BITS).sqrt();
        // Of equal distances the smaller turn, then the one to the left, whichever way round a and b are given.
        if best.is_none_or(|b| normal < b.0) {
            best = Some((normal, distance, i as i8 - SHIFTS as i8));
        }
    }
    match best {
        Some((normal, distance, shift)) => Comparison { llr: calibration::llr(normal), distance, shift },
        None => none,
    }
}

fn columns(words: &[u64]) -> Option<&kernels::Columns> {
    words.try_into().ok()
}
