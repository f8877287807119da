//! How the line from evidence to false match rate is found: on synthetic strangers.

use super::prints::Labelled;
use finger::Prepared;

/// Rates at which the line has corners, as -log10.
pub const RATES: [f32; 6] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0];

/// The evidence of all pairs of different fingers in a set, smallest first, and that of pairs of one finger.
pub fn evidence(set: &[Labelled]) -> (Vec<f32>, Vec<f32>) {
    let prepared: Vec<Prepared> = set.iter().map(|l| Prepared::new(&l.template)).collect();
    let (mut strangers, mut mates) = (Vec::new(), Vec::new());
    for (i, a) in prepared.iter().enumerate() {
        for (j, b) in prepared.iter().enumerate().skip(i + 1) {
            let score = finger::compare(a, b).evidence.score;
            if set[i].finger == set[j].finger { mates.push(score) } else { strangers.push(score) }
        }
    }
    strangers.sort_by(f32::total_cmp);
    mates.sort_by(f32::total_cmp);
    (strangers, mates)
}

/// The evidence that a share of 10^-rate reaches; the list is sorted.
pub fn quantile(sorted: &[f32], rate: f32) -> f32 {
    let over = (f64::from(10f32.powf(-rate)) * sorted.len() as f64).round() as usize;
    sorted.len().checked_sub(over.max(1)).and_then(|i| sorted.get(i)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_count_from_above() {
        let sorted: Vec<f32> = (0..1000).map(|i| i as f32).collect();
        assert_eq!(quantile(&sorted, 3.0), 999.0);
        assert_eq!(quantile(&sorted, 2.0), 990.0);
        assert_eq!(quantile(&sorted, 1.0), 900.0);
        assert_eq!(quantile(&[], 1.0), 0.0);
    }
}
