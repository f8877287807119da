//! Seeded randomness: ChaCha8 streams named by what they are for.

use crate::num;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// A stream of random numbers. Two streams with different names are independent.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream for `purpose` (a short tag) and up to two numbers under a seed.
    pub(crate) fn new(seed: u64, purpose: &str, a: u64, b: u64) -> Self {
        let mut tag = 0xcbf2_9ce4_8422_2325_u64;
        for byte in purpose.bytes() {
            tag = (tag ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mut key = [0; 32];
        for (slot, word) in key.chunks_exact_mut(8).zip([seed, tag, a, b]) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Uniform in 0..1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in `a..b`.
    pub(crate) fn range(&mut self, a: f32, b: f32) -> f32 {
        a + (b - a) * self.unit()
    }

    /// Uniform in 0..n (0 when n is 0).
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, p: f32) -> bool {
        self.unit() < p
    }

    /// Normal with this mean and deviation (Box and Muller), cut at four deviations.
    pub(crate) fn normal(&mut self, mean: f32, deviation: f32) -> f32 {
        let u = 1.0 - self.unit();
        let v = self.unit();
        let r = (-2.0 * libm::logf(u)).sqrt();
        mean + deviation * (r * num::sin_cos(num::TAU * v).1).clamp(-4.0, 4.0)
    }

    /// Nearly normal with this mean and deviation, and several times as fast: the sum of four uniform numbers, which
    /// ends at 3.4 deviations.
    #[inline]
    pub(crate) fn quick(&mut self, mean: f32, deviation: f32) -> f32 {
        let bits = self.0.next_u64();
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        // The sum has a deviation of 65536 / sqrt(3).
        const SCALE: f32 = 1.732_050_8 / 65_536.0;
        mean + deviation * SCALE * (sum as f32 - 131_070.0)
    }

    /// One of the items; `None` of an empty slice.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len() as u32) as usize)
    }

    /// Index drawn with these weights (0 where they are empty or all zero).
    pub(crate) fn weighted(&mut self, weights: &[f32]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f32>();
        for (i, w) in weights.iter().enumerate() {
            left -= w;
            if left < 0.0 {
                return i;
            }
        }
        0
    }
}
