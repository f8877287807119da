//! Activations with zeroed borders, and one convolution over them.

use super::kernels::{self, Addend, Isa, Row};
use super::weights::Layer;

/// Channels-last values with a border of zeros as wide as the widest kernel that reads them.
pub(super) struct Tensor {
    pub(super) w: usize,
    pub(super) h: usize,
    pub(super) channels: usize,
    border: usize,
    /// At least as long as the above needs.
    v: Vec<f32>,
}

impl Tensor {
    pub(super) fn new(w: usize, h: usize, channels: usize, border: usize) -> Self {
        Self { w, h, channels, border, v: vec![0.0; Self::len(w, h, channels, border)] }
    }

    /// Values of a tensor with its border.
    fn len(w: usize, h: usize, channels: usize, border: usize) -> usize {
        (w + 2 * border) * (h + 2 * border) * channels
    }

    /// As [`Tensor::new`], in the smallest of `free` that is long enough, if one is: only the border is zero, the rest
    /// waits to be written.
    pub(super) fn reuse(
        w: usize,
        h: usize,
        channels: usize,
        border: usize,
        free: &mut Vec<Vec<f32>>,
    ) -> Self {
        let len = Self::len(w, h, channels, border);
        let fitting = free.iter().enumerate().filter(|(_, m)| m.len() >= len);
        let Some((at, _)) = fitting.min_by_key(|(_, m)| m.len()) else {
            return Self::new(w, h, channels, border);
        };
        let mut out = Self { w, h, channels, border, v: free.swap_remove(at) };
        let (stride, rim) = (out.stride(), border * channels);
        let inside = border * stride..(border + h) * stride;
        out.v[..inside.start].fill(0.0);
        out.v[inside.end..len].fill(0.0);
        if rim > 0 {
            for row in out.v[inside].chunks_exact_mut(stride) {
                row[..rim].fill(0.0);
                row[stride - rim..].fill(0.0);
            }
        }
        out
    }

    /// The memory, for another tensor.
    pub(super) fn into_memory(self) -> Vec<f32> {
        self.v
    }

    /// Values from one row to the next.
    fn stride(&self) -> usize {
        (self.w + 2 * self.border) * self.channels
    }

    /// Row `y` without its borders.
    pub(super) fn row(&self, y: usize) -> &[f32] {
        let from = self.row_start(y);
        &self.v[from..from + self.w * self.channels]
    }

    /// Row `y` without its borders.
    pub(super) fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let from = self.row_start(y);
        &mut self.v[from..from + self.w * self.channels]
    }

    fn row_start(&self, y: usize) -> usize {
        (y + self.border) * self.stride() + self.border * self.channels
    }
}

/// How a layer is applied.
#[derive(Clone, Copy)]
pub(super) struct How<'a> {
    pub(super) stride: usize,
    pub(super) dilation: usize,
    /// Added before the threshold, each of its pixels `1 << shift` times along both sides.
    pub(super) add: Option<(&'a Tensor, u32)>,
    pub(super) relu: bool,
}

impl How<'_> {
    /// Stride 1, then the threshold.
    pub(super) const PLAIN: Self = Self { stride: 1, dilation: 1, add: None, relu: true };
}

/// `out` = `layer` over `input`, as large as the input over the stride; the kernel's middle lies on the output's
/// place.
pub(super) fn convolve(isa: Isa, layer: &Layer, input: &Tensor, how: How, out: &mut Tensor) {
    let reach = layer.side / 2 * how.dilation;
    debug_assert!(input.channels == layer.inputs && out.channels == layer.outputs && reach <= input.border);
    let stride = input.stride();
    // Neighbouring columns are one run of memory where the kernel has no holes.
    let (taps, run): (Vec<usize>, usize) = if how.dilation == 1 {
        ((0..layer.side).map(|y| y * stride).collect(), layer.side * layer.inputs)
    } else {
        let tap = |i: usize| (i / layer.side * stride + i % layer.side * layer.inputs) * how.dilation;
        ((0..layer.side * layer.side).map(tap).collect(), layer.inputs)
    };
    for y in 0..out.h {
        let first = input.row_start(y * how.stride) - reach * (stride + layer.inputs);
        let row = Row {
            input: &input.v[first..],
            step: how.stride * layer.inputs,
            taps: &taps,
            run,
            weights: &layer.weights,
            bias: &layer.bias,
            add: how.add.map(|(tensor, shift)| Addend { row: tensor.row(y >> shift), shift }),
            relu: how.relu,
        };
        kernels::row(isa, &row, out.row_mut(y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The textbook's sum, for one output.
    fn direct(layer: &Layer, input: &Tensor, how: How, x: usize, y: usize, channel: usize) -> f32 {
        let half = layer.side as isize / 2;
        let mut sum = f64::from(layer.bias[channel]);
        for ky in 0..layer.side as isize {
            for kx in 0..layer.side as isize {
                let sy = (y * how.stride) as isize + (ky - half) * how.dilation as isize;
                let sx = (x * how.stride) as isize + (kx - half) * how.dilation as isize;
                if sx < 0 || sy < 0 || sx >= input.w as isize || sy >= input.h as isize {
                    continue;
                }
                for i in 0..layer.inputs {
                    let place = (ky * layer.side as isize + kx) as usize;
                    let block = channel / 16 * layer.side * layer.side;
                    let w = layer.weights[((block + place) * layer.inputs + i) * 16 + channel % 16];
                    let v = input.row(sy as usize)[sx as usize * layer.inputs + i];
                    sum += f64::from(w) * f64::from(v);
                }
            }
        }
        sum as f32
    }

    #[test]
    fn a_convolution_is_what_the_textbook_says() {
        let number = |i: usize, salt: usize| ((i * 7919 + salt * 104_729) % 1009) as f32 / 504.5 - 1.0;
        for (inputs, outputs, side, stride, dilation, w, h) in [
            (1, 16, 5, 2, 1, 22, 10),
            (16, 32, 3, 2, 1, 14, 6),
            (32, 48, 3, 1, 3, 9, 5),
            (3, 16, 1, 1, 1, 4, 3),
        ] {
            let layer = Layer {
                inputs,
                outputs,
                side,
                weights: (0..inputs * outputs * side * side).map(|i| number(i, 1)).collect(),
                bias: (0..outputs).map(|i| number(i, 2)).collect(),
            };
            let mut input = Tensor::new(w, h, inputs, 3);
            for y in 0..h {
                input.row_mut(y).iter_mut().enumerate().for_each(|(i, v)| *v = number(i, 3 + y));
            }
            let mut out = Tensor::new(w / stride, h / stride, outputs, 1);
            let how = How { stride, dilation, add: None, relu: false };
            convolve(Isa::best(), &layer, &input, how, &mut out);
            for y in 0..out.h {
                for (i, got) in out.row(y).iter().enumerate() {
                    let want = direct(&layer, &input, how, i / outputs, y, i % outputs);
                    assert!((got - want).abs() < 1e-4, "{side} {stride} {dilation}: {got} {want}");
                }
            }
        }
    }
}
