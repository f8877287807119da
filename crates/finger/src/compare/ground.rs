//! Where a print shows ridges, and which way they run: for what speaks against.

use super::align::Rigid;
use super::kernels::LANES;
use super::prepared::MAX_COMPARED;
use crate::Template;
use crate::template::{FLOW_CELL_PX, NO_FLOW};

/// Foreground and ridge flow with an empty border of one cell, cut to where there are ridges; empty where only
/// minutiae are known.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    /// Cells across and down, border included.
    columns: usize,
    rows: usize,
    /// Column and row of the first cell inside the border.
    left: usize,
    top: usize,
    /// As in [`FlowMap::cells`](crate::FlowMap::cells).
    cells: Vec<u8>,
    /// Cells with ridges among the black fields of the chessboard.
    sampled: u32,
}

/// Steps of the flow map over half a turn, so over a whole turn of the doubled angle.
const STEPS: usize = 128;
/// Cosine and sine of the doubled angle, in 1/16384.
type Wheel = [(i16, i16); STEPS];
const CELL: f32 = FLOW_CELL_PX as f32;

impl Default for Ground {
    fn default() -> Self {
        Self { columns: 2, rows: 2, left: 0, top: 0, cells: vec![NO_FLOW; 4], sampled: 0 }
    }
}

impl Ground {
    pub(crate) fn new(template: &Template) -> Self {
        let mut ground = Self::default();
        let Some(map) = &template.flow else { return ground };
        let ridged = |i: &usize| map.cells().get(*i).is_some_and(|c| *c != NO_FLOW);
        let (columns, rows) = (map.columns(), map.rows());
        let (mut across, mut down) = ((columns, 0), (rows, 0));
        for i in (0..columns * rows).filter(ridged) {
            across = (across.0.min(i % columns), across.1.max(i % columns + 1));
            down = (down.0.min(i / columns), down.1.max(i / columns + 1));
        }
        if across.0 < across.1 {
            let lines =
                (down.0..down.1).map(|row| &map.cells()[row * columns + across.0..][..across.1 - across.0]);
            ground.set((across.1 - across.0, down.1 - down.0), (across.0, down.0), lines);
        }
        ground
    }

    /// Takes over so many columns and rows of cells, given row by row, from a column and row on.
    pub(crate) fn set<'a>(
        &mut self,
        (columns, rows): (usize, usize),
        (left, top): (usize, usize),
        lines: impl Iterator<Item = &'a [u8]>,
    ) {
        (self.columns, self.rows, self.left, self.top) = (columns + 2, rows + 2, left, top);
        self.cells.clear();
        self.cells.resize(self.columns * self.rows, NO_FLOW);
        for (line, own) in lines.zip(self.cells.chunks_exact_mut(columns + 2).skip(1)) {
            own[1..=columns].copy_from_slice(line);
        }
        self.sampled = self.black().map(|(_, _, line)| known(line)).sum();
    }

    /// Columns and rows without the border, the first column and row, and the cells row by row.
    pub(crate) fn parts(&self) -> ((usize, usize), (usize, usize), impl Iterator<Item = &[u8]>) {
        let inner = (self.columns - 2, self.rows - 2);
        let lines = self.cells.chunks_exact(self.columns).skip(1).take(inner.1).map(move |l| &l[1..=inner.0]);
        (inner, (self.left, self.top), lines)
    }

    /// The lines with the place of the middle of their first black cell (y up), from which every second is black.
    #[inline(always)]
    fn black(&self) -> impl Iterator<Item = (f32, f32, &[u8])> {
        let lines = self.cells.chunks_exact(self.columns).skip(1).take(self.rows - 2);
        lines.enumerate().map(|(row, line)| {
            let first = (row + self.top + self.left) % 2;
            let (x, y) = ((self.left + first) as f32 + 0.5, (row + self.top) as f32 + 0.5);
            (x * CELL, y * -CELL, line.get(1 + first..).unwrap_or(&[]))
        })
    }

    /// Index of the cell at a place (y up): one of the border's for all that lies outside.
    #[inline(always)]
    fn at(&self, x: f32, y: f32) -> u32 {
        let column = x * (1.0 / CELL) + (1.0 - self.left as f32);
        let row = (1.0 - self.top as f32) - y * (1.0 / CELL);
        slot(row, self.rows) * self.columns as u32 + slot(column, self.columns)
    }

    /// Whether there are ridges at places (y up).
    #[inline(always)]
    pub(crate) fn ridged(
        &self,
        x: &[f32; MAX_COMPARED],
        y: &[f32; MAX_COMPARED],
        n: usize,
    ) -> [bool; MAX_COMPARED] {
        let mut at = [0u32; MAX_COMPARED];
        for (at, (x, y)) in at.iter_mut().zip(x.iter().zip(y)).take(n.next_multiple_of(LANES)) {
            *at = self.at(*x, *y);
        }
        let mut found = [false; MAX_COMPARED];
        for (found, at) in found.iter_mut().zip(at).take(n) {
            *found = self.cells.get(at as usize).is_some_and(|c| *c != NO_FLOW);
        }
        found
    }

    /// Cells with ridges that [`Self::differences`] looks at.
    pub(crate) fn sampled(&self) -> u32 {
        self.sampled
    }

    /// Sums of cosine and sine of the doubled difference between the other's flow and this one's, where this
    /// print, moved by `rigid`, lies on the other; and the number of cells.
    #[inline(always)]
    pub(crate) fn differences(&self, other: &Self, rigid: &Rigid) -> (f32, f32, u32) {
        let wheel = wheel();
        let (mut c, mut s, mut count) = (0i32, 0i32, 0u32);
        for (x, y, line) in self.black() {
            let (x, y) = rigid.apply(x, y);
            let (dx, dy) = (2.0 * CELL * rigid.c, 2.0 * CELL * rigid.s);
            for (part, cells) in line.chunks(2 * LANES).enumerate() {
                let mut at = [0u32; LANES];
                for (k, at) in at.iter_mut().enumerate() {
                    let step = (part * LANES + k) as f32;
                    *at = other.at(x + step * dx, y + step * dy);
                }
                for (at, own) in at.iter().zip(cells.iter().step_by(2)) {
                    let theirs = other.cells.get(*at as usize).copied().unwrap_or(NO_FLOW);
                    let (dc, ds) = wheel[usize::from(theirs.wrapping_sub(*own)) % STEPS];
                    // No branch: whether there is flow is as good as random.
                    let known = i32::from((theirs != NO_FLOW) & (*own != NO_FLOW));
                    c += known * i32::from(dc);
                    s += known * i32::from(ds);
                    count += known as u32;
                }
            }
        }
        (c as f32 * (1.0 / 16384.0), s as f32 * (1.0 / 16384.0), count)
    }
}

/// The one of `count` slots in which a value lies, the first or last for what lies outside or is no number; count is
/// at most 2^22. Without a conversion that saturates, which compilers do one by one.
#[inline(always)]
pub(crate) fn slot(value: f32, count: usize) -> u32 {
    /// Here floats have steps of 1: what is added to it is rounded to whole numbers in the lowest bits.
    const WHOLE: f32 = (1 << 23) as f32;
    let last = count as f32 - 0.5;
    let value = if value > 0.5 { value } else { 0.5 };
    let value = if value < last { value } else { last };
    (value - 0.5 + WHOLE).to_bits() & 0x7f_ffff
}

/// Cells with ridges among every second of a line.
fn known(line: &[u8]) -> u32 {
    line.iter().step_by(2).map(|c| u32::from(*c != NO_FLOW)).sum()
}

fn wheel() -> &'static Wheel {
    static WHEEL: std::sync::OnceLock<Wheel> = std::sync::OnceLock::new();
    WHEEL.get_or_init(|| {
        core::array::from_fn(|i| {
            let a = i as f32 * (core::f32::consts::TAU / STEPS as f32);
            ((libm::cosf(a) * 16384.0).round() as i16, (libm::sinf(a) * 16384.0).round() as i16)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_whole_parts_within_bounds() {
        for (value, want) in [
            (-3.0, 0),
            (0.0, 0),
            (0.9, 0),
            (1.1, 1),
            (4.9, 4),
            (7.0, 4),
            (f32::NAN, 0),
            (f32::INFINITY, 4),
            (f32::NEG_INFINITY, 0),
            (1e30, 4),
        ] {
            assert_eq!(slot(value, 5), want, "{value}");
        }
        assert_eq!(slot(2.0, 1), 0);
    }
}
