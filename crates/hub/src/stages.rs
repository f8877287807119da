//! The stages as the runner runs them: load, think (in `screening`), write. Each ends in one transaction that
//! holds the new state, the next job, the audit leaf, and the end of this job.

mod search;

use crate::{Hub, HubError, actor, earlier, forward::sharing, matter, runner::later, twice};
use exchange::{
    fault::point,
    manifest::{Manifest, RetentionAsked},
    seal,
};
use model::{AgreementId, CaseState, EncounterId, EncounterState, FingerPosition, Stage};
use policy::{Agreement, PurposeRule};
use raster::{GreyImage, Hints};
use screening::{Sample, answer, assess, decode, extract, search::SearchRecord};
use std::path::PathBuf;
use store::{EncounterRow, Entry, ForwardRow, Job, NewJob, StoreError, Tx, View};
use uuid::Uuid;

/// Blob names of an encounter.
pub(crate) const SEALED: &str = "sealed";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const FINDINGS: &str = "findings.json";

/// Runs a job to its end.
pub(crate) fn run(hub: &Hub, job: &Job) -> Result<(), HubError> {
    match job.stage {
        Stage::Decode => run_decode(hub, job),
        Stage::Assess => run_assess(hub, job),
        Stage::Extract => run_extract(hub, job),
        Stage::Search => search::run(hub, job),
        Stage::Answer => run_answer(hub, job),
        Stage::Purge => run_purge(hub, job),
        Stage::Forward => hub.run_forward(job),
        Stage::Collect => hub.run_collect(job),
        Stage::Recall => hub.run_recall(job),
        Stage::Earlier => earlier::run(hub, job),
        Stage::Reverse => earlier::run_reverse(hub, job),
        Stage::Twice => twice::run(hub, job),
    }
}

/// Ends a job in the transaction that holds its result. False: another run was faster, nothing may be written.
pub(crate) fn commit(
    hub: &Hub,
    job: &Job,
    write: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
) -> Result<bool, HubError> {
    point("stage.commit.before");
    let done = hub.store.write(hub.now(), |tx: &Tx<'_>| {
        if !tx.finish_job(job.id)? {
            return Ok(false);
        }
        write(tx)?;
        Ok::<_, StoreError>(true)
    })?;
    point("stage.commit.after");
    Ok(done)
}

fn next(tx: &Tx<'_>, encounter: EncounterId, stage: Stage, priority: i32) -> Result<(), StoreError> {
    tx.add_job(&NewJob { encounter, stage, destination: "", priority, due_at: tx.now() })
}

pub(crate) fn log(
    tx: &Tx<'_>,
    encounter: EncounterId,
    kind: &str,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    tx.log(&Entry {
        kind,
        actor: &actor(None),
        subject: &format!("encounter:{encounter}"),
        detail,
        ..Entry::default()
    })?;
    Ok(())
}

/// The manifest as it was kept by the decode stage.
pub(crate) fn manifest(view: &View<'_>, encounter: EncounterId) -> Result<Manifest, StoreError> {
    let bytes = view
        .blob(encounter.uuid(), MANIFEST)?
        .ok_or_else(|| StoreError::Missing { what: "manifest of encounter", id: encounter.to_string() })?;
    serde_json::from_slice(&bytes)
        .map_err(|e| StoreError::Corrupt { what: format!("manifest of {encounter}"), why: e.to_string() })
}

/// A sample's grey picture.
pub(crate) fn picture(view: &View<'_>, holder: Uuid, sample: &Sample) -> Option<GreyImage> {
    let bytes = view.blob(holder, sample.grey.as_deref()?).ok().flatten()?;
    let hints = sample.ppi.map_or_else(Hints::default, Hints::ppi);
    raster::decode(&bytes, &hints).ok()
}

fn run_decode(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let id = job.encounter;
    let now = hub.now();
    let (row, sealed) = hub.store.read(|v| Ok((v.need_encounter(id)?, v.blob(id.uuid(), SEALED)?)))?;
    let sealed = sealed.ok_or_else(|| HubError::Stored(format!("bytes of encounter {id} are gone")))?;
    let key = hub.store.read(|v| v.station(row.station))?.and_then(|s| s.verifying_key.parse().ok());
    // It opened when it was received; that it does not now means that keys or bytes changed under us.
    let package = seal::open(&sealed, &hub.identity.opening, |_| key)
        .map_err(|e| HubError::Stored(format!("encounter {id} does not open any more: {e}")))?;
    let manifest = package.manifest;
    let rule = hub.rule_for(&manifest.purpose)?;
    let marks = rule.as_ref().is_some_and(|(_, agreement, _)| agreement.marks);
    let mut decoded = match rule {
        Some(_) => decode::decode(&manifest, &package.attachments, marks),
        None => decode::Decoded {
            rejected: Some(format!("no agreement in force allows the purpose {:?}", manifest.purpose)),
            ..decode::Decoded::default()
        },
    };
    decoded.findings.extend(chain_finding(hub, &row, &manifest)?);

    let mut encounter = row;
    encounter.sequence = Some(manifest.sequence);
    encounter.purpose = Some(manifest.purpose.clone());
    encounter.case_number = Some(manifest.case_number.clone());
    encounter.captured_at = Some(manifest.captured_at);
    encounter.age = serde_json::to_value(manifest.age).ok().and_then(|v| v.as_str().map(str::to_owned));
    encounter.training = manifest.training;
    encounter.search_only = manifest.retention == RetentionAsked::SearchOnly
        || rule.as_ref().is_some_and(|(_, _, r)| r.retention_days == 0);
    encounter.agreement = rule.as_ref().map(|(id, ..)| *id);
    encounter.reason = decoded.rejected.clone();
    encounter.state =
        if decoded.rejected.is_some() { EncounterState::Rejected } else { EncounterState::Validated };
    let forwards =
        if decoded.rejected.is_some() { Vec::new() } else { hub.forwards_of(&manifest, &encounter, now)? };

    commit(hub, job, |tx| {
        let holder = id.uuid();
        tx.put_blob(holder, MANIFEST, &serde_json::to_vec(&manifest).unwrap_or_default())?;
        tx.put_blob(holder, FINDINGS, &serde_json::to_vec(&decoded.findings).unwrap_or_default())?;
        for artefact in &decoded.artefacts {
            tx.put_blob(holder, &artefact.name, &artefact.bytes)?;
        }
        tx.put_samples(holder, &decoded.samples)?;
        tx.update_encounter(&encounter)?;
        let stage = if encounter.state == EncounterState::Rejected { Stage::Answer } else { Stage::Assess };
        next(tx, id, stage, job.priority)?;
        for forward in &forwards {
            tx.put_forward(&ForwardRow {
                encounter: id,
                destination: forward.destination.clone(),
                digest: encounter.digest,
                receipt: None,
                revision: 0,
                answer: None,
                is_final: false,
                last_error: None,
                ordered_at: None,
                deletion: None,
            })?;
            tx.add_job(&NewJob {
                encounter: id,
                stage: Stage::Forward,
                destination: &forward.destination,
                priority: job.priority,
                due_at: now,
            })?;
        }
        let detail = serde_json::json!({
            "state": encounter.state, "samples": decoded.samples.len(), "findings": decoded.findings.len(),
            "purpose": manifest.purpose, "case_number": manifest.case_number,
            "notice": manifest.notice.version, "forwarded_to":
                forwards.iter().map(|f| f.destination.as_str()).collect::<Vec<_>>(),
        });
        log(tx, id, "encounter.decoded", detail)
    })?;
    Ok(())
}

/// A break in the station's chain: noted, never a reason to leave a person unanswered (S33).
fn chain_finding(hub: &Hub, row: &EncounterRow, manifest: &Manifest) -> Result<Option<String>, HubError> {
    let (same, before) = hub.store.read(|v| {
        let before = manifest.sequence.checked_sub(1).filter(|s| *s > 0);
        let before = before.map(|s| v.encounter_by_sequence(row.station, s)).transpose()?.flatten();
        Ok((v.encounter_by_sequence(row.station, manifest.sequence)?, before))
    })?;
    if same.is_some_and(|other| other.id != row.id) {
        return Ok(Some(format!("the station's running number {} was used before", manifest.sequence)));
    }
    let broken = before.is_some_and(|b| manifest.previous != Some(b.digest));
    Ok(broken.then(|| format!("the chain of the station is broken before number {}", manifest.sequence)))
}

fn run_assess(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let id = job.encounter;
    let holder = id.uuid();
    let (samples, artefacts) = hub.store.read(|view| {
        let manifest = manifest(view, id)?;
        let mut samples: Vec<Sample> = view.samples(holder)?;
        // A rerun starts from what decode gave.
        samples.retain(|s| s.cut_from.is_none());
        let absent: Vec<FingerPosition> = manifest.absent.iter().filter_map(|a| a.finger).collect();
        let artefacts = assess::assess(&mut samples, &absent, |s| picture(view, holder, s));
        Ok((samples, artefacts))
    })?;
    commit(hub, job, |tx| {
        for artefact in &artefacts {
            tx.put_blob(holder, &artefact.name, &artefact.bytes)?;
        }
        tx.put_samples(holder, &samples)?;
        next(tx, id, Stage::Extract, job.priority)?;
        let cut = samples.iter().filter(|s| s.cut_from.is_some()).count();
        log(tx, id, "encounter.assessed", serde_json::json!({ "cut_from_slaps": cut }))
    })?;
    Ok(())
}

fn run_extract(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let id = job.encounter;
    let holder = id.uuid();
    let (samples, artefacts) = hub.store.read(|view| {
        let mut samples: Vec<Sample> = view.samples(holder)?;
        for sample in &mut samples {
            sample.refusal = if sample.is_single() { None } else { sample.refusal.take() };
            sample.template = None;
        }
        let artefacts = extract::extract(&mut samples, |s| picture(view, holder, s));
        Ok((samples, artefacts))
    })?;
    commit(hub, job, |tx| {
        for artefact in &artefacts {
            tx.put_blob(holder, &artefact.name, &artefact.bytes)?;
        }
        tx.put_samples(holder, &samples)?;
        let mut encounter = tx.need_encounter(id)?;
        // Nothing to compare is not "no match": the station is told so, with the reasons.
        if artefacts.is_empty() {
            encounter.state = EncounterState::Rejected;
            encounter.reason = Some(nothing_to_compare(&samples));
        } else {
            encounter.state = EncounterState::Searching;
        }
        tx.update_encounter(&encounter)?;
        next(tx, id, if artefacts.is_empty() { Stage::Answer } else { Stage::Search }, job.priority)?;
        let refused = samples.iter().filter(|s| s.refusal.is_some()).count();
        let detail = serde_json::json!({
            "templates": artefacts.len(), "refused": refused,
            "position_findings": samples.iter().map(|s| s.findings.len()).sum::<usize>(), "algorithms": screening::algorithms(),
        });
        log(tx, id, "encounter.extracted", detail)
    })?;
    Ok(())
}

/// Why no template could be made, in words for the operator.
fn nothing_to_compare(samples: &[Sample]) -> String {
    let mut reasons: Vec<String> =
        samples.iter().filter_map(|s| Some(format!("{}: {}", s.source, s.refusal.as_ref()?))).collect();
    reasons.truncate(4);
    if reasons.is_empty() {
        return "no finger or iris was captured, so nothing could be compared".to_owned();
    }
    format!("no finger or iris was good enough to be compared ({}): capture again", reasons.join("; "))
}

fn run_answer(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let id = job.encounter;
    let name = hub.config.name.clone();
    commit(hub, job, |tx| {
        let mut encounter = tx.need_encounter(id)?;
        if encounter.state == EncounterState::Purged {
            return Ok(());
        }
        let mut searches = Vec::new();
        for row in tx.searches(id)? {
            let record: SearchRecord = serde_json::from_value(row.body)
                .map_err(|e| StoreError::Corrupt { what: format!("search of {id}"), why: e.to_string() })?;
            searches.push(record);
        }
        let mut cases = Vec::new();
        for case in tx.cases_of(id)?.into_iter().filter(|c| !c.reverse) {
            cases.push((case.state, tx.list(case.list)?.contact));
        }
        let mut partners = Vec::new();
        for forward in tx.forwards(id)? {
            partners.push(answer::Partner {
                name: forward.destination,
                answer: forward.answer.and_then(|a| serde_json::from_value(a).ok()),
                is_final: forward.is_final,
            });
        }
        let last = tx.answer(id)?.and_then(|(_, body)| serde_json::from_value(body).ok());
        let samples: Vec<Sample> = tx.samples(id.uuid())?;
        let notices = screening::notices(&samples);
        let own = answer::Own {
            hub: &name,
            state: encounter.state,
            reason: encounter.reason.as_deref(),
            searches: &searches,
            cases: &cases,
            notices: &notices,
        };
        let Some(answer) = answer::compose(id, &own, &partners, last.as_ref(), tx.now()) else {
            return Ok(());
        };
        tx.add_answer(id, answer.revision, &serde_json::to_value(&answer).unwrap_or_default())?;
        let detail = serde_json::json!({ "revision": answer.revision, "complete": answer.complete });
        log(tx, id, "answer.made", detail)?;
        if answer.complete && encounter.answered_at.is_none() {
            encounter.answered_at = Some(tx.now());
            tx.update_encounter(&encounter)?;
            // Now its retention has an end.
            tx.log_earlier(id, true)?;
            log(tx, id, "encounter.answered", serde_json::json!({ "state": encounter.state }))?;
            let days = if encounter.search_only { 0 } else { hub.retention_days(&encounter).unwrap_or(0) };
            tx.add_job(&NewJob {
                encounter: id,
                stage: Stage::Purge,
                destination: "",
                priority: 0,
                due_at: later(tx.now(), i64::from(days) * 86_400),
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Retention is over: the data key is destroyed, and with it the encounter in every backup (S4, S28, S29).
fn run_purge(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let mut files = Vec::new();
    commit(hub, job, |tx| {
        (files, _) = purge(tx, job.encounter, &actor(None))?;
        Ok(())
    })?;
    after_purge(hub, files)
}

/// Destroys an encounter's key, ends what is open about it, and has partners delete what they were sent; gives the files
/// to remove after the commit, and where the ledger says so.
pub(crate) fn purge(tx: &Tx<'_>, id: EncounterId, by: &str) -> Result<(Vec<PathBuf>, u64), StoreError> {
    let mut encounter = tx.need_encounter(id)?;
    let files = tx.destroy(id.uuid())?;
    encounter.state = EncounterState::Purged;
    tx.update_encounter(&encounter)?;
    tx.log_earlier(id, false)?;
    matter::withdraw_pairs(tx, id.uuid())?;
    for case in tx.cases_of(id)?.into_iter().filter(|c| c.state.is_open()) {
        tx.move_case(case.id, case.state, CaseState::Withdrawn)?;
    }
    // What was not done is not done any more.
    tx.drop_jobs(id)?;
    let forwards = tx.forwards(id)?;
    let told: Vec<&str> = forwards.iter().map(|f| f.destination.as_str()).collect();
    let index = tx.log(&Entry {
        kind: "encounter.purged",
        actor: by,
        subject: &format!("encounter:{id}"),
        detail: serde_json::json!({ "deletion_ordered": told }),
        ..Entry::default()
    })?;
    for forward in forwards {
        tx.add_job(&NewJob {
            encounter: id,
            stage: Stage::Recall,
            destination: &forward.destination,
            priority: 0,
            due_at: tx.now(),
        })?;
        tx.put_forward(&ForwardRow { ordered_at: Some(tx.now()), ..forward })?;
    }
    Ok((files, index))
}

/// What is done after the transaction of a purge.
pub(crate) fn after_purge(hub: &Hub, files: Vec<PathBuf>) -> Result<(), HubError> {
    for file in files {
        let _ = std::fs::remove_file(file);
    }
    hub.follow_earlier()?;
    hub.clear_journal()
}

impl Hub {
    /// The rule of the agreement in force that allows a purpose.
    pub(crate) fn rule_for(
        &self,
        purpose: &str,
    ) -> Result<Option<(AgreementId, Agreement, PurposeRule)>, HubError> {
        let agreements = self.agreements_in_force(self.now())?;
        Ok(agreements.into_iter().find_map(|(id, agreement)| {
            let rule = agreement.purpose(purpose)?.clone();
            Some((id, agreement, rule))
        }))
    }

    /// Days that an encounter is kept, by the agreement that it is processed under, in force or not: what was
    /// promised when it was taken holds.
    pub(crate) fn retention_days(&self, encounter: &EncounterRow) -> Option<u32> {
        let id = encounter.agreement?;
        let newest = self.store.read(|v| v.agreement_versions(id)).ok()?.into_iter().next()?;
        let agreement: Agreement = serde_json::from_value(newest.body).ok()?;
        agreement.purpose(encounter.purpose.as_deref()?).map(|r| r.retention_days)
    }

    fn forwards_of(
        &self,
        manifest: &Manifest,
        encounter: &EncounterRow,
        now: jiff::Timestamp,
    ) -> Result<Vec<policy::Forward>, HubError> {
        let sharing = sharing(manifest, encounter);
        let agreements = self.agreements_in_force(now)?;
        let allowed = agreements.iter().filter(|(id, _)| Some(*id) == encounter.agreement);
        Ok(allowed.flat_map(|(_, a)| a.forwards(&sharing, now)).collect())
    }
}
