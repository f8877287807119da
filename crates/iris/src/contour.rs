//! Closed contours: polar views of the image, the optimal closed path through an edge map, and its smooth form.

use crate::Contour;
use crate::num;
use crate::plane::Plane;
use std::sync::LazyLock;

/// Angles at which a contour is held.
pub(crate) const ANGLES: usize = 128;

/// The image around a centre: `bins` radii from `r0` in steps of `dr`, at [`ANGLES`] angles, angle by angle.
pub(crate) struct Polar {
    pub(crate) bins: usize,
    pub(crate) r0: f32,
    pub(crate) dr: f32,
    /// Values, `ANGLES` x `bins`.
    v: Vec<f32>,
    /// Per angle, how many bins lie in the frame.
    limit: Vec<usize>,
}

impl Polar {
    /// Samples `plane` around `(x, y)` between two radii given in pixels.
    pub(crate) fn new(plane: &Plane, x: f32, y: f32, from: f32, to: f32, bins: usize) -> Self {
        let dr = (to - from) / bins as f32;
        let mut v = Vec::with_capacity(ANGLES * bins);
        let mut limit = Vec::with_capacity(ANGLES);
        for (c, s) in directions() {
            let at = |j: usize| {
                let r = from + dr * j as f32;
                (x + r * c, y - r * s)
            };
            let held = |j: &usize| {
                let (px, py) = at(*j);
                plane.holds(px, py, 0.0)
            };
            limit.push(if held(&0) && held(&(bins - 1)) { bins } else { (0..bins).take_while(held).count() });
            v.extend((0..bins).map(|j| {
                let (px, py) = at(j);
                plane.sample(px, py)
            }));
        }
        Self { bins, r0: from, dr, v, limit }
    }

    /// Mean of the `width` bins beyond each bin minus the mean of the `width` bins before it; 0 where that
    /// leaves the frame or the view.
    pub(crate) fn edges(&self, width: usize) -> Vec<f32> {
        let width = width.max(1);
        let mut out = vec![0.0; self.v.len()];
        let mut sums = vec![0.0; self.bins + 1];
        for (i, row) in self.v.chunks_exact(self.bins).enumerate() {
            for (j, v) in row.iter().enumerate() {
                sums[j + 1] = sums[j] + v;
            }
            for j in width..self.limit[i].saturating_sub(width) {
                let before = sums[j] - sums[j - width];
                let beyond = sums[j + 1 + width] - sums[j + 1];
                out[i * self.bins + j] = (beyond - before) / width as f32;
            }
        }
        out
    }

    /// The radius of a fractional bin, pixels.
    pub(crate) fn radius(&self, bin: f32) -> f32 {
        self.r0 + self.dr * bin
    }

    /// The value at an angle and bin, both clamped.
    pub(crate) fn value(&self, angle: usize, bin: usize) -> f32 {
        self.v[(angle % ANGLES) * self.bins + bin.min(self.bins - 1)]
    }

    /// Bins in the frame at an angle.
    pub(crate) fn limit(&self, angle: usize) -> usize {
        self.limit[angle % ANGLES]
    }
}

/// Cosine and sine of the contour's angles.
pub(crate) fn directions() -> impl Iterator<Item = (f32, f32)> {
    static CIRCLE: LazyLock<[(f32, f32); ANGLES]> =
        LazyLock::new(|| std::array::from_fn(|i| num::direction(i as f32 / ANGLES as f32)));
    CIRCLE.iter().copied()
}

/// The closed path of least cost through an `ANGLES` x `bins` map: neighbours differ by at most two bins, and a
/// step of d bins costs `stiffness` d^2. Exact for its starting bin, which an unclosed pass over two turns finds.
pub(crate) fn closed_path(cost: &[f32], bins: usize, stiffness: f32) -> Vec<usize> {
    let open = open_path(cost, bins, stiffness, 2 * ANGLES, None);
    let start = open[ANGLES];
    open_path(cost, bins, stiffness, ANGLES + 1, Some(start))
}

/// Least-cost path over `steps` columns (wrapping); with `pin` it begins and ends at that bin and leaves out the
/// repeated last column.
fn open_path(cost: &[f32], bins: usize, stiffness: f32, steps: usize, pin: Option<usize>) -> Vec<usize> {
    // Two bins of infinite cost on either side, as far as a step reaches, spare the inner loop its bounds.
    const PAD: usize = 2;
    let mut total = vec![f32::INFINITY; bins + 2 * PAD];
    let mut from = vec![0i32; steps * bins];
    for (j, (t, c)) in total[PAD..].iter_mut().zip(&cost[..bins]).enumerate() {
        if pin.is_none_or(|p| p == j) {
            *t = *c;
        }
    }
    let mut next = vec![f32::INFINITY; bins + 2 * PAD];
    let [step_1, step_2] = [stiffness, 4.0 * stiffness];
    for step in 1..steps {
        let column = &cost[(step % ANGLES) * bins..][..bins];
        let way = &mut from[step * bins..][..bins];
        // Of equal costs the step inwards.
        let shifted = |d: usize| &total[d..][..bins];
        let (inner, same, outer) =
            (shifted(0).iter().zip(shifted(1)), shifted(2), shifted(3).iter().zip(shifted(4)));
        let ways = inner.zip(same).zip(outer).zip(column);
        for ((n, w), ((((a, b), c), (d, e)), own)) in next[PAD..].iter_mut().zip(way).zip(ways) {
            let (mut least, mut step) = (a + step_2, -2);
            for (t, by) in [(b + step_1, -1), (*c, 0), (d + step_1, 1), (e + step_2, 2)] {
                let better = t < least;
                least = if better { t } else { least };
                step = if better { by } else { step };
            }
            *n = least + own;
            *w = step;
        }
        std::mem::swap(&mut total, &mut next);
    }
    let total = &total[PAD..PAD + bins];
    let best = (0..bins).min_by(|a, b| total[*a].total_cmp(&total[*b])).unwrap_or(0);
    let mut at = pin.unwrap_or(best);
    let mut path = vec![0; steps];
    for step in (0..steps).rev() {
        path[step] = at;
        at = at.saturating_add_signed(from[step * bins + at] as isize).min(bins - 1);
    }
    if pin.is_some() {
        path.pop();
    }
    path
}

/// The peak of an edge map near a bin, to a fraction of a bin, by a parabola through three values.
pub(crate) fn peak(edges: &[f32], bins: usize, angle: usize, bin: usize) -> f32 {
    if bin == 0 || bin + 1 >= bins {
        return bin as f32;
    }
    let row = &edges[angle * bins..][..bins];
    let (a, b, c) = (row[bin - 1], row[bin], row[bin + 1]);
    let bend = a - 2.0 * b + c;
    if bend < -1e-3 { bin as f32 + (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { bin as f32 }
}

/// Most harmonics of a smoothed contour.
const MAX_ORDER: usize = 8;

/// Harmonics up to twice the highest: products of two of them are sums of these.
const WAVES: usize = 4 * MAX_ORDER + 1;

/// Angle by angle 1, cos, sin, cos 2, sin 2, ...
fn waves() -> &'static [[f32; WAVES]; ANGLES] {
    static WAVES_AT: LazyLock<Box<[[f32; WAVES]; ANGLES]>> = LazyLock::new(|| {
        let circle: Vec<(f32, f32)> = directions().collect();
        Box::new(std::array::from_fn(|i| {
            std::array::from_fn(|t| {
                let (c, s) = circle[t.div_ceil(2) * i % ANGLES];
                if t == 0 || t % 2 == 1 { c } else { s }
            })
        }))
    });
    &WAVES_AT
}

/// Radii smoothed by a weighted Fourier series of `order` harmonics, at most [`MAX_ORDER`]. Small weights let the curve
/// bridge what is hidden; `ridge` times k^2 damps the harmonics, so that a bridge stays round. Four rounds of reweighting
/// (Tukey) drop points further than `tolerance` pixels from the curve.
pub(crate) fn smooth(radii: &[f32], weights: &[f32], order: usize, ridge: f32, tolerance: f32) -> Vec<f32> {
    let order = order.min(MAX_ORDER);
    let terms = 2 * order + 1;
    let mut curve = radii.to_vec();
    let mut trust = weights.to_vec();
    for round in 0..4 {
        let (mut sums, mut right) = ([0.0f64; WAVES], [0.0f64; WAVES]);
        let all: f32 = trust.iter().sum::<f32>().max(1e-3);
        for ((row, r), w) in waves().iter().zip(radii).zip(&trust) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum += f64::from(w * x);
            }
            for (sum, x) in right[..terms].iter_mut().zip(row) {
                *sum += f64::from(w * r * x);
            }
        }
        let mut normal = vec![0.0f64; terms * (terms + 1)];
        for (a, line) in normal.chunks_exact_mut(terms + 1).enumerate() {
            for (b, n) in line[..terms].iter_mut().enumerate() {
                *n = product(&sums, a, b);
            }
            let k = a.div_ceil(2) as f32;
            line[a] += f64::from(ridge * all * (k * k) + 1e-4);
            line[terms] = right[a];
        }
        let Some(solution) = solve(&mut normal, terms) else { return curve };
        for (c, row) in curve.iter_mut().zip(waves()) {
            *c = row.iter().zip(&solution).map(|(b, s)| b * *s as f32).sum();
        }
        let reach = tolerance * if round == 0 { 2.5 } else { 1.0 };
        for (((t, w), r), c) in trust.iter_mut().zip(weights).zip(radii).zip(&curve) {
            let u = ((r - c) / reach).abs().min(1.0);
            *t = w * (1.0 - u * u).powi(2);
        }
    }
    curve
}

/// The weighted sum of the product of two waves, out of the weighted sums of all waves.
fn product(sums: &[f64; WAVES], a: usize, b: usize) -> f64 {
    let (m, n) = (a.div_ceil(2), b.div_ceil(2));
    let cos = |k: usize| sums[(2 * k).saturating_sub(1)];
    let sin = |k: usize| if k == 0 { 0.0 } else { sums[2 * k] };
    let sine = |t: usize| t > 0 && t.is_multiple_of(2);
    // sin(m) cos(n) = (sin(m + n) + sin(m - n)) / 2.
    let mixed = |m: usize, n: usize| {
        let difference = if m >= n { sin(m - n) } else { -sin(n - m) };
        (sin(m + n) + difference) / 2.0
    };
    match (sine(a), sine(b)) {
        (false, false) => (cos(m.abs_diff(n)) + cos(m + n)) / 2.0,
        (true, true) => (cos(m.abs_diff(n)) - cos(m + n)) / 2.0,
        (true, false) => mixed(m, n),
        (false, true) => mixed(n, m),
    }
}

/// Gaussian elimination with pivoting of `n` equations stored as rows of `n + 1`.
pub(crate) fn solve(m: &mut [f64], n: usize) -> Option<Vec<f64>> {
    let w = n + 1;
    for k in 0..n {
        let pivot = (k..n).max_by(|a, b| m[a * w + k].abs().total_cmp(&m[b * w + k].abs()))?;
        if m[pivot * w + k].abs() < 1e-12 {
            return None;
        }
        for c in 0..w {
            m.swap(k * w + c, pivot * w + c);
        }
        for row in k + 1..n {
            let f = m[row * w + k] / m[k * w + k];
            for c in k..w {
                m[row * w + c] -= f * m[k * w + c];
            }
        }
    }
    let mut x = vec![0.0; n];
    for k in (0..n).rev() {
        let rest: f64 = (k + 1..n).map(|c| m[k * w + c] * x[c]).sum();
        x[k] = (m[k * w + n] - rest) / m[k * w + k];
    }
    x.iter().all(|v| v.is_finite()).then_some(x)
}

impl Contour {
    /// The radius at an angle in turns (0 to 1, anticlockwise from the x axis), linear between the held angles.
    pub fn radius_at(&self, turns: f32) -> f32 {
        let n = self.radii.len();
        if n == 0 {
            return 0.0;
        }
        let at = turns.rem_euclid(1.0) * n as f32;
        let i = (at as usize).min(n - 1);
        let f = at - i as f32;
        self.radii[i] * (1.0 - f) + self.radii[(i + 1) % n] * f
    }

    /// The point at an angle in turns, image coordinates (y grows downwards).
    pub fn point_at(&self, turns: f32) -> (f32, f32) {
        let (c, s) = num::direction(turns);
        let r = self.radius_at(turns);
        (self.x + r * c, self.y - r * s)
    }

    /// Mean radius, pixels.
    pub fn mean_radius(&self) -> f32 {
        self.radii.iter().sum::<f32>() / self.radii.len().max(1) as f32
    }

    /// The best circle through the contour: centre and radius, pixels.
    pub fn circle(&self) -> (f32, f32, f32) {
        let c = self.recentred();
        (c.x, c.y, c.mean_radius())
    }

    /// Whether a point lies within `grow` times the contour.
    pub fn holds(&self, x: f32, y: f32, grow: f32) -> bool {
        let (dx, dy) = (x - self.x, self.y - y);
        let r = self.radius_at(num::turns(dx, dy)) * grow;
        dx * dx + dy * dy <= r * r
    }

    /// The same curve held around the mean of its points.
    pub(crate) fn recentred(&self) -> Self {
        let n = self.radii.len().max(1);
        let points: Vec<(f32, f32)> = (0..n).map(|i| self.point_at(i as f32 / n as f32)).collect();
        // A mean weighted by arc length: points crowd where the curve is near the old centre.
        let (mut sx, mut sy, mut sw) = (0.0, 0.0, 1e-6);
        for i in 0..n {
            let (a, b) = (points[i], points[(i + 1) % n]);
            let w = num::length(a.0 - b.0, a.1 - b.1);
            sx += w * (a.0 + b.0) / 2.0;
            sy += w * (a.1 + b.1) / 2.0;
            sw += w;
        }
        self.seen_from(sx / sw, sy / sw)
    }

    /// The same curve held around a point inside it.
    pub(crate) fn seen_from(&self, x: f32, y: f32) -> Self {
        let n = self.radii.len().max(1);
        let points: Vec<(f32, f32)> = (0..n).map(|i| self.point_at(i as f32 / n as f32)).collect();
        let mut polar: Vec<(f32, f32)> = points
            .iter()
            .map(|(px, py)| {
                let (dx, dy) = (px - x, y - py);
                (num::turns(dx, dy).rem_euclid(1.0), num::length(dx, dy))
            })
            .collect();
        polar.sort_by(|a, b| a.0.total_cmp(&b.0));
        let radii = (0..n)
            .map(|i| {
                let t = i as f32 / n as f32;
                let after = polar.partition_point(|p| p.0 < t);
                let (b, a) = (polar[after % n], polar[(after + n - 1) % n]);
                let span = (b.0 - a.0).rem_euclid(1.0);
                let f = if span > 1e-6 { (t - a.0).rem_euclid(1.0) / span } else { 0.0 };
                a.1 * (1.0 - f) + b.1 * f
            })
            .collect();
        Self { x, y, radii }
    }

    /// The same curve in coordinates of an image `factor` times as large.
    pub(crate) fn scaled(&self, factor: f32) -> Self {
        let shift = (factor - 1.0) / 2.0;
        Self {
            x: self.x * factor + shift,
            y: self.y * factor + shift,
            radii: self.radii.iter().map(|r| r * factor).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    #[test]
    fn sums_of_products_are_those_of_the_waves() {
        let weight = |i: usize| ((i * 37) % 23) as f64 / 23.0;
        let sums: [f64; WAVES] =
            std::array::from_fn(|t| (0..ANGLES).map(|i| weight(i) * f64::from(waves()[i][t])).sum());
        for a in 0..=2 * MAX_ORDER {
            for b in 0..=2 * MAX_ORDER {
                let at = |i: usize| weight(i) * f64::from(waves()[i][a]) * f64::from(waves()[i][b]);
                let direct: f64 = (0..ANGLES).map(at).sum();
                assert!((product(&sums, a, b) - direct).abs() < 1e-4, "{a} {b}");
            }
        }
    }

    #[test]
    fn the_path_follows_a_groove_and_closes() {
        let bins = 40;
        let groove = |i: usize| 20.0 + 8.0 * (TAU * i as f32 / ANGLES as f32).sin();
        let cost: Vec<f32> =
            (0..ANGLES * bins).map(|k| ((k % bins) as f32 - groove(k / bins)).abs().min(5.0)).collect();
        let path = closed_path(&cost, bins, 0.05);
        assert_eq!(path.len(), ANGLES);
        for (i, bin) in path.iter().enumerate() {
            assert!((*bin as f32 - groove(i)).abs() <= 1.0, "angle {i}: {bin}");
        }
        assert!(path[0].abs_diff(path[ANGLES - 1]) <= 2);
    }

    #[test]
    fn smoothing_bridges_a_gap_and_ignores_outliers() {
        let truth = |i: usize| 50.0 + 4.0 * (TAU * i as f32 / ANGLES as f32).cos();
        let hidden = |i: usize| (20..45).contains(&i);
        let radii: Vec<f32> = (0..ANGLES)
            .map(|i| {
                if hidden(i) {
                    80.0
                } else if i % 17 == 3 {
                    30.0
                } else {
                    truth(i)
                }
            })
            .collect();
        let weights: Vec<f32> = (0..ANGLES).map(|i| if hidden(i) { 0.0 } else { 1.0 }).collect();
        let curve = smooth(&radii, &weights, 3, 1e-4, 6.0);
        for (i, r) in curve.iter().enumerate() {
            assert!((r - truth(i)).abs() < 0.8, "angle {i}: {r} instead of {}", truth(i));
        }
    }

    #[test]
    fn a_circle_seen_from_off_centre_recentres() {
        let (cx, cy, r) = (3.0f32, -2.0f32, 40.0f32);
        let radii = (0..ANGLES)
            .map(|i| {
                let (s, c) = (TAU * i as f32 / ANGLES as f32).sin_cos();
                let along = cx * c - cy * s;
                along + (along * along - cx * cx - cy * cy + r * r).sqrt()
            })
            .collect();
        let (x, y, radius) = Contour { x: 100.0, y: 80.0, radii }.circle();
        assert!(
            (x - 103.0).abs() < 0.1 && (y - 78.0).abs() < 0.1 && (radius - r).abs() < 0.1,
            "{x} {y} {radius}"
        );
    }
}
