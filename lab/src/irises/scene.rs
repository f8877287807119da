//! Alterations of place: size, frame, tilt, mirrored pictures, gaze.

use super::shot::{Map, Shot};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

/// `k` times as large.
pub(super) fn scaled(shot: &Shot, k: f32) -> Shot {
    let (w, h) = ((shot.w as f32 * k).round(), (shot.h as f32 * k).round());
    let (a, e) = (shot.w as f32 / w, shot.h as f32 / h);
    shot.mapped(w as usize, h as usize, Map([a, 0.0, 0.5 * a - 0.5, 0.0, e, 0.5 * e - 0.5]))
}

/// A picture of 640 x 480 in which the limbus has this radius and lies anywhere that it fits into whole.
pub(super) fn in_a_room(shot: &Shot, radius: f32, rng: &mut ChaCha8Rng) -> Shot {
    let (w, h) = (640.0, 480.0);
    let [_, (lx, ly, lr)] = shot.circles();
    let k = radius / lr;
    let room = |side: f32, rng: &mut ChaCha8Rng| {
        let free = (0.5 * side - 1.15 * radius).max(0.0);
        0.5 * side + free * rng.random_range(-1.0..1.0f32)
    };
    let (x, y) = (room(w, rng), room(h, rng));
    shot.mapped(w as usize, h as usize, Map([1.0 / k, 0.0, lx - x / k, 0.0, 1.0 / k, ly - y / k]))
}

/// Cut so that the frame lies `margin` radii beside the limbus (negative: cuts it) on one side, `0` right to `3` top.
pub(super) fn cut(shot: &Shot, side: u8, margin: f32) -> Shot {
    let [_, (lx, ly, lr)] = shot.circles();
    let reach = (1.0 + margin) * lr;
    let (mut x0, mut y0, mut x1, mut y1) = (0.0, 0.0, shot.w as f32, shot.h as f32);
    match side {
        0 => x1 = (lx + reach).min(x1),
        1 => x0 = (lx - reach).max(x0),
        2 => y1 = (ly + reach).min(y1),
        _ => y0 = (ly - reach).max(y0),
    }
    let (x0, y0) = (x0.floor(), y0.floor());
    shot.mapped((x1 - x0) as usize, (y1 - y0) as usize, Map([1.0, 0.0, x0, 0.0, 1.0, y0]))
}

/// Turned about the limbus's middle, clockwise as seen.
pub(super) fn tilted(shot: &Shot, degrees: f32) -> Shot {
    let (s, c) = degrees.to_radians().sin_cos();
    let [_, (x, y, _)] = shot.circles();
    shot.mapped(shot.w, shot.h, Map([c, s, x - c * x - s * y, -s, c, y + s * x - c * y]))
}

/// As in a mirror.
pub(super) fn mirrored(shot: &Shot) -> Shot {
    shot.mapped(shot.w, shot.h, Map([-1.0, 0.0, shot.w as f32 - 1.0, 0.0, 1.0, 0.0]))
}

/// Seen from the side, or from above: narrower by `k` across or down.
pub(super) fn squeezed(shot: &Shot, across: f32, down: f32) -> Shot {
    let (w, h) = ((shot.w as f32 * across) as usize, (shot.h as f32 * down) as usize);
    shot.mapped(w, h, Map([1.0 / across, 0.0, 0.0, 0.0, 1.0 / down, 0.0]))
}

/// Every other line a moment later, the head moved by so many radii.
pub(super) fn interlaced(shot: &Shot, radii: f32) -> Shot {
    let [_, (_, _, lr)] = shot.circles();
    let from = shot.clone();
    shot.clone().each(|x, y, v| if y as usize % 2 == 1 { from.sample(x + radii * lr, y) } else { v })
}

/// Smeared along a direction by so many radii.
pub(super) fn smeared(shot: &Shot, radii: f32, rng: &mut ChaCha8Rng) -> Shot {
    let [_, (_, _, lr)] = shot.circles();
    let (s, c) = rng.random_range(0.0..std::f32::consts::PI).sin_cos();
    let n = ((radii * lr).ceil() as usize).max(2);
    let from = shot.clone();
    shot.clone().each(|x, y, _| {
        let step = |i: usize| (i as f32 / (n - 1) as f32 - 0.5) * radii * lr;
        (0..n).map(|i| from.sample(x + step(i) * c, y + step(i) * s)).sum::<f32>() / n as f32
    })
}
