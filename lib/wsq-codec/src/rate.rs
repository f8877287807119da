//! Bin widths for a bit rate (annex B of part 3: the parameters of the FBI's encoder).

use crate::quantise::Quantiser;
use crate::tree::{Rect, SUBBANDS, Tree};

/// Sub-bands with less variance than this are not coded.
const MIN_VARIANCE: f32 = 1.01;

/// Below this sum of the four lowest sub-bands' variances the whole of each sub-band is measured, as a print that
/// fills little of the image would be missed by its middle.
const FULL_MEASURE_BELOW: f32 = 20_000.0;

/// The first sub-band of the second and the third size.
const SECOND_SIZE: usize = 4;
const THIRD_SIZE: usize = 51;

/// Weights of the sub-bands from the 52nd on; all others have 1.
const LAST_WEIGHTS: [f32; 8] = [1.32, 1.08, 1.42, 1.08, 1.32, 1.42, 1.08, 1.08];

/// A bin around zero is this much wider than the others.
const ZERO_BIN: f64 = 1.2;

/// A bin this wide takes every coefficient to zero, and it and the one around zero can still be written.
const WIDEST_BIN: f32 = 50_000.0;

/// Values are put back at this part of a bin.
pub(crate) const BIN_CENTRE: f32 = 0.44;

/// Chooses the bins of all sub-bands so that the image takes about `bits_per_pixel`.
pub(crate) fn choose_bins(plane: &[f32], width: usize, tree: &Tree, bits_per_pixel: f32) -> Quantiser {
    let variances = variances(plane, width, tree);
    let mut bins = [0.0_f32; SUBBANDS];
    let mut sigma = [0.0_f32; SUBBANDS];
    let mut sizes = [0.0_f32; SUBBANDS];
    for (band, &variance) in variances.iter().enumerate() {
        let weight = band.checked_sub(52).and_then(|i| LAST_WEIGHTS.get(i)).copied().unwrap_or(1.0);
        sizes[band] = match band {
            0..SECOND_SIZE => 1.0 / 1024.0,
            SECOND_SIZE..THIRD_SIZE => 1.0 / 256.0,
            _ => 1.0 / 16.0,
        };
        if variance >= MIN_VARIANCE {
            sigma[band] = f64::from(variance).sqrt() as f32;
            let log = libm::log(variance.into()) as f32;
            bins[band] = if band < SECOND_SIZE { 1.0 } else { (10.0 / f64::from(weight * log)) as f32 };
        }
    }

    let coded: Vec<usize> = (0..SUBBANDS).filter(|&b| variances[b] >= MIN_VARIANCE).collect();
    let mut active = coded.clone();
    // Drop the sub-bands that would get no bits, until all that are left get some.
    let q = loop {
        let share: f32 = active.iter().map(|&b| sizes[b]).fold(0.0, |sum, m| sum + m);
        let product = active.iter().fold(1.0_f32, |product, &b| {
            (f64::from(product) * libm::pow((sigma[b] / bins[b]).into(), sizes[b].into())) as f32
        });
        let exponent = f64::from(bits_per_pixel / share) - 1.0;
        let q = libm::pow(2.0, exponent) / 2.5 / libm::pow(product.into(), 1.0 / f64::from(share));
        let q = q as f32;
        let before = active.len();
        active.retain(|&b| f64::from(bins[b] / q) < 5.0 * f64::from(sigma[b]));
        if active.len() == before {
            break q;
        }
    };

    let mut chosen = vec![(0.0, 0.0); SUBBANDS];
    for band in coded {
        let bin = bins[band] / q;
        let bin = bin.max(least_bin(plane, width, tree.subbands[band], bin)).min(WIDEST_BIN);
        chosen[band] = (bin, (ZERO_BIN * f64::from(bin)) as f32);
    }
    Quantiser { centre: BIN_CENTRE, bins: chosen }
}

/// Bins from this width on hold every coefficient in 16 bits: pixels are at most 128 from their mean, and the
/// lowest sub-band is 32 times as strong.
const SAFE_BIN: f32 = 0.25;

/// The narrowest bin that keeps a sub-band's coefficients within 16 bits: at high rates what the formula gives can
/// be narrower.
fn least_bin(plane: &[f32], width: usize, rect: Rect, bin: f32) -> f32 {
    if bin >= SAFE_BIN {
        return 0.0;
    }
    let rows = (rect.y..rect.y + rect.height).map(|y| y * width + rect.x);
    let samples = rows.flat_map(|start| plane.get(start..start + rect.width).unwrap_or(&[]));
    samples.fold(0.0_f32, |most, v| most.max(v.abs())) / f32::from(i16::MAX - 1)
}

/// Variance of each sub-band, of its middle or of all of it.
fn variances(plane: &[f32], width: usize, tree: &Tree) -> Vec<f32> {
    let middle: Vec<Rect> = tree.subbands.iter().map(|&r| middle_of(r)).collect();
    let lowest = middle.iter().take(4).map(|&r| variance(plane, width, r));
    let sum = lowest.fold(0.0_f32, |sum, v| sum + v);
    let measured = if sum < FULL_MEASURE_BELOW { &tree.subbands } else { &middle };
    measured.iter().map(|&r| variance(plane, width, r)).collect()
}

/// The middle three quarters across and seven sixteenths down.
fn middle_of(rect: Rect) -> Rect {
    Rect {
        x: rect.x + rect.width / 8,
        y: rect.y + 9 * rect.height / 32,
        width: 3 * rect.width / 4,
        height: 7 * rect.height / 16,
    }
}

/// Sample variance, summed in single precision in the order of the samples as the reference does: bins depend on
/// it, and with them the bytes of the file.
fn variance(plane: &[f32], width: usize, rect: Rect) -> f32 {
    let count = rect.width * rect.height;
    if count < 2 {
        return 0.0;
    }
    let (mut sum, mut squares) = (0.0_f32, 0.0_f32);
    for y in rect.y..rect.y + rect.height {
        let start = y * width + rect.x;
        for &v in plane.get(start..start + rect.width).unwrap_or(&[]) {
            sum += v;
            squares += v * v;
        }
    }
    let mean_square = sum * sum / count as f32;
    (f64::from(squares - mean_square) / (count as f64 - 1.0)) as f32
}
