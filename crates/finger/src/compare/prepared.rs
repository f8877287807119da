//! A template made ready: what does not depend on the other side is done once.

use super::descriptor::{self, PROJECTED_LEN, Point, RAW_LEN};
use crate::template::{FLOW_CELL_PX, FlowMap, NO_FLOW};
use crate::{Minutia, MinutiaKind, Template};

/// Most minutiae that a comparison uses, the most confident ones: bounds its time.
pub(crate) const MAX_COMPARED: usize = 128;
/// Without a flow map, ground within this distance of a minutia counts as seen.
const REACH_PX: f32 = 45.0;

/// A template made ready for comparison.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Index of each point's minutia in the template.
    pub(crate) index: Vec<u16>,
    pub(crate) x: Vec<f32>,
    pub(crate) y: Vec<f32>,
    pub(crate) c: Vec<f32>,
    pub(crate) s: Vec<f32>,
    pub(crate) confidence: Vec<f32>,
    pub(crate) kind: Vec<MinutiaKind>,
    /// [`PROJECTED_LEN`] values a point.
    pub(crate) descriptors: Vec<i16>,
    pub(crate) ground: Ground,
    /// Orders two templates, so that comparing is symmetric to the last bit.
    pub(crate) order: u64,
}

impl Prepared {
    /// Does the work that does not depend on the other side.
    pub fn new(template: &Template) -> Self {
        Self::with(template, |points, known| {
            (0..points.len()).flat_map(|i| descriptor::project(&descriptor::raw(points, i, known))).collect()
        })
    }

    /// As [`Self::new`] with the descriptors that it found before ([`Self::descriptors`], one after the other),
    /// which are most of its work. None where their number is not that of the template's compared minutiae.
    ///
    /// Whoever keeps descriptors keeps [`crate::ALGORITHM`] beside them: another version finds others.
    pub fn restore(template: &Template, descriptors: &[i8]) -> Option<Self> {
        let restored = Self::with(template, |_, _| descriptors.iter().map(|v| i16::from(*v)).collect());
        (descriptors.len() == restored.len() * PROJECTED_LEN).then_some(restored)
    }

    fn with(template: &Template, describe: impl FnOnce(&[Point], &Known) -> Vec<i16>) -> Self {
        let mut chosen: Vec<(usize, &Minutia)> = template.minutiae.iter().enumerate().collect();
        chosen.retain(|(_, m)| m.x.is_finite() && m.y.is_finite() && m.direction.is_finite());
        chosen.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
        chosen.truncate(MAX_COMPARED);
        let points = points(chosen.iter().map(|(_, m)| *m));
        let known = Known::new(template, &points);
        let descriptors = describe(&points, &known);
        let order = template.minutiae.iter().fold(u64::from(template.width_px), |h, m| {
            let bits = u64::from(m.x.to_bits()) << 32 | u64::from(m.y.to_bits());
            (h ^ bits ^ u64::from(m.direction.to_bits()).rotate_left(17))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(23)
        });
        Self {
            index: chosen.iter().map(|(i, _)| *i as u16).collect(),
            x: points.iter().map(|p| p.x).collect(),
            y: points.iter().map(|p| p.y).collect(),
            c: points.iter().map(|p| p.c).collect(),
            s: points.iter().map(|p| p.s).collect(),
            confidence: chosen.iter().map(|(_, m)| m.confidence.clamp(0.0, 1.0)).collect(),
            kind: chosen.iter().map(|(_, m)| m.kind).collect(),
            descriptors,
            ground: Ground::new(template, &points),
            order,
        }
    }

    /// Points compared.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// The projected descriptors, [`PROJECTED_LEN`] 8-bit values a minutia, most confident minutia first: the
    /// input of a faster first stage.
    pub fn descriptors(&self) -> impl Iterator<Item = &[i16]> {
        self.descriptors.chunks_exact(PROJECTED_LEN)
    }

    /// Directions of the compared minutiae as unit vectors (cos, sin), in the order of [`Self::descriptors`].
    pub fn directions(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        self.c.iter().copied().zip(self.s.iter().copied())
    }
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
#[inline]
fn cell(x: f32, y: f32, columns: usize, rows: usize) -> Option<usize> {
    let (cx, cy) = (x * (1.0 / FLOW_CELL_PX as f32), -y * (1.0 / FLOW_CELL_PX as f32));
    // Also false for NaN.
    if cx >= 0.0 && cy >= 0.0 && cx < columns as f32 && cy < rows as f32 {
        Some(cy as usize * columns + cx as usize)
    } else {
        None
    }
}

/// Foreground and ridge flow for evidence.
#[derive(Debug, Clone)]
pub(crate) enum Ground {
    /// From the template's map: doubled angle as a vector, zero in the background.
    Map { columns: usize, rows: usize, flow: Vec<(f32, f32)>, cells: Vec<(f32, f32, f32, f32)> },
    /// Only minutiae are known.
    Near,
}

impl Ground {
    fn new(template: &Template, _points: &[Point]) -> Self {
        let Some(map) = &template.flow else { return Self::Near };
        let (columns, rows) = (map.columns(), map.rows());
        let flow = unit_flow(map);
        let side = FLOW_CELL_PX as f32;
        let cells = flow
            .iter()
            .enumerate()
            .filter(|(_, (c, s))| *c != 0.0 || *s != 0.0)
            .map(|(i, (c, s))| {
                let (x, y) = ((i % columns) as f32 + 0.5, (i / columns) as f32 + 0.5);
                (x * side, -y * side, *c, *s)
            })
            .collect();
        Self::Map { columns, rows, flow, cells }
    }

    /// Ridge flow (doubled angle) at a place (y up); none in the background, `Some((0, 0))` where unknown.
    #[inline]
    pub(crate) fn flow(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        match self {
            Self::Map { columns, rows, flow, .. } => {
                cell(x, y, *columns, *rows).map(|i| flow[i]).filter(|(c, s)| *c != 0.0 || *s != 0.0)
            }
            Self::Near => None,
        }
    }

    /// Foreground cells: x, y (up), doubled angle.
    pub(crate) fn cells(&self) -> &[(f32, f32, f32, f32)] {
        match self {
            Self::Map { cells, .. } => cells,
            Self::Near => &[],
        }
    }
}

fn unit_flow(map: &FlowMap) -> Vec<(f32, f32)> {
    map.cells()
        .iter()
        .map(|cell| {
            if *cell == NO_FLOW {
                return (0.0, 0.0);
            }
            let a = f32::from(*cell) * (core::f32::consts::TAU / 128.0);
            (libm::cosf(a), libm::sinf(a))
        })
        .collect()
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
        let kept: Vec<i8> = made.descriptors().flatten().map(|v| *v as i8).collect();
        let restored = Prepared::restore(&template, &kept).unwrap();
        assert_eq!(restored.descriptors, made.descriptors);
        assert_eq!(crate::compare(&restored, &made), crate::compare(&made, &made));
        assert!(Prepared::restore(&template, &kept[1..]).is_none());
    }
}
