//! What skin does on a sensor besides touching it with its ridges: folds, crumpled zones, ridges that fall into beads.
//!
//! Sites stay with the finger; how much of each shows belongs to the touch. Training patches have none of it.

use super::Master;
use crate::{
    dice::Dice,
    noise::{Tile, lattice},
    num::{self, PI},
};
use serde::{Deserialize, Serialize};

/// How much of what skin does shows in one touch; all 0 in training patches.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Skin {
    /// Zones where the skin is pushed together and ridges cannot be followed, 0 (none) to 1 (up to five of them).
    pub crumple: f32,
    /// How far ridges fall into beads between their pores, where they are dry above all, 0 to 1.
    pub beads: f32,
    /// Grain some 3 pixels wide that breaks ridges and bridges furrows, 0 to 1.
    pub speckle: f32,
    /// Depth of the joint's folds, of bands across the pad and of fine white wisps down it, 0 to 1.
    pub folds: f32,
    /// Pressure that differs over the pad: change of wetness from its middle to its edge, -2 to 2 in x and y.
    pub tilt: (f32, f32),
    /// How much steeper than on a soft plate the passage from dry to wet is, 0 to 4.
    pub steep: f32,
    /// How straight the edge of the contact runs, 0 to 1.
    pub calm_edge: f32,
}

impl Skin {
    /// Within the stated ranges.
    pub(super) fn limited(self) -> Self {
        let unit = |v: f32| if v.is_finite() { v.clamp(0.0, 1.0) } else { 0.0 };
        let slope = |v: f32| if v.is_finite() { v.clamp(-2.0, 2.0) } else { 0.0 };
        Self {
            crumple: unit(self.crumple),
            beads: unit(self.beads),
            speckle: unit(self.speckle),
            folds: unit(self.folds),
            tilt: (slope(self.tilt.0), slope(self.tilt.1)),
            steep: if self.steep.is_finite() { self.steep.clamp(0.0, 4.0) } else { 0.0 },
            calm_edge: unit(self.calm_edge),
        }
    }
}

/// The same, ready to be read point by point.
pub(super) struct Sites {
    skin: Skin,
    /// A grown man's index finger against this one in size.
    inv: f32,
    zones: Vec<Zone>,
    bands: Vec<Band>,
    wisps: Option<Wisps>,
    /// Noise that stays with the finger, and noise of this touch.
    own: Tile,
    touch: Tile,
    key: u64,
}

/// Skin pushed together.
struct Zone {
    at: (f32, f32),
    cos: f32,
    sin: f32,
    /// One over its half axes.
    inv: (f32, f32),
    strength: f32,
}

/// A bent line where skin lies too deep to touch.
struct Band {
    /// Its middle, its slope and its bend.
    at: (f32, f32),
    slope: f32,
    bend: f32,
    /// Half its length and its half width.
    half: f32,
    width: f32,
    depth: f32,
}

/// Fine white lines mostly down the finger.
struct Wisps {
    sin: f32,
    cos: f32,
    depth: f32,
}

/// What a point of the skin adds.
#[derive(Default)]
pub(super) struct Local {
    /// To the ridge's height.
    pub(super) height: f32,
    /// To the wetness.
    pub(super) wet: f32,
    /// Share of the ridge that is still its own.
    pub(super) ridge: f32,
}

/// Sites of crumpled zones that a finger has; a touch shows some.
const SITES: usize = 5;

impl Sites {
    /// None where nothing shows.
    pub(super) fn of(master: &Master, skin: Skin, touch: u64) -> Option<Self> {
        let pressed = skin.tilt.0.abs() + skin.tilt.1.abs();
        let shown = skin.crumple + skin.beads + skin.speckle + skin.folds + pressed > 0.0;
        shown.then(|| {
            let (half, top, bottom) = master.extent();
            let scale = half / 188.0;
            let mut of_finger = Dice::new(master.key, "finger-skin", 0, 0);
            let mut of_touch = Dice::new(touch, "finger-skin-touch", 0, 0);
            let zones = zones(&mut of_finger, &mut of_touch, master, skin.crumple, scale);
            let bands = bands(&mut of_finger, (half, top, bottom), skin.folds, scale);
            let wisps = wisps(&mut of_finger, skin.folds);
            Self {
                skin,
                inv: 1.0 / scale,
                zones,
                bands,
                wisps,
                own: Tile::new(master.key ^ 0x0b5e),
                touch: Tile::new(touch ^ 0x70c4),
                key: touch,
            }
        })
    }

    /// What is added at a finger point (fx, fy) under the sensor point (sx, sy); `dryness` is 0 to 1.
    #[inline]
    pub(super) fn at(&self, (fx, fy): (f32, f32), (sx, sy): (f32, f32), dryness: f32) -> Local {
        let mut out = Local { ridge: 1.0, ..Local::default() };
        let s = &self.skin;
        let (ux, uy) = (fx * self.inv, fy * self.inv);
        if s.beads > 0.0 {
            // One bead a pore, about as far apart as ridges.
            let bead = self.own.at(ux * 0.15, uy * 0.15) + 0.6 * self.touch.at(fx * 0.19, fy * 0.19);
            out.height += s.beads * (0.3 + 1.3 * dryness) * 1.25 * bead;
        }
        if s.speckle > 0.0 {
            let speck = self.touch.at(0.33 * sx + 0.25 * sy, 0.33 * sy - 0.25 * sx)
                + 0.8 * self.touch.at(40.0 - 0.22 * sy, 0.22 * sx);
            out.wet += s.speckle * 1.5 * speck;
        }
        if let Some(w) = &self.wisps {
            let (a, b) = (w.cos * ux + w.sin * uy, w.cos * uy - w.sin * ux);
            let line = self.own.at(a * 0.12 + 20.0, b * 0.013) - 0.42;
            if line > 0.0 {
                out.height -= w.depth * 5.0 * line;
            }
        }
        for band in &self.bands {
            let dx = fx - band.at.0;
            let along = dx.abs() / band.half;
            if along < 1.0 {
                let off = (fy - band.at.1 - band.slope * dx - band.bend * dx * dx) / band.width;
                if off.abs() < 3.0 {
                    let ragged = 1.0 + 0.5 * self.own.at(ux * 0.09, uy * 0.09 + 11.0);
                    let deep = num::exp(-0.5 * off * off) * (1.0 - along * along * along) * ragged;
                    out.height -= 3.4 * band.depth * deep;
                }
            }
        }
        for zone in &self.zones {
            let (x, y) = (fx - zone.at.0, fy - zone.at.1);
            let (u, v) =
                ((zone.cos * x + zone.sin * y) * zone.inv.0, (zone.cos * y - zone.sin * x) * zone.inv.1);
            let r2 = u * u + v * v;
            if r2 < 2.5 {
                let r = r2.sqrt() + 0.65 * self.own.at(ux * 0.05 + 3.0, uy * 0.05);
                let weight = zone.strength * (1.0 - num::smoothstep(0.0, 1.2, r));
                // Fine folds one beside the other cut the ridges into crumbs.
                let folded = self
                    .touch
                    .at(0.36 * (zone.cos * fx + zone.sin * fy), 0.2 * (zone.cos * fy - zone.sin * fx) + 7.0);
                let crumbs = lattice(self.key ^ 0xf01d, fx * 0.45, fy * 0.45);
                out.ridge *= 1.0 - 0.5 * weight;
                out.height += weight * (1.7 * folded + 0.9 * crumbs);
                out.wet += 0.12 * weight;
            }
        }
        out
    }
}

/// Crumpled zones: beside the deltas and on the flanks below the cores, where skin has nowhere to go.
fn zones(finger: &mut Dice, touch: &mut Dice, master: &Master, crumple: f32, scale: f32) -> Vec<Zone> {
    let mut deltas: Vec<(f32, f32)> =
        master.singularities().iter().filter(|s| !s.core).map(|s| (s.x, s.y)).collect();
    deltas.truncate(2);
    // Some skin is loose, some is not.
    let loose = finger.range(0.45, 1.8);
    (0..SITES)
        .filter_map(|n| {
            let side = if finger.chance(0.5) { 1.0 } else { -1.0 };
            let free = (side * finger.range(30.0, 115.0) * scale, finger.normal(25.0, 65.0) * scale);
            let near = deltas
                .get(n)
                .map(|d| (d.0 + finger.normal(0.0, 22.0) * scale, d.1 + finger.normal(-12.0, 22.0) * scale));
            let at = near.unwrap_or(free);
            let (sin, cos) = num::sin_cos(finger.normal(0.0, 0.5) - side * PI / 8.0);
            let axes = (finger.range(30.0, 78.0) * scale, finger.range(18.0, 44.0) * scale);
            let shy = finger.unit();
            // Each touch pushes a little elsewhere, and some not at all.
            let shift = (touch.normal(0.0, 8.0), touch.normal(0.0, 8.0));
            let grown = touch.range(0.6, 1.25);
            let strength = (2.7 * (loose * crumple * touch.range(0.6, 1.3) - 0.7 * shy)).clamp(0.0, 1.0);
            (strength > 0.05).then_some(Zone {
                at: (at.0 + shift.0, at.1 + shift.1),
                cos,
                sin,
                inv: (1.0 / (axes.0 * grown), 1.0 / (axes.1 * grown)),
                strength,
            })
        })
        .collect()
}

/// The joint's folds below the pad, and bands across its lower half.
fn bands(d: &mut Dice, (half, _, bottom): (f32, f32, f32), folds: f32, scale: f32) -> Vec<Band> {
    let mut out = Vec::new();
    let slope = d.normal(0.0, 0.08);
    let joint = bottom * d.range(0.82, 0.95);
    for (below, width) in [(0.0, d.range(5.0, 9.0)), (d.range(15.0, 26.0), d.range(2.0, 4.5))] {
        out.push(Band {
            at: (0.0, joint + below * scale),
            slope: slope + d.normal(0.0, 0.03),
            bend: d.normal(0.0003, 0.0004),
            half: 1.3 * half,
            width: width * scale,
            depth: folds.sqrt(),
        });
    }
    for _ in 0..d.below(4) {
        let shy = d.unit();
        let side = if d.chance(0.5) { 1.0 } else { -1.0 };
        let band = Band {
            at: (side * d.range(0.1, 0.6) * half, d.range(0.1, 0.62) * bottom),
            slope: d.normal(-0.1 * side, 0.22),
            bend: d.normal(0.0006, 0.0009),
            half: d.range(0.25, 0.75) * half,
            width: d.range(1.6, 3.6) * scale,
            depth: (1.6 * folds - shy).clamp(0.0, 1.0),
        };
        if band.depth > 0.05 {
            out.push(band);
        }
    }
    out
}

/// Two fingers in five have them.
fn wisps(d: &mut Dice, folds: f32) -> Option<Wisps> {
    let (sin, cos) = num::sin_cos(d.normal(0.0, 0.25));
    let depth = (1.7 * d.unit() - 0.9).max(0.0) * folds;
    (depth > 0.05).then_some(Wisps { sin, cos, depth })
}
