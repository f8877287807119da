//! Huffman codes: canonical, at most 16 bits, never all ones (annex C of the specification, as in JPEG).

use crate::error::Error;
use crate::marker::Cursor;

/// Longest code.
pub(crate) const MAX_BITS: usize = 16;

/// Symbols: zero runs 1 to 100, escapes 101 to 106, values -73 to 74 as 107 to 254.
pub(crate) const SYMBOLS: usize = 256;

/// Tables that a file can hold at once.
pub(crate) const TABLES: usize = 8;

/// Bits that one look-up resolves. Longer codes, which are rare, are walked.
const FAST_BITS: u32 = 11;

/// A table as a file defines it, ready to decode.
#[derive(Debug, Clone)]
pub(crate) struct DecodeTable {
    /// By the next bits: code length (0 where it is longer than [`FAST_BITS`]) and symbol.
    fast: Vec<(u8, u8)>,
    /// By code length: first code, index of its symbol, number of codes.
    lengths: [(u32, u32, u32); MAX_BITS + 1],
    symbols: Vec<u8>,
}

impl DecodeTable {
    /// Reads the tables of a segment (B.2.4.3) into their slots.
    pub(crate) fn read_all(mut body: Cursor<'_>, slots: &mut [Option<Self>; TABLES]) -> Result<(), Error> {
        while !body.is_empty() {
            let offset = body.offset();
            let id = body.u8()?;
            let slot = slots.get_mut(usize::from(id));
            let slot =
                slot.ok_or(Error::Parameter { what: "a Huffman table's number", value: id.into(), offset })?;
            let mut counts = [0; MAX_BITS];
            counts.copy_from_slice(body.take(MAX_BITS)?);
            let total = counts.iter().map(|&n| usize::from(n)).sum();
            let symbols = body.take(total)?;
            let table = Self::new(&counts, symbols);
            *slot = Some(table.ok_or(Error::Parameter {
                what: "the number of codes of a Huffman table",
                value: total as u64,
                offset,
            })?);
        }
        Ok(())
    }

    /// `None` where there are more codes of a length than fit.
    pub(crate) fn new(counts: &[u8; MAX_BITS], symbols: &[u8]) -> Option<Self> {
        let mut fast = vec![(0, 0); 1 << FAST_BITS];
        let mut lengths = [(0, 0, 0); MAX_BITS + 1];
        let (mut code, mut index) = (0_u32, 0_u32);
        for ((length, &count), slot) in (1_u32..).zip(counts).zip(lengths.iter_mut().skip(1)) {
            let count = u32::from(count);
            if code + count > 1 << length {
                return None;
            }
            *slot = (code, index, count);
            if length <= FAST_BITS {
                let mut at = (code << (FAST_BITS - length)) as usize;
                for &symbol in symbols.iter().skip(index as usize).take(count as usize) {
                    let span = 1 << (FAST_BITS - length);
                    fast.get_mut(at..at + span)
                        .into_iter()
                        .flatten()
                        .for_each(|f| *f = (length as u8, symbol));
                    at += span;
                }
            }
            index += count;
            code = (code + count) << 1;
        }
        Some(Self { fast, lengths, symbols: symbols.to_vec() })
    }

    /// Length and symbol of the code that these 16 bits begin with; `None` where no code matches.
    #[inline]
    pub(crate) fn look_up(&self, bits: u16) -> Option<(u32, u8)> {
        let &(length, symbol) = self.fast.get(usize::from(bits >> (16 - FAST_BITS)))?;
        if length > 0 { Some((length.into(), symbol)) } else { self.walk(bits) }
    }

    fn walk(&self, bits: u16) -> Option<(u32, u8)> {
        (1_u32..).zip(self.lengths.iter().skip(1)).find_map(|(length, &(first, index, count))| {
            let rank = (u32::from(bits) >> (16 - length)).checked_sub(first)?;
            let symbol = self.symbols.get((index + rank) as usize).filter(|_| rank < count)?;
            Some((length, *symbol))
        })
    }
}

/// A code: its bits and their number; zero bits where the symbol does not occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) bits: u16,
    pub(crate) length: u8,
}

/// A table made for the symbols of some blocks.
#[derive(Debug, Clone)]
pub(crate) struct EncodeTable {
    /// Number of codes of each length from 1.
    pub(crate) counts: [u8; MAX_BITS],
    /// Symbols by length of code, then by number.
    pub(crate) symbols: Vec<u8>,
    /// By symbol.
    pub(crate) codes: [Code; SYMBOLS],
}

impl EncodeTable {
    /// The best codes for symbols that occur so often (figures K.1 to K.4 of JPEG). A symbol 256 of frequency 1
    /// takes the all-ones code, which is then left out.
    pub(crate) fn new(frequencies: &[u32; SYMBOLS]) -> Self {
        let sizes = code_sizes(frequencies);
        let mut counts = [0_u32; SYMBOLS + 1];
        sizes.iter().filter(|&&s| s > 0).for_each(|&s| counts[s] += 1);
        limit_to_16(&mut counts);
        // The longest code was the reserved one's.
        if let Some(longest) = counts.iter_mut().rev().find(|c| **c > 0) {
            *longest -= 1;
        }

        let mut symbols: Vec<u8> = (0..=255).filter(|&s: &u8| sizes[usize::from(s)] > 0).collect();
        symbols.sort_by_key(|&s| sizes[usize::from(s)]);
        let mut lengths = [0; MAX_BITS];
        lengths.iter_mut().zip(counts.iter().skip(1)).for_each(|(l, &c)| *l = c as u8);

        let mut codes = [Code::default(); SYMBOLS];
        let mut code = 0_u32;
        let mut next = symbols.iter();
        for (length, &count) in (1..).zip(&lengths) {
            for &symbol in next.by_ref().take(count.into()) {
                codes[usize::from(symbol)] = Code { bits: code as u16, length };
                code += 1;
            }
            code <<= 1;
        }
        Self { counts: lengths, symbols, codes }
    }
}

/// Code length of each symbol, by joining the two rarest groups until one is left. Of equally rare ones the higher
/// symbol goes first, so that the reserved one is among the longest.
fn code_sizes(frequencies: &[u32; SYMBOLS]) -> [usize; SYMBOLS + 1] {
    let mut sizes = [0; SYMBOLS + 1];
    let mut groups: Vec<(u64, usize, Vec<usize>)> = (0..=SYMBOLS)
        .map(|s| (frequencies.get(s).map_or(1, |&f| f.into()), s, vec![s]))
        .filter(|g| g.0 > 0)
        .collect();
    while groups.len() > 1 {
        // Rarest first; of equals the higher symbol.
        groups.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let (Some(first), Some(second)) = (groups.pop(), groups.pop()) else { break };
        let mut joined = first.2;
        joined.extend(second.2);
        joined.iter().for_each(|&s| sizes[s] += 1);
        groups.push((first.0 + second.0, first.1, joined));
    }
    sizes
}

/// Moves pairs of codes longer than 16 bits up, by splitting a shorter code (figure K.3).
fn limit_to_16(counts: &mut [u32; SYMBOLS + 1]) {
    for length in (MAX_BITS + 1..=SYMBOLS).rev() {
        while counts[length] > 0 {
            let Some(shorter) = (1..length - 1).rev().find(|&l| counts[l] > 0) else { return };
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_decodes_to_its_symbol_and_none_is_all_ones() {
        // Fibonacci frequencies give the longest codes there can be.
        let mut frequencies = [0; SYMBOLS];
        let (mut a, mut b) = (1_u32, 1_u32);
        for f in frequencies.iter_mut().take(40) {
            *f = a;
            (a, b) = (b, a + b);
        }
        let table = EncodeTable::new(&frequencies);
        let decode = DecodeTable::new(&table.counts, &table.symbols).unwrap();
        for (symbol, &frequency) in frequencies.iter().enumerate() {
            let Code { bits, length } = table.codes[symbol];
            assert_eq!(length > 0, frequency > 0);
            if length > 0 {
                assert!(u32::from(bits) + 1 < 1 << length);
                assert_eq!(decode.look_up(bits << (16 - length)), Some((length.into(), symbol as u8)));
            }
        }
    }

    #[test]
    fn more_codes_than_fit_are_refused() {
        let mut counts = [0; MAX_BITS];
        counts[0] = 3;
        assert!(DecodeTable::new(&counts, &[1, 2, 3]).is_none());
        counts = [1; MAX_BITS];
        assert!(DecodeTable::new(&counts, &[0; MAX_BITS]).is_some());
        counts[MAX_BITS - 1] = 3;
        assert!(DecodeTable::new(&counts, &[0; MAX_BITS + 2]).is_none());
    }
}
