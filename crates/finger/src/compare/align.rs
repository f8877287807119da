//! From a first motion to a one-to-one pairing under elastic distortion.

use super::prepared::Prepared;
use super::relax::FULL;

/// Distance gates of the rounds, in pixels, and the direction gates as cosines (0.6, 0.6 and 0.5 rad).
const ROUNDS: [(f32, f32); 2] = [(22.0, 0.825), (17.6, 0.825)];
pub(crate) const FINAL_COSINE: f32 = 0.878;
const FINAL: (f32, f32) = (12.0, FINAL_COSINE);
/// Distance over which displacements of neighbours count.
const ELASTIC_PX: f32 = 60.0;
/// Weight of "no displacement" against that of one pair right here.
const STIFFNESS: f32 = 0.6;
/// Lever that turns a difference of direction into a pull on the rotation.
const DIRECTION_LEVER_PX: f32 = 20.0;

/// A turn and a shift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rigid {
    pub(crate) c: f32,
    pub(crate) s: f32,
    pub(crate) tx: f32,
    pub(crate) ty: f32,
}

impl Rigid {
    /// The weighted best motion of points of `a` onto points of `b`, directions included.
    pub(crate) fn fit(a: &Prepared, b: &Prepared, pairs: &[(usize, usize, f32)]) -> Option<Self> {
        let (mut w, mut ax, mut ay, mut bx, mut by) = (0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32);
        for (i, j, k) in pairs {
            w += k;
            ax += k * a.x[*i];
            ay += k * a.y[*i];
            bx += k * b.x[*j];
            by += k * b.y[*j];
        }
        if w <= 0.0 {
            return None;
        }
        let (ax, ay, bx, by) = (ax / w, ay / w, bx / w, by / w);
        let (mut re, mut im) = (0.0f32, 0.0f32);
        for (i, j, k) in pairs {
            let (px, py) = (a.x[*i] - ax, a.y[*i] - ay);
            let (qx, qy) = (b.x[*j] - bx, b.y[*j] - by);
            let lever = DIRECTION_LEVER_PX * DIRECTION_LEVER_PX;
            re += k * (px * qx + py * qy + lever * (a.c[*i] * b.c[*j] + a.s[*i] * b.s[*j]));
            im += k * (px * qy - py * qx + lever * (a.c[*i] * b.s[*j] - a.s[*i] * b.c[*j]));
        }
        let length = (re * re + im * im).sqrt();
        if length.is_nan() || length <= 1e-9 {
            return None;
        }
        let (c, s) = (re / length, im / length);
        Some(Self { c, s, tx: bx - (c * ax - s * ay), ty: by - (s * ax + c * ay) })
    }

    /// Whether two motions are about the same near the middle of a print.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let turn = self.c * other.c + self.s * other.s;
        // A point of the middle of the usual image.
        let (x, y) = (150.0, -180.0);
        let (p, q) = (self.apply(x, y), other.apply(x, y));
        turn > 0.99 && (p.0 - q.0) * (p.0 - q.0) + (p.1 - q.1) * (p.1 - q.1) < 100.0
    }

    #[inline]
    pub(crate) fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        (self.c * x - self.s * y + self.tx, self.s * x + self.c * y + self.ty)
    }

    #[inline]
    pub(crate) fn turn(&self, c: f32, s: f32) -> (f32, f32) {
        (self.c * c - self.s * s, self.s * c + self.c * s)
    }
}

/// A pair of points with what is left between them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paired {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Distance left, as a share of the final gate (0 to 1).
    pub(crate) distance: f32,
    /// Cosine of the difference of direction left.
    pub(crate) cosine: f32,
}

/// A pairing, and `a` as it lies on `b` after distortion.
pub(crate) struct Aligned {
    pub(crate) rigid: Rigid,
    pub(crate) pairs: Vec<Paired>,
    pub(crate) x: Vec<f32>,
    pub(crate) y: Vec<f32>,
}

/// Follows one seed.
pub(crate) fn align(a: &Prepared, b: &Prepared, similarity: &[i32], seed: Rigid) -> Aligned {
    let mut rigid = seed;
    let mut moved = Moved::new(a, &rigid);
    let mut pairs = Vec::new();
    for gate in ROUNDS {
        pairs = moved.pair(b, similarity, gate);
        let fit: Vec<_> =
            pairs.iter().map(|p| (p.a as usize, p.b as usize, (1.0 - 0.8 * p.distance) * 0.5)).collect();
        if let Some(better) = Rigid::fit(a, b, &fit) {
            rigid = better;
        }
        moved = Moved::new(a, &rigid);
    }
    moved.bend(b, &pairs);
    let pairs = moved.pair(b, similarity, FINAL);
    Aligned { rigid, pairs, x: moved.x, y: moved.y }
}

/// The points of `a` on the ground of `b`.
struct Moved {
    x: Vec<f32>,
    y: Vec<f32>,
    c: Vec<f32>,
    s: Vec<f32>,
}

impl Moved {
    fn new(a: &Prepared, rigid: &Rigid) -> Self {
        let n = a.len();
        let mut moved = Self { x: vec![0.0; n], y: vec![0.0; n], c: vec![0.0; n], s: vec![0.0; n] };
        for i in 0..n {
            (moved.x[i], moved.y[i]) = rigid.apply(a.x[i], a.y[i]);
            (moved.c[i], moved.s[i]) = rigid.turn(a.c[i], a.s[i]);
        }
        moved
    }

    /// Pairs that are each other's best within the gate.
    fn pair(&self, b: &Prepared, similarity: &[i32], gate: (f32, f32)) -> Vec<Paired> {
        let (m, n) = (self.x.len(), b.len());
        let inverse = 1.0 / (gate.0 * gate.0);
        let steep = 1.0 / (1.0 - gate.1);
        let mut best_b = vec![(0.0f32, u32::MAX); n];
        let mut best_a = vec![(0.0f32, u32::MAX); m];
        for i in 0..m {
            let row = &similarity[i * n..(i + 1) * n];
            let (x, y, c, s) = (self.x[i], self.y[i], self.c[i], self.s[i]);
            for j in 0..n {
                let (dx, dy) = (b.x[j] - x, b.y[j] - y);
                let near = 1.0 - (dx * dx + dy * dy) * inverse;
                if near <= 0.0 {
                    continue;
                }
                let along = (c * b.c[j] + s * b.s[j] - gate.1) * steep;
                if along <= 0.0 {
                    continue;
                }
                let like = 0.5 + 0.5 * (row[j] as f32 / FULL).max(0.0);
                let value = near * (0.3 + 0.7 * along) * like;
                if value > best_a[i].0 {
                    best_a[i] = (value, j as u32);
                }
                if value > best_b[j].0 {
                    best_b[j] = (value, i as u32);
                }
            }
        }
        (0..m)
            .filter_map(|i| {
                let j = best_a[i].1 as usize;
                if best_b.get(j)?.1 as usize != i {
                    return None;
                }
                let (dx, dy) = (b.x[j] - self.x[i], b.y[j] - self.y[i]);
                let distance = ((dx * dx + dy * dy) * inverse).sqrt();
                let cosine = self.c[i] * b.c[j] + self.s[i] * b.s[j];
                Some(Paired { a: i as u32, b: j as u32, distance, cosine })
            })
            .collect()
    }

    /// Moves every point by what its neighbours' pairs say, never by its own.
    fn bend(&mut self, b: &Prepared, pairs: &[Paired]) {
        let inverse = 1.0 / (ELASTIC_PX * ELASTIC_PX);
        let pulls: Vec<(u32, f32, f32, f32, f32)> = pairs
            .iter()
            .map(|p| {
                let (x, y) = (self.x[p.a as usize], self.y[p.a as usize]);
                (p.a, x, y, b.x[p.b as usize] - x, b.y[p.b as usize] - y)
            })
            .collect();
        let shifts: Vec<(f32, f32)> = (0..self.x.len())
            .map(|i| {
                let (mut w, mut sx, mut sy) = (STIFFNESS, 0.0f32, 0.0f32);
                for (own, x, y, px, py) in &pulls {
                    let (dx, dy) = (x - self.x[i], y - self.y[i]);
                    let near = 1.0 + (dx * dx + dy * dy) * inverse;
                    let k = if *own as usize == i { 0.0 } else { 1.0 / (near * near * near) };
                    w += k;
                    sx += k * px;
                    sy += k * py;
                }
                (sx / w, sy / w)
            })
            .collect();
        for (i, (sx, sy)) in shifts.iter().enumerate() {
            self.x[i] += sx;
            self.y[i] += sy;
        }
    }
}
