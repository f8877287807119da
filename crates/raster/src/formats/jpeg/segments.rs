//! The marker segments of a JPEG file (ITU-T T.81 annex B).

use crate::error::{DecodeError, malformed};
use crate::format::Format;
use crate::formats::bytes::be16;
use crate::limits::{Limits, MAX_JPEG_SCAN_PIXELS, MAX_JPEG_SCANS};

/// What the segments before and between the scans say.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// The second byte of the start-of-frame marker, 0xC0 to 0xCF.
    pub(crate) sof: Option<u8>,
    pub(crate) bits: u8,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: u8,
    pub(crate) scans: usize,
    pub(crate) ppi: Option<f64>,
    /// A JFIF segment is there.
    pub(crate) jfif: bool,
    /// The colour transform that an Adobe segment states: 0 none, 1 YCbCr, 2 YCCK.
    pub(crate) adobe: Option<u8>,
}

/// One marker segment: the second byte of its marker, and its body after the length.
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    pub(crate) body: &'a [u8],
    /// Offset of the first byte after the segment.
    pub(crate) end: usize,
}

/// The next marker segment at or after `at`, entropy-coded data skipped; `None` at the end of the image.
pub(crate) fn next_segment(bytes: &[u8], mut at: usize) -> Option<Segment<'_>> {
    loop {
        let skipped = bytes.get(at..)?.iter().position(|&b| b == 0xff)?;
        at += skipped + 1;
        let marker = *bytes.get(at)?;
        match marker {
            // A stuffed zero, fill bytes, a restart, the start, TEM: no segment follows.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 1,
            0xff => {}
            0xd9 => return None,
            _ => {
                let length = usize::from(be16(bytes, at + 1)?);
                let body = bytes.get(at + 3..(at + 1).checked_add(length)?)?;
                return Some(Segment { marker, body, end: at + 1 + length });
            }
        }
    }
}

/// Whether a marker starts a frame.
fn is_sof(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Whether the first frame is lossless with Huffman codes (SOF3).
pub(crate) fn is_lossless(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(segment) = next_segment(bytes, at) {
        if is_sof(segment.marker) {
            return segment.marker == 0xc3;
        }
        at = segment.end;
    }
    false
}

impl Header {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut header = Self::default();
        let mut at = 2;
        while let Some(Segment { marker, body, end }) = next_segment(bytes, at) {
            at = end;
            match marker {
                m if is_sof(m) && header.sof.is_none() => {
                    if let (Some(&bits), Some(height), Some(width), Some(&components)) =
                        (body.first(), be16(body, 1), be16(body, 3), body.get(5))
                    {
                        header.sof = Some(m);
                        (header.bits, header.height, header.width, header.components) =
                            (bits, height, width, components);
                    }
                }
                0xda => header.scans += 1,
                0xe0 if body.starts_with(b"JFIF\0") => {
                    header.jfif = true;
                    header.ppi = header.ppi.or(jfif_ppi(body));
                }
                0xee if body.starts_with(b"Adobe") => header.adobe = body.get(11).copied(),
                0xfe if body.starts_with(b"NIST_COM") => header.ppi = nistcom_ppi(body).or(header.ppi),
                _ => {}
            }
        }
        header
    }

    /// Refuses sizes and counts of scans that would cost too much.
    pub(crate) fn check(
        &self,
        format: Format,
        limits: &Limits,
        bytes_per_pixel: u64,
    ) -> Result<(), DecodeError> {
        if self.sof.is_none() {
            return Err(malformed(format, "no start of frame"));
        }
        limits.check(self.width.into(), self.height.into(), bytes_per_pixel)?;
        if self.scans > MAX_JPEG_SCANS {
            return Err(DecodeError::Work {
                what: "scans",
                need: self.scans as u64,
                limit: MAX_JPEG_SCANS as u64,
            });
        }
        let visits = u64::from(self.width) * u64::from(self.height) * self.scans as u64;
        if visits > MAX_JPEG_SCAN_PIXELS {
            return Err(DecodeError::Work {
                what: "pixel visits",
                need: visits,
                limit: MAX_JPEG_SCAN_PIXELS,
            });
        }
        Ok(())
    }
}

/// Pixels per inch from a JFIF segment: unit 1 is dots per inch, 2 dots per centimetre.
fn jfif_ppi(body: &[u8]) -> Option<f64> {
    let density = f64::from(be16(body, 8)?);
    match body.get(7)? {
        1 => Some(density),
        2 => Some(density * 2.54),
        _ => None,
    }
}

/// Pixels per inch from a NIST comment's line `PPI n`; -1 stands for unknown.
fn nistcom_ppi(body: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(body).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix("PPI "))?;
    value.trim().parse().ok().filter(|&ppi: &f64| ppi > 0.0)
}
