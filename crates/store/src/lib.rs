//! Records, jobs, sealed blobs and the audit ledger on SQLite.
//!
//! One [`Store`] per hub. Reading goes through a [`View`], writing through a [`Tx`]: a transaction that also
//! appends to the ledger and signs a checkpoint, so that nothing changes without a leaf. The store keeps; it
//! does not decide. Times are passed in.

mod agreements;
mod alerts;
mod answers;
mod blobs;
mod cases;
mod earlier;
mod encounters;
mod error;
mod extensions;
mod jobs;
mod known;
pub mod ledger;
mod lists;
mod pairs;
mod people;
mod redress;
mod row;
mod stations;
mod vault;

pub use agreements::AgreementRow;
pub use alerts::{AlertRow, RecipientRow};
pub use answers::{DestinationRow, ForwardRow};
pub use cases::{CaseRow, DecisionRow, SearchRow};
pub use earlier::{EarlierSearchRow, EarlierStep};
pub use encounters::{EncounterRow, NewEncounter, UploadRow};
pub use error::StoreError;
pub use extensions::ExtensionRow;
pub use jobs::{Job, NewJob};
pub use known::KnownCaseRow;
pub use ledger::{Entry, Leaf, Verification};
pub use lists::{EntryRow, GalleryOp, GalleryStep, ListRow};
pub use pairs::{PairKind, PairRow, RunRow};
pub use people::{Invite, Session, UserRow};
pub use redress::RedressRow;
pub use stations::{StationCode, StationRow};
pub use vault::MasterKey;

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::{
    ops::Deref,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::Duration,
};

/// Result of anything the store does.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What each version of the schema adds to the one before.
const SCHEMA: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];
const SCHEMA_VERSION: i64 = SCHEMA.len() as i64;

/// Readers kept open between uses; more are opened when needed and closed afterwards.
const IDLE_READERS: usize = 8;

/// Longest wait of one writer for another.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// Longest time that emptying the journal may hold up writers.
const JOURNAL_WAIT: Duration = Duration::from_secs(1);

/// The hub's memory.
pub struct Store {
    dir: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    master: MasterKey,
    signer: SigningKey,
}

/// A consistent look at the records.
pub struct View<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) store: &'a Store,
}

/// A transaction: everything in it is kept, or nothing.
pub struct Tx<'a> {
    view: View<'a>,
    now: Timestamp,
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl Tx<'_> {
    /// The time of this transaction, as it was passed in.
    pub fn now(&self) -> Timestamp {
        self.now
    }
}

impl Store {
    /// Opens the store in `dir`, making it where there is none.
    ///
    /// # Errors
    /// Where the folder cannot be used, or holds a store of another version.
    pub fn open(dir: &Path, master: MasterKey, signer: SigningKey) -> Result<Self> {
        std::fs::create_dir_all(dir.join("blobs")).map_err(|e| StoreError::io("make the folder", dir, e))?;
        let mut conn = connect(dir, OpenFlags::default())?;
        let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        let missing = usize::try_from(version).ok().and_then(|known| SCHEMA.get(known..));
        match missing {
            Some([]) => {}
            Some(steps) => {
                let tx = conn.transaction()?;
                for step in steps {
                    tx.execute_batch(step)?;
                }
                tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
                tx.commit()?;
            }
            None => return Err(StoreError::Version { found: version, known: SCHEMA_VERSION }),
        }
        let store = Self {
            dir: dir.to_owned(),
            writer: Mutex::new(conn),
            readers: Mutex::new(Vec::new()),
            master,
            signer,
        };
        // A process that was killed right after destroying a key left this to the next one.
        store.clear_journal()?;
        Ok(store)
    }

    /// Reads; sees one state of the records from beginning to end.
    ///
    /// # Errors
    /// What `read` returns, or a database error.
    pub fn read<T>(&self, read: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
        let idle = lock(&self.readers).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => connect(&self.dir, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?,
        };
        let result = {
            let tx = conn.transaction()?;
            read(&View { conn: &tx, store: self })
        };
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(conn);
        }
        result
    }

    /// Writes in one transaction; signs a checkpoint when the ledger grew. Nothing is kept on an error.
    ///
    /// # Errors
    /// What `write` returns, or a database error.
    pub fn write<T, E: From<StoreError>>(
        &self,
        now: Timestamp,
        write: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = lock(&self.writer);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let before = ledger::size(&tx)?;
        let value = write(&Tx { view: View { conn: &tx, store: self }, now })?;
        let grown = ledger::checkpoint(&tx, before, now, &self.signer)?;
        tx.commit().map_err(StoreError::from)?;
        if let Some(checkpoint) = grown {
            ledger::note_head(&self.dir, &checkpoint);
        }
        Ok(value)
    }

    /// Copies the journal into the database and empties it: until then it holds older versions of every page, and
    /// with them wrapped keys that were destroyed. False: readers were in the way, to be tried again.
    ///
    /// # Errors
    /// A database error.
    pub fn clear_journal(&self) -> Result<bool> {
        let conn = lock(&self.writer);
        conn.busy_timeout(JOURNAL_WAIT)?;
        let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, i64>(0));
        conn.busy_timeout(BUSY_WAIT)?;
        Ok(busy? == 0)
    }

    /// The folder that this store lives in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The first 16 hexadecimal digits of the key that signs checkpoints, for people to compare.
    pub fn ledger_key_fingerprint(&self) -> String {
        model::Digest::of(self.signer.verifying_key().as_bytes()).to_string()[..16].to_owned()
    }

    /// Checks every leaf, every checkpoint, and the head noted beside the database.
    ///
    /// # Errors
    /// A database error; what is wrong with the ledger is in the value.
    pub fn verify_ledger(&self) -> Result<Verification> {
        self.read(|view| {
            ledger::verify(view.conn, &self.signer.verifying_key(), ledger::read_head(&self.dir))
        })
    }
}

/// A poisoned lock means that another thread panicked between statements; SQLite rolled its transaction back
/// when the guard was dropped, so the connection is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn connect(dir: &Path, flags: OpenFlags) -> Result<Connection> {
    let conn = Connection::open_with_flags(dir.join("hub.db"), flags)?;
    conn.busy_timeout(BUSY_WAIT)?;
    if !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        conn.pragma_update(None, "journal_mode", "WAL")?;
        // A receipt promises that a power cut loses nothing, so every commit reaches the disk.
        conn.pragma_update(None, "synchronous", "FULL")?;
        // Deleted rows are overwritten: key destruction must not leave the key in a free page (S4, S29).
        conn.pragma_update(None, "secure_delete", "ON")?;
    }
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.set_prepared_statement_cache_capacity(256);
    Ok(conn)
}

#[cfg(test)]
mod schema_tests;
