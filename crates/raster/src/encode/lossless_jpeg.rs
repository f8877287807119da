//! Lossless JPEG (ITU-T T.81 annex H, SOF3), 8-bit grey.

use super::jpeg::{BitWriter, jfif, segment};
use crate::image::GreyImage;

/// Codes for difference categories 0 to 8, shorter for the small ones that prints have most: lengths 2 to 7.
const COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const CATEGORIES: [u8; 9] = [3, 1, 2, 4, 5, 0, 6, 7, 8];

/// The predictor `(left + above) / 2`, which suits noisy grey best of the seven.
const PREDICTOR: u8 = 7;

/// Lossless JPEG with the resolution in its JFIF header.
pub fn encode_lossless_jpeg(image: &GreyImage) -> Vec<u8> {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let mut out = jfif(image.ppi());
    let [h1, h0] = (h as u16).to_be_bytes();
    let [w1, w0] = (w as u16).to_be_bytes();
    segment(&mut out, 0xc3, &[8, h1, h0, w1, w0, 1, 1, 0x11, 0]);
    let mut table = vec![0];
    table.extend_from_slice(&COUNTS);
    table.extend_from_slice(&CATEGORIES);
    segment(&mut out, 0xc4, &table);
    segment(&mut out, 0xda, &[1, 1, 0, PREDICTOR, 0, 0]);

    let codes = super::jpeg::codes(&COUNTS, &CATEGORIES);
    let mut bits = BitWriter::new(&mut out);
    let mut above: &[u8] = &[];
    for row in image.pixels().chunks_exact(w) {
        let mut left = None;
        for (x, &value) in row.iter().enumerate() {
            let prediction = match (left, above.get(x)) {
                (Some(a), Some(&b)) => (i32::from(a) + i32::from(b)) >> 1,
                (Some(a), None) => i32::from(a),
                (None, Some(&b)) => i32::from(b),
                (None, None) => 128,
            };
            bits.category(&codes, 0, i32::from(value) - prediction);
            left = Some(value);
        }
        above = row;
    }
    bits.pad();
    out.extend_from_slice(&[0xff, 0xd9]);
    out
}
