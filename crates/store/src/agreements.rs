//! Agreements: every version is kept, the newest is in force within its dates.

use crate::{Result, Tx, View, row};
use jiff::Timestamp;
use model::{AgreementId, UserId};
use rusqlite::params;

/// One version of an agreement; `body` is JSON that the caller defines.
#[derive(Debug, Clone, PartialEq)]
pub struct AgreementRow {
    /// Id, the same for all versions.
    pub id: AgreementId,
    /// From 1.
    pub version: u32,
    /// Parties, purposes, destinations and the rest.
    pub body: serde_json::Value,
    /// In force from.
    pub starts_at: Timestamp,
    /// In force until.
    pub ends_at: Timestamp,
    /// When it was added here.
    pub added_at: Timestamp,
    /// By whom; none at first start.
    pub added_by: Option<UserId>,
    /// The hub's signature over id, version and body; empty on versions from before signatures.
    pub signature: String,
}

impl Tx<'_> {
    /// Adds a version.
    ///
    /// # Errors
    /// The version exists, or a database error.
    pub fn add_agreement(&self, a: &AgreementRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO agreements (id, version, body, starts_at, ends_at, added_at, added_by, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                a.id.to_string(),
                a.version,
                a.body.to_string(),
                row::ms(a.starts_at),
                row::ms(a.ends_at),
                row::ms(a.added_at),
                a.added_by.map(|u| u.to_string()).unwrap_or_default(),
                a.signature
            ],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// The newest version of every agreement, in force or not.
    ///
    /// # Errors
    /// A database error.
    pub fn agreements(&self) -> Result<Vec<AgreementRow>> {
        row::all(
            self.conn,
            "SELECT a.* FROM agreements a
             WHERE version = (SELECT max(version) FROM agreements b WHERE b.id = a.id) ORDER BY id",
            [],
            read,
        )
    }

    /// All versions of one agreement, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn agreement_versions(&self, id: AgreementId) -> Result<Vec<AgreementRow>> {
        row::all(
            self.conn,
            "SELECT * FROM agreements WHERE id = ?1 ORDER BY version DESC",
            [id.to_string()],
            read,
        )
    }
}

fn read(c: &row::Columns<'_>) -> Result<AgreementRow> {
    let by = c.text("added_by")?;
    Ok(AgreementRow {
        id: c.parse("id")?,
        version: c.get("version")?,
        body: c.json("body")?,
        starts_at: c.time("starts_at")?,
        ends_at: c.time("ends_at")?,
        added_at: c.time("added_at")?,
        added_by: if by.is_empty() { None } else { Some(c.parse("added_by")?) },
        signature: c.text("signature")?,
    })
}
