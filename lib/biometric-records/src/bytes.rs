//! Big-endian reading with a named field in every error, and writing.

use crate::error::{Error, Result};

/// Reads a slice front to back; `base` is where the slice begins in the whole record.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    base: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, base: 0 }
    }

    /// Bytes from the start of the record.
    pub(crate) fn offset(&self) -> usize {
        self.base + self.at
    }

    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(crate) fn take(&mut self, n: usize, what: &'static str) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.get(..n) {
            Some(taken) => {
                self.at += n;
                Ok(taken)
            }
            None => Err(Error::Truncated { what, offset: self.offset(), wanted: n, left: rest.len() }),
        }
    }

    /// A reader over the next `n` bytes.
    pub(crate) fn part(&mut self, n: usize, what: &'static str) -> Result<Reader<'a>> {
        let base = self.offset();
        Ok(Reader { bytes: self.take(n, what)?, at: 0, base })
    }

    pub(crate) fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, what)?);
        Ok(out)
    }

    pub(crate) fn u8(&mut self, what: &'static str) -> Result<u8> {
        Ok(u8::from_be_bytes(self.array(what)?))
    }

    pub(crate) fn u16(&mut self, what: &'static str) -> Result<u16> {
        Ok(u16::from_be_bytes(self.array(what)?))
    }

    pub(crate) fn u32(&mut self, what: &'static str) -> Result<u32> {
        Ok(u32::from_be_bytes(self.array(what)?))
    }

    /// A six-byte number.
    pub(crate) fn u48(&mut self, what: &'static str) -> Result<u64> {
        let b: [u8; 6] = self.array(what)?;
        Ok(b.iter().fold(0, |n, &b| n << 8 | u64::from(b)))
    }

    /// Everything that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }
}

/// A growing record.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn bytes(&mut self, b: &[u8]) -> &mut Self {
        self.0.extend_from_slice(b);
        self
    }

    pub(crate) fn u8(&mut self, n: u8) -> &mut Self {
        self.bytes(&[n])
    }

    pub(crate) fn u16(&mut self, n: u16) -> &mut Self {
        self.bytes(&n.to_be_bytes())
    }

    pub(crate) fn u32(&mut self, n: u32) -> &mut Self {
        self.bytes(&n.to_be_bytes())
    }

    /// The lower six bytes.
    pub(crate) fn u48(&mut self, n: u64) -> &mut Self {
        let b = n.to_be_bytes();
        self.bytes(&b[2..])
    }
}

/// `n` in the width of a field, or an error that names the field.
pub(crate) fn fit<T: TryFrom<usize>>(n: usize, field: &'static str) -> Result<T> {
    T::try_from(n).map_err(|_| Error::Value { field, why: format!("{n} does not fit the field") })
}
