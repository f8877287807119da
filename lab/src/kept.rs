//! Extracted samples, kept between evaluations so that only what changed is done again.

use crate::manifest::Entry;
use std::path::{Path, PathBuf};

/// Stands first in a file that holds a refusal instead of a sample.
const REFUSED: &[u8] = b"refused: ";

/// A folder of samples that one engine found, one file an image.
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// The folder of an engine's samples under `root`, made where it is missing. Samples are found again by the
    /// image's path, its length and its time of change: an image that was replaced is extracted again.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn open(root: &Path, engine: &str) -> std::io::Result<Self> {
        let name: String =
            engine.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        let folder = root.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    fn file(&self, entry: &Entry) -> PathBuf {
        let path = std::fs::canonicalize(&entry.path).unwrap_or_else(|_| entry.path.clone());
        let meta = std::fs::metadata(&path).ok();
        let changed = meta.as_ref().and_then(|m| m.modified().ok()).map(|t| format!("{t:?}"));
        let what = format!("{}|{:?}|{changed:?}|{:?}", path.display(), meta.map(|m| m.len()), entry.ppi);
        // FNV-1a, 64 bits.
        let hash = what
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
        self.folder.join(format!("{hash:016x}"))
    }

    /// The sample of an image, or why it gave none.
    pub fn get(&self, entry: &Entry) -> Option<Result<Vec<u8>, String>> {
        let bytes = std::fs::read(self.file(entry)).ok()?;
        Some(match bytes.strip_prefix(REFUSED) {
            Some(why) => Err(String::from_utf8_lossy(why).into_owned()),
            None => Ok(bytes),
        })
    }

    /// Keeps what became of an image; where it cannot be written it is merely extracted again next time.
    pub fn put(&self, entry: &Entry, outcome: Result<&[u8], &String>) {
        let bytes = match outcome {
            Ok(bytes) => bytes.to_vec(),
            Err(why) => [REFUSED, why.as_bytes()].concat(),
        };
        let _ = std::fs::write(self.file(entry), bytes);
    }
}
