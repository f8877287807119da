//! Grey levels made comparable between cameras: gain, offset and much of the gamma are taken away before anything is
//! looked for, so that every threshold behind this means the same on each.

use crate::plane::Plane;

/// Shares of the pixels below the black and the white point: the first is little more than a pupil, the second leaves
/// out glints and the brightest skin.
const POINTS: (f32, f32) = (0.005, 0.90);

/// Grey levels of the two points after the linear step: those of a well lit near-infrared image.
const LEVELS: (f32, f32) = (12.0, 190.0);

/// Points nearer to one another than this are set apart: there is no more than noise between them. Where they lie
/// farther apart than those of a well lit image nothing is drawn together: a bright lid must not weaken the limbus.
const RANGE: (f32, f32) = (24.0, LEVELS.1 - LEVELS.0);

/// How strongly dark tones are spread. A step from pupil to iris is to count by its ratio, as the eye's parts reflect
/// and not as the exposure has it; near zero, where noise is all, it counts by its difference.
const SPREAD: f32 = 1.0;

/// Value of the white point after the curve; dark and middle grey levels keep about their differences.
const TOP: f32 = 150.0;

/// Black and white point of a plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tone {
    black: f32,
    range: f32,
}

impl Tone {
    pub(crate) fn of(plane: &Plane) -> Self {
        let black = plane.quantile(POINTS.0);
        Self { black, range: (plane.quantile(POINTS.1) - black).clamp(RANGE.0, RANGE.1) }
    }

    /// Gain and offset taken away.
    pub(crate) fn linear(self, plane: &Plane) -> Plane {
        let gain = (LEVELS.1 - LEVELS.0) / self.range;
        let v = plane.v.iter().map(|v| LEVELS.0 + gain * (v - self.black)).collect();
        Plane { w: plane.w, h: plane.h, v }
    }
}

/// Dark tones of a plane that has gone through [`Tone::linear`] spread, light ones drawn together.
pub(crate) fn spread(plane: &Plane) -> Plane {
    const STEPS: usize = 512;
    let (low, high) = (-80.0f32, 1200.0f32);
    let per_level = STEPS as f32 / (high - low);
    let scale = TOP / libm::logf(1.0 + SPREAD);
    let table: Vec<f32> = (0..=STEPS)
        .map(|i| {
            let u = (low + i as f32 / per_level - LEVELS.0) / (LEVELS.1 - LEVELS.0);
            if u >= 0.0 { scale * libm::logf(1.0 + SPREAD * u) } else { scale * SPREAD * u }
        })
        .collect();
    let curve = |v: &f32| {
        let at = ((v - low) * per_level).max(0.0).min(STEPS as f32 - 1.0);
        let i = at as usize;
        table[i] + (table[i + 1] - table[i]) * (at - i as f32)
    };
    Plane { w: plane.w, h: plane.h, v: plane.v.iter().map(curve).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(gain: f32, offset: f32) -> Plane {
        let v = (0..4096).map(|i| offset + gain * (20.0 + (i * 37 % 4096) as f32 / 26.0)).collect();
        Plane { w: 64, h: 64, v }
    }

    #[test]
    fn gain_and_offset_do_not_matter_and_strong_pictures_stay_as_they_are() {
        let plain = ramp(1.0, 0.0);
        let even = Tone::of(&plain).linear(&plain);
        for (gain, offset) in [(0.5, 60.0), (0.3, 10.0), (1.0, 40.0)] {
            let other = ramp(gain, offset);
            let other = Tone::of(&other).linear(&other);
            // The points are whole grey levels.
            let apart = even.v.iter().zip(&other.v).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 8.0, "{gain} {offset}: {apart}");
        }
        let strong = ramp(1.5, -20.0);
        let kept = Tone::of(&strong).linear(&strong);
        assert!((kept.v[100] - kept.v[9] - (strong.v[100] - strong.v[9])).abs() < 1e-3);
        let flat = Plane { w: 8, h: 8, v: vec![90.0; 64] };
        assert!(spread(&Tone::of(&flat).linear(&flat)).v.iter().all(|v| v.is_finite()));
    }

    #[test]
    fn spreading_keeps_the_order_and_favours_the_dark() {
        let plane = Plane { w: 5, h: 1, v: vec![-500.0, 12.0, 52.0, 150.0, 190.0] };
        let v = spread(&plane).v;
        assert!(v.windows(2).all(|p| p[0] < p[1]), "{v:?}");
        assert!(v[2] - v[1] > v[4] - v[3] + 5.0 && (v[4] - TOP).abs() < 1.0, "{v:?}");
    }
}
