//! What is in a file, ready to be shown as text or as a page.

mod html;
mod image;
mod record;
mod text;
mod transaction;

pub(crate) use html::to_html;
pub(crate) use record::{finger_hints, iris_hints};
pub(crate) use text::to_text;
pub(crate) use transaction::hints as transaction_hints;

use anyhow::{Context as _, Result, bail};
use raster::Format;
use std::fmt;

/// Everything that is told of a file.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The file's name as it was given.
    pub(crate) file: String,
    /// What it is, in words.
    pub(crate) kind: String,
    /// Bytes.
    pub(crate) size: usize,
    /// Records, views or images, in file order.
    pub(crate) sections: Vec<Section>,
    /// What is wrong with it, in the order found.
    pub(crate) findings: Vec<Finding>,
}

/// One record, view or image.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) fields: Vec<FieldRow>,
    pub(crate) picture: Option<Shown>,
}

/// One field: its number or place, its short and long name, its value for people.
#[derive(Debug)]
pub(crate) struct FieldRow {
    pub(crate) number: String,
    pub(crate) mnemonic: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// An image, decoded, or the reason why not.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Format and size in words.
    pub(crate) caption: String,
    pub(crate) pixels: Result<raster::RgbImage, String>,
}

/// A finding of any reader.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) rule: String,
    /// Where: record and field, in words; empty for the whole file.
    #[serde(rename = "where", skip_serializing_if = "String::is_empty")]
    pub(crate) place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<usize>,
    pub(crate) message: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Note,
    Warning,
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity)?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{} [{}]", self.message, self.rule)?;
        match self.offset {
            Some(offset) => write!(f, " at byte {offset}"),
            None => Ok(()),
        }
    }
}

impl FieldRow {
    pub(crate) fn new(mnemonic: &str, value: impl fmt::Display) -> Self {
        Self {
            number: String::new(),
            mnemonic: mnemonic.to_owned(),
            name: String::new(),
            value: value.to_string(),
        }
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// What a file is, told by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Transaction,
    Record,
    Image(Format),
}

impl Kind {
    pub(crate) fn of(bytes: &[u8]) -> Result<Self> {
        if nist_itl::is_transaction(bytes) {
            Ok(Self::Transaction)
        } else if let Some(format) = Format::sniff(bytes) {
            Ok(Self::Image(format))
        } else if is_record(bytes) {
            Ok(Self::Record)
        } else {
            bail!("neither a transaction, nor a biometric record, nor an image in a known format")
        }
    }
}

fn is_record(bytes: &[u8]) -> bool {
    use biometric_records::{cbeff, fir, fmr, iir};
    fmr::is_fmr(bytes)
        || fir::is_fir(bytes)
        || iir::is_iir(bytes)
        || cbeff::tlv::is_tlv(bytes)
        || cbeff::is_xml(bytes)
}

/// Largest file looked at: ten 1000-ppi slaps uncompressed are under 100 MB.
pub(crate) const MAX_FILE_BYTES: u64 = 512 << 20;

/// A file's bytes, under [`MAX_FILE_BYTES`].
pub(crate) fn load(path: &std::path::Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut bytes = Vec::new();
    let read = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        bail!("{} is over {} MiB", path.display(), MAX_FILE_BYTES >> 20);
    }
    Ok(bytes)
}

/// What to tell of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Decode the images.
    pub(crate) pictures: bool,
    /// Check a transaction's values too, and against which profile.
    pub(crate) profile: Option<&'a nist_itl::profile::Profile>,
}

/// The report of a file's bytes.
pub(crate) fn report(file: &str, bytes: &[u8], wanted: Wanted<'_>) -> Result<Report> {
    let mut report = match Kind::of(bytes)? {
        Kind::Transaction => transaction::report(bytes, wanted)?,
        Kind::Record => record::report(bytes, wanted.pictures)?,
        Kind::Image(_) => image::report(bytes, wanted.pictures),
    };
    report.file = file.to_owned();
    report.size = bytes.len();
    Ok(report)
}

/// The JSON of a file: a transaction with the keys of `expected.json`, a record as its library tells
/// it, an image by format, size, mode and pixel hash.
pub(crate) fn json(file: &str, bytes: &[u8]) -> Result<serde_json::Value> {
    Ok(match Kind::of(bytes)? {
        Kind::Transaction => transaction::json(file, bytes)?,
        Kind::Record => record::json(file, bytes)?,
        Kind::Image(format) => image::json(file, bytes, format)?,
    })
}
