//! Searches, cases and what examiners decided.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{CaseId, CaseState, EncounterId, EntryId, ListId, UserId, Verdict};
use rusqlite::params;

/// A search of one list; `body` is JSON that the caller defines and holds scores: it stays in the hub.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRow {
    /// For which encounter.
    pub encounter: EncounterId,
    /// Which list.
    pub list: ListId,
    /// Algorithms and versions.
    pub algorithm: String,
    /// Whether everybody on the list was compared.
    pub complete: bool,
    /// Coverage, reason, candidates.
    pub body: serde_json::Value,
    /// When.
    pub at: Timestamp,
}

/// One candidate before examiners.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// Id.
    pub id: CaseId,
    /// The probe.
    pub encounter: EncounterId,
    /// The list.
    pub list: ListId,
    /// The reference.
    pub entry: EntryId,
    /// State.
    pub state: CaseState,
    /// Rests on one finger or eye alone.
    pub lead: bool,
    /// It came of searching a new entry in earlier encounters: the encounter's state and answer do not change with it.
    pub reverse: bool,
    /// Higher first.
    pub priority: i32,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when.
    pub closed_at: Option<Timestamp>,
}

/// What one examiner decided.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRow {
    /// 1, 2 or 3.
    pub ordinal: u32,
    /// Who.
    pub examiner: UserId,
    /// What.
    pub verdict: Verdict,
    /// Why, in words.
    pub note: String,
    /// Own marks, JSON.
    pub marks: String,
    /// When.
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Keeps a search; the same list again replaces it.
    ///
    /// # Errors
    /// A database error.
    pub fn put_search(&self, s: &SearchRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO searches (encounter, list, algorithm, complete, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (encounter, list) DO UPDATE SET algorithm = ?3, complete = ?4, body = ?5, at = ?6",
            params![
                s.encounter.to_string(),
                s.list.to_string(),
                s.algorithm,
                s.complete,
                s.body.to_string(),
                row::ms(s.at)
            ],
        )?;
        Ok(())
    }

    /// Opens a case; a rerun of the search that finds the same entry again opens none. Says whether it did.
    ///
    /// # Errors
    /// A database error.
    pub fn open_case(&self, c: &CaseRow) -> Result<bool> {
        let added = row::run(
            self.conn,
            "INSERT INTO cases (id, encounter, list, entry, state, lead, reverse, priority, opened_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (encounter, entry) DO NOTHING",
            params![
                c.id.to_string(),
                c.encounter.to_string(),
                c.list.to_string(),
                c.entry.to_string(),
                c.state.as_str(),
                c.lead,
                c.reverse,
                c.priority,
                row::ms(c.opened_at)
            ],
        )?;
        Ok(added > 0)
    }

    /// Moves a case from a state to another.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where it is in another state by now.
    pub fn move_case(&self, id: CaseId, from: CaseState, to: CaseState) -> Result<()> {
        let closed = (!to.is_open()).then(|| row::ms(self.now()));
        let changed = row::run(
            self.conn,
            "UPDATE cases SET state = ?3, closed_at = coalesce(closed_at, ?4) WHERE id = ?1 AND state = ?2",
            params![id.to_string(), from.as_str(), to.as_str(), closed],
        )?;
        if changed == 0 { Err(StoreError::Changed { what: "case", id: id.to_string() }) } else { Ok(()) }
    }

    /// Keeps a decision. The table refuses a second one by the same examiner.
    ///
    /// # Errors
    /// A database error.
    pub fn add_decision(&self, case: CaseId, d: &DecisionRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO decisions (\"case\", ordinal, examiner, verdict, note, marks, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                case.to_string(),
                d.ordinal,
                d.examiner.to_string(),
                d.verdict.as_str(),
                d.note,
                d.marks,
                row::ms(d.at)
            ],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// Searches made for an encounter.
    ///
    /// # Errors
    /// A database error.
    pub fn searches(&self, encounter: EncounterId) -> Result<Vec<SearchRow>> {
        row::all(
            self.conn,
            "SELECT * FROM searches WHERE encounter = ?1 ORDER BY list",
            [encounter.to_string()],
            |c| {
                Ok(SearchRow {
                    encounter: c.parse("encounter")?,
                    list: c.parse("list")?,
                    algorithm: c.text("algorithm")?,
                    complete: c.flag("complete")?,
                    body: c.json("body")?,
                    at: c.time("at")?,
                })
            },
        )
    }

    /// One case.
    ///
    /// # Errors
    /// No such case, or a database error.
    pub fn case(&self, id: CaseId) -> Result<CaseRow> {
        row::one(self.conn, "SELECT * FROM cases WHERE id = ?1", [id.to_string()], read_case)?
            .ok_or_else(|| StoreError::missing("case", id))
    }

    /// Cases of an encounter.
    ///
    /// # Errors
    /// A database error.
    pub fn cases_of(&self, encounter: EncounterId) -> Result<Vec<CaseRow>> {
        row::all(
            self.conn,
            "SELECT * FROM cases WHERE encounter = ?1 ORDER BY id",
            [encounter.to_string()],
            read_case,
        )
    }

    /// Open cases that rest on an entry.
    ///
    /// # Errors
    /// A database error.
    pub fn cases_on(&self, entry: EntryId) -> Result<Vec<CaseRow>> {
        row::all(
            self.conn,
            "SELECT * FROM cases WHERE entry = ?1 ORDER BY id",
            [entry.to_string()],
            read_case,
        )
    }

    /// Cases in a state, most urgent first.
    ///
    /// # Errors
    /// A database error.
    pub fn cases_in(&self, state: CaseState) -> Result<Vec<CaseRow>> {
        row::all(
            self.conn,
            "SELECT * FROM cases WHERE state = ?1 ORDER BY priority DESC, opened_at, id",
            [state.as_str()],
            read_case,
        )
    }

    /// Cases closed since a time, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn cases_closed_since(&self, since: Timestamp) -> Result<Vec<CaseRow>> {
        row::all(
            self.conn,
            "SELECT * FROM cases WHERE closed_at >= ?1 ORDER BY closed_at DESC, id",
            [row::ms(since)],
            read_case,
        )
    }

    /// Decisions on a case, in order.
    ///
    /// # Errors
    /// A database error.
    pub fn decisions(&self, case: CaseId) -> Result<Vec<DecisionRow>> {
        row::all(
            self.conn,
            "SELECT * FROM decisions WHERE \"case\" = ?1 ORDER BY ordinal",
            [case.to_string()],
            read_decision,
        )
    }
}

pub(crate) fn read_decision(c: &row::Columns<'_>) -> Result<DecisionRow> {
    Ok(DecisionRow {
        ordinal: c.get("ordinal")?,
        examiner: c.parse("examiner")?,
        verdict: c.parse("verdict")?,
        note: c.text("note")?,
        marks: c.text("marks")?,
        at: c.time("at")?,
    })
}

fn read_case(c: &row::Columns<'_>) -> Result<CaseRow> {
    Ok(CaseRow {
        id: c.parse("id")?,
        encounter: c.parse("encounter")?,
        list: c.parse("list")?,
        entry: c.parse("entry")?,
        state: c.parse("state")?,
        lead: c.flag("lead")?,
        reverse: c.flag("reverse")?,
        priority: c.get("priority")?,
        opened_at: c.time("opened_at")?,
        closed_at: c.time_opt("closed_at")?,
    })
}
