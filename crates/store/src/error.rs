//! What can go wrong in the store.

use std::path::{Path, PathBuf};

/// An error with what was being done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file could not be read or written.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The database is of another version.
    #[error(
        "this store has version {found}, this program knows version {known}: use the program that made it"
    )]
    Version {
        /// In the file.
        found: i64,
        /// In this program.
        known: i64,
    },
    /// A stored value cannot be read back: the database was changed by something else.
    #[error("stored {what} cannot be read back: {why}")]
    Corrupt {
        /// Which value.
        what: String,
        /// Why.
        why: String,
    },
    /// Something that must be there is not.
    #[error("there is no {what} {id}")]
    Missing {
        /// What kind of thing.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// The data key was destroyed: the bytes are gone for good.
    #[error("the data of {0} was deleted (its key was destroyed)")]
    Destroyed(String),
    /// A row changed between reading and writing; the caller may try again.
    #[error("{what} {id} was changed by somebody else meanwhile: load it again")]
    Changed {
        /// What kind of thing.
        what: &'static str,
        /// Which.
        id: String,
    },
}

impl StoreError {
    pub(crate) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), source }
    }

    pub(crate) fn corrupt(what: impl Into<String>, why: impl ToString) -> Self {
        Self::Corrupt { what: what.into(), why: why.to_string() }
    }

    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::Missing { what, id: id.to_string() }
    }
}
