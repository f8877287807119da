//! Bytes of any supported image format to an 8-bit grey image with resolution, under limits.

mod image;
mod trace;

pub use image::{GreyImage, ImageError};
pub use trace::{NoTrace, TraceSink};
