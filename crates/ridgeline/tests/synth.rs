//! `ridgeline synth` as a user runs it: files whole or not there, the same bytes again, work resumed.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn ridgeline(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ridgeline")).arg("synth").args(args).output().unwrap()
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("synth-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn a_template_gallery_is_resumed_where_it_was_cut_and_is_never_another_file() {
    let folder = folder("templates");
    let file = folder.join("gallery.rlt");
    let name = file.to_str().unwrap();
    let make = |count: &str, fingers: &str| {
        ridgeline(&["templates", count, "--out", name, "--seed", "5", "--fingers", fingers, "--irises"])
    };
    assert!(make("20", "2,7").status.success());
    let whole = fs::read(&file).unwrap();
    assert!(whole.starts_with(b"RLTPL001"));
    for cut in [17, 40, whole.len() / 3, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).unwrap();
        assert!(make("20", "2,7").status.success(), "cut at {cut}");
        assert!(fs::read(&file).unwrap() == whole, "cut at {cut}: other bytes");
    }
    // More people are added behind; fewer, other options and other files are refused and left alone.
    assert!(make("25", "2,7").status.success());
    let longer = fs::read(&file).unwrap();
    assert!(longer.len() > whole.len() && longer.starts_with(&whole));
    assert!(!make("20", "2,7").status.success());
    assert!(!make("25", "2,8").status.success());
    assert!(fs::read(&file).unwrap() == longer);
    fs::write(&file, b"somebody's notes").unwrap();
    assert!(!make("25", "2,7").status.success());
    assert_eq!(fs::read(&file).unwrap(), b"somebody's notes");
}

#[test]
fn people_come_again_byte_for_byte_and_grow_between_encounters() {
    let (a, b) = (folder("people-a"), folder("people-b"));
    let make = |out: &Path, threads: &str| {
        let out = out.to_str().unwrap();
        let args = ["people", "2", "--out", out, "--seed", "3", "--only", "irises", "--threads", threads];
        let run = ridgeline(&[&args[..], &["--encounters", "2", "--captures", "2"]].concat());
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    };
    make(&a, "2");
    make(&b, "1");
    // Again over what is there: kept, and the manifests name the same files.
    let before = fs::read(a.join("irises.csv")).unwrap();
    make(&a, "1");
    assert_eq!(fs::read(a.join("irises.csv")).unwrap(), before);
    for person in ["p000000", "p000001"] {
        for file in ["iris-1-1.png", "iris-1-2.png", "iris-2-1.png", "iris-2-2.png", "person.json"] {
            let read = |world: &Path| fs::read(world.join(person).join(file)).unwrap();
            assert!(read(&a) == read(&b), "{person}/{file}");
        }
        let about: serde_json::Value =
            serde_json::from_slice(&fs::read(a.join(person).join("person.json")).unwrap()).unwrap();
        let dates: Vec<&str> =
            about["encounters"].as_array().unwrap().iter().map(|e| e["date"].as_str().unwrap()).collect();
        assert!(dates.len() == 2 && dates[0] == "2026-01-01" && dates[1] > dates[0], "{dates:?}");
    }
    assert!(!ridgeline(&["people", "0", "--out", a.to_str().unwrap()]).status.success());
}
