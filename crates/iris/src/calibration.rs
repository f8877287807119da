//! Normalised distance to evidence.

/// The least evidence: no genuine pair in ten thousand looks less alike.
pub const WORST_LLR: f32 = -4.0;

/// Evidence of a normalised distance (the least over all shifts), log10.
pub(crate) fn llr(normal: f32) -> f32 {
    ((0.415 - normal) / 0.0125).clamp(WORST_LLR, 20.0)
}

/// The false match rate (1:1) at which this score would just pass.
pub fn fmr(llr: f32) -> f64 {
    libm::pow(10.0, -f64::from(llr)).min(1.0)
}
