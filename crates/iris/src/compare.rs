//! Comparison: masked fractional Hamming distance over column shifts, normalised, then calibrated.

use crate::kernels::{Columns, Masked, Unrolled};
use crate::template::{BITS_PER_COLUMN, CODE_COLUMNS, CODE_ROWS, COMPACT_BITS_PER_COLUMN};
use crate::{COMPACT_BITS, Comparison, Template, calibration, kernels, num};

/// Columns either way that are tried one by one: 15 of 256, 21 degrees. Further turns are found in the compact codes.
pub const SHIFTS: usize = 15;

/// Fewer bits in common than this say nothing: one sixteenth of the code.
const MIN_BITS: u32 = 1024;

const WORDS: usize = COMPACT_BITS / 64;

/// Compact columns where the far search begins: full ones beyond `SHIFTS`.
const NEAR_COMPACT: isize = SHIFTS as isize / 2 + 1;

/// Compact columns where the far search ends: 67 degrees. Rarely is a head tilted further.
const FAR_COMPACT: isize = 24;

/// What a far turn costs in deviations: one and a half decades of evidence. It pays for the twice as many turns that
/// chance can choose from, and heads are seldom tilted so far.
const FAR_COST: f32 = 1.2;

/// A compact distance below which a far turn is worth measuring.
const FAR_PROMISING: f32 = 0.4;

/// A template made ready for comparison: what depends on it alone is calculated once, where many are compared.
#[derive(Debug, Clone)]
pub struct Prepared {
    full: Masked,
    compact_code: Phases,
    compact_mask: Phases,
    redundancy: f32,
}

impl Prepared {
    /// Of a template as [`Template::new`] makes it; one whose code or mask has another length matches nothing.
    pub fn new(template: &Template) -> Self {
        let (code, mask) = match (columns(&template.code), columns(&template.mask)) {
            (Some(code), Some(mask)) => (code, mask),
            _ => (&NOTHING, &NOTHING),
        };
        Self {
            full: Masked { code: Unrolled::new(code), mask: Unrolled::new(mask) },
            compact_code: Phases::new(&template.compact_code),
            compact_mask: Phases::new(&template.compact_mask),
            redundancy: redundancy(code, mask),
        }
    }
}

const NOTHING: Columns = [0; CODE_COLUMNS];

/// Compares two full templates; symmetric in the score.
pub fn compare(a: &Prepared, b: &Prepared) -> Comparison {
    let counts = kernels::distances(&a.full, &b.full);
    let alike = (a.redundancy * b.redundancy).sqrt();
    let deviations = |distance: f32, common: u32| (1.0 - 2.0 * distance) * (common as f32 / alike).sqrt();
    let mut best: Option<(f32, f32, i8)> = None;
    for (i, (different, common)) in counts.iter().enumerate() {
        if *common < MIN_BITS {
            continue;
        }
        let distance = *different as f32 / *common as f32;
        let z = deviations(distance, *common);
        // Of equal distances the smaller turn, then the one to the left, whichever way round a and b are given.
        if best.is_none_or(|b| z > b.0) {
            best = Some((z, distance, i as i8 - SHIFTS as i8));
        }
    }
    if let Some((turn, distance, common)) = far(a, b) {
        let z = deviations(distance, common) - FAR_COST;
        if best.is_none_or(|b| z > b.0) {
            best = Some((z, distance, turn));
        }
    }
    match best {
        Some((z, distance, shift)) => Comparison { llr: calibration::llr(z), distance, shift },
        // Too little in common is no evidence either way.
        None => Comparison { llr: 0.0, distance: 0.5, shift: 0 },
    }
}

/// Lags at which a code is compared with itself: rings and columns.
const LAGS: (u32, usize) = (2, 2);

/// How many bits of a code say what one independent bit would. Two unrelated codes agree by chance with a variance
/// of the sum over all lags of the product of their autocorrelations, over the number of bits (Bartlett 1946). That sum
/// was taken over lags of up to five rings and twelve columns on 1,248 codes (two sensors, as they are, at half the
/// size, and blurred by 2 and 4 % of the radius); its logarithm is linear in the autocorrelations at two rings and at two
/// columns, with a deviation of 0.10. It is 9 in sharp close-ups and 26 in blurred pictures of small eyes.
fn redundancy(code: &Columns, mask: &Columns) -> f32 {
    let correlation = |(different, common): (u32, u32)| {
        if common == 0 { 1.0 } else { 1.0 - 2.0 * different as f32 / common as f32 }
    };
    let up = |words: &Columns| words.map(|w| w >> (LAGS.0 * (BITS_PER_COLUMN / CODE_ROWS) as u32));
    let on = |words: &Columns| {
        let mut out = *words;
        out.rotate_left(LAGS.1);
        out
    };
    let rings = correlation(kernels::count(code, mask, &up(code), &up(mask)));
    let columns = correlation(kernels::count(code, mask, &on(code), &on(mask)));
    num::exp(1.159 + 1.868 * rings + 1.051 * columns)
}

/// The order of turns of one pair: deviations but for a factor that is the same for all.
fn rank(distance: f32, common: u32) -> f32 {
    (0.5 - distance) * (common as f32).sqrt()
}

/// The best turn beyond `SHIFTS`: found in the compact codes, measured in the full ones.
fn far(a: &Prepared, b: &Prepared) -> Option<(i8, f32, u32)> {
    let (code, mask) = (a.compact_code.turned(0), a.compact_mask.turned(0));
    let mut best: Option<(f32, isize)> = None;
    for turn in (NEAR_COMPACT..=FAR_COMPACT).flat_map(|k| [-k, k]) {
        let (other, known) = (b.compact_code.turned(turn), b.compact_mask.turned(turn));
        let (different, common) = kernels::count(code, mask, other, known);
        if common < MIN_BITS / 8 {
            continue;
        }
        let distance = different as f32 / common as f32;
        if best.is_none_or(|b| distance < b.0) {
            best = Some((distance, turn));
        }
    }
    let (_, turn) = best.filter(|b| b.0 < FAR_PROMISING)?;
    let mut found: Option<(i8, f32, u32)> = None;
    for turn in [2 * turn, 2 * turn - 1, 2 * turn + 1] {
        let turned = |words: &Unrolled| {
            let mut out = words.columns().to_vec();
            out.rotate_left(turn.rem_euclid(CODE_COLUMNS as isize) as usize);
            out
        };
        let (code, mask) = (a.full.code.columns(), a.full.mask.columns());
        let (different, common) = kernels::count(code, mask, &turned(&b.full.code), &turned(&b.full.mask));
        let distance = different as f32 / common.max(1) as f32;
        if common >= MIN_BITS && found.is_none_or(|f| rank(distance, common) > rank(f.1, f.2)) {
            found = Some((turn as i8, distance, common));
        }
    }
    found
}

/// Columns of a compact code in a word.
const COLUMNS_PER_WORD: isize = 64 / COMPACT_BITS_PER_COLUMN as isize;

/// Words on either side that a compact code needs for the farthest turn.
const SPARE: usize = (FAR_COMPACT / COLUMNS_PER_WORD) as usize;

/// A compact code turned by no to three columns, each with a few words more on either side, so that no turn wraps and
/// none shifts bits.
#[derive(Debug, Clone)]
struct Phases([[u64; WORDS + 2 * SPARE]; COLUMNS_PER_WORD as usize]);

impl Phases {
    fn new(code: &[u64; WORDS]) -> Self {
        Self(std::array::from_fn(|phase| {
            std::array::from_fn(|i| {
                let at = (i + WORDS - SPARE) % WORDS;
                let (low, high) = (code[at], code[(at + 1) % WORDS]);
                // Twice by half the distance: a shift by all 64 bits is none.
                let half = (32 - phase * COMPACT_BITS_PER_COLUMN / 2) as u32;
                low >> (64 - 2 * half) | high << half << half
            })
        }))
    }

    /// The code turned by at most `FAR_COMPACT` columns either way.
    fn turned(&self, by: isize) -> &[u64] {
        let (phase, words) = (by.rem_euclid(COLUMNS_PER_WORD), by.div_euclid(COLUMNS_PER_WORD));
        let from = (words + SPARE as isize).clamp(0, 2 * SPARE as isize) as usize;
        &self.0[phase as usize][from..from + WORDS]
    }
}

fn columns(words: &[u64]) -> Option<&Columns> {
    words.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::COMPACT_COLUMNS;

    /// A code whose bits are alike over so many rings and columns.
    fn code(rings: usize, columns: usize) -> Columns {
        std::array::from_fn(|c| {
            (0..BITS_PER_COLUMN).fold(0, |word, b| {
                let (row, kind) = (b / 4, b % 4);
                let cell = ((row / rings * 4 + kind) * CODE_COLUMNS + c / columns) as u64;
                let mixed = (cell + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                word | ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63) << b
            })
        })
    }

    #[test]
    fn a_compact_code_turns_by_whole_columns() {
        let words: [u64; WORDS] = std::array::from_fn(|i| (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let column = |words: &[u64], c: usize| words[c / 4] >> (c % 4 * 16) & 0xffff;
        let phases = Phases::new(&words);
        for turn in [-FAR_COMPACT, -9, -8, -3, 0, 1, 8, 11, FAR_COMPACT] {
            for c in 0..COMPACT_COLUMNS {
                let from = (c as isize + turn).rem_euclid(COMPACT_COLUMNS as isize) as usize;
                assert_eq!(column(phases.turned(turn), c), column(&words, from), "turned by {turn}");
            }
        }
    }

    #[test]
    fn bits_that_repeat_their_neighbours_count_for_less() {
        let all = [u64::MAX; CODE_COLUMNS];
        let of = |rings, columns| redundancy(&code(rings, columns), &all);
        let (fresh, rings, both) = (of(1, 1), of(4, 1), of(4, 4));
        assert!(fresh < 4.0 && rings > 1.5 * fresh && both > 1.2 * rings, "{fresh} {rings} {both}");
        // Nothing is known of a code without bits: it counts for the least.
        assert!(redundancy(&all, &[0; CODE_COLUMNS]) >= both);
    }
}
