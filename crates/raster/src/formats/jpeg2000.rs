//! JPEG 2000, JP2 files and bare codestreams, by `hayro-jpeg2000` without its SIMD feature: fused multiply-adds
//! would make the pixels depend on the CPU.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::{be16, be32, ppi_from_metre};
use crate::limits::{
    JP2_BYTES_PER_SAMPLE, Limits, MAX_JP2_BLOCKS, MAX_JP2_COMPONENTS, MAX_JP2_PACKETS, MAX_JP2_TILES,
};
use crate::picture::{Channels, Picture, Samples};

const F: Format = Format::Jp2;

/// Boxes of a JP2 file that are looked at before giving up: writers use about ten.
const MAX_BOXES: usize = 256;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    let file = Container::read(bytes);
    let format = if file.boxed { F } else { Format::J2k };
    check_codestream(file.codestream, limits)?;

    let bad = |e: hayro_jpeg2000::DecodeError| malformed(format, e.to_string());
    let settings = DecodeSettings { resolve_palette_indices: true, strict: false, target_resolution: None };
    let image = Image::new(bytes, &settings).map_err(bad)?;
    let (width, height) = (image.width(), image.height());
    limits.check(width.into(), height.into(), JP2_BYTES_PER_SAMPLE)?;
    let channels = match (image.color_space().num_channels(), image.has_alpha()) {
        (1, false) => Channels::Grey,
        (1, true) => Channels::GreyAlpha,
        (3, false) => Channels::Rgb,
        (3, true) => Channels::RgbAlpha,
        (n, _) => return Err(unsupported(format, format!("{n} colour channels"))),
    };
    if matches!(image.color_space(), ColorSpace::CMYK) {
        return Err(unsupported(format, "CMYK"));
    }
    let bits = image.original_bit_depth();
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(bad)?;
    let planes: Vec<&[f32]> = decoded.components().iter().map(|c| c.samples()).collect();
    let area = width as usize * height as usize;
    if planes.len() != channels.count() || planes.iter().any(|p| p.len() != area) {
        return Err(malformed(format, "components of different sizes"));
    }
    let depth = decoded.components().iter().map(|c| c.bit_depth()).max().unwrap_or(8);
    if decoded.components().iter().any(|c| c.bit_depth() != depth) || !(1..=16).contains(&depth) {
        return Err(unsupported(format, "components of different or over 16 bits"));
    }
    let max = ((1_u32 << depth) - 1) as u16;
    // `as` saturates, so that a value below 0 or NaN becomes 0.
    let whole = |v: f32| ((v + 0.5) as u16).min(max);
    let samples = match depth {
        8 => Samples::U8(interleave(&planes, |v| whole(v) as u8)),
        1..8 => Samples::U8(interleave(&planes, |v| crate::picture::scale_to_u8(whole(v), max))),
        _ => Samples::U16 { samples: interleave(&planes, whole), max },
    };
    Ok(Picture { format, width, height, channels, samples, bits, ppi: file.ppi })
}

/// Planes of one size to pixels, their channels side by side.
fn interleave<T: Copy + Default>(planes: &[&[f32]], convert: impl Fn(f32) -> T) -> Vec<T> {
    let area = planes.first().map_or(0, |p| p.len());
    let mut out = vec![T::default(); area * planes.len()];
    for (channel, plane) in planes.iter().enumerate() {
        let targets = out.iter_mut().skip(channel).step_by(planes.len());
        targets.zip(*plane).for_each(|(target, &v)| *target = convert(v));
    }
    out
}

/// What a JP2 file's boxes say.
struct Container<'a> {
    boxed: bool,
    codestream: &'a [u8],
    ppi: Option<f64>,
}

impl<'a> Container<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        if bytes.starts_with(b"\xff\x4f\xff\x51") {
            return Self { boxed: false, codestream: bytes, ppi: None };
        }
        let mut file = Self { boxed: true, codestream: &[], ppi: None };
        let mut display = None;
        let mut left = MAX_BOXES;
        file.walk(bytes, &mut display, &mut left);
        // The capture resolution is the sensor's; the display resolution stands in for it.
        file.ppi = file.ppi.or(display);
        file
    }

    fn walk(&mut self, mut bytes: &'a [u8], display: &mut Option<f64>, left: &mut usize) {
        while let (Some(length), Some(kind)) = (be32(bytes, 0), be32(bytes, 4)) {
            if *left == 0 {
                return;
            }
            *left -= 1;
            // Length 1: a 64-bit length follows; 0: to the end of the file.
            let (head, length) = match length {
                0 => (8, bytes.len()),
                1 => (16, be32(bytes, 12).map_or(0, |l| l as usize)),
                n => (8, n as usize),
            };
            let Some(body) = bytes.get(head..length.min(bytes.len())) else { return };
            match &kind.to_be_bytes() {
                b"jp2h" | b"res " => self.walk(body, display, left),
                b"resc" => self.ppi = resolution(body),
                b"resd" => *display = resolution(body),
                b"jp2c" if self.codestream.is_empty() => self.codestream = body,
                _ => {}
            }
            bytes = bytes.get(length..).unwrap_or(&[]);
        }
    }
}

/// Pixels per inch from a resolution box: numerators, denominators and decimal exponents of the vertical and the
/// horizontal resolution in pixels per metre (I.5.3.7).
fn resolution(body: &[u8]) -> Option<f64> {
    let (n, d) = (be16(body, 4)?, be16(body, 6)?);
    let exponent = i32::from(*body.get(9)? as i8);
    (d != 0).then(|| ppi_from_metre(f64::from(n) / f64::from(d) * 10_f64.powi(exponent)))
}

/// Checks the sizes in a codestream's headers (15444-1 annex A) before the decoder sees it, so that few bytes
/// cannot ask for endless tiles, precincts or layers.
fn check_codestream(stream: &[u8], limits: &Limits) -> Result<(), DecodeError> {
    let cut = || malformed(F, "the codestream's header is cut off");
    let size = Size::read(stream).ok_or_else(cut)?;
    if size.components == 0 || size.components > MAX_JP2_COMPONENTS {
        return Err(unsupported(F, format!("{} components", size.components)));
    }
    let (width, height) = (size.x1.saturating_sub(size.x0), size.y1.saturating_sub(size.y0));
    limits.check(width.into(), height.into(), u64::from(size.components) * JP2_BYTES_PER_SAMPLE)?;
    if size.tile_width == 0 || size.tile_height == 0 {
        return Err(malformed(F, "tiles of no size"));
    }
    let across = |end: u32, start: u32, step: u32| u64::from(end.saturating_sub(start)).div_ceil(step.into());
    let tiles =
        across(size.x1, size.tile_x0, size.tile_width) * across(size.y1, size.tile_y0, size.tile_height);
    if tiles > MAX_JP2_TILES {
        return Err(DecodeError::Work { what: "tiles", need: tiles, limit: MAX_JP2_TILES });
    }

    let mut layers = 1;
    let (mut blocks, mut precincts) = (0, 0);
    for (marker, body) in (Segments { stream, at: 2 }) {
        let style = match marker {
            0x52 => {
                layers = be16(body, 2).ok_or_else(cut)?.max(layers);
                let precincts_given = body.first().is_some_and(|s| s & 1 != 0);
                body.get(5..).map(|b| (precincts_given, b))
            }
            // The component's index takes one byte, for there are at most four.
            0x53 => body.get(2..).map(|b| (body.get(1).is_some_and(|s| s & 1 != 0), b)),
            _ => continue,
        };
        let (precincts_given, style) = style.ok_or_else(cut)?;
        let tile = (size.tile_width.min(width), size.tile_height.min(height));
        let (b, p) = count_blocks(style, precincts_given, tile).ok_or_else(cut)?;
        (blocks, precincts) = (b.max(blocks), p.max(precincts));
    }
    let all = tiles.saturating_mul(size.components.into());
    let blocks = all.saturating_mul(blocks);
    if blocks > MAX_JP2_BLOCKS {
        return Err(DecodeError::Work { what: "code-blocks", need: blocks, limit: MAX_JP2_BLOCKS });
    }
    let packets = all.saturating_mul(precincts).saturating_mul(layers.into());
    if packets > MAX_JP2_PACKETS {
        return Err(DecodeError::Work { what: "packets", need: packets, limit: MAX_JP2_PACKETS });
    }
    Ok(())
}

/// Code-blocks (at least one a precinct and sub-band) and precincts of one tile-component. `style` begins at the
/// number of decomposition levels (table A.15).
fn count_blocks(style: &[u8], precincts_given: bool, (width, height): (u32, u32)) -> Option<(u64, u64)> {
    let &[levels, block_width, block_height] = style.first_chunk()?;
    let (mut blocks, mut precincts) = (0_u64, 0_u64);
    for resolution in 0..=u32::from(levels.min(32)) {
        let shrink = u32::from(levels.min(32)) - resolution;
        let shrunk = |v: u32| u64::from(v).div_ceil(1 << shrink);
        let exponents = if precincts_given { *style.get(5 + resolution as usize)? } else { 0xff };
        let (px, py) = (u32::from(exponents & 15), u32::from(exponents >> 4));
        let count = |px: u32, py: u32| {
            // One more than fit, as the grid of precincts and blocks starts at the canvas's corner.
            (shrunk(width).div_ceil(1 << px) + 1).saturating_mul(shrunk(height).div_ceil(1 << py) + 1)
        };
        precincts = precincts.saturating_add(count(px, py));
        // In a sub-band a precinct, and so a block, is half as wide.
        let block = |exponent: u8, precinct: u32| u32::from(exponent & 15).saturating_add(2).min(precinct);
        blocks = blocks.saturating_add(count(block(block_width, px), block(block_height, py)));
    }
    Some((blocks, precincts))
}

/// Image and tile sizes (A.5.1).
struct Size {
    x1: u32,
    y1: u32,
    x0: u32,
    y0: u32,
    tile_width: u32,
    tile_height: u32,
    tile_x0: u32,
    tile_y0: u32,
    components: u16,
}

impl Size {
    fn read(stream: &[u8]) -> Option<Self> {
        let field = |i: usize| be32(stream, 8 + 4 * i);
        Some(Self {
            x1: field(0)?,
            y1: field(1)?,
            x0: field(2)?,
            y0: field(3)?,
            tile_width: field(4)?,
            tile_height: field(5)?,
            tile_x0: field(6)?,
            tile_y0: field(7)?,
            components: be16(stream, 40)?,
        })
    }
}

/// The marker segments of the main header and of all tile-part headers; tile data is stepped over.
struct Segments<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let marker = *self.stream.get(self.at + 1).filter(|_| self.stream.get(self.at) == Some(&0xff))?;
            match marker {
                0x30..=0x3f => self.at += 2,
                // Start of data: find the next tile-part. A search, as a length may be 0 or wrong.
                0x93 => {
                    let rest = self.stream.get(self.at + 2..)?;
                    let sot = |w: &[u8]| w == [0xff, 0x90, 0x00, 0x0a];
                    self.at += 2 + rest.windows(4).position(sot)?;
                }
                _ => {
                    let length = usize::from(be16(self.stream, self.at + 2)?).max(2);
                    let body = self.stream.get(self.at + 4..self.at + 2 + length)?;
                    self.at += 2 + length;
                    return Some((marker, body));
                }
            }
        }
    }
}
