//! The most similar descriptors, and which of them tell the same story.

use super::align::Rigid;
use super::kernels::{LANES, above};
use super::prepared::{MAX_COMPARED, Prepared};

/// Descriptor pairs that are looked at.
pub(crate) const CANDIDATES: usize = 32;
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
/// Full similarity: half the product of two vectors of length 254.
pub(crate) const FULL: f32 = 127.0 * 254.0;
/// Rows of [`LANES`] similarities that share their maxima while the bound is sought.
const GROUP: usize = 8;
const GROUPS: usize = MAX_COMPARED * MAX_COMPARED / (LANES * GROUP);
/// How closely the bound is sought.
const LEAST_STEP: i16 = 128;

/// The candidates, one array a property; unused places stay zero.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    count: usize,
    a: [u32; CANDIDATES],
    b: [u32; CANDIDATES],
    ax: [f32; CANDIDATES],
    ay: [f32; CANDIDATES],
    bx: [f32; CANDIDATES],
    by: [f32; CANDIDATES],
    /// The turn from `a`'s direction to `b`'s.
    c: [f32; CANDIDATES],
    s: [f32; CANDIDATES],
    weight: [f32; CANDIDATES],
    standing: [f32; CANDIDATES],
    support: [[f32; CANDIDATES]; CANDIDATES],
    picked: Vec<u32>,
}

impl Default for Candidates {
    fn default() -> Self {
        let (f, u) = ([0.0; CANDIDATES], [0; CANDIDATES]);
        Self {
            count: 0,
            a: u,
            b: u,
            ax: f,
            ay: f,
            bx: f,
            by: f,
            c: f,
            s: f,
            weight: f,
            standing: f,
            support: [f; CANDIDATES],
            picked: Vec::with_capacity(4 * CANDIDATES),
        }
    }
}

impl Candidates {
    /// The most similar pairs of a similarity table, and how far they support each other.
    #[inline(always)]
    pub(crate) fn find(&mut self, a: &Prepared, b: &Prepared, similarity: &[i16]) {
        self.pick(similarity);
        self.count = self.picked.len().min(CANDIDATES);
        self.weight = [0.0; CANDIDATES];
        for k in 0..self.count {
            let (half, at) = unpack(self.picked[k]);
            let (i, j) = (at / b.stride(), at % b.stride());
            (self.a[k], self.b[k]) = (i as u32, j as u32);
            (self.ax[k], self.ay[k], self.bx[k], self.by[k]) = (a.x[i], a.y[i], b.x[j], b.y[j]);
            self.c[k] = a.c[i] * b.c[j] + a.s[i] * b.s[j];
            self.s[k] = a.c[i] * b.s[j] - a.s[i] * b.c[j];
            self.weight[k] = f32::from(half) / FULL;
        }
        self.relate();
        self.relax();
    }

    /// The largest similarities over zero, largest first; of equal ones those that come first in the table.
    #[inline(always)]
    fn pick(&mut self, similarity: &[i16]) {
        // A bound that at least enough of the table's values are over: the maxima of groups give one.
        let mut maxima = [[0i16; LANES]; GROUPS];
        for (most, group) in maxima.iter_mut().zip(similarity.chunks(GROUP * LANES)) {
            let mut found = [0i16; LANES];
            for stretch in group.as_chunks::<LANES>().0 {
                for k in 0..LANES {
                    found[k] = found[k].max(stretch[k]);
                }
            }
            *most = found;
        }
        let groups = similarity.len().div_ceil(GROUP * LANES).min(GROUPS);
        let (mut bound, mut step) = (0i16, 1i16 << 14);
        while step >= LEAST_STEP {
            let over: u32 = maxima[..groups].iter().map(|m| above(m, bound + step).count_ones()).sum();
            if over >= CANDIDATES as u32 {
                bound += step;
            }
            step >>= 1;
        }
        self.picked.clear();
        for (at, stretch) in similarity.as_chunks::<LANES>().0.iter().enumerate() {
            let mut bits = above(stretch, bound);
            while bits != 0 {
                let k = bits.trailing_zeros() as usize;
                self.picked.push(pack(stretch[k], at * LANES + k));
                bits &= bits - 1;
            }
        }
        if self.picked.len() > CANDIDATES {
            self.picked.select_nth_unstable_by(CANDIDATES, |x, y| y.cmp(x));
            self.picked.truncate(CANDIDATES);
        }
        self.picked.sort_unstable_by(|x, y| y.cmp(x));
    }

    /// 0 to 1 for every two pairs: whether both can belong to one motion.
    #[inline(always)]
    fn relate(&mut self) {
        for p in 0..self.count {
            let (ax, ay, bx, by) = (self.ax[p], self.ay[p], self.bx[p], self.by[p]);
            let (c, s, a, b) = (self.c[p], self.s[p], self.a[p], self.b[p]);
            let row = &mut self.support[p];
            for (q, value_at) in row.iter_mut().enumerate() {
                let (ux, uy) = (self.ax[q] - ax, self.ay[q] - ay);
                let (vx, vy) = (self.bx[q] - bx, self.by[q] - by);
                // What misses between u turned by each pair's own turn and v, both squares added up.
                let squares = ux * ux + uy * uy + vx * vx + vy * vy;
                let dot = ux * vx + uy * vy;
                let cross = ux * vy - uy * vx;
                let misses = 2.0 * (squares - (c + self.c[q]) * dot - (s + self.s[q]) * cross);
                let tolerance = TOLERANCE_PX + TOLERANCE_SHARE * squares.sqrt();
                let miss = 0.5 * misses / (tolerance * tolerance);
                let cosine = c * self.c[q] + s * self.s[q];
                let value = (1.0 - miss) * (cosine - MIN_COSINE) * (1.0 / (1.0 - MIN_COSINE));
                let apart = (self.a[q] != a) & (self.b[q] != b) & (cosine > MIN_COSINE) & (miss < 1.0);
                *value_at = if apart { value.min(1.0) } else { 0.0 };
            }
        }
    }

    /// Rounds in which pairs lend each other standing.
    #[inline(always)]
    fn relax(&mut self) {
        let mut standing = self.weight;
        for _ in 0..ROUNDS {
            let mut next = [0.0f32; CANDIDATES];
            // In registers, part by part.
            for (part, next) in next.chunks_exact_mut(LANES).enumerate() {
                let mut sums = [0.0f32; LANES];
                for (row, own) in self.support.iter().zip(&standing).take(self.count) {
                    for k in 0..LANES {
                        sums[k] += row[part * LANES + k] * own;
                    }
                }
                next.copy_from_slice(&sums);
            }
            let mut most = 1e-9f32;
            for (n, own) in next.iter_mut().zip(&standing) {
                *n = KEEP * own + (1.0 - KEEP) * 0.25 * *n;
                most = most.max(*n);
            }
            let scale = 1.0 / most;
            for (own, n) in standing.iter_mut().zip(&next) {
                *own = n * scale;
            }
        }
        self.standing = standing;
    }

    /// The motion of `a` onto `b` that the most supported candidate and its supporters stand for, and how much
    /// similarity they bring together. Its supporters are not used again.
    #[inline(always)]
    pub(crate) fn seed(&mut self) -> Option<(Rigid, f32)> {
        let mut best: Option<usize> = None;
        for p in 0..self.count {
            if self.weight[p] > 0.0 && best.is_none_or(|q| self.standing[p] > self.standing[q]) {
                best = Some(p);
            }
        }
        let p = best?;
        let mut fit = Fit::default();
        let mut strength = 0.0f32;
        for q in 0..self.count {
            let support = if q == p { 1.0 } else { self.support[p][q] };
            if support > MIN_SUPPORT {
                fit.add(
                    (self.ax[q], self.ay[q]),
                    (self.bx[q], self.by[q]),
                    (self.c[q], self.s[q]),
                    support * (self.standing[q] + 0.05),
                );
                strength += support * self.weight[q].max(0.0);
                self.weight[q] = 0.0;
            }
        }
        fit.solve().map(|rigid| (rigid, strength))
    }
}

fn pack(value: i16, at: usize) -> u32 {
    (value as u32) << 16 | (0xffff - at as u32)
}

fn unpack(packed: u32) -> (i16, usize) {
    ((packed >> 16) as i16, (0xffff - (packed & 0xffff)) as usize)
}

/// Sums for the weighted best motion, taken about the first point so that squares stay small.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Fit {
    origin: Option<((f32, f32), (f32, f32))>,
    w: f32,
    ax: f32,
    ay: f32,
    bx: f32,
    by: f32,
    dot: f32,
    cross: f32,
    c: f32,
    s: f32,
}

/// Lever that turns a difference of direction into a pull on the rotation.
const DIRECTION_LEVER_PX: f32 = 20.0;

impl Fit {
    /// A point of `a`, its partner of `b`, the turn between their directions, and a weight.
    #[inline(always)]
    pub(crate) fn add(&mut self, a: (f32, f32), b: (f32, f32), turn: (f32, f32), w: f32) {
        let (oa, ob) = *self.origin.get_or_insert((a, b));
        let (ax, ay) = (a.0 - oa.0, a.1 - oa.1);
        let (bx, by) = (b.0 - ob.0, b.1 - ob.1);
        self.w += w;
        self.ax += w * ax;
        self.ay += w * ay;
        self.bx += w * bx;
        self.by += w * by;
        self.dot += w * (ax * bx + ay * by);
        self.cross += w * (ax * by - ay * bx);
        self.c += w * turn.0;
        self.s += w * turn.1;
    }

    /// The motion of `a` onto `b`, directions included.
    #[inline(always)]
    pub(crate) fn solve(&self) -> Option<Rigid> {
        let (oa, ob) = self.origin?;
        if self.w <= 0.0 {
            return None;
        }
        let each = 1.0 / self.w;
        let (ax, ay, bx, by) = (self.ax * each, self.ay * each, self.bx * each, self.by * each);
        let lever = DIRECTION_LEVER_PX * DIRECTION_LEVER_PX;
        let re = self.dot - self.w * (ax * bx + ay * by) + lever * self.c;
        let im = self.cross - self.w * (ax * by - ay * bx) + lever * self.s;
        let length = (re * re + im * im).sqrt();
        if length.is_nan() || length <= 1e-9 {
            return None;
        }
        let (c, s) = (re / length, im / length);
        let (ax, ay, bx, by) = (ax + oa.0, ay + oa.1, bx + ob.0, by + ob.1);
        Some(Rigid { c, s, tx: bx - (c * ax - s * ay), ty: by - (s * ax + c * ay) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_are_picked_in_order() {
        let mut candidates = Candidates::default();
        for (len, seed) in [(16, 3u32), (64, 7), (1600, 11), (16_384, 13)] {
            let table: Vec<i16> = (0..len as u32)
                .map(|i| (i.wrapping_mul(2_654_435_761).wrapping_mul(seed) >> 17) as i16 / 3 - 3000)
                .collect();
            candidates.pick(&table);
            let mut want: Vec<(i16, usize)> =
                table.iter().enumerate().filter(|(_, v)| **v > 0).map(|(i, v)| (*v, i)).collect();
            want.sort_by(|x, y| y.0.cmp(&x.0).then(x.1.cmp(&y.1)));
            want.truncate(CANDIDATES);
            let found: Vec<_> = candidates.picked.iter().map(|p| unpack(*p)).collect();
            assert_eq!(found, want, "{len} values");
        }
    }
}
