//! From a first motion to a one-to-one pairing under elastic distortion.

use super::kernels::LANES;
use super::prepared::{MAX_COMPARED, Prepared};
use super::relax::{FULL, Fit};

/// Distance gates of the rounds, in pixels, and the direction gates as cosines (0.6, 0.6 and 0.5 rad).
const ROUNDS: [(f32, f32); 2] = [(22.0, 0.825), (17.6, 0.825)];
pub(crate) const FINAL_COSINE: f32 = 0.878;
const FINAL: (f32, f32) = (12.0, FINAL_COSINE);
/// A seed whose pairs speak for it by less than this times the size normalisation is given up. On real prints,
/// with the network before, two thirds of all strangers ended here, and none of the mates that reach FMR 10 % otherwise
/// (their least was 0.37).
const HOPELESS: f32 = 0.2;
/// Distance over which displacements of neighbours count.
const ELASTIC_PX: f32 = 60.0;
/// Weight of "no displacement" against that of one pair right here.
const STIFFNESS: f32 = 0.6;

/// A turn and a shift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rigid {
    pub(crate) c: f32,
    pub(crate) s: f32,
    pub(crate) tx: f32,
    pub(crate) ty: f32,
}

impl Rigid {
    /// Whether two motions are about the same near the middle of a print.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let turn = self.c * other.c + self.s * other.s;
        // A point of the middle of the usual image.
        let (x, y) = (150.0, -180.0);
        let (p, q) = (self.apply(x, y), other.apply(x, y));
        turn > 0.99 && (p.0 - q.0) * (p.0 - q.0) + (p.1 - q.1) * (p.1 - q.1) < 100.0
    }

    #[inline(always)]
    pub(crate) fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.c * x - self.s * y + self.tx, self.s * x + self.c * y + self.ty)
    }
}

/// A pair of points with what is left between them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Paired {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Square of the distance left, as a share of the gate's (0 to 1).
    pub(crate) distance2: f32,
    /// Cosine of the difference of direction left.
    pub(crate) cosine: f32,
}

/// What speaks for a pair and whose it is in one number, so that the largest is found without a branch: positive
/// floats are ordered as their bits are; the last seven bits make room for a place.
const PLACE_BITS: u32 = 7;
const PLACES: u32 = (1 << PLACE_BITS) - 1;
const _: () = assert!(MAX_COMPARED <= 1 << PLACE_BITS);

/// The value in a key.
fn value(key: u32) -> f32 {
    f32::from_bits(key & !PLACES)
}

type Row = [f32; MAX_COMPARED];

/// The points of `a` on the ground of `b`, and who is paired with whom.
#[derive(Debug, Clone)]
pub(crate) struct Aligned {
    pub(crate) rigid: Rigid,
    pub(crate) pairs: Vec<Paired>,
    pub(crate) x: Row,
    pub(crate) y: Row,
    c: Row,
    s: Row,
    weight: Row,
    shift_x: Row,
    shift_y: Row,
    /// Each point's best partner so far, as a key; 0 for nobody.
    best_a: [u32; MAX_COMPARED],
    best_b: [u32; MAX_COMPARED],
}

impl Default for Aligned {
    fn default() -> Self {
        let row = [0.0; MAX_COMPARED];
        Self {
            rigid: Rigid { c: 1.0, s: 0.0, tx: 0.0, ty: 0.0 },
            pairs: Vec::with_capacity(MAX_COMPARED),
            x: row,
            y: row,
            c: row,
            s: row,
            weight: row,
            shift_x: row,
            shift_y: row,
            best_a: [0; MAX_COMPARED],
            best_b: [0; MAX_COMPARED],
        }
    }
}

impl Aligned {
    /// Follows one seed; false, and nothing to be used, where it soon turns out to lead nowhere.
    #[inline(always)]
    pub(crate) fn follow(&mut self, a: &Prepared, b: &Prepared, similarity: &[i16], seed: Rigid) -> bool {
        self.rigid = seed;
        self.place(a);
        for gate in ROUNDS {
            if self.pair(a, b, similarity, gate) < HOPELESS * a.size * b.size {
                return false;
            }
            let mut fit = Fit::default();
            for p in &self.pairs {
                let (i, j) = (p.a as usize, p.b as usize);
                let turn = (a.c[i] * b.c[j] + a.s[i] * b.s[j], a.c[i] * b.s[j] - a.s[i] * b.c[j]);
                fit.add((a.x[i], a.y[i]), (b.x[j], b.y[j]), turn, 1.0 - 0.8 * p.distance2.sqrt());
            }
            if let Some(better) = fit.solve() {
                self.rigid = better;
            }
            self.place(a);
        }
        self.bend(a.len(), b);
        self.pair(a, b, similarity, FINAL);
        // Once more from the rigid places: what bending brought into reach says more about how the skin was pushed.
        self.place(a);
        self.bend(a.len(), b);
        self.pair(a, b, similarity, FINAL);
        true
    }

    #[inline(always)]
    fn place(&mut self, a: &Prepared) {
        let r = self.rigid;
        let n = a.len().min(MAX_COMPARED);
        let (ax, ay, ac, az) = (&a.x[..n], &a.y[..n], &a.c[..n], &a.s[..n]);
        let (x, y, c, s) = (&mut self.x[..n], &mut self.y[..n], &mut self.c[..n], &mut self.s[..n]);
        for i in 0..n {
            x[i] = r.c * ax[i] - r.s * ay[i] + r.tx;
            y[i] = r.s * ax[i] + r.c * ay[i] + r.ty;
            c[i] = r.c * ac[i] - r.s * az[i];
            s[i] = r.s * ac[i] + r.c * az[i];
        }
    }

    /// Pairs that are each other's best within the gate, and the sum of what speaks for them.
    #[inline(always)]
    fn pair(&mut self, a: &Prepared, b: &Prepared, similarity: &[i16], gate: (f32, f32)) -> f32 {
        let m = a.len().min(MAX_COMPARED);
        let inverse = 1.0 / (gate.0 * gate.0);
        let steep = 1.0 / (1.0 - gate.1);
        let stride = b.stride();
        self.best_b = [0; MAX_COMPARED];
        for i in 0..m {
            let (x, y, c, s) = (self.x[i], self.y[i], self.c[i], self.s[i]);
            let mut best = 0u32;
            for block in b.blocks_between(y - gate.0, y + gate.0) {
                let from = block * LANES;
                let at = from..from + LANES;
                let (Some(bx), Some(by), Some(bc), Some(bs), Some(row), Some(best_b)) = (
                    lanes(&b.x[at.clone()]),
                    lanes(&b.y[at.clone()]),
                    lanes(&b.c[at.clone()]),
                    lanes(&b.s[at.clone()]),
                    lanes(&similarity[i * stride + from..]),
                    self.best_b[at].first_chunk_mut::<LANES>(),
                ) else {
                    continue;
                };
                // Most blocks hold nobody within the gate: nothing else is computed for those.
                let (mut near, mut along) = ([0.0f32; LANES], [0.0f32; LANES]);
                let mut anybody = false;
                for k in 0..LANES {
                    let (dx, dy) = (bx[k] - x, by[k] - y);
                    near[k] = 1.0 - (dx * dx + dy * dy) * inverse;
                    along[k] = (c * bc[k] + s * bs[k] - gate.1) * steep;
                    anybody |= (near[k] > 0.0) & (along[k] > 0.0);
                }
                if !anybody {
                    continue;
                }
                let mut keys = [0u32; LANES];
                for k in 0..LANES {
                    let like = 0.5 + 0.5 / FULL * f32::from(row[k].max(0));
                    let value = near[k] * (0.3 + 0.7 * along[k]) * like;
                    let inside = (near[k] > 0.0) & (along[k] > 0.0);
                    keys[k] = if inside { value.to_bits() & !PLACES } else { 0 };
                }
                for k in 0..LANES {
                    best = best.max(keys[k] | (from + k) as u32);
                    // A key without a value keeps a place; `mutual` sorts it out.
                    best_b[k] = best_b[k].max(keys[k] | i as u32);
                }
            }
            self.best_a[i] = best;
        }
        self.mutual(m, b, inverse)
    }

    #[inline(always)]
    fn mutual(&mut self, m: usize, b: &Prepared, inverse: f32) -> f32 {
        let mut sum = 0.0f32;
        self.pairs.clear();
        for i in 0..m {
            let key = self.best_a[i];
            let j = (key & PLACES) as usize;
            if key <= PLACES || self.best_b[j] != (key & !PLACES | i as u32) {
                continue;
            }
            let (dx, dy) = (b.x[j] - self.x[i], b.y[j] - self.y[i]);
            let cosine = self.c[i] * b.c[j] + self.s[i] * b.s[j];
            let distance2 = (dx * dx + dy * dy) * inverse;
            self.pairs.push(Paired { a: i as u32, b: j as u32, distance2, cosine });
            sum += value(key);
        }
        sum
    }

    /// Moves every point by what its neighbours' pairs say, never by its own.
    #[inline(always)]
    fn bend(&mut self, n: usize, b: &Prepared) {
        let n = n.min(MAX_COMPARED);
        let inverse = 1.0 / (ELASTIC_PX * ELASTIC_PX);
        let (x, y) = (&self.x[..n], &self.y[..n]);
        let (w, sx, sy) = (&mut self.weight[..n], &mut self.shift_x[..n], &mut self.shift_y[..n]);
        w.fill(STIFFNESS);
        sx.fill(0.0);
        sy.fill(0.0);
        for p in &self.pairs {
            let (own, j) = (p.a as usize, p.b as usize);
            let (px, py) = (x[own], y[own]);
            let (vx, vy) = (b.x[j] - px, b.y[j] - py);
            let kept = (w[own], sx[own], sy[own]);
            for i in 0..n {
                let (dx, dy) = (px - x[i], py - y[i]);
                let near = 1.0 + (dx * dx + dy * dy) * inverse;
                let k = 1.0 / (near * near * near);
                w[i] += k;
                sx[i] += k * vx;
                sy[i] += k * vy;
            }
            (w[own], sx[own], sy[own]) = kept;
        }
        for i in 0..n {
            self.x[i] += self.shift_x[i] / self.weight[i];
            self.y[i] += self.shift_y[i] / self.weight[i];
        }
    }
}

#[inline(always)]
fn lanes<T>(values: &[T]) -> Option<&[T; LANES]> {
    values.first_chunk::<LANES>()
}
