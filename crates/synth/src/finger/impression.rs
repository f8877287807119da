//! Impressions: skin pressed on a sensor.

use super::{Condition, Master, contact::Touch, contactless::Tip, placement::Placement, sensor};
use crate::{dice::Dice, num};
use finger::Minutia;
use raster::GreyImage;

/// A picture of a finger and the truth about it.
#[derive(Debug, Clone)]
pub struct Impression {
    /// The picture, with its resolution.
    pub image: GreyImage,
    /// What is really there.
    pub truth: GroundTruth,
}

/// The truth about an impression.
#[derive(Debug, Clone)]
pub struct GroundTruth {
    /// Minutiae inside the mask, sorted by y, then x, in the conventions of [`finger::Minutia`]: pixels at
    /// 500 ppi, direction anticlockwise as seen, pointing to the side with one ridge more (along a ridge that
    /// ends; between the two branches of a fork). `confidence` says how well the ridges around it show.
    pub minutiae: Vec<Minutia>,
    /// 255 where skin touches and ridges show, else 0; one byte per image pixel.
    pub mask: Vec<u8>,
    /// Height of the finger's own ridges, 0 (valley) over 128 (none or unknown) to 255, as they would show without
    /// any disturbance; one byte per image pixel.
    pub ridges: Vec<u8>,
    /// Blocks across and down in the maps below.
    pub blocks: (u32, u32),
    /// Side of a block in image pixels.
    pub block_px: u32,
    /// Ridge orientation at block centres, 0 to pi anticlockwise as seen; NaN where there is no finger.
    pub orientation: Vec<f32>,
    /// Ridge period at block centres in pixels at 500 ppi; NaN where there is no finger.
    pub period: Vec<f32>,
    /// Elastic displacement at block centres in pixels at 500 ppi: from where a stiff finger would have been
    /// touched to where this one was, finger axes.
    pub distortion: Vec<(f32, f32)>,
    /// Cores (true) and deltas inside the image, pixels at 500 ppi.
    pub singularities: Vec<(f32, f32, bool)>,
}

/// Side of the blocks of a truth map in image pixels.
pub const BLOCK_PX: u32 = 8;

/// Presses a finger on a sensor; the same seed gives the same bytes.
///
/// # Errors
/// [`raster::ImageError`] is passed on; it does not happen, since the condition is brought within its limits.
pub fn impression(
    master: &Master,
    condition: &Condition,
    seed: u64,
) -> Result<Impression, raster::ImageError> {
    let mut condition = condition.limited();
    if condition.radius_px > 0.0 {
        // As round as the finger is wide: what is stated is a grown man's index finger.
        condition.radius_px *= master.extent().0 / 188.0;
    }
    let mut dice = Dice::new(seed, "impression", master.key, 0);
    let (ink, truth) = press(&mut dice, master, &condition);
    let pixels = sensor::render(&mut dice, &condition, ink);
    let image = GreyImage::new(condition.width_px, condition.height_px, Some(condition.ppi), pixels)?;
    Ok(Impression { image, truth })
}

/// Ink (0 to 1 a pixel) and truth of one touch; the condition must be limited.
pub(super) fn press(dice: &mut Dice, master: &Master, condition: &Condition) -> (Vec<f32>, GroundTruth) {
    let placement = Placement::new(dice, condition);
    let touch = Touch::new(dice, master, condition);
    let (w, h) = (condition.width_px as usize, condition.height_px as usize);
    let mut ink = vec![0.0_f32; w * h];
    let mut mask = vec![0_u8; w * h];
    let mut ridges = vec![128_u8; w * h];
    let per_px = (500.0 / condition.ppi) as f32;
    let (x0, y0) = (-0.5 * (w as f32 - 1.0) * per_px, -0.5 * (h as f32 - 1.0) * per_px);
    let mut points = vec![(0.0_f32, 0.0_f32); w];
    let mut scratch: [Vec<f32>; 4] = Default::default();
    let mut touch_row = touch.row_buffers(w);
    let rows = ink.chunks_exact_mut(w).zip(mask.chunks_exact_mut(w)).zip(ridges.chunks_exact_mut(w));
    for (y, ((ink_row, mask_row), ridge_row)) in rows.enumerate() {
        let sy = y0 + y as f32 * per_px;
        placement.row(x0, per_px, sy, &mut points, &mut scratch);
        touch.row(&points, (x0, per_px, sy), (ink_row, mask_row, ridge_row), &mut touch_row);
    }
    if let Some(tip) = Tip::of(condition) {
        let (sin, cos) = num::sin_cos(condition.turn);
        for (at, slot) in mask.iter_mut().enumerate() {
            let x = x0 + (at % w) as f32 * per_px - condition.shift.0;
            let y = y0 + (at / w) as f32 * per_px - condition.shift.1;
            if !tip.readable(cos * x + sin * y, cos * y - sin * x) {
                *slot = 0;
            }
        }
    }
    let truth = truth(master, condition, &placement, &ink, mask, ridges);
    (ink, truth)
}

fn truth(
    master: &Master,
    condition: &Condition,
    placement: &Placement,
    ink: &[f32],
    mask: Vec<u8>,
    ridges: Vec<u8>,
) -> GroundTruth {
    let (w, h) = (condition.width_px, condition.height_px);
    let px = (condition.ppi / 500.0) as f32;
    let (cx, cy) = (0.5 * (w as f32 - 1.0), 0.5 * (h as f32 - 1.0));
    // Finger point to image pixel.
    let pixel = |x: f32, y: f32| {
        let (sx, sy) = placement.to_sensor(x, y);
        (sx * px + cx, sy * px + cy)
    };
    let mut minutiae: Vec<Minutia> = Vec::new();
    for m in master.minutiae() {
        let (x, y) = pixel(m.x, m.y);
        if !(x >= 0.0 && y >= 0.0 && x <= w as f32 - 1.0 && y <= h as f32 - 1.0) {
            continue;
        }
        if mask.get(y as usize * w as usize + x as usize).is_none_or(|&v| v == 0) {
            continue;
        }
        let (s, c) = num::sin_cos(m.direction);
        let (ax, ay) = pixel(m.x + 4.0 * c, m.y + 4.0 * s);
        let confidence = (contrast(ink, w as usize, x as i32, y as i32) / 0.32).clamp(0.0, 1.0);
        if confidence < 0.3 {
            continue;
        }
        minutiae.push(Minutia {
            x: x / px,
            y: y / px,
            direction: num::wrap_tau(-num::atan2(ay - y, ax - x)),
            kind: m.kind,
            confidence,
        });
    }
    minutiae.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
    let blocks = (w.div_ceil(BLOCK_PX), h.div_ceil(BLOCK_PX));
    let mut orientation = Vec::new();
    let mut period = Vec::new();
    let mut distortion = Vec::new();
    for by in 0..blocks.1 {
        for bx in 0..blocks.0 {
            let centre = |b: u32| (b * BLOCK_PX) as f32 + 0.5 * (BLOCK_PX as f32 - 1.0);
            let (sx, sy) = ((centre(bx) - cx) / px, (centre(by) - cy) / px);
            let (fx, fy) = placement.to_finger(sx, sy);
            distortion.push(placement.displacement(sx, sy));
            let Some((theta, p)) = master.flow(fx, fy) else {
                orientation.push(f32::NAN);
                period.push(f32::NAN);
                continue;
            };
            let (s, c) = num::sin_cos(theta);
            let (ax, ay) = pixel(fx + 4.0 * c, fy + 4.0 * s);
            let (bx, by) = pixel(fx - 4.0 * s, fy + 4.0 * c);
            let (ox, oy) = pixel(fx, fy);
            orientation.push(num::wrap_pi(-num::atan2(ay - oy, ax - ox)));
            // The area of the mapped square over its side along the ridge is the stretch across the ridges.
            let along = ((ax - ox) * (ax - ox) + (ay - oy) * (ay - oy)).sqrt();
            let area = ((ax - ox) * (by - oy) - (ay - oy) * (bx - ox)).abs();
            period.push(p * area / (4.0 * px * along.max(1e-3)));
        }
    }
    let singularities = master
        .singularities()
        .iter()
        .map(|s| (pixel(s.x, s.y), s.core))
        .filter(|((x, y), _)| *x >= 0.0 && *y >= 0.0 && *x < w as f32 && *y < h as f32)
        .map(|((x, y), core)| (x / px, y / px, core))
        .collect();
    GroundTruth {
        minutiae,
        mask,
        ridges,
        blocks,
        block_px: BLOCK_PX,
        orientation,
        period,
        distortion,
        singularities,
    }
}

/// Deviation of ink in the 11 x 11 pixels around a point.
fn contrast(ink: &[f32], w: usize, x: i32, y: i32) -> f32 {
    let (mut n, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
    for dy in -5..=5 {
        for dx in -5..=5 {
            let (px, py) = (x + dx, y + dy);
            if px < 0 || py < 0 || px >= w as i32 {
                continue;
            }
            if let Some(v) = ink.get(py as usize * w + px as usize) {
                n += 1.0;
                sum += v;
                squares += v * v;
            }
        }
    }
    if n == 0.0 { 0.0 } else { (squares / n - (sum / n) * (sum / n)).max(0.0).sqrt() }
}
