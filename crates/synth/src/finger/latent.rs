//! Latent prints: what is lifted from things that somebody touched.
//!
//! A touch leaves sweat; powder clings to it, and a little to everything else; a camera sees both on the thing's own
//! pattern, often with prints of others over it.

use super::{Class, Condition, Master, Plan, impression::press, surface::Surface};
use crate::{
    dice::Dice,
    noise::{Field, lattice},
    num,
};
use model::FingerPosition;

/// Prints of other fingers that may lie over the one in question, at most.
const MOST_OTHERS: u32 = 2;

/// Draws the picture of a latent whose sweat (0 to 1 a pixel) is given.
pub(super) fn render(d: &mut Dice, condition: &Condition, mut sweat: Vec<f32>) -> Vec<u8> {
    let (w, h) = (condition.width_px as usize, condition.height_px as usize);
    smear(d, condition, &mut sweat, w);
    for _ in 0..d.below(MOST_OTHERS + 1) {
        lay_over(d, condition, &mut sweat);
    }
    let surface = Surface::draw(d);
    let per_px = (500.0 / condition.ppi) as f32;
    let area = [0.0, 0.0, w as f32, h as f32];
    let light = Field::new(d, area, 220.0, 0.22);
    let dusting = Field::new(d, area, 60.0, 0.5);
    let (ground, depth) = (d.range(150.0, 225.0), d.range(60.0, 150.0));
    // Light powder on dark things: ridges are lighter than what is around them.
    let inverted = surface.dark();
    let (fog, brush) = (d.range(0.02, 0.22), d.range(0.0, 0.25));
    let (sin, cos) = num::sin_cos(d.range(0.0, num::TAU));
    let key = d.bits();
    let noise = 6.0 + 20.0 * condition.noise;
    let mut out = Vec::with_capacity(w * h);
    let (mut lights, mut dust) = (vec![0.0; w], vec![0.0; w]);
    for y in 0..h {
        light.row(0.0, 1.0, y as f32, &mut lights);
        dusting.row(0.0, 1.0, y as f32, &mut dust);
        for x in 0..w {
            let (fx, fy) = ((x as f32 - 0.5 * w as f32) * per_px, (y as f32 - 0.5 * h as f32) * per_px);
            let at = y * w + x;
            // Powder lies in grains: where there is sweat many, elsewhere few, along the brush's strokes more.
            let stroke = lattice(key ^ 1, (cos * fx + sin * fy) * 0.012, (cos * fy - sin * fx) * 0.22);
            let film = fog * (1.0 + dust[x]) + brush * stroke.max(0.0) * stroke.max(0.0);
            let taken = (sweat[at] * (0.8 + 0.5 * dust[x]) + film).clamp(0.0, 1.0);
            let grain = 0.5 * num::hash_unit(key, x as i32, y as i32)
                + 0.5 * (0.5 + 0.5 * lattice(key ^ 2, fx * 0.6, fy * 0.6));
            let powder = 0.55 * taken + 0.45 * num::smoothstep(grain - 0.22, grain + 0.22, taken);
            let thing = surface.at(fx, fy);
            let lit = ground * (1.0 + lights[x]) * if inverted { 0.42 } else { 1.0 };
            let value = lit * (1.0 - thing) + if inverted { depth } else { -depth } * powder;
            let n = num::hash_unit(key ^ 3, x as i32, y as i32) + num::hash_unit(key ^ 4, x as i32, y as i32)
                - 1.0;
            out.push((value + noise * n + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    soften(&mut out, w);
    out
}

/// The finger slid a little, here more than there: sweat is drawn out one way.
fn smear(d: &mut Dice, condition: &Condition, sweat: &mut [f32], w: usize) {
    let h = sweat.len() / w.max(1);
    let (sin, cos) = num::sin_cos(d.range(0.0, num::TAU));
    let reach = if d.chance(0.4) { d.range(1.0, 7.0) } else { 0.0 };
    if reach < 1.0 {
        return;
    }
    let key = d.bits();
    let per_px = (500.0 / condition.ppi) as f32;
    let copy = sweat.to_vec();
    for y in 0..h {
        for x in 0..w {
            let here = reach
                * num::smoothstep(
                    0.0,
                    0.8,
                    lattice(key, x as f32 * 0.015 * per_px, y as f32 * 0.015 * per_px),
                );
            let (mut sum, mut n) = (0.0, 0.0);
            for k in 0..4 {
                let t = here * k as f32 / 3.0;
                let (sx, sy) = ((x as f32 + t * cos) as usize, (y as f32 + t * sin) as usize);
                if sx < w && sy < h {
                    sum += copy[sy * w + sx];
                    n += 1.0;
                }
            }
            if n > 0.0 {
                sweat[y * w + x] = sum / n;
            }
        }
    }
}

/// Another finger's print, of anybody, over or beside the first.
fn lay_over(d: &mut Dice, condition: &Condition, sweat: &mut [f32]) {
    let classes = [Class::LeftLoop, Class::RightLoop, Class::Whorl, Class::Arch];
    let class = d.pick(&classes).copied().unwrap_or(Class::Whorl);
    let position = d.pick(&FingerPosition::TEN).copied().unwrap_or(FingerPosition::RightIndex);
    let other = Master::new(d.bits(), Plan { position, class, scale: d.range(0.85, 1.1), wear: d.unit() });
    let (reach_x, reach_y) = (0.3 * condition.width_px as f32, 0.3 * condition.height_px as f32);
    let own = Condition {
        turn: d.range(-1.2, 1.2),
        shift: (d.normal(0.0, reach_x), d.normal(0.0, reach_y)),
        contact: (d.range(0.35, 0.7), d.range(0.35, 0.75)),
        moisture: d.normal(-0.2, 0.3),
        ..*condition
    }
    .limited();
    let strength = d.range(0.25, 0.9);
    let (ink, _) = press(d, &other, &own);
    for (slot, v) in sweat.iter_mut().zip(ink) {
        *slot = 1.0 - (1.0 - *slot) * (1.0 - strength * v);
    }
}

/// A lens: each pixel takes a little of its neighbours on the right and below.
fn soften(pixels: &mut [u8], w: usize) {
    for i in 0..pixels.len().saturating_sub(w + 1) {
        let sum = 4 * u32::from(pixels[i])
            + 2 * (u32::from(pixels[i + 1]) + u32::from(pixels[i + w]))
            + u32::from(pixels[i + w + 1]);
        pixels[i] = (sum / 9) as u8;
    }
}
