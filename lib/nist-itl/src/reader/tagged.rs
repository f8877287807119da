//! Tagged records: `14.001:123<GS>14.002:01<GS>...<FS>`.

use super::Reader;
use super::content::Entry;
use crate::field::{Field, parse_number};
use crate::finding::Severity;
use crate::limits::{LENGTH_DIGITS_MAX, TAG_DIGITS_MAX};
use crate::record::{DATA_FIELD, TaggedRecord};
use crate::{FS, GS};

/// A tag as written: type, number, the widths of both, and its length with the colon.
struct Tag {
    record_type: u16,
    number: u16,
    digits: (u8, u8),
    len: usize,
}

/// The tag at the start of `bytes`.
fn tag(bytes: &[u8]) -> Option<Tag> {
    let digits =
        |bytes: &[u8]| bytes.iter().take(TAG_DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let parse = |bytes: &[u8]| u16::try_from(parse_number(bytes)?).ok();

    let record_digits = digits(bytes);
    let rest = bytes.get(record_digits + 1..)?;
    let field_digits = digits(rest);
    let sound = bytes.get(record_digits) == Some(&b'.')
        && rest.get(field_digits) == Some(&b':')
        && record_digits <= TAG_DIGITS_MAX
        && field_digits <= TAG_DIGITS_MAX;
    if !sound {
        return None;
    }
    Some(Tag {
        record_type: parse(bytes.get(..record_digits)?)?,
        number: parse(rest.get(..field_digits)?)?,
        digits: (u8::try_from(record_digits).ok()?, u8::try_from(field_digits).ok()?),
        len: record_digits + field_digits + 2,
    })
}

/// The type of the tagged record that begins here: its field 1 comes first.
pub(super) fn record_at(bytes: &[u8]) -> Option<u8> {
    let tag = tag(bytes)?;
    let record_type =
        u8::try_from(tag.record_type).ok().filter(|record_type| (1..=99).contains(record_type))?;
    (tag.number == 1).then_some(record_type)
}

/// The length that field 1 gives, when the record ends there with FS.
fn declared_length(bytes: &[u8]) -> Result<usize, String> {
    let value_at = tag(bytes).map_or(0, |tag| tag.len);
    let value = bytes.get(value_at..).unwrap_or_default();
    let digits = value.iter().take(LENGTH_DIGITS_MAX + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let number = value.get(..digits).filter(|_| digits <= LENGTH_DIGITS_MAX).and_then(parse_number);
    let ends = matches!(value.get(digits), Some(&GS | &FS));
    let Some(length) = number.filter(|_| ends).and_then(|number| usize::try_from(number).ok()) else {
        return Err("field 1 holds no number".to_owned());
    };
    if length > bytes.len() {
        return Err(format!("the record says {length} bytes, {} are left", bytes.len()));
    }
    match length.checked_sub(1).and_then(|last| bytes.get(last)) {
        Some(&FS) => Ok(length),
        _ => Err(format!("the record says {length} bytes, and no FS ends it there")),
    }
}

/// Reads the record of this type at the reader's place, whose first tag is known to be sound.
pub(super) fn read<'a>(reader: &mut Reader<'a>, record_type: u8, next: Option<Entry>) -> TaggedRecord<'a> {
    let bytes = reader.rest();
    let declared = declared_length(bytes);
    // Without a length the record may reach to the end of the file; its FS will tell.
    let limit = declared.as_ref().map_or(bytes.len(), |length| *length - 1);
    let mut fields = Vec::new();
    let mut at = 0;
    let end = loop {
        let rest = bytes.get(at..limit).unwrap_or_default();
        let found = tag(rest).filter(|tag| tag.number > 0);
        let value_at = found.as_ref().map_or(0, |tag| tag.len);
        let value = rest.get(value_at..).unwrap_or_default();
        let data = found.as_ref().is_some_and(|tag| tag.number == DATA_FIELD);
        let len = if !data {
            value.iter().position(|byte| matches!(*byte, FS | GS)).unwrap_or(value.len())
        } else if declared.is_ok() {
            value.len()
        } else {
            data_length(value, next)
        };
        let value = value.get(..len).unwrap_or_default();
        let offset = reader.at + at;
        match found {
            Some(tag) => {
                let foreign = Some(tag.record_type).filter(|named| *named != u16::from(record_type));
                if let Some(named) = foreign {
                    let detail = format!("the tag names record type {named}");
                    let finding = reader.finding("tag.type", Severity::Error, record_type, detail);
                    reader.findings.push(finding.in_field(tag.number).at(offset));
                }
                fields.push(Field::read(tag.number, value, tag.digits, offset).with_foreign_type(foreign));
            }
            None => {
                let detail =
                    if value.is_empty() { "an empty field" } else { "a field without a readable tag" };
                let severity = if value.is_empty() { Severity::Warning } else { Severity::Error };
                let finding =
                    reader.finding("tag.unreadable", severity, record_type, detail.to_owned()).at(offset);
                reader.findings.push(finding);
                fields.push(Field::unidentified(value, offset));
            }
        }
        reader.fields_left = reader.fields_left.saturating_sub(1);
        at += value_at + len;
        if at >= limit || bytes.get(at) != Some(&GS) || reader.fields_left == 0 {
            break at;
        }
        at += 1;
    };

    // Where the walk ended there should be FS, and field 1 should have said so.
    let closed = bytes.get(end) == Some(&FS);
    let length = if closed { end + 1 } else { end };
    match declared {
        Ok(declared) if declared == length => {}
        Ok(declared) => {
            complain(reader, record_type, format!("the record says {declared} bytes and has {length}"))
        }
        Err(problem) => complain(reader, record_type, format!("{problem}; read as {length} bytes")),
    }
    if !closed && reader.fields_left > 0 {
        let finding =
            reader.finding("record.open", Severity::Error, record_type, "no FS ends the record".to_owned());
        reader.findings.push(finding);
    }
    TaggedRecord { record_type, fields, encoding: reader.encoding, offset: Some(reader.at), length }
}

fn complain(reader: &mut Reader<'_>, record_type: u8, detail: String) {
    let finding = reader.finding("len.wrong", Severity::Error, record_type, detail).in_field(1);
    reader.findings.push(finding);
}

/// The length of binary data whose record has no usable length: up to the first FS after which the
/// file ends or the next record seems to begin, else to the end of the file (less its last FS).
fn data_length(data: &[u8], next: Option<Entry>) -> usize {
    let begins = |rest: &[u8]| match next {
        _ if rest.is_empty() => true,
        Some(Entry { record_type: 3..=8, idc }) => {
            super::binary::plausible(rest) && rest.get(4).copied().map(u32::from) == idc
        }
        Some(next) => record_at(rest) == Some(next.record_type),
        None => record_at(rest).is_some(),
    };
    let ends = data.iter().enumerate().filter(|(_, byte)| **byte == FS);
    ends.map(|(at, _)| at).find(|at| begins(data.get(at + 1..).unwrap_or_default())).unwrap_or(data.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_of_all_widths() {
        let check = |text: &str, expected: Option<(u16, u16, (u8, u8))>| {
            let found = tag(text.as_bytes()).map(|tag| (tag.record_type, tag.number, tag.digits));
            assert_eq!(found, expected, "{text}");
        };
        check("1.001:250", Some((1, 1, (1, 3))));
        check("1.01:250", Some((1, 1, (1, 2))));
        check("02.2001:", Some((2, 2001, (2, 4))));
        check("14.999:", Some((14, 999, (2, 3))));
        for text in ["", "1", "1.", "1.001", ".001:", "1.:", "a.001:", "1.00001:", "00001.001:", "1 .001:"] {
            check(text, None);
        }
        assert_eq!(record_at(b"14.002:"), None);
        assert_eq!(record_at(b"0.001:"), None);
        assert_eq!(record_at(b"100.001:"), None);
    }
}
