//! What people ask about their own data.

use super::{FieldError, RedressAction, RedressKind, RedressState, TimelineRow};
use jiff::Timestamp;
use serde::Serialize;

/// The redress desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RedressDeskView {
    /// Requests, those due first.
    pub rows: Vec<RedressRow>,
    /// The code of the request just taken down: shown once.
    pub new_code: Option<String>,
    /// Typed before.
    pub values: crate::forms::NewRedress,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// One request in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedressRow {
    /// Id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// What is asked for.
    pub kind: RedressKind,
    /// Where it stands.
    pub state: RedressState,
    /// Since when.
    pub opened: Timestamp,
    /// When the next thing must have happened.
    pub due: Option<Timestamp>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedressView {
    /// As in the table.
    pub row: RedressRow,
    /// In the person's words.
    pub text: String,
    /// How to reach them; may be empty.
    pub contact: String,
    /// The entry that it concerns: id and reference.
    pub entry: Option<(String, String)>,
    /// The encounter that it concerns: id and number.
    pub encounter: Option<(String, String)>,
    /// What the person was told; empty before a decision.
    pub outcome: String,
    /// Everything that happened, newest first.
    pub timeline: Vec<TimelineRow>,
    /// What this person may do now.
    pub actions: Vec<RedressAction>,
    /// What was wrong with the last form.
    pub errors: Vec<FieldError>,
}

/// The page for whoever holds a receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReceiptView {
    /// What was typed, if anything was.
    pub code: String,
    /// The request that it stands for.
    pub found: Option<ReceiptRow>,
}

/// What the holder of a receipt is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptRow {
    /// What was asked for.
    pub kind: RedressKind,
    /// Where it stands.
    pub state: RedressState,
    /// Since when.
    pub opened: Timestamp,
    /// When the next thing must have happened.
    pub due: Option<Timestamp>,
    /// What was decided and why; empty before.
    pub outcome: String,
}

impl RedressAction {
    /// Whether the person will read the reason.
    pub(crate) fn needs_reason(self) -> bool {
        matches!(self, Self::Uphold | Self::UpholdPartly | Self::Refuse)
    }
}
