//! A finger as it is on the hand: ridges, flow, minutiae, creases.

use super::{Class, flow::Flow, growth, growth::Grid, windings};
use crate::{
    dice::Dice,
    num::{self, PI},
};
use finger::MinutiaKind;
use model::FingerPosition;

/// A minutia on the finger itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MasterMinutia {
    /// Pixels at 500 ppi to the right of the middle of the pad.
    pub x: f32,
    /// Pixels at 500 ppi below the middle of the pad.
    pub y: f32,
    /// Radians from the x axis towards the y axis (clockwise as seen), towards the side with one ridge more.
    pub direction: f32,
    /// A ridge ends or forks.
    pub kind: MinutiaKind,
}

/// A core or delta on the finger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Singularity {
    /// Pixels at 500 ppi to the right of the middle of the pad.
    pub x: f32,
    /// Pixels at 500 ppi below the middle of the pad.
    pub y: f32,
    /// A core, else a delta.
    pub core: bool,
}

/// What decides a master besides its seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Which finger; decides size, ridge period and class shares.
    pub position: FingerPosition,
    /// Pattern class.
    pub class: Class,
    /// Linear size against a grown man's finger, 0.5 to 1.2: a newborn has about 0.4, a child of 8 about 0.75.
    pub scale: f32,
    /// How worn and creased the skin is, 0 to 1.
    pub wear: f32,
}

/// A finger's ridges, at any scale, with the truth about them. Lengths are pixels at 500 ppi in finger axes: x to
/// the right, y down, the origin in the middle of the pad.
#[derive(Debug, Clone)]
pub struct Master {
    plan: Plan,
    /// Key of everything that stays with the finger but is not stored: pores, skin texture.
    pub(crate) key: u64,
    cell_px: f32,
    size: (usize, usize),
    /// Cell coordinates of the origin.
    origin: (f32, f32),
    /// Half width, height above and below the origin.
    extent: (f32, f32, f32),
    /// Ridge height, -1 to 1.
    ridge: Vec<f32>,
    /// Depth of creases and scars, 0 to 1.
    crease: Vec<f32>,
    theta: Vec<f32>,
    period: Vec<f32>,
    minutiae: Vec<MasterMinutia>,
    singularities: Vec<Singularity>,
}

/// Mean ridge period of a grown man's index finger at 500 ppi: 0.46 mm (Cummins, Waits and McQuitty 1941 give
/// 20.7 ridges a centimetre for men and 23.4 for women).
const PERIOD_PX: f32 = 8.9;
/// Size of thumb to little finger against the index finger, and their ridge period.
const DIGITS: [(f32, f32); 5] = [(1.20, 1.07), (1.0, 1.0), (1.04, 0.99), (0.98, 0.97), (0.83, 0.92)];
/// Rounds of growth: minutiae annihilate with each; this leaves the density of real prints.
const ROUNDS: usize = 26;

impl Master {
    /// Grows a finger.
    pub fn new(seed: u64, plan: Plan) -> Self {
        let mut dice = Dice::new(seed, "finger-master", u64::from(plan.position.code()), 0);
        let plan = Plan { scale: plan.scale.clamp(0.4, 1.3), wear: plan.wear.clamp(0.0, 1.0), ..plan };
        // The flow lives in the axes of a standard finger; `breadth` maps them to this one.
        let (breadth, period) = digit_of(&mut dice, plan.position);
        let flow = Flow::draw(&mut dice, plan.class, period);
        let cell_std = period / growth::CELLS_PER_PERIOD;
        let extent = (188.0 * breadth, 212.0 * breadth * dice.normal(1.0, 0.03), 250.0 * breadth);
        let margin = 8.0;
        let w = (2.0 * extent.0 / cell_std + 2.0 * margin) as usize;
        let h = ((extent.1 + extent.2) / cell_std + 2.0 * margin) as usize;
        let origin = (extent.0 / cell_std + margin, extent.1 / cell_std + margin);
        let mut grid = Grid {
            size: (w, h),
            theta: vec![0.0; w * h],
            period: vec![growth::CELLS_PER_PERIOD; w * h],
            inside: vec![false; w * h],
        };
        for y in 0..h {
            for x in 0..w {
                let (px, py) = ((x as f32 - origin.0) * cell_std, (y as f32 - origin.1) * cell_std);
                let at = y * w + x;
                if outline(px, py, extent) > 1.03 {
                    continue;
                }
                grid.inside[at] = true;
                let (fx, fy) = (px / breadth, py / breadth);
                grid.theta[at] = growth::quantised(flow.orientation(fx, fy));
                grid.period[at] = flow.period(fx, fy) / cell_std;
            }
        }
        let pattern = growth::grow(&mut dice, &grid, ROUNDS);
        let cell_px = cell_std * plan.scale;
        let minutiae = windings::find(&grid, &pattern)
            .into_iter()
            .map(|m| MasterMinutia {
                x: (m.x - origin.0) * cell_px,
                y: (m.y - origin.1) * cell_px,
                direction: num::wrap_tau(m.direction),
                kind: if m.ending { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
            })
            .collect();
        let singularities = flow
            .singularities()
            .into_iter()
            .map(|(x, y, core)| Singularity {
                x: x * breadth * plan.scale,
                y: y * breadth * plan.scale,
                core,
            })
            .collect();
        let ridge =
            pattern.even.iter().zip(&pattern.odd).map(|(e, o)| e / (e * e + o * o + 0.02).sqrt()).collect();
        let mut master = Self {
            plan,
            key: dice.bits(),
            cell_px,
            size: (w, h),
            origin,
            extent: (extent.0 * plan.scale, extent.1 * plan.scale, extent.2 * plan.scale),
            ridge,
            crease: vec![0.0; w * h],
            theta: grid.theta,
            period: grid.period,
            minutiae,
            singularities,
        };
        master.draw_creases(&mut dice);
        master
    }

    /// What it was grown from.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// All minutiae of the finger, by rows of the master.
    pub fn minutiae(&self) -> &[MasterMinutia] {
        &self.minutiae
    }

    /// Cores and deltas.
    pub fn singularities(&self) -> &[Singularity] {
        &self.singularities
    }

    /// Half width, height above and height below the origin of the grown skin, pixels at 500 ppi.
    pub fn extent(&self) -> (f32, f32, f32) {
        self.extent
    }

    /// Cell coordinates of a point of the finger.
    #[inline]
    fn cell(&self, x: f32, y: f32) -> (f32, f32) {
        let inv = 1.0 / self.cell_px;
        (x * inv + self.origin.0, y * inv + self.origin.1)
    }

    /// Where a point lies: 0 at the origin, 1 on the edge of the grown skin, more outside.
    #[inline]
    pub(crate) fn outline(&self, x: f32, y: f32) -> f32 {
        outline(x, y, self.extent)
    }

    /// Ridge height at a point, -1 (valley) to 1; 0 outside (Catmull-Rom between cells).
    #[inline]
    pub fn ridge(&self, x: f32, y: f32) -> f32 {
        let (u, v) = self.cell(x, y);
        let (w, h) = self.size;
        let (fu, fv) = (num::floor(u), num::floor(v));
        if !(fu >= 1.0 && fv >= 1.0 && fu < (w - 2) as f32 && fv < (h - 2) as f32) {
            return 0.0;
        }
        let (a, b) = (cubic(u - fu), cubic(v - fv));
        let at = (fv as usize - 1) * w + fu as usize - 1;
        let mut sum = 0.0;
        for (j, weight) in b.iter().enumerate() {
            if let Some([p, q, r, s]) = self.ridge.get(at + j * w..at + j * w + 4) {
                sum += weight * (a[0] * p + a[1] * q + a[2] * r + a[3] * s);
            }
        }
        sum
    }

    /// Depth of creases and scars at a point, 0 to 1.
    #[inline]
    pub(crate) fn crease(&self, x: f32, y: f32) -> f32 {
        let (u, v) = self.cell(x, y);
        let (w, h) = self.size;
        let (fu, fv) = (num::floor(u), num::floor(v));
        if !(fu >= 0.0 && fv >= 0.0 && fu < (w - 1) as f32 && fv < (h - 1) as f32) {
            return 0.0;
        }
        let (tu, tv) = (u - fu, v - fv);
        let at = fv as usize * w + fu as usize;
        match (self.crease.get(at..at + 2), self.crease.get(at + w..at + w + 2)) {
            (Some([a, b]), Some([c, d])) => num::mix(num::mix(*a, *b, tu), num::mix(*c, *d, tu), tv),
            _ => 0.0,
        }
    }

    /// Ridge orientation (image axes, 0 to pi) and period (pixels at 500 ppi) at a point, where skin was grown.
    pub fn flow(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        let (u, v) = self.cell(x, y);
        let (w, h) = self.size;
        let (cu, cv) = (num::floor(u + 0.5), num::floor(v + 0.5));
        if !(cu >= 0.0 && cv >= 0.0 && cu < w as f32 && cv < h as f32) || self.outline(x, y) > 1.0 {
            return None;
        }
        let at = cv as usize * w + cu as usize;
        Some((*self.theta.get(at)?, *self.period.get(at)? * self.cell_px))
    }

    /// Thin lines across the skin that stay with the finger: white creases, seldom a scar.
    fn draw_creases(&mut self, dice: &mut Dice) {
        let wear = self.plan.wear;
        let count = (dice.range(0.0, 2.0) + 9.0 * wear * dice.unit()) as usize;
        for _ in 0..count {
            let x = dice.range(-0.8, 0.8) * self.extent.0;
            let y = dice.range(-0.7, 0.9) * self.extent.2;
            // Mostly across the finger or steeply down it, seldom between (Zhou and others, "Fingerprint
            // creases", 2009, show both groups).
            let heading = if dice.chance(0.6) { dice.normal(0.15, 0.35) } else { dice.normal(1.45, 0.3) };
            let length = dice.range(25.0, 130.0) * self.plan.scale;
            let width = dice.range(1.1, 2.2);
            let depth = dice.range(0.4, 1.0);
            self.stroke(dice, (x, y), heading, length, width, depth);
        }
        if dice.chance(0.04 + 0.16 * wear) {
            let at = (dice.normal(0.0, 70.0), dice.normal(0.0, 80.0));
            let heading = dice.range(0.0, PI);
            let length = dice.range(60.0, 220.0);
            let width = dice.range(2.0, 5.0);
            self.stroke(dice, at, heading, length, width, 1.0);
        }
    }

    /// Draws one wavering line of Gaussian profile; lengths in pixels at 500 ppi, `width` its deviation.
    fn stroke(
        &mut self,
        dice: &mut Dice,
        from: (f32, f32),
        heading: f32,
        length: f32,
        width: f32,
        depth: f32,
    ) {
        let (mut x, mut y) = from;
        let mut heading = heading;
        let (w, h) = self.size;
        let sigma = (width / self.cell_px).max(0.7);
        let reach = (2.5 * sigma).ceil() as i32;
        let steps = (length / self.cell_px).ceil() as i32;
        for k in 0..steps {
            heading += dice.normal(0.0, 0.035);
            let (s, c) = num::sin_cos(heading);
            x += c * self.cell_px;
            y += s * self.cell_px;
            let along = k as f32 / steps as f32;
            let here = depth * num::smoothstep(0.0, 0.15, along) * (1.0 - num::smoothstep(0.8, 1.0, along));
            let (u, v) = self.cell(x, y);
            let (cu, cv) = (num::floor(u) as i32, num::floor(v) as i32);
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    let (px, py) = (cu + dx, cv + dy);
                    if px < 0 || py < 0 || px >= w as i32 || py >= h as i32 {
                        continue;
                    }
                    let (ex, ey) = (px as f32 - u, py as f32 - v);
                    let value = here * num::exp(-0.5 * (ex * ex + ey * ey) / (sigma * sigma));
                    if let Some(slot) = self.crease.get_mut(py as usize * w + px as usize) {
                        *slot = slot.max(value);
                    }
                }
            }
        }
    }
}

/// Breadth of a finger against the index finger and its mean ridge period in pixels, drawn.
pub(crate) fn digit_of(dice: &mut Dice, position: FingerPosition) -> (f32, f32) {
    let digit = match position.finger().map_or(2, FingerPosition::code) {
        code @ 1..=5 => usize::from(code) - 1,
        code => usize::from(code.clamp(6, 10)) - 6,
    };
    let (size, ridge) = DIGITS.get(digit).copied().unwrap_or((1.0, 1.0));
    (size * dice.normal(1.0, 0.02), PERIOD_PX * ridge * dice.normal(1.0, 0.045))
}

/// 0 at the origin, 1 on the outline: half an ellipse above, straight sides with a round end below.
#[inline]
fn outline(x: f32, y: f32, (half, top, bottom): (f32, f32, f32)) -> f32 {
    let u = x / half;
    if y < 0.0 {
        let v = y / top;
        (u * u + v * v).sqrt()
    } else {
        let v = y / bottom;
        let (u2, v2) = (u * u, v * v);
        (u2 * u2 + v2 * v2).sqrt().sqrt()
    }
}

/// Catmull-Rom weights of the four cells around a point.
#[inline]
fn cubic(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2]
}
