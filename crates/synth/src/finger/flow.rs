//! Ridge flow: orientation and period over the finger.
//!
//! Zero-pole model (Sherlock and Monro, "A model for interpreting fingerprint topology", Pattern Recognition
//! 1993) with an arching term that makes the sides of loops steep and the tip concentric, a warp of the plane
//! and a smooth random angle. All in image axes: x to the right, y down, pixels at 500 ppi, origin at the middle
//! of the pad; orientations turn from x towards y.

mod lattice;

use super::Class;
use crate::{
    dice::Dice,
    noise::Field,
    num::{self, atan2},
};
pub(crate) use lattice::Lattice;

/// A pole: where orientation winds by half a turn.
#[derive(Debug, Clone, Copy)]
struct Pole {
    x: f32,
    y: f32,
    /// +1 for a core, -1 for a delta.
    sign: f32,
}

/// The flow of one finger.
#[derive(Debug)]
pub(crate) struct Flow {
    poles: Vec<Pole>,
    apex: (f32, f32),
    tilt: (f32, f32),
    arch: f32,
    soft: f32,
    fade: (f32, f32),
    turn: f32,
    warp: [Field; 2],
    angle: Field,
    period_noise: Field,
    period_px: f32,
}

/// Room for the random fields: the grown area with a margin.
pub(crate) const AREA: [f32; 4] = [-260.0, -320.0, 260.0, 340.0];

impl Flow {
    /// Draws a flow of this class whose mean ridge period is `period_px`.
    pub(crate) fn draw(dice: &mut Dice, class: Class, period_px: f32) -> Self {
        Self::with(dice, class, period_px, Field::new)
    }

    /// The same with random fields that are drawn faster; another flow than [`Flow::draw`] gives of the same dice.
    pub(crate) fn quick(dice: &mut Dice, class: Class, period_px: f32) -> Self {
        Self::with(dice, class, period_px, Field::quick)
    }

    fn with(
        dice: &mut Dice,
        class: Class,
        period_px: f32,
        field: fn(&mut Dice, [f32; 4], f32, f32) -> Field,
    ) -> Self {
        let mut poles = Vec::new();
        let cx = dice.normal(0.0, 14.0);
        let cy = dice.normal(-22.0, 24.0);
        let mut arch = dice.range(0.42, 0.95);
        let mut soft = dice.range(6.0, 22.0);
        match class {
            Class::Arch => {
                arch = dice.range(0.45, 0.95);
                soft = dice.range(35.0, 80.0);
            }
            Class::TentedArch => {
                let gap = dice.range(45.0, 90.0);
                poles.push(Pole { x: cx, y: cy, sign: 1.0 });
                poles.push(Pole { x: cx + dice.normal(0.0, 5.0), y: cy + gap, sign: -1.0 });
            }
            Class::LeftLoop | Class::RightLoop => {
                let side = if class == Class::RightLoop { -1.0 } else { 1.0 };
                poles.push(Pole { x: cx, y: cy, sign: 1.0 });
                let across = dice.range(35.0, 135.0);
                let down = dice.range(55.0, 160.0);
                poles.push(Pole { x: cx + side * across, y: cy + down, sign: -1.0 });
            }
            Class::Whorl => {
                let gap = dice.range(4.0, 55.0);
                let lean = dice.normal(0.0, 0.25);
                let (s, c) = num::sin_cos(lean);
                poles.push(Pole { x: cx, y: cy, sign: 1.0 });
                poles.push(Pole { x: cx + s * gap, y: cy + c * gap, sign: 1.0 });
                let drop = dice.range(75.0, 135.0);
                poles.push(Pole { x: cx - dice.range(75.0, 130.0), y: cy + drop, sign: -1.0 });
                let other = drop + dice.normal(0.0, 22.0);
                poles.push(Pole { x: cx + dice.range(75.0, 130.0), y: cy + other, sign: -1.0 });
                soft = dice.range(20.0, 60.0);
            }
            Class::DoubleLoop => {
                let gap = dice.range(55.0, 95.0);
                let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
                let lean = side * dice.range(0.5, 1.0);
                let (s, c) = num::sin_cos(lean);
                poles.push(Pole { x: cx - s * gap * 0.5, y: cy - 8.0, sign: 1.0 });
                poles.push(Pole { x: cx + s * gap * 0.5, y: cy - 8.0 + c * gap, sign: 1.0 });
                let drop = dice.range(90.0, 140.0);
                poles.push(Pole { x: cx - dice.range(85.0, 135.0), y: cy + drop, sign: -1.0 });
                let other = drop + dice.normal(0.0, 20.0);
                poles.push(Pole { x: cx + dice.range(85.0, 135.0), y: cy + other, sign: -1.0 });
                soft = dice.range(30.0, 60.0);
            }
        }
        let mut flow = Self {
            poles,
            apex: (cx, cy),
            tilt: (0.0, 1.0),
            arch,
            soft,
            fade: (cy + dice.range(10.0, 50.0), cy + dice.range(190.0, 290.0)),
            turn: dice.normal(0.0, 0.05),
            warp: [field(dice, AREA, 110.0, 17.0), field(dice, AREA, 110.0, 17.0)],
            angle: field(dice, AREA, 82.0, 0.30),
            period_noise: field(dice, AREA, 80.0, 0.12),
            period_px,
        };
        if class == Class::Arch {
            flow.apex.1 += dice.range(-20.0, 60.0);
        } else {
            // The arching term follows the axis of the upper core: a loop leans away from its delta.
            let others = flow.zero_pole(cx, cy);
            let lean = (2.0 * others).clamp(-0.7, 0.7);
            if matches!(class, Class::LeftLoop | Class::RightLoop) {
                flow.tilt = num::sin_cos(lean * 0.8);
            }
        }
        flow
    }

    /// Half the sum of the poles' signed angles, each measured from the upward direction.
    fn zero_pole(&self, x: f32, y: f32) -> f32 {
        // Angles are added by multiplying (i (z - pole)) or its conjugate: one arc tangent in the end.
        let (mut re, mut im) = (1.0_f32, 0.0_f32);
        for pole in &self.poles {
            let (px, py) = (-(y - pole.y), x - pole.x);
            let r2 = px * px + py * py;
            if r2 < 1e-6 {
                continue;
            }
            let scale = 1.0 / r2.sqrt();
            let (px, py) = (px * scale, py * scale * pole.sign);
            (re, im) = (re * px - im * py, re * py + im * px);
        }
        0.5 * atan2(im, re)
    }

    /// Ridge orientation at a point, 0 to pi.
    pub(crate) fn orientation(&self, x: f32, y: f32) -> f32 {
        self.turned(x + self.warp[0].at(x, y), y + self.warp[1].at(x, y), self.angle.at(x, y))
    }

    /// Orientation at a warped point with its random angle.
    #[inline]
    fn turned(&self, wx: f32, wy: f32, angle: f32) -> f32 {
        let (ux, uy) = (wx - self.apex.0, wy - self.apex.1);
        let (s, c) = self.tilt;
        // Component across the axis: +1 to its right, -1 to its left, 0 on it.
        let across = (ux * c + uy * s) / (ux * ux + uy * uy + self.soft * self.soft).sqrt();
        let window = 1.0 - num::smoothstep(self.fade.0, self.fade.1, wy);
        let arching = self.arch * across * (0.12 + 0.88 * window);
        num::wrap_pi(self.zero_pole(wx, wy) + arching + self.turn + angle)
    }

    /// Ridge period at a point, pixels: wider towards the crease (Stoney 1988; Cappelli 2009), a little
    /// narrower around the core.
    pub(crate) fn period(&self, x: f32, y: f32) -> f32 {
        self.spaced(x, y, self.period_noise.at(x, y))
    }

    /// Period at a point with its random part.
    #[inline]
    fn spaced(&self, x: f32, y: f32, noise: f32) -> f32 {
        let (ux, uy) = (x - self.apex.0, y - self.apex.1);
        let near = 1.0 / (1.0 + (ux * ux + uy * uy) * (1.0 / 3600.0));
        let below = num::smoothstep(20.0, 220.0, uy);
        let shape = 1.0 - 0.05 * near + 0.16 * below;
        self.period_px * shape * (1.0 + noise).clamp(0.82, 1.2)
    }

    /// Cores (true) and deltas, in finger coordinates; the warp is undone to first order.
    pub(crate) fn singularities(&self) -> Vec<(f32, f32, bool)> {
        self.poles
            .iter()
            .map(|p| {
                let (mut x, mut y) = (p.x, p.y);
                for _ in 0..6 {
                    (x, y) = (p.x - self.warp[0].at(x, y), p.y - self.warp[1].at(x, y));
                }
                (x, y, p.sign > 0.0)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::PI;

    /// Whether two orientations differ by less than `limit` radians.
    fn near(a: f32, b: f32, limit: f32) -> bool {
        let d = num::wrap_pi(a - b);
        d.min(PI - d) < limit
    }

    #[test]
    fn a_loop_winds_once_around_its_core_and_back_around_its_delta() {
        for (class, want) in
            [(Class::LeftLoop, 2), (Class::Whorl, 4), (Class::Arch, 0), (Class::DoubleLoop, 4)]
        {
            let mut dice = Dice::new(7, "flow-test", 0, 0);
            let flow = Flow::draw(&mut dice, class, 9.0);
            let poles = flow.singularities();
            assert_eq!(poles.len(), want, "{class:?}");
            for (x, y, core) in poles {
                let mut winding = 0.0;
                let mut before = flow.orientation(x + 3.0, y);
                for k in 1..=64 {
                    let (s, c) = num::sin_cos(k as f32 * num::TAU / 64.0);
                    let now = flow.orientation(x + 3.0 * c, y + 3.0 * s);
                    let step = num::wrap_pi(now - before + PI / 2.0) - PI / 2.0;
                    winding += step;
                    before = now;
                }
                let want = if core { PI } else { -PI };
                assert!((winding - want).abs() < 0.2, "{class:?} at {x} {y}: {winding}");
            }
        }
    }

    #[test]
    fn the_base_is_nearly_horizontal() {
        let mut dice = Dice::new(9, "flow-test", 0, 0);
        let flow = Flow::draw(&mut dice, Class::LeftLoop, 9.0);
        assert!(near(flow.orientation(0.0, 290.0), 0.0, 0.7));
    }
}
