//! Writes a transaction in traditional encoding.
//!
//! Lengths and 1.003 are kept as they are written where they are right, so that zeros in front and
//! tag widths survive, and made right where they are not.

use thiserror::Error;

use crate::field::parse_number;
use crate::record::{BinaryBody, BinaryRecord, DATA_FIELD, Record, TaggedRecord};
use crate::{FS, Field, GS, RS, Transaction, US};

/// Why a transaction cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A value holds a byte that ends fields (GS) or records (FS).
    #[error("record {record} field {field}: the value holds a field or record separator")]
    Separator {
        /// Index of the record, 0 for the Type-1 record.
        record: usize,
        /// Number of the field.
        field: u16,
    },
    /// A record is longer than its length field can say.
    #[error("record {record}: too long for its length field")]
    TooLong {
        /// Index of the record.
        record: usize,
    },
    /// A record's type does not fit its shape: 3 to 8 are binary, all others tagged.
    #[error("record {record}: type {record_type} does not fit the record's shape")]
    Shape {
        /// Index of the record.
        record: usize,
        /// The type it says.
        record_type: u8,
    },
    /// A field after the data field, which runs to the record's end.
    #[error("record {record}: field 999 is not the last")]
    DataNotLast {
        /// Index of the record.
        record: usize,
    },
    /// The first record is not a Type-1 record, or another one is.
    #[error("a transaction is one Type-1 record and then others")]
    TypeOne,
    /// A record without an information designation character cannot be announced in 1.003.
    #[error("record {record}: no information designation character")]
    NoIdc {
        /// Index of the record.
        record: usize,
    },
}

pub(crate) fn write(transaction: &Transaction<'_>) -> Result<Vec<u8>, WriteError> {
    let ones = transaction.records().iter().filter(|record| record.record_type() == 1).count();
    if ones != 1 || transaction.type1().is_none() {
        return Err(WriteError::TypeOne);
    }
    let payloads = transaction.records().iter().filter_map(Record::payload).map(<[u8]>::len).sum::<usize>();
    let mut out = Vec::with_capacity(payloads + payloads / 16 + 4096);
    for (index, record) in transaction.records().iter().enumerate() {
        match record {
            Record::Tagged(record) if index == 0 => {
                write_tagged(index, &with_content(record, transaction.records())?, &mut out)?;
            }
            Record::Tagged(record) => write_tagged(index, record, &mut out)?,
            Record::Binary(record) => write_binary(index, record, &mut out)?,
        }
    }
    Ok(out)
}

/// The Type-1 record with a 1.003 that tells what follows.
fn with_content<'a>(
    header: &TaggedRecord<'a>,
    records: &[Record<'a>],
) -> Result<TaggedRecord<'a>, WriteError> {
    let mut header = header.clone();
    let rest = records.get(1..).unwrap_or_default();
    if header.field(3).is_some_and(|field| announces(field, rest)) {
        return Ok(header);
    }
    let mut content = format!("1{}{}", char::from(US), rest.len());
    for (index, record) in rest.iter().enumerate() {
        let idc = record.idc().ok_or(WriteError::NoIdc { record: index + 1 })?;
        content.push_str(&format!("{}{}{}{idc:02}", char::from(RS), record.record_type(), char::from(US)));
    }
    header.set_text(3, content);
    Ok(header)
}

/// Whether a 1.003 tells exactly these records.
fn announces(content: &Field<'_>, records: &[Record<'_>]) -> bool {
    let mut entries = content.subfields();
    let count = entries.next().and_then(|first| (first.number(0)? == 1).then(|| first.number(1))?);
    if count.and_then(|count| usize::try_from(count).ok()) != Some(records.len()) {
        return false;
    }
    let mut records = records.iter();
    entries.by_ref().all(|entry| {
        records.next().is_some_and(|record| {
            entry.number(0) == Some(u64::from(record.record_type()))
                && entry.number(1) == record.idc().map(u64::from)
                && entry.items().count() == 2
        })
    }) && records.next().is_none()
}

fn write_tagged(index: usize, record: &TaggedRecord<'_>, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let record_type = record.record_type();
    if matches!(record_type, 0 | 3..=8 | 100..) {
        return Err(WriteError::Shape { record: index, record_type });
    }
    let given = record.fields().first().filter(|field| field.number() == 1);
    let rest = if given.is_some() { record.fields().get(1..).unwrap_or_default() } else { record.fields() };

    let mut body = Vec::new();
    for (place, field) in rest.iter().enumerate() {
        let data = field.number() == DATA_FIELD;
        if data && place + 1 != rest.len() {
            return Err(WriteError::DataNotLast { record: index });
        }
        body.push(GS);
        field.write_tag(record_type, &mut body);
        // The data is appended to the output itself, not to this copy.
        if !data {
            if field.bytes().iter().any(|byte| matches!(*byte, FS | GS)) {
                return Err(WriteError::Separator { record: index, field: field.number() });
            }
            body.extend_from_slice(field.bytes());
        }
    }
    let data = record.payload().unwrap_or_default();

    let mut tag = Vec::new();
    given.unwrap_or(&Field::new(1, Vec::new())).write_tag(record_type, &mut tag);
    let length = length_value(given, tag.len() + body.len() + data.len() + 1);
    if length.len() > crate::limits::LENGTH_DIGITS_MAX {
        return Err(WriteError::TooLong { record: index });
    }
    out.extend_from_slice(&tag);
    out.extend_from_slice(&length);
    out.extend_from_slice(&body);
    out.extend_from_slice(data);
    out.push(FS);
    Ok(())
}

/// The value of field 1 for a record of `others` bytes beside it: the one given when it is right.
fn length_value(given: Option<&Field<'_>>, others: usize) -> Vec<u8> {
    match given {
        Some(field) if parse_number(field.bytes()) == u64::try_from(others + field.bytes().len()).ok() => {
            field.bytes().to_vec()
        }
        _ => own_length(others).into_bytes(),
    }
}

/// Puts into a built transaction what the writer would put into the file: 1.003 and each field 1.
pub(crate) fn settle(transaction: &mut Transaction<'_>) {
    let header =
        transaction.header_record().and_then(|header| with_content(header, transaction.records()).ok());
    if let (Some(header), Some(first)) = (header, transaction.records_mut().first_mut()) {
        *first = Record::Tagged(header);
    }
    for record in transaction.records_mut() {
        let Record::Tagged(record) = record else { continue };
        let mut others = 1;
        for (place, field) in record.fields().iter().enumerate() {
            let mut tag = Vec::new();
            field.write_tag(record.record_type(), &mut tag);
            others += tag.len() + if place == 0 { 0 } else { 1 + field.bytes().len() };
        }
        let value = length_value(record.fields().first(), others);
        record.set(Field::new(1, value));
    }
}

/// The decimal number that, with its own digits, makes `others` bytes complete.
fn own_length(others: usize) -> String {
    let mut digits = 1;
    loop {
        let text = (others + digits).to_string();
        if text.len() <= digits {
            // 99 + 1 digit is 100, which has 3: then 99 + 3 = 102 has 3.
            return text;
        }
        digits = text.len();
    }
}

fn write_binary(index: usize, record: &BinaryRecord<'_>, out: &mut Vec<u8>) -> Result<(), WriteError> {
    let record_type = record.record_type();
    let fits = match record.body() {
        BinaryBody::Friction(_) => matches!(record_type, 3..=6),
        BinaryBody::Signature(_) => record_type == 8,
        BinaryBody::UserDefined => matches!(record_type, 3..=8),
    };
    if !fits {
        return Err(WriteError::Shape { record: index, record_type });
    }
    let length = record.header_len() + record.payload().len();
    let length = u32::try_from(length).map_err(|_| WriteError::TooLong { record: index })?;
    out.extend_from_slice(&length.to_be_bytes());
    out.push(record.idc());
    match record.body() {
        BinaryBody::Friction(header) => {
            out.push(header.imp);
            out.extend_from_slice(&header.fgp);
            out.push(header.isr);
            out.extend_from_slice(&header.hll.to_be_bytes());
            out.extend_from_slice(&header.vll.to_be_bytes());
            out.push(header.cga);
        }
        BinaryBody::Signature(header) => {
            out.extend_from_slice(&[header.sig, header.srt, header.isr]);
            out.extend_from_slice(&header.hll.to_be_bytes());
            out.extend_from_slice(&header.vll.to_be_bytes());
        }
        BinaryBody::UserDefined => {}
    }
    out.extend_from_slice(record.payload());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_counts_itself() {
        for (others, total) in
            [(0, 1), (8, 9), (9, 11), (97, 99), (98, 101), (99, 102), (996, 999), (997, 1001)]
        {
            assert_eq!(own_length(others), total.to_string(), "{others}");
        }
    }
}
