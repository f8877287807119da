//! Writing: beside the old file, synced, then put in its place.

use super::{BOUND, HEADER, Sealer, SnapshotError, TAG, layout};
use crate::{
    View,
    block::Block,
    detail::{Bytes, Part},
};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{BufWriter, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::Arc,
};

/// Writes a gallery as it stands in `view`. Whoever kills this leaves the file that was there before.
///
/// `key` must be fresh: two snapshots under one key would give away what they differ in.
///
/// # Errors
/// [`SnapshotError`] where the file cannot be written or a sample cannot be read.
pub fn write(view: &View, path: &Path, key: &[u8; 32]) -> Result<(), SnapshotError> {
    write_all(view, path, key, true)
}

/// As [`write()`] without samples: what a search scans, for measuring how long it takes to load. Whoever searches in
/// what is loaded from it gets `Partial`.
///
/// # Errors
/// [`SnapshotError`].
pub fn write_columns(view: &View, path: &Path, key: &[u8; 32]) -> Result<(), SnapshotError> {
    write_all(view, path, key, false)
}

fn write_all(view: &View, path: &Path, key: &[u8; 32], samples: bool) -> Result<(), SnapshotError> {
    let io = |source| SnapshotError::Io { path: path.to_path_buf(), source };
    let sealer = Sealer::new(key).ok_or(SnapshotError::Cipher)?;
    let beside = path.with_extension("new");
    let file = File::create(&beside).map_err(io)?;
    let mut out = Out { file: BufWriter::with_capacity(1 << 20, file), at: HEADER as u64, sealer };
    out.file.write_all(&[0; HEADER]).map_err(io)?;
    let mut shared = HashMap::new();
    let mut directory = layout::Directory { sequence: view.applied_sequence, blocks: Vec::new() };
    for block in view.blocks() {
        let mut places = Vec::with_capacity(block.parts.len());
        for part in &block.parts {
            places.push(if samples { out.part(block, part, &mut shared, path)? } else { (0, 0) });
        }
        directory.blocks.push(out.block(block, &places).map_err(io)?);
    }
    let (at, len) = out.record(directory.to_bytes()).map_err(io)?;
    let mut header = [0; HEADER];
    header[..BOUND].copy_from_slice(&out.sealer.bound);
    header[BOUND..BOUND + 8].copy_from_slice(&at.to_le_bytes());
    header[BOUND + 8..].copy_from_slice(&len.to_le_bytes());
    out.file.flush().map_err(io)?;
    let mut file = out.file.into_inner().map_err(|e| io(e.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    file.write_all(&header).map_err(io)?;
    file.sync_all().map_err(io)?;
    fs::rename(&beside, path).map_err(io)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|f| f.sync_all()).map_err(io)
}

struct Out {
    file: BufWriter<File>,
    at: u64,
    sealer: Sealer,
}

impl Out {
    fn record(&mut self, plain: Vec<u8>) -> std::io::Result<(u64, u64)> {
        let (at, len) = (self.at, plain.len());
        let sealed = self.sealer.seal(at, plain).ok_or(std::io::ErrorKind::InvalidInput)?;
        debug_assert_eq!(sealed.len(), len + TAG);
        self.file.write_all(&sealed)?;
        self.at += sealed.len() as u64;
        Ok((at, sealed.len() as u64))
    }

    /// A sample that several persons share is written once.
    fn part(
        &mut self,
        block: &Block,
        part: &Part,
        shared: &mut HashMap<*const u8, (u64, u32)>,
        path: &Path,
    ) -> Result<(u64, u32), SnapshotError> {
        let same = match &part.bytes {
            Bytes::Memory(bytes) if Arc::strong_count(bytes) > 1 => Some(bytes.as_ptr()),
            _ => None,
        };
        if let Some(found) = same.and_then(|pointer| shared.get(&pointer)) {
            return Ok(*found);
        }
        let mut buffer = Vec::new();
        let bytes = block.read(part, &mut buffer).map_err(|why| {
            let key = block.keys.get(usize::from(part.lane)).copied().unwrap_or(0);
            SnapshotError::Sample { key, why }
        })?;
        let (at, len) = self
            .record(bytes.to_vec())
            .map_err(|source| SnapshotError::Io { path: path.to_path_buf(), source })?;
        let place = (at, len as u32);
        if let Some(pointer) = same {
            shared.insert(pointer, place);
        }
        Ok(place)
    }

    fn block(&mut self, block: &Block, places: &[(u64, u32)]) -> std::io::Result<layout::Entry> {
        let (at, len) = self.record(layout::block_to_bytes(block, places))?;
        let lanes = (0..block.keys.len()).filter(|lane| block.live >> lane & 1 == 1);
        Ok(layout::Entry { at, len, keys: lanes.map(|lane| block.keys[lane]).collect() })
    }
}
