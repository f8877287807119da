//! Irises: segment, assess, encode, compare.
//!
//! Pure: no I/O, no clock, no randomness; same input, same output on every CPU.

use model::Eye;
use raster::{GreyImage, TraceSink};
use serde::{Deserialize, Serialize};

mod calibration;
mod claims;
mod compare;
mod contour;
mod cover;
mod crosscheck;
mod encode;
mod finder;
mod frame;
mod kernels;
mod limbus;
mod num;
mod plane;
mod pupil;
mod quality;
mod segment;
mod spots;
mod strip;
mod template;
mod tone;
mod trace;

pub use calibration::{BEST_LLR, WORST_LLR, fmr};
pub use claims::{Claims, Contradiction, is_coloured};
pub use compare::{Prepared, SHIFTS, compare};
pub use quality::Metrics;
pub use template::{
    BITS_PER_COLUMN, CODE_COLUMNS, CODE_ROWS, COMPACT_BITS_PER_COLUMN, COMPACT_COLUMNS, WAVELETS,
};

/// Name and version of the algorithm; stored beside every template and score.
pub const ALGORITHM: &str = "ridgeline-iris/5";

/// Rows (radial), columns (angular), wavelets, real and imaginary part.
pub const FULL_BITS: usize = 16 * 256 * 2 * 2;

/// Bits of the compact code.
pub const COMPACT_BITS: usize = 2048;

/// An iris template: phase bits and the mask of usable ones, full and compact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Quality of the sample, 0 to 100.
    pub quality: u8,
    /// Full code, [`FULL_BITS`] bits, one word per column: see [`Template::row_major`] for the order that
    /// open-iris documents.
    pub code: Vec<u64>,
    /// Full mask: 1 = usable.
    pub mask: Vec<u64>,
    /// Compact code, [`COMPACT_BITS`] bits.
    pub compact_code: [u64; COMPACT_BITS / 64],
    /// Compact mask.
    pub compact_mask: [u64; COMPACT_BITS / 64],
}

/// A closed contour: radius in pixels at evenly spaced angles around a centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contour {
    /// Centre across, pixels.
    pub x: f32,
    /// Centre down, pixels.
    pub y: f32,
    /// Radii, anticlockwise from the x axis.
    pub radii: Vec<f32>,
}

/// What a person can do about a poor image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Open the eye wide.
    OpenWide,
    /// Come closer.
    Closer,
    /// Move back.
    Farther,
    /// Hold still.
    HoldStill,
    /// Look into the lens.
    LookAhead,
    /// Take off the glasses.
    RemoveGlasses,
    /// Change the light: the pupil is very large or very small.
    ChangeLight,
    /// Use an infrared camera: this looks like an eye in visible light.
    UseInfrared,
    /// Check whether this is the eye that was named: the pupil lies on the other side.
    CheckSide,
}

/// Quality of a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// 0 (useless) to 100: predicts comparison failure.
    pub value: u8,
    /// What to do about it, most helpful first.
    pub advice: Vec<Advice>,
    /// What the value rests on.
    pub metrics: Metrics,
}

/// A template and what was measured on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// The template.
    pub template: Template,
    /// Quality with reasons.
    pub quality: Quality,
    /// Iris-pupil boundary.
    pub pupil: Contour,
    /// Iris-sclera boundary.
    pub limbus: Contour,
    /// Edges of the upper and the lower lid where they cross the iris: points from left to right, pixels of the
    /// image. Empty where a lid leaves the iris free.
    pub lids: [Vec<(f32, f32)>; 2],
}

/// Why an image gives no template.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No eye was found.
    #[error("no eye found")]
    NoEye,
    /// The two boundary finders disagree or the geometry is not that of an eye.
    #[error("the iris boundary is not certain: {0}")]
    Boundary(&'static str),
    /// A colour photograph; irises are compared in near infrared (ISO/IEC 29794-6, 700 to 900 nm).
    #[error("a colour photograph: irises are compared in near infrared")]
    VisibleLight,
    /// Too little of the iris is visible.
    #[error("{visible_percent:.0} % of the iris is visible, at least {need_percent:.0} % are needed")]
    Covered {
        /// Visible.
        visible_percent: f32,
        /// Needed.
        need_percent: f32,
    },
}

/// Least share of the iris that must be visible, percent.
const MIN_VISIBLE_PERCENT: f32 = 15.0;

/// A near-infrared image of one eye to its template. Which eye it is comes from whoever took the image: it is
/// checked, see [`Advice::CheckSide`], and never guessed.
///
/// 1 cut borders off, reduce, take gain and offset away, fill specular spots; 2 pupil candidates, dark discs and the
/// network's; 3 pupil contour, limbus circle, best pair; 4 limbus contour; 5 plausibility; 6 lids; 7 unroll; 8 encode;
/// 9 assess.
///
/// # Errors
/// A [`Refusal`] with the reason.
pub fn extract(image: &GreyImage, named: Eye, trace: &mut dyn TraceSink) -> Result<Extraction, Refusal> {
    let area = frame::content(image);
    let (left, top) = (area.x as f32, area.y as f32);
    let inner = raster::crop(image, area).map_err(|_| Refusal::NoEye)?;
    let eye = segment::segment(&inner)?;
    let cover = cover::Cover::find(&eye);
    let strip = strip::Strip::unroll(&eye, &cover);
    let factor = eye.factor as f32;
    let whole = |contour: &Contour| {
        let scaled = contour.scaled(factor);
        Contour { x: scaled.x + left, y: scaled.y + top, ..scaled }
    };
    let (pupil, limbus) = (whole(&eye.pupil.contour), whole(&eye.limbus.contour));
    if trace.enabled() {
        trace::show(trace, &eye, &cover, &strip, (left, top));
    }
    eye.verdict.clone()?;
    let visible_percent = 100.0 * strip.visible();
    if visible_percent < MIN_VISIBLE_PERCENT {
        return Err(Refusal::Covered { visible_percent, need_percent: MIN_VISIBLE_PERCENT });
    }
    let (code, mask) = encode::encode(&strip);
    let quality = quality::assess(&eye, &strip, named);
    let template = Template::new(quality.value, code, mask).map_err(|_| Refusal::NoEye)?;
    let shift = (factor - 1.0) / 2.0;
    let lids = cover.edges().map(|edge| {
        let scaled = edge.iter().map(|(x, y)| (x * factor + shift + left, y * factor + shift + top));
        scaled.filter(|(x, y)| limbus.holds(*x, *y, 1.0)).collect()
    });
    Ok(Extraction { template, quality, pupil, limbus, lids })
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// -log10 of the false match rate at which the score would just pass: among different eyes P(llr >= t) is
    /// about 10^-t. The gallery makes a likelihood ratio of it.
    pub llr: f32,
    /// Masked fractional Hamming distance at the best shift, 0 to 1.
    pub distance: f32,
    /// Columns that `b` was turned.
    pub shift: i8,
}

/// Why stored bytes are not a template.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("not a {ALGORITHM} template: {0}")]
pub struct TemplateError(pub &'static str);
