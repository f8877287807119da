//! Limits on everything that comes from outside, each with its reason.

use crate::DecodeError;
use crate::image::{MAX_PIXELS, MAX_SIDE_PX};

/// Most bytes of one encoded image: an uncompressed 16-bit RGB image of 32 million pixels is 192 MiB.
pub const MAX_INPUT_BYTES: usize = 256 << 20;

/// Most bytes that a decoder may need at once, as estimated from the header before anything is allocated.
/// A 64-megapixel grey JPEG 2000 image (the largest palm at 1000 ppi is 40 megapixels) needs 0.8 GiB.
pub const MAX_WORKING_BYTES: u64 = 1 << 30;

/// Most scans of a JPEG file: libjpeg's default progressive script has 10, and each scan costs a pass over
/// the whole image however few bytes it has.
pub const MAX_JPEG_SCANS: usize = 64;

/// Most pixel visits that all scans of a JPEG file may cost together.
pub const MAX_JPEG_SCAN_PIXELS: u64 = 1 << 30;

/// Most components of a JPEG 2000 image: red, green, blue and opacity.
pub const MAX_JP2_COMPONENTS: u16 = 4;

/// Most tiles of a JPEG 2000 image: 64 megapixels in tiles of 256 x 256 are 1,024.
pub const MAX_JP2_TILES: u64 = 4_096;

/// Most precincts and code-blocks of a JPEG 2000 image, counted over all tiles, components and resolutions:
/// 64 megapixels in blocks of 32 x 32 are 65,536 at full resolution.
pub const MAX_JP2_BLOCKS: u64 = 1 << 18;

/// Most layers times precincts, that is packets, of a JPEG 2000 image.
pub const MAX_JP2_PACKETS: u64 = 1 << 20;

/// Bytes that the JPEG 2000 decoder needs for one sample (float coefficients, transform, output).
pub(crate) const JP2_BYTES_PER_SAMPLE: u64 = 12;

/// Most bytes of one TIFF tag's value: a strip table of 16,384 rows of 64-bit offsets is 128 KiB.
pub const MAX_TIFF_TAG_BYTES: usize = 1 << 20;

/// What one call may accept, for callers whose images are smaller than the platform's own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of input, at most [`MAX_INPUT_BYTES`].
    pub input_bytes: usize,
    /// Most pixels, at most [`MAX_PIXELS`].
    pub pixels: usize,
    /// Most pixels a side, at most [`MAX_SIDE_PX`].
    pub side_px: u32,
    /// Most bytes that decoding may need at once, at most [`MAX_WORKING_BYTES`].
    pub working_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: MAX_INPUT_BYTES,
            pixels: MAX_PIXELS,
            side_px: MAX_SIDE_PX,
            working_bytes: MAX_WORKING_BYTES,
        }
    }
}

impl Limits {
    /// Checks a header's size and the memory that decoding it would take.
    pub(crate) fn check(&self, width: u64, height: u64, bytes_per_pixel: u64) -> Result<(), DecodeError> {
        let side = u64::from(self.side_px.min(MAX_SIDE_PX));
        if width == 0 || height == 0 || width > side || height > side {
            return Err(DecodeError::Size { width, height });
        }
        // Both sides are at most 16,384 here, so the product cannot overflow.
        let area = width * height;
        if area > self.pixels.min(MAX_PIXELS) as u64 {
            return Err(DecodeError::Size { width, height });
        }
        self.check_work("bytes of memory", area.saturating_mul(bytes_per_pixel))
    }

    /// Checks an estimate of memory.
    pub(crate) fn check_work(&self, what: &'static str, need: u64) -> Result<(), DecodeError> {
        let limit = self.working_bytes.min(MAX_WORKING_BYTES);
        if need > limit {
            return Err(DecodeError::Work { what, need, limit });
        }
        Ok(())
    }
}
