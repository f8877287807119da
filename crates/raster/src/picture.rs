//! What a file holds before it becomes grey: samples as stored, up to 16 bits, with or without colour.

use crate::format::Format;
use crate::image::{GreyImage, ImageError, RgbImage};

/// How the samples of one pixel are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// One grey sample.
    Grey,
    /// Grey and opacity.
    GreyAlpha,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and opacity.
    RgbAlpha,
}

impl Channels {
    /// Samples of one pixel.
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::RgbAlpha => 4,
        }
    }
}

/// Samples, pixel by pixel, row by row, the channels of one pixel side by side.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// 0 to 255.
    U8(Vec<u8>),
    /// 0 to `max`, where `max` is over 255.
    U16 {
        /// The samples.
        samples: Vec<u16>,
        /// White.
        max: u16,
    },
}

/// A decoded file.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) channels: Channels,
    pub(crate) samples: Samples,
    /// Bits of one sample as stored.
    pub(crate) bits: u8,
    pub(crate) ppi: Option<f64>,
}

impl Picture {
    /// The format that it was read from.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// What a pixel is made of.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// Bits of one sample as stored, 1 to 16.
    pub fn bits(&self) -> u8 {
        self.bits
    }

    /// Pixels per inch that the file or the hint states.
    pub fn ppi(&self) -> Option<f64> {
        self.ppi
    }

    /// The samples as decoded.
    pub fn samples(&self) -> &Samples {
        &self.samples
    }

    /// As 8-bit grey.
    ///
    /// Samples of more than 8 bits are scaled, `(v * 255 + max / 2) / max`. Colour becomes its ITU-R BT.601
    /// luma, `(299 R + 587 G + 114 B + 500) / 1000`. Opacity is laid over white, the colour of an empty
    /// platen and of a card.
    ///
    /// # Errors
    /// [`ImageError`] where the size is outside the limits.
    pub fn into_grey(self) -> Result<GreyImage, ImageError> {
        let (width, height, ppi, channels) = (self.width, self.height, self.ppi, self.channels);
        let bytes = to_u8(self.samples);
        let pixels = match channels {
            Channels::Grey => bytes,
            Channels::GreyAlpha => {
                bytes.as_chunks::<2>().0.iter().map(|&[grey, alpha]| over_white(grey, alpha)).collect()
            }
            Channels::Rgb => bytes.as_chunks::<3>().0.iter().map(|&rgb| luma(rgb)).collect(),
            Channels::RgbAlpha => {
                let flat = |&[r, g, b, a]: &[u8; 4]| luma([r, g, b].map(|v| over_white(v, a)));
                bytes.as_chunks::<4>().0.iter().map(flat).collect()
            }
        };
        GreyImage::new(width, height, ppi, pixels)
    }

    /// As 8-bit RGB, for showing; grey is repeated.
    ///
    /// # Errors
    /// [`ImageError`] where the size is outside the limits.
    pub fn into_rgb(self) -> Result<RgbImage, ImageError> {
        let (width, height, ppi, channels) = (self.width, self.height, self.ppi, self.channels);
        let bytes = to_u8(self.samples);
        let pixels = match channels {
            Channels::Grey => bytes.iter().flat_map(|&v| [v; 3]).collect(),
            Channels::GreyAlpha => bytes
                .as_chunks::<2>()
                .0
                .iter()
                .flat_map(|&[grey, alpha]| [over_white(grey, alpha); 3])
                .collect(),
            Channels::Rgb => bytes,
            Channels::RgbAlpha => {
                let flat = |&[r, g, b, a]: &[u8; 4]| [r, g, b].map(|v| over_white(v, a));
                bytes.as_chunks::<4>().0.iter().flat_map(flat).collect()
            }
        };
        RgbImage::new(width, height, ppi, pixels)
    }
}

fn to_u8(samples: Samples) -> Vec<u8> {
    match samples {
        Samples::U8(bytes) => bytes,
        Samples::U16 { samples, max } => samples.iter().map(|&v| scale_to_u8(v, max)).collect(),
    }
}

/// A sample of 0 to `max` scaled to 0 to 255 and rounded.
pub(crate) fn scale_to_u8(value: u16, max: u16) -> u8 {
    let max = u32::from(max.max(1));
    let scaled = (u32::from(value) * 255 + max / 2) / max;
    scaled.min(255) as u8
}

/// ITU-R BT.601 luma, rounded.
fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) + 500) / 1000) as u8
}

/// A value of this opacity over white, rounded.
fn over_white(value: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}
