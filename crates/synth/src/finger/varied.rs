//! How the impressions of one finger differ in the sets that presets are modelled on.
//!
//! People were asked to lay the finger down elsewhere, to turn it, to press less, to dry or wet it: most impressions lie
//! close together and some far off, which one normal distribution does not give. The numbers follow turn, way, overlap
//! and lone minutiae between real mates (`examples/distances`).

use super::{Condition, Preset, skin::Skin};
use crate::{dice::Dice, num};

/// A normal number whose deviation is `wide` with this chance and `close` else.
fn mixed(d: &mut Dice, close: f32, wide: f32, chance: f32) -> f32 {
    let deviation = if d.chance(chance) { wide } else { close };
    d.normal(0.0, deviation)
}

/// Where a touch lies: the turn, the place of its middle on the finger, and where in the picture that comes to lie.
fn placed(base: Condition, turn: f32, on_finger: (f32, f32), in_picture: (f32, f32)) -> Condition {
    let (s, c) = num::sin_cos(turn);
    let (x, y) = (base.zoom * on_finger.0, base.zoom * on_finger.1);
    Condition {
        turn,
        contact_centre: on_finger,
        shift: (in_picture.0 - (c * x - s * y), in_picture.1 - (c * y + s * x)),
        ..base
    }
}

/// The condition of one impression of a set; presets that no set stands for stay as they are.
pub(super) fn varied(base: Condition, preset: Preset, seed: u64) -> Condition {
    let mut dice = Dice::new(seed, "finger-varied", preset as u64, 0);
    let d = &mut dice;
    match preset {
        Preset::Optical => {
            let wetness = (mixed(d, 0.25, 0.5, 0.3) - 0.2).min(0.45);
            let base = Condition {
                contact: (d.normal(0.68, 0.06), d.normal(1.02, 0.08)),
                moisture: wetness,
                blotches: d.range(0.2, 0.8),
                grain: d.range(0.1, 0.5),
                stretch: d.range(0.3, 0.9),
                skin: Skin {
                    crumple: d.range(0.4, 1.0),
                    beads: d.range(0.3, 1.0),
                    speckle: d.range(0.1, 0.5),
                    folds: d.range(0.3, 1.0),
                    tilt: (d.normal(0.0, 0.25), d.normal(0.0, 0.25)),
                    steep: d.range(0.0, 0.8),
                    calm_edge: d.range(0.2, 0.8),
                },
                ..base
            };
            let turn = mixed(d, 0.05, 0.33, 0.35);
            let on = (d.normal(0.0, 16.0), d.normal(0.0, 16.0));
            let at = (mixed(d, 20.0, 40.0, 0.3) - 3.0, mixed(d, 40.0, 80.0, 0.4) + 15.0);
            placed(base, turn, on, at)
        }
        Preset::Capacitive => {
            let base = Condition {
                contact: (d.normal(0.64, 0.05), d.normal(0.57, 0.06)),
                moisture: mixed(d, 0.2, 0.38, 0.3) + 0.1,
                blotches: d.range(0.3, 0.8),
                grain: d.range(0.1, 0.5),
                stretch: d.range(0.3, 0.9),
                skin: Skin {
                    crumple: d.range(0.3, 1.0),
                    beads: d.range(0.6, 1.0),
                    speckle: if d.chance(0.15) { d.range(0.7, 0.95) } else { d.range(0.25, 0.7) },
                    folds: d.range(0.2, 0.8),
                    tilt: (d.normal(0.0, 0.12), d.normal(0.0, 0.12)),
                    steep: d.range(0.0, 0.8),
                    calm_edge: d.range(0.3, 0.8),
                },
                ..base
            };
            let turn = mixed(d, 0.03, 0.36, 0.3);
            let on = (d.normal(0.0, 16.0), d.normal(-10.0, 26.0));
            let at = (d.normal(-3.0, 8.0), d.normal(-8.0, 8.0));
            placed(base, turn, on, at)
        }
        Preset::Sweep => {
            let base = Condition {
                // Drawn lengthways, the finger comes out a little shorter than it is.
                zoom: 0.96,
                contact: (d.normal(0.67, 0.04), 1.5),
                moisture: (mixed(d, 0.12, 0.4, 0.3) + 0.4).min(1.0),
                blotches: d.range(0.3, 0.9),
                grain: d.range(0.0, 0.3),
                stretch: d.range(0.6, 1.5),
                damage: d.range(0.0, 0.3),
                skin: Skin {
                    crumple: d.range(0.8, 1.0),
                    beads: d.range(0.2, 0.7),
                    speckle: if d.chance(0.25) { d.range(0.5, 0.9) } else { d.range(0.1, 0.5) },
                    folds: d.range(0.4, 1.0),
                    tilt: (d.normal(0.0, 0.1), d.normal(0.0, 0.2)),
                    steep: d.range(0.2, 1.2),
                    calm_edge: 1.0,
                },
                ..base
            };
            let turn = d.normal(0.0, 0.035);
            // The contact goes on below the joint: its middle lies far down the finger.
            let on = (d.normal(0.0, 8.0), d.normal(112.0, 8.0));
            let at = (on.0 + d.normal(5.0, 9.0), on.1 + d.normal(-18.0, 42.0));
            placed(base, turn, on, at)
        }
        Preset::Hard => {
            let base = Condition {
                // The set's own generator draws finer ridges.
                zoom: 0.93,
                contact: (d.normal(0.68, 0.035), d.normal(0.96, 0.06)),
                moisture: d.normal(-0.08, 0.08),
                blotches: d.range(0.2, 0.6),
                grain: d.range(0.0, 0.2),
                stretch: d.range(0.3, 1.1),
                blur_px: d.range(0.7, 0.9),
                skin: Skin {
                    crumple: d.range(0.0, 0.6),
                    beads: d.range(0.1, 0.4),
                    speckle: d.range(0.4, 0.95),
                    folds: d.range(0.0, 0.3),
                    tilt: (mixed(d, 0.06, 1.2, 0.35), mixed(d, 0.06, 1.2, 0.35)),
                    steep: d.range(1.0, 2.0),
                    calm_edge: d.range(0.4, 0.9),
                },
                ..base
            };
            let turn = d.normal(0.0, 0.18);
            let on = (d.normal(0.0, 28.0), d.normal(0.0, 36.0));
            let at = (d.normal(0.0, 26.0), d.normal(0.0, 40.0));
            placed(base, turn, on, at)
        }
        _ => base,
    }
}
