//! Errors that say what happened, what was kept and what to do next.

use exchange::uplink::UplinkError;
use std::path::{Path, PathBuf};

/// Why a station could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StationError {
    /// The folder holds no enrolled station.
    #[error(
        "{} is not the folder of an enrolled station. Nothing was stored. Enrol it first: \
         ridgeline station enrol --hub URL --code CODE --dir {}", .0.display(), .0.display()
    )]
    NotEnrolled(PathBuf),
    /// The folder holds a station already.
    #[error(
        "{} already holds station {name}. It was left as it is. Use another folder, or retire this station at the hub first",
        .folder.display()
    )]
    AlreadyEnrolled {
        /// The folder.
        folder: PathBuf,
        /// The station's name.
        name: String,
    },
    /// The code was made for another hub than the one that answers.
    #[error(
        "the hub at {base} is not the one that this code was made for: its key is {found}. \
         The code was not sent. Compare the address with the administrator's, and do not go on if it is right"
    )]
    OtherHub {
        /// Where it answers.
        base: String,
        /// Fingerprint of the key that it shows.
        found: String,
    },
    /// What was given cannot become an encounter.
    #[error("{what} Nothing was stored or sent. {next}")]
    Input {
        /// What happened.
        what: String,
        /// What to do.
        next: String,
    },
    /// The hub could not be reached or refused.
    #[error(transparent)]
    Uplink(#[from] UplinkError),
    /// Another process is sending for this station.
    #[error(
        "another process is sending for this station. Nothing was changed. Stop it first, or let it do the work"
    )]
    Busy,
    /// The disk failed.
    #[error("{}: {source}. What was queued before is kept. Free space or repair the disk, then repeat", .path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// How.
        source: std::io::Error,
    },
    /// The outbox's database failed.
    #[error(
        "the outbox's database: {0}. What was queued before is kept. Repeat; if it goes on, call for help"
    )]
    Database(#[from] rusqlite::Error),
    /// Something in the folder is not as this program left it.
    #[error("{what}. Everything is left as it is. Call for help; do not delete the folder")]
    Damaged {
        /// What was found.
        what: String,
    },
}

impl StationError {
    pub(crate) fn disk(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Disk { path, source }
    }

    pub(crate) fn input(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Input { what: what.into(), next: next.into() }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}
