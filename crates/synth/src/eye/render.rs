//! Eyes drawn in grey values.

use super::{
    Condition, Identity,
    geometry::{Geometry, Spot},
};
use crate::{
    dice::Dice,
    noise::{Field, lattice},
    num,
};
use iris::Contour;
use raster::GreyImage;

/// A picture of an eye and the truth about it.
#[derive(Debug, Clone)]
pub struct EyeImage {
    /// The picture.
    pub image: GreyImage,
    /// What is really there.
    pub truth: EyeTruth,
}

/// The truth about an eye image.
#[derive(Debug, Clone)]
pub struct EyeTruth {
    /// Iris-pupil boundary, also where a lid hides it.
    pub pupil: Contour,
    /// Iris-sclera boundary, also where a lid hides it.
    pub limbus: Contour,
    /// 255 where iris can be seen: not under lids, lashes or reflections. One byte a pixel.
    pub visible: Vec<u8>,
    /// 255 where a lid covers the picture. One byte a pixel.
    pub lids: Vec<u8>,
}

/// Photographs an eye; the same seed gives the same bytes.
///
/// # Errors
/// [`raster::ImageError`] is passed on; it does not happen, since the condition is brought within its limits.
pub fn eye(identity: &Identity, condition: &Condition, seed: u64) -> Result<EyeImage, raster::ImageError> {
    let c = condition.limited();
    let mut dice = Dice::new(seed, "eye", 0, 0);
    let d = &mut dice;
    let geometry = Geometry::new(d, identity, &c);
    let (w, h) = (c.width_px as usize, c.height_px as usize);
    let area = [0.0, 0.0, w as f32, h as f32];
    let skin_field = Field::new(d, area, 0.7 * c.limbus_px, 1.0);
    let light = Field::new(d, area, 2.5 * c.limbus_px, 1.0);
    let look = Look::draw(d);
    let key = d.bits();
    let mut grey = vec![0.0_f32; w * h];
    let mut visible = vec![0_u8; w * h];
    let mut lids = vec![0_u8; w * h];
    // Edges are softened over about a pixel, whatever the size of the eye.
    let soft = 1.1 / c.limbus_px;
    let (mut light_row, mut skin_row) = (vec![0.0; w], vec![0.0; w]);
    for y in 0..h {
        light.row(0.0, 1.0, y as f32, &mut light_row);
        skin_field.row(0.0, 1.0, y as f32, &mut skin_row);
        for x in 0..w {
            let (fx, fy) = (x as f32, y as f32);
            let s = geometry.spot(fx, fy);
            let open = s.lids.0.min(s.lids.1);
            let at = y * w + x;
            let mut v = 0.0;
            if open > -soft {
                v = look.sclera - 16.0 * (s.radius - 1.0).max(0.0) - 6.0 * lattice(key, fx * 0.05, fy * 0.03);
            }
            if s.rho < 1.6 && open > -soft {
                // A limbus is no line: iris fades into sclera over a tenth of its radius.
                let out = num::smoothstep(1.0 - look.fade, 1.0 + look.fade, s.rho);
                if out < 1.0 {
                    let texture = identity.at(s.rho.clamp(0.0, 1.1), s.turn, c.dilation);
                    let rim = num::smoothstep(0.80, 1.0, s.rho) * look.rim;
                    let iris = identity.grey + 21.0 * c.contrast * texture - rim;
                    v = num::mix(iris, v, out);
                }
                let width = 1.0 - c.dilation;
                let inner = num::smoothstep(-soft, soft, s.rho * width);
                v = num::mix(look.pupil, v, inner);
                if s.rho >= 0.0 && s.rho <= 1.0 && open > 0.0 {
                    visible[at] = 255;
                }
            }
            // The upper lid throws a shadow on the eyeball.
            if (0.0..1.0).contains(&s.lids.0) {
                v *= 1.0 - 0.30 * num::exp(-s.lids.0 * 7.0);
            }
            if open < soft {
                let skin = look.skin(skin_row[x], key, (fx, fy), &s, c.limbus_px);
                v = num::mix(skin, v, num::smoothstep(-soft, soft, open));
                if open <= 0.0 {
                    lids[at] = 255;
                }
            }
            grey[at] = v + 5.0 * light_row[x];
        }
    }
    draw_lashes(d, &geometry, &c, &mut grey, &mut visible);
    draw_reflections(d, &geometry, &c, &mut grey, &mut visible);
    blur(&mut grey, w, c.blur_px);
    if c.motion_px > 0.0 {
        grey = moved(&grey, w, c.motion_px, d.range(0.0, num::TAU));
    }
    let mut pixels = Vec::with_capacity(grey.len());
    for (at, v) in grey.iter().enumerate() {
        let (x, y) = ((at % w) as i32, (at / w) as i32);
        let n =
            num::hash_unit(key ^ 77, x, y) + num::hash_unit(key ^ 78, x, y) + num::hash_unit(key ^ 79, x, y)
                - 1.5;
        pixels.push((v + 2.0 * c.noise * n + 0.5).clamp(0.0, 255.0) as u8);
    }
    let truth = EyeTruth { pupil: geometry.contour(0.0), limbus: geometry.contour(1.0), visible, lids };
    Ok(EyeImage { image: GreyImage::new(c.width_px, c.height_px, None, pixels)?, truth })
}

/// Grey levels of one camera and face.
struct Look {
    pupil: f32,
    sclera: f32,
    skin: f32,
    rim: f32,
    /// Half width of the limbus's fade.
    fade: f32,
    /// Fold of the upper lid, limbus radii above the edge.
    fold: f32,
}

impl Look {
    fn draw(d: &mut Dice) -> Self {
        Self {
            pupil: d.range(14.0, 42.0),
            sclera: d.range(160.0, 205.0),
            skin: d.range(125.0, 190.0),
            rim: d.range(4.0, 26.0),
            fade: d.range(0.035, 0.09),
            fold: d.range(0.25, 0.5),
        }
    }

    /// Skin around the eye: pores, wrinkles along the lid, the fold.
    fn skin(&self, field: f32, key: u64, (x, y): (f32, f32), s: &Spot, limbus: f32) -> f32 {
        let upper = (-s.lids.0).max(0.0);
        let away = upper.max((-s.lids.1).max(0.0));
        let k = 60.0 / limbus;
        let pores =
            lattice(key ^ 21, x * 0.30 * k, y * 0.30 * k) + 0.7 * lattice(key ^ 22, x * 0.7 * k, y * 0.7 * k);
        let wrinkles = lattice(key ^ 23, x * 0.02 * k, away * 11.0);
        let gap = upper - self.fold;
        let fold = if upper > 0.0 && gap.abs() < 0.25 {
            num::exp(-gap * gap * 260.0) * (1.0 - num::smoothstep(1.1, 2.1, s.at.0.abs()))
        } else {
            0.0
        };
        // The wet edge shines.
        let edge = if away < 0.3 { num::exp(-away * 28.0) } else { 0.0 };
        self.skin + 9.0 * field + 4.0 * pores + 7.0 * wrinkles - 46.0 * fold + 14.0 * edge
    }
}

/// Draws a soft dark or bright disc.
fn dab(
    grey: &mut [f32],
    visible: &mut [u8],
    w: usize,
    (x, y): (f32, f32),
    radius: f32,
    value: f32,
    cover: f32,
) {
    let h = grey.len() / w.max(1);
    let reach = radius.ceil() as i32 + 1;
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (px, py) = (x.floor() as i32 + dx, y.floor() as i32 + dy);
            if px < 0 || py < 0 || px >= w as i32 || py >= h as i32 {
                continue;
            }
            let (ex, ey) = (px as f32 - x, py as f32 - y);
            let inside = (radius + 0.5 - (ex * ex + ey * ey).sqrt()).clamp(0.0, 1.0) * cover;
            if inside > 0.0 {
                let at = py as usize * w + px as usize;
                grey[at] = num::mix(grey[at], value, inside);
                if inside > 0.35 {
                    visible[at] = 0;
                }
            }
        }
    }
}

/// Lashes of the upper lid: bent strokes that hang over the eye, thinner towards their tips.
fn draw_lashes(d: &mut Dice, geometry: &Geometry, c: &Condition, grey: &mut [f32], visible: &mut [u8]) {
    let w = c.width_px as usize;
    let count = (70.0 * c.lashes) as u32;
    for _ in 0..count {
        let u = d.range(-1.5, 1.5);
        let (mut x, mut y) = geometry.upper_edge(u);
        // Starts down and outwards, bends upwards.
        let mut heading = num::PI / 2.0 - 0.55 * u + d.normal(0.0, 0.2);
        let bend = -d.range(0.2, 1.1) * if u < 0.0 { -1.0 } else { 1.0 };
        let length = c.limbus_px * d.range(0.15, 0.30 + 0.25 * c.lashes);
        let dark = d.range(28.0, 75.0);
        let thick = (c.limbus_px * 0.011).max(0.45);
        let step = (0.6 * thick).max(0.5);
        let steps = (length / step) as u32;
        for k in 0..steps.min(600) {
            let along = k as f32 / steps as f32;
            dab(grey, visible, w, (x, y), thick * (1.0 - 0.75 * along), dark, 0.8 - 0.3 * along);
            heading += bend * step / length;
            let (s, c) = num::sin_cos(heading);
            x += step * c;
            y += step * s;
        }
    }
}

/// Reflections: lamps in or near the pupil, large blobs and bars of glasses.
fn draw_reflections(d: &mut Dice, geometry: &Geometry, c: &Condition, grey: &mut [f32], visible: &mut [u8]) {
    let w = c.width_px as usize;
    let scale = c.limbus_px;
    let (bx, by) = (d.normal(0.0, 0.12), d.normal(0.0, 0.10));
    for k in 0..c.lamps {
        let (s, co) = num::sin_cos(num::TAU * k as f32 / c.lamps.max(1) as f32 + 0.4);
        let ring = if c.lamps > 1 { 0.10 + 0.012 * c.lamps as f32 } else { 0.0 };
        let at = (geometry.centre.0 + scale * (bx + ring * co), geometry.centre.1 + scale * (by + ring * s));
        dab(grey, visible, w, at, scale * d.range(0.022, 0.045), d.range(235.0, 275.0), 1.0);
    }
    if c.glasses > 0.0 {
        for _ in 0..1 + d.below(3) {
            let mut at = (
                geometry.centre.0 + scale * d.normal(0.0, 0.7),
                geometry.centre.1 + scale * d.normal(0.0, 0.5),
            );
            let heading = d.range(0.0, num::PI);
            let (s, co) = num::sin_cos(heading);
            let radius = scale * c.glasses * d.range(0.05, 0.16);
            for _ in 0..(4.0 + 8.0 * d.unit()) as u32 {
                dab(grey, visible, w, at, radius, d.range(225.0, 265.0), 0.95);
                at = (at.0 + co * radius * 0.6, at.1 + s * radius * 0.6);
            }
        }
    }
}

/// A Gaussian blur with this deviation.
fn blur(grey: &mut [f32], w: usize, sigma: f32) {
    if sigma < 0.2 {
        return;
    }
    let reach = (2.6 * sigma).ceil().min(16.0) as usize;
    let mut taps: Vec<f32> = (0..=2 * reach)
        .map(|i| {
            let d = i as f32 - reach as f32;
            num::exp(-0.5 * d * d / (sigma * sigma))
        })
        .collect();
    let sum: f32 = taps.iter().sum();
    taps.iter_mut().for_each(|t| *t /= sum);
    let h = grey.len() / w.max(1);
    let mut line = vec![0.0; w + 2 * reach];
    for row in grey.chunks_exact_mut(w) {
        line[reach..reach + w].copy_from_slice(row);
        line[..reach].fill(row[0]);
        line[reach + w..].fill(row[w - 1]);
        for (slot, window) in row.iter_mut().zip(line.windows(taps.len())) {
            *slot = taps.iter().zip(window).map(|(t, v)| t * v).sum();
        }
    }
    let copy = grey.to_vec();
    for (y, row) in grey.chunks_exact_mut(w).enumerate() {
        row.fill(0.0);
        for (k, tap) in taps.iter().enumerate() {
            let from = (y + k).saturating_sub(reach).min(h - 1) * w;
            for (slot, v) in row.iter_mut().zip(&copy[from..from + w]) {
                *slot += tap * v;
            }
        }
    }
}

/// Smeared along a line of this length.
fn moved(grey: &[f32], w: usize, length: f32, heading: f32) -> Vec<f32> {
    let h = (grey.len() / w.max(1)) as i32;
    let (s, c) = num::sin_cos(heading);
    let steps = 1 + (2.0 * length) as i32;
    let mut out = vec![0.0; grey.len()];
    for k in 0..steps {
        let t = (k as f32 / (steps - 1).max(1) as f32 - 0.5) * length;
        let (dx, dy) = ((t * c).round() as i32, (t * s).round() as i32);
        for y in 0..h {
            let sy = (y + dy).clamp(0, h - 1);
            for x in 0..w as i32 {
                let sx = (x + dx).clamp(0, w as i32 - 1);
                out[y as usize * w + x as usize] += grey[sy as usize * w + sx as usize];
            }
        }
    }
    out.iter_mut().for_each(|v| *v /= steps as f32);
    out
}
