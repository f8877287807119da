//! Ridged patches and the fingers that they belong to.

use super::part;
use crate::extract::Ground;
use crate::extract::flow::CELL_PX;

/// Smallest patch that can be a finger's tip: 6 x 7 mm, a small child's.
const MIN_PATCH_CELLS: usize = (42.0 * CELLS_PER_MM2) as usize;
const CELLS_PER_MM2: f32 = (500.0 / 25.4) * (500.0 / 25.4) / (CELL_PX * CELL_PX) as f32;
/// A hand is not turned further than this; beyond it the long axes mislead.
const MAX_ROTATION: f32 = 0.9;
/// Share of the narrower patch's width that two patches of one finger have in common.
const SAME_COLUMN: f32 = 0.5;
/// A tip is not longer than this many times its width; the rest are joints.
const MAX_ELONGATION: f32 = 1.75;
/// A patch much smaller than the one below it is a stray mark, not a tip ...
const MIN_TIP_SHARE: f32 = 0.3;
/// ... and so is one much smaller than the other fingers' tips that stands above one larger than itself by this
/// factor: writing above a little finger.
const LARGER_BELOW: f32 = 1.5;

/// Connected ridged ground.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    /// Centre in pixels at 500 ppi.
    pub(super) x: f32,
    pub(super) y: f32,
    /// Middles of its cells in pixels at 500 ppi.
    pub(super) cells: Vec<(f32, f32)>,
    /// Long axis as a doubled angle, its length the elongation (0 round to 1 a line).
    axis: (f32, f32),
}

/// A finger: its tip, and where it stands when the hand is upright.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) tip: Patch,
    /// Across and down, in pixels at 500 ppi, in the upright hand.
    pub(super) u: f32,
    pub(super) v: f32,
    pub(super) width: f32,
    /// Share of the tip's outline that lies on the image's edge.
    on_edge: f32,
}

/// All patches that can be part of a finger. Writing and printed lines, in which the network sees ridges that it
/// does not believe in itself or that run across the gradients, are none.
pub(super) fn find(ground: &Ground) -> Vec<Patch> {
    let at = |k: usize| (k as f32 + 0.5) * CELL_PX as f32;
    let w = ground.ridged.w;
    part::part(&ground.ridged)
        .into_iter()
        .filter(|cells| cells.len() >= MIN_PATCH_CELLS && ground.believed(cells))
        .map(|cells| Patch::new(cells.into_iter().map(|i| (at(i % w), at(i / w))).collect()))
        .collect()
}

impl Patch {
    fn new(cells: Vec<(f32, f32)>) -> Self {
        let n = cells.len().max(1) as f32;
        let (x, y) = cells.iter().fold((0.0, 0.0), |s, c| (s.0 + c.0, s.1 + c.1));
        let (x, y) = (x / n, y / n);
        let (mut a, mut b, mut e) = (0.0f32, 0.0f32, 1e-6f32);
        for (cx, cy) in &cells {
            let (dx, dy) = (cx - x, cy - y);
            a += dx * dx - dy * dy;
            b += 2.0 * dx * dy;
            e += dx * dx + dy * dy;
        }
        Self { x, y, cells, axis: (a / e, b / e) }
    }
}

/// How far the hand is turned clockwise from upright, in radians.
pub(super) fn rotation(patches: &[Patch]) -> f32 {
    let (mut c, mut s) = (0.0f32, 0.0f32);
    for p in patches {
        let k = p.cells.len() as f32;
        // Upright is a long axis along y: doubled angle (-1, 0).
        c -= k * p.axis.0;
        s -= k * p.axis.1;
    }
    let strength =
        (c * c + s * s).sqrt() / patches.iter().map(|p| p.cells.len() as f32).sum::<f32>().max(1.0);
    let turn = 0.5 * libm::atan2f(s, c);
    // Round patches say nothing about rotation.
    if strength < 0.12 || turn.abs() > MAX_ROTATION { 0.0 } else { turn }
}

/// Into the upright hand's frame.
pub(super) fn upright(rotation: f32, x: f32, y: f32) -> (f32, f32) {
    let (s, c) = (libm::sinf(rotation), libm::cosf(rotation));
    (x * c + y * s, y * c - x * s)
}

struct Extent {
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

fn extent(patch: &Patch, rotation: f32) -> Extent {
    let mut e = Extent { left: f32::MAX, right: f32::MIN, top: f32::MAX, bottom: f32::MIN };
    for (x, y) in &patch.cells {
        let (u, v) = upright(rotation, *x, *y);
        e.left = e.left.min(u);
        e.right = e.right.max(u);
        e.top = e.top.min(v);
        e.bottom = e.bottom.max(v);
    }
    e
}

/// Patches above each other become one finger, whose tip is the top one.
pub(super) fn columns(patches: &[Patch], rotation: f32, size: (usize, usize)) -> Vec<Column> {
    let mut order: Vec<(Extent, &Patch)> = patches.iter().map(|p| (extent(p, rotation), p)).collect();
    order.sort_by(|a, b| a.0.top.total_cmp(&b.0.top));
    let mut columns: Vec<(Extent, Column)> = Vec::new();
    let usual = usual_size(patches);
    for (e, patch) in order {
        let width = e.right - e.left;
        let above = columns.iter().position(|(o, _)| {
            let common = o.right.min(e.right) - o.left.max(e.left);
            common > SAME_COLUMN * width.min(o.right - o.left)
        });
        let column = column(patch, &e, rotation, size);
        match above {
            Some(i) if stray(columns[i].1.tip.cells.len() as f32, patch.cells.len() as f32, usual) => {
                columns[i] = (e, column);
            }
            Some(_) => {}
            None => columns.push((e, column)),
        }
    }
    columns.sort_by(|a, b| a.1.u.total_cmp(&b.1.u));
    columns.into_iter().map(|(_, c)| c).collect()
}

/// Cells of a patch that is as large as a hand's usual finger: the third largest of four and more.
fn usual_size(patches: &[Patch]) -> f32 {
    let mut sizes: Vec<usize> = patches.iter().map(|p| p.cells.len()).collect();
    sizes.sort_by(|a, b| b.cmp(a));
    sizes.get(2.min(sizes.len().saturating_sub(1))).map_or(1.0, |n| *n as f32)
}

/// Whether what stands above a patch is a mark beside the finger rather than its tip.
fn stray(above: f32, below: f32, usual: f32) -> bool {
    above < MIN_TIP_SHARE * below || (above < MIN_TIP_SHARE * usual && below > LARGER_BELOW * above)
}

/// The top of a patch: what lies more than [`MAX_ELONGATION`] widths below the top are joints.
fn column(patch: &Patch, e: &Extent, rotation: f32, size: (usize, usize)) -> Column {
    let width = usual_width(patch, rotation);
    let limit = e.top + MAX_ELONGATION * width;
    let cells: Vec<(f32, f32)> =
        patch.cells.iter().copied().filter(|(x, y)| upright(rotation, *x, *y).1 <= limit).collect();
    let edge = CELL_PX as f32;
    let (w, h) = (size.0 as f32, size.1 as f32);
    let touching =
        cells.iter().filter(|(x, y)| *x < edge || *y < edge || *x > w - edge || *y > h - edge).count() as f32;
    let on_edge = touching * edge / (4.0 * width).max(1.0);
    let tip = Patch::new(cells);
    let (u, v) = upright(rotation, tip.x, tip.y);
    Column { tip, u, v, width, on_edge }
}

/// The 70th percentile of the widths of its rows.
fn usual_width(patch: &Patch, rotation: f32) -> f32 {
    let mut rows = std::collections::BTreeMap::<i32, (f32, f32)>::new();
    for (x, y) in &patch.cells {
        let (u, v) = upright(rotation, *x, *y);
        let row = rows.entry((v / CELL_PX as f32) as i32).or_insert((f32::MAX, f32::MIN));
        *row = (row.0.min(u), row.1.max(u));
    }
    let mut widths: Vec<f32> = rows.values().map(|(l, r)| r - l + CELL_PX as f32).collect();
    widths.sort_by(f32::total_cmp);
    widths.get(widths.len() * 7 / 10).copied().unwrap_or(1.0)
}

/// The `count` most finger-like columns, from left to right.
pub(super) fn choose(columns: Vec<Column>, count: usize) -> Vec<Column> {
    let usual = {
        let mut sizes: Vec<f32> = columns.iter().map(|c| c.tip.cells.len() as f32).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        sizes.get((count / 2).min(sizes.len().saturating_sub(1))).copied().unwrap_or(1.0)
    };
    // Prints of the neighbouring box reach in from the edge: whatever is cut off counts less.
    let worth = |c: &Column| (c.tip.cells.len() as f32).min(usual) * (1.0 - 1.5 * c.on_edge).max(0.1);
    let mut ranked = columns;
    ranked.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    ranked.truncate(count);
    let best = ranked.first().map_or(0.0, worth);
    ranked.retain(|c| worth(c) > 0.12 * best);
    ranked.sort_by(|a, b| a.u.total_cmp(&b.u));
    ranked
}
