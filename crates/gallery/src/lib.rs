//! 1:N search over persons, with an answer that says whether it was complete.
//!
//! A [`Gallery`] holds the persons of one list in columns, sixty-four persons to a block. Searching goes on a
//! [`View`] of it: what stood in the gallery at one moment, shared and never written, so that a search holds up
//! nobody who adds or removes.

use model::{Eye, FingerPosition};

mod block;
mod cascade;
mod detail;
mod duplicates;
mod echo;
mod evidence;
mod gallery;
mod kernels;
mod probe;
mod queue;
mod rows;
mod sketch;
pub mod snapshot;
mod view;
pub use detail::Enrolment;
pub use duplicates::{Compared, Duplicates};
pub use gallery::Gallery;
pub use queue::{Queue, QueueError, Request, Ticket};
pub use view::View;

/// What stands behind a score: the algorithms whose descriptors and codes are compared. A gallery kept under
/// another name is built again from stored templates.
pub fn algorithm() -> String {
    format!("{} {} {}", finger::ALGORITHM, iris::ALGORITHM, sketch::SKETCH)
}

/// The instructions that this CPU's searches use: `AVX-512`, `AVX2` or `scalar`. The answers are the same.
pub fn instructions() -> &'static str {
    kernels::best().name
}

/// For the fuzzer: the name of a set of kernels that gives something else than the scalar ones on inputs cut from
/// these bytes.
#[doc(hidden)]
pub fn disagreeing_kernels(bytes: &[u8]) -> Option<&'static str> {
    kernels::agree::disagreeing(bytes)
}

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
    /// any candidate at all. Above 1 it is the number of strangers expected among the candidates.
    pub fpir: f64,
    /// Most candidates released.
    pub max_candidates: usize,
}

/// Sizes of the stages. Short lists are compared in full; on long ones each stage has a least size below which
/// nothing is saved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cascade {
    /// Lists up to this many persons are compared in full: every position of everybody.
    pub full_up_to: usize,
    /// Fingers of the probe that are scanned, the best ones; the others confirm.
    pub scan_fingers: usize,
    /// The same where irises are searched too.
    pub scan_fingers_with_irises: usize,
    /// Share of persons compared by descriptors.
    pub wide_share: f64,
    /// Fewest of them.
    pub wide_least: usize,
    /// Share of persons compared in full over the scanned fingers.
    pub narrow_share: f64,
    /// Fewest of them.
    pub narrow_least: usize,
    /// Persons compared with all positions, besides all in whom a single finger or eye speaks.
    pub confirm: usize,
    /// Normalised distance of compact iris codes up to which everybody is compared in full.
    pub eye_reach: f32,
}

impl Default for Cascade {
    fn default() -> Self {
        Self {
            full_up_to: 1000,
            scan_fingers: 4,
            scan_fingers_with_irises: 2,
            wide_share: 0.004,
            wide_least: 1000,
            narrow_share: 0.001,
            narrow_least: 200,
            confirm: 50,
            eye_reach: 0.26,
        }
    }
}

impl Cascade {
    /// Everybody in full, whatever the list's length: what the losses of others are measured against.
    pub fn exhaustive() -> Self {
        Self { full_up_to: usize::MAX, ..Self::default() }
    }

    fn wide(&self, persons: usize) -> usize {
        ((persons as f64 * self.wide_share) as usize).max(self.wide_least)
    }

    fn narrow(&self, persons: usize) -> usize {
        ((persons as f64 * self.narrow_share) as usize).max(self.narrow_least)
    }
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
    /// Names the set of active persons: SHA-256 of the sum of the SHA-256 of their keys, in four 64-bit words
    /// that wrap, so that it follows a change at once and does not depend on order.
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
