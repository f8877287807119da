//! What can go wrong on the way to a hub, and what that means for the bytes.

use crate::{protocol::Problem, receipt::ReceiptError};
use std::time::Duration;

/// Why a request did not succeed. The sender's bytes are untouched in every case.
#[derive(Debug, thiserror::Error)]
pub enum UplinkError {
    /// The address or the certificate file cannot be used.
    #[error("the link cannot be set up: {0}")]
    Setup(String),
    /// No connection, or it broke.
    #[error("the hub cannot be reached: {0}")]
    Offline(String),
    /// The hub refused, and says why.
    #[error("{problem}")]
    Refused {
        /// What the hub says.
        problem: Problem,
        /// When it asks to be tried again.
        retry_after: Option<Duration>,
    },
    /// The hub's receipt does not let go of the bytes.
    #[error("{0}; the encounter is kept")]
    Receipt(#[from] ReceiptError),
    /// The reply makes no sense.
    #[error("the hub's reply makes no sense: {0}")]
    Reply(String),
}

/// What to do after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// Try again by itself, after a while.
    Later,
    /// Somebody has to do something at the station or the hub; try again now and then.
    Attention,
    /// The hub will never take these bytes: keep them, stop sending them, tell people.
    Never,
}

impl UplinkError {
    /// What to do next.
    pub const fn disposition(&self) -> Disposition {
        match self {
            Self::Offline(_) => Disposition::Later,
            Self::Setup(_) | Self::Receipt(_) | Self::Reply(_) => Disposition::Attention,
            Self::Refused { problem, .. } => match problem.status {
                400 | 409 | 413 | 422 => Disposition::Never,
                408 | 425 | 429 | 500..=599 => Disposition::Later,
                _ => Disposition::Attention,
            },
        }
    }

    /// When the hub asks to be tried again.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The hub's problem, if it gave one.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused { problem, .. } => Some(problem),
            _ => None,
        }
    }
}
