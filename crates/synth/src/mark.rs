//! Scars, marks and tattoos: drawn, plainly synthetic pictures with NCIC codes.
//!
//! Photographs are out of scope. A mark is a simple figure on a patch of made-up skin, with a scale bar and the word
//! SYNTHETIC in a corner; no figure stands for a group, a creed or a place.

use crate::{
    dice::Dice,
    noise::lattice,
    num::{self, PI, TAU},
};
use raster::{ImageError, RgbImage};
use serde::{Deserialize, Serialize};

/// What a mark is (ANSI/NIST-ITL 10.003 IMT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MarkKind {
    /// A scar.
    Scar,
    /// A birthmark or mole.
    Mark,
    /// A tattoo.
    Tattoo,
}

impl MarkKind {
    /// The image type of a Type-10 record: SCAR, MARK or TATTOO.
    pub const fn image_type(self) -> &'static str {
        match self {
            Self::Scar => "SCAR",
            Self::Mark => "MARK",
            Self::Tattoo => "TATTOO",
        }
    }
}

/// One mark.
#[derive(Debug, Clone)]
pub struct Mark {
    /// What it is.
    pub kind: MarkKind,
    /// NCIC code with its place on the body (10.040 SMT), for instance `TAT LF ARM`.
    pub code: &'static str,
    /// What is drawn, in words.
    pub description: String,
    /// The picture, 360 x 300.
    pub image: RgbImage,
}

const WIDTH: usize = 360;
const HEIGHT: usize = 300;

/// Codes of NCIC's table for places that a station may photograph.
const TATTOOS: [&str; 8] = [
    "TAT L ARM",
    "TAT R ARM",
    "TAT LF ARM",
    "TAT RF ARM",
    "TAT L HND",
    "TAT R HND",
    "TAT NECK",
    "TAT L CALF",
];
const SCARS: [&str; 8] =
    ["SC LF ARM", "SC RF ARM", "SC L HND", "SC R HND", "SC CHIN", "SC FHD", "SC L KNEE", "SC R KNEE"];
const MOLES: [&str; 4] = ["MOLE L ARM", "MOLE R ARM", "MOLE NECK", "MOLE BACK"];

/// Draws the mark that belongs to this seed.
///
/// # Errors
/// [`ImageError`] is passed on; it does not happen.
pub fn mark(seed: u64) -> Result<Mark, ImageError> {
    let mut dice = Dice::new(seed, "mark", 0, 0);
    let d = &mut dice;
    let mut canvas = Canvas::skin(d);
    let (kind, code, description) = match d.weighted(&[0.6, 0.3, 0.1]) {
        0 => (MarkKind::Tattoo, d.pick(&TATTOOS), tattoo(d, &mut canvas)),
        1 => (MarkKind::Scar, d.pick(&SCARS), scar(d, &mut canvas)),
        _ => (MarkKind::Mark, d.pick(&MOLES), mole(d, &mut canvas)),
    };
    canvas.label();
    let image = RgbImage::new(WIDTH as u32, HEIGHT as u32, None, canvas.pixels())?;
    Ok(Mark { kind, code: code.copied().unwrap_or("TAT L ARM"), description, image })
}

/// A picture in the making: red, green and blue, 0 to 255.
struct Canvas(Vec<[f32; 3]>);

impl Canvas {
    /// Skin of any tone, softly lit.
    fn skin(d: &mut Dice) -> Self {
        let tone = d.unit();
        let base = [num::mix(236.0, 92.0, tone), num::mix(196.0, 60.0, tone), num::mix(172.0, 42.0, tone)];
        let key = d.bits();
        let (lx, ly) = (d.range(0.2, 0.8), d.range(0.2, 0.8));
        let mut all = Vec::with_capacity(WIDTH * HEIGHT);
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let (fx, fy) = (x as f32, y as f32);
                let (u, v) = (fx / WIDTH as f32 - lx, fy / HEIGHT as f32 - ly);
                let light = 1.05 - 0.45 * (u * u + v * v)
                    + 0.04 * lattice(key, fx * 0.02, fy * 0.02)
                    + 0.035 * lattice(key ^ 1, fx * 0.35, fy * 0.35)
                    + 0.02 * lattice(key ^ 2, fx * 0.9, fy * 0.9);
                all.push(base.map(|c| c * light));
            }
        }
        Self(all)
    }

    /// A soft round touch of the brush.
    fn dab(&mut self, (x, y): (f32, f32), radius: f32, colour: [f32; 3], strength: f32) {
        let reach = radius.ceil() as i32 + 1;
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (px, py) = (x as i32 + dx, y as i32 + dy);
                if px < 0 || py < 0 || px >= WIDTH as i32 || py >= HEIGHT as i32 {
                    continue;
                }
                let (ex, ey) = (px as f32 - x, py as f32 - y);
                let cover = (radius + 0.5 - (ex * ex + ey * ey).sqrt()).clamp(0.0, 1.0) * strength;
                if let Some(pixel) = self.0.get_mut(py as usize * WIDTH + px as usize) {
                    for (slot, c) in pixel.iter_mut().zip(colour) {
                        *slot = num::mix(*slot, c, cover);
                    }
                }
            }
        }
    }

    fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: [f32; 3]) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = ((dx * dx + dy * dy).sqrt() / 0.7).clamp(1.0, 2000.0) as u32;
        for k in 0..=steps {
            let t = k as f32 / steps as f32;
            self.dab((from.0 + t * dx, from.1 + t * dy), width, colour, 0.8);
        }
    }

    /// SYNTHETIC in letters of 3 x 5 dots, and a bar of ten millimetres.
    fn label(&mut self) {
        const LETTERS: [(char, [u8; 5]); 8] = [
            ('S', [7, 4, 7, 1, 7]),
            ('Y', [5, 5, 2, 2, 2]),
            ('N', [7, 5, 5, 5, 5]),
            ('T', [7, 2, 2, 2, 2]),
            ('H', [5, 5, 7, 5, 5]),
            ('E', [7, 4, 7, 4, 7]),
            ('I', [7, 2, 2, 2, 7]),
            ('C', [7, 4, 4, 4, 7]),
        ];
        let ink = [20.0, 20.0, 140.0];
        for (i, letter) in "SYNTHETIC".chars().enumerate() {
            let Some((_, rows)) = LETTERS.iter().find(|(c, _)| *c == letter) else { continue };
            for (r, bits) in rows.iter().enumerate() {
                for c in (0..3).filter(|c| bits & (4 >> c) != 0) {
                    let at = (12.0 + (i * 4 + c) as f32 * 3.2, HEIGHT as f32 - 24.0 + r as f32 * 3.2);
                    self.dab(at, 1.4, ink, 1.0);
                }
            }
        }
        let (y, x) = (HEIGHT as f32 - 12.0, WIDTH as f32 - 70.0);
        self.line((x, y), (x + 56.0, y), 1.0, ink);
        self.line((x, y - 5.0), (x, y + 5.0), 1.0, ink);
        self.line((x + 56.0, y - 5.0), (x + 56.0, y + 5.0), 1.0, ink);
    }

    fn pixels(self) -> Vec<u8> {
        self.0.into_iter().flatten().map(|v| (v + 0.5).clamp(0.0, 255.0) as u8).collect()
    }
}

/// One of a few plain figures in one or two inks.
fn tattoo(d: &mut Dice, canvas: &mut Canvas) -> String {
    let inks = [
        ([28.0, 38.0, 66.0], "dark blue"),
        ([34.0, 34.0, 34.0], "black"),
        ([128.0, 30.0, 38.0], "red"),
        ([24.0, 84.0, 60.0], "green"),
    ];
    let (ink, colour) = inks.get(d.weighted(&[0.4, 0.4, 0.1, 0.1])).copied().unwrap_or(inks[0]);
    let (cx, cy) = (WIDTH as f32 * d.range(0.42, 0.58), HEIGHT as f32 * d.range(0.40, 0.52));
    let radius = d.range(55.0, 95.0);
    let turn = d.range(0.0, TAU);
    let width = d.range(1.5, 3.5);
    let on = |angle: f32, r: f32| {
        let (s, c) = num::sin_cos(angle);
        (cx + r * c, cy + r * s)
    };
    let points = 4 + d.below(5);
    match d.below(5) {
        0 => {
            let skip = 2 + d.below(points.saturating_sub(3) / 2);
            for k in 0..points {
                let at = |k: u32| on(turn + TAU * (k % points) as f32 / points as f32, radius);
                canvas.line(at(k), at(k + skip), width, ink);
            }
            format!("star figure of {points} points, {colour}")
        }
        1 => {
            let rings = 2 + d.below(3);
            for ring in 0..rings {
                let r = radius * (ring + 1) as f32 / rings as f32;
                for k in 0..64 {
                    canvas.line(on(TAU * k as f32 / 64.0, r), on(TAU * (k + 1) as f32 / 64.0, r), width, ink);
                }
            }
            format!("{rings} rings in each other, {colour}")
        }
        2 => {
            let turns = 2.0 + d.unit() * 2.0;
            for k in 0..120 {
                let at = |k: i32| {
                    let t = k as f32 / 120.0;
                    on(turn + TAU * turns * t, radius * t)
                };
                canvas.line(at(k), at(k + 1), width, ink);
            }
            format!("spiral, {colour}")
        }
        3 => {
            let waves = 3 + d.below(3);
            for row in 0..waves {
                let y = cy + (row as f32 - 0.5 * waves as f32) * 18.0;
                for k in 0..60 {
                    let at = |k: i32| {
                        let x = k as f32 / 60.0;
                        (cx + (x - 0.5) * 2.2 * radius, y + 7.0 * num::sin_cos(x * 5.0 * PI).0)
                    };
                    canvas.line(at(k), at(k + 1), width, ink);
                }
            }
            format!("{waves} wavy lines, {colour}")
        }
        _ => {
            let petals = points;
            for petal in 0..petals {
                let axis = turn + TAU * petal as f32 / petals as f32;
                for k in 0..40 {
                    let at = |k: i32| {
                        let t = k as f32 / 40.0 * PI;
                        on(
                            axis + 0.9 * PI / petals as f32 * num::sin_cos(2.0 * t).0,
                            radius * num::sin_cos(t).0,
                        )
                    };
                    canvas.line(at(k), at(k + 1), width, ink);
                }
            }
            format!("flower of {petals} petals, {colour}")
        }
    }
}

/// A pale or reddish line, sometimes with stitches.
fn scar(d: &mut Dice, canvas: &mut Canvas) -> String {
    let (mut x, mut y) = (WIDTH as f32 * d.range(0.2, 0.4), HEIGHT as f32 * d.range(0.25, 0.6));
    let mut heading = d.normal(0.3, 0.4);
    let length = d.range(90.0, 190.0);
    let pale = d.chance(0.6);
    let colour = if pale { [240.0, 214.0, 204.0] } else { [178.0, 96.0, 90.0] };
    let stitches = d.chance(0.4);
    let width = d.range(1.8, 4.0);
    for k in 0..length as i32 {
        heading += d.normal(0.0, 0.02);
        let (s, c) = num::sin_cos(heading);
        (x, y) = (x + c, y + s);
        let taper = num::sin_cos(PI * k as f32 / length).0.max(0.1);
        canvas.dab((x, y), width * taper, colour, 0.5);
        if stitches && k % 14 == 7 {
            canvas.line((x - 9.0 * s, y + 9.0 * c), (x + 9.0 * s, y - 9.0 * c), 0.8, colour);
        }
    }
    let tone = if pale { "pale" } else { "red" };
    format!("{tone} scar, about {:.0} mm{}", length / 5.6, if stitches { ", stitched" } else { "" })
}

/// A brown spot with an uneven edge.
fn mole(d: &mut Dice, canvas: &mut Canvas) -> String {
    let (cx, cy) = (WIDTH as f32 * d.range(0.4, 0.6), HEIGHT as f32 * d.range(0.35, 0.55));
    let radius = d.range(6.0, 20.0);
    for _ in 0..60 {
        let (s, c) = num::sin_cos(d.range(0.0, TAU));
        let r = radius * d.unit().sqrt();
        canvas.dab((cx + r * c, cy + r * s), radius * 0.4, [92.0, 54.0, 38.0], 0.35);
    }
    format!("brown mole, about {:.0} mm", 2.0 * radius / 5.6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_again_and_are_labelled() {
        for seed in 0..30 {
            let a = mark(seed).unwrap();
            let b = mark(seed).unwrap();
            assert_eq!(a.image.pixels(), b.image.pixels());
            assert!(!a.description.is_empty());
            assert!(a.code.len() <= 10, "{}: 10.040 holds at most ten characters", a.code);
            // The S of SYNTHETIC is there in its blue.
            let at = ((HEIGHT - 24) * WIDTH + 12) * 3;
            assert!(a.image.pixels()[at + 2] > a.image.pixels()[at] + 60);
        }
    }
}
