//! Where each pixel of an impression touches the finger, and back.

use super::{Condition, contactless::Tip};
use crate::{dice::Dice, noise::Field, num};

/// The map from sensor to finger: a turn, a shift, and elastic displacements on two scales.
///
/// Sensor points are pixels at 500 ppi from the middle of the image; finger points as in [`super::Master`].
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    sin: f32,
    cos: f32,
    shift: (f32, f32),
    wide: [Field; 2],
    fine: Option<[Field; 2]>,
    /// Turn that grows with the square of the distance: the pad twisted under pressure.
    twist: f32,
    /// A finger in the round.
    tip: Option<Tip>,
    /// Size in the picture against the finger's own, and one over it.
    zoom: (f32, f32),
}

impl Placement {
    pub(crate) fn new(dice: &mut Dice, condition: &Condition) -> Self {
        Self::with(dice, condition, Field::new, true)
    }

    /// A touch whose displacements change slowly, drawn faster: for templates, where the fine ones drown in the
    /// reader's errors.
    pub(crate) fn smooth(dice: &mut Dice, condition: &Condition) -> Self {
        Self::with(dice, condition, Field::quick, false)
    }

    fn with(
        dice: &mut Dice,
        condition: &Condition,
        field: fn(&mut Dice, [f32; 4], f32, f32) -> Field,
        fine: bool,
    ) -> Self {
        let (sin, cos) = num::sin_cos(condition.turn);
        let per_px = (500.0 / condition.ppi) as f32;
        let half = (0.5 * condition.width_px as f32 * per_px, 0.5 * condition.height_px as f32 * per_px);
        let area = [-half.0, -half.1, half.0, half.1];
        let k = condition.stretch;
        Self {
            sin,
            cos,
            shift: condition.shift,
            wide: std::array::from_fn(|_| field(dice, area, 130.0, 8.0 * k)),
            fine: fine.then(|| std::array::from_fn(|_| field(dice, area, 42.0, 1.1 * k))),
            twist: dice.normal(0.0, 0.02 * k) / (150.0 * 150.0),
            tip: Tip::of(condition),
            zoom: (condition.zoom, 1.0 / condition.zoom),
        }
    }

    /// The finger point under a sensor point without elastic displacement.
    #[inline]
    fn rigid(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = (x - self.shift.0, y - self.shift.1);
        let turn = self.twist * (x * x + y * y).min(50_000.0);
        let (x, y) = (x - turn * y, y + turn * x);
        let (x, y) = (self.cos * x + self.sin * y, self.cos * y - self.sin * x);
        let (x, y) = (x * self.zoom.1, y * self.zoom.1);
        self.tip.map_or((x, y), |tip| tip.unroll(x, y))
    }

    /// The finger point under a sensor point.
    pub(crate) fn to_finger(&self, x: f32, y: f32) -> (f32, f32) {
        let (fx, fy) = self.rigid(x, y);
        let (dx, dy) = self.displacement(x, y);
        (fx + dx, fy + dy)
    }

    /// The finger point under a sensor point, elastic displacement left out.
    pub(crate) fn stiff(&self, x: f32, y: f32) -> (f32, f32) {
        self.rigid(x, y)
    }

    /// Elastic displacement at a sensor point.
    pub(crate) fn displacement(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = (self.wide[0].at(x, y), self.wide[1].at(x, y));
        match &self.fine {
            Some([fx, fy]) => (dx + fx.at(x, y), dy + fy.at(x, y)),
            None => (dx, dy),
        }
    }

    /// Finger points under a row of sensor points, `step` apart.
    pub(crate) fn row(&self, x: f32, step: f32, y: f32, out: &mut [(f32, f32)], scratch: &mut [Vec<f32>; 4]) {
        let fine = |axis: usize| self.fine.as_ref().map(|f| &f[axis]);
        let fields = [Some(&self.wide[0]), fine(0), Some(&self.wide[1]), fine(1)];
        for (field, line) in fields.into_iter().zip(scratch.iter_mut()) {
            line.clear();
            line.resize(out.len(), 0.0);
            if let Some(field) = field {
                field.row(x, step, y, line);
            }
        }
        let [a, b, c, d] = scratch;
        for (i, slot) in out.iter_mut().enumerate() {
            let (fx, fy) = self.rigid(x + step * i as f32, y);
            *slot = (fx + a[i] + b[i], fy + c[i] + d[i]);
        }
    }

    /// The sensor point above a finger point (fixed-point iteration; displacements change slowly).
    pub(crate) fn to_sensor(&self, fx: f32, fy: f32) -> (f32, f32) {
        self.to_sensor_in(fx, fy, if self.tip.is_some() { 16 } else { 7 })
    }

    /// The same in fewer steps: each leaves about a tenth of the error of the one before.
    pub(crate) fn to_sensor_in(&self, fx: f32, fy: f32, steps: u32) -> (f32, f32) {
        let (mut x, mut y) = (fx * self.zoom.0, fy * self.zoom.0);
        (x, y) = (self.cos * x - self.sin * y + self.shift.0, self.cos * y + self.sin * x + self.shift.1);
        // Flanks that turn away foreshorten up to twice: shorter steps keep the search from overshooting.
        let gain = self.zoom.0 * if self.tip.is_some() { 0.6 } else { 1.0 };
        for _ in 0..steps {
            let (gx, gy) = self.to_finger(x, y);
            let (ex, ey) = (gain * (fx - gx), gain * (fy - gy));
            x += self.cos * ex - self.sin * ey;
            y += self.cos * ey + self.sin * ex;
        }
        (x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finger::Preset;

    #[test]
    fn the_way_back_ends_where_it_began() {
        for seed in 0..20 {
            let condition = Condition::draw(Preset::Hard, seed);
            let placement = Placement::new(&mut Dice::new(seed, "placement-test", 0, 0), &condition);
            for (x, y) in [(0.0, 0.0), (90.0, -120.0), (-130.0, 150.0)] {
                let (fx, fy) = placement.to_finger(x, y);
                let (bx, by) = placement.to_sensor(fx, fy);
                assert!((bx - x).abs() < 0.05 && (by - y).abs() < 0.05, "{x} {y}: {bx} {by}");
            }
        }
    }
}
