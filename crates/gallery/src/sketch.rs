//! What the first two stages compare: sign bits and directions of a finger's best minutiae, and its descriptors
//! as they are.

use crate::kernels::{
    IRIS_WORDS, IrisCode, ProbeEye, ProbeMinutiae, ProbeWide, SIGN_BYTES, TURNS, WIDE, WIDE_LANES, iris_order,
};
use finger::Prepared;

/// Most minutiae that the first stage compares, the most confident ones.
pub(crate) const SLOTS: usize = 32;

/// Version of what is derived here; with the algorithms' names it says whether a snapshot can be used.
pub(crate) const SKETCH: &str = "sketch/3";

/// A finger's best minutiae.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sketch {
    /// Sign bits and direction in 256ths of a turn, most confident minutia first, at most [`SLOTS`].
    pub(crate) minutiae: Vec<([u8; SIGN_BYTES], u8)>,
}

/// Directions in 256ths of a turn, most confident minutia first.
pub(crate) fn directions(prepared: &Prepared) -> Vec<u8> {
    let unit = |(c, s): (f32, f32)| {
        (libm::round(f64::from(libm::atan2f(s, c)) * (256.0 / core::f64::consts::TAU)) as i32 & 255) as u8
    };
    prepared.directions().map(unit).collect()
}

/// All descriptors one after the other.
pub(crate) fn descriptors(prepared: &Prepared) -> Vec<i8> {
    prepared.descriptors().flatten().copied().collect()
}

impl Sketch {
    /// From descriptors ([`WIDE`] values each) and directions.
    pub(crate) fn new(descriptors: &[i8], directions: &[u8]) -> Self {
        let rows = descriptors.as_chunks::<WIDE>().0;
        let minutiae =
            rows.iter().zip(directions).take(SLOTS).map(|(row, turn)| (signs(row), *turn)).collect();
        Self { minutiae }
    }

    pub(crate) fn len(&self) -> usize {
        self.minutiae.len()
    }

    /// As the kernels want a probe.
    pub(crate) fn probe(&self) -> ProbeMinutiae {
        ProbeMinutiae::new(&self.minutiae)
    }
}

/// 128 sign bits: two random rotations of the descriptor, each two rounds of sign changes and a Hadamard transform.
/// The angle between two descriptors is about pi times the share of bits that differ (Charikar, 2002). Whole
/// numbers throughout.
fn signs(row: &[i8; WIDE]) -> [u8; SIGN_BYTES] {
    /// Which values change sign before each round: drawn once (the first four of SplitMix64 from 0).
    const FLIPS: [[u64; 2]; 2] =
        [[0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4], [0x06c4_5d18_8009_454f, 0xf88b_b8a8_724c_81ec]];
    let mut out = [0; SIGN_BYTES];
    for (half, rounds) in FLIPS.iter().enumerate() {
        let mut values = row.map(i32::from);
        for flips in rounds {
            for (i, value) in values.iter_mut().enumerate() {
                if flips >> i & 1 == 1 {
                    *value = -*value;
                }
            }
            hadamard(&mut values);
        }
        for (i, value) in values.iter().enumerate() {
            out[half * SIGN_BYTES / 2 + i / 8] |= u8::from(*value > 0) << (i % 8);
        }
    }
    out
}

fn hadamard(values: &mut [i32; WIDE]) {
    let mut step = 1;
    while step < WIDE {
        for pair in values.chunks_exact_mut(2 * step) {
            let (low, high) = pair.split_at_mut(step);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        step *= 2;
    }
}

/// A probe for the int8 stage: its most confident minutiae in lanes.
pub(crate) fn wide_probe(descriptors: &[i8], directions: &[u8]) -> ProbeWide {
    let rows = descriptors.as_chunks::<WIDE>().0;
    let len = rows.len().min(directions.len()).min(SLOTS.min(WIDE_LANES));
    let mut values = Box::new([[0u32; WIDE_LANES]; WIDE / 4]);
    let mut turn = [0; WIDE_LANES];
    for (lane, (row, direction)) in rows.iter().zip(directions).take(len).enumerate() {
        turn[lane] = *direction;
        for (four, column) in row.as_chunks::<4>().0.iter().zip(values.iter_mut()) {
            column[lane] = u32::from_le_bytes(four.map(|v| (v as u8) ^ 0x80));
        }
    }
    ProbeWide { values, turn, len }
}

/// A probe eye at every turn; bits usable and 0, bits usable and 1.
pub(crate) fn probe_eye(template: &iris::Template) -> ProbeEye {
    let mut zeros = Box::new([[0; TURNS]; IRIS_WORDS]);
    let mut ones = Box::new([[0; TURNS]; IRIS_WORDS]);
    for turn in 0..TURNS {
        let by = turn as isize - (TURNS / 2) as isize;
        let code = turned(&template.compact_code, by);
        let mask = turned(&template.compact_mask, by);
        for (at, word) in iris_order().iter().enumerate() {
            zeros[at][turn] = !code[*word] & mask[*word];
            ones[at][turn] = code[*word] & mask[*word];
        }
    }
    ProbeEye { zeros, ones }
}

/// Turned by columns: column c becomes column c + by.
pub(crate) fn turned(words: &IrisCode, by: isize) -> IrisCode {
    const PER_WORD: usize = 64 / iris::COMPACT_BITS_PER_COLUMN;
    let column = |at: usize| {
        let word = words[at / PER_WORD];
        word >> (at % PER_WORD * iris::COMPACT_BITS_PER_COLUMN) & ((1 << iris::COMPACT_BITS_PER_COLUMN) - 1)
    };
    std::array::from_fn(|word| {
        (0..PER_WORD).fold(0, |sum, k| {
            let from = (word * PER_WORD + k) as isize - by;
            let from = from.rem_euclid(iris::COMPACT_COLUMNS as isize) as usize;
            sum | column(from) << (k * iris::COMPACT_BITS_PER_COLUMN)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seed: i32) -> [i8; WIDE] {
        std::array::from_fn(|i| (((i as i32 + 3) * (seed * 2 + 37) * 7919) % 41 - 20) as i8)
    }

    #[test]
    fn likeness_survives_in_the_signs() {
        let apart = |a: &[i8; WIDE], b: &[i8; WIDE]| -> u32 {
            signs(a).iter().zip(signs(b)).map(|(x, y)| (x ^ y).count_ones()).sum()
        };
        let a = row(5);
        let mut near = a;
        near[3] = near[3].saturating_add(10);
        assert!(apart(&a, &near) < 20, "{}", apart(&a, &near));
        let opposite = a.map(|v| -v);
        assert!(apart(&a, &opposite) > 110);
        assert!((40..90).contains(&apart(&a, &row(11))));
    }

    #[test]
    fn turning_forth_and_back() {
        let words: [u64; IRIS_WORDS] =
            std::array::from_fn(|i| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for by in -7..=7 {
            assert_eq!(turned(&turned(&words, by), -by), words);
        }
        assert_ne!(turned(&words, 1), words);
        assert_eq!(turned(&words, 4)[1], words[0], "four columns are a word");
    }
}
