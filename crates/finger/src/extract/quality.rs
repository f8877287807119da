//! Step 4: how well this print will compare, and what to do about it.

use super::Features;
use crate::plane::Plane;
use crate::template::FLOW_CELL_PX;
use crate::{Advice, Minutia, Quality, QualityMap};

/// Below this, ask for more of the finger: a plain print covers about 200 square millimetres.
const SMALL_AREA_MM2: f32 = 110.0;
/// Share of ridge energy below which ridges count as disturbed.
const CLEAN_SHARE: f32 = 0.62;
/// A print of this quality needs no other skin.
const GOOD: u8 = 60;

pub(super) fn assess(grey: &Plane, features: &Features, minutiae: &[Minutia], area_mm2: f32) -> Quality {
    let inside: Vec<usize> =
        (0..features.foreground.v.len()).filter(|i| features.foreground.v[*i] > 0.0).collect();
    let n = inside.len().max(1) as f32;
    let share = inside.iter().map(|i| features.share.v[*i]).sum::<f32>() / n;
    let value = expected(minutiae);
    Quality { value, advice: advice(grey, features, &inside, value, share, area_mm2) }
}

/// Evidence that a mate's print is expected to show against this one: so much for each e-fold of the expected number
/// of real minutiae, so much for their mean confidence, and a constant. Least squares on synthetic people alone
/// (`quality learn`, `lab/src/learn/quality.rs`).
const EVIDENCE: [f32; 3] = [0.44, 1.19, -0.97];
/// Evidence that is quality 0 (FMR 1e-3 asks for 0.1: half of the mates would hardly pass) and 100 (what the best
/// synthetic captures reach).
const SCALE: (f32, f32) = (0.2, 2.0);

/// Minutiae less sure than this help a comparison a little; a print is not judged by them. What was learned above was
/// learned from surer ones.
const LIKELY: f32 = 0.28;

/// How many minutiae are likely to be real.
pub(super) fn likely(minutiae: &[Minutia]) -> usize {
    minutiae.iter().filter(|m| m.confidence >= LIKELY).count()
}

/// See [`crate::quality_of`].
pub(crate) fn expected(minutiae: &[Minutia]) -> u8 {
    let real: f32 = minutiae.iter().map(|m| m.confidence.min(1.0)).filter(|c| *c >= LIKELY).sum();
    if real < 1.0 {
        return 0;
    }
    let mean = real / likely(minutiae) as f32;
    let evidence = EVIDENCE[0] * libm::logf(real) + EVIDENCE[1] * mean + EVIDENCE[2];
    (100.0 * (evidence - SCALE.0) / (SCALE.1 - SCALE.0)).round().clamp(0.0, 100.0) as u8
}

/// Shares of ridge energy that are drawn as useless (0) and clean (1).
const DRAWN: (f32, f32) = (0.3, CLEAN_SHARE + 0.1);

/// The share of ridge energy over blocks of [`FLOW_CELL_PX`], where most of a block is foreground.
pub(super) fn map(features: &Features) -> QualityMap {
    let per = FLOW_CELL_PX / super::flow::CELL_PX;
    let (w, h) = (features.foreground.w, features.foreground.h);
    let (columns, rows) = (w.div_ceil(per), h.div_ceil(per));
    let mut values = Vec::with_capacity(columns * rows);
    for block in 0..columns * rows {
        let (x0, y0) = (block % columns * per, block / columns * per);
        let (mut n, mut inside, mut sum) = (0_usize, 0_usize, 0.0_f32);
        for y in y0..(y0 + per).min(h) {
            for x in x0..(x0 + per).min(w) {
                n += 1;
                if features.foreground.v[y * w + x] > 0.0 {
                    inside += 1;
                    sum += features.share.v[y * w + x];
                }
            }
        }
        let mean = sum / inside.max(1) as f32;
        values.push((2 * inside > n).then(|| ((mean - DRAWN.0) / (DRAWN.1 - DRAWN.0)).clamp(0.0, 1.0)));
    }
    QualityMap { cell_px: FLOW_CELL_PX as u32, columns: columns as u32, rows: rows as u32, values }
}

fn advice(
    grey: &Plane,
    features: &Features,
    inside: &[usize],
    value: u8,
    share: f32,
    area_mm2: f32,
) -> Vec<Advice> {
    let mut advice = Vec::new();
    if area_mm2 < SMALL_AREA_MM2 {
        advice.push(Advice::SmallArea);
    }
    if off_centre(features, inside) {
        advice.push(Advice::OffCentre);
    }
    if value < GOOD && share < CLEAN_SHARE {
        // The share of dark pixels tells broken, thin ridges from filled valleys.
        let dark = dark_share(grey, features);
        advice.push(if dark < 0.42 {
            Advice::Dry
        } else if dark > 0.55 {
            Advice::Wet
        } else {
            Advice::Motion
        });
    }
    advice
}

/// Share of foreground pixels darker than the middle between the 5th and the 95th percentile.
fn dark_share(grey: &Plane, features: &Features) -> f32 {
    let mut histogram = [0u32; 256];
    for (y, row) in grey.v.chunks_exact(grey.w).enumerate() {
        for (x, v) in row.iter().enumerate() {
            let cell = (y / super::flow::CELL_PX) * features.foreground.w + x / super::flow::CELL_PX;
            if features.foreground.v[cell] > 0.0 {
                histogram[*v as usize & 255] += 1;
            }
        }
    }
    let total: u32 = histogram.iter().sum::<u32>().max(1);
    let percentile = |share: f32| {
        let mut sum = 0;
        histogram.iter().position(|n| {
            sum += n;
            sum as f32 >= share * total as f32
        })
    };
    let middle = (percentile(0.05).unwrap_or(0) + percentile(0.95).unwrap_or(255)) / 2;
    histogram.iter().take(middle + 1).sum::<u32>() as f32 / total as f32
}

/// Whether the print is cut by the image's edge on one side while the other side is empty.
fn off_centre(features: &Features, inside: &[usize]) -> bool {
    let (w, h) = (features.foreground.w, features.foreground.h);
    let n = inside.len().max(1) as f32;
    let cx = inside.iter().map(|i| (i % w) as f32).sum::<f32>() / n / w as f32;
    let edge =
        |hit: &dyn Fn(usize, usize) -> bool| inside.iter().filter(|i| hit(*i % w, *i / w)).count() as f32;
    let left = edge(&|x, _| x == 0) / h as f32;
    let right = edge(&|x, _| x + 1 == w) / h as f32;
    (left > 0.3 && right < 0.05 && cx < 0.42) || (right > 0.3 && left < 0.05 && cx > 0.58)
}
