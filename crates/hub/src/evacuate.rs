//! Evacuation: one signed order destroys what this hub knows, before somebody else has its machine (S32).
//!
//! The keys go first: from that moment everything sealed is noise, here and in every backup. Then what the tables say in
//! clear is overwritten, and all files are removed. Whoever may give the order is named by a public key in `hub.toml`,
//! whose secret half lies elsewhere; so nobody on the spot can be made to give it, and an order can be given in advance,
//! for some days.

use crate::{Config, Hub, HubError};
use exchange::{SigningKey, VerifyingKey, keys::Context};
use jiff::Timestamp;
use model::HubId;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use store::{Entry, StoreError, Tx};

/// The keys, in the order in which they are destroyed: what opens the most comes first.
const KEYS: [&str; 4] = ["master.key", "opening.key", "signing.key", "ledger.key"];

/// Bytes overwritten at a time.
const CHUNK: usize = 1 << 20;

/// An order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvacuationOrder {
    /// The hubs that it is for: a site's, or all of a country.
    pub hubs: Vec<HubId>,
    /// Why.
    pub reason: String,
    /// It is worthless from then on.
    pub valid_until: Timestamp,
    /// By the key that the hubs' configuration names.
    #[serde(default)]
    pub signature: String,
}

/// What was destroyed, or would have been.
#[derive(Debug, Clone, PartialEq)]
pub struct Evacuated {
    /// Files.
    pub files: usize,
    /// Bytes of them.
    pub bytes: u64,
    /// Until the keys were gone.
    pub keys_after: Duration,
    /// Until all was gone.
    pub all_after: Duration,
}

impl EvacuationOrder {
    /// Signs it.
    pub fn sign(mut self, key: &SigningKey) -> Self {
        self.signature = key.sign(Context::Evacuation, &[&self.text()]).to_string();
        self
    }

    fn text(&self) -> Vec<u8> {
        let said = serde_json::json!({
            "hubs": self.hubs, "reason": self.reason, "valid_until": self.valid_until.as_millisecond(),
        });
        said.to_string().into_bytes()
    }

    fn check(&self, hub: HubId, key: &str, now: Timestamp) -> Result<(), HubError> {
        let refuse = |why: &str| Err(HubError::Terminal(format!("{why}: nothing was destroyed")));
        let Ok(key) = key.parse::<VerifyingKey>() else {
            return refuse("evacuation_key in hub.toml is no public key");
        };
        let signed = self
            .signature
            .parse()
            .is_ok_and(|signature| key.verify(Context::Evacuation, &[&self.text()], &signature).is_ok());
        if !signed {
            return refuse("the order is not signed by the key that hub.toml names");
        }
        if !self.hubs.contains(&hub) {
            return refuse("the order is for other hubs");
        }
        if now >= self.valid_until {
            return refuse("the order's time is over");
        }
        Ok(())
    }
}

/// Destroys what the hub in this folder knows; or, as a rehearsal, checks the order, reads through all that it would
/// destroy, and notes it in the ledger. A hub that runs on the folder stops when its keys are gone.
///
/// # Errors
/// The order does not hold, or a file cannot be destroyed; the others are then destroyed all the same.
pub fn evacuate(
    dir: &Path,
    order: &EvacuationOrder,
    now: Timestamp,
    rehearse: bool,
) -> Result<Evacuated, HubError> {
    let config = Config::load(dir)?;
    let path = dir.join("hub.id");
    let id = fs::read_to_string(&path).map_err(|e| HubError::file("read", &path, e))?;
    let id: HubId = id.trim().parse().map_err(|e| HubError::Stored(format!("hub.id: {e}")))?;
    let key = config.evacuation_key.clone().unwrap_or_default();
    order.check(id, &key, now)?;

    let began = Instant::now();
    let keys: Vec<PathBuf> = KEYS.iter().map(|name| dir.join("keys").join(name)).collect();
    let mut others = Vec::new();
    collect(dir, &mut others).map_err(|e| HubError::file("read", dir, e))?;
    others.retain(|path| !keys.contains(path));
    let mut done = Evacuated { files: 0, bytes: 0, keys_after: Duration::ZERO, all_after: Duration::ZERO };
    let mut failed = None;
    let mut each = |path: &Path| match if rehearse {
        File::open(path).and_then(|f| f.metadata()).map(|m| m.len())
    } else {
        destroy(path)
    } {
        Ok(bytes) => {
            done.files += 1;
            done.bytes += bytes;
        }
        Err(error) => failed = Some(HubError::file("destroy", path, error)),
    };
    keys.iter().for_each(|path| each(path));
    let keys_after = began.elapsed();
    others.iter().for_each(|path| each(path));
    done.keys_after = keys_after;
    done.all_after = began.elapsed();
    if let Some(error) = failed {
        return Err(error);
    }
    if rehearse {
        let hub = Hub::open(dir, config, Arc::new(move || now))?;
        hub.store.write(now, |tx: &Tx<'_>| {
            tx.log(&Entry {
                kind: "hub.evacuation_rehearsed",
                actor: "hub",
                subject: &format!("hub:{id}"),
                detail: serde_json::json!({ "files": done.files, "bytes": done.bytes, "reason": order.reason }),
                ..Entry::default()
            })?;
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(done)
}

/// Whether somebody destroyed the keys of the hub in this folder: it must stop at once.
pub fn is_evacuated(dir: &Path) -> bool {
    !dir.join("keys").join(KEYS[0]).exists()
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        // A link is removed, never followed.
        if path.is_dir() && !path.is_symlink() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// Overwrites once and removes. On media that write elsewhere instead (flash), what counts is that the keys were small,
/// and that nothing sealed can be read without them.
fn destroy(path: &Path) -> io::Result<u64> {
    let length = fs::symlink_metadata(path)?.len();
    if !path.is_symlink() {
        let mut file = File::options().write(true).open(path)?;
        file.seek(SeekFrom::Start(0))?;
        let zeros = vec![0; CHUNK];
        let mut left = length;
        while left > 0 {
            let now = left.min(CHUNK as u64);
            file.write_all(&zeros[..now as usize])?;
            left -= now;
        }
        file.sync_all()?;
    }
    fs::remove_file(path)?;
    Ok(length)
}
