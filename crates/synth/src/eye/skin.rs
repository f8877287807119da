//! Sclera and skin: what surrounds the iris.

use super::geometry::Place;
use crate::{dice::Dice, noise::Tile, num};

/// Grey levels of one camera and face, and the noise that roughens them.
pub(super) struct Look {
    pub(super) pupil: f32,
    pub(super) rim: f32,
    /// Half width of the limbus's fade.
    pub(super) fade: f32,
    sclera: f32,
    skin: f32,
    /// Grey of the eyeball that a grey lower lid comes near to.
    eyeball: f32,
    lid_grey: f32,
    /// Folds of the upper lid, limbus radii above the edge, and how deep.
    folds: [(f32, f32); 2],
    /// Crease of the lower lid, limbus radii below the edge, and how deep.
    bag: (f32, f32),
    /// Breadth of the lower lid's wet margin, limbus radii.
    margin: f32,
    fine: Tile,
    coarse: Tile,
    /// Cells a pixel of the pores.
    pore: f32,
}

impl Look {
    pub(super) fn draw(d: &mut Dice, iris_grey: f32, lid_grey: f32, limbus: f32) -> Self {
        let sclera = d.range(160.0, 205.0);
        let skin = d.range(125.0, 190.0);
        let (pupil, rim, fade) = (d.range(14.0, 42.0), d.range(4.0, 26.0), d.range(0.035, 0.09));
        let first = d.range(0.22, 0.5);
        let second = if d.chance(0.4) { d.range(6.0, 20.0) } else { 0.0 };
        Self {
            pupil,
            rim,
            fade,
            sclera,
            skin,
            eyeball: num::mix(iris_grey, sclera, d.unit()),
            lid_grey,
            folds: [(first, d.range(20.0, 56.0)), (first + d.range(0.14, 0.3), second)],
            bag: (d.range(0.35, 0.8), d.range(4.0, 22.0)),
            margin: d.range(0.05, 0.13),
            fine: Tile::new(d.bits()),
            coarse: Tile::new(d.bits()),
            pore: 18.0 / limbus,
        }
    }

    /// Half width of the lower lid's edge in pixels: a grey, wet lid has none that is sharp.
    pub(super) fn lower_soft_px(&self) -> f32 {
        1.1 + 3.0 * self.lid_grey
    }

    /// The white of the eye, with its vessels.
    pub(super) fn sclera(&self, place: &Place) -> f32 {
        let (u, v) = place.at;
        let away = ((u * u + v * v).sqrt() - 1.0).max(0.0);
        let bend = self.coarse.at(u * 2.4 + 9.0, v * 2.2);
        let vessel = self.coarse.at(u * 1.6 + bend, v * 6.0 + 1.5 * bend + 30.0).abs();
        let vessels = if vessel < 0.09 { (1.0 - vessel * (1.0 / 0.09)) * away.min(0.6) } else { 0.0 };
        self.sclera - 16.0 * away - 5.0 * bend - 22.0 * vessels
    }

    /// Shadow and wet shine on the eyeball near the lids' edges: a factor and an addition.
    pub(super) fn lid_light(&self, place: &Place) -> (f32, f32) {
        let (upper, lower) = place.lids;
        let shade = if (0.0..0.8).contains(&upper) { 1.0 - 0.30 * num::exp_neg(upper * 7.0) } else { 1.0 };
        // The tear along the lower lid mirrors the lamps, here and there.
        let shine = if (0.0..0.03).contains(&lower) {
            let broken = num::smoothstep(0.0, 0.6, self.coarse.at(place.at.0 * 3.5, 50.0));
            let across = lower * (1.0 / 0.015) - 1.0;
            62.0 * broken * (1.0 - across * across)
        } else {
            0.0
        };
        (shade, shine)
    }

    /// Skin around the eye at a pixel: pores, wrinkles along the lids, folds, margins.
    pub(super) fn skin(&self, field: f32, (x, y): (f32, f32), place: &Place) -> f32 {
        let (u, _) = place.at;
        let upper = (-place.lids.0).max(0.0);
        let lower = (-place.lids.1).max(0.0);
        let away = upper.max(lower);
        let k = self.pore;
        let pores =
            self.fine.at(x * k, y * k) + 0.7 * self.fine.at(x * (2.3 * k) + 13.0, y * (2.3 * k) + 29.0);
        let wrinkles = self.coarse.at(u * 1.1 + 20.0, away * 11.0)
            + 0.6 * self.coarse.at(u * 2.5 + 5.0 * away, away * 24.0 + 7.0);
        let mut v = self.skin + 9.0 * field + 4.0 * pores + 5.5 * wrinkles;
        if upper > lower {
            let ends = 1.0 - num::smoothstep(1.1, 2.3, u.abs());
            for (height, depth) in self.folds {
                // A fold hangs over: a sharp dark line with a soft shadow above it.
                let gap = upper - height * (0.75 + 0.25 * ends);
                if depth > 0.0 && gap.abs() < 0.3 {
                    let wide = if gap < 0.0 { 900.0 } else { 160.0 };
                    v -= depth * ends * num::exp_neg(gap * gap * wide);
                }
            }
            // The wet edge shines, the lid's rim is darker behind it.
            if upper < 0.4 {
                let near = num::exp_neg(upper * 9.0);
                v += 14.0 * near * near * near - 10.0 * near;
            }
        } else {
            let grey = self.lid_grey;
            if lower < 1.4 && grey > 0.0 {
                let near = num::exp_neg(lower * 1.8) * (1.0 - num::smoothstep(1.2, 2.1, u.abs()));
                v = num::mix(v, self.eyeball + 0.5 * (v - self.skin), grey * near);
            }
            let gap = lower - self.bag.0;
            if gap.abs() < 0.5 {
                v -= self.bag.1 * num::exp_neg(gap * gap * 30.0) * (1.0 - num::smoothstep(1.0, 2.2, u.abs()));
            }
            // The margin between eyeball and lashes: smooth and wet.
            if lower < self.margin {
                let inside = 1.0 - num::smoothstep(0.6 * self.margin, self.margin, lower);
                v = num::mix(v, num::mix(self.skin + 12.0, self.eyeball, 0.35 + 0.6 * grey), inside);
            }
        }
        v
    }
}
