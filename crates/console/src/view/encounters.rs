//! Encounters: the table and one encounter.

use super::{AnswerState, Choice, EncounterState, Opened, Pager, Tile, TimelineRow};
use jiff::Timestamp;
use model::AgeBand;
use serde::Serialize;

/// What the table is narrowed to; empty texts mean "all". The field names are those of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EncounterFilter {
    /// Receipt number or its beginning.
    pub number: String,
    /// A state's code.
    pub state: String,
    /// A station's id.
    pub station: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// Page, from 1.
    pub page: u32,
}

/// The table of encounters: nothing in it tells about the person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EncounterListView {
    /// What it is narrowed to.
    pub filter: EncounterFilter,
    /// Stations to choose from.
    pub stations: Vec<Choice>,
    /// The rows.
    pub rows: Vec<EncounterRow>,
    /// Where we are.
    pub pager: Pager,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EncounterRow {
    /// Id.
    pub id: String,
    /// The receipt number that the person holds.
    pub number: String,
    /// When the hub received it.
    pub received: Timestamp,
    /// The station's name.
    pub station: String,
    /// The purpose, in words.
    pub purpose: String,
    /// Where it stands.
    pub state: EncounterState,
    /// Fingers captured, 0 to 10.
    pub fingers: u8,
    /// Eyes captured, 0 to 2.
    pub eyes: u8,
    /// Destinations that answered.
    pub answered: u32,
    /// Destinations asked.
    pub asked: u32,
}

/// One encounter, opened with a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EncounterView {
    /// Id.
    pub id: String,
    /// Receipt number.
    pub number: String,
    /// Where it stands.
    pub state: EncounterState,
    /// Why it is open on this screen.
    pub opened: Opened,
    /// The station's name.
    pub station: String,
    /// When the station sealed it.
    pub captured: Option<Timestamp>,
    /// When the hub committed it.
    pub received: Timestamp,
    /// The purpose given at the station.
    pub purpose: String,
    /// The authority given at the station.
    pub authority: Option<String>,
    /// The case number given at the station.
    pub case_number: Option<String>,
    /// The age band.
    pub age_band: Option<AgeBand>,
    /// The notice shown: its version and language.
    pub notice: Option<String>,
    /// Fingers, eyes and marks, filled or coded absent.
    pub tiles: Vec<Tile>,
    /// What the readers found odd in the transaction.
    pub findings: Vec<FindingRow>,
    /// Searches made, newest first.
    pub searches: Vec<SearchView>,
    /// Answers per destination.
    pub answers: Vec<AnswerView>,
    /// Everything that happened, newest first.
    pub timeline: Vec<TimelineRow>,
    /// SHA-256 of the package as received.
    pub digest: Option<String>,
}

/// Something odd that a reader found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingRow {
    /// Where in the transaction, e.g. `14.018`.
    pub at: String,
    /// What.
    pub text: String,
}

/// One search with its coverage (S25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchView {
    /// When.
    pub at: Timestamp,
    /// Whether every list answered.
    pub complete: bool,
    /// What was searched and what not.
    pub coverage: Vec<CoverageRow>,
    /// How many candidates went to examiners (no scores, no order).
    pub candidates: u32,
}

/// One list of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverageRow {
    /// The list's name.
    pub list: String,
    /// Entries looked at.
    pub entries: u64,
    /// How fresh the list was.
    pub as_of: Option<Timestamp>,
    /// Whether it answered.
    pub answered: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// One destination's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerView {
    /// Who.
    pub destination: String,
    /// What it says. [`AnswerState::NoMatch`] is shown as [`AnswerState::Partial`] while
    /// `not_answered` is not empty: only a complete search can say it.
    pub state: AnswerState,
    /// When.
    pub at: Option<Timestamp>,
    /// Lists searched, each with its age.
    pub searched: Vec<ListAge>,
    /// Lists that did not answer.
    pub not_answered: Vec<String>,
    /// Whom to contact, where confirmed.
    pub contact: Option<String>,
}

impl AnswerView {
    /// The state that may be shown: "no match" only where every list answered.
    pub fn shown_state(&self) -> AnswerState {
        if self.state == AnswerState::NoMatch && (!self.not_answered.is_empty() || self.searched.is_empty()) {
            AnswerState::Partial
        } else {
            self.state
        }
    }
}

/// A list and how fresh it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListAge {
    /// The list's name.
    pub list: String,
    /// How fresh.
    pub as_of: Option<Timestamp>,
}
