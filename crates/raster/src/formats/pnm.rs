//! Portable bit, grey and pixel maps: P1 to P6.

use crate::error::{DecodeError, malformed};
use crate::format::Format;
use crate::formats::bytes::unpack_row;
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples, scale_to_u8};

const F: Format = Format::Pnm;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    let mut text = Text { bytes, at: 2, ppi: None };
    let kind = bytes.get(1).copied().unwrap_or(0);
    let (width, height) = (text.number()?, text.number()?);
    let bitmap = matches!(kind, b'1' | b'4');
    let max = if bitmap { 1 } else { text.number()? };
    limits.check(width.into(), height.into(), 6)?;
    let max =
        u16::try_from(max).ok().filter(|&m| m > 0).ok_or_else(|| malformed(F, format!("white is {max}")))?;
    let channels = if matches!(kind, b'3' | b'6') { Channels::Rgb } else { Channels::Grey };
    let count = width as usize * height as usize * channels.count();
    let values: Vec<u16> = match kind {
        b'1' => {
            let bits = (0..count).map(|_| text.bit());
            bits.collect::<Result<_, _>>()?
        }
        b'2' | b'3' => {
            let numbers = (0..count).map(|_| text.number().map(|v| v.min(u32::from(max)) as u16));
            numbers.collect::<Result<_, _>>()?
        }
        b'4' => {
            let row = (width as usize).div_ceil(8);
            let data = text.body(row * height as usize)?;
            data.chunks_exact(row)
                .flat_map(|r| unpack_row(r, 1, width as usize))
                .map(|b| u16::from(1 - b))
                .collect()
        }
        _ if max > 255 => {
            let data = text.body(count * 2)?;
            data.as_chunks::<2>().0.iter().map(|&b| u16::from_be_bytes(b).min(max)).collect()
        }
        _ if max == 255 => {
            let data = text.body(count)?.to_vec();
            let (bits, ppi) = (8, text.ppi);
            return Ok(Picture { format: F, width, height, channels, samples: Samples::U8(data), bits, ppi });
        }
        _ => text.body(count)?.iter().map(|&v| u16::from(v).min(max)).collect(),
    };
    let samples = if max <= 255 {
        Samples::U8(values.iter().map(|&v| scale_to_u8(v, max)).collect())
    } else {
        Samples::U16 { samples: values, max }
    };
    let bits = (16 - max.leading_zeros()) as u8;
    Ok(Picture { format: F, width, height, channels, samples, bits, ppi: text.ppi })
}

/// The header's words, comments skipped. A comment `# ppi 500` states the resolution: the format has no field
/// for it, and this is what [`crate::encode_pgm`] writes.
struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
    ppi: Option<f64>,
}

impl<'a> Text<'a> {
    fn next(&mut self) -> Result<u8, DecodeError> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte.ok_or_else(|| malformed(F, "the file is cut off"))
    }

    fn skip_space(&mut self) -> Result<u8, DecodeError> {
        loop {
            match self.next()? {
                b'#' => self.comment(),
                c if c.is_ascii_whitespace() => {}
                c => return Ok(c),
            }
        }
    }

    fn comment(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let line = rest.split(|&b| b == b'\n').next().unwrap_or(&[]);
        self.at += line.len();
        let words = std::str::from_utf8(line).ok().and_then(|l| l.trim().strip_prefix("ppi "));
        self.ppi = words.and_then(|w| w.trim().parse().ok()).or(self.ppi);
    }

    fn number(&mut self) -> Result<u32, DecodeError> {
        let mut c = self.skip_space()?;
        let mut value = 0_u32;
        let mut digits = 0;
        while c.is_ascii_digit() {
            value = value.saturating_mul(10).saturating_add(u32::from(c - b'0'));
            digits += 1;
            match self.bytes.get(self.at) {
                Some(&next) => c = next,
                None => break,
            }
            self.at += 1;
        }
        if digits == 0 {
            return Err(malformed(F, format!("a number is expected at byte {}", self.at)));
        }
        Ok(value)
    }

    /// One digit of a plain bitmap; 1 is black.
    fn bit(&mut self) -> Result<u16, DecodeError> {
        match self.skip_space()? {
            b'0' => Ok(1),
            b'1' => Ok(0),
            _ => Err(malformed(F, format!("0 or 1 is expected at byte {}", self.at))),
        }
    }

    /// The binary samples: they begin after the one white space that ends the last number.
    fn body(&self, len: usize) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        rest.get(..len)
            .ok_or_else(|| malformed(F, format!("{len} bytes of samples expected, got {}", rest.len())))
    }
}
