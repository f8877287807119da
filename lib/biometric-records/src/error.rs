//! Errors, and findings: what is odd about a record that could still be read.

use std::fmt;

/// Why a record could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are not those of the format asked for.
    #[error("this is not {expected}")]
    NotThisFormat {
        /// The format, in words.
        expected: &'static str,
    },
    /// The record ends before a field that it promises.
    #[error("the record ends inside {what}: at byte {offset} it needs {wanted} bytes and has {left}")]
    Truncated {
        /// The field.
        what: &'static str,
        /// Where the field begins, in bytes from the start of the record.
        offset: usize,
        /// Bytes that the field takes.
        wanted: usize,
        /// Bytes that are left.
        left: usize,
    },
    /// Two fields contradict each other so that the rest cannot be found.
    #[error("at byte {offset}: {what}")]
    Inconsistent {
        /// What contradicts what.
        what: String,
        /// Where, in bytes from the start of the record.
        offset: usize,
    },
    /// Something is over a limit of this library.
    #[error("{what} is over the limit of {limit}")]
    Limit {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A value cannot be written in this format.
    #[error("{field} cannot be written: {why}")]
    Value {
        /// The field.
        field: &'static str,
        /// The reason.
        why: String,
    },
}

/// Shorthand for a result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Allowed, but worth knowing.
    Note,
    /// Against a recommendation, or a code that the standard does not list.
    Warning,
    /// Against a requirement of the standard.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One thing that is wrong or odd in a record that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable short name of the rule, for instance `record-length`.
    pub rule: &'static str,
    /// Bytes from the start of the record.
    pub offset: usize,
    /// What was found, in words.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {} ({}): {}", self.severity, self.offset, self.rule, self.message)
    }
}

/// A value that was read, with everything that was odd about its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The record.
    pub value: T,
    /// What was found, in the order of the bytes.
    pub findings: Vec<Finding>,
}

impl<T> Parsed<T> {
    /// Whether any finding is an error.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Error)
    }

    /// The same findings with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Parsed<U> {
        Parsed { value: f(self.value), findings: self.findings }
    }
}

/// Most findings kept for one record: a record of garbage must not cost memory without bound.
pub const MAX_FINDINGS: usize = 1_000;

/// Collects findings up to [`MAX_FINDINGS`].
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        rule: &'static str,
        offset: usize,
        message: impl Into<String>,
    ) {
        if self.0.len() < MAX_FINDINGS {
            self.0.push(Finding { severity, rule, offset, message: message.into() });
        }
    }

    pub(crate) fn error(&mut self, rule: &'static str, offset: usize, message: impl Into<String>) {
        self.add(Severity::Error, rule, offset, message);
    }

    pub(crate) fn warn(&mut self, rule: &'static str, offset: usize, message: impl Into<String>) {
        self.add(Severity::Warning, rule, offset, message);
    }
}
