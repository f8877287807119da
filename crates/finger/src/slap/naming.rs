//! Which finger is which, and which hand it is.

use super::SlapFinger;
use super::patches::Column;
use model::{FingerPosition, Hand};

/// Where tips stand on a right hand from index to little finger: across and down, in units of the usual
/// distance between neighbours (means of published hand measurements, rounded).
const TIPS: [(f32, f32); 4] = [(0.0, 0.25), (1.0, -0.2), (2.0, 0.0), (3.0, 0.85)];
/// What a difference down counts against one across: hands differ and lie askew.
const DOWN_WEIGHT: f32 = 0.5;

/// Expected fingers from left to right in the image. On the glass the palm is down and the print is what the
/// glass sees, so that the right hand's index finger is on the left, and the left thumb left of the right one.
pub(super) fn expected(position: FingerPosition, absent: &[FingerPosition]) -> Vec<FingerPosition> {
    let mut fingers: Vec<FingerPosition> = position.fingers().to_vec();
    if position.hand() != Some(Hand::Right) {
        fingers.reverse();
    }
    fingers.retain(|f| !absent.iter().any(|a| a.finger() == Some(*f)));
    fingers
}

/// A name for each found finger (left to right): of all ways to leave out the missing ones, the one whose
/// spacing and heights fit a hand best.
pub(super) fn assign(found: &[Column], expected: &[FingerPosition]) -> Vec<FingerPosition> {
    if found.len() >= expected.len() {
        return expected.to_vec();
    }
    let mut best: Option<(f32, Vec<usize>)> = None;
    for choice in choices(expected.len(), found.len()) {
        let misfit = misfit(found, &choice.iter().map(|i| expected[*i]).collect::<Vec<_>>());
        if best.as_ref().is_none_or(|(m, _)| misfit < *m) {
            best = Some((misfit, choice));
        }
    }
    best.map(|(_, choice)| choice.into_iter().map(|i| expected[i]).collect()).unwrap_or_default()
}

/// All ascending choices of `k` out of `n` (at most 4 over 2, so this is small).
fn choices(n: usize, k: usize) -> Vec<Vec<usize>> {
    (0u32..1 << n.min(8))
        .filter(|set| set.count_ones() as usize == k)
        .map(|set| (0..n).filter(|i| set >> i & 1 == 1).collect())
        .collect()
}

/// Squared distance between tips and the best shifted model; pitch from the tips' width.
fn misfit(found: &[Column], names: &[FingerPosition]) -> f32 {
    let pitch = 1.25 * found.iter().map(|c| c.width).sum::<f32>() / found.len().max(1) as f32;
    let points: Vec<(f32, f32)> = found.iter().map(|c| (c.u / pitch, c.v / pitch)).collect();
    fit(&points, names)
}

fn fit(points: &[(f32, f32)], names: &[FingerPosition]) -> f32 {
    let model: Vec<(f32, f32)> = names.iter().map(|n| tip(*n)).collect();
    let n = points.len().max(1) as f32;
    let shift = points.iter().zip(&model).fold((0.0, 0.0), |s, (p, m)| (s.0 + p.0 - m.0, s.1 + p.1 - m.1));
    let shift = (shift.0 / n, shift.1 / n);
    points
        .iter()
        .zip(&model)
        .map(|(p, m)| {
            let (du, dv) = (p.0 - m.0 - shift.0, p.1 - m.1 - shift.1);
            du * du + DOWN_WEIGHT * dv * dv
        })
        .sum()
}

fn tip(finger: FingerPosition) -> (f32, f32) {
    let (index, mirror) = match finger.code() {
        code @ 2..=5 => (usize::from(code) - 2, 1.0),
        code @ 7..=10 => (usize::from(code) - 7, -1.0),
        // Thumbs lie side by side, the left one on the left.
        6 => return (0.0, 0.0),
        _ => return (1.2, 0.0),
    };
    TIPS.get(index).map_or((0.0, 0.0), |(u, v)| (u * mirror, *v))
}

/// The hand that a slap's tips look like, where they tell: on both hands the little finger stands lowest and is
/// smallest. Needs all four fingers; `None` where the difference is slight, and always for thumbs.
pub fn hand_of(fingers: &[SlapFinger]) -> Option<Hand> {
    if fingers.len() != 4 || fingers.iter().any(|f| matches!(f.position.code(), 1 | 6)) {
        return None;
    }
    // Across and down in the upright hand: along the boxes' upper edges, which all run the same way.
    let (ax, ay) = (
        fingers[0].corners[1].0 - fingers[0].corners[0].0,
        fingers[0].corners[1].1 - fingers[0].corners[0].1,
    );
    let length = (ax * ax + ay * ay).sqrt().max(1e-3);
    let (c, s) = (ax / length, ay / length);
    let mut tips: Vec<(f32, f32, f32)> = fingers
        .iter()
        .map(|f| {
            let (x, y) = ((f.corners[0].0 + f.corners[1].0) / 2.0, (f.corners[0].1 + f.corners[1].1) / 2.0);
            let area = f.image.width() as f32 * f.image.height() as f32;
            (x * c + y * s, y * c - x * s, area)
        })
        .collect();
    tips.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (left, right) = (tips.first()?, tips.last()?);
    let pitch = (right.0 - left.0) / 3.0;
    if pitch <= 0.0 {
        return None;
    }
    // Positive where the right side stands lower or is smaller: a right hand.
    let lower = (right.1 - left.1) / pitch;
    let smaller = libm::logf(left.2.max(1.0) / right.2.max(1.0));
    let say = lower + 0.5 * smaller;
    const SURE: f32 = 0.25;
    if say > SURE {
        Some(Hand::Right)
    } else if say < -SURE {
        Some(Hand::Left)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FingerPosition::*;

    #[test]
    fn expected_fingers_run_from_left_to_right() {
        let cases: [(FingerPosition, &[FingerPosition], &[FingerPosition]); 5] = [
            (PlainRightFour, &[], &[RightIndex, RightMiddle, RightRing, RightLittle]),
            (PlainLeftFour, &[], &[LeftLittle, LeftRing, LeftMiddle, LeftIndex]),
            (PlainLeftFour, &[LeftRing], &[LeftLittle, LeftMiddle, LeftIndex]),
            (PlainThumbs, &[], &[LeftThumb, RightThumb]),
            (PlainThumbs, &[PlainLeftThumb], &[RightThumb]),
        ];
        for (position, absent, want) in cases {
            assert_eq!(expected(position, absent), want);
        }
    }

    #[test]
    fn a_missing_finger_shows_in_the_spacing() {
        let right = [RightIndex, RightMiddle, RightRing, RightLittle];
        for missing in 0..4 {
            let names: Vec<FingerPosition> = (0..4).filter(|i| *i != missing).map(|i| right[i]).collect();
            let points: Vec<(f32, f32)> = names.iter().map(|n| (tip(*n).0 + 7.0, tip(*n).1 + 2.0)).collect();
            let best = choices(4, 3)
                .into_iter()
                .map(|c| c.into_iter().map(|i| right[i]).collect::<Vec<_>>())
                .min_by(|a, b| fit(&points, a).total_cmp(&fit(&points, b)));
            assert_eq!(best, Some(names));
        }
    }
}
