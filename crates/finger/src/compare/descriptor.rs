//! What surrounds a minutia, as a vector that does not depend on where the print lies or how it is turned.
//!
//! A grid over a disc, turned to the minutia's direction, and six sections of direction: each neighbour adds a
//! Gaussian in place and direction, saturated (after the Minutia Cylinder-Code of Cappelli, Ferrara and Maltoni,
//! 2010). A projection learned on synthetic people turns the 672 values into 64.

use super::kernels;
use super::prepared::Known;
use core::f32::consts::TAU;
use std::sync::OnceLock;

/// Values before projection: cells of the disc times sections of direction.
pub const RAW_LEN: usize = CELLS * SECTIONS;
/// Values after projection.
pub const PROJECTED_LEN: usize = 64;

/// Values are multiples of this, [`MAX_LEVEL`] at most: fifteen levels fit four bits, and their noise is a hundredth
/// of the values' variance (deviation 32).
pub(crate) const LEVEL_STEP: i8 = 12;
const MAX_LEVEL: f32 = 7.0;

const CELLS: usize = 112;
const SECTIONS: usize = 6;
const GRID: usize = 12;
const RADIUS_PX: f32 = 75.0;
const CELL_PX: f32 = 2.0 * RADIUS_PX / GRID as f32;
const SIGMA_PX: f32 = 9.5;
const SIGMA_RAD: f32 = 0.6;
const SATURATION: f32 = 0.8;
/// Beyond this a neighbour adds nothing.
const REACH_PX: f32 = 3.0 * SIGMA_PX;
/// Steps of the Gaussian table per pixel.
const TABLE_STEPS: f32 = 8.0;

/// Position (y up), direction as a unit vector, weight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) c: f32,
    pub(crate) s: f32,
    pub(crate) weight: f32,
}

/// The raw descriptor of point `at`.
pub(crate) fn raw(points: &[Point], at: usize, known: &Known) -> [f32; RAW_LEN] {
    let tables = tables();
    let centre = points[at];
    let mut sums = [0.0f32; RAW_LEN];
    for (i, p) in points.iter().enumerate() {
        let (dx, dy) = (p.x - centre.x, p.y - centre.y);
        let d2 = dx * dx + dy * dy;
        if i == at || d2 > (RADIUS_PX + REACH_PX) * (RADIUS_PX + REACH_PX) {
            continue;
        }
        // Into the frame of the centre.
        let u = dx * centre.c + dy * centre.s;
        let v = dy * centre.c - dx * centre.s;
        let (rc, rs) = (p.c * centre.c + p.s * centre.s, p.s * centre.c - p.c * centre.s);
        let turn = libm::atan2f(rs, rc);
        let angular: [f32; SECTIONS] =
            core::array::from_fn(|k| p.weight * tables.turn(turn - k as f32 * (TAU / SECTIONS as f32)));
        let (columns, rows) = (reached(u), reached(v));
        for row in rows {
            let along = tables.gauss(v - cell_at(row));
            for column in columns.clone() {
                let g = tables.gauss(u - cell_at(column)) * along;
                let cell = usize::from(tables.at[row][column]);
                if g > 0.01 && cell < CELLS {
                    for k in 0..SECTIONS {
                        sums[cell * SECTIONS + k] += g * angular[k];
                    }
                }
            }
        }
    }
    finish(&mut sums, &centre, known, tables);
    sums
}

/// Distance of a column or row of the grid from the middle.
#[inline]
fn cell_at(k: usize) -> f32 {
    (k as f32 - (GRID as f32 - 1.0) / 2.0) * CELL_PX
}

/// Columns or rows of the grid that a neighbour at this distance from the middle adds to.
#[inline]
fn reached(d: f32) -> core::ops::Range<usize> {
    let middle = d * (1.0 / CELL_PX) + (GRID as f32 - 1.0) / 2.0;
    let reach = REACH_PX / CELL_PX;
    let from = (middle - reach).max(0.0) as usize;
    let to = ((middle + reach).max(-1.0) + 1.0) as usize;
    from..to.min(GRID)
}

/// Saturates, marks the unknown, takes the mean away.
fn finish(sums: &mut [f32; RAW_LEN], centre: &Point, known: &Known, tables: &Tables) {
    let mut seen = [false; CELLS];
    let (mut total, mut count) = (0.0f32, 0usize);
    for (cell, (column, row)) in tables.cells.iter().enumerate() {
        let (u, v) = (cell_at(*column), cell_at(*row));
        let x = centre.x + u * centre.c - v * centre.s;
        let y = centre.y + u * centre.s + v * centre.c;
        seen[cell] = known.near(x, y);
        for value in &mut sums[cell * SECTIONS..(cell + 1) * SECTIONS] {
            *value = tables.saturated(*value);
            if seen[cell] {
                total += *value;
                count += 1;
            }
        }
    }
    let mean = total / count.max(1) as f32;
    for cell in 0..CELLS {
        for value in &mut sums[cell * SECTIONS..(cell + 1) * SECTIONS] {
            *value = if seen[cell] { *value - mean } else { 0.0 };
        }
    }
}

/// Projected, of length 254 before rounding to levels.
pub(crate) fn project(raw: &[f32; RAW_LEN]) -> [i8; PROJECTED_LEN] {
    kernels::project(raw, projection(), kernels::Level::best())
}

/// [`project`] with the matrix at hand. `kernels` compiles this for several CPUs.
#[inline(always)]
pub(crate) fn project_any(raw: &[f32; RAW_LEN], matrix: &[f32]) -> [i8; PROJECTED_LEN] {
    let mut sums = [0.0f32; PROJECTED_LEN];
    for (value, row) in raw.iter().zip(matrix.chunks_exact(PROJECTED_LEN)) {
        if *value != 0.0 {
            for k in 0..PROJECTED_LEN {
                sums[k] += value * row[k];
            }
        }
    }
    let length = sums.iter().map(|v| v * v).sum::<f32>().sqrt();
    let scale = if length > 1e-9 { 254.0 / length } else { 0.0 };
    sums.map(|v| {
        (v * (scale / f32::from(LEVEL_STEP))).round().clamp(-MAX_LEVEL, MAX_LEVEL) as i8 * LEVEL_STEP
    })
}

/// The learned matrix, [`RAW_LEN`] rows of [`PROJECTED_LEN`]; made by `lab`'s `learn-projection`.
static PROJECTION: &[u8] = include_bytes!("projection.bin");

/// The stored form is one scale (f32) a column, then 8-bit values row by row.
fn projection() -> &'static [f32] {
    static MATRIX: OnceLock<Vec<f32>> = OnceLock::new();
    MATRIX.get_or_init(|| {
        let (scales, values) = PROJECTION.split_at(4 * PROJECTED_LEN);
        let scales: Vec<f32> =
            scales.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        values.iter().enumerate().map(|(i, v)| f32::from(*v as i8) * scales[i % PROJECTED_LEN]).collect()
    })
}

struct Tables {
    /// Column and row of the cells inside the disc.
    cells: Vec<(usize, usize)>,
    /// The cell at a row and column; [`CELLS`] outside the disc.
    at: [[u8; GRID]; GRID],
    gauss: Vec<f32>,
    turn: Vec<f32>,
    saturated: Vec<f32>,
}

/// Steps of the table of turns over half a turn.
const TURN_STEPS: f32 = 256.0;
/// Steps of the saturation table for one; beyond its end everything counts as full.
const SATURATION_STEPS: f32 = 64.0;
const SATURATION_END: f32 = 8.0;

impl Tables {
    #[inline]
    fn gauss(&self, d: f32) -> f32 {
        self.gauss.get((d.abs() * TABLE_STEPS + 0.5) as usize).copied().unwrap_or(0.0)
    }

    /// The share of a section of direction at this angle from it: between -3 and 1 half turns.
    #[inline]
    fn turn(&self, angle: f32) -> f32 {
        let angle = angle.abs();
        let angle = if angle > TAU / 2.0 { (TAU - angle).abs() } else { angle };
        self.turn.get((angle * (2.0 * TURN_STEPS / TAU) + 0.5) as usize).copied().unwrap_or(0.0)
    }

    #[inline]
    fn saturated(&self, v: f32) -> f32 {
        let at = v.max(0.0) * SATURATION_STEPS;
        let k = at as usize;
        match self.saturated.get(k..k + 2) {
            Some([low, high]) => low + (high - low) * (at - k as f32),
            _ => 1.0,
        }
    }
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let cells: Vec<(usize, usize)> = (0..GRID * GRID)
            .map(|i| (i % GRID, i / GRID))
            .filter(|(c, r)| cell_at(*c).powi(2) + cell_at(*r).powi(2) <= RADIUS_PX * RADIUS_PX)
            .collect();
        let mut at = [[CELLS as u8; GRID]; GRID];
        for (i, (column, row)) in cells.iter().enumerate() {
            at[*row][*column] = i as u8;
        }
        let gauss = (0..(REACH_PX * TABLE_STEPS) as usize)
            .map(|i| libm::expf(-(i as f32 / TABLE_STEPS).powi(2) / (2.0 * SIGMA_PX * SIGMA_PX)))
            .collect();
        let turn = (0..=TURN_STEPS as usize + 1)
            .map(|i| {
                libm::expf(-(i as f32 * (TAU / 2.0 / TURN_STEPS)).powi(2) / (2.0 * SIGMA_RAD * SIGMA_RAD))
            })
            .collect();
        let saturated = (0..=(SATURATION_END * SATURATION_STEPS) as usize)
            .map(|i| 1.0 - libm::expf(-(i as f32 / SATURATION_STEPS) / SATURATION))
            .collect();
        Tables { cells, at, gauss, turn, saturated }
    })
}

/// Angle of a unit vector as the descriptor's tests need it.
#[cfg(test)]
fn turned(p: &Point, angle: f32) -> Point {
    let (s, c) = angle.sin_cos();
    Point {
        x: p.x * c - p.y * s,
        y: p.x * s + p.y * c,
        c: p.c * c - p.s * s,
        s: p.s * c + p.c * s,
        weight: p.weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_matrix_have_the_stated_sizes() {
        assert_eq!(tables().cells.len(), CELLS);
        assert_eq!(PROJECTION.len(), 4 * PROJECTED_LEN + RAW_LEN * PROJECTED_LEN);
    }

    #[test]
    fn turning_and_moving_the_print_changes_little() {
        let points: Vec<Point> = (0..30u32)
            .map(|i| {
                let (s, c) = (i as f32 * 1.3).sin_cos();
                Point { x: (i * 37 % 150) as f32, y: (i * 53 % 140) as f32, c, s, weight: 1.0 }
            })
            .collect();
        for angle in [0.4, 1.6, 2.5] {
            let moved: Vec<Point> =
                points.iter().map(|p| turned(&Point { x: p.x + 11.0, y: p.y - 5.0, ..*p }, angle)).collect();
            for at in [3, 11, 20] {
                let a = project(&raw(&points, at, &Known::Everywhere));
                let b = project(&raw(&moved, at, &Known::Everywhere));
                let dot = |a: &[i8], b: &[i8]| -> i32 {
                    a.iter().zip(b).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum()
                };
                let cosine =
                    f64::from(dot(&a, &b)) / (f64::from(dot(&a, &a)) * f64::from(dot(&b, &b))).sqrt();
                assert!(cosine > 0.98, "{cosine}");
            }
        }
    }
}
