//! Lashes: curved strokes in tufts along both lids.
//!
//! Upper lashes leave the lid downwards and outwards and bend up again the more the less they hang; neighbours
//! stick together at their tips and some cross the rest. Lower lashes are shorter and lie on the skin.

use super::{Condition, geometry::Geometry, render::Canvas};
use crate::{dice::Dice, num};

/// What a tuft of lashes has in common.
struct Tuft {
    root: (f32, f32),
    /// Direction of the first part and of the tip, radians clockwise from the x axis.
    leaves: f32,
    points: f32,
    length: f32,
    dark: f32,
}

/// Draws the lashes of both lids.
pub(super) fn draw(d: &mut Dice, geometry: &Geometry, c: &Condition, mut own: Dice, canvas: &mut Canvas<'_>) {
    // Whether lashes hang or turn up stays with the face; many hang more.
    let hang = (0.25 + 0.75 * own.unit()) * (0.4 + 0.6 * c.lashes);
    let dark = own.range(22.0, 58.0);
    let (left, right) = geometry.corners();
    let r = c.limbus_px;
    let across = right - left;
    let tufts = if c.lashes > 0.0 { (across * (4.0 + 24.0 * c.lashes * c.lashes)) as u32 } else { 0 };
    for _ in 0..tufts {
        let u = left + across * d.range(0.06, 0.97);
        let out = d.range(0.0, 0.07);
        let tuft = Tuft {
            root: geometry.edge(0, u, out),
            // Down, fanning out to both sides.
            leaves: num::PI / 2.0 - 0.42 * u + d.normal(0.0, 0.16),
            // Up again where they do not hang.
            points: num::PI / 2.0 - (0.55 + 1.9 * (1.0 - hang)) * if u < 0.0 { -1.0 } else { 1.0 } * d.unit()
                + if d.chance(0.18) { d.normal(0.0, 0.6) } else { d.normal(0.0, 0.2) },
            length: r * d.range(0.22, 0.36 + 0.46 * c.lashes),
            dark: dark + d.range(0.0, 24.0),
        };
        strokes(d, geometry, &tuft, (0, u, out), 0.0105 * r, canvas);
    }
    let tufts = if c.lower_lashes > 0.0 { (across * (2.0 + 9.0 * c.lower_lashes)) as u32 } else { 0 };
    for _ in 0..tufts {
        let u = left + across * d.range(0.1, 0.95);
        let out = d.range(0.02, 0.10);
        let heading = num::PI / 2.0 - 0.35 * u + d.normal(0.0, 0.22);
        let tuft = Tuft {
            root: geometry.edge(1, u, out),
            leaves: heading,
            points: heading - d.normal(0.35, 0.3) * if u < 0.0 { -1.0 } else { 1.0 },
            length: r * d.range(0.12, 0.2 + 0.25 * c.lower_lashes),
            dark: dark + d.range(15.0, 55.0),
        };
        strokes(d, geometry, &tuft, (1, u, out), 0.0075 * r, canvas);
    }
}

/// One to three lashes that meet near their tips.
fn strokes(
    d: &mut Dice,
    geometry: &Geometry,
    tuft: &Tuft,
    (lid, u, out): (usize, f32, f32),
    thick: f32,
    canvas: &mut Canvas<'_>,
) {
    let (s0, c0) = num::sin_cos(tuft.leaves);
    let (s1, c1) = num::sin_cos(tuft.points);
    let l = tuft.length;
    let middle = (tuft.root.0 + 0.45 * l * c0, tuft.root.1 + 0.45 * l * s0);
    let tip = (middle.0 + 0.6 * l * c1, middle.1 + 0.6 * l * s1);
    for k in 0..1 + d.below(3) {
        let root =
            if k == 0 { tuft.root } else { geometry.edge(lid, u + d.normal(0.0, 0.05), out * d.unit()) };
        let apart = 0.06 * l;
        let bend = (middle.0 + d.normal(0.0, apart), middle.1 + d.normal(0.0, apart));
        let end = (tip.0 + d.normal(0.0, 0.8 * apart), tip.1 + d.normal(0.0, 0.8 * apart));
        let thick = (thick * d.range(0.75, 1.15)).max(0.35);
        let steps = (1.15 * l / (0.7 * thick).max(0.5)).clamp(4.0, 600.0) as u32;
        for step in 0..=steps {
            let t = step as f32 / steps as f32;
            // A quadratic Bezier curve.
            let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            let at = (a * root.0 + b * bend.0 + c * end.0, a * root.1 + b * bend.1 + c * end.1);
            canvas.dab(at, thick * (1.0 - 0.75 * t), tuft.dark, 0.85 - 0.35 * t);
        }
    }
}
