//! `inspect`, `convert` and `validate`, as a person runs them.
#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn ridgeline(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ridgeline")).args(args).output().unwrap()
}

/// Standard output of a command that must succeed.
fn ok(args: &[&str]) -> String {
    let out = ridgeline(args);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&ok(args)).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// `shared/data` beside the repository, or what `RIDGELINE_DATA` names.
fn data_dir() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("RIDGELINE_DATA").map_or_else(beside, PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    println!("skipped: no public samples at {} (RIDGELINE_DATA names another place)", dir.display());
    None
}

/// A ramp with a few waves, as PGM.
fn pgm(dir: &Path) -> PathBuf {
    let (w, h) = (120, 90);
    let mut bytes = format!("P5\n{w} {h}\n255\n").into_bytes();
    let wave = |x: u32, y: u32| 40.0 * ((f64::from(x) * 0.6).sin() + (f64::from(y) * 0.4).cos());
    bytes.extend((0..h).flat_map(|y| (0..w).map(move |x| (128.0 + wave(x, y)) as u8)));
    let path = dir.join("in.pgm");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn every_shared_transaction_is_told_as_expected() {
    let Some(dir) = data_dir() else { return };
    let dir = dir.join("records");
    let expected: Value = serde_json::from_slice(&std::fs::read(dir.join("expected.json")).unwrap()).unwrap();
    let (mut files, mut pixels, mut beyond, mut wrong) = (0, 0, 0, Vec::new());
    for entry in expected.as_array().unwrap() {
        let name = entry["file"].as_str().unwrap();
        let got = json(&["inspect", "--json", text(&dir.join(name))]);
        files += 1;
        assert_eq!((&got["size"], &got["sha256"]), (&entry["size"], &entry["sha256"]), "{name}");
        assert_eq!(got.as_object().unwrap().len(), 4, "{name}: keys beside file, size, sha256, records");
        let (ours, theirs) = (got["records"].as_array().unwrap(), entry["records"].as_array().unwrap());
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
            let (mut a, mut b) = (a.as_object().unwrap().clone(), b.as_object().unwrap().clone());
            let (ours, theirs) = (a.remove("decoded"), b.remove("decoded"));
            if a != b {
                wrong.push(format!("{name} record {i}: {a:?} is not {b:?}"));
            }
            match (ours, theirs) {
                // What the tool that made the list could not decode, we may.
                (Some(Value::Array(_)), Some(Value::String(_))) => beyond += 1,
                (ours, theirs) if ours == theirs => pixels += usize::from(ours.is_some()),
                (ours, theirs) => {
                    wrong.push(format!("{name} record {i}: decoded {ours:?} is not {theirs:?}"))
                }
            }
        }
    }
    println!("{files} files, {pixels} images with equal pixels, {beyond} that the list has no pixels of");
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((files, pixels), (40, 90));
}

#[test]
fn every_shared_record_is_told_and_its_images_decode() {
    let Some(dir) = data_dir() else { return };
    let mut images = 0;
    for folder in ["fir", "iris", "minutiae"] {
        for entry in std::fs::read_dir(dir.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_file() || path.extension().is_some_and(|e| e == "json") {
                continue;
            }
            let got = json(&["inspect", "--json", text(&path)]);
            for image in got["images"].as_array().into_iter().flatten() {
                assert!(image["decoded"].is_array(), "{}: {}", path.display(), image["decoded"]);
                images += 1;
            }
            let record = path.with_extension("json");
            if folder == "minutiae" && record.is_file() {
                let expected: Value = serde_json::from_slice(&std::fs::read(record).unwrap()).unwrap();
                assert_eq!(got["record"], expected, "{}", path.display());
            }
        }
    }
    assert_eq!(images, 22 + 10 + 27, "finger images of 2011 and 2005, irises");
}

#[test]
fn a_page_of_a_transaction_needs_nothing_else() {
    let Some(dir) = data_dir() else { return };
    let out = tempfile::tempdir().unwrap();
    let page = out.path().join("report.html");
    let file = dir.join("records/nist-reference/sample.an2");
    let told = ok(&["inspect", "--html", text(&page), text(&file)]);
    assert!(told.contains("1.004") && told.contains("TOT") && told.contains("WSQ 804 x 752"), "{told}");
    let page = std::fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("<img src=\"data:image/png;base64,").count(), 14);
    assert!(!page.contains("http") && !page.contains("<script"));
}

#[test]
fn images_convert_to_every_format_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let source = pgm(dir.path());
    let original = json(&["inspect", "--json", text(&source)])["decoded"].clone();
    for extension in ["png", "jp2", "j2k", "tif", "bmp", "pgm", "jpegl", "wsq", "jpg"] {
        let made = dir.path().join(format!("out.{extension}"));
        ok(&["convert", text(&source), text(&made), "--ppi", "500", "--bitrate", "2.25"]);
        let got = json(&["inspect", "--json", text(&made)]);
        if ["wsq", "jpg"].contains(&extension) {
            assert_eq!((&got["decoded"][0], &got["decoded"][1]), (&original[0], &original[1]), "{extension}");
        } else {
            assert_eq!(got["decoded"], original, "{extension}");
        }
    }
    let half = dir.path().join("half.png");
    ok(&["convert", text(&source), text(&half), "--ppi", "1000", "--resample", "500"]);
    let got = json(&["inspect", "--json", text(&half)]);
    assert_eq!((&got["decoded"][0], &got["decoded"][1]), (&60.into(), &45.into()));
}

#[test]
fn images_go_into_records_and_out_again() {
    let dir = tempfile::tempdir().unwrap();
    let source = pgm(dir.path());
    let original = json(&["inspect", "--json", text(&source)])["decoded"].clone();
    let (record, back) = (dir.path().join("out.fir"), dir.path().join("back.pgm"));
    for edition in ["iso2005", "iso2011", "ansi2004"] {
        for codec in ["raw", "png", "jp2"] {
            let options = ["--ppi", "500", "--position", "7", "--edition", edition, "--codec", codec];
            ok(&[&["convert", text(&source), text(&record)], &options[..]].concat());
            let got = json(&["inspect", "--json", text(&record)]);
            assert_eq!(got["images"][0]["decoded"], original, "{edition} {codec}");
            assert_eq!(got["record"]["images"][0]["position"], "LEFT_INDEX", "{edition} {codec}");
            ok(&["convert", text(&record), text(&back)]);
            assert_eq!(json(&["inspect", "--json", text(&back)])["decoded"], original, "{edition} {codec}");
            ok(&["validate", text(&record)]);
        }
    }
    let iris = dir.path().join("out.iir");
    ok(&["convert", text(&source), text(&iris), "--eye", "left", "--codec", "jp2"]);
    let got = json(&["inspect", "--json", text(&iris)]);
    assert_eq!(
        (&got["images"][0]["decoded"], &got["record"]["images"][0]["eye"]),
        (&original, &"LEFT".into())
    );
    ok(&["validate", text(&iris)]);
}

#[test]
fn validation_tells_errors_by_its_exit_status() {
    let dir = tempfile::tempdir().unwrap();
    let source = pgm(dir.path());
    let record = dir.path().join("out.fir");
    ok(&["convert", text(&source), text(&record), "--ppi", "500", "--codec", "raw"]);
    let mut bytes = std::fs::read(&record).unwrap();
    bytes.extend(b"more");
    std::fs::write(&record, bytes).unwrap();
    let out = ridgeline(&["validate", text(&record)]);
    assert_eq!(out.status.code(), Some(1));
    let told = String::from_utf8(out.stdout).unwrap();
    assert!(told.contains("trailing-bytes") && told.contains("2 errors"), "{told}");

    let out = ridgeline(&["validate", "--json", text(&record)]);
    let value: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(value["errors"], 2);

    let rubbish = dir.path().join("rubbish");
    std::fs::write(&rubbish, "hello").unwrap();
    assert_eq!(ridgeline(&["inspect", text(&rubbish)]).status.code(), Some(1));
    assert_eq!(ridgeline(&["inspect", "/nowhere/at/all"]).status.code(), Some(1));
}

#[test]
fn a_transaction_is_checked_against_a_profile() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("made.an2");
    let header = "1.002:0502\x1d1.003:1\x1f1\x1e2\x1f00\x1d1.004:CAR\x1d1.005:20260102\x1d1.007:D\x1d1.008:O\x1d1.009:1\x1d1.011:00.00\x1d1.012:00.00\x1c";
    let bytes = format!("1.001:{:03}\x1d{header}2.001:15\x1d2.002:00\x1c", header.len() + 10);
    std::fs::write(&file, bytes).unwrap();
    let plain = ridgeline(&["validate", "--json", text(&file)]);
    let ebts = ridgeline(&["validate", "--json", "--profile", "ebts", text(&file)]);
    let count =
        |out: &Output| serde_json::from_slice::<Value>(&out.stdout).unwrap()["errors"].as_u64().unwrap();
    assert_eq!(ebts.status.code(), Some(1));
    assert!(count(&ebts) > count(&plain), "an EBTS transaction needs a subject and prints");
    let told = ok(&["inspect", text(&file)]);
    assert!(told.contains("1.004") && told.contains("TOT"), "{told}");
}

#[test]
fn minutiae_records_change_edition() {
    let Some(data) = data_dir() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (ansi, json_file) = (dir.path().join("a.fmr"), dir.path().join("a.json"));
    ok(&["convert", text(&data.join("minutiae/iso-probe.dat")), text(&ansi), "--edition", "ansi2004"]);
    assert_eq!(json(&["inspect", "--json", text(&ansi)])["fmt"], "ANSI INCITS 378-2004");
    ok(&["convert", text(&ansi), text(&json_file)]);
    assert!(std::fs::read_to_string(json_file).unwrap().contains("\"minutiae\""));
}
