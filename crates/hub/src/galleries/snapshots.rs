//! Snapshots of long lists, so that a hub starts soon. They are caches: whatever is wrong with one, the list is built
//! from stored templates.
//!
//! A snapshot is sealed under a data key of its own, which the store keeps under the list's id. When an entry is
//! removed the key is destroyed, in the step that takes the entry out of memory; until the next one is written, a
//! start takes longer.

use super::{Galleries, load};
use crate::{Hub, HubError};
use gallery::snapshot;
use jiff::{SignedDuration, Timestamp};
use model::{EntryId, EntryState, ListId};
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
};
use store::{GalleryOp, StoreError};

/// Least time between two snapshots of a list.
const APART: SignedDuration = SignedDuration::from_mins(15);

/// What a list's snapshot holds.
pub(super) struct Written {
    sequence: u64,
    at: Timestamp,
}

impl Hub {
    fn snapshot_path(&self, list: ListId) -> PathBuf {
        self.store.dir().join("galleries").join(format!("{list}.snapshot"))
    }

    /// Takes the lists' snapshots into memory, before the gallery log is followed. Every entry's approval is checked
    /// as if it were loaded anew (S17); what is damaged is built from stored templates.
    pub(crate) fn load_snapshots(&self) -> Result<(), HubError> {
        let mut galleries = self.galleries.write().unwrap_or_else(PoisonError::into_inner);
        self.store.read(|view| {
            for list in view.lists()? {
                let path = self.snapshot_path(list.id);
                if !path.exists() || !view.has_key(list.id.uuid())? {
                    continue;
                }
                let loaded = match snapshot::load(&path, &view.file_key(list.id.uuid())?) {
                    Ok(loaded) => loaded,
                    Err(error) => {
                        tracing::warn!(%error, list = %list.name, "its snapshot is of no use");
                        continue;
                    }
                };
                let mut gallery = loaded.gallery;
                let damaged = snapshot::damaged(&gallery.view());
                if !loaded.lost.is_empty() || !damaged.is_empty() {
                    tracing::warn!(list = %list.name, "its snapshot is damaged: that part is built again");
                }
                let mut keys: Vec<(u128, bool)> = gallery.keys().map(|k| (k, damaged.contains(&k))).collect();
                keys.extend(loaded.lost.iter().map(|key| (*key, true)));
                for (key, anew) in keys {
                    let id = EntryId::new(uuid::Uuid::from_u128(key));
                    match load(self, view, id) {
                        Ok(Some(person)) if anew => gallery.insert(key, &person),
                        Ok(Some(_)) => {
                            // It may have been resumed since; the log's step says so once more.
                            gallery.set_suspended(key, false);
                        }
                        // Stopped: the log says in which way, unless the snapshot knew.
                        Ok(None) => {
                            let state = view.entry(id).map(|e| e.state);
                            let kept = matches!(state, Ok(EntryState::Suspended | EntryState::Disputed));
                            if kept && !anew {
                                gallery.set_suspended(key, true);
                            } else {
                                gallery.remove(key);
                            }
                        }
                        Err(why) => {
                            gallery.remove(key);
                            galleries.broken.insert((list.id, id), why);
                        }
                    }
                }
                gallery.set_missing(0);
                let reason = galleries.broken.iter().find(|((of, _), _)| *of == list.id);
                gallery.set_loading(reason.map(|((_, entry), why)| format!("entry {entry}: {why}")));
                let written = Written { sequence: gallery.view().applied_sequence(), at: self.now() };
                galleries.written.insert(list.id, written);
                galleries.lists.insert(list.id, gallery);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Writes the snapshots of lists with at least so many persons that have changed since the last one; gives how
    /// many were written. Lists with an entry that cannot be searched have none: a start looks at it again.
    ///
    /// # Errors
    /// The file cannot be written, or a database error.
    pub fn write_snapshots(&self, least: usize) -> Result<usize, HubError> {
        let now = self.now();
        let due: Vec<(ListId, Arc<gallery::View>)> = {
            let galleries = self.galleries();
            let wanted = |(list, gallery): &(&ListId, &gallery::Gallery)| {
                let broken = galleries.broken.keys().any(|(of, _)| of == *list);
                let stale = galleries.written.get(list).is_none_or(|w| {
                    w.sequence < gallery.view().applied_sequence() && now.duration_since(w.at) >= APART
                });
                gallery.len() >= least && !broken && stale
            };
            galleries.lists.iter().filter(wanted).map(|(list, g)| (*list, g.view())).collect()
        };
        let mut count = 0;
        for (list, view) in due {
            let sequence = view.applied_sequence();
            // A fresh key; and none where somebody was removed after the view was taken.
            let key = self.store.write(now, |tx| {
                let gone = |s: &store::GalleryStep| s.list == list && matches!(s.op, GalleryOp::Remove);
                if tx.gallery_steps(sequence)?.iter().any(gone) {
                    return Ok::<_, StoreError>(None);
                }
                tx.destroy(list.uuid())?;
                tx.ensure_key(list.uuid())?;
                tx.file_key(list.uuid()).map(Some)
            })?;
            let Some(key) = key else { continue };
            let path = self.snapshot_path(list);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|e| HubError::file("make the folder", folder, e))?;
            }
            snapshot::write(&view, &path, &key).map_err(|e| HubError::Stored(format!("snapshot: {e}")))?;
            let mut galleries = self.galleries.write().unwrap_or_else(PoisonError::into_inner);
            galleries.written.insert(list, Written { sequence, at: now });
            count += 1;
        }
        Ok(count)
    }

    /// Somebody was removed: the key goes first, then the file, which is noise without it.
    pub(super) fn forget_snapshot(&self, galleries: &mut Galleries, list: ListId) -> Result<(), HubError> {
        galleries.written.remove(&list);
        if !self.store.read(|view| view.has_key(list.uuid()))? {
            return Ok(());
        }
        self.store.write(self.now(), |tx| tx.destroy(list.uuid()).map(drop))?;
        let path = self.snapshot_path(list);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(HubError::file("remove", &path, e)),
            _ => Ok(()),
        }
    }
}
