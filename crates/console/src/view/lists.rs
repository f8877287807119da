//! Watchlists and their entries.

use super::{Choice, EntryAction, EntryState, FieldError, Opened, Pager, Tile, TimelineRow, TwiceState};
use jiff::Timestamp;
use serde::Serialize;

/// All lists that this person may see, and what waits for approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListsView {
    /// The lists.
    pub lists: Vec<ListRow>,
    /// Entries that wait for this person's approval, oldest first.
    pub approvals: Vec<EntryRow>,
}

/// One list in the overview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListRow {
    /// Id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub originator: String,
    /// Entries searched now.
    pub active: u64,
    /// Entries waiting for a second person.
    pub proposed: u64,
    /// Entries whose review date or expiry is near or past.
    pub due_for_review: u64,
    /// When it last changed.
    pub changed: Option<Timestamp>,
    /// Whether this person may propose an entry.
    pub may_propose: bool,
}

/// Which entries are shown. The field names are those of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EntryFilter {
    /// A state's code, or empty.
    pub state: String,
    /// Reference or its beginning.
    pub reference: String,
    /// Page, from 1.
    pub page: u32,
}

/// One list with its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ListView {
    /// Id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub originator: String,
    /// What it is for.
    pub purpose: String,
    /// Who is told of a confirmed match.
    pub recipients: Vec<String>,
    /// The closed list of categories.
    pub categories: Vec<String>,
    /// The longest an entry may last, days.
    pub cap_days: u32,
    /// Entries by state.
    pub counts: Vec<EntryCount>,
    /// What is shown.
    pub filter: EntryFilter,
    /// The rows.
    pub entries: Vec<EntryRow>,
    /// Where we are.
    pub pager: Pager,
    /// Whether this person may propose an entry.
    pub may_propose: bool,
    /// People who may stand on it twice.
    pub twice: TwiceView,
}

/// Who may stand on a list twice: how far the comparison of all with all is, and what it found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TwiceView {
    /// Whether this person may begin one now.
    pub may_begin: bool,
    /// The last or present one.
    pub run: Option<RunView>,
    /// What was found, newest first.
    pub pairs: Vec<TwiceRow>,
}

/// A comparison of all entries with all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunView {
    /// When it began.
    pub begun: Timestamp,
    /// Entries compared.
    pub done: u64,
    /// Entries in all.
    pub total: u64,
    /// Entries of which the comparison did not see everybody.
    pub incomplete: u64,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

/// Two entries that may be one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TwiceRow {
    /// The one entry: id and reference.
    pub first: (String, String),
    /// The other.
    pub second: (String, String),
    /// When they were found.
    pub found: Timestamp,
    /// What examiners have said.
    pub state: TwiceState,
}

/// How many entries are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EntryCount {
    /// The state.
    pub state: EntryState,
    /// How many.
    pub count: u64,
}

/// One entry in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryRow {
    /// Id.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// The list's name.
    pub list: String,
    /// Where it stands.
    pub state: EntryState,
    /// Its category, in words.
    pub category: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// When it must be looked at again.
    pub review: Timestamp,
    /// Fingers, 0 to 10.
    pub fingers: u8,
    /// Eyes, 0 to 2.
    pub eyes: u8,
}

/// One entry, opened with a reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryView {
    /// Id.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// Its list.
    pub list_id: String,
    /// The list's name.
    pub list: String,
    /// Where it stands.
    pub state: EntryState,
    /// Why it is open on this screen.
    pub opened: Opened,
    /// Who answers for it.
    pub originator: String,
    /// The individual legal basis.
    pub legal_basis: String,
    /// Category, in words.
    pub category: String,
    /// What its readers must know before acting.
    pub caveat: String,
    /// How it may be handled.
    pub handling: String,
    /// First day.
    pub starts: Timestamp,
    /// Last day.
    pub expires: Timestamp,
    /// When it must be looked at again.
    pub review: Timestamp,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// The second person.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// The person listed is a victim of misused identity (S20).
    pub misused_identity: bool,
    /// Where the samples came from (file, transaction number).
    pub source: Option<String>,
    /// The samples.
    pub tiles: Vec<Tile>,
    /// Everything that happened, newest first.
    pub timeline: Vec<TimelineRow>,
    /// More time that is asked for it, until somebody decides.
    pub longer: Option<LongerView>,
    /// What this person may do now.
    pub actions: Vec<EntryAction>,
    /// What was wrong with the last form.
    pub errors: Vec<FieldError>,
}

/// More time that is asked for an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LongerView {
    /// New last day.
    pub expires: Timestamp,
    /// Next review.
    pub review: Timestamp,
    /// The legal basis as it was reviewed.
    pub legal_basis: String,
    /// Who asks.
    pub asked_by: String,
    /// Since when.
    pub asked_at: Timestamp,
}

/// The proposal form. Names of its fields: see [`crate::forms::EntryFields`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EntryFormView {
    /// The list.
    pub list_id: String,
    /// The list's name.
    pub list: String,
    /// Originators that this person may propose for.
    pub originators: Vec<Choice>,
    /// The closed list of categories.
    pub categories: Vec<Choice>,
    /// The handling codes.
    pub handling_codes: Vec<Choice>,
    /// The longest an entry may last, days.
    pub cap_days: u32,
    /// Largest upload, mebibytes.
    pub upload_limit_mib: u32,
    /// Typed before.
    pub values: crate::forms::EntryFields,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// The approval page: the second person sees everything and confirms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApprovalView {
    /// The entry.
    pub entry: EntryView,
    /// This person proposed it and so cannot approve it.
    pub own_proposal: bool,
    /// Other entries with the same legal basis text, where beyond the limit (S18).
    pub same_basis: u32,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

impl EntryAction {
    /// The key of what the action means.
    pub(crate) fn hint_key(self) -> &'static str {
        match self {
            Self::Approve => "entry-hint-approve",
            Self::Refuse => "entry-hint-refuse",
            Self::Suspend => "entry-hint-suspend",
            Self::Resume => "entry-hint-resume",
            Self::Dispute => "entry-hint-dispute",
            Self::Extend => "entry-hint-extend",
            Self::ApproveLonger => "entry-hint-approve-longer",
            Self::RefuseLonger => "entry-hint-refuse-longer",
            Self::Revoke => "entry-hint-revoke",
            Self::Purge => "entry-hint-purge",
        }
    }
}

impl EntryView {
    /// The road to being searched, and where the entry left it.
    pub(crate) fn life(&self) -> Vec<EntryState> {
        let mut life = vec![EntryState::Proposed, EntryState::Approved, EntryState::Active];
        if !life.contains(&self.state) {
            life.push(self.state);
        }
        life
    }
}
