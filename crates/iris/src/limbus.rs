//! The limbus: a circle search beside the pupil, then the optimal contour.

use crate::Contour;
use crate::contour::{ANGLES, Polar, closed_path, peak, smooth};
use crate::num;
use crate::plane::Plane;

/// Grey-level step that counts half.
const HALF_STEP: f32 = 10.0;

/// Grey levels by which many an iris darkens towards its limbus.
const LIMBAL_RING: f32 = 15.0;

/// Largest and smallest iris radius as a multiple of the pupil's: a pupil is 10 to 80 % of its iris
/// (ISO/IEC 29794-6, 6.2.7 pupil-iris ratio; the extremes are drugs and disease).
const RATIO: (f32, f32) = (1.22, 7.5);

/// What a pupil wider than 55 % of its iris costs a circle, per unit of the ratio beyond that.
const WIDE_PUPIL: f32 = 0.8;

/// A circle and the strength of its edge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circle {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) r: f32,
    pub(crate) score: f32,
}

/// Angles in turns that lids seldom cover: from 25 degrees above the horizontal to 45 below, both sides.
fn lateral(turns: f32) -> f32 {
    let degrees = turns.rem_euclid(1.0) * 360.0;
    // Height above the horizontal on either side.
    let up = if degrees <= 90.0 {
        degrees
    } else if degrees <= 270.0 {
        180.0 - degrees
    } else {
        degrees - 360.0
    };
    if (-45.0..=25.0).contains(&up) {
        1.0
    } else if (-70.0..=45.0).contains(&up) {
        0.35
    } else {
        0.08
    }
}

/// Directions in which a circle is looked at and what each counts, left and right.
struct Spokes {
    sides: [Vec<(f32, f32, f32)>; 2],
    /// What all count together.
    all: f32,
}

impl Spokes {
    fn new() -> Self {
        let mut sides = [Vec::new(), Vec::new()];
        for turns in (0..48).map(|i| (i as f32 + 0.5) / 48.0) {
            let ((c, s), w) = (num::direction(turns), lateral(turns));
            if w > 0.1 {
                sides[usize::from(c > 0.0)].push((c, -s, w));
            }
        }
        Self { all: sides.iter().flatten().map(|s| s.2).sum(), sides }
    }
}

/// The circle of strongest consistent step outwards, around a pupil `(x, y, r)`; all in the plane's pixels.
pub(crate) fn circle(plane: &Plane, pupil: (f32, f32, f32)) -> Option<Circle> {
    let (px, py, pr) = pupil;
    let side = plane.w.max(plane.h) as f32;
    let least = (pr * RATIO.0).max(side * 0.06);
    let most = (pr * RATIO.1).min(side * 0.48);
    if most <= least {
        return None;
    }
    let spokes = Spokes::new();
    let mut best: Option<Circle> = None;
    let mut r = least;
    while r <= most {
        let reach = 0.14 * r;
        for iy in -1i8..=1 {
            for ix in -2i8..=2 {
                let (x, y) = (px + f32::from(ix) * reach / 2.0, py + f32::from(iy) * reach * 0.7);
                if num::length(x - px, y - py) + pr > r {
                    continue;
                }
                let beat = best.map_or(f32::NEG_INFINITY, |b| b.score);
                let score = step_score(plane, (x, y, r), &spokes, pupil, beat);
                if best.is_none_or(|b| score > b.score) {
                    best = Some(Circle { x, y, r, score });
                }
            }
        }
        r *= 1.035;
    }
    Some(better(plane, best?, &spokes, pupil, &[0.04, 0.02, 0.01]))
}

/// The best circle near one that is known; the coordinates are the plane's.
pub(crate) fn near(plane: &Plane, (x, y, r): (f32, f32, f32), pupil: (f32, f32, f32)) -> Circle {
    let spokes = Spokes::new();
    let score = step_score(plane, (x, y, r), &spokes, pupil, f32::NEG_INFINITY);
    better(plane, Circle { x, y, r, score }, &spokes, pupil, &[0.02, 0.01])
}

/// Looks around a circle for a better one, in steps of these shares of its radius.
fn better(plane: &Plane, mut best: Circle, spokes: &Spokes, pupil: (f32, f32, f32), steps: &[f32]) -> Circle {
    let (px, py, pr) = pupil;
    for step in steps {
        let from = best;
        for iy in -2i8..=2 {
            for ix in -2i8..=2 {
                for ir in -2i8..=2 {
                    let x = from.x + f32::from(ix) * step * from.r;
                    let y = from.y + f32::from(iy) * step * from.r;
                    let r = from.r * (1.0 + f32::from(ir) * step * 0.7);
                    let score = step_score(plane, (x, y, r), spokes, pupil, best.score);
                    if score > best.score && num::length(x - px, y - py) + pr < r {
                        best = Circle { x, y, r, score };
                    }
                }
            }
        }
    }
    best
}

/// Weighted mean over the spokes of a saturating step; each side of the eye must bring its part, so that one
/// strong edge (a lid, the corner) cannot carry the circle alone. A circle that cannot be above `beat` may be told
/// apart early: then any score that is not above it is given.
fn step_score(
    plane: &Plane,
    (x, y, r): (f32, f32, f32),
    spokes: &Spokes,
    pupil: (f32, f32, f32),
    beat: f32,
) -> f32 {
    let (px, py, pr) = pupil;
    let near = (0.045 * r).max(1.0);
    // Boundaries of one eye are nearly concentric; height is what lids leave least certain.
    let away = ((x - px).powi(2) + (y - py).powi(2)) / (r * r);
    // A pupil wider than 55 % of its iris is rare, and a ring in the iris taken for the limbus makes one.
    let odd = 8.0 * away + WIDE_PUPIL * (pr / r - 0.55).max(0.0);
    let least = 0.15 * spokes.all;
    let mut sides = [(0.0f32, 0.0f32); 2];
    for (k, side) in spokes.sides.iter().enumerate() {
        let [(sum, n), _] = sides;
        // The other side brings less than 1; so much would make of this one at most what follows.
        if k == 1 && beat >= 0.0 && n > least && 0.75 * sum / n + 0.25 - odd <= beat {
            return f32::NEG_INFINITY;
        }
        for (c, s, w) in side {
            let (ox, oy) = (x + (r + 2.0 * near) * c, y + (r + 2.0 * near) * s);
            if !plane.holds(ox, oy, 0.0) {
                continue;
            }
            // A step that begins in the pupil, or in its blurred edge, is the pupil's.
            let (ix, iy) = (x + (r - 2.0 * near) * c - px, y + (r - 2.0 * near) * s - py);
            if num::length(ix, iy) < pr + (0.1 * pr).max(2.5) {
                return 0.0;
            }
            let value = |k: f32| plane.near(x + (r + k * near) * c, y + (r + k * near) * s);
            let (outside, inside) = ((value(1.0) + value(2.0)) / 2.0, (value(-1.0) + value(-2.0)) / 2.0);
            // Just beyond the pupil the grey level still climbs; at the limbus it has been level for a while. Nor is a
            // dark line, the rim of glasses or a lid's shadow, what an iris ends with: it is to be lighter than all
            // before.
            let deeper = value(-4.0);
            let step = outside - inside.max(deeper - LIMBAL_RING) - 0.5 * (inside - deeper).max(0.0);
            sides[k].0 += w * (step / (step.abs() + HALF_STEP)).max(-0.3);
            sides[k].1 += w;
        }
    }
    if sides[0].1 + sides[1].1 < 0.35 * spokes.all {
        return 0.0;
    }
    let [a, b] = sides.map(|(sum, n)| if n > least { Some(sum / n) } else { None });
    let edge = match (a, b) {
        (Some(a), Some(b)) => 0.5 * a.min(b) + 0.25 * (a + b),
        (Some(one), None) | (None, Some(one)) => 0.8 * one,
        _ => 0.0,
    };
    edge - odd
}

/// Where the ring between a pupil and a limbus circle lies in grey: 0 as dark as the pupil, 1 as light as what is beyond.
pub(crate) fn between(plane: &Plane, (px, py, pr): (f32, f32, f32), circle: Circle) -> f32 {
    let median = |at: &dyn Fn(f32, f32) -> (f32, f32)| {
        let mut values: Vec<f32> = (0..48)
            .map(|i| (i as f32 + 0.5) / 48.0)
            .filter(|turns| lateral(*turns) > 0.3)
            .map(|turns| {
                let (c, s) = num::direction(turns);
                let (x, y) = at(c, -s);
                plane.near(x, y)
            })
            .collect();
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    };
    let inside = median(&|c, s| (px + 0.5 * pr * c, py + 0.5 * pr * s));
    let beyond = median(&|c, s| (circle.x + 1.12 * circle.r * c, circle.y + 1.12 * circle.r * s));
    let ring = median(&|c, s| {
        let (ax, ay) = (px + pr * c, py + pr * s);
        let (bx, by) = (circle.x + circle.r * c, circle.y + circle.r * s);
        (0.5 * (ax + bx), 0.5 * (ay + by))
    });
    (ring - inside) / (beyond - inside).max(4.0)
}

/// A limbus contour and how sure it is.
pub(crate) struct Limbus {
    pub(crate) contour: Contour,
    /// Share of the lateral angles with a clear step near the contour, 0 to 1.
    pub(crate) support: f32,
    /// Median step from iris to sclera at the lateral angles, grey levels.
    pub(crate) contrast: f32,
}

/// The contour near a circle.
pub(crate) fn contour(plane: &Plane, circle: Circle) -> Limbus {
    let mut at = Contour { x: circle.x, y: circle.y, radii: vec![circle.r; ANGLES] };
    let mut support = 0.0;
    let mut contrast = 0.0;
    for (reach, stiff) in [(0.14, 0.06), (0.09, 0.06)] {
        let bins = 48;
        let r = at.mean_radius();
        let polar = Polar::new(plane, at.x, at.y, r * (1.0 - reach), r * (1.0 + reach), bins);
        let width = ((0.05 * r).max(1.5) / polar.dr).round().clamp(1.0, bins as f32 / 5.0) as usize;
        let edges = polar.edges(width);
        let cost: Vec<f32> = edges
            .iter()
            .enumerate()
            .map(|(k, step)| {
                let (i, j) = (k / bins, k % bins);
                let trust = 0.3 + 0.7 * lateral(i as f32 / ANGLES as f32);
                let away = (polar.radius(j as f32) - at.radii[i]) / (reach * r);
                -trust * (step / (step.abs() + HALF_STEP)).max(-0.3) + 0.15 * away * away
            })
            .collect();
        let path = closed_path(&cost, bins, stiff);
        let mut weights = Vec::with_capacity(ANGLES);
        let mut radii = Vec::with_capacity(ANGLES);
        let (mut clear, mut lateral_n) = (0.0, 0.0);
        let mut steps = Vec::with_capacity(ANGLES);
        for (i, bin) in path.iter().enumerate() {
            let step = edges[i * bins + bin];
            let w = lateral(i as f32 / ANGLES as f32);
            radii.push(polar.radius(peak(&edges, bins, i, *bin)));
            weights.push(w * (step / (step.abs() + HALF_STEP)).max(0.01));
            if w > 0.9 && polar.limit(i) == bins {
                lateral_n += 1.0;
                clear += f32::from(u8::from(step > 5.0));
                steps.push(step);
            }
        }
        support = clear / f32::max(lateral_n, 1.0);
        steps.sort_by(f32::total_cmp);
        contrast = steps.get(steps.len() / 2).copied().unwrap_or(0.0);
        let curve = smooth(&radii, &weights, 3, 2e-3, (0.05 * r).max(1.5));
        let radii = curve.iter().map(|c| c.clamp(r * (1.0 - reach), r * (1.0 + reach))).collect();
        at = Contour { x: at.x, y: at.y, radii }.recentred();
    }
    Limbus { contour: at, support, contrast }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_apart_early_would_not_have_won() {
        // A bright sclera at the left, hardly any at the right, and grain.
        let (w, h) = (160usize, 120usize);
        let v = (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as f32 - 80.0, (i / w) as f32 - 60.0);
                let r = x.hypot(y);
                let sclera = if x < 0.0 { 120.0 } else { 85.0 };
                let level = if r < 14.0 {
                    15.0
                } else if r < 40.0 {
                    80.0
                } else {
                    sclera
                };
                level + ((i * 7919) % 11) as f32
            })
            .collect();
        let (plane, spokes, pupil) = (Plane { w, h, v }, Spokes::new(), (80.0, 60.0, 14.0));
        let mut early = 0;
        for r in 20..56 {
            for (x, y) in [(80.0, 60.0), (76.0, 58.0), (84.0, 63.0), (70.0, 60.0)] {
                let whole = step_score(&plane, (x, y, r as f32), &spokes, pupil, f32::NEG_INFINITY);
                for beat in [0.0, 0.1, 0.3, 0.5] {
                    let score = step_score(&plane, (x, y, r as f32), &spokes, pupil, beat);
                    assert!(score == whole || whole <= beat, "{x} {y} {r}: {whole}, {score} at {beat}");
                    early += usize::from(score != whole);
                }
            }
        }
        assert!(early > 20, "{early}");
    }
}
