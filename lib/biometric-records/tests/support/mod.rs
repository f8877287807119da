//! Where the public samples lie; tests that need them say so and pass without them.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// `shared/data` beside the repository, or what `RIDGELINE_DATA` names.
pub(crate) fn data_dir() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("RIDGELINE_DATA").map_or_else(beside, PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    println!("skipped: no public samples at {} (RIDGELINE_DATA names another place)", dir.display());
    None
}

/// Files of a folder whose names end so, in order.
pub(crate) fn files(dir: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| endings.iter().any(|end| p.to_string_lossy().ends_with(end)))
        .collect();
    out.sort();
    out
}
