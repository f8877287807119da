//! Lossless JPEG 2000 (ISO/IEC 15444-1): one tile, one component, one layer, the reversible 5/3 wavelet.

mod block;
mod mq;
mod packet;
mod wavelet;

use crate::GreyImage;

/// Most wavelet levels; five is what the fingerprint profile (NIST SP 500-289) asks for.
const MAX_LEVELS: u32 = 5;

/// Code blocks are 64 x 64 coefficients.
const BLOCK_SIDE: usize = 64;

const BIT_DEPTH: u8 = 8;

/// Guard bits: the 5/3 transform of 8-bit samples grows by less than two bits a band.
const GUARD_BITS: u8 = 2;

/// A JP2 file with the resolution, where known, as its capture resolution.
pub fn encode_jp2(image: &GreyImage) -> Vec<u8> {
    let mut header = Vec::new();
    let size: Vec<u8> = [image.height(), image.width()].iter().flat_map(|n| n.to_be_bytes()).collect();
    boxed(&mut header, b"ihdr", &[&size[..], &[0, 1, BIT_DEPTH - 1, 7, 0, 0]].concat());
    // Enumerated colour space 17 is greyscale.
    boxed(&mut header, b"colr", &[1, 0, 0, 0, 0, 0, 17]);
    if let Some(ppi) = image.ppi() {
        let mut resolution = Vec::new();
        boxed(&mut resolution, b"resc", &capture_resolution(ppi));
        boxed(&mut header, b"res ", &resolution);
    }
    let mut out = Vec::new();
    boxed(&mut out, b"jP  ", b"\r\n\x87\n");
    boxed(&mut out, b"ftyp", b"jp2 \0\0\0\0jp2 ");
    boxed(&mut out, b"jp2h", &header);
    boxed(&mut out, b"jp2c", &encode_j2k(image));
    out
}

fn boxed(out: &mut Vec<u8>, kind: &[u8; 4], body: &[u8]) {
    // An image has at most 64 million pixels, so a box stays far under 4 GiB.
    out.extend((body.len() as u32 + 8).to_be_bytes());
    out.extend(kind);
    out.extend(body);
}

/// Pixels per metre, vertical and horizontal, each a numerator, a denominator and a power of ten.
fn capture_resolution(ppi: f64) -> Vec<u8> {
    let per_metre = ppi / 0.0254;
    // Numerators have 16 bits; a power of ten makes room, a denominator keeps the fraction.
    let (numerator, denominator, power) = match per_metre {
        n if n < 6_553.0 => ((n * 10.0).round() as u16, 10_u16, 0_u8),
        n if n < 65_535.0 => (n.round() as u16, 1, 0),
        n => ((n / 10.0).round().min(65_535.0) as u16, 1, 1),
    };
    let pair = [numerator.to_be_bytes(), denominator.to_be_bytes()].concat();
    [&pair[..], &pair, &[power, power]].concat()
}

/// A bare codestream; it has no place for a resolution.
pub fn encode_j2k(image: &GreyImage) -> Vec<u8> {
    let (width, height) = (image.width(), image.height());
    let levels = (width.min(height).ilog2()).min(MAX_LEVELS);
    let mut plane: Vec<i32> = image.pixels().iter().map(|&p| i32::from(p) - 128).collect();
    let (w, h) = (width as usize, height as usize);
    wavelet::forward(&mut plane, w, h, levels);

    let mut out = vec![0xff, 0x4f];
    let mut size = vec![0, 0];
    for n in [width, height, 0, 0, width, height, 0, 0] {
        size.extend(n.to_be_bytes());
    }
    size.extend([0, 1, BIT_DEPTH - 1, 1, 1]);
    segment(&mut out, 0x51, &size);
    // One layer in LRCP order, blocks of 2^(4 + 2), no styles, the reversible transform.
    segment(&mut out, 0x52, &[0, 0, 0, 1, 0, levels as u8, 4, 4, 0, 1]);
    let bands = wavelet::bands(w, h, levels);
    let exponents = bands.iter().flatten().map(|b| (BIT_DEPTH + b.kind.gain_bits()) << 3);
    let quantisation: Vec<u8> = std::iter::once(GUARD_BITS << 5).chain(exponents).collect();
    segment(&mut out, 0x5c, &quantisation);

    let mut data = Vec::new();
    for resolution in &bands {
        let coded: Vec<packet::CodedBand> = resolution.iter().map(|b| code_band(&plane, w, b)).collect();
        packet::write(&coded, &mut data);
    }
    let part_len = (12 + 2 + data.len()) as u32;
    let mut tile = vec![0, 0];
    tile.extend(part_len.to_be_bytes());
    tile.extend([0, 1]);
    segment(&mut out, 0x90, &tile);
    out.extend([0xff, 0x93]);
    out.extend(data);
    out.extend([0xff, 0xd9]);
    out
}

fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend([0xff, marker]);
    out.extend((body.len() as u16 + 2).to_be_bytes()); // bodies here are under 50 bytes
    out.extend(body);
}

fn code_band(plane: &[i32], stride: usize, band: &wavelet::Band) -> packet::CodedBand {
    let (across, down) = (band.width.div_ceil(BLOCK_SIDE), band.height.div_ceil(BLOCK_SIDE));
    let planes_most = GUARD_BITS + BIT_DEPTH + band.kind.gain_bits() - 1;
    let mut blocks = Vec::with_capacity(across * down);
    for by in 0..down {
        for bx in 0..across {
            let (x, y) = (bx * BLOCK_SIDE, by * BLOCK_SIDE);
            let (w, h) = ((band.width - x).min(BLOCK_SIDE), (band.height - y).min(BLOCK_SIDE));
            let coefficients: Vec<i32> = (0..h)
                .flat_map(|r| {
                    let from = (band.y + y + r) * stride + band.x + x;
                    plane.get(from..from + w).unwrap_or_default()
                })
                .copied()
                .collect();
            blocks.push(block::encode(&coefficients, w, h, band.kind));
        }
    }
    packet::CodedBand { across, down, planes_most, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Hints, decode};

    /// Rings on a slope: smooth and sharp parts, no symmetry.
    fn picture(width: u32, height: u32, ppi: f64) -> GreyImage {
        let pixel = |x: u32, y: u32| {
            let ring = 60.0 * ((f64::from(x) - 20.0).hypot(f64::from(y) - 33.0) * 0.7).sin();
            (128.0 + ring + f64::from(x) * 0.2 - f64::from(y) * 0.1).clamp(0.0, 255.0) as u8
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| pixel(x, y))).collect();
        GreyImage::new(width, height, Some(ppi), pixels).unwrap()
    }

    fn check(image: &GreyImage) {
        let size = (image.width(), image.height());
        let back = decode(&encode_j2k(image), &Hints::default()).unwrap_or_else(|e| panic!("{size:?}: {e}"));
        assert_eq!((back.width(), back.height()), size);
        assert!(back.pixels() == image.pixels(), "{size:?}: other pixels");
        let back = decode(&encode_jp2(image), &Hints::default()).unwrap();
        let (told, is) = (back.ppi().unwrap_or(0.0), image.ppi().unwrap_or(0.0));
        assert!((told - is).abs() <= is * 1e-4, "{size:?}: {told} ppi instead of {is}");
        assert!(back.pixels() == image.pixels(), "{size:?}: other pixels in JP2");
    }

    #[test]
    fn pictures_come_back_as_they_were() {
        for (w, h) in
            [(1, 1), (1, 9), (13, 1), (2, 2), (5, 64), (64, 64), (65, 67), (129, 130), (300, 211), (520, 390)]
        {
            check(&picture(w, h, 500.0));
        }
        check(&picture(70, 80, 72.0));
        check(&picture(70, 80, 1000.0));
        check(&picture(70, 80, 4000.0));
    }

    #[test]
    fn noise_and_flat_grey_come_back_too() {
        for side in [31_u32, 200] {
            let mut state = 1_u32;
            let mut noise = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            let pixels = (0..side * side).map(|_| noise()).collect();
            check(&GreyImage::new(side, side, Some(500.0), pixels).unwrap());
            check(&GreyImage::new(side, side, Some(500.0), vec![128; (side * side) as usize]).unwrap());
            let checked = (0..side * side).map(|i| if (i / side + i) % 2 == 0 { 0 } else { 255 }).collect();
            check(&GreyImage::new(side, side, Some(500.0), checked).unwrap());
        }
    }
}
