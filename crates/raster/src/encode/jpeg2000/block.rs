//! One code block: bit planes in three passes each (annex D).

use super::mq::{CONTEXT_RUN, CONTEXT_UNIFORM, Encoder};
use super::wavelet::BandKind;

/// A coded block.
pub(super) struct CodedBlock {
    /// Bit planes from the highest one with a bit set down to the lowest.
    pub(super) planes: u8,
    pub(super) data: Vec<u8>,
}

impl CodedBlock {
    /// The first plane has the cleanup pass alone.
    pub(super) fn passes(&self) -> u32 {
        (u32::from(self.planes) * 3).saturating_sub(2)
    }
}

const SIGNIFICANT: u8 = 1;
const NEGATIVE: u8 = 2;
/// Coded in this plane's significance pass.
const VISITED: u8 = 4;
/// Refined in an earlier plane.
const REFINED: u8 = 8;

struct Coder<'a> {
    magnitudes: Vec<u32>,
    /// Flags with a border of one on every side.
    flags: Vec<u8>,
    width: usize,
    height: usize,
    kind: BandKind,
    mq: &'a mut Encoder,
}

pub(super) fn encode(coefficients: &[i32], width: usize, height: usize, kind: BandKind) -> CodedBlock {
    let magnitudes: Vec<u32> = coefficients.iter().map(|c| c.unsigned_abs()).collect();
    let most = magnitudes.iter().copied().max().unwrap_or(0);
    let planes = (32 - most.leading_zeros()) as u8;
    if planes == 0 {
        return CodedBlock { planes, data: Vec::new() };
    }
    let mut flags = vec![0; (width + 2) * (height + 2)];
    for (i, &c) in coefficients.iter().enumerate() {
        if c < 0 {
            flags[(i / width + 1) * (width + 2) + i % width + 1] = NEGATIVE;
        }
    }
    let mut mq = Encoder::new();
    let mut coder = Coder { magnitudes, flags, width, height, kind, mq: &mut mq };
    for plane in (0..planes).rev() {
        if plane + 1 != planes {
            coder.significance(plane);
            coder.refinement(plane);
        }
        coder.cleanup(plane);
        coder.flags.iter_mut().for_each(|f| *f &= !VISITED);
    }
    CodedBlock { planes, data: mq.finish() }
}

impl Coder<'_> {
    /// Calls `f` with column and rows of each stripe column: stripes of four rows, columns left to right.
    fn stripes(&mut self, mut f: impl FnMut(&mut Self, usize, std::ops::Range<usize>)) {
        for top in (0..self.height).step_by(4) {
            for x in 0..self.width {
                f(self, x, top..(top + 4).min(self.height));
            }
        }
    }

    fn at(&self, x: usize, y: usize) -> usize {
        (y + 1) * (self.width + 2) + x + 1
    }

    fn bit(&self, x: usize, y: usize, plane: u8) -> bool {
        self.magnitudes[y * self.width + x] >> plane & 1 != 0
    }

    /// Significant neighbours: horizontal, vertical, diagonal.
    fn neighbours(&self, at: usize) -> (u8, u8, u8) {
        let row = self.width + 2;
        let f = |i: usize| self.flags[i] & SIGNIFICANT;
        (
            f(at - 1) + f(at + 1),
            f(at - row) + f(at + row),
            f(at - row - 1) + f(at - row + 1) + f(at + row - 1) + f(at + row + 1),
        )
    }

    /// Table D.1.
    fn significance_context(&self, at: usize) -> usize {
        let (h, v, d) = self.neighbours(at);
        let (h, v) = if self.kind == BandKind::HighLow { (v, h) } else { (h, v) };
        if self.kind == BandKind::HighHigh {
            return match (d, h + v) {
                (3.., _) => 8,
                (2, 1..) => 7,
                (2, 0) => 6,
                (1, 2..) => 5,
                (1, 1) => 4,
                (1, 0) => 3,
                (0, 2..) => 2,
                (0, 1) => 1,
                (0, 0) => 0,
            };
        }
        match (h, v, d) {
            (2.., _, _) => 8,
            (1, 1.., _) => 7,
            (1, 0, 1..) => 6,
            (1, 0, 0) => 5,
            (0, 2.., _) => 4,
            (0, 1, _) => 3,
            (0, 0, 2..) => 2,
            (0, 0, 1) => 1,
            (0, 0, 0) => 0,
        }
    }

    /// Codes the sign (tables D.2, D.3) and makes the coefficient significant.
    fn sign(&mut self, at: usize) {
        let row = self.width + 2;
        let one = |i: usize| match self.flags[i] & (SIGNIFICANT | NEGATIVE) {
            SIGNIFICANT => 1_i8,
            f if f == SIGNIFICANT | NEGATIVE => -1,
            _ => 0,
        };
        let h = (one(at - 1) + one(at + 1)).signum();
        let v = (one(at - row) + one(at + row)).signum();
        let (context, flipped) = match (h, v) {
            (1, 1) => (13, false),
            (1, 0) => (12, false),
            (1, _) => (11, false),
            (0, 1) => (10, false),
            (0, 0) => (9, false),
            (0, _) => (10, true),
            (_, 1) => (11, true),
            (_, 0) => (12, true),
            (_, _) => (13, true),
        };
        let negative = self.flags[at] & NEGATIVE != 0;
        self.mq.encode(context, negative != flipped);
        self.flags[at] |= SIGNIFICANT;
    }

    fn significance(&mut self, plane: u8) {
        self.stripes(|c, x, rows| {
            for y in rows {
                let at = c.at(x, y);
                let context = c.significance_context(at);
                if c.flags[at] & SIGNIFICANT == 0 && context != 0 {
                    let bit = c.bit(x, y, plane);
                    c.mq.encode(context, bit);
                    if bit {
                        c.sign(at);
                    }
                    c.flags[at] |= VISITED;
                }
            }
        });
    }

    fn refinement(&mut self, plane: u8) {
        self.stripes(|c, x, rows| {
            for y in rows {
                let at = c.at(x, y);
                if c.flags[at] & (SIGNIFICANT | VISITED) != SIGNIFICANT {
                    continue;
                }
                let context = if c.flags[at] & REFINED != 0 {
                    16
                } else if c.neighbours(at) != (0, 0, 0) {
                    15
                } else {
                    14
                };
                let bit = c.bit(x, y, plane);
                c.mq.encode(context, bit);
                c.flags[at] |= REFINED;
            }
        });
    }

    fn cleanup(&mut self, plane: u8) {
        self.stripes(|c, x, rows| {
            let mut rest = rows.clone();
            // Four coefficients without significant neighbours: one symbol says that all stay so.
            let quiet = |c: &Self, y: usize| {
                let at = c.at(x, y);
                c.flags[at] & (SIGNIFICANT | VISITED) == 0 && c.significance_context(at) == 0
            };
            if rows.len() == 4 && rows.clone().all(|y| quiet(c, y)) {
                let first = rows.clone().find(|&y| c.bit(x, y, plane));
                c.mq.encode(CONTEXT_RUN, first.is_some());
                let Some(y) = first else { return };
                let skipped = y - rows.start;
                c.mq.encode(CONTEXT_UNIFORM, skipped & 2 != 0);
                c.mq.encode(CONTEXT_UNIFORM, skipped & 1 != 0);
                let at = c.at(x, y);
                c.sign(at);
                rest = y + 1..rows.end;
            }
            for y in rest {
                let at = c.at(x, y);
                if c.flags[at] & (SIGNIFICANT | VISITED) == 0 {
                    let context = c.significance_context(at);
                    let bit = c.bit(x, y, plane);
                    c.mq.encode(context, bit);
                    if bit {
                        c.sign(at);
                    }
                }
            }
        });
    }
}
