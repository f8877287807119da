//! What can go wrong at the hub, in words that say what to do.

use crate::{ConfigError, Refusal};
use std::path::{Path, PathBuf};
use store::StoreError;

/// An error at the hub.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error("cannot {doing} {path}: {source}")]
    File {
        /// What was tried.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A stored value is not what this program writes.
    #[error("stored {0}")]
    Stored(String),
    /// The person may not do this.
    #[error(transparent)]
    Denied(#[from] policy::Denied),
    /// It cannot be done as asked; the sentence says why and what to do, on a page in its reader's language.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It cannot be done as asked, said in English to whoever runs the hub at its terminal (starting it, files from a
    /// stick, agreements, partners, evacuation) or to the log: no page of the console asks for these things.
    #[error("{0}")]
    Terminal(String),
    /// There is no room for it now: it is put back and comes again, and nothing was lost.
    #[error("waiting for search: {0}")]
    NoRoom(String),
    /// A partner hub did not take or answer.
    #[error("{0}")]
    Partner(String),
}

impl HubError {
    pub(crate) fn file(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File { doing, path: path.to_owned(), source }
    }
}

impl From<screening::adjudicate::Refused> for HubError {
    fn from(e: screening::adjudicate::Refused) -> Self {
        Self::Refused(e.into())
    }
}

impl From<screening::entry::Refused> for HubError {
    fn from(e: screening::entry::Refused) -> Self {
        Self::Refused(e.into())
    }
}

impl From<screening::alert::NotNow> for HubError {
    fn from(e: screening::alert::NotNow) -> Self {
        Self::Refused(e.into())
    }
}

impl From<screening::redress::Refused> for HubError {
    fn from(e: screening::redress::Refused) -> Self {
        Self::Refused(e.into())
    }
}
