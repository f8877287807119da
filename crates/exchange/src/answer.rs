//! What a station is told. No score, no category, no name; never "clear", never "threat" (S8, S26).

use jiff::Timestamp;
use model::{EncounterId, FingerPosition};
use serde::{Deserialize, Serialize};

/// The answer to one encounter, a line per destination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which encounter.
    pub encounter: EncounterId,
    /// 1, then one more with every change; a station shows the highest.
    pub revision: u32,
    /// When this revision was made.
    pub issued_at: Timestamp,
    /// Whether every destination has given its last word.
    pub complete: bool,
    /// One line per destination: this hub first.
    pub destinations: Vec<DestinationAnswer>,
    /// What seems to have gone wrong in capturing, so that it can be done again while the person is there; at most
    /// [`MAX_NOTICES`]. Says nothing about the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<CaptureNotice>,
}

/// Most notices of an answer: ten fingers can hardly be mixed up in more ways, and an answer has one size.
pub const MAX_NOTICES: usize = 12;

/// Something to look at and capture again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "notice")]
pub enum CaptureNotice {
    /// Fingers of one hand seem to have been captured as those of the other.
    HandsSwapped,
    /// One finger seems to have been captured under two names.
    SameFinger {
        /// The one with the lower code.
        first: FingerPosition,
        /// The other.
        second: FingerPosition,
    },
}

/// What one destination says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationAnswer {
    /// The destination's name for people.
    pub destination: String,
    /// Where it stands.
    pub standing: Standing,
    /// Lists that were searched, with their age (S25).
    pub searched: Vec<ListCoverage>,
    /// Names of lists, shards or hubs that did not answer.
    pub not_answered: Vec<String>,
}

/// One list that was searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListCoverage {
    /// The list's name for people.
    pub list: String,
    /// When the list was last changed or confirmed unchanged.
    pub as_of: Timestamp,
}

/// Where a destination stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// Sent, or waiting to be sent: nothing heard.
    NotAnswered,
    /// At work: nothing to say yet.
    InProgress,
    /// Every list was searched and gave no candidate, or none that examiners confirmed.
    NoMatch,
    /// "Being checked by an examiner".
    BeingExamined,
    /// "Confirmed by two examiners: contact ...".
    Confirmed {
        /// Whom to contact.
        contact: String,
    },
    /// The examiners could not say.
    Inconclusive,
    /// Some list did not answer: stays open, says nothing about a match.
    Partial,
    /// The examiners ask for a better sample.
    RecaptureRequested,
    /// Not processed, with the reason in words.
    Rejected {
        /// What was wrong and what to do.
        reason: String,
    },
    /// An earlier "confirmed" was withdrawn.
    Retracted,
}
