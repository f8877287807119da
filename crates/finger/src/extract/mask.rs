//! Where there are ridges.

use super::flow::CELL_PX;
use super::gabor::{NO_BIN, Waves};
use crate::plane::Plane;

/// Least local deviation in grey levels: below it lies sensor noise.
const MIN_DEVIATION: f32 = 6.0;
/// ... and least share of the image's strong deviation (90th percentile).
const MIN_RELATIVE_DEVIATION: f32 = 0.2;
/// Least share of the local energy that the tuned wave explains.
const MIN_RIDGE_SHARE: f32 = 0.2;
/// The share is averaged over this radius.
const SHARE_SIGMA_PX: f32 = 7.0;
/// A hole of so many cells is wider than a scar: a real gap.
const MAX_HOLE_CELLS: usize = 80;
/// A separate patch is kept from this share of the largest one on.
const MIN_PATCH: f32 = 0.15;

/// Mean deviation per cell.
pub(crate) fn per_cell(plane: &Plane) -> Plane {
    let (gw, gh) = (plane.w.div_ceil(CELL_PX), plane.h.div_ceil(CELL_PX));
    let mut sum = Plane::new(gw, gh);
    let mut count = Plane::new(gw, gh);
    for (y, row) in plane.v.chunks_exact(plane.w).enumerate() {
        for (x, v) in row.iter().enumerate() {
            let cell = (y / CELL_PX) * gw + x / CELL_PX;
            sum.v[cell] += v;
            count.v[cell] += 1.0;
        }
    }
    sum.zip(&count, |s, n| s / n)
}

/// Cells with enough contrast to be looked at: 1 or 0.
pub(crate) fn contrast(deviation: &Plane) -> Plane {
    let mut sorted = deviation.v.clone();
    sorted.sort_by(f32::total_cmp);
    let strong = sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(0.0);
    let limit = MIN_DEVIATION.max(MIN_RELATIVE_DEVIATION * strong);
    deviation.map(|d| if d > limit { 1.0 } else { 0.0 })
}

/// Share of the local energy that the tuned wave explains, 0 to 1, per cell.
pub(crate) fn ridge_share(image: &Plane, waves: &Waves) -> Plane {
    let mut wave = Plane::new(image.w, image.h);
    let mut all = wave.clone();
    for i in 0..image.v.len() {
        if waves.bin[i] != NO_BIN {
            wave.v[i] = 0.5 * (waves.even.v[i] * waves.even.v[i] + waves.odd.v[i] * waves.odd.v[i]);
        }
        all.v[i] = image.v[i] * image.v[i];
    }
    let sigma = SHARE_SIGMA_PX / CELL_PX as f32;
    let wave = per_cell(&wave).gauss(sigma);
    let all = per_cell(&all).gauss(sigma);
    wave.zip(&all, |w, a| (w / (a + 0.05)).min(1.0))
}

/// The foreground: ridged cells, smoothed, holes filled, stray patches dropped.
pub(crate) fn foreground(share: &Plane, contrast: &Plane) -> Plane {
    whole(&share.zip(contrast, |s, c| if s > MIN_RIDGE_SHARE && c > 0.0 { 1.0 } else { 0.0 }))
}

/// Smoothed, holes filled, stray patches dropped.
pub(crate) fn whole(raw: &Plane) -> Plane {
    let smooth = raw.box_mean(3).map(|v| if v > 0.5 { 1.0 } else { 0.0 });
    let closed = fill_holes(&smooth, MAX_HOLE_CELLS);
    keep_large(&closed)
}

/// Share above which a cell of a slap counts as ridged: writing and print explain less of themselves as waves.
const ROUGH_SHARE: f32 = 0.22;
/// ... and least coherence of the flow there.
const ROUGH_COHERENCE: f32 = 0.25;

/// Ridged cells without cleaning up patches: a slap holds several.
pub(crate) fn rough_foreground(share: &Plane, contrast: &Plane, coherence: &Plane) -> Plane {
    let mut raw = share.zip(contrast, |s, c| if s > ROUGH_SHARE { c } else { 0.0 });
    raw.v.iter_mut().zip(&coherence.v).for_each(|(v, c)| {
        if *c < ROUGH_COHERENCE {
            *v = 0.0;
        }
    });
    raw.box_mean(4).map(|v| if v > 0.55 { 1.0 } else { 0.0 })
}

/// Holes of less than `most` cells filled; what opens to the edge is no hole.
pub(crate) fn fill_holes(mask: &Plane, most: usize) -> Plane {
    let (labels, sizes) = components(mask, 0.0);
    let mut touches = vec![false; sizes.len()];
    for y in 0..mask.h {
        for x in 0..mask.w {
            if (x == 0 || y == 0 || x + 1 == mask.w || y + 1 == mask.h)
                && let Some(label) = labels[y * mask.w + x]
            {
                touches[label] = true;
            }
        }
    }
    let mut out = mask.clone();
    for (v, label) in out.v.iter_mut().zip(&labels) {
        if let Some(label) = label
            && !touches[*label]
            && sizes[*label] < most
        {
            *v = 1.0;
        }
    }
    out
}

fn keep_large(mask: &Plane) -> Plane {
    let (labels, sizes) = components(mask, 1.0);
    let largest = sizes.iter().copied().max().unwrap_or(0) as f32;
    let mut out = mask.clone();
    for (v, label) in out.v.iter_mut().zip(&labels) {
        if let Some(label) = label
            && (sizes[*label] as f32) < MIN_PATCH * largest
        {
            *v = 0.0;
        }
    }
    out
}

/// Connected cells (4 neighbours) that hold `value`: a label per cell, a size per label.
pub(crate) fn components(mask: &Plane, value: f32) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut labels = vec![None; mask.v.len()];
    let mut sizes = Vec::new();
    let mut stack = Vec::new();
    for start in 0..mask.v.len() {
        if mask.v[start] != value || labels[start].is_some() {
            continue;
        }
        let label = sizes.len();
        let mut size = 0;
        labels[start] = Some(label);
        stack.push(start);
        while let Some(i) = stack.pop() {
            size += 1;
            let (x, y) = (i % mask.w, i / mask.w);
            let neighbours = [
                (x > 0).then(|| i - 1),
                (x + 1 < mask.w).then_some(i + 1),
                (y > 0).then(|| i - mask.w),
                (y + 1 < mask.h).then_some(i + mask.w),
            ];
            for n in neighbours.into_iter().flatten() {
                if mask.v[n] == value && labels[n].is_none() {
                    labels[n] = Some(label);
                    stack.push(n);
                }
            }
        }
        sizes.push(size);
    }
    (labels, sizes)
}

/// Distance to the nearest background cell or the image's edge, in pixels (two-pass chamfer).
pub(crate) fn depth(mask: &Plane) -> Plane {
    let (w, h) = (mask.w, mask.h);
    let far = (w + h) as f32;
    let mut d = mask.map(|v| if v > 0.0 { far } else { 0.0 });
    let at = |d: &Plane, x: isize, y: isize| {
        if x < 0 || y < 0 || x >= w as isize || y >= h as isize {
            0.0
        } else {
            d.v[y as usize * w + x as usize]
        }
    };
    const DIAGONAL: f32 = core::f32::consts::SQRT_2;
    for y in 0..h as isize {
        for x in 0..w as isize {
            let best = (at(&d, x - 1, y) + 1.0)
                .min(at(&d, x, y - 1) + 1.0)
                .min(at(&d, x - 1, y - 1) + DIAGONAL)
                .min(at(&d, x + 1, y - 1) + DIAGONAL);
            let i = y as usize * w + x as usize;
            d.v[i] = d.v[i].min(best);
        }
    }
    for y in (0..h as isize).rev() {
        for x in (0..w as isize).rev() {
            let best = (at(&d, x + 1, y) + 1.0)
                .min(at(&d, x, y + 1) + 1.0)
                .min(at(&d, x + 1, y + 1) + DIAGONAL)
                .min(at(&d, x - 1, y + 1) + DIAGONAL);
            let i = y as usize * w + x as usize;
            d.v[i] = d.v[i].min(best);
        }
    }
    d.map(|v| v * CELL_PX as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_and_strays_dropped() {
        let mask = Plane::from_fn(40, 30, |x, y| {
            let inside = (5..30).contains(&x) && (5..25).contains(&y) && !((12..16).contains(&x) && y == 12);
            let stray = (35..37).contains(&x) && y == 2;
            if inside || stray { 1.0 } else { 0.0 }
        });
        let out = keep_large(&fill_holes(&mask, MAX_HOLE_CELLS));
        assert_eq!(out.at(13, 12), 1.0);
        assert_eq!(out.at(35, 2), 0.0);
        assert_eq!(out.v.iter().sum::<f32>(), 500.0);
        let depth = depth(&out);
        assert_eq!(depth.at(5, 15), 4.0);
        assert_eq!(depth.at(35, 2), 0.0);
        assert!(depth.at(15, 15) > 36.0);
    }
}
