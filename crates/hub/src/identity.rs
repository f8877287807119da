//! The hub's keys, each for one thing, in files that only their owner may read.

use exchange::{OpeningKey, SigningKey, keyfile};
use model::HubId;
use rand::Rng as _;
use std::{fs, io, path::Path};
use store::MasterKey;
use zeroize::Zeroize;

/// Who this hub is.
pub struct Identity {
    /// Its id.
    pub id: HubId,
    /// Signs receipts, answers, entries, and what it forwards.
    pub signing: SigningKey,
    /// Opens encounters.
    pub opening: OpeningKey,
}

/// Keys that the store holds.
pub(crate) struct StoreKeys {
    pub(crate) master: MasterKey,
    pub(crate) ledger: ed25519_dalek::SigningKey,
}

/// What holds the hub's id, within its folder.
const ID: &str = "hub.id";

/// Whether a hub began in this folder.
pub fn is_hub(dir: &Path) -> bool {
    dir.join(ID).is_file()
}

/// Reads the keys in `dir/keys`, making them at first start.
pub(crate) fn load_or_create(dir: &Path) -> io::Result<(Identity, StoreKeys)> {
    let keys = dir.join("keys");
    keyfile::private_folder(&keys)?;
    let mut rng = rand::rng();
    let bad = |e: exchange::keys::KeyError| io::Error::new(io::ErrorKind::InvalidData, e.to_string());

    let signing = secret(&keys.join("signing.key"), || {
        SigningKey::generate(&mut rand::rng()).to_secret_text().to_string()
    })?;
    let opening = secret(&keys.join("opening.key"), || {
        OpeningKey::generate(&mut rand::rng()).to_secret_text().to_string()
    })?;
    let mut random = || {
        let mut bytes = [0u8; 32];
        rng.fill(&mut bytes);
        hex::encode(bytes)
    };
    let ledger = bytes(&secret(&keys.join("ledger.key"), &mut random)?)?;
    let master = bytes(&secret(&keys.join("master.key"), &mut random)?)?;
    let id_path = dir.join(ID);
    let id = match fs::read_to_string(&id_path) {
        Ok(text) => text
            .trim()
            .parse()
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, format!("hub.id: {e}")))?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let id = HubId::new(uuid::Uuid::now_v7());
            fs::write(&id_path, id.to_string())?;
            id
        }
        Err(e) => return Err(e),
    };
    Ok((
        Identity {
            id,
            signing: SigningKey::from_secret_text(&signing).map_err(bad)?,
            opening: OpeningKey::from_secret_text(&opening).map_err(bad)?,
        },
        StoreKeys {
            master: MasterKey::from_bytes(master),
            ledger: ed25519_dalek::SigningKey::from_bytes(&ledger),
        },
    ))
}

fn secret(path: &Path, make: impl FnOnce() -> String) -> io::Result<String> {
    match keyfile::read(path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let text = make();
            keyfile::write_new(path, &text)?;
            keyfile::sync_parent(path)?;
            Ok(text)
        }
        Err(e) => Err(e),
    }
}

fn bytes(text: &str) -> io::Result<[u8; 32]> {
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key).map_err(|e| {
        key.zeroize();
        io::Error::new(io::ErrorKind::InvalidData, format!("a key file is damaged: {e}"))
    })?;
    Ok(key)
}
