//! Eyes drawn in grey values.

use super::{
    Condition, Identity, cornea, face, fibres::Fibres, geometry::Geometry, lashes, optics, skin::Look,
};
use crate::{dice::Dice, noise::Field, num};
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
    let mut truth = EyeTruth {
        pupil: geometry.contour(0.0),
        limbus: geometry.contour(1.0),
        visible: vec![0; w * h],
        lids: vec![0; w * h],
    };
    let mut grey = vec![0.0_f32; w * h];
    paint(d, identity, &geometry, &c, &mut grey, &mut truth);
    let mut canvas = Canvas { w, grey: &mut grey, visible: &mut truth.visible };
    face::brow(d, &geometry, &c, &mut canvas);
    lashes::draw(d, &geometry, &c, identity.lids(), &mut canvas);
    cornea::draw(d, &geometry, &c, &mut canvas);
    face::rim(d, &geometry, &c, &mut canvas);
    optics::blur(&mut grey, w, c.blur_px);
    if c.motion_px > 0.0 {
        grey = optics::moved(&grey, w, c.motion_px, d.range(0.0, num::TAU));
    }
    let pixels = optics::sensed(&grey, w, c.noise, d.bits());
    Ok(EyeImage { image: GreyImage::new(c.width_px, c.height_px, None, pixels)?, truth })
}

/// Paints eyeball and skin, pixel by pixel, and says where iris and lids are.
fn paint(
    d: &mut Dice,
    identity: &Identity,
    geometry: &Geometry,
    c: &Condition,
    grey: &mut [f32],
    truth: &mut EyeTruth,
) {
    let w = c.width_px as usize;
    let area = [0.0, 0.0, c.width_px as f32, c.height_px as f32];
    let skin_field = Field::new(d, area, 0.7 * c.limbus_px, 1.0);
    let light = Field::new(d, area, 2.5 * c.limbus_px, 1.0);
    let look = Look::draw(d, identity.grey, c.lid_grey, c.limbus_px);
    let mirror = cornea::Mirror::draw(d, c.mirror);
    let fibres = Fibres::new(identity, c.dilation);
    // Edges are softened over about a pixel, whatever the size of the eye.
    let soft = 1.1 / c.limbus_px;
    let lower_soft = look.lower_soft_px() / c.limbus_px;
    let around = Around::new((w, c.height_px as usize), &light, |x, y| {
        let place = geometry.place(x, y);
        let open = place.lids.0.min(place.lids.1);
        let skin = if open < soft.max(lower_soft) + NODE_PX * soft {
            look.skin(skin_field.at(x, y), (x, y), &place)
        } else {
            0.0
        };
        (open, skin)
    });
    // Farther out than this at all four nodes around a pixel, there is nothing but skin.
    let skin_only = -(soft.max(lower_soft) + NODE_PX * soft);
    let rows = grey
        .chunks_exact_mut(w)
        .zip(truth.visible.chunks_exact_mut(w).zip(truth.lids.chunks_exact_mut(w)))
        .enumerate();
    for (y, (row, (visible, lids))) in rows {
        let outputs = row.iter_mut().zip(visible.iter_mut().zip(lids));
        for (x, (slot, (seen, lid))) in outputs.enumerate() {
            let near = around.at(x, y);
            if near.most_open < skin_only {
                *slot = near.skin + near.light;
                *lid = 255;
                continue;
            }
            let place = geometry.place(x as f32, y as f32);
            let (upper, lower) = place.lids;
            let open = upper.min(lower);
            // How much of the eyeball shows through the softened edges of the lids.
            let shows = num::smoothstep(-soft, soft, upper) * num::smoothstep(-lower_soft, lower_soft, lower);
            let mut v = 0.0;
            if shows > 0.0 {
                let spot = geometry.spot(place.at);
                // A limbus is no line: iris fades into sclera over a tenth of its radius.
                let out = spot.map_or(1.0, |s| num::smoothstep(1.0 - look.fade, 1.0 + look.fade, s.rho));
                if out > 0.0 {
                    v = look.sclera(&place);
                }
                if let Some(s) = spot {
                    let inner = num::smoothstep(-soft, soft, s.rho * (1.0 - c.dilation));
                    if out < 1.0 && inner > 0.0 {
                        let texture = fibres.at(s.rho.clamp(0.0, 1.1), s.turn);
                        let rim = num::smoothstep(0.80, 1.0, s.rho) * look.rim;
                        v = num::mix(identity.grey + 21.0 * c.contrast * texture - rim, v, out);
                    }
                    v = num::mix(look.pupil, v, inner) + mirror.at(place.at) * (1.0 - out);
                    if s.rho >= 0.0 && s.rho <= 1.0 && open > 0.0 {
                        *seen = 255;
                    }
                }
                let (shade, shine) = look.lid_light(&place);
                v = v * shade + shine;
            }
            if shows < 1.0 {
                v = num::mix(near.skin, v, shows);
            }
            if open <= 0.0 {
                *lid = 255;
            }
            *slot = v + near.light;
        }
    }
}

/// Pixels between the nodes on which skin and light are computed: both change slowly.
const NODE_PX: f32 = 2.0;

/// Skin and light on every second pixel.
struct Around {
    columns: usize,
    /// Opening of the lids, skin and light at a node.
    nodes: Vec<[f32; 3]>,
}

/// What lies around a pixel.
struct Near {
    most_open: f32,
    skin: f32,
    light: f32,
}

impl Around {
    fn new((w, h): (usize, usize), light: &Field, node: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let (columns, rows) = (w / 2 + 1, h / 2 + 1);
        let mut line = vec![0.0; columns];
        let mut nodes = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            let y = row as f32 * NODE_PX;
            light.row(0.0, NODE_PX, y, &mut line);
            nodes.extend(line.iter().enumerate().map(|(column, light)| {
                let (open, skin) = node(column as f32 * NODE_PX, y);
                [open, skin, 5.0 * light]
            }));
        }
        Self { columns, nodes }
    }

    /// Mean of the one, two or four nodes at or around a pixel.
    #[inline]
    fn at(&self, x: usize, y: usize) -> Near {
        let (top, bottom) = (y / 2 * self.columns, y.div_ceil(2) * self.columns);
        let (left, right) = (x / 2, x.div_ceil(2));
        let node = |at: usize| self.nodes.get(at).copied().unwrap_or([f32::MAX, 0.0, 0.0]);
        let [a, b, c, d] = [node(top + left), node(top + right), node(bottom + left), node(bottom + right)];
        let mean = |k: usize| 0.25 * ((a[k] + b[k]) + (c[k] + d[k]));
        Near { most_open: a[0].max(b[0]).max(c[0]).max(d[0]), skin: mean(1), light: mean(2) }
    }
}

/// The picture while strokes and lights are put on it.
pub(super) struct Canvas<'a> {
    w: usize,
    grey: &'a mut [f32],
    visible: &'a mut [u8],
}

impl Canvas<'_> {
    /// A soft dark or bright disc that hides what is below.
    pub(super) fn dab(&mut self, at: (f32, f32), radius: f32, value: f32, cover: f32) {
        self.each(at, radius + 0.5, |d2, grey, visible| {
            let inside = (radius + 0.5 - d2.sqrt()).clamp(0.0, 1.0) * cover;
            *grey = num::mix(*grey, value, inside);
            if inside > 0.35 {
                *visible = 0;
            }
        });
    }

    /// Light that fades towards the radius.
    pub(super) fn glow(&mut self, at: (f32, f32), radius: f32, light: f32) {
        let inv = 1.0 / (radius * radius).max(1e-6);
        self.each(at, radius, |d2, grey, _| {
            let near = (1.0 - d2 * inv).max(0.0);
            *grey += light * near * near;
        });
    }

    /// Calls `paint(x, y, grey, visible)` for all pixels.
    pub(super) fn every(&mut self, mut paint: impl FnMut(f32, f32, &mut f32, &mut u8)) {
        let w = self.w.max(1);
        for (i, (grey, visible)) in self.grey.iter_mut().zip(self.visible.iter_mut()).enumerate() {
            paint((i % w) as f32, (i / w) as f32, grey, visible);
        }
    }

    /// Calls `paint(squared distance, grey, visible)` for the pixels within reach of a point.
    fn each(&mut self, (x, y): (f32, f32), reach: f32, mut paint: impl FnMut(f32, &mut f32, &mut u8)) {
        let h = self.grey.len() / self.w.max(1);
        let span = |at: f32, most: usize| {
            let from = num::floor(at - reach + 0.999).max(0.0) as usize;
            let to = num::floor(at + reach).min(most as f32 - 1.0);
            (from, if to < 0.0 { 0 } else { to as usize + 1 })
        };
        if !(x.abs() < 1e6 && y.abs() < 1e6) {
            return;
        }
        let ((x0, x1), (y0, y1)) = (span(x, self.w), span(y, h));
        if x0 >= x1 {
            return;
        }
        for py in y0..y1 {
            let dy = py as f32 - y;
            let row = py * self.w;
            let pixels = self.grey[row + x0..row + x1].iter_mut().zip(&mut self.visible[row + x0..row + x1]);
            for (px, (grey, visible)) in (x0..).zip(pixels) {
                let dx = px as f32 - x;
                paint(dx * dx + dy * dy, grey, visible);
            }
        }
    }
}
