//! A longer life asked for a list entry, until a second person has decided.

use crate::{Result, Tx, View, row};
use jiff::Timestamp;
use model::{EntryId, UserId};
use rusqlite::params;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtensionRow {
    /// For which entry.
    pub entry: EntryId,
    /// New end.
    pub expires_at: Timestamp,
    /// New review date.
    pub review_at: Timestamp,
    /// The legal basis as it was reviewed.
    pub basis: String,
    /// Who asks.
    pub asked_by: UserId,
    /// Since when.
    pub asked_at: Timestamp,
}

impl Tx<'_> {
    /// Asks; what was asked before and not decided is replaced.
    ///
    /// # Errors
    /// A database error.
    pub fn put_extension(&self, e: &ExtensionRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT OR REPLACE INTO extensions (entry, expires_at, review_at, basis, asked_by, asked_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                e.entry.to_string(),
                row::ms(e.expires_at),
                row::ms(e.review_at),
                e.basis,
                e.asked_by.to_string(),
                row::ms(e.asked_at)
            ],
        )?;
        Ok(())
    }

    /// It was decided; says whether there was one.
    ///
    /// # Errors
    /// A database error.
    pub fn end_extension(&self, entry: EntryId) -> Result<bool> {
        Ok(row::run(self.conn, "DELETE FROM extensions WHERE entry = ?1", [entry.to_string()])? > 0)
    }
}

impl View<'_> {
    /// What is asked for an entry, if anything is.
    ///
    /// # Errors
    /// A database error.
    pub fn extension(&self, entry: EntryId) -> Result<Option<ExtensionRow>> {
        row::one(self.conn, "SELECT * FROM extensions WHERE entry = ?1", [entry.to_string()], read)
    }

    /// All that wait for a decision, oldest first.
    ///
    /// # Errors
    /// A database error.
    pub fn extensions(&self) -> Result<Vec<ExtensionRow>> {
        row::all(self.conn, "SELECT * FROM extensions ORDER BY asked_at, entry", [], read)
    }
}

fn read(c: &row::Columns<'_>) -> Result<ExtensionRow> {
    Ok(ExtensionRow {
        entry: c.parse("entry")?,
        expires_at: c.time("expires_at")?,
        review_at: c.time("review_at")?,
        basis: c.text("basis")?,
        asked_by: c.parse("asked_by")?,
        asked_at: c.time("asked_at")?,
    })
}
