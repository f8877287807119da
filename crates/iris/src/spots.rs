//! Specular spots: found as small things much brighter than what is around them, and filled in.

use crate::plane::Plane;

/// How much brighter than the darkest thing near it, and than the mean around it, a spot is, grey levels. A glint
/// is close to white; the brightest fibres of an iris stay within 20 levels of their neighbourhood's mean.
const BRIGHTER: f32 = 28.0;

/// Least grey level of a glint as a share of the image's brightest.
const GLINT: f32 = 0.7;

/// The plane without bright things that a `side` x `side` square does not fit into, and where they were (two
/// pixels wider than what was seen, for their blurred rim).
pub(crate) fn fill(plane: &Plane, side: usize) -> (Plane, Vec<bool>) {
    let opened = plane.opened(side);
    let mean = plane.box_mean(side);
    // Fibres beside the pupil stand out from its darkness too, but only glints come near to the brightest thing.
    let floor = GLINT * plane.quantile(0.999);
    let core: Vec<bool> = plane
        .v
        .iter()
        .zip(opened.v.iter().zip(&mean.v))
        .map(|(v, (low, mean))| *v > floor && *v - low > BRIGHTER && *v - mean > BRIGHTER)
        .collect();
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
