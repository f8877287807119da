//! Getting in: first start, sign in, joining with a one-time code, one's own profile, errors.

use super::{FieldError, Role};
use jiff::Timestamp;
use serde::Serialize;

/// First start: the administrator is enrolled with the code printed on the server's terminal (S34).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FirstStartView {
    /// Typed before.
    pub name: String,
    /// Typed before.
    pub login: String,
    /// Shortest password accepted, in characters.
    pub password_min_chars: u32,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// Sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SignInView {
    /// Typed before.
    pub login: String,
    /// Where to go afterwards (a path of this console).
    pub next: String,
    /// The account is locked until then.
    pub locked_until: Option<Timestamp>,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// An invited person enrols with a one-time code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JoinView {
    /// Typed before.
    pub login: String,
    /// Shortest password accepted, in characters.
    pub password_min_chars: u32,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// One's own profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProfileView {
    /// The person's name.
    pub name: String,
    /// The log-in.
    pub login: String,
    /// The roles held.
    pub roles: Vec<Role>,
    /// The sign-in before this one.
    pub last_sign_in: Option<Timestamp>,
    /// Shortest password accepted, in characters.
    pub password_min_chars: u32,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

/// Something did not work: what happened, what was kept, what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorView {
    /// The HTTP status, for the page's corner.
    pub status: u16,
    /// What happened.
    pub kind: ErrorKind,
    /// More about it.
    pub detail: Option<crate::Message>,
    /// Where the role does not allow it: those that would.
    pub needed: Vec<Role>,
    /// A number to name when asking for help.
    pub reference: Option<String>,
    /// Where to go next.
    pub back: String,
}

crate::words::words! {
    /// What kind of error; each has three sentences (happened, kept, next).
    ErrorKind "error" {
        /// The role does not allow it.
        Forbidden = "forbidden" Warn,
        /// There is nothing here, or it may not be seen.
        NotFound = "not-found" Quiet,
        /// The form was too old or came from elsewhere.
        BadForm = "bad-form" Warn,
        /// Somebody else was faster.
        Conflict = "conflict" Warn,
        /// It cannot be done as things stand; the detail says why.
        Refused = "refused" Warn,
        /// What was sent is too large.
        TooLarge = "too-large" Warn,
        /// Too many requests.
        TooMany = "too-many" Warn,
        /// The server failed.
        Failed = "failed" Urgent,
    }
}

impl ErrorView {
    /// The key of what was kept.
    pub(crate) fn kept_key(&self) -> &'static str {
        match self.kind {
            ErrorKind::TooLarge
            | ErrorKind::BadForm
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Refused => "error-kept-nothing",
            ErrorKind::Conflict => "error-kept-other",
            ErrorKind::TooMany | ErrorKind::Failed => "error-kept-before",
        }
    }

    /// The key of what to do next.
    pub(crate) fn next_key(&self) -> &'static str {
        match self.kind {
            ErrorKind::Forbidden => "error-next-forbidden",
            ErrorKind::NotFound => "error-next-not-found",
            ErrorKind::BadForm => "error-next-bad-form",
            ErrorKind::Conflict => "error-next-conflict",
            ErrorKind::Refused => "error-next-refused",
            ErrorKind::TooLarge => "error-next-too-large",
            ErrorKind::TooMany => "error-next-too-many",
            ErrorKind::Failed => "error-next-failed",
        }
    }
}
