//! The projection of neighbourhoods: what stays the same between impressions of a finger, by how well it does.
//!
//! Canonical correlation in the symmetric case: with C the covariance of all descriptors and X the
//! cross-covariance of true pairs, the vectors v of X v = r C v, each weighted by its correlation r.

use super::linear::{Square, cholesky, leading, solve_lower, solve_lower_transposed};
use super::people::Finger;
use super::prints::Labelled;
use finger::{PROJECTED_LEN, Prepared, RAW_LEN};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Added to the diagonal of C, as a share of its mean: keeps rare cells from being trusted.
const RIDGE: f64 = 0.02;

/// Pairs of raw descriptors of the same minutia in two impressions.
pub type RawPair = (Box<[f32; RAW_LEN]>, Box<[f32; RAW_LEN]>);

/// Descriptor pairs from `fingers` synthetic fingers, two impressions each.
pub fn synthetic_pairs(fingers: std::ops::Range<u64>) -> Vec<RawPair> {
    let mut pairs = Vec::new();
    for number in fingers {
        let mut rng = ChaCha8Rng::seed_from_u64(number);
        let finger = Finger::random(&mut rng);
        let (a, b) = (finger.impression(&mut rng), finger.impression(&mut rng));
        let (da, db) = (finger::raw_descriptors(&a.template), finger::raw_descriptors(&b.template));
        for (i, truth) in a.truth.iter().enumerate().filter(|(_, t)| t.is_some()) {
            if let Some(j) = b.truth.iter().position(|t| t == truth) {
                pairs.push((Box::new(da[i]), Box::new(db[j])));
            }
        }
    }
    pairs
}

/// Impressions of one finger give pairs of minutiae where a comparison speaks this clearly (one stranger in a
/// thousand would).
const SURE: f32 = 3.0;
/// Pairs of impressions a finger that are used: the others say much the same.
const PAIRS_OF_A_FINGER: usize = 24;

/// Descriptor pairs of one finger's impressions as an extractor found them: minutiae that a comparison laid on each
/// other.
pub fn found_pairs(impressions: &[&Labelled]) -> Vec<RawPair> {
    let ready: Vec<Prepared> = impressions.iter().map(|l| Prepared::new(&l.template)).collect();
    let raw: Vec<_> = impressions.iter().map(|l| finger::raw_descriptors(&l.template)).collect();
    let mut couples: Vec<(usize, usize)> =
        (0..ready.len()).flat_map(|i| (i + 1..ready.len()).map(move |j| (i, j))).collect();
    // The same every time, and from all over the list.
    couples.sort_by_key(|(i, j)| (i * 7919 + j * 104_729) % 1009);
    couples.truncate(PAIRS_OF_A_FINGER);
    let mut pairs = Vec::new();
    for (i, j) in couples {
        let found = finger::compare(&ready[i], &ready[j]);
        if found.llr >= SURE {
            for (p, q) in found.pairs {
                if let (Some(a), Some(b)) = (raw[i].get(usize::from(p)), raw[j].get(usize::from(q))) {
                    pairs.push((Box::new(*a), Box::new(*b)));
                }
            }
        }
    }
    pairs
}

/// Covariances, gathered batch by batch.
pub struct Moments {
    total: Square,
    cross: Square,
    count: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { total: Square::zeros(RAW_LEN), cross: Square::zeros(RAW_LEN), count: 0.0 }
    }
}

impl Moments {
    /// Adds pairs.
    pub fn add(&mut self, pairs: &[RawPair]) {
        let mut total = vec![0.0f32; RAW_LEN * RAW_LEN];
        let mut cross = vec![0.0f32; RAW_LEN * RAW_LEN];
        for (a, b) in pairs {
            for i in 0..RAW_LEN {
                let (x, y) = (a[i], b[i]);
                if x == 0.0 && y == 0.0 {
                    continue;
                }
                let t = &mut total[i * RAW_LEN..(i + 1) * RAW_LEN];
                let c = &mut cross[i * RAW_LEN..(i + 1) * RAW_LEN];
                for ((t, c), (p, q)) in t.iter_mut().zip(c).zip(a.iter().zip(b.iter())) {
                    *t += x * p + y * q;
                    *c += x * q + y * p;
                }
            }
        }
        self.total.v.iter_mut().zip(&total).for_each(|(s, v)| *s += f64::from(*v));
        self.cross.v.iter_mut().zip(&cross).for_each(|(s, v)| *s += f64::from(*v));
        self.count += 2.0 * pairs.len() as f64;
    }

    /// Pairs added so far.
    pub fn pairs(&self) -> u64 {
        (self.count / 2.0) as u64
    }

    /// Adds what another gathered.
    pub fn merge(&mut self, other: &Self) {
        self.total.v.iter_mut().zip(&other.total.v).for_each(|(s, v)| *s += v);
        self.cross.v.iter_mut().zip(&other.cross.v).for_each(|(s, v)| *s += v);
        self.count += other.count;
    }

    /// The stored form of the projection and its correlations; none where the data do not suffice.
    pub fn solve(&self) -> Option<(Vec<u8>, Vec<f64>)> {
        if self.count < 1.0 {
            return None;
        }
        let n = RAW_LEN;
        let mut total = self.total.clone();
        total.v.iter_mut().for_each(|v| *v /= self.count);
        let mean = (0..n).map(|i| total.v[i * n + i]).sum::<f64>() / n as f64;
        (0..n).for_each(|i| total.v[i * n + i] += RIDGE * mean);
        let l = cholesky(&total)?;
        // W = L^-1 X L^-T, column by column, then row by row.
        let mut w = Square::zeros(n);
        for i in 0..n {
            let mut column: Vec<f64> = self.cross.row(i).iter().map(|v| v / self.count).collect();
            solve_lower(&l, &mut column);
            (0..n).for_each(|k| w.v[k * n + i] = column[k]);
        }
        for k in 0..n {
            let mut row = w.row(k).to_vec();
            solve_lower(&l, &mut row);
            w.v[k * n..(k + 1) * n].copy_from_slice(&row);
        }
        let found = leading(&w, PROJECTED_LEN, 80);
        let correlations: Vec<f64> = found.iter().map(|(r, _)| *r).collect();
        let columns: Vec<Vec<f64>> = found
            .into_iter()
            .map(|(r, mut v)| {
                solve_lower_transposed(&l, &mut v);
                v.iter_mut().for_each(|x| *x *= r.max(0.0));
                v
            })
            .collect();
        Some((stored(&columns), correlations))
    }
}

/// One scale a column, then 8-bit values row by row.
fn stored(columns: &[Vec<f64>]) -> Vec<u8> {
    let scales: Vec<f64> =
        columns.iter().map(|c| c.iter().fold(1e-12f64, |m, v| m.max(v.abs())) / 127.0).collect();
    let mut out: Vec<u8> = scales.iter().flat_map(|s| (*s as f32).to_le_bytes()).collect();
    for i in 0..RAW_LEN {
        out.extend(columns.iter().zip(&scales).map(|(c, s)| (c[i] / s).round() as i8 as u8));
    }
    out
}
