//! The most similar descriptors, and which of them tell the same story.

use super::align::Rigid;
use super::prepared::Prepared;

/// Descriptor pairs that are looked at.
const CANDIDATES: usize = 32;
/// Rounds of support.
const ROUNDS: usize = 4;
/// What a pair keeps of its own standing in each round.
const KEEP: f32 = 0.5;
/// Tolerance of relative places: a constant plus a share of the distance (elastic skin).
const TOLERANCE_PX: f32 = 8.0;
const TOLERANCE_SHARE: f32 = 0.10;
/// Least cosine between the relative directions of two pairs (0.6 rad).
const MIN_COSINE: f32 = 0.82;
/// Pairs that agree with a seed by at least this take part in its first alignment.
const MIN_SUPPORT: f32 = 0.1;
/// Full similarity in whole numbers: two vectors of length 254.
pub(crate) const FULL: f32 = 254.0 * 254.0;

struct Pair {
    a: usize,
    b: usize,
    weight: f32,
}

/// Rigid motions of `a` onto `b` to start from, the most supported first.
pub(crate) fn seeds(a: &Prepared, b: &Prepared, similarity: &[i32], count: usize) -> Vec<Rigid> {
    let pairs = candidates(a, b, similarity);
    if pairs.is_empty() {
        return Vec::new();
    }
    let n = pairs.len();
    let mut support = vec![0.0f32; n * n];
    for p in 0..n {
        for q in 0..p {
            let c = compatible(a, b, &pairs[p], &pairs[q]);
            support[p * n + q] = c;
            support[q * n + p] = c;
        }
    }
    let mut standing: Vec<f32> = pairs.iter().map(|p| p.weight).collect();
    for _ in 0..ROUNDS {
        let next: Vec<f32> = (0..n)
            .map(|p| {
                let row = &support[p * n..(p + 1) * n];
                let sum: f32 = row.iter().zip(&standing).map(|(c, s)| c * s).sum();
                KEEP * standing[p] + (1.0 - KEEP) * sum / 4.0
            })
            .collect();
        let most = next.iter().copied().fold(1e-9, f32::max);
        standing = next.iter().map(|v| v / most).collect();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|p, q| standing[*q].total_cmp(&standing[*p]).then(p.cmp(q)));
    let mut used = vec![false; n];
    let mut found = Vec::with_capacity(count);
    for p in order {
        if found.len() == count {
            break;
        }
        if used[p] {
            continue;
        }
        let mut fit = Vec::with_capacity(n);
        for q in 0..n {
            let c = if q == p { 1.0 } else { support[p * n + q] };
            if c > MIN_SUPPORT {
                fit.push((pairs[q].a, pairs[q].b, c * (standing[q] + 0.05)));
                used[q] = true;
            }
        }
        if let Some(rigid) = Rigid::fit(a, b, &fit) {
            found.push(rigid);
        }
    }
    found
}

/// The most similar pairs.
fn candidates(a: &Prepared, b: &Prepared, similarity: &[i32]) -> Vec<Pair> {
    let columns = b.len();
    let mut all: Vec<(i32, u32)> =
        similarity.iter().enumerate().filter(|(_, s)| **s > 0).map(|(i, s)| (*s, i as u32)).collect();
    let by = |x: &(i32, u32), y: &(i32, u32)| y.0.cmp(&x.0).then(x.1.cmp(&y.1));
    if all.len() > CANDIDATES {
        all.select_nth_unstable_by(CANDIDATES, by);
        all.truncate(CANDIDATES);
    }
    all.sort_unstable_by(by);
    debug_assert!(a.len() * columns == similarity.len());
    all.iter()
        .map(|(s, i)| Pair { a: *i as usize / columns, b: *i as usize % columns, weight: *s as f32 / FULL })
        .collect()
}

/// 0 to 1: whether two pairs can belong to one motion.
#[inline]
fn compatible(a: &Prepared, b: &Prepared, p: &Pair, q: &Pair) -> f32 {
    if p.a == q.a || p.b == q.b {
        return 0.0;
    }
    let relative = |s: &Prepared, i: usize, k: usize| {
        let (dx, dy) = (s.x[k] - s.x[i], s.y[k] - s.y[i]);
        (dx * s.c[i] + dy * s.s[i], dy * s.c[i] - dx * s.s[i])
    };
    let turn = |s: &Prepared, i: usize, k: usize| {
        (s.c[i] * s.c[k] + s.s[i] * s.s[k], s.c[i] * s.s[k] - s.s[i] * s.c[k])
    };
    let (ta, tb) = (turn(a, p.a, q.a), turn(b, p.b, q.b));
    let cosine = ta.0 * tb.0 + ta.1 * tb.1;
    if cosine < MIN_COSINE {
        return 0.0;
    }
    let miss = |i: (f32, f32), j: (f32, f32)| {
        let (dx, dy) = (i.0 - j.0, i.1 - j.1);
        let tolerance =
            TOLERANCE_PX + TOLERANCE_SHARE * (j.0 * j.0 + j.1 * j.1 + i.0 * i.0 + i.1 * i.1).sqrt();
        (dx * dx + dy * dy) / (tolerance * tolerance)
    };
    let there = miss(relative(a, p.a, q.a), relative(b, p.b, q.b));
    let back = miss(relative(a, q.a, p.a), relative(b, q.b, p.b));
    let miss = 0.5 * (there + back);
    if miss >= 1.0 { 0.0 } else { (1.0 - miss) * (cosine - MIN_COSINE) / (1.0 - MIN_COSINE) }
}
