//! A gallery in a file: it starts in seconds, and shows damage where it is.
//!
//! ```text
//! header     "RLGS", version (u32), digest of the algorithms' names (32), directory's offset and length (u64, u64)
//! records    a sample's part, or the columns of a block: sealed one by one
//! directory  applied sequence, then of each block its offset, length and keys: sealed
//! ```
//!
//! A record is sealed with AES-256-GCM (NIST SP 800-38D) under the snapshot's key, its offset being the nonce and
//! the header's first 40 bytes the associated data: so its tag is its checksum, a record in another place does not
//! open, and destroying the key destroys the file. The key must be fresh for each snapshot, so that no nonce comes
//! twice. This cipher is the fastest where the CPU has instructions for it: a million people's columns are 7 GB, and
//! all of them are opened before anybody is searched. Numbers are little-endian.
//!
//! Columns are read into memory; samples' parts stay in the file, are read by offset when a search comes to them,
//! and the operating system keeps those that are asked for often. This takes the place of a memory map, which
//! would be `unsafe` and could not be sealed.

mod layout;
mod write;

pub use write::{write, write_columns};

use crate::{
    Gallery,
    block::Block,
    detail::Place,
    kernels::LANES,
    rows::{ARENA_BLOCKS, Filling},
};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use model::Digest;
use rayon::prelude::*;
use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

const MAGIC: [u8; 4] = *b"RLGS";
const VERSION: u32 = 2;
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
    /// There is no cipher.
    #[error("this system has no AES-256-GCM")]
    Cipher,
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
    /// An opened record, in `buffer`.
    pub(crate) fn read<'a>(&self, at: u64, len: u32, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], String> {
        self.sealer
            .read(&self.file, at, u64::from(len), buffer)
            .ok_or_else(|| format!("its sample at {at} is damaged"))
    }
}

struct Sealer {
    cipher: LessSafeKey,
    bound: [u8; BOUND],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// None where the library knows no AES, which does not happen.
    fn new(key: &[u8; 32]) -> Option<Self> {
        let mut bound = [0; BOUND];
        bound[..4].copy_from_slice(&MAGIC);
        bound[4..8].copy_from_slice(&VERSION.to_le_bytes());
        bound[8..].copy_from_slice(Digest::of(crate::algorithm().as_bytes()).as_bytes());
        Some(Self { cipher: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?), bound })
    }

    fn nonce(at: u64) -> Nonce {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&at.to_le_bytes());
        Nonce::assume_unique_for_key(nonce)
    }

    /// None where the plain text is longer than a cipher takes.
    fn seal(&self, at: u64, mut plain: Vec<u8>) -> Option<Vec<u8>> {
        self.cipher.seal_in_place_append_tag(Self::nonce(at), Aad::from(self.bound), &mut plain).ok()?;
        Some(plain)
    }

    fn open<'a>(&self, at: u64, sealed: &'a mut [u8]) -> Option<&'a [u8]> {
        let opened = self.cipher.open_in_place(Self::nonce(at), Aad::from(self.bound), sealed);
        opened.ok().map(|plain| &*plain)
    }

    /// A record of a file; none where it is damaged.
    fn read<'a>(&self, file: &File, at: u64, len: u64, buffer: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        // Short records are read without asking how long the file is.
        let fits = len <= SHORT || at.checked_add(len)? <= file.metadata().ok()?.len();
        if !fits || len > MAX_RECORD {
            return None;
        }
        buffer.resize(len as usize, 0);
        file.read_exact_at(buffer, at).ok()?;
        self.open(at, buffer)
    }
}

/// Reads a snapshot: the columns of all blocks, on as many threads as there are.
///
/// # Errors
/// [`SnapshotError`] where nothing of it can be used; damaged blocks are named in [`Loaded::lost`].
pub fn load(path: &Path, key: &[u8; 32]) -> Result<Loaded, SnapshotError> {
    let io = |source| SnapshotError::Io { path: path.to_path_buf(), source };
    let file = File::open(path).map_err(io)?;
    let sealer = Sealer::new(key).ok_or(SnapshotError::Cipher)?;
    let mut header = [0; HEADER];
    file.read_exact_at(&mut header, 0).map_err(io)?;
    if header[..BOUND] != sealer.bound {
        return Err(SnapshotError::Other(crate::algorithm()));
    }
    let number = |at: usize| header[at..at + 8].try_into().map_or(0, u64::from_le_bytes);
    let mut buffer = Vec::new();
    let directory = sealer
        .read(&file, number(BOUND), number(BOUND + 8), &mut buffer)
        .and_then(layout::Directory::from_bytes)
        .ok_or(SnapshotError::Directory)?;
    drop(buffer);
    let parts = Arc::new(PartFile { file, sealer });
    let of_arena = |buffer: &mut Vec<u8>, entries: &[layout::Entry]| -> Vec<Option<Block>> {
        // A record is longer than its rows; memory that is not written is not taken.
        let room = entries.iter().map(|entry| entry.len.min(MAX_RECORD) as usize).sum();
        let mut filling = Filling::new(room);
        let mut block = |entry: &layout::Entry| {
            let bytes = parts.sealer.read(&parts.file, entry.at, entry.len, buffer)?;
            layout::block_from_bytes(bytes, Some(&parts), &mut filling).filter(|block| {
                let keys = (0..LANES).filter(|l| block.live >> l & 1 == 1).map(|l| block.keys[l]);
                keys.eq(entry.keys.iter().copied())
            })
        };
        entries.iter().map(&mut block).collect()
    };
    // One buffer a thread, which stays in its cache.
    let arenas = directory.blocks.par_chunks(ARENA_BLOCKS).map_init(Vec::new, of_arena);
    let blocks: Vec<Option<Block>> = arenas.flatten_iter().collect();
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
        let mut buffer = Vec::new();
        let mut damaged = 0u64;
        for part in &block.parts {
            let bad = block.read(part, &mut buffer).is_err();
            damaged |= u64::from(bad) << (usize::from(part.lane) % LANES);
        }
        (0..LANES).filter(|lane| damaged >> lane & 1 == 1).map(|lane| block.keys[lane]).collect::<Vec<_>>()
    };
    view.blocks().par_iter().flat_map_iter(of_block).collect()
}

/// For the fuzzer: reads these bytes as an opened directory and as an opened block, scans and searches what is read,
/// and says whether what is read is written as it was.
#[doc(hidden)]
pub fn reads_what_it_writes(bytes: &[u8], probe: &crate::Person) -> bool {
    if let Some(directory) = layout::Directory::from_bytes(bytes)
        && directory.to_bytes() != bytes
    {
        return false;
    }
    let Some(block) = layout::block_from_bytes(bytes, None, &mut Filling::none()) else { return true };
    let places: Vec<(u64, u32)> = block.parts.iter().map(crate::detail::Part::in_file).collect();
    let same = layout::block_to_bytes(&block, &places) == bytes;
    let gallery = Gallery::from_blocks(vec![block]);
    let options = crate::SearchOptions { fpir: 1e9, max_candidates: 5 };
    let stages = crate::Cascade { full_up_to: 0, ..crate::Cascade::default() };
    let _ = gallery.view().search_with(probe, &options, &stages);
    same
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
    fn any_bytes_are_refused_or_searched() {
        let minutia = |i: u8| finger::Minutia {
            x: f32::from(i) * 9.0,
            y: f32::from(i % 7) * 40.0,
            direction: f32::from(i) * 0.2,
            kind: finger::MinutiaKind::Ending,
            confidence: 0.9,
        };
        let template = finger::Template {
            width_px: 300,
            height_px: 300,
            minutiae: (0..30).map(minutia).collect(),
            ..finger::Template::default()
        };
        let words: Vec<u64> =
            (0..iris::CODE_COLUMNS as u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let eye = iris::Template::new(60, words.clone(), vec![u64::MAX; words.len()]).unwrap();
        let person = crate::Person {
            fingers: vec![(model::FingerPosition::Unknown, template)],
            irises: vec![(model::Eye::Unknown, eye)],
        };
        let mut gallery = Gallery::new();
        (0..3).for_each(|key| gallery.insert(key, &person));
        let view = gallery.view();
        let bytes = layout::block_to_bytes(&view.blocks()[0], &vec![(5, 9); view.blocks()[0].parts.len()]);
        assert!(reads_what_it_writes(&bytes, &person));
        let mut read = 0;
        for at in (0..bytes.len()).step_by(61) {
            for flip in [1, 0x80, 0xff] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                assert!(reads_what_it_writes(&other, &person), "{flip} at {at}");
                read += usize::from(layout::block_from_bytes(&other, None, &mut Filling::none()).is_some());
                assert!(layout::block_from_bytes(&other[..at], None, &mut Filling::none()).is_none());
            }
        }
        assert!(read > 100, "{read}");
    }

    #[test]
    fn a_record_opens_in_its_place_alone() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let sealed = sealer.seal(64, b"columns".to_vec()).unwrap();
        assert_eq!(sealer.open(64, &mut sealed.clone()), Some(&b"columns"[..]));
        assert_eq!(sealer.open(65, &mut sealed.clone()), None);
        assert_eq!(Sealer::new(&[8; 32]).unwrap().open(64, &mut sealed.clone()), None);
    }
}
