//! Sensors: from traces of skin to grey values.

use super::{Condition, Sensor, contactless, ground, latent, sweep};
use crate::{
    dice::Dice,
    noise::{Field, lattice},
    num,
};

/// Draws the picture that the sensor would give of this ink (0 none, 1 full).
pub(crate) fn render(dice: &mut Dice, condition: &Condition, mut ink: Vec<f32>) -> Vec<u8> {
    let (w, h) = (condition.width_px as usize, condition.height_px as usize);
    let canvas = Canvas { w, h };
    if condition.residue > 0.0 {
        canvas.ghost(dice, condition, &mut ink);
    }
    canvas.dust(dice, condition, &mut ink);
    canvas.blur(&mut ink, condition.blur_px);
    match condition.sensor {
        Sensor::Optical => canvas.optical(dice, condition, ink),
        Sensor::LiveScan => canvas.live_scan(dice, condition, ink),
        Sensor::Capacitive => canvas.capacitive(dice, condition, ink),
        Sensor::ThermalSweep => canvas.sweep(dice, condition, ink),
        Sensor::InkCard => canvas.card(dice, condition, ink),
        Sensor::Latent => latent::render(dice, condition, ink),
        Sensor::Camera => contactless::render(dice, condition, &ink),
    }
}

/// Size of the picture.
#[derive(Clone, Copy)]
struct Canvas {
    w: usize,
    h: usize,
}

impl Canvas {
    fn area(self) -> [f32; 4] {
        [0.0, 0.0, self.w as f32, self.h as f32]
    }

    /// A Gaussian blur with this deviation, seven taps each way.
    fn blur(self, ink: &mut [f32], sigma: f32) {
        if sigma < 0.2 {
            return;
        }
        let mut taps: [f32; 7] =
            std::array::from_fn(|i| num::exp(-0.5 * (i as f32 - 3.0) * (i as f32 - 3.0) / (sigma * sigma)));
        let sum: f32 = taps.iter().sum();
        taps.iter_mut().for_each(|t| *t /= sum);
        let (w, h) = (self.w, self.h);
        let mut line = vec![0.0; w + 6];
        for row in ink.chunks_exact_mut(w) {
            line[3..w + 3].copy_from_slice(row);
            for k in 0..3 {
                line[k] = row[0];
                line[w + 3 + k] = row[w - 1];
            }
            for (slot, window) in row.iter_mut().zip(line.windows(7)) {
                *slot = taps.iter().zip(window).map(|(t, v)| t * v).sum();
            }
        }
        let copy = ink.to_vec();
        for (y, row) in ink.chunks_exact_mut(w).enumerate() {
            row.fill(0.0);
            for (k, tap) in taps.iter().enumerate() {
                let from = (y + k).saturating_sub(3).min(h - 1) * w;
                for (slot, v) in row.iter_mut().zip(&copy[from..from + w]) {
                    *slot += tap * v;
                }
            }
        }
    }

    /// A faint copy from elsewhere: what an earlier touch left on the glass.
    fn ghost(self, dice: &mut Dice, condition: &Condition, ink: &mut [f32]) {
        let (dx, dy) = (dice.normal(0.0, 30.0) as i32, dice.normal(0.0, 40.0) as i32);
        let key = dice.bits();
        let copy = ink.to_vec();
        for y in 0..self.h as i32 {
            for x in 0..self.w as i32 {
                // Mirrored, so that it is nobody's finger in this place.
                let (sx, sy) = (self.w as i32 - 1 - x + dx, y + dy);
                if sx < 0 || sy < 0 || sx >= self.w as i32 || sy >= self.h as i32 {
                    continue;
                }
                let left = copy[sy as usize * self.w + sx as usize];
                let fade = 0.5 + 0.5 * lattice(key, x as f32 * 0.03, y as f32 * 0.03);
                let slot = &mut ink[y as usize * self.w + x as usize];
                *slot = slot.max(0.45 * condition.residue * fade * left);
            }
        }
    }

    /// Dust and dirt: dark specks anywhere, light specks on the ridges.
    fn dust(self, dice: &mut Dice, condition: &Condition, ink: &mut [f32]) {
        let area = (self.w * self.h) as f32 / 150_000.0;
        let count = (area * condition.damage * dice.range(10.0, 90.0)) as usize;
        for _ in 0..count {
            let (x, y) = (dice.range(0.0, self.w as f32), dice.range(0.0, self.h as f32));
            let radius = dice.range(0.5, 1.6) + if dice.chance(0.05) { dice.range(0.0, 4.0) } else { 0.0 };
            let dark = dice.chance(0.4);
            let depth = dice.range(0.2, 0.8);
            let reach = radius.ceil() as i32;
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    let (px, py) = (x as i32 + dx, y as i32 + dy);
                    if px < 0 || py < 0 || px >= self.w as i32 || py >= self.h as i32 {
                        continue;
                    }
                    let cover = (1.3 - ((dx * dx + dy * dy) as f32).sqrt() / radius).clamp(0.0, 1.0) * depth;
                    let slot = &mut ink[py as usize * self.w + px as usize];
                    *slot = if dark { slot.max(cover * 0.8) } else { *slot * (1.0 - cover) };
                }
            }
        }
    }

    /// Calls `shade(x, y, ink, field)` for every pixel and rounds.
    fn paint(
        self,
        ink: &[f32],
        field: &Field,
        mut shade: impl FnMut(usize, usize, f32, f32) -> f32,
    ) -> Vec<u8> {
        let mut line = vec![0.0; self.w];
        let mut out = Vec::with_capacity(ink.len());
        for (y, row) in ink.chunks_exact(self.w).enumerate() {
            field.row(0.0, 1.0, y as f32, &mut line);
            for (x, (v, f)) in row.iter().zip(&line).enumerate() {
                out.push((shade(x, y, *v, *f) + 0.5).clamp(0.0, 255.0) as u8);
            }
        }
        out
    }

    fn optical(self, dice: &mut Dice, condition: &Condition, ink: Vec<f32>) -> Vec<u8> {
        let field = Field::new(dice, self.area(), 90.0, 0.12);
        let (white, depth) = (dice.range(256.0, 275.0), dice.range(245.0, 300.0));
        let key = dice.bits();
        let noise = 26.0 * condition.noise;
        self.paint(&ink, &field, |x, y, v, f| {
            let n = grain(key, x, y);
            white - depth * (1.0 + f) * v * (0.75 + 0.25 * v) + noise * n * (0.2 + v)
        })
    }

    fn live_scan(self, dice: &mut Dice, condition: &Condition, ink: Vec<f32>) -> Vec<u8> {
        let field = Field::new(dice, self.area(), 140.0, 1.0);
        let (ground, depth) = (dice.range(182.0, 235.0), dice.range(115.0, 185.0));
        let (cx, cy) =
            (0.5 * self.w as f32 + dice.normal(0.0, 30.0), 0.5 * self.h as f32 + dice.normal(0.0, 30.0));
        let fall = dice.range(5.0, 45.0) / (cx * cx + cy * cy);
        let key = dice.bits();
        let noise = 14.0 * condition.noise;
        let stains = ground::Stains::draw(condition.ground, key, (self.w, self.h));
        let plate = condition.skin.steep > 0.0;
        let fall = if plate {
            dice.range(35.0, 70.0) / (cx * cx + cy * cy)
        } else {
            fall * (1.0 + condition.ground)
        };
        // A plate that knows touch or no touch is the same from finger to finger.
        let (ground, depth) =
            if plate { (num::mix(204.0, ground, 0.2), num::mix(158.0, depth, 0.2)) } else { (ground, depth) };
        self.paint(&ink, &field, |x, y, v, f| {
            let (dx, dy) = (x as f32 - cx, y as f32 - cy);
            let light =
                ground - fall * (dx * dx + dy * dy) + 5.0 * f - stains.at(x as f32, y as f32) * (1.0 - v);
            if plate && (x == 0 || y + 1 == self.h) {
                return 205.0;
            }
            light - depth * (1.0 + 0.08 * f) * v + noise * grain(key, x, y)
        })
    }

    fn capacitive(self, dice: &mut Dice, condition: &Condition, ink: Vec<f32>) -> Vec<u8> {
        let field = Field::new(dice, self.area(), 70.0, 1.0);
        let (ground, depth) = (dice.range(105.0, 145.0), dice.range(75.0, 112.0));
        let columns: Vec<f32> = (0..self.w).map(|_| dice.normal(0.0, 1.0)).collect();
        let stripes = dice.range(1.0, 6.0);
        let key = dice.bits();
        let noise = 60.0 * condition.noise;
        if condition.ground > 0.0 {
            return self.chip(condition, &ink, &field, &columns, (ground, depth, stripes, key));
        }
        self.paint(&ink, &field, |x, y, v, f| {
            let column = columns.get(x).copied().unwrap_or(0.0);
            let n = grain(key, x, y);
            let sign = (1.0 - v) * 0.8 + 0.2;
            ground + 9.0 * f * (1.0 - v) - depth * v + sign * (stripes * column + noise * n)
        })
    }

    /// A chip's cells are near to skin or not: ridges of dry skin fall into dots, wet ones run together and darken what lies
    /// between them. Where nothing lies on it the chip is calm but for columns that drift and light corners; fine dots
    /// gather beside the finger.
    fn chip(
        self,
        condition: &Condition,
        ink: &[f32],
        field: &Field,
        columns: &[f32],
        (ground, depth, stripes, key): (f32, f32, f32, u64),
    ) -> Vec<u8> {
        let (w, h) = (self.w as f32, self.h as f32);
        let mut wide = ink.to_vec();
        for _ in 0..4 {
            self.blur(&mut wide, 2.0);
        }
        let noise = 5.0 + 7.0 * condition.noise;
        let ragged = 0.15 + 0.5 * condition.grain;
        let black = 20.0 + 0.35 * (112.0 - depth);
        // The whole chip is darker under some hands than under others.
        let ground = ground - 34.0 * num::hash_unit(key, 1, 2);
        let shade = 0.5 + num::hash_unit(key, 3, 4);
        self.paint(ink, field, |x, y, v, f| {
            let (fx, fy) = (x as f32, y as f32);
            let dots =
                lattice(key ^ 11, fx * 0.36, fy * 0.36) + 0.7 * lattice(key ^ 13, fx * 0.17, fy * 0.17);
            let near = num::smoothstep(0.15, 0.75, v + ragged * dots * 2.0 * v * (1.0 - 0.8 * v));
            let (u, t) = (2.0 * fx / w - 1.0, 2.0 * fy / h - 1.0);
            let column = columns.get(x).copied().unwrap_or(0.0) * stripes
                + 5.0 * lattice(key ^ 17, fx * 0.12, fy * 0.01);
            let calm = 1.0 - 0.8 * near;
            let around = wide.get(y * self.w + x).copied().unwrap_or(0.0);
            // Sweat thrown beside the contact.
            let rim = num::smoothstep(0.002, 0.05, around) * (1.0 - num::smoothstep(0.08, 0.25, around));
            let spat = if rim > 0.0 && num::hash_unit(key ^ 19, x as i32, y as i32) > 0.9 {
                30.0 * rim
            } else {
                0.0
            };
            let light = ground + 10.0 * shade * (u * u + t * t) + calm * (9.0 * f + 1.1 * column)
                - 26.0 * num::smoothstep(0.05, 0.7, around);
            num::mix(light, black, near) - spat + noise * grain(key, x, y) * calm
        })
    }

    fn sweep(self, dice: &mut Dice, condition: &Condition, mut ink: Vec<f32>) -> Vec<u8> {
        let (w, h) = (self.w, self.h);
        // What follows is how training patches have it.
        if condition.ground > 0.0 {
            return sweep::render(dice, condition, &ink, w);
        }
        // The line sensor differentiates: sharpened twice over a wide neighbourhood, halos at the finger's edge.
        let mut wide = ink.clone();
        for _ in 0..5 {
            self.blur(&mut wide, 2.0);
        }
        // The finger drifts sideways while it is drawn over the line; slices of eight rows are put together.
        let drift = Field::new(dice, [0.0, 0.0, h as f32, 1.0], 90.0, 9.0);
        let wobble: Vec<f32> = (0..h / 8 + 1).map(|_| dice.normal(0.0, 0.35)).collect();
        let left = dice.range(0.0, 22.0);
        let right = w as f32 - dice.range(0.0, 22.0);
        let field = Field::new(dice, self.area(), 60.0, 1.0);
        let key = dice.bits();
        let ground = dice.range(95.0, 130.0);
        let gain = dice.range(330.0, 480.0);
        let noise = 22.0 * condition.noise;
        for (v, around) in ink.iter_mut().zip(&wide) {
            // The ink value becomes the signed contrast; `wide` keeps how near the finger is.
            *v = (around * 1.08 - *v) * num::smoothstep(0.02, 0.25, *around);
        }
        let rows: Vec<f32> = (0..h).map(|_| dice.normal(0.0, 1.0)).collect();
        self.paint(&ink, &field, |x, y, v, f| {
            let shift = drift.at(y as f32, 0.0);
            let inside = x as f32 > left + shift && (x as f32) < right + shift;
            if !inside {
                return 110.0;
            }
            let near = wide.get(y * w + x).copied().unwrap_or(0.0);
            let slice = wobble.get(y / 8).copied().unwrap_or(0.0);
            let calm = 1.0 - num::smoothstep(0.0, 0.3, near);
            let lines = rows.get(y).copied().unwrap_or(0.0);
            let halo = 130.0 * num::smoothstep(0.005, 0.06, near) * calm * (1.0 + 0.5 * f);
            ground
                + halo
                + gain * v
                + calm * (5.0 * lines + 3.0 * slice - 14.0 * f.abs())
                + noise * grain(key, x, y) * (0.3 + calm)
        })
    }

    fn card(self, dice: &mut Dice, condition: &Condition, ink: Vec<f32>) -> Vec<u8> {
        let field = Field::new(dice, self.area(), 45.0, 1.0);
        let (paper, black) = (dice.range(205.0, 245.0), dice.range(25.0, 80.0));
        let key = dice.bits();
        let noise = 22.0 * condition.noise;
        self.paint(&ink, &field, |x, y, v, f| {
            let (fx, fy) = (x as f32, y as f32);
            // Paper takes ink by its fibres.
            let fibre = lattice(key ^ 3, fx * 0.4, fy * 0.4) + 0.6 * lattice(key ^ 5, fx * 0.9, fy * 0.9);
            let taken = (v * (1.0 + 0.22 * f) + 0.14 * fibre * v * (1.6 - v)).clamp(0.0, 1.0);
            paper + 3.0 * fibre + 2.0 * f - (paper - black) * taken + noise * grain(key, x, y) * 0.5
        })
    }
}

/// Noise of one pixel, about -1..1, triangular.
#[inline]
fn grain(key: u64, x: usize, y: usize) -> f32 {
    num::hash_unit(key, x as i32, y as i32) + num::hash_unit(key ^ 0x55, x as i32, y as i32) - 1.0
}
