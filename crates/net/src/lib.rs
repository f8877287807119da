//! The one small convolutional network that both modalities use, with kernels of our own: from planes of pixels to
//! some numbers for every cell of four by four.
//!
//! `weights` reads the file that `train/` wrote, `layers` applies a convolution, `kernels` is its inner loop,
//! this file says how the layers follow each other. Fingers and eyes differ in how many planes go in, how many
//! numbers come out, and in their weights, which lie in the crates that use them. The same image gives the same bits
//! on every CPU.

mod kernels;
mod layers;
mod tiles;
mod weights;

use kernels::Isa;
use layers::{How, Tensor, convolve};
use std::cell::Cell;
use weights::Layer;
pub use weights::WeightsError;

/// Pixels along a side of a cell of the output.
pub const CELL_PX: usize = 4;
/// Sizes are filled up to multiples of this.
const GRAIN_PX: usize = 8;

/// A network ready to run.
pub struct Network {
    layers: Vec<Layer>,
    inputs: usize,
    outputs: usize,
}

/// What the network says of an image: some numbers, called channels, for each cell of [`CELL_PX`].
pub struct Maps {
    /// Cells across.
    pub w: usize,
    /// Cells down.
    pub h: usize,
    channels: usize,
    /// Row by row; of each cell the channels, filled up to whole blocks.
    v: Vec<f32>,
}

impl Maps {
    fn new(w: usize, h: usize, channels: usize) -> Self {
        Self { w, h, channels, v: vec![0.0; w * h * Self::stride(channels)] }
    }

    /// Maps whose values a rule of column, row and channel gives: for tests of what reads them.
    pub fn from_fn(w: usize, h: usize, channels: usize, rule: impl Fn(usize, usize, usize) -> f32) -> Self {
        let mut out = Self::new(w, h, channels);
        let stride = Self::stride(channels);
        for (i, cell) in out.v.chunks_exact_mut(stride).enumerate() {
            cell.iter_mut().take(channels).enumerate().for_each(|(k, slot)| *slot = rule(i % w, i / w, k));
        }
        out
    }

    /// Values of a cell.
    const fn stride(channels: usize) -> usize {
        channels.div_ceil(kernels::BLOCK) * kernels::BLOCK
    }

    /// All channels of a cell.
    #[inline]
    pub fn cell(&self, x: usize, y: usize) -> &[f32] {
        let at = (y * self.w + x) * Self::stride(self.channels);
        &self.v[at..at + self.channels]
    }

    fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let len = self.w * Self::stride(self.channels);
        &mut self.v[y * len..(y + 1) * len]
    }

    /// One channel, row by row.
    pub fn plane(&self, channel: usize) -> Vec<f32> {
        (0..self.w * self.h).map(|i| self.cell(i % self.w, i / self.w)[channel]).collect()
    }
}

/// Planes of one size that go into the network together.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    /// Pixels across.
    pub w: usize,
    /// Pixels down.
    pub h: usize,
    /// Each `w * h` values, row by row.
    pub planes: &'a [&'a [f32]],
}

impl Network {
    /// Reads and checks weights of a network that takes so many planes and gives so many channels.
    ///
    /// # Errors
    /// [`WeightsError`] says what the bytes lack.
    pub fn read(bytes: &[u8], inputs: usize, outputs: usize) -> Result<Self, WeightsError> {
        Ok(Self { layers: weights::read(bytes, inputs, outputs)?, inputs, outputs })
    }

    /// What the network says of an image. Large images go through in overlapping tiles, with the same values. An image
    /// whose planes do not fit gives no cells.
    pub fn maps(&self, image: Image<'_>) -> Maps {
        let fits =
            image.planes.len() == self.inputs && image.planes.iter().all(|p| p.len() == image.w * image.h);
        debug_assert!(fits, "planes that do not fit the network");
        if !fits {
            return Maps::new(0, 0, self.outputs);
        }
        tiles::run(image, self.outputs, tiles::CORE_PX, |tile| self.forward(Isa::best(), tile))
    }

    /// The layers, one after the other, over an image whose sides are multiples of [`GRAIN_PX`] and which has a
    /// border.
    fn forward(&self, isa: Isa, image: &Tensor) -> Tensor {
        let mut run = Run { isa, layers: self.layers.iter(), free: SPARE.take() };
        let half = How { stride: 2, ..How::PLAIN };
        let stem = run.apply(image, half, 1);
        let quarter = run.apply(&stem, half, 1);
        run.done(stem);
        let inner = run.apply(&quarter, How::PLAIN, 1);
        let skip = run.apply(&inner, How { add: Some((&quarter, 0)), ..How::PLAIN }, 1);
        run.done(quarter);
        run.done(inner);
        let mut deep = run.apply(&skip, half, 3);
        for dilation in [1, 2, 3, 1] {
            let how = How { dilation, ..How::PLAIN };
            let inner = run.apply(&deep, how, 3);
            let next = run.apply(&inner, How { add: Some((&deep, 0)), ..how }, 3);
            run.done(inner);
            run.done(std::mem::replace(&mut deep, next));
        }
        let up = run.apply(&deep, How { relu: false, ..How::PLAIN }, 0);
        run.done(deep);
        let sum = run.apply(&skip, How { add: Some((&up, 1)), ..How::PLAIN }, 1);
        run.done(skip);
        run.done(up);
        let inner = run.apply(&sum, How::PLAIN, 1);
        let last = run.apply(&inner, How { add: Some((&sum, 0)), ..How::PLAIN }, 0);
        run.done(inner);
        run.done(sum);
        let hidden = run.apply(&last, How::PLAIN, 0);
        run.done(last);
        let head = run.apply(&hidden, How { relu: false, ..How::PLAIN }, 0);
        run.done(hidden);
        run.keep();
        debug_assert_eq!((head.w, head.h), (image.w / CELL_PX, image.h / CELL_PX));
        head
    }
}

/// Most memory that a thread keeps from one image to the next: what a single finger's image takes.
const MAX_SPARE_BYTES: usize = 32 << 20;

thread_local! {
    /// Memory for the next image's activations. What is in it is never read: every tensor is written first.
    static SPARE: Cell<Vec<Vec<f32>>> = const { Cell::new(Vec::new()) };
}

/// The layers still to come, and memory that earlier ones are done with: fresh memory costs as much as a small
/// layer.
struct Run<'a> {
    isa: Isa,
    layers: std::slice::Iter<'a, Layer>,
    free: Vec<Vec<f32>>,
}

impl Run<'_> {
    /// The next layer over `input`; the result gets a border for those that read it.
    fn apply(&mut self, input: &Tensor, how: How, border: usize) -> Tensor {
        // `weights::read` gives all layers; an empty tensor stands for a missing one rather than a panic.
        let Some(layer) = self.layers.next() else { return Tensor::new(0, 0, 0, 0) };
        let (w, h) = (input.w / how.stride, input.h / how.stride);
        let mut out = Tensor::reuse(w, h, layer.outputs, border, &mut self.free);
        convolve(self.isa, layer, input, how, &mut out);
        out
    }

    fn done(&mut self, tensor: Tensor) {
        self.free.push(tensor.into_memory());
    }

    /// Leaves the memory to the thread's next image, as far as it may be kept.
    fn keep(mut self) {
        let mut left = MAX_SPARE_BYTES;
        self.free.retain(|memory| {
            let bytes = memory.capacity() * size_of::<f32>();
            let fits = bytes <= left;
            left -= if fits { bytes } else { 0 };
            fits
        });
        SPARE.set(self.free);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUTS: usize = 26;

    fn planes(w: usize, h: usize, count: usize) -> Vec<Vec<f32>> {
        let value = |i: usize, k: usize| {
            let (x, y) = (i % w, i / w);
            ((x * x + (31 + k) * y + x * y) % 97) as f32 / 48.0 - 1.0
        };
        (0..count).map(|k| (0..w * h).map(|i| value(i, k)).collect()).collect()
    }

    fn run(network: &Network, (w, h): (usize, usize), core_px: usize, isa: Isa) -> Maps {
        let planes = planes(w, h, network.inputs);
        let planes: Vec<&[f32]> = planes.iter().map(Vec::as_slice).collect();
        tiles::run(Image { w, h, planes: &planes }, OUTPUTS, core_px, |tile| network.forward(isa, tile))
    }

    fn bits(maps: &Maps) -> Vec<u32> {
        maps.v.iter().map(|v| v.to_bits()).collect()
    }

    #[test]
    fn all_cpus_see_the_same() {
        for inputs in [1, 2] {
            let network = Network::read(&weights::random(3, inputs, OUTPUTS), inputs, OUTPUTS).unwrap();
            for size in [(1, 1), (37, 22), (64, 8)] {
                let want = bits(&run(&network, size, tiles::CORE_PX, Isa::Scalar));
                assert!(want.iter().any(|v| *v != 0));
                for isa in Isa::available() {
                    assert!(bits(&run(&network, size, tiles::CORE_PX, isa)) == want, "{isa:?} {size:?}");
                }
            }
        }
    }

    #[test]
    fn tiles_change_nothing() {
        let network = Network::read(&weights::random(3, 2, OUTPUTS), 2, OUTPUTS).unwrap();
        let whole = run(&network, (421, 365), tiles::CORE_PX, Isa::best());
        let tiled = run(&network, (421, 365), 64, Isa::best());
        assert_eq!((tiled.w, tiled.h), (106, 92));
        assert!(bits(&whole) == bits(&tiled));
    }
}
