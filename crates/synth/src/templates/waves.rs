//! Minutiae grown without drawing ridges.
//!
//! Masters are grown by oriented filters that pull every place's ridge phase towards what its neighbours' phases and
//! the wave vector between them foretell. Here the same is done to the phase alone, as a complex number on nodes a
//! ridge period apart: minutiae are where the phase still winds after some rounds, so they keep the distances,
//! pairings and rows that those of grown ridges have, at a hundredth of the cost. Around cores and deltas, where the
//! flow turns within a period, a finer grid takes over.

use super::kernels::{self, Links, Plane};
use crate::{
    finger::{Flow, zero},
    num::{self, PI, TAU},
};

/// Distance of the nodes, pixels at 500 ppi.
pub(super) const NODE_PX: f32 = 9.0;
/// Rounds of growth; each lets phases agree over about six pixels more (root mean square).
const ROUNDS: usize = 12;
/// Finer nodes around a core or delta: their distance, their number each way, the rounds.
const FINE_PX: f32 = 4.0;
const FINE_NODES: usize = 11;
const FINE_ROUNDS: usize = 9;
/// Distance from a pole within which the fine grid's minutiae count, and within which its phases move.
const FINE_REACH_PX: f32 = 15.0;
const FINE_FREE_PX: f32 = 17.0;

/// Where the phase winds.
pub(super) struct Winding {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Image axes, towards the side with one ridge more.
    pub(super) direction: f32,
}

/// A grid of phases.
pub(super) struct Nodes {
    size: (usize, usize),
    corner: (f32, f32),
    step: f32,
    /// Wave vector, radians a pixel, along the ridges' normal; either of the two that fit.
    wave: Vec<(f32, f32)>,
    inside: Vec<bool>,
}

/// Orientation at every second node, each way.
pub(super) struct Coarse {
    pub(super) size: (usize, usize),
    pub(super) theta: Vec<f32>,
    wave: Vec<(f32, f32)>,
}

impl Coarse {
    /// Reads the flow at points `step` apart.
    pub(super) fn new(flow: &Flow, size: (usize, usize), corner: (f32, f32), step: f32) -> Self {
        let (w, h) = size;
        let mut theta = vec![0.0; w * h];
        let mut period = vec![1.0; w * h];
        let mut rows = flow.rows(corner.0, step, w);
        for y in 0..h {
            let line = y * w..(y + 1) * w;
            rows.row(corner.1 + y as f32 * step, &mut theta[line.clone()], &mut period[line]);
        }
        let wave = theta.iter().zip(&period).map(|(t, p)| {
            let (s, c) = num::sin_cos_flat(*t);
            let k = TAU / p;
            (-s * k, c * k)
        });
        Self { size, wave: wave.collect(), theta }
    }
}

/// The sign with which `b` agrees with `a`.
#[inline]
fn sign(a: (f32, f32), b: (f32, f32)) -> f32 {
    if a.0 * b.0 + a.1 * b.1 < 0.0 { -1.0 } else { 1.0 }
}

/// The mean of two wave vectors, in the sense of the first.
#[inline]
fn middle(a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
    let s = sign(a, b);
    (0.5 * (a.0 + s * b.0), 0.5 * (a.1 + s * b.1))
}

impl Nodes {
    /// Nodes halfway between the coarse ones too; `inside` says which belong to the finger.
    pub(super) fn between(coarse: &Coarse, corner: (f32, f32), inside: impl Fn(f32, f32) -> bool) -> Self {
        let (cw, ch) = coarse.size;
        let size = (2 * cw - 1, 2 * ch - 1);
        let mut wave = Vec::with_capacity(size.0 * size.1);
        for y in 0..size.1 {
            let (top, bottom) = (y / 2 * cw, y.div_ceil(2) * cw);
            for x in 0..size.0 {
                let (left, right) = (x / 2, x.div_ceil(2));
                let upper = middle(coarse.wave[top + left], coarse.wave[top + right]);
                wave.push(if y % 2 == 0 {
                    upper
                } else {
                    middle(upper, middle(coarse.wave[bottom + left], coarse.wave[bottom + right]))
                });
            }
        }
        Self::with(size, corner, NODE_PX, wave, inside)
    }

    fn with(
        size: (usize, usize),
        corner: (f32, f32),
        step: f32,
        wave: Vec<(f32, f32)>,
        inside: impl Fn(f32, f32) -> bool,
    ) -> Self {
        let at = |i: usize| (corner.0 + (i % size.0) as f32 * step, corner.1 + (i / size.0) as f32 * step);
        let inside = (0..wave.len()).map(|i| inside(at(i).0, at(i).1)).collect();
        Self { size, corner, step, wave, inside }
    }

    /// The transports to the node `reach` farther on, to the right or below.
    fn links(&self, reach: usize) -> Links {
        let (w, n) = (self.size.0, self.wave.len());
        let (mut phase, mut mirror) = (vec![0.0; n], vec![0.0; n]);
        for i in 0..n.saturating_sub(reach) {
            let j = i + reach;
            if self.inside[i] && self.inside[j] && (reach > 1 || (i + 1) % w != 0) {
                let (a, b) = (self.wave[i], self.wave[j]);
                let s = sign(a, b);
                let (p, q) = if reach == 1 { (a.0, b.0) } else { (a.1, b.1) };
                phase[i] = 0.5 * self.step * (p + s * q);
                mirror[i] = s;
            }
        }
        Links::new(&phase, &mirror)
    }

    /// Grows phases from noise and finds what still winds; around the poles on finer grids.
    pub(super) fn grow(&self, key: u64, flow: &Flow, poles: &[(f32, f32)]) -> Vec<Winding> {
        let (w, n) = (self.size.0, self.wave.len());
        let (right, down) = (self.links(1), self.links(w));
        let mut now = Plane::new(n);
        for (i, _) in self.inside.iter().enumerate().filter(|(_, inside)| **inside) {
            let bits = num::hash(key.wrapping_add((i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
            let unit = |shift: u32| (bits >> shift & 0xff_ffff) as f32 * (2.0 / 16_777_216.0) - 1.0;
            (now.re[i], now.im[i]) = (unit(0), unit(24));
        }
        let mut next = Plane::new(n);
        for _ in 0..ROUNDS {
            kernels::relax(&now, &right, &down, w, &mut next);
            std::mem::swap(&mut now, &mut next);
        }
        let mut found = Vec::with_capacity(160);
        self.windings(&now, &right, &down, &mut found);
        let nearest = |x: f32, y: f32| {
            poles
                .iter()
                .map(|p| (p.0 - x) * (p.0 - x) + (p.1 - y) * (p.1 - y))
                .enumerate()
                .filter(|(_, d2)| *d2 < FINE_REACH_PX * FINE_REACH_PX)
                .min_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(n, _)| n)
        };
        found.retain(|m| nearest(m.x, m.y).is_none());
        let mut fine = Vec::new();
        for (n, pole) in poles.iter().enumerate() {
            fine.clear();
            self.refine(&now, flow, *pole, &mut fine);
            found.extend(fine.drain(..).filter(|m| nearest(m.x, m.y) == Some(n)));
        }
        found
    }

    /// Grows on around a pole on a finer grid whose rim holds still.
    fn refine(&self, plane: &Plane, flow: &Flow, pole: (f32, f32), found: &mut Vec<Winding>) {
        let half = 0.5 * (FINE_NODES - 1) as f32 * FINE_PX;
        let corner = (pole.0 - half, pole.1 - half);
        let coarse = Coarse::new(flow, (FINE_NODES, FINE_NODES), corner, FINE_PX);
        let (w, h) = self.size;
        // The coarse node nearest to a place.
        let under = |x: f32, y: f32| {
            let whole = |v: f32, most: usize| {
                (num::floor(v / self.step + 0.5).max(0.0) as usize).min(most.saturating_sub(1))
            };
            whole(y - self.corner.1, h) * w + whole(x - self.corner.0, w)
        };
        let grid = Self::with(coarse.size, corner, FINE_PX, coarse.wave, |x, y| self.inside[under(x, y)]);
        let mut start = Plane::new(grid.wave.len());
        let mut held = Vec::new();
        for i in 0..grid.wave.len() {
            let (dx, dy) =
                ((i % FINE_NODES) as f32 * FINE_PX - half, (i / FINE_NODES) as f32 * FINE_PX - half);
            let (x, y) = (pole.0 + dx, pole.1 + dy);
            let from = under(x, y);
            let s = sign(self.wave[from], grid.wave[i]);
            let mean = middle(self.wave[from], grid.wave[i]);
            let (fx, fy) = (
                self.corner.0 + (from % w) as f32 * self.step,
                self.corner.1 + (from / w) as f32 * self.step,
            );
            let (sin, cos) = num::sin_cos_flat(mean.0 * (x - fx) + mean.1 * (y - fy));
            let (re, im) = (plane.re[from], plane.im[from]);
            (start.re[i], start.im[i]) = (re * cos - im * sin, s * (re * sin + im * cos));
            if dx * dx + dy * dy > FINE_FREE_PX * FINE_FREE_PX {
                held.push(i);
            }
        }
        let (right, down) = (grid.links(1), grid.links(FINE_NODES));
        let (mut now, mut next) = (start.clone(), Plane::new(grid.wave.len()));
        for _ in 0..FINE_ROUNDS {
            kernels::relax(&now, &right, &down, FINE_NODES, &mut next);
            for &i in &held {
                (next.re[i], next.im[i]) = (start.re[i], start.im[i]);
            }
            std::mem::swap(&mut now, &mut next);
        }
        grid.windings(&now, &right, &down, found);
    }

    fn windings(&self, plane: &Plane, right: &Links, down: &Links, found: &mut Vec<Winding>) {
        let (w, h) = self.size;
        // Where all four sides of a square agree to within an eighth of a turn and the flow demands little, nothing winds.
        const SMOOTH: f32 = 0.72;
        let (across, along) = (right.agreement(plane, 1), down.agreement(plane, w));
        for y in 0..h.saturating_sub(1) {
            for x in 0..w.saturating_sub(1) {
                let at = y * w + x;
                let least = across[at].min(across[at + w]).min(along[at].min(along[at + 1]));
                if least > SMOOTH || !self.inside[at] {
                    continue;
                }
                let corners = [at, at + 1, at + w + 1, at + w];
                if corners.iter().all(|&c| self.inside[c])
                    && let Some((fx, fy, direction)) = self.winding(plane, corners)
                {
                    found.push(Winding {
                        x: self.corner.0 + (x as f32 + fx) * self.step,
                        y: self.corner.1 + (y as f32 + fy) * self.step,
                        direction,
                    });
                }
            }
        }
    }

    /// Place in the square and direction of the minutia it holds, if it holds one.
    fn winding(&self, plane: &Plane, corners: [usize; 4]) -> Option<(f32, f32, f32)> {
        // Signs against the first corner; where they do not close, the flow itself winds: a core or delta.
        let steps = [0, 1, 2, 3].map(|k| sign(self.wave[corners[k]], self.wave[corners[(k + 1) & 3]]));
        if steps.iter().product::<f32>() < 0.0 {
            return None;
        }
        let signs = [1.0, steps[0], steps[0] * steps[1], steps[3]];
        let waves: [(f32, f32); 4] = std::array::from_fn(|k| {
            let (a, b) = self.wave[corners[k]];
            (signs[k] * a, signs[k] * b)
        });
        let phases: [f32; 4] =
            std::array::from_fn(|k| signs[k] * num::atan2(plane.im[corners[k]], plane.re[corners[k]]));
        let half = 0.5 * self.step;
        let advances = [
            half * (waves[0].0 + waves[1].0),
            half * (waves[1].1 + waves[2].1),
            -half * (waves[2].0 + waves[3].0),
            -half * (waves[3].1 + waves[0].1),
        ];
        let mut total = 0.0;
        for k in 0..4 {
            let gap = phases[(k + 1) & 3] - phases[k] - advances[k];
            total += advances[k] + gap - TAU * num::floor(gap / TAU + 0.5);
        }
        let turns = num::floor(total / TAU + 0.5) as i32;
        if turns == 0 {
            return None;
        }
        // The signal as seen from the middle, where the phase would stand still but for the winding.
        let mean = waves.iter().fold((0.0, 0.0), |m, v| (m.0 + 0.25 * v.0, m.1 + 0.25 * v.1));
        let still = |k: usize, dx: f32, dy: f32| {
            let c = corners[k];
            let (s, co) = num::sin_cos(-half * (dx * mean.0 + dy * mean.1));
            let (re, im) = (plane.re[c], signs[k] * plane.im[c]);
            (re * co - im * s, re * s + im * co)
        };
        let z = [still(0, -1.0, -1.0), still(1, 1.0, -1.0), still(2, 1.0, 1.0), still(3, -1.0, 1.0)];
        let (fx, fy) = zero(&z);
        let theta = num::atan2(-mean.0, mean.1);
        Some((fx, fy, theta + if turns > 0 { 0.0 } else { PI }))
    }
}
