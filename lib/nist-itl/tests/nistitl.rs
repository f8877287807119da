//! Transactions that this crate writes, read by the PyPI package `nistitl` 0.6, hold the same content.
//!
//! Needs Python with that package: `pip install nistitl==0.6`, then this test runs; `NIST_ITL_PYTHON`
//! names another interpreter. Without it the test prints why and passes.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::PathBuf;
use std::process::Command;

use nist_itl::{Record, Transaction};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

fn python() -> Option<String> {
    let python = std::env::var("NIST_ITL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = "import nistitl, sys; sys.exit(nistitl.__version__ != '0.6')";
    let found =
        Command::new(&python).args(["-c", probe]).output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: {python} with nistitl 0.6 is not here");
    }
    found.then_some(python)
}

fn blob(bytes: &[u8]) -> Value {
    let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "size": bytes.len(), "sha256": hash })
}

/// nistitl reads text as Latin-1.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn number(bytes: &[u8]) -> String {
    let text = latin1(bytes);
    let short = text.trim_start_matches('0');
    if short.is_empty() { "0".to_owned() } else { short.to_owned() }
}

/// The transaction in the shape that `scripts/read_with_nistitl.py` prints.
fn content(transaction: &Transaction<'_>, bytes: &[u8]) -> Value {
    let records = nist_itl::read(bytes).unwrap();
    let places: Vec<_> = records
        .transaction
        .records()
        .iter()
        .map(|record| (record.offset().unwrap(), record.length()))
        .collect();
    let values = transaction.records().iter().zip(places).map(|(record, (offset, length))| match record {
        Record::Tagged(record) => {
            let mut fields = Map::new();
            for field in record.fields() {
                let value = match field.number() {
                    // Lengths and, outside Type-1, IDCs are numbers to nistitl; zeros in front are lost.
                    1 => json!([[number(field.bytes())]]),
                    2 if record.record_type() != 1 => json!([[number(field.bytes())]]),
                    999 => blob(field.bytes()),
                    _ => {
                        let items = |subfield: nist_itl::Subfield<'_>| {
                            subfield.items().map(latin1).collect::<Vec<_>>()
                        };
                        json!(field.subfields().map(items).collect::<Vec<_>>())
                    }
                };
                fields.insert(field.number().to_string(), value);
            }
            json!({ "type": record.record_type(), "fields": fields })
        }
        Record::Binary(record) => {
            let body = &bytes[offset + 5..offset + length];
            json!({ "type": record.record_type(), "idc": record.idc(), "body": blob(body) })
        }
        _ => Value::Null,
    });
    Value::Array(values.collect())
}

fn check(python: &str, files: &[(String, Transaction<'_>)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    let mut expected = Vec::new();
    for (place, (_, transaction)) in files.iter().enumerate() {
        let bytes = transaction.to_bytes().unwrap();
        let path = folder.path().join(format!("{place}.an2"));
        std::fs::write(&path, &bytes).unwrap();
        expected.push(content(transaction, &bytes));
        paths.push(path);
    }
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/read_with_nistitl.py");
    let output = Command::new(python).arg(script).args(&paths).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.len(), expected.len());
    for (((name, _), found), expected) in files.iter().zip(&found).zip(&expected) {
        assert_eq!(found, expected, "{name}");
    }
    println!("{} files read by nistitl with equal content", files.len());
}

#[test]
fn reads_what_the_builders_make() {
    let Some(python) = python() else { return };
    let files: Vec<_> =
        common::samples().into_iter().map(|(name, transaction)| (name.to_owned(), transaction)).collect();
    check(&python, &files);
}

/// NIST's reference files, read and written by this crate. (nistitl refuses what some other files hold:
/// types 18 to 22, repeated fields, tags of another type.)
#[test]
fn reads_reference_files_that_were_read_and_written() {
    let (Some(python), Some(folder)) = (python(), common::shared_data("records/nist-reference")) else {
        return;
    };
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "an2"));
    names.sort();
    let contents: Vec<Vec<u8>> = names.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let files: Vec<_> = names
        .iter()
        .zip(&contents)
        .map(|(path, bytes)| (path.display().to_string(), nist_itl::read(bytes).unwrap().transaction))
        .collect();
    check(&python, &files);
}
