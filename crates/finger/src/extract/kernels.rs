//! The filter's inner loop, compiled for wider vectors where the CPU has them.
//!
//! All versions add in the same order without fused multiply-add, so they agree bit for bit.
#![allow(unsafe_code)]

/// Partial sums kept apart; the order of additions does not depend on the CPU's width.
pub(crate) const LANES: usize = 8;

/// An even and an odd kernel, rows padded with zeros to whole lanes.
pub(crate) struct Kernel {
    pub(crate) radius: usize,
    pub(crate) width: usize,
    pub(crate) even: Vec<f32>,
    pub(crate) odd: Vec<f32>,
}

/// One output pixel: which kernel, where its top left corner lies in the padded image, where the result goes.
pub(crate) struct Tap {
    pub(crate) kernel: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// Fills `even` and `odd` at each tap.
pub(crate) fn apply(
    image: &[f32],
    stride: usize,
    bank: &[Kernel],
    taps: &[Tap],
    even: &mut [f32],
    odd: &mut [f32],
) {
    #[cfg(target_arch = "x86_64")]
    let wide = std::arch::is_x86_feature_detected!("avx2");
    for tap in taps {
        let kernel = &bank[tap.kernel as usize];
        let side = 2 * kernel.radius + 1;
        let from = tap.from as usize;
        // One slice that holds every value the kernel touches, so that its bounds are checked once.
        let window = &image[from..from + (side - 1) * stride + kernel.width];
        assert!(kernel.even.len() == side * kernel.width && kernel.odd.len() == side * kernel.width);
        assert!(kernel.width.is_multiple_of(LANES) && kernel.width <= stride);
        #[cfg(target_arch = "x86_64")]
        if wide {
            // SAFETY: the CPU has AVX2; `window` and the kernels have the lengths just asserted.
            let (e, o) = unsafe { dot_avx2(window, stride, kernel) };
            even[tap.to as usize] = e;
            odd[tap.to as usize] = o;
            continue;
        }
        let (e, o) = dot(window, stride, kernel);
        even[tap.to as usize] = e;
        odd[tap.to as usize] = o;
    }
}

/// The reference: even rows and odd rows are summed apart, lane by lane.
fn dot(window: &[f32], stride: usize, kernel: &Kernel) -> (f32, f32) {
    let mut sums = [[0.0f32; LANES]; 4];
    for y in 0..2 * kernel.radius + 1 {
        let row = &window[y * stride..y * stride + kernel.width];
        let part = y % 2 * 2;
        for x in 0..kernel.width {
            sums[part][x % LANES] += row[x] * kernel.even[y * kernel.width + x];
            sums[part + 1][x % LANES] += row[x] * kernel.odd[y * kernel.width + x];
        }
    }
    let fold = |a: [f32; LANES], b: [f32; LANES]| sum(std::array::from_fn(|i| a[i] + b[i]));
    (fold(sums[0], sums[2]), fold(sums[1], sums[3]))
}

/// # Safety
/// The CPU has AVX2; `window` has (side - 1) * stride + width values, the kernels side * width, and width is a
/// multiple of [`LANES`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn dot_avx2(window: &[f32], stride: usize, kernel: &Kernel) -> (f32, f32) {
    use std::arch::x86_64::{
        _mm256_add_ps, _mm256_loadu_ps, _mm256_mul_ps, _mm256_setzero_ps, _mm256_storeu_ps,
    };
    let mut sums = [_mm256_setzero_ps(); 4];
    let mut y = 0;
    let side = 2 * kernel.radius + 1;
    while y < side {
        let mut x = 0;
        let part = y % 2 * 2;
        let (mut e, mut o) = (sums[part], sums[part + 1]);
        while x < kernel.width {
            // SAFETY: y < side and x + LANES <= width, so all three loads lie inside (see above).
            unsafe {
                let v = _mm256_loadu_ps(window.as_ptr().add(y * stride + x));
                let ke = _mm256_loadu_ps(kernel.even.as_ptr().add(y * kernel.width + x));
                let ko = _mm256_loadu_ps(kernel.odd.as_ptr().add(y * kernel.width + x));
                e = _mm256_add_ps(e, _mm256_mul_ps(v, ke));
                o = _mm256_add_ps(o, _mm256_mul_ps(v, ko));
            }
            x += LANES;
        }
        sums[part] = e;
        sums[part + 1] = o;
        y += 1;
    }
    let mut out = [[0.0f32; LANES]; 2];
    // SAFETY: each array holds LANES values.
    unsafe {
        _mm256_storeu_ps(out[0].as_mut_ptr(), _mm256_add_ps(sums[0], sums[2]));
        _mm256_storeu_ps(out[1].as_mut_ptr(), _mm256_add_ps(sums[1], sums[3]));
    }
    (sum(out[0]), sum(out[1]))
}

#[inline(always)]
fn sum(v: [f32; LANES]) -> f32 {
    ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree_bit_for_bit() {
        let image: Vec<f32> =
            (0..8192u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 1e6).collect();
        let ramp = |k: f32| (0..24 * 21).map(|i| ((i % 17) as f32 - 8.0) * k).collect::<Vec<_>>();
        let bank = [Kernel { radius: 10, width: 24, even: ramp(0.013), odd: ramp(0.07) }];
        let taps: Vec<Tap> = (0..100).map(|i| Tap { kernel: 0, from: i * 7, to: i }).collect();
        let (mut even, mut odd) = ([0.0; 100], [0.0; 100]);
        apply(&image, 64, &bank, &taps, &mut even, &mut odd);
        for (i, tap) in taps.iter().enumerate() {
            let from = tap.from as usize;
            let (e, o) = dot(&image[from..from + 20 * 64 + 24], 64, &bank[0]);
            assert_eq!((e.to_bits(), o.to_bits()), (even[i].to_bits(), odd[i].to_bits()));
        }
    }
}
