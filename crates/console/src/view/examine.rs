//! The examiners' queue, the workbench and the conflict desk.
//!
//! What is in these structs is all that an examiner gets: there is no field for a score, a rank, a list, a
//! category, a name or a place, and no examiner's decision (S21).

use super::{Decision, FieldError, Impression, MinutiaKind, Pace, Position, QualityWord};
use jiff::Timestamp;
use serde::Serialize;

/// The examiner's queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QueueView {
    /// The cases that wait and that this person may take, oldest first.
    pub waiting: Vec<CaseRow>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// Id.
    pub id: String,
    /// A short reference.
    pub reference: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it should be decided.
    pub due: Option<Timestamp>,
    /// How soon.
    pub pace: Pace,
    /// Fingers that both have.
    pub fingers: u8,
    /// Eyes that both have.
    pub eyes: u8,
}

/// Probe and candidate side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorkbenchView {
    /// Id.
    pub case_id: String,
    /// A short reference.
    pub reference: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it should be decided; the clock informs and never presses.
    pub due: Option<Timestamp>,
    /// Positions that both have, best material first.
    pub pairs: Vec<PairView>,
    /// Whether asking for a recapture makes sense (the station can still be asked).
    pub may_recapture: bool,
    /// What was typed before, to be shown again where the form was not taken.
    pub worksheet: Worksheet,
    /// What was wrong with the last form.
    pub errors: Vec<FieldError>,
}

/// An examiner's own words on a case: fields of [`crate::forms::Decide`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Worksheet {
    /// Features that agree.
    pub agree: String,
    /// Features that differ.
    pub differ: String,
    /// What the material does not allow.
    pub limits: String,
    /// Own marks as JSON, as they were sent; empty for none.
    pub marks: String,
}

/// One position of both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairView {
    /// Which.
    pub position: Position,
    /// The person presented.
    pub probe: Side,
    /// The reference.
    pub candidate: Side,
    /// Minutiae that correspond: index in `probe.minutiae`, index in `candidate.minutiae`.
    pub pairs: Vec<[u32; 2]>,
}

/// One image with its overlays, all in pixels of that image.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Side {
    /// PNG, 8-bit grey; fingers at 500 ppi.
    pub image_url: String,
    /// Width, pixels.
    pub width_px: u32,
    /// Height, pixels.
    pub height_px: u32,
    /// Pixels per inch; none for eyes.
    pub ppi: Option<f32>,
    /// Quality in words.
    pub quality_word: Option<QualityWord>,
    /// How the image came about.
    pub impression: Option<Impression>,
    /// Minutiae.
    pub minutiae: Vec<Minutia>,
    /// Ridge flow: angles in radians, 0 to pi, anticlockwise from the x axis; none where there is no ridge.
    pub flow: Option<Grid>,
    /// Local quality, 0 to 1; none outside the print, or when `layers_url` gives it.
    pub quality: Option<Grid>,
    /// Boundaries of an eye: pupil, then limbus; empty when `layers_url` gives them.
    pub contours: Vec<Contour>,
    /// Address of a [`LayersView`] as JSON, asked for when somebody looks at these overlays.
    pub layers_url: Option<String>,
}

/// Overlays that are read from the picture when it is shown.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LayersView {
    /// Local quality, 0 to 1; none outside the print.
    pub quality: Option<Grid>,
    /// Boundaries of an eye: pupil, then limbus.
    pub contours: Vec<Contour>,
}

/// One minutia.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Minutia {
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
    /// Radians, anticlockwise from the x axis.
    pub dir: f32,
    /// Its kind.
    pub kind: MinutiaKind,
}

/// A grid of values over an image: cell (column c, row r) covers `step_px` pixels from
/// (`x_px + c * step_px`, `y_px + r * step_px`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grid {
    /// Left edge of the first cell, pixels.
    pub x_px: f32,
    /// Top edge of the first cell, pixels.
    pub y_px: f32,
    /// Side of a cell, pixels.
    pub step_px: f32,
    /// Columns.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// Row by row, `columns * rows` values.
    pub values: Vec<Option<f32>>,
}

/// A closed contour: radii in pixels at evenly spaced angles, anticlockwise from the x axis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contour {
    /// Centre across, pixels.
    pub x: f32,
    /// Centre down, pixels.
    pub y: f32,
    /// Radii, pixels.
    pub radii: Vec<f32>,
}

/// The conflict desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ConflictsView {
    /// Cases that wait for a third person; opening one leads to the same blind workbench.
    pub waiting: Vec<CaseRow>,
    /// Cases settled lately: only here, after the third decision, are the three shown.
    pub settled: Vec<SettledRow>,
}

/// A conflict that was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettledRow {
    /// A short reference.
    pub reference: String,
    /// When.
    pub at: Timestamp,
    /// First, second and third decision.
    pub decisions: Vec<Decision>,
    /// What counts.
    pub outcome: Decision,
    /// The third person's note.
    pub note: Option<String>,
}
