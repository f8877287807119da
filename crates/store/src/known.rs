//! Cases with known answers: prepared by quality staff, put among the examiners' other cases one by one.

use crate::{DecisionRow, Result, Tx, View, row};
use jiff::Timestamp;
use model::{CaseId, UserId};
use rusqlite::params;
use uuid::Uuid;

/// A case whose answer is known.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCaseRow {
    /// Id, also of the pair that it becomes.
    pub id: CaseId,
    /// What quality staff calls it.
    pub title: String,
    /// Whether both sides are of one person.
    pub same: bool,
    /// Holder of the one side's samples.
    pub probe: Uuid,
    /// Holder of the other side's.
    pub candidate: Uuid,
    /// Who prepared it; none from the command line.
    pub added_by: Option<UserId>,
    /// When.
    pub added_at: Timestamp,
    /// When it was put among the others.
    pub opened_at: Option<Timestamp>,
    /// When its pictures and templates were destroyed.
    pub destroyed_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Adds a case to those that wait for their turn.
    ///
    /// # Errors
    /// A database error.
    pub fn add_known_case(&self, k: &KnownCaseRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO known_cases (id, title, same, probe, candidate, added_by, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                k.id.to_string(),
                k.title,
                k.same,
                k.probe.to_string(),
                k.candidate.to_string(),
                k.added_by.map(|u| u.to_string()).unwrap_or_default(),
                row::ms(k.added_at)
            ],
        )?;
        Ok(())
    }

    /// Notes that a case was put among the others now.
    ///
    /// # Errors
    /// A database error.
    pub fn note_known_opened(&self, id: CaseId) -> Result<()> {
        row::run(
            self.conn,
            "UPDATE known_cases SET opened_at = ?2 WHERE id = ?1 AND opened_at IS NULL",
            params![id.to_string(), row::ms(self.now())],
        )?;
        Ok(())
    }

    /// Notes that a case's pictures and templates were destroyed now.
    ///
    /// # Errors
    /// A database error.
    pub fn note_known_destroyed(&self, id: CaseId) -> Result<()> {
        row::run(
            self.conn,
            "UPDATE known_cases SET destroyed_at = ?2 WHERE id = ?1 AND destroyed_at IS NULL",
            params![id.to_string(), row::ms(self.now())],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// All of them, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn known_cases(&self) -> Result<Vec<KnownCaseRow>> {
        row::all(self.conn, "SELECT * FROM known_cases ORDER BY added_at DESC, id", [], read)
    }

    /// One of them.
    ///
    /// # Errors
    /// A database error.
    pub fn known_case(&self, id: CaseId) -> Result<Option<KnownCaseRow>> {
        row::one(self.conn, "SELECT * FROM known_cases WHERE id = ?1", [id.to_string()], read)
    }

    /// The one whose turn is next: the first that was added and still has its pictures.
    ///
    /// # Errors
    /// A database error.
    pub fn next_known_case(&self) -> Result<Option<KnownCaseRow>> {
        let query = "SELECT * FROM known_cases WHERE opened_at IS NULL AND destroyed_at IS NULL
                     ORDER BY added_at, id LIMIT 1";
        row::one(self.conn, query, [], read)
    }

    /// How many other cases were put before examiners since the last known one.
    ///
    /// # Errors
    /// A database error.
    pub fn cases_since_known(&self) -> Result<u64> {
        let last = "coalesce((SELECT max(opened_at) FROM known_cases), 0)";
        let cases = format!("SELECT count(*) FROM cases WHERE opened_at > {last}");
        let pairs = format!("SELECT count(*) FROM pairs WHERE kind != 'known' AND opened_at > {last}");
        Ok(row::count(self.conn, &cases, [])? + row::count(self.conn, &pairs, [])?)
    }

    /// Every decision on a known case, with the case.
    ///
    /// # Errors
    /// A database error.
    pub fn known_decisions(&self) -> Result<Vec<(KnownCaseRow, DecisionRow)>> {
        let mut found = Vec::new();
        for case in self.known_cases()? {
            let decisions = self.pair_decisions(case.id)?;
            found.extend(decisions.into_iter().map(|d| (case.clone(), d)));
        }
        Ok(found)
    }
}

fn read(c: &row::Columns<'_>) -> Result<KnownCaseRow> {
    Ok(KnownCaseRow {
        id: c.parse("id")?,
        title: c.text("title")?,
        same: c.flag("same")?,
        probe: c.parse("probe")?,
        candidate: c.parse("candidate")?,
        added_by: row::none_if_empty(c, "added_by")?,
        added_at: c.time("added_at")?,
        opened_at: c.time_opt("opened_at")?,
        destroyed_at: c.time_opt("destroyed_at")?,
    })
}
