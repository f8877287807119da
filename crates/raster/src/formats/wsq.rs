//! WSQ, by the library of this workspace.

use crate::error::{DecodeError, malformed};
use crate::format::Format;
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

const F: Format = Format::Wsq;

/// Bytes that the decoder needs for a pixel: coefficients, the plane, its scratch copy, the output.
const BYTES_PER_PIXEL: u64 = 11;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    let bad = |e: wsq_codec::Error| malformed(F, e.to_string());
    let header = wsq_codec::read_header(bytes).map_err(bad)?;
    limits.check(header.width.into(), header.height.into(), BYTES_PER_PIXEL)?;
    let image = wsq_codec::decode(bytes).map_err(bad)?;
    let (width, height) = (image.width().into(), image.height().into());
    let ppi = image.ppi().map(f64::from);
    let samples = Samples::U8(image.into_pixels());
    Ok(Picture { format: F, width, height, channels: Channels::Grey, samples, bits: 8, ppi })
}
