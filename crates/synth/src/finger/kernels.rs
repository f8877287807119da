//! The growth filter's inner loop, compiled for several vector widths.
//!
//! Every variant runs the same sixteen sums side by side in the same order, multiplies and adds apart (Rust never
//! fuses them), and adds the sums up in one fixed tree: scalar and vector code give the same bits.
#![allow(unsafe_code)]

/// Kernel row length and number of sums side by side.
pub(super) const LANES: usize = 16;

/// One cell to filter: start of its window in the padded image, of its kernel, and where the answer goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) window: u32,
    pub(super) kernel: u32,
    pub(super) to: u32,
}

/// One pass of the filter bank.
pub(super) struct Pass<'a> {
    pub(super) image: &'a [f32],
    pub(super) stride: usize,
    pub(super) rows: usize,
    pub(super) kernels: &'a [f32],
    pub(super) cells: &'a [Cell],
}

/// Sums of four lanes each, folded in the order that every variant keeps.
#[inline(always)]
fn fold(s: [f32; 4]) -> f32 {
    (s[0] + s[2]) + (s[1] + s[3])
}

/// The window and kernel of a cell, if they lie inside their buffers.
#[inline(always)]
fn pieces<'a>(pass: &Pass<'a>, cell: Cell) -> Option<(&'a [f32], &'a [f32])> {
    let from = cell.kernel as usize;
    let kernel = pass.kernels.get(from..from + pass.rows * LANES)?;
    let start = cell.window as usize;
    let window = pass.image.get(start..start + (pass.rows - 1) * pass.stride + LANES)?;
    Some((window, kernel))
}

/// The plain variant: what the others must equal.
fn run_scalar(pass: &Pass<'_>, out: &mut [f32]) {
    for &cell in pass.cells {
        let Some((window, kernel)) = pieces(pass, cell) else { continue };
        let mut sums = [0.0_f32; LANES];
        for (row, weights) in window.chunks(pass.stride).zip(kernel.chunks_exact(LANES)) {
            for ((s, v), w) in sums.iter_mut().zip(row).zip(weights) {
                *s += v * w;
            }
        }
        let eight: [f32; 8] = std::array::from_fn(|l| sums[l] + sums[l + 8]);
        let four: [f32; 4] = std::array::from_fn(|l| eight[l] + eight[l + 4]);
        if let Some(slot) = out.get_mut(cell.to as usize) {
            *slot = fold(four);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(pass: &Pass<'_>, out: &mut [f32]) {
    use std::arch::x86_64::{
        _mm_add_ps, _mm_storeu_ps, _mm256_add_ps, _mm256_castps256_ps128, _mm256_extractf128_ps,
        _mm256_loadu_ps, _mm256_mul_ps, _mm256_setzero_ps,
    };
    for &cell in pass.cells {
        let Some((window, kernel)) = pieces(pass, cell) else { continue };
        let (mut a, mut b) = (_mm256_setzero_ps(), _mm256_setzero_ps());
        let mut at = 0;
        for weights in kernel.chunks_exact(LANES) {
            // SAFETY: `pieces` made the window long enough for rows x stride, 16 floats each; `weights` has 16.
            unsafe {
                let (row, weights) = (window.as_ptr().add(at), weights.as_ptr());
                a = _mm256_add_ps(a, _mm256_mul_ps(_mm256_loadu_ps(row), _mm256_loadu_ps(weights)));
                b = _mm256_add_ps(
                    b,
                    _mm256_mul_ps(_mm256_loadu_ps(row.add(8)), _mm256_loadu_ps(weights.add(8))),
                );
            }
            at += pass.stride;
        }
        let eight = _mm256_add_ps(a, b);
        let four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let mut sums = [0.0; 4];
        // SAFETY: `sums` has four floats.
        unsafe { _mm_storeu_ps(sums.as_mut_ptr(), four) };
        if let Some(slot) = out.get_mut(cell.to as usize) {
            *slot = fold(sums);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2")]
fn run_avx512(pass: &Pass<'_>, out: &mut [f32]) {
    use std::arch::x86_64::{
        _mm_add_ps, _mm_storeu_ps, _mm256_add_ps, _mm256_castpd_ps, _mm256_castps256_ps128,
        _mm256_extractf128_ps, _mm512_add_ps, _mm512_castps_pd, _mm512_castps512_ps256,
        _mm512_extractf64x4_pd, _mm512_loadu_ps, _mm512_mul_ps, _mm512_setzero_ps,
    };
    for &cell in pass.cells {
        let Some((window, kernel)) = pieces(pass, cell) else { continue };
        let mut sum = _mm512_setzero_ps();
        let mut at = 0;
        for weights in kernel.chunks_exact(LANES) {
            // SAFETY: `pieces` made the window long enough for rows x stride, 16 floats each; `weights` has 16.
            unsafe {
                let row = _mm512_loadu_ps(window.as_ptr().add(at));
                sum = _mm512_add_ps(sum, _mm512_mul_ps(row, _mm512_loadu_ps(weights.as_ptr())));
            }
            at += pass.stride;
        }
        let high = _mm256_castpd_ps(_mm512_extractf64x4_pd::<1>(_mm512_castps_pd(sum)));
        let eight = _mm256_add_ps(_mm512_castps512_ps256(sum), high);
        let four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let mut sums = [0.0; 4];
        // SAFETY: `sums` has four floats.
        unsafe { _mm_storeu_ps(sums.as_mut_ptr(), four) };
        if let Some(slot) = out.get_mut(cell.to as usize) {
            *slot = fold(sums);
        }
    }
}

/// Filters every cell with the widest vectors the CPU has.
pub(super) fn run(pass: &Pass<'_>, out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU was just found to have AVX-512F and AVX2.
            return unsafe { run_avx512(pass, out) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU was just found to have AVX2.
            return unsafe { run_avx2(pass, out) };
        }
    }
    run_scalar(pass, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_code_gives_the_bits_of_scalar_code() {
        let image: Vec<f32> = (0..64 * 64).map(|i| ((i * 7919) % 1009) as f32 / 503.0 - 1.0).collect();
        let kernels: Vec<f32> = (0..13 * LANES).map(|i| ((i * 104_729) % 997) as f32 / 499.0 - 1.0).collect();
        let cells: Vec<Cell> = (0..40_u32).map(|i| Cell { window: i * 67, kernel: 0, to: i }).collect();
        let pass = Pass { image: &image, stride: 64, rows: 13, kernels: &kernels, cells: &cells };
        let bits = |run: &dyn Fn(&mut [f32])| {
            let mut out = vec![0.0_f32; 40];
            run(&mut out);
            out.into_iter().map(f32::to_bits).collect::<Vec<_>>()
        };
        let plain = bits(&|out| run_scalar(&pass, out));
        assert!(plain.iter().all(|v| *v != 0));
        assert_eq!(plain, bits(&|out| run(&pass, out)));
        #[cfg(target_arch = "x86_64")]
        {
            let (narrow, wide) = (is_x86_feature_detected!("avx2"), is_x86_feature_detected!("avx512f"));
            if narrow {
                // SAFETY: the CPU was just found to have AVX2.
                assert_eq!(plain, bits(&|out| unsafe { run_avx2(&pass, out) }));
            }
            if narrow && wide {
                // SAFETY: the CPU was just found to have AVX-512F and AVX2.
                assert_eq!(plain, bits(&|out| unsafe { run_avx512(&pass, out) }));
            }
            println!("compared with scalar code: AVX2 {narrow}, AVX-512 {wide}");
        }
    }
}
