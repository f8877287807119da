//! Forward and collect: an encounter to partner hubs, and their answers back. This hub is a sender like a
//! station: the same sealing, the same resumable upload, the same signed receipt.

use crate::{Event, Hub, HubError, runner::later, stages};
use exchange::{
    Deletion, SignedDeletion, SigningKey,
    code::EnrolmentCode,
    fault::point,
    manifest::Manifest,
    open_answer,
    protocol::{EnrolRequest, HubInfo, StationProfile},
    seal,
    uplink::{Disposition, Link, LinkOptions, PartLengths, Uplink, UplinkError},
};
use jiff::Timestamp;
use model::{Digest, EncounterId, EncounterState, Stage, StationId};
use policy::Sharing;
use screening::{Sample, forward as packing};
use serde::{Deserialize, Serialize};
use store::{DestinationRow, EncounterRow, Entry, ForwardRow, Job, NewJob, StationRow, StoreError, Tx};

/// What a forwarded encounter is kept under until the partner has it.
fn outgoing(destination: &str) -> String {
    format!("outgoing/{destination}")
}

/// How often a partner is asked for its answer, seconds: soon at first, then calmly.
const COLLECT_S: [i64; 6] = [1, 2, 5, 10, 20, 30];

/// What is pinned of a partner.
#[derive(Serialize, Deserialize)]
struct PartnerIdentity {
    hub: HubInfo,
    station: StationId,
}

impl Hub {
    /// Enrols this hub at a partner with a one-time code of the partner's administrator, and pins its keys.
    ///
    /// # Errors
    /// The partner cannot be reached, is another hub than the code names, or refuses.
    pub fn add_destination(&self, url: &str, code: &str) -> Result<String, HubError> {
        let code: EnrolmentCode = code.parse().map_err(|e| HubError::Terminal(format!("{e}")))?;
        let link = Link::new(url, &LinkOptions::default()).map_err(partner)?;
        let info = link.hub().map_err(partner)?;
        if !code.is_for(&info.signing_key) {
            return Err(HubError::Terminal(format!(
                "the code was made for another hub than the one at {url}: check the address, nothing was sent"
            )));
        }
        let request = EnrolRequest::new(
            code.to_string(),
            self.config.name.clone(),
            StationProfile::Fixed,
            &self.identity.signing,
            self.identity.opening.sealing_key(),
        );
        let reply = link.enrol(&request).map_err(partner)?;
        let name = reply.hub.name.clone();
        let identity =
            serde_json::to_value(PartnerIdentity { hub: reply.hub.clone(), station: reply.station })
                .map_err(|e| HubError::Stored(e.to_string()))?;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            tx.put_destination(&DestinationRow {
                hub: reply.hub.hub,
                name: name.clone(),
                url: url.to_owned(),
                identity,
                last_sequence: 0,
                last_digest: None,
                created_at: tx.now(),
            })?;
            tx.log(&Entry {
                kind: "destination.added",
                actor: "hub",
                subject: &format!("hub:{}", reply.hub.hub),
                detail: serde_json::json!({ "name": name, "url": url }),
                ..Entry::default()
            })
        })?;
        Ok(name)
    }

    pub(crate) fn run_forward(&self, job: &Job) -> Result<(), HubError> {
        let id = job.encounter;
        let holder = id.uuid();
        if self.store.read(|v| v.has_key(holder)).is_ok_and(|has| !has) {
            stages::commit(self, job, |_| Ok(()))?;
            return Ok(());
        }
        if !self.still_allowed(job)? {
            return self.give_up(job, "the agreement no longer allows it");
        }
        let sealed = match self.store.read(|v| v.blob(holder, &outgoing(&job.destination)))? {
            Some(bytes) => bytes,
            None => self.seal_for(job)?,
        };
        let digest = Digest::of(&sealed);
        let (uplink, ..) = self.uplink(&job.destination)?;
        point("forward.send.before");
        let receipt = match uplink.send(id, &sealed, digest, true, |_| {}) {
            Ok(receipt) => receipt,
            Err(error) if error.disposition() == Disposition::Never => {
                return self.give_up(job, &error.to_string());
            }
            Err(error) => return self.note_failure(job, &error),
        };
        point("forward.send.after");
        stages::commit(self, job, |tx| {
            let Some(mut forward) = find(tx, job)? else { return Ok(()) };
            forward.receipt = serde_json::to_string(&receipt).ok();
            forward.last_error = None;
            tx.put_forward(&forward)?;
            tx.put_blob(holder, &outgoing(&job.destination), &[])?;
            tx.add_job(&NewJob {
                encounter: id,
                stage: Stage::Collect,
                destination: &job.destination,
                priority: 0,
                due_at: later(tx.now(), COLLECT_S[0]),
            })?;
            tx.log(&Entry {
                kind: "encounter.forwarded",
                actor: "hub",
                subject: &format!("encounter:{id}"),
                detail: serde_json::json!({ "destination": job.destination, "digest": digest }),
                ..Entry::default()
            })?;
            Ok(())
        })?;
        Ok(())
    }

    /// Seals once and keeps the bytes: after a kill the same bytes are sent again, so that the partner sees one
    /// encounter. Our running number at the partner moves in the same transaction.
    fn seal_for(&self, job: &Job) -> Result<Vec<u8>, HubError> {
        let id = job.encounter;
        let holder = id.uuid();
        let now = self.now();
        self.store.write(now, |tx: &Tx<'_>| {
            let manifest = stages::manifest(tx, id)?;
            let samples: Vec<Sample> = tx.samples(holder)?;
            let mut destination = tx.destination(&job.destination)?;
            let partner = identity(&destination)?;
            let encounter = tx.need_encounter(id)?;
            let sharing = sharing(&manifest, &encounter);
            let allowed = self
                .agreements_in_force(now)?
                .into_iter()
                .flat_map(|(_, a)| a.forwards(&sharing, now))
                .find(|f| f.destination == job.destination)
                .ok_or_else(|| HubError::Terminal("the agreement no longer allows it".to_owned()))?;
            let chain = packing::Chain {
                station: partner.station,
                sequence: destination.last_sequence + 1,
                previous: destination.last_digest,
            };
            let package = packing::package(&manifest, &samples, &allowed.modalities, chain, |s| {
                s.original.as_ref().and_then(|name| tx.blob(holder, name).ok().flatten())
            });
            let sealed =
                seal::seal(&package, &self.identity.signing, &partner.hub.sealing_key, &mut rand::rng())
                    .map_err(|e| HubError::Partner(format!("cannot seal for {}: {e}", job.destination)))?;
            destination.last_sequence += 1;
            destination.last_digest = Some(sealed.digest);
            tx.put_destination(&destination)?;
            tx.put_blob(holder, &outgoing(&job.destination), &sealed.bytes)?;
            if let Some(mut forward) = find(tx, job)? {
                forward.digest = sealed.digest;
                tx.put_forward(&forward)?;
            }
            Ok::<_, HubError>(sealed.bytes)
        })
    }

    /// S1: asked again at the moment of sending, not only when the job was made.
    fn still_allowed(&self, job: &Job) -> Result<bool, HubError> {
        let now = self.now();
        let (manifest, encounter) = self
            .store
            .read(|v| Ok((stages::manifest(v, job.encounter)?, v.need_encounter(job.encounter)?)))?;
        let sharing = sharing(&manifest, &encounter);
        Ok(self
            .agreements_in_force(now)?
            .iter()
            .any(|(_, a)| a.forwards(&sharing, now).iter().any(|f| f.destination == job.destination)))
    }

    pub(crate) fn run_collect(&self, job: &Job) -> Result<(), HubError> {
        let id = job.encounter;
        let (uplink, station) = self.uplink(&job.destination)?;
        let before = self
            .store
            .read(|v| v.forwards(id))?
            .into_iter()
            .find(|f| f.destination == job.destination)
            .map_or(0, |f| f.revision);
        let fetched = match uplink.answer(id, before) {
            Ok(fetched) => fetched,
            Err(error) => return self.note_failure(job, &error),
        };
        let answer = match fetched {
            None => None,
            Some(sealed) => {
                let hub_key = &uplink.hub().signing_key;
                let answer = open_answer(&sealed.bytes, station, id, &self.identity.opening, hub_key)
                    .map_err(|e| HubError::Partner(format!("{}: {e}", job.destination)))?;
                Some(answer)
            }
        };
        let attempts = job.attempts as usize;
        stages::commit(self, job, |tx| {
            let Some(mut forward) = find(tx, job)? else { return Ok(()) };
            forward.last_error = None;
            if let Some(answer) = &answer {
                forward.revision = answer.revision;
                forward.is_final = answer.complete;
                forward.answer = serde_json::to_value(answer).ok();
                tx.add_job(&NewJob {
                    encounter: id,
                    stage: Stage::Answer,
                    destination: "",
                    priority: crate::runner::AT_ONCE,
                    due_at: tx.now(),
                })?;
                tx.log(&Entry {
                    kind: "answer.collected",
                    actor: "hub",
                    subject: &format!("encounter:{id}"),
                    detail: serde_json::json!({ "destination": job.destination, "revision": answer.revision }),
                    ..Entry::default()
                })?;
            }
            tx.put_forward(&forward)?;
            // A last word may still be taken back (a retraction): a partner is asked on, but calmly.
            let calm = if forward.is_final { 600 } else { COLLECT_S[attempts.min(COLLECT_S.len() - 1)] };
            if !tx.has_key(id.uuid())? {
                return Ok(());
            }
            tx.add_job(&NewJob {
                encounter: id,
                stage: Stage::Collect,
                destination: &job.destination,
                priority: -1,
                due_at: later(tx.now(), calm),
            })
        })?;
        Ok(())
    }

    /// Has a partner delete what it was sent; asked again until it has given its signed word (S29).
    pub(crate) fn run_recall(&self, job: &Job) -> Result<(), HubError> {
        let (uplink, _) = self.uplink(&job.destination)?;
        let deletion = match uplink.delete(job.encounter) {
            Ok(deletion) => deletion,
            Err(error) => return self.note_failure(job, &error),
        };
        stages::commit(self, job, |tx| {
            let Some(mut forward) = find(tx, job)? else { return Ok(()) };
            let word = deletion.as_ref().and_then(|d| serde_json::to_string(d).ok());
            forward.deletion = Some(word.unwrap_or_default());
            forward.last_error = None;
            tx.put_forward(&forward)?;
            tx.log(&Entry {
                kind: "encounter.deleted_by_partner",
                actor: "hub",
                subject: &format!("encounter:{}", job.encounter),
                detail: serde_json::json!({
                    "destination": job.destination,
                    "deleted_at": deletion.as_ref().map(|d| d.deletion.deleted_at),
                    "had_it": deletion.is_some(),
                }),
                ..Entry::default()
            })?;
            Ok(())
        })?;
        Ok(())
    }

    /// A partner that sent us an encounter has it deleted: at once, whatever stage it is at. None where it is not theirs.
    pub(crate) fn delete_on_order(
        &self,
        id: EncounterId,
        station: &StationRow,
    ) -> Result<Option<SignedDeletion>, HubError> {
        let known = self.store.read(|v| v.encounter(id))?.filter(|e| e.station == station.id);
        let Some(encounter) = known else { return Ok(None) };
        let subject = format!("encounter:{id}");
        if encounter.state != EncounterState::Purged {
            let by = format!("station:{}", station.id);
            let files =
                self.store.write(self.now(), |tx| stages::purge(tx, id, &by).map(|(files, _)| files))?;
            stages::after_purge(self, files)?;
            self.wake();
            self.tell(&[Event::Board, Event::Queue]);
        }
        let leaves = self.store.read(|v| v.leaves_about(&subject))?;
        let leaf = leaves.iter().find(|l| l.kind == "encounter.purged");
        let leaf = leaf.ok_or_else(|| HubError::Stored(format!("no leaf says that {id} was purged")))?;
        let deletion =
            Deletion { hub: self.identity.id, encounter: id, deleted_at: leaf.at, ledger_index: leaf.index };
        Ok(Some(deletion.sign(&self.identity.signing)))
    }

    /// A destination that is down: said in the answer as "not answered", tried again.
    fn note_failure(&self, job: &Job, error: &UplinkError) -> Result<(), HubError> {
        let text = error.to_string();
        self.store.write(self.now(), |tx: &Tx<'_>| {
            if let Some(mut forward) = find(tx, job)? {
                forward.last_error = Some(text.clone());
                tx.put_forward(&forward)?;
            }
            Ok::<_, StoreError>(())
        })?;
        self.tell(&[Event::Board]);
        Err(HubError::Partner(format!("{}: {text}", job.destination)))
    }

    fn give_up(&self, job: &Job, why: &str) -> Result<(), HubError> {
        stages::commit(self, job, |tx| {
            if let Some(mut forward) = find(tx, job)? {
                forward.is_final = true;
                forward.last_error = Some(why.to_owned());
                tx.put_forward(&forward)?;
            }
            tx.add_job(&NewJob {
                encounter: job.encounter,
                stage: Stage::Answer,
                destination: "",
                priority: crate::runner::AT_ONCE,
                due_at: tx.now(),
            })?;
            tx.log(&Entry {
                kind: "encounter.not_forwarded",
                actor: "hub",
                subject: &format!("encounter:{}", job.encounter),
                detail: serde_json::json!({ "destination": job.destination, "why": why }),
                ..Entry::default()
            })?;
            Ok(())
        })?;
        Ok(())
    }

    fn uplink(&self, name: &str) -> Result<(Uplink, StationId), HubError> {
        let destination = self.store.read(|v| v.destination(name))?;
        let partner_identity = identity(&destination)?;
        let link = Link::new(&destination.url, &LinkOptions::default()).map_err(partner)?;
        let key = SigningKey::from_secret_text(&self.identity.signing.to_secret_text())
            .map_err(|e| HubError::Stored(e.to_string()))?;
        let parts = PartLengths { first: 256 << 10, most: exchange::protocol::MAX_PART_LENGTH };
        Ok((
            Uplink::new(link, partner_identity.station, key, partner_identity.hub, parts),
            partner_identity.station,
        ))
    }

    /// When a partner last answered, for the duty board.
    pub(crate) fn last_answer_of(&self, forwards: &[ForwardRow]) -> Option<Timestamp> {
        let issued = |f: &ForwardRow| {
            let answer: exchange::Answer = serde_json::from_value(f.answer.clone()?).ok()?;
            Some(answer.issued_at)
        };
        forwards.iter().filter_map(issued).max()
    }
}

/// What decides whether and where an encounter may be forwarded.
pub(crate) fn sharing<'a>(manifest: &'a Manifest, encounter: &EncounterRow) -> Sharing<'a> {
    Sharing {
        purpose: &manifest.purpose,
        age: manifest.age,
        nationality: manifest.nationality.as_deref(),
        search_only: encounter.search_only,
        training: manifest.training,
    }
}

fn find(tx: &Tx<'_>, job: &Job) -> Result<Option<ForwardRow>, StoreError> {
    Ok(tx.forwards(job.encounter)?.into_iter().find(|f| f.destination == job.destination))
}

fn identity(row: &DestinationRow) -> Result<PartnerIdentity, StoreError> {
    serde_json::from_value(row.identity.clone())
        .map_err(|e| StoreError::Corrupt { what: format!("identity of {}", row.name), why: e.to_string() })
}

fn partner(error: UplinkError) -> HubError {
    HubError::Partner(error.to_string())
}
