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
mod latent;
mod learned;
pub(crate) mod mask;
mod minutiae;
mod period;
mod phase;
pub(crate) mod prepare;
pub(crate) mod quality;

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
    let grey = work_image(image)?;
    let features = match front_end {
        FrontEnd::Learned => learned::learned(&grey, trace),
        FrontEnd::Classical => classical::classical(&grey, trace),
    }?;
    finish(&grey, &features, trace)
}

/// All prints of a latent's picture, the largest first: each connected region of ridges is a print of its own, since
/// nothing says which belong together. Only for what is declared to be a latent: fainter ridges are read than
/// [`extract`] would accept.
///
/// Compare with [`best_of`](crate::best_of) and read its score with [`latent_score`](crate::latent_score). Reads what [`extract`] reads.
///
/// # Errors
/// A [`Refusal`] where no region gives a template: the largest one's reason.
pub fn extract_latent(image: &GreyImage, trace: &mut dyn TraceSink) -> Result<Vec<Extraction>, Refusal> {
    let grey = work_image(image)?;
    let (mut prints, mut refused) = (Vec::new(), None);
    for features in latent::latent(&grey, trace)? {
        match finish(&grey, &features, trace) {
            Ok(print) => prints.push(print),
            Err(refusal) => {
                refused.get_or_insert(refusal);
            }
        }
    }
    if prints.is_empty() { Err(refused.unwrap_or(Refusal::NoRidges)) } else { Ok(prints) }
}

/// Step 1, and the least size.
fn work_image(image: &GreyImage) -> Result<Plane, Refusal> {
    let grey = prepare::to_work_ppi(image)?;
    if grey.w.min(grey.h) < MIN_SIDE_PX { Err(Refusal::NoRidges) } else { Ok(grey) }
}

/// Step 4: what was found becomes a template, unless it says too little.
fn finish(grey: &Plane, features: &Features, trace: &mut dyn TraceSink) -> Result<Extraction, Refusal> {
    let cell_mm2 = (flow::CELL_PX as f32 * 25.4 / prepare::WORK_PPI as f32).powi(2);
    let area_mm2 = features.foreground.v.iter().filter(|v| **v > 0.0).count() as f32 * cell_mm2;
    if area_mm2 < MIN_AREA_MM2 {
        return Err(Refusal::SmallArea { found_mm2: area_mm2, need_mm2: MIN_AREA_MM2 });
    }
    let found = quality::likely(&features.minutiae);
    if found < MIN_MINUTIAE {
        return Err(Refusal::FewMinutiae { found, need: MIN_MINUTIAE });
    }
    let mut template = Template {
        width_px: grey.w as u16,
        height_px: grey.h as u16,
        quality: 0,
        minutiae: features.minutiae.clone(),
        flow: Some(flow_map(features)),
    }
    .normalised();
    let quality = quality::assess(grey, features, &template.minutiae, area_mm2);
    template.quality = quality.value;
    if trace.enabled() {
        trace.json("finger/minutiae", &crate::export::minutiae_json(&template));
        let (algorithm, network) = (crate::ALGORITHM, crate::net::weights_sha256());
        trace.json(
            "finger/made_by",
            &format!("{{\"algorithm\":\"{algorithm}\",\"weights_sha256\":\"{network}\"}}"),
        );
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

/// Where there are ridges, roughly, and how far that is to be believed; per cell of [`flow::CELL_PX`], no minutiae.
/// For slaps, which hold several prints and other things beside them.
pub(crate) struct Ground {
    /// 1 or 0.
    pub(crate) ridged: Plane,
    /// How sure the network is, 0 to 1.
    certainty: Plane,
    /// Cosine of twice the angle between its orientation and that of the gradients, times their coherence.
    agreement: Plane,
    /// Coherence of the gradients, 0 to 1.
    coherence: Plane,
}

impl Ground {
    /// Whether these cells are held to be ridges: the doubts that make extraction refuse a whole image.
    pub(crate) fn believed(&self, cells: &[usize]) -> bool {
        let sum = |p: &Plane| cells.iter().filter_map(|i| p.v.get(*i)).sum::<f32>();
        let certainty = sum(&self.certainty) / cells.len().max(1) as f32;
        let agreement = sum(&self.agreement) / (sum(&self.coherence) + 1e-6);
        certainty >= learned::MIN_CERTAINTY && agreement >= learned::MIN_AGREEMENT
    }
}

/// The [`Ground`] of a slap.
pub(crate) fn ground(grey: &Plane) -> Ground {
    learned::ground(grey).unwrap_or_else(|| classical::ground(grey))
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
