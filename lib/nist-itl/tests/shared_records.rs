//! The 40 public transactions beside the repository: types, lengths, fields, payloads, round trips.

mod common;

use nist_itl::inspect;
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

/// What the validator says of each file; the counts are held so that a change shows.
#[test]
fn lists_findings() {
    let Some(folder) = common::shared_data("records") else { return };
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    for entry in expected.as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        for finding in &nist_itl::validate(&reading.transaction) {
            println!("{name}: {finding}");
        }
    }
}
