//! From the network's maps to minutiae.

use super::{CELL_PX, Maps, channel};
use crate::plane::Plane;
use crate::{Minutia, MinutiaKind};
use core::f32::consts::TAU;

/// Least heat, as a probability, of a cell that is looked at: what is weaker is wrong nine times out of ten, on
/// synthetic prints that training had not seen. Low, because the comparison takes a doubtful minutia for what it is: with
/// its probability. At 0.31 real prints that are wet, dry or stretched lose twice as many mates.
pub(crate) const MIN_HEAT: f32 = 0.20;
/// Log-odds that a minutia of some heat is real: slope and offset of a line in the heat, fitted to synthetic prints
/// that training had not seen (`cargo run --release -p ridgeline-synth --example truth`). The heat itself is low: the
/// trainer lets it speak for a whole bell around each minutia.
const CALIBRATION: (f32, f32) = (2.72, 1.23);
/// Of two minutiae nearer than this, the hotter one stays: less than the narrowest ridge period.
const APART_PX: f32 = 6.0;
/// How far ahead of a minutia the ridge image tells its type: a ridge there, and the ridge ends; a valley, and it
/// lies between the branches of a fork.
const TYPE_AHEAD_PX: f32 = 6.0;
/// Less relief than this tells no type.
const MIN_RELIEF: f32 = 0.1;

/// Probability of log-odds.
pub(crate) fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-log_odds))
}

/// Minutiae on cells where `foreground` is above zero, the most confident first, at most `most`.
pub(crate) fn minutiae(maps: &Maps, ridges: &Plane, foreground: &Plane, most: usize) -> Vec<Minutia> {
    let mut found: Vec<Minutia> = Vec::new();
    let least = libm::logf(MIN_HEAT / (1.0 - MIN_HEAT));
    for y in 0..maps.h {
        for x in 0..maps.w {
            let cell = maps.cell(x, y);
            // Also false where the heat is not a number.
            let hot = cell[channel::HEAT] >= least && foreground.v[y * foreground.w + x] > 0.0;
            if hot && is_peak(maps, x, y) {
                found.push(minutia(cell, x, y, ridges));
            }
        }
    }
    // Ties by place, which is how they were found.
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut kept: Vec<Minutia> = Vec::new();
    for m in found {
        let near = |o: &Minutia| (o.x - m.x) * (o.x - m.x) + (o.y - m.y) * (o.y - m.y) < APART_PX * APART_PX;
        if !kept.iter().any(near) {
            kept.push(m);
            if kept.len() == most {
                break;
            }
        }
    }
    kept
}

/// Whether no neighbour is hotter; of equals the first one is the peak.
fn is_peak(maps: &Maps, x: usize, y: usize) -> bool {
    let own = maps.cell(x, y)[channel::HEAT];
    for ny in y.saturating_sub(1)..(y + 2).min(maps.h) {
        for nx in x.saturating_sub(1)..(x + 2).min(maps.w) {
            let other = maps.cell(nx, ny)[channel::HEAT];
            if other > own || (other == own && (ny, nx) < (y, x)) {
                return false;
            }
        }
    }
    true
}

fn minutia(cell: &[f32], x: usize, y: usize, ridges: &Plane) -> Minutia {
    let side = CELL_PX as f32;
    let place = |i: usize, offset: f32| (i as f32 + 0.5 + offset.clamp(-1.0, 1.0)) * side - 0.5;
    let (px, py) = (place(x, cell[channel::OFFSET]), place(y, cell[channel::OFFSET + 1]));
    let angle = libm::atan2f(cell[channel::DIRECTION + 1], cell[channel::DIRECTION]);
    let direction = if angle < 0.0 { angle + TAU } else { angle };
    let (dx, dy) = (TYPE_AHEAD_PX * libm::cosf(angle), -TYPE_AHEAD_PX * libm::sinf(angle));
    let ahead = ridges.sample(px + dx, py + dy);
    let kind = if ahead > MIN_RELIEF {
        MinutiaKind::Ending
    } else if ahead < -MIN_RELIEF {
        MinutiaKind::Bifurcation
    } else {
        MinutiaKind::Other
    };
    Minutia {
        x: px.clamp(0.0, (ridges.w - 1) as f32),
        y: py.clamp(0.0, (ridges.h - 1) as f32),
        direction,
        kind,
        confidence: probability(CALIBRATION.0 * cell[channel::HEAT] + CALIBRATION.1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::HEAD_CHANNELS;
    use super::*;

    /// Cold cells, but for these values of column, row and channel; later ones count.
    fn maps(w: usize, h: usize, values: &[(usize, usize, usize, f32)]) -> Maps {
        Maps::from_fn(w, h, HEAD_CHANNELS, |x, y, k| {
            let set = values.iter().rev().find(|v| (v.0, v.1, v.2) == (x, y, k));
            set.map_or(if k == channel::HEAT { -9.0 } else { 0.0 }, |v| v.3)
        })
    }

    #[test]
    fn a_peak_becomes_a_minutia_and_its_shadow_does_not() {
        let found_at = [
            (5, 4, channel::HEAT, 2.0),
            (5, 4, channel::OFFSET, 0.25),
            (5, 4, channel::OFFSET + 1, -0.5),
            // Its direction is up: the ridge image decides by what lies above.
            (5, 4, channel::DIRECTION + 1, 0.7),
            (6, 4, channel::HEAT, 1.0),
            // Not a neighbour, but the offsets bring it within 6 px of the first.
            (7, 4, channel::HEAT, 1.5),
            (7, 4, channel::OFFSET, -0.6),
            // In the background.
            (15, 12, channel::HEAT, 2.0),
            (10, 8, channel::HEAT, -2.0),
        ];
        let maps = maps(20, 16, &found_at);
        let foreground = Plane::from_fn(20, 16, |_, y| if y < 10 { 1.0 } else { 0.0 });
        for (height, kind) in
            [(0.8, MinutiaKind::Ending), (-0.8, MinutiaKind::Bifurcation), (0.0, MinutiaKind::Other)]
        {
            let ridges = Plane::from_fn(80, 64, |_, y| if y < 12 { height } else { -height });
            let found = minutiae(&maps, &ridges, &foreground, 10);
            assert_eq!(found.len(), 1);
            let m = found[0];
            assert_eq!((m.x, m.y, m.kind), (22.5, 15.5, kind));
            assert!((m.direction - core::f32::consts::FRAC_PI_2).abs() < 1e-6);
            assert!(m.confidence > 0.8 && m.confidence <= 1.0);
        }
    }

    #[test]
    fn equals_beside_each_other_count_once() {
        let maps = maps(8, 8, &[(2, 3, channel::HEAT, 3.0), (3, 3, channel::HEAT, 3.0)]);
        let foreground = Plane::from_fn(8, 8, |_, _| 1.0);
        let found = minutiae(&maps, &Plane::new(32, 32), &foreground, 10);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].x, 9.5);
    }
}
