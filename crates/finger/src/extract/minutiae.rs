//! Step 7: which zeros of the wave are minutiae, and how sure that is.

use super::gabor::{NO_BIN, Waves};
use super::phase::Zero;
use crate::plane::Plane;
use crate::{Minutia, MinutiaKind};

/// Nearer to the background than this, ridges end because the print does.
const MIN_DEPTH_PX: f32 = 9.0;
/// Two zeros of opposite sense this near each other are a broken ridge, a bridge or a spur.
const PAIR_PX: f32 = 7.0;
/// Radius over which the cleanness of the wave is read.
const RING_PX: [f32; 2] = [5.0, 9.0];
/// Below this a zero is not reported.
const MIN_CONFIDENCE: f32 = 0.15;

/// What the confidence is read from, per cell of the flow field.
pub(crate) struct Evidence<'a> {
    pub(crate) share: &'a Plane,
    pub(crate) coherence: &'a Plane,
    pub(crate) depth: &'a Plane,
}

/// Zeros to minutiae, the most confident first, at most `most`.
pub(crate) fn minutiae(zeros: &[Zero], waves: &Waves, evidence: &Evidence, most: usize) -> Vec<Minutia> {
    let cell = |p: f32| (p + 0.5) / super::flow::CELL_PX as f32 - 0.5;
    let inside: Vec<&Zero> =
        zeros.iter().filter(|z| evidence.depth.sample(cell(z.x), cell(z.y)) >= MIN_DEPTH_PX).collect();
    let mut dropped = vec![false; inside.len()];
    for i in 0..inside.len() {
        for j in i + 1..inside.len() {
            let (a, b) = (inside[i], inside[j]);
            let (dx, dy) = (a.x - b.x, a.y - b.y);
            if dy < -PAIR_PX {
                break; // sorted by y
            }
            let opposite = a.dx * b.dx + a.dy * b.dy < -0.5;
            if opposite && dx * dx + dy * dy < PAIR_PX * PAIR_PX {
                dropped[i] = true;
                dropped[j] = true;
            }
        }
    }
    let kept: Vec<&Zero> = inside.iter().zip(&dropped).filter(|(_, d)| !**d).map(|(z, _)| *z).collect();
    let mut found: Vec<Minutia> = kept
        .iter()
        .filter_map(|z| {
            let crowd = kept
                .iter()
                .filter(|o| (o.x - z.x) * (o.x - z.x) + (o.y - z.y) * (o.y - z.y) < 16.0 * 16.0)
                .count() as f32
                - 1.0;
            let share = evidence.share.sample(cell(z.x), cell(z.y));
            let coherence = evidence.coherence.sample(cell(z.x), cell(z.y));
            let depth = evidence.depth.sample(cell(z.x), cell(z.y));
            let ring = ring(waves, z);
            let ramp = |v: f32, lo: f32, hi: f32| ((v - lo) / (hi - lo)).clamp(0.0, 1.0);
            let confidence = ramp(share, 0.1, 0.6)
                * (0.3 + 0.7 * ramp(ring, 0.2, 0.8))
                * (0.4 + 0.6 * ramp(coherence, 0.3, 0.8))
                * (0.4 + 0.6 * ramp(depth, 6.0, 24.0))
                * (1.0 - 0.2 * crowd).clamp(0.2, 1.0);
            let confidence = confidence.sqrt();
            (confidence >= MIN_CONFIDENCE).then(|| to_minutia(z, confidence))
        })
        .collect();
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found.truncate(most);
    found
}

/// Mean amplitude on two rings about a zero: 1 where the wave is whole.
fn ring(waves: &Waves, z: &Zero) -> f32 {
    let mut sum = 0.0;
    for r in RING_PX {
        for k in 0..8 {
            let a = core::f32::consts::FRAC_PI_4 * k as f32;
            let x = (z.x + r * libm::cosf(a)).clamp(0.0, (waves.even.w - 1) as f32) as usize;
            let y = (z.y + r * libm::sinf(a)).clamp(0.0, (waves.even.h - 1) as f32) as usize;
            let i = y * waves.even.w + x;
            if waves.bin[i] != NO_BIN {
                let (e, o) = (waves.even.v[i], waves.odd.v[i]);
                sum += (e * e + o * o).sqrt().min(1.2);
            }
        }
    }
    sum / 16.0
}

fn to_minutia(z: &Zero, confidence: f32) -> Minutia {
    let direction = libm::atan2f(-z.dy, z.dx);
    Minutia {
        x: z.x,
        y: z.y,
        direction: if direction < 0.0 { direction + core::f32::consts::TAU } else { direction },
        kind: if confidence > 0.3 { z.kind } else { MinutiaKind::Other },
        confidence,
    }
}
