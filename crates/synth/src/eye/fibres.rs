//! The iris's texture at one dilation.
//!
//! Every layer of noise is a table of its nodes, made once for an eye: a pixel costs loads and a few
//! multiplications instead of hashes.

use super::{Identity, texture::Crypt};
use crate::num;

/// Largest radius at which texture is asked for, with what sliding adds.
const MOST_RHO: f32 = 1.15;
/// Bins over the radius in which crypts are looked up.
const BINS: usize = 24;

/// One iris, ready to be drawn.
pub(super) struct Fibres<'a> {
    identity: &'a Identity,
    dilation: f32,
    coarse: [Wave; 3],
    fine: [Wave; 2],
    grains: Wave,
    bends: [Wave; 2],
    zigzag: [Wave; 2],
    beads: Wave,
    creases: Wave,
    /// Crypts that may touch each bin of the radius.
    crypts: Vec<Vec<Crypt>>,
}

impl<'a> Fibres<'a> {
    pub(super) fn new(identity: &'a Identity, dilation: f32) -> Self {
        let wave = |salt: u64, cells: usize, along: f32| Wave::new(identity.key ^ salt, cells, along);
        let mut crypts = vec![Vec::new(); BINS];
        for crypt in &identity.crypts {
            let bin = |rho: f32| (rho * (BINS as f32 / MOST_RHO)).clamp(0.0, BINS as f32 - 1.0) as usize;
            for slot in &mut crypts[bin(crypt.rho - crypt.half_rho)..=bin(crypt.rho + crypt.half_rho)] {
                slot.push(*crypt);
            }
        }
        Self {
            identity,
            dilation,
            // From coarse to fine; every layer has cells long along the radius.
            coarse: [wave(1, 11, 3.2), wave(2, 23, 5.0), wave(3, 46, 7.0)],
            fine: [wave(4, 92, 6.5), wave(5, 170, 5.0)],
            grains: wave(6, 130, 26.0),
            bends: [wave(13, 14, 3.0), wave(14, 48, 6.0)],
            zigzag: [wave(11, 26, 0.0), wave(12, 9, 0.0)],
            beads: wave(7, 60, 0.0),
            creases: wave(15, 17, 0.0),
            crypts,
        }
    }

    /// Texture at a place (0 to 1.1 from pupil to limbus, turns 0 to 1), about -1.5 to 1.5 around 0. The ciliary
    /// zone folds and slides more than the pupillary one when the pupil widens.
    pub(super) fn at(&self, rho: f32, turn: f32) -> f32 {
        let id = self.identity;
        let rho = rho + 0.22 * (self.dilation - 0.4) * rho * (1.0 - rho);
        let depth = id.collarette.1;
        let ring = rho - id.collarette.0 - depth * (self.zigzag[0].ring(turn) + self.zigzag[1].ring(turn));
        // Fibres meander: the angle bends slowly with the radius.
        let bend = 0.012 * self.bends[0].at(turn, rho) + 0.004 * self.bends[1].at(turn, rho);
        let t = turn + bend;
        let t = t - num::floor(t);
        let outer = num::smoothstep(-0.02, 0.05, ring);
        let fine = 1.0 - 0.55 * id.smoothness;
        let mut sum = 0.42 * self.coarse[0].at(t, rho)
            + 0.46 * self.coarse[1].at(t, rho)
            + 0.50 * self.coarse[2].at(t, rho);
        sum += fine * 0.44 * ridged(self.fine[0].at(t, rho));
        sum += fine * 0.34 * ridged(self.fine[1].at(t, rho)) * (0.6 + 0.4 * outer);
        sum += id.smoothness * 0.30 * self.grains.at(t, rho);
        // The collarette: a bright frill with a darker trough outside.
        if ring.abs() < 0.15 {
            sum += 0.55 * bell(ring * ring * 900.0) * (0.6 + 0.4 * self.beads.ring(t));
        }
        if (ring - 0.07).abs() < 0.16 {
            sum -= 0.25 * bell((ring - 0.07) * (ring - 0.07) * 500.0);
        }
        let bin = (rho * (BINS as f32 / MOST_RHO)).clamp(0.0, BINS as f32 - 1.0) as usize;
        for crypt in self.crypts.get(bin).map_or(&[][..], Vec::as_slice) {
            let dr = (rho - crypt.rho) / crypt.half_rho;
            let dt = turn_gap(t, crypt.turn) / crypt.half_turn;
            // Lozenges with rounded corners.
            let inside = 1.0 - dr.abs() - dt.abs() * (0.75 + 0.25 * dt.abs());
            if inside > 0.0 {
                sum -= 1.1 * crypt.depth * num::smoothstep(0.0, 0.45, inside);
            }
        }
        if !id.furrows.is_empty() {
            let wavy = 0.015 * self.creases.ring(turn);
            for furrow in &id.furrows {
                let dr = (rho - furrow.rho + wavy) * 38.0;
                let dt = turn_gap(turn, furrow.turn).abs() / furrow.span;
                if dr.abs() < 2.5 && dt < 1.0 {
                    sum -= furrow.depth * bell(0.5 * dr * dr) * (1.0 - dt * dt) * (0.4 + 1.2 * self.dilation);
                }
            }
        }
        // The pupillary ruff.
        if rho < 0.09 { sum - 0.8 * bell(rho * rho * 1600.0) } else { sum }
    }
}

/// exp(-x), nothing beyond 16.
#[inline]
fn bell(x: f32) -> f32 {
    if x < 16.0 { num::exp_neg(x) } else { 0.0 }
}

/// Valleys between bundles of fibres: sharpens one side of the noise.
#[inline]
fn ridged(v: f32) -> f32 {
    1.0 - 2.2 * v.abs()
}

/// Signed gap between two turns, -0.5 to 0.5.
#[inline]
fn turn_gap(a: f32, b: f32) -> f32 {
    let d = a - b;
    d - num::floor(d + 0.5)
}

/// Smooth noise, about -1..1, with `cells` around the circle and unit cells along the radius times `along`.
struct Wave {
    cells: f32,
    along: f32,
    stride: usize,
    /// How far each row is turned against the others, so that cells do not line up in spokes.
    skews: Vec<f32>,
    /// Nodes row by row, the first two of each row again at its end.
    nodes: Vec<f32>,
}

impl Wave {
    fn new(key: u64, cells: usize, along: f32) -> Self {
        // A value lies between two rows, and a whole radius may be told as the row below.
        let rows = (along * MOST_RHO) as i32 + 2;
        let skews = (0..rows).map(|row| num::hash_unit(key ^ 0xabc, row, 0)).collect();
        let stride = cells + 2;
        let node = |row: i32, i: usize| num::hash_unit(key, (i % cells) as i32, row);
        let nodes = (0..rows).flat_map(|row| (0..stride).map(move |i| node(row, i))).collect();
        Self { cells: cells as f32, along, stride, skews, nodes }
    }

    /// Value in one row, 0..1.
    #[inline(always)]
    fn row(&self, u: f32, row: usize) -> f32 {
        let (whole, t) = num::split(u + self.skews.get(row).copied().unwrap_or(0.0));
        let at = row * self.stride + whole as usize;
        match self.nodes.get(at..at + 2) {
            Some(pair) => num::mix(pair[0], pair[1], t * t * (3.0 - 2.0 * t)),
            None => 0.5,
        }
    }

    /// The value at a turn in 0..1 and a radius.
    #[inline(always)]
    fn at(&self, turn: f32, rho: f32) -> f32 {
        let u = turn * self.cells;
        let (row, t) = num::split((rho * self.along).max(0.0));
        let row = row as usize;
        num::mix(self.row(u, row), self.row(u, row + 1), t * t * (3.0 - 2.0 * t)) * 2.0 - 1.0
    }

    /// The value at a turn in 0..1, the same at every radius.
    #[inline]
    fn ring(&self, turn: f32) -> f32 {
        self.row(turn * self.cells, 0) * 2.0 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texture_is_smooth_across_the_seam_and_bounded() {
        for seed in 0..6 {
            let identity = Identity::new(seed);
            let fibres = Fibres::new(&identity, 0.3 + 0.05 * seed as f32);
            for k in 0..=110 {
                let rho = k as f32 * 0.01;
                let (a, b) = (fibres.at(rho, 0.0), fibres.at(rho, 0.999_999));
                assert!((a - b).abs() < 0.05, "seed {seed}, radius {rho}: {a} and {b}");
                assert!(fibres.at(rho, rho - num::floor(rho)).abs() < 5.0);
            }
        }
    }
}
