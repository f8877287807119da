//! Where iris, pupil and lids lie in the picture.

use super::{Condition, Identity};
use crate::{dice::Dice, num};
use iris::Contour;

/// Radii in a truth contour.
const RADII: usize = 128;

/// Low waves on a circle: how far a boundary is from round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wave {
    amplitude: [f32; 4],
    /// Sine and cosine of each wave's phase.
    phase: [(f32, f32); 4],
}

impl Wave {
    /// Waves of 2 to 5 turns, the first of this relative deviation.
    pub(super) fn draw(dice: &mut Dice, deviation: f32) -> Self {
        Self {
            amplitude: std::array::from_fn(|k| dice.normal(0.0, deviation / (1.0 + k as f32))),
            phase: std::array::from_fn(|_| num::sin_cos(dice.range(0.0, num::TAU))),
        }
    }

    /// Relative radius in the direction with this cosine and sine.
    #[inline]
    fn at(&self, cos: f32, sin: f32) -> f32 {
        // cos and sin of 2 to 5 times the angle by repeated turning.
        let (mut c, mut s) = (cos, sin);
        let mut sum = 1.0;
        for k in 0..4 {
            (c, s) = (c * cos - s * sin, s * cos + c * sin);
            let (ps, pc) = self.phase[k];
            sum += self.amplitude[k] * (c * pc - s * ps);
        }
        sum
    }
}

/// One eye before one camera.
#[derive(Debug)]
pub(super) struct Geometry {
    /// Middle of the iris, image pixels.
    pub(super) centre: (f32, f32),
    roll: (f32, f32),
    /// Direction of gaze in the image and the foreshortening along it.
    aside: (f32, f32, f32),
    /// Limbus radius, pixels.
    pub(super) limbus: f32,
    pupil: f32,
    /// Middle of the pupil against the middle of the iris, limbus radii.
    pupil_shift: (f32, f32),
    limbus_wave: Wave,
    pupil_wave: Wave,
    lids: [Lid; 2],
}

/// A lid's edge: a parabola in the eye's own axes, limbus radii.
#[derive(Debug, Clone, Copy)]
struct Lid {
    height: f32,
    peak: f32,
    bend: f32,
}

/// A pixel in the axes of the iris.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// 0 on the pupil's edge, 1 on the limbus; below 0 in the pupil.
    pub(super) rho: f32,
    /// Turns anticlockwise from the eye's right-hand axis as seen, 0 to 1.
    pub(super) turn: f32,
    /// Distance from the iris centre in limbus radii.
    pub(super) radius: f32,
    /// Distance inside the opening of the lids (negative outside), limbus radii: upper and lower.
    pub(super) lids: (f32, f32),
    /// Position in the eye's axes, limbus radii.
    pub(super) at: (f32, f32),
}

impl Geometry {
    pub(super) fn new(dice: &mut Dice, identity: &Identity, c: &Condition) -> Self {
        let (sin, cos) = num::sin_cos(c.roll);
        let (gx, gy) = c.gaze;
        let size = (gx * gx + gy * gy).sqrt();
        let (ax, ay) = if size > 1e-6 { (gx / size, gy / size) } else { (1.0, 0.0) };
        let lid = |d: &mut Dice, height: f32, bend: f32| Lid {
            height,
            peak: d.normal(0.0, 0.15),
            bend: bend * d.normal(1.0, 0.12),
        };
        // Pupils are seldom quite central; light moves them a little.
        let pupil_shift = (
            identity.pupil_shift.0
                + 0.12 * (c.dilation - 0.4) * identity.pupil_shift.1
                + dice.normal(0.0, 0.006),
            identity.pupil_shift.1 + dice.normal(0.0, 0.006),
        );
        let mut pupil_wave = identity.pupil_wave;
        pupil_wave.amplitude.iter_mut().for_each(|a| *a += dice.normal(0.0, 0.004));
        Self {
            centre: (
                0.5 * (c.width_px as f32 - 1.0) + c.shift.0,
                0.5 * (c.height_px as f32 - 1.0) + c.shift.1,
            ),
            roll: (sin, cos),
            aside: (ax, ay, 1.0 / num::sin_cos(size).1.max(0.3)),
            limbus: c.limbus_px,
            pupil: c.dilation,
            pupil_shift,
            limbus_wave: identity.limbus_wave,
            pupil_wave,
            lids: [lid(dice, c.upper_lid, 0.30), lid(dice, c.lower_lid, 0.20)],
        }
    }

    /// A pixel in the eye's plane: turned back, gaze undone, limbus radii.
    #[inline]
    fn plane(&self, x: f32, y: f32) -> (f32, f32) {
        let (dx, dy) = ((x - self.centre.0) / self.limbus, (y - self.centre.1) / self.limbus);
        let (ax, ay, k) = self.aside;
        let along = (dx * ax + dy * ay) * (k - 1.0);
        let (dx, dy) = (dx + along * ax, dy + along * ay);
        let (sin, cos) = self.roll;
        (cos * dx + sin * dy, cos * dy - sin * dx)
    }

    /// Everything about one pixel.
    #[inline]
    pub(super) fn spot(&self, x: f32, y: f32) -> Spot {
        let (u, v) = self.plane(x, y);
        let radius = (u * u + v * v).sqrt();
        let lids = (v + self.lids[0].edge(u), self.lids[1].edge(u) - v);
        if radius > 1.3 {
            return Spot { rho: 2.0, turn: 0.0, radius, lids, at: (u, v) };
        }
        // From the pupil's middle outwards: where the ray leaves pupil and iris.
        let (px, py) = (u - self.pupil_shift.0, v - self.pupil_shift.1);
        let r = (px * px + py * py).sqrt().max(1e-5);
        let (cos, sin) = (px / r, -py / r);
        let inner = self.pupil * self.pupil_wave.at(cos, sin);
        // Distance along the ray to the limbus, taken as a circle about the origin, then waved.
        let dot = self.pupil_shift.0 * cos - self.pupil_shift.1 * sin;
        let off = self.pupil_shift.0 * self.pupil_shift.0 + self.pupil_shift.1 * self.pupil_shift.1;
        let outer = ((dot * dot + 1.0 - off).max(0.0).sqrt() - dot) * self.limbus_wave.at(cos, sin);
        let rho = (r - inner) / (outer - inner).max(1e-3);
        let turn = num::wrap_tau(num::atan2(sin, cos)) * (1.0 / num::TAU);
        Spot { rho, turn, radius, lids, at: (u, v) }
    }

    /// A boundary (rho = 0: pupil, 1: limbus) about its own middle, as the iris engine describes it.
    pub(super) fn contour(&self, rho: f32) -> Contour {
        // The middle in image pixels: the pupil's shift mapped forward through roll and gaze.
        let (u, v) = if rho < 0.5 { self.pupil_shift } else { (0.0, 0.0) };
        let (sin, cos) = self.roll;
        let (dx, dy) = (cos * u - sin * v, cos * v + sin * u);
        let (ax, ay, k) = self.aside;
        let along = (dx * ax + dy * ay) * (1.0 / k - 1.0);
        let x = self.centre.0 + (dx + along * ax) * self.limbus;
        let y = self.centre.1 + (dy + along * ay) * self.limbus;
        let radii = (0..RADII)
            .map(|i| {
                let (s, c) = num::sin_cos(num::TAU * i as f32 / RADII as f32);
                let (mut lo, mut hi) = (0.0_f32, 1.25 * self.limbus);
                for _ in 0..24 {
                    let r = 0.5 * (lo + hi);
                    if self.spot(x + r * c, y - r * s).rho < rho { lo = r } else { hi = r }
                }
                0.5 * (lo + hi)
            })
            .collect();
        Contour { x, y, radii }
    }

    /// A point of the upper lid's edge in image pixels, by its place across the eye in limbus radii.
    pub(super) fn upper_edge(&self, u: f32) -> (f32, f32) {
        let v = -self.lids[0].edge(u);
        let (sin, cos) = self.roll;
        (self.centre.0 + (cos * u - sin * v) * self.limbus, self.centre.1 + (cos * v + sin * u) * self.limbus)
    }
}

impl Lid {
    /// Distance from the eye's axis.
    #[inline]
    fn edge(&self, u: f32) -> f32 {
        let d = u - self.peak;
        self.height - self.bend * d * d
    }
}
