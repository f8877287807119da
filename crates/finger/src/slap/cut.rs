//! A finger's upright picture.

use super::SlapFinger;
use super::patches::{Patch, upright};
use crate::extract::flow::CELL_PX;
use model::FingerPosition;
use raster::GreyImage;
use std::collections::HashSet;

/// Ground kept around the ridges, in pixels at 500 ppi.
const MARGIN_PX: f32 = 20.0;
/// What lies further than this from the finger's ridges is painted over: it belongs to its neighbours.
const KEEP_CELLS: i32 = 5;
/// Grey of painted ground.
const GROUND: u8 = 255;

/// Cuts the patch out of `image`; `scale` is the image's pixels per pixel at 500 ppi.
pub(super) fn cut(
    image: &GreyImage,
    patch: &Patch,
    rotation: f32,
    scale: f32,
    position: FingerPosition,
) -> Option<SlapFinger> {
    let points = patch.cells.iter().map(|(x, y)| upright(rotation, *x, *y));
    let (mut left, mut right, mut top, mut bottom) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
    for (u, v) in points {
        left = left.min(u);
        right = right.max(u);
        top = top.min(v);
        bottom = bottom.max(v);
    }
    let (left, top) = (left - MARGIN_PX, top - MARGIN_PX);
    let (right, bottom) = (right + MARGIN_PX, bottom + MARGIN_PX);
    let (s, c) = (libm::sinf(rotation), libm::cosf(rotation));
    let back = |u: f32, v: f32| (u * c - v * s, v * c + u * s);
    let w = ((right - left) * scale).round().max(1.0) as u32;
    let h = ((bottom - top) * scale).round().max(1.0) as u32;
    let near = neighbourhood(patch);
    let mut pixels = Vec::with_capacity(w as usize * h as usize);
    for row in 0..h {
        for column in 0..w {
            let (u, v) = (left + (column as f32 + 0.5) / scale, top + (row as f32 + 0.5) / scale);
            let (x, y) = back(u, v);
            let cell = ((x / CELL_PX as f32).floor() as i32, (y / CELL_PX as f32).floor() as i32);
            pixels.push(if near.contains(&cell) {
                sample(image, x * scale - 0.5, y * scale - 0.5)
            } else {
                GROUND
            });
        }
    }
    let corner = |u: f32, v: f32| {
        let (x, y) = back(u, v);
        (x * scale, y * scale)
    };
    let corners = [corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
    let image = GreyImage::new(w, h, image.ppi(), pixels).ok()?;
    Some(SlapFinger { position, corners, image })
}

/// Cells within [`KEEP_CELLS`] of the patch.
fn neighbourhood(patch: &Patch) -> HashSet<(i32, i32)> {
    let own: HashSet<(i32, i32)> =
        patch.cells.iter().map(|(x, y)| ((x / CELL_PX as f32) as i32, (y / CELL_PX as f32) as i32)).collect();
    let mut near = own.clone();
    let inside = |x: i32, y: i32| {
        [(1, 0), (-1, 0), (0, 1), (0, -1)].iter().all(|(dx, dy)| own.contains(&(x + dx, y + dy)))
    };
    for (x, y) in own.iter().filter(|(x, y)| !inside(*x, *y)) {
        for dy in -KEEP_CELLS..=KEEP_CELLS {
            for dx in -KEEP_CELLS..=KEEP_CELLS {
                if dx * dx + dy * dy <= KEEP_CELLS * KEEP_CELLS {
                    near.insert((x + dx, y + dy));
                }
            }
        }
    }
    near
}

/// Bilinear grey at a place, the ground's outside.
fn sample(image: &GreyImage, x: f32, y: f32) -> u8 {
    let (w, h) = (image.width() as i64, image.height() as i64);
    let (x0, y0) = (x.floor() as i64, y.floor() as i64);
    if x0 < -1 || y0 < -1 || x0 >= w || y0 >= h {
        return GROUND;
    }
    let at = |x: i64, y: i64| {
        let i = y.clamp(0, h - 1) * w + x.clamp(0, w - 1);
        image.pixels().get(i as usize).copied().map_or(f32::from(GROUND), f32::from)
    };
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let top = at(x0, y0) * (1.0 - fx) + at(x0 + 1, y0) * fx;
    let low = at(x0, y0 + 1) * (1.0 - fx) + at(x0 + 1, y0 + 1) * fx;
    (top * (1.0 - fy) + low * fy).round().clamp(0.0, 255.0) as u8
}
