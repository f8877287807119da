//! Fingers photographed without touching anything.
//!
//! A finger is round: its flanks turn away, so that ridges stand closer there, darken and go out of focus. Its ridges
//! mostly catch the light and are lighter than the furrows between them.

use super::Condition;
use crate::{
    dice::Dice,
    noise::{Field, lattice},
    num,
};

/// Shape of the fingertip as the camera sees it, pixels at 500 ppi.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tip {
    radius: f32,
}

/// Where the tip begins to bend away, above the middle of the pad, and the radius of that bend, as shares of the
/// finger's radius.
const BEND_AT: f32 = 0.45;
const BEND: f32 = 1.0;
/// Where the joint's fold lies below the middle of the pad, in radii.
const JOINT: f32 = 1.47;
/// Share of the radius up to which ridges can be read.
const READABLE: f32 = 0.86;

impl Tip {
    /// None where the finger is pressed flat.
    pub(super) fn of(condition: &Condition) -> Option<Self> {
        (condition.radius_px > 0.0).then_some(Self { radius: condition.radius_px })
    }

    /// How far from the axis (-1 to 1) and how far up the bend a point is that the camera sees.
    fn bend(self, x: f32, y: f32) -> (f32, f32) {
        (x / self.radius, (-y - BEND_AT * self.radius).max(0.0) / (BEND * self.radius))
    }

    /// The point of the skin, laid flat, that the camera sees at a point (finger axes).
    pub(super) fn unroll(self, x: f32, y: f32) -> (f32, f32) {
        let (u, v) = self.bend(x, y);
        let flat_y = if v > 0.0 { -(BEND_AT + BEND * arc(v)) * self.radius } else { y };
        (self.radius * arc(u), flat_y)
    }

    /// Squared distance from where the skin faces the camera: 1 at the finger's outline.
    fn aside(self, x: f32, y: f32) -> f32 {
        let (u, v) = self.bend(x, y);
        u * u + v * v
    }

    /// Whether ridges can be read at a point.
    pub(super) fn readable(self, x: f32, y: f32) -> bool {
        self.aside(x, y) < READABLE * READABLE
    }
}

/// Length of the arc above `u`, which goes on straight where it would be too steep to follow.
fn arc(u: f32) -> f32 {
    const STEEP: f32 = 0.9;
    let inner = u.clamp(-STEEP, STEEP);
    libm::asinf(inner) + (u - inner) * 2.294
}

/// Draws the photograph of a finger whose ridges (0 to 1 a pixel) are given.
pub(super) fn render(d: &mut Dice, condition: &Condition, ridges: &[f32]) -> Vec<u8> {
    let (w, h) = (condition.width_px as usize, condition.height_px as usize);
    let tip = Tip { radius: condition.radius_px.max(40.0) };
    let per_px = (500.0 / condition.ppi) as f32;
    let (sin, cos) = num::sin_cos(condition.turn);
    let blurred = [0.8_f32, 1.7, 3.2].map(|sigma| blurred(ridges, w, sigma + condition.blur_px - 0.5));
    let lights = Field::new(d, [0.0, 0.0, w as f32, h as f32], 150.0, 0.07);
    let (lx, ly) = (d.normal(0.0, 0.35), d.range(-0.5, 0.1));
    let lz = (1.0 - lx * lx - ly * ly).max(0.2).sqrt();
    let skin = d.range(125.0, 205.0);
    let relief = d.range(18.0, 60.0) * if d.chance(0.25) { -1.0 } else { 1.0 };
    let (dark, uneven) = (d.range(8.0, 90.0), d.range(0.0, 35.0));
    let (focus_x, focus_y) = (d.normal(0.0, 0.25), d.normal(0.0, 0.4));
    let falloff = d.range(0.6, 2.6);
    let shine = d.range(0.0, 55.0);
    let key = d.bits();
    let noise = 4.0 + 14.0 * condition.noise;
    let mut line = vec![0.0; w];
    let mut out = Vec::with_capacity(w * h);
    for y in 0..h {
        lights.row(0.0, 1.0, y as f32, &mut line);
        for (x, light) in line.iter().enumerate() {
            let sx = (x as f32 - 0.5 * (w as f32 - 1.0)) * per_px - condition.shift.0;
            let sy = (y as f32 - 0.5 * (h as f32 - 1.0)) * per_px - condition.shift.1;
            let (fx, fy) = (cos * sx + sin * sy, cos * sy - sin * sx);
            let behind = dark + uneven * lattice(key ^ 1, fx * 0.008, fy * 0.008) + 0.1 * uneven * light;
            let aside = tip.aside(fx, fy);
            let (u, v) = tip.bend(fx, fy);
            let z = (1.0 - aside).max(0.0).sqrt();
            let facing = (u * lx - v * ly + z * lz).max(0.0);
            // Out of focus where the skin lies deeper or away from the point focused on.
            let off = falloff * ((1.0 - z) + 0.35 * ((u - focus_x).powi(2) + (fy / 200.0 - focus_y).powi(2)));
            let at = y * w + x;
            let (sharp, soft, softest) = (blurred[0][at], blurred[1][at], blurred[2][at]);
            let ridge = if off < 1.0 {
                num::mix(sharp, soft, off)
            } else {
                num::mix(soft, softest, (off - 1.0).min(1.0))
            };
            let tone = lattice(key ^ 2, fx * 0.02, fy * 0.02);
            // Ridges end at the joint, whose fold lies in shadow.
            let below = fy / tip.radius + 0.03 * lattice(key ^ 5, fx * 0.03, 0.0);
            let fold = (below - JOINT) / 0.022;
            let second = (below - JOINT - 0.07) / 0.016;
            let shadow = 0.3 / (1.0 + fold * fold) + 0.16 / (1.0 + second * second);
            let relief = relief * (1.0 - num::smoothstep(JOINT - 0.16, JOINT - 0.02, below));
            let gloss = facing * facing * facing;
            let glint = shine * gloss * gloss * gloss * (0.6 + 0.8 * ridge);
            let value = skin * (1.0 - shadow) * (0.22 + 0.78 * facing) * (1.0 + light + 0.05 * tone)
                + relief * z * (0.35 + 0.65 * facing) * (ridge - 0.5)
                + glint;
            let inside = 1.0 - num::smoothstep(0.93, 1.02, aside);
            let n = num::hash_unit(key ^ 3, x as i32, y as i32) + num::hash_unit(key ^ 4, x as i32, y as i32)
                - 1.0;
            out.push((num::mix(behind, value, inside) + noise * n + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    out
}

/// A Gaussian blur.
fn blurred(ink: &[f32], w: usize, sigma: f32) -> Vec<f32> {
    let sigma = sigma.max(0.3);
    let reach = (2.5 * sigma).ceil() as usize;
    let taps: Vec<f32> = (0..=2 * reach)
        .map(|i| {
            let t = (i as f32 - reach as f32) / sigma;
            num::exp(-0.5 * t * t)
        })
        .collect();
    let sum: f32 = taps.iter().sum();
    let h = ink.len() / w.max(1);
    let mut across = vec![0.0_f32; ink.len()];
    for (row, out) in ink.chunks_exact(w).zip(across.chunks_exact_mut(w)) {
        for (x, slot) in out.iter_mut().enumerate() {
            for (k, tap) in taps.iter().enumerate() {
                *slot += tap / sum * row[(x + k).saturating_sub(reach).min(w - 1)];
            }
        }
    }
    let mut out = vec![0.0_f32; ink.len()];
    for (y, row) in out.chunks_exact_mut(w).enumerate() {
        for (k, tap) in taps.iter().enumerate() {
            let from = (y + k).saturating_sub(reach).min(h - 1) * w;
            for (slot, v) in row.iter_mut().zip(&across[from..from + w]) {
                *slot += tap / sum * v;
            }
        }
    }
    out
}
