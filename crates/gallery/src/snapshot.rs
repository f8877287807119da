//! A gallery in a file: it starts in seconds, and shows damage where it is.
//!
//! ```text
//! header     "RLGS", version (u32), digest of the algorithms' names (32), directory's offset and length (u64, u64)
//! records    a sample's part, or the columns of a block: sealed one by one
//! directory  applied sequence, then of each block its offset, length and keys: sealed
//! ```
//!
//! A record is sealed with ChaCha20-Poly1305 (XChaCha, RFC 8439 and draft-irtf-cfrg-xchacha) under the snapshot's
//! key, its offset being the nonce and the header's first 40 bytes the associated data: so its tag is its checksum,
//! a record in another place does not open, and destroying the key destroys the file. The key must be fresh for
//! each snapshot. Numbers are little-endian.
//!
//! Columns are read into memory; samples' parts stay in the file, are read by offset when a search comes to them,
//! and the operating system keeps those that are asked for often. This takes the place of a memory map, which
//! would be `unsafe` and could not be sealed.

mod layout;
mod write;

pub use write::{write, write_columns};

use crate::{Gallery, detail::Place, kernels::LANES};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use model::Digest;
use rayon::prelude::*;
use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

const MAGIC: [u8; 4] = *b"RLGS";
const VERSION: u32 = 1;
/// What every record is bound to.
const BOUND: usize = 40;
const HEADER: usize = BOUND + 16;
const TAG: usize = 16;
/// Longest record: a block's columns with every position in several layers, or a directory of 100 million persons.
const MAX_RECORD: u64 = 4 << 30;
/// Memory that is taken for a record before it is known to be there.
const SHORT: u64 = 64 << 10;

/// Why a snapshot cannot be used. It is a cache: build the gallery again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no snapshot, or one of another version or of other algorithms.
    #[error("it is no snapshot of {0}")]
    Other(String),
    /// The directory does not open: another key, or damage.
    #[error("its directory is damaged or under another key")]
    Directory,
    /// A person's sample could not be read while it was written.
    #[error("entry {key:032x}: {why}")]
    Sample {
        /// Whose.
        key: u128,
        /// Why.
        why: String,
    },
}

/// A gallery read from a snapshot.
pub struct Loaded {
    /// The persons of all sound blocks; it says that the others are missing until they are enrolled again.
    pub gallery: Gallery,
    /// Persons whose block is damaged: build them again from stored templates.
    pub lost: Vec<u128>,
}

/// The file behind samples that are not in memory.
#[derive(Debug)]
pub(crate) struct PartFile {
    file: File,
    sealer: Sealer,
}

impl PartFile {
    /// An opened record.
    pub(crate) fn read(&self, at: u64, len: u32) -> Result<Vec<u8>, String> {
        self.sealer
            .read(&self.file, at, u64::from(len))
            .ok_or_else(|| format!("its sample at {at} is damaged"))
    }
}

#[derive(Clone)]
struct Sealer {
    cipher: XChaCha20Poly1305,
    bound: [u8; BOUND],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    fn new(key: &[u8; 32]) -> Self {
        let mut bound = [0; BOUND];
        bound[..4].copy_from_slice(&MAGIC);
        bound[4..8].copy_from_slice(&VERSION.to_le_bytes());
        bound[8..].copy_from_slice(Digest::of(crate::algorithm().as_bytes()).as_bytes());
        Self { cipher: XChaCha20Poly1305::new(key.into()), bound }
    }

    fn nonce(at: u64) -> XNonce {
        let mut nonce = XNonce::default();
        nonce[..8].copy_from_slice(&at.to_le_bytes());
        nonce
    }

    /// None where the plain text is longer than a cipher takes.
    fn seal(&self, at: u64, plain: &[u8]) -> Option<Vec<u8>> {
        self.cipher.encrypt(&Self::nonce(at), Payload { msg: plain, aad: &self.bound }).ok()
    }

    fn open(&self, at: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        self.cipher.decrypt(&Self::nonce(at), Payload { msg: sealed, aad: &self.bound }).ok()
    }

    /// A record of a file; none where it is damaged.
    fn read(&self, file: &File, at: u64, len: u64) -> Option<Vec<u8>> {
        // Short records are read without asking how long the file is.
        let fits = len <= SHORT || at.checked_add(len)? <= file.metadata().ok()?.len();
        if !fits || len > MAX_RECORD {
            return None;
        }
        let mut sealed = vec![0; len as usize];
        file.read_exact_at(&mut sealed, at).ok()?;
        self.open(at, &sealed)
    }
}

/// Reads a snapshot: the columns of all blocks, on as many threads as there are.
///
/// # Errors
/// [`SnapshotError`] where nothing of it can be used; damaged blocks are named in [`Loaded::lost`].
pub fn load(path: &Path, key: &[u8; 32]) -> Result<Loaded, SnapshotError> {
    let io = |source| SnapshotError::Io { path: path.to_path_buf(), source };
    let file = File::open(path).map_err(io)?;
    let sealer = Sealer::new(key);
    let mut header = [0; HEADER];
    file.read_exact_at(&mut header, 0).map_err(io)?;
    if header[..BOUND] != sealer.bound {
        return Err(SnapshotError::Other(crate::algorithm()));
    }
    let number = |at: usize| header[at..at + 8].try_into().map_or(0, u64::from_le_bytes);
    let directory = sealer
        .read(&file, number(BOUND), number(BOUND + 8))
        .and_then(|bytes| layout::Directory::from_bytes(&bytes))
        .ok_or(SnapshotError::Directory)?;
    let parts = Arc::new(PartFile { file, sealer });
    let blocks: Vec<_> = directory
        .blocks
        .par_iter()
        .map(|entry| {
            let bytes = parts.sealer.read(&parts.file, entry.at, entry.len)?;
            layout::block_from_bytes(&bytes, &parts).filter(|block| {
                let keys = (0..LANES).filter(|l| block.live >> l & 1 == 1).map(|l| block.keys[l]);
                keys.eq(entry.keys.iter().copied())
            })
        })
        .collect();
    let mut lost = Vec::new();
    let mut sound = Vec::with_capacity(blocks.len());
    for (block, entry) in blocks.into_iter().zip(&directory.blocks) {
        match block {
            Some(block) => sound.push(block),
            None => lost.extend(&entry.keys),
        }
    }
    let mut gallery = Gallery::from_blocks(sound);
    gallery.set_applied_sequence(directory.sequence);
    gallery.set_missing(lost.len());
    Ok(Loaded { gallery, lost })
}

/// Opens every sample of a gallery that is kept in a file, and names whose are damaged.
pub fn damaged(view: &crate::View) -> Vec<u128> {
    let of_block = |block: &Arc<crate::block::Block>| {
        let lanes = (0..LANES).filter(|lane| block.parts[*lane].iter().any(|part| part.read().is_err()));
        lanes.map(|lane| block.keys[lane]).collect::<Vec<_>>()
    };
    view.blocks().par_iter().flat_map_iter(of_block).collect()
}

impl Place {
    /// One byte: finger positions as they are, eyes from [`Self::EYES`].
    fn code(self) -> u8 {
        match self {
            Self::Finger(position) => position.code(),
            Self::Eye(eye) => Self::EYES + eye.code(),
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code.checked_sub(Self::EYES) {
            None => model::FingerPosition::from_code(code).map(Self::Finger),
            Some(code) => model::Eye::from_code(code).map(Self::Eye),
        }
    }

    const EYES: u8 = 64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_codes_of_their_own() {
        let all: Vec<Place> = (0..=255).filter_map(Place::from_code).collect();
        assert_eq!(all.len(), 16 + 3, "{all:?}");
        for place in all {
            assert_eq!(Place::from_code(place.code()), Some(place));
        }
    }

    #[test]
    fn a_record_opens_in_its_place_alone() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal(64, b"columns").unwrap();
        assert_eq!(sealer.open(64, &sealed).as_deref(), Some(&b"columns"[..]));
        assert_eq!(sealer.open(65, &sealed), None);
        assert_eq!(Sealer::new(&[8; 32]).open(64, &sealed), None);
    }
}
