//! The learned front-end: one network from the normalised image to minutiae, mask, orientation and ridges.
//!
//! A small convolutional network with our own kernels: [`weights`] reads the file that `train/` wrote,
//! [`layers`] applies a convolution, [`kernels`] is its inner loop, this file says how the layers follow each other,
//! and [`decode`] makes minutiae of what comes out. Trained on synthetic prints alone; `train/README.md` is the
//! model's card.

pub(crate) mod decode;
mod kernels;
mod layers;
mod tiles;
mod weights;

use crate::plane::Plane;
use kernels::Isa;
use layers::{How, Tensor, convolve};
use sha2::{Digest, Sha256};
use std::cell::Cell;
use std::sync::OnceLock;
use weights::Layer;
pub(crate) use weights::WeightsError;

/// Pixels along a side of a cell of the output.
pub(crate) const CELL_PX: usize = 4;
/// Sizes are filled up to multiples of this.
const GRAIN_PX: usize = 8;
/// What the last layer says of a cell.
const HEAD_CHANNELS: usize = 26;

/// Channels of a cell, by name. The log-odds of a bifurcation (5) and the ridge period in tens of pixels (9) are not
/// read: the ridge image tells types better, and nothing needs the period.
pub(crate) mod channel {
    /// Log-odds of a minutia in this cell.
    pub(crate) const HEAT: usize = 0;
    /// Where in the cell it lies: x and y from the cell's middle, in cells.
    pub(crate) const OFFSET: usize = 1;
    /// Cosine and sine of its direction, y up.
    pub(crate) const DIRECTION: usize = 3;
    /// Log-odds of readable ridges.
    pub(crate) const MASK: usize = 6;
    /// Cosine and sine of twice the ridges' orientation, y up.
    pub(crate) const ORIENTATION: usize = 7;
    /// Height of the 16 pixels, row by row: -1 valley to 1 ridge.
    pub(crate) const RIDGES: usize = 10;
}

/// The shipped weights.
static SHIPPED: &[u8] = include_bytes!("weights.bin");

/// SHA-256 of the shipped weights, as in their model card: names the network that made a template.
pub fn weights_sha256() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| Sha256::digest(SHIPPED).iter().map(|b| format!("{b:02x}")).collect()).clone()
}

/// The beginning of [`weights_sha256`], 12 hexadecimal digits: the network's name beside templates and searches.
pub fn network_name() -> String {
    let mut name = weights_sha256();
    name.truncate(12);
    name
}

/// The shipped network.
pub(crate) fn shipped() -> Result<&'static Network, WeightsError> {
    static NETWORK: OnceLock<Result<Network, WeightsError>> = OnceLock::new();
    NETWORK.get_or_init(|| Network::read(SHIPPED)).as_ref().map_err(Clone::clone)
}

/// All layers.
pub(crate) struct Network {
    layers: Vec<Layer>,
}

/// What the network says of an image: one value a cell of [`CELL_PX`] and channel.
pub(crate) struct Maps {
    /// Cells across.
    pub(crate) w: usize,
    /// Cells down.
    pub(crate) h: usize,
    /// Row by row, [`Maps::STRIDE`] values a cell.
    v: Vec<f32>,
}

impl Maps {
    /// Values of a cell: the channels, filled up.
    const STRIDE: usize = HEAD_CHANNELS.div_ceil(kernels::BLOCK) * kernels::BLOCK;

    fn new(w: usize, h: usize) -> Self {
        Self { w, h, v: vec![0.0; w * h * Self::STRIDE] }
    }

    /// All channels of a cell.
    #[inline]
    pub(crate) fn cell(&self, x: usize, y: usize) -> &[f32] {
        let at = (y * self.w + x) * Self::STRIDE;
        &self.v[at..at + HEAD_CHANNELS]
    }

    fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let len = self.w * Self::STRIDE;
        &mut self.v[y * len..(y + 1) * len]
    }

    /// One channel.
    pub(crate) fn plane(&self, channel: usize) -> Plane {
        Plane::from_fn(self.w, self.h, |x, y| self.cell(x, y)[channel])
    }

    /// The ridge image, `w` x `h` pixels: -1 valley to 1 ridge.
    pub(crate) fn ridges(&self, w: usize, h: usize) -> Plane {
        let mut out = Plane::new(w, h);
        for (y, row) in out.v.chunks_exact_mut(w.max(1)).enumerate() {
            let from = channel::RIDGES + y % CELL_PX * CELL_PX;
            for (x, cell) in row.chunks_mut(CELL_PX).enumerate() {
                let heights = &self.cell(x, y / CELL_PX)[from..from + CELL_PX];
                cell.iter_mut().zip(heights).for_each(|(o, v)| *o = *v);
            }
        }
        out
    }
}

impl Network {
    /// Reads and checks weights.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        Ok(Self { layers: weights::read(bytes)? })
    }

    /// What the network says of a normalised image. Large images go through in overlapping tiles, with the same
    /// values.
    pub(crate) fn maps(&self, image: &Plane) -> Maps {
        tiles::run(image, tiles::CORE_PX, |tile| self.forward(Isa::best(), tile))
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

    fn image(w: usize, h: usize) -> Plane {
        Plane::from_fn(w, h, |x, y| ((x * x + 31 * y + x * y) % 97) as f32 / 48.0 - 1.0)
    }

    fn bits(maps: &Maps) -> Vec<u32> {
        maps.v.iter().map(|v| v.to_bits()).collect()
    }

    #[test]
    fn all_cpus_see_the_same() {
        let network = Network::read(&weights::random(3)).unwrap();
        for (w, h) in [(1, 1), (37, 22), (64, 8)] {
            let run = |isa| bits(&tiles::run(&image(w, h), tiles::CORE_PX, |t| network.forward(isa, t)));
            let want = run(Isa::Scalar);
            assert!(want.iter().any(|v| *v != 0));
            for isa in Isa::available() {
                assert!(run(isa) == want, "{isa:?} {w} x {h}");
            }
        }
    }

    #[test]
    fn tiles_change_nothing() {
        let network = Network::read(&weights::random(3)).unwrap();
        let image = image(421, 365);
        let whole = network.maps(&image);
        let tiled = tiles::run(&image, 64, |t| network.forward(Isa::best(), t));
        assert_eq!((tiled.w, tiled.h), (106, 92));
        assert!(bits(&whole) == bits(&tiled));
    }

    #[test]
    fn the_shipped_network_loads() {
        assert!(shipped().is_ok());
        assert_eq!(weights_sha256().len(), 64);
    }

    #[test]
    fn the_kernels_say_what_the_trainer_said() {
        let bytes = include_bytes!("vector.bin");
        let mut words = bytes.chunks_exact(4).map(|b| [b[0], b[1], b[2], b[3]]);
        let mut size = || u32::from_le_bytes(words.next().unwrap()) as usize;
        let (h, w) = (size(), size());
        let values: Vec<f32> = words.map(f32::from_le_bytes).collect();
        let (input, want) = values.split_at(h * w);
        let maps = shipped().unwrap().maps(&Plane { w, h, v: input.to_vec() });
        let cells = maps.w * maps.h;
        assert_eq!(want.len(), HEAD_CHANNELS * cells);
        for (i, want) in want.iter().enumerate() {
            let got = maps.cell(i % cells % maps.w, i % cells / maps.w)[i / cells];
            assert!((got - want).abs() < 1e-3 * (1.0 + want.abs()), "channel {}: {got} {want}", i / cells);
        }
    }
}
