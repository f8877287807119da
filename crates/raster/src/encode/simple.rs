//! The uncompressed formats.

use super::per_metre;
use crate::image::GreyImage;

/// Portable grey map (P5). The format has no field for the resolution, so it stands in a comment, `# ppi 500`.
pub fn encode_pgm(image: &GreyImage) -> Vec<u8> {
    let comment = image.ppi().map(|ppi| format!("# ppi {ppi}\n")).unwrap_or_default();
    let mut out = format!("P5\n{comment}{} {}\n255\n", image.width(), image.height()).into_bytes();
    out.extend_from_slice(image.pixels());
    out
}

/// Windows bitmap of 256 greys, rows from bottom to top.
pub fn encode_bmp(image: &GreyImage) -> Vec<u8> {
    const HEADERS: u32 = 14 + 40 + 256 * 4;
    let width = image.width() as usize;
    let stride = width.next_multiple_of(4);
    let data = stride as u32 * image.height();
    let per_metre = image.ppi().map_or(0, per_metre);
    let mut out = Vec::with_capacity((HEADERS + data) as usize);
    out.extend_from_slice(b"BM");
    for value in [HEADERS + data, 0, HEADERS, 40, image.width(), image.height()] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    // One plane, eight bits.
    out.extend_from_slice(&[1, 0, 8, 0]);
    for value in [0, data, per_metre, per_metre, 256, 0] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend((0..=255).flat_map(|grey: u8| [grey, grey, grey, 0]));
    for row in image.pixels().chunks_exact(width).rev() {
        out.extend_from_slice(row);
        out.resize(out.len() + stride - width, 0);
    }
    out
}

/// Baseline TIFF: one uncompressed strip, the resolution in pixels per inch to a thousandth.
pub fn encode_tiff(image: &GreyImage) -> Vec<u8> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const RATIONAL: u16 = 5;
    let pixels = image.pixels().len() as u32;
    // Header, pixels, padding to an even offset, resolution, directory.
    let resolution_at = 8 + pixels.next_multiple_of(2);
    let directory_at = resolution_at + 8;
    // Unit 1 means that the resolution is not known; the tag is required all the same.
    let (resolution, unit) = image.ppi().map_or((1000, 1), |ppi| ((ppi * 1000.0).round() as u32, 2));
    let entries: [(u16, u16, u32); 12] = [
        (256, LONG, image.width()),
        (257, LONG, image.height()),
        (258, SHORT, 8),
        (259, SHORT, 1),
        (262, SHORT, 1),
        (273, LONG, 8),
        (277, SHORT, 1),
        (278, LONG, image.height()),
        (279, LONG, pixels),
        (282, RATIONAL, resolution_at),
        (283, RATIONAL, resolution_at),
        (296, SHORT, unit),
    ];
    let mut out = b"II*\0".to_vec();
    out.extend_from_slice(&directory_at.to_le_bytes());
    out.extend_from_slice(image.pixels());
    out.resize(resolution_at as usize, 0);
    out.extend_from_slice(&resolution.to_le_bytes());
    out.extend_from_slice(&1000_u32.to_le_bytes());
    out.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(&1_u32.to_le_bytes());
        // A short stands in the low half, which comes first.
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&0_u32.to_le_bytes());
    out
}
