//! Step 6: minutiae as the zeros of the complex wave.
//!
//! Around a minutia the ridge phase turns by a full circle: one ridge more on one side than on the other
//! (Larkin and Fletcher, "A coherent framework for fingerprint analysis", 2007). The sign of the turn says on
//! which side; whether a ridge or a valley ends there says the type.

use super::gabor::{NO_BIN, Waves, normal};
use crate::MinutiaKind;

/// A zero of the wave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Zero {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Unit vector towards the side with more ridges, image axes.
    pub(crate) dx: f32,
    pub(crate) dy: f32,
    pub(crate) kind: MinutiaKind,
}

/// How far ahead the type is read, in pixels.
const TYPE_AHEAD_PX: f32 = 5.0;

/// All zeros, row by row.
pub(crate) fn zeros(waves: &Waves) -> Vec<Zero> {
    let (w, h) = (waves.even.w, waves.even.h);
    let mut found = Vec::new();
    for y in 0..h.saturating_sub(1) {
        for x in 0..w.saturating_sub(1) {
            let i = y * w + x;
            let corners = [i, i + 1, i + w + 1, i + w];
            let e = corners.map(|c| waves.even.v[c]);
            // The turn can only be whole where the even part changes sign.
            if e.iter().all(|v| *v > 0.0) || e.iter().all(|v| *v <= 0.0) {
                continue;
            }
            let bins = corners.map(|c| waves.bin[c]);
            if bins.contains(&NO_BIN) {
                continue;
            }
            let n0 = normal(bins[0]);
            let mut o = corners.map(|c| waves.odd.v[c]);
            for k in 1..4 {
                let n = normal(bins[k]);
                if n.0 * n0.0 + n.1 * n0.1 < 0.0 {
                    o[k] = -o[k];
                }
            }
            let turn = turn(e, o);
            if turn == 0 {
                continue;
            }
            // Normal n and tangent t = (-ny, nx). The odd part is minus the sine of the phase, so a positive turn
            // here means more ridges on the side of +t.
            let sign = turn as f32;
            let (dx, dy) = (-sign * n0.1, sign * n0.0);
            let (fx, fy) = centre(e, o);
            let (x, y) = (x as f32 + fx, y as f32 + fy);
            let ahead = waves.even.sample(x + dx * TYPE_AHEAD_PX, y + dy * TYPE_AHEAD_PX);
            let kind = if ahead < 0.0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation };
            found.push(Zero { x, y, dx, dy, kind });
        }
    }
    found
}

/// Whole turns of the phase around the four corners, in the sense from +x to +y.
fn turn(e: [f32; 4], o: [f32; 4]) -> i32 {
    let mut sum = 0.0;
    for k in 0..4 {
        let m = (k + 1) % 4;
        let cross = e[k] * o[m] - o[k] * e[m];
        let dot = e[k] * e[m] + o[k] * o[m];
        sum += libm::atan2f(cross, dot);
    }
    (sum / core::f32::consts::TAU).round() as i32
}

/// Where in the cell the plane through the corners is zero.
fn centre(e: [f32; 4], o: [f32; 4]) -> (f32, f32) {
    let fit = |v: [f32; 4]| {
        let mean = 0.25 * (v[0] + v[1] + v[2] + v[3]);
        (mean, 0.5 * (v[1] + v[2] - v[0] - v[3]), 0.5 * (v[2] + v[3] - v[0] - v[1]))
    };
    let ((em, ex, ey), (om, ox, oy)) = (fit(e), fit(o));
    let det = ex * oy - ey * ox;
    if det.abs() < 1e-9 {
        return (0.5, 0.5);
    }
    let x = 0.5 + (-em * oy + om * ey) / det;
    let y = 0.5 + (-om * ex + em * ox) / det;
    (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::flow::flow;
    use crate::extract::gabor::filter;
    use crate::plane::Plane;

    /// Vertical ridges, 9 px apart, and one more of them above or below (100, 90).
    fn one_minutia(sign: f32) -> Plane {
        Plane::from_fn(200, 180, |x, y| {
            let (dx, dy) = (x as f32 - 100.0, y as f32 - 90.0);
            (dx * core::f32::consts::TAU / 9.0 + sign * dy.atan2(dx)).cos()
        })
    }

    #[test]
    fn one_minutia_is_found_with_its_direction() {
        for sign in [1.0, -1.0] {
            let image = one_minutia(sign);
            let field = flow(&image, 8.0, None);
            let all = Plane::from_fn(field.c2.w, field.c2.h, |_, _| 1.0);
            let waves = filter(&image, &field, &all.map(|_| 9.0), &all);
            let found: Vec<_> = zeros(&waves)
                .into_iter()
                .filter(|z| (20.0..180.0).contains(&z.x) && (20.0..160.0).contains(&z.y))
                .collect();
            assert_eq!(found.len(), 1, "{found:?}");
            let zero = found[0];
            assert!((zero.x - 100.0).hypot(zero.y - 90.0) < 3.0, "{zero:?}");
            // The denser side: count crossings above and below.
            let crossings = |y: isize| {
                (60..140).filter(|x| (image.at(*x, y) > 0.0) != (image.at(*x + 1, y) > 0.0)).count() as i32
            };
            let denser_below = crossings(130) > crossings(50);
            assert_eq!(zero.dy > 0.5, denser_below, "{zero:?}");
        }
    }
}
