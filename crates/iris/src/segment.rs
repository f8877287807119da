//! From pixels to the two contours: candidates for the pupil, a limbus for each, and the pair that fits best.

use crate::crosscheck::Agreement;
use crate::finder::Found;
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

/// What it counts that the network names the same pair: as much as a perfect limbus circle.
const LEARNED: f32 = 2.0;

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
    /// What the network finds.
    pub(crate) found: Option<Found>,
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
    let found = Found::of(&plane);
    let search = Search { spread, spots, soft, dark, spread_coarse, shrink };
    let mut pairs: Vec<Pair> =
        search.classical().into_iter().chain(found.as_ref().map(|f| search.learned(f))).collect();
    for pair in &mut pairs {
        let (pupil, limbus) = (pair.pupil.contour.circle(), (pair.circle.x, pair.circle.y, pair.circle.r));
        pair.score += found.as_ref().map_or(0.0, |f| LEARNED * f.agrees(pupil, limbus));
    }
    let Search { spots, .. } = search;
    pairs.sort_by(|a, b| b.score.total_cmp(&a.score));
    // The likeliest pair, or if its shape is not an eye's the first of the others whose shape is. Where only the
    // second finder objects, no other pair is tried: to be asked again harms nobody, a wrong eye does.
    let mut first: Option<(Geometry, Refusal)> = None;
    let mut sound = None;
    for Pair { pupil, circle, .. } in pairs {
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
        found,
        agreement,
        verdict,
    })
}

/// A pupil and a limbus circle that may be an eye's, pixels of the working plane.
struct Pair {
    score: f32,
    pupil: pupil::Pupil,
    circle: limbus::Circle,
}

/// The planes that pairs are looked for in.
struct Search {
    spread: Plane,
    spots: Vec<bool>,
    /// Coarse planes, `shrink` pixels of the working plane a pixel: blurred; spread and without bright things; spread.
    soft: Plane,
    dark: Plane,
    spread_coarse: Plane,
    shrink: f32,
}

impl Search {
    /// Pairs around the dark discs of the coarse plane.
    fn classical(&self) -> Vec<Pair> {
        let mut candidates: Vec<(pupil::Disc, pupil::Pupil)> =
            pupil::discs(&self.dark).into_iter().map(|disc| (disc, self.pupil(disc))).collect();
        // The limbus search is the dearest step: only the likeliest pupils get one.
        candidates.sort_by(|a, b| likely(b).total_cmp(&likely(a)));
        candidates.truncate(MAX_PUPILS);
        let pair = |(disc, pupil): (pupil::Disc, pupil::Pupil)| {
            let circle = limbus::circle(&self.soft, self.coarse(pupil.contour.circle()))?;
            Some(self.pair(disc, pupil, circle))
        };
        candidates.into_iter().filter_map(pair).collect()
    }

    /// The pair that the network names.
    fn learned(&self, found: &Found) -> Pair {
        let disc = pupil::disc(&self.dark, self.coarse(found.pupil));
        let pupil = self.pupil(disc);
        let circle = limbus::near(&self.soft, self.coarse(found.limbus), self.coarse(pupil.contour.circle()));
        self.pair(disc, pupil, circle)
    }

    /// The contour around a disc of the coarse plane.
    fn pupil(&self, disc: pupil::Disc) -> pupil::Pupil {
        let whole = |v: f32| v * self.shrink + (self.shrink - 1.0) / 2.0;
        let full = pupil::Disc { x: whole(disc.x), y: whole(disc.y), r: disc.r * self.shrink, ..disc };
        pupil::contour(&self.spread, &self.spots, full)
    }

    /// A circle of the working plane in pixels of the coarse one.
    fn coarse(&self, (x, y, r): (f32, f32, f32)) -> (f32, f32, f32) {
        (x / self.shrink, y / self.shrink, r / self.shrink)
    }

    /// A limbus circle of the coarse plane beside a pupil, scored.
    fn pair(&self, disc: pupil::Disc, pupil: pupil::Pupil, circle: limbus::Circle) -> Pair {
        let uneven = pupil.rise / (pupil.rise + 12.0);
        let between = limbus::between(&self.spread_coarse, self.coarse(pupil.contour.circle()), circle);
        let as_dark = ((LEAST_BETWEEN - between) / LEAST_BETWEEN).clamp(0.0, 1.0);
        let score = pupil.support + disc.score + 2.0 * circle.score - uneven - as_dark;
        let (x, y, r) = (circle.x * self.shrink, circle.y * self.shrink, circle.r * self.shrink);
        Pair { score, pupil, circle: limbus::Circle { x, y, r, score: circle.score } }
    }
}

/// How likely a dark disc is a pupil, before its limbus is looked for.
fn likely((disc, pupil): &(pupil::Disc, pupil::Pupil)) -> f32 {
    disc.score + pupil.support - pupil.rise / (pupil.rise + 12.0)
}

impl Segmentation {
    /// How well the finders agree on the boundaries, percent: the least of what the second look and the network say.
    pub(crate) fn agreement_percent(&self) -> f32 {
        let network = |f: &Found| f.percent(self.pupil.contour.circle(), self.limbus.contour.circle());
        self.agreement.percent().min(self.found.as_ref().map_or(0.0, network))
    }
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
            return Err(Refusal::Boundary("the edge around the pupil is too faint"));
        }
        if circle < 0.12 || limbus.support < 0.3 {
            return Err(Refusal::Boundary("the edge between iris and sclera is too faint"));
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
