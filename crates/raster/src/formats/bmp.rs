//! Windows bitmap: uncompressed, 1 to 32 bits a pixel, and the run-length codes.

use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::{le16, le32, ppi_from_metre, unpack_row};
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

const F: Format = Format::Bmp;
const FILE_HEADER: usize = 14;

/// Whether the second header has a length that bitmaps have.
pub(crate) fn looks_like(bytes: &[u8]) -> bool {
    matches!(le32(bytes, FILE_HEADER), Some(12 | 40 | 52 | 56 | 64 | 108 | 124))
}

struct Header {
    width: u32,
    height: u32,
    /// Rows go top to bottom.
    top_down: bool,
    bits: u16,
    compression: u32,
    ppi: Option<f64>,
    palette: Vec<[u8; 3]>,
    masks: [u32; 3],
    pixels_at: usize,
}

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    let header = Header::read(bytes, limits).ok_or_else(|| malformed(F, "the header is cut off"))??;
    let data = bytes.get(header.pixels_at..).unwrap_or(&[]);
    let mut rgb = match header.compression {
        0 | 3 => header.read_rows(data)?,
        1 if header.bits == 8 => header.read_runs(data)?,
        c => return Err(unsupported(F, format!("compression {c} of {} bits", header.bits))),
    };
    if !header.top_down {
        let row = header.width as usize * 3;
        let mut flipped = Vec::with_capacity(rgb.len());
        rgb.chunks_exact(row.max(1)).rev().for_each(|r| flipped.extend_from_slice(r));
        rgb = flipped;
    }
    let grey = rgb.as_chunks::<3>().0.iter().all(|[r, g, b]| r == g && g == b);
    let (channels, data) =
        if grey { (Channels::Grey, rgb.iter().step_by(3).copied().collect()) } else { (Channels::Rgb, rgb) };
    let Header { width, height, ppi, .. } = header;
    Ok(Picture { format: F, width, height, channels, samples: Samples::U8(data), bits: 8, ppi })
}

impl Header {
    /// `None` where the file ends inside the header.
    fn read(bytes: &[u8], limits: &Limits) -> Option<Result<Self, DecodeError>> {
        let size = le32(bytes, FILE_HEADER)? as usize;
        let core = size == 12;
        let at = FILE_HEADER;
        let (width, height, bits) = if core {
            (i64::from(le16(bytes, at + 4)?), i64::from(le16(bytes, at + 6)?), le16(bytes, at + 10)?)
        } else {
            let signed = |at| le32(bytes, at).map(|v| i64::from(v as i32));
            (signed(at + 4)?, signed(at + 8)?, le16(bytes, at + 14)?)
        };
        if let Err(e) = limits.check(width.max(0).unsigned_abs(), height.unsigned_abs(), 8) {
            return Some(Err(e));
        }
        if !matches!(bits, 1 | 4 | 8 | 16 | 24 | 32) {
            return Some(Err(unsupported(F, format!("{bits} bits a pixel"))));
        }
        let compression = if core { 0 } else { le32(bytes, at + 16)? };
        let per_metre = if core { 0 } else { le32(bytes, at + 24)? };
        let ppi = (per_metre > 0).then(|| ppi_from_metre(per_metre.into()));
        let mut palette_at = at.checked_add(size)?;
        let mut masks = if bits == 16 { [0x7c00, 0x03e0, 0x001f] } else { [0x00ff_0000, 0x0000_ff00, 0xff] };
        if compression == 3 {
            // The masks follow a 40-byte header and are part of longer ones, at the same offset.
            for (i, mask) in masks.iter_mut().enumerate() {
                *mask = le32(bytes, at + 40 + 4 * i)?;
            }
            if size == 40 {
                palette_at += 12;
            }
        }
        let palette = if bits <= 8 {
            let used = if core { 0 } else { le32(bytes, at + 32)? as usize };
            let colours = if used == 0 { 1 << bits } else { used.min(1 << bits) };
            let step = if core { 3 } else { 4 };
            let table = bytes.get(palette_at..palette_at.checked_add(colours * step)?)?;
            table.chunks_exact(step).filter_map(|c| c.first_chunk().map(|&[b, g, r]| [r, g, b])).collect()
        } else {
            Vec::new()
        };
        Some(Ok(Self {
            width: width as u32,
            height: height.unsigned_abs() as u32,
            top_down: height < 0,
            bits,
            compression,
            ppi,
            palette,
            masks,
            pixels_at: le32(bytes, 10)? as usize,
        }))
    }

    fn colour(&self, index: u8) -> [u8; 3] {
        self.palette.get(usize::from(index)).copied().unwrap_or([0; 3])
    }

    fn read_rows(&self, data: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let width = self.width as usize;
        // Rows are padded to four bytes.
        let stride = (width * usize::from(self.bits)).div_ceil(32) * 4;
        let rows = data.chunks_exact(stride).take(self.height as usize);
        if rows.len() < self.height as usize {
            return Err(malformed(
                F,
                format!("{} rows of {stride} bytes, of {} promised", rows.len(), self.height),
            ));
        }
        let mut rgb = Vec::with_capacity(width * self.height as usize * 3);
        for row in rows {
            match self.bits {
                1 | 4 => rgb.extend(unpack_row(row, self.bits as u8, width).flat_map(|i| self.colour(i))),
                8 => rgb.extend(row.iter().take(width).flat_map(|&i| self.colour(i))),
                16 => {
                    let pixels = row.as_chunks::<2>().0.iter().take(width);
                    rgb.extend(pixels.flat_map(|&p| self.masked(u16::from_le_bytes(p).into())));
                }
                24 => rgb.extend(row.as_chunks::<3>().0.iter().take(width).flat_map(|&[b, g, r]| [r, g, b])),
                32 => {
                    let pixels = row.as_chunks::<4>().0.iter().take(width);
                    rgb.extend(pixels.flat_map(|&p| self.masked(u32::from_le_bytes(p))));
                }
                n => return Err(unsupported(F, format!("{n} bits a pixel"))),
            }
        }
        Ok(rgb)
    }

    fn masked(&self, pixel: u32) -> [u8; 3] {
        self.masks.map(|mask| {
            let shift = mask.trailing_zeros().min(31);
            let max = mask >> shift;
            let value = (pixel & mask) >> shift;
            if max == 0 { 0 } else { ((u64::from(value) * 255 + u64::from(max) / 2) / u64::from(max)) as u8 }
        })
    }

    /// BI_RLE8: a count and a colour; or 0 and 0 (end of row), 1 (end), 2 (move), or a literal's length.
    fn read_runs(&self, data: &[u8]) -> Result<Vec<u8>, DecodeError> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut rgb: Vec<u8> = self.colour(0).repeat(width * height);
        let (mut x, mut y, mut at) = (0, 0, 0);
        let cut = || malformed(F, "the run-length data is cut off");
        let mut put = |x: usize, y: usize, colour: [u8; 3]| {
            if x < width {
                let from = (y * width + x) * 3;
                rgb.get_mut(from..from + 3).into_iter().for_each(|p| p.copy_from_slice(&colour));
            }
        };
        while y < height {
            let &[count, value] = data.get(at..).and_then(|d| d.first_chunk()).ok_or_else(cut)?;
            at += 2;
            match (count, value) {
                (0, 0) => (x, y) = (0, y + 1),
                (0, 1) => break,
                (0, 2) => {
                    let &[dx, dy] = data.get(at..).and_then(|d| d.first_chunk()).ok_or_else(cut)?;
                    at += 2;
                    (x, y) = (x + usize::from(dx), y + usize::from(dy));
                }
                (0, n) => {
                    let literal = data.get(at..at + usize::from(n)).ok_or_else(cut)?;
                    for &index in literal {
                        put(x, y, self.colour(index));
                        x += 1;
                    }
                    at += usize::from(n).next_multiple_of(2);
                }
                (n, index) => {
                    for _ in 0..n {
                        put(x, y, self.colour(index));
                        x += 1;
                    }
                }
            }
        }
        Ok(rgb)
    }
}
