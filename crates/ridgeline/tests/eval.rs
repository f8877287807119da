//! `eval`, as a person runs it with manifests that cannot be evaluated in full.
#![allow(clippy::unwrap_used)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `eval finger` on a manifest with these rows, in a folder with a picture of nothing called `grey.pgm`.
fn eval(rows: &str, more: &[&str]) -> (Output, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let mut picture = b"P5\n120 90\n255\n".to_vec();
    picture.extend(std::iter::repeat_n(128, 120 * 90));
    std::fs::write(dir.path().join("grey.pgm"), picture).unwrap();
    let manifest = dir.path().join("m.csv");
    std::fs::write(&manifest, format!("path,subject,instance,ppi\n{rows}")).unwrap();
    let run = |path: &Path| {
        Command::new(env!("CARGO_BIN_EXE_ridgeline"))
            .args(["eval", "finger"])
            .arg(path)
            .args(more)
            .output()
            .unwrap()
    };
    (run(&manifest), manifest)
}

#[test]
fn a_picture_that_is_not_there_is_no_failure_to_enrol() {
    let (out, manifest) = eval("grey.pgm,a,r,500\nlost.pgm,a,r,500\nlost-too.pgm,b,r,500\n", &[]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(!out.status.success() && out.stdout.is_empty());
    assert!(said.contains("2 of the 3 images") && said.contains("lost.pgm"), "{said}");
    let (out, _) = eval("", &[]);
    assert!(!out.status.success(), "nothing is evaluated");
    let out = Command::new(env!("CARGO_BIN_EXE_ridgeline")).args(["eval", "iris"]).arg(&manifest).output();
    let said = String::from_utf8(out.unwrap().stderr).unwrap();
    assert_eq!(said.matches("No such file").count(), 1, "once is enough: {said}");
}

#[test]
fn refusals_are_told_and_rates_that_nothing_supports_are_none() {
    let (out, _) = eval("grey.pgm,a,r,500\n", &[]);
    assert!(out.status.success());
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("refused: ") && said.contains("grey.pgm: "), "{said}");
    let figures: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((&figures["fte"], &figures["eer"]), (&Value::from(1.0), &Value::Null), "{figures}");
}

#[test]
fn a_report_that_cannot_be_written_is_told_first() {
    let (out, _) = eval("grey.pgm,a,r,500\n", &["--report", "no-such-folder/report.html"]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(!out.status.success() && out.stdout.is_empty());
    assert!(said.contains("there is no folder no-such-folder") && !said.contains("refused"), "{said}");
}
