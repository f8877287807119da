//! Fingerprints: segment, assess, extract, compare.
//!
//! Pure: no I/O, no clock, no randomness; same input, same output on every CPU.

use model::FingerPosition;
use raster::{GreyImage, TraceSink};
use serde::{Deserialize, Serialize};

/// Name and version of the algorithm; stored beside every template and score.
pub const ALGORITHM: &str = "ridgeline-finger/1";

/// Ending, bifurcation or neither known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MinutiaKind {
    /// A ridge ends.
    Ending,
    /// A ridge forks.
    Bifurcation,
    /// Not known.
    Other,
}

/// One minutia.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minutia {
    /// Pixels from the left edge, at 500 ppi.
    pub x: f32,
    /// Pixels from the top edge, at 500 ppi.
    pub y: f32,
    /// Radians, 0 to 2 pi, anticlockwise from the x axis, along the ridge that ends or out of the valley
    /// that ends (ISO/IEC 19794-2:2011, 6.4.3).
    pub direction: f32,
    /// Its type.
    pub kind: MinutiaKind,
    /// 0 to 1: the probability that it is real.
    pub confidence: f32,
}

/// A finger template; [`Template::to_bytes`] is its stored form.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Width of the image at 500 ppi.
    pub width_px: u16,
    /// Height of the image at 500 ppi.
    pub height_px: u16,
    /// Quality of the sample, 0 to 100.
    pub quality: u8,
    /// Sorted by y, then x.
    pub minutiae: Vec<Minutia>,
}

/// What a person can do about a poor print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Moisten the finger or press harder.
    Dry,
    /// Wipe the finger or press less.
    Wet,
    /// More of the finger on the glass.
    SmallArea,
    /// Hold still.
    Motion,
    /// Move to the middle.
    OffCentre,
}

/// Quality of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// 0 (useless) to 100: predicts comparison failure.
    pub value: u8,
    /// What to do about it, most helpful first.
    pub advice: Vec<Advice>,
}

/// A template and what was measured on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The template.
    pub template: Template,
    /// Quality with reasons.
    pub quality: Quality,
}

/// Why an image gives no template.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The resolution is unknown or outside 250 to 1200 ppi.
    #[error("finger images need a resolution of 250 to 1200 ppi, this one says {0:?}")]
    Resolution(Option<f64>),
    /// No friction ridges were found.
    #[error("no friction ridges found")]
    NoRidges,
    /// Ridges cover too little.
    #[error("ridges cover {found_mm2:.0} square millimetres, at least {need_mm2:.0} are needed")]
    SmallArea {
        /// Found.
        found_mm2: f32,
        /// Needed.
        need_mm2: f32,
    },
    /// Too few minutiae for a comparison to mean anything.
    #[error("{found} minutiae found, at least {need} are needed")]
    FewMinutiae {
        /// Found.
        found: usize,
        /// Needed.
        need: usize,
    },
}

/// A single finger's image to its template.
///
/// # Errors
/// A [`Refusal`] with the reason.
pub fn extract(_image: &GreyImage, _trace: &mut dyn TraceSink) -> Result<Extraction, Refusal> {
    Err(Refusal::NoRidges)
}

/// One finger cut from a slap.
#[derive(Debug, Clone, PartialEq)]
pub struct SlapFinger {
    /// Which finger.
    pub position: FingerPosition,
    /// Corners of its box in the slap, clockwise from top left, in pixels.
    pub corners: [(f32, f32); 4],
    /// The finger, upright.
    pub image: GreyImage,
}

/// Cuts a slap (FGP 13, 14, 15) into fingers; `absent` names fingers that are not expected.
///
/// # Errors
/// A [`Refusal`] with the reason.
pub fn segment_slap(
    _image: &GreyImage,
    _position: FingerPosition,
    _absent: &[FingerPosition],
    _trace: &mut dyn TraceSink,
) -> Result<Vec<SlapFinger>, Refusal> {
    Err(Refusal::NoRidges)
}

/// A template made ready for comparison.
#[derive(Debug, Clone)]
pub struct Prepared {
    _template: Template,
}

impl Prepared {
    /// Does the work that does not depend on the other side.
    pub fn new(template: &Template) -> Self {
        Self { _template: template.clone() }
    }
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// log10 of the likelihood ratio same finger : different fingers.
    pub llr: f32,
    /// Index in `a`, index in `b` of the minutiae that were paired.
    pub pairs: Vec<(u16, u16)>,
}

/// Compares two fingers; symmetric in the score.
pub fn compare(_a: &Prepared, _b: &Prepared) -> Comparison {
    Comparison { llr: -3.0, pairs: Vec::new() }
}

/// The false match rate (1:1) at which this score would just pass.
pub fn fmr(llr: f32) -> f64 {
    10f64.powf(-f64::from(llr)).min(1.0)
}

/// Why stored bytes are not a template.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("not a {ALGORITHM} template: {0}")]
pub struct TemplateError(pub &'static str);

impl Template {
    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`TemplateError`] where the bytes are not such a template.
    pub fn from_bytes(_bytes: &[u8]) -> Result<Self, TemplateError> {
        Err(TemplateError("not yet written"))
    }
}
