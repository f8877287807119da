//! The durable outbox: an encounter is in it, whole and once, or not at all.
//!
//! Sealed bytes are files, everything else rows of a SQLite database (WAL, `synchronous=FULL`). Taking a place in the
//! chain, writing the bytes and adding the row happen under one write transaction:
//!
//! 1. Begin; the chain's sequence and last digest are read, so that no other process can take the same place.
//! 2. Seal. Write the file, sync it, sync its folder.
//! 3. Insert the row, move the chain's head, commit.
//!
//! Killed before the commit, there is no row and the chain stands where it was; the file, if it was written, belongs
//! to nobody and is swept away at the next start. Killed after it, everything is there. A command that is repeated
//! after a kill finds its row by the digest of its inputs (keyed with the station's secret, so that nobody can try
//! whether a known image was here) and adds nothing: the same samples with the same particulars are one encounter,
//! unless a new `reference` says that they are not.
//!
//! Bytes die only by [`Outbox::settle`], which demands the hub's receipt for exactly these bytes: first the row is
//! moved on, durably, then the file is removed. What is at rest cannot be read by the station itself.

use crate::StationError;
use exchange::{
    Sealed, SignedReceipt, VerifyingKey, carry, fault,
    keyfile::{private_folder, sync_parent},
    receipt::ReceiptError,
};
use jiff::Timestamp;
use model::{Digest, EncounterId, HubId};
use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow, Transaction, TransactionBehavior, params};
use serde::Serialize;
use std::{
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

const DATABASE: &str = "outbox.db";
const BYTES: &str = "outbox";
/// How long a process waits for another one's transaction: sealing 64 MiB takes under two seconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
const SCHEMA_VERSION: i64 = 1;
const SCHEMA: &str = "
CREATE TABLE chain (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    head TEXT
) STRICT;
INSERT INTO chain VALUES (1, 0, NULL);
CREATE TABLE encounter (
    encounter TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL UNIQUE,
    inputs TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    length INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'refused', 'sent', 'answered')),
    queued_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    problem TEXT,
    receipt TEXT,
    sent_at TEXT,
    polled_at TEXT,
    revision INTEGER NOT NULL DEFAULT 0,
    answer BLOB,
    CHECK ((state IN ('queued', 'refused')) = (receipt IS NULL)),
    CHECK ((state IN ('queued', 'refused')) = (sent_at IS NULL))
) STRICT;
CREATE INDEX encounter_state ON encounter (state, sequence);
";

/// Where an encounter stands at the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Sealed and waiting for the hub's receipt.
    Queued,
    /// The hub will not take it: kept, not sent any more, for people to look at.
    Refused,
    /// Receipted; the bytes are gone from here.
    Sent,
    /// Every destination has given its last word.
    Answered,
}

/// One encounter of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its id.
    pub encounter: EncounterId,
    /// Its place in the station's chain.
    pub sequence: u64,
    /// Digest of the sealed bytes.
    pub digest: Digest,
    /// Sealed bytes.
    pub length: u64,
    /// Where it stands.
    pub state: State,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Attempts to send that failed.
    pub attempts: u32,
    /// Not to be sent before.
    pub not_before: Option<Timestamp>,
    /// What went wrong last.
    pub problem: Option<String>,
    /// The hub's receipt.
    pub receipt: Option<SignedReceipt>,
    /// When the receipt came.
    pub sent_at: Option<Timestamp>,
    /// When the hub was last asked for the answer.
    pub polled_at: Option<Timestamp>,
    /// Revision of the answer at hand, 0 for none.
    pub revision: u32,
    /// The answer as it came, sealed.
    #[serde(skip)]
    pub answer: Option<Vec<u8>>,
}

/// What queueing did.
#[derive(Debug, Clone, PartialEq)]
pub enum Queued {
    /// Added.
    New(Row),
    /// The same inputs were queued before: nothing was added.
    Before(Row),
}

/// A place in the station's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// 1 for the first encounter.
    pub sequence: u64,
    /// Digest of the sealed bytes before it.
    pub previous: Option<Digest>,
}

/// Why bytes are not let go of.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// Not the hub's receipt for these bytes.
    #[error("{0}; the encounter is kept")]
    Receipt(#[from] ReceiptError),
    /// The outbox failed.
    #[error(transparent)]
    Station(#[from] StationError),
}

/// The outbox of one station.
pub struct Outbox {
    database: Connection,
    bytes: PathBuf,
}

impl Outbox {
    /// Opens the outbox in a station's folder, making it if it is new, and sweeps away what killed processes left.
    pub fn open(home: &Path) -> Result<Self, StationError> {
        let bytes = home.join(BYTES);
        private_folder(home).map_err(StationError::disk(home))?;
        private_folder(&bytes).map_err(StationError::disk(&bytes))?;
        let mut database = Connection::open(home.join(DATABASE))?;
        database.busy_timeout(BUSY_TIMEOUT)?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        database.pragma_update(None, "synchronous", "FULL")?;
        let transaction = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match version {
            0 => {
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            SCHEMA_VERSION => {}
            newer => {
                let what = format!("the outbox has version {newer}, this program knows {SCHEMA_VERSION}");
                return Err(StationError::damaged(what));
            }
        }
        transaction.commit()?;
        let mut outbox = Self { database, bytes };
        outbox.sweep()?;
        Ok(outbox)
    }

    /// Removes files that no row holds on to. Under a write transaction, so that no file is swept from under a
    /// process that is about to add its row.
    fn sweep(&mut self) -> Result<(), StationError> {
        let folder = self.bytes.clone();
        let transaction = self.begin()?;
        for entry in fs::read_dir(&folder).map_err(StationError::disk(&folder))? {
            let path = entry.map_err(StationError::disk(&folder))?.path();
            let encounter =
                path.file_stem().and_then(|stem| EncounterId::from_str(&stem.to_string_lossy()).ok());
            let held = match encounter {
                Some(id) => find(&transaction, "encounter", &id.to_string())?
                    .is_some_and(|row| matches!(row.state, State::Queued | State::Refused)),
                None => false,
            };
            if !held {
                fs::remove_file(&path).map_err(StationError::disk(&path))?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn begin(&mut self) -> Result<Transaction<'_>, StationError> {
        Ok(self.database.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// Adds an encounter at the next place of the chain, unless the same inputs were queued before. `make` seals it
    /// for the place that it is given.
    pub fn queue(
        &mut self,
        inputs: &Digest,
        now: Timestamp,
        make: impl FnOnce(Place) -> Result<(EncounterId, Sealed), StationError>,
    ) -> Result<Queued, StationError> {
        let folder = self.bytes.clone();
        let transaction = self.begin()?;
        if let Some(row) = find(&transaction, "inputs", &inputs.to_string())? {
            return Ok(Queued::Before(row));
        }
        let last = chain(&transaction)?;
        let place = Place { sequence: last.sequence + 1, previous: last.previous };
        let (encounter, sealed) = make(place)?;
        fault::point("outbox.sealed");
        let path =
            carry::write_sealed(&folder, encounter, &sealed.bytes).map_err(StationError::disk(&folder))?;
        fault::point("outbox.file");
        let add = || -> Result<Row, StationError> {
            transaction.execute(
                "INSERT INTO encounter (encounter, sequence, inputs, digest, length, state, queued_at)
                 VALUES (?, ?, ?, ?, ?, 'queued', ?)",
                params![
                    encounter.to_string(),
                    place.sequence as i64,
                    inputs.to_string(),
                    sealed.digest.to_string(),
                    sealed.bytes.len() as i64,
                    now.to_string()
                ],
            )?;
            transaction.execute(
                "UPDATE chain SET sequence = ?, head = ? WHERE one = 1 AND sequence = ?",
                params![place.sequence as i64, sealed.digest.to_string(), last.sequence as i64],
            )?;
            let row = find(&transaction, "encounter", &encounter.to_string())?;
            let row = row.ok_or_else(|| StationError::damaged("a row that was just added is not there"))?;
            fault::point("outbox.row");
            transaction.commit()?;
            Ok(row)
        };
        match add() {
            Ok(row) => {
                fault::point("outbox.queued");
                Ok(Queued::New(row))
            }
            Err(error) => {
                let _ = fs::remove_file(path);
                Err(error)
            }
        }
    }

    /// Lets go of an encounter's bytes against the hub's receipt for exactly these. Repeating it does nothing.
    pub fn settle(
        &mut self,
        receipt: &SignedReceipt,
        hub: HubId,
        key: &VerifyingKey,
        now: Timestamp,
    ) -> Result<Row, SettleError> {
        let folder = self.bytes.clone();
        let transaction = self.begin()?;
        let encounter = receipt.receipt.encounter;
        let row = find(&transaction, "encounter", &encounter.to_string())?
            .ok_or(ReceiptError::Other("station's encounter"))?;
        receipt.settles(key, hub, encounter, &row.digest, row.length)?;
        if matches!(row.state, State::Sent | State::Answered) {
            return Ok(row);
        }
        let json = serde_json::to_string(receipt)
            .map_err(|error| StationError::damaged(format!("a receipt cannot be written: {error}")))?;
        fault::point("outbox.settle.before");
        transaction
            .execute(
                "UPDATE encounter SET state = 'sent', receipt = ?, sent_at = ?, problem = NULL, not_before = NULL
                 WHERE encounter = ?",
                params![json, now.to_string(), encounter.to_string()],
            )
            .map_err(StationError::from)?;
        transaction.commit().map_err(StationError::from)?;
        fault::point("outbox.settle.committed");
        let path = sealed_path(&folder, encounter);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StationError::disk(&path)(error).into());
            }
            _ => sync_parent(&path).map_err(StationError::disk(&path))?,
        }
        fault::point("outbox.settle.removed");
        Ok(self.row(encounter)?)
    }

    /// The sealed bytes of an encounter that waits, checked against their row.
    pub fn sealed_bytes(&self, row: &Row) -> Result<Vec<u8>, StationError> {
        let path = sealed_path(&self.bytes, row.encounter);
        let bytes = carry::read_sealed(&path).map_err(StationError::disk(&path))?;
        if Digest::of(&bytes) != row.digest {
            let what = format!("{} is not the file that was queued: its digest differs", path.display());
            return Err(StationError::damaged(what));
        }
        Ok(bytes)
    }

    /// Notes a failed attempt; `refused` stops further ones.
    pub fn failed(
        &mut self,
        encounter: EncounterId,
        problem: &str,
        not_before: Option<Timestamp>,
        refused: bool,
    ) -> Result<(), StationError> {
        self.database.execute(
            "UPDATE encounter SET attempts = attempts + 1, problem = ?, not_before = ?,
             state = CASE WHEN ? THEN 'refused' ELSE state END WHERE encounter = ? AND state = 'queued'",
            params![problem, not_before.map(|time| time.to_string()), refused, encounter.to_string()],
        )?;
        Ok(())
    }

    /// Puts refused encounters back into the queue, after people have mended the cause.
    pub fn retry_refused(&mut self) -> Result<usize, StationError> {
        let sql = "UPDATE encounter SET state = 'queued', not_before = NULL WHERE state = 'refused'";
        Ok(self.database.execute(sql, [])?)
    }

    /// Notes that the hub was asked and had nothing new.
    pub fn polled(&mut self, encounter: EncounterId, now: Timestamp) -> Result<(), StationError> {
        let sql = "UPDATE encounter SET polled_at = ? WHERE encounter = ?";
        self.database.execute(sql, params![now.to_string(), encounter.to_string()])?;
        Ok(())
    }

    /// Keeps a sealed answer, if its revision is above the one at hand. Says whether it was.
    pub fn answered(
        &mut self,
        encounter: EncounterId,
        revision: u32,
        complete: bool,
        sealed: &[u8],
        now: Timestamp,
    ) -> Result<bool, StationError> {
        fault::point("outbox.answer.before");
        let changed = self.database.execute(
            "UPDATE encounter SET revision = ?1, answer = ?2, polled_at = ?3,
             state = CASE WHEN ?4 THEN 'answered' ELSE 'sent' END
             WHERE encounter = ?5 AND revision < ?1 AND state IN ('sent', 'answered')",
            params![revision, sealed, now.to_string(), complete, encounter.to_string()],
        )?;
        fault::point("outbox.answer.after");
        Ok(changed == 1)
    }

    /// One row.
    pub fn row(&self, encounter: EncounterId) -> Result<Row, StationError> {
        find(&self.database, "encounter", &encounter.to_string())?
            .ok_or_else(|| StationError::input(format!("Encounter {encounter} is not in this outbox."), ""))
    }

    /// All rows in the order of the chain, or those in one state.
    pub fn rows(&self, state: Option<State>) -> Result<Vec<Row>, StationError> {
        let mut statement = self
            .database
            .prepare_cached("SELECT * FROM encounter WHERE ?1 IS NULL OR state = ?1 ORDER BY sequence")?;
        let rows = statement.query_map([state.map(|state| state.to_string())], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The last place that was taken; sequence 0 if none was.
    pub fn head(&self) -> Result<Place, StationError> {
        chain(&self.database)
    }
}

fn sealed_path(folder: &Path, encounter: EncounterId) -> PathBuf {
    folder.join(format!("{encounter}.{}", carry::SEALED_EXTENSION))
}

fn chain(database: &Connection) -> Result<Place, StationError> {
    Ok(database.query_row("SELECT sequence, head FROM chain WHERE one = 1", [], |row| {
        Ok(Place { sequence: row.get::<_, i64>(0)?.unsigned_abs(), previous: parsed_option(row, 1)? })
    })?)
}

fn find(database: &Connection, column: &'static str, value: &str) -> Result<Option<Row>, StationError> {
    let sql = format!("SELECT * FROM encounter WHERE {column} = ?");
    Ok(database.prepare_cached(&sql)?.query_row([value], row).optional()?)
}

fn row(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    let receipt: Option<String> = row.get("receipt")?;
    let receipt = receipt.map(|json| serde_json::from_str(&json)).transpose().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
    })?;
    Ok(Row {
        encounter: parsed(row, "encounter")?,
        sequence: row.get::<_, i64>("sequence")?.unsigned_abs(),
        digest: parsed(row, "digest")?,
        length: row.get::<_, i64>("length")?.unsigned_abs(),
        state: parsed(row, "state")?,
        queued_at: parsed(row, "queued_at")?,
        attempts: row.get("attempts")?,
        not_before: parsed_option(row, "not_before")?,
        problem: row.get("problem")?,
        receipt,
        sent_at: parsed_option(row, "sent_at")?,
        polled_at: parsed_option(row, "polled_at")?,
        revision: row.get("revision")?,
        answer: row.get("answer")?,
    })
}

fn parsed<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &SqlRow<'_>,
    column: &'static str,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn parsed_option<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &SqlRow<'_>,
    column: impl rusqlite::RowIndex,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse()).transpose().map_err(|error: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queued => "queued",
            Self::Refused => "refused",
            Self::Sent => "sent",
            Self::Answered => "answered",
        })
    }
}

/// A text is not a state.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a state of the outbox")]
pub struct StateError(String);

impl FromStr for State {
    type Err = StateError;

    fn from_str(text: &str) -> Result<Self, StateError> {
        [Self::Queued, Self::Refused, Self::Sent, Self::Answered]
            .into_iter()
            .find(|state| state.to_string() == text)
            .ok_or_else(|| StateError(text.into()))
    }
}
