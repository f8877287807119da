//! What a reader or a validator has to say about a transaction, beside its value.

use std::borrow::Cow;
use std::fmt;

use crate::limits::FINDINGS_MAX;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; the file conforms.
    Note,
    /// Against a recommendation, or against a version of the standard that the file does not claim.
    Warning,
    /// Against the standard or the profile. The reader coped, another may not.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// One departure from the standard or from a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Which record, counted from 0 (the Type-1 record); none when it concerns the whole transaction.
    pub record: Option<usize>,
    /// That record's type, 1-99.
    pub record_type: Option<u8>,
    /// The field's number within the record.
    pub field: Option<u16>,
    /// The rule's stable name, such as `len.wrong` or `ebts.field.missing`.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the input, in bytes from its start; none for a transaction that was built, not read.
    pub offset: Option<usize>,
    /// What was found and what was expected, in a sentence.
    pub detail: String,
}

impl Finding {
    /// A finding about the whole transaction; narrow it with [`Finding::in_record`] and the rest.
    pub fn new(rule: impl Into<Cow<'static, str>>, severity: Severity, detail: impl Into<String>) -> Self {
        Finding {
            record: None,
            record_type: None,
            field: None,
            rule: rule.into(),
            severity,
            offset: None,
            detail: detail.into(),
        }
    }

    /// Names the record: its index (0 is the Type-1 record) and its type.
    #[must_use]
    pub fn in_record(mut self, index: usize, record_type: u8) -> Self {
        self.record = Some(index);
        self.record_type = Some(record_type);
        self
    }

    /// Names the field.
    #[must_use]
    pub fn in_field(mut self, number: u16) -> Self {
        self.field = Some(number);
        self
    }

    /// Names the byte.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity)?;
        if let (Some(index), Some(record_type)) = (self.record, self.record_type) {
            write!(f, "record {index} (type {record_type})")?;
            if let Some(field) = self.field {
                write!(f, " field {record_type}.{field:03}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{} [{}]", self.detail, self.rule)?;
        match self.offset {
            Some(offset) => write!(f, " at byte {offset}"),
            None => Ok(()),
        }
    }
}

/// The findings of one reading, at most [`FINDINGS_MAX`] of them; the rest are only counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    kept: Vec<Finding>,
    left_off: usize,
}

impl Findings {
    /// No findings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, or counts it when the list is full.
    pub fn push(&mut self, finding: Finding) {
        if self.kept.len() < FINDINGS_MAX {
            self.kept.push(finding);
        } else {
            self.left_off += 1;
        }
    }

    /// Counts one more without making it, when the list is full. False when there is room.
    pub(crate) fn count_if_full(&mut self) -> bool {
        let full = self.kept.len() >= FINDINGS_MAX;
        self.left_off += usize::from(full);
        full
    }

    /// Adds another list's.
    pub fn extend(&mut self, other: Findings) {
        self.left_off += other.left_off;
        other.kept.into_iter().for_each(|finding| self.push(finding));
    }

    /// In the order in which they were met.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.kept.iter()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many were counted but not kept.
    pub fn left_off(&self) -> usize {
        self.left_off
    }

    /// Whether nothing worse than a warning was found.
    pub fn conforms(&self) -> bool {
        self.worst() != Some(Severity::Error)
    }

    /// The worst severity.
    pub fn worst(&self) -> Option<Severity> {
        self.kept.iter().map(|finding| finding.severity).max()
    }

    /// Whether a rule was broken.
    pub fn has(&self, rule: &str) -> bool {
        self.kept.iter().any(|finding| finding.rule == rule)
    }
}

impl<'f> IntoIterator for &'f Findings {
    type Item = &'f Finding;
    type IntoIter = std::slice::Iter<'f, Finding>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;
    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

/// Bytes of a value that a finding quotes at most: a field may be as long as its file.
const QUOTED_MAX: usize = 40;

/// A value for a finding's sentence: printable, and not too long.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let shown = bytes.get(..QUOTED_MAX).unwrap_or(bytes);
    let more = if shown.len() < bytes.len() { "..." } else { "" };
    format!("\"{}{more}\"", shown.escape_ascii())
}
