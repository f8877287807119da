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

/// A lid's edge: an arch in the eye's own axes that meets the other lid's at the corners of the eye. Limbus radii.
#[derive(Debug, Clone, Copy)]
struct Lid {
    /// Of the arch's top over the iris centre.
    height: f32,
    /// Of the corners over the iris centre, on this lid's side.
    corner: f32,
    /// Slope of the line through the corners.
    slope: f32,
    /// Where the arch is highest.
    peak: f32,
    /// One over the way from the peak to the left and to the right corner.
    inv_span: (f32, f32),
    /// Share of the parabola; the rest is of the fourth power, flat above the iris and steep at the corners.
    round: f32,
}

/// A point of the eye's plane in the axes of the iris.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// 0 on the pupil's edge, 1 on the limbus; below 0 in the pupil.
    pub(super) rho: f32,
    /// Turns anticlockwise from the eye's right-hand axis as seen, 0 to 1.
    pub(super) turn: f32,
}

/// A pixel among the lids.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Position in the eye's axes, limbus radii.
    pub(super) at: (f32, f32),
    /// Distance inside the opening of the lids (negative outside), limbus radii: upper and lower.
    pub(super) lids: (f32, f32),
}

impl Geometry {
    pub(super) fn new(dice: &mut Dice, identity: &Identity, c: &Condition) -> Self {
        let (sin, cos) = num::sin_cos(c.roll);
        let (gx, gy) = c.gaze;
        let size = (gx * gx + gy * gy).sqrt();
        let (ax, ay) = if size > 1e-6 { (gx / size, gy / size) } else { (1.0, 0.0) };
        let lids = lids(dice, identity, c);
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
            lids,
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

    /// Where a pixel lies in the eye's plane and between the lids.
    #[inline]
    pub(super) fn place(&self, x: f32, y: f32) -> Place {
        let (u, v) = self.plane(x, y);
        Place { at: (u, v), lids: (v + self.lids[0].edge(u), self.lids[1].edge(u) - v) }
    }

    /// Where a point of the eye's plane lies in the iris; `None` well outside the limbus.
    #[inline]
    pub(super) fn spot(&self, (u, v): (f32, f32)) -> Option<Spot> {
        if u * u + v * v > 1.3 * 1.3 {
            return None;
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
        Some(Spot { rho, turn })
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
                    let inside =
                        self.spot(self.plane(x + r * c, y - r * s)).is_some_and(|spot| spot.rho < rho);
                    if inside { lo = r } else { hi = r }
                }
                0.5 * (lo + hi)
            })
            .collect();
        Contour { x, y, radii }
    }

    /// A point of a lid's edge (0: upper, 1: lower), moved outwards, in image pixels; `u` is its place across the eye and
    /// `out` the way out, both in limbus radii.
    pub(super) fn edge(&self, lid: usize, u: f32, out: f32) -> (f32, f32) {
        let v = match lid {
            0 => -self.lids[0].edge(u) - out,
            _ => self.lids[1].edge(u) + out,
        };
        self.image((u, v))
    }

    /// Image pixels of a point in the eye's axes, limbus radii; gaze is left out.
    pub(super) fn image(&self, (u, v): (f32, f32)) -> (f32, f32) {
        let (sin, cos) = self.roll;
        (self.centre.0 + (cos * u - sin * v) * self.limbus, self.centre.1 + (cos * v + sin * u) * self.limbus)
    }

    /// How far across the eye its opening reaches to the left and right of the iris, limbus radii.
    pub(super) fn corners(&self) -> (f32, f32) {
        let (left, right) = self.lids[0].inv_span;
        (self.lids[0].peak - 1.0 / left, self.lids[0].peak + 1.0 / right)
    }
}

/// The lids' edges: their shape stays with the eye, their heights belong to the capture.
fn lids(dice: &mut Dice, identity: &Identity, c: &Condition) -> [Lid; 2] {
    let own = &mut identity.lids();
    // The corners lie a little below the middle of the iris, nose and temple not at the same distance.
    let dip = own.range(0.02, 0.26);
    let slope = own.normal(0.0, 0.045);
    let spans = (own.range(2.0, 2.7), own.range(2.0, 2.7));
    let inv_span = (1.0 / spans.0, 1.0 / spans.1);
    let peaks = [own.normal(0.0, 0.16), own.normal(0.0, 0.2)];
    let round = [own.range(0.65, 1.1), own.range(0.75, 1.15)];
    let mut lid = |side: usize, height: f32, corner: f32, slope: f32| Lid {
        height,
        corner,
        slope,
        peak: peaks[side] + dice.normal(0.0, 0.04),
        inv_span,
        round: round[side] + dice.normal(0.0, 0.04),
    };
    [lid(0, c.upper_lid, -dip, -slope), lid(1, c.lower_lid, dip, slope)]
}

impl Lid {
    /// Distance from the eye's axis.
    #[inline]
    fn edge(&self, u: f32) -> f32 {
        let d = u - self.peak;
        let d = d * if d < 0.0 { self.inv_span.0 } else { self.inv_span.1 };
        let d2 = d * d;
        let fall = d2 * (self.round + (1.0 - self.round) * d2);
        self.height - (self.height - self.corner) * fall + self.slope * u
    }
}
