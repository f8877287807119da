//! What a sensor sees beside the finger: stains on the glass, warmth on its flanks.

use crate::{dice::Dice, noise::lattice, num};

/// Stains and spatters of earlier use.
pub(super) struct Stains {
    strength: f32,
    key: u64,
    blots: Vec<Blot>,
}

/// A stain: darker, or only darker at its rim.
struct Blot {
    at: (f32, f32),
    radius: f32,
    depth: f32,
    rim: bool,
}

impl Stains {
    /// Stains on a glass of this size; none where `strength` is 0.
    pub(super) fn draw(strength: f32, key: u64, (w, h): (usize, usize)) -> Self {
        let mut dice = Dice::new(key, "finger-stains", 0, 0);
        let d = &mut dice;
        let area = (w * h) as f32 / 110_000.0;
        let count = if strength > 0.0 { (area * strength * d.range(2.0, 26.0)) as usize } else { 0 };
        // They lie together where fingers were laid down before.
        let (cx, cy) = (d.range(0.2, 0.8) * w as f32, d.range(0.35, 0.95) * h as f32);
        let blots = (0..count.min(400))
            .map(|_| Blot {
                at: (cx + d.normal(0.0, 0.22) * w as f32, cy + d.normal(0.0, 0.2) * h as f32),
                radius: 1.5 + 14.0 * d.unit() * d.unit() * d.unit(),
                depth: d.range(12.0, 45.0),
                rim: d.chance(0.25),
            })
            .collect();
        Self { strength, key, blots }
    }

    /// Grey values taken away at a pixel.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        if self.strength <= 0.0 {
            return 0.0;
        }
        // Grease in broad streaks.
        let grease = 0.5 + 0.5 * lattice(self.key ^ 41, x * 0.016, y * 0.022);
        let mut sum = 7.0 * self.strength * grease * grease;
        for blot in &self.blots {
            let (dx, dy) = (x - blot.at.0, y - blot.at.1);
            let reach = 1.5 * blot.radius;
            if dx.abs() > reach || dy.abs() > reach {
                continue;
            }
            let ragged = 0.35 * blot.radius * lattice(self.key ^ 43, x * 0.14, y * 0.14);
            let r = ((dx * dx + dy * dy).sqrt() + ragged) / blot.radius;
            let filled = 1.0 - num::smoothstep(0.75, 1.05, r);
            let inner = if blot.rim { num::smoothstep(0.45, 0.8, r) * 1.4 - 0.5 } else { 1.0 };
            sum += self.strength * blot.depth * filled * inner;
        }
        sum
    }
}

/// Where the finger begins and ends in each row of a smoothed picture of its contact; rows without it have the
/// last one's.
pub(super) fn sides(near: &[f32], w: usize) -> Vec<(f32, f32)> {
    let mut last = (0.35 * w as f32, 0.65 * w as f32);
    let mut sides: Vec<(f32, f32)> = near
        .chunks_exact(w.max(1))
        .map(|row| {
            let from = row.iter().position(|v| *v > 0.05);
            let to = row.iter().rposition(|v| *v > 0.05);
            if let (Some(from), Some(to)) = (from, to) {
                last = (from as f32, to as f32);
            }
            last
        })
        .collect();
    // Smooth down the finger, both ways.
    for backwards in [false, true] {
        let mut mean = if backwards { sides.last().copied() } else { sides.first().copied() }.unwrap_or(last);
        let step = |slot: &mut (f32, f32), mean: &mut (f32, f32)| {
            *mean = (num::mix(mean.0, slot.0, 0.12), num::mix(mean.1, slot.1, 0.12));
            *slot = *mean;
        };
        if backwards {
            sides.iter_mut().rev().for_each(|slot| step(slot, &mut mean));
        } else {
            sides.iter_mut().for_each(|slot| step(slot, &mut mean));
        }
    }
    sides
}
