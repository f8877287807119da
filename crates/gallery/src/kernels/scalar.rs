//! The twins that all others must equal.

#![allow(clippy::needless_range_loop)] // Lanes are numbers here, as in the twins.

use super::*;

pub(super) const KERNELS: Kernels = Kernels { name: "scalar", finger, iris, counts, wide };

pub(super) fn finger(groups: &[Group], probe: &ProbeMinutiae) -> Resultants {
    let circle = circle();
    let mut out = Resultants::NONE;
    for group in groups {
        let (mut cosine, mut sine, mut found) = ([0; LANES], [0; LANES], 0);
        let run = probe.arc(group.turn.0[0], group.turn.0[LANES - 1]);
        for lane in 0..LANES {
            let (mut best, mut from) = (FAR, 0u8);
            for minutia in run {
                let apart = group.turn.0[lane].wrapping_sub(minutia.from as u8);
                if apart > 2 * GATE {
                    continue;
                }
                let pairs = group.signs.iter().zip(&minutia.signs);
                let distance: u32 = pairs.map(|(s, p)| (s.0[lane] ^ *p as u8).count_ones()).sum();
                if (distance as u8) < best {
                    (best, from) = (distance as u8, apart);
                }
            }
            if best < FAR && usize::from(group.owner.0[lane]) < LANES {
                found |= 1 << lane;
                let e = i16::from(FAR - best);
                let part = |c: i8| rounded_high(e * e, i16::from(c) << 8);
                cosine[lane] = part(circle.cosine[usize::from(from)]);
                sine[lane] = part(circle.sine[usize::from(from)]);
            }
        }
        out.add(found, &group.owner, &cosine, &sine);
    }
    out
}

/// As VPMULHRSW: the product's upper bits, rounded.
fn rounded_high(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b) + 0x4000) >> 15) as i16
}

pub(super) fn iris(eights: &[IrisEight], probe: &ProbeEye, limits: &IrisLimits) -> u64 {
    let mut found = 0;
    for (at, eight) in eights.iter().enumerate().take(EIGHTS) {
        for turn in 0..TURNS {
            let mut sums = [0u32; IRIS_LANES];
            for ((pair, zeros), ones) in eight.iter().zip(probe.zeros.iter()).zip(probe.ones.iter()) {
                for lane in 0..IRIS_LANES {
                    let different = (pair[0].0[lane] & zeros[turn]) | (pair[1].0[lane] & ones[turn]);
                    sums[lane] += different.count_ones();
                }
            }
            for lane in 0..IRIS_LANES {
                let place = at * IRIS_LANES + lane;
                found |= u64::from(sums[lane] < limits[place]) << place;
            }
        }
    }
    found
}

#[inline(always)]
pub(super) fn counts(code: &IrisCode, mask: &IrisCode, probe: &[(IrisCode, IrisCode); TURNS]) -> TurnCounts {
    std::array::from_fn(|turn| {
        let (own, own_mask) = &probe[turn];
        let (mut different, mut common) = (0, 0);
        for w in 0..IRIS_WORDS {
            let both = mask[w] & own_mask[w];
            common += both.count_ones();
            different += ((code[w] ^ own[w]) & both).count_ones();
        }
        (different, common)
    })
}

#[inline(always)]
pub(super) fn wide(values: &[i8; WIDE], turn: u8, probe: &ProbeWide) -> WideBest {
    let mut sums = [0i32; WIDE_LANES];
    for (four, lanes) in values.chunks_exact(4).zip(probe.values.iter()) {
        for (sum, packed) in sums.iter_mut().zip(lanes) {
            let bytes = packed.to_le_bytes();
            for (value, byte) in four.iter().zip(bytes) {
                *sum += i32::from(*value) * i32::from(byte);
            }
        }
    }
    let offset: i32 = values.iter().map(|v| 128 * i32::from(*v)).sum();
    let mut best = (i32::MIN, 0);
    for lane in 0..probe.len.min(WIDE_LANES) {
        let apart = turn.wrapping_sub(probe.turn[lane]).wrapping_add(GATE);
        let sum = sums[lane] - offset;
        if apart <= 2 * GATE && sum > best.0 {
            best = (sum, lane as u8);
        }
    }
    best
}
