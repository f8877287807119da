//! What quality staff alone sees: cases with known answers, and what examiners said of them.

use super::{FieldError, KnownAnswer, KnownStand};
use jiff::Timestamp;
use serde::Serialize;

/// The quality desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct QualityView {
    /// After how many other cases, on average, one comes; 0 = none.
    pub every: u32,
    /// Known cases, newest first.
    pub cases: Vec<KnownCaseRow>,
    /// Per examiner: name and what they said.
    pub examiners: Vec<(String, Answers)>,
    /// All of them together.
    pub all: Answers,
    /// Largest upload, MiB.
    pub upload_limit_mib: u32,
    /// Typed before.
    pub values: crate::forms::KnownCaseFields,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// One known case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownCaseRow {
    /// Id.
    pub id: String,
    /// As quality staff calls it.
    pub title: String,
    /// The known answer.
    pub answer: KnownAnswer,
    /// Where it stands.
    pub stand: KnownStand,
    /// Since when it is there.
    pub added: Timestamp,
    /// Decisions so far.
    pub decisions: u32,
    /// Of these, wrong ones.
    pub wrong: u32,
}

/// What was said, in shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// Two people taken for one.
    pub mistaken: Share,
    /// One person taken for two.
    pub missed: Share,
    /// No answer.
    pub open: Share,
}

/// So many of so many, with the interval that holds the true share at 95 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How often.
    pub count: u32,
    /// Of how many.
    pub of: u32,
    /// Lower end, whole percents, rounded down.
    pub low: u8,
    /// Upper end, rounded up.
    pub high: u8,
}
