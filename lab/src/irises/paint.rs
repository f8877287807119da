//! Alterations of light: levels, lamps, shades, and things that stand before the eye.

use super::shot::Shot;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

/// Mean grey of the picture.
fn mean(shot: &Shot) -> f32 {
    shot.v.iter().sum::<f32>() / shot.v.len().max(1) as f32
}

pub(super) fn gamma(shot: &Shot, g: f32) -> Shot {
    shot.clone().each(|_, _, v| 255.0 * (v.clamp(0.0, 255.0) / 255.0).powf(g))
}

/// Less contrast about the mean, and more or less light.
pub(super) fn levels(shot: &Shot, contrast: f32, light: f32) -> Shot {
    let m = mean(shot);
    shot.clone().each(|_, _, v| m + contrast * (v - m) + light)
}

/// Independent noise of this deviation on every pixel (a sum of uniform values).
pub(super) fn noisy(shot: &Shot, deviation: f32, rng: &mut ChaCha8Rng) -> Shot {
    let mut out = shot.clone();
    for v in &mut out.v {
        let sum: f32 = (0..6).map(|_| rng.random_range(-1.0..1.0f32)).sum();
        *v += deviation * sum / 2f32.sqrt();
    }
    out
}

/// Blurred by so many radii.
pub(super) fn defocused(shot: &Shot, radii: f32) -> Shot {
    let [_, (_, _, lr)] = shot.circles();
    shot.blurred(radii * lr)
}

/// Light that falls to `edge` in the corners of the frame.
pub(super) fn vignetted(shot: &Shot, edge: f32) -> Shot {
    let (cx, cy) = (0.5 * shot.w as f32, 0.5 * shot.h as f32);
    let far = cx * cx + cy * cy;
    shot.clone().each(|x, y, v| v * (1.0 - (1.0 - edge) * ((x - cx).powi(2) + (y - cy).powi(2)) / far))
}

/// Light that grows from `low` to `high` along a direction.
pub(super) fn lit_from(shot: &Shot, low: f32, high: f32, turns: f32) -> Shot {
    let (s, c) = (turns * std::f32::consts::TAU).sin_cos();
    let (w, h) = (shot.w as f32, shot.h as f32);
    let reach = 0.5 * (w * c.abs() + h * s.abs());
    shot.clone().each(|x, y, v| {
        let t = 0.5 + 0.5 * ((x - 0.5 * w) * c - (y - 0.5 * h) * s) / reach;
        v * (low + (high - low) * t)
    })
}

/// How far beyond the limbus a place is, in radii of it (negative inside).
fn beyond(shot: &Shot) -> impl Fn(f32, f32) -> f32 + use<> {
    let [_, (lx, ly, lr)] = shot.circles();
    move |x, y| (x - lx).hypot(y - ly) / lr - 1.0
}

/// Median grey of the ring between two shares of the way from the pupil to the limbus, at the sides.
fn ring_level(shot: &Shot, from: f32, to: f32) -> f32 {
    let mut values: Vec<f32> = shot
        .pupil
        .iter()
        .zip(&shot.limbus)
        .enumerate()
        .filter(|(i, _)| {
            let up = (*i as f32 / shot.pupil.len() as f32 * std::f32::consts::TAU).sin();
            (-0.6..0.4).contains(&up)
        })
        .flat_map(|(_, (p, l))| {
            [from, 0.5 * (from + to), to].map(|t| shot.sample(p.0 + t * (l.0 - p.0), p.1 + t * (l.1 - p.1)))
        })
        .collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(128.0)
}

/// What lies beyond the limbus brought nearer to the iris's grey (`k` below 1) or away from it; the change fades out
/// over a radius.
pub(super) fn sclera(shot: &Shot, k: f32) -> Shot {
    let level = ring_level(shot, 0.75, 0.92);
    let out = beyond(shot);
    shot.clone().each(|x, y, v| {
        let d = out(x, y);
        let share = ((d + 0.02) / 0.06).clamp(0.0, 1.0) * (1.0 - d).clamp(0.0, 1.0);
        v + share * (k - 1.0) * (v - level)
    })
}

/// The pupil's darkness brought nearer to the iris's grey: 0 leaves it, 1 makes them equal.
pub(super) fn hazy_pupil(shot: &Shot, k: f32) -> Shot {
    let level = ring_level(shot, 0.1, 0.3);
    let [(px, py, pr), _] = shot.circles();
    shot.clone().each(|x, y, v| {
        let d = (x - px).hypot(y - py) / pr - 1.0;
        let share = (0.5 - d / 0.1).clamp(0.0, 1.0);
        if v < level { v + share * k * (level - v) } else { v }
    })
}

/// White lamps at a share of the way from the pupil's middle (0) over its edge (1) to the limbus (2).
pub(super) fn lamps(shot: &Shot, count: usize, at: f32, radius: f32, rng: &mut ChaCha8Rng) -> Shot {
    let [(px, py, pr), (_, _, lr)] = shot.circles();
    let away = if at < 1.0 { at * pr } else { pr + (at - 1.0) * (lr - pr) };
    let first = rng.random_range(0.0..1.0f32);
    let spots: Vec<(f32, f32)> = (0..count)
        .map(|i| {
            let (s, c) = ((first + i as f32 / count as f32) * std::f32::consts::TAU).sin_cos();
            (px + away * c, py - away * s)
        })
        .collect();
    let r = (radius * lr).max(1.2);
    shot.clone().each(|x, y, v| {
        let near = spots.iter().map(|(sx, sy)| (x - sx).hypot(y - sy)).fold(f32::MAX, f32::min);
        let share = (0.5 - (near - r) / 1.5).clamp(0.0, 1.0);
        v + share * (250.0 - v).max(0.0)
    })
}

/// A dark or light border of this share of the frame on every side.
pub(super) fn bordered(shot: &Shot, share: f32, grey: f32) -> Shot {
    let (w, h) = (shot.w as f32, shot.h as f32);
    shot.clone().each(|x, y, v| {
        let inside = x.min(w - 1.0 - x) >= share * w && y.min(h - 1.0 - y) >= share * h;
        if inside { v } else { grey }
    })
}

/// Dark hair over a corner of the frame, 1.25 radii from the limbus's middle and beyond.
pub(super) fn hair(shot: &Shot, rng: &mut ChaCha8Rng) -> Shot {
    let [_, (lx, ly, lr)] = shot.circles();
    let (s, c) = (rng.random_range(0.08..0.42f32) * std::f32::consts::TAU).sin_cos();
    let phase = rng.random_range(0.0..6.0f32);
    shot.clone().each(|x, y, v| {
        let along = (x - lx) * s + (y - ly) * c;
        let out = ((x - lx) * c - (y - ly) * s) / lr - 1.25 - 0.05 * (9.0 * along / lr + phase).sin();
        let strand = 22.0 + 10.0 * (40.0 * along / lr + 7.0 * out).sin();
        let share = (out / 0.04).clamp(0.0, 1.0);
        v + share * (strand - v)
    })
}

/// Glasses: a dark rim, 0.1 radii wide, of the size that rims have (an iris is 12 mm across, a glass 45 by 32), and a
/// broad white reflection that may lie over the iris.
pub(super) fn glasses(shot: &Shot, reflection: f32, rng: &mut ChaCha8Rng) -> Shot {
    let [_, (lx, ly, lr)] = shot.circles();
    let (dx, dy) = (rng.random_range(-0.8..0.8f32), rng.random_range(-0.4..0.6f32));
    let turn = rng.random_range(0.0..std::f32::consts::TAU);
    let (gx, gy) = (lx + 0.9 * lr * turn.cos(), ly - 0.9 * lr * turn.sin());
    let slant = rng.random_range(0.2..0.9f32);
    shot.clone().each(|x, y, v| {
        let (u, w) = ((x - lx) / lr - dx, (y - ly) / lr - dy);
        let d = ((u / 3.75).powi(4) + (w / 2.65).powi(4)).powf(0.25);
        let rim = (1.0 - ((d - 1.0).abs() - 0.03) / 0.01).clamp(0.0, 1.0);
        let (a, b) = ((x - gx) / lr, (y - gy) / lr);
        let (p, q) = (a * slant.cos() + b * slant.sin(), b * slant.cos() - a * slant.sin());
        let spot = 1.0 - ((p / (1.2 * reflection)).powi(4) + (q / (0.5 * reflection)).powi(4)).powf(0.25);
        let share = (spot / 0.1).clamp(0.0, 1.0);
        let v = v + share * (245.0 - v).max(0.0);
        v + rim * (18.0 - v)
    })
}

/// Lashes: dark bent strokes that hang from above over the iris.
pub(super) fn lashes(shot: &Shot, count: usize, rng: &mut ChaCha8Rng) -> Shot {
    let [_, (lx, ly, lr)] = shot.circles();
    let mut out = shot.clone();
    for _ in 0..count {
        let (x, bend) = (rng.random_range(-1.1..1.1f32), rng.random_range(-0.5..0.5f32));
        let (top, length) = (rng.random_range(-1.0..-0.7f32), rng.random_range(0.3..0.9f32));
        let (grey, wide) = (rng.random_range(15.0..50.0f32), rng.random_range(0.012..0.022f32));
        let n = (length * lr * 2.0) as usize + 2;
        for i in 0..n {
            let t = i as f32 / n as f32;
            let (px, py) = (lx + (x + bend * t * t) * lr, ly + (top + length * t) * lr);
            let r = (wide * lr * (1.2 - t)).max(0.5);
            let span = |c: f32, most: usize| {
                let from = (c - r - 1.0).max(0.0) as usize;
                from..((c + r + 2.0).max(0.0) as usize).min(most)
            };
            for y in span(py, out.h) {
                for x in span(px, out.w) {
                    let near = (x as f32 - px).hypot(y as f32 - py);
                    let share = (r + 0.5 - near).clamp(0.0, 1.0);
                    let v = &mut out.v[y * out.w + x];
                    *v += 0.7 * share * (grey - *v).min(0.0);
                }
            }
        }
    }
    out
}
