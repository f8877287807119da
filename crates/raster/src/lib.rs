//! Bytes of any supported image format to an 8-bit grey image with resolution, under limits.
//!
//! [`decode`] reads WSQ, PNG, JPEG (baseline, progressive, lossless), JPEG 2000, TIFF, BMP, PNM and raw samples.
//! No input makes it panic; memory and work are bounded by the constants of [`limits`], which are checked
//! against the header before anything is allocated.

#![forbid(unsafe_code)]

mod decode;
mod error;
mod format;
mod formats;
mod image;
pub mod limits;
mod picture;
mod trace;

pub use decode::{Hints, RawGeometry, decode, decode_picture, decode_rgb};
pub use error::DecodeError;
pub use format::Format;
pub use image::{GreyImage, ImageError, MAX_PIXELS, MAX_SIDE_PX, RgbImage};
pub use limits::Limits;
pub use picture::{Channels, Picture, Samples};
pub use trace::{NoTrace, TraceSink};
