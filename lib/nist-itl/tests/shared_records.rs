//! The 40 public transactions beside the repository: types, lengths, fields, payloads, round trips.

mod common;

use nist_itl::{Severity, inspect};
use serde_json::Value;

/// Every file is read; its view equals the expected one but for the decoded pixels, which are the
/// image decoders' matter.
#[test]
fn equals_the_expected_values() {
    let Some(folder) = common::shared_data("records") else { return };
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let files = expected.as_array().unwrap();
    assert_eq!(files.len(), 40);
    let mut records = 0;
    for expected in files {
        let name = expected["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        let view = inspect::view(name, &bytes, &reading.transaction, |_| None);
        let view = serde_json::to_value(&view).unwrap();

        let mut expected = expected.clone();
        for record in expected["records"].as_array_mut().unwrap() {
            record.as_object_mut().unwrap().remove("decoded");
            records += 1;
        }
        assert_eq!(view, expected, "{name}");
    }
    assert_eq!(records, 221);
}

/// A file without structural findings is written back byte for byte; the others are listed.
#[test]
fn writes_conforming_files_back() {
    let Some(folder) = common::shared_data("records") else { return };
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let mut equal = 0;
    for entry in expected.as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        for finding in &reading.findings {
            println!("{name}: {finding}");
        }
        let written = reading.transaction.to_bytes().unwrap();
        if written == bytes {
            equal += 1;
        } else {
            println!("{name}: written differently");
            assert!(!reading.findings.conforms(), "{name} has no finding and is not written back");
        }
    }
    println!("{equal} of 40 written back byte for byte");
    assert!(equal >= 39, "{equal}");
}

/// Rule, severity, field.
type Known = (&'static str, Severity, Option<u16>);

/// What is said of each file, reader and validator together: every other one of the 40 gets nothing.
const FINDINGS: &[(&str, &[Known])] = &[
    (
        "nist-reference/rec01_rec02_rec16.nst",
        &[
            ("version.unknown", Severity::Error, Some(2)),
            ("field.length", Severity::Error, Some(2)),
            ("field.characters", Severity::Error, Some(5)),
        ],
    ),
    (
        "nist-reference/type-10-tattoo-zoom.an2",
        &[
            ("idc.repeated", Severity::Note, Some(2)),
            ("field.code", Severity::Warning, Some(40)),
            ("field.code", Severity::Warning, Some(40)),
        ],
    ),
    (
        "libbiomeval/type9-13.an2k",
        &[("tag.type", Severity::Error, Some(5)), ("field.repeated", Severity::Error, Some(34))],
    ),
    ("libbiomeval/type9-15.an2k", &[("cnt.idc", Severity::Error, Some(2))]),
    ("libbiomeval/type9-efs.an2k", &[("minutiae.direction", Severity::Warning, Some(331))]),
    ("biocts/all-supported-types.an2", &[("idc.lone", Severity::Warning, Some(2))]),
    ("ebts/latent_with_minutiae.lffs", &[("type.later", Severity::Warning, None)]),
    ("ebts/sre_with_face.tdf", &[("field.missing", Severity::Error, Some(4))]),
];

#[test]
fn finds_what_is_wrong_and_nothing_else() {
    let Some(folder) = common::shared_data("records") else { return };
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    for entry in expected.as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        let mut findings = reading.findings.clone();
        findings.extend(nist_itl::validate(&reading.transaction));
        let found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.rule.to_string(), finding.severity, finding.field))
            .collect();
        let known = FINDINGS.iter().find(|(file, _)| *file == name).map_or([].as_slice(), |(_, known)| known);
        let known: Vec<_> =
            known.iter().map(|(rule, severity, field)| ((*rule).to_owned(), *severity, *field)).collect();
        assert_eq!(found, known, "{name}: {findings:?}");
        // A finding about a field points at that field's tag.
        for finding in &findings {
            if let (Some(record_type), Some(field), Some(offset)) =
                (finding.record_type, finding.field, finding.offset)
                && field > 4
            {
                let tail = String::from_utf8_lossy(&bytes[offset..offset + 8]).into_owned();
                assert!(tail.contains(&format!(".{field:03}:")), "{name} {record_type}: {tail}");
            }
        }
    }
}
