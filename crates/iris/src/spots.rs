//! Specular spots: found as small things much brighter than what is around them, and filled in.

use crate::plane::Plane;

/// How much brighter than its surroundings a spot is, grey levels.
const BRIGHTER: f32 = 28.0;

/// The plane without specular spots, and where they were (one pixel wider than what was seen).
pub(crate) fn fill(plane: &Plane, side: usize) -> (Plane, Vec<bool>) {
    let opened = plane.opened(side);
    let bright: Vec<bool> = plane.v.iter().zip(&opened.v).map(|(a, b)| a - b > BRIGHTER).collect();
    // Only compact, truly bright things: skin between lashes is brighter than the lashes too, but seldom near white.
    let top = plane.quantile(0.5).max(90.0);
    let core: Vec<bool> = bright.iter().zip(&plane.v).map(|(b, v)| *b && *v > top.min(200.0)).collect();
    let wide = widened(&core, plane.w, plane.h, 2);
    let v = plane.v.iter().zip(&opened.v).zip(&wide).map(|((a, b), s)| if *s { *b } else { *a }).collect();
    (Plane { w: plane.w, h: plane.h, v }, wide)
}

/// A map with every set place grown by `reach` pixels in each direction (square).
pub(crate) fn widened(map: &[bool], w: usize, h: usize, reach: usize) -> Vec<bool> {
    let across: Vec<bool> = (0..map.len())
        .map(|i| {
            let (x, row) = (i % w, i - i % w);
            map[row + x.saturating_sub(reach)..=row + (x + reach).min(w - 1)].contains(&true)
        })
        .collect();
    (0..map.len())
        .map(|i| {
            let (x, y) = (i % w, i / w);
            (y.saturating_sub(reach)..=(y + reach).min(h - 1)).any(|k| across[k * w + x])
        })
        .collect()
}
