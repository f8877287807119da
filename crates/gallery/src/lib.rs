//! 1:N search over persons, with an answer that says whether it was complete.

use model::{Eye, FingerPosition};

mod evidence;
mod exhaustive;
pub use exhaustive::Gallery;

/// One person's templates, as enrolled or presented.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Fingers by position; `Unknown` is compared with every position.
    pub fingers: Vec<(FingerPosition, finger::Template)>,
    /// Irises by eye.
    pub irises: Vec<(Eye, iris::Template)>,
}

impl Person {
    /// Whether there is anything to compare.
    pub fn is_empty(&self) -> bool {
        self.fingers.is_empty() && self.irises.is_empty()
    }
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchOptions {
    /// False positive identification rate asked for: the chance that a person who is not in the gallery gets
    /// any candidate at all.
    pub fpir: f64,
    /// Most candidates released.
    pub max_candidates: usize,
}

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The key it was inserted under.
    pub key: u128,
    /// Added evidence, log10 likelihood ratio. Stays inside the hub.
    pub llr: f32,
    /// Rests on one finger or one eye alone: a lead for an examiner, never more.
    pub lead: bool,
    /// Finger positions that support it.
    pub fingers: Vec<FingerPosition>,
    /// Eyes that support it.
    pub irises: Vec<Eye>,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Persons compared.
    pub scanned: usize,
    /// Persons that should have been compared.
    pub expected: usize,
    /// Last entry of the gallery log that had been applied.
    pub applied_sequence: u64,
    /// SHA-256 over the sorted keys of the active persons.
    pub set_hash: model::Digest,
}

/// A search's answer. Only [`SearchAnswer::Complete`] can say "no match".
#[derive(Debug, Clone, PartialEq)]
pub enum SearchAnswer {
    /// Everybody who should have been compared was.
    Complete {
        /// Best first.
        candidates: Vec<Candidate>,
        /// What was looked at.
        coverage: Coverage,
    },
    /// Somebody was left out: the case stays open.
    Partial {
        /// Best first.
        candidates: Vec<Candidate>,
        /// What was looked at.
        coverage: Coverage,
        /// Why.
        reason: String,
    },
}
