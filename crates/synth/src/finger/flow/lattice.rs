//! The flow on a square grid of points, in loops that become vector code.

use super::Flow;
use crate::{
    noise::Grid,
    num::{self, TAU},
};

/// Orientation and wave vector at the points of a grid.
#[derive(Debug)]
pub(crate) struct Lattice {
    pub(crate) grid: Grid,
    /// Ridge orientation, 0 to pi, image axes.
    pub(crate) theta: Vec<f32>,
    /// Wave vector along the ridges' normal, radians a pixel; either of the two that fit.
    pub(crate) kx: Vec<f32>,
    pub(crate) ky: Vec<f32>,
}

impl Flow {
    /// [`Flow::orientation`] and [`Flow::period`] on a grid, but for the last bits. Inlined, so that the caller decides
    /// for which vectors it is compiled; the bits are the same for all.
    #[inline(always)]
    pub(crate) fn lattice(&self, grid: Grid) -> Lattice {
        let n = grid.len();
        let mut planes = [vec![0.0_f32; n], vec![0.0_f32; n], vec![0.0_f32; n], vec![0.0_f32; n]];
        let fields = [&self.warp[0], &self.warp[1], &self.angle, &self.period_noise];
        for (field, plane) in fields.into_iter().zip(&mut planes) {
            field.grid(&grid, plane);
        }
        let [mut warp_x, mut warp_y, mut theta, mut noise] = planes;
        let columns = grid.columns.max(1);
        let rows = warp_x
            .chunks_exact_mut(columns)
            .zip(warp_y.chunks_exact_mut(columns))
            .zip(theta.chunks_exact_mut(columns).zip(noise.chunks_exact_mut(columns)));
        // Sum of the poles' angles as a product, kept between the loops.
        let (mut re, mut im) = (vec![0.0_f32; columns], vec![0.0_f32; columns]);
        for (j, ((wx, wy), (theta, noise))) in rows.enumerate() {
            let y = grid.y + grid.step * j as f32;
            let (wx, wy) = (&mut wx[..columns], &mut wy[..columns]);
            let (theta, noise) = (&mut theta[..columns], &mut noise[..columns]);
            let (re, im) = (&mut re[..columns], &mut im[..columns]);
            for i in 0..columns {
                let x = grid.x + grid.step * i as f32;
                noise[i] = TAU / self.spaced(x, y, noise[i]);
                wx[i] += x;
                wy[i] += y;
            }
            re.fill(1.0);
            im.fill(0.0);
            for pole in &self.poles {
                for i in 0..columns {
                    let (px, py) = (pole.y - wy[i], wx[i] - pole.x);
                    let scale = 1.0 / (px * px + py * py + 1e-12).sqrt();
                    let (px, py) = (px * scale, py * scale * pole.sign);
                    (re[i], im[i]) = (re[i] * px - im[i] * py, re[i] * py + im[i] * px);
                }
            }
            let (s, c) = self.tilt;
            for i in 0..columns {
                let (ux, uy) = (wx[i] - self.apex.0, wy[i] - self.apex.1);
                let across = (ux * c + uy * s) / (ux * ux + uy * uy + self.soft * self.soft).sqrt();
                let window = 1.0 - num::smoothstep(self.fade.0, self.fade.1, wy[i]);
                let arching = self.arch * across * (0.12 + 0.88 * window);
                let poles = 0.5 * num::atan2_flat(im[i], re[i]);
                theta[i] = num::wrap_pi_flat(poles + arching + self.turn + theta[i]);
                let (sin, cos) = num::sin_cos_flat(theta[i]);
                (wx[i], wy[i]) = (-sin * noise[i], cos * noise[i]);
            }
        }
        Lattice { grid, theta, kx: warp_x, ky: warp_y }
    }

    /// Orientation beside a point, as a function of the way from there: the random fields are read once, since they
    /// hardly change over a ridge or two.
    pub(crate) fn beside(&self, x: f32, y: f32) -> impl Fn(f32, f32) -> f32 {
        let (wx, wy) = (x + self.warp[0].at(x, y), y + self.warp[1].at(x, y));
        let angle = self.angle.at(x, y);
        move |dx, dy| self.turned(wx + dx, wy + dy, angle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dice::Dice, finger::Class, num::PI};

    #[test]
    fn a_lattice_is_what_its_points_are() {
        for (seed, class) in [(1, Class::Arch), (2, Class::LeftLoop), (3, Class::DoubleLoop)] {
            let flow = Flow::quick(&mut Dice::new(seed, "lattice-test", 0, 0), class, 9.0);
            let grid = Grid { x: -190.0, y: -200.0, step: 17.0, columns: 23, rows: 25 };
            let lattice = flow.lattice(grid);
            for i in 0..grid.len() {
                let (x, y) = (grid.x + 17.0 * (i % 23) as f32, grid.y + 17.0 * (i / 23) as f32);
                let gap = num::wrap_pi(lattice.theta[i] - flow.orientation(x, y) + 0.1);
                assert!((gap - 0.1).abs() < 1e-3, "{class:?} {x} {y}: {gap}");
                let k = (lattice.kx[i].powi(2) + lattice.ky[i].powi(2)).sqrt();
                assert!((TAU / k / flow.period(x, y) - 1.0).abs() < 1e-4, "{class:?} {x} {y}");
                let normal = num::atan2(-lattice.kx[i], lattice.ky[i]);
                let gap = num::wrap_pi(normal - lattice.theta[i] + 0.1);
                assert!((gap - 0.1).abs() < 1e-3 && (0.0..=PI).contains(&lattice.theta[i]));
            }
        }
    }
}
