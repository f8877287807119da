//! Quality of a sample, after the metrics of ISO/IEC 29794-6.

use crate::cover::between;
use crate::segment::Segmentation;
use crate::strip::{COLUMNS, ROWS, Strip};
use crate::{Advice, Quality};
use model::Eye;
use serde::{Deserialize, Serialize};

/// What was measured; the names are those of ISO/IEC 29794-6, clause 6.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of the iris that neither lids, lashes, spots nor the frame hide, 0 to 100.
    pub usable_iris_area: f32,
    /// Step from iris to sclera over their sum, 0 to 100.
    pub iris_sclera_contrast: f32,
    /// Step from pupil to iris over their sum, 0 to 100.
    pub iris_pupil_contrast: f32,
    /// 100 for a round pupil, less for one that is not.
    pub pupil_boundary_circularity: f32,
    /// Spread of the grey levels, bits (0 to 8).
    pub grey_scale_utilisation: f32,
    /// Iris radius, pixels of the image.
    pub iris_radius_px: f32,
    /// Pupil diameter over iris diameter, 0 to 100.
    pub pupil_iris_ratio: f32,
    /// 100 for concentric boundaries, less for others.
    pub iris_pupil_concentricity: f32,
    /// Least distance from the limbus to the frame over the radius; 0 and less where the frame cuts it.
    pub margin: f32,
    /// How far the pupil's centre lies to the left of the limbus's in the image, percent of the iris radius.
    pub pupil_to_the_left: f32,
    /// How well the finders of the boundaries agree, 0 to 100: the least of what the second look and the network say.
    pub boundary_agreement: f32,
    /// Fine detail along the rings against the noise floor, 0 to 100.
    pub sharpness: f32,
}

/// Near infrared makes irises light: on three sensors the sclera contrast stays under 40 and the pupil's over 37.
/// In visible light a brown iris is far darker than the sclera, and nearer to its pupil.
const VISIBLE_SCLERA: f32 = 45.0;
/// The sclera's contrast over the pupil's: at most 1.1 in infrared on those sensors.
const VISIBLE_RATIO: f32 = 1.5;

/// Pupils lie off the centre of their irises, towards the nose: on two sensors by 2.2 to 3.2 percent of the radius
/// with a standard deviation of 2.4. So far to the other side, one right eye in a hundred is doubted and one swapped
/// eye in five.
const OTHER_SIDE: f32 = 4.5;

/// Whether the pupil lies where it does in the other eye. Without both of the iris's sides there is no telling.
fn wrong_side(named: Eye, metrics: &Metrics) -> bool {
    if metrics.margin < -0.05 || metrics.boundary_agreement < 60.0 {
        return false;
    }
    match named {
        // The nose is to the left of a left eye, as the camera sees it.
        Eye::Left => metrics.pupil_to_the_left < -OTHER_SIDE,
        Eye::Right => metrics.pupil_to_the_left > OTHER_SIDE,
        Eye::Unknown => false,
    }
}

/// Measures an eye.
pub(crate) fn assess(eye: &Segmentation, strip: &Strip, named: Eye) -> Quality {
    let metrics = measure(eye, strip);
    let mut advice = Vec::new();
    let mut value = 100.0f32;
    let mut judge = |m: f32, poor: f32, good: f32, weight: f32, what: Option<Advice>| {
        let short = ((good - m) / (good - poor)).clamp(0.0, 1.0);
        value *= 1.0 - weight * short;
        if let Some(what) = what.filter(|w| short > 0.5 && !advice.contains(w)) {
            advice.push(what);
        }
    };
    judge(metrics.usable_iris_area, 25.0, 75.0, 0.8, Some(Advice::OpenWide));
    judge(metrics.sharpness, 1.5, 16.0, 0.7, Some(Advice::HoldStill));
    judge(metrics.iris_radius_px, 36.0, 70.0, 0.5, Some(Advice::Closer));
    judge(metrics.margin, -0.45, 0.05, 0.4, Some(Advice::Farther));
    judge(metrics.iris_pupil_concentricity, 78.0, 90.0, 0.4, Some(Advice::LookAhead));
    judge(metrics.pupil_boundary_circularity, 75.0, 92.0, 0.4, Some(Advice::LookAhead));
    judge(metrics.pupil_iris_ratio, 10.0, 20.0, 0.3, Some(Advice::ChangeLight));
    judge(-metrics.pupil_iris_ratio, -75.0, -60.0, 0.5, Some(Advice::ChangeLight));
    judge(metrics.iris_sclera_contrast, 2.0, 8.0, 0.4, None);
    judge(metrics.iris_pupil_contrast, 5.0, 25.0, 0.4, None);
    judge(metrics.grey_scale_utilisation, 4.5, 6.0, 0.2, None);
    judge(metrics.boundary_agreement, 40.0, 75.0, 0.6, None);
    let sclera = metrics.iris_sclera_contrast;
    if sclera > VISIBLE_SCLERA && sclera > VISIBLE_RATIO * metrics.iris_pupil_contrast {
        advice.push(Advice::UseInfrared);
    }
    if wrong_side(named, &metrics) {
        advice.push(Advice::CheckSide);
    }
    Quality { value: value.round().clamp(0.0, 100.0) as u8, advice, metrics }
}

fn measure(eye: &Segmentation, strip: &Strip) -> Metrics {
    // In the pixels of the image, borders cut off.
    let [pupil, limbus] = [&eye.pupil.contour, &eye.limbus.contour].map(|c| c.scaled(eye.factor as f32));
    let (px, py, pr) = pupil.circle();
    let (lx, ly, lr) = limbus.circle();
    let median = |at: &dyn Fn(f32) -> (f32, f32)| {
        let mut values: Vec<f32> = (0..64)
            .map(|i| i as f32 / 64.0)
            .filter(|t| (-0.7..=0.4).contains(&crate::num::direction(*t).1))
            .map(at)
            .filter(|(x, y)| eye.plane.holds(*x, *y, 0.0))
            .map(|(x, y)| eye.plane.sample(x, y))
            .collect();
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    };
    let side = |rho: f32| median(&|t| between(eye, t, rho));
    let (inner, middle) = (&eye.pupil.contour, (eye.pupil.contour.x, eye.pupil.contour.y));
    let black = median(&|t| {
        let (x, y) = inner.point_at(t);
        (0.5 * (x + middle.0), 0.5 * (y + middle.1))
    });
    let contrast = |dark: f32, light: f32| 100.0 * ((light - dark) / (light + dark).max(1.0)).clamp(0.0, 1.0);
    let (width, height) = ((eye.plane.w * eye.factor) as f32, (eye.plane.h * eye.factor) as f32);
    let margin = (lx - lr).min(ly - lr).min(width - lx - lr).min(height - ly - lr) / lr.max(1.0);
    Metrics {
        usable_iris_area: 100.0 * strip.visible(),
        iris_sclera_contrast: contrast(side(0.88), side(1.15)),
        iris_pupil_contrast: contrast(black, side(0.25)),
        pupil_boundary_circularity: 100.0
            * (1.0 - 2.0 * crate::segment::roughness(&pupil.recentred())).max(0.0),
        grey_scale_utilisation: entropy(&eye.plane.v),
        iris_radius_px: lr,
        pupil_iris_ratio: 100.0 * pr / lr.max(1.0),
        iris_pupil_concentricity: 100.0 * (1.0 - crate::num::length(px - lx, py - ly) / lr.max(1.0)).max(0.0),
        margin,
        pupil_to_the_left: 100.0 * (lx - px) / lr.max(1.0),
        boundary_agreement: eye.agreement_percent(),
        sharpness: sharpness(strip, (lr - pr) / eye.factor as f32),
    }
}

fn entropy(values: &[f32]) -> f32 {
    let mut counts = [0u32; 256];
    for v in values {
        counts[v.clamp(0.0, 255.0) as usize] += 1;
    }
    let n = values.len().max(1) as f32;
    -counts.iter().filter(|c| **c > 0).map(|c| *c as f32 / n).map(|p| p * libm::log2f(p)).sum::<f32>()
}

/// Least detail that counts half, squared grey levels of the even plane.
const HALF_DETAIL: f32 = 64.0;

/// How far apart across the rings noise is independent, pixels of the working plane: interpolation is left behind.
const APART_PX: f32 = 1.5;

/// Detail against noise. A band-pass along the rings is taken twice, a pixel and a half apart across them: what both
/// places have in common is the iris's, the rest is mostly the sensor's or the compression's.
fn sharpness(strip: &Strip, width_px: f32) -> f32 {
    let rows =
        (APART_PX * ROWS as f32 / (0.86 * width_px).max(1.0)).ceil().clamp(1.0, ROWS as f32 / 4.0) as usize;
    let v = &strip.grey.v;
    let band = |at: usize| 2.0 * v[at] - v[at - 6] - v[at + 6];
    let seen = |at: usize| strip.usable[at] && strip.usable[at - 8] && strip.usable[at + 8];
    let (mut all, mut common, mut n) = (0.0f32, 0.0f32, 0u32);
    for row in (4..ROWS - 4 - rows).step_by(2) {
        for c in (8..COLUMNS - 8).step_by(2) {
            let (at, other) = (row * COLUMNS + c, (row + rows) * COLUMNS + c);
            if seen(at) && seen(other) {
                let (a, b) = (band(at), band(other));
                all += 0.5 * (a * a + b * b);
                common += a * b;
                n += 1;
            }
        }
    }
    let n = n.max(1) as f32;
    let detail = (common / n).max(0.0);
    100.0 * detail / (detail + 0.5 * (all / n - detail) + HALF_DETAIL)
}
