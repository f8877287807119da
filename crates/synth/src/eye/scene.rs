//! Scenes for training: eyes of any size, anywhere, under any condition, with what is really there.

use super::{Condition, EyeImage, Identity, eye};
use crate::{dice::Dice, num};

/// Pixels across and down of a scene.
pub const SCENE_PX: (u32, u32) = (256, 192);

/// One scene.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Grey values, [`SCENE_PX`].
    pub image: Vec<u8>,
    /// What each pixel is, bits of [`Scene::VISIBLE`] and the others.
    pub parts: Vec<u8>,
    /// Middle and mean radius of the iris-pupil boundary, pixels of the scene.
    pub pupil: (f32, f32, f32),
    /// The same of the iris-sclera boundary.
    pub limbus: (f32, f32, f32),
}

impl Scene {
    /// Iris that can be seen.
    pub const VISIBLE: u8 = 1;
    /// A lid or the skin around.
    pub const LID: u8 = 2;
    /// Within the iris-pupil boundary, seen or not.
    pub const PUPIL: u8 = 4;
    /// Within the iris-sclera boundary, the pupil included, seen or not.
    pub const IRIS: u8 = 8;

    /// Scene `number` of the stream that `seed` names.
    ///
    /// # Errors
    /// [`raster::ImageError`] is passed on; it does not happen, since conditions are brought within their limits.
    pub fn new(seed: u64, number: u64) -> Result<Self, raster::ImageError> {
        let mut dice = Dice::new(seed, "scene", number, 0);
        let condition = condition(&mut dice);
        let EyeImage { image, truth } = eye(&Identity::new(dice.bits()), &condition, dice.bits())?;
        let circle =
            |c: &iris::Contour| (c.x, c.y, c.radii.iter().sum::<f32>() / c.radii.len().max(1) as f32);
        let across = SCENE_PX.0 as usize;
        let parts = truth.visible.iter().zip(&truth.lids).enumerate().map(|(i, (visible, lid))| {
            let (x, y) = ((i % across) as f32, (i / across) as f32);
            let bit = |bit: u8, holds: bool| if holds { bit } else { 0 };
            bit(Self::VISIBLE, *visible > 0)
                | bit(Self::LID, *lid > 0)
                | bit(Self::PUPIL, truth.pupil.holds(x, y, 1.0))
                | bit(Self::IRIS, truth.limbus.holds(x, y, 1.0))
        });
        Ok(Self {
            parts: parts.collect(),
            image: image.pixels().to_vec(),
            pupil: circle(&truth.pupil),
            limbus: circle(&truth.limbus),
        })
    }
}

/// Wider than any preset: what is rare in life is what fails.
fn condition(d: &mut Dice) -> Condition {
    let (w, h) = (SCENE_PX.0 as f32, SCENE_PX.1 as f32);
    // Even over the logarithm, from an eye in half a face to one that fills the frame.
    let limbus_px = 15.0 * num::exp(d.unit() * 1.9);
    // Mostly whole within the frame.
    let room = |side: f32| (0.5 * side - 0.8 * limbus_px).max(0.12 * side);
    let near =
        |d: &mut Dice, room: f32| room * if d.chance(0.5) { d.range(-1.0, 1.0) } else { d.range(-0.4, 0.4) };
    let often = |d: &mut Dice, share: f32, most: f32| if d.chance(share) { most * d.unit() } else { 0.0 };
    let scale = limbus_px / 60.0;
    Condition {
        width_px: SCENE_PX.0,
        height_px: SCENE_PX.1,
        limbus_px,
        shift: (near(d, room(w)), near(d, room(h))),
        dilation: d.range(0.2, 0.68),
        gaze: (d.normal(0.0, 0.12), d.normal(0.0, 0.10)),
        roll: d.normal(0.0, 0.14),
        upper_lid: d.range(0.3, 1.2),
        lower_lid: d.range(0.65, 1.2),
        lashes: d.unit(),
        lower_lashes: d.unit(),
        lid_grey: d.unit(),
        mirror: often(d, 0.5, 1.0),
        lamps: if d.chance(0.1) { 0 } else { 1 + d.below(8) },
        glasses: often(d, 0.2, 1.0),
        brow: often(d, 0.7, 1.0),
        rim: often(d, 0.15, 1.0),
        blur_px: (scale * d.range(0.3, 1.2)).max(0.3),
        motion_px: scale * often(d, 0.15, 3.0),
        noise: d.range(0.5, 3.0),
        contrast: d.range(0.3, 1.3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_within_one_another_and_seeds_repeat() {
        let (mut visible, mut seen) = (0, 0);
        for number in 0..12 {
            let scene = Scene::new(3, number).unwrap();
            assert_eq!(scene.image, Scene::new(3, number).unwrap().image);
            assert_eq!(scene.parts.len(), (SCENE_PX.0 * SCENE_PX.1) as usize);
            assert!(scene.pupil.2 < 0.8 * scene.limbus.2, "{scene:?}");
            for part in &scene.parts {
                let (iris, pupil) = (part & Scene::IRIS > 0, part & Scene::PUPIL > 0);
                assert!(iris || !pupil);
                visible += u32::from(part & Scene::VISIBLE > 0);
                // The two outlines are drawn in two ways, which differ by less than a pixel.
                seen += u32::from(part & Scene::VISIBLE > 0 && iris && !pupil);
            }
        }
        assert!(visible > 2000 && f64::from(seen) > 0.9 * f64::from(visible), "{seen} {visible}");
    }
}
