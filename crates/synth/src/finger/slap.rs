//! Slaps: several fingers of one hand laid down together.

use super::{Condition, GroundTruth, impression::press, sensor};
use crate::{Person, dice::Dice, num};
use model::FingerPosition;
use raster::GreyImage;

/// A slap and the truth about it.
#[derive(Debug, Clone)]
pub struct Slap {
    /// The picture: 1600 x 1500 pixels at 500 ppi (3.2 x 3.0 inches), thumbs 1000 x 1000.
    pub image: GreyImage,
    /// The fingers in it, from left to right.
    pub fingers: Vec<FingerInSlap>,
}

/// One finger of a slap.
#[derive(Debug, Clone)]
pub struct FingerInSlap {
    /// Which finger.
    pub position: FingerPosition,
    /// Corners of the box around the fingertip, clockwise from top left, in pixels of the slap.
    pub corners: [(f32, f32); 4],
    /// Where the picture that `truth` speaks of lies in the slap: its left and top edge, pixels.
    pub offset: (i32, i32),
    /// The truth in the axes of that picture (500 ppi).
    pub truth: GroundTruth,
}

/// Resolution of a slap.
const PPI: f64 = 500.0;
/// Side of the square that one finger is drawn in.
const TILE_PX: u32 = 620;

/// Where the fingertips lie against the middle of the image, in pixels at 500 ppi of a grown man's right hand,
/// index to little finger, and how far each is turned against the hand (radians, clockwise).
const FOUR: [(f32, f32, f32); 4] =
    [(-555.0, 5.0, -0.07), (-175.0, -130.0, -0.01), (205.0, -70.0, 0.03), (535.0, 150.0, 0.11)];
/// The same for two thumbs laid side by side, left thumb first.
const THUMBS: [(f32, f32, f32); 2] = [(-235.0, 0.0, 0.05), (235.0, 0.0, -0.05)];

/// Lays a hand down: FGP 13 (right four), 14 (left four) or 15 (both thumbs); `None` for other positions.
///
/// Of `condition` the sensor, moisture, wear and noise are used; size, resolution and placement are the slap's
/// own. Fingers that the person lacks are left out.
///
/// # Errors
/// [`raster::ImageError`] is passed on; it does not happen.
pub fn slap(
    person: &Person,
    position: FingerPosition,
    condition: &Condition,
    seed: u64,
) -> Result<Option<Slap>, raster::ImageError> {
    let condition = condition.limited();
    let mut dice = Dice::new(seed, "slap", person.key(), u64::from(position.code()));
    let d = &mut dice;
    let (width_px, height_px) =
        if position == FingerPosition::PlainThumbs { (1000, 1000) } else { (1600, 1500) };
    let mut places: Vec<(FingerPosition, (f32, f32, f32))> = match position {
        FingerPosition::PlainRightFour => position.fingers().iter().copied().zip(FOUR).collect(),
        FingerPosition::PlainLeftFour => {
            position.fingers().iter().copied().zip(FOUR.map(|(x, y, t)| (-x, y, -t))).rev().collect()
        }
        FingerPosition::PlainThumbs => position.fingers().iter().rev().copied().zip(THUMBS).collect(),
        _ => return Ok(None),
    };
    places.retain(|(finger, _)| person.has(*finger));
    let size = person.plan(FingerPosition::RightMiddle).scale;
    let hand_turn = condition.turn * 0.7;
    let spread = d.normal(1.0, 0.04);
    let (sin, cos) = num::sin_cos(hand_turn);
    let (mx, my) = (d.normal(0.0, 25.0), d.normal(0.0, 30.0));
    let (w, h) = (width_px as usize, height_px as usize);
    let mut ink = vec![0.0_f32; w * h];
    let mut fingers = Vec::new();
    for (finger, (x, y, turn)) in places {
        let Some(master) = person.finger(finger) else { continue };
        // Slender fingers still need their width: spacing never shrinks below it.
        let (x, y) = (x * spread * size + d.normal(0.0, 8.0), y * size + d.normal(0.0, 16.0));
        let (x, y) = (cos * x - sin * y + mx, cos * y + sin * x + my);
        let own = Condition {
            width_px: TILE_PX,
            height_px: TILE_PX,
            ppi: PPI,
            turn: hand_turn + turn + d.normal(0.0, 0.03),
            shift: (0.0, 0.0),
            contact_centre: (d.normal(0.0, 6.0), d.normal(6.0, 10.0)),
            contact: (condition.contact.0 * d.normal(0.97, 0.03), condition.contact.1 * d.normal(1.0, 0.04)),
            moisture: condition.moisture + d.normal(0.0, 0.07),
            ..condition
        }
        .limited();
        let (tile, truth) = press(d, master, &own);
        let half = TILE_PX as i32 / 2;
        let offset = ((x + 0.5 * w as f32) as i32 - half, (y + 0.5 * h as f32) as i32 - half);
        for (row, line) in tile.chunks_exact(TILE_PX as usize).enumerate() {
            let py = offset.1 + row as i32;
            if py < 0 || py >= h as i32 {
                continue;
            }
            for (column, v) in line.iter().enumerate() {
                let px = offset.0 + column as i32;
                if *v > 0.0
                    && px >= 0
                    && px < w as i32
                    && let Some(slot) = ink.get_mut(py as usize * w + px as usize)
                {
                    *slot = slot.max(*v);
                }
            }
        }
        fingers.push(FingerInSlap {
            position: finger,
            corners: corners(&truth, &own, offset),
            offset,
            truth,
        });
    }
    let whole = Condition { width_px, height_px, ppi: PPI, ..condition };
    let pixels = sensor::render(d, &whole, ink);
    Ok(Some(Slap { image: GreyImage::new(width_px, height_px, Some(PPI), pixels)?, fingers }))
}

/// The smallest box, turned with the finger, around everything that touches.
fn corners(truth: &GroundTruth, own: &Condition, offset: (i32, i32)) -> [(f32, f32); 4] {
    let (sin, cos) = num::sin_cos(own.turn);
    let middle = 0.5 * (TILE_PX as f32 - 1.0);
    let (mut x0, mut x1, mut y0, mut y1) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
    for (row, line) in truth.mask.chunks_exact(TILE_PX as usize).enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, v)| **v != 0) {
            let (x, y) = (column as f32 - middle, row as f32 - middle);
            let (u, v) = (cos * x + sin * y, cos * y - sin * x);
            (x0, x1, y0, y1) = (x0.min(u), x1.max(u), y0.min(v), y1.max(v));
        }
    }
    [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(u, v)| {
        (cos * u - sin * v + middle + offset.0 as f32, cos * v + sin * u + middle + offset.1 as f32)
    })
}
