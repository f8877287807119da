//! From a score to a meaning.

/// Score at which one impostor comparison in ten still passes.
const SCORE_AT_FMR_10: f32 = 0.3;
/// Decades of FMR per unit of score.
const DECADES: f32 = 4.0;
/// Lowest value reported.
const MIN_LLR: f32 = -3.0;
/// Highest value reported: no test here is long enough to support more for one finger.
const MAX_LLR: f32 = 12.0;

/// The calibrated log10 likelihood ratio of a score.
pub(crate) fn llr(score: f32) -> f32 {
    (1.0 + DECADES * (score - SCORE_AT_FMR_10)).clamp(MIN_LLR, MAX_LLR)
}

/// The false match rate (1:1) at which this score would just pass.
pub fn fmr(llr: f32) -> f64 {
    10f64.powf(-f64::from(llr)).min(1.0)
}
