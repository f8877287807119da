//! From pixels to minutiae, in numbered steps.
//!
//! 1 to 500 ppi ([`prepare`]); 2 local normalisation; 3 the network ([`crate::net`]): mask, orientation, ridge
//! image, minutiae, watched over by plain measurements ([`learned`]); 4 quality ([`quality`]).
//!
//! The classical road beside it ([`classical`]) is a cross-check: orientation field ([`flow`]), ridge period
//! ([`period`]), tuned complex filter ([`gabor`]), zeros of the wave ([`phase`]), which of them are minutiae
//! ([`minutiae`]). Either gives [`Features`].

mod classical;
pub(crate) mod flow;
mod gabor;
mod kernels;
mod learned;
pub(crate) mod mask;
mod minutiae;
mod period;
mod phase;
pub(crate) mod prepare;
mod quality;

use crate::plane::Plane;
use crate::template::{FLOW_CELL_PX, FlowMap};
use crate::{Extraction, MIN_AREA_MM2, MIN_MINUTIAE, Minutia, QualityMap, Refusal, Template};
use raster::{GreyImage, NoTrace, TraceSink};

/// Narrowest image at 500 ppi: 1.6 mm hold three ridges. A narrower one can be very long, and the network fills
/// it up to whole cells.
const MIN_SIDE_PX: usize = 32;

/// What a front-end finds in a print; the rest of extraction does not care how it was found.
pub(crate) struct Features {
    /// Most confident first.
    pub(crate) minutiae: Vec<Minutia>,
    /// Foreground per cell of `flow`: 1 or 0.
    pub(crate) foreground: Plane,
    /// Orientation per cell.
    pub(crate) flow: flow::Flow,
    /// Share of the local energy that is ridges, 0 to 1, per cell.
    pub(crate) share: Plane,
}

/// A single finger's image to its template.
///
/// Reads images of 250 to 1200 ppi and at most [`MAX_EXTRACT_PIXELS`](crate::MAX_EXTRACT_PIXELS) at 500 ppi.
///
/// # Errors
/// A [`Refusal`] with the reason.
pub fn extract(image: &GreyImage, trace: &mut dyn TraceSink) -> Result<Extraction, Refusal> {
    extract_with(image, FrontEnd::Learned, trace)
}

/// Which road leads from pixels to features.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrontEnd {
    /// The network: what [`extract`] uses.
    #[default]
    Learned,
    /// Oriented filters: for cross-checks. Its confidences and qualities are on another scale.
    Classical,
}

/// [`extract`] by a given road, for evaluation.
///
/// # Errors
/// A [`Refusal`] with the reason.
#[doc(hidden)]
pub fn extract_with(
    image: &GreyImage,
    front_end: FrontEnd,
    trace: &mut dyn TraceSink,
) -> Result<Extraction, Refusal> {
    let grey = prepare::to_work_ppi(image)?;
    if grey.w.min(grey.h) < MIN_SIDE_PX {
        return Err(Refusal::NoRidges);
    }
    let features = match front_end {
        FrontEnd::Learned => learned::learned(&grey, trace),
        FrontEnd::Classical => classical::classical(&grey, trace),
    }?;
    let cell_mm2 = (flow::CELL_PX as f32 * 25.4 / prepare::WORK_PPI as f32).powi(2);
    let area_mm2 = features.foreground.v.iter().filter(|v| **v > 0.0).count() as f32 * cell_mm2;
    if area_mm2 < MIN_AREA_MM2 {
        return Err(Refusal::SmallArea { found_mm2: area_mm2, need_mm2: MIN_AREA_MM2 });
    }
    if features.minutiae.len() < MIN_MINUTIAE {
        return Err(Refusal::FewMinutiae { found: features.minutiae.len(), need: MIN_MINUTIAE });
    }
    let quality = quality::assess(&grey, &features, area_mm2);
    let template = Template {
        width_px: grey.w as u16,
        height_px: grey.h as u16,
        quality: quality.value,
        minutiae: features.minutiae.clone(),
        flow: Some(flow_map(&features)),
    }
    .normalised();
    if trace.enabled() {
        trace.json("finger/minutiae", &crate::export::minutiae_json(&template));
    }
    Ok(Extraction { template, quality })
}

/// How well ridges can be read, block by block: the share of the local energy that is ridges.
///
/// # Errors
/// A [`Refusal`] where no ridges are found or the resolution is not known.
pub fn quality_map(image: &GreyImage) -> Result<QualityMap, Refusal> {
    let grey = prepare::to_work_ppi(image)?;
    let features = learned::learned(&grey, &mut NoTrace)?;
    Ok(quality::map(&features))
}

/// Where there are ridges, roughly, one value (1 or 0) per cell of [`flow::CELL_PX`]; no minutiae.
pub(crate) fn ridged(grey: &Plane) -> Plane {
    learned::ridged(grey).unwrap_or_else(|| classical::ridged(grey))
}

/// The template's coarse map: ridge orientation where most of a cell is foreground.
fn flow_map(features: &Features) -> FlowMap {
    let per = FLOW_CELL_PX / flow::CELL_PX;
    let (gw, gh) = (features.foreground.w, features.foreground.h);
    let (columns, rows) = (gw.div_ceil(per), gh.div_ceil(per));
    let mut cells = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            let (mut n, mut inside, mut c, mut s) = (0usize, 0usize, 0.0f32, 0.0f32);
            for y in row * per..((row + 1) * per).min(gh) {
                for x in column * per..((column + 1) * per).min(gw) {
                    let i = y * gw + x;
                    n += 1;
                    if features.foreground.v[i] > 0.0 {
                        inside += 1;
                        c += features.flow.c2.v[i];
                        s += features.flow.s2.v[i];
                    }
                }
            }
            // The ridge is perpendicular to the normal (doubled angle turned by pi); y is flipped.
            cells.push((2 * inside > n).then(|| 0.5 * libm::atan2f(s, -c)));
        }
    }
    FlowMap::from_angles(columns as u16, rows as u16, &cells)
}
