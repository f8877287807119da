//! What the cornea and glasses mirror: lamps, windows, the bright and dark of a room.

use super::{Condition, geometry::Geometry, render::Canvas};
use crate::{dice::Dice, noise::Tile, num};

/// Surroundings as the cornea mirrors them.
pub(super) struct Mirror {
    strength: f32,
    windows: Vec<Window>,
    tile: Tile,
    /// Brightness falls from above to below by this much, and is speckled by this much.
    sky: f32,
    speckle: f32,
}

/// A bright rectangle, limbus radii.
struct Window {
    at: (f32, f32),
    half: (f32, f32),
    turn: (f32, f32),
    light: f32,
    /// Bars across it a radius, 0 none: a blind or the person's own lashes.
    bars: f32,
}

impl Mirror {
    pub(super) fn draw(d: &mut Dice, strength: f32) -> Self {
        let count = if strength > 0.05 { 1 + d.below(3) } else { 0 };
        let windows = (0..count)
            .map(|_| Window {
                at: (d.normal(0.0, 0.5), d.normal(-0.25, 0.4)),
                half: (d.range(0.08, 0.42), d.range(0.08, 0.5)),
                turn: num::sin_cos(d.normal(0.0, 0.25)),
                light: d.range(8.0, 42.0),
                bars: if d.chance(0.4) { d.range(5.0, 16.0) } else { 0.0 },
            })
            .collect();
        let tile = Tile::new(d.bits());
        Self { strength, windows, tile, sky: d.range(-4.0, 12.0), speckle: d.range(1.0, 6.0) }
    }

    /// Light added at a point of the cornea, limbus radii from its middle.
    #[inline]
    pub(super) fn at(&self, (u, v): (f32, f32)) -> f32 {
        if self.strength <= 0.0 {
            return 0.0;
        }
        // A ball shows the more of the room the nearer to its rim.
        let wide = 1.0 + 0.45 * (u * u + v * v);
        let (x, y) = (u * wide, v * wide);
        let mut sum = -self.sky * y + self.speckle * self.tile.at(x * 6.0, y * 6.0);
        for window in &self.windows {
            let (dx, dy) = (x - window.at.0, y - window.at.1);
            let (s, c) = window.turn;
            let (p, q) = (c * dx + s * dy, c * dy - s * dx);
            let inside = (window.half.0 - p.abs()).min(window.half.1 - q.abs());
            if inside > -0.03 {
                let mut light = window.light * num::smoothstep(-0.03, 0.03, inside);
                if window.bars > 0.0 {
                    light *= 0.6 + 0.4 * num::sin_cos(p * window.bars * num::TAU + 2.0 * q).0;
                }
                sum += light;
            }
        }
        self.strength * sum
    }
}

/// Draws the lamps in or near the pupil and the large blobs and bars of glasses.
pub(super) fn draw(d: &mut Dice, geometry: &Geometry, c: &Condition, canvas: &mut Canvas<'_>) {
    let scale = c.limbus_px;
    let (bx, by) = (d.normal(0.0, 0.12), d.normal(0.0, 0.10));
    // Lamps in a ring, or in one or two rows.
    let rows = c.lamps > 2 && d.chance(0.4);
    let size = d.range(0.022, 0.045);
    for k in 0..c.lamps {
        let (x, y) = if rows {
            let side = (c.lamps / 2).max(1);
            ((k % side) as f32 * 0.085, (k / side) as f32 * 0.16)
        } else {
            let (s, co) = num::sin_cos(num::TAU * k as f32 / c.lamps.max(1) as f32 + 0.4);
            let ring = if c.lamps > 1 { 0.10 + 0.012 * c.lamps as f32 } else { 0.0 };
            (ring * co, ring * s)
        };
        let at = (geometry.centre.0 + scale * (bx + x), geometry.centre.1 + scale * (by + y));
        let radius = scale * size * d.range(0.85, 1.2);
        // A faint halo about the hard light.
        canvas.glow(at, 3.2 * radius, d.range(8.0, 40.0));
        canvas.dab(at, radius, d.range(235.0, 275.0), 1.0);
    }
    if c.glasses > 0.0 {
        for _ in 0..1 + d.below(3) {
            let mut at = (
                geometry.centre.0 + scale * d.normal(0.0, 0.7),
                geometry.centre.1 + scale * d.normal(0.0, 0.5),
            );
            let (s, co) = num::sin_cos(d.range(0.0, num::PI));
            let radius = scale * c.glasses * d.range(0.05, 0.16);
            for _ in 0..(4.0 + 8.0 * d.unit()) as u32 {
                canvas.dab(at, radius, d.range(225.0, 265.0), 0.95);
                at = (at.0 + co * radius * 0.6, at.1 + s * radius * 0.6);
            }
        }
    }
}
