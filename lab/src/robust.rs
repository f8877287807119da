//! What a print goes through between two captures, done to an image: turned, cut to a part, another resolution,
//! other skin.

use crate::skin::Skin;
use finger::{Prepared, Template};
use raster::{Area, GreyImage};

/// A disturbance of an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// None.
    None,
    /// Turned anticlockwise by so many degrees, on white.
    Turned(f32),
    /// A square of so many pixels at 500 ppi about the middle of the minutiae.
    Part(u32),
    /// Brought to another resolution, pixels per inch.
    Ppi(f64),
    /// Wet, dry, stretched or faint.
    Skin(Skin),
}

impl Change {
    /// Those that are reported.
    pub const ALL: [Self; 14] = [
        Self::None,
        Self::Turned(30.0),
        Self::Turned(60.0),
        Self::Turned(90.0),
        Self::Turned(135.0),
        Self::Turned(180.0),
        Self::Part(200),
        Self::Part(150),
        Self::Ppi(1000.0),
        Self::Ppi(300.0),
        Self::Skin(Skin::Wet),
        Self::Skin(Skin::Dry),
        Self::Skin(Skin::Stretched),
        Self::Skin(Skin::Faint),
    ];

    /// The changed image; none where it cannot be made.
    pub fn apply(self, image: &GreyImage) -> Option<GreyImage> {
        match self {
            Self::None => Some(image.clone()),
            Self::Turned(degrees) => turned(image, degrees.to_radians()),
            Self::Part(side) => part(image, side),
            Self::Ppi(ppi) => raster::resample(image, ppi).ok(),
            Self::Skin(skin) => skin.apply(image),
        }
    }

    /// The template of the changed image.
    pub fn template(self, image: &GreyImage) -> Option<Template> {
        let changed = self.apply(image)?;
        finger::extract(&changed, &mut raster::NoTrace).ok().map(|e| e.template)
    }
}

/// Turned about the middle, anticlockwise, into a frame that holds it all.
fn turned(image: &GreyImage, angle: f32) -> Option<GreyImage> {
    let (s, c) = angle.sin_cos();
    let (w, h) = (image.width() as f32, image.height() as f32);
    let (width, height) = ((w * c.abs() + h * s.abs()).ceil(), (w * s.abs() + h * c.abs()).ceil());
    let pixel = |x: i32, y: i32| -> f32 {
        if x < 0 || y < 0 || x >= image.width() as i32 || y >= image.height() as i32 {
            return 255.0;
        }
        f32::from(image.pixels()[y as usize * image.width() as usize + x as usize])
    };
    let pixels = (0..width as i32 * height as i32)
        .map(|i| {
            let (u, v) = (
                (i % width as i32) as f32 - 0.5 * (width - 1.0),
                (i / width as i32) as f32 - 0.5 * (height - 1.0),
            );
            // Rows count downwards, so an anticlockwise turn of the picture is undone by this one.
            let (x, y) = (c * u - s * v + 0.5 * (w - 1.0), s * u + c * v + 0.5 * (h - 1.0));
            let (x0, y0) = (x.floor(), y.floor());
            let (fx, fy) = (x - x0, y - y0);
            let (x0, y0) = (x0 as i32, y0 as i32);
            let upper = pixel(x0, y0) * (1.0 - fx) + pixel(x0 + 1, y0) * fx;
            let lower = pixel(x0, y0 + 1) * (1.0 - fx) + pixel(x0 + 1, y0 + 1) * fx;
            (upper * (1.0 - fy) + lower * fy).round() as u8
        })
        .collect();
    GreyImage::new(width as u32, height as u32, image.ppi(), pixels).ok()
}

fn part(image: &GreyImage, side: u32) -> Option<GreyImage> {
    let scale = image.ppi().unwrap_or(500.0) / 500.0;
    let template = Change::None.template(image)?;
    let n = template.minutiae.len().max(1) as f32;
    let middle = |sum: f32| (f64::from(sum / n) * scale) as u32;
    let x = middle(template.minutiae.iter().map(|m| m.x).sum());
    let y = middle(template.minutiae.iter().map(|m| m.y).sum());
    let side = (f64::from(side) * scale) as u32;
    let (width, height) = (side.min(image.width()), side.min(image.height()));
    let left = x.saturating_sub(width / 2).min(image.width() - width);
    let top = y.saturating_sub(height / 2).min(image.height() - height);
    raster::crop(image, Area { x: left, y: top, width, height }).ok()
}

/// The scores of pairs of one finger, the second print of each pair changed; lower than any where one gives no
/// template.
pub fn scores(plain: &[(u32, Option<Prepared>)], changed: &[Option<Prepared>]) -> Vec<f32> {
    let mut found = Vec::new();
    for (i, (class, a)) in plain.iter().enumerate() {
        for (j, b) in changed.iter().enumerate() {
            if i != j && plain[j].0 == *class {
                found.push(match (a, b) {
                    (Some(a), Some(b)) => finger::compare(a, b).llr,
                    _ => crate::eval::REFUSED_SCORE,
                });
            }
        }
    }
    found
}
