//! A second look at the limbus, which shares nothing with the first but the pupil: no circle, no path, no single edge.
//!
//! On each side of the eye the medians over a fan of rays give a profile from the pupil outwards. An eye has several
//! rises there: the collarette, dark or light rings, the limbus, the skin beyond the sclera. To look for the limbus
//! anew means to be deceived by them anew. So the claim and every other radius are judged by the same evidence, how
//! much lighter the region beyond is than the one before, and the claim is denied only where on every side it has
//! next to none of what the side has elsewhere.

use crate::Contour;
use crate::num;
use crate::plane::Plane;

/// Rays of a fan.
const RAYS: usize = 15;

/// The fan's lower and upper end, in turns below and above the horizontal: what lids leave of most eyes.
const FAN: (f32, f32) = (-35.0 / 360.0, 20.0 / 360.0);

/// Steps of a profile per limbus radius.
const PER_RADIUS: f32 = 64.0;

/// The profile ends at this multiple of the limbus radius: a limbus taken at a ring in the iris would be as far out.
const BEYOND: f32 = 2.4;

/// Width of the two regions that are compared at a radius, and half the gap between them, as shares of the radius:
/// far wider than an edge, and a limbus fades over a few percent.
const REGION: f32 = 0.12;
const GAP: f32 = 0.015;

/// How far beside the claim its rise is looked for: what a limbus that is no circle around the pupil wants.
const BESIDE: [f32; 5] = [0.94, 0.97, 1.0, 1.03, 1.06];

/// A side whose strongest rise is less than this many grey levels shows no regions at all.
const LEAST_RISE: f32 = 4.0;

/// Share of the side's strongest rise below which it speaks against the claim. Of 2,105 right limbus circles on two
/// sensors and on synthetic eyes none had less than 0.42 on its better side and one in a hundred less than 0.68.
const DENIED: f32 = 0.35;

/// What the second look says of the limbus, per side: the rise there as a share of the side's strongest. `None` where
/// a side is out of the frame or shows no regions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agreement {
    /// Left and right side of the image.
    pub(crate) sides: [Option<f32>; 2],
}

impl Agreement {
    /// Measures both sides; `outer` is the limbus as seen from the pupil's centre.
    pub(crate) fn of(plane: &Plane, pupil: &Contour, outer: &Contour) -> Self {
        Self { sides: [0.5, 0.0].map(|middle| Profile::new(plane, pupil, outer, middle).share()) }
    }

    /// Whether every side that can be judged speaks against it.
    pub(crate) fn denied(&self) -> bool {
        self.better().is_some_and(|share| share < DENIED)
    }

    /// 100 where on one side nothing rises more than the limbus, 50 where no side can be judged.
    pub(crate) fn percent(&self) -> f32 {
        self.better().map_or(50.0, |share| 100.0 * share.clamp(0.0, 1.0))
    }

    fn better(&self) -> Option<f32> {
        self.sides.iter().flatten().copied().reduce(f32::max)
    }
}

/// One side: running sums of its medians, whose first belongs to radius `first`, in steps of `1 / PER_RADIUS` limbus
/// radii.
struct Profile {
    first: usize,
    sums: Vec<f32>,
}

impl Profile {
    fn new(plane: &Plane, pupil: &Contour, outer: &Contour, middle: f32) -> Self {
        let mirrored = if middle > 0.25 { -1.0 } else { 1.0 };
        let rays: Vec<(f32, f32, f32)> = (0..RAYS)
            .map(|i| middle + mirrored * (FAN.0 + (FAN.1 - FAN.0) * i as f32 / (RAYS - 1) as f32))
            .map(|turns| {
                let (c, s) = num::direction(turns.rem_euclid(1.0));
                (c, s, outer.radius_at(turns))
            })
            .collect();
        // Past the pupil's blurred rim.
        let inner = (1.08 * pupil.radius_at(middle) + 1.0) / outer.radius_at(middle).max(1.0);
        let first = (inner.clamp(0.0, 1.0) * PER_RADIUS) as usize + 1;
        let mut sums = vec![0.0];
        let mut values = Vec::with_capacity(RAYS);
        for k in first..(BEYOND * PER_RADIUS) as usize {
            let u = k as f32 / PER_RADIUS;
            values.clear();
            values.extend(rays.iter().filter_map(|(c, s, r)| {
                let (x, y) = (pupil.x + u * r * c, pupil.y - u * r * s);
                plane.holds(x, y, 0.0).then(|| plane.sample(x, y))
            }));
            if values.len() < RAYS / 2 {
                break;
            }
            values.sort_by(f32::total_cmp);
            sums.push(sums[sums.len() - 1] + values[values.len() / 2]);
        }
        Self { first, sums }
    }

    /// How much lighter it is beyond a radius (in limbus radii) than before it; `None` where too little of either
    /// region is seen.
    fn rise(&self, u: f32) -> Option<f32> {
        let width = (REGION * u).max(3.0 / PER_RADIUS);
        let place = |u: f32| ((u * PER_RADIUS + 0.5).max(0.0) as usize).saturating_sub(self.first);
        let mean = |from: f32, to: f32, least: usize| {
            let (a, b) = (place(from), (place(to)).min(self.sums.len() - 1));
            (b >= a + least).then(|| (self.sums[b] - self.sums[a]) / (b - a) as f32)
        };
        let before = mean(u - width, u - GAP * u, 3)?;
        let beyond = mean(u + GAP * u, u + width, 4)?;
        Some(beyond - before)
    }

    /// The rise at the limbus as a share of the strongest.
    fn share(&self) -> Option<f32> {
        let claimed = BESIDE.iter().filter_map(|u| self.rise(*u)).reduce(f32::max)?;
        let strongest = (0..self.sums.len())
            .filter_map(|k| self.rise((self.first + k) as f32 / PER_RADIUS))
            .fold(claimed, f32::max);
        (strongest > LEAST_RISE).then_some(claimed / strongest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rings of these radii and grey levels, lit unevenly, around a pupil of 20; the first finder claims `claimed`.
    fn judged(rings: &[(f32, f32)], claimed: f32) -> Agreement {
        let (w, h) = (400usize, 300usize);
        let v = (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as f32 - 200.0, (i / w) as f32 - 150.0);
                let r = x.hypot(y);
                let grain = ((i * 7919) % 13) as f32;
                let level = rings.iter().find(|ring| r < ring.0).map_or(20.0, |ring| ring.1);
                0.05 * x + grain + level
            })
            .collect();
        let circle = |r: f32| Contour { x: 200.0, y: 150.0, radii: vec![r; 128] };
        Agreement::of(&Plane { w, h, v }, &circle(20.0), &circle(claimed))
    }

    #[test]
    fn a_right_circle_is_confirmed_and_a_wrong_one_denied() {
        let eye = [(20.0, 20.0), (50.0, 90.0), (999.0, 130.0)];
        let right = judged(&eye, 50.0);
        assert!(!right.denied() && right.percent() > 85.0, "{right:?}");
        for wrong in [36.0, 75.0] {
            let wrong = judged(&eye, wrong);
            assert!(wrong.denied() && wrong.percent() < 20.0, "{wrong:?}");
        }
    }

    #[test]
    fn neither_a_collarette_nor_bright_skin_speaks_against_the_limbus() {
        let eye = [(20.0, 20.0), (34.0, 85.0), (50.0, 95.0), (80.0, 130.0), (999.0, 180.0)];
        let right = judged(&eye, 50.0);
        assert!(!right.denied() && right.percent() > 50.0, "{right:?}");
        assert!(judged(&eye, 34.0).denied(), "the collarette is not the limbus");
        assert!(judged(&eye, 62.0).denied(), "nothing rises there");
    }

    #[test]
    fn where_nothing_is_seen_nothing_is_said() {
        let flat = Plane { w: 100, h: 100, v: vec![80.0; 10_000] };
        let circle = |r: f32| Contour { x: 50.0, y: 50.0, radii: vec![r; 128] };
        let a = Agreement::of(&flat, &circle(10.0), &circle(30.0));
        assert_eq!((a.sides, a.denied()), ([None, None], false));
    }
}
