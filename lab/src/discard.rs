//! Error versus discard: whether a quality foretells which mates will be missed (ISO/IEC 29794-1).

use crate::eval::Pair;

/// A pair of mates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// That of the worse side.
    pub quality: f32,
    /// Score above the threshold; mates at or below zero are missed.
    pub margin: f32,
}

/// Pairs of mates with their qualities and their distance from the score that strangers reach at a rate of `fmr`; none
/// without a quality for each or without strangers.
pub fn judged(pairs: &[Pair], quality: impl Fn(usize) -> Option<f32>, fmr: f64) -> Option<Vec<Judged>> {
    let mut strangers: Vec<f32> = pairs.iter().filter(|p| !p.genuine).map(|p| p.score).collect();
    strangers.sort_by(f32::total_cmp);
    let allowed = (strangers.len() as f64 * fmr) as usize;
    let threshold = *strangers.get(strangers.len().checked_sub(allowed + 1)?)?;
    let side = |i: u32| quality(i as usize);
    let judge = |p: &Pair| Some(Judged { quality: side(p.a)?.min(side(p.b)?), margin: p.score - threshold });
    pairs.iter().filter(|p| p.genuine).map(judge).collect()
}

/// For each share of the pairs put aside, those of the worst quality first: the share of the rest whose margin is at
/// most `least`. Pairs of one quality are missed alike, so that their order does not matter.
pub fn curve(judged: &[Judged], least: f32, shares: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<Judged> = judged.to_vec();
    sorted.sort_by(|a, b| a.quality.total_cmp(&b.quality));
    let missed: Vec<f64> = sorted
        .chunk_by(|a, b| a.quality == b.quality)
        .flat_map(|same| {
            let missed = same.iter().filter(|j| j.margin <= least).count() as f64 / same.len() as f64;
            std::iter::repeat_n(missed, same.len())
        })
        .collect();
    let rest = |share: f64| {
        let rest = missed.get((missed.len() as f64 * share) as usize..).unwrap_or_default();
        rest.iter().sum::<f64>() / rest.len().max(1) as f64
    };
    shares.iter().map(|share| rest(*share)).collect()
}

/// The margin that a share of the pairs does not pass: a threshold at which so many would be missed.
pub fn margin_at(judged: &[Judged], share: f64) -> f32 {
    let mut margins: Vec<f32> = judged.iter().map(|j| j.margin).collect();
    margins.sort_by(f32::total_cmp);
    let at = (margins.len() as f64 * share) as usize;
    at.checked_sub(1).and_then(|i| margins.get(i)).copied().unwrap_or(f32::NEG_INFINITY)
}

/// Spearman's rank correlation of quality and margin: 1 where the better always scores higher.
pub fn rank_correlation(judged: &[Judged]) -> f64 {
    let qualities = ranks(judged.iter().map(|j| j.quality).collect());
    let margins = ranks(judged.iter().map(|j| j.margin).collect());
    let mean = (judged.len() as f64 + 1.0) / 2.0;
    let (mut both, mut own, mut other) = (0.0, 0.0, 0.0);
    for (q, m) in qualities.iter().zip(&margins) {
        both += (q - mean) * (m - mean);
        own += (q - mean) * (q - mean);
        other += (m - mean) * (m - mean);
    }
    both / (own * other).sqrt().max(f64::MIN_POSITIVE)
}

/// Ranks from 1; equals share theirs.
fn ranks(values: Vec<f32>) -> Vec<f64> {
    let mut order: Vec<(usize, f32)> = values.into_iter().enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut out = vec![0.0; order.len()];
    let mut before = 0;
    for same in order.chunk_by(|a, b| a.1 == b.1) {
        for (i, _) in same {
            out[*i] = before as f64 + (same.len() as f64 + 1.0) / 2.0;
        }
        before += same.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(values: &[(f32, f32)]) -> Vec<Judged> {
        values.iter().map(|(quality, margin)| Judged { quality: *quality, margin: *margin }).collect()
    }

    #[test]
    fn a_good_quality_finds_the_missed_first_and_equals_share_them() {
        let all = list(&[(10.0, -1.0), (90.0, 3.0), (20.0, 2.0), (80.0, 1.0)]);
        assert_eq!(curve(&all, 0.0, &[0.0, 0.25, 0.5]), [0.25, 0.0, 0.0]);
        let same = list(&[(5.0, -1.0), (5.0, 3.0), (5.0, 2.0), (5.0, 1.0)]);
        assert_eq!(curve(&same, 0.0, &[0.0, 0.5]), [0.25, 0.25]);
        assert_eq!(curve(&[], 0.0, &[0.0]), [0.0]);
        assert_eq!(curve(&all, margin_at(&all, 0.5), &[0.0]), [0.5]);
    }

    #[test]
    fn correlations_of_orders_are_right() {
        assert!((rank_correlation(&list(&[(1.0, 1.0), (2.0, 4.0), (3.0, 9.0)])) - 1.0).abs() < 1e-12);
        assert!((rank_correlation(&list(&[(3.0, 1.0), (2.0, 4.0), (1.0, 9.0)])) + 1.0).abs() < 1e-12);
        // Equal qualities share the ranks 1 and 2.
        assert!(
            (rank_correlation(&list(&[(1.0, 1.0), (1.0, 4.0), (3.0, 9.0)])) - 0.75f64.sqrt()).abs() < 1e-12
        );
    }

    #[test]
    fn the_threshold_is_the_strangers() {
        let pair = |genuine, score| Pair { a: 0, b: 1, genuine, score };
        let pairs: Vec<Pair> =
            (0..1000).map(|i| pair(false, i as f32)).chain([pair(true, 998.0), pair(true, 998.5)]).collect();
        let found = judged(&pairs, |_| Some(7.0), 1e-3).unwrap();
        assert_eq!(found, list(&[(7.0, 0.0), (7.0, 0.5)]));
        assert!(judged(&pairs, |_| None, 1e-3).is_none());
        assert!(judged(&pairs[1000..], |_| Some(1.0), 1e-3).is_none());
    }
}
