//! A template made ready: what does not depend on the other side is done once.

use super::descriptor::{self, PROJECTED_LEN, Point, RAW_LEN};
use super::ground::{Ground, slot};
use super::kernels::{self, LANES, Level};
use crate::template::{FLOW_CELL_PX, NO_FLOW};
use crate::{Minutia, MinutiaKind, Template, calibration, template};

/// Most minutiae that a comparison uses, the most confident ones: bounds its time.
pub(crate) const MAX_COMPARED: usize = 128;
/// Size normalisation: the sum of evidence is divided by the expected number of real minutiae to this power, each
/// side.
const SIZE_POWER: f32 = 0.4;
/// Far from every point of an image.
pub(crate) const NOWHERE: f32 = 1e6;
/// Height of the bands by which points are found.
const BAND_PX: f32 = 8.0;
/// Without a flow map, ground within this distance of a minutia counts as seen.
const REACH_PX: f32 = 45.0;

/// A template made ready for comparison.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// Index of each point's minutia in the template.
    pub(crate) index: Vec<u16>,
    /// Points by rising y (up), filled up to whole blocks with points that are [`NOWHERE`].
    pub(crate) x: Vec<f32>,
    pub(crate) y: Vec<f32>,
    pub(crate) c: Vec<f32>,
    pub(crate) s: Vec<f32>,
    /// Directions in 256ths of a turn.
    pub(crate) turns: Vec<u8>,
    pub(crate) confidence: Vec<f32>,
    pub(crate) kind: Vec<MinutiaKind>,
    /// [`PROJECTED_LEN`] values a point.
    pub(crate) descriptors: Vec<i8>,
    /// The same, interleaved ([`kernels::interleave`]).
    pub(crate) blocks: Vec<i8>,
    /// Points by falling confidence.
    pub(crate) rank: Vec<u8>,
    /// For every [`BAND_PX`] of y from `low`: the first point that is not below it.
    pub(crate) bands: Vec<u8>,
    pub(crate) low: f32,
    /// The expected number of real minutiae to the power [`SIZE_POWER`].
    pub(crate) size: f32,
    pub(crate) ground: Ground,
    /// Orders two templates, so that comparing is symmetric to the last bit.
    pub(crate) order: u64,
}

impl Prepared {
    /// Does the work that does not depend on the other side.
    pub fn new(template: &Template) -> Self {
        let level = Level::best();
        Self::with(template, |points, known, _| {
            (0..points.len()).flat_map(|i| kernels::describe(points, i, known, level)).collect()
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
        // Rounded as stored, so that what is packed is what was made.
        let finite = |m: &Minutia| m.x.is_finite() && m.y.is_finite() && m.direction.is_finite();
        let all = template.minutiae.iter().enumerate().take(1 << u8::BITS);
        let mut chosen: Vec<(usize, Minutia)> =
            all.filter(|(_, m)| finite(m)).map(|(i, m)| (i, template::rounded(m))).collect();
        chosen.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
        chosen.truncate(MAX_COMPARED);
        // By rising y (up), so that neighbours are found by bands.
        let mut rank: Vec<u8> = (0..chosen.len()).map(|i| i as u8).collect();
        rank.sort_by(|i, j| {
            chosen[usize::from(*j)].1.y.total_cmp(&chosen[usize::from(*i)].1.y).then(i.cmp(j))
        });
        let chosen: Vec<(usize, Minutia)> = rank.iter().map(|i| chosen[usize::from(*i)]).collect();
        let mut place = vec![0u8; rank.len()];
        rank.iter().enumerate().for_each(|(at, i)| place[usize::from(*i)] = at as u8);
        let points = points(chosen.iter().map(|(_, m)| m));
        let known = Known::new(template, &points);
        let descriptors = describe(&points, &known, &rank);
        let order = template.minutiae.iter().fold(u64::from(template.width_px), |h, m| {
            let bits = u64::from(m.x.to_bits()) << 32 | u64::from(m.y.to_bits());
            (h ^ bits ^ u64::from(m.direction.to_bits()).rotate_left(17))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(23)
        });
        let ys: Vec<f32> = points.iter().map(|p| p.y).collect();
        let mut bands = Vec::new();
        band(&mut bands, &ys);
        let expected: f32 = chosen.iter().map(|(_, m)| m.confidence).sum();
        Self {
            index: chosen.iter().map(|(i, _)| *i as u16).collect(),
            x: padded(points.iter().map(|p| p.x), NOWHERE),
            y: padded(ys.iter().copied(), NOWHERE),
            c: padded(points.iter().map(|p| p.c), 0.0),
            s: padded(points.iter().map(|p| p.s), 0.0),
            turns: chosen.iter().map(|(_, m)| template::pack(m)[4]).collect(),
            confidence: chosen.iter().map(|(_, m)| m.confidence).collect(),
            kind: chosen.iter().map(|(_, m)| m.kind).collect(),
            blocks: kernels::interleave(&descriptors),
            descriptors,
            rank: place,
            low: ys.first().copied().unwrap_or(0.0),
            bands,
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

    /// What its size adds to the evidence.
    #[inline]
    pub(crate) fn share(&self) -> f32 {
        calibration::size_share(libm::powf(self.size, 1.0 / SIZE_POWER))
    }

    /// Length of a row of similarities with this print's points.
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        self.len().div_ceil(LANES) * LANES
    }

    /// Blocks of [`LANES`] points that hold all whose y lies between two bounds.
    #[inline(always)]
    pub(crate) fn blocks_between(&self, from: f32, to: f32) -> core::ops::Range<usize> {
        let last = self.bands.len().saturating_sub(1);
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
    let mut out = Vec::new();
    pad(&mut out, values, with);
    out
}

/// The values, filled up to whole blocks.
pub(crate) fn pad(out: &mut Vec<f32>, values: impl Iterator<Item = f32>, with: f32) {
    out.clear();
    out.extend(values);
    out.resize(out.len().div_ceil(LANES) * LANES, with);
}

/// For every band above the first y, the first point that is not below it; one more at the end. The y rise.
pub(crate) fn band(out: &mut Vec<u8>, ys: &[f32]) {
    out.clear();
    let low = ys.first().copied().unwrap_or(0.0);
    for (i, y) in ys.iter().enumerate() {
        // Positions are at most 65,535 / 16 px: 512 bands.
        let bands = ((y - low) * (1.0 / BAND_PX)).clamp(0.0, 8192.0) as usize;
        if out.len() <= bands {
            out.resize(bands + 1, i as u8);
        }
    }
    out.push(ys.len() as u8);
}

/// Raw descriptors, one per minutia in the template's order: what the projection is learned from.
pub fn raw_descriptors(template: &Template) -> Vec<[f32; RAW_LEN]> {
    let points = points(template.minutiae.iter());
    let known = Known::new(template, &points);
    (0..points.len()).map(|i| descriptor::raw(&points, i, &known)).collect()
}

/// A direction as a unit vector (cos, sin).
pub(crate) fn unit(direction: f32) -> (f32, f32) {
    (libm::cosf(direction), libm::sinf(direction))
}

fn points<'a>(minutiae: impl Iterator<Item = &'a Minutia>) -> Vec<Point> {
    minutiae
        .map(|m| {
            let (c, s) = unit(m.direction);
            Point {
                x: m.x,
                y: -m.y,
                c,
                s,
                turn: template::pack(m)[4],
                weight: (0.25 + 1.25 * m.confidence).clamp(0.25, 1.0),
            }
        })
        .collect()
}

/// Which parts of the plane a print shows.
pub(crate) enum Known {
    /// All of it.
    #[cfg(test)]
    Everywhere,
    /// Flow cells with ridges in them or beside them, in an empty border; y up, so the row is that of -y.
    Cells { columns: usize, rows: usize, near: Vec<bool> },
    /// Ground near minutiae.
    Near(Vec<(f32, f32)>),
}

impl Known {
    fn new(template: &Template, points: &[Point]) -> Self {
        let Some(flow) = &template.flow else {
            return Self::Near(points.iter().map(|p| (p.x, p.y)).collect());
        };
        let (columns, rows) = (flow.columns() + 2, flow.rows() + 2);
        let mut near = vec![false; columns * rows];
        for (i, cell) in flow.cells().iter().enumerate() {
            if *cell == NO_FLOW {
                continue;
            }
            let (x, y) = (i % flow.columns() + 1, i / flow.columns() + 1);
            for ny in (y - 1).max(1)..(y + 2).min(rows - 1) {
                for nx in (x - 1).max(1)..(x + 2).min(columns - 1) {
                    near[ny * columns + nx] = true;
                }
            }
        }
        Self::Cells { columns, rows, near }
    }

    /// Whether a neighbour at these places would have been seen.
    #[inline(always)]
    pub(crate) fn near<const N: usize>(&self, x: &[f32; N], y: &[f32; N]) -> [bool; N] {
        match self {
            #[cfg(test)]
            Self::Everywhere => [true; N],
            Self::Cells { columns, rows, near } => {
                let mut at = [0u32; N];
                for k in 0..N {
                    let column = slot(x[k] * (1.0 / FLOW_CELL_PX as f32) + 1.0, *columns);
                    let row = slot(1.0 - y[k] * (1.0 / FLOW_CELL_PX as f32), *rows);
                    at[k] = row * *columns as u32 + column;
                }
                at.map(|i| near.get(i as usize).copied().unwrap_or(false))
            }
            Self::Near(points) => core::array::from_fn(|k| {
                points.iter().any(|(px, py)| {
                    let (dx, dy) = (px - x[k], py - y[k]);
                    dx * dx + dy * dy < REACH_PX * REACH_PX
                })
            }),
        }
    }
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
