//! A template made ready: what does not depend on the other side is done once.

use super::align::Rigid;
use super::descriptor::{self, PROJECTED_LEN, Point, RAW_LEN};
use super::kernels::{self, LANES};
use crate::template::{FLOW_CELL_PX, NO_FLOW};
use crate::{Minutia, MinutiaKind, Template};

/// Most minutiae that a comparison uses, the most confident ones: bounds its time.
pub(crate) const MAX_COMPARED: usize = 128;
/// Size normalisation: the sum of evidence is divided by the expected number of real minutiae to this power, each
/// side.
const SIZE_POWER: f32 = 0.4;
/// Far from every point of an image.
const NOWHERE: f32 = 1e6;
/// Height of the bands by which points are found.
const BAND_PX: f32 = 8.0;
/// Without a flow map, ground within this distance of a minutia counts as seen.
const REACH_PX: f32 = 45.0;

/// A template made ready for comparison.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Index of each point's minutia in the template.
    pub(crate) index: Vec<u16>,
    /// Points by rising y (up), filled up to whole blocks with points that are [`NOWHERE`].
    pub(crate) x: Vec<f32>,
    pub(crate) y: Vec<f32>,
    pub(crate) c: Vec<f32>,
    pub(crate) s: Vec<f32>,
    pub(crate) confidence: Vec<f32>,
    pub(crate) kind: Vec<MinutiaKind>,
    /// [`PROJECTED_LEN`] values a point.
    pub(crate) descriptors: Vec<i8>,
    /// The same, interleaved ([`kernels::interleave`]).
    pub(crate) blocks: Vec<i8>,
    /// Points by falling confidence.
    rank: Vec<u8>,
    /// For every [`BAND_PX`] of y from `low`: the first point that is not below it.
    bands: Vec<u8>,
    low: f32,
    /// The expected number of real minutiae to the power [`SIZE_POWER`].
    pub(crate) size: f32,
    pub(crate) ground: Ground,
    /// Orders two templates, so that comparing is symmetric to the last bit.
    pub(crate) order: u64,
}

impl Prepared {
    /// Does the work that does not depend on the other side.
    pub fn new(template: &Template) -> Self {
        Self::with(template, |points, known, _| {
            (0..points.len()).flat_map(|i| descriptor::project(&descriptor::raw(points, i, known))).collect()
        })
    }

    /// As [`Self::new`] with the descriptors that it found before ([`Self::descriptors`], one after the other),
    /// which are most of its work. None where their number is not that of the template's compared minutiae.
    ///
    /// Whoever keeps descriptors keeps [`crate::ALGORITHM`] beside them: another version finds others.
    pub fn restore(template: &Template, descriptors: &[i8]) -> Option<Self> {
        let restored = Self::with(template, |_, _, rank| {
            let row = |i: &u8| descriptors.chunks_exact(PROJECTED_LEN).nth(usize::from(*i)).unwrap_or(&[]);
            rank.iter().flat_map(row).copied().collect()
        });
        (descriptors.len() == restored.len() * PROJECTED_LEN).then_some(restored)
    }

    /// `describe` gets the points, what is known around them, and the place of each by falling confidence.
    fn with(template: &Template, describe: impl FnOnce(&[Point], &Known, &[u8]) -> Vec<i8>) -> Self {
        let mut chosen: Vec<(usize, &Minutia)> = template.minutiae.iter().enumerate().collect();
        chosen.retain(|(_, m)| m.x.is_finite() && m.y.is_finite() && m.direction.is_finite());
        chosen.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
        chosen.truncate(MAX_COMPARED);
        // By rising y (up), so that neighbours are found by bands.
        let mut rank: Vec<u8> = (0..chosen.len()).map(|i| i as u8).collect();
        rank.sort_by(|i, j| {
            chosen[usize::from(*j)].1.y.total_cmp(&chosen[usize::from(*i)].1.y).then(i.cmp(j))
        });
        let chosen: Vec<(usize, &Minutia)> = rank.iter().map(|i| chosen[usize::from(*i)]).collect();
        let mut place = vec![0u8; rank.len()];
        rank.iter().enumerate().for_each(|(at, i)| place[usize::from(*i)] = at as u8);
        let points = points(chosen.iter().map(|(_, m)| *m));
        let known = Known::new(template, &points);
        let descriptors = describe(&points, &known, &rank);
        let order = template.minutiae.iter().fold(u64::from(template.width_px), |h, m| {
            let bits = u64::from(m.x.to_bits()) << 32 | u64::from(m.y.to_bits());
            (h ^ bits ^ u64::from(m.direction.to_bits()).rotate_left(17))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(23)
        });
        let (low, bands) = bands(&points);
        let expected: f32 = chosen.iter().map(|(_, m)| m.confidence.clamp(0.0, 1.0)).sum();
        Self {
            index: chosen.iter().map(|(i, _)| *i as u16).collect(),
            x: padded(points.iter().map(|p| p.x), NOWHERE),
            y: padded(points.iter().map(|p| p.y), NOWHERE),
            c: padded(points.iter().map(|p| p.c), 0.0),
            s: padded(points.iter().map(|p| p.s), 0.0),
            confidence: chosen.iter().map(|(_, m)| m.confidence.clamp(0.0, 1.0)).collect(),
            kind: chosen.iter().map(|(_, m)| m.kind).collect(),
            blocks: kernels::interleave(&descriptors),
            descriptors,
            rank: place,
            bands,
            low,
            size: libm::powf(expected.max(1.0), SIZE_POWER),
            ground: Ground::new(template),
            order,
        }
    }

    /// Points compared.
    #[inline]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Length of a row of similarities with this print's points.
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        self.len().div_ceil(LANES) * LANES
    }

    /// Blocks of [`LANES`] points that hold all whose y lies between two bounds.
    #[inline(always)]
    pub(crate) fn blocks_between(&self, from: f32, to: f32) -> core::ops::Range<usize> {
        let last = self.bands.len() - 1;
        let band =
            |y: f32, more: usize| (((y - self.low) * (1.0 / BAND_PX)).max(0.0) as usize + more).min(last);
        let (from, to) = (usize::from(self.bands[band(from, 0)]), usize::from(self.bands[band(to, 1)]));
        from / LANES..to.div_ceil(LANES)
    }

    /// The projected descriptors, [`PROJECTED_LEN`] 8-bit values a minutia (-127 to 127, length 254 before
    /// rounding), most confident minutia first: the input of a faster first stage.
    pub fn descriptors(&self) -> impl Iterator<Item = &[i8]> {
        self.rank.iter().map(|i| {
            let from = usize::from(*i) * PROJECTED_LEN;
            &self.descriptors[from..from + PROJECTED_LEN]
        })
    }

    /// Directions of the compared minutiae as unit vectors (cos, sin), in the order of [`Self::descriptors`].
    pub fn directions(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        self.rank.iter().map(|i| (self.c[usize::from(*i)], self.s[usize::from(*i)]))
    }
}

/// Filled up to whole blocks.
fn padded(values: impl Iterator<Item = f32>, with: f32) -> Vec<f32> {
    let mut values: Vec<f32> = values.collect();
    values.resize(values.len().div_ceil(LANES) * LANES, with);
    values
}

/// The lowest y and, for every band above it, the first point that is not below; one more at the end.
fn bands(points: &[Point]) -> (f32, Vec<u8>) {
    let low = points.first().map_or(0.0, |p| p.y);
    let high = points.last().map_or(0.0, |p| p.y);
    // Positions are at most 65,535 / 16 px: 512 bands.
    let count = (((high - low) * (1.0 / BAND_PX)).clamp(0.0, 8192.0) as usize) + 1;
    let first = |k: usize| points.partition_point(|p| (p.y - low) * (1.0 / BAND_PX) < k as f32) as u8;
    let mut bands: Vec<u8> = (0..count).map(first).collect();
    bands.push(points.len() as u8);
    (low, bands)
}

/// Raw descriptors, one per minutia in the template's order: what the projection is learned from.
pub fn raw_descriptors(template: &Template) -> Vec<[f32; RAW_LEN]> {
    let points = points(template.minutiae.iter());
    let known = Known::new(template, &points);
    (0..points.len()).map(|i| descriptor::raw(&points, i, &known)).collect()
}

fn points<'a>(minutiae: impl Iterator<Item = &'a Minutia>) -> Vec<Point> {
    minutiae
        .map(|m| Point {
            x: m.x,
            y: -m.y,
            c: libm::cosf(m.direction),
            s: libm::sinf(m.direction),
            weight: (0.25 + 1.25 * m.confidence).clamp(0.25, 1.0),
        })
        .collect()
}

/// Which parts of the plane a print shows.
pub(crate) enum Known {
    /// All of it.
    #[cfg(test)]
    Everywhere,
    /// Flow cells with ridges in them or beside them; y up, so the row is that of -y.
    Cells { columns: usize, rows: usize, near: Vec<bool> },
    /// Ground near minutiae.
    Near(Vec<(f32, f32)>),
}

impl Known {
    fn new(template: &Template, points: &[Point]) -> Self {
        let Some(flow) = &template.flow else {
            return Self::Near(points.iter().map(|p| (p.x, p.y)).collect());
        };
        let (columns, rows) = (flow.columns(), flow.rows());
        let mut near = vec![false; columns * rows];
        for (i, cell) in flow.cells().iter().enumerate() {
            if *cell == NO_FLOW {
                continue;
            }
            let (x, y) = (i % columns, i / columns);
            for ny in y.saturating_sub(1)..(y + 2).min(rows) {
                for nx in x.saturating_sub(1)..(x + 2).min(columns) {
                    near[ny * columns + nx] = true;
                }
            }
        }
        Self::Cells { columns, rows, near }
    }

    /// Whether a neighbour at this place would have been seen.
    pub(crate) fn near(&self, x: f32, y: f32) -> bool {
        match self {
            #[cfg(test)]
            Self::Everywhere => true,
            Self::Cells { columns, rows, near } => cell(x, y, *columns, *rows).is_some_and(|i| near[i]),
            Self::Near(points) => points.iter().any(|(px, py)| {
                let (dx, dy) = (px - x, py - y);
                dx * dx + dy * dy < REACH_PX * REACH_PX
            }),
        }
    }
}

/// The flow cell at a place (y up).
fn cell(x: f32, y: f32, columns: usize, rows: usize) -> Option<usize> {
    let (cx, cy) = (x * (1.0 / FLOW_CELL_PX as f32), -y * (1.0 / FLOW_CELL_PX as f32));
    // Also false for NaN.
    if cx >= 0.0 && cy >= 0.0 && cx < columns as f32 && cy < rows as f32 {
        Some(cy as usize * columns + cx as usize)
    } else {
        None
    }
}

/// Foreground and ridge flow for evidence, with an empty border of one cell; empty where only minutiae are known.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    /// Cells across and down, border included.
    columns: i32,
    rows: i32,
    /// As in [`FlowMap::cells`](crate::FlowMap::cells).
    cells: Vec<u8>,
    /// Cells with ridges among the black fields of the chessboard: place of the middle (y up) and flow.
    sampled: (Vec<f32>, Vec<f32>, Vec<u8>),
}

/// Steps of the flow map over half a turn, so over a whole turn of the doubled angle.
const STEPS: usize = 128;
/// Cosine and sine of the doubled angle, in 1/16384.
type Wheel = [(i16, i16); STEPS];
/// Places looked up at a time.
const CHUNK: usize = 64;

impl Default for Ground {
    fn default() -> Self {
        Self { columns: 1, rows: 1, cells: vec![NO_FLOW], sampled: Default::default() }
    }
}

impl Ground {
    fn new(template: &Template) -> Self {
        let Some(map) = &template.flow else { return Self::default() };
        let (columns, rows) = (map.columns(), map.rows());
        if map.cells().len() < columns * rows {
            return Self::default();
        }
        let mut cells = vec![NO_FLOW; (columns + 2) * (rows + 2)];
        let mut sampled = (Vec::new(), Vec::new(), Vec::new());
        for (row, line) in map.cells().chunks_exact(columns.max(1)).enumerate() {
            let at = (row + 1) * (columns + 2) + 1;
            cells[at..at + columns].copy_from_slice(line);
            for (column, own) in line.iter().enumerate() {
                if (row + column) % 2 == 0 && usize::from(*own) < STEPS {
                    sampled.0.push((column as f32 + 0.5) * FLOW_CELL_PX as f32);
                    sampled.1.push((row as f32 + 0.5) * -(FLOW_CELL_PX as f32));
                    sampled.2.push(*own);
                }
            }
        }
        Self { columns: (columns + 2) as i32, rows: (rows + 2) as i32, cells, sampled }
    }

    /// Index of the cell at a place (y up): one of the border's for all that lies outside.
    #[inline(always)]
    fn at(&self, x: f32, y: f32) -> u32 {
        let column = (x * (1.0 / FLOW_CELL_PX as f32) + 1.0) as i32;
        let row = (1.0 - y * (1.0 / FLOW_CELL_PX as f32)) as i32;
        (row.clamp(0, self.rows - 1) * self.columns + column.clamp(0, self.columns - 1)) as u32
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
        self.sampled.2.len() as u32
    }

    /// Sums of cosine and sine of the doubled difference between the other's flow and this one's, where this
    /// print, moved by `rigid`, lies on the other; and the number of cells.
    #[inline(always)]
    pub(crate) fn differences(&self, other: &Self, rigid: &Rigid) -> (f32, f32, u32) {
        let wheel = wheel();
        let (mut c, mut s, mut count) = (0i32, 0i32, 0u32);
        let places = self.sampled.0.chunks(CHUNK).zip(self.sampled.1.chunks(CHUNK));
        for ((xs, ys), flows) in places.zip(self.sampled.2.chunks(CHUNK)) {
            let mut at = [0u32; CHUNK];
            for (at, (x, y)) in at.iter_mut().zip(xs.iter().zip(ys)) {
                let (x, y) = rigid.apply(*x, *y);
                *at = other.at(x, y);
            }
            for (at, own) in at.iter().zip(flows) {
                let theirs = other.cells.get(*at as usize).copied().unwrap_or(NO_FLOW);
                let (dc, ds) = wheel[usize::from(theirs.wrapping_sub(*own)) % STEPS];
                // No branch: whether there is flow is as good as random.
                let known = i32::from(theirs != NO_FLOW);
                c += known * i32::from(dc);
                s += known * i32::from(ds);
                count += known as u32;
            }
        }
        (c as f32 * (1.0 / 16384.0), s as f32 * (1.0 / 16384.0), count)
    }
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
    fn restored_is_what_was_made() {
        let minutiae = (0..40u32)
            .map(|i| Minutia {
                x: (i * 37 % 300) as f32,
                y: (i * 53 % 340) as f32,
                direction: i as f32 * 0.15,
                kind: MinutiaKind::Ending,
                confidence: (i % 7) as f32 / 7.0,
            })
            .collect();
        let template = Template { width_px: 300, height_px: 340, minutiae, ..Template::default() };
        let made = Prepared::new(&template);
        let kept: Vec<i8> = made.descriptors().flatten().copied().collect();
        let restored = Prepared::restore(&template, &kept).unwrap();
        assert_eq!(restored.descriptors, made.descriptors);
        assert_eq!(crate::compare(&restored, &made), crate::compare(&made, &made));
        assert!(Prepared::restore(&template, &kept[1..]).is_none());
    }
}
