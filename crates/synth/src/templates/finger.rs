//! Finger templates drawn directly.
//!
//! Minutiae follow the flow: the wave vector of the ridges (2 pi over the period, along the normal) has a
//! circulation, and its integral around a piece of skin divided by 2 pi is the number of ridges that must begin
//! there more than end. To this the pairs that nature adds on top are drawn at random, and none too near another.

use crate::{
    dice::Dice,
    finger::{Condition, Flow, Placement, Plan, Preset, digit_of},
    num::{self, PI, TAU},
};
use finger::{FLOW_CELL_PX, FlowMap, Minutia, MinutiaKind, Template};
use model::FingerPosition;

/// Side of the cells in which flow and minutiae are drawn, pixels at 500 ppi.
const CELL_PX: f32 = 16.0;
/// Minutiae per square pixel besides those that the flow demands, both signs together.
const PAIRS_PER_PX2: f32 = 0.000_30;
/// Share of endings among minutiae, as in grown masters.
const ENDINGS: f32 = 0.55;
/// Nearest that two minutiae may lie, in ridge periods.
const APART: f32 = 0.75;

/// A finger as minutiae and flow.
#[derive(Debug)]
pub struct FingerPattern {
    plan: Plan,
    key: u64,
    /// Cells across and down and the finger coordinates of the first corner, in standard axes.
    size: (usize, usize),
    corner: (f32, f32),
    /// Standard axes to this finger's.
    stretch: f32,
    extent: (f32, f32, f32),
    /// Orientation at the corners of the cells.
    theta: Vec<f32>,
    /// Position in finger pixels, direction in image axes, ending.
    minutiae: Vec<(f32, f32, f32, bool)>,
}

impl FingerPattern {
    /// The pattern that belongs to this seed.
    pub fn new(seed: u64, plan: Plan) -> Self {
        let mut dice = Dice::new(seed, "finger-pattern", u64::from(plan.position.code()), 0);
        let d = &mut dice;
        let (breadth, period) = digit_of(d, plan.position);
        let flow = Flow::draw(d, plan.class, period);
        let extent = (188.0, 212.0 * d.normal(1.0, 0.03), 250.0);
        let corner = (-extent.0 - CELL_PX, -extent.1 - CELL_PX);
        let (w, h) =
            ((2.0 * extent.0 / CELL_PX) as usize + 3, ((extent.1 + extent.2) / CELL_PX) as usize + 3);
        let mut theta = Vec::with_capacity(w * h);
        let mut wave = Vec::with_capacity(w * h);
        for y in 0..h {
            for x in 0..w {
                let (px, py) = (corner.0 + x as f32 * CELL_PX, corner.1 + y as f32 * CELL_PX);
                theta.push(flow.orientation(px, py));
                wave.push(1.0 / flow.period(px, py));
            }
        }
        let mut pattern = Self {
            plan,
            key: d.bits(),
            size: (w, h),
            corner,
            stretch: breadth * plan.scale,
            extent,
            theta,
            minutiae: Vec::new(),
        };
        pattern.scatter(d, &wave, period);
        pattern
    }

    /// Which finger.
    pub fn position(&self) -> FingerPosition {
        self.plan.position
    }

    /// Number of minutiae of the whole finger.
    pub fn minutiae_count(&self) -> usize {
        self.minutiae.len()
    }

    /// Draws the minutiae, cell by cell.
    fn scatter(&mut self, d: &mut Dice, wave: &[f32], period: f32) {
        let (w, h) = self.size;
        let mut found: Vec<(f32, f32, f32, bool)> = Vec::new();
        let base = 0.5 * PAIRS_PER_PX2 * CELL_PX * CELL_PX * d.normal(1.0, 0.18).max(0.3);
        let apart = APART * period;
        for y in 0..h - 1 {
            for x in 0..w - 1 {
                let at = y * w + x;
                let corners = [at, at + 1, at + w + 1, at + w];
                let theta = corners.map(|c| self.theta[c]);
                let (px, py) =
                    (self.corner.0 + (x as f32 + 0.5) * CELL_PX, self.corner.1 + (y as f32 + 0.5) * CELL_PX);
                let (u, v) = (px / self.extent.0, py / if py < 0.0 { self.extent.1 } else { self.extent.2 });
                if u * u + v * v * v * v > 1.05 {
                    continue;
                }
                let (net, singular) = circulation(theta, corners.map(|c| wave[c]));
                let net = if singular { 0.0 } else { net };
                for sign in [1.0_f32, -1.0] {
                    let mut expected =
                        base + (0.5 * net * sign).max(-base) + (net * sign * 0.5 - base).max(0.0);
                    // A whole expectation is met more evenly than by chance: nature leaves little to it.
                    while expected > 0.0 {
                        if d.unit() < expected.min(1.0) {
                            let (mx, my) =
                                (px + d.range(-0.5, 0.5) * CELL_PX, py + d.range(-0.5, 0.5) * CELL_PX);
                            let near = |m: &(f32, f32, f32, bool)| {
                                (m.0 - mx) * (m.0 - mx) + (m.1 - my) * (m.1 - my) < apart * apart
                            };
                            if !found.iter().rev().take(40).any(near) {
                                let t = self.orientation(mx, my) + d.normal(0.0, 0.06);
                                let direction = if sign > 0.0 { t } else { t + PI };
                                found.push((mx, my, direction, d.chance(ENDINGS)));
                            }
                        }
                        expected -= 1.0;
                    }
                }
            }
        }
        let k = self.stretch;
        self.minutiae = found.into_iter().map(|(x, y, t, e)| (x * k, y * k, t, e)).collect();
    }

    /// Orientation at a point in standard axes, between the four corners around it.
    fn orientation(&self, x: f32, y: f32) -> f32 {
        let (w, h) = self.size;
        let (u, v) = ((x - self.corner.0) / CELL_PX, (y - self.corner.1) / CELL_PX);
        let (fu, fv) = (num::floor(u).clamp(0.0, (w - 2) as f32), num::floor(v).clamp(0.0, (h - 2) as f32));
        let (tu, tv) = ((u - fu).clamp(0.0, 1.0), (v - fv).clamp(0.0, 1.0));
        let at = fv as usize * w + fu as usize;
        let first = self.theta[at];
        // The gaps are small but across the seam at pi, where half a turn is taken off.
        let gap = |c: usize| num::wrap_pi(self.theta[c] - first + PI / 2.0) - PI / 2.0;
        first + num::mix(tu * gap(at + 1), num::mix(gap(at + w), gap(at + w + 1), tu), tv)
    }

    /// The template of one capture under ordinary care.
    pub fn template(&self, seed: u64) -> Template {
        self.template_with(seed, 0.0)
    }

    /// The template of one capture; `care` 0 is ordinary, 2 very good, -2 very poor.
    pub(crate) fn template_with(&self, seed: u64, care: f32) -> Template {
        let mut dice = Dice::new(seed, "finger-template", self.key, 0);
        let d = &mut dice;
        let condition =
            Condition { width_px: 400, height_px: 480, ..Condition::draw(Preset::Enrolment, d.bits()) };
        let placement = Placement::new(d, &condition);
        let care = (care + d.normal(0.0, 0.6)).clamp(-2.5, 2.0);
        let errors = Errors::at(care);
        let k = self.stretch;
        let (rx, top, bottom) = (
            self.extent.0 * k * condition.contact.0,
            self.extent.1 * k * condition.contact.1,
            self.extent.2 * k * condition.contact.1,
        );
        let (cx, cy) = condition.contact_centre;
        let inside = |x: f32, y: f32| {
            let (u, v) = (x - cx, y - cy);
            let (u, v) = (u / rx, v / if v < 0.0 { top } else { bottom });
            let (u2, v2) = (u * u, v * v);
            u2 * u2 + v2 * v2 + 1.2 * u2 * v2
        };
        let (mx, my) = (0.5 * (condition.width_px as f32 - 1.0), 0.5 * (condition.height_px as f32 - 1.0));
        let mut minutiae = Vec::with_capacity(self.minutiae.len());
        for &(x, y, direction, ending) in &self.minutiae {
            let r = inside(x, y);
            // The edge is read worse than the middle.
            if r > 0.96 || d.chance(errors.missed + 0.25 * num::smoothstep(0.5, 1.0, r)) {
                continue;
            }
            let (sx, sy) = placement.to_sensor(x, y);
            let (px, py) =
                (sx + mx + d.normal(0.0, errors.place_px), sy + my + d.normal(0.0, errors.place_px));
            let turned = direction + condition.turn + d.normal(0.0, errors.angle);
            let flipped = d.chance(errors.kind);
            push(&mut minutiae, (px, py), turned, ending != flipped, d.normal(0.8, 0.14), &condition);
        }
        let area = PI * rx * 0.5 * (top + bottom);
        let mut extra = errors.false_per_px2 * area;
        while extra > 0.0 {
            if d.unit() < extra.min(1.0) {
                let (x, y) = (cx + d.range(-1.0, 1.0) * rx, cy + d.range(-top, bottom));
                let r = inside(x, y);
                // False ones gather at the edge.
                if r < 0.98 && d.chance(0.35 + 0.65 * r) {
                    let (sx, sy) = placement.to_sensor(x, y);
                    let t = self.orientation(x / k, y / k) + if d.chance(0.5) { PI } else { 0.0 };
                    let turned = t + condition.turn + d.normal(0.0, 0.15);
                    push(
                        &mut minutiae,
                        (sx + mx, sy + my),
                        turned,
                        d.chance(0.5),
                        d.normal(0.55, 0.16),
                        &condition,
                    );
                }
            }
            extra -= 0.55;
        }
        Template {
            width_px: condition.width_px as u16,
            height_px: condition.height_px as u16,
            quality: (94.5 + 2.5 * care).clamp(5.0, 99.0) as u8,
            minutiae,
            flow: Some(self.flow(&condition, &placement, &inside, (mx, my))),
        }
        .normalised()
    }

    /// The flow map of the capture.
    fn flow(
        &self,
        condition: &Condition,
        placement: &Placement,
        inside: &impl Fn(f32, f32) -> f32,
        (mx, my): (f32, f32),
    ) -> FlowMap {
        let cell = FLOW_CELL_PX as u32;
        let (columns, rows) = (condition.width_px.div_ceil(cell), condition.height_px.div_ceil(cell));
        let mut angles = Vec::with_capacity((columns * rows) as usize);
        for row in 0..rows {
            for column in 0..columns {
                let at = |c: u32| (c * cell + cell / 2) as f32;
                let (x, y) = placement.stiff(at(column) - mx, at(row) - my);
                let angle = (inside(x, y) < 1.0)
                    .then(|| -(self.orientation(x / self.stretch, y / self.stretch) + condition.turn));
                angles.push(angle);
            }
        }
        FlowMap::from_angles(columns as u16, rows as u16, &angles)
    }
}

/// Adds a minutia, if it lies in the picture.
fn push(
    minutiae: &mut Vec<Minutia>,
    (x, y): (f32, f32),
    turned: f32,
    ending: bool,
    confidence: f32,
    condition: &Condition,
) {
    if x >= 0.0 && y >= 0.0 && x < condition.width_px as f32 && y < condition.height_px as f32 {
        minutiae.push(Minutia {
            x,
            y,
            direction: num::wrap_tau(-turned),
            kind: if ending { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
            confidence: confidence.clamp(0.05, 1.0),
        });
    }
}

/// What a reader gets wrong.
struct Errors {
    /// Chance that a minutia in the middle is not found.
    missed: f32,
    /// Found where none is, per square pixel of contact.
    false_per_px2: f32,
    place_px: f32,
    angle: f32,
    /// Chance of the wrong type.
    kind: f32,
}

impl Errors {
    /// Measured with the engine on pictures whose truth is known (`examples/distances.rs`), middle of the range
    /// at care 0.
    fn at(care: f32) -> Self {
        let worse = num::exp(-0.35 * care);
        Self {
            missed: (0.03 * worse).min(0.6),
            false_per_px2: 0.000_05 * worse,
            place_px: 0.8 * worse.min(2.0),
            angle: 0.06 * worse.min(2.0),
            kind: 0.12,
        }
    }
}

/// Ridges that begin in a cell more than end, and whether a core or delta lies in it.
fn circulation(theta: [f32; 4], wave: [f32; 4]) -> (f32, bool) {
    // Normals at the corners, each turned to agree with the one before.
    let mut normals = [(0.0_f32, 0.0_f32); 4];
    let mut last = theta[0];
    for i in 0..4 {
        let t = last + num::wrap_pi(theta[i] - last + PI / 2.0) - PI / 2.0;
        let (s, c) = num::sin_cos(t);
        normals[i] = (-s * wave[i], c * wave[i]);
        last = t;
    }
    let back = num::wrap_pi(theta[0] - last + PI / 2.0) - PI / 2.0 + last;
    let singular = (back - theta[0]).abs() > 1.0;
    // Right, down, left, up: the trapezoid rule along each side.
    let half = 0.5 * CELL_PX;
    let sum = half * (normals[0].0 + normals[1].0) + half * (normals[1].1 + normals[2].1)
        - half * (normals[2].0 + normals[3].0)
        - half * (normals[3].1 + normals[0].1);
    debug_assert!(sum.abs() < TAU * CELL_PX);
    (sum, singular)
}
