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

const UNROLLED: usize = CODE_COLUMNS + 2 * SHIFTS;

/// Counts over all shifts: column `c` of `a` meets column `c + shift` of `b`.
pub(crate) fn distances(ac: &Columns, am: &Columns, bc: &Columns, bm: &Columns) -> Counts {
    let (bc, bm) = (unrolled(bc), unrolled(bm));
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vpopcntdq") {
            // SAFETY: both features were just seen.
            return unsafe { avx512(ac, am, &bc, &bm) };
        }
        if is_x86_feature_detected!("popcnt") {
            // SAFETY: the feature was just seen.
            return unsafe { popcnt(ac, am, &bc, &bm) };
        }
    }
    scalar(ac, am, &bc, &bm)
}

/// The columns with `SHIFTS` more on either side, so that no shift wraps.
fn unrolled(words: &Columns) -> [u64; UNROLLED] {
    let mut out = [0; UNROLLED];
    out[SHIFTS..SHIFTS + CODE_COLUMNS].copy_from_slice(words);
    out[..SHIFTS].copy_from_slice(&words[CODE_COLUMNS - SHIFTS..]);
    out[SHIFTS + CODE_COLUMNS..].copy_from_slice(&words[..SHIFTS]);
    out
}

#[inline(always)]
fn scalar(ac: &Columns, am: &Columns, bc: &[u64; UNROLLED], bm: &[u64; UNROLLED]) -> Counts {
    std::array::from_fn(|turn| {
        let (mut different, mut common) = (0, 0);
        for (((ac, am), bc), bm) in ac.iter().zip(am).zip(&bc[turn..]).zip(&bm[turn..]) {
            let both = am & bm;
            different += ((ac ^ bc) & both).count_ones();
            common += both.count_ones();
        }
        (different, common)
    })
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn popcnt(ac: &Columns, am: &Columns, bc: &[u64; UNROLLED], bm: &[u64; UNROLLED]) -> Counts {
    scalar(ac, am, bc, bm)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn avx512(ac: &Columns, am: &Columns, bc: &[u64; UNROLLED], bm: &[u64; UNROLLED]) -> Counts {
    use std::arch::x86_64::{
        _mm512_add_epi64, _mm512_and_si512, _mm512_loadu_epi64, _mm512_popcnt_epi64, _mm512_reduce_add_epi64,
        _mm512_setzero_si512, _mm512_ternarylogic_epi64,
    };
    const LANES: usize = 8;
    const { assert!(CODE_COLUMNS.is_multiple_of(LANES)) };
    std::array::from_fn(|turn| {
        let (mut different, mut common) = (_mm512_setzero_si512(), _mm512_setzero_si512());
        for at in (0..CODE_COLUMNS).step_by(LANES) {
            // SAFETY: `at + LANES <= CODE_COLUMNS` and `turn < TURNS`, so `turn + at + LANES <= UNROLLED`.
            let (ac, am, bc, bm) = unsafe {
                (
                    _mm512_loadu_epi64(ac.as_ptr().add(at).cast()),
                    _mm512_loadu_epi64(am.as_ptr().add(at).cast()),
                    _mm512_loadu_epi64(bc.as_ptr().add(turn + at).cast()),
                    _mm512_loadu_epi64(bm.as_ptr().add(turn + at).cast()),
                )
            };
            let both = _mm512_and_si512(am, bm);
            // (first ^ second) & third.
            let unequal = _mm512_ternarylogic_epi64::<0x28>(ac, bc, both);
            different = _mm512_add_epi64(different, _mm512_popcnt_epi64(unequal));
            common = _mm512_add_epi64(common, _mm512_popcnt_epi64(both));
        }
        (_mm512_reduce_add_epi64(different) as u32, _mm512_reduce_add_epi64(common) as u32)
    })
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

    #[test]
    fn every_way_counts_the_same() {
        for seed in 0..20 {
            let [ac, am, bc, bm] = [0, 1, 2, 3].map(|k| noise(seed * 4 + k));
            let slow = scalar(&ac, &am, &unrolled(&bc), &unrolled(&bm));
            assert_eq!(distances(&ac, &am, &bc, &bm), slow);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("popcnt") {
                // SAFETY: the feature was just seen.
                assert_eq!(unsafe { popcnt(&ac, &am, &unrolled(&bc), &unrolled(&bm)) }, slow);
            }
        }
    }

    #[test]
    fn a_turned_code_meets_itself_at_its_turn() {
        let code = noise(5);
        for turn in [-15isize, -4, 0, 9, 15] {
            let turned: Columns = std::array::from_fn(|c| code[(c as isize - turn).rem_euclid(256) as usize]);
            let counts = distances(&code, &[u64::MAX; 256], &turned, &[u64::MAX; 256]);
            assert_eq!(counts[(turn + SHIFTS as isize) as usize], (0, 16_384));
        }
    }
}
