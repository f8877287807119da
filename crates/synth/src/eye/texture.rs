//! The iris itself: fibres, collarette, crypts, furrows.

use super::geometry::Wave;
use crate::{dice::Dice, num};

/// What belongs to one iris for life. Left and right of a person are as independent as any two.
#[derive(Debug, Clone)]
pub struct Identity {
    key: u64,
    pub(super) pupil_shift: (f32, f32),
    pub(super) pupil_wave: Wave,
    pub(super) limbus_wave: Wave,
    /// Mean place of the collarette, 0 to 1 from pupil to limbus, and the depth of its zigzag.
    collarette: (f32, f32),
    crypts: Vec<Crypt>,
    furrows: Vec<Furrow>,
    /// Share of coarse and fine structure: fibrous (blue-type) or smooth (brown-type) iris.
    smoothness: f32,
    /// Mean grey in near infrared.
    pub(super) grey: f32,
}

#[derive(Debug, Clone, Copy)]
struct Crypt {
    rho: f32,
    turn: f32,
    half_rho: f32,
    half_turn: f32,
    depth: f32,
}

#[derive(Debug, Clone, Copy)]
struct Furrow {
    rho: f32,
    turn: f32,
    span: f32,
    depth: f32,
}

impl Identity {
    /// The iris that belongs to this seed.
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "iris", 0, 0);
        let d = &mut dice;
        let collarette = (d.normal(0.30, 0.05), d.range(0.02, 0.06));
        let crypts = (0..d.below(30) + 12)
            .map(|i| Crypt {
                rho: if i % 3 == 0 { d.range(0.4, 0.8) } else { d.normal(collarette.0 + 0.06, 0.07) },
                turn: d.unit(),
                half_rho: d.range(0.03, 0.11),
                half_turn: d.range(0.004, 0.018),
                depth: d.range(0.3, 1.1),
            })
            .collect();
        let furrows = (0..d.below(6))
            .map(|_| Furrow {
                rho: d.range(0.5, 0.95),
                turn: d.unit(),
                span: d.range(0.08, 0.45),
                depth: d.range(0.2, 0.7),
            })
            .collect();
        Self {
            key: d.bits(),
            pupil_shift: (d.normal(0.0, 0.025), d.normal(-0.005, 0.02)),
            pupil_wave: Wave::draw(d, 0.012),
            limbus_wave: Wave::draw(d, 0.008),
            collarette,
            crypts,
            furrows,
            smoothness: d.unit(),
            grey: d.range(98.0, 150.0),
        }
    }

    /// Texture at a place of the iris, about -1.5 to 1.5 around 0; `dilation` as in the condition: the ciliary
    /// zone folds and slides more than the pupillary one when the pupil widens.
    pub(super) fn at(&self, rho: f32, turn: f32, dilation: f32) -> f32 {
        let slide = 0.22 * (dilation - 0.4) * rho * (1.0 - rho);
        let rho = rho + slide;
        let zigzag = wave_noise(self.key ^ 11, turn, 26, 0.0) * self.collarette.1
            + wave_noise(self.key ^ 12, turn, 9, 0.0) * self.collarette.1;
        let ring = rho - self.collarette.0 - zigzag;
        // Fibres meander: the angle bends slowly with the radius.
        let bend = 0.012 * wave_noise(self.key ^ 13, turn, 14, rho * 3.0)
            + 0.004 * wave_noise(self.key ^ 14, turn, 48, rho * 6.0);
        let t = turn + bend;
        let outer = num::smoothstep(-0.02, 0.05, ring);
        let fine = 1.0 - 0.55 * self.smoothness;
        let mut sum = 0.0;
        // From coarse to fine; every layer has cells long along the radius.
        sum += 0.42 * wave_noise(self.key ^ 1, t, 11, rho * 3.2);
        sum += 0.46 * wave_noise(self.key ^ 2, t, 23, rho * 5.0);
        sum += 0.50 * wave_noise(self.key ^ 3, t, 46, rho * 7.0);
        sum += fine * 0.44 * ridged(wave_noise(self.key ^ 4, t, 92, rho * 6.5));
        sum += fine * 0.34 * ridged(wave_noise(self.key ^ 5, t, 170, rho * 5.0)) * (0.6 + 0.4 * outer);
        sum += self.smoothness * 0.30 * wave_noise(self.key ^ 6, t, 130, rho * 26.0);
        // The collarette: a bright frill with a darker trough outside.
        let frill = num::exp(-ring * ring * 900.0);
        let trough = num::exp(-(ring - 0.07) * (ring - 0.07) * 500.0);
        sum += 0.55 * frill * (0.6 + 0.4 * wave_noise(self.key ^ 7, t, 60, 0.0)) - 0.25 * trough;
        for crypt in &self.crypts {
            let dr = (rho - crypt.rho) / crypt.half_rho;
            if dr.abs() >= 1.0 {
                continue;
            }
            let dt = turn_gap(t, crypt.turn) / crypt.half_turn;
            // Lozenges with rounded corners.
            let inside = 1.0 - dr.abs() - dt.abs() * (0.75 + 0.25 * dt.abs());
            if inside > 0.0 {
                sum -= 1.1 * crypt.depth * num::smoothstep(0.0, 0.45, inside);
            }
        }
        for furrow in &self.furrows {
            let dr = (rho - furrow.rho + 0.015 * wave_noise(self.key ^ 15, turn, 17, 0.0)) * 38.0;
            let dt = turn_gap(turn, furrow.turn).abs() / furrow.span;
            if dr.abs() < 2.5 && dt < 1.0 {
                sum -= furrow.depth * num::exp(-0.5 * dr * dr) * (1.0 - dt * dt) * (0.4 + 1.2 * dilation);
            }
        }
        // The pupillary ruff.
        sum - 0.8 * num::exp(-rho * rho * 1600.0)
    }
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

/// Smooth noise, about -1..1, with `cells` around the circle and unit cells along `v`.
#[inline]
fn wave_noise(key: u64, turn: f32, cells: i32, v: f32) -> f32 {
    let u = (turn - num::floor(turn)) * cells as f32;
    // Rows are turned against each other so that cells do not line up in spokes.
    let fv = num::floor(v);
    let iv = fv as i32;
    let tv = v - fv;
    let row = |iv: i32| {
        let skew = num::hash_unit(key ^ 0xabc, iv, 0);
        let u = u + skew;
        let fu = num::floor(u);
        let tu = u - fu;
        let iu = fu as i32;
        let a = num::hash_unit(key, iu.rem_euclid(cells), iv);
        let b = num::hash_unit(key, (iu + 1).rem_euclid(cells), iv);
        num::mix(a, b, tu * tu * (3.0 - 2.0 * tu))
    };
    let s = tv * tv * (3.0 - 2.0 * tv);
    num::mix(row(iv), row(iv + 1), s) * 2.0 - 1.0
}
