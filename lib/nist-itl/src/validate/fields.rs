//! Tagged fields against the standard's definitions.

use super::Check;
use crate::field::Field;
use crate::finding::{Severity, quoted};
use crate::record::{DATA_FIELD, TaggedRecord};
use crate::standard::{self, Characters, Condition, FieldRule};
use crate::{RS, US, codes};

/// Subfields of one field whose items are looked at: a thousand minutiae with the same fault need not
/// be told one by one, and this bounds the work.
const SUBFIELDS_CHECKED: usize = 1024;

pub(super) fn check(check: &mut Check<'_>, index: usize, record: &TaggedRecord<'_>) {
    let record_type = record.record_type();
    let image = record.payload().is_some();
    for rule in standard::fields(record_type) {
        let needed = match rule.condition {
            Condition::Mandatory => true,
            Condition::WithImage => image,
            Condition::Optional => false,
        };
        if needed && record.field(rule.number).is_none() {
            let detail = format!("{} ({}) is missing", rule.mnemonic, rule.name);
            check.complain(index, Some(rule.number), "field.missing", Severity::Error, detail);
        }
    }

    let mut last = 0;
    for (place, field) in record.fields().iter().enumerate() {
        let number = field.number();
        if place == 0 && number != 1 || place == 1 && number != 2 {
            let detail = format!("field {} stands where field {} belongs", number, place + 1);
            check.complain_at(index, field, "field.order", Severity::Error, detail);
        } else if number == last {
            check.complain_at(
                index,
                field,
                "field.repeated",
                Severity::Error,
                "a field appears twice".to_owned(),
            );
        }
        last = number;
        if number != DATA_FIELD {
            encoding(check, index, record, field);
            if let Some(rule) = standard::field(record_type, number) {
                value(check, index, field, rule);
            }
        }
    }
    if record.field(DATA_FIELD).is_some_and(|field| field.bytes().is_empty()) {
        check.complain(
            index,
            Some(DATA_FIELD),
            "field.empty",
            Severity::Error,
            "field 999 is empty".to_owned(),
        );
    }
}

fn encoding(check: &mut Check<'_>, index: usize, record: &TaggedRecord<'_>, field: &Field<'_>) {
    let encoding = record.encoding();
    if encoding.fits(field.bytes()) {
        return;
    }
    let detail = format!("bytes that are not {encoding:?}, the encoding that 1.015 names");
    check.complain_at(index, field, "field.encoding", Severity::Error, detail);
}

fn value(check: &mut Check<'_>, index: usize, field: &Field<'_>, rule: &FieldRule) {
    let mut complain = |name: &'static str, severity: Severity, detail: String| {
        let detail = format!("{} {detail}", rule.mnemonic);
        check.complain_at(index, field, name, severity, detail);
    };
    if field.bytes().is_empty() {
        complain("field.empty", Severity::Error, "is empty".to_owned());
        return;
    }
    let subfields = field.bytes().iter().filter(|byte| **byte == RS).count() + 1;
    if subfields > rule.subfields_max {
        complain(
            "field.subfields",
            Severity::Error,
            format!("has {subfields} subfields, {} at most", rule.subfields_max),
        );
    }
    for (place, subfield) in field.subfields().enumerate().take(SUBFIELDS_CHECKED) {
        let (fewest, most) = rule.items;
        let items = subfield.bytes().iter().filter(|byte| **byte == US).count() + 1;
        if items < fewest || items > most {
            complain("field.items", Severity::Error, format!("subfield {} has {items} items", place + 1));
        }
        if let Some(characters) = rule.characters {
            single(&mut complain, subfield.bytes(), characters, rule.length);
        }
        for (item, table) in &rule.tables {
            let Some(code) = subfield.item(*item).filter(|code| !code.is_empty()) else { continue };
            let known = std::str::from_utf8(code).ok().and_then(|code| codes::meaning(table, code));
            if known.is_none() {
                let code = quoted(code);
                complain("field.code", Severity::Warning, format!("{code} is not a code of table {table}"));
            }
        }
    }
}

fn single(
    complain: &mut impl FnMut(&'static str, Severity, String),
    bytes: &[u8],
    characters: Characters,
    (fewest, most): (usize, usize),
) {
    if !characters.fit(bytes) {
        complain("field.characters", Severity::Error, format!("is not of character type {characters:?}"));
    }
    let length = match characters {
        Characters::User => bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count(),
        _ => bytes.len(),
    };
    if length < fewest || length > most {
        complain("field.length", Severity::Error, format!("has {length} characters"));
    }
}
