//! JPEG (ITU-T T.81): baseline, extended and progressive frames of 8 bits with Huffman codes, and lossless ones.
//!
//! The pixels equal those of the Independent JPEG Group's library with its usual settings (slow integer transform,
//! triangle upsampling), bit for bit: agencies compare hashes of decoded images.

mod huffman;
mod idct;
mod lossless;
mod scan;
mod segments;
mod upsample;

use crate::decode::Want;
use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::be16;
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

pub(crate) use lossless::read as read_lossless;
pub(crate) use segments::is_lossless;

use huffman::read_tables;
use scan::{Block, Component, Tables, read_quantisers, read_scan};
use segments::{Header, Segment, next_segment};
use upsample::{Plane, rgb};

const F: Format = Format::Jpeg;

/// Bytes of memory for one sample: its coefficient, the sample, the stretched sample, the output.
const BYTES_PER_SAMPLE: u64 = 5;

/// Largest sampling factor (B.2.2).
const MAX_SAMPLING: usize = 4;

pub(crate) fn read(bytes: &[u8], limits: &Limits, want: Want) -> Result<Picture, DecodeError> {
    let header = Header::read(bytes);
    header.check(F, limits, u64::from(header.components.max(1)) * BYTES_PER_SAMPLE)?;
    let progressive = header.sof == Some(0xc2);
    if !matches!(header.sof, Some(0xc0..=0xc2)) || header.bits != 8 {
        let sof = header.sof.unwrap_or(0) & 15;
        return Err(unsupported(F, format!("a frame of type SOF{sof} with {} bits", header.bits)));
    }
    let (width, height) = (usize::from(header.width), usize::from(header.height));

    let mut frame = Frame { components: Vec::new(), largest: (1, 1), units: (0, 0), width, height };
    let mut tables = Tables::default();
    let mut quantisers = [None; 4];
    let mut at = 2;
    while let Some(Segment { marker, body, end }) = next_segment(bytes, at) {
        at = end;
        match marker {
            0xc0..=0xc2 if frame.components.is_empty() => frame.read(body)?,
            0xc4 => read_tables(body, [&mut tables.dc, &mut tables.ac], F)?,
            0xdb => read_quantisers(body, &mut quantisers)?,
            0xdd => tables.restart = usize::from(be16(body, 0).unwrap_or(0)),
            0xda => {
                let data = bytes.get(at..).unwrap_or(&[]);
                at += read_scan(body, data, &mut frame.components, &tables, frame.units, progressive)?;
            }
            _ => {}
        }
    }
    // Without its last scans a progressive picture would look whole and be coarse.
    if progressive && !bytes.get(at..).unwrap_or(&[]).windows(2).any(|w| w == [0xff, 0xd9]) {
        return Err(malformed(F, "the end of the image is missing"));
    }
    if frame.components.is_empty() || frame.components.iter().any(|c| !c.seen) {
        return Err(malformed(F, "a component has no scan"));
    }

    let colour = Colour::of(&header, &frame.components)?;
    let grey_only = want == Want::Grey && matches!(colour, Colour::Grey | Colour::YCbCr);
    if grey_only {
        frame.components.truncate(1);
    }
    let planes = frame.into_planes(&quantisers)?;
    let (channels, data) = match (colour, planes.as_slice()) {
        (Colour::Grey | Colour::YCbCr, [_]) => {
            (Channels::Grey, planes.into_iter().next().unwrap_or_default())
        }
        (Colour::Rgb, [r, g, b]) => (Channels::Rgb, each(r, g, b, |r, g, b| [r, g, b])),
        (Colour::YCbCr, [y, cb, cr]) => (Channels::Rgb, each(y, cb, cr, rgb)),
        (Colour::Cmyk { ycck }, [c, m, y, k]) => {
            let inks = each(c, m, y, if ycck { rgb } else { |c, m, y| [c, m, y] });
            // Adobe's writers store inks inverted, so that 255 is none; black lets through its part of the rest.
            let through = |(ink, &black): (&[u8; 3], &u8)| {
                ink.map(|v| ((u32::from(v) * u32::from(black) + 127) / 255) as u8)
            };
            (Channels::Rgb, inks.as_chunks::<3>().0.iter().zip(k).flat_map(through).collect())
        }
        _ => return Err(malformed(F, "components do not fit the colour")),
    };
    let (width, height) = (header.width.into(), header.height.into());
    Ok(Picture { format: F, width, height, channels, samples: Samples::U8(data), bits: 8, ppi: header.ppi })
}

fn each(a: &[u8], b: &[u8], c: &[u8], mix: impl Fn(u8, u8, u8) -> [u8; 3]) -> Vec<u8> {
    a.iter().zip(b).zip(c).flat_map(|((&a, &b), &c)| mix(a, b, c)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Colour {
    Grey,
    YCbCr,
    Rgb,
    Cmyk { ycck: bool },
}

impl Colour {
    /// What the components are: as an Adobe segment says, else YCbCr, unless they are called R, G and B.
    fn of(header: &Header, components: &[Component]) -> Result<Self, DecodeError> {
        let ids: Vec<u8> = components.iter().map(|c| c.id).collect();
        Ok(match (components.len(), header.adobe) {
            (1, _) => Self::Grey,
            (3, Some(0)) if !header.jfif => Self::Rgb,
            (3, None) if !header.jfif && ids == *b"RGB" => Self::Rgb,
            (3, _) => Self::YCbCr,
            (4, adobe) => Self::Cmyk { ycck: adobe == Some(2) },
            (n, _) => return Err(unsupported(F, format!("{n} components"))),
        })
    }
}

/// The frame: its components and how they share it.
struct Frame {
    components: Vec<Component>,
    /// Largest sampling factors, across and down.
    largest: (usize, usize),
    /// Minimum coded units across and down.
    units: (usize, usize),
    width: usize,
    height: usize,
}

impl Frame {
    /// Reads the frame header's list of components (B.2.2) and makes room for their coefficients.
    fn read(&mut self, body: &[u8]) -> Result<(), DecodeError> {
        let cut = || malformed(F, "the frame header is cut off");
        let count = usize::from(*body.get(5).ok_or_else(cut)?);
        let specs = body.get(6..6 + count * 3).ok_or_else(cut)?.as_chunks::<3>().0;
        let factors = |spec: &[u8; 3]| (usize::from(spec[1] >> 4), usize::from(spec[1] & 15));
        for (across, down) in specs.iter().map(factors) {
            if !(1..=MAX_SAMPLING).contains(&across) || !(1..=MAX_SAMPLING).contains(&down) {
                return Err(malformed(F, format!("sampling of {across} by {down}")));
            }
            self.largest = (self.largest.0.max(across), self.largest.1.max(down));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(unsupported(F, format!("{count} components")));
        }
        self.units = (self.width.div_ceil(8 * self.largest.0), self.height.div_ceil(8 * self.largest.1));
        for spec in specs {
            let (across, down) = factors(spec);
            let stride = self.units.0 * across;
            self.components.push(Component {
                id: spec[0],
                across,
                down,
                quantiser: spec[2].into(),
                blocks_across: (self.width * across).div_ceil(self.largest.0).div_ceil(8),
                blocks_down: (self.height * down).div_ceil(self.largest.1).div_ceil(8),
                stride,
                blocks: vec![[0; 64]; stride * self.units.1 * down],
                seen: false,
            });
        }
        Ok(())
    }

    /// Samples of each component at the image's size.
    fn into_planes(self, quantisers: &[Option<[u16; 64]>; 4]) -> Result<Vec<Vec<u8>>, DecodeError> {
        let (width, height, largest) = (self.width, self.height, self.largest);
        let plane = |component: Component| {
            let steps = quantisers.get(component.quantiser).and_then(Option::as_ref);
            let steps = steps.ok_or_else(|| malformed(F, "a component without its quantisation table"))?;
            let own = Plane {
                width: (width * component.across).div_ceil(largest.0),
                height: (height * component.down).div_ceil(largest.1),
                samples: Vec::new(),
            };
            let (across, down) = (largest.0 / component.across, largest.1 / component.down);
            if across * component.across != largest.0 || down * component.down != largest.1 {
                return Err(unsupported(F, "sampling by a fraction"));
            }
            let samples = samples(&component, steps, own.width, own.height);
            Ok(Plane { samples, ..own }.stretch(across, down, width, height))
        };
        self.components.into_iter().map(plane).collect()
    }
}

/// Samples of a component from its coefficients, cut to its size.
fn samples(component: &Component, steps: &[u16; 64], width: usize, height: usize) -> Vec<u8> {
    let mut out = vec![0; width * height];
    for (index, block) in component.blocks.iter().enumerate() {
        let (left, top) = (index % component.stride * 8, index / component.stride * 8);
        if left >= width || top >= height {
            continue;
        }
        let values = idct::inverse(&dequantise(block, steps));
        for (y, row) in values.as_chunks::<8>().0.iter().enumerate().take(height - top) {
            let start = (top + y) * width + left;
            let count = (width - left).min(8);
            let target = out.get_mut(start..start + count).into_iter().flatten();
            target.zip(row).for_each(|(t, &v)| *t = v);
        }
    }
    out
}

fn dequantise(block: &Block, steps: &[u16; 64]) -> [i32; 64] {
    std::array::from_fn(|i| i32::from(block[i]) * i32::from(steps[i]))
}
