//! Watchlists, their entries, and the log that galleries follow.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{EntryId, EntryState, ListId, UserId};
use rusqlite::params;

/// A watchlist.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// Id.
    pub id: ListId,
    /// Name for people.
    pub name: String,
    /// Agency that answers for it.
    pub originator: String,
    /// Purposes it is searched for.
    pub purposes: Vec<String>,
    /// Who gets its alerts.
    pub recipients: Vec<UserId>,
    /// Whom a station is told to contact.
    pub contact: String,
    /// Longest life of an entry, days.
    pub max_days: u32,
    /// Since when.
    pub created_at: Timestamp,
    /// Last change to its searched entries.
    pub changed_at: Timestamp,
}

/// An entry; `body` is JSON that the caller defines.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// Id.
    pub id: EntryId,
    /// On which list.
    pub list: ListId,
    /// State.
    pub state: EntryState,
    /// Basis, category, caveat, handling code and the rest.
    pub body: serde_json::Value,
    /// Searched from.
    pub starts_at: Timestamp,
    /// Searched until.
    pub expires_at: Timestamp,
    /// To be reviewed by.
    pub review_at: Timestamp,
    /// Who proposed it.
    pub proposed_by: UserId,
    /// When.
    pub proposed_at: Timestamp,
    /// Who approved it.
    pub approved_by: Option<UserId>,
    /// Last change.
    pub changed_at: Timestamp,
}

/// What a gallery must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GalleryOp {
    /// Load the entry's templates and search them.
    Add,
    /// Keep, but do not search.
    Suspend,
    /// Search again.
    Resume,
    /// Forget.
    Remove,
}

/// One step of the gallery log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GalleryStep {
    /// Position in the log, from 1.
    pub sequence: u64,
    /// Which list.
    pub list: ListId,
    /// Which entry.
    pub entry: EntryId,
    /// What to do.
    pub op: GalleryOp,
}

impl GalleryOp {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Remove => "remove",
        }
    }
}

impl std::str::FromStr for GalleryOp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "add" => Ok(Self::Add),
            "suspend" => Ok(Self::Suspend),
            "resume" => Ok(Self::Resume),
            "remove" => Ok(Self::Remove),
            other => Err(format!("{other:?} is no gallery operation")),
        }
    }
}

impl Tx<'_> {
    /// Adds a list.
    ///
    /// # Errors
    /// The name exists, or a database error.
    pub fn add_list(&self, list: &ListRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO lists (id, name, originator, purposes, recipients, contact, max_days, created_at, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                list.id.to_string(),
                list.name,
                list.originator,
                row::json(&list.purposes)?,
                row::json(&list.recipients)?,
                list.contact,
                list.max_days,
                row::ms(list.created_at),
                row::ms(list.changed_at)
            ],
        )?;
        Ok(())
    }

    /// Changes who gets a list's alerts.
    ///
    /// # Errors
    /// No such list, or a database error.
    pub fn set_recipients(&self, list: ListId, recipients: &[UserId]) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE lists SET recipients = ?2 WHERE id = ?1",
            params![list.to_string(), row::json(&recipients)?],
        )?;
        if changed == 0 { Err(StoreError::missing("list", list)) } else { Ok(()) }
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// A database error.
    pub fn add_entry(&self, e: &EntryRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO entries (id, list, state, body, starts_at, expires_at, review_at, proposed_by, proposed_at,
             approved_by, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                e.id.to_string(),
                e.list.to_string(),
                e.state.as_str(),
                e.body.to_string(),
                row::ms(e.starts_at),
                row::ms(e.expires_at),
                row::ms(e.review_at),
                e.proposed_by.to_string(),
                row::ms(e.proposed_at),
                e.approved_by.map(|u| u.to_string()),
                row::ms(e.changed_at)
            ],
        )?;
        Ok(())
    }

    /// Changes an entry that is still in state `from`, so that two people who act at once do not overwrite
    /// each other.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where it is in another state by now.
    pub fn update_entry(&self, e: &EntryRow, from: EntryState) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE entries SET state = ?2, body = ?3, starts_at = ?4, expires_at = ?5, review_at = ?6,
             approved_by = ?7, changed_at = ?8 WHERE id = ?1 AND state = ?9",
            params![
                e.id.to_string(),
                e.state.as_str(),
                e.body.to_string(),
                row::ms(e.starts_at),
                row::ms(e.expires_at),
                row::ms(e.review_at),
                e.approved_by.map(|u| u.to_string()),
                row::ms(self.now()),
                from.as_str()
            ],
        )?;
        if changed == 0 { Err(StoreError::Changed { what: "entry", id: e.id.to_string() }) } else { Ok(()) }
    }

    /// Appends to the gallery log and dates the list; gives the sequence.
    ///
    /// # Errors
    /// A database error.
    pub fn log_gallery(&self, list: ListId, entry: EntryId, op: GalleryOp) -> Result<u64> {
        let at = row::ms(self.now());
        row::run(
            self.conn,
            "INSERT INTO gallery_log (list, entry, op, at) VALUES (?1, ?2, ?3, ?4)",
            params![list.to_string(), entry.to_string(), op.as_str(), at],
        )?;
        let sequence = self.conn.last_insert_rowid().max(0) as u64;
        row::run(self.conn, "UPDATE lists SET changed_at = ?2 WHERE id = ?1", params![list.to_string(), at])?;
        Ok(sequence)
    }
}

impl View<'_> {
    /// All lists, by name.
    ///
    /// # Errors
    /// A database error.
    pub fn lists(&self) -> Result<Vec<ListRow>> {
        row::all(self.conn, "SELECT * FROM lists ORDER BY name", [], read_list)
    }

    /// One list.
    ///
    /// # Errors
    /// No such list, or a database error.
    pub fn list(&self, id: ListId) -> Result<ListRow> {
        row::one(self.conn, "SELECT * FROM lists WHERE id = ?1", [id.to_string()], read_list)?
            .ok_or_else(|| StoreError::missing("list", id))
    }

    /// A list's entries, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn entries(&self, list: ListId) -> Result<Vec<EntryRow>> {
        row::all(
            self.conn,
            "SELECT * FROM entries WHERE list = ?1 ORDER BY proposed_at DESC, id DESC",
            [list.to_string()],
            read_entry,
        )
    }

    /// Entries in a state, on any list.
    ///
    /// # Errors
    /// A database error.
    pub fn entries_in(&self, state: EntryState) -> Result<Vec<EntryRow>> {
        row::all(
            self.conn,
            "SELECT * FROM entries WHERE state = ?1 ORDER BY id",
            [state.as_str()],
            read_entry,
        )
    }

    /// Entries in a state whose last moment has come.
    ///
    /// # Errors
    /// A database error.
    pub fn entries_expired(&self, state: EntryState, now: Timestamp) -> Result<Vec<EntryRow>> {
        row::all(
            self.conn,
            "SELECT * FROM entries WHERE state = ?1 AND expires_at <= ?2 ORDER BY id",
            params![state.as_str(), row::ms(now)],
            read_entry,
        )
    }

    /// Entries in a state whose first moment has come.
    ///
    /// # Errors
    /// A database error.
    pub fn entries_started(&self, state: EntryState, now: Timestamp) -> Result<Vec<EntryRow>> {
        row::all(
            self.conn,
            "SELECT * FROM entries WHERE state = ?1 AND starts_at <= ?2 ORDER BY id",
            params![state.as_str(), row::ms(now)],
            read_entry,
        )
    }

    /// One entry.
    ///
    /// # Errors
    /// No such entry, or a database error.
    pub fn entry(&self, id: EntryId) -> Result<EntryRow> {
        row::one(self.conn, "SELECT * FROM entries WHERE id = ?1", [id.to_string()], read_entry)?
            .ok_or_else(|| StoreError::missing("entry", id))
    }

    /// A list's active entries after one, in the order of their ids.
    ///
    /// # Errors
    /// A database error.
    pub fn active_after(&self, list: ListId, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
        row::all(
            self.conn,
            "SELECT id FROM entries WHERE list = ?1 AND state = 'active' AND id > ?2 ORDER BY id LIMIT ?3",
            params![list.to_string(), after.map(|e| e.to_string()).unwrap_or_default(), limit as i64],
            |c| c.parse("id"),
        )
    }

    /// How many entries of a list are active.
    ///
    /// # Errors
    /// A database error.
    pub fn active_count(&self, list: ListId) -> Result<u64> {
        let query = "SELECT count(*) FROM entries WHERE list = ?1 AND state = 'active'";
        row::count(self.conn, query, [list.to_string()])
    }

    /// How many entries of a list are in each state.
    ///
    /// # Errors
    /// A database error.
    pub fn entry_counts(&self, list: ListId) -> Result<Vec<(EntryState, u64)>> {
        row::all(
            self.conn,
            "SELECT state, count(*) AS n FROM entries WHERE list = ?1 GROUP BY state",
            [list.to_string()],
            |c| Ok((c.parse("state")?, c.unsigned("n")?)),
        )
    }

    /// Steps of the gallery log after a sequence.
    ///
    /// # Errors
    /// A database error.
    pub fn gallery_steps(&self, after: u64) -> Result<Vec<GalleryStep>> {
        row::all(
            self.conn,
            "SELECT * FROM gallery_log WHERE sequence > ?1 ORDER BY sequence",
            [after as i64],
            |c| {
                Ok(GalleryStep {
                    sequence: c.unsigned("sequence")?,
                    list: c.parse("list")?,
                    entry: c.parse("entry")?,
                    op: c.parse("op")?,
                })
            },
        )
    }

    /// The last sequence of the gallery log, 0 when it is empty.
    ///
    /// # Errors
    /// A database error.
    pub fn gallery_sequence(&self) -> Result<u64> {
        row::count(self.conn, "SELECT coalesce(max(sequence), 0) FROM gallery_log", [])
    }
}

fn read_list(c: &row::Columns<'_>) -> Result<ListRow> {
    Ok(ListRow {
        id: c.parse("id")?,
        name: c.text("name")?,
        originator: c.text("originator")?,
        purposes: c.json("purposes")?,
        recipients: c.json("recipients")?,
        contact: c.text("contact")?,
        max_days: c.get("max_days")?,
        created_at: c.time("created_at")?,
        changed_at: c.time("changed_at")?,
    })
}

fn read_entry(c: &row::Columns<'_>) -> Result<EntryRow> {
    Ok(EntryRow {
        id: c.parse("id")?,
        list: c.parse("list")?,
        state: c.parse("state")?,
        body: c.json("body")?,
        starts_at: c.time("starts_at")?,
        expires_at: c.time("expires_at")?,
        review_at: c.time("review_at")?,
        proposed_by: c.parse("proposed_by")?,
        proposed_at: c.time("proposed_at")?,
        approved_by: c.parse_opt("approved_by")?,
        changed_at: c.time("changed_at")?,
    })
}
