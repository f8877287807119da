//! Synthetic fingers as minutiae and ridge flow, without pixels: enough to learn what a neighbourhood looks
//! like and how impressions of one finger differ.

use finger::{FLOW_CELL_PX, FlowMap, Minutia, MinutiaKind, Template};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::f32::consts::{PI, TAU};

/// Half axes of the largest ridged area, in pixels at 500 ppi.
const HALF_WIDTH_PX: f32 = 165.0;
const HALF_HEIGHT_PX: f32 = 215.0;
/// Two minutiae of a finger are at least this far apart.
const MIN_DISTANCE_PX: f32 = 8.0;
/// Ground per minutia, in square pixels: about 0.27 a square millimetre.
const GROUND_PER_MINUTIA: f32 = 1450.0;

/// A finger: its flow and its minutiae, origin in the middle, y up.
pub struct Finger {
    flow: Field,
    minutiae: Vec<(f32, f32, f32)>,
}

/// An impression: a template, and for each of its minutiae the finger's minutia that it shows.
pub struct Impression {
    /// What an extractor might find.
    pub template: Template,
    /// Same order as the template's minutiae; none for false ones.
    pub truth: Vec<Option<u16>>,
}

struct Field {
    loops: Vec<(f32, f32)>,
    deltas: Vec<(f32, f32)>,
    arch: f32,
    waves: [(f32, f32, f32, f32); 3],
    turn: (f32, f32, f32),
}

impl Field {
    /// Zero-pole model (Sherlock and Monro, 1993) with a smooth disturbance; classes in natural proportions.
    fn random(rng: &mut ChaCha8Rng) -> Self {
        let mut near =
            |x: f32, y: f32| (x + rng.random_range(-25.0..25.0f32), y + rng.random_range(-25.0..25.0f32));
        let (a, b) = (near(0.0, 25.0), near(0.0, -15.0));
        let (right, left) = (near(105.0, -95.0), near(-105.0, -95.0));
        let kind = rng.random_range(0.0..1.0f32);
        let (loops, deltas, arch) = if kind < 0.3 {
            (vec![a], vec![right], 0.0)
        } else if kind < 0.6 {
            (vec![a], vec![left], 0.0)
        } else if kind < 0.92 {
            (vec![a, b], vec![right, left], 0.0)
        } else {
            (vec![], vec![], rng.random_range(0.5..1.1))
        };
        let mut wave = || {
            (
                rng.random_range(-0.012..0.012f32),
                rng.random_range(-0.012..0.012f32),
                rng.random_range(0.0..TAU),
                rng.random_range(0.03..0.12f32),
            )
        };
        let waves = [wave(), wave(), wave()];
        let turn =
            (rng.random_range(-0.02..0.02f32), rng.random_range(-0.02..0.02f32), rng.random_range(0.0..TAU));
        Self { loops, deltas, arch, waves, turn }
    }

    fn angle(&self, x: f32, y: f32) -> f32 {
        let mut a = 0.0;
        for (lx, ly) in &self.loops {
            a += 0.5 * (y - ly).atan2(x - lx);
        }
        for (dx, dy) in &self.deltas {
            a -= 0.5 * (y - dy).atan2(x - dx);
        }
        if self.loops.len() == 1 {
            // One loop and one delta: the pattern stands upright about the loop.
            a += 0.25 * PI * (self.deltas[0].0 - self.loops[0].0).signum();
        }
        if self.arch > 0.0 {
            let height = (1.0 - (y + 40.0).abs() / 160.0).max(0.0);
            a += -self.arch * height * (x / 110.0).clamp(-1.5, 1.5).sin();
        }
        for (kx, ky, phase, size) in &self.waves {
            a += size * (kx * x + ky * y + phase).sin();
        }
        a
    }

    /// Minutiae of a region tend to point the same way.
    fn side(&self, x: f32, y: f32, noise: f32) -> bool {
        (self.turn.0 * x + self.turn.1 * y + self.turn.2).sin() + noise > 0.0
    }
}

impl Finger {
    /// A new finger.
    pub fn random(rng: &mut ChaCha8Rng) -> Self {
        let flow = Field::random(rng);
        let area = PI * HALF_WIDTH_PX * HALF_HEIGHT_PX;
        let want = (area / GROUND_PER_MINUTIA * rng.random_range(0.65..1.3)) as usize;
        let mut minutiae: Vec<(f32, f32, f32)> = Vec::with_capacity(want);
        for _ in 0..want * 20 {
            if minutiae.len() == want {
                break;
            }
            let (x, y) = in_ellipse(rng, HALF_WIDTH_PX, HALF_HEIGHT_PX);
            if minutiae.iter().any(|m| (m.0 - x).hypot(m.1 - y) < MIN_DISTANCE_PX) {
                continue;
            }
            let turn = if flow.side(x, y, rng.random_range(-1.0..1.0)) { 0.0 } else { PI };
            let angle = flow.angle(x, y) + turn + 0.08 * normal(rng);
            minutiae.push((x, y, angle));
        }
        Self { flow, minutiae }
    }

    /// An impression: part of the finger, turned, bent, with minutiae missed, moved and made up.
    pub fn impression(&self, rng: &mut ChaCha8Rng) -> Impression {
        let rough = rng.random_range(0.0..1.0f32);
        let missed = 0.06 + 0.25 * rough;
        let made_up = 0.04 + 0.35 * rough;
        let jitter = 1.2 + 1.4 * rough;
        let window = (
            rng.random_range(-50.0..50.0f32),
            rng.random_range(-60.0..60.0f32),
            rng.random_range(85.0..160.0f32),
            rng.random_range(110.0..205.0f32),
        );
        let shown = |x: f32, y: f32| {
            ((x - window.0) / window.2).powi(2) + ((y - window.1) / window.3).powi(2) < 1.0
                && (x / HALF_WIDTH_PX).powi(2) + (y / HALF_HEIGHT_PX).powi(2) < 1.0
        };
        let map = Bend::random(rng);
        let mut found: Vec<(Minutia, Option<u16>)> = Vec::new();
        for (i, (x, y, angle)) in self.minutiae.iter().enumerate() {
            if shown(*x, *y) && rng.random_range(0.0..1.0) >= missed {
                let flip = if rng.random_range(0.0..1.0f32) < 0.03 { PI } else { 0.0 };
                let (mx, my, ma) = map.apply(*x, *y, angle + flip + 0.09 * normal(rng));
                let slip = 1.5 * jitter * normal(rng);
                let (mx, my) = (mx + slip * ma.cos() + jitter * normal(rng) * 0.7, my + slip * ma.sin());
                found.push((minutia(mx, my, ma, 0.62 + 0.2 * normal(rng)), Some(i as u16)));
            }
        }
        let false_ones = (found.len() as f32 * made_up * rng.random_range(0.5..1.5)) as usize;
        for _ in 0..false_ones {
            let (x, y) = in_ellipse(rng, window.2, window.3);
            let (x, y) = (x + window.0, y + window.1);
            let turn = if rng.random_range(0..2) == 0 { 0.0 } else { PI };
            let (mx, my, ma) = map.apply(x, y, self.flow.angle(x, y) + turn + 0.2 * normal(rng));
            found.push((minutia(mx, my, ma, 0.42 + 0.2 * normal(rng)), None));
        }
        found.retain(|(m, _)| m.x > 0.0 && m.y > 0.0);
        found.sort_by(|a, b| a.0.y.total_cmp(&b.0.y).then(a.0.x.total_cmp(&b.0.x)));
        let flow = self.flow_map(&map, &shown);
        let truth = found.iter().map(|(_, t)| *t).collect();
        let template = Template {
            width_px: CANVAS_PX as u16,
            height_px: CANVAS_PX as u16,
            quality: (90.0 - 60.0 * rough) as u8,
            minutiae: found.into_iter().map(|(m, _)| m).collect(),
            flow: Some(flow),
        };
        Impression { template, truth }
    }

    fn flow_map(&self, map: &Bend, shown: &dyn Fn(f32, f32) -> bool) -> FlowMap {
        let side = CANVAS_PX / FLOW_CELL_PX;
        let cells: Vec<Option<f32>> = (0..side * side)
            .map(|i| {
                let at = |k: usize| (k as f32 + 0.5) * FLOW_CELL_PX as f32;
                let (x, y) = map.undo(at(i % side), at(i / side));
                shown(x, y).then(|| self.flow.angle(x, y) + map.rotation)
            })
            .collect();
        FlowMap::from_angles(side as u16, side as u16, &cells)
    }
}

/// Side of the impression's image.
const CANVAS_PX: usize = 560;

/// A turn and a smooth bending.
struct Bend {
    rotation: f32,
    stretch: (f32, f32),
    waves: [(f32, f32, f32, f32, f32); 3],
}

impl Bend {
    fn random(rng: &mut ChaCha8Rng) -> Self {
        let rotation =
            if rng.random_range(0..10) == 0 { rng.random_range(-PI..PI) } else { 0.3 * normal(rng) };
        let size = rng.random_range(0.5..5.0f32);
        let mut wave = || {
            (
                rng.random_range(-0.016..0.016f32),
                rng.random_range(-0.016..0.016f32),
                rng.random_range(0.0..TAU),
                size * normal(rng),
                size * normal(rng),
            )
        };
        let waves = [wave(), wave(), wave()];
        let stretch = (1.0 + 0.025 * normal(rng), 1.0 + 0.025 * normal(rng));
        Self { rotation, stretch, waves }
    }

    /// Finger to image: x, y down, direction anticlockwise.
    fn apply(&self, x: f32, y: f32, angle: f32) -> (f32, f32, f32) {
        let (mut u, mut v) = (x * self.stretch.0, y * self.stretch.1);
        for (kx, ky, phase, sx, sy) in &self.waves {
            let w = (kx * x + ky * y + phase).sin();
            u += sx * w;
            v += sy * w;
        }
        let (s, c) = self.rotation.sin_cos();
        let middle = CANVAS_PX as f32 / 2.0;
        (middle + c * u - s * v, middle - (s * u + c * v), angle + self.rotation)
    }

    /// Image to finger, without the small bending.
    fn undo(&self, x: f32, y: f32) -> (f32, f32) {
        let middle = CANVAS_PX as f32 / 2.0;
        let (u, v) = (x - middle, middle - y);
        let (s, c) = self.rotation.sin_cos();
        ((c * u + s * v) / self.stretch.0, (c * v - s * u) / self.stretch.1)
    }
}

fn minutia(x: f32, y: f32, angle: f32, confidence: f32) -> Minutia {
    Minutia {
        x,
        y,
        direction: angle.rem_euclid(TAU),
        kind: MinutiaKind::Other,
        confidence: confidence.clamp(0.15, 1.0),
    }
}

fn in_ellipse(rng: &mut ChaCha8Rng, half_width: f32, half_height: f32) -> (f32, f32) {
    let (r, a) = (rng.random_range(0.0..1.0f32).sqrt(), rng.random_range(0.0..TAU));
    (r * a.cos() * half_width, r * a.sin() * half_height)
}

/// A standard normal number (Box and Muller).
fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let u: f32 = rng.random_range(f32::MIN_POSITIVE..1.0);
    (-2.0 * u.ln()).sqrt() * rng.random_range(0.0..TAU).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn impressions_of_one_finger_are_alike_and_repeatable() {
        let make = || {
            let mut rng = ChaCha8Rng::seed_from_u64(5);
            let finger = Finger::random(&mut rng);
            (finger.impression(&mut rng), finger.impression(&mut rng), finger.minutiae.len())
        };
        let (a, b, n) = make();
        assert_eq!(a.template, make().0.template);
        assert!((45..110).contains(&n), "{n}");
        let common = a.truth.iter().flatten().filter(|t| b.truth.contains(&Some(**t))).count();
        assert!(common > 5, "{common}");
        assert_eq!(a.truth.len(), a.template.minutiae.len());
    }
}
