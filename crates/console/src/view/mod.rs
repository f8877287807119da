//! What the pages show: plain values with public fields, filled by the hub.
//!
//! Ids are texts here (a UUID's usual form), times are [`jiff::Timestamp`]s; the pages format them in the
//! reader's language and zone. Texts are raw: escaping is the templates' work.

mod access;
mod admin;
mod alerts;
mod board;
mod encounters;
mod examine;
mod lists;
mod quality;
mod redress;
mod stations;
mod terms;
mod words;

#[cfg(test)]
pub(crate) use access::KEYS as ACCESS_KEYS;
pub use access::*;
pub use admin::*;
pub use alerts::*;
pub use board::*;
pub use encounters::*;
pub use examine::*;
pub use lists::*;
pub use quality::*;
pub use redress::*;
pub use stations::*;
pub use terms::*;
#[cfg(test)]
pub(crate) use words::KEYS as WORD_KEYS;
pub use words::*;

use jiff::Timestamp;
use model::{Absence, Eye, FingerPosition};
use serde::Serialize;

/// One choice of a drop-down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is shown, in the reader's language (it comes from the configuration, not from the `.ftl` files).
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// What is wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// What to do about it.
    pub message: crate::Message,
}

impl FieldError {
    /// An error that the console can say in every language.
    pub fn new(field: &str, message: impl Into<crate::Message>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }

    /// An error in somebody else's words.
    pub fn plain(field: &str, text: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: crate::Message::Plain(text.into()) }
    }
}

/// Where a long table stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// This page, from 1.
    pub page: u32,
    /// Pages in all, at least 1.
    pub pages: u32,
    /// Rows in all.
    pub total: u64,
}

/// A place on the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// A finger or slap.
    Finger(FingerPosition),
    /// An eye.
    Eye(Eye),
    /// A scar, mark or tattoo, numbered from 1: shown, never searched.
    Mark(u16),
}

/// One captured (or absent) position.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tile {
    /// Where.
    pub position: Position,
    /// The picture; none where the position is absent or the keys are destroyed.
    pub image_url: Option<String>,
    /// Quality in words.
    pub quality: Option<QualityWord>,
    /// Why there is no sample.
    pub absence: Option<Absence>,
    /// How the image came about.
    pub impression: Option<Impression>,
    /// Anything said about it (a finding, a free-text absence).
    pub note: Option<String>,
}

/// One line of a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineRow {
    /// When.
    pub at: Timestamp,
    /// What happened: a state reached or a plain sentence.
    pub event: TimelineEvent,
    /// Who did it; none where the machine did.
    pub actor: Option<String>,
    /// Anything said with it (a reason, a destination).
    pub detail: Option<String>,
}

/// What happened in a [`TimelineRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineEvent {
    /// The encounter reached this state.
    Encounter(EncounterState),
    /// The entry reached this state.
    Entry(EntryState),
    /// The alert reached this state.
    Alert(AlertState),
    /// The request reached this state.
    Redress(RedressState),
    /// Something else that has words of its own.
    Happened(Happened),
    /// The record was opened (purpose and case number in the detail).
    Opened,
    /// In plain words.
    Plain(String),
}

/// Why a record was opened (S3): shown on every page of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The purpose, as chosen.
    pub purpose: String,
    /// The case number, as typed.
    pub case_number: String,
    /// When the record closes again.
    pub until: Option<Timestamp>,
}

/// The page that asks for purpose and case number before a record opens (S3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReasonView {
    /// What is to be opened, e.g. an encounter's number; nothing that tells about the person.
    pub subject: String,
    /// Where the form goes: [`crate::urls::encounter_open`] or [`crate::urls::entry_open`].
    pub action: String,
    /// Where "back" goes.
    pub back: String,
    /// The purposes that the agreements allow.
    pub purposes: Vec<Choice>,
    /// The purpose chosen before.
    pub purpose: String,
    /// The case number typed before.
    pub case_number: String,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

impl Tile {
    /// Whether it shows an eye (a wide image).
    pub(crate) fn is_eye(&self) -> bool {
        matches!(self.position, Position::Eye(_))
    }

    /// Whether it shows a scar, mark or tattoo.
    pub(crate) fn is_mark(&self) -> bool {
        matches!(self.position, Position::Mark(_))
    }
}
