//! Synthetic pictures for the preview, drawn by code: prints from a phase field with planted minutiae, eyes from
//! rings and noise. Good enough to try the viewer; no person ever had these fingers.

use ridgeline_console::view::{Contour, Grid, Minutia, MinutiaKind, Side};
use std::f32::consts::{PI, TAU};

const WIDTH: u32 = 420;
const HEIGHT: u32 = 500;
const RIDGE_PERIOD_PX: f32 = 9.0;
const MINUTIAE: u32 = 34;
const EYE_WIDTH: u32 = 640;
const EYE_HEIGHT: u32 = 480;

/// 0 to 1, the same for the same input everywhere.
fn noise(a: u32, b: u32, c: u32) -> f32 {
    let mut h = a.wrapping_mul(0x9e37_79b1) ^ b.wrapping_mul(0x85eb_ca77) ^ c.wrapping_mul(0xc2b2_ae3d);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    ((h ^ (h >> 15)) >> 8) as f32 / (1u32 << 24) as f32
}

/// Smooth noise over a lattice of `cell` pixels.
fn cloud(x: f32, y: f32, cell: f32, seed: u32) -> f32 {
    let (fx, fy) = (x / cell + 64.0, y / cell + 64.0);
    let (ix, iy) = (fx.floor(), fy.floor());
    let (u, v) = (fx - ix, fy - iy);
    let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
    let at = |dx: f32, dy: f32| noise((ix + dx) as u32, (iy + dy) as u32, seed);
    let top = at(0.0, 0.0) * (1.0 - u) + at(1.0, 0.0) * u;
    let bottom = at(0.0, 1.0) * (1.0 - u) + at(1.0, 1.0) * u;
    top * (1.0 - v) + bottom * v
}

/// One finger: where its core is and where its minutiae are, in the probe's frame.
struct Finger {
    seed: u32,
    core: (f32, f32),
    minutiae: Vec<(f32, f32, f32)>,
}

impl Finger {
    fn new(code: u8) -> Self {
        let seed = u32::from(code) * 7919;
        let core = (
            WIDTH as f32 * (0.47 + 0.06 * noise(seed, 1, 0)),
            HEIGHT as f32 * (0.42 + 0.06 * noise(seed, 2, 0)),
        );
        let mut minutiae: Vec<(f32, f32, f32)> = Vec::new();
        let mut try_no = 0;
        while minutiae.len() < MINUTIAE as usize && try_no < 4000 {
            try_no += 1;
            let (x, y) = (
                WIDTH as f32 * noise(seed, try_no, 3),
                HEIGHT as f32 * (0.06 + 0.88 * noise(seed, try_no, 4)),
            );
            let inside = inside(x, y, 0.86) > 0.0;
            let apart = minutiae.iter().all(|(a, b, _)| (a - x).hypot(b - y) > 26.0);
            if inside && apart && (x - core.0).hypot(y - core.1) > 24.0 {
                minutiae.push((x, y, if noise(seed, try_no, 5) < 0.5 { 1.0 } else { -1.0 }));
            }
        }
        Self { seed, core, minutiae }
    }

    /// Distance-like height whose level lines are the ridges: arches that close around the core.
    fn height(&self, x: f32, y: f32) -> f32 {
        let (dx, dy) = (x - self.core.0, y - self.core.1);
        let below = 1.0 / (1.0 + (-dy / 40.0).exp());
        let round = (dx * dx * 1.15 + dy * dy * 0.75 + 30.0).sqrt();
        let lean = 0.18 * (noise(self.seed, 9, 9) - 0.5);
        round * (1.0 - 0.35 * below)
            + below * ((dx * dx + 900.0).sqrt() * 0.25 - dy * 0.22)
            + lean * dx
            + 26.0 * (cloud(x, y, 120.0, self.seed) - 0.5)
    }

    fn phase(&self, x: f32, y: f32) -> f32 {
        let spirals: f32 = self.minutiae.iter().map(|(mx, my, s)| s * (y - my).atan2(x - mx)).sum();
        self.height(x, y) * TAU / RIDGE_PERIOD_PX + spirals
    }

    /// Angle of the ridge, 0 to pi, anticlockwise from the x axis.
    fn ridge_angle(&self, x: f32, y: f32) -> f32 {
        let gx = self.height(x + 2.0, y) - self.height(x - 2.0, y);
        let gy = self.height(x, y + 2.0) - self.height(x, y - 2.0);
        // The ridge runs across the slope; the image's y axis points down.
        gx.atan2(gy).rem_euclid(PI)
    }
}

/// Above 0 inside the print.
fn inside(x: f32, y: f32, size: f32) -> f32 {
    let (u, v) = ((x / WIDTH as f32 - 0.5) / 0.47, (y / HEIGHT as f32 - 0.5) / 0.48);
    size - (u.powi(2) + v.abs().powf(2.6)).sqrt()
}

/// The candidate lies turned and shifted.
struct Placed {
    turn: f32,
    shift: (f32, f32),
}

impl Placed {
    fn new(code: u8, candidate: bool) -> Self {
        if !candidate {
            return Self { turn: 0.0, shift: (0.0, 0.0) };
        }
        let seed = u32::from(code);
        Self {
            turn: 0.28 * (noise(seed, 11, 0) - 0.35),
            shift: (36.0 * (noise(seed, 12, 0) - 0.5), 44.0 * (noise(seed, 13, 0) - 0.5)),
        }
    }

    fn forth(&self, x: f32, y: f32) -> (f32, f32) {
        let (cx, cy) = (WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0);
        let (s, c) = self.turn.sin_cos();
        let (dx, dy) = (x - cx, y - cy);
        (cx + c * dx + s * dy + self.shift.0, cy - s * dx + c * dy + self.shift.1)
    }

    fn back(&self, x: f32, y: f32) -> (f32, f32) {
        let (cx, cy) = (WIDTH as f32 / 2.0, HEIGHT as f32 / 2.0);
        let (s, c) = self.turn.sin_cos();
        let (dx, dy) = (x - cx - self.shift.0, y - cy - self.shift.1);
        (cx + c * dx - s * dy, cy + s * dx + c * dy)
    }
}

/// Image and overlays of a position: 1 to 10 fingers, 11 and 12 eyes.
pub(crate) fn side(code: u8, candidate: bool) -> Side {
    if code > 10 {
        return eye_side(code, candidate);
    }
    let finger = Finger::new(code);
    let placed = Placed::new(code, candidate);
    let size = if candidate { 1.05 } else { 0.94 };
    let minutiae = finger
        .minutiae
        .iter()
        .enumerate()
        .map(|(i, (mx, my, sign))| {
            let (x, y) = placed.forth(*mx, *my);
            let dir = finger.ridge_angle(*mx, *my) + placed.turn + if *sign > 0.0 { 0.0 } else { PI };
            let kind = match i % 5 {
                0 | 1 | 3 => MinutiaKind::Ending,
                2 => MinutiaKind::Bifurcation,
                _ => MinutiaKind::Other,
            };
            Minutia { x, y, dir: dir.rem_euclid(TAU), kind }
        })
        .collect();
    let step_px = 16.0;
    let (columns, rows) = (WIDTH / 16, HEIGHT / 16);
    let cells = || {
        (0..rows).flat_map(move |r| (0..columns).map(move |c| (c as f32 * 16.0 + 8.0, r as f32 * 16.0 + 8.0)))
    };
    let print = |x: f32, y: f32| inside(x, y, size) > 0.02;
    let flow = cells()
        .map(|(x, y)| {
            let (px, py) = placed.back(x, y);
            print(x, y).then(|| (finger.ridge_angle(px, py) + placed.turn).rem_euclid(PI))
        })
        .collect();
    let quality = cells()
        .map(|(x, y)| {
            let (px, py) = placed.back(x, y);
            print(x, y).then(|| {
                (0.3 + 1.4 * inside(x, y, size) + 0.5 * (cloud(px, py, 60.0, finger.seed + 5) - 0.5))
                    .clamp(0.0, 1.0)
            })
        })
        .collect();
    let grid = |values| Some(Grid { x_px: 0.0, y_px: 0.0, step_px, columns, rows, values });
    Side {
        width_px: WIDTH,
        height_px: HEIGHT,
        ppi: Some(500.0),
        minutiae,
        flow: grid(flow),
        quality: grid(quality),
        ..Side::default()
    }
}

fn eye_side(code: u8, candidate: bool) -> Side {
    let ring = |r: f32| Contour {
        x: if candidate { 327.0 } else { 322.0 },
        y: 246.0,
        radii: (0..64).map(|i| r + 2.0 * (i as f32 * TAU / 64.0 * 3.0 + f32::from(code)).sin()).collect(),
    };
    Side {
        width_px: EYE_WIDTH,
        height_px: EYE_HEIGHT,
        contours: vec![ring(48.0), ring(128.0)],
        ..Side::default()
    }
}

/// The grey picture of a position as a PNG.
pub(crate) fn png(code: u8, candidate: bool) -> Vec<u8> {
    let (width, height) = if code > 10 { (EYE_WIDTH, EYE_HEIGHT) } else { (WIDTH, HEIGHT) };
    let mut pixels = Vec::with_capacity((width * height) as usize);
    let finger = Finger::new(code);
    let placed = Placed::new(code, candidate);
    for y in 0..height {
        for x in 0..width {
            let value = if code > 10 {
                eye(code, candidate, x, y)
            } else {
                print(&finger, &placed, candidate, x as f32, y as f32)
            };
            pixels
                .push((value + 10.0 * (noise(x, y, u32::from(candidate) + 2) - 0.5)).clamp(0.0, 255.0) as u8);
        }
    }
    encode(width, height, &pixels)
}

fn print(finger: &Finger, placed: &Placed, candidate: bool, x: f32, y: f32) -> f32 {
    let (px, py) = placed.back(x, y);
    let edge = (inside(x, y, if candidate { 1.05 } else { 0.94 }) * 14.0).clamp(0.0, 1.0);
    let press = cloud(x, y, 70.0, finger.seed + u32::from(candidate) * 31);
    let bias = if candidate { 0.25 } else { -0.05 } + 0.5 * (press - 0.5);
    let ridge = ((finger.phase(px, py).cos() + bias) * 2.2).tanh() * 0.5 + 0.5;
    let pores = if cloud(px * 2.3, py * 2.3, 9.0, finger.seed + 8) > 0.86 { 0.55 } else { 1.0 };
    238.0 - 190.0 * ridge * edge * pores * (0.75 + 0.25 * press)
}

fn eye(code: u8, candidate: bool, x: u32, y: u32) -> f32 {
    let seed = u32::from(code) * 31;
    let shift = if candidate { 5.0 } else { 0.0 };
    let (dx, dy) = (x as f32 - 322.0 - shift, y as f32 - 246.0);
    let (r, angle) = (dx.hypot(dy), dy.atan2(dx));
    let skin = 150.0 + 40.0 * cloud(x as f32, y as f32, 90.0, seed);
    if dy < -118.0 + 0.0012 * dx * dx || dy > 150.0 - 0.0013 * dx * dx {
        return skin;
    }
    if r < 48.0 {
        return if (dx + 14.0).hypot(dy + 16.0) < 7.0 { 250.0 } else { 26.0 };
    }
    if r < 128.0 {
        let spokes = cloud(angle.cos() * 260.0 + 900.0, angle.sin() * 260.0 + 900.0, 7.0, seed + 1);
        let crypts = cloud(angle.cos() * r * 1.2 + 500.0, angle.sin() * r * 1.2 + 500.0, 11.0, seed + 2);
        let rim = ((128.0 - r) / 12.0).min(1.0);
        return 55.0
            + 75.0 * (0.6 * spokes + 0.4 * crypts) * rim
            + 22.0 * (-((r - 66.0) / 12.0).powi(2)).exp();
    }
    205.0 - 0.08 * r + 12.0 * cloud(x as f32, y as f32, 40.0, seed + 4)
}

fn encode(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    if let Ok(mut writer) = encoder.write_header() {
        let _ = writer.write_image_data(pixels);
    }
    out
}
