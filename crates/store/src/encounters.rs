//! Uploads and encounters.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{AgreementId, Digest, EncounterId, EncounterState, StationId};
use rusqlite::params;

/// An upload that is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Which encounter.
    pub encounter: EncounterId,
    /// From where.
    pub station: StationId,
    /// Digest that the whole must have.
    pub digest: Digest,
    /// Length of the whole.
    pub length: u64,
    /// When the first byte came.
    pub started_at: Timestamp,
}

/// An encounter as received.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEncounter {
    /// Which.
    pub id: EncounterId,
    /// From where.
    pub station: StationId,
    /// Digest of the sealed bytes.
    pub digest: Digest,
    /// Length of the sealed bytes.
    pub length: u64,
    /// The signed receipt.
    pub receipt: String,
}

/// An encounter.
#[derive(Debug, Clone, PartialEq)]
pub struct EncounterRow {
    /// Which.
    pub id: EncounterId,
    /// From where.
    pub station: StationId,
    /// Digest of the sealed bytes.
    pub digest: Digest,
    /// Length of the sealed bytes.
    pub length: u64,
    /// State.
    pub state: EncounterState,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The station's running number, once opened.
    pub sequence: Option<u64>,
    /// Purpose, once opened.
    pub purpose: Option<String>,
    /// Case number, once opened.
    pub case_number: Option<String>,
    /// Capture time by the station's clock, once opened.
    pub captured_at: Option<Timestamp>,
    /// Age band, once opened.
    pub age: Option<String>,
    /// Nothing may remain after the answer.
    pub search_only: bool,
    /// A training encounter.
    pub training: bool,
    /// The agreement it is processed under.
    pub agreement: Option<AgreementId>,
    /// When it was committed.
    pub received_at: Timestamp,
    /// The signed receipt.
    pub receipt: String,
    /// When the last word was given.
    pub answered_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Begins an upload.
    ///
    /// # Errors
    /// A database error.
    pub fn add_upload(&self, upload: &UploadRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO uploads (encounter, station, digest, length, started_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                upload.encounter.to_string(),
                upload.station.to_string(),
                upload.digest.to_string(),
                upload.length as i64,
                row::ms(upload.started_at)
            ],
        )?;
        Ok(())
    }

    /// Ends an upload, complete or given up.
    ///
    /// # Errors
    /// A database error.
    pub fn end_upload(&self, id: EncounterId) -> Result<()> {
        row::run(self.conn, "DELETE FROM uploads WHERE encounter = ?1", [id.to_string()])?;
        Ok(())
    }

    /// Adds an encounter in state Received.
    ///
    /// # Errors
    /// A database error.
    pub fn add_encounter(&self, new: &NewEncounter) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO encounters (id, station, digest, length, state, received_at, receipt)
             VALUES (?1, ?2, ?3, ?4, 'received', ?5, ?6)",
            params![
                new.id.to_string(),
                new.station.to_string(),
                new.digest.to_string(),
                new.length as i64,
                row::ms(self.now()),
                new.receipt
            ],
        )?;
        Ok(())
    }

    /// Writes everything about an encounter but id, station, digest, length, receipt and time of receipt,
    /// which never change.
    ///
    /// # Errors
    /// No such encounter, or a database error.
    pub fn update_encounter(&self, e: &EncounterRow) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE encounters SET state = ?2, reason = ?3, sequence = ?4, purpose = ?5, case_number = ?6,
             captured_at = ?7, age = ?8, search_only = ?9, training = ?10, agreement = ?11, answered_at = ?12
             WHERE id = ?1",
            params![
                e.id.to_string(),
                e.state.as_str(),
                e.reason,
                e.sequence.map(|s| s as i64),
                e.purpose,
                e.case_number,
                e.captured_at.map(row::ms),
                e.age,
                e.search_only,
                e.training,
                e.agreement.map(|a| a.to_string()),
                e.answered_at.map(row::ms)
            ],
        )?;
        if changed == 0 { Err(StoreError::missing("encounter", e.id)) } else { Ok(()) }
    }
}

impl View<'_> {
    /// An upload that is not complete.
    ///
    /// # Errors
    /// A database error.
    pub fn upload(&self, id: EncounterId) -> Result<Option<UploadRow>> {
        row::one(self.conn, "SELECT * FROM uploads WHERE encounter = ?1", [id.to_string()], read_upload)
    }

    /// Uploads begun before a time and never completed.
    ///
    /// # Errors
    /// A database error.
    pub fn uploads_before(&self, time: Timestamp) -> Result<Vec<UploadRow>> {
        row::all(self.conn, "SELECT * FROM uploads WHERE started_at < ?1", [row::ms(time)], read_upload)
    }

    /// One encounter.
    ///
    /// # Errors
    /// A database error.
    pub fn encounter(&self, id: EncounterId) -> Result<Option<EncounterRow>> {
        row::one(self.conn, "SELECT * FROM encounters WHERE id = ?1", [id.to_string()], read_encounter)
    }

    /// One encounter, or an error that names it.
    ///
    /// # Errors
    /// No such encounter, or a database error.
    pub fn need_encounter(&self, id: EncounterId) -> Result<EncounterRow> {
        self.encounter(id)?.ok_or_else(|| StoreError::missing("encounter", id))
    }

    /// Encounters, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn encounters(&self, limit: usize) -> Result<Vec<EncounterRow>> {
        row::all(
            self.conn,
            "SELECT * FROM encounters ORDER BY received_at DESC, id DESC LIMIT ?1",
            [limit as i64],
            read_encounter,
        )
    }

    /// How many encounters are in each state.
    ///
    /// # Errors
    /// A database error.
    pub fn encounter_counts(&self) -> Result<Vec<(EncounterState, u64)>> {
        row::all(self.conn, "SELECT state, count(*) AS n FROM encounters GROUP BY state", [], |c| {
            Ok((c.parse("state")?, c.unsigned("n")?))
        })
    }

    /// Encounters of a station received since a time.
    ///
    /// # Errors
    /// A database error.
    pub fn encounters_from(&self, station: StationId, since: Timestamp) -> Result<u64> {
        row::count(
            self.conn,
            "SELECT count(*) FROM encounters WHERE station = ?1 AND received_at >= ?2",
            params![station.to_string(), row::ms(since)],
        )
    }

    /// The opened encounter of a station with this running number.
    ///
    /// # Errors
    /// A database error.
    pub fn encounter_by_sequence(&self, station: StationId, sequence: u64) -> Result<Option<EncounterRow>> {
        row::one(
            self.conn,
            "SELECT * FROM encounters WHERE station = ?1 AND sequence = ?2",
            params![station.to_string(), sequence as i64],
            read_encounter,
        )
    }
}

fn read_upload(c: &row::Columns<'_>) -> Result<UploadRow> {
    Ok(UploadRow {
        encounter: c.parse("encounter")?,
        station: c.parse("station")?,
        digest: c.parse("digest")?,
        length: c.unsigned("length")?,
        started_at: c.time("started_at")?,
    })
}

fn read_encounter(c: &row::Columns<'_>) -> Result<EncounterRow> {
    Ok(EncounterRow {
        id: c.parse("id")?,
        station: c.parse("station")?,
        digest: c.parse("digest")?,
        length: c.unsigned("length")?,
        state: c.parse("state")?,
        reason: c.get("reason")?,
        sequence: c.get::<Option<i64>>("sequence")?.map(|s| s.max(0) as u64),
        purpose: c.get("purpose")?,
        case_number: c.get("case_number")?,
        captured_at: c.time_opt("captured_at")?,
        age: c.get("age")?,
        search_only: c.flag("search_only")?,
        training: c.flag("training")?,
        agreement: c.parse_opt("agreement")?,
        received_at: c.time("received_at")?,
        receipt: c.text("receipt")?,
        answered_at: c.time_opt("answered_at")?,
    })
}
