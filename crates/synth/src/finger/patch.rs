//! Patches for training: small pieces of impressions under all sorts of conditions, with every truth.

use super::{Class, Condition, Master, Plan, Preset, Sensor, impression::press, sensor};
use crate::{
    dice::Dice,
    num::{self, PI},
};
use finger::Minutia;
use model::FingerPosition;

/// Side of a patch in pixels.
pub const PATCH_PX: u32 = 192;
/// Patches that share one finger.
pub const PATCHES_PER_MASTER: u32 = 16;
/// Side of the blocks of orientation and period.
const BLOCK_PX: usize = super::BLOCK_PX as usize;

/// One patch. Lengths are pixels of the patch: its scale is free, as networks see prints of any size.
#[derive(Debug, Clone)]
pub struct Patch {
    /// Grey values, [`PATCH_PX`] squared.
    pub image: Vec<u8>,
    /// Ridge height as in [`super::GroundTruth::ridges`].
    pub ridges: Vec<u8>,
    /// 255 where ridges can be read, as in [`super::GroundTruth::mask`].
    pub mask: Vec<u8>,
    /// Orientation of 8 x 8 blocks in 1/255 of pi anticlockwise as seen, 0 to 254; 255 where there is no finger.
    pub orientation: Vec<u8>,
    /// Ridge period of the blocks in tenths of a pixel; 0 where there is no finger.
    pub period: Vec<u8>,
    /// Minutiae; coordinates in pixels of the patch.
    pub minutiae: Vec<Minutia>,
}

/// The patches number `16 batch` to `16 batch + 15` of the stream that `seed` names; batches are independent and
/// may be made in any order.
pub fn patches(seed: u64, batch: u64) -> Vec<Patch> {
    let mut dice = Dice::new(seed, "patches", batch, 0);
    let d = &mut dice;
    let classes =
        [Class::LeftLoop, Class::RightLoop, Class::Whorl, Class::DoubleLoop, Class::TentedArch, Class::Arch];
    let class = classes.get(d.weighted(&[0.25, 0.25, 0.2, 0.1, 0.12, 0.08])).copied().unwrap_or(Class::Whorl);
    let position = d.pick(&FingerPosition::TEN).copied().unwrap_or(FingerPosition::RightIndex);
    // Old and worked hands are what readers fail on: more of them than in life.
    let wear = d.unit() * d.unit();
    let master = Master::new(d.bits(), Plan { position, class, scale: 1.0, wear });
    (0..PATCHES_PER_MASTER).map(|_| patch(d, &master)).collect()
}

fn patch(d: &mut Dice, master: &Master) -> Patch {
    let preset = d.pick(&Preset::PATCHES).copied().unwrap_or(Preset::Field);
    let drawn = Condition::draw_even(preset, d.bits());
    // A third under harsher conditions than any preset has.
    let harsh = if d.chance(0.35) { d.unit() } else { 0.0 };
    let more = |d: &mut Dice, v: f32| v + (1.0 - v) * harsh * d.unit();
    let (half, top, bottom) = master.extent();
    let turn = d.range(-PI, PI);
    // Somewhere on the pad, now and then over its edge.
    let at = (d.range(-0.75, 0.75) * half, d.range(-0.8 * top, 0.8 * bottom));
    let (s, c) = num::sin_cos(turn);
    let condition = Condition {
        width_px: PATCH_PX,
        height_px: PATCH_PX,
        ppi: f64::from(500.0 * d.range(0.72, 1.4)),
        turn,
        shift: (-(c * at.0 - s * at.1), -(c * at.1 + s * at.0)),
        moisture: drawn.moisture + d.normal(0.0, 0.35 * harsh),
        blotches: more(d, drawn.blotches),
        edge_drying: more(d, drawn.edge_drying),
        grain: more(d, drawn.grain),
        pores: d.unit(),
        creases: d.unit(),
        stretch: drawn.stretch + 0.8 * harsh,
        residue: if d.chance(0.15) { d.unit() } else { 0.0 },
        damage: more(d, drawn.damage),
        noise: more(d, drawn.noise),
        blur_px: drawn.blur_px + d.unit() * harsh,
        ..drawn
    }
    .limited();
    let (ink, truth) = press(d, master, &condition);
    let mut image = sensor::render(d, &condition, ink);
    tone(d, condition.sensor, &mut image);
    let px = (condition.ppi / 500.0) as f32;
    let mut out = Patch {
        image,
        ridges: truth.ridges,
        mask: truth.mask,
        orientation: truth
            .orientation
            .iter()
            .map(|t| if t.is_finite() { (t * (255.0 / PI)).clamp(0.0, 254.0) as u8 } else { 255 })
            .collect(),
        period: truth
            .period
            .iter()
            .map(|p| if p.is_finite() { (p * px * 10.0).clamp(1.0, 255.0) as u8 } else { 0 })
            .collect(),
        minutiae: truth.minutiae.iter().map(|m| Minutia { x: m.x * px, y: m.y * px, ..*m }).collect(),
    };
    if d.chance(0.5) {
        out.mirror();
    }
    out
}

impl Patch {
    /// Turns left and right: a valid finger of the other hand.
    fn mirror(&mut self) {
        let side = PATCH_PX as usize;
        for plane in [&mut self.image, &mut self.ridges, &mut self.mask] {
            plane.chunks_exact_mut(side).for_each(<[u8]>::reverse);
        }
        for plane in [&mut self.orientation, &mut self.period] {
            plane.chunks_exact_mut(side / BLOCK_PX).for_each(<[u8]>::reverse);
        }
        for t in self.orientation.iter_mut().filter(|t| **t < 255) {
            *t = (255 - *t) % 255;
        }
        for m in &mut self.minutiae {
            m.x = side as f32 - 1.0 - m.x;
            m.direction = num::wrap_tau(PI - m.direction);
        }
    }
}

/// Levels that differ from driver to driver: a stretch, a bend, seldom an inversion.
fn tone(d: &mut Dice, sensor: Sensor, image: &mut [u8]) {
    let (gain, lift) = (d.range(0.6, 1.25), d.range(-30.0, 30.0));
    let bend = d.range(-0.35, 0.35);
    let invert = sensor != Sensor::ThermalSweep && d.chance(0.03);
    let mut table = [0_u8; 256];
    for (i, slot) in table.iter_mut().enumerate() {
        let t = i as f32 / 255.0;
        let t = t + bend * t * (1.0 - t);
        let v = (255.0 * t - 128.0) * gain + 128.0 + lift;
        let v = (v + 0.5).clamp(0.0, 255.0) as u8;
        *slot = if invert { 255 - v } else { v };
    }
    for v in image {
        *v = table.get(usize::from(*v)).copied().unwrap_or(*v);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_come_again_and_most_show_ridges() {
        let (a, b) = (patches(1, 5), patches(1, 5));
        assert_eq!(a.len(), PATCHES_PER_MASTER as usize);
        let mut seen = 0;
        for (p, q) in a.iter().zip(&b) {
            assert_eq!(p.image, q.image);
            assert_eq!(p.orientation.len(), 24 * 24);
            seen += usize::from(p.mask.iter().filter(|m| **m != 0).count() > 9000);
            for m in &p.minutiae {
                assert!((0.0..192.0).contains(&m.x) && (0.0..192.0).contains(&m.y) && m.direction >= 0.0);
                // Orientation and direction were mirrored alike.
                let t = p.orientation[m.y as usize / 8 * 24 + m.x as usize / 8];
                let gap = (f32::from(t) * PI / 255.0 - m.direction).rem_euclid(PI);
                assert!(t == 255 || gap.min(PI - gap) < 1.3);
            }
        }
        assert!(seen >= 10, "{seen} of 16");
    }
}
