//! Images to bytes.

pub(crate) mod jpeg;
mod jpeg2000;
mod lossless_jpeg;
mod simple;

use crate::format::Format;
use crate::image::{GreyImage, RgbImage};

pub use jpeg::encode_jpeg;
pub use jpeg2000::{encode_j2k, encode_jp2};
pub use lossless_jpeg::encode_lossless_jpeg;
pub use simple::{encode_bmp, encode_pgm, encode_tiff};

/// Why an image cannot be written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// WSQ refused the bit rate or the size.
    #[error("WSQ: {0}")]
    Wsq(#[from] wsq_codec::EncodeError),
    /// The JPEG quality is not 1 to 100.
    #[error("a JPEG quality of {0}, outside 1 to 100")]
    Quality(u8),
    /// The PNG encoder failed.
    #[error("PNG: {0}")]
    Png(String),
}

/// How to write, where the format leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EncodeOptions {
    /// Bits per pixel of WSQ, above 0 and at most 8; 0.75 is the FBI's 15 to 1.
    pub wsq_bits_per_pixel: f32,
    /// Quality of lossy JPEG, 1 to 100, on the scale of the Independent JPEG Group.
    pub jpeg_quality: u8,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self { wsq_bits_per_pixel: 0.75, jpeg_quality: 95 }
    }
}

/// An image in any format that is written: all of [`Format`]; JPEG 2000 without loss. The resolution is kept where the format
/// has a place for it (raw has none).
///
/// # Errors
/// [`EncodeError`].
///
/// ```
/// let image = raster::GreyImage::new(2, 2, Some(500.0), vec![0, 80, 160, 240])?;
/// let png = raster::encode(&image, raster::Format::Png, &raster::EncodeOptions::default())?;
/// assert_eq!(raster::decode(&png, &raster::Hints::default())?, image);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(image: &GreyImage, format: Format, options: &EncodeOptions) -> Result<Vec<u8>, EncodeError> {
    match format {
        Format::Wsq => encode_wsq(image, options.wsq_bits_per_pixel),
        Format::Png => encode_png(image),
        Format::Jpeg => encode_jpeg(image, options.jpeg_quality),
        Format::LosslessJpeg => Ok(encode_lossless_jpeg(image)),
        Format::Tiff => Ok(encode_tiff(image)),
        Format::Bmp => Ok(encode_bmp(image)),
        Format::Pnm => Ok(encode_pgm(image)),
        Format::Raw => Ok(image.pixels().to_vec()),
        Format::Jp2 => Ok(encode_jp2(image)),
        Format::J2k => Ok(encode_j2k(image)),
    }
}

/// WSQ at about this many bits per pixel; the resolution goes into its NISTCOM, rounded to whole pixels per inch.
///
/// # Errors
/// [`EncodeError::Wsq`] for a bit rate that is not above 0 and at most 8.
pub fn encode_wsq(image: &GreyImage, bits_per_pixel: f32) -> Result<Vec<u8>, EncodeError> {
    let ppi = image.ppi().map(|ppi| ppi.round() as u16);
    // An image has at most 16,384 pixels a side.
    let (width, height) = (image.width() as u16, image.height() as u16);
    Ok(wsq_codec::encode(
        image.pixels(),
        width,
        height,
        &wsq_codec::EncodeOptions::new(bits_per_pixel).ppi(ppi),
    )?)
}

/// 8-bit grey PNG with its resolution (pHYs).
///
/// # Errors
/// [`EncodeError::Png`] if the encoder fails, which it does not for an image within the limits.
pub fn encode_png(image: &GreyImage) -> Result<Vec<u8>, EncodeError> {
    png_of((image.width(), image.height()), image.ppi(), png::ColorType::Grayscale, image.pixels())
}

/// 8-bit RGB PNG with its resolution (pHYs).
///
/// # Errors
/// As [`encode_png`].
pub fn encode_png_rgb(image: &RgbImage) -> Result<Vec<u8>, EncodeError> {
    png_of((image.width(), image.height()), image.ppi(), png::ColorType::Rgb, image.pixels())
}

fn png_of(
    (width, height): (u32, u32),
    ppi: Option<f64>,
    colour: png::ColorType,
    pixels: &[u8],
) -> Result<Vec<u8>, EncodeError> {
    let bad = |e: png::EncodingError| EncodeError::Png(e.to_string());
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(ppi.map(|ppi| {
        let per_metre = per_metre(ppi);
        png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }
    }));
    let mut writer = encoder.write_header().map_err(bad)?;
    writer.write_image_data(pixels).map_err(bad)?;
    writer.finish().map_err(bad)?;
    Ok(out)
}

/// Whole pixels per metre.
fn per_metre(ppi: f64) -> u32 {
    (ppi / 0.0254).round() as u32
}
