//! Large images in overlapping tiles: bounded memory, the same values.
//!
//! An output depends on inputs at most 141 pixels away: 2 (stem) + 2 (down1) + 8 (a0) + 4 (down2) + 112 (b0 to b3:
//! 14 cells of 8) + 8 (c0) and the 5 to 8 that its own cell covers. A tile that is wider than its core by
//! [`HALO_PX`] on each side, cut on the 8-pixel grid, therefore gives the same values in its core as the whole
//! image would.

use super::layers::Tensor;
use super::{CELL_PX, GRAIN_PX, Image, Maps};

/// Side of what a tile contributes: 1312 pixels squared of activations take about 190 MB.
pub(super) const CORE_PX: usize = 1024;
/// Ground on each side that a tile sees beyond its core.
const HALO_PX: usize = 144;
/// Zeros around the network's input: the first kernel's reach.
const INPUT_BORDER: usize = 2;

/// Runs `forward` over all tiles of `image` and joins the cores.
pub(super) fn run(
    image: Image<'_>,
    outputs: usize,
    core_px: usize,
    forward: impl Fn(&Tensor) -> Tensor,
) -> Maps {
    let mut out = Maps::new(image.w.div_ceil(CELL_PX), image.h.div_ceil(CELL_PX), outputs);
    for (top, bottom) in spans(image.h, core_px) {
        for (left, right) in spans(image.w, core_px) {
            let (x0, y0) = (left.saturating_sub(HALO_PX), top.saturating_sub(HALO_PX));
            let x1 = (right + HALO_PX).min(image.w);
            let y1 = (bottom + HALO_PX).min(image.h);
            let head = forward(&cut(image, x0, y0, x1, y1));
            let cells = |from: usize, to: usize| from / CELL_PX..to.div_ceil(CELL_PX);
            for y in cells(top, bottom) {
                let (columns, shift) = (cells(left, right), x0 / CELL_PX);
                let source = head.row(y - y0 / CELL_PX);
                let n = head.channels;
                let source = &source[(columns.start - shift) * n..(columns.end - shift) * n];
                out.row_mut(y)[columns.start * n..columns.end * n].copy_from_slice(source);
            }
        }
    }
    out
}

/// Cores of at most `core_px` (a multiple of [`GRAIN_PX`]) that cover `length`; what needs no cut is one.
fn spans(length: usize, core_px: usize) -> Vec<(usize, usize)> {
    if length <= core_px + 2 * HALO_PX {
        return vec![(0, length)];
    }
    (0..length.div_ceil(core_px)).map(|i| (i * core_px, ((i + 1) * core_px).min(length))).collect()
}

/// A part of the image, filled up with zeros to the grain, with the border that the first layer needs.
fn cut(image: Image<'_>, x0: usize, y0: usize, x1: usize, y1: usize) -> Tensor {
    let grain = |n: usize| n.div_ceil(GRAIN_PX) * GRAIN_PX;
    let n = image.planes.len();
    let mut out = Tensor::new(grain(x1 - x0), grain(y1 - y0), n, INPUT_BORDER);
    for y in y0..y1 {
        let to = out.row_mut(y - y0);
        for (k, plane) in image.planes.iter().enumerate() {
            let row = &plane[y * image.w + x0..y * image.w + x1];
            to.iter_mut().skip(k).step_by(n).zip(row).for_each(|(slot, v)| *slot = *v);
        }
    }
    out
}
