//! Smooth random fields on coarse lattices.

use crate::{dice::Dice, num};

/// A random field: normal values on a lattice, quadratic B-spline between, so that it and its slope are smooth.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    x0: f32,
    y0: f32,
    inv_step: f32,
    cols: i32,
    rows: i32,
    nodes: Vec<f32>,
}

impl Field {
    /// A field over the box from (x0, y0) to (x1, y1) whose values change over about `step`, with the given
    /// standard deviation at the nodes (about half of it between them).
    pub(crate) fn new(dice: &mut Dice, area: [f32; 4], step: f32, deviation: f32) -> Self {
        Self::with(area, step, || dice.normal(0.0, deviation))
    }

    /// The same from normals that are drawn several times as fast.
    pub(crate) fn quick(dice: &mut Dice, area: [f32; 4], step: f32, deviation: f32) -> Self {
        Self::with(area, step, || dice.quick(0.0, deviation))
    }

    fn with(area: [f32; 4], step: f32, node: impl FnMut() -> f32) -> Self {
        let [x0, y0, x1, y1] = area;
        let cols = ((x1 - x0) / step).ceil().clamp(1.0, 4096.0) as i32 + 3;
        let rows = ((y1 - y0) / step).ceil().clamp(1.0, 4096.0) as i32 + 3;
        let nodes = std::iter::repeat_with(node).take((cols * rows) as usize).collect();
        Self { x0: x0 - step, y0: y0 - step, inv_step: 1.0 / step, cols, rows, nodes }
    }

    /// Three consecutive rows of three nodes and the weights for a point.
    #[inline]
    fn locate(&self, x: f32, y: f32) -> (usize, [f32; 3], [f32; 3]) {
        let u = (x - self.x0) * self.inv_step;
        let v = (y - self.y0) * self.inv_step;
        let cu = num::floor(u + 0.5).clamp(1.0, (self.cols - 2) as f32);
        let cv = num::floor(v + 0.5).clamp(1.0, (self.rows - 2) as f32);
        let weights = |t: f32| {
            let t = t.clamp(-0.5, 0.5);
            [0.5 * (0.5 - t) * (0.5 - t), 0.75 - t * t, 0.5 * (0.5 + t) * (0.5 + t)]
        };
        let at = (cv as i32 - 1) * self.cols + cu as i32 - 1;
        (at as usize, weights(u - cu), weights(v - cv))
    }

    /// The value at a point; beyond the box the edge goes on.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let (at, wu, wv) = self.locate(x, y);
        let cols = self.cols as usize;
        let mut sum = 0.0;
        for (j, w) in wv.iter().enumerate() {
            let start = at + j * cols;
            if let Some([a, b, c]) = self.nodes.get(start..start + 3) {
                sum += w * (wu[0] * a + wu[1] * b + wu[2] * c);
            }
        }
        sum
    }

    /// Values along a row: `out[i]` is the value at (x + i dx, y).
    pub(crate) fn row(&self, x: f32, dx: f32, y: f32, out: &mut [f32]) {
        let (at, _, wv) = self.locate(x, y);
        let cols = self.cols as usize;
        let base = at / cols * cols;
        // The blended lattice row is made once, then walked.
        let mut line = vec![0.0; cols];
        for (j, w) in wv.iter().enumerate() {
            if let Some(nodes) = self.nodes.get(base + j * cols..base + (j + 1) * cols) {
                for (slot, node) in line.iter_mut().zip(nodes) {
                    *slot += w * node;
                }
            }
        }
        // Around each node the spline is one parabola.
        let pieces: Vec<[f32; 3]> = (0..cols)
            .map(|k| {
                let node = |k: usize| line.get(k).copied().unwrap_or(0.0);
                let (a, b, c) = (node(k.saturating_sub(1)), node(k), node(k + 1));
                [0.125 * (a + c) + 0.75 * b, 0.5 * (c - a), 0.5 * (a + c) - b]
            })
            .collect();
        let (u0, du) = ((x - self.x0) * self.inv_step, dx * self.inv_step);
        let last = (self.cols - 2) as f32;
        for (i, slot) in out.iter_mut().enumerate() {
            let u = u0 + du * i as f32;
            let cu = num::floor(u + 0.5).clamp(1.0, last);
            let t = (u - cu).clamp(-0.5, 0.5);
            if let Some([c0, c1, c2]) = pieces.get(cu as usize) {
                *slot = c0 + t * (c1 + t * c2);
            }
        }
    }

    /// Values on a grid, row by row: `out[i]` belongs to column i % columns. As [`Field::at`] but for the last bits.
    #[inline(always)]
    pub(crate) fn grid(&self, grid: &Grid, out: &mut [f32]) {
        let columns: Vec<(usize, [f32; 3])> = (0..grid.columns)
            .map(|i| {
                let (at, weights, _) = self.locate(grid.x + grid.step * i as f32, 0.0);
                (at % self.cols as usize, weights)
            })
            .collect();
        let cols = self.cols as usize;
        let mut line = vec![0.0; cols];
        for (j, out) in out.chunks_exact_mut(grid.columns.max(1)).enumerate() {
            let (at, _, [a, b, c]) = self.locate(0.0, grid.y + grid.step * j as f32);
            let nodes = at / cols * cols;
            let Some(nodes) = self.nodes.get(nodes..nodes + 3 * cols) else { continue };
            let (first, rest) = nodes.split_at(cols);
            let (second, third) = rest.split_at(cols);
            for (slot, ((p, q), r)) in line.iter_mut().zip(first.iter().zip(second).zip(third)) {
                *slot = a * p + b * q + c * r;
            }
            for (slot, (at, w)) in out.iter_mut().zip(&columns) {
                if let Some([p, q, r]) = line.get(*at..at + 3) {
                    *slot = w[0] * p + w[1] * q + w[2] * r;
                }
            }
        }
    }
}

/// Points of a square grid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    /// The first point.
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Distance of neighbours, both ways.
    pub(crate) step: f32,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

impl Grid {
    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.columns * self.rows
    }
}

/// Lattice noise without storage: uniform -1..1 at integers, smooth between.
#[inline]
pub(crate) fn lattice(key: u64, x: f32, y: f32) -> f32 {
    let (fx, fy) = (num::floor(x), num::floor(y));
    let (ix, iy) = (fx as i32, fy as i32);
    let (tx, ty) = (x - fx, y - fy);
    let (sx, sy) = (tx * tx * (3.0 - 2.0 * tx), ty * ty * (3.0 - 2.0 * ty));
    let at = |dx: i32, dy: i32| num::hash_unit(key, ix.wrapping_add(dx), iy.wrapping_add(dy));
    let top = num::mix(at(0, 0), at(1, 0), sx);
    let bottom = num::mix(at(0, 1), at(1, 1), sx);
    num::mix(top, bottom, sy) * 2.0 - 1.0
}

/// Cells a side of a [`Tile`]; a power of two.
const TILE: usize = 64;

/// Lattice noise that repeats after 64 cells: its nodes are drawn once, so a value costs four loads.
#[derive(Debug, Clone)]
pub(crate) struct Tile(Vec<f32>);

impl Tile {
    /// The tile that belongs to a key.
    pub(crate) fn new(key: u64) -> Self {
        let node = |i: usize| num::hash_unit(key, (i % TILE) as i32, (i / TILE) as i32) * 2.0 - 1.0;
        Self((0..TILE * TILE).map(node).collect())
    }

    /// A value in -1..1 at a point in cells, smooth between the whole numbers.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        const WRAP: usize = TILE - 1;
        let ((ix, tx), (iy, ty)) = (num::split(x), num::split(y));
        let (sx, sy) = (tx * tx * (3.0 - 2.0 * tx), ty * ty * (3.0 - 2.0 * ty));
        let (ix, iy) = (ix as usize & WRAP, iy as usize & WRAP);
        let (jx, jy) = ((ix + 1) & WRAP, (iy + 1) & WRAP);
        let node = |x: usize, y: usize| self.0.get(y * TILE + x).copied().unwrap_or(0.0);
        num::mix(num::mix(node(ix, iy), node(jx, iy), sx), num::mix(node(ix, jy), node(jx, jy), sx), sy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_its_lattice_until_it_repeats() {
        let tile = Tile::new(9);
        for (x, y) in [(0.25, 3.5), (17.75, 40.125), (62.5, 1.0)] {
            assert!((tile.at(x, y) - lattice(9, x, y)).abs() < 1e-6, "{x} {y}");
            assert!((tile.at(x - 64.0, y + 128.0) - tile.at(x, y)).abs() < 1e-6, "{x} {y}");
        }
    }

    #[test]
    fn a_grid_is_what_its_points_are() {
        let field =
            Field::quick(&mut Dice::new(1, "noise-test", 0, 0), [-50.0, -40.0, 60.0, 30.0], 13.0, 1.0);
        let grid = Grid { x: -65.0, y: -55.0, step: 7.5, columns: 19, rows: 16 };
        let mut values = vec![0.0; grid.len()];
        field.grid(&grid, &mut values);
        for (i, v) in values.iter().enumerate() {
            let (x, y) = (grid.x + 7.5 * (i % 19) as f32, grid.y + 7.5 * (i / 19) as f32);
            assert!((v - field.at(x, y)).abs() < 1e-5, "{x} {y}: {v}");
        }
    }

    #[test]
    fn a_row_is_what_its_points_are() {
        let field = Field::new(&mut Dice::new(1, "noise-test", 0, 0), [-50.0, -40.0, 60.0, 30.0], 13.0, 1.0);
        let mut row = [0.0; 140];
        for y in [-60.0, -12.5, 7.0, 44.0] {
            field.row(-65.0, 1.0, y, &mut row);
            for (i, v) in row.iter().enumerate() {
                let want = field.at(-65.0 + i as f32, y);
                assert!((v - want).abs() < 1e-4, "{i} {y}: {v} {want}");
            }
        }
    }
}
