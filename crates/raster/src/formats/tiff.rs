//! TIFF, the first directory, by the `tiff` crate.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits as TiffLimits};
use tiff::tags::Tag;

use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::unpack_row;
use crate::limits::{Limits, MAX_TIFF_TAG_BYTES};
use crate::picture::{Channels, Picture, Samples, scale_to_u8};

const F: Format = Format::Tiff;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    let bad = |e: tiff::TiffError| malformed(F, e.to_string());
    let working = usize::try_from(limits.working_bytes).unwrap_or(usize::MAX);
    let mut allowed = TiffLimits::default();
    allowed.decoding_buffer_size = working;
    allowed.intermediate_buffer_size = working;
    allowed.ifd_value_size = MAX_TIFF_TAG_BYTES;
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(bad)?.with_limits(allowed);
    let (width, height) = decoder.dimensions().map_err(bad)?;
    limits.check(width.into(), height.into(), 8)?;
    let colour = decoder.colortype().map_err(bad)?;
    let ppi = resolution(&mut decoder);
    let layout = decoder.image_buffer_layout().map_err(bad)?;
    if layout.planes != 1 {
        return Err(unsupported(F, "separate planes"));
    }
    limits.check_work("bytes of memory", layout.complete_len as u64)?;
    let data = decoder.read_image().map_err(bad)?;
    let bits = colour.bit_depth();
    let (channels, samples) = match (colour, data) {
        (ColorType::Gray(bits @ (1 | 2 | 4)), DecodingResult::U8(data)) => {
            let max = (1_u16 << bits) - 1;
            let row = (width as usize * usize::from(bits)).div_ceil(8);
            let samples = data.chunks_exact(row).flat_map(|r| unpack_row(r, bits, width as usize));
            (Channels::Grey, Samples::U8(samples.map(|v| scale_to_u8(v.into(), max)).collect()))
        }
        (ColorType::Palette(bits @ (1 | 2 | 4 | 8)), DecodingResult::U8(data)) => {
            let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(bad)?;
            let row = (width as usize * usize::from(bits)).div_ceil(8);
            let indices = data.chunks_exact(row).flat_map(|r| unpack_row(r, bits, width as usize));
            (Channels::Rgb, Samples::U8(indices.flat_map(|i| mapped(&map, bits, i)).collect()))
        }
        (ColorType::CMYK(8), DecodingResult::U8(data)) => {
            let ink = |&[c, m, y, k]: &[u8; 4]| {
                [c, m, y].map(|v| scale_to_u8((255 - u16::from(v)) * (255 - u16::from(k)), 255 * 255))
            };
            (Channels::Rgb, Samples::U8(data.as_chunks::<4>().0.iter().flat_map(ink).collect()))
        }
        (colour, data) => {
            let channels = match colour {
                ColorType::Gray(8 | 16) => Channels::Grey,
                ColorType::GrayA(8 | 16) => Channels::GreyAlpha,
                ColorType::RGB(8 | 16) => Channels::Rgb,
                ColorType::RGBA(8 | 16) => Channels::RgbAlpha,
                other => return Err(unsupported(F, format!("{other:?}"))),
            };
            let samples = match data {
                DecodingResult::U8(data) => Samples::U8(data),
                DecodingResult::U16(samples) => Samples::U16 { samples, max: u16::MAX },
                _ => return Err(unsupported(F, "samples that are not unsigned whole numbers")),
            };
            (channels, samples)
        }
    };
    let count = match &samples {
        Samples::U8(s) => s.len(),
        Samples::U16 { samples, .. } => samples.len(),
    };
    if count != width as usize * height as usize * channels.count() {
        return Err(malformed(F, format!("decoded to {count} samples")));
    }
    Ok(Picture { format: F, width, height, channels, samples, bits, ppi })
}

/// A palette colour: the map holds all reds, then all greens, then all blues, 16 bits each.
fn mapped(map: &[u16], bits: u8, index: u8) -> [u8; 3] {
    let size = 1_usize << bits;
    [0, 1, 2].map(|c| map.get(c * size + usize::from(index)).map_or(0, |&v| (v >> 8) as u8))
}

/// Pixels per inch from XResolution and ResolutionUnit (2 inch, 3 centimetre).
fn resolution(decoder: &mut Decoder<Cursor<&[u8]>>) -> Option<f64> {
    let value = match decoder.find_tag(Tag::XResolution).ok()?? {
        tiff::decoder::ifd::Value::Rational(n, d) if d != 0 => f64::from(n) / f64::from(d),
        _ => return None,
    };
    match decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit).ok()? {
        None | Some(2) => Some(value),
        Some(3) => Some(value * 2.54),
        Some(_) => None,
    }
}
