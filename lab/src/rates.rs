//! Error rates from scores, by the FVC protocol.

use rand::{Rng, SeedableRng};

/// Error rates as fractions; not a number (`null` in JSON) where there are no pairs of one of the two kinds.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Rates {
    /// Equal error rate, FVC definition (the middle of the crossing interval).
    pub eer: f64,
    /// Lowest FNMR at FMR <= 1 %.
    pub fmr100: f64,
    /// Lowest FNMR at FMR <= 0.1 %.
    pub fmr1000: f64,
    /// Lowest FNMR at FMR <= 0.01 %.
    pub fmr10000: f64,
    /// Lowest FNMR without any false match.
    pub zero: f64,
}

/// A point of the DET curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The threshold; scores at or above it match.
    pub threshold: f32,
    /// False match rate.
    pub fmr: f64,
    /// False non-match rate.
    pub fnmr: f64,
}

/// All points at which a rate changes, by rising threshold, and one above all scores.
pub fn curve(genuine: &[f32], impostor: &[f32]) -> Vec<Point> {
    let sorted = |v: &[f32]| {
        let mut v = v.to_vec();
        v.sort_by(f32::total_cmp);
        v
    };
    let (g, i) = (sorted(genuine), sorted(impostor));
    let mut thresholds: Vec<f32> = g.iter().chain(&i).copied().collect();
    thresholds.sort_by(f32::total_cmp);
    thresholds.dedup();
    thresholds.push(thresholds.last().map_or(1.0, |t| t.next_up()));
    let below = |v: &[f32], t: f32| v.partition_point(|s| *s < t);
    thresholds
        .into_iter()
        .map(|t| Point {
            threshold: t,
            fmr: (i.len() - below(&i, t)) as f64 / i.len().max(1) as f64,
            fnmr: below(&g, t) as f64 / g.len().max(1) as f64,
        })
        .collect()
}

/// The rates of two lists of scores; higher is more similar.
pub fn rates(genuine: &[f32], impostor: &[f32]) -> Rates {
    if genuine.is_empty() || impostor.is_empty() {
        let unknown = f64::NAN;
        return Rates { eer: unknown, fmr100: unknown, fmr1000: unknown, fmr10000: unknown, zero: unknown };
    }
    let points = curve(genuine, impostor);
    let fnmr_at = |limit: f64| points.iter().filter(|p| p.fmr <= limit).map(|p| p.fnmr).fold(1.0, f64::min);
    let before = points.iter().rev().find(|p| p.fnmr <= p.fmr).or(points.first());
    let after = points.iter().find(|p| p.fnmr >= p.fmr).or(points.last());
    let eer = match (before, after) {
        (Some(a), Some(b)) => {
            let (a, b) = (a.fmr + a.fnmr, b.fmr + b.fnmr);
            a.min(b) / 2.0
        }
        _ => 1.0,
    };
    Rates { eer, fmr100: fnmr_at(1e-2), fmr1000: fnmr_at(1e-3), fmr10000: fnmr_at(1e-4), zero: fnmr_at(0.0) }
}

/// A scored pair, for resampling: which class (finger or eye) each side is of.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// Class of the first image.
    pub a: u32,
    /// Class of the second image.
    pub b: u32,
    /// The score.
    pub score: f32,
}

/// A central 95 % interval of the EER and of FMR1000, by drawing classes with replacement.
///
/// Pairs of one finger are not independent, so fingers are drawn, not pairs; an impostor pair counts as often
/// as the product of its two fingers' draws.
pub fn bootstrap(
    genuine: &[Scored],
    impostor: &[Scored],
    classes: u32,
    rounds: usize,
    seed: u64,
) -> [[f64; 2]; 2] {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let (mut eers, mut strict) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        let mut times = vec![0u32; classes as usize];
        for _ in 0..classes {
            let drawn = rng.random_range(0..classes) as usize;
            times[drawn] += 1;
        }
        let count = |class: u32| times.get(class as usize).copied().unwrap_or(0);
        let expand = |pairs: &[Scored], n: &dyn Fn(&Scored) -> u32| -> Vec<f32> {
            pairs.iter().flat_map(|p| std::iter::repeat_n(p.score, n(p) as usize)).collect()
        };
        let g = expand(genuine, &|p| count(p.a));
        let i = expand(impostor, &|p| count(p.a) * count(p.b));
        if g.is_empty() || i.is_empty() {
            continue;
        }
        let found = rates(&g, &i);
        eers.push(found.eer);
        strict.push(found.fmr1000);
    }
    [central(&mut eers), central(&mut strict)]
}

fn central(values: &mut [f64]) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        values
            .get(((values.len() as f64 - 1.0) * share).round().max(0.0) as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    [at(0.025), at(0.975)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_small_lists_are_right() {
        type Case = (&'static [f32], &'static [f32], f64, f64, f64);
        let cases: [Case; 4] = [
            (&[3.0, 4.0, 5.0], &[0.0, 1.0, 2.0], 0.0, 0.0, 0.0),
            (&[1.0, 4.0, 5.0, 6.0], &[0.0, 0.5, 2.0, 3.0], 0.25, 0.25, 0.25),
            (&[0.0, 0.0], &[0.0, 0.0], 0.5, 1.0, 1.0),
            (&[1.0, 2.0], &[3.0, 4.0], 1.0, 1.0, 1.0),
        ];
        for (genuine, impostor, eer, fmr100, zero) in cases {
            let found = rates(genuine, impostor);
            assert_eq!(
                (found.eer, found.fmr100, found.zero),
                (eer, fmr100, zero),
                "{genuine:?} {impostor:?}"
            );
        }
    }

    #[test]
    fn the_interval_holds_the_estimate() {
        // Each finger has its own level, as real ones do.
        let noise = |i: u32| (i.wrapping_mul(2_654_435_761) >> 16) % 100;
        let make = |i: u32, shift: u32, lift: i64| {
            let (a, b) = (i % 10, (i + shift) % 10);
            Scored { a, b, score: (i64::from(noise(i)) + 3 * i64::from(a) + lift) as f32 }
        };
        let genuine: Vec<_> = (0..300).map(|i| make(i, 0, 60)).collect();
        let impostor: Vec<_> = (0..900).map(|i| make(i, 1 + i / 10 % 9, 0)).collect();
        let scores = |v: &[Scored]| v.iter().map(|p| p.score).collect::<Vec<_>>();
        let point = rates(&scores(&genuine), &scores(&impostor)).eer;
        let [eer, _] = bootstrap(&genuine, &impostor, 10, 100, 1);
        assert!(eer[0] <= point && point <= eer[1], "{point} outside {eer:?}");
        assert!(eer[0] < eer[1]);
    }
}
