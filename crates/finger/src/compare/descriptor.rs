//! What surrounds a minutia, as a vector that does not depend on where the print lies or how it is turned.
//!
//! A grid over a disc, turned to the minutia's direction, and six sections of direction: each neighbour adds a
//! Gaussian in place and direction, saturated (after the Minutia Cylinder-Code of Cappelli, Ferrara and Maltoni,
//! 2010). A projection learned on synthetic people turns the 672 values into 64.

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
    /// Direction in 256ths of a turn.
    pub(crate) turn: u8,
    pub(crate) weight: f32,
}

/// The sections of a cell, filled up so that one register holds them.
const WIDE: usize = 8;
/// Sums of all cells, and of one that stands for all places outside the disc.
type Sums = [[f32; WIDE]; CELLS + 1];

/// The raw descriptor of point `at`.
#[inline(always)]
pub(crate) fn raw(points: &[Point], at: usize, known: &Known) -> [f32; RAW_LEN] {
    let tables = tables();
    let centre = points[at];
    let mut sums: Sums = [[0.0; WIDE]; CELLS + 1];
    for (i, p) in points.iter().enumerate() {
        let (dx, dy) = (p.x - centre.x, p.y - centre.y);
        let d2 = dx * dx + dy * dy;
        if i == at || d2 > (RADIUS_PX + REACH_PX) * (RADIUS_PX + REACH_PX) {
            continue;
        }
        // Into the frame of the centre.
        let u = dx * centre.c + dy * centre.s;
        let v = dy * centre.c - dx * centre.s;
        let mut angular = tables.turns[usize::from(p.turn.wrapping_sub(centre.turn))];
        angular.iter_mut().for_each(|a| *a *= p.weight);
        let (columns, rows) = (reached(u), reached(v));
        let mut across = [0.0f32; GRID];
        for column in columns.clone() {
            across[column] = tables.gauss(u - cell_at(column));
        }
        for row in rows {
            let along = tables.gauss(v - cell_at(row));
            for column in columns.clone() {
                let g = across[column] * along;
                let Some(sum) = sums.get_mut(usize::from(tables.at[row][column])) else { continue };
                for k in 0..WIDE {
                    sum[k] += g * angular[k];
                }
            }
        }
    }
    finish(&mut sums, &centre, known, tables)
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
#[inline(always)]
fn finish(sums: &mut Sums, centre: &Point, known: &Known, tables: &Tables) -> [f32; RAW_LEN] {
    let (mut x, mut y) = ([0.0f32; CELLS], [0.0f32; CELLS]);
    for cell in 0..CELLS {
        let (u, v) = tables.cells[cell];
        x[cell] = centre.x + u * centre.c - v * centre.s;
        y[cell] = centre.y + u * centre.s + v * centre.c;
    }
    let seen = known.near(&x, &y).map(|seen| if seen { 1.0f32 } else { 0.0 });
    let (mut total, mut count) = ([0.0f32; WIDE], 0.0f32);
    for (values, seen) in sums.iter_mut().zip(&seen) {
        for k in 0..WIDE {
            values[k] = saturated(values[k]);
            total[k] += seen * values[k];
        }
        count += seen;
    }
    let total: f32 = total[..SECTIONS].iter().sum();
    let mean = total / (count * SECTIONS as f32).max(1.0);
    let mut out = [0.0f32; RAW_LEN];
    for ((out, values), seen) in out.as_chunks_mut::<SECTIONS>().0.iter_mut().zip(&*sums).zip(&seen) {
        for k in 0..SECTIONS {
            out[k] = seen * (values[k] - mean);
        }
    }
    out
}

/// 1 - exp(-v / SATURATION), v >= 0, to 0.003: with exp(-t) as 1 / (1 + u + u^2 / 2 + u^3 / 6)^16, u = t / 16, which
/// every CPU computes alike.
#[inline(always)]
fn saturated(v: f32) -> f32 {
    let u = v * (1.0 / (16.0 * SATURATION));
    let p = 1.0 + u * (1.0 + u * (0.5 + u * (1.0 / 6.0)));
    let p = p * p;
    let p = p * p;
    let p = p * p;
    1.0 - 1.0 / (p * p)
}

/// The projected descriptor of point `at`, of length 254 before it is rounded to levels. `kernels` compiles this for
/// several CPUs.
#[inline(always)]
pub(crate) fn describe_any(points: &[Point], at: usize, known: &Known) -> [i8; PROJECTED_LEN] {
    project(&raw(points, at, known), projection())
}

#[inline(always)]
fn project(raw: &[f32; RAW_LEN], matrix: &[f32]) -> [i8; PROJECTED_LEN] {
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
    /// Places of the cells inside the disc.
    cells: [(f32, f32); CELLS],
    /// The cell at a row and column; [`CELLS`] outside the disc.
    at: [[u8; GRID]; GRID],
    gauss: Vec<f32>,
    /// For every difference of direction the share of each section.
    turns: [[f32; WIDE]; 256],
}

impl Tables {
    #[inline(always)]
    fn gauss(&self, d: f32) -> f32 {
        self.gauss.get((d.abs() * TABLE_STEPS + 0.5) as usize).copied().unwrap_or(0.0)
    }
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let inside = (0..GRID * GRID)
            .map(|i| (i % GRID, i / GRID))
            .filter(|(c, r)| cell_at(*c).powi(2) + cell_at(*r).powi(2) <= RADIUS_PX * RADIUS_PX);
        let mut at = [[CELLS as u8; GRID]; GRID];
        let mut cells = [(0.0, 0.0); CELLS];
        for ((i, (column, row)), cell) in inside.enumerate().zip(&mut cells) {
            at[row][column] = i as u8;
            *cell = (cell_at(column), cell_at(row));
        }
        let gauss = (0..(REACH_PX * TABLE_STEPS) as usize)
            .map(|i| libm::expf(-(i as f32 / TABLE_STEPS).powi(2) / (2.0 * SIGMA_PX * SIGMA_PX)))
            .collect();
        let turns = core::array::from_fn(|turn| {
            core::array::from_fn(|k| {
                // Steps of 256 * SECTIONS to the turn, so that both are whole.
                let away = (turn * SECTIONS).abs_diff(k * 256);
                let away = away.min(256 * SECTIONS - away.min(256 * SECTIONS));
                let angle = away as f32 * (TAU / (256 * SECTIONS) as f32);
                if k < SECTIONS { libm::expf(-angle * angle / (2.0 * SIGMA_RAD * SIGMA_RAD)) } else { 0.0 }
            })
        });
        Tables { cells, at, gauss, turns }
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
        turn: p.turn.wrapping_add((angle * (256.0 / TAU)).round() as i32 as u8),
        weight: p.weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_matrix_have_the_stated_sizes() {
        let used = tables().at.iter().flatten().filter(|c| usize::from(**c) < CELLS).count();
        assert_eq!(used, CELLS);
        assert_eq!(PROJECTION.len(), 4 * PROJECTED_LEN + RAW_LEN * PROJECTED_LEN);
    }

    #[test]
    fn saturation_is_close_to_the_exponential() {
        for i in 0..400 {
            let v = i as f32 * 0.05;
            assert!((saturated(v) - (1.0 - (-v / SATURATION).exp())).abs() < 0.003, "{v}");
        }
    }

    #[test]
    fn turning_and_moving_the_print_changes_little() {
        let points: Vec<Point> = (0..30u32)
            .map(|i| {
                let turn = (i * 53) as u8;
                let (s, c) = (f32::from(turn) * (TAU / 256.0)).sin_cos();
                Point { x: (i * 37 % 150) as f32, y: (i * 53 % 140) as f32, c, s, turn, weight: 1.0 }
            })
            .collect();
        for angle in [0.4, 1.6, 2.5] {
            let moved: Vec<Point> =
                points.iter().map(|p| turned(&Point { x: p.x + 11.0, y: p.y - 5.0, ..*p }, angle)).collect();
            for at in [3, 11, 20] {
                let a = describe_any(&points, at, &Known::Everywhere);
                let b = describe_any(&moved, at, &Known::Everywhere);
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
