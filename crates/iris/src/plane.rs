//! Grey planes in floating point: the few pixel operations that segmentation needs.

use raster::GreyImage;

/// Grey values, rows top to bottom; reading outside repeats the border.
#[derive(Clone)]
pub(crate) struct Plane {
    pub(crate) w: usize,
    pub(crate) h: usize,
    pub(crate) v: Vec<f32>,
}

impl Plane {
    /// The image reduced by a whole factor: every value is the mean of `factor` x `factor` pixels.
    pub(crate) fn reduced(image: &GreyImage, factor: usize) -> Self {
        let factor = factor.max(1);
        let (w, h) = ((image.width() as usize / factor).max(1), (image.height() as usize / factor).max(1));
        let mut sums = vec![0u32; w * h];
        let mut counts = vec![0u32; w * h];
        for (y, row) in image.pixels().chunks_exact(image.width() as usize).enumerate() {
            let base = (y / factor).min(h - 1) * w;
            for (x, p) in row.iter().enumerate() {
                let at = base + (x / factor).min(w - 1);
                sums[at] += u32::from(*p);
                counts[at] += 1;
            }
        }
        let v = sums.iter().zip(&counts).map(|(s, n)| *s as f32 / (*n).max(1) as f32).collect();
        Self { w, h, v }
    }

    /// This plane at another size: each value is a mean under a triangle two new pixels wide, or two old ones where
    /// those are larger.
    pub(crate) fn resized(&self, w: usize, h: usize) -> Self {
        resized_rows(&resized_rows(self, w).transposed(), h).transposed()
    }

    /// This plane reduced by two.
    pub(crate) fn halved(&self) -> Self {
        let (w, h) = ((self.w / 2).max(1), (self.h / 2).max(1));
        let mut v = Vec::with_capacity(w * h);
        for y in 0..h {
            for x in 0..w {
                let sum = self.at(2 * x, 2 * y)
                    + self.at(2 * x + 1, 2 * y)
                    + self.at(2 * x, 2 * y + 1)
                    + self.at(2 * x + 1, 2 * y + 1);
                v.push(sum / 4.0);
            }
        }
        Self { w, h, v }
    }

    /// The value at a pixel, the nearest border value outside.
    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        self.v[y.min(self.h - 1) * self.w + x.min(self.w - 1)]
    }

    /// The value at the pixel nearest to a point.
    pub(crate) fn near(&self, x: f32, y: f32) -> f32 {
        self.at((x + 0.5).max(0.0) as usize, (y + 0.5).max(0.0) as usize)
    }

    /// The value between pixels, bilinear.
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        // max before min: a NaN becomes 0.
        let (x, y) = (x.max(0.0).min((self.w - 1) as f32), y.max(0.0).min((self.h - 1) as f32));
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let x1 = (x0 + 1).min(self.w - 1);
        let (upper, lower) = (y0 * self.w, (y0 + 1).min(self.h - 1) * self.w);
        let top = self.v[upper + x0] * (1.0 - fx) + self.v[upper + x1] * fx;
        let bottom = self.v[lower + x0] * (1.0 - fx) + self.v[lower + x1] * fx;
        top * (1.0 - fy) + bottom * fy
    }

    /// Whether a point lies in the frame, `margin` pixels away from the border.
    pub(crate) fn holds(&self, x: f32, y: f32, margin: f32) -> bool {
        x >= margin && y >= margin && x <= self.w as f32 - 1.0 - margin && y <= self.h as f32 - 1.0 - margin
    }

    /// Gaussian blur, separable; `sigma` in pixels.
    pub(crate) fn blurred(&self, sigma: f32) -> Self {
        if sigma < 0.2 {
            return self.clone();
        }
        let reach = (sigma * 2.5).ceil() as usize;
        let mut taps: Vec<f32> =
            (0..=reach).map(|i| crate::num::exp(-((i * i) as f32) / (2.0 * sigma * sigma))).collect();
        let sum = taps.iter().skip(1).sum::<f32>() * 2.0 + taps[0];
        taps.iter_mut().for_each(|t| *t /= sum);
        let across = convolve_rows(self, &taps);
        let down = convolve_rows(&across.transposed(), &taps);
        down.transposed()
    }

    /// Grey opening with a `side` x `side` square: bright things that the square does not fit into vanish.
    pub(crate) fn opened(&self, side: usize) -> Self {
        let eroded = rank_rows(self, side, |a, b| if a < b { a } else { b }).transposed();
        let eroded = rank_rows(&eroded, side, |a, b| if a < b { a } else { b });
        let grown = rank_rows(&eroded, side, |a, b| if a > b { a } else { b }).transposed();
        rank_rows(&grown, side, |a, b| if a > b { a } else { b })
    }

    /// Mean over the square of `2 reach + 1` pixels around each pixel, the border repeated.
    pub(crate) fn box_mean(&self, reach: usize) -> Self {
        let across = mean_rows(self, reach).transposed();
        mean_rows(&across, reach).transposed()
    }

    fn transposed(&self) -> Self {
        const BLOCK: usize = 16;
        let mut v = vec![0.0; self.v.len()];
        for by in (0..self.h).step_by(BLOCK) {
            for bx in (0..self.w).step_by(BLOCK) {
                for y in by..(by + BLOCK).min(self.h) {
                    for x in bx..(bx + BLOCK).min(self.w) {
                        v[x * self.h + y] = self.v[y * self.w + x];
                    }
                }
            }
        }
        Self { w: self.h, h: self.w, v }
    }

    /// The value below which `share` (0 to 1) of the pixels lie.
    pub(crate) fn quantile(&self, share: f32) -> f32 {
        let mut counts = [0usize; 256];
        for v in &self.v {
            counts[v.clamp(0.0, 255.0) as usize] += 1;
        }
        let want = (share * self.v.len() as f32) as usize;
        let mut seen = 0;
        for (value, n) in counts.iter().enumerate() {
            seen += n;
            if seen > want {
                return value as f32;
            }
        }
        255.0
    }
}

/// Rows of another length.
fn resized_rows(plane: &Plane, w: usize) -> Plane {
    let grain = plane.w as f32 / w as f32;
    let reach = grain.max(1.0);
    let taps: Vec<(usize, Vec<f32>)> = (0..w)
        .map(|x| {
            let middle = (x as f32 + 0.5) * grain - 0.5;
            let from = (middle - reach).ceil().max(0.0) as usize;
            let to = ((middle + reach).floor().max(0.0) as usize).min(plane.w - 1);
            let mut taps: Vec<f32> =
                (from..=to).map(|i| (1.0 - (i as f32 - middle).abs() / reach).max(0.0)).collect();
            let sum = taps.iter().sum::<f32>().max(1e-6);
            taps.iter_mut().for_each(|t| *t /= sum);
            (from, taps)
        })
        .collect();
    let mut v = Vec::with_capacity(w * plane.h);
    for row in plane.v.chunks_exact(plane.w) {
        v.extend(taps.iter().map(|(from, taps)| {
            taps.iter().zip(&row[(*from).min(row.len())..]).map(|(t, p)| t * p).sum::<f32>()
        }));
    }
    Plane { w, h: plane.h, v }
}

fn convolve_rows(plane: &Plane, taps: &[f32]) -> Plane {
    let reach = taps.len() - 1;
    let mut v = Vec::with_capacity(plane.v.len());
    let mut padded = vec![0.0; plane.w + 2 * reach];
    for row in plane.v.chunks_exact(plane.w) {
        padded[..reach].fill(row[0]);
        padded[reach..reach + plane.w].copy_from_slice(row);
        padded[reach + plane.w..].fill(row[plane.w - 1]);
        let start = v.len();
        v.extend(row.iter().map(|p| p * taps[0]));
        let out = &mut v[start..];
        for (i, tap) in taps.iter().enumerate().skip(1) {
            let (left, right) = (&padded[reach - i..], &padded[reach + i..]);
            for ((o, a), b) in out.iter_mut().zip(left).zip(right) {
                *o += tap * (a + b);
            }
        }
    }
    Plane { w: plane.w, h: plane.h, v }
}

fn mean_rows(plane: &Plane, reach: usize) -> Plane {
    let n = (2 * reach + 1) as f32;
    let mut v = Vec::with_capacity(plane.v.len());
    for row in plane.v.chunks_exact(plane.w) {
        let at = |i: usize| row[i.saturating_sub(reach).min(plane.w - 1)];
        let mut sum: f32 = (0..=2 * reach).map(at).sum();
        for x in 0..plane.w {
            v.push(sum / n);
            sum += at(x + 2 * reach + 1) - at(x);
        }
    }
    Plane { w: plane.w, h: plane.h, v }
}

/// Running minimum or maximum along rows over `side` pixels (van Herk: three comparisons a pixel).
fn rank_rows(plane: &Plane, side: usize, pick: impl Fn(f32, f32) -> f32) -> Plane {
    let side = side.max(1) | 1;
    let half = side / 2;
    let blocks = (plane.w + 2 * half).div_ceil(side);
    let n = blocks * side;
    let mut padded = vec![0.0; n];
    let (mut ahead, mut behind) = (vec![0.0; n], vec![0.0; n]);
    let mut v = Vec::with_capacity(plane.v.len());
    for row in plane.v.chunks_exact(plane.w) {
        let last = row[plane.w - 1];
        padded[..half].fill(row[0]);
        padded[half..half + plane.w].copy_from_slice(row);
        padded[half + plane.w..].fill(last);
        for start in (0..n).step_by(side) {
            ahead[start] = padded[start];
            for i in start + 1..start + side {
                ahead[i] = pick(ahead[i - 1], padded[i]);
            }
            behind[start + side - 1] = padded[start + side - 1];
            for i in (start..start + side - 1).rev() {
                behind[i] = pick(behind[i + 1], padded[i]);
            }
        }
        v.extend((0..plane.w).map(|x| pick(behind[x], ahead[x + side - 1])));
    }
    Plane { w: plane.w, h: plane.h, v }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_size_keeps_the_mean_and_the_same_size_everything() {
        let plane = Plane { w: 90, h: 60, v: (0..5400).map(|i| ((i * 31) % 97) as f32).collect() };
        assert!(plane.resized(90, 60).v.iter().zip(&plane.v).all(|(a, b)| (a - b).abs() < 1e-3));
        let mean = |p: &Plane| p.v.iter().sum::<f32>() / p.v.len() as f32;
        for (w, h) in [(45, 30), (33, 22), (200, 133), (1, 1)] {
            let other = plane.resized(w, h);
            assert_eq!((other.w, other.h, other.v.len()), (w, h, w * h));
            assert!((mean(&other) - mean(&plane)).abs() < 3.0, "{w} x {h}: {}", mean(&other));
        }
    }

    fn plane(w: usize, h: usize, f: impl Fn(usize, usize) -> f32) -> Plane {
        Plane { w, h, v: (0..w * h).map(|i| f(i % w, i / w)).collect() }
    }

    #[test]
    fn opening_removes_small_bright_things_only() {
        let dots =
            plane(40, 30, |x, y| if (10..14).contains(&x) && (10..14).contains(&y) { 200.0 } else { 20.0 });
        assert!(dots.opened(7).v.iter().all(|v| *v == 20.0));
        let slab = plane(40, 30, |x, _| if x >= 20 { 200.0 } else { 20.0 });
        assert_eq!(slab.opened(7).v, slab.v);
    }

    #[test]
    fn blur_keeps_the_mean_of_a_ramp_and_reads_between_pixels() {
        let ramp = plane(50, 20, |x, y| x as f32 + 2.0 * y as f32);
        let soft = ramp.blurred(2.0);
        assert!((soft.at(25, 10) - ramp.at(25, 10)).abs() < 1e-3);
        assert!((ramp.sample(10.25, 3.5) - 17.25).abs() < 1e-4);
        assert_eq!(ramp.sample(f32::NAN, -5.0), ramp.sample(f32::NAN, 0.0));
    }
}
