//! Partner hubs, what was forwarded to them, and what stations are told.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{Digest, EncounterId, HubId};
use rusqlite::params;

/// A partner hub that this one forwards to; `identity` is JSON that the caller defines.
#[derive(Debug, Clone, PartialEq)]
pub struct DestinationRow {
    /// Its id.
    pub hub: HubId,
    /// Name for people, and in agreements.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// Its pinned keys and our enrolment there.
    pub identity: serde_json::Value,
    /// Our running number there.
    pub last_sequence: u64,
    /// Digest of what was last sealed for it.
    pub last_digest: Option<Digest>,
    /// Since when.
    pub created_at: Timestamp,
}

/// An encounter on its way to a partner, or answered by it.
#[derive(Debug, Clone, PartialEq)]
pub struct ForwardRow {
    /// Which encounter.
    pub encounter: EncounterId,
    /// The partner's name.
    pub destination: String,
    /// Digest of what was sealed for it.
    pub digest: Digest,
    /// Its signed receipt, JSON.
    pub receipt: Option<String>,
    /// Revision of its last answer.
    pub revision: u32,
    /// Its last answer, JSON.
    pub answer: Option<serde_json::Value>,
    /// Whether that was its last word.
    pub is_final: bool,
    /// Why it did not work last time.
    pub last_error: Option<String>,
    /// When the partner was to delete it.
    pub ordered_at: Option<Timestamp>,
    /// The partner's signed receipt for the deletion, JSON; empty where it never had the encounter.
    pub deletion: Option<String>,
}

impl Tx<'_> {
    /// Adds or replaces a partner.
    ///
    /// # Errors
    /// A database error.
    pub fn put_destination(&self, d: &DestinationRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO destinations (hub, name, url, identity, last_sequence, last_digest, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (hub) DO UPDATE SET
             name = ?2, url = ?3, identity = ?4, last_sequence = ?5, last_digest = ?6",
            params![
                d.hub.to_string(),
                d.name,
                d.url,
                d.identity.to_string(),
                d.last_sequence as i64,
                d.last_digest.map(|x| x.to_string()),
                row::ms(d.created_at)
            ],
        )?;
        Ok(())
    }

    /// Adds or replaces the state of a forward.
    ///
    /// # Errors
    /// A database error.
    pub fn put_forward(&self, f: &ForwardRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO forwards (encounter, destination, digest, receipt, revision, answer, final, last_error,
             ordered_at, deletion)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (encounter, destination) DO UPDATE SET
             digest = ?3, receipt = ?4, revision = ?5, answer = ?6, final = ?7, last_error = ?8, ordered_at = ?9,
             deletion = ?10",
            params![
                f.encounter.to_string(),
                f.destination,
                f.digest.to_string(),
                f.receipt,
                f.revision,
                f.answer.as_ref().map(ToString::to_string),
                f.is_final,
                f.last_error,
                f.ordered_at.map(row::ms),
                f.deletion
            ],
        )?;
        Ok(())
    }

    /// Keeps a new revision of an answer.
    ///
    /// # Errors
    /// A database error, among them that this revision exists.
    pub fn add_answer(&self, encounter: EncounterId, revision: u32, body: &serde_json::Value) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO answers (encounter, revision, body, at) VALUES (?1, ?2, ?3, ?4)",
            params![encounter.to_string(), revision, body.to_string(), row::ms(self.now())],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// Partners, by name.
    ///
    /// # Errors
    /// A database error.
    pub fn destinations(&self) -> Result<Vec<DestinationRow>> {
        row::all(self.conn, "SELECT * FROM destinations ORDER BY name", [], read_destination)
    }

    /// The partner with this name.
    ///
    /// # Errors
    /// No such partner, or a database error.
    pub fn destination(&self, name: &str) -> Result<DestinationRow> {
        row::one(self.conn, "SELECT * FROM destinations WHERE name = ?1", [name], read_destination)?
            .ok_or_else(|| StoreError::missing("destination", name))
    }

    /// Forwards of an encounter.
    ///
    /// # Errors
    /// A database error.
    pub fn forwards(&self, encounter: EncounterId) -> Result<Vec<ForwardRow>> {
        row::all(
            self.conn,
            "SELECT * FROM forwards WHERE encounter = ?1 ORDER BY destination",
            [encounter.to_string()],
            read_forward,
        )
    }

    /// Forwards that a partner was told to delete and has not confirmed, oldest order first.
    ///
    /// # Errors
    /// A database error.
    pub fn deletions_waiting(&self) -> Result<Vec<ForwardRow>> {
        row::all(
            self.conn,
            "SELECT * FROM forwards WHERE ordered_at IS NOT NULL AND deletion IS NULL
             ORDER BY ordered_at, encounter",
            [],
            read_forward,
        )
    }

    /// The newest answer: its revision and body.
    ///
    /// # Errors
    /// A database error.
    pub fn answer(&self, encounter: EncounterId) -> Result<Option<(u32, serde_json::Value)>> {
        row::one(
            self.conn,
            "SELECT revision, body FROM answers WHERE encounter = ?1 ORDER BY revision DESC LIMIT 1",
            [encounter.to_string()],
            |c| Ok((c.get("revision")?, c.json("body")?)),
        )
    }
}

fn read_destination(c: &row::Columns<'_>) -> Result<DestinationRow> {
    Ok(DestinationRow {
        hub: c.parse("hub")?,
        name: c.text("name")?,
        url: c.text("url")?,
        identity: c.json("identity")?,
        last_sequence: c.unsigned("last_sequence")?,
        last_digest: c.parse_opt("last_digest")?,
        created_at: c.time("created_at")?,
    })
}

fn read_forward(c: &row::Columns<'_>) -> Result<ForwardRow> {
    Ok(ForwardRow {
        encounter: c.parse("encounter")?,
        destination: c.text("destination")?,
        digest: c.parse("digest")?,
        receipt: c.get("receipt")?,
        revision: c.get("revision")?,
        answer: c.json_opt("answer")?,
        is_final: c.flag("final")?,
        last_error: c.get("last_error")?,
        ordered_at: c.time_opt("ordered_at")?,
        deletion: c.get("deletion")?,
    })
}
