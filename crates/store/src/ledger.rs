//! The audit ledger: an append-only Merkle tree after RFC 6962, section 2.1, with signed checkpoints.
//!
//! A leaf is SHA-256(0x00 || content), a node SHA-256(0x01 || left || right). Every transaction that appends
//! also signs the new root, so an edit is found down to the row, and a forged edit (row and leaf together)
//! down to the transaction. The last checkpoint is also noted in a file beside the database, so that rows cut
//! off the end are missed; stations hold further witnesses in their receipts.

use crate::{Result, StoreError, Tx, View, row};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::path::Path;

type Hash = [u8; 32];

/// Where the newest checkpoint is noted, beside the database.
const HEAD_FILE: &str = "ledger.head";

/// What happened, to be appended.
#[derive(Debug, Clone, Default)]
pub struct Entry<'a> {
    /// For instance `encounter.received`.
    pub kind: &'a str,
    /// Who: `user:...`, `station:...`, `hub`.
    pub actor: &'a str,
    /// What it is about: `encounter:...`, `entry:...`.
    pub subject: &'a str,
    /// Why, where a person looked or searched (S3).
    pub purpose: &'a str,
    /// Case number, likewise.
    pub case_number: &'a str,
    /// More, without biometrics.
    pub detail: serde_json::Value,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaf {
    /// Position, from 0.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: String,
    /// Who.
    pub actor: String,
    /// About what.
    pub subject: String,
    /// Why.
    pub purpose: String,
    /// Case number.
    pub case_number: String,
    /// JSON text.
    pub detail: String,
    #[serde(skip)]
    leaf: Vec<u8>,
}

/// A signed root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Leaves under the root.
    pub size: u64,
    /// Root, hexadecimal.
    pub root: String,
    /// Ed25519 signature over `ridgeline ledger v1`, size and root, hexadecimal.
    pub signature: String,
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Rows present.
    pub rows: u64,
    /// Checkpoints present.
    pub checkpoints: u64,
    /// The newest root.
    pub root: String,
    /// What is wrong, each naming its rows. Empty = the ledger is whole.
    pub faults: Vec<String>,
}

impl Leaf {
    /// The stored leaf hash, hexadecimal.
    pub fn hash(&self) -> String {
        hex(&self.leaf)
    }
}

impl Tx<'_> {
    /// Appends a leaf; gives its index.
    ///
    /// # Errors
    /// A database error.
    pub fn log(&self, entry: &Entry<'_>) -> Result<u64> {
        let index = size(self.conn)?;
        let detail = if entry.detail.is_null() { "{}".to_owned() } else { entry.detail.to_string() };
        let mut leaf = Leaf {
            index,
            at: Timestamp::from_millisecond(row::ms(self.now())).unwrap_or(Timestamp::UNIX_EPOCH),
            kind: entry.kind.to_owned(),
            actor: entry.actor.to_owned(),
            subject: entry.subject.to_owned(),
            purpose: entry.purpose.to_owned(),
            case_number: entry.case_number.to_owned(),
            detail,
            leaf: Vec::new(),
        };
        leaf.leaf = leaf_hash(&leaf)?.to_vec();
        row::run(
            self.conn,
            "INSERT INTO ledger (idx, at, kind, actor, subject, purpose, case_number, detail, leaf)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                index as i64,
                row::ms(leaf.at),
                leaf.kind,
                leaf.actor,
                leaf.subject,
                leaf.purpose,
                leaf.case_number,
                leaf.detail,
                leaf.leaf
            ],
        )?;
        Ok(index)
    }
}

impl View<'_> {
    /// Leaves, newest first, `before` an index, whose kind, actor or subject contains `filter`.
    ///
    /// # Errors
    /// A database error.
    pub fn leaves(&self, filter: &str, before: Option<u64>, limit: usize) -> Result<Vec<Leaf>> {
        let pattern = format!("%{}%", filter.replace(['%', '_'], ""));
        row::all(
            self.conn,
            "SELECT * FROM ledger WHERE idx < ?1 AND (kind LIKE ?2 OR actor LIKE ?2 OR subject LIKE ?2)
             ORDER BY idx DESC LIMIT ?3",
            params![before.map_or(i64::MAX, |b| b as i64), pattern, limit as i64],
            read_leaf,
        )
    }

    /// Leaves about one thing, oldest first.
    ///
    /// # Errors
    /// A database error.
    pub fn leaves_about(&self, subject: &str) -> Result<Vec<Leaf>> {
        row::all(self.conn, "SELECT * FROM ledger WHERE subject = ?1 ORDER BY idx", [subject], read_leaf)
    }

    /// The newest checkpoint.
    ///
    /// # Errors
    /// A database error.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        row::one(self.conn, "SELECT * FROM checkpoints ORDER BY size DESC LIMIT 1", [], read_checkpoint)
    }
}

fn read_leaf(c: &row::Columns<'_>) -> Result<Leaf> {
    Ok(Leaf {
        index: c.unsigned("idx")?,
        at: c.time("at")?,
        kind: c.text("kind")?,
        actor: c.text("actor")?,
        subject: c.text("subject")?,
        purpose: c.text("purpose")?,
        case_number: c.text("case_number")?,
        detail: c.text("detail")?,
        leaf: c.get("leaf")?,
    })
}

fn read_checkpoint(c: &row::Columns<'_>) -> Result<Checkpoint> {
    Ok(Checkpoint {
        size: c.unsigned("size")?,
        root: hex(&c.get::<Vec<u8>>("root")?),
        signature: hex(&c.get::<Vec<u8>>("signature")?),
    })
}

/// Rows in the ledger; also the next index.
pub(crate) fn size(conn: &Connection) -> Result<u64> {
    row::count(conn, "SELECT coalesce(max(idx) + 1, 0) FROM ledger", [])
}

/// The stored leaf is over this text: a JSON array, so that no two different rows have the same one.
fn leaf_hash(leaf: &Leaf) -> Result<Hash> {
    let content = row::json(&(
        leaf.index,
        row::ms(leaf.at),
        &leaf.kind,
        &leaf.actor,
        &leaf.subject,
        &leaf.purpose,
        &leaf.case_number,
        &leaf.detail,
    ))?;
    Ok(Sha256::new().chain_update([0]).chain_update(content).finalize().into())
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The roots of the perfect subtrees that make up a tree, largest first: enough to append and to take the root.
#[derive(Debug, Clone, Default)]
struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        let mut size = self.size;
        // One peak stands for each 1 bit of the size: adding one carries like binary addition.
        while size & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
            }
            size >>= 1;
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// RFC 6962, 2.1: the left subtree is the largest power of two, so the peaks fold from the right.
    fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            None => Sha256::digest([]).into(),
            Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    fn to_text(&self) -> String {
        let peaks: Vec<String> = self.peaks.iter().map(|p| hex(p)).collect();
        format!("{};{}", self.size, peaks.join(","))
    }

    fn from_text(text: &str) -> Option<Self> {
        let (size, peaks) = text.split_once(';')?;
        let size: u64 = size.parse().ok()?;
        let peaks: Option<Vec<Hash>> = peaks.split(',').filter(|p| !p.is_empty()).map(unhex).collect();
        let peaks = peaks?;
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }
}

/// Signs the root after `before` has grown; gives nothing when it has not.
pub(crate) fn checkpoint(
    conn: &Connection,
    before: u64,
    now: Timestamp,
    signer: &SigningKey,
) -> Result<Option<Checkpoint>> {
    if size(conn)? == before {
        return Ok(None);
    }
    let stored = row::one(conn, "SELECT value FROM meta WHERE key = 'frontier'", [], |c| c.text("value"))?;
    let mut frontier = match stored.as_deref() {
        None => Frontier::default(),
        Some(text) => {
            Frontier::from_text(text).ok_or_else(|| StoreError::corrupt("ledger frontier", "malformed"))?
        }
    };
    let new = row::all(
        conn,
        "SELECT * FROM ledger WHERE idx >= ?1 ORDER BY idx",
        [frontier.size as i64],
        read_leaf,
    )?;
    for leaf in &new {
        frontier.push(to_hash(&leaf.leaf)?);
    }
    let root = frontier.root();
    let signature = signer.sign(&signed_text(frontier.size, &root)).to_bytes();
    row::run(
        conn,
        "INSERT INTO checkpoints (size, at, root, signature) VALUES (?1, ?2, ?3, ?4)",
        params![frontier.size as i64, row::ms(now), root.to_vec(), signature.to_vec()],
    )?;
    row::run(
        conn,
        "INSERT INTO meta (key, value) VALUES ('frontier', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1",
        [frontier.to_text()],
    )?;
    Ok(Some(Checkpoint { size: frontier.size, root: hex(&root), signature: hex(&signature) }))
}

/// Notes the head after the commit. Losing this note to a crash is harmless: it then names an older head,
/// which is still true. So failures are not errors.
pub(crate) fn note_head(dir: &Path, checkpoint: &Checkpoint) {
    let temporary = dir.join("ledger.head.part");
    let text = serde_json::to_string(checkpoint).unwrap_or_default();
    if std::fs::write(&temporary, text).is_ok() {
        let _ = std::fs::rename(&temporary, dir.join(HEAD_FILE));
    }
}

pub(crate) fn read_head(dir: &Path) -> Option<Checkpoint> {
    serde_json::from_slice(&std::fs::read(dir.join(HEAD_FILE)).ok()?).ok()
}

/// Checks rows against their leaves, leaves against signed roots, and the end against the noted head.
pub(crate) fn verify(
    conn: &Connection,
    key: &VerifyingKey,
    head: Option<Checkpoint>,
) -> Result<Verification> {
    let mut faults = Vec::new();
    let checkpoints =
        row::all(conn, "SELECT size, root, signature FROM checkpoints ORDER BY size", [], |c| {
            Ok((c.unsigned("size")?, c.get::<Vec<u8>>("root")?, c.get::<Vec<u8>>("signature")?))
        })?;
    let mut due = checkpoints.iter().peekable();
    let mut frontier = Frontier::default();
    let mut rows = 0u64;
    let mut sound_up_to = 0u64;
    let mut broken = false;

    let mut statement = conn.prepare("SELECT * FROM ledger ORDER BY idx")?;
    let mut cursor = statement.query([])?;
    while let Some(sql_row) = cursor.next()? {
        let leaf = read_leaf(&row::Columns(sql_row))?;
        rows += 1;
        if leaf.index != frontier.size {
            faults.push(missing(frontier.size, leaf.index));
            broken = true;
            break;
        }
        if leaf_hash(&leaf)?.as_slice() != leaf.leaf {
            faults.push(format!("row {} was edited: its content does not fit its leaf", leaf.index));
        }
        frontier.push(to_hash(&leaf.leaf)?);
        while let Some((size, root, signature)) = due.next_if(|c| c.0 == frontier.size) {
            let signed = Signature::from_slice(signature)
                .is_ok_and(|s| key.verify_strict(&signed_text(*size, root), &s).is_ok());
            if !signed {
                faults.push(format!("the checkpoint at {size} rows is not signed by this hub"));
            }
            if frontier.root().as_slice() != root.as_slice() {
                faults.push(format!(
                    "rows {sound_up_to} to {} were changed: their root is not the signed one",
                    size - 1
                ));
                broken = true;
                break;
            }
            sound_up_to = *size;
        }
        if broken {
            break;
        }
    }
    if !broken {
        if let Some((size, ..)) = due.next_back() {
            faults.push(missing(frontier.size, *size));
        } else if frontier.size > sound_up_to {
            faults.push(format!("rows {sound_up_to} to {} have no signed checkpoint", frontier.size - 1));
        }
        if let Some(head) = head {
            let known =
                checkpoints.iter().any(|(size, root, _)| *size == head.size && hex(root) == head.root);
            if head.size > frontier.size {
                faults.push(missing(frontier.size, head.size));
            } else if !known {
                faults.push(format!(
                    "the noted head ({} rows, root {}) is not in this ledger",
                    head.size, head.root
                ));
            }
        }
    }
    Ok(Verification { rows, checkpoints: checkpoints.len() as u64, root: hex(&frontier.root()), faults })
}

fn missing(from: u64, to: u64) -> String {
    if to == from + 1 {
        format!("row {from} is missing")
    } else {
        format!("rows {from} to {} are missing", to - 1)
    }
}

fn signed_text(size: u64, root: &[u8]) -> Vec<u8> {
    format!("ridgeline ledger v1\n{size}\n{}\n", hex(root)).into_bytes()
}

fn to_hash(bytes: &[u8]) -> Result<Hash> {
    bytes.try_into().map_err(|e| StoreError::corrupt("leaf", e))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Hash> {
    text.parse::<model::Digest>().ok().map(|d| *d.as_bytes())
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
