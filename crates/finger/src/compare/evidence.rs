//! What speaks for one finger, and what against.

use super::align::{Aligned, FINAL_COSINE};
use super::prepared::Prepared;
use super::relax::FULL;
use crate::MinutiaKind;

/// Weight of a confident minutia of the overlap that has no partner.
const AGAINST: f32 = 0.25;
/// Size normalisation: the sum of evidence is divided by the number of points to this power, each side.
const SIZE_POWER: f32 = 0.3;
/// Every how many flow cells the ridge flow is compared.
const FLOW_STRIDE: usize = 2;
/// Mean agreement of the flow (cosine of twice the difference) at which it says nothing.
const FLOW_NEUTRAL: f32 = 0.85;
/// Cells needed before the flow has a say.
const MIN_FLOW_CELLS: u32 = 8;

/// What a score was made of.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// Before calibration: larger is more similar, 0 is nothing in common.
    pub score: f32,
    /// Sum over pairs.
    pub support: f32,
    /// Sum over unpaired minutiae of the overlap, weighted by confidence.
    pub against: f32,
    /// Mean agreement of ridge flow in the overlap, -1 to 1; 1 where there is none to compare.
    pub flow: f32,
    /// Share of the smaller foreground that both prints show, 0 to 1; 1 where it is not known.
    pub overlap: f32,
    /// Paired minutiae.
    pub pairs: u32,
}

/// The evidence of one alignment.
pub(crate) fn weigh(a: &Prepared, b: &Prepared, similarity: &[i32], aligned: &Aligned) -> Evidence {
    let n = b.len();
    let mut paired_a = vec![false; a.len()];
    let mut paired_b = vec![false; n];
    let mut support = 0.0f32;
    for p in &aligned.pairs {
        let (i, j) = (p.a as usize, p.b as usize);
        paired_a[i] = true;
        paired_b[j] = true;
        let like = (similarity[i * n + j] as f32 / FULL).clamp(0.0, 1.0);
        let near = 1.0 - p.distance * p.distance;
        let along = (p.cosine - FINAL_COSINE) / (1.0 - FINAL_COSINE);
        let kind = match (a.kind[i], b.kind[j]) {
            (MinutiaKind::Other, _) | (_, MinutiaKind::Other) => 0.95,
            (x, y) if x == y => 1.0,
            _ => 0.9,
        };
        let sure = 0.4 + 0.6 * (a.confidence[i] * b.confidence[j]).sqrt();
        support += near * (0.4 + 0.6 * along) * (0.25 + 0.75 * like) * kind * sure;
    }
    let mut against = 0.0f32;
    let lonely = |on: &Prepared, x: f32, y: f32| on.ground.flow(x, y).is_some();
    for i in (0..a.len()).filter(|i| !paired_a[*i]) {
        if lonely(b, aligned.x[i], aligned.y[i]) {
            against += a.confidence[i];
        }
    }
    let r = &aligned.rigid;
    for j in (0..n).filter(|j| !paired_b[*j]) {
        let (dx, dy) = (b.x[j] - r.tx, b.y[j] - r.ty);
        if lonely(a, r.c * dx + r.s * dy, r.c * dy - r.s * dx) {
            against += b.confidence[j];
        }
    }
    let (flow, overlap) = flow_agreement(a, b, aligned);
    let size = libm::powf((a.len() * n).max(1) as f32, SIZE_POWER);
    let trust = ((flow - FLOW_NEUTRAL) / (1.0 - FLOW_NEUTRAL)).clamp(-1.0, 1.0);
    let score = (support - AGAINST * 0.1 * against).max(0.0) / size * (1.0 + 0.3 * trust);
    Evidence { score, support, against, flow, overlap, pairs: aligned.pairs.len() as u32 }
}

/// Mean agreement of the ridge flow where both have it, and the share of the smaller print that is.
fn flow_agreement(a: &Prepared, b: &Prepared, aligned: &Aligned) -> (f32, f32) {
    let r = &aligned.rigid;
    let double = (r.c * r.c - r.s * r.s, 2.0 * r.c * r.s);
    let (mut sum, mut count) = (0.0f32, 0u32);
    for (x, y, c, s) in a.ground.cells().iter().step_by(FLOW_STRIDE) {
        let (tx, ty) = r.apply(*x, *y);
        if let Some((oc, os)) = b.ground.flow(tx, ty) {
            let (tc, ts) = (double.0 * c - double.1 * s, double.1 * c + double.0 * s);
            sum += tc * oc + ts * os;
            count += 1;
        }
    }
    let smaller = a.ground.cells().len().min(b.ground.cells().len()) / FLOW_STRIDE;
    if count < MIN_FLOW_CELLS || smaller == 0 {
        return (1.0, if smaller == 0 { 1.0 } else { 0.0 });
    }
    (sum / count as f32, (count as f32 / smaller as f32).min(1.0))
}
