//! From pixels to the two contours: candidates for the pupil, a limbus for each, and the pair that fits best.

use crate::crosscheck::Agreement;
use crate::plane::Plane;
use crate::tone::{self, Tone};
use crate::{Contour, Refusal, limbus, pupil, spots};
use raster::GreyImage;

/// Longest side that is worked on; larger images are reduced first, which bounds time and memory.
pub(crate) const WORKING_SIDE_PX: usize = 720;

/// Shorter images cannot hold an iris of the 60 pixels across that comparison needs (ISO/IEC 29794-6 asks for
/// 80 and more).
const MIN_SIDE_PX: u32 = 64;

/// The coarse search works on planes at most this long.
const COARSE_SIDE_PX: usize = 200;

/// An iris lies between its pupil and its sclera in grey as well: less than this share of the way up, in spread tones,
/// and what was taken for the iris is rather the rest of a pupil, whose edge was taken for the limbus.
const LEAST_BETWEEN: f32 = 0.25;

/// Pupils that get a limbus search.
const MAX_PUPILS: usize = 5;

/// An eye's geometry in the pixels of the working plane.
pub(crate) struct Segmentation {
    /// The image, reduced by `factor`.
    pub(crate) plane: Plane,
    /// The same with gain and offset taken away.
    pub(crate) even: Plane,
    /// That without specular spots.
    pub(crate) filled: Plane,
    /// Where the spots are.
    pub(crate) spots: Vec<bool>,
    /// Pixels of the image per pixel of the plane.
    pub(crate) factor: usize,
    pub(crate) pupil: pupil::Pupil,
    pub(crate) limbus: limbus::Limbus,
    /// The limbus as seen from the pupil's centre, from where all angles of the strip are counted: that centre is
    /// known to half a pixel, while the limbus's height, its top and bottom hidden by lids, is a guess. An error in
    /// it now changes radii, and hardly those at the sides, but never shears the strip.
    pub(crate) outer: Contour,
    /// Strength of the limbus circle, about 0 to 1.
    pub(crate) circle_score: f32,
    /// What the second finder says of the limbus.
    pub(crate) agreement: Agreement,
    /// Whether all this is an eye's geometry.
    pub(crate) verdict: Result<(), Refusal>,
}

/// Two contours that may be an eye's.
struct Geometry {
    pupil: pupil::Pupil,
    limbus: limbus::Limbus,
    outer: Contour,
    circle_score: f32,
    agreement: Agreement,
}

/// Finds the eye.
pub(crate) fn segment(image: &GreyImage) -> Result<Segmentation, Refusal> {
    if image.width().min(image.height()) < MIN_SIDE_PX {
        return Err(Refusal::NoEye);
    }
    let long = image.width().max(image.height()) as usize;
    let factor = long.div_ceil(WORKING_SIDE_PX);
    let plane = Plane::reduced(image, factor);
    if plane.w.min(plane.h) < 16 || plane.quantile(0.95) - plane.quantile(0.02) < 20.0 {
        return Err(Refusal::NoEye);
    }
    let side = plane.w.max(plane.h);
    let even = Tone::of(&plane).linear(&plane);
    let (filled, spots) = spots::fill(&even, side / 22);
    let spread = tone::spread(&filled);
    let mut coarse = filled.clone();
    let mut shrink = 1.0f32;
    while coarse.w.max(coarse.h) > COARSE_SIDE_PX {
        coarse = coarse.halved();
        shrink *= 2.0;
    }
    let spread_coarse = tone::spread(&coarse);
    let dark = spread_coarse.opened((side as f32 / shrink / 24.0) as usize);
    let soft = coarse.blurred(1.2);
    let mut pairs: Vec<(f32, pupil::Pupil, limbus::Circle)> = Vec::new();
    let mut candidates: Vec<(pupil::Disc, pupil::Pupil)> = Vec::new();
    for disc in pupil::discs(&dark) {
        let full = pupil::Disc {
            x: disc.x * shrink + (shrink - 1.0) / 2.0,
            y: disc.y * shrink + (shrink - 1.0) / 2.0,
            r: disc.r * shrink,
            score: disc.score,
        };
        candidates.push((disc, pupil::contour(&spread, &spots, full)));
    }
    // The limbus search is the dearest step: only the likeliest pupils get one.
    candidates.sort_by(|a, b| likely(b).total_cmp(&likely(a)));
    candidates.truncate(MAX_PUPILS);
    for (disc, pupil) in candidates {
        let (px, py, pr) = pupil.contour.circle();
        let Some(circle) = limbus::circle(&soft, (px / shrink, py / shrink, pr / shrink)) else { continue };
        let uneven = pupil.rise / (pupil.rise + 12.0);
        let between = limbus::between(&spread_coarse, (px / shrink, py / shrink, pr / shrink), circle);
        let as_dark = ((LEAST_BETWEEN - between) / LEAST_BETWEEN).clamp(0.0, 1.0);
        let score = pupil.support + disc.score + 2.0 * circle.score - uneven - as_dark;
        let circle = limbus::Circle {
            x: circle.x * shrink,
            y: circle.y * shrink,
            r: circle.r * shrink,
            score: circle.score,
        };
        pairs.push((score, pupil, circle));
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    // The likeliest pair, or if its shape is not an eye's the first of the others whose shape is. Where only the
    // second finder objects, no other pair is tried: to be asked again harms nobody, a wrong eye does.
    let mut first: Option<(Geometry, Refusal)> = None;
    let mut sound = None;
    for (_, pupil, circle) in pairs {
        let geometry = Geometry::refined(&filled, pupil, circle);
        match geometry.plausible() {
            Ok(()) => {
                sound = Some((geometry, Ok(())));
                break;
            }
            Err(why) => {
                let doubted = geometry.shaped().is_ok();
                first.get_or_insert((geometry, why));
                if doubted {
                    break;
                }
            }
        }
    }
    let (geometry, verdict) =
        sound.or(first.map(|(geometry, why)| (geometry, Err(why)))).ok_or(Refusal::NoEye)?;
    let Geometry { mut pupil, limbus, outer, circle_score, agreement } = geometry;
    pupil.level = pupil::level(&filled, &pupil.contour);
    Ok(Segmentation {
        plane,
        even,
        filled,
        spots,
        factor,
        pupil,
        limbus,
        outer,
        circle_score,
        agreement,
        verdict,
    })
}

/// How likely a dark disc is a pupil, before its limbus is looked for.
fn likely((disc, pupil): &(pupil::Disc, pupil::Pupil)) -> f32 {
    disc.score + pupil.support - pupil.rise / (pupil.rise + 12.0)
}

impl Geometry {
    /// The limbus contour beside a circle, and the second finder's opinion of it.
    fn refined(filled: &Plane, pupil: pupil::Pupil, circle: limbus::Circle) -> Self {
        let soft = filled.blurred((0.012 * circle.r).max(0.8));
        let limbus = limbus::contour(&soft, circle);
        let outer = limbus.contour.seen_from(pupil.contour.x, pupil.contour.y);
        let agreement = Agreement::of(&soft, &pupil.contour, &outer);
        Self { pupil, limbus, outer, circle_score: circle.score, agreement }
    }

    /// Whether the shape is that of an eye and the second finder does not object.
    fn plausible(&self) -> Result<(), Refusal> {
        self.shaped()?;
        if self.agreement.denied() {
            return Err(Refusal::Boundary("on every side it is far lighter beyond another radius"));
        }
        Ok(())
    }

    /// Whether the shape is that of an eye.
    fn shaped(&self) -> Result<(), Refusal> {
        let (pupil, limbus, circle) = (&self.pupil, &self.limbus, self.circle_score);
        if pupil.support < 0.35 || pupil.contrast < 4.0 {
            return Err(Refusal::Boundary("no clear edge around the pupil"));
        }
        if circle < 0.12 || limbus.support < 0.3 {
            return Err(Refusal::Boundary("no clear edge between iris and sclera"));
        }
        if pupil.rise > 12.0 + 0.5 * pupil.contrast {
            return Err(Refusal::Boundary("the pupil is not evenly dark"));
        }
        let (px, py, pr) = pupil.contour.circle();
        let (lx, ly, lr) = limbus.contour.circle();
        if crate::num::length(px - lx, py - ly) > 0.25 * lr {
            return Err(Refusal::Boundary("pupil and iris are not concentric"));
        }
        if !(0.08..=0.85).contains(&(pr / lr)) {
            return Err(Refusal::Boundary("the pupil has an impossible size"));
        }
        if roughness(&pupil.contour) > 0.25 || roughness(&limbus.contour) > 0.15 {
            return Err(Refusal::Boundary("a boundary is not round"));
        }
        Ok(())
    }
}

/// Standard deviation of the radii over their mean.
pub(crate) fn roughness(contour: &Contour) -> f32 {
    let mean = contour.mean_radius().max(1e-3);
    let n = contour.radii.len().max(1) as f32;
    (contour.radii.iter().map(|r| (r - mean).powi(2)).sum::<f32>() / n).sqrt() / mean
}
