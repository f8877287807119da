//! How two impressions of one finger differ: what a preset must give its eight to be like the real eight.

use crate::measure::{Print, median};
use rayon::prelude::*;

/// Fewest pairs from which a motion is read.
const FEWEST: usize = 8;

/// Of one pair of mates.
pub(crate) struct Mates {
    /// Turn between them, degrees without sign.
    pub(crate) turn_deg: f32,
    /// Way between their places in the two pictures, pixels at 500 ppi.
    pub(crate) shift_px: f32,
    /// What the turn and the shift leave between paired minutiae, root mean square a side, pixels.
    pub(crate) bend_px: f32,
    /// Share of the smaller foreground that both show.
    pub(crate) overlap: f32,
    /// Share of the minutiae of the overlap that have no mate.
    pub(crate) lone: f32,
    /// Difference of the mean grey of their foregrounds.
    pub(crate) grey: f32,
    /// Logarithm of their foregrounds' ratio, without sign.
    pub(crate) size: f32,
}

/// All pairs of one finger that are alike enough to be laid on each other, and the share that are not.
pub(crate) fn mates(prints: &[Print]) -> (Vec<Mates>, f32) {
    let all: Vec<Option<Mates>> = (0..prints.len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let a = &prints[i];
            prints[i + 1..].iter().filter(|b| a.subject == b.subject).map(move |b| pair(a, b))
        })
        .collect();
    let lost = all.iter().filter(|m| m.is_none()).count() as f32 / all.len().max(1) as f32;
    (all.into_iter().flatten().collect(), lost)
}

fn pair(a: &Print, b: &Print) -> Option<Mates> {
    let (pa, pb) = (a.prepared.as_ref()?, b.prepared.as_ref()?);
    let found = finger::compare(pa, pb);
    if found.pairs.len() < FEWEST {
        return None;
    }
    let points: Vec<[f32; 4]> = found
        .pairs
        .iter()
        .filter_map(|&(i, j)| {
            let (p, q) = (a.minutiae.get(usize::from(i))?, b.minutiae.get(usize::from(j))?);
            Some([p.0, p.1, q.0, q.1])
        })
        .collect();
    let n = points.len() as f32;
    let mean = |k: usize| points.iter().map(|p| p[k]).sum::<f32>() / n;
    let [ax, ay, bx, by] = [0, 1, 2, 3].map(mean);
    let (mut cos, mut sin) = (0.0_f32, 0.0_f32);
    for p in &points {
        let (x, y, u, v) = (p[0] - ax, p[1] - ay, p[2] - bx, p[3] - by);
        cos += x * u + y * v;
        sin += x * v - y * u;
    }
    let turn = sin.atan2(cos);
    let (s, c) = turn.sin_cos();
    let rest: f32 = points
        .iter()
        .map(|p| {
            let (x, y) = (p[0] - ax, p[1] - ay);
            let (u, v) = (c * x - s * y - (p[2] - bx), s * x + c * y - (p[3] - by));
            u * u + v * v
        })
        .sum();
    let shared = found.evidence.overlap * a.area_mm2.min(b.area_mm2);
    let expected = shared * 0.5 * (a.density + b.density);
    Some(Mates {
        turn_deg: turn.to_degrees().abs(),
        shift_px: (ax - bx).hypot(ay - by),
        bend_px: (0.5 * rest / n).sqrt(),
        overlap: found.evidence.overlap,
        lone: (1.0 - n / expected.max(1.0)).clamp(0.0, 1.0),
        grey: (a.grey - b.grey).abs(),
        size: (a.area_mm2 / b.area_mm2).ln().abs(),
    })
}

/// Of each finger: the spread of a measure over its impressions (mean of the deviations from the median).
pub(crate) fn spread(prints: &[Print], f: fn(&Print) -> f32) -> Vec<f32> {
    let most = prints.iter().map(|p| p.subject).max().unwrap_or(0);
    (0..=most)
        .filter_map(|s| {
            let mut of: Vec<f32> =
                prints.iter().filter(|p| p.subject == s).map(f).filter(|v| v.is_finite()).collect();
            let middle = median(&mut of);
            (!of.is_empty()).then(|| of.iter().map(|v| (v - middle).abs()).sum::<f32>() / of.len() as f32)
        })
        .collect()
}
