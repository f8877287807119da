//! What optics and sensor do to the grey values: blur, motion, noise.

use crate::num;

/// A Gaussian blur with this deviation, pixels.
pub(super) fn blur(grey: &mut [f32], w: usize, sigma: f32) {
    if sigma < 0.2 || w == 0 {
        return;
    }
    let reach = (2.6 * sigma).ceil().min(16.0) as usize;
    let mut taps: Vec<f32> = (0..=2 * reach)
        .map(|i| {
            let d = i as f32 - reach as f32;
            num::exp(-0.5 * d * d / (sigma * sigma))
        })
        .collect();
    let sum: f32 = taps.iter().sum();
    taps.iter_mut().for_each(|t| *t /= sum);
    let h = grey.len() / w;
    // Tap by tap over whole rows: every pixel's sum keeps its order, and the loops become vector code.
    let mut line = vec![0.0; w + 2 * reach];
    for row in grey.chunks_exact_mut(w) {
        line[reach..reach + w].copy_from_slice(row);
        line[..reach].fill(row[0]);
        line[reach + w..].fill(row[w - 1]);
        row.fill(0.0);
        for (k, tap) in taps.iter().enumerate() {
            for (slot, v) in row.iter_mut().zip(&line[k..]) {
                *slot += tap * v;
            }
        }
    }
    let copy = grey.to_vec();
    for (y, row) in grey.chunks_exact_mut(w).enumerate() {
        row.fill(0.0);
        for (k, tap) in taps.iter().enumerate() {
            let from = (y + k).saturating_sub(reach).min(h - 1) * w;
            for (slot, v) in row.iter_mut().zip(&copy[from..from + w]) {
                *slot += tap * v;
            }
        }
    }
}

/// Smeared along a line of this length.
pub(super) fn moved(grey: &[f32], w: usize, length: f32, heading: f32) -> Vec<f32> {
    let h = (grey.len() / w.max(1)) as i32;
    let (s, c) = num::sin_cos(heading);
    let steps = 1 + (2.0 * length) as i32;
    let mut out = vec![0.0; grey.len()];
    for k in 0..steps {
        let t = (k as f32 / (steps - 1).max(1) as f32 - 0.5) * length;
        let (dx, dy) = ((t * c).round() as i32, (t * s).round() as i32);
        for y in 0..h {
            let from = &grey[(y + dy).clamp(0, h - 1) as usize * w..][..w];
            let to = &mut out[y as usize * w..][..w];
            for (x, slot) in to.iter_mut().enumerate() {
                *slot += from[(x as i32 + dx).clamp(0, w as i32 - 1) as usize];
            }
        }
    }
    out.iter_mut().for_each(|v| *v /= steps as f32);
    out
}

/// Grey values of the sensor, with noise of this deviation.
pub(super) fn sensed(grey: &[f32], w: usize, noise: f32, key: u64) -> Vec<u8> {
    // Four 16-bit parts of one hash: their sum is nearly normal, its deviation 65536 / sqrt(3).
    let scale = noise * 3.0_f32.sqrt() / 65_536.0;
    let mut pixels = Vec::with_capacity(grey.len());
    for (y, row) in grey.chunks_exact(w.max(1)).enumerate() {
        let start = (y as u64) << 32;
        pixels.extend(row.iter().enumerate().map(|(x, v)| {
            let h = num::hash((start | x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ key);
            let part = |shift: u32| (h >> shift & 0xffff) as i32;
            let sum = part(0) + part(16) + part(32) + part(48) - 2 * 65_535;
            (v + scale * sum as f32 + 0.5).clamp(0.0, 255.0) as u8
        }));
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blur_keeps_the_mean_and_noise_has_its_deviation() {
        let (w, h) = (96, 80);
        let mut grey: Vec<f32> = (0..w * h).map(|i| if (i / 7) % 2 == 0 { 90.0 } else { 110.0 }).collect();
        blur(&mut grey, w, 1.2);
        let mean = grey.iter().sum::<f32>() / grey.len() as f32;
        assert!((mean - 100.0).abs() < 0.6, "{mean}");
        let pixels = sensed(&vec![120.0; w * h], w, 4.0, 7);
        let deviation =
            (pixels.iter().map(|p| (f32::from(*p) - 120.0).powi(2)).sum::<f32>() / (w * h) as f32).sqrt();
        assert!((deviation - 4.0).abs() < 0.2, "{deviation}");
    }
}
