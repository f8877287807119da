//! A picture of an eye with its boundaries, and the maps that move both.

use raster::GreyImage;

/// Points of a boundary, anticlockwise from the right.
pub const POINTS: usize = 64;

/// A picture and where pupil and limbus lie in it.
#[derive(Debug, Clone)]
pub struct Shot {
    /// Pixels across.
    pub w: usize,
    /// Pixels down.
    pub h: usize,
    /// Grey values, rows top to bottom; not yet bound to 0 to 255.
    pub v: Vec<f32>,
    /// The iris-pupil boundary, [`POINTS`] points.
    pub pupil: Vec<(f32, f32)>,
    /// The iris-sclera boundary.
    pub limbus: Vec<(f32, f32)>,
}

/// Where a pixel of a new picture comes from: `(a x + b y + c, d x + e y + f)`.
#[derive(Debug, Clone, Copy)]
pub struct Map(pub [f32; 6]);

impl Shot {
    /// A picture with boundaries.
    pub fn new(image: &GreyImage, pupil: &iris::Contour, limbus: &iris::Contour) -> Self {
        let ring = |c: &iris::Contour| (0..POINTS).map(|i| c.point_at(i as f32 / POINTS as f32)).collect();
        Self {
            w: image.width() as usize,
            h: image.height() as usize,
            v: image.pixels().iter().map(|p| f32::from(*p)).collect(),
            pupil: ring(pupil),
            limbus: ring(limbus),
        }
    }

    /// As a camera delivers it.
    pub fn image(&self) -> Option<GreyImage> {
        let pixels = self.v.iter().map(|v| v.round().clamp(0.0, 255.0) as u8).collect();
        GreyImage::new(self.w as u32, self.h as u32, None, pixels).ok()
    }

    /// Middle and mean radius of the pupil and of the limbus.
    pub fn circles(&self) -> [(f32, f32, f32); 2] {
        [&self.pupil, &self.limbus].map(|ring| {
            let n = ring.len().max(1) as f32;
            let (x, y) = ring.iter().fold((0.0, 0.0), |a, p| (a.0 + p.0 / n, a.1 + p.1 / n));
            (x, y, ring.iter().map(|p| (p.0 - x).hypot(p.1 - y)).sum::<f32>() / n)
        })
    }

    /// The value between pixels; beyond the border that of the border.
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x.clamp(0.0, self.w as f32 - 1.0), y.clamp(0.0, self.h as f32 - 1.0));
        let (x0, y0) = (x as usize, y as usize);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let at = |x: usize, y: usize| self.v[y.min(self.h - 1) * self.w + x.min(self.w - 1)];
        let upper = at(x0, y0) * (1.0 - fx) + at(x0 + 1, y0) * fx;
        let lower = at(x0, y0 + 1) * (1.0 - fx) + at(x0 + 1, y0 + 1) * fx;
        upper * (1.0 - fy) + lower * fy
    }

    /// Every value by a rule of its place.
    pub fn each(mut self, rule: impl Fn(f32, f32, f32) -> f32) -> Self {
        for (i, v) in self.v.iter_mut().enumerate() {
            *v = rule((i % self.w) as f32, (i / self.w) as f32, *v);
        }
        self
    }

    /// A picture of another size or place. What lies beyond the old border is continued by a blurred copy of it.
    pub fn mapped(&self, w: usize, h: usize, map: Map) -> Self {
        let [a, b, c, d, e, f] = map.0;
        let grain = a.hypot(d).max(b.hypot(e));
        // What a smaller picture cannot hold is taken away first.
        let source =
            if grain > 1.0 { self.blurred(0.5 * (grain * grain - 1.0).sqrt()) } else { self.clone() };
        let soft = self.blurred(6.0);
        let (right, bottom) = (self.w as f32 - 1.0, self.h as f32 - 1.0);
        let v = (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as f32, (i / w) as f32);
                let (sx, sy) = (a * x + b * y + c, d * x + e * y + f);
                let inside = (-0.5..=right + 0.5).contains(&sx) && (-0.5..=bottom + 0.5).contains(&sy);
                if inside { source.sample(sx, sy) } else { soft.sample(sx, sy) }
            })
            .collect();
        let det = a * e - b * d;
        let back = |p: &(f32, f32)| {
            let (u, v) = (p.0 - c, p.1 - f);
            ((e * u - b * v) / det, (a * v - d * u) / det)
        };
        Self {
            w,
            h,
            v,
            pupil: self.pupil.iter().map(back).collect(),
            limbus: self.limbus.iter().map(back).collect(),
        }
    }

    /// Gaussian blur, deviation in pixels.
    pub fn blurred(&self, sigma: f32) -> Self {
        if sigma < 0.15 {
            return self.clone();
        }
        let reach = (3.0 * sigma).ceil() as isize;
        let taps: Vec<f32> = (-reach..=reach).map(|i| (-0.5 * (i as f32 / sigma).powi(2)).exp()).collect();
        let sum: f32 = taps.iter().sum();
        let pass = |v: &[f32], along: usize, across: usize, dx: usize, dy: usize| {
            let mut out = vec![0.0; v.len()];
            for y in 0..across {
                for x in 0..along {
                    let value = |k: isize| v[x.saturating_add_signed(k).min(along - 1) * dx + y * dy];
                    let all: f32 = taps.iter().zip(-reach..=reach).map(|(t, k)| t * value(k)).sum();
                    out[x * dx + y * dy] = all / sum;
                }
            }
            out
        };
        let across = pass(&self.v, self.w, self.h, 1, self.w);
        Self { v: pass(&across, self.h, self.w, self.w, 1), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_travel_with_the_picture() {
        let image = GreyImage::new(80, 60, None, vec![9; 4800]).unwrap();
        let ring = |r: f32| iris::Contour { x: 30.0, y: 20.0, radii: vec![r; 128] };
        let shot = Shot::new(&image, &ring(5.0), &ring(12.0));
        // Twice as large, and moved by (10, 4) afterwards.
        let moved = shot.mapped(200, 150, Map([0.5, 0.0, -5.0, 0.0, 0.5, -2.0]));
        let [pupil, limbus] = moved.circles();
        assert!((pupil.0 - 70.0).abs() < 1e-3 && (pupil.1 - 44.0).abs() < 1e-3, "{pupil:?}");
        assert!((pupil.2 - 10.0).abs() < 0.1 && (limbus.2 - 24.0).abs() < 0.1, "{limbus:?}");
    }
}
