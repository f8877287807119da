//! From a score to a meaning.
//!
//! A broken line through (evidence, -log10 FMR): what a comparison reports says at which false match rate it would
//! just pass. It was drawn through 99,712 pairs of different fingers of the four sets, within and across them, each
//! print also with the mirror images of the others: enough for rates down to 1e-4. Beyond those the slope is halved,
//! so that it stays a lower bound. What it promises where a set took no part in drawing it stands in
//! `docs/accuracy-finger.md`.
//!
//! Small prints reach a little more by chance than the size normalisation takes away; [`SIZE_SHARE`] corrects that.
//!
//! That is not yet a likelihood ratio: a stranger reaches 1 one time in ten. With t = -log10 FMR the density of
//! strangers at t is ln 10 * 10^-t, and mates lie about evenly over [`MATES_SPAN`] decades: their quotient is the
//! likelihood ratio.

/// What is added for every e-fold of the smaller print's expected number of minutiae over [`USUAL_SIZE`].
const SIZE_SHARE: f32 = 0.02;
const USUAL_SIZE: f32 = 25.0;
/// Corners of the line, rising in both: the corrected evidence that strangers reach at each rate. One in four
/// is given up early and has the least evidence.
const LINE: [(f32, f32); 13] = [
    (-1.03, 0.0),
    (-0.98, 0.12),
    (-0.217, 0.2),
    (-0.137, 0.35),
    (-0.091, 0.5),
    (-0.043, 0.75),
    (-0.01, 1.0),
    (0.026, 1.5),
    (0.06, 2.0),
    (0.091, 2.5),
    (0.119, 3.0),
    (0.171, 4.0),
    (1.2, 12.0),
];

/// What a print adds to a comparison's evidence; `expected` is how many of its minutiae are expected to be real.
pub(crate) fn size_share(expected: f32) -> f32 {
    SIZE_SHARE * libm::logf(expected.max(1.0) * (1.0 / USUAL_SIZE))
}

/// -log10 of the false match rate at which this evidence would just pass; `share` is that of the smaller print
/// ([`size_share`]).
pub(crate) fn llr(score: f32, share: f32) -> f32 {
    let score = score + share;
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
        let values: Vec<f32> = (-110..500).map(|i| llr(i as f32 * 0.01, 0.0)).collect();
        assert!(values.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!((values[0], values[values.len() - 1]), (0.0, 12.0));
        assert!((llr(0.06, 0.0) - 2.0).abs() < 1e-6 && (llr(0.119, 0.0) - 3.0).abs() < 1e-6);
        assert_eq!(fmr(3.0), 1e-3);
        assert_eq!(fmr(-2.0), 1.0);
        // One stranger in ten reaches 1: that speaks against rather than for.
        assert!(log10_likelihood_ratio(1.0) < 0.0 && (log10_likelihood_ratio(6.0) - 4.56).abs() < 0.01);
    }

    #[test]
    fn the_same_evidence_says_more_of_larger_prints() {
        assert_eq!(size_share(25.0), 0.0);
        assert!(llr(0.05, size_share(60.0)) > llr(0.05, size_share(12.0)));
        assert!(size_share(0.0).is_finite());
    }
}
