//! How a finger meets a sensor.

use super::{skin::Skin, varied};
use crate::{dice::Dice, num::PI};
use serde::{Deserialize, Serialize};

/// What the picture is taken with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensor {
    /// Total-internal-reflection optics, white ground cut off at full scale.
    Optical,
    /// Optics with an uneven grey ground, as on live-scan stations.
    LiveScan,
    /// A capacitive chip: grey ground, column pattern, coarse noise.
    Capacitive,
    /// A thermal line that the finger is drawn over: hard ridges, halos, slices, a drifting frame.
    ThermalSweep,
    /// Printer's ink rolled on a card and scanned.
    InkCard,
    /// Sweat on a thing that somebody touched, dusted with powder and photographed.
    Latent,
    /// A camera that the finger is held before.
    Camera,
}

/// Typical captures; each draws a [`Condition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// A cooperative person at a supervised live-scan station: 400 x 480 at 500 ppi.
    Enrolment,
    /// The same with little care: off centre, drier or wetter, more distortion.
    Field,
    /// A rolled live-scan finger: 600 x 600 at 500 ppi.
    Rolled,
    /// Like FVC2002 DB1: optical, 388 x 374, 500 ppi.
    Optical,
    /// Like FVC2002 DB3: capacitive, 300 x 300, 500 ppi.
    Capacitive,
    /// Like FVC2004 DB3: thermal sweep, 300 x 480, 512 ppi.
    Sweep,
    /// Like FVC2004 DB4: 288 x 384, 500 ppi, strong noise and distortion.
    Hard,
    /// An inked, rolled card print scanned at 500 ppi, 640 x 640.
    Card,
    /// A latent print on paper, forms, print, wood, metal or glass, partial, often with others over it: 512 x 512 at
    /// 500 ppi.
    Latent,
    /// A photograph of a finger that touches nothing, scaled to 500 ppi, 420 x 520.
    Contactless,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 10] = [
        Self::Enrolment,
        Self::Field,
        Self::Rolled,
        Self::Optical,
        Self::Capacitive,
        Self::Sweep,
        Self::Hard,
        Self::Card,
        Self::Latent,
        Self::Contactless,
    ];

    /// What training patches are drawn from: the shipped network's recipe, so it must not change.
    pub(crate) const PATCHES: [Self; 8] = [
        Self::Enrolment,
        Self::Field,
        Self::Rolled,
        Self::Optical,
        Self::Capacitive,
        Self::Sweep,
        Self::Hard,
        Self::Card,
    ];
}

/// One meeting of finger and sensor. Lengths in pixels at 500 ppi unless they say otherwise; angles in radians,
/// clockwise as seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What the picture is taken with.
    pub sensor: Sensor,
    /// Pixels across, at `ppi`; at most 4096.
    pub width_px: u32,
    /// Pixels down, at `ppi`; at most 4096.
    pub height_px: u32,
    /// Pixels per inch, 200 to 1200.
    pub ppi: f64,
    /// How far the finger is turned.
    pub turn: f32,
    /// Where the middle of the pad lies against the middle of the image.
    pub shift: (f32, f32),
    /// Middle of the contact area on the finger.
    pub contact_centre: (f32, f32),
    /// Half axes of the contact area as shares of the finger's half width and height, about 0.5 to 1.
    pub contact: (f32, f32),
    /// -1 dry (thin, broken ridges) to 1 wet (valleys fill).
    pub moisture: f32,
    /// Unevenness of moisture, 0 to 1.
    pub blotches: f32,
    /// How much drier the edge is than the middle, 0 to 1.
    pub edge_drying: f32,
    /// Graininess of the skin's touch, 0 to 1.
    pub grain: f32,
    /// Visibility of sweat pores, 0 to 1.
    pub pores: f32,
    /// Visibility of creases and scars, 0 to 1.
    pub creases: f32,
    /// Elastic distortion: 1 is about 4 pixels root mean square.
    pub stretch: f32,
    /// Residue of an earlier print, 0 to 1.
    pub residue: f32,
    /// Lost patches, dirt and dust, 0 to 1.
    pub damage: f32,
    /// Sensor noise, 0 to 1.
    pub noise: f32,
    /// Sensor blur, deviation in image pixels.
    pub blur_px: f32,
    /// Stains on the glass and uneven light around the finger, 0 (an even ground, as training patches have it) to 1.
    pub ground: f32,
    /// Radius of a finger that a camera sees in the round, pixels at 500 ppi; 0 where it is pressed flat.
    #[serde(default)]
    pub radius_px: f32,
    /// Size of the finger in the picture against its own, 0.5 to 2.
    #[serde(default = "as_it_is")]
    pub zoom: f32,
    /// Folds, crumpled zones, beads: what training patches do not have.
    #[serde(default)]
    pub skin: Skin,
}

fn as_it_is() -> f32 {
    1.0
}

impl Condition {
    /// Draws the condition of one capture; the same seed gives the same condition.
    pub fn draw(preset: Preset, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "finger-ground", preset as u64, 0);
        let drawn = Self { ground: dice.range(0.3, 1.0), ..Self::draw_even(preset, seed) };
        let drawn = match preset {
            // The ground of a capacitive sensor is calm but for its columns.
            Preset::Capacitive => Self { noise: 0.55 * drawn.noise, ..drawn },
            _ => drawn,
        };
        varied::varied(drawn, preset, seed).limited()
    }

    /// The same over an even ground: what the shipped network was trained on, so it must not change.
    pub(crate) fn draw_even(preset: Preset, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "finger-condition", preset as u64, 0);
        let d = &mut dice;
        let base = Self {
            sensor: Sensor::LiveScan,
            width_px: 400,
            height_px: 480,
            ppi: 500.0,
            turn: d.normal(0.0, 0.06),
            shift: (d.normal(0.0, 9.0), d.normal(0.0, 12.0)),
            contact_centre: (d.normal(0.0, 7.0), d.normal(4.0, 12.0)),
            contact: (d.normal(0.80, 0.05), d.normal(0.88, 0.05)),
            moisture: d.normal(0.0, 0.14),
            blotches: d.range(0.1, 0.4),
            edge_drying: d.range(0.1, 0.5),
            grain: d.range(0.1, 0.4),
            pores: d.range(0.0, 0.5),
            creases: d.range(0.4, 0.9),
            stretch: d.range(0.3, 0.8),
            residue: 0.0,
            damage: d.range(0.0, 0.25),
            noise: d.range(0.1, 0.4),
            blur_px: d.range(0.55, 0.8),
            ground: 0.0,
            radius_px: 0.0,
            zoom: 1.0,
            skin: Skin::default(),
        };
        match preset {
            Preset::Enrolment => base,
            Preset::Field => Self {
                turn: d.normal(0.0, 0.16),
                shift: (d.normal(0.0, 22.0), d.normal(0.0, 28.0)),
                contact_centre: (d.normal(0.0, 20.0), d.normal(0.0, 26.0)),
                contact: (d.normal(0.74, 0.09), d.normal(0.80, 0.10)),
                moisture: d.normal(-0.05, 0.32),
                blotches: d.range(0.2, 0.8),
                edge_drying: d.range(0.2, 0.9),
                grain: d.range(0.2, 0.8),
                stretch: d.range(0.5, 1.4),
                residue: if d.chance(0.2) { d.range(0.1, 0.5) } else { 0.0 },
                damage: d.range(0.0, 0.6),
                ..base
            },
            Preset::Rolled => Self {
                width_px: 600,
                height_px: 600,
                contact: (d.normal(0.97, 0.02), d.normal(0.95, 0.03)),
                stretch: d.range(0.5, 1.1),
                ..base
            },
            Preset::Optical => Self {
                sensor: Sensor::Optical,
                width_px: 388,
                height_px: 374,
                turn: d.normal(0.0, 0.17),
                shift: (d.normal(0.0, 25.0), d.normal(5.0, 38.0)),
                contact_centre: (d.normal(0.0, 14.0), d.normal(0.0, 22.0)),
                contact: (d.normal(0.66, 0.08), d.normal(0.84, 0.08)),
                moisture: d.normal(-0.2, 0.34),
                blotches: d.range(0.3, 1.0),
                edge_drying: d.range(0.2, 0.8),
                grain: d.range(0.3, 1.0),
                pores: d.range(0.0, 0.6),
                stretch: d.range(0.4, 1.2),
                noise: d.range(0.05, 0.2),
                blur_px: d.range(0.6, 0.9),
                ..base
            },
            Preset::Capacitive => Self {
                sensor: Sensor::Capacitive,
                width_px: 300,
                height_px: 300,
                turn: d.normal(0.0, 0.18),
                shift: (d.normal(0.0, 16.0), d.normal(10.0, 32.0)),
                contact_centre: (d.normal(0.0, 14.0), d.normal(-10.0, 22.0)),
                contact: (d.normal(0.60, 0.08), d.normal(0.64, 0.09)),
                moisture: d.normal(0.10, 0.36),
                blotches: d.range(0.5, 1.0),
                edge_drying: d.range(0.2, 0.7),
                grain: d.range(0.7, 1.0),
                pores: d.range(0.0, 0.4),
                stretch: d.range(0.4, 1.2),
                noise: d.range(0.5, 1.0),
                blur_px: d.range(0.4, 0.6),
                ..base
            },
            Preset::Sweep => Self {
                sensor: Sensor::ThermalSweep,
                width_px: 300,
                height_px: 480,
                ppi: 512.0,
                turn: d.normal(0.0, 0.09),
                shift: (d.normal(0.0, 20.0), d.normal(25.0, 24.0)),
                contact_centre: (d.normal(0.0, 8.0), d.normal(30.0, 20.0)),
                contact: (d.normal(0.62, 0.06), d.normal(1.02, 0.10)),
                moisture: d.normal(0.04, 0.12),
                blotches: d.range(0.4, 1.0),
                edge_drying: 0.0,
                grain: d.range(0.5, 1.0),
                pores: d.range(0.2, 0.9),
                creases: d.range(0.6, 1.0),
                stretch: d.range(0.8, 1.8),
                damage: d.range(0.2, 0.9),
                noise: d.range(0.3, 0.8),
                blur_px: d.range(0.6, 0.8),
                ..base
            },
            Preset::Hard => Self {
                width_px: 288,
                height_px: 384,
                turn: d.normal(0.0, 0.18),
                shift: (d.normal(0.0, 30.0), d.normal(0.0, 38.0)),
                contact_centre: (d.normal(0.0, 18.0), d.normal(0.0, 26.0)),
                contact: (d.normal(0.66, 0.08), d.normal(0.82, 0.10)),
                moisture: d.normal(-0.05, 0.36),
                blotches: d.range(0.6, 1.0),
                edge_drying: d.range(0.2, 0.9),
                grain: d.range(0.7, 1.0),
                stretch: d.range(0.8, 1.8),
                damage: d.range(0.3, 1.0),
                ..base
            },
            Preset::Card => Self {
                sensor: Sensor::InkCard,
                width_px: 640,
                height_px: 640,
                turn: d.normal(0.0, 0.10),
                contact: (d.normal(0.98, 0.03), d.normal(0.98, 0.05)),
                moisture: d.normal(0.12, 0.25),
                blotches: d.range(0.4, 1.0),
                edge_drying: d.range(0.0, 0.4),
                grain: d.range(0.4, 0.9),
                pores: d.range(0.0, 0.3),
                stretch: d.range(0.5, 1.2),
                damage: d.range(0.1, 0.6),
                ..base
            },
            Preset::Latent => Self {
                sensor: Sensor::Latent,
                width_px: 512,
                height_px: 512,
                turn: d.normal(0.0, 0.5),
                shift: (d.normal(0.0, 30.0), d.normal(0.0, 30.0)),
                contact_centre: (d.normal(0.0, 40.0), d.normal(-10.0, 45.0)),
                contact: (d.range(0.4, 0.75), d.range(0.4, 0.75)),
                moisture: d.normal(-0.15, 0.3),
                blotches: d.range(0.5, 1.0),
                edge_drying: d.range(0.1, 0.9),
                grain: d.range(0.4, 1.0),
                stretch: d.range(0.7, 2.0),
                damage: d.range(0.4, 1.0),
                noise: d.range(0.1, 0.7),
                ..base
            },
            Preset::Contactless => Self {
                sensor: Sensor::Camera,
                width_px: 420,
                height_px: 520,
                turn: d.normal(0.0, 0.12),
                shift: (d.normal(0.0, 14.0), d.normal(10.0, 18.0)),
                contact_centre: (0.0, 0.0),
                contact: (1.5, 1.5),
                moisture: 0.0,
                blotches: d.range(0.0, 0.2),
                edge_drying: 0.0,
                grain: d.range(0.0, 0.15),
                pores: d.range(0.2, 0.8),
                stretch: d.range(0.0, 0.15),
                damage: 0.0,
                noise: d.range(0.1, 0.8),
                radius_px: 155.0,
                ..base
            },
        }
        .limited()
    }

    /// The same within the stated ranges, so that no number can make rendering fail or take for ever.
    pub(crate) fn limited(self) -> Self {
        let finite = |v: f32, lo: f32, hi: f32| if v.is_finite() { v.clamp(lo, hi) } else { lo };
        let ppi = if self.ppi.is_finite() { self.ppi.clamp(200.0, 1200.0) } else { 500.0 };
        Self {
            width_px: self.width_px.clamp(16, 4096),
            height_px: self.height_px.clamp(16, 4096),
            ppi,
            turn: finite(self.turn, -PI, PI),
            shift: (finite(self.shift.0, -2000.0, 2000.0), finite(self.shift.1, -2000.0, 2000.0)),
            contact_centre: (
                finite(self.contact_centre.0, -300.0, 300.0),
                finite(self.contact_centre.1, -300.0, 300.0),
            ),
            contact: (finite(self.contact.0, 0.1, 1.5), finite(self.contact.1, 0.1, 1.5)),
            moisture: finite(self.moisture, -1.0, 1.0),
            blotches: finite(self.blotches, 0.0, 1.0),
            edge_drying: finite(self.edge_drying, 0.0, 1.0),
            grain: finite(self.grain, 0.0, 1.0),
            pores: finite(self.pores, 0.0, 1.0),
            creases: finite(self.creases, 0.0, 1.0),
            stretch: finite(self.stretch, 0.0, 3.0),
            residue: finite(self.residue, 0.0, 1.0),
            damage: finite(self.damage, 0.0, 1.0),
            noise: finite(self.noise, 0.0, 1.0),
            blur_px: finite(self.blur_px, 0.0, 4.0),
            ground: finite(self.ground, 0.0, 1.0),
            radius_px: finite(self.radius_px, 0.0, 600.0),
            zoom: if self.zoom.is_finite() { self.zoom.clamp(0.5, 2.0) } else { 1.0 },
            skin: self.skin.limited(),
            ..self
        }
    }
}
