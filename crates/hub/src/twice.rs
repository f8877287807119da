//! Who stands on a list twice: everybody against everybody, in steps that a killed process takes up again. What is
//! found goes before two blind examiners; nothing is merged or removed by itself.

use crate::{Event, Hub, HubError, Refusal, actor, galleries, stages::commit};
use gallery::{SearchAnswer, SearchOptions};
use model::{CaseId, CaseState, EncounterId, EntryId, EntryState, ListId, Stage};
use policy::{Action, Urgency};
use store::{Entry, Job, NewJob, PairKind, PairRow, RunRow, StoreError, Tx, UserRow};
use uuid::Uuid;

/// Entries searched in one step, in the same passes; at most so much is done again after a kill.
const STEP: usize = 4;

impl Hub {
    /// Begins to compare everybody on a list with everybody. A list has one such run at a time.
    ///
    /// # Errors
    /// The person may not, the list is another agency's, a run is under way, no agreement in force allows the list to be
    /// searched, or a database error.
    pub fn find_twice(&self, list: ListId, user: Option<&UserRow>) -> Result<RunRow, HubError> {
        let row = self.store.read(|v| v.list(list))?;
        if let Some(user) = user {
            policy::may(&user.roles, Action::FindTwice)?;
            if user.agency != row.originator {
                return Err(Refusal::TwiceElsewhere { list: row.name, agency: row.originator }.into());
            }
        }
        self.options_of(list)?;
        let run = self.store.write(self.now(), |tx: &Tx<'_>| {
            if tx.run(list)?.is_some_and(|run| run.finished_at.is_none()) {
                return Err(HubError::Refused(Refusal::TwiceUnderWay));
            }
            let run = RunRow {
                list,
                begun_by: user.map(|u| u.id),
                begun_at: tx.now(),
                after: None,
                done: 0,
                total: tx.active_count(list)?,
                incomplete: 0,
                found: 0,
                finished_at: None,
            };
            tx.put_run(&run)?;
            add_job(tx, list)?;
            log(tx, list, user, "list.comparison_begun", serde_json::json!({ "entries": run.total }))?;
            Ok(run)
        })?;
        self.wake();
        self.tell(&[Event::Board]);
        Ok(run)
    }

    /// Does the next step of a list's run here and now, if nobody else is at it; gives how far it is.
    ///
    /// # Errors
    /// There is no run, or a database error.
    pub fn twice_step(&self, list: ListId) -> Result<RunRow, HubError> {
        let due = self.store.read(|v| v.due_jobs(self.now(), &[Stage::Twice], i32::MIN, 1_000))?;
        if let Some(job) = due.iter().find(|job| job.encounter.uuid() == list.uuid()) {
            run(self, job)?;
        }
        self.store.read(|v| v.run(list))?.ok_or(HubError::Refused(Refusal::TwiceNever))
    }

    /// How a list is searched: by the strictest of the rules for its purposes.
    fn options_of(&self, list: ListId) -> Result<SearchOptions, HubError> {
        let purposes = self.store.read(|v| v.list(list))?.purposes;
        let mut strictest: Option<SearchOptions> = None;
        for purpose in &purposes {
            let Some((.., rule)) = self.rule_for(purpose)? else { continue };
            let so_far = strictest.map_or(f64::INFINITY, |s| s.fpir);
            if rule.fpir < so_far {
                strictest = Some(SearchOptions {
                    fpir: rule.fpir,
                    max_candidates: rule.max_candidates.saturating_add(1),
                });
            }
        }
        strictest.ok_or(HubError::Refused(Refusal::TwiceNoAgreement))
    }
}

/// One step: the next entries are searched in the whole list.
pub(crate) fn run(hub: &Hub, job: &Job) -> Result<(), HubError> {
    let list = ListId::new(job.encounter.uuid());
    let Some(row) = hub.store.read(|v| v.run(list))?.filter(|run| run.finished_at.is_none()) else {
        commit(hub, job, |_| Ok(()))?;
        return Ok(());
    };
    hub.expire_due()?;
    hub.follow_galleries()?;
    let options = hub.options_of(list)?;
    let view = hub.galleries().view(list);
    let (ids, loaded) = hub.store.read(|v| {
        let ids = v.active_after(list, row.after, STEP)?;
        let loaded: Vec<_> = ids.iter().map(|id| galleries::load(hub, v, *id)).collect();
        Ok((ids, loaded))
    })?;
    let mut next = row;
    let (mut searched, mut what) = (Vec::new(), Vec::new());
    for (id, loaded) in ids.iter().zip(loaded) {
        match loaded {
            Ok(Some(person)) => {
                searched.push(*id);
                what.push((view.clone(), person));
            }
            Ok(None) => {}
            Err(_) => next.incomplete += 1,
        }
    }
    let wanted = || hub.store.read(|v| v.has_job(job.id)).unwrap_or(true);
    let answers = hub.searches.search(list.uuid(), what, options, Urgency::Background, wanted)?;
    let mut pairs = Vec::new();
    for (id, answer) in searched.iter().zip(answers) {
        let answer = hub.store.read(|v| Ok(galleries::confirm(hub, v, answer)))?;
        next.incomplete += u64::from(matches!(answer, SearchAnswer::Partial { .. }));
        let (SearchAnswer::Complete { candidates, .. } | SearchAnswer::Partial { candidates, .. }) = answer;
        // Of two who match each other, the earlier one finds the later.
        let later = candidates.into_iter().filter(|c| c.key > id.uuid().as_u128());
        pairs.extend(later.map(|c| (*id, EntryId::new(Uuid::from_u128(c.key)), c.lead)));
    }
    next.after = ids.last().copied().or(next.after);
    next.done += ids.len() as u64;
    commit(hub, job, |tx| {
        next.total = tx.active_count(list)?;
        for (first, second, lead) in &pairs {
            let stands = |id: &EntryId| Ok::<_, StoreError>(tx.entry(*id)?.state == EntryState::Active);
            if !stands(first)? || !stands(second)? {
                continue;
            }
            let pair = PairRow {
                id: CaseId::new(Uuid::now_v7()),
                kind: PairKind::Twice(list),
                probe: first.uuid(),
                candidate: second.uuid(),
                state: CaseState::Open,
                lead: *lead,
                opened_at: tx.now(),
                closed_at: None,
            };
            if tx.open_pair(&pair)? {
                next.found += 1;
                let detail = serde_json::json!({ "pair": pair.id, "entries": [first, second], "lead": lead });
                log(tx, list, None, "list.twice_found", detail)?;
            }
        }
        if ids.len() < STEP {
            next.finished_at = Some(tx.now());
            let detail = serde_json::json!({
                "entries": next.done, "incomplete": next.incomplete, "found": next.found,
            });
            log(tx, list, None, "list.comparison_finished", detail)?;
        } else {
            add_job(tx, list)?;
        }
        tx.put_run(&next)
    })?;
    Ok(())
}

fn add_job(tx: &Tx<'_>, list: ListId) -> Result<(), StoreError> {
    tx.add_job(&NewJob {
        encounter: EncounterId::new(list.uuid()),
        stage: Stage::Twice,
        destination: "",
        priority: Urgency::Background.order(),
        due_at: tx.now(),
    })
}

fn log(
    tx: &Tx<'_>,
    list: ListId,
    user: Option<&UserRow>,
    kind: &str,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    tx.log(&Entry {
        kind,
        actor: &actor(user.map(|u| u.id)),
        subject: &format!("list:{list}"),
        detail,
        ..Entry::default()
    })?;
    Ok(())
}
