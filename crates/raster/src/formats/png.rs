//! PNG, by the `png` crate.

use std::io::Cursor;

use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::{be32, ppi_from_metre};
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

const F: Format = Format::Png;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    // IHDR is always the first chunk: its size is checked before the decoder allocates a row.
    let (Some(width), Some(height)) = (be32(bytes, 16), be32(bytes, 20)) else {
        return Err(malformed(F, "the header is cut off"));
    };
    limits.check(width.into(), height.into(), 8)?;

    let bad = |e: png::DecodingError| malformed(F, e.to_string());
    let mut decoder = png::Decoder::new_with_limits(
        Cursor::new(bytes),
        png::Limits { bytes: usize::try_from(limits.working_bytes).unwrap_or(usize::MAX) },
    );
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(bad)?;
    let bits = reader.info().bit_depth as u8;
    let ppi = reader.info().pixel_dims.and_then(|d| match d.unit {
        png::Unit::Meter => Some(ppi_from_metre(d.xppu.into())),
        png::Unit::Unspecified => None,
    });
    let size = reader.output_buffer_size().ok_or_else(|| malformed(F, "the size overflows"))?;
    limits.check_work("bytes of memory", size as u64)?;
    let mut data = vec![0; size];
    let frame = reader.next_frame(&mut data).map_err(bad)?;
    if (frame.width, frame.height) != (width, height) {
        return Err(malformed(F, "the first frame is smaller than the image"));
    }
    data.truncate(frame.buffer_size());
    let channels = match frame.color_type {
        png::ColorType::Grayscale => Channels::Grey,
        png::ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        png::ColorType::Rgb => Channels::Rgb,
        png::ColorType::Rgba => Channels::RgbAlpha,
        png::ColorType::Indexed => return Err(unsupported(F, "a palette that did not expand")),
    };
    let samples = match frame.bit_depth {
        png::BitDepth::Sixteen => {
            let words = data.as_chunks::<2>().0;
            Samples::U16 { samples: words.iter().map(|&b| u16::from_be_bytes(b)).collect(), max: u16::MAX }
        }
        _ => Samples::U8(data),
    };
    Ok(Picture { format: F, width, height, channels, samples, bits, ppi })
}
