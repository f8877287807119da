//! Huffman tables and entropy-coded bits (ITU-T T.81 annexes C and F), for lossy and lossless frames.

use crate::error::{DecodeError, malformed};
use crate::format::Format;

/// Tables of each class that a file can hold at once (B.2.4.2).
pub(super) const TABLES: usize = 4;

/// Longest Huffman code in bits.
const MAX_CODE_BITS: usize = 16;

/// Bits that the look-up resolves at once; longer codes are walked.
const FAST_BITS: u32 = 9;

/// Slots of the four tables of one class.
pub(super) type Slots = [Option<Table>; TABLES];

/// A Huffman table.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// For each pattern of [`FAST_BITS`] bits: code length and value, length 0 where the code is longer.
    fast: Vec<(u8, u8)>,
    /// By code length: first code, index of its value, count.
    lengths: [(u32, u32, u32); MAX_CODE_BITS + 1],
    values: Vec<u8>,
}

/// Reads the tables of a segment (B.2.4.2): into the first slots those of class 0, into the second those of class 1.
pub(super) fn read_tables(
    mut body: &[u8],
    slots: [&mut Slots; 2],
    format: Format,
) -> Result<(), DecodeError> {
    let cut = || malformed(format, "a Huffman table is cut off");
    let [first, second] = slots;
    while let Some((&id, rest)) = body.split_first() {
        let (counts, rest) = rest.split_first_chunk::<MAX_CODE_BITS>().ok_or_else(cut)?;
        let total = counts.iter().map(|&n| usize::from(n)).sum();
        let (values, rest) = rest.split_at_checked(total).ok_or_else(cut)?;
        let class = if id >> 4 == 0 { &mut *first } else { &mut *second };
        let slot = class.get_mut(usize::from(id & 15));
        let slot = slot.ok_or_else(|| malformed(format, format!("Huffman table {}", id & 15)))?;
        let table = Table::new(counts, values);
        *slot = Some(table.ok_or_else(|| malformed(format, "a Huffman table with too many codes"))?);
        body = rest;
    }
    Ok(())
}

impl Table {
    fn new(counts: &[u8; MAX_CODE_BITS], values: &[u8]) -> Option<Self> {
        let mut fast = vec![(0, 0); 1 << FAST_BITS];
        let mut lengths = [(0, 0, 0); MAX_CODE_BITS + 1];
        let (mut code, mut index) = (0_u32, 0_u32);
        for ((length, &count), slot) in (1_u32..).zip(counts).zip(lengths.iter_mut().skip(1)) {
            let count = u32::from(count);
            if code + count > 1 << length {
                return None;
            }
            *slot = (code, index, count);
            if length <= FAST_BITS {
                let span = 1 << (FAST_BITS - length);
                let mut at = (code << (FAST_BITS - length)) as usize;
                for &value in values.iter().skip(index as usize).take(count as usize) {
                    fast.get_mut(at..at + span)
                        .into_iter()
                        .flatten()
                        .for_each(|f| *f = (length as u8, value));
                    at += span;
                }
            }
            index += count;
            code = (code + count) << 1;
        }
        Some(Self { fast, lengths, values: values.to_vec() })
    }
}

/// Entropy-coded bits, stuffed zeros removed; past the end zeros, which are counted.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    hold: u64,
    held: u32,
    /// Bits made up after the end of the data.
    missing: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, hold: 0, held: 0, missing: 0 }
    }

    /// Bytes taken: up to the next marker once its data are used up.
    pub(super) fn position(&self) -> usize {
        self.at.min(self.data.len())
    }

    /// Whether bits were taken that the data does not have.
    pub(super) fn overrun(&self) -> bool {
        self.missing > self.held
    }

    fn fill(&mut self) {
        while self.held <= 48 {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (Some(0xff), Some(0)) => {
                    self.at += 2;
                    0xff
                }
                // A marker, or the end.
                (Some(0xff), _) | (None, _) => {
                    // Enough to notice an overrun; the count must not wrap.
                    self.missing = self.missing.saturating_add(8);
                    0
                }
                (Some(&byte), _) => {
                    self.at += 1;
                    byte
                }
            };
            self.hold = (self.hold << 8) | u64::from(byte);
            self.held += 8;
        }
    }

    /// Drops bits up to the next restart marker and steps over it.
    pub(super) fn restart(&mut self) {
        (self.hold, self.held, self.missing) = (0, 0, 0);
        if let [0xff, 0xd0..=0xd7, ..] = self.data.get(self.at..).unwrap_or(&[]) {
            self.at += 2;
        }
    }

    /// A number of up to 16 bits.
    pub(super) fn take(&mut self, count: u32) -> u32 {
        if self.held < count {
            self.fill();
        }
        self.held -= count;
        ((self.hold >> self.held) & ((1 << count) - 1)) as u32
    }

    /// The value of the next code; `None` where there is no such code.
    pub(super) fn value(&mut self, table: &Table) -> Option<u8> {
        if self.held < MAX_CODE_BITS as u32 {
            self.fill();
        }
        let peek = ((self.hold >> (self.held - FAST_BITS)) & ((1 << FAST_BITS) - 1)) as usize;
        match table.fast.get(peek) {
            Some(&(length, value)) if length > 0 => {
                self.held -= u32::from(length);
                Some(value)
            }
            _ => self.walk(table),
        }
    }

    fn walk(&mut self, table: &Table) -> Option<u8> {
        let mut code = 0;
        for &(first, index, count) in table.lengths.iter().skip(1) {
            code = (code << 1) | self.take(1);
            let rank = code.checked_sub(first).filter(|&rank| rank < count);
            if let Some(&value) = rank.and_then(|rank| table.values.get((index + rank) as usize)) {
                return Some(value);
            }
        }
        None
    }

    /// A signed number of this category, 0 to 15 (F.2.2.1): a leading 0 bit stands for a negative one.
    pub(super) fn signed(&mut self, category: u32) -> i32 {
        if category == 0 {
            return 0;
        }
        let bits = self.take(category) as i32;
        if bits >> (category - 1) == 0 { bits + 1 - (1 << category) } else { bits }
    }
}
