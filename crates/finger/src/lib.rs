//! Fingerprints: segment, assess, extract, compare.
//!
//! Pure: no I/O, no clock, no randomness; same input, same output on every CPU.

mod calibration;
mod compare;
mod export;
mod extract;
mod latent;
mod net;
mod plane;
mod slap;
mod template;

pub use self::net::{network_name, weights_sha256};
pub use calibration::{fmr, log10_likelihood_ratio};
pub use compare::{
    Comparison, Evidence, PROJECTED_LEN, Packed, PackedError, Prepared, RAW_LEN, compare, compare_packed,
    raw_descriptors,
};
pub use export::minutiae_json;
#[doc(hidden)]
pub use extract::{FrontEnd, extract_with};
pub use extract::{extract, extract_latent, quality_map};
pub use latent::{best_of, latent_score};
pub use slap::{SlapFinger, hand_of, segment_slap};
pub use template::{FLOW_CELL_PX, FlowMap, NO_FLOW, Template, TemplateError};

use serde::{Deserialize, Serialize};

/// Name and version of the algorithm; stored beside every template and score.
pub const ALGORITHM: &str = "ridgeline-finger/4";

/// Lowest resolution read: below it ridges of children are lost.
pub const MIN_PPI: f64 = 250.0;
/// Highest resolution read.
pub const MAX_PPI: f64 = 1200.0;
/// Most pixels of one finger's image at 500 ppi: 100 x 100 mm, several times a rolled print's box, bounds time
/// (seconds) and memory (at most 415 MB seen with two hostile images at a time).
pub const MAX_EXTRACT_PIXELS: usize = 4 << 20;
/// Most minutiae that a template keeps: a full rolled print has 100 to 150.
pub const MAX_MINUTIAE: usize = 200;
/// Fewest minutiae of a template: fewer say nothing.
pub const MIN_MINUTIAE: usize = 4;
/// Least foreground of a template: 5 x 5 mm.
pub const MIN_AREA_MM2: f32 = 25.0;

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

/// Quality, 0 to 100, of a print with these minutiae: how much evidence a mate's print is expected to show against it.
///
/// Depends on their confidences alone: how many are expected to be real, and how sure each is; doubtful ones, under
/// 0.28, do not count.
pub fn quality_of(minutiae: &[Minutia]) -> u8 {
    extract::quality::expected(minutiae)
}

/// Quality by blocks of a print at 500 ppi, for people to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityMap {
    /// Side of a block in pixels at 500 ppi.
    pub cell_px: u32,
    /// Blocks across.
    pub columns: u32,
    /// Blocks down.
    pub rows: u32,
    /// Row by row: 0 (cannot be read) to 1 (clean); none outside the print.
    pub values: Vec<Option<f32>>,
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
    /// More pixels than a finger can have.
    #[error("{width_px} x {height_px} pixels at 500 ppi are more than a finger image can have")]
    TooLarge {
        /// Across, at 500 ppi.
        width_px: usize,
        /// Down, at 500 ppi.
        height_px: usize,
    },
    /// Ridges cover too little.
    #[error("ridges cover {found_mm2:.0} square millimetres, at least {need_mm2:.0} are needed")]
    SmallArea {
        /// Found.
        found_mm2: f32,
        /// Needed.
        need_mm2: f32,
    },
    /// The shipped network cannot be read: the program is damaged.
    #[error("the network does not load: {0}")]
    Network(String),
    /// Too few minutiae for a comparison to mean anything.
    #[error("{found} minutiae found, at least {need} are needed")]
    FewMinutiae {
        /// Found.
        found: usize,
        /// Needed.
        need: usize,
    },
}
