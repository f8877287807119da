//! A thermal line that a finger was drawn over.
//!
//! The line tells changes of temperature, so ridges and furrows stand at the ends of the scale whatever the skin is like.
//! The strip that was put together is narrower and mostly shorter than the picture.

use super::{Condition, ground};
use crate::{dice::Dice, noise::Field, num};

/// Grey of what the line never saw.
const FRAME: f32 = 110.0;

/// Draws the picture.
pub(super) fn render(dice: &mut Dice, condition: &Condition, ink: &[f32], w: usize) -> Vec<u8> {
    let h = ink.len() / w.max(1);
    let drift = Field::new(dice, [0.0, 0.0, h as f32, 1.0], 130.0, 10.0);
    let slant = dice.normal(0.0, 0.03);
    let (left, right) = (dice.range(-4.0, 18.0), w as f32 - dice.range(-4.0, 18.0));
    let cut = |d: &mut Dice| if d.chance(0.5) { 0.0 } else { d.range(6.0, 45.0) };
    let (top, bottom) = (cut(dice), h as f32 - cut(dice));
    let uneven = Field::new(dice, [0.0, 0.0, w as f32, h as f32], 60.0, 1.0);
    let columns: Vec<f32> = (0..w).map(|_| dice.normal(0.0, 1.0)).collect();
    let rows: Vec<f32> = (0..h).map(|_| dice.normal(0.0, 1.0)).collect();
    let slices: Vec<f32> = (0..h / 8 + 1).map(|_| dice.normal(0.0, 1.0)).collect();
    let key = dice.bits();
    let (bare, middle) = (dice.range(72.0, 104.0), dice.range(74.0, 100.0));
    let gain = dice.range(400.0, 560.0);
    let (shade, reach) = (dice.range(35.0, 75.0), 1.0 / dice.range(25.0, 50.0));
    let (glow, above) = (dice.range(110.0, 190.0), 1.0 / dice.range(22.0, 60.0));
    let noise = 10.0 * condition.noise;
    let near = spread(ink, w);
    let ahead = ahead(&near, w, above);
    let sides = ground::sides(&near, w);
    let mut line = vec![0.0; w];
    let mut out = Vec::with_capacity(w * h);
    for y in 0..h {
        uneven.row(0.0, 1.0, y as f32, &mut line);
        let fy = y as f32;
        let shift = drift.at(fy, 0.0) + slant * (fy - 0.5 * h as f32);
        let (from, to) = sides.get(y).copied().unwrap_or((0.0, w as f32));
        let lines =
            0.9 * rows.get(y).copied().unwrap_or(0.0) + 2.0 * slices.get(y / 8).copied().unwrap_or(0.0);
        for (x, f) in line.iter().enumerate() {
            let fx = x as f32;
            let at = y * w + x;
            let around = near.get(at).copied().unwrap_or(0.0);
            let touched = num::smoothstep(0.17, 0.33, around);
            let edge = num::hash_unit(key ^ 5, 0, y as i32) * 2.0;
            if fx < left + shift + edge || fx > right + shift - edge || fy < top || fy > bottom {
                out.push(FRAME as u8);
                continue;
            }
            // Warmth goes ahead of the tip and is missing beside the finger.
            let away = (from - fx).max(fx - to).max(0.0);
            let warm = ahead.get(at).copied().unwrap_or(0.0);
            let beside = bare - shade * num::exp(-away * reach) * (1.0 - warm)
                + glow * warm
                + 4.0 * f
                + 1.2 * columns.get(x).copied().unwrap_or(0.0)
                + lines;
            let v = around * 0.98 - ink.get(at).copied().unwrap_or(0.0);
            let inside = middle + 6.0 * f + gain * v;
            let n = num::hash_unit(key, x as i32, y as i32) + num::hash_unit(key ^ 0x55, x as i32, y as i32)
                - 1.0;
            let value = num::mix(beside, inside, touched) + noise * n * (1.2 - 0.6 * touched);
            out.push((value + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    out
}

/// Smoothed along the rows, there and back; `keep` of the mean stays from pixel to pixel.
fn along(values: &mut [f32], w: usize, keep: f32) {
    for row in values.chunks_exact_mut(w.max(1)) {
        let mut mean = 0.0;
        let mut step = |v: &mut f32| {
            mean = num::mix(*v, mean, keep);
            *v = mean;
        };
        row.iter_mut().for_each(&mut step);
        row.iter_mut().rev().for_each(&mut step);
    }
}

/// The ink as warmth spreads it: smoothed over some fifteen pixels, both ways and back.
fn spread(ink: &[f32], w: usize) -> Vec<f32> {
    const KEEP: f32 = 0.86;
    let mut out = ink.to_vec();
    along(&mut out, w, KEEP);
    for backwards in [false, true] {
        let mut mean = vec![0.0; w];
        let step = |row: &mut [f32], mean: &mut [f32]| {
            for (v, m) in row.iter_mut().zip(mean) {
                *m = num::mix(*v, *m, KEEP);
                *v = *m;
            }
        };
        if backwards {
            out.chunks_exact_mut(w.max(1)).rev().for_each(|row| step(row, &mut mean));
        } else {
            out.chunks_exact_mut(w.max(1)).for_each(|row| step(row, &mut mean));
        }
    }
    out
}

/// What the finger warms before it comes: 1 right above its tip, less by `fade` a row.
fn ahead(near: &[f32], w: usize, fade: f32) -> Vec<f32> {
    let keep = num::exp(-fade);
    let mut out = vec![0.0_f32; near.len()];
    let mut below = vec![0.0_f32; w];
    for (row, line) in near.chunks_exact(w.max(1)).zip(out.chunks_exact_mut(w.max(1))).rev() {
        for ((v, b), slot) in row.iter().zip(&mut below).zip(line) {
            let here = num::smoothstep(0.17, 0.33, *v);
            *b = (*b * keep).max(here);
            *slot = *b - here;
        }
    }
    along(&mut out, w, 0.9);
    out
}
