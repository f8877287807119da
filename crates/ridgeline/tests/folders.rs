//! Which folders become a hub's, and what a hub refuses before its doors open.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

fn ridgeline(args: &[&str], dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ridgeline")).args(args).arg("--dir").arg(dir).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An auditor who mistypes the path must not read that the ledger is whole.
#[test]
fn only_run_makes_a_hub() {
    let folder = tempfile::tempdir().unwrap();
    let typo = folder.path().join("typo");
    let calls: [&[&str]; 6] = [
        &["audit", "verify"],
        &["audit", "checkpoint"],
        &["policy", "report"],
        &["hub", "status"],
        &["hub", "first-code"],
        &["hub", "station-code", "--name", "Gate", "--site", "North"],
    ];
    for call in calls {
        let output = ridgeline(call, &typo);
        assert!(!output.status.success(), "{call:?}: {}", String::from_utf8_lossy(&output.stdout));
        assert!(said(&output).contains("is not a hub's folder"), "{call:?}: {}", said(&output));
        assert!(!typo.exists(), "{call:?} made a folder");
    }
}

#[test]
fn a_folder_of_something_else_does_not_become_a_hub() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear Sir").unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let output = ridgeline(&["hub", "run", "--listen", "127.0.0.1:0"], folder.path());
    assert!(!output.status.success());
    assert!(said(&output).contains("folder of its own"), "{}", said(&output));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o755);
}

/// Without a certificate what people and stations send could be read on the way.
#[test]
fn an_open_address_without_a_certificate_is_refused_whoever_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("hub");
    let output = ridgeline(&["hub", "run", "--listen", "0.0.0.0:0"], &dir);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(said(&output).contains("[tls]"), "{}", said(&output));
}
