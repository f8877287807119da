//! The similarity of all descriptors of one print with all of the other, and the whole of a comparison compiled
//! for the widest vectors that the CPU has.
//!
//! Similarities are whole numbers, and everything else is plain `f32` arithmetic that Rust neither fuses nor
//! reorders: every CPU gives the same bits.
#![allow(unsafe_code)]

use super::descriptor::{PROJECTED_LEN, Point, describe_any};
use super::prepared::{Known, MAX_COMPARED, Prepared};
use super::{Evidence, Workspace, compare_any};

/// Minutiae whose descriptors lie interleaved: four bytes of each in turn, so that one 512-bit register holds the
/// same four values of 16 minutiae.
pub(crate) const LANES: usize = 16;
/// Descriptor values a minutia in one register.
const QUAD: usize = 4;
const QUADS: usize = PROJECTED_LEN / QUAD;
/// Bytes of a block of [`LANES`] minutiae.
pub(crate) const BLOCK_LEN: usize = LANES * PROJECTED_LEN;

/// Where the four values from `QUAD * k` of minutia `i` lie.
#[inline(always)]
const fn quad_at(i: usize, k: usize) -> usize {
    i / LANES * BLOCK_LEN + (k * LANES + i % LANES) * QUAD
}

/// Interleaves descriptors that lie one after the other; the last block is filled with zeros.
pub(crate) fn interleave(descriptors: &[i8]) -> Vec<i8> {
    let mut out = vec![0i8; (descriptors.len() / PROJECTED_LEN).div_ceil(LANES) * BLOCK_LEN];
    for (i, d) in descriptors.chunks_exact(PROJECTED_LEN).enumerate() {
        for (k, quad) in d.chunks_exact(QUAD).enumerate() {
            let at = quad_at(i, k);
            out[at..at + QUAD].copy_from_slice(quad);
        }
    }
    out
}

/// Which instructions a comparison may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Any,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The best that this CPU has.
    #[inline]
    pub(crate) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx512f")
                && has!("avx512bw")
                && has!("avx512vl")
                && has!("avx512dq")
                && has!("avx512vnni")
            {
                return Self::Avx512;
            }
            if has!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Any
    }

    /// All that this CPU has, the plain one first.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![Self::Any];
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2") {
                all.push(Self::Avx2);
            }
            if Self::best() == Self::Avx512 {
                all.push(Self::Avx512);
            }
        }
        all
    }
}

/// [`compare_any`], compiled for `level`.
pub(crate) fn compare(a: &Prepared, b: &Prepared, work: &mut Workspace, level: Level) -> Evidence {
    match level {
        Level::Any => compare_any(a, b, work, level),
        // SAFETY: levels come from `Level::best` or `Level::all`, which ask the CPU.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { compare_avx2(a, b, work) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { compare_avx512(a, b, work) },
    }
}

/// # Safety
/// The CPU has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn compare_avx2(a: &Prepared, b: &Prepared, work: &mut Workspace) -> Evidence {
    compare_any(a, b, work, Level::Avx2)
}

/// # Safety
/// The CPU has AVX-512 F, BW, VL, DQ and VNNI.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
unsafe fn compare_avx512(a: &Prepared, b: &Prepared, work: &mut Workspace) -> Evidence {
    compare_any(a, b, work, Level::Avx512)
}

/// [`describe_any`], compiled for `level`.
pub(crate) fn describe(points: &[Point], at: usize, known: &Known, level: Level) -> [i8; PROJECTED_LEN] {
    match level {
        Level::Any => describe_any(points, at, known),
        // SAFETY: levels come from `Level::best` or `Level::all`, which ask the CPU.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { describe_avx2(points, at, known) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { describe_avx512(points, at, known) },
    }
}

/// # Safety
/// The CPU has AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn describe_avx2(points: &[Point], at: usize, known: &Known) -> [i8; PROJECTED_LEN] {
    describe_any(points, at, known)
}

/// # Safety
/// The CPU has AVX-512 F, BW, VL and DQ.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq")]
unsafe fn describe_avx512(points: &[Point], at: usize, known: &Known) -> [i8; PROJECTED_LEN] {
    describe_any(points, at, known)
}

/// Half of the dot products of the first `rows` descriptors of `a` with those of `b`, both interleaved, row by row;
/// a row is as long as `b` has lanes, and what belongs to no minutia is zero. Half, so that it fits 16 bits:
/// descriptors have length 254 and the product at most 64,516.
#[inline]
pub(crate) fn similarity(a: &[i8], rows: usize, b: &[i8], out: &mut [i16], level: Level) {
    let blocks = b.len() / BLOCK_LEN;
    assert!(
        rows <= MAX_COMPARED && rows <= a.len() / BLOCK_LEN * LANES && out.len() >= rows * blocks * LANES
    );
    match level {
        Level::Any => similarity_any(a, rows, b, out),
        // SAFETY: the CPU has it (`Level`), and the sizes were checked above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { similarity_avx2(a, rows, b, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { similarity_avx512(a, rows, b, out) },
    }
}

/// The reference.
fn similarity_any(a: &[i8], rows: usize, b: &[i8], out: &mut [i16]) {
    let stride = b.len() / BLOCK_LEN * LANES;
    for i in 0..rows {
        let own: [i8; PROJECTED_LEN] = core::array::from_fn(|k| a[quad_at(i, k / QUAD) + k % QUAD]);
        for (block, line) in b.chunks_exact(BLOCK_LEN).zip(out[i * stride..].chunks_exact_mut(LANES)) {
            let mut sums = [0i32; LANES];
            for (quad, own) in block.chunks_exact(LANES * QUAD).zip(own.chunks_exact(QUAD)) {
                for (sum, other) in sums.iter_mut().zip(quad.chunks_exact(QUAD)) {
                    for (x, y) in own.iter().zip(other) {
                        *sum += i32::from(*x) * i32::from(*y);
                    }
                }
            }
            for (o, sum) in line.iter_mut().zip(sums) {
                *o = (sum >> 1).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
            }
        }
    }
}

/// # Safety
/// The CPU has AVX2; `out` has a row of `b`'s lanes for each minutia of `a`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn similarity_avx2(a: &[i8], rows: usize, b: &[i8], out: &mut [i16]) {
    use std::arch::x86_64::*;
    let blocks = b.len() / BLOCK_LEN;
    let ones = _mm256_set1_epi16(1);
    for i in 0..rows {
        for block in 0..blocks {
            let (mut low, mut high) = (_mm256_setzero_si256(), _mm256_setzero_si256());
            for k in 0..QUADS {
                // SAFETY: quads of minutia i < rows lie inside `a`'s blocks, 64 bytes of every quad of a block inside `b`.
                let (own, l, h) = unsafe {
                    let at = b.as_ptr().add(block * BLOCK_LEN + k * LANES * QUAD);
                    (
                        _mm256_set1_epi32(a.as_ptr().add(quad_at(i, k)).cast::<i32>().read_unaligned()),
                        _mm256_loadu_si256(at.cast()),
                        _mm256_loadu_si256(at.add(32).cast()),
                    )
                };
                // |x| times y with the sign of x: two products of at most 127 * 127 fit 16 bits.
                let size = _mm256_abs_epi8(own);
                let pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(l, own));
                low = _mm256_add_epi32(low, _mm256_madd_epi16(pairs, ones));
                let pairs = _mm256_maddubs_epi16(size, _mm256_sign_epi8(h, own));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(pairs, ones));
            }
            let packed = _mm256_packs_epi32(_mm256_srai_epi32::<1>(low), _mm256_srai_epi32::<1>(high));
            let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
            // SAFETY: `out` has blocks * LANES values for each of `rows`.
            unsafe { _mm256_storeu_si256(out.as_mut_ptr().add((i * blocks + block) * LANES).cast(), packed) };
        }
    }
}

/// # Safety
/// The CPU has AVX-512 F, BW and VNNI; `out` has a row of `b`'s lanes for each minutia of `a`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
unsafe fn similarity_avx512(a: &[i8], rows: usize, b: &[i8], out: &mut [i16]) {
    use std::arch::x86_64::*;
    let blocks = b.len() / BLOCK_LEN;
    let flip = _mm512_set1_epi8(-128);
    // The instruction multiplies unsigned by signed: y + 128 is unsigned, and 128 times the sum of x goes off again.
    let mut excess = [0i32; MAX_COMPARED];
    for (block, excess) in a.chunks_exact(BLOCK_LEN).zip(excess.chunks_exact_mut(LANES)) {
        let mut sums = _mm512_setzero_si512();
        for quad in block.chunks_exact(LANES * QUAD) {
            // SAFETY: four bytes of each of 16 lanes are 64.
            sums = _mm512_dpbusd_epi32(sums, flip, unsafe { _mm512_loadu_si512(quad.as_ptr().cast()) });
        }
        // SAFETY: 16 sums of 32 bits are 64 bytes.
        unsafe { _mm512_storeu_si512(excess.as_mut_ptr().cast(), sums) };
    }
    for block in 0..blocks {
        let mut columns = [_mm512_setzero_si512(); QUADS];
        for (k, column) in columns.iter_mut().enumerate() {
            // SAFETY: 64 bytes of every quad of a block lie inside `b`.
            let values =
                unsafe { _mm512_loadu_si512(b.as_ptr().add(block * BLOCK_LEN + k * LANES * QUAD).cast()) };
            *column = _mm512_xor_si512(values, flip);
        }
        for (i, excess) in excess.iter().enumerate().take(rows) {
            let (mut even, mut odd) = (_mm512_setzero_si512(), _mm512_setzero_si512());
            for k in (0..QUADS).step_by(2) {
                // SAFETY: quads of minutia i < rows lie inside `a`'s blocks.
                let (p, q) = unsafe {
                    (
                        a.as_ptr().add(quad_at(i, k)).cast::<i32>().read_unaligned(),
                        a.as_ptr().add(quad_at(i, k + 1)).cast::<i32>().read_unaligned(),
                    )
                };
                even = _mm512_dpbusd_epi32(even, columns[k], _mm512_set1_epi32(p));
                odd = _mm512_dpbusd_epi32(odd, columns[k + 1], _mm512_set1_epi32(q));
            }
            let sum = _mm512_sub_epi32(_mm512_add_epi32(even, odd), _mm512_set1_epi32(*excess));
            let half = _mm512_cvtsepi32_epi16(_mm512_srai_epi32::<1>(sum));
            // SAFETY: `out` has blocks * LANES values for each of `rows`.
            unsafe { _mm256_storeu_si256(out.as_mut_ptr().add((i * blocks + block) * LANES).cast(), half) };
        }
    }
}

/// Which of 16 values are over a bound, as bits.
#[inline(always)]
pub(crate) fn above(values: &[i16; LANES], bound: i16) -> u32 {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::*;
        // SAFETY: every x86-64 CPU has SSE2; 32 bytes lie inside `values`.
        unsafe {
            let bound = _mm_set1_epi16(bound);
            let low = _mm_cmpgt_epi16(_mm_loadu_si128(values.as_ptr().cast()), bound);
            let high = _mm_cmpgt_epi16(_mm_loadu_si128(values.as_ptr().add(8).cast()), bound);
            _mm_movemask_epi8(_mm_packs_epi16(low, high)) as u32
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    above_any(values, bound)
}

/// The reference.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn above_any(values: &[i16; LANES], bound: i16) -> u32 {
    values.iter().enumerate().fold(0, |bits, (k, v)| bits | u32::from(*v > bound) << k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree() {
        let make = |n: usize, k: usize| -> Vec<[i8; PROJECTED_LEN]> {
            (0..n).map(|i| std::array::from_fn(|j| (((i * 64 + j) * k % 255) as i16 - 127) as i8)).collect()
        };
        for (rows, columns) in [(7, 19), (16, 16), (33, 1), (1, 48)] {
            let (a, b) = (make(rows, 31), make(columns, 57));
            let (own, blocks) = (interleave(&a.concat()), interleave(&b.concat()));
            let stride = columns.div_ceil(LANES) * LANES;
            let mut want = vec![0i16; rows * stride];
            for (i, x) in a.iter().enumerate() {
                for (j, y) in b.iter().enumerate() {
                    let dot: i32 = x.iter().zip(y).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum();
                    want[i * stride + j] = (dot >> 1).clamp(-32768, 32767) as i16;
                }
            }
            for level in Level::all() {
                let mut out = vec![1i16; rows * stride];
                similarity(&own, rows, &blocks, &mut out, level);
                assert_eq!(out, want, "{level:?}, {rows} x {columns}");
            }
        }
    }

    #[test]
    fn descriptors_are_the_same_on_every_cpu() {
        let points: Vec<Point> = (0..60u32)
            .map(|i| {
                let turn = (i * 37) as u8;
                let (s, c) = (f32::from(turn) * (std::f32::consts::TAU / 256.0)).sin_cos();
                let (x, y) = ((i * 97 % 311) as f32 * 0.7, -((i * 61 % 307) as f32));
                Point { x, y, c, s, turn, weight: 0.25 + (i % 4) as f32 * 0.25 }
            })
            .collect();
        let near = Known::Near(points.iter().step_by(7).map(|p| (p.x, p.y)).collect());
        for known in [near, Known::Everywhere] {
            for at in 0..points.len() {
                let want = describe(&points, at, &known, Level::Any);
                for level in Level::all() {
                    assert_eq!(describe(&points, at, &known, level), want, "{level:?}, {at}");
                }
            }
        }
    }

    #[test]
    fn bits_of_what_is_above() {
        let values: [i16; LANES] = std::array::from_fn(|k| (k as i16 * 79 % 31) - 15);
        for bound in [-32768, -16, -3, 0, 4, 15, 32767] {
            assert_eq!(above(&values, bound), above_any(&values, bound), "{bound}");
        }
    }
}
