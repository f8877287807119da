//! Baseline JPEG (ITU-T T.81), 8-bit grey, with the tables of annex K; and what the lossless writer shares.

use super::EncodeError;
use crate::image::GreyImage;

/// Zigzag order: position in the block of the n-th coefficient.
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Table K.1, row by row.
const LUMINANCE: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17,
    22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78,
    87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// Table K.3: codes of difference categories of the first coefficient.
const DC_COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// Table K.5: codes of zero run (high four bits) and category (low four) of the others.
const AC_COUNTS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];
const AC_SHORT: [u8; 37] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22,
    0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33,
    0x62, 0x72, 0x82,
];

/// All values of table K.5: the codes of 16 bits stand for what is left, in ascending order.
fn ac_values() -> Vec<u8> {
    let possible = (0..16_u8).flat_map(|run| (1..=10).map(move |size| run << 4 | size));
    let rest: Vec<u8> = possible.filter(|v| !AC_SHORT.contains(v)).collect();
    AC_SHORT.iter().copied().chain(rest).collect()
}

/// Lossy JPEG with the resolution in its JFIF header.
///
/// # Errors
/// [`EncodeError::Quality`] for a quality outside 1 to 100.
pub fn encode_jpeg(image: &GreyImage, quality: u8) -> Result<Vec<u8>, EncodeError> {
    if !(1..=100).contains(&quality) {
        return Err(EncodeError::Quality(quality));
    }
    let (w, h) = (image.width() as usize, image.height() as usize);
    let steps = quantisers(quality);
    let mut out = jfif(image.ppi());
    let mut table = vec![0];
    table.extend(ZIGZAG.iter().map(|&at| steps[usize::from(at)] as u8));
    segment(&mut out, 0xdb, &table);
    let [h1, h0] = (h as u16).to_be_bytes();
    let [w1, w0] = (w as u16).to_be_bytes();
    segment(&mut out, 0xc0, &[8, h1, h0, w1, w0, 1, 1, 0x11, 0]);
    let ac_values = ac_values();
    for (class, counts, values) in [(0x00, &DC_COUNTS, &DC_VALUES[..]), (0x10, &AC_COUNTS, &ac_values)] {
        let mut table = vec![class];
        table.extend_from_slice(counts);
        table.extend_from_slice(values);
        segment(&mut out, 0xc4, &table);
    }
    segment(&mut out, 0xda, &[1, 1, 0, 0, 63, 0]);

    let (dc, ac) = (codes(&DC_COUNTS, &DC_VALUES), codes(&AC_COUNTS, &ac_values));
    let basis = cosines();
    let mut bits = BitWriter::new(&mut out);
    let mut last = 0;
    for top in (0..h).step_by(8) {
        for left in (0..w).step_by(8) {
            // Beyond the right and the lower edge the last sample is repeated.
            let sample = |i: usize| {
                let (x, y) = ((left + i % 8).min(w - 1), (top + i / 8).min(h - 1));
                f64::from(image.pixels().get(y * w + x).copied().unwrap_or(0)) - 128.0
            };
            let block = transform(&std::array::from_fn(sample), &basis);
            let level = |at: u8| (block[usize::from(at)] / f64::from(steps[usize::from(at)])).round() as i32;
            let first = level(0);
            bits.category(&dc, 0, first - last);
            last = first;
            let mut run = 0_u8;
            for &at in ZIGZAG.iter().skip(1) {
                let value = level(at);
                if value == 0 {
                    run += 1;
                    continue;
                }
                while run > 15 {
                    bits.code(&ac, 0xf0);
                    run -= 16;
                }
                bits.category(&ac, run, value);
                run = 0;
            }
            if run > 0 {
                bits.code(&ac, 0x00);
            }
        }
    }
    bits.pad();
    out.extend_from_slice(&[0xff, 0xd9]);
    Ok(out)
}

/// Table K.1 scaled for a quality as the Independent JPEG Group does.
fn quantisers(quality: u8) -> [u16; 64] {
    let quality = u16::from(quality);
    let percent = if quality < 50 { 5000 / quality } else { 200 - quality * 2 };
    LUMINANCE.map(|step| ((u32::from(step) * u32::from(percent) + 50) / 100).clamp(1, 255) as u16)
}

/// `cos(n pi / 16)` for n from 0 to 8, written out: libraries differ in the last bit.
const COSINES: [f64; 9] = [
    1.0,
    0.980_785_280_403_230_4,
    0.923_879_532_511_286_7,
    0.831_469_612_302_545_2,
    std::f64::consts::FRAC_1_SQRT_2,
    0.555_570_233_019_602_2,
    0.382_683_432_365_089_8,
    0.195_090_322_016_128_27,
    0.0,
];

/// The matrix of the one-dimensional transform: `c(u) / 2 * cos((2x + 1) u pi / 16)` at `8 u + x`.
fn cosines() -> [f64; 64] {
    std::array::from_fn(|i| {
        let (u, x) = (i / 8, i % 8);
        // Fold the angle into a quarter turn.
        let n = (2 * x + 1) * u % 32;
        let (n, sign) = match n {
            0..=8 => (n, 1.0),
            9..=16 => (16 - n, -1.0),
            17..=24 => (n - 16, -1.0),
            _ => (32 - n, 1.0),
        };
        let scale = if u == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        sign * COSINES[n] * scale / 2.0
    })
}

/// The two-dimensional cosine transform (A.3.3).
fn transform(block: &[f64; 64], basis: &[f64; 64]) -> [f64; 64] {
    let rows: [f64; 64] = std::array::from_fn(|i| {
        let (y, u) = (i / 8, i % 8);
        (0..8).map(|x| block[8 * y + x] * basis[8 * u + x]).sum()
    });
    std::array::from_fn(|i| {
        let (v, u) = (i / 8, i % 8);
        (0..8).map(|y| rows[8 * y + u] * basis[8 * v + y]).sum()
    })
}

/// Start of image and JFIF header with the density in dots per inch, or none.
pub(crate) fn jfif(ppi: Option<f64>) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    let (unit, density) = ppi.map_or((0, 1), |ppi| (1, ppi.round() as u16));
    let [d1, d0] = density.to_be_bytes();
    let mut body = b"JFIF\0\x01\x02".to_vec();
    body.extend_from_slice(&[unit, d1, d0, d1, d0, 0, 0]);
    segment(&mut out, 0xe0, &body);
    out
}

pub(crate) fn segment(out: &mut Vec<u8>, marker: u8, body: &[u8]) {
    out.extend_from_slice(&[0xff, marker]);
    // Every body written here is a few hundred bytes.
    out.extend_from_slice(&((body.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(body);
}

/// Bits and length of each value's code.
pub(crate) fn codes(counts: &[u8; 16], values: &[u8]) -> [(u16, u8); 256] {
    let mut table = [(0, 0); 256];
    let mut next = values.iter();
    let mut code = 0_u16;
    for (length, &count) in (1..).zip(counts) {
        for &value in next.by_ref().take(count.into()) {
            table[usize::from(value)] = (code, length);
            code += 1;
        }
        code <<= 1;
    }
    table
}

/// Writes bits with a zero stuffed after each 0xFF.
pub(crate) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    hold: u64,
    held: u32,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, hold: 0, held: 0 }
    }

    fn put(&mut self, bits: u32, count: u32) {
        self.hold = (self.hold << count) | u64::from(bits);
        self.held += count;
        while self.held >= 8 {
            self.held -= 8;
            let byte = (self.hold >> self.held) as u8;
            self.out.push(byte);
            if byte == 0xff {
                self.out.push(0);
            }
        }
    }

    fn code(&mut self, codes: &[(u16, u8); 256], value: u8) {
        let (bits, length) = codes[usize::from(value)];
        self.put(bits.into(), length.into());
    }

    /// A zero run and the category of a value, then the value's bits (F.1.2.1).
    pub(crate) fn category(&mut self, codes: &[(u16, u8); 256], run: u8, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        self.code(codes, run << 4 | size as u8);
        // A negative value is written as value - 1 in so many bits.
        let bits = (if value < 0 { value - 1 } else { value }) as u32;
        self.put(bits & ((1 << size) - 1), size);
    }

    /// Fills the last byte with ones.
    pub(crate) fn pad(&mut self) {
        let missing = (8 - self.held % 8) % 8;
        self.put((1 << missing) - 1, missing);
    }
}
