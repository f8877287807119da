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

#[inline(always)]
fn answer(pass: &Pass<'_>, cell: Cell) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let from = cell.kernel as usize;
    let Some(kernel) = pass.kernels.get(from..from + pass.rows * LANES) else { return 0.0 };
    let mut start = cell.window as usize;
    for weights in kernel.chunks_exact(LANES) {
        let Some(row) = pass.image.get(start..start + LANES) else { return 0.0 };
        for l in 0..LANES {
            sums[l] += row[l] * weights[l];
        }
        start += pass.stride;
    }
    let mut width = LANES / 2;
    while width > 0 {
        for l in 0..width {
            sums[l] += sums[l + width];
        }
        width /= 2;
    }
    sums[0]
}

#[inline(always)]
fn body(pass: &Pass<'_>, out: &mut [f32]) {
    for &cell in pass.cells {
        let value = answer(pass, cell);
        if let Some(slot) = out.get_mut(cell.to as usize) {
            *slot = value;
        }
    }
}

fn run_scalar(pass: &Pass<'_>, out: &mut [f32]) {
    body(pass, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(pass: &Pass<'_>, out: &mut [f32]) {
    body(pass, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn run_avx512(pass: &Pass<'_>, out: &mut [f32]) {
    body(pass, out);
}

/// Filters every cell with the widest vectors the CPU has.
pub(super) fn run(pass: &Pass<'_>, out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the CPU was just found to have AVX-512F.
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
        let (mut plain, mut fast) = (vec![0.0; 40], vec![0.0; 40]);
        run_scalar(&pass, &mut plain);
        run(&pass, &mut fast);
        assert!(plain.iter().any(|v| *v != 0.0));
        assert_eq!(
            plain.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            fast.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        );
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU was just found to have AVX2.
            unsafe { run_avx2(&pass, &mut fast) };
            assert_eq!(plain, fast);
        }
    }
}
