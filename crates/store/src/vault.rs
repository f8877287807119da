//! Keys: one data key per encounter or list entry, wrapped by the hub's master key. Destroying the wrapped
//! key is deletion, of backups too.

use crate::{Result, StoreError, Tx, View, row};
use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use rusqlite::params;
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The hub's 256-bit master key. It wraps data keys and touches no data itself.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

/// A 256-bit data key, forgotten when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct DataKey([u8; 32]);

const NONCE: usize = 24;

impl MasterKey {
    /// A key that was made elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl DataKey {
    pub(crate) fn seal(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        seal(&self.0, context, plain)
    }

    pub(crate) fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        open(&self.0, context, sealed)
    }
}

impl Tx<'_> {
    /// Makes the data key of a holder (an encounter or a list entry) unless it has one.
    ///
    /// # Errors
    /// No randomness, or a database error.
    pub fn ensure_key(&self, holder: Uuid) -> Result<()> {
        let has = row::count(self.conn, "SELECT count(*) FROM keys WHERE holder = ?1", [holder.to_string()])?;
        if has == 0 {
            let mut key = [0; 32];
            random(&mut key)?;
            let wrapped = seal(&self.store.master.0, holder.as_bytes(), &key)?;
            key.zeroize();
            row::run(
                self.conn,
                "INSERT INTO keys (holder, wrapped) VALUES (?1, ?2)",
                params![holder.to_string(), wrapped],
            )?;
        }
        Ok(())
    }

    /// Destroys the data key and every blob and sample row of a holder. Gives the files to remove after the
    /// commit; without the key they are noise.
    ///
    /// # Errors
    /// A database error.
    pub fn destroy(&self, holder: Uuid) -> Result<Vec<std::path::PathBuf>> {
        let id = holder.to_string();
        let files = row::all(
            self.conn,
            "SELECT file FROM blobs WHERE holder = ?1 AND file IS NOT NULL",
            [&id],
            |c| Ok(self.store.dir.join("blobs").join(c.text("file")?)),
        )?;
        row::run(self.conn, "DELETE FROM keys WHERE holder = ?1", [&id])?;
        row::run(self.conn, "DELETE FROM blobs WHERE holder = ?1", [&id])?;
        row::run(self.conn, "DELETE FROM samples WHERE holder = ?1", [&id])?;
        Ok(files)
    }
}

impl View<'_> {
    pub(crate) fn data_key(&self, holder: Uuid) -> Result<DataKey> {
        let wrapped: Vec<u8> =
            row::one(self.conn, "SELECT wrapped FROM keys WHERE holder = ?1", [holder.to_string()], |c| {
                c.get("wrapped")
            })?
            .ok_or_else(|| StoreError::Destroyed(holder.to_string()))?;
        let mut plain = open(&self.store.master.0, holder.as_bytes(), &wrapped)?;
        let key = plain.as_slice().try_into().map_err(|e| StoreError::corrupt("data key", e))?;
        plain.zeroize();
        Ok(DataKey(key))
    }

    /// The data key of a holder whose data lie in a file that is sealed elsewhere: a gallery's snapshot.
    ///
    /// # Errors
    /// The key was never made or is destroyed, or a database error.
    pub fn file_key(&self, holder: Uuid) -> Result<[u8; 32]> {
        Ok(self.data_key(holder)?.0)
    }

    /// Whether the holder's data can still be opened.
    ///
    /// # Errors
    /// A database error.
    pub fn has_key(&self, holder: Uuid) -> Result<bool> {
        Ok(row::count(self.conn, "SELECT count(*) FROM keys WHERE holder = ?1", [holder.to_string()])? > 0)
    }
}

fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|e| StoreError::corrupt("randomness", e))
}

fn seal(key: &[u8; 32], context: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0; NONCE];
    random(&mut nonce)?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(key));
    let sealed = cipher
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: context })
        .map_err(|_| StoreError::corrupt("bytes", "cannot be sealed"))?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let (nonce, body) =
        sealed.split_at_checked(NONCE).ok_or_else(|| StoreError::corrupt("sealed bytes", "too short"))?;
    XChaCha20Poly1305::new(Key::from_slice(key))
        .decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: context })
        .map_err(|_| {
            StoreError::corrupt("sealed bytes", "changed since they were written, or of another key")
        })
}
