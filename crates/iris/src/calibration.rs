//! Deviations from chance to evidence.
//!
//! A comparison is counted in deviations: how much more two codes agree at the best turn than chance lets them, over
//! the deviation that chance has for as many bits, as alike with their neighbours as those of the two codes (see
//! `redundancy` in `compare`). Measured on all images of two sensors that share nothing (0.1 and 3.5 million pairs of
//! strangers) and on small irises blurred by 4 % of their radius (0.01 million), the false match rates at 5.26, 6.24 and
//! 7.09 deviations were 8.4e-3, 7.9e-4, 4.0e-5; 6.6e-3, 4.5e-4, 2.4e-5; 1.3e-2, 2.2e-3, 3.7e-4. Before deviations took
//! account of how alike neighbours are, the third was 450 times what was promised. The curve below lies 0.35 decades on
//! the safe side of the first, at the third but for its last point, which is four pairs. Beyond 4.5 decades it is an
//! extrapolation.

/// The least evidence: about one genuine pair in a hundred looks as unlike as most impostors.
pub const WORST_LLR: f32 = -2.0;

/// The most evidence that one comparison can bring.
pub const BEST_LLR: f32 = 20.0;

/// The logarithm of a normal tail is a parabola; these two were read off the rates above.
const AT_ZERO: f32 = -0.8;
const PER_SQUARE: f32 = 0.0885;

/// Above the second of these the line goes on straight where a normal tail would fall ever faster; below the first,
/// where pairs are of strangers for the most part, it falls by a decade a deviation.
const BEND: (f32, f32) = (3.9, 7.2);

/// Evidence of a comparison's deviations (the most over all turns), log10.
pub(crate) fn llr(deviations: f32) -> f32 {
    let bend = deviations.clamp(BEND.0, BEND.1);
    let slope = if deviations > BEND.1 { 2.0 * PER_SQUARE * BEND.1 } else { 1.0 };
    (AT_ZERO + PER_SQUARE * bend * bend + slope * (deviations - bend)).clamp(WORST_LLR, BEST_LLR)
}

/// The false match rate (1:1) at which this score would just pass.
pub fn fmr(llr: f32) -> f64 {
    libm::pow(10.0, -f64::from(llr)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_false_match_rates_are_promised_or_bettered() {
        for (z, measured) in [(5.26, 1.3e-2), (6.24, 2.2e-3), (7.09, 4.0e-5)] {
            let promised = fmr(llr(z));
            assert!(promised >= 0.99 * measured && promised < 6.0 * measured, "{z}: {promised:.1e}");
        }
        assert_eq!((fmr(WORST_LLR), llr(99.0)), (1.0, BEST_LLR));
        let line: Vec<f32> = (-40..200).map(|i| llr(i as f32 / 10.0)).collect();
        assert!(line.windows(2).all(|p| p[0] <= p[1]), "more agreement is never less evidence");
        assert!(line.windows(2).all(|p| p[1] - p[0] < 0.15), "no jump");
    }
}
