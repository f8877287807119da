//! A second finder of the limbus, which shares nothing with the first but the pupil: no edges, no circle, no path.
//! On each side of the eye the medians over a fan of rays give a profile from the pupil outwards; the split that
//! best divides it into two level regions, iris and sclera (least squares with one change point, as Otsu does with
//! histograms), is that side's limbus.

use crate::Contour;
use crate::num;
use crate::plane::Plane;

/// Rays of a fan.
const RAYS: usize = 13;

/// The fan's lower and upper end, in turns below and above the horizontal: what lids leave of most eyes.
const FAN: (f32, f32) = (-35.0 / 360.0, 20.0 / 360.0);

/// Steps of a profile.
const STEPS: usize = 56;

/// The profile ends at this multiple of the radius in question: sclera and the eye's corner, little of the skin.
const BEYOND: f32 = 1.6;

/// Ratios of the two radii between which they agree: on two sensors all but the worst one in a hundred of the
/// limbus circles that fit the hand-drawn ones lie inside.
const AGREE: (f32, f32) = (0.74, 1.24);

/// Where the first finder's radius divides a side nearly as well as the best split does, the two do not contradict
/// each other: the share of the best split's variance that is enough.
const AS_GOOD: f32 = 0.6;

/// What the second finder says of the first, per side: its radius over the first's. `None` where a side is out of
/// the frame, shows no two regions, or would be divided nearly as well elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agreement {
    /// Left and right side of the image.
    pub(crate) sides: [Option<f32>; 2],
}

impl Agreement {
    /// Measures both sides; `outer` is the limbus as seen from the pupil's centre.
    pub(crate) fn of(plane: &Plane, pupil: &Contour, outer: &Contour) -> Self {
        Self { sides: [0.5, 0.0].map(|middle| side(plane, pupil, outer, middle)) }
    }

    /// Whether every side that can be judged contradicts the first finder.
    pub(crate) fn denied(&self) -> bool {
        let mut judged = self.sides.iter().flatten().peekable();
        judged.peek().is_some() && judged.all(|r| !(AGREE.0..=AGREE.1).contains(r))
    }

    /// 100 where both sides say the same radius, 0 where they are off by a quarter and more; 50 where none can say.
    pub(crate) fn percent(&self) -> f32 {
        let off: Vec<f32> = self.sides.iter().flatten().map(|r| (r - 1.0).abs()).collect();
        let least = off.iter().copied().fold(f32::INFINITY, f32::min);
        if off.is_empty() { 50.0 } else { 100.0 * (1.0 - 4.0 * least).max(0.0) }
    }
}

fn side(plane: &Plane, pupil: &Contour, outer: &Contour, middle: f32) -> Option<f32> {
    let mirrored = if middle > 0.25 { -1.0 } else { 1.0 };
    let mut profile = Vec::with_capacity(STEPS);
    // From a fifth of the way to the limbus, past the pupil's blurred rim.
    let first = 0.2;
    let step = |inner: f32, limbus: f32, k: usize| {
        let from = inner + first * (limbus - inner);
        from + (BEYOND * limbus - from) * (k as f32 + 0.5) / STEPS as f32
    };
    for k in 0..STEPS {
        let mut values: Vec<f32> = (0..RAYS)
            .map(|i| middle + mirrored * (FAN.0 + (FAN.1 - FAN.0) * i as f32 / (RAYS - 1) as f32))
            .filter_map(|turns| {
                let r = step(pupil.radius_at(turns), outer.radius_at(turns), k);
                let (c, s) = num::direction(turns.rem_euclid(1.0));
                let (x, y) = (pupil.x + r * c, pupil.y - r * s);
                plane.holds(x, y, 0.0).then(|| plane.sample(x, y))
            })
            .collect();
        if values.len() < RAYS / 2 {
            break;
        }
        values.sort_by(f32::total_cmp);
        profile.push(values[values.len() / 2]);
    }
    let limbus = outer.radius_at(middle);
    let inner = pupil.radius_at(middle);
    // The region beyond must be seen for a while.
    let at_limbus = (0..STEPS).find(|k| step(inner, limbus, *k) > limbus).unwrap_or(STEPS);
    if profile.len() < at_limbus + STEPS / 8 {
        return None;
    }
    let (split, rise) = change_point(&profile)?;
    let ratio = step(inner, limbus, split) / limbus.max(1.0);
    let sure = (AGREE.0..=AGREE.1).contains(&ratio)
        || between(&profile, at_limbus) < AS_GOOD * between(&profile, split);
    // Without two regions there is nothing to divide.
    (rise > 4.0 && sure).then_some(ratio)
}

/// Variance between the two levels when the profile is split before `k`; zero unless the second is lighter.
fn between(profile: &[f32], k: usize) -> f32 {
    let n = profile.len();
    if k == 0 || k >= n {
        return 0.0;
    }
    let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len() as f32;
    let rise = mean(&profile[k..]) - mean(&profile[..k]);
    if rise > 0.0 { (k * (n - k)) as f32 * rise * rise } else { 0.0 }
}

/// The split of least squared error into two levels, and how much lighter the second is.
fn change_point(profile: &[f32]) -> Option<(usize, f32)> {
    let n = profile.len();
    let margin = n / 12 + 1;
    let mut sums = vec![0.0f32; n + 1];
    for (i, v) in profile.iter().enumerate() {
        sums[i + 1] = sums[i] + v;
    }
    // Least squared error within is greatest variance between.
    let mut best: Option<(f32, usize, f32)> = None;
    for k in margin..n.saturating_sub(margin) {
        let (before, after) = (sums[k] / k as f32, (sums[n] - sums[k]) / (n - k) as f32);
        let between = (k * (n - k)) as f32 * (after - before).powi(2);
        if after > before && best.is_none_or(|b| between > b.0) {
            best = Some((between, k, after - before));
        }
    }
    best.map(|(_, k, rise)| (k, rise))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pupil of 20, an iris of 50 and a sclera, lit unevenly; the first finder claims `claimed`.
    fn judged(claimed: f32) -> Agreement {
        let (w, h) = (240usize, 180usize);
        let v = (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as f32 - 120.0, (i / w) as f32 - 90.0);
                let r = x.hypot(y);
                let grain = ((i * 7919) % 13) as f32;
                0.05 * x
                    + grain
                    + if r < 20.0 {
                        20.0
                    } else if r < 50.0 {
                        90.0
                    } else {
                        130.0
                    }
            })
            .collect();
        let circle = |r: f32| Contour { x: 120.0, y: 90.0, radii: vec![r; 128] };
        Agreement::of(&Plane { w, h, v }, &circle(20.0), &circle(claimed))
    }

    #[test]
    fn a_right_circle_is_confirmed_and_a_wrong_one_denied() {
        let right = judged(50.0);
        assert!(!right.denied() && right.percent() > 85.0, "{right:?}");
        for wrong in [36.0, 75.0] {
            let wrong = judged(wrong);
            assert!(wrong.denied() && wrong.percent() < 20.0, "{wrong:?}");
        }
    }

    #[test]
    fn where_nothing_is_seen_nothing_is_said() {
        let flat = Plane { w: 100, h: 100, v: vec![80.0; 10_000] };
        let circle = |r: f32| Contour { x: 50.0, y: 50.0, radii: vec![r; 128] };
        let a = Agreement::of(&flat, &circle(10.0), &circle(30.0));
        assert_eq!((a.sides, a.denied()), ([None, None], false));
    }
}
