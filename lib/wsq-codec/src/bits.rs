//! Bits of entropy-coded data. A byte 0xFF is followed by a stuffed zero; 0xFF and anything else is a marker.

/// Reads bits, first bit first, up to the next marker or the end of the input.
#[derive(Debug)]
pub(crate) struct BitReader<'a> {
    data: &'a [u8],
    at: usize,
    /// The low `held` bits are the next ones.
    hold: u64,
    held: u32,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, hold: 0, held: 0 }
    }

    /// Bytes taken; at the end of a run of data, the offset of the marker that ends it.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Bits at hand after [`BitReader::fill`]: fewer than 33 only near a marker or the end.
    pub(crate) fn held(&self) -> u32 {
        self.held
    }

    /// Tops up to more than 32 bits, where the data has them.
    #[inline]
    pub(crate) fn fill(&mut self) {
        if self.held > 32 {
            return;
        }
        if let Some(&four) = self.data.get(self.at..).and_then(|d| d.first_chunk::<4>()) {
            let word = u32::from_be_bytes(four);
            // No byte is 0xFF where no byte of the complement is zero.
            let inverse = !word;
            if inverse.wrapping_sub(0x0101_0101) & !inverse & 0x8080_8080 == 0 {
                self.hold = (self.hold << 32) | u64::from(word);
                self.held += 32;
                self.at += 4;
                return;
            }
        }
        self.fill_slowly();
    }

    fn fill_slowly(&mut self) {
        while self.held <= 48 {
            let Some(&byte) = self.data.get(self.at) else { return };
            if byte == 0xff {
                if self.data.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.hold = (self.hold << 8) | u64::from(byte);
            self.held += 8;
        }
    }

    /// The next 16 bits without taking them; zeros stand in for missing ones.
    #[inline]
    pub(crate) fn peek16(&self) -> u16 {
        if self.held >= 16 {
            (self.hold >> (self.held - 16)) as u16
        } else {
            (self.hold << (16 - self.held)) as u16
        }
    }

    /// Takes bits that are there.
    #[inline]
    pub(crate) fn skip(&mut self, count: u32) {
        self.held = self.held.saturating_sub(count);
    }

    /// Takes a number of up to 16 bits; `None` where a marker or the end comes first.
    #[inline]
    pub(crate) fn take(&mut self, count: u32) -> Option<u16> {
        self.held = self.held.checked_sub(count)?;
        Some(((self.hold >> self.held) & ((1 << count) - 1)) as u16)
    }

    /// Drops the bits before the marker, and steps over it.
    pub(crate) fn restart(&mut self) {
        (self.hold, self.held) = (0, 0);
        self.at = (self.at + 2).min(self.data.len());
    }
}

/// Writes bits, first bit first, with stuffed zeros.
#[derive(Debug)]
pub(crate) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    hold: u64,
    held: u32,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, hold: 0, held: 0 }
    }

    /// Writes the low `count` bits, at most 32.
    #[inline]
    pub(crate) fn put(&mut self, bits: u32, count: u32) {
        self.hold = (self.hold << count) | u64::from(bits);
        self.held += count;
        while self.held >= 8 {
            self.held -= 8;
            self.byte((self.hold >> self.held) as u8);
        }
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
        if byte == 0xff {
            self.out.push(0);
        }
    }

    /// Fills the last byte with ones, which no code consists of.
    pub(crate) fn pad(&mut self) {
        let missing = (8 - self.held % 8) % 8;
        self.put((1 << missing) - 1, missing);
    }

    /// Pads and writes a marker.
    pub(crate) fn marker(&mut self, marker: u16) {
        self.pad();
        self.out.extend_from_slice(&marker.to_be_bytes());
    }
}
