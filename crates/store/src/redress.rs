//! What people ask about their own data. Their words lie sealed under the request's own key.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{Digest, EncounterId, EntryId, RedressId, RedressKind, RedressState, UserId};
use rusqlite::params;

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub struct RedressRow {
    /// Id.
    pub id: RedressId,
    /// What is asked for.
    pub kind: RedressKind,
    /// State.
    pub state: RedressState,
    /// Digest of the code that the person holds.
    pub receipt_hash: Digest,
    /// The list entry that it concerns.
    pub entry: Option<EntryId>,
    /// The encounter that it concerns.
    pub encounter: Option<EncounterId>,
    /// Who took it down.
    pub opened_by: UserId,
    /// When.
    pub opened_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Last change.
    pub changed_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a request.
    ///
    /// # Errors
    /// A database error.
    pub fn add_redress(&self, r: &RedressRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO redress (id, kind, state, receipt_hash, entry, encounter, opened_by, opened_at, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
            params![
                r.id.to_string(),
                r.kind.as_str(),
                r.state.as_str(),
                r.receipt_hash.to_string(),
                r.entry.map(|e| e.to_string()),
                r.encounter.map(|e| e.to_string()),
                r.opened_by.to_string(),
                row::ms(r.opened_at)
            ],
        )?;
        Ok(())
    }

    /// Writes state and decision of a request that is still in state `from`.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where it is in another state by now.
    pub fn update_redress(&self, r: &RedressRow, from: RedressState) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE redress SET state = ?2, decided_by = ?3, decided_at = ?4, changed_at = ?5
             WHERE id = ?1 AND state = ?6",
            params![
                r.id.to_string(),
                r.state.as_str(),
                r.decided_by.map(|u| u.to_string()),
                r.decided_at.map(row::ms),
                row::ms(self.now()),
                from.as_str()
            ],
        )?;
        if changed == 0 { Err(StoreError::Changed { what: "request", id: r.id.to_string() }) } else { Ok(()) }
    }
}

impl View<'_> {
    /// One request.
    ///
    /// # Errors
    /// No such request, or a database error.
    pub fn redress(&self, id: RedressId) -> Result<RedressRow> {
        row::one(self.conn, "SELECT * FROM redress WHERE id = ?1", [id.to_string()], read)?
            .ok_or_else(|| StoreError::missing("request", id))
    }

    /// The request that a receipt stands for.
    ///
    /// # Errors
    /// A database error.
    pub fn redress_by_receipt(&self, hash: Digest) -> Result<Option<RedressRow>> {
        row::one(self.conn, "SELECT * FROM redress WHERE receipt_hash = ?1", [hash.to_string()], read)
    }

    /// All requests, oldest first.
    ///
    /// # Errors
    /// A database error.
    pub fn all_redress(&self) -> Result<Vec<RedressRow>> {
        row::all(self.conn, "SELECT * FROM redress ORDER BY opened_at, id", [], read)
    }
}

fn read(c: &row::Columns<'_>) -> Result<RedressRow> {
    Ok(RedressRow {
        id: c.parse("id")?,
        kind: c.parse("kind")?,
        state: c.parse("state")?,
        receipt_hash: c.parse("receipt_hash")?,
        entry: c.parse_opt("entry")?,
        encounter: c.parse_opt("encounter")?,
        opened_by: c.parse("opened_by")?,
        opened_at: c.time("opened_at")?,
        decided_by: c.parse_opt("decided_by")?,
        decided_at: c.time_opt("decided_at")?,
        changed_at: c.time("changed_at")?,
    })
}
