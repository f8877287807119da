//! Earlier encounters that may be searched where an agreement says so: the log that is followed, and the searches made.

use crate::{Result, Tx, View, row};
use jiff::Timestamp;
use model::EncounterId;
use rusqlite::params;
use uuid::Uuid;

/// One step of the log: an encounter came, or was given its end, or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierStep {
    /// Position in the log, from 1.
    pub sequence: u64,
    /// Which encounter.
    pub encounter: EncounterId,
    /// Added or changed; otherwise it is gone.
    pub add: bool,
}

/// A search of earlier encounters; `body` is JSON that the caller defines and holds scores: it stays in the hub.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierSearchRow {
    /// Encounter or list entry that was searched.
    pub subject: Uuid,
    /// Whose earlier encounters.
    pub purpose: String,
    /// Algorithms and versions.
    pub algorithm: String,
    /// Whether everybody in the scope was compared.
    pub complete: bool,
    /// Coverage, reason, candidates.
    pub body: serde_json::Value,
    /// When.
    pub at: Timestamp,
}

impl Tx<'_> {
    /// Appends to the log of earlier encounters.
    ///
    /// # Errors
    /// A database error.
    pub fn log_earlier(&self, encounter: EncounterId, add: bool) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO earlier_log (encounter, op, at) VALUES (?1, ?2, ?3)",
            params![encounter.to_string(), if add { "add" } else { "remove" }, row::ms(self.now())],
        )?;
        Ok(())
    }

    /// Keeps a search; the same scope again replaces it.
    ///
    /// # Errors
    /// A database error.
    pub fn put_earlier_search(&self, s: &EarlierSearchRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT OR REPLACE INTO earlier_searches (subject, purpose, algorithm, complete, body, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                s.subject.to_string(),
                s.purpose,
                s.algorithm,
                s.complete,
                s.body.to_string(),
                row::ms(s.at)
            ],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// Steps of the log after a sequence.
    ///
    /// # Errors
    /// A database error.
    pub fn earlier_steps(&self, after: u64) -> Result<Vec<EarlierStep>> {
        row::all(
            self.conn,
            "SELECT * FROM earlier_log WHERE sequence > ?1 ORDER BY sequence",
            [after as i64],
            |c| {
                Ok(EarlierStep {
                    sequence: c.unsigned("sequence")?,
                    encounter: c.parse("encounter")?,
                    add: c.text("op")? == "add",
                })
            },
        )
    }

    /// Searches of earlier encounters made for an encounter or entry.
    ///
    /// # Errors
    /// A database error.
    pub fn earlier_searches(&self, subject: Uuid) -> Result<Vec<EarlierSearchRow>> {
        row::all(
            self.conn,
            "SELECT * FROM earlier_searches WHERE subject = ?1 ORDER BY purpose",
            [subject.to_string()],
            |c| {
                Ok(EarlierSearchRow {
                    subject: c.parse("subject")?,
                    purpose: c.text("purpose")?,
                    algorithm: c.text("algorithm")?,
                    complete: c.flag("complete")?,
                    body: c.json("body")?,
                    at: c.time("at")?,
                })
            },
        )
    }
}
