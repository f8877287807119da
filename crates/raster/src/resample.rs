//! Resampling between resolutions.
//!
//! A Lanczos kernel of three lobes, stretched when the image shrinks so that it takes away what the new resolution
//! cannot hold. Rows first, then columns, in fixed point: the pixels do not depend on the CPU.

use crate::image::{GreyImage, ImageError, plausible_ppi};

/// Lobes of the kernel on each side.
const LOBES: f64 = 3.0;

/// Fractional bits of a weight; weights sum to exactly one.
const WEIGHT_BITS: u32 = 14;

/// Fractional bits kept between the two passes: 255 with them and the kernel's overshoot fits 16 bits.
const BETWEEN_BITS: u32 = 6;

/// Largest and smallest step between resolutions: 1 to 20 covers 50 to 1000 ppi and leaves the work per pixel
/// bounded.
const MAX_FACTOR: f64 = 20.0;

/// Why an image cannot be resampled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ResampleError {
    /// The image does not state its resolution.
    #[error("the image's resolution is not known")]
    UnknownPpi,
    /// The target is no resolution, or over 20 times finer or coarser.
    #[error("from {from} to {to} ppi is out of range")]
    Range {
        /// The image's resolution.
        from: f64,
        /// The resolution asked for.
        to: f64,
    },
    /// The result is outside the limits of an image.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// The image at another resolution. The corners stay where they are: the result has the width and height times
/// `ppi / image.ppi()`, rounded, at least one pixel. The same resolution gives the same pixels.
///
/// # Errors
/// [`ResampleError`].
///
/// ```
/// let image = raster::GreyImage::new(8, 4, Some(1000.0), vec![90; 32])?;
/// let half = raster::resample(&image, 500.0)?;
/// assert_eq!((half.width(), half.height(), half.ppi()), (4, 2, Some(500.0)));
/// assert!(half.pixels().iter().all(|&p| p == 90));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn resample(image: &GreyImage, ppi: f64) -> Result<GreyImage, ResampleError> {
    let from = image.ppi().ok_or(ResampleError::UnknownPpi)?;
    let factor = ppi / from;
    if !plausible_ppi(&ppi) || !(1.0 / MAX_FACTOR..=MAX_FACTOR).contains(&factor) {
        return Err(ResampleError::Range { from, to: ppi });
    }
    if ppi == from {
        return Ok(image.clone());
    }
    let scaled = |side: u32| ((f64::from(side) * factor).round() as u32).max(1);
    let (width, height) = (scaled(image.width()), scaled(image.height()));
    // The size is checked before the work is done.
    crate::image::checked_area(width, height)?;
    let across = kernels(image.width(), width, factor);
    let down = kernels(image.height(), height, factor);
    let rows = shrink_rows(image, &across);
    let pixels = shrink_columns(&rows, &down, width as usize);
    Ok(GreyImage::new(width, height, Some(ppi), pixels)?)
}

/// The samples that make one output, and their weights.
struct Kernel {
    first: usize,
    weights: Vec<i32>,
}

fn kernels(from: u32, to: u32, factor: f64) -> Vec<Kernel> {
    // Shrinking stretches the kernel over the samples that one output stands for.
    let stretch = (1.0 / factor).max(1.0);
    let reach = LOBES * stretch;
    let last = f64::from(from - 1);
    let one = |x: u32| {
        // Centres of pixels: output x covers [x, x + 1) / factor.
        let centre = ((f64::from(x) + 0.5) / factor - 0.5).clamp(0.0, last);
        let first = (centre - reach).ceil().max(0.0);
        let end = (centre + reach).floor().min(last);
        let count = (end - first) as usize + 1;
        let exact: Vec<f64> = (0..count).map(|i| lanczos((first + i as f64 - centre) / stretch)).collect();
        Kernel { first: first as usize, weights: fixed(&exact) }
    };
    (0..to).map(one).collect()
}

/// Weights in fixed point whose sum is one: what rounding leaves goes to the largest.
fn fixed(exact: &[f64]) -> Vec<i32> {
    let one = f64::from(1 << WEIGHT_BITS);
    let sum: f64 = exact.iter().sum();
    let mut weights: Vec<i32> = exact.iter().map(|w| (w / sum * one).round() as i32).collect();
    let left = (1 << WEIGHT_BITS) - weights.iter().sum::<i32>();
    if let Some(largest) = weights.iter_mut().max() {
        *largest += left;
    }
    weights
}

fn lanczos(x: f64) -> f64 {
    if x.abs() >= LOBES { 0.0 } else { sinc(x) * sinc(x / LOBES) }
}

/// `sin(pi x) / (pi x)` by Taylor's series about the nearest whole number: libraries differ in the last bit, the
/// basic operations do not.
fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let nearest = x.round();
    let angle = (x - nearest) * std::f64::consts::PI;
    let square = angle * angle;
    // |angle| <= pi / 2: ten terms leave less than 1e-15.
    let series = (1..10).rev().fold(1.0, |sum, n| {
        let n = f64::from(2 * n);
        1.0 - square / (n * (n + 1.0)) * sum
    });
    let sign = if nearest.rem_euclid(2.0) == 1.0 { -1.0 } else { 1.0 };
    sign * angle * series / (std::f64::consts::PI * x)
}

fn shrink_rows(image: &GreyImage, kernels: &[Kernel]) -> Vec<i16> {
    let round = 1 << (WEIGHT_BITS - BETWEEN_BITS - 1);
    let mut out = Vec::with_capacity(kernels.len() * image.height() as usize);
    for row in image.pixels().chunks_exact(image.width() as usize) {
        out.extend(kernels.iter().map(|kernel| {
            let samples = row.get(kernel.first..).unwrap_or(&[]);
            let sum: i32 = samples.iter().zip(&kernel.weights).map(|(&s, &w)| i32::from(s) * w).sum();
            ((sum + round) >> (WEIGHT_BITS - BETWEEN_BITS)) as i16
        }));
    }
    out
}

fn shrink_columns(rows: &[i16], kernels: &[Kernel], width: usize) -> Vec<u8> {
    let bits = WEIGHT_BITS + BETWEEN_BITS;
    let mut out = Vec::with_capacity(kernels.len() * width);
    let mut sums = vec![0_i32; width];
    for kernel in kernels {
        sums.fill(1 << (bits - 1));
        let lines = rows.chunks_exact(width).skip(kernel.first);
        for (line, &weight) in lines.zip(&kernel.weights) {
            sums.iter_mut().zip(line).for_each(|(sum, &s)| *sum += i32::from(s) * weight);
        }
        out.extend(sums.iter().map(|&sum| (sum >> bits).clamp(0, 255) as u8));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(width: u32, height: u32, ppi: f64, period_px: f64) -> GreyImage {
        let value = |x: u32| 127.5 + 100.0 * (f64::from(x) / period_px * std::f64::consts::TAU).sin();
        let pixels = (0..height).flat_map(|_| (0..width).map(|x| value(x).round() as u8)).collect();
        GreyImage::new(width, height, Some(ppi), pixels).unwrap()
    }

    #[test]
    fn sinc_is_right() {
        for i in -300..=300 {
            let x = f64::from(i) / 100.0;
            let exact =
                if i == 0 { 1.0 } else { (x * std::f64::consts::PI).sin() / (x * std::f64::consts::PI) };
            assert!((sinc(x) - exact).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn a_ridge_pattern_keeps_its_contrast_and_place() {
        // Ridges of 9 pixels at 500 ppi are 18 at 1000.
        let fine = wave(360, 60, 1000.0, 18.0);
        let half = resample(&fine, 500.0).unwrap();
        assert_eq!((half.width(), half.height()), (180, 30));
        for x in 12..168 {
            // Pixel x's centre lies between the fine pixels 2x and 2x + 1.
            let at = (2.0 * f64::from(x) + 0.5) / 18.0 * std::f64::consts::TAU;
            let expected = 127.5 + 100.0 * at.sin();
            let got = f64::from(half.pixels()[x as usize]);
            assert!((got - expected).abs() < 2.5, "{x}: {got} against {expected}");
        }
        let back = resample(&half, 1000.0).unwrap();
        let worst = fine.row(30).unwrap().iter().zip(back.row(30).unwrap()).skip(24).take(300);
        assert!(worst.map(|(&a, &b)| a.abs_diff(b)).max().unwrap() <= 4);
    }

    #[test]
    fn what_the_new_resolution_cannot_hold_is_taken_away() {
        // Stripes of 3 pixels would be 1.5 at half the resolution, and alias to 3.
        let half = resample(&wave(360, 16, 1000.0, 3.0), 500.0).unwrap();
        let inner = &half.row(4).unwrap()[10..170];
        let (low, high) = (inner.iter().min().unwrap(), inner.iter().max().unwrap());
        assert!(high - low <= 12, "{low} to {high}");
    }

    #[test]
    fn odd_sizes_and_bounds() {
        let image = GreyImage::new(1, 3, Some(512.0), vec![7, 7, 7]).unwrap();
        assert!(resample(&image, 500.0).unwrap().pixels().iter().all(|&p| p == 7));
        assert_eq!(resample(&image.clone().with_ppi(None), 500.0), Err(ResampleError::UnknownPpi));
        for ppi in [f64::NAN, 0.0, -1.0, 9.0, 20_000.0] {
            assert!(resample(&image, ppi).is_err(), "{ppi}");
        }
    }
}
