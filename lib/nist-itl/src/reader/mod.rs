//! Reads traditional encoding. What departs from the standard becomes a finding; reading goes on as
//! long as the next record can be found.

mod binary;
mod content;
mod tagged;

use std::borrow::Cow;

use thiserror::Error;

use crate::finding::{Finding, Findings, Severity};
use crate::limits::RECORDS_MAX;
use crate::record::Record;
use crate::text::Encoding;
use crate::transaction::Transaction;
use content::Entry;

/// What a file says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The value.
    pub transaction: Transaction<'a>,
    /// Structural findings: lengths, tags, 1.003. [`crate::validate`] looks into the values.
    pub findings: Findings,
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It does not begin with `1.001:`.
    #[error("not an ANSI/NIST-ITL transaction: no Type-1 record at its start")]
    NoTypeOne,
    /// It is XML: this crate reads traditional encoding only.
    #[error("an XML document: only the traditional encoding is read")]
    Xml,
}

/// Whether bytes begin like a transaction in traditional encoding. The first 16 bytes suffice.
pub fn is_transaction(bytes: &[u8]) -> bool {
    tagged::record_at(bytes) == Some(1)
}

/// Reads a transaction. Payloads and values are borrowed from `bytes`.
///
/// # Errors
/// When the bytes do not begin with a Type-1 record. Everything else is a finding.
pub fn read(bytes: &[u8]) -> Result<Reading<'_>, ReadError> {
    if !is_transaction(bytes) {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
        return Err(if text.starts_with(b"<") { ReadError::Xml } else { ReadError::NoTypeOne });
    }
    let mut reader = Reader::new(bytes);
    let header = tagged::read(&mut reader, 1, None);
    let entries = content::announced(&mut reader, &header);
    reader.at = header.length;
    reader.encoding = header.declared_encoding();
    reader.records.push(Record::Tagged(header));

    for (place, entry) in entries.iter().enumerate() {
        if reader.at >= bytes.len() {
            let missing = entries.len() - place;
            reader.whole(
                "cnt.missing",
                Severity::Error,
                format!("{missing} of the records that 1.003 announces are missing"),
            );
            break;
        }
        if reader.full() || !reader.record(*entry, entries.get(place + 1).copied()) {
            break;
        }
    }
    reader.unannounced(!entries.is_empty());
    Ok(reader.finish())
}

/// The state of one reading.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    records: Vec<Record<'a>>,
    findings: Findings,
    fields_left: usize,
    encoding: Encoding,
    /// Set when the next record cannot be found.
    lost: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Reader {
            bytes,
            at: 0,
            records: Vec::new(),
            findings: Findings::new(),
            fields_left: crate::limits::FIELDS_MAX,
            encoding: Encoding::Ascii,
            lost: false,
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// A finding about the record now being read.
    fn finding(
        &mut self,
        rule: &'static str,
        severity: Severity,
        record_type: u8,
        detail: String,
    ) -> Finding {
        Finding::new(rule, severity, detail).in_record(self.records.len(), record_type).at(self.at)
    }

    fn whole(&mut self, rule: &'static str, severity: Severity, detail: String) {
        self.findings.push(Finding::new(rule, severity, detail).at(self.at));
    }

    fn full(&mut self) -> bool {
        let full = self.records.len() >= RECORDS_MAX || self.fields_left == 0;
        if full {
            self.whole("limit", Severity::Error, "more records or fields than this reader takes".to_owned());
            self.lost = true;
        }
        full
    }

    /// Reads the record that 1.003 announces here. False when there is no way on.
    fn record(&mut self, entry: Entry, next: Option<Entry>) -> bool {
        let found = tagged::record_at(self.rest());
        let binary = matches!(entry.record_type, 3..=8);
        if binary && (found.is_none() || binary::plausible(self.rest())) {
            let record = binary::read(self, entry.record_type);
            let Some(record) = record else {
                self.lost = true;
                return false;
            };
            let idc = u32::from(record.idc());
            self.compare_idc(entry, Some(idc));
            self.at += record.length;
            self.records.push(Record::Binary(record));
            return true;
        }
        let Some(found) = found.filter(|found| !matches!(found, 1 | 3..=8)) else {
            let detail =
                format!("no record of type {}, which 1.003 announces, begins here", entry.record_type);
            let finding = self.finding("record.unreadable", Severity::Error, entry.record_type, detail);
            self.findings.push(finding);
            self.lost = true;
            return false;
        };
        if found != entry.record_type {
            let detail = format!("a record of type {found} where 1.003 announces type {}", entry.record_type);
            let finding = self.finding("cnt.type", Severity::Error, found, detail);
            self.findings.push(finding);
        }
        let record = tagged::read(self, found, next);
        self.compare_idc(entry, record.idc());
        self.at += record.length;
        self.records.push(Record::Tagged(record));
        true
    }

    fn compare_idc(&mut self, entry: Entry, idc: Option<u32>) {
        if let (Some(announced), Some(idc)) = (entry.idc, idc)
            && announced != idc
        {
            let detail = format!("IDC {idc} where 1.003 announces {announced}");
            let finding = self.finding("cnt.idc", Severity::Error, entry.record_type, detail).in_field(2);
            self.findings.push(finding);
        }
    }

    /// Records after those that 1.003 announces; only tagged ones can be told.
    fn unannounced(&mut self, announced_some: bool) {
        while !self.lost && self.at < self.bytes.len() && !self.full() {
            let Some(found) = tagged::record_at(self.rest()).filter(|found| !matches!(found, 1 | 3..=8))
            else {
                break;
            };
            if announced_some {
                let finding = self.finding(
                    "cnt.extra",
                    Severity::Error,
                    found,
                    "a record that 1.003 does not announce".to_owned(),
                );
                self.findings.push(finding);
            }
            let record = tagged::read(self, found, None);
            self.at += record.length;
            self.records.push(Record::Tagged(record));
        }
    }

    fn finish(mut self) -> Reading<'a> {
        let trailing = self.rest();
        if !trailing.is_empty() {
            let detail = format!("{} bytes after the last record that could be read", trailing.len());
            // Line ends and zeros are what mail and tape leave behind.
            let harmless = trailing.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0 | 0x1A));
            if is_transaction(trailing) {
                self.whole(
                    "trailing.transaction",
                    Severity::Warning,
                    format!("{detail}: another transaction"),
                );
            } else {
                self.whole("trailing", if harmless { Severity::Warning } else { Severity::Error }, detail);
            }
        }
        Reading {
            transaction: Transaction { records: self.records, trailing: Cow::Borrowed(trailing) },
            findings: self.findings,
        }
    }
}
