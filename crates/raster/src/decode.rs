//! The way in: bytes and hints to an image.

use crate::error::DecodeError;
use crate::format::Format;
use crate::formats;
use crate::image::{GreyImage, RgbImage, plausible_ppi};
use crate::limits::{Limits, MAX_INPUT_BYTES};
use crate::picture::Picture;

/// The shape of samples that come without a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawGeometry {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bits of one sample: 8, or 9 to 16 held in two bytes, big-endian.
    pub bits: u8,
    /// Samples of one pixel: 1 (grey) or 3 (red, green, blue side by side).
    pub channels: u8,
}

impl RawGeometry {
    /// 8-bit grey, what ANSI/NIST-ITL records hold uncompressed.
    pub fn grey(width: u32, height: u32) -> Self {
        Self { width, height, bits: 8, channels: 1 }
    }
}

/// What the caller knows about the bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hints {
    /// Pixels per inch; overrides what the file states.
    pub ppi: Option<f64>,
    /// The format; when absent it is told by the first bytes.
    pub format: Option<Format>,
    /// The shape of samples without a header; used when the bytes begin like no format.
    pub raw: Option<RawGeometry>,
    /// Tighter limits than the platform's own.
    pub limits: Limits,
}

impl Hints {
    /// Nothing known but the resolution.
    pub fn ppi(ppi: f64) -> Self {
        Self { ppi: Some(ppi), ..Self::default() }
    }

    /// 8-bit grey samples of this size, unless the bytes begin like a format.
    pub fn raw(width: u32, height: u32) -> Self {
        Self { raw: Some(RawGeometry::grey(width, height)), ..Self::default() }
    }
}

/// What a decoder should aim for; only JPEG can save work by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    Grey,
    Colour,
}

/// Bytes to an 8-bit grey image with its resolution.
///
/// [`Picture::into_grey`] says how deeper samples and colour become 8-bit grey; the grey of a YCbCr JPEG is its
/// Y channel, which is the same luma.
///
/// # Errors
/// [`DecodeError`]; no input panics, and memory is bounded by [`Limits`].
///
/// ```
/// let pgm = b"P5 2 1 255\n\x10\xf0";
/// let image = raster::decode(pgm, &raster::Hints::ppi(500.0))?;
/// assert_eq!((image.width(), image.height(), image.ppi()), (2, 1, Some(500.0)));
/// assert_eq!(image.pixels(), [0x10, 0xf0]);
/// # Ok::<(), raster::DecodeError>(())
/// ```
pub fn decode(bytes: &[u8], hints: &Hints) -> Result<GreyImage, DecodeError> {
    Ok(open(bytes, hints, Want::Grey)?.into_grey()?)
}

/// Bytes to an 8-bit RGB image, for showing photographs.
///
/// # Errors
/// As [`decode`].
pub fn decode_rgb(bytes: &[u8], hints: &Hints) -> Result<RgbImage, DecodeError> {
    Ok(open(bytes, hints, Want::Colour)?.into_rgb()?)
}

/// Bytes to samples as stored: colour and up to 16 bits kept.
///
/// # Errors
/// As [`decode`].
pub fn decode_picture(bytes: &[u8], hints: &Hints) -> Result<Picture, DecodeError> {
    open(bytes, hints, Want::Colour)
}

fn open(bytes: &[u8], hints: &Hints, want: Want) -> Result<Picture, DecodeError> {
    let limit = hints.limits.input_bytes.min(MAX_INPUT_BYTES);
    if bytes.len() > limit {
        return Err(DecodeError::TooManyBytes { len: bytes.len(), limit });
    }
    let format = hints
        .format
        .or_else(|| Format::sniff(bytes))
        .or(hints.raw.map(|_| Format::Raw))
        .ok_or(DecodeError::UnknownFormat { len: bytes.len() })?;
    let limits = &hints.limits;
    let mut picture = match format {
        Format::Wsq => formats::wsq::read(bytes, limits),
        Format::Png => formats::png::read(bytes, limits),
        Format::Jpeg => formats::jpeg::read(bytes, limits, want),
        Format::LosslessJpeg => formats::jpeg::read_lossless(bytes, limits),
        Format::Jp2 | Format::J2k => formats::jpeg2000::read(bytes, limits),
        Format::Tiff => formats::tiff::read(bytes, limits),
        Format::Bmp => formats::bmp::read(bytes, limits),
        Format::Pnm => formats::pnm::read(bytes, limits),
        Format::Raw => formats::raw::read(bytes, hints.raw, limits),
    }?;
    picture.ppi = hints.ppi.or(picture.ppi).filter(plausible_ppi);
    Ok(picture)
}
