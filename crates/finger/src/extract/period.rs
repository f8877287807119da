//! Step 4: the distance between ridges, from the spectrum of the profile across them.

use super::flow::{CELL_PX, Flow};
use crate::plane::Plane;

/// Shortest period looked for: children's ridges are about 6 px apart at 500 ppi.
const MIN_PERIOD_PX: f32 = 5.0;
/// Ratio of one candidate to the next.
const STEP: f32 = 1.09;
/// Candidates: 5 to 16.7 px.
const CANDIDATES: usize = 15;
/// Half the length of the profile across the ridges.
const HALF_LENGTH_PX: i32 = 20;
/// Half the width over which the profile is averaged along the ridges.
const HALF_WIDTH_PX: i32 = 6;
/// Field cells from one estimate to the next.
const STRIDE: usize = 2;
/// Neighbours vote over this radius.
const VOTE_SIGMA_PX: f32 = 24.0;

/// Ridge period in pixels, one value per cell of the flow field.
pub(crate) fn period(image: &Plane, flow: &Flow, weight: &Plane) -> Plane {
    let (gw, gh) = (flow.c2.w, flow.c2.h);
    let (pw, ph) = (gw.div_ceil(STRIDE), gh.div_ceil(STRIDE));
    let waves = waves();
    let mut energy = vec![Plane::new(pw, ph); CANDIDATES];
    for py in 0..ph {
        for px in 0..pw {
            let cell = (py * STRIDE).min(gh - 1) * gw + (px * STRIDE).min(gw - 1);
            let trust = weight.v[cell] * flow.coherence.v[cell];
            if trust < 0.1 {
                continue;
            }
            let profile = profile(image, flow, cell, px, py);
            let total: f32 = profile.iter().map(|v| v * v).sum::<f32>() + 1e-3;
            for (plane, wave) in energy.iter_mut().zip(&waves) {
                let (mut re, mut im) = (0.0f32, 0.0f32);
                for (v, (c, s)) in profile.iter().zip(wave) {
                    re += v * c;
                    im += v * s;
                }
                plane.v[py * pw + px] = trust * (re * re + im * im) / total;
            }
        }
    }
    let sigma = VOTE_SIGMA_PX / (CELL_PX * STRIDE) as f32;
    energy.iter_mut().for_each(|p| *p = p.gauss(sigma));
    let coarse = Plane::from_fn(pw, ph, |x, y| peak(&energy, y * pw + x)).gauss(1.0);
    Plane::from_fn(gw, gh, |x, y| coarse.sample(x as f32 / STRIDE as f32, y as f32 / STRIDE as f32))
}

fn profile(image: &Plane, flow: &Flow, cell: usize, px: usize, py: usize) -> Vec<f32> {
    let angle = flow.angle(cell);
    let (s, c) = (libm::sinf(angle), libm::cosf(angle));
    let cx = ((px * STRIDE) * CELL_PX + CELL_PX / 2) as f32;
    let cy = ((py * STRIDE) * CELL_PX + CELL_PX / 2) as f32;
    (-HALF_LENGTH_PX..=HALF_LENGTH_PX)
        .map(|t| {
            let mut sum = 0.0;
            for u in (-HALF_WIDTH_PX..=HALF_WIDTH_PX).step_by(2) {
                let x = cx + t as f32 * c - u as f32 * s;
                let y = cy + t as f32 * s + u as f32 * c;
                sum += image.at((x + 0.5).floor() as isize, (y + 0.5).floor() as isize);
            }
            sum
        })
        .collect()
}

/// Windowed cosine and sine of each candidate, without mean and of equal energy.
fn waves() -> Vec<Vec<(f32, f32)>> {
    let window = |t: i32| {
        let x = t as f32 / (HALF_LENGTH_PX + 1) as f32;
        0.5 + 0.5 * libm::cosf(core::f32::consts::PI * x)
    };
    (0..CANDIDATES)
        .map(|k| {
            let omega = core::f32::consts::TAU / candidate(k as f32);
            let total: f32 = (-HALF_LENGTH_PX..=HALF_LENGTH_PX).map(window).sum();
            let mean: f32 = (-HALF_LENGTH_PX..=HALF_LENGTH_PX)
                .map(|t| window(t) * libm::cosf(omega * t as f32))
                .sum::<f32>()
                / total;
            (-HALF_LENGTH_PX..=HALF_LENGTH_PX)
                .map(|t| {
                    let a = omega * t as f32;
                    (window(t) * (libm::cosf(a) - mean), window(t) * libm::sinf(a))
                })
                .collect()
        })
        .collect()
}

fn candidate(k: f32) -> f32 {
    MIN_PERIOD_PX * libm::powf(STEP, k)
}

/// The best candidate, refined by a parabola through its neighbours.
fn peak(energy: &[Plane], at: usize) -> f32 {
    let best = (0..CANDIDATES).max_by(|a, b| energy[*a].v[at].total_cmp(&energy[*b].v[at])).unwrap_or(0);
    if energy[best].v[at] <= 1e-9 {
        return 9.0; // the usual adult ridge period, where nothing was measured
    }
    let get = |k: usize| energy[k].v[at];
    let shift = if best > 0 && best + 1 < CANDIDATES {
        let (l, m, r) = (get(best - 1), get(best), get(best + 1));
        let curve = l - 2.0 * m + r;
        if curve < -1e-12 { (0.5 * (l - r) / curve).clamp(-0.5, 0.5) } else { 0.0 }
    } else {
        0.0
    };
    candidate(best as f32 + shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::flow::flow;

    #[test]
    fn the_period_of_parallel_ridges_is_found() {
        for want in [6.0f32, 8.0, 9.5, 12.0, 14.0] {
            let image = Plane::from_fn(128, 128, |x, y| {
                ((x as f32 * 0.8 + y as f32 * 0.6) * core::f32::consts::TAU / want).cos()
            });
            let field = flow(&image, 8.0, None);
            let ones = Plane::from_fn(field.c2.w, field.c2.h, |_, _| 1.0);
            let found = period(&image, &field, &ones);
            let got = found.at(16, 16);
            assert!((got - want).abs() / want < 0.06, "{want}: {got}");
        }
    }
}
