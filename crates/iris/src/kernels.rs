//! Bit counting over all shifts: one function, three ways to compute it, all equal bit for bit.
//!
//! On paper: 31 shifts x 256 columns x 2 counts are 15,872 counted words. With one counted word a cycle that is
//! 5 microseconds at 3 GHz; eight words at a time (VPOPCNTDQ) it is 992 steps of six instructions on two ports,
//! about 1 microsecond.
#![allow(unsafe_code)]

use crate::compare::SHIFTS;
use crate::template::CODE_COLUMNS;

/// Shifts compared.
pub(crate) const TURNS: usize = 2 * SHIFTS + 1;

/// For each shift from `-SHIFTS` to `SHIFTS`: bits that differ and bits usable in both.
pub(crate) type Counts = [(u32, u32); TURNS];

/// Words of a code or a mask, one per column.
pub(crate) type Columns = [u64; CODE_COLUMNS];

/// The fast kernel takes turns eight at a time and passes over the last.
const TURNS_PADDED: usize = TURNS.next_multiple_of(8);

const UNROLLED: usize = CODE_COLUMNS + TURNS_PADDED;

/// Columns with `SHIFTS` more before and a few more than that behind, so that no turn wraps.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(crate) struct Unrolled([u64; UNROLLED]);

impl Unrolled {
    pub(crate) fn new(words: &Columns) -> Self {
        let mut out = [0; UNROLLED];
        let (before, rest) = out.split_at_mut(SHIFTS);
        let (own, behind) = rest.split_at_mut(CODE_COLUMNS);
        before.copy_from_slice(&words[CODE_COLUMNS - before.len()..]);
        own.copy_from_slice(words);
        behind.copy_from_slice(&words[..behind.len()]);
        Self(out)
    }

    /// The columns turned by at most `SHIFTS` either way: the first is column `by`.
    fn turned(&self, by: isize) -> &[u64] {
        let from = by.saturating_add(SHIFTS as isize).clamp(0, 2 * SHIFTS as isize) as usize;
        &self.0[from..from + CODE_COLUMNS]
    }

    /// The columns as they are.
    pub(crate) fn columns(&self) -> &[u64] {
        self.turned(0)
    }
}

/// A code and its mask.
#[derive(Debug, Clone)]
pub(crate) struct Masked {
    pub(crate) code: Unrolled,
    pub(crate) mask: Unrolled,
}

/// Counts over all shifts: column `c` of `a` meets column `c + shift` of `b`.
pub(crate) fn distances(a: &Masked, b: &Masked) -> Counts {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vpopcntdq") {
            // SAFETY: both features were just seen.
            return unsafe { avx512(a, b) };
        }
        if is_x86_feature_detected!("popcnt") {
            // SAFETY: the feature was just seen.
            return unsafe { popcnt(a, b) };
        }
    }
    scalar(a, b)
}

/// Bits that differ and bits usable in both, of two codes of the same length.
pub(crate) fn count(ac: &[u64], am: &[u64], bc: &[u64], bm: &[u64]) -> (u32, u32) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vpopcntdq") {
            // SAFETY: both features were just seen.
            return unsafe { count_avx512(ac, am, bc, bm) };
        }
        if is_x86_feature_detected!("popcnt") {
            // SAFETY: the feature was just seen.
            return unsafe { count_popcnt(ac, am, bc, bm) };
        }
    }
    count_scalar(ac, am, bc, bm)
}

#[inline(always)]
fn count_scalar(ac: &[u64], am: &[u64], bc: &[u64], bm: &[u64]) -> (u32, u32) {
    let (mut different, mut common) = (0, 0);
    for (((ac, am), bc), bm) in ac.iter().zip(am).zip(bc).zip(bm) {
        let both = am & bm;
        different += ((ac ^ bc) & both).count_ones();
        common += both.count_ones();
    }
    (different, common)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn count_popcnt(ac: &[u64], am: &[u64], bc: &[u64], bm: &[u64]) -> (u32, u32) {
    count_scalar(ac, am, bc, bm)
}

#[inline(always)]
fn scalar(a: &Masked, b: &Masked) -> Counts {
    let (ac, am) = (a.code.columns(), a.mask.columns());
    std::array::from_fn(|turn| {
        let by = turn as isize - SHIFTS as isize;
        count_scalar(ac, am, b.code.turned(by), b.mask.turned(by))
    })
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn popcnt(a: &Masked, b: &Masked) -> Counts {
    scalar(a, b)
}

/// Eight words at a time.
#[cfg(target_arch = "x86_64")]
const LANES: usize = 8;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn count_avx512(ac: &[u64], am: &[u64], bc: &[u64], bm: &[u64]) -> (u32, u32) {
    use std::arch::x86_64::{
        _mm512_add_epi64, _mm512_and_si512, _mm512_loadu_epi64, _mm512_popcnt_epi64, _mm512_reduce_add_epi64,
        _mm512_setzero_si512, _mm512_ternarylogic_epi64,
    };
    let (mut different, mut common) = (_mm512_setzero_si512(), _mm512_setzero_si512());
    let (a, b) = (
        ac.chunks_exact(LANES).zip(am.chunks_exact(LANES)),
        bc.chunks_exact(LANES).zip(bm.chunks_exact(LANES)),
    );
    for ((ac, am), (bc, bm)) in a.zip(b) {
        // SAFETY: every chunk holds `LANES` words.
        let [ac, am, bc, bm] =
            [ac, am, bc, bm].map(|words| unsafe { _mm512_loadu_epi64(words.as_ptr().cast()) });
        let both = _mm512_and_si512(am, bm);
        // (first ^ second) & third.
        let unequal = _mm512_ternarylogic_epi64::<0x28>(ac, bc, both);
        different = _mm512_add_epi64(different, _mm512_popcnt_epi64(unequal));
        common = _mm512_add_epi64(common, _mm512_popcnt_epi64(both));
    }
    let done = ac.len().min(am.len()).min(bc.len()).min(bm.len()) / LANES * LANES;
    let rest = count_scalar(&ac[done..], &am[done..], &bc[done..], &bm[done..]);
    (_mm512_reduce_add_epi64(different) as u32 + rest.0, _mm512_reduce_add_epi64(common) as u32 + rest.1)
}

/// Turns whose counts are kept in registers at once; the words of `a` are then loaded once for all of them.
#[cfg(target_arch = "x86_64")]
const TOGETHER: usize = 8;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn avx512(a: &Masked, b: &Masked) -> Counts {
    use std::arch::x86_64::{
        _mm512_add_epi64, _mm512_and_si512, _mm512_loadu_epi64, _mm512_popcnt_epi64, _mm512_reduce_add_epi64,
        _mm512_setzero_si512, _mm512_ternarylogic_epi64,
    };
    const { assert!(CODE_COLUMNS.is_multiple_of(LANES)) };
    let (ac, am) = (a.code.columns(), a.mask.columns());
    let (bc, bm) = (&b.code.0, &b.mask.0);
    let mut counts = [(0, 0); TURNS];
    for (block, counts) in counts.chunks_mut(TOGETHER).enumerate() {
        let (mut different, mut common) =
            ([_mm512_setzero_si512(); TOGETHER], [_mm512_setzero_si512(); TOGETHER]);
        for at in (0..CODE_COLUMNS).step_by(LANES) {
            // SAFETY: `at + LANES <= CODE_COLUMNS`.
            let (ac, am) = unsafe {
                (
                    _mm512_loadu_epi64(ac.as_ptr().add(at).cast()),
                    _mm512_loadu_epi64(am.as_ptr().add(at).cast()),
                )
            };
            for k in 0..TOGETHER {
                let from = block * TOGETHER + k + at;
                // SAFETY: `from + LANES <= CODE_COLUMNS + TURNS_PADDED - 1 < UNROLLED`.
                let (bc, bm) = unsafe {
                    (
                        _mm512_loadu_epi64(bc.as_ptr().add(from).cast()),
                        _mm512_loadu_epi64(bm.as_ptr().add(from).cast()),
                    )
                };
                let both = _mm512_and_si512(am, bm);
                // (first ^ second) & third.
                let unequal = _mm512_ternarylogic_epi64::<0x28>(ac, bc, both);
                different[k] = _mm512_add_epi64(different[k], _mm512_popcnt_epi64(unequal));
                common[k] = _mm512_add_epi64(common[k], _mm512_popcnt_epi64(both));
            }
        }
        for ((out, d), c) in counts.iter_mut().zip(different).zip(common) {
            *out = (_mm512_reduce_add_epi64(d) as u32, _mm512_reduce_add_epi64(c) as u32);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u64) -> Columns {
        let mut state = seed;
        std::array::from_fn(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29)
        })
    }

    fn masked(code: &Columns, mask: &Columns) -> Masked {
        Masked { code: Unrolled::new(code), mask: Unrolled::new(mask) }
    }

    #[test]
    fn every_way_counts_the_same() {
        for seed in 0..20 {
            let [ac, am, bc, bm] = [0, 1, 2, 3].map(|k| noise(seed * 4 + k));
            let (a, b) = (masked(&ac, &am), masked(&bc, &bm));
            let slow = scalar(&a, &b);
            assert_eq!(distances(&a, &b), slow);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("popcnt") {
                // SAFETY: the feature was just seen.
                assert_eq!(unsafe { popcnt(&a, &b) }, slow);
            }
            for n in [0, 1, 8, 13, 32, 256] {
                let slow = count_scalar(&ac[..n], &am[..n], &bc[..n], &bm[..n]);
                assert_eq!(count(&ac[..n], &am[..n], &bc[..n], &bm[..n]), slow);
            }
        }
    }

    #[test]
    fn a_turned_code_meets_itself_at_its_turn() {
        let code = noise(5);
        let all = [u64::MAX; CODE_COLUMNS];
        for turn in [-15isize, -4, 0, 9, 15] {
            let turned: Columns = std::array::from_fn(|c| code[(c as isize - turn).rem_euclid(256) as usize]);
            let counts = distances(&masked(&code, &all), &masked(&turned, &all));
            assert_eq!(counts[(turn + SHIFTS as isize) as usize], (0, 16_384));
        }
    }

    #[test]
    fn turning_wraps_around() {
        let code = noise(6);
        for by in [-15isize, -1, 0, 1, 15] {
            let mut turned = code;
            turned.rotate_left(by.rem_euclid(CODE_COLUMNS as isize) as usize);
            assert_eq!(Unrolled::new(&code).turned(by), turned, "{by}");
        }
        assert_eq!(Unrolled::new(&code).turned(isize::MAX), Unrolled::new(&code).turned(15));
    }
}
