//! The search of the lists: through the queue that all searches share.

use super::{commit, log, next};
use crate::{
    Hub, HubError, earlier, galleries,
    runner::{AT_ONCE, later},
};
use model::{CaseId, CaseState, EncounterState, EntryId, EntryState, Stage};
use policy::Urgency;
use screening::{
    adjudicate,
    search::{self, ListAnswer},
};
use store::{CaseRow, Entry, Job, NewJob, SearchRow};
use uuid::Uuid;

/// How long a search that could not see everybody waits before it looks again.
const PARTIAL_RETRY_S: i64 = 15;

/// Runs the search stage.
pub(super) fn run(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let id = job.encounter;
    // Expired entries must not be searched, even in the second before the timer comes round (S17).
    hub.expire_due()?;
    hub.follow_galleries()?;
    let (encounter, (person, faults), lists) =
        hub.store.read(|view| Ok((view.need_encounter(id)?, galleries::probe(view, id)?, view.lists()?)))?;
    let purpose = encounter.purpose.clone().unwrap_or_default();
    let rule = hub.rule_for(&purpose)?.map(|(_, _, rule)| rule);
    let Some(rule) = rule else { return agreement_ended(hub, job, &purpose) };
    let options = gallery::SearchOptions { fpir: rule.fpir, max_candidates: rule.max_candidates };

    let lists: Vec<_> =
        lists.into_iter().filter(|l| l.purposes.contains(&purpose) && !encounter.training).collect();
    // What stands in the lists now; whoever changes them meanwhile does not wait.
    let views = lists.iter().map(|l| hub.galleries().view(l.id)).collect();
    let urgency = Urgency::from_order(job.priority);
    let wanted = || hub.store.read(|v| v.has_job(job.id)).unwrap_or(true);
    let found = hub.searches.search_lists(id.uuid(), views, &person, options, urgency, wanted)?;
    let mut answers = Vec::new();
    for (list, answer) in lists.iter().zip(found) {
        let answer = hub.store.read(|view| Ok(galleries::confirm(hub, view, answer)))?;
        let answer = if faults.is_empty() { answer } else { incomplete(answer, &faults) };
        answers.push(ListAnswer { list: list.id, name: list.name.clone(), as_of: list.changed_at, answer });
    }
    let outcome = search::conclude(answers, rule.fpir);

    commit(hub, job, |tx| {
        let now = tx.now();
        for (list, record) in &outcome.records {
            tx.put_search(&SearchRow {
                encounter: id,
                list: *list,
                algorithm: screening::algorithms(),
                complete: record.partial.is_none(),
                body: serde_json::to_value(record).unwrap_or_default(),
                at: now,
            })?;
        }
        for (list, entry, lead) in &outcome.cases {
            let entry = EntryId::new(Uuid::from_u128(*entry));
            // Stopped between the search and this moment: whoever stopped it saw no case to withdraw (S19).
            if tx.entry(entry)?.state != EntryState::Active {
                continue;
            }
            let opened = tx.open_case(&CaseRow {
                id: CaseId::new(Uuid::now_v7()),
                encounter: id,
                list: *list,
                entry,
                state: CaseState::Open,
                lead: *lead,
                reverse: false,
                priority: i32::from(rule.priority),
                opened_at: now,
                closed_at: None,
            })?;
            if opened {
                log(tx, id, "case.opened", serde_json::json!({ "list": list, "lead": lead }))?;
            }
        }
        let mut encounter = tx.need_encounter(id)?;
        encounter.state = outcome.state;
        // A second look after a partial one may find cases already decided.
        let cases: Vec<CaseState> = tx.cases_of(id)?.iter().filter(|c| !c.reverse).map(|c| c.state).collect();
        let partial = outcome.records.iter().any(|(_, r)| r.partial.is_some());
        if !cases.is_empty() && outcome.state != EncounterState::Held {
            encounter.state = adjudicate::roll_up(&cases).unwrap_or(EncounterState::Candidates);
        } else if cases.is_empty() && outcome.state == EncounterState::Candidates {
            encounter.state = if partial { EncounterState::Held } else { EncounterState::NoCandidate };
        }
        tx.update_encounter(&encounter)?;
        next(tx, id, Stage::Answer, AT_ONCE)?;
        if partial {
            tx.add_job(&NewJob {
                encounter: id,
                stage: Stage::Search,
                destination: "",
                // They have an answer, which says what is missing; whoever stands at a station goes before.
                priority: Urgency::Routine.order(),
                due_at: later(now, PARTIAL_RETRY_S),
            })?;
        }
        let detail = serde_json::json!({
            "lists": outcome.records.iter().map(|(_, r)| serde_json::json!({
                "list": r.name, "scanned": r.scanned, "expected": r.expected,
                "sequence": r.applied_sequence, "partial": r.partial,
            })).collect::<Vec<_>>(),
            "candidates": outcome.cases.len(), "purpose": purpose,
        });
        if !partial {
            earlier::after_search(hub, tx, &encounter)?;
        }
        tx.log(&Entry {
            kind: "encounter.searched",
            actor: "hub",
            subject: &format!("encounter:{id}"),
            purpose: &purpose,
            case_number: encounter.case_number.as_deref().unwrap_or_default(),
            detail,
        })?;
        Ok(())
    })?;
    Ok(())
}

/// The agreement ended between decode and search: nothing may be searched any more, and nothing that was not
/// searched may be called "no match".
fn agreement_ended(hub: &Hub, job: &Job, purpose: &str) -> Result<(), HubError> {
    commit(hub, job, |tx| {
        let mut encounter = tx.need_encounter(job.encounter)?;
        encounter.state = EncounterState::Rejected;
        encounter.reason = Some(format!("no agreement in force allows the purpose {purpose:?} any more"));
        tx.update_encounter(&encounter)?;
        next(tx, job.encounter, Stage::Answer, AT_ONCE)?;
        log(tx, job.encounter, "encounter.not_searched", serde_json::json!({ "purpose": purpose }))
    })?;
    Ok(())
}

/// A probe of which a template was lost was not searched in full, whatever the gallery says.
fn incomplete(answer: gallery::SearchAnswer, faults: &[String]) -> gallery::SearchAnswer {
    use gallery::SearchAnswer::{Complete, Partial};
    match answer {
        Complete { candidates, coverage } | Partial { candidates, coverage, .. } => {
            Partial { candidates, coverage, reason: faults.join("; ") }
        }
    }
}
