//! Minutiae of a grown pattern: where the ridge phase winds.
//!
//! Around a closed path the phase of the complex ridge signal returns to itself plus a whole number of turns;
//! a cell with +-1 turns holds exactly one minutia (Larkin and Fletcher, "A coherent framework for fingerprint
//! analysis: are fingerprints holograms?", Optics Express 2007). The extra ridge or valley lies along the flow on
//! the side that the sign of the turn names.

use super::growth::{Grid, Pattern};
use crate::num::{self, PI};

/// A minutia of the master, in cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Winding {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Image axes, towards the side with one ridge more.
    pub(crate) direction: f32,
    /// A ridge begins there; else a valley.
    pub(crate) ending: bool,
}

/// All minutiae of a pattern, without pairs that are too close to show.
pub(crate) fn find(grid: &Grid, pattern: &Pattern) -> Vec<Winding> {
    let (w, h) = grid.size;
    let mut found: Vec<(Winding, f32)> = Vec::new();
    for y in 1..h.saturating_sub(2) {
        for x in 1..w.saturating_sub(2) {
            let at = y * w + x;
            let corners = [at, at + 1, at + w + 1, at + w];
            if !corners.iter().all(|&c| grid.inside[c]) {
                continue;
            }
            let base = grid.theta[at];
            if orientation_winds(corners.map(|c| grid.theta[c])) {
                continue;
            }
            let mut z = [(0.0_f32, 0.0_f32); 4];
            for (slot, &c) in z.iter_mut().zip(&corners) {
                let gap = num::wrap_pi(grid.theta[c] - base + PI / 2.0) - PI / 2.0;
                let flipped = wraps(grid.theta[c] - base, gap);
                *slot = (pattern.even[c], if flipped { pattern.odd[c] } else { -pattern.odd[c] });
            }
            let turns = winding(&z);
            if turns == 0 {
                continue;
            }
            let (fx, fy) = zero(&z);
            let theta = if turns > 0 { base } else { base + PI };
            let mut minutia = Winding { x: x as f32 + fx, y: y as f32 + fy, direction: theta, ending: true };
            minutia.ending = ridge_ahead(grid, pattern, &minutia);
            found.push((minutia, grid.period[at]));
        }
    }
    drop_close_pairs(found)
}

/// Whether going from one stored orientation to the other crossed the seam between 0 and pi.
fn wraps(difference: f32, gap: f32) -> bool {
    (difference - gap).abs() > PI / 2.0
}

/// Whether the four orientations themselves wind: a core or delta, where phase means nothing.
fn orientation_winds(theta: [f32; 4]) -> bool {
    let mut sum = 0.0;
    for i in 0..4 {
        sum += num::wrap_pi(theta[(i + 1) & 3] - theta[i] + PI / 2.0) - PI / 2.0;
    }
    sum.abs() > 1.0
}

/// Whole turns of the phase around the four corners.
fn winding(z: &[(f32, f32); 4]) -> i32 {
    let mut sum = 0.0;
    for i in 0..4 {
        let (a, b) = (z[i], z[(i + 1) & 3]);
        sum += num::atan2(a.0 * b.1 - a.1 * b.0, a.0 * b.0 + a.1 * b.1);
    }
    (sum / num::TAU + if sum < 0.0 { -0.5 } else { 0.5 }) as i32
}

/// Where the signal is zero inside the cell, from the plane through its corners.
pub(crate) fn zero(z: &[(f32, f32); 4]) -> (f32, f32) {
    let plane = |f: fn(&(f32, f32)) -> f32| {
        let v = [f(&z[0]), f(&z[1]), f(&z[2]), f(&z[3])];
        (
            0.5 * (v[1] - v[0] + v[2] - v[3]),
            0.5 * (v[3] - v[0] + v[2] - v[1]),
            0.25 * (v[0] + v[1] + v[2] + v[3]),
        )
    };
    let (a, b, m) = plane(|p| p.0);
    let (c, d, n) = plane(|p| p.1);
    let det = a * d - b * c;
    if det.abs() < 1e-9 {
        return (0.5, 0.5);
    }
    let (u, v) = ((-m * d + n * b) / det, (-n * a + m * c) / det);
    ((0.5 + u).clamp(0.0, 1.0), (0.5 + v).clamp(0.0, 1.0))
}

/// Whether the line that begins at the minutia is a ridge: the pattern 0.45 to 0.85 periods ahead decides.
fn ridge_ahead(grid: &Grid, pattern: &Pattern, m: &Winding) -> bool {
    let (w, h) = grid.size;
    let (s, c) = num::sin_cos(m.direction);
    let (mx, my) = (m.x as usize, m.y as usize);
    let period = grid.period.get(my * w + mx).copied().unwrap_or(5.0);
    let mut sum = 0.0;
    for k in 0..5 {
        let d = (0.45 + 0.1 * k as f32) * period;
        let (x, y) = ((m.x + c * d + 0.5) as usize, (m.y + s * d + 0.5) as usize);
        if x < w && y < h {
            sum += pattern.even[y * w + x];
        }
    }
    sum > 0.0
}

/// Two opposite windings closer than 0.7 periods are a dent that nobody would mark.
fn drop_close_pairs(found: Vec<(Winding, f32)>) -> Vec<Winding> {
    let mut dead = vec![false; found.len()];
    for i in 0..found.len() {
        for j in i + 1..found.len() {
            let ((a, period), (b, _)) = (&found[i], &found[j]);
            let limit = 0.7 * period;
            if b.y - a.y > limit {
                break;
            }
            let d2 = (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
            let opposite = num::sin_cos(a.direction - b.direction).1 < 0.0;
            if d2 < limit * limit && opposite && !dead[i] && !dead[j] {
                (dead[i], dead[j]) = (true, true);
            }
        }
    }
    found.into_iter().zip(dead).filter(|(_, dead)| !dead).map(|((m, _), _)| m).collect()
}
