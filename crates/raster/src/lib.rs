//! Bytes of any supported image format to an 8-bit grey image with resolution, under limits.
//!
//! [`decode`] reads WSQ, PNG, JPEG (baseline, progressive, lossless), JPEG 2000, TIFF, BMP, PNM and raw samples.
//! No input makes it panic; memory and work are bounded by the constants of [`limits`], which are checked
//! against the header before anything is allocated.

#![forbid(unsafe_code)]

mod decode;
mod encode;
mod error;
mod format;
mod formats;
mod geometry;
mod image;
pub mod limits;
mod picture;
mod resample;
mod trace;

pub use decode::{Hints, RawGeometry, decode, decode_picture, decode_rgb};
pub use encode::{
    EncodeError, EncodeOptions, encode, encode_bmp, encode_j2k, encode_jp2, encode_jpeg,
    encode_lossless_jpeg, encode_pgm, encode_png, encode_png_rgb, encode_tiff, encode_wsq,
};
pub use error::DecodeError;
pub use format::Format;
pub use geometry::{Area, Turn, crop, turn};
pub use image::{GreyImage, ImageError, MAX_PIXELS, MAX_SIDE_PX, RgbImage};
pub use limits::Limits;
pub use picture::{Channels, Picture, Samples};
pub use resample::{ResampleError, resample};
pub use trace::{NoTrace, TraceSink};
