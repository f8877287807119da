//! What came with an image: a record may say where the iris lies. It is checked, not believed.

use crate::{Contour, Extraction};
use raster::RgbImage;
use std::fmt;

/// What a record says of the iris in its image, in pixels. ISO/IEC 19794-6:2011 clause 7.3 (centre and diameter),
/// ANSI/NIST-ITL fields 17.026 (diameter), 17.033 and 17.034 (boundaries as points).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claims {
    /// Least and greatest diameter of the iris.
    pub diameter: Option<(f32, f32)>,
    /// Least and greatest place of its centre: left, right, top, bottom.
    pub centre: Option<[f32; 4]>,
    /// Points of the iris-pupil boundary.
    pub pupil: Vec<(f32, f32)>,
    /// Points of the iris-sclera boundary.
    pub limbus: Vec<(f32, f32)>,
}

/// How far claims may lie beside what is found, as a share of the iris radius. Hand-drawn circles and ours differ by
/// 5 percent in the radius and 11 in the centre, 95 times of 100.
const TOLERANCE: f32 = 0.15;

/// A claim that does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Contradiction {
    /// Another diameter: what is said last and what was found, pixels.
    Diameter(f32, f32),
    /// The centre lies elsewhere, pixels apart.
    Centre(f32),
    /// The iris-pupil boundary lies elsewhere, pixels apart in the mean.
    Pupil(f32),
    /// The iris-sclera boundary lies elsewhere, pixels apart in the mean.
    Limbus(f32),
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diameter(said, found) => {
                write!(f, "the record says the iris is {said:.0} px across, {found:.0} were found")
            }
            Self::Centre(apart) => {
                write!(f, "the record's iris centre lies {apart:.0} px from the one found")
            }
            Self::Pupil(apart) => {
                write!(f, "the record's pupil boundary lies {apart:.0} px from the one found")
            }
            Self::Limbus(apart) => {
                write!(f, "the record's iris boundary lies {apart:.0} px from the one found")
            }
        }
    }
}

impl Extraction {
    /// What in a record's claims contradicts what was found. Boundaries come from the pixels alone; who sees a
    /// contradiction should look at the image.
    pub fn contradictions(&self, claims: &Claims) -> Vec<Contradiction> {
        let (x, y, r) = self.limbus.circle();
        let near = TOLERANCE * r;
        let mut out = Vec::new();
        if let Some((least, most)) = claims.diameter {
            let found = 2.0 * r;
            if found < least - 2.0 * near || found > most + 2.0 * near {
                out.push(Contradiction::Diameter(if found < least { least } else { most }, found));
            }
        }
        if let Some([left, right, top, bottom]) = claims.centre {
            let (dx, dy) = (outside(x, left, right), outside(y, top, bottom));
            let apart = crate::num::length(dx, dy);
            if apart > near {
                out.push(Contradiction::Centre(apart));
            }
        }
        for (points, contour, what) in [
            (&claims.pupil, &self.pupil, Contradiction::Pupil as fn(f32) -> Contradiction),
            (&claims.limbus, &self.limbus, Contradiction::Limbus),
        ] {
            let apart = apart(points, contour);
            if apart > near {
                out.push(what(apart));
            }
        }
        out
    }
}

/// How far a value lies outside a range.
fn outside(value: f32, low: f32, high: f32) -> f32 {
    (low - value).max(value - high).max(0.0)
}

/// Mean distance of points from a contour, along its rays.
fn apart(points: &[(f32, f32)], contour: &Contour) -> f32 {
    let sum: f32 = points
        .iter()
        .map(|(x, y)| {
            let (dx, dy) = (x - contour.x, contour.y - y);
            (crate::num::length(dx, dy) - contour.radius_at(crate::num::turns(dx, dy))).abs()
        })
        .sum();
    sum / points.len().max(1) as f32
}

/// Whether an image has colours worth the name: a near-infrared camera gives grey, and lossy compression of grey
/// leaves a few levels between the channels.
pub fn is_coloured(image: &RgbImage) -> bool {
    const LEVELS: u64 = 8;
    let spread = |p: &[u8]| {
        let (low, high) = p.iter().fold((u8::MAX, 0), |a, v| (a.0.min(*v), a.1.max(*v)));
        u64::from(high.saturating_sub(low))
    };
    let pixels = image.pixels().chunks_exact(3);
    let n = pixels.len().max(1) as u64;
    pixels.map(spread).sum::<u64>() > LEVELS * n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(x: f32, y: f32, r: f32) -> Contour {
        Contour { x, y, radii: vec![r; 128] }
    }

    fn found() -> Extraction {
        let template = crate::Template::new(50, vec![0; 256], vec![0; 256]).unwrap_or_else(|e| panic!("{e}"));
        let quality = crate::Quality { value: 50, advice: Vec::new(), metrics: crate::Metrics::default() };
        Extraction {
            template,
            quality,
            pupil: circle(160.0, 120.0, 30.0),
            limbus: circle(161.0, 121.0, 80.0),
            lids: [Vec::new(), Vec::new()],
        }
    }

    #[test]
    fn claims_are_held_against_what_was_found() {
        let ring = |r: f32| -> Vec<(f32, f32)> {
            (0..12).map(|i| circle(160.0, 120.0, r).point_at(i as f32 / 12.0)).collect()
        };
        let claims = |f: &dyn Fn(&mut Claims)| {
            let mut c = Claims::default();
            f(&mut c);
            found().contradictions(&c)
        };
        assert_eq!(found().contradictions(&Claims::default()), []);
        assert_eq!(claims(&|c| c.diameter = Some((150.0, 170.0))), []);
        assert_eq!(claims(&|c| c.diameter = Some((60.0, 90.0))), [Contradiction::Diameter(90.0, 160.0)]);
        assert_eq!(claims(&|c| c.centre = Some([155.0, 165.0, 115.0, 125.0])), []);
        assert!(matches!(
            claims(&|c| c.centre = Some([0.0, 60.0, 0.0, 240.0]))[..],
            [Contradiction::Centre(_)]
        ));
        assert_eq!(claims(&|c| (c.pupil, c.limbus) = (ring(31.0), ring(84.0))), []);
        let swapped = claims(&|c| (c.pupil, c.limbus) = (ring(84.0), ring(31.0)));
        assert!(matches!(swapped[..], [Contradiction::Pupil(_), Contradiction::Limbus(_)]), "{swapped:?}");
    }

    #[test]
    fn colour_is_told_from_grey() {
        let image = |f: &dyn Fn(u32) -> [u8; 3]| {
            RgbImage::new(40, 30, None, (0..1200).flat_map(f).collect()).unwrap_or_else(|e| panic!("{e}"))
        };
        assert!(!is_coloured(&image(&|i| [(i % 256) as u8; 3])));
        assert!(!is_coloured(&image(&|i| [(i % 250) as u8, (i % 250) as u8 + 3, (i % 250) as u8 + 5])));
        assert!(is_coloured(&image(&|_| [200, 160, 140])));
    }
}
