//! A plane of floats: the working form of images and maps.

/// Row-major floats; never empty along a side unless both are zero.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plane {
    pub(crate) w: usize,
    pub(crate) h: usize,
    pub(crate) v: Vec<f32>,
}

impl Plane {
    pub(crate) fn new(w: usize, h: usize) -> Self {
        Self { w, h, v: vec![0.0; w * h] }
    }

    pub(crate) fn from_fn(w: usize, h: usize, mut f: impl FnMut(usize, usize) -> f32) -> Self {
        let mut v = Vec::with_capacity(w * h);
        for y in 0..h {
            for x in 0..w {
                v.push(f(x, y));
            }
        }
        Self { w, h, v }
    }

    /// Value at a whole position, the edge repeated outside.
    #[inline]
    pub(crate) fn at(&self, x: isize, y: isize) -> f32 {
        let x = x.clamp(0, self.w as isize - 1) as usize;
        let y = y.clamp(0, self.h as isize - 1) as usize;
        self.v[y * self.w + x]
    }

    /// Bilinear value, the edge repeated outside.
    #[inline]
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.w - 1) as f32);
        let y = y.clamp(0.0, (self.h - 1) as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let (x1, y1) = ((x0 + 1).min(self.w - 1), (y0 + 1).min(self.h - 1));
        let top = self.v[y0 * self.w + x0] * (1.0 - fx) + self.v[y0 * self.w + x1] * fx;
        let low = self.v[y1 * self.w + x0] * (1.0 - fx) + self.v[y1 * self.w + x1] * fx;
        top * (1.0 - fy) + low * fy
    }

    pub(crate) fn map(&self, f: impl Fn(f32) -> f32) -> Self {
        Self { w: self.w, h: self.h, v: self.v.iter().map(|v| f(*v)).collect() }
    }

    pub(crate) fn zip(&self, other: &Self, f: impl Fn(f32, f32) -> f32) -> Self {
        debug_assert_eq!((self.w, self.h), (other.w, other.h));
        Self { w: self.w, h: self.h, v: self.v.iter().zip(&other.v).map(|(a, b)| f(*a, *b)).collect() }
    }

    /// Mean over a box of side 2 r + 1, clipped at the edges; running sums, so the cost does not depend on r.
    pub(crate) fn box_mean(&self, r: usize) -> Self {
        let (w, h) = (self.w, self.h);
        let mut across = Self::new(w, h);
        for y in 0..h {
            let row = &self.v[y * w..(y + 1) * w];
            let out = &mut across.v[y * w..(y + 1) * w];
            let mut sum: f64 = row.iter().take(r).map(|v| f64::from(*v)).sum();
            for x in 0..w {
                if x + r < w {
                    sum += f64::from(row[x + r]);
                }
                if x > r {
                    sum -= f64::from(row[x - r - 1]);
                }
                let n = (x + r).min(w - 1) - x.saturating_sub(r) + 1;
                out[x] = (sum / n as f64) as f32;
            }
        }
        let mut out = Self::new(w, h);
        let mut sums = vec![0.0f64; w];
        for y in 0..r.min(h) {
            for (s, v) in sums.iter_mut().zip(&across.v[y * w..(y + 1) * w]) {
                *s += f64::from(*v);
            }
        }
        for y in 0..h {
            if y + r < h {
                for (s, v) in sums.iter_mut().zip(&across.v[(y + r) * w..(y + r + 1) * w]) {
                    *s += f64::from(*v);
                }
            }
            if y > r {
                for (s, v) in sums.iter_mut().zip(&across.v[(y - r - 1) * w..(y - r) * w]) {
                    *s -= f64::from(*v);
                }
            }
            let n = ((y + r).min(h - 1) - y.saturating_sub(r) + 1) as f64;
            for (o, s) in out.v[y * w..(y + 1) * w].iter_mut().zip(&sums) {
                *o = (*s / n) as f32;
            }
        }
        out
    }

    /// Gaussian blur, the edge repeated.
    pub(crate) fn gauss(&self, sigma: f32) -> Self {
        let r = (sigma * 3.0).ceil().max(1.0) as usize;
        let mut kernel: Vec<f32> =
            (0..=r).map(|i| libm::expf(-((i * i) as f32) / (2.0 * sigma * sigma))).collect();
        let sum = kernel[0] + 2.0 * kernel[1..].iter().sum::<f32>();
        kernel.iter_mut().for_each(|k| *k /= sum);
        let (w, h) = (self.w, self.h);
        let mut across = Self::new(w, h);
        let mut padded = vec![0.0f32; w + 2 * r];
        for y in 0..h {
            let row = &self.v[y * w..(y + 1) * w];
            padded[..r].fill(row[0]);
            padded[r..r + w].copy_from_slice(row);
            padded[r + w..].fill(row[w - 1]);
            let out = &mut across.v[y * w..(y + 1) * w];
            for (i, k) in kernel.iter().enumerate() {
                let left = &padded[r - i..r - i + w];
                let right = &padded[r + i..r + i + w];
                if i == 0 {
                    out.iter_mut().zip(left).for_each(|(o, a)| *o = a * k);
                } else {
                    out.iter_mut().zip(left.iter().zip(right)).for_each(|(o, (a, b))| *o += (a + b) * k);
                }
            }
        }
        let mut out = Self::new(w, h);
        for y in 0..h {
            let row = &mut out.v[y * w..(y + 1) * w];
            for (i, k) in kernel.iter().enumerate() {
                let (up, down) = (y.saturating_sub(i), (y + i).min(h - 1));
                let up = &across.v[up * w..(up + 1) * w];
                let down = &across.v[down * w..(down + 1) * w];
                if i == 0 {
                    row.iter_mut().zip(up).for_each(|(o, a)| *o = a * k);
                } else {
                    row.iter_mut().zip(up.iter().zip(down)).for_each(|(o, (a, b))| *o += (a + b) * k);
                }
            }
        }
        out
    }

    /// Stretched to 0..=255 between `lo` and `hi`, for traces.
    pub(crate) fn to_grey(&self, lo: f32, hi: f32) -> Option<raster::GreyImage> {
        let pixels = self.v.iter().map(|v| (255.0 * (v - lo) / (hi - lo)).clamp(0.0, 255.0) as u8).collect();
        raster::GreyImage::new(self.w as u32, self.h as u32, Some(500.0), pixels).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_keep_the_mean_of_a_constant_and_centre_an_impulse() {
        let flat = Plane::from_fn(20, 9, |_, _| 3.5);
        assert!(flat.box_mean(4).v.iter().all(|v| (v - 3.5).abs() < 1e-5));
        assert!(flat.gauss(2.0).v.iter().all(|v| (v - 3.5).abs() < 1e-4));
        let dot = Plane::from_fn(21, 21, |x, y| if (x, y) == (10, 10) { 1.0 } else { 0.0 });
        let blurred = dot.gauss(1.5);
        let most = (0..blurred.v.len()).max_by(|a, b| blurred.v[*a].total_cmp(&blurred.v[*b]));
        assert_eq!(most, Some(10 * 21 + 10));
        assert!((dot.box_mean(1).at(11, 9) - 1.0 / 9.0).abs() < 1e-6);
        assert_eq!(dot.box_mean(1).at(12, 10), 0.0);
    }
}
