//! Minutiae grown without drawing ridges.
//!
//! Masters are grown by oriented filters that pull every place's ridge phase towards what its neighbours' phases and
//! the wave vector between them foretell. Here the same is done to the phase alone, as a complex number on nodes a
//! ridge period apart: minutiae are where the phase still winds after some rounds, so they keep the distances,
//! pairings and rows that those of grown ridges have, at a hundredth of the cost. Around cores and deltas, where the
//! flow turns within a period, a finer grid takes over.

use super::kernels::{Links, Plane, relax, windings};
use crate::{
    finger::{Flow, Lattice, zero},
    noise::Grid,
    num::{self, PI},
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

/// Where ridges are looked at that run past a minutia: behind it, where its own has not begun.
const BEHIND_PX: f32 = 13.0;

/// Where the phase winds.
pub(super) struct Winding {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Image axes, towards the side with one ridge more.
    pub(super) direction: f32,
    /// Whether a ridge begins there, else a furrow.
    pub(super) ending: bool,
}

/// What grows: a flow, the part of the plane that is skin, the noise that it begins with.
pub(super) struct Seedbed<'a> {
    pub(super) flow: &'a Flow,
    /// Cores and deltas.
    pub(super) poles: &'a [(f32, f32)],
    /// Every second node, each way; its rim must lie outside the skin.
    pub(super) coarse: Grid,
    /// Half width of the skin, its height above and below the origin.
    pub(super) extent: (f32, f32, f32),
    pub(super) key: u64,
}

/// The minutiae of a finger and its orientation at the coarse nodes; [`super::kernels::grow`] compiles this for
/// several CPUs.
#[inline(always)]
pub(super) fn grow_any(bed: &Seedbed) -> (Vec<Winding>, Vec<f32>) {
    let coarse = bed.flow.lattice(bed.coarse);
    let nodes = Nodes::between(&coarse, bed.extent);
    let width = nodes.grid.columns;
    let (right, down) = nodes.links();
    let mut now = Plane::noise(bed.key, &nodes.inside);
    let mut next = Plane::new(now.re.len());
    for _ in 0..ROUNDS {
        relax(&now, &right, &down, width, &mut next);
        std::mem::swap(&mut now, &mut next);
    }
    let mut found = Vec::with_capacity(160);
    nodes.minutiae(&now, &right, &down, &mut found);
    let nearest = |x: f32, y: f32| {
        bed.poles
            .iter()
            .map(|p| (p.0 - x) * (p.0 - x) + (p.1 - y) * (p.1 - y))
            .enumerate()
            .filter(|(_, d2)| *d2 < FINE_REACH_PX * FINE_REACH_PX)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(n, _)| n)
    };
    found.retain(|m| nearest(m.x, m.y).is_none());
    let mut fine = Vec::new();
    for (n, pole) in bed.poles.iter().enumerate() {
        fine.clear();
        nodes.refine(&now, bed.flow, *pole, &mut fine);
        found.extend(fine.drain(..).filter(|m| nearest(m.x, m.y) == Some(n)));
    }
    (found, coarse.theta)
}

/// A grid of phases.
struct Nodes {
    grid: Grid,
    /// Wave vector, radians a pixel, along the ridges' normal; either of the two that fit.
    kx: Vec<f32>,
    ky: Vec<f32>,
    /// 1 on the finger, else 0.
    inside: Vec<f32>,
}

/// The sign with which `b` agrees with `a`.
#[inline(always)]
fn sign(a: (f32, f32), b: (f32, f32)) -> f32 {
    if a.0 * b.0 + a.1 * b.1 < 0.0 { -1.0 } else { 1.0 }
}

/// The mean of two wave vectors, in the sense of the first.
#[inline(always)]
fn middle(a: (f32, f32), b: (f32, f32)) -> (f32, f32) {
    let s = sign(a, b);
    (0.5 * (a.0 + s * b.0), 0.5 * (a.1 + s * b.1))
}

impl Nodes {
    /// Nodes halfway between the coarse ones too.
    #[inline(always)]
    fn between(coarse: &Lattice, extent: (f32, f32, f32)) -> Self {
        let (few, columns) = (coarse.grid.columns, 2 * coarse.grid.columns - 1);
        let grid =
            Grid { step: 0.5 * coarse.grid.step, columns, rows: 2 * coarse.grid.rows - 1, ..coarse.grid };
        let n = grid.len();
        let (mut kx, mut ky, mut inside) = (vec![0.0_f32; n], vec![0.0_f32; n], vec![0.0_f32; n]);
        // The coarse rows first, then the rows between them.
        let rows = kx.chunks_mut(2 * columns).zip(ky.chunks_mut(2 * columns));
        let from = coarse.kx.chunks_exact(few).zip(coarse.ky.chunks_exact(few));
        for ((kx, ky), (x, y)) in rows.zip(from) {
            for i in 0..few {
                (kx[2 * i], ky[2 * i]) = (x[i], y[i]);
            }
            for i in 0..few - 1 {
                (kx[2 * i + 1], ky[2 * i + 1]) = middle((x[i], y[i]), (x[i + 1], y[i + 1]));
            }
        }
        for row in (1..grid.rows).step_by(2) {
            let (kx, ky) = (&mut kx[(row - 1) * columns..], &mut ky[(row - 1) * columns..]);
            let (above_x, kx) = kx.split_at_mut(columns);
            let (above_y, ky) = ky.split_at_mut(columns);
            let (kx, below_x) = kx.split_at_mut(columns);
            let (ky, below_y) = ky.split_at_mut(columns);
            let (below_x, below_y) = (&below_x[..columns], &below_y[..columns]);
            for i in 0..columns {
                (kx[i], ky[i]) = middle((above_x[i], above_y[i]), (below_x[i], below_y[i]));
            }
        }
        let (wide, top, bottom) = (1.0 / extent.0, 1.0 / extent.1, 1.0 / extent.2);
        for (j, line) in inside.chunks_exact_mut(columns).enumerate() {
            let y = grid.y + j as f32 * grid.step;
            let v = y * if y < 0.0 { top } else { bottom };
            for (i, slot) in line.iter_mut().enumerate() {
                let u = (grid.x + i as f32 * grid.step) * wide;
                *slot = if u * u + v * v * v * v <= 1.05 { 1.0 } else { 0.0 };
            }
        }
        Self { grid, kx, ky, inside }
    }

    /// The links to the nodes on the right and below. The last node of a row is linked to the first of the next where
    /// both are inside: a rim outside, or one that holds still, keeps that from doing anything.
    #[inline(always)]
    fn links(&self) -> (Links, Links) {
        let half = 0.5 * self.grid.step;
        (
            Links::new(&self.kx, &self.ky, &self.kx, &self.inside, 1, half),
            Links::new(&self.kx, &self.ky, &self.ky, &self.inside, self.grid.columns, half),
        )
    }

    /// Where a node lies.
    #[inline(always)]
    fn place(&self, i: usize) -> (f32, f32) {
        let (column, row) = (i % self.grid.columns, i / self.grid.columns);
        (self.grid.x + column as f32 * self.grid.step, self.grid.y + row as f32 * self.grid.step)
    }

    #[inline(always)]
    fn wave(&self, i: usize) -> (f32, f32) {
        (self.kx[i], self.ky[i])
    }

    /// Grows on around a pole on a finer grid whose rim holds still.
    #[inline(always)]
    fn refine(&self, plane: &Plane, flow: &Flow, pole: (f32, f32), found: &mut Vec<Winding>) {
        let half = 0.5 * (FINE_NODES - 1) as f32 * FINE_PX;
        let grid =
            Grid { x: pole.0 - half, y: pole.1 - half, step: FINE_PX, columns: FINE_NODES, rows: FINE_NODES };
        let Lattice { grid, kx, ky, .. } = flow.lattice(grid);
        let n = grid.len();
        let mut fine = Self { grid, kx, ky, inside: vec![0.0; n] };
        let mut start = Plane::new(n);
        let mut held = Vec::with_capacity(n);
        let (columns, rows) = (self.grid.columns, self.grid.rows);
        let inv = 1.0 / self.grid.step;
        let whole = |v: f32, most: usize| ((v * inv + 0.5).max(0.0) as usize).min(most.saturating_sub(1));
        for i in 0..n {
            let (x, y) = fine.place(i);
            // The coarse node nearest to it.
            let from = whole(y - self.grid.y, rows) * columns + whole(x - self.grid.x, columns);
            fine.inside[i] = self.inside[from];
            let s = sign(self.wave(from), fine.wave(i));
            let mean = middle(self.wave(from), fine.wave(i));
            let (fx, fy) = self.place(from);
            let (sin, cos) = num::sin_cos_flat(mean.0 * (x - fx) + mean.1 * (y - fy));
            let (re, im) = (plane.re[from], plane.im[from]);
            (start.re[i], start.im[i]) = (re * cos - im * sin, s * (re * sin + im * cos));
            let (dx, dy) = (x - pole.0, y - pole.1);
            if dx * dx + dy * dy > FINE_FREE_PX * FINE_FREE_PX {
                held.push(i);
            }
        }
        let (right, down) = fine.links();
        let (mut now, mut next) = (start.clone(), Plane::new(n));
        for _ in 0..FINE_ROUNDS {
            relax(&now, &right, &down, FINE_NODES, &mut next);
            for &i in &held {
                (next.re[i], next.im[i]) = (start.re[i], start.im[i]);
            }
            std::mem::swap(&mut now, &mut next);
        }
        fine.minutiae(&now, &right, &down, found);
    }

    #[inline(always)]
    fn minutiae(&self, plane: &Plane, right: &Links, down: &Links, found: &mut Vec<Winding>) {
        let width = self.grid.columns;
        for (at, turns) in windings(plane, right, down, width).into_iter().enumerate() {
            if turns != 0.0 && at % width + 1 < width {
                let corners = [at, at + 1, at + width + 1, at + width];
                found.push(self.winding(plane, corners, (right.mirror[at], down.mirror[at]), turns));
            }
        }
    }

    /// The minutia in a square whose phase winds; `mirror` holds the signs of the second and the last corner.
    fn winding(&self, plane: &Plane, corners: [usize; 4], mirror: (f32, f32), turns: f32) -> Winding {
        let last = self.wave(corners[2]);
        let before = self.wave(corners[1]);
        let signs = [1.0, mirror.0, mirror.0 * sign(before, last), mirror.1];
        let mean = (0..4).fold((0.0, 0.0), |m, k| {
            let (a, b) = self.wave(corners[k]);
            (m.0 + 0.25 * signs[k] * a, m.1 + 0.25 * signs[k] * b)
        });
        // The signal as seen from the middle, where the phase would stand still but for the winding.
        let half = 0.5 * self.grid.step;
        let still = |k: usize, dx: f32, dy: f32| {
            let c = corners[k];
            let (s, co) = num::sin_cos_flat(-half * (dx * mean.0 + dy * mean.1));
            let (re, im) = (plane.re[c], signs[k] * plane.im[c]);
            (re * co - im * s, re * s + im * co)
        };
        let z = [still(0, -1.0, -1.0), still(1, 1.0, -1.0), still(2, 1.0, 1.0), still(3, -1.0, 1.0)];
        let (fx, fy) = zero(&z);
        let theta = num::atan2(-mean.0, mean.1);
        let direction = theta + if turns > 0.0 { 0.0 } else { PI };
        let (x, y) = self.place(corners[0]);
        let (x, y) = (x + fx * self.grid.step, y + fy * self.grid.step);
        let (aside, ending) = self.settled(plane, (x, y), direction, mean);
        Winding { x: x + aside.0, y: y + aside.1, direction, ending }
    }

    /// Minutiae lie on a ridge or a furrow: what begins ahead of one lies in the middle of what ran on behind it. The way
    /// to the nearest such line, and whether it is a furrow that a ridge begins in.
    fn settled(
        &self,
        plane: &Plane,
        (x, y): (f32, f32),
        direction: f32,
        mean: (f32, f32),
    ) -> ((f32, f32), bool) {
        let (sin, cos) = num::sin_cos(direction);
        let inv = 1.0 / self.grid.step;
        let node = |v: f32, most: usize| ((v * inv + 0.5).max(0.0) as usize).min(most.saturating_sub(1));
        let column = node(x - BEHIND_PX * cos - self.grid.x, self.grid.columns);
        let row = node(y - BEHIND_PX * sin - self.grid.y, self.grid.rows);
        let at = row * self.grid.columns + column;
        let own = self.wave(at);
        let s = sign(mean, own);
        let (kx, ky) = (0.5 * (mean.0 + s * own.0), 0.5 * (mean.1 + s * own.1));
        let (px, py) = self.place(at);
        let phase = s * num::atan2(plane.im[at], plane.re[at]) + kx * (x - px) + ky * (y - py);
        let half_turns = num::round_flat(phase * (1.0 / PI));
        let off = (half_turns * PI - phase) / (kx * kx + ky * ky).max(0.01);
        ((kx * off, ky * off), half_turns as i32 & 1 != 0)
    }
}
