//! How an eye meets a camera.

use crate::dice::Dice;
use serde::{Deserialize, Serialize};

/// Typical captures; each draws a [`Condition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// A cooperative person before a two-eye camera: 640 x 480, limbus radius about 115 px.
    Enrolment,
    /// Little care: lids half down, lashes, gaze aside, some blur, now and then glasses.
    Field,
    /// A small sensor, 320 x 240, limbus radius about 55 px.
    Small,
    /// A close-up, 320 x 280, limbus radius about 105 px: lids cut off, sclera hardly seen.
    Close,
    /// What iris engines fail on: dense lashes across the iris, lids half down, lower lids as grey as the eye,
    /// surroundings mirrored in the cornea.
    Occluded,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 5] = [Self::Enrolment, Self::Field, Self::Small, Self::Close, Self::Occluded];
}

/// One meeting of eye and camera. Angles in radians.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Pixels across, 64 to 2048.
    pub width_px: u32,
    /// Pixels down, 64 to 2048.
    pub height_px: u32,
    /// Mean radius of the limbus (iris-sclera boundary).
    pub limbus_px: f32,
    /// Middle of the iris against the middle of the image, pixels.
    pub shift: (f32, f32),
    /// Pupil radius over limbus radius, 0.2 to 0.75.
    pub dilation: f32,
    /// Gaze aside, to the right and down.
    pub gaze: (f32, f32),
    /// Head tilt, clockwise as seen.
    pub roll: f32,
    /// Height of the upper lid above the iris centre in limbus radii: over 1 leaves the iris free.
    pub upper_lid: f32,
    /// Depth of the lower lid below the iris centre in limbus radii.
    pub lower_lid: f32,
    /// Upper lashes, 0 none to 1 many, long and hanging.
    pub lashes: f32,
    /// Lower lashes, 0 none to 1 many and long.
    pub lower_lashes: f32,
    /// How near the grey of the lower lid comes to that of the eyeball, 0 to 1: at 1 its edge hardly shows.
    pub lid_grey: f32,
    /// Surroundings mirrored in the cornea, 0 none to 1 bright.
    pub mirror: f32,
    /// Point-like reflections of the lamps.
    pub lamps: u32,
    /// Reflections of glasses, 0 none to 1 large.
    pub glasses: f32,
    /// The brow in a wide frame, 0 none to 1 bushy.
    pub brow: f32,
    /// Rim of glasses around the eye, 0 none to 1 broad.
    pub rim: f32,
    /// Blur, deviation in pixels.
    pub blur_px: f32,
    /// Motion, pixels along a random direction.
    pub motion_px: f32,
    /// Sensor noise, deviation in grey values.
    pub noise: f32,
    /// Contrast of the iris texture, 0.3 (dull) to 1.5.
    pub contrast: f32,
}

impl Condition {
    /// Draws the condition of one capture; the same seed gives the same condition.
    pub fn draw(preset: Preset, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "eye-condition", preset as u64, 0);
        let d = &mut dice;
        let base = Self {
            width_px: 640,
            height_px: 480,
            limbus_px: d.normal(115.0, 7.0),
            shift: (d.normal(0.0, 22.0), d.normal(0.0, 16.0)),
            dilation: d.normal(0.40, 0.055),
            gaze: (d.normal(0.0, 0.04), d.normal(0.0, 0.04)),
            roll: d.normal(0.0, 0.045),
            upper_lid: d.normal(0.92, 0.12),
            lower_lid: d.normal(1.02, 0.08),
            lashes: d.range(0.1, 0.6),
            lamps: 1 + d.below(3),
            glasses: 0.0,
            brow: 0.0,
            rim: 0.0,
            blur_px: d.range(0.7, 1.3),
            motion_px: 0.0,
            noise: d.range(1.2, 3.2),
            contrast: d.range(0.75, 1.15),
            lower_lashes: d.range(0.1, 0.6),
            lid_grey: d.range(0.0, 0.5),
            mirror: d.range(0.0, 0.3),
        };
        match preset {
            Preset::Enrolment => base,
            Preset::Field => Self {
                dilation: d.normal(0.43, 0.09),
                gaze: (d.normal(0.0, 0.13), d.normal(0.0, 0.10)),
                roll: d.normal(0.0, 0.09),
                upper_lid: d.normal(0.72, 0.2),
                lower_lid: d.normal(0.95, 0.12),
                lashes: d.range(0.2, 1.0),
                glasses: if d.chance(0.15) { d.range(0.2, 1.0) } else { 0.0 },
                blur_px: d.range(0.8, 2.0),
                motion_px: if d.chance(0.25) { d.range(0.5, 3.5) } else { 0.0 },
                noise: d.range(1.5, 5.0),
                contrast: d.range(0.55, 1.1),
                lower_lashes: d.range(0.2, 1.0),
                lid_grey: d.range(0.1, 0.9),
                mirror: d.range(0.0, 1.0),
                ..base
            },
            Preset::Small => Self {
                width_px: 320,
                height_px: 240,
                limbus_px: d.normal(54.0, 5.0),
                shift: (d.normal(0.0, 14.0), d.normal(0.0, 10.0)),
                blur_px: d.range(0.5, 0.9),
                upper_lid: d.normal(0.82, 0.15),
                ..base
            },
            Preset::Close => Self {
                width_px: 320,
                height_px: 280,
                limbus_px: d.normal(104.0, 6.0),
                shift: (d.normal(0.0, 9.0), d.normal(0.0, 7.0)),
                lamps: 6,
                ..base
            },
            Preset::Occluded => Self {
                gaze: (d.normal(0.0, 0.08), d.normal(0.0, 0.06)),
                upper_lid: d.normal(0.60, 0.14),
                lower_lid: d.normal(0.88, 0.10),
                lashes: d.range(0.7, 1.0),
                lower_lashes: d.range(0.6, 1.0),
                lid_grey: d.range(0.6, 1.0),
                mirror: d.range(0.3, 1.0),
                ..base
            },
        }
        .limited()
    }

    /// The same within the stated ranges.
    pub(crate) fn limited(self) -> Self {
        let finite = |v: f32, lo: f32, hi: f32| if v.is_finite() { v.clamp(lo, hi) } else { lo };
        Self {
            width_px: self.width_px.clamp(64, 2048),
            height_px: self.height_px.clamp(64, 2048),
            limbus_px: finite(self.limbus_px, 12.0, 600.0),
            shift: (finite(self.shift.0, -800.0, 800.0), finite(self.shift.1, -800.0, 800.0)),
            dilation: finite(self.dilation, 0.2, 0.75),
            gaze: (finite(self.gaze.0, -0.7, 0.7), finite(self.gaze.1, -0.7, 0.7)),
            roll: finite(self.roll, -1.6, 1.6),
            upper_lid: finite(self.upper_lid, 0.05, 1.5),
            lower_lid: finite(self.lower_lid, 0.1, 1.5),
            lashes: finite(self.lashes, 0.0, 1.0),
            lower_lashes: finite(self.lower_lashes, 0.0, 1.0),
            lid_grey: finite(self.lid_grey, 0.0, 1.0),
            mirror: finite(self.mirror, 0.0, 1.0),
            lamps: self.lamps.min(16),
            glasses: finite(self.glasses, 0.0, 1.0),
            brow: finite(self.brow, 0.0, 1.0),
            rim: finite(self.rim, 0.0, 1.0),
            blur_px: finite(self.blur_px, 0.0, 6.0),
            motion_px: finite(self.motion_px, 0.0, 12.0),
            noise: finite(self.noise, 0.0, 30.0),
            contrast: finite(self.contrast, 0.2, 2.0),
        }
    }
}
