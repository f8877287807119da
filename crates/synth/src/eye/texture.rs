//! What an iris is: sizes, collarette, crypts, furrows. [`super::fibres`] turns it into grey values.

use super::geometry::Wave;
use crate::dice::Dice;

/// What belongs to one iris for life. Left and right of a person are as independent as any two.
#[derive(Debug, Clone)]
pub struct Identity {
    pub(super) key: u64,
    pub(super) pupil_shift: (f32, f32),
    pub(super) pupil_wave: Wave,
    pub(super) limbus_wave: Wave,
    /// Mean place of the collarette, 0 to 1 from pupil to limbus, and the depth of its zigzag.
    pub(super) collarette: (f32, f32),
    pub(super) crypts: Vec<Crypt>,
    pub(super) furrows: Vec<Furrow>,
    /// Share of coarse and fine structure: fibrous (blue-type) or smooth (brown-type) iris.
    pub(super) smoothness: f32,
    /// Mean grey in near infrared.
    pub(super) grey: f32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Crypt {
    pub(super) rho: f32,
    pub(super) turn: f32,
    pub(super) half_rho: f32,
    pub(super) half_turn: f32,
    pub(super) depth: f32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Furrow {
    pub(super) rho: f32,
    pub(super) turn: f32,
    pub(super) span: f32,
    pub(super) depth: f32,
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

    /// What stays with this eye's lids and lashes.
    pub(super) fn lids(&self) -> Dice {
        Dice::new(self.key, "eye-lids", 0, 0)
    }
}
