//! The template: bit layout, the compact form, and the stored form.
//!
//! In memory a full code is 256 words, one per column (angle, anticlockwise from the x axis); turning the eye
//! by a column moves whole words. Bit `row * 4 + wavelet * 2 + part` of a word is ring `row` (0 nearest to the
//! pupil), wavelet 0 (15 columns of 512) or 1 (30), part 0 real or 1 imaginary.
//!
//! The compact code has 128 columns of 16 bits, four columns to a word, the first in the lowest bits; bit
//! `ring * 2 + part` of a column is the majority over the two rows, two columns and wavelet 1 of the full code
//! it stands for. A tie is masked.

use crate::{COMPACT_BITS, FULL_BITS, Template, TemplateError};

/// Rings of the full code.
pub const CODE_ROWS: usize = 16;
/// Columns of the full code.
pub const CODE_COLUMNS: usize = 256;
/// Wavelets of the full code.
pub const WAVELETS: usize = 2;
/// Bits of the full code in one column.
pub const BITS_PER_COLUMN: usize = CODE_ROWS * WAVELETS * 2;
/// Columns of the compact code.
pub const COMPACT_COLUMNS: usize = 128;
/// Bits of the compact code in one column.
pub const COMPACT_BITS_PER_COLUMN: usize = COMPACT_BITS / COMPACT_COLUMNS;

const COMPACT_WORDS: usize = COMPACT_BITS / 64;

/// The bit of a column's word that holds a ring, wavelet and part.
pub(crate) const fn bit(row: usize, wavelet: usize, part: usize) -> usize {
    row * 4 + wavelet * 2 + part
}

/// First bytes of a stored template.
const MAGIC: [u8; 4] = *b"RLi2";
/// Magic, quality, three zeros, code, mask, checksum.
const STORED_BYTES: usize = 8 + 2 * FULL_BITS / 8 + 8;

impl Template {
    /// A template over a full code and mask, whose compact form is derived here.
    ///
    /// # Errors
    /// [`TemplateError`] where code or mask has another length than `FULL_BITS / 64` words, or the quality is
    /// over 100.
    pub fn new(quality: u8, code: Vec<u64>, mask: Vec<u64>) -> Result<Self, TemplateError> {
        if code.len() != CODE_COLUMNS || mask.len() != CODE_COLUMNS {
            return Err(TemplateError("code or mask has another length"));
        }
        if quality > 100 {
            return Err(TemplateError("the quality is over 100"));
        }
        let (compact_code, compact_mask) = compact(&code, &mask);
        Ok(Self { quality, code, mask, compact_code, compact_mask })
    }

    /// The stored form: `RLi2`, quality, three zero bytes, 256 words of code and 256 of mask (little-endian),
    /// and an FNV-1a sum of all that, 8 bytes. The compact form is derived again on reading.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(STORED_BYTES);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[self.quality, 0, 0, 0]);
        for word in self.code.iter().chain(&self.mask) {
            out.extend_from_slice(&word.to_le_bytes());
        }
        let sum = fnv(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`TemplateError`] where the bytes are not such a template: another version or length, a wrong sum.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(TemplateError("it begins otherwise"))?;
        if bytes.len() != STORED_BYTES {
            return Err(TemplateError("it has another length"));
        }
        let (body, sum) = bytes.split_at(STORED_BYTES - 8);
        if sum != fnv(body).to_le_bytes() {
            return Err(TemplateError("its checksum is wrong"));
        }
        let (head, words) = rest.split_at(4);
        let [quality, 0, 0, 0] = head else { return Err(TemplateError("reserved bytes are set")) };
        let mut words = words.chunks_exact(8).filter_map(|w| w.try_into().ok().map(u64::from_le_bytes));
        let code: Vec<u64> = words.by_ref().take(CODE_COLUMNS).collect();
        let mask: Vec<u64> = words.by_ref().take(CODE_COLUMNS).collect();
        Self::new(*quality, code, mask)
    }

    /// Share of the bits that are usable, 0 to 1.
    pub fn usable(&self) -> f32 {
        self.mask.iter().map(|w| w.count_ones()).sum::<u32>() as f32 / FULL_BITS as f32
    }

    /// Code and mask in the order that open-iris documents: row, column, wavelet, part, the last fastest; one
    /// `bool` a bit.
    pub fn row_major(&self) -> (Vec<bool>, Vec<bool>) {
        let spread = |words: &[u64]| {
            let mut out = Vec::with_capacity(FULL_BITS);
            for row in 0..CODE_ROWS {
                out.extend(words.iter().flat_map(|w| (0..4).map(move |k| w >> (row * 4 + k) & 1 == 1)));
            }
            out
        };
        (spread(&self.code), spread(&self.mask))
    }
}

fn compact(code: &[u64], mask: &[u64]) -> ([u64; COMPACT_WORDS], [u64; COMPACT_WORDS]) {
    let (mut out, mut known) = ([0u64; COMPACT_WORDS], [0u64; COMPACT_WORDS]);
    for column in 0..COMPACT_COLUMNS {
        for ring in 0..CODE_ROWS / 2 {
            for part in 0..2 {
                let mut votes = 0i32;
                for (row, c) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let b = bit(2 * ring + row, 1, part);
                    let at = 2 * column + c;
                    if mask[at] >> b & 1 == 1 {
                        votes += if code[at] >> b & 1 == 1 { 1 } else { -1 };
                    }
                }
                let place = column * COMPACT_BITS_PER_COLUMN + ring * 2 + part;
                out[place / 64] |= u64::from(votes > 0) << (place % 64);
                known[place / 64] |= u64::from(votes != 0) << (place % 64);
            }
        }
    }
    (out, known)
}

/// FNV-1a, 64 bits: guards against damage, not against intent (sealed storage does that).
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Template {
        let word = |i: u64| (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let code = (0..CODE_COLUMNS as u64).map(word).collect();
        let mask = (0..CODE_COLUMNS as u64).map(|i| word(i + 1000) | word(i + 2000)).collect();
        Template::new(71, code, mask).unwrap()
    }

    #[test]
    fn bytes_come_back_and_damage_is_seen() {
        let t = sample();
        let bytes = t.to_bytes();
        assert_eq!(bytes.len(), STORED_BYTES);
        assert_eq!(Template::from_bytes(&bytes).unwrap(), t);
        for (what, bad) in [
            ("nothing", Vec::new()),
            ("short", bytes[..100].to_vec()),
            ("long", [bytes.clone(), vec![0]].concat()),
            ("version", [b"RLi1".as_slice(), &bytes[4..]].concat()),
        ] {
            assert!(Template::from_bytes(&bad).is_err(), "{what}");
        }
        for at in (0..bytes.len()).step_by(97) {
            let mut bad = bytes.clone();
            bad[at] ^= 0x10;
            assert!(Template::from_bytes(&bad).is_err(), "flipped a bit of byte {at}");
        }
    }

    #[test]
    fn the_row_major_order_is_row_column_wavelet_part() {
        let mut code = vec![0u64; CODE_COLUMNS];
        code[37] = 1 << bit(5, 1, 0);
        let t = Template::new(0, code, vec![u64::MAX; CODE_COLUMNS]).unwrap();
        let (bits, mask) = t.row_major();
        let set: Vec<usize> = bits.iter().enumerate().filter(|(_, b)| **b).map(|(i, _)| i).collect();
        assert_eq!(set, [((5 * CODE_COLUMNS + 37) * WAVELETS + 1) * 2]);
        assert_eq!((bits.len(), mask.iter().filter(|m| **m).count()), (FULL_BITS, FULL_BITS));
    }

    #[test]
    fn the_compact_form_is_the_majority() {
        let mut code = vec![0u64; CODE_COLUMNS];
        let mut mask = vec![0u64; CODE_COLUMNS];
        // Ring 3 of column 9: rows 6 and 7, columns 18 and 19, wavelet 1, part 1: three of four say 1.
        for (row, column, value) in [(6, 18, 1), (6, 19, 1), (7, 18, 1), (7, 19, 0)] {
            code[column] |= value << bit(row, 1, 1);
            mask[column] |= 1 << bit(row, 1, 1);
        }
        // Ring 0 of column 0: a tie.
        code[0] |= 1 << bit(0, 1, 0);
        mask[0] |= 1 << bit(0, 1, 0);
        mask[1] |= 1 << bit(0, 1, 0);
        let t = Template::new(0, code, mask).unwrap();
        let place = 9 * COMPACT_BITS_PER_COLUMN + 3 * 2 + 1;
        assert_eq!(t.compact_code[place / 64], 1 << (place % 64));
        assert_eq!(t.compact_mask.iter().map(|w| w.count_ones()).sum::<u32>(), 1);
    }
}
