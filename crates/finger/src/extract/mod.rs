//! From pixels to minutiae: the classical road, in numbered steps.
//!
//! 1 to 500 ppi ([`prepare`]); 2 local normalisation; 3 orientation field ([`flow`]); 4 ridge period
//! ([`period`]); 5 tuned complex filter ([`gabor`]), whose ridge image gives a better field and a second, final
//! pass; 6 zeros of the wave ([`phase`]); 7 which of them are minutiae ([`minutiae`]); 8 quality ([`quality`]).
//! Anything that turns an image into [`Features`] can stand in for steps 3 to 7.

pub(crate) mod flow;
mod gabor;
mod kernels;
pub(crate) mod mask;
mod minutiae;
mod period;
mod phase;
pub(crate) mod prepare;
mod quality;

use crate::plane::Plane;
use crate::template::{FLOW_CELL_PX, FlowMap};
use crate::{Extraction, MAX_MINUTIAE, MIN_AREA_MM2, MIN_MINUTIAE, Minutia, QualityMap, Refusal, Template};
use raster::{GreyImage, NoTrace, TraceSink};

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
    let grey = prepare::to_work_ppi(image)?;
    let features = classical(&grey, trace)?;
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
    let features = classical(&grey, &mut NoTrace)?;
    Ok(quality::map(&features))
}

/// Steps 2 to 7.
fn classical(grey: &Plane, trace: &mut dyn TraceSink) -> Result<Features, Refusal> {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    if contrast.v.iter().all(|v| *v == 0.0) {
        return Err(Refusal::NoRidges);
    }
    let first = flow::regularise(&flow::flow(&image, 7.0, Some(&contrast)), 8.0);
    let spacing = period::period(&image, &first, &contrast);
    let draft = gabor::filter(&image, &first, &spacing, &contrast);
    let draft_share = mask::ridge_share(&image, &draft);
    let second = flow::regularise(&flow::flow(&draft.even, 6.0, Some(&draft_share)), 5.0);
    let trusted = draft_share.zip(&contrast, |s, c| if s > 0.08 { c } else { 0.0 });
    let spacing = period::period(&draft.even, &second, &draft_share).zip(&spacing, |a, b| 0.5 * (a + b));
    let waves = gabor::filter(&image, &second, &spacing, &trusted);
    let share = mask::ridge_share(&image, &waves);
    let foreground = mask::foreground(&share, &contrast);
    if foreground.v.iter().all(|v| *v == 0.0) {
        return Err(Refusal::NoRidges);
    }
    let depth = mask::depth(&foreground);
    let zeros = phase::zeros(&waves);
    let evidence = minutiae::Evidence { share: &share, coherence: &second.coherence, depth: &depth };
    let minutiae = minutiae::minutiae(&zeros, &waves, &evidence, MAX_MINUTIAE);
    if trace.enabled() {
        let pictures = [
            ("finger/normalised", image.to_grey(-2.0, 2.0)),
            ("finger/ridges", waves.even.to_grey(-1.5, 1.5)),
            ("finger/share", share.to_grey(0.0, 1.0)),
            ("finger/foreground", foreground.to_grey(0.0, 1.0)),
            ("finger/period", spacing.to_grey(4.0, 16.0)),
            ("finger/coherence", second.coherence.to_grey(0.0, 1.0)),
        ];
        for (name, picture) in pictures {
            if let Some(picture) = picture {
                trace.image(name, &picture);
            }
        }
    }
    Ok(Features { minutiae, foreground, flow: second, share })
}

/// Where there are ridges, roughly, one value (1 or 0) per cell of [`CELL_PX`]: one pass, no minutiae.
pub(crate) fn ridged(grey: &Plane) -> Plane {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    let field = flow::regularise(&flow::flow(&image, 7.0, Some(&contrast)), 8.0);
    let spacing = period::period(&image, &field, &contrast);
    let draft = gabor::filter(&image, &field, &spacing, &contrast);
    let share = mask::ridge_share(&image, &draft);
    mask::rough_foreground(&share, &contrast, &field.coherence)
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
