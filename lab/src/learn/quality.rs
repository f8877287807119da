//! What the quality of a finger's print is learned from: how much evidence its mates show against it.

use super::prints::Labelled;
use finger::{Prepared, Template};
use std::collections::BTreeMap;

/// Fewest mates from which a print's utility is taken.
const MIN_MATES: usize = 6;

/// Least confidence of the minutiae that count: that of [`finger::quality_of`], which is learned here.
const LIKELY: f32 = 0.28;

/// Expected number of real minutiae (its logarithm) and mean confidence: all that the quality asks of a template.
/// None for a template without minutiae that count.
pub fn measures(template: &Template) -> Option<[f64; 2]> {
    let likely: Vec<f64> = template
        .minutiae
        .iter()
        .filter(|m| m.confidence >= LIKELY)
        .map(|m| f64::from(m.confidence))
        .collect();
    let real: f64 = likely.iter().sum();
    (real > 0.0).then(|| [real.ln(), real / likely.len() as f64])
}

/// A print's measures, and the mean evidence of all its comparisons with mates.
pub type Utility = ([f64; 2], f64);

/// Of all prints with enough mates.
pub fn utilities(prints: &[Labelled]) -> Vec<Utility> {
    let mut fingers: BTreeMap<&str, Vec<&Template>> = BTreeMap::new();
    for print in prints {
        fingers.entry(&print.finger).or_default().push(&print.template);
    }
    let mut found = Vec::new();
    for templates in fingers.into_values().filter(|t| t.len() > MIN_MATES) {
        let ready: Vec<Prepared> = templates.iter().map(|t| Prepared::new(t)).collect();
        for (i, a) in ready.iter().enumerate() {
            let mates = ready.iter().enumerate().filter(|(j, _)| *j != i);
            let sum: f64 = mates.map(|(_, b)| f64::from(finger::compare(a, b).evidence.score)).sum();
            let measured = templates.get(i).and_then(|t| measures(t));
            found.extend(measured.map(|m| (m, sum / (ready.len() - 1) as f64)));
        }
    }
    found
}

/// Least squares: a factor for each measure, a constant, and the share of the variance that they explain.
pub fn fit(utilities: &[Utility]) -> ([f64; 3], f64) {
    let n = utilities.len().max(1) as f64;
    let mean = |f: &dyn Fn(&Utility) -> f64| utilities.iter().map(f).sum::<f64>() / n;
    let (mx, my, mu) = (mean(&|v| v.0[0]), mean(&|v| v.0[1]), mean(&|v| v.1));
    let (mut xx, mut xy, mut yy, mut xu, mut yu, mut uu) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for ([x, y], u) in utilities {
        let (x, y, u) = (x - mx, y - my, u - mu);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
        (xu, yu, uu) = (xu + x * u, yu + y * u, uu + u * u);
    }
    let det = (xx * yy - xy * xy).max(f64::MIN_POSITIVE);
    let (a, b) = ((xu * yy - yu * xy) / det, (yu * xx - xu * xy) / det);
    ([a, b, mu - a * mx - b * my], (a * xu + b * yu) / uu.max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_found_again() {
        let plane = |x: f64, y: f64| ([x, y], 0.5 * x - 2.0 * y + 3.0);
        let points: Vec<_> = (0..30).map(|i| plane(f64::from(i % 7), f64::from(i * i % 11))).collect();
        let ([a, b, c], explained) = fit(&points);
        assert!((a - 0.5).abs() < 1e-9 && (b + 2.0).abs() < 1e-9 && (c - 3.0).abs() < 1e-9, "{a} {b} {c}");
        assert!((explained - 1.0).abs() < 1e-9);
    }
}
