//! Where the shared data lies, for the tests that use it.

use std::path::PathBuf;

/// `../shared/data` beside the repository, or where `RIDGELINE_DATA` points. None, with the reason
/// printed, where neither is there.
pub(crate) fn shared_data(part: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("RIDGELINE_DATA").map_or_else(beside, PathBuf::from).join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no shared data at {}", path.display());
    None
}
