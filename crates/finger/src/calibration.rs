//! From a score to a meaning.
//!
//! A broken line through (score, log10 likelihood ratio). Above zero the value never claims more than
//! -log10 FMR; beyond the rates that tests can show (1e-3) the slope is halved, so that it stays a lower bound.

/// Corners of the line, rising in both.
const LINE: [(f32, f32); 6] = [(0.0, -3.0), (0.09, -0.5), (0.18, 0.9), (0.34, 2.0), (0.5, 3.0), (3.5, 12.0)];

/// The calibrated log10 likelihood ratio of a score.
pub(crate) fn llr(score: f32) -> f32 {
    let mut last = LINE[0];
    for corner in LINE {
        if score < corner.0 {
            let share = ((score - last.0) / (corner.0 - last.0)).max(0.0);
            return last.1 + share * (corner.1 - last.1);
        }
        last = corner;
    }
    last.1
}

/// The false match rate (1:1) at which this score would just pass.
pub fn fmr(llr: f32) -> f64 {
    10f64.powf(-f64::from(llr)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_rises_and_is_bounded() {
        let values: Vec<f32> = (-10..500).map(|i| llr(i as f32 * 0.01)).collect();
        assert!(values.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!((values[0], values[values.len() - 1]), (-3.0, 12.0));
        assert!((llr(0.34) - 2.0).abs() < 1e-6);
        assert_eq!(fmr(3.0), 1e-3);
        assert_eq!(fmr(-2.0), 1.0);
    }
}
