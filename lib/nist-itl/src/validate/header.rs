//! The Type-1 record, and what concerns several records.

use std::collections::BTreeSet;

use super::Check;
use crate::finding::{Severity, quoted};
use crate::record::Record;
use crate::text::Encoding;

/// 1.002 and the record types that came with each version.
const VERSIONS: [(u64, &str, &[u8]); 7] = [
    (200, "1-1993", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (201, "1a-1997", &[10]),
    (300, "1-2000", &[13, 14, 15, 16]),
    (400, "1-2007", &[17, 99]),
    (500, "1-2011", &[18, 19, 20, 21, 98]),
    (501, "1-2011, update 2013", &[11, 12]),
    (502, "1-2011, update 2015", &[22]),
];

pub(super) fn check(check: &mut Check<'_>) {
    let Some(header) = check.transaction.header_record() else { return };
    let version = header.number(2);
    if !version.is_some_and(|version| VERSIONS.iter().any(|(known, ..)| *known == version)) {
        let detail = format!(
            "1.002 names no version of the standard: {}",
            quoted(header.bytes(2).unwrap_or_default())
        );
        check.complain(0, Some(2), "version.unknown", Severity::Error, detail);
    }
    if header.number(6).is_some_and(|priority| !(1..=9).contains(&priority)) {
        check.complain(0, Some(6), "priority.range", Severity::Error, "a priority is 1 to 9".to_owned());
    }
    if let Encoding::Other(code) = check.transaction.encoding() {
        let detail = format!("character encoding {code} is kept as bytes");
        check.complain(0, Some(15), "encoding.unknown", Severity::Warning, detail);
    }
    record_types(check, version);
    repeated_idcs(check);
    lone_minutiae(check);
    scales(check);
}

/// Record types that the version claimed does not have, and types that no version has.
fn record_types(check: &mut Check<'_>, version: Option<u64>) {
    let transaction = check.transaction;
    for (index, record) in transaction.records().iter().enumerate() {
        let record_type = record.record_type();
        let since = VERSIONS.iter().find(|(_, _, types)| types.contains(&record_type));
        match (since, version) {
            (None, _) => {
                let detail = format!("no version of the standard has a record type {record_type}");
                check.complain(index, None, "type.reserved", Severity::Error, detail);
            }
            (Some((since, name, _)), Some(version)) if version > 0 && version < *since => {
                let detail = format!("record type {record_type} came with ANSI/NIST-ITL {name} (0{since})");
                check.complain(index, None, "type.later", Severity::Warning, detail);
            }
            _ => {}
        }
    }
}

/// The same IDC twice within a type is allowed only for several records of one object; worth knowing.
fn repeated_idcs(check: &mut Check<'_>) {
    let transaction = check.transaction;
    let mut seen = BTreeSet::new();
    for (index, record) in transaction.records().iter().enumerate().skip(1) {
        let Some(idc) = record.idc() else { continue };
        if !seen.insert((record.record_type(), idc)) {
            let detail = format!("IDC {idc} is repeated within type {}", record.record_type());
            check.complain(index, Some(2), "idc.repeated", Severity::Note, detail);
        }
    }
}

/// Minutiae share the IDC of the image that they were taken from, when it is sent along.
fn lone_minutiae(check: &mut Check<'_>) {
    let transaction = check.transaction;
    let image = |record: &Record<'_>| matches!(record.record_type(), 3..=6 | 13..=15 | 19);
    if !transaction.records().iter().any(image) {
        return;
    }
    for (index, record) in transaction.records().iter().enumerate() {
        let Some(idc) = record.idc().filter(|_| record.record_type() == 9) else { continue };
        if !transaction.with_idc(idc).any(image) {
            let detail = format!("no friction ridge image has these minutiae's IDC {idc}");
            check.complain(index, Some(2), "idc.lone", Severity::Warning, detail);
        }
    }
}

/// 1.011 and 1.012 are 00.00 unless there are records of types 3 to 8, which need them.
fn scales(check: &mut Check<'_>) {
    let transaction = check.transaction;
    let Some(header) = transaction.header_record() else { return };
    let zero = |number| header.bytes(number).and_then(crate::field::parse_decimal) == Some(0.0);
    let binary = || transaction.records().iter().filter_map(Record::binary);
    let native = binary().any(|record| record.friction_header().is_some_and(|header| header.isr == 1));
    if native && zero(11) {
        let detail = "a record says that it is in the native resolution, and 1.011 is 00.00".to_owned();
        check.complain(0, Some(11), "scale.native", Severity::Error, detail);
    }
    let nominal = binary().any(|record| record.friction_header().is_some_and(|header| header.isr == 0));
    if nominal && zero(12) {
        let detail = "a record says that it is in the nominal resolution, and 1.012 is 00.00".to_owned();
        check.complain(0, Some(12), "scale.nominal", Severity::Error, detail);
    }
}
