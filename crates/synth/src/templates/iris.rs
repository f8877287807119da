//! Iris templates drawn directly.
//!
//! Every ring and wavelet is a complex Gaussian process around the circle, narrow-banded about the wavelet's own
//! frequency as filter answers are, and like its neighbour rings; its signs are the code. A capture adds noise of
//! the same kind, turns the eye by a few columns and hides what lids hide.

use crate::{dice::Dice, num};
use iris::{CODE_COLUMNS, CODE_ROWS, Template, TemplateError, WAVELETS};

/// Columns of the code over which each wavelet turns once: 17 and 34 of 512.
const WAVELENGTHS: [f32; WAVELETS] = [8.5, 17.0];
/// How much of the process is left one column on: sets the width of its band.
const KEPT: [f32; WAVELETS] = [0.872, 0.933];
/// Likeness of neighbouring rings.
const RINGS_ALIKE: f32 = 0.60;
/// Columns run before the circle is cut out of the process: more than it remembers.
const WARM_UP: usize = 24;

/// An iris as a seed: its process is made when a template is asked for.
#[derive(Debug, Clone, Copy)]
pub struct IrisPattern {
    seed: u64,
}

/// Real and imaginary part at each column of each ring and wavelet.
type Process = Vec<(f32, f32)>;

impl IrisPattern {
    /// The iris that belongs to this seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The template of one capture.
    ///
    /// # Errors
    /// [`TemplateError`] is passed on; it does not happen.
    pub fn template(&self, capture: u64) -> Result<Template, TemplateError> {
        let own = process(&mut Dice::new(self.seed, "iris-pattern", 0, 0));
        let mut dice = Dice::new(capture, "iris-template", self.seed, 0);
        let d = &mut dice;
        // Share of noise in the answers: small for most captures, with a tail.
        let share = (0.195
            + 0.10 * d.normal(0.0, 1.0).abs()
            + if d.chance(0.06) { d.range(0.03, 0.25) } else { 0.0 })
        .clamp(0.02, 0.8);
        let noise = process(d);
        let (keep, add) = ((1.0 - share * share).sqrt(), share);
        let turn = num::floor(d.normal(0.0, 2.2) + 0.5).clamp(-8.0, 8.0) as i32;
        let lids = Lids::draw(d);
        let mut code = vec![0_u64; CODE_COLUMNS];
        let mut mask = vec![0_u64; CODE_COLUMNS];
        for (column, (word, usable)) in code.iter_mut().zip(&mut mask).enumerate() {
            let from = (column as i32 + turn).rem_euclid(CODE_COLUMNS as i32) as usize;
            for row in 0..CODE_ROWS {
                let hidden = lids.hide(column, row);
                for wavelet in 0..WAVELETS {
                    let line = (wavelet * CODE_ROWS + row) * CODE_COLUMNS;
                    let (a, b) = (own[line + from], noise[line + column]);
                    let (re, im) = (keep * a.0 + add * b.0, keep * a.1 + add * b.1);
                    let bit = row * 4 + wavelet * 2;
                    *word |= u64::from(re > 0.0) << bit | u64::from(im > 0.0) << (bit + 1);
                    if !hidden {
                        // Weak answers are not to be trusted.
                        *usable |=
                            u64::from(re.abs() > FRAGILE) << bit | u64::from(im.abs() > FRAGILE) << (bit + 1);
                    }
                }
            }
            *word &= *usable;
        }
        let quality = (76.0 - 110.0 * share - 30.0 * lids.share()).clamp(5.0, 100.0) as u8;
        Template::new(quality, code, mask)
    }
}

/// Answers smaller than this part of their deviation are masked.
const FRAGILE: f32 = 0.19;

/// One process: all wavelets, all rings, closed around the circle.
fn process(d: &mut Dice) -> Process {
    let mut out = vec![(0.0, 0.0); WAVELETS * CODE_ROWS * CODE_COLUMNS];
    for wavelet in 0..WAVELETS {
        let kept = KEPT[wavelet];
        let (sin, cos) = num::sin_cos(num::TAU / WAVELENGTHS[wavelet]);
        let (ar, ai) = (kept * cos, kept * sin);
        // Variance one: two passes of the same recursion have (1 + k^2) / (1 - k^2)^3.
        let k2 = kept * kept;
        let level = ((1.0 - k2) * (1.0 - k2) * (1.0 - k2) / (1.0 + k2)).sqrt();
        let fresh = (1.0 - RINGS_ALIKE * RINGS_ALIKE).sqrt();
        let mut drive: Vec<(f32, f32)> = (0..CODE_COLUMNS).map(|_| pair(d)).collect();
        for row in 0..CODE_ROWS {
            if row > 0 {
                for slot in &mut drive {
                    let (a, b) = pair(d);
                    *slot = (RINGS_ALIKE * slot.0 + fresh * a, RINGS_ALIKE * slot.1 + fresh * b);
                }
            }
            let line = (wavelet * CODE_ROWS + row) * CODE_COLUMNS;
            let (mut p, mut q) = ((0.0_f32, 0.0_f32), (0.0_f32, 0.0_f32));
            for step in 0..WARM_UP + CODE_COLUMNS {
                let column = (step + CODE_COLUMNS - WARM_UP) % CODE_COLUMNS;
                let w = drive[column];
                p = (ar * p.0 - ai * p.1 + w.0, ar * p.1 + ai * p.0 + w.1);
                q = (ar * q.0 - ai * q.1 + p.0, ar * q.1 + ai * q.0 + p.1);
                if step >= WARM_UP {
                    out[line + column] = (q.0 * level, q.1 * level);
                }
            }
        }
    }
    out
}

/// Two nearly normal numbers of variance one from one draw: each the sum of four bytes.
#[inline]
fn pair(d: &mut Dice) -> (f32, f32) {
    let bits = d.bits();
    let sum = |b: u64| {
        let b = b as u32;
        (b & 255) + (b >> 8 & 255) + (b >> 16 & 255) + (b >> 24)
    };
    // Mean 510, variance 4 x (256^2 - 1) / 12.
    const SCALE: f32 = 1.0 / 147.799;
    ((sum(bits) as f32 - 510.0) * SCALE, (sum(bits >> 32) as f32 - 510.0) * SCALE)
}

/// What lids and lashes hide: a cap at the top, a smaller one at the bottom, growing towards the limbus.
struct Lids {
    upper: f32,
    lower: f32,
    axis: f32,
}

impl Lids {
    fn draw(d: &mut Dice) -> Self {
        Self {
            upper: d.normal(0.35, 0.11).clamp(0.0, 0.7),
            lower: d.normal(0.03, 0.06).clamp(0.0, 0.4),
            axis: d.normal(0.0, 6.0),
        }
    }

    fn hide(&self, column: usize, row: usize) -> bool {
        let ring = (row as f32 + 0.5) / CODE_ROWS as f32;
        // Columns anticlockwise from the x axis: the top is at a quarter.
        let quarter = CODE_COLUMNS as f32 / 4.0;
        let from = |middle: f32| ((column as f32 - middle - self.axis) / quarter).abs();
        let cap =
            |depth: f32, away: f32| depth > 0.0 && ring > 1.0 - 2.2 * depth + away * away * (1.0 + depth);
        cap(self.upper, from(quarter)) || cap(self.lower, from(3.0 * quarter))
    }

    fn share(&self) -> f32 {
        0.6 * self.upper + 0.6 * self.lower
    }
}
