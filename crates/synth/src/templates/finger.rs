//! Finger templates drawn directly.
//!
//! The pattern's minutiae are grown in the ridge phase alone ([`super::waves`]); those that cores and deltas make are
//! drawn. A capture turns, bends and cuts them and adds what an extractor gets wrong.

use super::{
    kernels::grow,
    waves::{NODE_PX, Seedbed},
};
use crate::{
    dice::Dice,
    finger::{Condition, Flow, Placement, Plan, Preset, digit_of},
    noise::Grid,
    num::{self, PI, TAU},
};
use finger::{FLOW_CELL_PX, FlowMap, Minutia, MinutiaKind, NO_FLOW, Template};
use model::FingerPosition;

/// Chance of a minutia nearer to a core, and along each arm of a delta, than the fine grid can tell.
const AT_CORE: f32 = 1.1;
const AT_DELTA: f32 = 0.1;
/// Distance of the points at which a pattern keeps its flow.
const CELL_PX: f32 = 2.0 * NODE_PX;
/// Steps of the way from finger to sensor: the second is off by a tenth of a pixel.
const STEPS: u32 = 2;
/// Fourth power of the way from the middle of the contact to its edge within which the reader sees ridges.
const SHOWN: f32 = 1.0;
/// Share of endings among minutiae, as in grown masters.
const ENDINGS: f32 = 0.55;
/// A finger as minutiae and flow.
#[derive(Debug)]
pub struct FingerPattern {
    plan: Plan,
    key: u64,
    /// Where its orientation is kept, in standard axes.
    coarse: Grid,
    /// Standard axes to this finger's.
    stretch: f32,
    extent: (f32, f32, f32),
    /// Orientation at the nodes.
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
        let flow = Flow::quick(d, plan.class, period);
        let extent = (188.0, 212.0 * d.normal(1.0, 0.03), 250.0);
        // One node beyond the skin on either side.
        let coarse = Grid {
            x: -extent.0 - NODE_PX,
            y: -extent.1 - NODE_PX,
            step: CELL_PX,
            columns: (2.0 * extent.0 / CELL_PX) as usize + 3,
            rows: ((extent.1 + extent.2) / CELL_PX) as usize + 3,
        };
        let poles = flow.singularities();
        let key = d.bits();
        let stretch = breadth * plan.scale;
        let mut minutiae = Vec::with_capacity(160);
        scatter_poles(d, &flow, &poles, &mut minutiae);
        let places: Vec<(f32, f32)> = poles.iter().map(|p| (p.0, p.1)).collect();
        let (grown, theta) = grow(&Seedbed { flow: &flow, poles: &places, coarse, extent, key });
        minutiae.extend(grown.into_iter().map(|m| (m.x, m.y, m.direction, m.ending)));
        for m in &mut minutiae {
            (m.0, m.1) = (m.0 * stretch, m.1 * stretch);
        }
        Self { plan, key, coarse, stretch, extent, theta, minutiae }
    }

    /// Which finger.
    pub fn position(&self) -> FingerPosition {
        self.plan.position
    }

    /// Number of minutiae of the whole finger.
    pub fn minutiae_count(&self) -> usize {
        self.minutiae.len()
    }

    /// Orientation at a point in standard axes, between the four corners around it.
    #[inline]
    fn orientation(&self, x: f32, y: f32) -> f32 {
        let grid = &self.coarse;
        let inv = 1.0 / CELL_PX;
        let (u, v) = ((x - grid.x) * inv, (y - grid.y) * inv);
        let (fu, fv) = (
            num::floor(u).clamp(0.0, (grid.columns - 2) as f32),
            num::floor(v).clamp(0.0, (grid.rows - 2) as f32),
        );
        let (tu, tv) = ((u - fu).clamp(0.0, 1.0), (v - fv).clamp(0.0, 1.0));
        let at = fv as usize * grid.columns + fu as usize;
        let (Some([a, b]), Some([c, e])) =
            (self.theta.get(at..at + 2), self.theta.get(at + grid.columns..at + grid.columns + 2))
        else {
            return 0.0;
        };
        // The gaps are small but across the seam at pi, where half a turn is taken off.
        let gap = |t: &f32| num::wrap_pi_flat(t - a + PI / 2.0) - PI / 2.0;
        a + num::mix(tu * gap(b), num::mix(gap(c), gap(e), tu), tv)
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
        let placement = Placement::smooth(d, &condition);
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
            if r > 0.96 || d.chance(errors.missed + 0.05 * num::smoothstep(0.6, 1.0, r)) {
                continue;
            }
            let (sx, sy) = placement.to_sensor_in(x, y, STEPS);
            let (ex, ey, turn) = errors.draw(d);
            let (px, py) = (sx + mx + ex, sy + my + ey);
            let turned = direction + condition.turn + turn;
            let flipped = d.chance(errors.kind);
            let sure = errors.sure(d);
            push(&mut minutiae, (px, py), turned, ending != flipped, sure, &condition);
        }
        let area = PI * rx * 0.5 * (top + bottom);
        let mut extra = errors.false_per_px2 * area;
        while extra > 0.0 {
            if d.unit() < extra.min(1.0) {
                let (x, y) = (cx + d.range(-1.0, 1.0) * rx, cy + d.range(-top, bottom));
                let r = inside(x, y);
                // False ones gather at the edge.
                if r < 0.98 && d.chance(0.35 + 0.65 * r) {
                    let (sx, sy) = placement.to_sensor_in(x, y, STEPS);
                    let t = self.orientation(x / k, y / k) + if d.chance(0.5) { PI } else { 0.0 };
                    let turned = t + condition.turn + d.quick(0.0, 0.15);
                    push(
                        &mut minutiae,
                        (sx + mx, sy + my),
                        turned,
                        d.chance(0.5),
                        sure_of_false(d),
                        &condition,
                    );
                }
            }
            extra -= 0.55;
        }
        Template {
            width_px: condition.width_px as u16,
            height_px: condition.height_px as u16,
            quality: (97.5 + 7.5 * care).clamp(5.0, 100.0) as u8,
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
        let mut cells = Vec::with_capacity((columns * rows) as usize);
        let (inv, turn) = (1.0 / self.stretch, condition.turn);
        for row in 0..rows {
            for column in 0..columns {
                let at = |c: u32| (c * cell + cell / 2) as f32;
                let (x, y) = placement.stiff(at(column) - mx, at(row) - my);
                cells.push(if inside(x, y) < SHOWN {
                    // Anticlockwise from the x axis, in steps of a 128th of half a turn.
                    let steps = -(self.orientation(x * inv, y * inv) + turn) * (128.0 / PI);
                    num::floor(steps + 0.5) as i32 as u8 & 127
                } else {
                    NO_FLOW
                });
            }
        }
        FlowMap::from_cells(columns as u16, rows as u16, cells)
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
    /// Deviations of most places, a side, and directions.
    place_px: f32,
    angle: f32,
    /// Chance of the wrong type.
    kind: f32,
    /// How far from certain a true minutia typically is.
    doubt: f32,
}

/// A twelfth of the places and directions are read this many times as badly as the rest.
const TAIL: f32 = 2.6;
const IN_TAIL: f32 = 0.08;

impl Errors {
    /// Measured with the network (`ridgeline-finger/2`) on pictures whose truth is known (`examples/distances`,
    /// `fingers`), middle of the range at care 0.
    fn at(care: f32) -> Self {
        let worse = num::exp(-0.35 * care);
        Self {
            missed: (0.008 * worse).min(0.6),
            false_per_px2: 0.000_008 * worse,
            place_px: 0.33 * worse.min(2.0),
            angle: 0.032 * worse.min(2.0),
            kind: 0.12,
            doubt: 0.018 * worse,
        }
    }

    /// Errors of a place and a direction: nearly normal with a tail.
    fn draw(&self, d: &mut Dice) -> (f32, f32, f32) {
        let k = if d.chance(IN_TAIL) { TAIL } else { 1.0 };
        (d.quick(0.0, k * self.place_px), d.quick(0.0, k * self.place_px), d.quick(0.0, k * self.angle))
    }

    /// How sure the reader is of a true minutia: nearly certain of most, with a long tail of doubt.
    fn sure(&self, d: &mut Dice) -> f32 {
        let u = d.unit();
        let u2 = u * u;
        1.0 - self.doubt * (0.1 + 1.4 * u2) - 0.6 * (u2 * u2) * (u2 * u2) * (u2 * u2) * (u2 * u2) * (u2 * u2)
    }
}

/// How sure it is of a false one.
fn sure_of_false(d: &mut Dice) -> f32 {
    let u = 1.0 - d.unit();
    0.32 + 0.68 * u.sqrt()
}

/// Headings from a core (one) or delta (three) along which the flow runs straight away from it.
fn radial(flow: &Flow, x: f32, y: f32, core: bool) -> Vec<f32> {
    const AROUND: usize = 36;
    const REACH_PX: f32 = 6.0;
    let beside = flow.beside(x, y);
    let gaps: [f32; AROUND] = std::array::from_fn(|k| {
        let heading = k as f32 * TAU / AROUND as f32;
        let (s, c) = num::sin_cos(heading);
        let across = num::wrap_pi(beside(REACH_PX * c, REACH_PX * s) - heading);
        across.min(PI - across)
    });
    let mut lows: Vec<usize> = (0..AROUND)
        .filter(|&k| gaps[k] <= gaps[(k + AROUND - 1) % AROUND] && gaps[k] < gaps[(k + 1) % AROUND])
        .collect();
    lows.sort_by(|&a, &b| gaps[a].total_cmp(&gaps[b]));
    lows.truncate(if core { 1 } else { 3 });
    lows.into_iter().map(|k| k as f32 * TAU / AROUND as f32).collect()
}

/// The minutiae at the very poles, within a ridge of them: mostly one at a core that points along its axis, seldom one
/// at a delta that points inwards. Like all others they lie along the flow where they are.
fn scatter_poles(
    d: &mut Dice,
    flow: &Flow,
    poles: &[(f32, f32, bool)],
    found: &mut Vec<(f32, f32, f32, bool)>,
) {
    for &(x, y, core) in poles {
        for heading in radial(flow, x, y, core) {
            let expected = if core { AT_CORE } else { AT_DELTA };
            let count = num::floor(expected + d.unit()) as u32;
            let (s, c) = num::sin_cos(heading);
            for _ in 0..count {
                let (along, aside) = (d.normal(1.5, 1.0), d.normal(0.0, 1.5));
                let (mx, my) = (x + along * c - aside * s, y + along * s + aside * c);
                let wanted = if core { heading } else { heading + PI };
                let theta = flow.orientation(mx, my);
                let direction = if num::sin_cos(theta - wanted).1 < 0.0 { theta + PI } else { theta };
                found.push((mx, my, direction, d.chance(ENDINGS)));
            }
        }
    }
}
