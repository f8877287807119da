//! AVX2: half the lanes, and bits counted by looking up nibbles.
#![allow(unsafe_code)]

use super::*;
use std::arch::x86_64::*;

pub(super) fn kernels() -> Option<Kernels> {
    let all = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
    all.then_some(Kernels { name: "AVX2", finger, iris, counts, wide })
}

fn finger(slots: &[Plane], counts: &Plane, probe: &[ProbeMinutia]) -> Resultants {
    // SAFETY: `kernels` gives this function only where the CPU has the features.
    unsafe { finger_lanes(slots, counts, probe) }
}

fn iris(codes: &[[Octet; 2]; IRIS_WORDS], probe: &ProbeEye) -> [u32; IRIS_LANES] {
    // SAFETY: as above.
    unsafe { iris_lanes(codes, probe) }
}

fn counts(code: &IrisCode, mask: &IrisCode, probe: &[(IrisCode, IrisCode); TURNS]) -> TurnCounts {
    // SAFETY: as above.
    unsafe { counts_turns(code, mask, probe) }
}

fn wide(values: &[i8; WIDE], turn: u8, probe: &ProbeWide) -> WideBest {
    // SAFETY: as above.
    unsafe { wide_lanes(values, turn, probe) }
}

/// Bits set in each byte.
#[target_feature(enable = "avx2")]
#[inline]
fn count(v: __m256i) -> __m256i {
    let table = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    let low = _mm256_set1_epi8(15);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(v), low);
    _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(v, low)), _mm256_shuffle_epi8(table, high))
}

#[target_feature(enable = "avx2")]
#[inline]
fn half_of(plane: &Plane, half: usize) -> __m256i {
    // SAFETY: a plane is 64 bytes; `half` is 0 or 1.
    unsafe { _mm256_load_si256(plane.0.as_ptr().add(32 * (half & 1)).cast()) }
}

#[target_feature(enable = "avx2")]
fn finger_lanes(slots: &[Plane], counts: &Plane, probe: &[ProbeMinutia]) -> Resultants {
    let circle = circle();
    let mut out = Resultants { cosine: [0; LANES], sine: [0; LANES] };
    let far = _mm256_set1_epi8(FAR as i8);
    let gate = _mm256_set1_epi8(2 * GATE as i8);
    for (at, slot) in slots.chunks_exact(SLOT_PLANES).enumerate() {
        for half in 0..2 {
            let turn = half_of(&slot[SIGN_BYTES], half);
            let (mut best, mut from) = (far, _mm256_setzero_si256());
            for minutia in probe {
                let mut distance = _mm256_setzero_si256();
                for (plane, p) in slot[..SIGN_BYTES].iter().zip(&minutia.signs) {
                    let different = _mm256_xor_si256(half_of(plane, half), _mm256_set1_epi32(*p as i32));
                    distance = _mm256_add_epi8(distance, count(different));
                }
                let apart = _mm256_sub_epi8(turn, _mm256_set1_epi32(minutia.from as i32));
                let near = _mm256_cmpeq_epi8(_mm256_min_epu8(apart, gate), apart);
                // Distances are at most 128; less than `best` (at most FAR) is: min differs from best.
                let least = _mm256_min_epu8(distance, best);
                let better = _mm256_andnot_si256(_mm256_cmpeq_epi8(least, best), near);
                best = _mm256_blendv_epi8(best, distance, better);
                from = _mm256_blendv_epi8(from, apart, better);
            }
            let (mut bests, mut froms) = ([0u8; 32], [0u8; 32]);
            // SAFETY: 32 bytes each.
            unsafe {
                _mm256_storeu_si256(bests.as_mut_ptr().cast(), best);
                _mm256_storeu_si256(froms.as_mut_ptr().cast(), from);
            }
            for (k, (best, from)) in bests.iter().zip(froms).enumerate() {
                let lane = 32 * half + k;
                if at >= usize::from(counts.0[lane]) {
                    continue;
                }
                let e = i32::from(FAR - best);
                let part = |c: i8| ((e * e * (i32::from(c) << 8) + 0x4000) >> 15) as i16;
                out.cosine[lane] = out.cosine[lane].saturating_add(part(circle.cosine[usize::from(from)]));
                out.sine[lane] = out.sine[lane].saturating_add(part(circle.sine[usize::from(from)]));
            }
        }
    }
    out
}

#[target_feature(enable = "avx2")]
fn iris_lanes(codes: &[[Octet; 2]; IRIS_WORDS], probe: &ProbeEye) -> [u32; IRIS_LANES] {
    let mut least = [u32::MAX; IRIS_LANES];
    for half in 0..2 {
        let mut sums = [_mm256_setzero_si256(); TURNS];
        for ((pair, zeros), ones) in codes.iter().zip(probe.zeros.iter()).zip(probe.ones.iter()) {
            // SAFETY: an octet is eight words; four from the first or the fifth.
            let (set, clear) = unsafe {
                (
                    _mm256_load_si256(pair[0].0.as_ptr().add(4 * half).cast()),
                    _mm256_load_si256(pair[1].0.as_ptr().add(4 * half).cast()),
                )
            };
            for turn in 0..TURNS {
                let first = _mm256_and_si256(set, _mm256_set1_epi64x(zeros[turn] as i64));
                let second = _mm256_and_si256(clear, _mm256_set1_epi64x(ones[turn] as i64));
                let bits = count(_mm256_or_si256(first, second));
                let sum = _mm256_sad_epu8(bits, _mm256_setzero_si256());
                sums[turn] = _mm256_add_epi64(sums[turn], sum);
            }
        }
        for sum in sums {
            let mut lanes = [0u64; 4];
            // SAFETY: four words.
            unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), sum) };
            for (k, value) in lanes.into_iter().enumerate() {
                least[4 * half + k] = least[4 * half + k].min(value as u32);
            }
        }
    }
    least
}

#[target_feature(enable = "avx2")]
fn wide_lanes(values: &[i8; WIDE], turn: u8, probe: &ProbeWide) -> WideBest {
    // The plain loop, vectorised by the compiler.
    scalar::wide(values, turn, probe)
}

#[target_feature(enable = "avx2,popcnt")]
fn counts_turns(code: &IrisCode, mask: &IrisCode, probe: &[(IrisCode, IrisCode); TURNS]) -> TurnCounts {
    // The plain loop, vectorised by the compiler.
    scalar::counts(code, mask, probe)
}
