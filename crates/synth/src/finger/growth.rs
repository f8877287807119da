//! Ridges grown from noise by oriented filters that follow the flow.
//!
//! After Cappelli, Erol, Maio and Maltoni, "Synthetic fingerprint-image generation" (ICPR 2000): an image of
//! noise is filtered again and again by Gabor filters that turn with the flow; ridges appear and, where the flow
//! and the period demand one more ridge, minutiae. The grid is scaled to the finger: one ridge period is
//! [`CELLS_PER_PERIOD`] cells on average, so that a child's finger costs no more than an adult's.

use super::kernels::{self, Cell, LANES, Pass};
use crate::{
    dice::Dice,
    num::{self, PI, TAU},
};
use std::sync::OnceLock;

/// Mean ridge period in cells.
pub(crate) const CELLS_PER_PERIOD: f32 = 5.0;
/// Kernel reach in cells.
const REACH: usize = 6;
/// Kernel rows.
const ROWS: usize = 2 * REACH + 1;
/// Floats in a kernel.
const KERNEL: usize = ROWS * LANES;
/// Orientations in the bank.
const TURNS: usize = 64;
/// Periods in the bank, from [`SHORTEST`] to [`LONGEST`] times the mean.
const PERIODS: usize = 16;
const SHORTEST: f32 = 0.72;
const LONGEST: f32 = 1.45;

struct Bank {
    even: Vec<f32>,
    odd: Vec<f32>,
}

/// The filter bank, made once for all fingers.
fn bank() -> &'static Bank {
    static BANK: OnceLock<Bank> = OnceLock::new();
    BANK.get_or_init(|| {
        let mut bank = Bank { even: Vec::new(), odd: Vec::new() };
        for p in 0..PERIODS {
            let period = CELLS_PER_PERIOD * num::mix(SHORTEST, LONGEST, p as f32 / (PERIODS - 1) as f32);
            for t in 0..TURNS {
                let theta = PI * t as f32 / TURNS as f32;
                push_kernel(&mut bank, theta, period);
            }
        }
        bank
    })
}

/// Appends one even and one odd kernel: a Gaussian 0.46 periods across the ridges and 0.52 along them.
fn push_kernel(bank: &mut Bank, theta: f32, period: f32) {
    let (s, c) = num::sin_cos(theta);
    let (across, along) = (0.46 * period, 0.52 * period);
    let mut even = [0.0_f32; KERNEL];
    let mut odd = [0.0_f32; KERNEL];
    let mut gauss = [0.0_f32; KERNEL];
    for r in 0..ROWS {
        for l in 0..ROWS {
            let (x, y) = (l as f32 - REACH as f32, r as f32 - REACH as f32);
            let (n, t) = (-s * x + c * y, c * x + s * y);
            let g = num::exp(-0.5 * (n * n / (across * across) + t * t / (along * along)));
            let (sn, cs) = num::sin_cos(TAU * n / period);
            let at = r * LANES + l;
            gauss[at] = g;
            even[at] = g * cs;
            odd[at] = g * sn;
        }
    }
    // No answer to a constant; the answer to a matching wave of height 1 is 1.
    let dc = even.iter().sum::<f32>() / gauss.iter().sum::<f32>();
    for (e, g) in even.iter_mut().zip(&gauss) {
        *e -= dc * g;
    }
    let (mut power_even, mut power_odd) = (0.0, 0.0);
    for r in 0..ROWS {
        for l in 0..ROWS {
            let (x, y) = (l as f32 - REACH as f32, r as f32 - REACH as f32);
            let (sn, cs) = num::sin_cos(TAU * (-s * x + c * y) / period);
            power_even += even[r * LANES + l] * cs;
            power_odd += odd[r * LANES + l] * sn;
        }
    }
    bank.even.extend(even.iter().map(|e| e / power_even));
    bank.odd.extend(odd.iter().map(|o| o / power_odd));
}

/// The grid a finger is grown on.
#[derive(Debug)]
pub(crate) struct Grid {
    /// Cells across and down.
    pub(crate) size: (usize, usize),
    /// Orientation of each cell, 0 to pi, image axes.
    pub(crate) theta: Vec<f32>,
    /// Period of each cell, in cells.
    pub(crate) period: Vec<f32>,
    /// Whether the cell is grown.
    pub(crate) inside: Vec<bool>,
}

/// The grown pattern: even and odd answers of the last round (cosine and minus sine of the ridge phase, the
/// latter against the normal (-sin theta, cos theta)).
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) even: Vec<f32>,
    pub(crate) odd: Vec<f32>,
}

/// Grows ridges; `rounds` decides how many of the noise's defects survive as minutiae.
pub(crate) fn grow(dice: &mut Dice, grid: &Grid, rounds: usize) -> Pattern {
    let bank = bank();
    let (w, h) = grid.size;
    let stride = w + 2 * LANES;
    let key = dice.bits();
    let mut now = vec![0.0_f32; stride * (h + 2 * REACH)];
    let mut cells: Vec<Cell> = Vec::with_capacity(w * h);
    let mut home: Vec<u32> = Vec::with_capacity(w * h);
    for y in 0..h {
        for x in 0..w {
            let at = y * w + x;
            if !grid.inside[at] {
                continue;
            }
            let turn = turn_of(grid.theta[at]);
            let ratio = grid.period[at] / CELLS_PER_PERIOD;
            let p = ((ratio - SHORTEST) / (LONGEST - SHORTEST) * (PERIODS - 1) as f32 + 0.5)
                .clamp(0.0, (PERIODS - 1) as f32) as usize;
            let to = (y + REACH) * stride + x + LANES;
            let window = y * stride + x + LANES - REACH;
            let kernel = (p * TURNS + turn) * KERNEL;
            cells.push(Cell { window: window as u32, kernel: kernel as u32, to: to as u32 });
            home.push(at as u32);
            now[to] = 0.6 * (2.0 * num::hash_unit(key, x as i32, y as i32) - 1.0);
        }
    }
    let mut next = vec![0.0_f32; now.len()];
    for _ in 0..rounds {
        let pass = Pass { image: &now, stride, rows: ROWS, kernels: &bank.even, cells: &cells };
        kernels::run(&pass, &mut next);
        // A soft clip: small waves grow, full ones stay near 1.
        for value in &mut next {
            let v = 2.6 * *value;
            *value = v / (1.0 + v * v).sqrt();
        }
        std::mem::swap(&mut now, &mut next);
    }
    let mut pattern = Pattern { even: vec![0.0; w * h], odd: vec![0.0; w * h] };
    for (kernels, plane) in [(&bank.even, &mut pattern.even), (&bank.odd, &mut pattern.odd)] {
        kernels::run(&Pass { image: &now, stride, rows: ROWS, kernels, cells: &cells }, &mut next);
        for (cell, at) in cells.iter().zip(&home) {
            plane[*at as usize] = next[cell.to as usize];
        }
    }
    pattern
}

/// The orientation as the bank has it: a multiple of pi / 64, 0 to pi. Grids must hold such values, or the odd
/// answer's sign would be ambiguous beside the seam.
pub(crate) fn quantised(theta: f32) -> f32 {
    PI * turn_of(theta) as f32 / TURNS as f32
}

fn turn_of(theta: f32) -> usize {
    (theta * (TURNS as f32 / PI) + 0.5) as usize % TURNS
}
