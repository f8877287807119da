//! The pupil: a coarse search for dark discs, then the optimal contour around each.

use crate::Contour;
use crate::contour::{ANGLES, Polar, closed_path, peak, smooth};
use crate::num;
use crate::plane::Plane;

/// A dark disc that may be the pupil, in pixels of the plane it was found in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disc {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) r: f32,
    pub(crate) score: f32,
}

/// Candidates handed on to the fine search.
const MAX_DISCS: usize = 8;

/// Angles looked at in the coarse search.
const SPOKES: usize = 20;

/// Grey-level step that counts half in the coarse search: several times the noise of a sensor, well below the
/// step between pupil and iris (15 and more even for very dark irises in near infrared).
const HALF_STEP: f32 = 9.0;

/// Dark discs in a plane whose specular spots are gone, best first. Radii from 2 % to 24 % of the longer side.
pub(crate) fn discs(plane: &Plane) -> Vec<Disc> {
    let side = plane.w.max(plane.h) as f32;
    let soft = plane.blurred(1.0);
    let (dark, bright) = (soft.quantile(0.01), soft.quantile(0.75));
    let limit = dark + 0.55 * (bright - dark);
    let spokes = directions();
    let mut radii = vec![(side * 0.02).max(2.5)];
    while let Some(r) = radii.last().map(|r| r * 1.12).filter(|r| *r <= side * 0.24) {
        radii.push(r);
    }
    let rings: Vec<Ring> = radii.iter().map(|r| Ring::new(*r, &spokes)).collect();
    let mut found = Vec::new();
    let mut scores = Vec::with_capacity(radii.len());
    for y in (2..plane.h.saturating_sub(2)).step_by(2) {
        for x in (2..plane.w.saturating_sub(2)).step_by(2) {
            if soft.at(x, y) > limit {
                continue;
            }
            scores.clear();
            scores.extend(rings.iter().map(|ring| ring.score(&soft, x, y, dark, bright)));
            // The pupil and the iris around it are both dark discs: keep every radius that beats its neighbours.
            for (k, (r, score)) in radii.iter().zip(&scores).enumerate() {
                let rivals = &scores[k.saturating_sub(2)..(k + 3).min(scores.len())];
                if *score > 0.15 && rivals.iter().all(|s| s <= score) {
                    found.push(Disc { x: x as f32, y: y as f32, r: *r, score: *score });
                }
            }
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.y.total_cmp(&b.y)).then(a.x.total_cmp(&b.x)));
    let mut kept: Vec<Disc> = Vec::new();
    for disc in found {
        let clear = |k: &Disc| {
            let (small, large) = (k.r.min(disc.r), k.r.max(disc.r));
            num::length(k.x - disc.x, k.y - disc.y) > 0.7 * large || large > 1.5 * small
        };
        if kept.iter().all(clear) {
            kept.push(disc);
            if kept.len() == MAX_DISCS {
                break;
            }
        }
    }
    kept
}

/// A disc that is known from elsewhere, scored as those of the search.
pub(crate) fn disc(plane: &Plane, (x, y, r): (f32, f32, f32)) -> Disc {
    let soft = plane.blurred(1.0);
    let (dark, bright) = (soft.quantile(0.01), soft.quantile(0.75));
    let ring = Ring::new(r.max(2.5), &directions());
    let score = ring.score(&soft, (x + 0.5).max(0.0) as usize, (y + 0.5).max(0.0) as usize, dark, bright);
    Disc { x, y, r, score }
}

/// Directions of the spokes, in an order that spreads over the circle.
fn directions() -> Vec<(f32, f32)> {
    (0..SPOKES).map(|i| num::direction(((i * 7 % SPOKES) as f32 + 0.5) / SPOKES as f32)).collect()
}

/// Where a ring is looked at: offsets from its centre, in whole pixels.
struct Ring([Spoke; SPOKES]);

/// Just inside the ring, just outside, and well inside; across and down.
#[derive(Clone, Copy, Default)]
struct Spoke([(i32, i32); 3]);

impl Ring {
    fn new(r: f32, spokes: &[(f32, f32)]) -> Self {
        let gap = (0.16 * r).max(1.2);
        let mut ring = [Spoke::default(); SPOKES];
        for (out, (c, s)) in ring.iter_mut().zip(spokes) {
            let at = |r: f32| ((r * c + 0.5).floor() as i32, (r * s + 0.5).floor() as i32);
            *out = Spoke([at(r - gap), at(r + gap), at(0.55 * r)]);
        }
        Self(ring)
    }

    /// How much the ring around a point looks like the edge of a dark disc, about 0 to 1: the mean over the spokes
    /// of a saturating step from inside to outside, less a share for an inside that is not dark.
    fn score(&self, plane: &Plane, x: usize, y: usize, dark: f32, bright: f32) -> f32 {
        let (right, bottom) = (plane.w as i32 - 1, plane.h as i32 - 1);
        let (x, y) = (x as i32, y as i32);
        let value = |(dx, dy): (i32, i32)| {
            plane.v[(y + dy).clamp(0, bottom) as usize * plane.w + (x + dx).clamp(0, right) as usize]
        };
        let (mut sum, mut inside) = (0.0, 0.0);
        for (n, Spoke(at)) in self.0.iter().enumerate() {
            // The spokes come in an order that spreads over the circle: a third of them tells most places apart.
            if n == SPOKES / 3 && sum < 0.1 * n as f32 {
                return 0.0;
            }
            let [a, b, core] = at.map(value);
            let step = b - a.max(core - 4.0);
            sum += step / (step.abs() + HALF_STEP);
            inside += core;
        }
        let n = SPOKES as f32;
        let lightness = (inside / n - dark) / (bright - dark).max(20.0);
        sum / n - 0.5 * lightness.max(0.0)
    }
}

/// Fewer angles than this without a glint do not carry a contour.
const LEAST_BARE: usize = ANGLES * 3 / 8;

/// A pupil's contour and how sure it is.
pub(crate) struct Pupil {
    pub(crate) contour: Contour,
    /// Share of the contour, glints aside, with a clear step, 0 to 1.
    pub(crate) support: f32,
    /// Median step from pupil to iris, grey levels.
    pub(crate) contrast: f32,
    /// Median grey level inside; of the plane that it was found in, later of the even one.
    pub(crate) level: f32,
    /// How much lighter than that it is just inside the contour, grey levels: next to nothing in a pupil.
    pub(crate) rise: f32,
}

/// The pupil's contour around a disc; `filled` is the image with specular spots filled in, `spots` their map.
pub(crate) fn contour(filled: &Plane, spots: &[bool], disc: Disc) -> Pupil {
    let mut at = Contour { x: disc.x, y: disc.y, radii: vec![disc.r; ANGLES] };
    let mut support = 0.0;
    let mut contrast = 0.0;
    for (reach, bins) in [(0.45, 56), (0.25, 56), (0.18, 64)] {
        let r = at.mean_radius();
        let polar = Polar::new(filled, at.x, at.y, r * (1.0 - reach), r * (1.0 + reach), bins);
        let width = ((0.10 * r).max(1.5) / polar.dr).round().clamp(1.0, bins as f32 / 5.0) as usize;
        let edges = polar.edges(width);
        let cost = edge_cost(&polar, &edges, width, r);
        let path = closed_path(&cost, bins, 0.02);
        let mut radii = Vec::with_capacity(ANGLES);
        let mut weights = Vec::with_capacity(ANGLES);
        let (mut steps, mut spots_own) = (Vec::with_capacity(ANGLES), Vec::new());
        for (i, bin) in path.iter().enumerate() {
            let step = edges[i * bins + bin];
            radii.push(polar.radius(peak(&edges, bins, i, *bin)));
            let (c, s) = num::direction(i as f32 / ANGLES as f32);
            let spoilt = is_spot(
                filled,
                spots,
                at.x + polar.radius(*bin as f32) * c,
                at.y - polar.radius(*bin as f32) * s,
            );
            weights.push(if spoilt { 0.05 } else { (step / (step.abs() + HALF_STEP)).max(0.02) });
            if spoilt { &mut spots_own } else { &mut steps }.push(step);
        }
        // A step at a glint is the glint's: it says nothing for the pupil. Where nearly all are, what there is is told.
        let bare = steps.len().max(LEAST_BARE) as f32;
        support = steps.iter().filter(|s| **s > 6.0).count() as f32 / bare;
        if steps.len() < LEAST_BARE {
            steps.append(&mut spots_own);
        }
        steps.sort_by(f32::total_cmp);
        contrast = steps[steps.len() / 2];
        let curve = smooth(&radii, &weights, 8, 2e-4, (0.06 * r).max(1.5));
        at = Contour {
            x: at.x,
            y: at.y,
            radii: curve.iter().map(|c| c.clamp(r * (1.0 - reach), r * (1.0 + reach))).collect(),
        };
        at = at.recentred();
    }
    let level = level(filled, &at);
    let mut rim: Vec<f32> = (0..ANGLES).map(|i| inner_value(filled, &at, i, 0.82)).collect();
    rim.sort_by(f32::total_cmp);
    let rise = (rim[ANGLES / 2] - level).max(0.0);
    Pupil { level, rise, contour: at, support, contrast }
}

/// Median grey level inside a contour.
pub(crate) fn level(filled: &Plane, at: &Contour) -> f32 {
    let mut inside: Vec<f32> =
        (0..at.radii.len()).flat_map(|i| [0.3, 0.6].map(|f| inner_value(filled, at, i, f))).collect();
    inside.sort_by(f32::total_cmp);
    inside.get(inside.len() / 2).copied().unwrap_or(0.0)
}

fn inner_value(plane: &Plane, at: &Contour, i: usize, share: f32) -> f32 {
    let (c, s) = num::direction(i as f32 / ANGLES as f32);
    let r = at.radii[i] * share;
    plane.sample(at.x + r * c, at.y - r * s)
}

fn is_spot(plane: &Plane, spots: &[bool], x: f32, y: f32) -> bool {
    let (x, y) = ((x + 0.5).max(0.0) as usize, (y + 0.5).max(0.0) as usize);
    spots.get(y.min(plane.h - 1) * plane.w + x.min(plane.w - 1)).copied().unwrap_or(false)
}

/// Low where a step leads from the pupil's darkness to something lighter. A step whose inside is itself light
/// (collarette, lid) counts little.
fn edge_cost(polar: &Polar, edges: &[f32], width: usize, r: f32) -> Vec<f32> {
    let bins = polar.bins;
    let mut level: Vec<f32> = (0..ANGLES).map(|i| polar.value(i, width / 2)).collect();
    level.sort_by(f32::total_cmp);
    let level = level[ANGLES / 2];
    let mut cost = Vec::with_capacity(edges.len());
    for i in 0..ANGLES {
        for j in 0..bins {
            let step = edges[i * bins + j];
            let inside = polar.value(i, j.saturating_sub(width));
            let dark = 1.0 / (1.0 + ((inside - level).max(0.0) / 18.0).powi(2));
            let away = (polar.radius(j as f32) - r) / r;
            cost.push(-(step / (step.abs() + 2.0 * HALF_STEP)) * dark + 0.3 * away * away);
        }
    }
    cost
}
