//! Things that latent prints are found on.

use crate::{
    dice::Dice,
    noise::lattice,
    num::{self, TAU},
};

/// What a latent print lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Paper: fibres, hardly any contrast.
    Paper,
    /// A form: ruled lines, one or both ways.
    Ruled,
    /// Printed matter: rows of strokes as letters have them.
    Print,
    /// Wood: grain as wide as ridges or several times as wide, which bends around knots.
    Wood,
    /// Metal or plastic: fine scratches mostly one way.
    Scratched,
    /// Glass: broad reflections.
    Glass,
}

const KINDS: [Kind; 6] = [Kind::Paper, Kind::Ruled, Kind::Print, Kind::Wood, Kind::Scratched, Kind::Glass];

/// A surface, ready to be read pixel by pixel.
pub(super) struct Surface {
    kind: Kind,
    key: u64,
    /// Sine and cosine of the way its lines run.
    sin: f32,
    cos: f32,
    /// Distance of its lines, pixels at 500 ppi.
    gap: f32,
    depth: f32,
    crossed: bool,
    /// Middle of a knot or a reflection.
    knot: (f32, f32),
}

impl Surface {
    /// Any of them.
    pub(super) fn draw(d: &mut Dice) -> Self {
        let kind = d.pick(&KINDS).copied().unwrap_or(Kind::Paper);
        let (sin, cos) = num::sin_cos(match kind {
            Kind::Ruled | Kind::Print => d.normal(0.0, 0.5),
            _ => d.range(0.0, TAU),
        });
        let gap = match kind {
            Kind::Ruled => d.range(24.0, 90.0),
            Kind::Print => d.range(26.0, 60.0),
            Kind::Wood => d.range(7.0, 30.0),
            _ => d.range(3.0, 9.0),
        };
        Self {
            kind,
            key: d.bits(),
            sin,
            cos,
            gap,
            depth: d.range(0.25, 0.8),
            crossed: d.chance(0.4),
            knot: (d.normal(0.0, 200.0), d.normal(0.0, 200.0)),
        }
    }

    /// Whether a powder would be chosen that is lighter than it.
    pub(super) fn dark(&self) -> bool {
        matches!(self.kind, Kind::Glass | Kind::Scratched) && self.crossed
    }

    /// How dark it is at a point, 0 to about 1 (pixels at 500 ppi from the middle).
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (self.cos * x + self.sin * y, self.cos * y - self.sin * x);
        let fibre = 0.5 + 0.5 * lattice(self.key, u * 0.35, v * 0.09);
        let mark = match self.kind {
            Kind::Paper => 0.12 * fibre,
            Kind::Ruled => {
                let across = self.line(v, 0.8);
                let along = if self.crossed { self.line(u, 0.8) } else { 0.0 };
                (across.max(along) * (0.7 + 0.3 * fibre)).max(0.1 * fibre)
            }
            Kind::Print => self.letter(u, v).max(0.08 * fibre),
            Kind::Wood => {
                let (kx, ky) = (u - self.knot.0, (v - self.knot.1) * 3.0);
                let around = 60.0 / (1.0 + (kx * kx + ky * ky) * (1.0 / 9000.0));
                let bend = 26.0 * lattice(self.key ^ 1, u * 0.006, v * 0.02) + around;
                let wave = num::sin_cos(TAU * (v + bend) / self.gap).0;
                let uneven = 0.55 + 0.45 * lattice(self.key ^ 2, u * 0.012, v * 0.1);
                let pores = lattice(self.key ^ 3, u * 0.05, v * 0.7).max(0.45) - 0.45;
                0.45 * uneven * (0.5 + 0.5 * wave) + 0.9 * pores + 0.12 * fibre
            }
            Kind::Scratched => {
                let fine = lattice(self.key ^ 4, u * 0.012, v * 1.1);
                let other = lattice(self.key ^ 5, u * 1.2, v * 0.015).max(0.6) - 0.6;
                0.3 * (0.5 + 0.5 * fine) + other
            }
            Kind::Glass => {
                let broad = 0.5 + 0.5 * lattice(self.key ^ 6, u * 0.006, v * 0.003);
                0.35 * broad * broad + 0.03 * fibre
            }
        };
        self.depth * mark
    }

    /// A line every `gap`: 1 on it, 0 beside it.
    fn line(&self, v: f32, half: f32) -> f32 {
        let t = v / self.gap;
        let off = (t - num::floor(t + 0.5)).abs() * self.gap;
        1.0 - num::smoothstep(half, half + 0.9, off)
    }

    /// Rows of letters: each cell of the row has an upright, a bar, a bow or nothing, as its hash says.
    fn letter(&self, u: f32, v: f32) -> f32 {
        let size = 0.62 * self.gap;
        let row = num::floor(v / self.gap);
        let t = v - row * self.gap;
        if t > size {
            return 0.0;
        }
        let advance = 0.55 * self.gap;
        let column = num::floor(u / advance);
        let s = (u - column * advance) / advance;
        let (a, b) = (column as i32, row as i32);
        let pick = num::hash_unit(self.key ^ 7, a, b);
        // Words end, lines end.
        if pick < 0.16 || num::hash_unit(self.key ^ 8, b, a / 40) < 0.12 {
            return 0.0;
        }
        let (x, y) = (s * advance, t);
        let stroke = |off: f32| 1.0 - num::smoothstep(1.1, 2.0, off.abs());
        let upright = if pick < 0.75 { stroke(x - 0.18 * advance) } else { 0.0 };
        let bar =
            if pick > 0.4 && s < 0.8 { stroke(y - size * (0.1 + 0.8 * (pick * 7.0).fract())) } else { 0.0 };
        let (cx, cy) = (x - 0.45 * advance, y - 0.55 * size);
        let bow = if !(0.35..0.85).contains(&pick) || pick > 0.6 {
            stroke((cx * cx + cy * cy).sqrt() - 0.3 * advance)
        } else {
            0.0
        };
        upright.max(bar).max(bow)
    }
}
