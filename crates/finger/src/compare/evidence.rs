//! What speaks for one finger, and what against.

use super::align::{Aligned, FINAL_COSINE};
use super::prepared::{MAX_COMPARED, Prepared};
use super::relax::FULL;
use crate::MinutiaKind;

/// Weight of a minutia of the overlap that has no partner, times the probability that it is real.
const AGAINST: f32 = 0.1;
/// What a pair keeps of its weight where neither minutia is sure.
const UNSURE: f32 = 0.2;
/// What a pair keeps where an ending meets a bifurcation.
const OTHER_KIND: f32 = 0.8;
/// The least score: nothing fits.
pub(crate) const LEAST_SCORE: f32 = -1.0;
/// Mean agreement of the flow (cosine of twice the difference) at which it says nothing.
const FLOW_NEUTRAL: f32 = 0.85;
/// What full or no agreement of the flow adds or takes, as a share.
const FLOW_SHARE: f32 = 0.5;
/// Cells needed before the flow has a say.
const MIN_FLOW_CELLS: u32 = 8;

/// What a score was made of.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// Before calibration: larger is more similar, below 0 more speaks against than for; -1 is the least.
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
    /// What the alignment started from: how much similarity agreed on one motion.
    pub seed: f32,
}

/// The evidence of one alignment.
#[inline(always)]
pub(crate) fn weigh(a: &Prepared, b: &Prepared, similarity: &[i16], aligned: &Aligned) -> Evidence {
    let mut paired_a = [false; MAX_COMPARED];
    let mut paired_b = [false; MAX_COMPARED];
    let mut support = 0.0f32;
    for p in &aligned.pairs {
        let (i, j) = (p.a as usize, p.b as usize);
        paired_a[i] = true;
        paired_b[j] = true;
        let like = f32::from(similarity[i * b.stride() + j].max(0)) * (1.0 / FULL);
        let near = 1.0 - p.distance2;
        let along = (p.cosine - FINAL_COSINE) * (1.0 / (1.0 - FINAL_COSINE));
        let kind = match (a.kind[i], b.kind[j]) {
            (MinutiaKind::Other, _) | (_, MinutiaKind::Other) => 0.95,
            (x, y) if x == y => 1.0,
            _ => OTHER_KIND,
        };
        let sure = UNSURE + (1.0 - UNSURE) * (a.confidence[i] * b.confidence[j]).sqrt();
        support += near * (0.4 + 0.6 * along) * (0.25 + 0.75 * like) * kind * sure;
    }
    let size = 1.0 / (a.size * b.size);
    let mut against = 0.0f32;
    let shown = b.ground.ridged(&aligned.x, &aligned.y, a.len());
    for i in 0..a.len() {
        if !paired_a[i] & shown[i] {
            against += a.confidence[i];
        }
    }
    let r = &aligned.rigid;
    let (mut x, mut y) = ([0.0f32; MAX_COMPARED], [0.0f32; MAX_COMPARED]);
    for (j, (bx, by)) in b.x.iter().zip(&b.y).enumerate().take(MAX_COMPARED) {
        let (dx, dy) = (bx - r.tx, by - r.ty);
        (x[j], y[j]) = (r.c * dx + r.s * dy, r.c * dy - r.s * dx);
    }
    let shown = a.ground.ridged(&x, &y, b.len());
    for j in 0..b.len() {
        if !paired_b[j] & shown[j] {
            against += b.confidence[j];
        }
    }
    let plain = (support - AGAINST * against) * size;
    let (flow, overlap) = flow_agreement(a, b, aligned);
    let trust = ((flow - FLOW_NEUTRAL) * (1.0 / (1.0 - FLOW_NEUTRAL))).clamp(-1.0, 1.0);
    // What agrees in the flow lifts what speaks for, and softens what speaks against.
    let share = FLOW_SHARE * if plain > 0.0 { trust } else { -trust };
    let score = (plain * (1.0 + share)).max(LEAST_SCORE);
    let pairs = aligned.pairs.len() as u32;
    Evidence { score, support, against, flow, overlap, pairs, seed: 0.0 }
}

/// Mean agreement of the ridge flow where both have it, and the share of the smaller print that is.
#[inline(always)]
fn flow_agreement(a: &Prepared, b: &Prepared, aligned: &Aligned) -> (f32, f32) {
    let smaller = a.ground.sampled().min(b.ground.sampled());
    if smaller == 0 {
        return (1.0, 1.0);
    }
    let r = &aligned.rigid;
    let (c, s, count) = a.ground.differences(&b.ground, r);
    if count < MIN_FLOW_CELLS {
        return (1.0, 0.0);
    }
    // cos(2 (b - a - turn)): `c` and `s` hold the sums of cos 2 (b - a) and sin 2 (b - a).
    let (turn_c, turn_s) = (r.c * r.c - r.s * r.s, 2.0 * r.c * r.s);
    let mean = (c * turn_c + s * turn_s) / count as f32;
    (mean, (count as f32 / smaller as f32).min(1.0))
}
