//! Sealed encounters and receipts as files on a stick, where there is no link.
//!
//! `ENCOUNTER.rlenc` is the sealed container as it would have crossed the wire, `ENCOUNTER.rlreceipt` the hub's
//! signed receipt as JSON. Neither can be read or forged by who carries it.

use crate::{
    keyfile::sync_parent,
    protocol::MAX_JSON_LENGTH,
    receipt::SignedReceipt,
    seal::{self, MAX_SEALED_LENGTH},
};
use model::EncounterId;
use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// Extension of sealed encounters.
pub const SEALED_EXTENSION: &str = "rlenc";
/// Extension of receipts.
pub const RECEIPT_EXTENSION: &str = "rlreceipt";
/// The most files that are read from one folder.
pub const MAX_FILES: usize = 10_000;

/// Writes a sealed encounter, durably; the file appears whole or not at all.
pub fn write_sealed(folder: &Path, encounter: EncounterId, bytes: &[u8]) -> io::Result<PathBuf> {
    write(folder, &format!("{encounter}.{SEALED_EXTENSION}"), bytes)
}

/// Writes a receipt, durably.
pub fn write_receipt(folder: &Path, receipt: &SignedReceipt) -> io::Result<PathBuf> {
    let json = serde_json::to_vec_pretty(receipt)?;
    write(folder, &format!("{}.{RECEIPT_EXTENSION}", receipt.receipt.encounter), &json)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let (path, partial) = (folder.join(name), folder.join(format!(".{name}.part")));
    let mut file = File::create(&partial)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial, &path)?;
    sync_parent(&path)?;
    Ok(path)
}

/// Reads a sealed encounter's bytes: at most [`MAX_SEALED_LENGTH`], with the right magic. Not opened, not verified.
pub fn read_sealed(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = read_limited(path, MAX_SEALED_LENGTH)?;
    seal::header(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(bytes)
}

/// Reads a receipt. Not verified.
pub fn read_receipt(path: &Path) -> io::Result<SignedReceipt> {
    Ok(serde_json::from_slice(&read_limited(path, MAX_JSON_LENGTH)?)?)
}

fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let message = format!("{} is longer than {limit} bytes", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(bytes)
}

/// The files with this extension, sorted by name; names that begin with a dot are still being written.
pub fn list(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
        if paths.len() >= MAX_FILES {
            break;
        }
    }
    paths.sort();
    Ok(paths)
}
