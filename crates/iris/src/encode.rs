//! Phase bits: the sign of the real and imaginary part of two Gabor responses along each ring (Daugman 1993,
//! "High confidence visual recognition of persons by a test of statistical independence").

use crate::num;
use crate::strip::{COLUMNS, ROWS, Strip};
use crate::template::{BITS_PER_COLUMN, CODE_COLUMNS, CODE_ROWS, WAVELETS, bit};

/// Wavelengths in columns of the strip (512 to a turn).
const WAVELENGTH: [f32; WAVELETS] = [15.0, 30.0];

/// Standard deviation of a wavelet's envelope over its wavelength.
const ENVELOPE: f32 = 0.35;

/// Standard deviation of a ring's radial window, in rows of the strip.
const RING_SIGMA: f32 = 2.0;

/// Least share of a wavelet's weight that lies on usable iris.
const MIN_SEEN: f32 = 0.6;

/// Share of the seen bits of each wavelet and part that is masked as fragile: the ones nearest to zero
/// (Hollingsworth, Bowyer, Flynn 2009, "The best bits in an iris code").
const FRAGILE: f32 = 0.2;

/// Code and mask, a word per column.
pub(crate) fn encode(strip: &Strip) -> (Vec<u64>, Vec<u64>) {
    let (rings, seen) = rings(strip);
    let mut code = vec![0u64; CODE_COLUMNS];
    let mut mask = vec![0u64; CODE_COLUMNS];
    for (wavelet, wavelength) in WAVELENGTH.iter().enumerate() {
        let taps = taps(*wavelength);
        let reach = taps.len() / 2;
        let weight: f32 = taps.iter().map(|t| t.2).sum();
        let mut responses = Vec::with_capacity(CODE_ROWS * CODE_COLUMNS);
        for row in 0..CODE_ROWS {
            let grey = wrapped(&rings[row * COLUMNS..][..COLUMNS], reach);
            let sure = wrapped(&seen[row * COLUMNS..][..COLUMNS], reach);
            for column in 0..CODE_COLUMNS {
                let at = column * COLUMNS / CODE_COLUMNS;
                let (mut re, mut im, mut w) = (0.0, 0.0, 0.0);
                for ((tap, g), s) in taps.iter().zip(&grey[at..]).zip(&sure[at..]) {
                    re += tap.0 * g;
                    im += tap.1 * g;
                    w += tap.2 * s;
                }
                responses.push((re, im, w / weight));
            }
        }
        for part in 0..2 {
            let value = |r: &(f32, f32, f32)| if part == 0 { r.0 } else { r.1 };
            let mut sizes: Vec<f32> =
                responses.iter().filter(|r| r.2 >= MIN_SEEN).map(|r| value(r).abs()).collect();
            let cut = (sizes.len() as f32 * FRAGILE) as usize;
            let floor =
                if cut < sizes.len() { *sizes.select_nth_unstable_by(cut, f32::total_cmp).1 } else { 0.0 };
            for (i, response) in responses.iter().enumerate() {
                let (row, column) = (i / CODE_COLUMNS, i % CODE_COLUMNS);
                let b = 1u64 << bit(row, wavelet, part);
                if value(response) > 0.0 {
                    code[column] |= b;
                }
                if response.2 >= MIN_SEEN && value(response).abs() > floor.max(1e-3) {
                    mask[column] |= b;
                }
            }
        }
    }
    const { assert!(BITS_PER_COLUMN == 64) };
    (code, mask)
}

/// The strip gathered into `CODE_ROWS` rings: grey level less the ring's local mean over usable places, unusable
/// places set to 0 (that mean), and how much of each place was seen, 0 to 1.
fn rings(strip: &Strip) -> (Vec<f32>, Vec<f32>) {
    let mut grey = vec![0.0; CODE_ROWS * COLUMNS];
    let mut seen = vec![0.0; CODE_ROWS * COLUMNS];
    for ring in 0..CODE_ROWS {
        let centre = (ring as f32 + 0.5) * ROWS as f32 / CODE_ROWS as f32 - 0.5;
        let weights: Vec<f32> =
            (0..ROWS).map(|r| num::exp(-((r as f32 - centre) / RING_SIGMA).powi(2) / 2.0)).collect();
        let all: f32 = weights.iter().sum();
        let (g, s) = (&mut grey[ring * COLUMNS..][..COLUMNS], &mut seen[ring * COLUMNS..][..COLUMNS]);
        for (row, w) in weights.iter().enumerate().filter(|(_, w)| **w > 0.01) {
            let values = &strip.grey.v[row * COLUMNS..][..COLUMNS];
            let usable = &strip.usable[row * COLUMNS..][..COLUMNS];
            for ((g, s), (v, u)) in g.iter_mut().zip(s.iter_mut()).zip(values.iter().zip(usable)) {
                if *u {
                    *g += w * v;
                    *s += w;
                }
            }
        }
        level(g, s, all);
    }
    (grey, seen)
}

/// Turns sums into values: mean per place less the mean of the places within three sixteenths of a turn.
fn level(grey: &mut [f32], seen: &mut [f32], all: f32) {
    let reach = COLUMNS * 3 / 16;
    let mean: Vec<f32> =
        grey.iter().zip(seen.iter()).map(|(g, s)| if *s > 0.0 { g / s } else { 0.0 }).collect();
    let sums = wrapped(grey, reach);
    let counts = wrapped(seen, reach);
    let (mut g, mut s): (f32, f32) = (sums[..2 * reach].iter().sum(), counts[..2 * reach].iter().sum());
    for c in 0..COLUMNS {
        g += sums[c + 2 * reach];
        s += counts[c + 2 * reach];
        grey[c] = if seen[c] > 0.3 * all && s > 1e-3 { mean[c] - g / s } else { 0.0 };
        seen[c] = if seen[c] > 0.3 * all { (seen[c] / all).min(1.0) } else { 0.0 };
        g -= sums[c];
        s -= counts[c];
    }
}

/// Real part, imaginary part and envelope of a wavelet; the real part sums to 0.
fn taps(wavelength: f32) -> Vec<(f32, f32, f32)> {
    let sigma = ENVELOPE * wavelength;
    let reach = (2.5 * sigma).ceil() as i32;
    let mut taps: Vec<(f32, f32, f32)> = (-reach..=reach)
        .map(|i| {
            let x = i as f32;
            let e = num::exp(-x * x / (2.0 * sigma * sigma));
            let (c, s) = num::direction(x / wavelength);
            (e * c, e * s, e)
        })
        .collect();
    let (re, e) = taps.iter().fold((0.0, 0.0), |a, t| (a.0 + t.0, a.1 + t.2));
    taps.iter_mut().for_each(|t| t.0 -= t.2 * re / e);
    taps
}

fn wrapped(row: &[f32], reach: usize) -> Vec<f32> {
    let n = row.len();
    (0..n + 2 * reach).map(|i| row[(i + n * (reach / n + 1) - reach) % n]).collect()
}
