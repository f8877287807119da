//! From a score to a meaning.
//!
//! A broken line through (evidence, -log10 FMR): what a comparison reports says at which false match rate it would
//! just pass. Beyond the rates that tests can show (1e-3) the slope is halved, so that it stays a lower bound.
//!
//! That is not yet a likelihood ratio: a stranger reaches 1 one time in ten. With t = -log10 FMR the density of
//! strangers at t is ln 10 * 10^-t, and mates lie about evenly over [`MATES_SPAN`] decades: their quotient is the
//! likelihood ratio.

/// Corners of the line, rising in both: the evidence that strangers reach at each rate.
const LINE: [(f32, f32); 10] = [
    (-1.0, 0.0),
    (-0.197, 0.15),
    (-0.123, 0.3),
    (-0.07, 0.5),
    (0.0, 1.0),
    (0.031, 1.5),
    (0.068, 2.0),
    (0.1, 2.5),
    (0.13, 3.0),
    (1.3, 12.0),
];

/// -log10 of the false match rate at which this evidence would just pass.
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

/// The false match rate (1:1) at which a comparison that reports `score` ([`crate::Comparison::llr`]) would just
/// pass.
pub fn fmr(score: f32) -> f64 {
    10f64.powf(-f64::from(score)).min(1.0)
}

/// Mates' scores reach over so many decades of the false match rate.
const MATES_SPAN: f64 = 12.0;

/// log10 of how much likelier `score` ([`crate::Comparison::llr`]) is between prints of one finger than between
/// strangers'.
pub fn log10_likelihood_ratio(score: f32) -> f64 {
    f64::from(score) - (MATES_SPAN * core::f64::consts::LN_10).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_rises_and_is_bounded() {
        let values: Vec<f32> = (-110..500).map(|i| llr(i as f32 * 0.01)).collect();
        assert!(values.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!((values[0], values[values.len() - 1]), (0.0, 12.0));
        assert!((llr(0.068) - 2.0).abs() < 1e-6 && (llr(0.13) - 3.0).abs() < 1e-6);
        assert_eq!(fmr(3.0), 1e-3);
        assert_eq!(fmr(-2.0), 1.0);
        // One stranger in ten reaches 1: that speaks against rather than for.
        assert!(log10_likelihood_ratio(1.0) < 0.0 && (log10_likelihood_ratio(6.0) - 4.56).abs() < 0.01);
    }
}
