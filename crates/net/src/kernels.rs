//! The network's one inner loop: a row of convolution outputs.
//!
//! Every output channel is one chain of fused multiply-adds that starts at the bias and runs over rows, columns
//! and input channels in that order; vectors only put several chains side by side, so all versions agree bit for
//! bit.
//!
//! On paper: 16 products an instruction and two instructions a cycle make 32 a cycle. A tile keeps up to 24 sums
//! in registers (pixels x vectors of channels), so that 24 multiply-adds need at most 16 loads, of which a CPU
//! does two a cycle as well: the multipliers are the limit. 9,468 products a pixel are then 296 cycles a pixel.
#![allow(unsafe_code)]

/// Channels of one block of weights: the lanes of the widest vector.
pub(super) const BLOCK: usize = 16;

/// Which version computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Isa {
    /// Fused multiply-adds one by one.
    Scalar,
    /// Eight lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Sixteen lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Isa {
    /// All that this CPU can do, the fastest last.
    pub(super) fn available() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        {
            let mut all = vec![Self::Scalar];
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                all.push(Self::Avx2);
            }
            if is_x86_feature_detected!("avx512f") {
                all.push(Self::Avx512);
            }
            all
        }
        #[cfg(not(target_arch = "x86_64"))]
        vec![Self::Scalar]
    }

    /// The fastest that this CPU can do.
    pub(super) fn best() -> Self {
        Self::available().pop().unwrap_or(Self::Scalar)
    }
}

/// What is added to a row before the threshold: channels of the same count, each pixel used `1 << shift` times.
#[derive(Clone, Copy)]
pub(super) struct Addend<'a> {
    pub(super) row: &'a [f32],
    pub(super) shift: u32,
}

/// One row of outputs.
pub(super) struct Row<'a> {
    /// Inputs from the first tap of the first output on.
    pub(super) input: &'a [f32],
    /// Inputs from one output pixel to the next.
    pub(super) step: usize,
    /// Where each run of inputs begins, relative to its output pixel's first tap; ascending.
    pub(super) taps: &'a [usize],
    /// Length of a run.
    pub(super) run: usize,
    /// Block by block: tap, place in the run, channel.
    pub(super) weights: &'a [f32],
    /// One a channel; its length is the number of output channels, whole blocks.
    pub(super) bias: &'a [f32],
    pub(super) add: Option<Addend<'a>>,
    /// Whether negative sums become zero.
    pub(super) relu: bool,
}

/// Fills `out`: pixels of `row.bias.len()` channels. Does nothing where the lengths do not fit.
pub(super) fn row(isa: Isa, row: &Row, out: &mut [f32]) {
    let channels = row.bias.len();
    let blocks = channels / BLOCK;
    let pixels = out.len().checked_div(channels).unwrap_or(0);
    let block_len = row.taps.len() * row.run * BLOCK;
    // Where the last pixel's last run ends.
    let reach = pixels.saturating_sub(1) * row.step + row.taps.last().copied().unwrap_or(0) + row.run;
    let added =
        row.add.is_none_or(|a| a.shift < 8 && a.row.len() >= pixels.div_ceil(1 << a.shift) * channels);
    let fits = channels == blocks * BLOCK
        && out.len() == pixels * channels
        && row.weights.len() == blocks * block_len
        && row.taps.is_sorted()
        && row.input.len() >= reach
        && added;
    debug_assert!(fits, "a row of the network does not fit its buffers");
    if !fits {
        return;
    }
    // Vectors per tile, so that sums and operands fill the registers.
    match isa {
        Isa::Scalar => scalar(row, out, 0, pixels, 0, blocks),
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => {
            for block in 0..blocks {
                // SAFETY: the features were seen (`Isa::available`), and the lengths checked above.
                unsafe { avx2(row, out, pixels, block) };
            }
        }
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => {
            let mut block = 0;
            while block < blocks {
                // SAFETY: the feature was seen (`Isa::available`), the lengths were checked above, and each call
                // takes no more blocks than are left.
                block += unsafe {
                    match blocks - block {
                        1 => avx512::<1, 8>(row, out, pixels, block),
                        2 => avx512::<2, 8>(row, out, pixels, block),
                        3 if tile(pixels, 8) == 7 => avx512::<3, 7>(row, out, pixels, block),
                        3 => avx512::<3, 8>(row, out, pixels, block),
                        _ if tile(pixels, 6) == 5 => avx512::<4, 5>(row, out, pixels, block),
                        _ => avx512::<4, 6>(row, out, pixels, block),
                    }
                };
            }
        }
    }
}

/// Pixels of a tile, `most` or one less: what computes fewer pixels twice.
#[cfg(target_arch = "x86_64")]
fn tile(pixels: usize, most: usize) -> usize {
    let computed = |tile: usize| pixels.div_ceil(tile) * tile;
    if computed(most - 1) < computed(most) { most - 1 } else { most }
}

/// The reference.
fn scalar(row: &Row, out: &mut [f32], from: usize, to: usize, first: usize, last: usize) {
    let channels = row.bias.len();
    let block_len = row.taps.len() * row.run * BLOCK;
    for x in from..to {
        for block in first..last {
            let at = block * BLOCK;
            let mut sums = [0.0f32; BLOCK];
            sums.copy_from_slice(&row.bias[at..at + BLOCK]);
            let mut weights = row.weights[block * block_len..(block + 1) * block_len].chunks_exact(BLOCK);
            for tap in row.taps {
                let start = x * row.step + tap;
                for (v, w) in row.input[start..start + row.run].iter().zip(&mut weights) {
                    sums.iter_mut().zip(w).for_each(|(s, w)| *s = v.mul_add(*w, *s));
                }
            }
            if let Some(add) = row.add {
                let from = (x >> add.shift) * channels + at;
                sums.iter_mut().zip(&add.row[from..]).for_each(|(s, a)| *s += a);
            }
            if row.relu {
                sums.iter_mut().for_each(|s| *s = if *s > 0.0 { *s } else { 0.0 });
            }
            out[x * channels + at..x * channels + at + BLOCK].copy_from_slice(&sums);
        }
    }
}

/// `V` blocks of channels from `block` on, `P` pixels at a time; gives `V`.
///
/// # Safety
/// The CPU has AVX-512F, `block + V` blocks exist, and the lengths are as [`row`] checks them for `pixels`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn avx512<const V: usize, const P: usize>(
    row: &Row,
    out: &mut [f32],
    pixels: usize,
    block: usize,
) -> usize {
    use std::arch::x86_64::{
        _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_max_ps, _mm512_set1_ps, _mm512_setzero_ps,
        _mm512_storeu_ps,
    };
    let channels = row.bias.len();
    let block_len = row.taps.len() * row.run * BLOCK;
    let mut x = 0;
    while x < pixels {
        // The last tile begins earlier and computes some pixels twice: the same values.
        let x0 = if pixels < P { 0 } else { x.min(pixels - P) };
        let here = P.min(pixels);
        // SAFETY: pixel `x0 + p` is at most `pixels - 1`, so every load of inputs ends before `reach`; weights,
        // bias, addend and outputs have a whole block for each of the `V` blocks at each such pixel.
        unsafe {
            let mut sums = [[_mm512_setzero_ps(); V]; P];
            for v in 0..V {
                let bias = _mm512_loadu_ps(row.bias.as_ptr().add((block + v) * BLOCK));
                for sum in &mut sums {
                    sum[v] = bias;
                }
            }
            let mut weights = row.weights.as_ptr().add(block * block_len);
            let base = row.input.as_ptr().add(x0 * row.step);
            let steps: [usize; P] = std::array::from_fn(|p| p.min(here - 1) * row.step);
            for tap in row.taps {
                let input = base.add(*tap);
                for i in 0..row.run {
                    let w: [_; V] = std::array::from_fn(|v| _mm512_loadu_ps(weights.add(v * block_len)));
                    for p in 0..P {
                        let value = _mm512_set1_ps(*input.add(steps[p] + i));
                        for v in 0..V {
                            sums[p][v] = _mm512_fmadd_ps(value, w[v], sums[p][v]);
                        }
                    }
                    weights = weights.add(BLOCK);
                }
            }
            for (p, sum) in sums.iter_mut().enumerate().take(here) {
                for (v, sum) in sum.iter_mut().enumerate() {
                    let at = (block + v) * BLOCK;
                    if let Some(add) = row.add {
                        let from = add.row.as_ptr().add(((x0 + p) >> add.shift) * channels + at);
                        *sum = _mm512_add_ps(*sum, _mm512_loadu_ps(from));
                    }
                    if row.relu {
                        *sum = _mm512_max_ps(*sum, _mm512_setzero_ps());
                    }
                    _mm512_storeu_ps(out.as_mut_ptr().add((x0 + p) * channels + at), *sum);
                }
            }
        }
        x += P;
    }
    V
}

/// One block of channels, six pixels at a time.
///
/// # Safety
/// The CPU has AVX2 and FMA, the block exists, and the lengths are as [`row`] checks them for `pixels`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(row: &Row, out: &mut [f32], pixels: usize, block: usize) {
    use std::arch::x86_64::{
        _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_max_ps, _mm256_set1_ps, _mm256_setzero_ps,
        _mm256_storeu_ps,
    };
    const V: usize = 2;
    const P: usize = 6;
    const LANES: usize = 8;
    let channels = row.bias.len();
    let block_len = row.taps.len() * row.run * BLOCK;
    let mut x = 0;
    while x < pixels {
        let x0 = if pixels < P { 0 } else { x.min(pixels - P) };
        let here = P.min(pixels);
        // SAFETY: as in `avx512`; a block is two vectors.
        unsafe {
            let mut sums = [[_mm256_setzero_ps(); V]; P];
            for v in 0..V {
                let bias = _mm256_loadu_ps(row.bias.as_ptr().add(block * BLOCK + v * LANES));
                for sum in &mut sums {
                    sum[v] = bias;
                }
            }
            let mut weights = row.weights.as_ptr().add(block * block_len);
            let base = row.input.as_ptr().add(x0 * row.step);
            let steps: [usize; P] = std::array::from_fn(|p| p.min(here - 1) * row.step);
            for tap in row.taps {
                let input = base.add(*tap);
                for i in 0..row.run {
                    let w: [_; V] = std::array::from_fn(|v| _mm256_loadu_ps(weights.add(v * LANES)));
                    for p in 0..P {
                        let value = _mm256_set1_ps(*input.add(steps[p] + i));
                        for v in 0..V {
                            sums[p][v] = _mm256_fmadd_ps(value, w[v], sums[p][v]);
                        }
                    }
                    weights = weights.add(BLOCK);
                }
            }
            for (p, sum) in sums.iter_mut().enumerate().take(here) {
                for (v, sum) in sum.iter_mut().enumerate() {
                    let at = block * BLOCK + v * LANES;
                    if let Some(add) = row.add {
                        let from = add.row.as_ptr().add(((x0 + p) >> add.shift) * channels + at);
                        *sum = _mm256_add_ps(*sum, _mm256_loadu_ps(from));
                    }
                    if row.relu {
                        *sum = _mm256_max_ps(*sum, _mm256_setzero_ps());
                    }
                    _mm256_storeu_ps(out.as_mut_ptr().add((x0 + p) * channels + at), *sum);
                }
            }
        }
        x += P;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(n: usize, salt: u32) -> Vec<f32> {
        (0..n as u32)
            .map(|i| {
                let bits = (i ^ salt).wrapping_mul(2_654_435_761) >> 8;
                bits as f32 / (1 << 23) as f32 - 1.0
            })
            .collect()
    }

    #[test]
    fn versions_agree_bit_for_bit() {
        // Pixels, blocks, taps, run, step.
        let cases: [(usize, usize, &[usize], usize, usize); 8] = [
            (1, 1, &[0, 9, 31], 5, 2),
            (5, 4, &[0, 70, 140], 48, 16),
            (7, 3, &[0, 32, 64, 200], 16, 16),
            (13, 2, &[0], 64, 64),
            (17, 1, &[0, 3], 3, 1),
            (29, 5, &[0, 100], 33, 7),
            (6, 4, &[0, 64, 128], 64, 64),
            (19, 7, &[0, 11], 2, 3),
        ];
        for (pixels, blocks, taps, run, step) in cases {
            let reach = (pixels - 1) * step + taps.last().unwrap() + run;
            let input = ramp(reach, 1);
            let weights = ramp(blocks * taps.len() * run * BLOCK, 2);
            let bias = ramp(blocks * BLOCK, 3);
            let added = ramp(pixels * blocks * BLOCK, 4);
            for (shift, relu) in [(None, false), (Some(0), true), (Some(1), true)] {
                let job = Row {
                    input: &input,
                    step,
                    taps,
                    run,
                    weights: &weights,
                    bias: &bias,
                    add: shift.map(|shift| Addend { row: &added, shift }),
                    relu,
                };
                let mut want = vec![f32::NAN; pixels * blocks * BLOCK];
                row(Isa::Scalar, &job, &mut want);
                assert!(want.iter().all(|v| v.is_finite()));
                for isa in Isa::available() {
                    let mut got = vec![f32::NAN; want.len()];
                    row(isa, &job, &mut got);
                    let same = got.iter().zip(&want).all(|(a, b)| a.to_bits() == b.to_bits());
                    assert!(same, "{isa:?}, {pixels} pixels, {blocks} blocks, {shift:?}");
                }
            }
        }
    }
}
