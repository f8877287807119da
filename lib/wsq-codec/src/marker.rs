//! Markers (table 2 of the specification) and a cursor over the input.

use crate::error::Error;

pub(crate) const SOI: u16 = 0xffa0;
pub(crate) const EOI: u16 = 0xffa1;
pub(crate) const SOF: u16 = 0xffa2;
pub(crate) const SOB: u16 = 0xffa3;
pub(crate) const DTT: u16 = 0xffa4;
pub(crate) const DQT: u16 = 0xffa5;
pub(crate) const DHT: u16 = 0xffa6;
pub(crate) const DRT: u16 = 0xffa7;
pub(crate) const COM: u16 = 0xffa8;
pub(crate) const RST0: u16 = 0xffb0;
pub(crate) const RST7: u16 = 0xffb7;

/// A cursor that knows where it is and what it is reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Offset of `bytes` in the input.
    base: usize,
    inside: &'static str,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, base: 0, inside: "a marker" }
    }

    /// Offset in the input.
    pub(crate) fn offset(&self) -> usize {
        self.base + self.at
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    /// Moves forward over bytes that another reader took.
    pub(crate) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken =
            taken.ok_or(Error::Truncated { offset: self.base + self.bytes.len(), inside: self.inside })?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let taken = self.take(N)?;
        let mut array = [0; N];
        array.copy_from_slice(taken);
        Ok(array)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        self.array::<1>().map(|[b]| b)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    /// The body of the segment whose marker was just read; its length counts its own two bytes.
    pub(crate) fn segment(&mut self, name: &'static str) -> Result<Self, Error> {
        let start = self.offset();
        self.inside = name;
        let length = self.u16()?;
        if length < 2 {
            return Err(Error::Parameter { what: "a segment's length", value: length.into(), offset: start });
        }
        let base = self.offset();
        let bytes = self.take(usize::from(length) - 2)?;
        self.inside = "a marker";
        Ok(Self { bytes, at: 0, base, inside: name })
    }

    /// A number as a power of ten and a whole number: `value / 10^scale`, divided step by step and rounded to
    /// single precision each time, as the reference does.
    pub(crate) fn scaled_u16(&mut self) -> Result<f32, Error> {
        let scale = self.u8()?;
        Ok(shift_down(f32::from(self.u16()?), scale))
    }
}

/// Divides by ten `scale` times.
pub(crate) fn shift_down(mut value: f32, scale: u8) -> f32 {
    for _ in 0..scale {
        value /= 10.0;
    }
    value
}
