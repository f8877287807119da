//! A JSON view of a transaction: what each record is, its fields and the hash of its payload.
//! Needs the feature `json`.
//!
//! Decoded pixels are not this crate's business: whoever has decoders passes a function that fills
//! [`RecordView::decoded`].

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::image::{ImageRef, PayloadFormat};
use crate::record::{BinaryBody, BinaryRecord, FrictionHeader, Record, TaggedRecord};
use crate::{Finding, Transaction};

/// The view of a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileView {
    /// The name that the caller gave.
    pub file: String,
    /// Bytes in the file.
    pub size: usize,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// The records in order.
    pub records: Vec<RecordView>,
}

/// The view of a record. What a record does not have, its JSON does not have either.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct RecordView {
    /// The record's type.
    #[serde(rename = "type")]
    pub record_type: u8,
    /// Its bytes in the file.
    pub len: usize,
    /// The numbers of its fields in order, repeats included (tagged records).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<u16>>,
    /// The values of some fields of the image records 10, 13, 14, 15 and 17, by number.
    #[serde(flatten)]
    pub values: BTreeMap<String, String>,
    /// The header of a fingerprint image record, types 3 to 6.
    #[serde(flatten)]
    pub header: Option<HeaderView>,
    /// Bytes of its payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_len: Option<usize>,
    /// SHA-256 of the payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_sha256: Option<String>,
    /// The payload's format by its first bytes: `WSQ`, `JPEG`, `JP2`, `PNG` or `RAW`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fmt: Option<&'static str>,
    /// The decoded image, if the caller's decoder was asked and answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoded: Option<Decoded>,
}

/// Fields 2 to 8 of a binary fingerprint record, by the mnemonics of the 2007 standard.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct HeaderView {
    /// Information designation character.
    pub idc: u8,
    /// Impression type.
    pub imp: u8,
    /// Finger positions, without the filler 255.
    pub fgp: Vec<u8>,
    /// Image scanning resolution.
    pub isr: u8,
    /// Pixels in a line.
    pub hll: u16,
    /// Lines.
    pub vll: u16,
    /// Greyscale compression algorithm.
    pub gca: u8,
}

/// What a decoder made of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Decoded {
    /// Width, height, mode (`L`, `RGB`) and SHA-256 of the pixels.
    Pixels(u32, u32, String, String),
    /// Why it could not be decoded.
    Failed(String),
}

/// A finding for people and scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingView {
    /// Index of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<usize>,
    /// Type of the record.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub record_type: Option<u8>,
    /// Number of the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<u16>,
    /// The rule's name.
    pub rule: String,
    /// `note`, `warning` or `error`.
    pub severity: String,
    /// Byte in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// A sentence.
    pub detail: String,
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        FindingView {
            record: finding.record,
            record_type: finding.record_type,
            field: finding.field,
            rule: finding.rule.to_string(),
            severity: finding.severity.to_string(),
            offset: finding.offset,
            detail: finding.detail.clone(),
        }
    }
}

/// The view of a transaction that was read from `bytes`. `decode` is asked for every image whose
/// payload is in a known compressed format; answer none to leave it out.
pub fn view(
    file: &str,
    bytes: &[u8],
    transaction: &Transaction<'_>,
    mut decode: impl FnMut(&ImageRef<'_>) -> Option<Decoded>,
) -> FileView {
    let mut records: Vec<RecordView> = transaction.records().iter().map(record_view).collect();
    for image in transaction.images().filter(|image| image.payload_format() != PayloadFormat::Raw) {
        if let Some(record) = records.get_mut(image.record_index) {
            record.decoded = decode(&image);
        }
    }
    FileView { file: file.to_owned(), size: bytes.len(), sha256: sha256_hex(bytes), records }
}

/// The image records whose fields are shown, and the fields.
const SHOWN_TYPES: [u8; 5] = [10, 13, 14, 15, 17];
const SHOWN_FIELDS: [u16; 11] = [3, 6, 7, 8, 9, 10, 11, 12, 13, 40, 42];

fn record_view(record: &Record<'_>) -> RecordView {
    let payload = record.payload();
    RecordView {
        record_type: record.record_type(),
        len: record.length(),
        fields: record.tagged().map(|record| record.fields().iter().map(|field| field.number()).collect()),
        values: record.tagged().map(shown).unwrap_or_default(),
        header: record.binary().and_then(header),
        data_len: payload.map(<[u8]>::len),
        data_sha256: payload.map(sha256_hex),
        fmt: payload.map(|payload| PayloadFormat::of(payload).name()),
        decoded: None,
    }
}

fn shown(record: &TaggedRecord<'_>) -> BTreeMap<String, String> {
    if !SHOWN_TYPES.contains(&record.record_type()) {
        return BTreeMap::new();
    }
    let value = |number: u16| Some((number.to_string(), record.text(number)?.into_owned()));
    SHOWN_FIELDS.into_iter().filter_map(value).collect()
}

fn header(record: &BinaryRecord<'_>) -> Option<HeaderView> {
    let BinaryBody::Friction(FrictionHeader { imp, isr, hll, vll, cga, .. }) = record.body() else {
        return None;
    };
    let fgp = record.friction_header()?.positions().collect();
    Some(HeaderView { idc: record.idc(), imp, fgp, isr, hll, vll, gca: cga })
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
