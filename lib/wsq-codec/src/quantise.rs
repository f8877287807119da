//! Coefficients to whole numbers and back (sections 2.2 and 3.2 of part 1, annex B.1).

use crate::error::Error;
use crate::marker::Cursor;
use crate::tree::{Rect, SUBBANDS, Tree};

/// Sub-bands of a quantisation table, the four that are never coded included.
pub(crate) const TABLE_SUBBANDS: usize = 64;

/// Bin widths and where in a bin its values are put back.
#[derive(Debug, Clone)]
pub(crate) struct Quantiser {
    /// Distance of the reconstruction from the bin's upper end, in bins.
    pub(crate) centre: f32,
    /// By sub-band: width of a bin (0: the sub-band is not coded) and of the bin around zero.
    pub(crate) bins: Vec<(f32, f32)>,
}

impl Quantiser {
    /// Reads a quantisation table (B.2.4.2).
    pub(crate) fn read(mut body: Cursor<'_>) -> Result<Self, Error> {
        let centre = body.scaled_u16()?;
        let bins = (0..TABLE_SUBBANDS).map(|_| Ok((body.scaled_u16()?, body.scaled_u16()?)));
        let mut bins = bins.collect::<Result<Vec<_>, Error>>()?;
        bins.truncate(SUBBANDS);
        Ok(Self { centre, bins })
    }

    /// The sub-bands that are coded, with their bins.
    fn coded<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = (Rect, f32, f32)> + 'a {
        let bands = tree.subbands.iter().zip(&self.bins);
        bands.filter(|(_, (bin, _))| *bin != 0.0).map(|(&rect, &(bin, zero))| (rect, bin, zero))
    }

    /// Coefficients of all coded sub-bands.
    pub(crate) fn count(&self, tree: &Tree) -> usize {
        self.coded(tree).map(|(rect, ..)| rect.width * rect.height).sum()
    }

    /// Puts coefficients back into the plane, which is `width` samples wide and zero.
    pub(crate) fn dequantise(&self, coefficients: &[i16], tree: &Tree, plane: &mut [f32], width: usize) {
        let mut next = coefficients;
        for (rect, bin, zero) in self.coded(tree) {
            let value = |q: i16| -> f32 {
                let half = f64::from(zero) / 2.0;
                match q {
                    0 => 0.0,
                    1.. => (f64::from(bin * (f32::from(q) - self.centre)) + half) as f32,
                    _ => (f64::from(bin * (f32::from(q) + self.centre)) - half) as f32,
                }
            };
            // Nearly all coefficients are small: their values are worked out once.
            let table: [f32; 256] = std::array::from_fn(|i| value(i as i16 - 128));
            if rect.width == 0 {
                continue;
            }
            let Some((band, rest)) = next.split_at_checked(rect.width * rect.height) else { return };
            next = rest;
            for (y, line) in band.chunks_exact(rect.width).enumerate() {
                let start = (rect.y + y) * width + rect.x;
                let target = plane.get_mut(start..start + rect.width).into_iter().flatten();
                target.zip(line).for_each(|(t, &q)| {
                    let index = usize::from((q as u16).wrapping_add(128));
                    *t = table.get(index).copied().unwrap_or_else(|| value(q));
                });
            }
        }
    }

    /// The coefficients of the coded sub-bands, in the order of coding.
    pub(crate) fn quantise(&self, plane: &[f32], width: usize, tree: &Tree) -> Vec<i16> {
        let mut out = Vec::with_capacity(self.count(tree));
        for (rect, bin, zero) in self.coded(tree) {
            let half = zero / 2.0;
            for y in 0..rect.height {
                let start = (rect.y + y) * width + rect.x;
                let line = plane.get(start..start + rect.width).unwrap_or(&[]);
                out.extend(line.iter().map(|&v| {
                    // Truncation towards zero: adding 1 after it is exact where adding it before would round.
                    if v > half {
                        (((v - half) / bin) as i16).saturating_add(1)
                    } else if v < -half {
                        (((v + half) / bin) as i16).saturating_sub(1)
                    } else {
                        0
                    }
                }));
            }
        }
        out
    }
}
