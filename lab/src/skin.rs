//! What skin does between two captures, done to pictures of real prints: sweat, dryness, distortion, a faint touch.
//!
//! Nothing else makes known prints look like those of a sensor that is not at hand. The zones follow from the picture
//! itself, so that two prints of a finger get different ones and the same picture always the same.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use raster::GreyImage;

/// A change of skin or touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skin {
    /// Sweat: ridges widen in zones until valleys close.
    Wet,
    /// Dryness: ridges thin in zones and lose grains.
    Dry,
    /// Pushed along the glass: 3.5 px (500 ppi) root mean square, bumps a third of the picture wide.
    Stretched,
    /// A third to three fifths of the contrast, noise, uneven light.
    Faint,
}

impl Skin {
    /// The changed picture; none for one of under 8 px a side.
    pub fn apply(self, image: &GreyImage) -> Option<GreyImage> {
        let (w, h) = (image.width() as usize, image.height() as usize);
        if w < 8 || h < 8 {
            return None;
        }
        // FNV-1a, 64 bits.
        let seed = image
            .pixels()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325u64, |k, v| (k ^ u64::from(*v)).wrapping_mul(0x0000_0100_0000_01b3));
        let mut canvas = Canvas { w, h, dice: ChaCha8Rng::seed_from_u64(seed ^ self as u64) };
        let grey: Vec<f32> = image.pixels().iter().map(|v| f32::from(*v)).collect();
        let out = match self {
            Self::Wet => canvas.wet(&grey),
            Self::Dry => canvas.dry(&grey),
            Self::Stretched => canvas.stretched(&grey, 3.5 * image.ppi().unwrap_or(500.0) as f32 / 500.0),
            Self::Faint => canvas.faint(&grey),
        };
        let pixels = out.into_iter().map(|v| v.round().clamp(0.0, 255.0) as u8).collect();
        GreyImage::new(image.width(), image.height(), image.ppi(), pixels).ok()
    }
}

struct Canvas {
    w: usize,
    h: usize,
    dice: ChaCha8Rng,
}

impl Canvas {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.dice.random::<f32>()
    }

    /// About normal: the sum of twelve evenly drawn numbers.
    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.dice.random::<f32>()).sum::<f32>() - 6.0
    }

    /// Smooth noise of mean 0 and deviation about 1, `cells` bumps across and down.
    fn field(&mut self, cells: usize) -> Vec<f32> {
        let side = cells + 2;
        let nodes: Vec<f32> = (0..side * side).map(|_| 1.4 * self.normal()).collect();
        let ease = |t: f32| t * t * (3.0 - 2.0 * t);
        let place = |at: usize, of: usize| {
            let t = at as f32 / of as f32 * cells as f32;
            (t as usize, ease(t.fract()))
        };
        let mut out = Vec::with_capacity(self.w * self.h);
        for y in 0..self.h {
            let (row, fy) = place(y, self.h);
            for x in 0..self.w {
                let (column, fx) = place(x, self.w);
                let at = |r: usize, c: usize| nodes[(row + r) * side + column + c];
                let upper = at(0, 0) + fx * (at(0, 1) - at(0, 0));
                let lower = at(1, 0) + fx * (at(1, 1) - at(1, 0));
                out.push(upper + fy * (lower - upper));
            }
        }
        out
    }

    /// The darkest (or lightest) of the square of this half side about each pixel.
    fn extreme(&self, grey: &[f32], half: usize, pick: fn(f32, f32) -> f32) -> Vec<f32> {
        let line = |v: &[f32], stride: usize, start: usize, len: usize, out: &mut [f32]| {
            for i in 0..len {
                let near = i.saturating_sub(half)..=(i + half).min(len - 1);
                out[start + i * stride] =
                    near.map(|k| v[start + k * stride]).reduce(pick).unwrap_or(v[start + i * stride]);
            }
        };
        let mut rows = grey.to_vec();
        (0..self.h).for_each(|y| line(grey, 1, y * self.w, self.w, &mut rows));
        let mut both = rows.clone();
        (0..self.w).for_each(|x| line(&rows, self.w, x, self.h, &mut both));
        both
    }

    /// Means of 3 x 3 pixels.
    fn soft(&self, grey: &[f32]) -> Vec<f32> {
        let at = |x: usize, y: usize| grey[y * self.w + x];
        let mean = |x: usize, y: usize| {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(self.w - 1));
            let (above, below) = (y.saturating_sub(1), (y + 1).min(self.h - 1));
            [above, y, below].map(|v| at(left, v) + at(x, v) + at(right, v)).iter().sum::<f32>() / 9.0
        };
        (0..self.w * self.h).map(|i| mean(i % self.w, i / self.w)).collect()
    }

    /// 0 to 1, by how far the noise is over a bound.
    fn zone(&mut self, cells: usize, steep: f32, bound: f32) -> Vec<f32> {
        self.field(cells).into_iter().map(|f| 1.0 / (1.0 + (-steep * (f - bound)).exp())).collect()
    }

    fn wet(&mut self, grey: &[f32]) -> Vec<f32> {
        let (three, five) = (self.extreme(grey, 1, f32::min), self.extreme(grey, 2, f32::min));
        let (zone, worst) = (self.zone(4, 3.0, -0.33), self.zone(5, 4.0, 0.9));
        let mixed: Vec<f32> = (0..grey.len())
            .map(|i| {
                let v = grey[i] + zone[i] * (three[i] - grey[i]);
                v + worst[i] * (five[i] - v)
            })
            .collect();
        self.soft(&mixed)
    }

    fn dry(&mut self, grey: &[f32]) -> Vec<f32> {
        let thin = self.extreme(grey, 1, f32::max);
        let zone = self.zone(4, 3.0, -0.33);
        let mut sorted = grey.to_vec();
        sorted.sort_by(f32::total_cmp);
        let light = sorted[sorted.len() * 19 / 20];
        // Grains of about two pixels.
        let grain = self.field((self.w.max(self.h) / 2).max(1));
        (0..grey.len())
            .map(|i| {
                let v = grey[i] + zone[i] * (thin[i] - grey[i]);
                if grain[i] > 0.9 { v + zone[i] * (light - v).max(0.0) } else { v }
            })
            .collect()
    }

    fn stretched(&mut self, grey: &[f32], by: f32) -> Vec<f32> {
        let (right, down) = (self.field(3), self.field(3));
        (0..grey.len())
            .map(|i| {
                let x = ((i % self.w) as f32 + by * right[i]).clamp(0.0, self.w as f32 - 1.01);
                let y = ((i / self.w) as f32 + by * down[i]).clamp(0.0, self.h as f32 - 1.01);
                let (at, fx, fy) = (y as usize * self.w + x as usize, x.fract(), y.fract());
                let upper = grey[at] + fx * (grey[at + 1] - grey[at]);
                let lower = grey[at + self.w] + fx * (grey[at + self.w + 1] - grey[at + self.w]);
                upper + fy * (lower - upper)
            })
            .collect()
    }

    fn faint(&mut self, grey: &[f32]) -> Vec<f32> {
        let mean = grey.iter().sum::<f32>() / grey.len() as f32;
        let (keep, noise) = (self.between(0.3, 0.6), self.between(2.0, 5.0));
        let light = (self.between(-60.0, 60.0), self.between(-60.0, 60.0));
        let (w, h) = (self.w as f32, self.h as f32);
        let mixed: Vec<f32> = (0..grey.len())
            .map(|i| {
                let (x, y) = ((i % self.w) as f32 / w - 0.5, (i / self.w) as f32 / h - 0.5);
                140.0 + keep * (grey[i] - mean) + noise * self.normal() + light.0 * x + light.1 * y
            })
            .collect();
        if self.between(0.0, 1.0) < 0.5 { self.soft(&mixed) } else { mixed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stripes six pixels apart.
    fn stripes() -> GreyImage {
        let pixels = (0..96 * 80).map(|i| if i % 96 % 6 < 3 { 60 } else { 200 }).collect();
        GreyImage::new(96, 80, Some(500.0), pixels).unwrap()
    }

    fn mean(image: &GreyImage) -> f64 {
        image.pixels().iter().map(|v| f64::from(*v)).sum::<f64>() / image.pixels().len() as f64
    }

    #[test]
    fn changes_come_again_and_do_what_they_say() {
        let plain = stripes();
        for skin in [Skin::Wet, Skin::Dry, Skin::Stretched, Skin::Faint] {
            let changed = skin.apply(&plain).unwrap();
            assert_eq!(Some(&changed), skin.apply(&plain).as_ref(), "{skin:?}");
            assert_ne!(changed.pixels(), plain.pixels(), "{skin:?}");
        }
        assert!(mean(&Skin::Wet.apply(&plain).unwrap()) < mean(&plain) - 10.0);
        assert!(mean(&Skin::Dry.apply(&plain).unwrap()) > mean(&plain) + 10.0);
        let tiny = GreyImage::new(7, 80, None, vec![0; 560]).unwrap();
        assert_eq!(Skin::Wet.apply(&tiny), None);
    }
}
