//! Galleries in memory: one per list, following the gallery log. They are caches; the store is the memory.

mod snapshots;

use crate::{Hub, HubError};
use gallery::{Gallery, SearchAnswer};
use model::{Digest, EncounterId, EntryId, EntryState, ListId};
use screening::{Sample, entry::EntryBody, extract};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLockReadGuard},
};
use store::{EntryRow, GalleryOp, StoreError, View};

#[derive(Default)]
pub(crate) struct Galleries {
    lists: HashMap<ListId, Gallery>,
    /// Entries that should be searched and cannot be, with the reason: their lists answer `Partial` until each is
    /// mended, suspended or removed.
    broken: BTreeMap<(ListId, EntryId), String>,
    applied: u64,
    /// What each list's snapshot holds, and when it was written.
    written: HashMap<ListId, snapshots::Written>,
}

impl Galleries {
    /// A list as it stands now; nobody where nothing was ever entered.
    pub(crate) fn view(&self, list: ListId) -> Arc<gallery::View> {
        self.lists.get(&list).map(Gallery::view).unwrap_or_default()
    }
}

impl Hub {
    pub(crate) fn galleries(&self) -> RwLockReadGuard<'_, Galleries> {
        self.galleries.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies what the gallery log holds beyond what was applied. Cheap when there is nothing new.
    pub(crate) fn follow_galleries(&self) -> Result<(), HubError> {
        let target = self.store.read(|v| v.gallery_sequence())?;
        if self.galleries().applied >= target {
            return Ok(());
        }
        let mut galleries = self.galleries.write().unwrap_or_else(PoisonError::into_inner);
        let after = galleries.applied;
        let mut removed = BTreeSet::new();
        self.store.read(|view| {
            for step in view.gallery_steps(after)? {
                let Galleries { lists, broken, applied, .. } = &mut *galleries;
                *applied = step.sequence;
                let gallery = lists.entry(step.list).or_default();
                // The snapshot already had it.
                if gallery.view().applied_sequence() >= step.sequence {
                    continue;
                }
                let key = step.entry.uuid().as_u128();
                broken.remove(&(step.list, step.entry));
                match step.op {
                    GalleryOp::Add | GalleryOp::Resume => match load(self, view, step.entry) {
                        Ok(Some(person)) => gallery.insert(key, &person),
                        // Removed or suspended by a later step: that step will say so again.
                        Ok(None) => {}
                        Err(why) => {
                            broken.insert((step.list, step.entry), why);
                        }
                    },
                    GalleryOp::Suspend => {
                        gallery.set_suspended(key, true);
                    }
                    GalleryOp::Remove => {
                        gallery.remove(key);
                        removed.insert(step.list);
                    }
                }
                let reason = broken.iter().find(|((list, _), _)| *list == step.list);
                gallery.set_loading(reason.map(|((_, entry), why)| format!("entry {entry}: {why}")));
                gallery.set_applied_sequence(step.sequence);
            }
            Ok(())
        })?;
        removed.into_iter().try_for_each(|list| self.forget_snapshot(&mut galleries, list))
    }
}

/// An entry's templates, if it is to be searched now. What was approved must be what is loaded: the signature
/// covers content, dates and templates (S17).
pub(crate) fn load(hub: &Hub, view: &View<'_>, id: EntryId) -> Result<Option<gallery::Person>, String> {
    let entry = view.entry(id).map_err(|e| e.to_string())?;
    if entry.state != EntryState::Active {
        return Ok(None);
    }
    let holder = id.uuid();
    let samples: Vec<Sample> = view.samples(holder).map_err(|e| e.to_string())?;
    let (digests, blobs) = templates(view, holder, &samples)?;
    verify(hub, &entry, &digests)?;
    let (person, faults) =
        extract::person(&samples, |s| s.template.as_ref().and_then(|name| blobs.get(name).cloned()));
    match faults.first() {
        Some(fault) => Err(fault.clone()),
        None if person.is_empty() => Err("it has no template".to_owned()),
        None => Ok(Some(person)),
    }
}

/// Looks once more at the entries that a search found, in the records: what was changed since it was loaded, or
/// suspended meanwhile, is no candidate; what was changed after its approval makes the answer `Partial` (S17, S19).
pub(crate) fn confirm(hub: &Hub, view: &View<'_>, answer: SearchAnswer) -> SearchAnswer {
    let (SearchAnswer::Complete { candidates, coverage }
    | SearchAnswer::Partial { candidates, coverage, .. }) = &answer;
    let (mut kept, mut fault) = (Vec::new(), None);
    for candidate in candidates {
        let id = EntryId::new(uuid::Uuid::from_u128(candidate.key));
        match load(hub, view, id) {
            Ok(Some(_)) => kept.push(candidate.clone()),
            Ok(None) => {}
            Err(why) => fault = Some(format!("entry {id}: {why}")),
        }
    }
    let coverage = *coverage;
    match (fault, answer) {
        (None, SearchAnswer::Complete { .. }) => SearchAnswer::Complete { candidates: kept, coverage },
        (None, SearchAnswer::Partial { reason, .. }) | (Some(reason), _) => {
            SearchAnswer::Partial { candidates: kept, coverage, reason }
        }
    }
}

/// An encounter's templates as a probe, and what is wrong with them.
pub(crate) fn probe(view: &View<'_>, id: EncounterId) -> Result<(gallery::Person, Vec<String>), StoreError> {
    let samples: Vec<Sample> = view.samples(id.uuid())?;
    let (_, blobs) = templates(view, id.uuid(), &samples)
        .map_err(|why| StoreError::Corrupt { what: format!("templates of {id}"), why })?;
    Ok(extract::person(&samples, |s| s.template.as_ref().and_then(|n| blobs.get(n).cloned())))
}

type Templates = (Vec<Digest>, HashMap<String, Vec<u8>>);

/// The templates of a holder's samples, with their digests in the order of the samples.
pub(crate) fn templates(
    view: &View<'_>,
    holder: uuid::Uuid,
    samples: &[Sample],
) -> Result<Templates, String> {
    let mut digests = Vec::new();
    let mut blobs = HashMap::new();
    for name in samples.iter().filter_map(|s| s.template.as_ref()) {
        let bytes = view
            .blob(holder, name)
            .map_err(|e| e.to_string())?
            .ok_or_else(|| format!("its template {name} is gone"))?;
        digests.push(Digest::of(&bytes));
        blobs.insert(name.clone(), bytes);
    }
    Ok((digests, blobs))
}

fn verify(hub: &Hub, entry: &EntryRow, digests: &[Digest]) -> Result<(), String> {
    let body: EntryBody = serde_json::from_value(entry.body.clone()).map_err(|e| e.to_string())?;
    let signature = body.signature.as_deref().ok_or("it is not signed")?;
    let signature = signature.parse().map_err(|_| "its signature is malformed")?;
    let text = screening::entry::signed_text(
        entry.id,
        entry.list,
        &body,
        [entry.starts_at, entry.expires_at, entry.review_at],
        digests,
    );
    hub.identity
        .signing
        .verifying_key()
        .verify(exchange::keys::Context::ListEntry, &[&text], &signature)
        .map_err(|_| "it was changed after its approval".to_owned())
}
