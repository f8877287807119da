//! What hides the iris: lids, lashes, spots and the frame.
//!
//! Grey levels of the visible iris are modelled ring by ring from the lateral parts. Each lid's edge is then the
//! curve, one height per column, that best divides cells unlike the iris (beyond it) from cells like it: an
//! optimal path by dynamic programming over evidence summed down the columns.

use crate::num;
use crate::segment::Segmentation;

/// Cells across the limbus in the lid search.
const CELLS: usize = 72;

/// Rings of the grey-level model between pupil and limbus.
const RINGS: usize = 8;

/// Half the squared deviation at which a cell is as likely lid as iris (1.9 standard deviations).
const EVEN: f32 = 1.8;

/// Most evidence that one cell brings.
const MOST: f32 = 3.0;

/// The iris's usual grey level and its spread, ring by ring from pupil to limbus.
#[derive(Clone, Debug)]
pub(crate) struct Rings {
    pub(crate) level: [f32; RINGS],
    pub(crate) spread: [f32; RINGS],
}

impl Rings {
    /// Deviation in standard units at relative radius `rho` (0 pupil, 1 limbus).
    pub(crate) fn deviation(&self, rho: f32, value: f32) -> f32 {
        let at = (rho.clamp(0.0, 1.0) * RINGS as f32 - 0.5).clamp(0.0, (RINGS - 1) as f32);
        let i = (at as usize).min(RINGS - 2);
        let f = at - i as f32;
        let level = self.level[i] * (1.0 - f) + self.level[i + 1] * f;
        let spread = self.spread[i] * (1.0 - f) + self.spread[i + 1] * f;
        (value - level) / spread
    }
}

/// Lids as heights per column of cells, in pixels of the working plane.
pub(crate) struct Cover {
    pub(crate) rings: Rings,
    x0: f32,
    cell: f32,
    /// Lower edge of the upper lid: what is above is hidden.
    upper: Vec<f32>,
    /// Upper edge of the lower lid: what is below is hidden.
    lower: Vec<f32>,
}

impl Cover {
    /// Finds the lids.
    pub(crate) fn find(eye: &Segmentation) -> Self {
        let rings = rings(eye);
        let (cx, cy, r) = eye.limbus.contour.circle();
        let cell = (2.0 * r / CELLS as f32).max(0.5);
        let (x0, y0) = (cx - r, cy - r);
        let soft = eye.filled.blurred(cell * 0.6);
        let mut evidence = vec![0.0; CELLS * CELLS];
        for row in 0..CELLS {
            for column in 0..CELLS {
                let (x, y) = (x0 + (column as f32 + 0.5) * cell, y0 + (row as f32 + 0.5) * cell);
                evidence[row * CELLS + column] = unlike(eye, &rings, &soft, x, y);
            }
        }
        let centre = ((eye.pupil.contour.y - y0) / cell).clamp(1.0, CELLS as f32 - 1.0) as usize;
        let upper = divide(&evidence, |k| k, (centre + CELLS / 8).min(CELLS - 1));
        let lower = divide(&evidence, |k| CELLS - 1 - k, (CELLS - centre + CELLS / 8).min(CELLS - 1));
        Self {
            rings,
            x0,
            cell,
            upper: upper.iter().map(|k| y0 + *k as f32 * cell).collect(),
            lower: lower.iter().map(|k| y0 + (CELLS - *k) as f32 * cell).collect(),
        }
    }

    /// Whether a lid hides a point.
    pub(crate) fn hides(&self, x: f32, y: f32) -> bool {
        let at = ((x - self.x0) / self.cell - 0.5).clamp(0.0, (CELLS - 1) as f32);
        let i = (at as usize).min(CELLS - 2);
        let f = at - i as f32;
        let margin = 0.5 * self.cell;
        let upper = self.upper[i] * (1.0 - f) + self.upper[i + 1] * f;
        let lower = self.lower[i] * (1.0 - f) + self.lower[i + 1] * f;
        y < upper + margin || y > lower - margin
    }

    /// The lids' edges as points, upper then lower, in pixels of the working plane.
    pub(crate) fn edges(&self) -> [Vec<(f32, f32)>; 2] {
        let line = |ys: &[f32]| {
            ys.iter().enumerate().map(|(i, y)| (self.x0 + (i as f32 + 0.5) * self.cell, *y)).collect()
        };
        [line(&self.upper), line(&self.lower)]
    }
}

/// Evidence that a cell is not iris, log-likelihood like: positive for lids and lashes, negative for iris and
/// pupil, nothing outside the limbus.
fn unlike(eye: &Segmentation, rings: &Rings, soft: &crate::plane::Plane, x: f32, y: f32) -> f32 {
    if !eye.limbus.contour.holds(x, y, 0.97) || !soft.holds(x, y, 0.0) {
        return 0.0;
    }
    let value = soft.sample(x, y);
    if eye.pupil.contour.holds(x, y, 1.05) {
        if eye.pupil.contour.holds(x, y, 0.9) {
            let light = value - eye.pupil.level > 0.6 * (rings.level[0] - eye.pupil.level).max(12.0);
            return if light { 1.0 } else { -1.0 };
        }
        return 0.0;
    }
    let z = rings.deviation(relative_radius(eye, x, y), value);
    let grey = (0.5 * z * z - EVEN).min(MOST);
    grey + eye.found.as_ref().map_or(0.0, |found| found.hidden(x, y))
}

/// 0 at the pupil's contour, 1 at the limbus.
pub(crate) fn relative_radius(eye: &Segmentation, x: f32, y: f32) -> f32 {
    let (p, l) = (&eye.pupil.contour, &eye.outer);
    let (dx, dy) = (x - p.x, p.y - y);
    let turns = num::turns(dx, dy);
    let (inner, outer) = (p.radius_at(turns), l.radius_at(turns));
    ((num::length(dx, dy) - inner) / (outer - inner).max(1.0)).clamp(0.0, 1.0)
}

/// Median and spread of the lateral iris, ring by ring.
fn rings(eye: &Segmentation) -> Rings {
    let mut level = [0.0; RINGS];
    let mut spread = [0.0; RINGS];
    for k in 0..RINGS {
        let rho = (k as f32 + 0.5) / RINGS as f32;
        let mut values = Vec::new();
        for i in 0..96 {
            let turns = i as f32 / 96.0;
            let (_, up) = num::direction(turns);
            if !(-0.75..=0.35).contains(&up) {
                continue;
            }
            for dr in [-0.04, 0.0, 0.04] {
                let (x, y) = between(eye, turns, rho + dr);
                if eye.filled.holds(x, y, 0.0) {
                    values.push(eye.filled.sample(x, y));
                }
            }
        }
        values.sort_by(f32::total_cmp);
        let n = values.len();
        if n < 8 {
            (level[k], spread[k]) = (128.0, 40.0);
            continue;
        }
        level[k] = values[n / 2];
        spread[k] = ((values[n * 3 / 4] - values[n / 4]) / 1.35).clamp(6.0, 30.0);
    }
    Rings { level, spread }
}

/// The point at relative radius `rho` (0 pupil, 1 limbus) and an angle in turns: Daugman's rubber sheet.
pub(crate) fn between(eye: &Segmentation, turns: f32, rho: f32) -> (f32, f32) {
    let (a, b) = (eye.pupil.contour.point_at(turns), eye.outer.point_at(turns));
    (a.0 + (b.0 - a.0) * rho, a.1 + (b.1 - a.1) * rho)
}

/// For each column the number of cells (counted by `row` from the lid's side) that are hidden: maximises the
/// evidence of the hidden cells less a cost for steps between neighbours.
fn divide(evidence: &[f32], row: impl Fn(usize) -> usize, deepest: usize) -> Vec<usize> {
    const STEP_COST: f32 = 0.7;
    const REACH: usize = 4;
    let heights = deepest + 1;
    let mut total = vec![0.0f32; heights];
    let mut way = vec![0usize; CELLS * heights];
    for column in 0..CELLS {
        let mut gain = 0.0;
        let mut next = vec![f32::MIN; heights];
        for h in 0..heights {
            if h > 0 {
                gain += evidence[row(h - 1) * CELLS + column];
            }
            let (mut best, mut from) = (f32::MIN, h);
            let low = h.saturating_sub(REACH);
            for (g, t) in total.iter().enumerate().take(h + REACH + 1).skip(low) {
                let t = t - STEP_COST * g.abs_diff(h) as f32;
                if t > best {
                    (best, from) = (t, g);
                }
            }
            next[h] = best + gain;
            way[column * heights + h] = from;
        }
        total = next;
    }
    let mut at = (0..heights).max_by(|a, b| total[*a].total_cmp(&total[*b]).then(b.cmp(a))).unwrap_or(0);
    let mut out = vec![0; CELLS];
    for column in (0..CELLS).rev() {
        out[column] = at;
        at = way[column * heights + at];
    }
    out
}
