//! Step 3: the orientation field, from the structure tensor of the normalised image.

use crate::plane::Plane;

/// Pixels along a side of a cell of the field.
pub(crate) const CELL_PX: usize = 4;

/// Orientation of the ridge normal as a doubled angle, one value a cell.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    /// cos of twice the angle of the normal.
    pub(crate) c2: Plane,
    /// sin of twice the angle of the normal; image axes, y down.
    pub(crate) s2: Plane,
    /// 0 (no preferred direction) to 1 (parallel lines).
    pub(crate) coherence: Plane,
}

impl Flow {
    /// Angle of the normal at a cell, in (-pi/2, pi/2], image axes.
    pub(crate) fn angle(&self, cell: usize) -> f32 {
        0.5 * libm::atan2f(self.s2.v[cell], self.c2.v[cell])
    }

    /// Interpolated doubled-angle vector at a pixel, not of unit length.
    pub(crate) fn at_px(&self, x: f32, y: f32) -> (f32, f32) {
        let to_cell = |p: f32| (p + 0.5) / CELL_PX as f32 - 0.5;
        (self.c2.sample(to_cell(x), to_cell(y)), self.s2.sample(to_cell(x), to_cell(y)))
    }
}

/// The field of `image`. `sigma_px` is the radius over which gradients vote; `weight` per cell (0 to 1) keeps
/// the background from voting.
pub(crate) fn flow(image: &Plane, sigma_px: f32, weight: Option<&Plane>) -> Flow {
    let smooth = image.gauss(0.9);
    let (w, h) = (image.w, image.h);
    let (gw, gh) = (w.div_ceil(CELL_PX), h.div_ceil(CELL_PX));
    let mut a = Plane::new(gw, gh);
    let mut b = a.clone();
    let mut e = a.clone();
    for y in 1..h.saturating_sub(1) {
        let (up, row, down) = (
            &smooth.v[(y - 1) * w..y * w],
            &smooth.v[y * w..(y + 1) * w],
            &smooth.v[(y + 1) * w..(y + 2) * w],
        );
        let base = (y / CELL_PX) * gw;
        for x in 1..w.saturating_sub(1) {
            let gx = row[x + 1] - row[x - 1];
            let gy = down[x] - up[x];
            let cell = base + x / CELL_PX;
            a.v[cell] += gx * gx - gy * gy;
            b.v[cell] += 2.0 * gx * gy;
            e.v[cell] += gx * gx + gy * gy;
        }
    }
    if let Some(weight) = weight {
        for plane in [&mut a, &mut b, &mut e] {
            plane.v.iter_mut().zip(&weight.v).for_each(|(v, k)| *v *= k);
        }
    }
    let sigma = sigma_px / CELL_PX as f32;
    vote(&a.gauss(sigma), &b.gauss(sigma), &e.gauss(sigma))
}

/// Lets reliable cells speak for their neighbours.
pub(crate) fn regularise(flow: &Flow, sigma_px: f32) -> Flow {
    let weight = flow.coherence.map(|c| c * c);
    let sigma = sigma_px / CELL_PX as f32;
    let a = flow.c2.zip(&weight, |v, k| v * k).gauss(sigma);
    let b = flow.s2.zip(&weight, |v, k| v * k).gauss(sigma);
    let mut out = vote(&a, &b, &weight.gauss(sigma));
    out.coherence = flow.coherence.clone();
    out
}

fn vote(a: &Plane, b: &Plane, e: &Plane) -> Flow {
    let length = a.zip(b, |a, b| (a * a + b * b).sqrt());
    let unit = |v: f32, l: f32| if l > 1e-12 { v / l } else { 0.0 };
    Flow {
        c2: a.zip(&length, |v, l| if l > 1e-12 { v / l } else { 1.0 }),
        s2: b.zip(&length, unit),
        coherence: length.zip(e, |l, e| (l / (e + 1e-6)).min(1.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_ridges_give_their_normal() {
        for degrees in [0.0f32, 20.0, 45.0, 90.0, 130.0, 170.0] {
            let (s, c) = degrees.to_radians().sin_cos();
            let image = Plane::from_fn(96, 96, |x, y| ((x as f32 * c + y as f32 * s) * 0.7).cos());
            let field = flow(&image, 8.0, None);
            let cell = 12 * field.c2.w + 12;
            let found = field.angle(cell).to_degrees();
            let wrong = (found - degrees).rem_euclid(180.0);
            assert!(wrong.min(180.0 - wrong) < 2.0, "{degrees}: {found}");
            assert!(field.coherence.v[cell] > 0.9);
        }
    }
}
