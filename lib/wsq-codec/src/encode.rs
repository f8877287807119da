//! Pixels to a file.

use std::num::NonZeroU16;

use crate::bits::BitWriter;
use crate::comment::NistCom;
use crate::decode::MAX_PIXELS;
use crate::error::EncodeError;
use crate::filter::FilterBank;
use crate::huffman::{Code, EncodeTable, SYMBOLS};
use crate::marker::{EOI, RST0, SOI};
use crate::rate::choose_bins;
use crate::tables;
use crate::transform::analyse;
use crate::tree::Tree;

/// How to encode.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodeOptions {
    bits_per_pixel: f32,
    ppi: Option<u16>,
    comments: Vec<String>,
    filters: FilterBank,
    restart_interval: Option<NonZeroU16>,
}

impl Default for EncodeOptions {
    /// 0.75 bits per pixel, about 15 to 1: the rate that the FBI asks for.
    fn default() -> Self {
        Self::new(0.75)
    }
}

impl EncodeOptions {
    /// About `bits_per_pixel` bits per pixel, above 0 and at most 8. 0.75 is the FBI's; 2.25 is for images that
    /// are to be compared by machine in fine detail. What comes out is usually smaller: the rate sets the widths
    /// of the quantiser's bins from the image's statistics, as the specification has it, not the size.
    pub fn new(bits_per_pixel: f32) -> Self {
        Self {
            bits_per_pixel,
            ppi: None,
            comments: Vec::new(),
            filters: FilterBank::default(),
            restart_interval: None,
        }
    }

    /// States the resolution in pixels per inch, in the file's NISTCOM.
    #[must_use]
    pub fn ppi(mut self, ppi: impl Into<Option<u16>>) -> Self {
        self.ppi = ppi.into();
        self
    }

    /// Adds a comment. A NISTCOM (text that begins with `NIST_COM`) is not written twice: its values are kept in
    /// the file's own, those that describe the image brought up to date.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.comments.push(text.into());
        self
    }

    /// Chooses the wavelet.
    #[must_use]
    pub fn filter_bank(mut self, filters: FilterBank) -> Self {
        self.filters = filters;
        self
    }

    /// Writes a restart marker after so many coefficients of a block, so that damage stays local. The reference
    /// decoder does not read such files.
    #[must_use]
    pub fn restart_interval(mut self, coefficients: impl Into<Option<NonZeroU16>>) -> Self {
        self.restart_interval = coefficients.into();
        self
    }
}

/// Encodes 8-bit grey pixels, rows from top to bottom.
///
/// # Errors
/// [`EncodeError`] where the size or an option is out of range.
pub fn encode(
    pixels: &[u8],
    width: u16,
    height: u16,
    options: &EncodeOptions,
) -> Result<Vec<u8>, EncodeError> {
    let (w, h) = (usize::from(width), usize::from(height));
    if w == 0 || h == 0 || w * h > MAX_PIXELS || pixels.len() != w * h {
        return Err(EncodeError::Size { width, height, got: pixels.len() });
    }
    let rate = options.bits_per_pixel;
    if !(rate > 0.0 && rate <= 8.0) {
        return Err(EncodeError::BitRate(rate));
    }
    let (mut plane, shift, scale) = normalise(pixels);
    let tree = Tree::new(w, h);
    let filters = options.filters.analysis();
    analyse(&mut plane, w, &tree, &filters);
    let quantiser = choose_bins(&plane, w, &tree, rate);
    let coefficients = quantiser.quantise(&plane, w, &tree);
    drop(plane);

    let mut out = Vec::with_capacity(w * h / 4 + 1024);
    out.extend_from_slice(&SOI.to_be_bytes());
    write_comments(&mut out, width, height, options)?;
    tables::transform(&mut out, &filters);
    tables::quantisation(&mut out, &quantiser);
    tables::frame(&mut out, width, height, shift, scale);
    if let Some(interval) = options.restart_interval {
        tables::restart_interval(&mut out, interval.get());
    }

    // Three blocks by size of sub-band; the second table serves the second and the third.
    let coded = |bands: std::ops::Range<usize>| -> usize {
        let bands = bands.filter(|&b| quantiser.bins.get(b).is_some_and(|(bin, _)| *bin != 0.0));
        bands.filter_map(|b| tree.subbands.get(b)).map(|r| r.width * r.height).sum()
    };
    let (first, rest) = coefficients.split_at(coded(0..19));
    let (second, third) = rest.split_at(coded(19..52));
    let interval = options.restart_interval.map(|i| usize::from(i.get()));
    for (id, blocks) in [(0, &[first][..]), (1, &[second, third])] {
        let mut frequencies = [0; SYMBOLS];
        for block in blocks {
            each_run(block, interval, |part| each_symbol(part, |s, _, _| frequencies[usize::from(s)] += 1));
        }
        let table = EncodeTable::new(&frequencies);
        tables::huffman(&mut out, id, &table);
        for block in blocks {
            tables::block(&mut out, id);
            write_block(&mut out, block, interval, &table);
        }
    }
    out.extend_from_slice(&EOI.to_be_bytes());
    Ok(out)
}

/// Pixels around their mean and scaled so that none is beyond 128; the mean and the scale.
fn normalise(pixels: &[u8]) -> (Vec<f32>, f32, f32) {
    // At most 64 million pixels of at most 255: 34 bits.
    let sum: u64 = pixels.iter().map(|&p| u64::from(p)).sum();
    let (low, high) = pixels.iter().fold((255, 0), |(low, high), &p| (p.min(low), p.max(high)));
    let shift = sum as f32 / pixels.len() as f32;
    let reach = (shift - f32::from(low)).max(f32::from(high) - shift);
    // An image of one value has no reach; any scale will do.
    let scale = if reach > 0.0 { reach / 128.0 } else { 1.0 };
    let table: [f32; 256] = std::array::from_fn(|p| (p as f32 - shift) / scale);
    (pixels.iter().map(|&p| table[usize::from(p)]).collect(), shift, scale)
}

fn write_comments(
    out: &mut Vec<u8>,
    width: u16,
    height: u16,
    options: &EncodeOptions,
) -> Result<(), EncodeError> {
    let mut com = options.comments.iter().find_map(|c| NistCom::parse(c)).unwrap_or_default();
    com.set("PIX_WIDTH", width.to_string());
    com.set("PIX_HEIGHT", height.to_string());
    com.set("PIX_DEPTH", "8".to_owned());
    let ppi = options.ppi.or_else(|| com.ppi());
    com.set("PPI", ppi.map_or_else(|| "-1".to_owned(), |p| p.to_string()));
    com.set("LOSSY", "1".to_owned());
    com.set("COLORSPACE", "GRAY".to_owned());
    com.set("COMPRESSION", "WSQ".to_owned());
    com.set("WSQ_BITRATE", format!("{:.6}", options.bits_per_pixel));
    tables::comment(out, &com.to_text())?;
    let others = options.comments.iter().filter(|c| NistCom::parse(c).is_none());
    others.map(String::as_str).try_for_each(|text| tables::comment(out, text))
}

/// Calls `part` for each run of coefficients between restarts.
fn each_run(block: &[i16], interval: Option<usize>, part: impl FnMut(&[i16])) {
    block.chunks(interval.unwrap_or(usize::MAX).max(1)).for_each(part);
}

/// Longest run of zeros that one symbol holds.
const MAX_RUN: usize = 0xffff;

/// Calls `emit` with each symbol and the bits that follow it (table 5 of the specification).
#[inline]
fn each_symbol(coefficients: &[i16], mut emit: impl FnMut(u8, u32, u32)) {
    let mut run = 0_usize;
    let end_run = |run: usize, emit: &mut dyn FnMut(u8, u32, u32)| match run {
        0 => {}
        1..=100 => emit(run as u8, 0, 0),
        101..=0xff => emit(105, run as u32, 8),
        _ => emit(106, run as u32, 16),
    };
    for &q in coefficients {
        if q == 0 {
            if run == MAX_RUN {
                end_run(run, &mut emit);
                run = 0;
            }
            run += 1;
            continue;
        }
        if run > 0 {
            end_run(run, &mut emit);
            run = 0;
        }
        let magnitude = u32::from(q.unsigned_abs());
        match q {
            -73..=74 => emit((q + 180) as u8, 0, 0),
            75..=255 => emit(101, magnitude, 8),
            -255..=-74 => emit(102, magnitude, 8),
            256.. => emit(103, magnitude, 16),
            _ => emit(104, magnitude, 16),
        }
    }
    end_run(run, &mut emit);
}

fn write_block(out: &mut Vec<u8>, block: &[i16], interval: Option<usize>, table: &EncodeTable) {
    let mut bits = BitWriter::new(out);
    let mut restarts = 0;
    let mut first = true;
    each_run(block, interval, |part| {
        if !first {
            bits.marker(RST0 + restarts % 8);
            restarts += 1;
        }
        first = false;
        each_symbol(part, |symbol, extra, count| {
            let Code { bits: code, length } = table.codes[usize::from(symbol)];
            bits.put((u32::from(code) << count) | extra, u32::from(length) + count);
        });
    });
    bits.pad();
}
