//! Earlier encounters: searched where an agreement in force names them, and otherwise not even held in memory.
//!
//! Every [`Scope`] has a gallery of its own, which follows the log of encounters. What goes in is [`Covered`], which only
//! a scope gives; it goes out when its retention or the agreement's days end. A hit is put before two blind examiners
//! like any other. Two encounters that turn out to be of one person are noted with both, and nobody is alerted; a new
//! entry that turns out to have been met alerts the recipients of its list, as always. In neither case does the answer
//! change that a station was given then.

use crate::{
    Hub, HubError,
    galleries::{self, probe},
    runner::later,
    stages::{commit, log},
};
use gallery::{Candidate, Gallery, SearchAnswer, SearchOptions, View};
use jiff::{SignedDuration, Timestamp};
use model::{AgreementId, CaseId, CaseState, EncounterId, EncounterState, EntryId, EntryState, Stage};
use policy::{Agreement, Covered, Past, PurposeRule, Scope, Urgency};
use screening::search::{SearchRecord, record};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError},
};
use store::{
    CaseRow, EarlierSearchRow, EncounterRow, Entry, EntryRow, Job, NewJob, PairKind, PairRow, StoreError, Tx,
};
use uuid::Uuid;

/// How long a search that could not see everybody waits before it looks again.
const PARTIAL_RETRY_S: i64 = 60;

/// The galleries of all scopes in use.
pub(crate) type Held = BTreeMap<Scope, HeldScope>;

/// The earlier encounters of one scope.
#[derive(Default)]
pub(crate) struct HeldScope {
    gallery: Gallery,
    ends: BTreeMap<u128, Timestamp>,
    due: BTreeSet<(Timestamp, u128)>,
    broken: BTreeMap<u128, String>,
    applied: u64,
}

impl HeldScope {
    fn insert(&mut self, covered: &Covered, person: &gallery::Person) {
        self.gallery.insert(covered.key(), person);
        self.ends.insert(covered.key(), covered.until());
        self.due.insert((covered.until(), covered.key()));
    }

    fn remove(&mut self, key: u128) {
        self.gallery.remove(key);
        self.broken.remove(&key);
        if let Some(end) = self.ends.remove(&key) {
            self.due.remove(&(end, key));
        }
    }

    fn end(&mut self, now: Timestamp) {
        while let Some((_, key)) = self.due.first().copied().filter(|(end, _)| *end <= now) {
            self.remove(key);
        }
    }
}

impl Hub {
    /// What an encounter for a purpose is searched in now, besides lists, and the rule to search by.
    fn scopes_for(&self, purpose: &str) -> Result<Option<(PurposeRule, Vec<Scope>)>, HubError> {
        let now = self.now();
        let Some((id, agreement, rule)) = self.rule_for(purpose)? else { return Ok(None) };
        let since = self.since(id, |a| a.purpose(purpose).and_then(|r| r.earlier.clone()) == rule.earlier)?;
        let scopes = agreement.earlier((id, since), purpose, now);
        Ok((!scopes.is_empty()).then_some((rule, scopes)))
    }

    /// What an entry new on a list is searched in now, with the rules to search by.
    fn scopes_of(&self, list: &store::ListRow) -> Result<Vec<(Scope, PurposeRule)>, HubError> {
        let now = self.now();
        let mut found = Vec::new();
        for (id, agreement) in self.agreements_in_force(now)? {
            for purpose in &list.purposes {
                let Some(rule) = agreement.purpose(purpose) else { continue };
                let same =
                    |a: &Agreement| a.purpose(purpose).is_some_and(|r| r.new_entries == rule.new_entries);
                let since = self.since(id, same)?;
                let only = std::slice::from_ref(purpose);
                let scopes = agreement.reverse((id, since), &list.name, only, now);
                found.extend(scopes.into_iter().map(|(scope, rule)| (scope, rule.clone())));
            }
        }
        Ok(found)
    }

    /// Since when an agreement has said what it says now: nobody is searched under terms that came after them.
    fn since(&self, id: AgreementId, same: impl Fn(&Agreement) -> bool) -> Result<Timestamp, HubError> {
        let versions = self.store.read(|v| v.agreement_versions(id))?;
        let said = versions.into_iter().take_while(|row| {
            self.is_signed(row) && serde_json::from_value(row.body.clone()).is_ok_and(|a: Agreement| same(&a))
        });
        Ok(said.last().map_or(Timestamp::MAX, |row| row.added_at))
    }

    /// All scopes that some agreement in force gives now.
    fn scopes(&self) -> Result<BTreeSet<Scope>, HubError> {
        let mut all = BTreeSet::new();
        for purpose in self.purposes()? {
            all.extend(self.scopes_for(&purpose)?.into_iter().flat_map(|(_, scopes)| scopes));
        }
        for list in self.store.read(|v| v.lists())? {
            all.extend(self.scopes_of(&list)?.into_iter().map(|(scope, _)| scope));
        }
        Ok(all)
    }

    /// Lets go of what no agreement allows any more and of encounters whose time is over.
    pub(crate) fn follow_earlier(&self) -> Result<(), HubError> {
        if self.earlier.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            return Ok(());
        }
        let (allowed, now) = (self.scopes()?, self.now());
        let mut held = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|scope, _| allowed.contains(scope));
        for (scope, earlier) in held.iter_mut() {
            self.follow_scope(scope, earlier, now)?;
        }
        Ok(())
    }

    /// A scope's encounters as they stand now.
    fn earlier_view(&self, scope: &Scope) -> Result<Arc<View>, HubError> {
        let mut held = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        let earlier = held.entry(scope.clone()).or_default();
        self.follow_scope(scope, earlier, self.now())?;
        Ok(earlier.gallery.view())
    }

    fn follow_scope(&self, scope: &Scope, earlier: &mut HeldScope, now: Timestamp) -> Result<(), HubError> {
        let steps = self.store.read(|v| v.earlier_steps(earlier.applied))?;
        for step in steps {
            earlier.applied = step.sequence;
            let key = step.encounter.uuid().as_u128();
            earlier.remove(key);
            if !step.add {
                continue;
            }
            let row = self.store.read(|v| v.encounter(step.encounter))?;
            let Some(covered) = row.and_then(|row| self.covered(scope, &row, now)) else { continue };
            // Purged since: a later step says so.
            let Ok((person, faults)) = self.store.read(|v| probe(v, step.encounter)) else { continue };
            if let Some(fault) = faults.first() {
                earlier.broken.insert(key, format!("encounter {}: {fault}", step.encounter));
            }
            if !person.is_empty() {
                earlier.insert(&covered, &person);
            }
        }
        earlier.end(now);
        earlier.gallery.set_loading(earlier.broken.values().next().cloned());
        earlier.gallery.set_applied_sequence(earlier.applied);
        Ok(())
    }

    fn covered(&self, scope: &Scope, row: &EncounterRow, now: Timestamp) -> Option<Covered> {
        if row.state == EncounterState::Purged {
            return None;
        }
        let keep = SignedDuration::from_hours(24 * i64::from(self.retention_days(row)?));
        let keep_until = match row.answered_at {
            Some(at) => Some(at.checked_add(keep).ok()?),
            None => None,
        };
        let past = Past {
            agreement: row.agreement,
            purpose: row.purpose.as_deref()?,
            received_at: row.received_at,
            keep_until,
            search_only: row.search_only,
            training: row.training,
        };
        scope.covers(row.id.uuid().as_u128(), &past, now)
    }
}

/// In the transaction of a complete search of the lists: the encounter is one of the earlier ones now, and is searched
/// in those before it where its agreement says so.
pub(crate) fn after_search(hub: &Hub, tx: &Tx<'_>, encounter: &EncounterRow) -> Result<(), StoreError> {
    if encounter.search_only || encounter.training {
        return Ok(());
    }
    tx.log_earlier(encounter.id, true)?;
    let scopes = hub.scopes_for(encounter.purpose.as_deref().unwrap_or_default());
    // An agreement that cannot be read allows nothing.
    if matches!(scopes, Ok(Some(_))) {
        add_job(tx, encounter.id.uuid(), Stage::Earlier, 0)?;
    }
    Ok(())
}

/// In the transaction that makes an entry active for the first time.
pub(crate) fn after_entry(hub: &Hub, tx: &Tx<'_>, entry: &EntryRow) -> Result<(), HubError> {
    if !hub.scopes_of(&tx.list(entry.list)?)?.is_empty() {
        add_job(tx, entry.id.uuid(), Stage::Reverse, 0)?;
    }
    Ok(())
}

fn add_job(tx: &Tx<'_>, subject: Uuid, stage: Stage, after_s: i64) -> Result<(), StoreError> {
    tx.add_job(&NewJob {
        encounter: EncounterId::new(subject),
        stage,
        destination: "",
        priority: Urgency::Background.order(),
        due_at: later(tx.now(), after_s),
    })
}

/// What a scope's search gave: what is kept of it, and who is to be looked at.
struct Found {
    scope: Scope,
    record: SearchRecord,
    candidates: Vec<Candidate>,
}

fn found(scope: Scope, answer: SearchAnswer, own: u128, rule: &PurposeRule, now: Timestamp) -> Found {
    let name = format!("earlier encounters: {}", scope.purpose());
    let without_own = |mut candidates: Vec<Candidate>| {
        candidates.retain(|c| c.key != own);
        candidates.truncate(rule.max_candidates);
        candidates
    };
    let answer = match answer {
        SearchAnswer::Complete { candidates, coverage } => {
            SearchAnswer::Complete { candidates: without_own(candidates), coverage }
        }
        SearchAnswer::Partial { candidates, coverage, reason } => {
            SearchAnswer::Partial { candidates: without_own(candidates), coverage, reason }
        }
    };
    let (SearchAnswer::Complete { candidates, .. } | SearchAnswer::Partial { candidates, .. }) = &answer;
    Found { candidates: candidates.clone(), record: record(name, now, &answer, rule.fpir), scope }
}

fn keep(tx: &Tx<'_>, subject: Uuid, found: &[Found]) -> Result<serde_json::Value, StoreError> {
    for Found { scope, record, .. } in found {
        tx.put_earlier_search(&EarlierSearchRow {
            subject,
            purpose: scope.purpose().to_owned(),
            algorithm: screening::algorithms(),
            complete: record.partial.is_none(),
            body: serde_json::to_value(record).unwrap_or_default(),
            at: tx.now(),
        })?;
    }
    Ok(serde_json::json!({
        "scopes": found.iter().map(|f| serde_json::json!({
            "purpose": f.scope.purpose(), "scanned": f.record.scanned, "expected": f.record.expected,
            "sequence": f.record.applied_sequence, "partial": f.record.partial,
        })).collect::<Vec<_>>(),
        "candidates": found.iter().map(|f| f.candidates.len()).sum::<usize>(),
    }))
}

fn options(rule: &PurposeRule) -> SearchOptions {
    // The encounter itself is among those searched: one more is asked for, and it is left out.
    SearchOptions { fpir: rule.fpir, max_candidates: rule.max_candidates.saturating_add(1) }
}

/// Searches an encounter in earlier ones.
pub(crate) fn run(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let id = job.encounter;
    let own = id.uuid().as_u128();
    let encounter = hub.store.read(|v| v.need_encounter(id))?;
    let scopes = hub.scopes_for(encounter.purpose.as_deref().unwrap_or_default())?;
    let Some((rule, scopes)) = scopes.filter(|_| encounter.state != EncounterState::Purged) else {
        commit(hub, job, |_| Ok(()))?;
        return Ok(());
    };
    let (person, _) = hub.store.read(|v| probe(v, id))?;
    let views = scopes.iter().map(|s| hub.earlier_view(s)).collect::<Result<_, _>>()?;
    let wanted = || hub.store.read(|v| v.has_key(id.uuid())).unwrap_or(true);
    let answers =
        hub.searches.search_lists(id.uuid(), views, &person, options(&rule), Urgency::Background, wanted)?;
    let now = hub.now();
    let all: Vec<Found> = scopes
        .into_iter()
        .zip(answers)
        .map(|(scope, answer)| found(scope, answer, own, &rule, now))
        .collect();
    commit(hub, job, |tx| {
        let detail = keep(tx, id.uuid(), &all)?;
        for Found { scope, candidates, .. } in &all {
            for candidate in candidates {
                let other = EncounterId::new(Uuid::from_u128(candidate.key));
                // Its time may have ended since.
                if hub.covered(scope, &tx.need_encounter(other)?, tx.now()).is_none()
                    || !tx.has_key(id.uuid())?
                {
                    continue;
                }
                let pair = PairRow {
                    id: CaseId::new(Uuid::now_v7()),
                    kind: PairKind::Earlier,
                    probe: id.uuid(),
                    candidate: other.uuid(),
                    state: CaseState::Open,
                    lead: candidate.lead,
                    opened_at: tx.now(),
                    closed_at: None,
                };
                if tx.open_pair(&pair)? {
                    log(tx, id, "encounter.pair_opened", serde_json::json!({ "lead": pair.lead }))?;
                }
            }
        }
        tx.log(&Entry {
            kind: "encounter.searched_earlier",
            actor: "hub",
            subject: &format!("encounter:{id}"),
            purpose: encounter.purpose.as_deref().unwrap_or_default(),
            case_number: encounter.case_number.as_deref().unwrap_or_default(),
            detail,
        })?;
        if all.iter().any(|f| f.record.partial.is_some()) {
            add_job(tx, id.uuid(), Stage::Earlier, PARTIAL_RETRY_S)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Searches an entry that is new on a list in earlier encounters.
pub(crate) fn run_reverse(hub: &Hub, job: &Job) -> Result<(), HubError> {
    // The job's subject is the entry.
    let id = EntryId::new(job.encounter.uuid());
    let (entry, loaded) = hub.store.read(|v| Ok((v.entry(id)?, galleries::load(hub, v, id))))?;
    let scopes = hub.scopes_of(&hub.store.read(|v| v.list(entry.list))?)?;
    let Some(person) = loaded.map_err(HubError::Stored)?.filter(|_| !scopes.is_empty()) else {
        commit(hub, job, |_| Ok(()))?;
        return Ok(());
    };
    let active = || hub.store.read(|v| v.entry(id)).is_ok_and(|e| e.state == EntryState::Active);
    let now = hub.now();
    let mut all = Vec::new();
    for (scope, rule) in scopes {
        let view = hub.earlier_view(&scope)?;
        let answer = hub.searches.search_lists(
            id.uuid(),
            vec![view],
            &person,
            options(&rule),
            Urgency::Background,
            active,
        )?;
        all.extend(answer.into_iter().map(|answer| found(scope.clone(), answer, 0, &rule, now)));
    }
    commit(hub, job, |tx| {
        let detail = keep(tx, id.uuid(), &all)?;
        for Found { scope, candidates, .. } in &all {
            for candidate in candidates {
                let met = EncounterId::new(Uuid::from_u128(candidate.key));
                let row = tx.need_encounter(met)?;
                let stopped = tx.entry(id)?.state != EntryState::Active;
                if stopped || hub.covered(scope, &row, tx.now()).is_none() {
                    continue;
                }
                let opened = tx.open_case(&CaseRow {
                    id: CaseId::new(Uuid::now_v7()),
                    encounter: met,
                    list: entry.list,
                    entry: id,
                    state: CaseState::Open,
                    lead: candidate.lead,
                    reverse: true,
                    priority: 0,
                    opened_at: tx.now(),
                    closed_at: None,
                })?;
                if opened {
                    let detail =
                        serde_json::json!({ "list": entry.list, "lead": candidate.lead, "reverse": true });
                    log(tx, met, "case.opened", detail)?;
                }
            }
        }
        tx.log(&Entry {
            kind: "entry.searched_earlier",
            actor: "hub",
            subject: &format!("entry:{id}"),
            detail,
            ..Entry::default()
        })?;
        if all.iter().any(|f| f.record.partial.is_some()) {
            add_job(tx, id.uuid(), Stage::Reverse, PARTIAL_RETRY_S)?;
        }
        Ok(())
    })?;
    Ok(())
}
