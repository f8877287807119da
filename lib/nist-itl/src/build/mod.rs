//! Builds transactions: an encounter (fingers, palms, irises, marks) and the answer to one, in the
//! manner of a profile. What is built is checked against the standard and the profile before it is
//! handed out.
//!
//! ```
//! use nist_itl::build::{Encounter, Finger, Header, ImageData};
//! use nist_itl::profile::Profile;
//! use nist_itl::Compression;
//!
//! let header = Header::new("RPIS", "20260131", "WVFBI0000", "STATION7", "7-000041");
//! let pixels = [128u8; 16 * 16];
//! let image = ImageData { width: 16, height: 16, ppi: 500, bits: 8, compression: Compression::None, data: &pixels };
//! let transaction = Encounter::new(Profile::ebts(), header)
//!     .finger(Finger::new(2, 0, "STATION7", "20260131", image))
//!     .finger(Finger::new(7, 0, "STATION7", "20260131", image))
//!     .finish()?;
//! let bytes = transaction.to_bytes()?;
//! assert!(nist_itl::read(&bytes)?.findings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod encounter;
mod response;

use std::borrow::Cow;

use thiserror::Error;

use crate::finding::Findings;
use crate::profile::Profile;
use crate::record::{Record, TaggedRecord};
use crate::{Compression, Encoding, Field, Transaction, US};

pub use encounter::{Encounter, Finger, Iris, Mark};
pub use response::Response;

/// Why a transaction cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// It would not conform to the standard or the profile.
    #[error("the transaction would not conform: {}", first(.0))]
    NotConforming(Findings),
    /// A single value holds a byte that separates items, subfields, fields or records: someone's text
    /// must not become structure.
    #[error("the value for field {record_type}.{field:03} holds a separator")]
    Separator {
        /// Type of the record.
        record_type: u8,
        /// The field.
        field: u16,
    },
    /// The profile has no rule for this kind of message.
    #[error("the profile {profile} says nothing about {what}")]
    NoRule {
        /// The profile's short name.
        profile: String,
        /// `answers` or `errors`.
        what: &'static str,
    },
}

/// The first error of a list, for a message.
fn first(findings: &Findings) -> String {
    let error = findings.iter().find(|finding| finding.severity == crate::Severity::Error);
    error.map(ToString::to_string).unwrap_or_default()
}

/// What the Type-1 record says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// 1.002, `0502` for the 2015 update.
    pub version: String,
    /// 1.004, type of transaction.
    pub tot: String,
    /// 1.005, local date, `YYYYMMDD`.
    pub date: String,
    /// 1.006, 1 (most urgent) to 9.
    pub priority: Option<u8>,
    /// 1.007, destination agency.
    pub dai: String,
    /// 1.008, originating agency.
    pub ori: String,
    /// 1.009, control number.
    pub tcn: String,
    /// 1.010, the control number that is answered.
    pub tcr: Option<String>,
    /// 1.013, domain and version; the profile's own where none is given.
    pub domain: Option<(String, Option<String>)>,
    /// 1.014, `YYYYMMDDHHMMSSZ`.
    pub gmt: Option<String>,
}

/// The version that builders write: ANSI/NIST-ITL 1-2011, update 2015.
const VERSION: &str = "0502";
const MM_PER_INCH: f64 = 25.4;
/// No scale in the Type-1 record: only types 3 to 8 need one.
const NO_SCALE: &str = "00.00";

impl Header {
    /// A header with what is always needed; set the rest on the value.
    pub fn new(tot: &str, date: &str, dai: &str, ori: &str, tcn: &str) -> Self {
        Header {
            version: VERSION.to_owned(),
            tot: tot.to_owned(),
            date: date.to_owned(),
            priority: None,
            dai: dai.to_owned(),
            ori: ori.to_owned(),
            tcn: tcn.to_owned(),
            tcr: None,
            domain: None,
            gmt: None,
        }
    }

    /// Sets 1.006.
    #[must_use]
    pub fn priority(mut self, priority: u8) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Sets 1.010.
    #[must_use]
    pub fn in_answer_to(mut self, tcn: &str) -> Self {
        self.tcr = Some(tcn.to_owned());
        self
    }

    /// Sets 1.014.
    #[must_use]
    pub fn gmt(mut self, gmt: &str) -> Self {
        self.gmt = Some(gmt.to_owned());
        self
    }

    fn record(&self, profile: &Profile) -> TaggedRecord<'static> {
        let mut record = TaggedRecord::new(1);
        record.set_text(2, &self.version).set_text(4, &self.tot).set_text(5, &self.date);
        if let Some(priority) = self.priority {
            record.set_text(6, priority.to_string());
        }
        record.set_text(7, &self.dai).set_text(8, &self.ori).set_text(9, &self.tcn);
        if let Some(tcr) = &self.tcr {
            record.set_text(10, tcr);
        }
        record.set_text(11, NO_SCALE).set_text(12, NO_SCALE);
        if let Some((name, version)) = self.domain.as_ref().or(profile.domain.as_ref()) {
            let version = version.as_deref().unwrap_or_default();
            record.set_text(13, format!("{name}{}{version}", char::from(US)));
        }
        if let Some(gmt) = &self.gmt {
            record.set_text(14, gmt);
        }
        record
    }
}

/// The Type-2 record under construction.
#[derive(Debug, Clone)]
struct Text<'a> {
    record: TaggedRecord<'a>,
    /// The first field, here or in another record, whose value held a separator.
    broken: Option<(u8, u16)>,
}

impl<'a> Text<'a> {
    fn new() -> Self {
        Text { record: TaggedRecord::new(2), broken: None }
    }

    fn set(&mut self, number: u16, value: &str) {
        self.guard(2, number, [value]);
        self.record.set_text(number, value);
    }

    /// Notes a field whose values, each of them one item, hold a separator.
    fn guard<'x>(&mut self, record_type: u8, field: u16, values: impl IntoIterator<Item = &'x str>) {
        let separates = |value: &str| value.bytes().any(|byte| (crate::FS..=US).contains(&byte));
        if self.broken.is_none() && values.into_iter().any(separates) {
            self.broken = Some((record_type, field));
        }
    }

    fn finish(mut self, header: &Header) -> Result<TaggedRecord<'a>, BuildError> {
        let fields =
            [(2, &header.version), (4, &header.tot), (5, &header.date), (7, &header.dai), (8, &header.ori)];
        fields.into_iter().for_each(|(field, value)| self.guard(1, field, [value.as_str()]));
        self.guard(1, 9, [header.tcn.as_str()]);
        self.guard(1, 10, header.tcr.as_deref());
        self.guard(1, 14, header.gmt.as_deref());
        if let Some((name, version)) = &header.domain {
            self.guard(1, 13, std::iter::once(name.as_str()).chain(version.as_deref()));
        }
        match self.broken {
            Some((record_type, field)) => Err(BuildError::Separator { record_type, field }),
            None => Ok(self.record),
        }
    }
}

/// An image to be put into a record; it is borrowed, not copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageData<'a> {
    /// Pixels in a line.
    pub width: u32,
    /// Lines.
    pub height: u32,
    /// Pixels per inch along both axes.
    pub ppi: u32,
    /// Bits in a pixel.
    pub bits: u8,
    /// How `data` is compressed.
    pub compression: Compression,
    /// The compressed image, or raw pixels.
    pub data: &'a [u8],
}

impl<'a> ImageData<'a> {
    /// Fields 6 to 11 and 999, which every tagged image record has.
    fn put(&self, record: &mut TaggedRecord<'a>) {
        const PIXELS_PER_INCH: &str = "1";
        record.set_text(6, self.width.to_string()).set_text(7, self.height.to_string());
        record.set_text(8, PIXELS_PER_INCH);
        record.set_text(9, self.ppi.to_string()).set_text(10, self.ppi.to_string());
        record.set_text(11, self.compression.label().unwrap_or_default());
        record.set(Field::new(999, Cow::Borrowed(self.data)));
    }
}

/// Puts records together: IDC 00 for the first Type-2 record, then 01 and up in order; character
/// encoding UTF-8 where a value needs it.
fn assemble<'a>(
    profile: &Profile,
    header: &Header,
    nominal_ppi: Option<u32>,
    text: TaggedRecord<'a>,
    others: Vec<Record<'a>>,
) -> Result<Transaction<'a>, BuildError> {
    const UTF8: &str = "3";
    let mut first = header.record(profile);
    if let Some(ppi) = nominal_ppi {
        let per_mm = format!("{:05.2}", f64::from(ppi) / MM_PER_INCH);
        first.set_text(11, &per_mm).set_text(12, per_mm);
    }
    let mut records = vec![Record::Tagged(text)];
    records.extend(others);
    let plain = |field: &Field<'_>| field.number() == crate::record::DATA_FIELD || field.bytes().is_ascii();
    let ascii = records.iter().filter_map(Record::tagged).all(|record| record.fields().iter().all(plain));
    if !ascii {
        first.set_text(15, format!("{UTF8}{}UTF-8", char::from(US)));
    }
    let mut all = Vec::with_capacity(records.len() + 1);
    let encoding = first.declared_encoding();
    // 1.015 speaks of the other records.
    first.encoding = Encoding::Ascii;
    all.push(Record::Tagged(first));
    for (idc, mut record) in records.into_iter().enumerate() {
        match &mut record {
            Record::Tagged(record) => {
                record.set_text(2, format!("{idc:02}"));
                // The writer fills in the length; a placeholder keeps the field in its place.
                record.set_text(1, "0");
                record.encoding = encoding;
            }
            // One byte holds it; past 255 the IDC repeats, which the checks note.
            Record::Binary(record) => record.idc = u8::try_from(idc).unwrap_or(u8::MAX),
        }
        all.push(record);
    }
    if let Some(Record::Tagged(first)) = all.first_mut() {
        first.set_text(1, "0");
    }
    finish(profile, Transaction { records: all, trailing: Cow::Borrowed(&[]) })
}

/// Fills in 1.003 and the lengths, then holds the result to the rules.
fn finish<'a>(profile: &Profile, mut transaction: Transaction<'a>) -> Result<Transaction<'a>, BuildError> {
    crate::writer::settle(&mut transaction);
    let findings = crate::validate_with(&transaction, profile);
    if findings.conforms() { Ok(transaction) } else { Err(BuildError::NotConforming(findings)) }
}
