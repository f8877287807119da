//! The one image type of the platform.

/// Most pixels that an image may have: a 1000-ppi four-finger slap (3.2 x 3 in) is 9.6 million.
pub const MAX_PIXELS: usize = 64 << 20;

/// Most pixels along one side.
pub const MAX_SIDE_PX: u32 = 16_384;

/// An 8-bit grey image, rows top to bottom, 0 = black, with its resolution where it is known.
#[derive(Clone, PartialEq)]
pub struct GreyImage {
    width: u32,
    height: u32,
    ppi: Option<f64>,
    pixels: Vec<u8>,
}

/// Why an image cannot be made from these numbers.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// Width or height is zero or over [`MAX_SIDE_PX`], or their product over [`MAX_PIXELS`].
    #[error(
        "an image of {width} x {height} pixels is outside the limits (1 to {MAX_SIDE_PX} a side, {MAX_PIXELS} in all)"
    )]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The pixel buffer does not have width x height (RGB: x 3) bytes.
    #[error("{got} bytes are not {width} x {height} pixels")]
    Length {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Bytes given.
        got: usize,
    },
}

impl GreyImage {
    /// An image over these pixels; `ppi` outside 10 to 10,000 counts as unknown.
    ///
    /// # Errors
    /// [`ImageError`] where the size is outside the limits or the buffer has another length.
    pub fn new(width: u32, height: u32, ppi: Option<f64>, pixels: Vec<u8>) -> Result<Self, ImageError> {
        let area = checked_area(width, height)?;
        if pixels.len() as u64 != area {
            return Err(ImageError::Length { width, height, got: pixels.len() });
        }
        Ok(Self { width, height, ppi: ppi.filter(plausible_ppi), pixels })
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Pixels per inch, where known.
    pub fn ppi(&self) -> Option<f64> {
        self.ppi
    }

    /// The same pixels with another stated resolution.
    pub fn with_ppi(mut self, ppi: Option<f64>) -> Self {
        self.ppi = ppi.filter(plausible_ppi);
        self
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row.
    pub fn row(&self, y: u32) -> Option<&[u8]> {
        self.pixels.chunks_exact(self.width as usize).nth(y as usize)
    }

    /// The pixels themselves.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// As many pixels in another shape, at the same resolution.
    pub(crate) fn same_area(&self, width: u32, height: u32, pixels: Vec<u8>) -> Self {
        debug_assert_eq!(pixels.len(), self.pixels.len());
        debug_assert_eq!(width as usize * height as usize, pixels.len());
        Self { width, height, ppi: self.ppi, pixels }
    }
}

/// An 8-bit RGB image, for showing photographs of marks and faces; never measured.
#[derive(Clone, PartialEq)]
pub struct RgbImage {
    width: u32,
    height: u32,
    ppi: Option<f64>,
    pixels: Vec<u8>,
}

impl RgbImage {
    /// An image over these pixels, three bytes each; the rules of [`GreyImage::new`] hold.
    ///
    /// # Errors
    /// [`ImageError`] where the size is outside the limits or the buffer has another length.
    pub fn new(width: u32, height: u32, ppi: Option<f64>, pixels: Vec<u8>) -> Result<Self, ImageError> {
        let area = checked_area(width, height)?;
        if pixels.len() as u64 != area * 3 {
            return Err(ImageError::Length { width, height, got: pixels.len() });
        }
        Ok(Self { width, height, ppi: ppi.filter(plausible_ppi), pixels })
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Pixels per inch, where known.
    pub fn ppi(&self) -> Option<f64> {
        self.ppi
    }

    /// All pixels, row by row, red, green, blue.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels themselves.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

impl std::fmt::Debug for RgbImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RgbImage({} x {}, {:?} ppi)", self.width, self.height, self.ppi)
    }
}

/// Pixels of an image of this size, where it is within the limits.
pub(crate) fn checked_area(width: u32, height: u32) -> Result<u64, ImageError> {
    let area = u64::from(width) * u64::from(height);
    if width == 0 || height == 0 || width > MAX_SIDE_PX || height > MAX_SIDE_PX || area > MAX_PIXELS as u64 {
        return Err(ImageError::Size { width, height });
    }
    Ok(area)
}

/// Whether a resolution can be one at all.
pub(crate) fn plausible_ppi(ppi: &f64) -> bool {
    (10.0..=10_000.0).contains(ppi)
}

impl std::fmt::Debug for GreyImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GreyImage({} x {}, {:?} ppi)", self.width, self.height, self.ppi)
    }
}
