//! Bytes sealed with their holder's data key: small ones in the row, large ones in a file beside it.

use crate::{Result, StoreError, Tx, View, row};
use model::Digest;
use rusqlite::params;
use serde::{Serialize, de::DeserializeOwned};
use std::{fs, io::Write, path::Path};
use uuid::Uuid;

/// Blobs up to this size stay in the database; SQLite reads such rows faster than files.
const INLINE_BYTES: usize = 64 << 10;

impl Tx<'_> {
    /// Keeps bytes under a name; the same name again replaces them, so that a stage may be rerun. Original bytes
    /// (`sealed`, `.../original`, `file/...`) may be put again but never changed.
    ///
    /// # Errors
    /// No key, other bytes for an original, or the disk or database refuses.
    pub fn put_blob(&self, holder: Uuid, name: &str, plain: &[u8]) -> Result<()> {
        if is_original(name) && self.digest_of(holder, name)?.is_some_and(|known| known != Digest::of(plain))
        {
            return Err(StoreError::corrupt(
                format!("blob {name} of {holder}"),
                "original bytes are never rewritten",
            ));
        }
        let sealed = self.data_key(holder)?.seal(&context(holder, name), plain)?;
        let digest = Digest::of(plain);
        let (inline, file) = if sealed.len() <= INLINE_BYTES {
            (Some(sealed), None)
        } else {
            // The name does not depend on the content of this run: a rerun writes the same file again, and a
            // rollback leaves at worst a file that nobody points to and nobody can read without the key.
            let name = format!("{holder}-{}", Digest::of(name.as_bytes()));
            write_durably(&self.store.dir.join("blobs"), &name, &sealed)?;
            (None, Some(name))
        };
        row::run(
            self.conn,
            "INSERT INTO blobs (holder, name, length, digest, sealed, file) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (holder, name) DO UPDATE SET length = ?3, digest = ?4, sealed = ?5, file = ?6",
            params![holder.to_string(), name, plain.len() as i64, digest.to_string(), inline, file],
        )?;
        Ok(())
    }

    /// Replaces the samples of a holder.
    ///
    /// # Errors
    /// A database error.
    pub fn put_samples<T: Serialize>(&self, holder: Uuid, samples: &[T]) -> Result<()> {
        row::run(self.conn, "DELETE FROM samples WHERE holder = ?1", [holder.to_string()])?;
        for (ordinal, sample) in samples.iter().enumerate() {
            row::run(
                self.conn,
                "INSERT INTO samples (holder, ordinal, body) VALUES (?1, ?2, ?3)",
                params![holder.to_string(), ordinal as i64, row::json(sample)?],
            )?;
        }
        Ok(())
    }
}

fn is_original(name: &str) -> bool {
    name == "sealed" || name.starts_with("file/") || name.ends_with("/original")
}

impl View<'_> {
    fn digest_of(&self, holder: Uuid, name: &str) -> Result<Option<Digest>> {
        row::one(
            self.conn,
            "SELECT digest FROM blobs WHERE holder = ?1 AND name = ?2",
            params![holder.to_string(), name],
            |c| c.parse("digest"),
        )
    }

    /// Bytes kept under a name.
    ///
    /// # Errors
    /// [`StoreError::Destroyed`] after deletion; [`StoreError::Corrupt`] where the bytes were changed.
    pub fn blob(&self, holder: Uuid, name: &str) -> Result<Option<Vec<u8>>> {
        let found = row::one(
            self.conn,
            "SELECT sealed, file, digest FROM blobs WHERE holder = ?1 AND name = ?2",
            params![holder.to_string(), name],
            |c| {
                Ok((
                    c.get::<Option<Vec<u8>>>("sealed")?,
                    c.get::<Option<String>>("file")?,
                    c.parse::<Digest>("digest")?,
                ))
            },
        )?;
        let Some((inline, file, digest)) = found else { return Ok(None) };
        let sealed = match (inline, file) {
            (Some(bytes), _) => bytes,
            (None, Some(file)) => {
                let path = self.store.dir.join("blobs").join(file);
                fs::read(&path).map_err(|e| StoreError::io("read", &path, e))?
            }
            (None, None) => return Err(StoreError::corrupt("blob", "neither bytes nor file")),
        };
        let plain = self.data_key(holder)?.open(&context(holder, name), &sealed)?;
        // Paired with the digest taken when it was written: a swapped row is found even under the right key.
        if Digest::of(&plain) != digest {
            return Err(StoreError::corrupt(format!("blob {name} of {holder}"), "its digest does not fit"));
        }
        Ok(Some(plain))
    }

    /// Names of a holder's blobs.
    ///
    /// # Errors
    /// A database error.
    pub fn blob_names(&self, holder: Uuid) -> Result<Vec<String>> {
        row::all(
            self.conn,
            "SELECT name FROM blobs WHERE holder = ?1 ORDER BY name",
            [holder.to_string()],
            |c| c.text("name"),
        )
    }

    /// The samples of a holder, in order.
    ///
    /// # Errors
    /// A database error, or samples of another shape.
    pub fn samples<T: DeserializeOwned>(&self, holder: Uuid) -> Result<Vec<T>> {
        row::all(
            self.conn,
            "SELECT body FROM samples WHERE holder = ?1 ORDER BY ordinal",
            [holder.to_string()],
            |c| c.json("body"),
        )
    }
}

/// Binds sealed bytes to their place: moved to another row, they do not open.
fn context(holder: Uuid, name: &str) -> Vec<u8> {
    [holder.as_bytes(), name.as_bytes()].concat()
}

/// Written, flushed, renamed, folder flushed: after this returns, a power cut keeps the file whole.
fn write_durably(dir: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = dir.join(name);
    let temporary = dir.join(format!("{name}.part"));
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, &path)?;
        fs::File::open(dir)?.sync_all()
    };
    write().map_err(|e| StoreError::io("write", &path, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MasterKey, Store};
    use ed25519_dalek::SigningKey;
    use jiff::Timestamp;

    fn store(dir: &Path) -> Store {
        Store::open(dir, MasterKey::from_bytes([7; 32]), SigningKey::from_bytes(&[9; 32])).unwrap()
    }

    #[test]
    fn original_bytes_are_never_rewritten() {
        let dir = tempfile::tempdir().unwrap();
        let (store, holder) = (store(dir.path()), Uuid::from_u128(1));
        let put = |name: &str, bytes: &[u8]| {
            store.write(Timestamp::UNIX_EPOCH, |tx| {
                tx.ensure_key(holder).and_then(|()| tx.put_blob(holder, name, bytes))
            })
        };
        for name in ["sealed", "sample/3/original", "file/card.an2"] {
            put(name, b"first").unwrap();
            put(name, b"first").unwrap();
            assert!(put(name, b"other").is_err(), "{name}");
            assert_eq!(store.read(|v| v.blob(holder, name)).unwrap().unwrap(), b"first");
        }
        put("sample/3/grey.png", b"first").unwrap();
        put("sample/3/grey.png", b"second").unwrap();
        assert_eq!(store.read(|v| v.blob(holder, "sample/3/grey.png")).unwrap().unwrap(), b"second");
    }

    #[test]
    fn large_and_small_blobs_come_back_until_the_key_is_destroyed() {
        let dir = tempfile::tempdir().unwrap();
        let (store, holder) = (store(dir.path()), Uuid::from_u128(2));
        let large = vec![42; INLINE_BYTES * 2];
        store
            .write(Timestamp::UNIX_EPOCH, |tx| {
                tx.ensure_key(holder)?;
                tx.put_blob(holder, "small", b"few")?;
                tx.put_blob(holder, "large", &large)
            })
            .unwrap();
        assert_eq!(store.read(|v| v.blob(holder, "small")).unwrap().unwrap(), b"few");
        assert_eq!(store.read(|v| v.blob(holder, "large")).unwrap().unwrap(), large);
        let files = store.write(Timestamp::UNIX_EPOCH, |tx| tx.destroy(holder)).unwrap();
        assert_eq!(files.len(), 1);
        assert!(store.read(|v| v.blob(holder, "small")).unwrap().is_none());
        assert!(store.read(|v| v.data_key(holder).map(|_| ())).is_err(), "the key is gone");
    }
}
