//! AVX-512 with byte counts and byte permutes (Ice Lake, Zen 4 and later).
#![allow(unsafe_code)]

use super::*;
use std::arch::x86_64::*;

pub(super) fn kernels() -> Option<Kernels> {
    let all = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512bitalg")
        && is_x86_feature_detected!("avx512vpopcntdq")
        && is_x86_feature_detected!("avx512vnni")
        && is_x86_feature_detected!("popcnt");
    all.then_some(Kernels { name: "AVX-512", finger, iris, counts, wide })
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

#[target_feature(enable = "avx512f")]
#[inline]
fn load(plane: &Plane) -> __m512i {
    // SAFETY: a plane is 64 bytes, aligned to 64.
    unsafe { _mm512_load_si512(plane.0.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512bitalg,avx512vpopcntdq")]
fn finger_lanes(groups: &[Group], probe: &ProbeMinutiae) -> Resultants {
    let circle = circle();
    // SAFETY: each table is 128 bytes.
    let (cosine, sine) = unsafe {
        let halves = |table: &[i8; 128]| {
            (_mm512_loadu_si512(table.as_ptr().cast()), _mm512_loadu_si512(table.as_ptr().add(LANES).cast()))
        };
        (halves(&circle.cosine), halves(&circle.sine))
    };
    let far = _mm512_set1_epi8(FAR as i8);
    let gate = _mm512_set1_epi8(2 * GATE as i8);
    let mut out = Resultants::NONE;
    for (at, group) in groups.iter().enumerate() {
        if let Some(coming) = groups.get(at + AHEAD) {
            fetch(coming);
        }
        let signs: [__m512i; SIGN_BYTES] = std::array::from_fn(|k| load(&group.signs[k]));
        let turn = load(&group.turn);
        let (mut best, mut from) = (far, _mm512_setzero_si512());
        for minutia in probe.arc(group.turn.0[0], group.turn.0[LANES - 1]) {
            let part = |k: usize| {
                let p = _mm512_set1_epi32(minutia.signs[k] as i32);
                _mm512_popcnt_epi8(_mm512_xor_si512(signs[k], p))
            };
            let four = |k: usize| {
                let (a, b) =
                    (_mm512_add_epi8(part(k), part(k + 1)), _mm512_add_epi8(part(k + 2), part(k + 3)));
                _mm512_add_epi8(a, b)
            };
            let distance =
                _mm512_add_epi8(_mm512_add_epi8(four(0), four(4)), _mm512_add_epi8(four(8), four(12)));
            let apart = _mm512_sub_epi8(turn, _mm512_set1_epi32(minutia.from as i32));
            let near = _mm512_cmple_epu8_mask(apart, gate);
            let better = _mm512_mask_cmplt_epu8_mask(near, distance, best);
            best = _mm512_mask_mov_epi8(best, better, distance);
            from = _mm512_mask_mov_epi8(from, better, apart);
        }
        let known = _mm512_cmplt_epu8_mask(load(&group.owner), _mm512_set1_epi8(LANES as i8));
        let found = _mm512_mask_cmplt_epu8_mask(known, best, far);
        let e = _mm512_sub_epi8(far, best);
        let c = _mm512_permutex2var_epi8(cosine.0, from, cosine.1);
        let s = _mm512_permutex2var_epi8(sine.0, from, sine.1);
        let (mut cosines, mut sines) = ([0i16; LANES], [0i16; LANES]);
        for half in 0..2 {
            let pick = |v: __m512i| {
                if half == 0 { _mm512_castsi512_si256(v) } else { _mm512_extracti64x4_epi64::<1>(v) }
            };
            let e = _mm512_cvtepu8_epi16(pick(e));
            let weight = _mm512_mullo_epi16(e, e);
            let scaled = |v| _mm512_slli_epi16::<8>(_mm512_cvtepi8_epi16(pick(v)));
            // SAFETY: each half of a row is 32 values of 16 bits.
            unsafe {
                let at = LANES / 2 * half;
                let (c, s) = (_mm512_mulhrs_epi16(weight, scaled(c)), _mm512_mulhrs_epi16(weight, scaled(s)));
                _mm512_storeu_si512(cosines.as_mut_ptr().add(at).cast(), c);
                _mm512_storeu_si512(sines.as_mut_ptr().add(at).cast(), s);
            }
        }
        out.add(found, &group.owner, &cosines, &sines);
    }
    out
}

/// Adds the bits that differ in these words, turn by turn.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
#[inline]
fn differing(
    sums: &mut [__m512i; TURNS],
    codes: &[[Octet; 2]],
    coming: &[[Octet; 2]],
    zeros: &[[u64; TURNS]],
    ones: &[[u64; TURNS]],
) {
    for (((pair, coming), zeros), ones) in codes.iter().zip(coming).zip(zeros).zip(ones) {
        fetch(coming);
        // SAFETY: an octet is 64 bytes, aligned to 64.
        let (set, clear) = unsafe {
            (_mm512_load_si512(pair[0].0.as_ptr().cast()), _mm512_load_si512(pair[1].0.as_ptr().cast()))
        };
        for turn in 0..TURNS {
            let first = _mm512_and_si512(set, _mm512_set1_epi64(zeros[turn] as i64));
            let second = _mm512_set1_epi64(ones[turn] as i64);
            // first | (second & third)
            let different = _mm512_ternarylogic_epi64::<0xf8>(first, clear, second);
            sums[turn] = _mm512_add_epi64(sums[turn], _mm512_popcnt_epi64(different));
        }
    }
}

#[target_feature(enable = "avx512f,avx512vpopcntdq")]
fn iris_lanes(eights: &[IrisEight], probe: &ProbeEye, limits: &IrisLimits) -> u64 {
    let (zeros, more_zeros) = probe.zeros.split_at(IRIS_FIRST);
    let (ones, more_ones) = probe.ones.split_at(IRIS_FIRST);
    let mut found = 0;
    for (at, (eight, limits)) in eights.iter().zip(limits.as_chunks::<IRIS_LANES>().0).enumerate() {
        if *limits == [0; IRIS_LANES] {
            continue;
        }
        // SAFETY: eight values of 32 bits.
        let limits = unsafe { _mm512_cvtepu32_epi64(_mm256_loadu_si256(limits.as_ptr().cast())) };
        let within = |sums: &[__m512i; TURNS]| {
            let least = sums.iter().fold(_mm512_set1_epi64(i64::MAX), |a, b| _mm512_min_epu64(a, *b));
            _mm512_cmplt_epu64_mask(least, limits)
        };
        let (first, rest) = eight.split_at(IRIS_FIRST);
        let (coming, later) = eights.get(at + AHEAD).unwrap_or(eight).split_at(IRIS_FIRST);
        let mut sums = [_mm512_setzero_si512(); TURNS];
        differing(&mut sums, first, coming, zeros, ones);
        if within(&sums) == 0 {
            continue;
        }
        differing(&mut sums, rest, later, more_zeros, more_ones);
        found |= u64::from(within(&sums)) << (at * IRIS_LANES);
    }
    found
}

#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn wide_lanes(values: &[i8; WIDE], turn: u8, probe: &ProbeWide) -> WideBest {
    const REGISTERS: usize = WIDE_LANES / 16;
    let mut sums = [_mm512_setzero_si512(); REGISTERS];
    let mut offset = 0;
    for (four, lanes) in values.chunks_exact(4).zip(probe.values.iter()) {
        let packed = i32::from_le_bytes([four[0] as u8, four[1] as u8, four[2] as u8, four[3] as u8]);
        offset += four.iter().map(|v| 128 * i32::from(*v)).sum::<i32>();
        let own = _mm512_set1_epi32(packed);
        for (register, sum) in sums.iter_mut().enumerate() {
            // SAFETY: 16 register + 16 <= WIDE_LANES.
            let other = unsafe { _mm512_loadu_si512(lanes.as_ptr().add(16 * register).cast()) };
            *sum = _mm512_dpbusd_epi32(*sum, other, own);
        }
    }
    let mut best = (i32::MIN, 0);
    for (register, sum) in sums.into_iter().enumerate() {
        // SAFETY: 16 register + 16 <= WIDE_LANES.
        let turns = unsafe { _mm_loadu_si128(probe.turn.as_ptr().add(16 * register).cast()) };
        let turns = _mm512_cvtepu8_epi32(turns);
        let from = _mm512_set1_epi32(i32::from(turn) + i32::from(GATE) + 256);
        let apart = _mm512_and_si512(_mm512_sub_epi32(from, turns), _mm512_set1_epi32(255));
        let near = _mm512_cmple_epu32_mask(apart, _mm512_set1_epi32(2 * i32::from(GATE)));
        let used = probe.len.saturating_sub(16 * register).min(16);
        let near = near & ((1u32 << used) - 1) as u16;
        if near == 0 {
            continue;
        }
        let sum = _mm512_sub_epi32(sum, _mm512_set1_epi32(offset));
        let most = _mm512_mask_reduce_max_epi32(near, sum);
        if most > best.0 {
            let at = _mm512_mask_cmpeq_epi32_mask(near, sum, _mm512_set1_epi32(most)).trailing_zeros();
            best = (most, (16 * register as u32 + at) as u8);
        }
    }
    best
}

#[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
fn counts_turns(code: &IrisCode, mask: &IrisCode, probe: &[(IrisCode, IrisCode); TURNS]) -> TurnCounts {
    // The plain loop, vectorised by the compiler.
    scalar::counts(code, mask, probe)
}
