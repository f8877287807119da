//! Samples without a header.

use crate::decode::RawGeometry;
use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

const F: Format = Format::Raw;

pub(crate) fn read(
    bytes: &[u8],
    geometry: Option<RawGeometry>,
    limits: &Limits,
) -> Result<Picture, DecodeError> {
    let RawGeometry { width, height, bits, channels } =
        geometry.ok_or_else(|| malformed(F, "the geometry of raw samples is not given"))?;
    limits.check(width.into(), height.into(), 6)?;
    let kind = match channels {
        1 => Channels::Grey,
        3 => Channels::Rgb,
        n => return Err(unsupported(F, format!("{n} samples a pixel"))),
    };
    if !(8..=16).contains(&bits) {
        return Err(unsupported(F, format!("{bits} bits a sample")));
    }
    let count = width as usize * height as usize * kind.count();
    let need = if bits == 8 { count } else { count * 2 };
    // More bytes than needed are padding, as some writers of tagged-field records leave a separator.
    let data = bytes.get(..need).ok_or_else(|| {
        malformed(F, format!("{width} x {height} pixels need {need} bytes, there are {}", bytes.len()))
    })?;
    let samples = if bits == 8 {
        Samples::U8(data.to_vec())
    } else {
        let max = ((1_u32 << bits) - 1) as u16;
        let words = data.as_chunks::<2>().0;
        Samples::U16 { samples: words.iter().map(|&b| u16::from_be_bytes(b).min(max)).collect(), max }
    };
    Ok(Picture { format: F, width, height, channels: kind, samples, bits, ppi: None })
}
