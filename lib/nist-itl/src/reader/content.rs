//! 1.003 CNT: the list of records, which alone tells of what type a binary record is.

use super::Reader;
use crate::finding::{Finding, Severity};
use crate::limits::RECORDS_MAX;
use crate::record::TaggedRecord;

/// One announced record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) record_type: u8,
    pub(super) idc: Option<u32>,
}

/// The field's number in the Type-1 record.
const CNT: u16 = 3;

/// Reads 1.003 and reports what is wrong with it. An entry that names no type ends the list.
pub(super) fn announced(reader: &mut Reader<'_>, header: &TaggedRecord<'_>) -> Vec<Entry> {
    let at = header.field(CNT).and_then(|field| field.offset()).unwrap_or(0);
    let mut complain = |rule: &'static str, severity: Severity, detail: String| {
        reader.findings.push(Finding::new(rule, severity, detail).in_record(0, 1).in_field(CNT).at(at));
    };
    let Some(field) = header.field(CNT) else {
        complain("cnt.absent", Severity::Error, "no 1.003: binary records cannot be told".to_owned());
        return Vec::new();
    };

    let mut subfields = field.subfields();
    let first = subfields.next();
    let count = first.and_then(|first| first.number(1));
    if first.and_then(|first| first.number(0)) != Some(1) || count.is_none() {
        complain(
            "cnt.first",
            Severity::Error,
            "1.003 does not begin with 1 and the count of records".to_owned(),
        );
    }

    let mut entries = Vec::new();
    for (place, subfield) in subfields.enumerate() {
        if entries.len() >= RECORDS_MAX {
            complain("limit", Severity::Error, format!("1.003 announces more than {RECORDS_MAX} records"));
            break;
        }
        let record_type = subfield.number(0).and_then(|number| u8::try_from(number).ok());
        let Some(record_type) = record_type.filter(|record_type| (2..=99).contains(record_type)) else {
            // A separator after the last entry is common.
            let severity = if subfield.bytes().is_empty() { Severity::Warning } else { Severity::Error };
            complain("cnt.entry", severity, format!("entry {} of 1.003 names no record type", place + 1));
            break;
        };
        let idc = subfield.number(1).and_then(|number| u32::try_from(number).ok());
        if idc.is_none() {
            complain("cnt.entry", Severity::Error, format!("entry {} of 1.003 has no IDC", place + 1));
        }
        entries.push(Entry { record_type, idc });
    }
    if let Some(count) = count
        && usize::try_from(count).ok() != Some(entries.len())
    {
        complain(
            "cnt.count",
            Severity::Error,
            format!("1.003 counts {count} records and lists {}", entries.len()),
        );
    }
    entries
}
