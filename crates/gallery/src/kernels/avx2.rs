//! AVX2: half the lanes, and bits counted by looking up nibbles.
#![allow(unsafe_code)]

use super::*;
use std::arch::x86_64::*;

pub(super) fn kernels() -> Option<Kernels> {
    let all = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
    all.then_some(Kernels { name: "AVX2", finger, iris, counts, wide })
}

fn finger(groups: &[Group], probe: &ProbeMinutiae) -> Resultants {
    // SAFETY: `kernels` gives this function only where the CPU has the features.
    unsafe { finger_lanes(groups, probe) }
}

fn iris(eights: &[IrisEight], probe: &ProbeEye, limits: &IrisLimits) -> u64 {
    // SAFETY: as above.
    unsafe { iris_lanes(eights, probe, limits) }
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
fn finger_lanes(groups: &[Group], probe: &ProbeMinutiae) -> Resultants {
    let circle = circle();
    let far = _mm256_set1_epi8(FAR as i8);
    let gate = _mm256_set1_epi8(2 * GATE as i8);
    let mut out = Resultants::NONE;
    for (at, group) in groups.iter().enumerate() {
        if let Some(coming) = groups.get(at + AHEAD) {
            fetch(coming);
        }
        let run = probe.arc(group.turn.0[0], group.turn.0[LANES - 1]);
        let (mut bests, mut froms) = ([0u8; LANES], [0u8; LANES]);
        for half in 0..2 {
            let turn = half_of(&group.turn, half);
            let (mut best, mut from) = (far, _mm256_setzero_si256());
            for minutia in run {
                let mut distance = _mm256_setzero_si256();
                for (plane, p) in group.signs.iter().zip(&minutia.signs) {
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
            // SAFETY: 32 bytes each, from the first or the 32nd.
            unsafe {
                _mm256_storeu_si256(bests.as_mut_ptr().add(32 * half).cast(), best);
                _mm256_storeu_si256(froms.as_mut_ptr().add(32 * half).cast(), from);
            }
        }
        let (mut cosine, mut sine, mut found) = ([0i16; LANES], [0i16; LANES], 0u64);
        for lane in 0..LANES {
            found |= u64::from(bests[lane] < FAR && usize::from(group.owner.0[lane]) < LANES) << lane;
            let e = i32::from(FAR - bests[lane].min(FAR));
            let part = |c: i8| ((e * e * (i32::from(c) << 8) + 0x4000) >> 15) as i16;
            cosine[lane] = part(circle.cosine[usize::from(froms[lane] & 127)]);
            sine[lane] = part(circle.sine[usize::from(froms[lane] & 127)]);
        }
        out.add(found, &group.owner, &cosine, &sine);
    }
    out
}

/// Adds the bits that differ in half the lanes of these words, turn by turn.
#[target_feature(enable = "avx2")]
#[inline]
fn differing(
    sums: &mut [__m256i; TURNS],
    half: usize,
    codes: &[[Octet; 2]],
    zeros: &[[u64; TURNS]],
    ones: &[[u64; TURNS]],
) {
    for ((pair, zeros), ones) in codes.iter().zip(zeros).zip(ones) {
        // SAFETY: an octet is eight words; four from the first or the fifth.
        let (set, clear) = unsafe {
            (
                _mm256_load_si256(pair[0].0.as_ptr().add(4 * (half & 1)).cast()),
                _mm256_load_si256(pair[1].0.as_ptr().add(4 * (half & 1)).cast()),
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
}

#[target_feature(enable = "avx2")]
fn iris_lanes(eights: &[IrisEight], probe: &ProbeEye, limits: &IrisLimits) -> u64 {
    let (zeros, more_zeros) = probe.zeros.split_at(IRIS_FIRST);
    let (ones, more_ones) = probe.ones.split_at(IRIS_FIRST);
    let mut found = 0;
    for (at, (eight, limits)) in eights.iter().zip(limits.as_chunks::<IRIS_LANES>().0).enumerate() {
        if *limits == [0; IRIS_LANES] {
            continue;
        }
        if let Some(coming) = eights.get(at + AHEAD) {
            fetch(coming);
        }
        let (first, rest) = eight.split_at(IRIS_FIRST);
        for half in 0..2 {
            let within = |sums: &[__m256i; TURNS]| {
                let mut within = 0u64;
                for sum in sums {
                    let mut lanes = [0u64; 4];
                    // SAFETY: four words.
                    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), *sum) };
                    for (k, value) in lanes.into_iter().enumerate() {
                        let lane = 4 * half + k;
                        within |= u64::from(value < u64::from(limits[lane])) << (at * IRIS_LANES + lane);
                    }
                }
                within
            };
            let mut sums = [_mm256_setzero_si256(); TURNS];
            differing(&mut sums, half, first, zeros, ones);
            if within(&sums) != 0 {
                differing(&mut sums, half, rest, more_zeros, more_ones);
                found |= within(&sums);
            }
        }
    }
    found
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
