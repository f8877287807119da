//! The unrolled iris: grey levels and usability between the two contours.

use crate::cover::{Cover, between};
use crate::plane::Plane;
use crate::segment::Segmentation;
use crate::spots::widened;

/// Rows, pupil to limbus.
pub(crate) const ROWS: usize = 64;
/// Columns, anticlockwise from the x axis.
pub(crate) const COLUMNS: usize = 512;

/// Share of the way from pupil to limbus that the strip begins and ends at: the very edges are blurred into
/// their neighbours, and contours err by a pixel.
const SPAN: (f32, f32) = (0.04, 0.90);

/// The strip.
pub(crate) struct Strip {
    /// Grey levels, `ROWS` x `COLUMNS`.
    pub(crate) grey: Plane,
    /// Whether a place shows the iris.
    pub(crate) usable: Vec<bool>,
}

impl Strip {
    /// Unrolls an eye.
    pub(crate) fn unroll(eye: &Segmentation, cover: &Cover) -> Self {
        let mut v = Vec::with_capacity(ROWS * COLUMNS);
        let mut hidden = Vec::with_capacity(ROWS * COLUMNS);
        let mut odd = Vec::with_capacity(ROWS * COLUMNS);

        let ends: Vec<_> = (0..COLUMNS)
            .map(|c| c as f32 / COLUMNS as f32)
            .map(|t| (between(eye, t, 0.0), between(eye, t, 1.0)))
            .collect();
        for row in 0..ROWS {
            let rho = SPAN.0 + (SPAN.1 - SPAN.0) * (row as f32 + 0.5) / ROWS as f32;
            for ((ax, ay), (bx, by)) in &ends {
                let (x, y) = (ax + (bx - ax) * rho, ay + (by - ay) * rho);
                let value = eye.even.sample(x, y);
                v.push(value);
                let at = ((y + 0.5).max(0.0) as usize).min(eye.plane.h - 1) * eye.plane.w
                    + ((x + 0.5).max(0.0) as usize).min(eye.plane.w - 1);
                hidden.push(!eye.plane.holds(x, y, 0.0) || cover.hides(x, y) || eye.spots[at]);
                // Lashes are dark, glints light; crypts are dark too, hence the wide gate below.
                let z = cover.rings.deviation(rho, value);
                odd.push(!(-3.2..=4.0).contains(&z));
            }
        }
        let odd = widened(&odd, COLUMNS, ROWS, 1);
        let usable = hidden.iter().zip(&odd).map(|(h, o)| !h && !o).collect();
        Self { grey: Plane { w: COLUMNS, h: ROWS, v }, usable }
    }

    /// Share of the strip that is usable, 0 to 1.
    pub(crate) fn visible(&self) -> f32 {
        self.usable.iter().filter(|u| **u).count() as f32 / self.usable.len() as f32
    }
}
