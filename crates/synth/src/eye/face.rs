//! What a wider frame shows beside the eye: the brow above it and the rim of glasses around it.

use super::{Condition, geometry::Geometry, render::Canvas};
use crate::{dice::Dice, num};

/// Draws the brow, hair by hair.
pub(super) fn brow(d: &mut Dice, geometry: &Geometry, c: &Condition, canvas: &mut Canvas<'_>) {
    if c.brow <= 0.0 {
        return;
    }
    let r = c.limbus_px;
    let (left, right) = (d.range(-3.2, -1.9), d.range(1.9, 3.2));
    let (height, depth) = (d.range(1.7, 3.0), d.range(0.25, 0.75));
    let (arch, slope, grey) = (d.range(0.0, 0.22), d.normal(0.0, 0.08), d.range(25.0, 95.0));
    let lean = d.normal(0.0, 0.5);
    for _ in 0..(40.0 + 260.0 * c.brow) as u32 {
        let u = d.range(left, right);
        let ends = 1.0 - num::smoothstep(0.55, 1.0, (2.0 * (u - left) / (right - left) - 1.0).abs());
        let v = -height + arch * u * u + slope * u + depth * (d.unit() - 0.5) * (0.3 + 0.7 * ends);
        // Hairs lie along the brow, leaning up where it begins.
        let heading = lean + d.normal(0.0, 0.3);
        let (s, co) = num::sin_cos(heading);
        let length = d.range(0.15, 0.5);
        let (thick, grey) = ((0.018 * r).max(0.35), grey + d.range(-15.0, 25.0));
        let steps = (1.2 * length * r / thick.max(0.6)).clamp(3.0, 80.0) as u32;
        for step in 0..=steps {
            let t = length * (step as f32 / steps as f32 - 0.5);
            canvas.dab(geometry.image((u + t * co, v + t * s)), thick, grey, 0.6);
        }
    }
}

/// Draws the rim of glasses: a closed curve between an ellipse and a rectangle, thin or broad, dark or shining.
pub(super) fn rim(d: &mut Dice, geometry: &Geometry, c: &Condition, canvas: &mut Canvas<'_>) {
    if c.rim <= 0.0 {
        return;
    }
    let (x0, y0) = (d.normal(0.0, 0.45), d.normal(0.15, 0.35));
    let (a, b) = (d.range(2.0, 3.6), d.range(1.4, 2.5));
    let square = d.range(2.0, 5.0);
    let half = 0.03 + 0.15 * c.rim * d.unit();
    let grey = if d.chance(0.75) { d.range(8.0, 70.0) } else { d.range(170.0, 250.0) };
    let (shine, up) = (d.range(0.0, 90.0), d.range(-0.6, 0.6));
    let at = |x: f32, y: f32| {
        let (u, v) = geometry.place(x, y).at;
        let (p, q) = (((u - x0) / a).abs(), ((v - y0) / b).abs());
        let level = libm::powf(libm::powf(p, square) + libm::powf(q, square), 1.0 / square);
        // About the distance to the curve, limbus radii; the rim is rounded and shines where it faces the lamp.
        let across = (level - 1.0) * a.min(b) / half;
        (across, grey + shine * (1.0 - (across - up) * (across - up)).max(0.0))
    };
    let soft = 1.0 / (half * c.limbus_px).max(0.5);
    canvas.every(|x, y, slot, visible| {
        let (across, value) = at(x, y);
        let cover = num::smoothstep(1.0 + soft, 1.0, across.abs());
        *slot = num::mix(*slot, value, cover);
        if cover > 0.35 {
            *visible = 0;
        }
    });
}
