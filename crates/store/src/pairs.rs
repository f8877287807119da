//! Pairs before examiners that are no candidate of a list's search, and the runs that find people who stand on a list
//! twice.

use crate::{DecisionRow, Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{CaseId, CaseState, EntryId, ListId, UserId};
use rusqlite::params;
use uuid::Uuid;

/// What a pair is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairKind {
    /// Two entries of this list may be one person.
    Twice(ListId),
    /// An encounter and an earlier one may be of one person.
    Earlier,
    /// Quality staff knows the answer ([`crate::KnownCaseRow`]).
    Known,
}

/// A pair.
#[derive(Debug, Clone, PartialEq)]
pub struct PairRow {
    /// Id; cases and pairs share one space.
    pub id: CaseId,
    /// What it is about.
    pub kind: PairKind,
    /// Holder of the one side's samples.
    pub probe: Uuid,
    /// Holder of the other side's.
    pub candidate: Uuid,
    /// State.
    pub state: CaseState,
    /// Rests on one finger or eye alone.
    pub lead: bool,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when.
    pub closed_at: Option<Timestamp>,
}

/// Everybody on a list against everybody: how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Which list.
    pub list: ListId,
    /// Who began it; none from the command line.
    pub begun_by: Option<UserId>,
    /// When.
    pub begun_at: Timestamp,
    /// The last entry that was compared.
    pub after: Option<EntryId>,
    /// Entries compared.
    pub done: u64,
    /// Entries in all, when last looked.
    pub total: u64,
    /// Comparisons that did not see everybody.
    pub incomplete: u64,
    /// Pairs put before examiners.
    pub found: u64,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Opens a pair; the same two again, in either order, open none. Says whether it did.
    ///
    /// # Errors
    /// A database error.
    pub fn open_pair(&self, p: &PairRow) -> Result<bool> {
        let (kind, list) = match p.kind {
            PairKind::Twice(list) => ("twice", Some(list.to_string())),
            PairKind::Earlier => ("earlier", None),
            PairKind::Known => ("known", None),
        };
        let added = row::run(
            self.conn,
            "INSERT INTO pairs (id, kind, list, probe, candidate, state, lead, opened_at)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
             WHERE NOT EXISTS (SELECT 1 FROM pairs WHERE probe = ?5 AND candidate = ?4)
             ON CONFLICT (probe, candidate) DO NOTHING",
            params![
                p.id.to_string(),
                kind,
                list,
                p.probe.to_string(),
                p.candidate.to_string(),
                p.state.as_str(),
                p.lead,
                row::ms(p.opened_at)
            ],
        )?;
        Ok(added > 0)
    }

    /// Moves a pair from a state to another.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where it is in another state by now.
    pub fn move_pair(&self, id: CaseId, from: CaseState, to: CaseState) -> Result<()> {
        let closed = (!to.is_open()).then(|| row::ms(self.now()));
        let changed = row::run(
            self.conn,
            "UPDATE pairs SET state = ?3, closed_at = coalesce(closed_at, ?4) WHERE id = ?1 AND state = ?2",
            params![id.to_string(), from.as_str(), to.as_str(), closed],
        )?;
        if changed == 0 { Err(StoreError::Changed { what: "pair", id: id.to_string() }) } else { Ok(()) }
    }

    /// Keeps a decision. The table refuses a second one by the same examiner.
    ///
    /// # Errors
    /// A database error.
    pub fn add_pair_decision(&self, pair: CaseId, d: &DecisionRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO pair_decisions (pair, ordinal, examiner, verdict, note, marks, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                pair.to_string(),
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

    /// Writes how far a run is; a new one takes the place of the list's last one.
    ///
    /// # Errors
    /// A database error.
    pub fn put_run(&self, run: &RunRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT OR REPLACE INTO runs
             (list, begun_by, begun_at, after, done, total, incomplete, found, finished_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                run.list.to_string(),
                run.begun_by.map(|u| u.to_string()).unwrap_or_default(),
                row::ms(run.begun_at),
                run.after.map(|e| e.to_string()).unwrap_or_default(),
                run.done as i64,
                run.total as i64,
                run.incomplete as i64,
                run.found as i64,
                run.finished_at.map(row::ms)
            ],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// One pair.
    ///
    /// # Errors
    /// A database error.
    pub fn pair(&self, id: CaseId) -> Result<Option<PairRow>> {
        row::one(self.conn, "SELECT * FROM pairs WHERE id = ?1", [id.to_string()], read_pair)
    }

    /// Pairs in a state, oldest first.
    ///
    /// # Errors
    /// A database error.
    pub fn pairs_in(&self, state: CaseState) -> Result<Vec<PairRow>> {
        let query = "SELECT * FROM pairs WHERE state = ?1 ORDER BY opened_at, id";
        row::all(self.conn, query, [state.as_str()], read_pair)
    }

    /// Pairs closed since a time, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn pairs_closed_since(&self, since: Timestamp) -> Result<Vec<PairRow>> {
        let query = "SELECT * FROM pairs WHERE closed_at >= ?1 ORDER BY closed_at DESC, id";
        row::all(self.conn, query, [row::ms(since)], read_pair)
    }

    /// Pairs of which an entry or encounter is one side.
    ///
    /// # Errors
    /// A database error.
    pub fn pairs_on(&self, holder: Uuid) -> Result<Vec<PairRow>> {
        let query = "SELECT * FROM pairs WHERE probe = ?1 OR candidate = ?1 ORDER BY id";
        row::all(self.conn, query, [holder.to_string()], read_pair)
    }

    /// Pairs of a list's entries, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn pairs_of(&self, list: ListId) -> Result<Vec<PairRow>> {
        let query = "SELECT * FROM pairs WHERE list = ?1 ORDER BY opened_at DESC, id";
        row::all(self.conn, query, [list.to_string()], read_pair)
    }

    /// Decisions on a pair, in order.
    ///
    /// # Errors
    /// A database error.
    pub fn pair_decisions(&self, pair: CaseId) -> Result<Vec<DecisionRow>> {
        let query = "SELECT * FROM pair_decisions WHERE pair = ?1 ORDER BY ordinal";
        row::all(self.conn, query, [pair.to_string()], crate::cases::read_decision)
    }

    /// A list's run, if there was one.
    ///
    /// # Errors
    /// A database error.
    pub fn run(&self, list: ListId) -> Result<Option<RunRow>> {
        row::one(self.conn, "SELECT * FROM runs WHERE list = ?1", [list.to_string()], |c| {
            Ok(RunRow {
                list: c.parse("list")?,
                begun_by: row::none_if_empty(c, "begun_by")?,
                begun_at: c.time("begun_at")?,
                after: row::none_if_empty(c, "after")?,
                done: c.unsigned("done")?,
                total: c.unsigned("total")?,
                incomplete: c.unsigned("incomplete")?,
                found: c.unsigned("found")?,
                finished_at: c.time_opt("finished_at")?,
            })
        })
    }
}

fn read_pair(c: &row::Columns<'_>) -> Result<PairRow> {
    let list: Option<ListId> = c.parse_opt("list")?;
    let kind = match (c.text("kind")?.as_str(), list) {
        ("known", _) => PairKind::Known,
        (_, Some(list)) => PairKind::Twice(list),
        (_, None) => PairKind::Earlier,
    };
    Ok(PairRow {
        id: c.parse("id")?,
        kind,
        probe: c.parse("probe")?,
        candidate: c.parse("candidate")?,
        state: c.parse("state")?,
        lead: c.flag("lead")?,
        opened_at: c.time("opened_at")?,
        closed_at: c.time_opt("closed_at")?,
    })
}
