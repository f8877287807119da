//! The duty board.

use super::{Reply, Visit, WebResult, names};
use console::{
    pages, urls,
    view::{BoardView, DestinationRow, Queue, QueueTile, SiteRow, StateCount},
};
use jiff::{SignedDuration, Timestamp};
use model::{CaseState, EncounterState, EntryState, StationState};
use policy::Action;
use std::collections::BTreeMap;

/// What the board looks back on.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Most encounters that times are taken from; more would slow the board and not move a median.
const SAMPLE: usize = 5_000;

/// A station that was heard from this recently counts as there.
const ONLINE: SignedDuration = SignedDuration::from_mins(15);

pub(super) fn board(visit: &Visit) -> WebResult {
    visit.need(Action::SeeDutyBoard)?;
    let view = BoardView {
        queues: queues(visit)?,
        encounters: encounters(visit)?,
        may_see_encounters: visit.may(Action::SeeEncounters),
        // On a quiet day one site's count says where the person comes from whose prints are examined (S21).
        sites: if visit.may(Action::Examine) { None } else { Some(sites(visit)?) },
        destinations: destinations(visit)?,
        ..times(visit)?
    };
    Ok(Reply::Page(pages::board(&visit.ctx(), &view)?))
}

fn queues(visit: &Visit) -> Result<Vec<QueueTile>, super::WebError> {
    let now = visit.hub.now();
    let (open, second, conflicts, alerts, proposed, jobs, held) = visit.hub.store.read(|v| {
        Ok((
            v.cases_in(CaseState::Open)?,
            v.cases_in(CaseState::AwaitingSecond)?,
            v.cases_in(CaseState::Conflict)?,
            v.alerts(1_000)?,
            v.entries_in(EntryState::Proposed)?,
            v.encounters(1_000)?,
            v.encounter_counts()?,
        ))
    })?;
    let tile = |queue, since: Vec<Timestamp>, target_s: i64, url: Option<&str>| {
        let overdue = since.iter().filter(|s| now.duration_since(**s).as_secs() > target_s).count();
        QueueTile {
            queue,
            waiting: since.len() as u32,
            oldest: since.iter().min().copied(),
            overdue: overdue as u32,
            target_s: Some(target_s as u64),
            url: url.map(str::to_owned),
        }
    };
    let link = |action, url: &'static str| visit.may(action).then_some(url);
    let cases = open.iter().chain(&second).map(|c| c.opened_at).collect();
    let searching = jobs
        .iter()
        .filter(|e| {
            matches!(
                e.state,
                EncounterState::Received | EncounterState::Validated | EncounterState::Searching
            )
        })
        .map(|e| e.received_at)
        .collect();
    let mut tiles = vec![
        // Targets: WORKFLOW, "Times".
        tile(Queue::Examine, cases, 3_600, link(Action::Examine, urls::EXAMINE)),
        tile(
            Queue::Conflicts,
            conflicts.iter().map(|c| c.opened_at).collect(),
            3_600,
            link(Action::DecideConflict, urls::CONFLICTS),
        ),
        tile(
            Queue::Alerts,
            alerts.iter().filter(|a| a.state.is_unacknowledged()).map(|a| a.raised_at).collect(),
            300,
            link(Action::HandleAlert, urls::ALERTS).or(link(Action::WatchAlerts, urls::ALERTS)),
        ),
        tile(
            Queue::Approvals,
            proposed.iter().map(|e| e.proposed_at).collect(),
            86_400,
            link(Action::SeeLists, urls::LISTS),
        ),
        tile(Queue::Searches, searching, 120, link(Action::SeeEncounters, urls::ENCOUNTERS)),
    ];
    if held.iter().any(|(state, n)| *state == EncounterState::Held && *n > 0) {
        let since = jobs.iter().filter(|e| e.state == EncounterState::Held).map(|e| e.received_at).collect();
        tiles.push(tile(Queue::Held, since, 3_600, link(Action::SeeEncounters, urls::ENCOUNTERS)));
    }
    let deletions = visit.hub.store.read(|v| v.deletions_waiting())?;
    if !deletions.is_empty() {
        // A day, as for the deletion from lists offline (WORKFLOW, "Times").
        tiles.push(tile(
            Queue::Deletions,
            deletions.iter().filter_map(|f| f.ordered_at).collect(),
            86_400,
            None,
        ));
    }
    Ok(tiles)
}

fn encounters(visit: &Visit) -> Result<Vec<StateCount>, super::WebError> {
    let since = visit.hub.now().checked_sub(DAY).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut counts: BTreeMap<_, u32> = BTreeMap::new();
    for row in visit.hub.store.read(|v| v.encounters(SAMPLE))?.iter().filter(|e| e.received_at >= since) {
        *counts.entry(names::encounter_now(&visit.hub, row)).or_default() += 1;
    }
    Ok(counts.into_iter().map(|(state, count)| StateCount { state, count }).collect())
}

/// Median, p95 and the share unanswered, never an average alone (WORKFLOW, "Times").
fn times(visit: &Visit) -> Result<BoardView, super::WebError> {
    let since = visit.hub.now().checked_sub(DAY).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut seconds = Vec::new();
    let mut unanswered = 0usize;
    let rows = visit.hub.store.read(|v| {
        let mut rows = Vec::new();
        for e in v.encounters(SAMPLE)?.into_iter().filter(|e| e.received_at >= since) {
            let searched = v.searches(e.id)?.iter().map(|s| s.at).min();
            rows.push((e, searched));
        }
        Ok(rows)
    })?;
    for (encounter, searched) in &rows {
        match searched {
            Some(at) => seconds.push(at.duration_since(encounter.received_at).as_secs().max(0) as u64),
            None if encounter.state == EncounterState::Rejected => {}
            None => unanswered += 1,
        }
    }
    seconds.sort_unstable();
    let at = |share: usize| seconds.get((seconds.len().saturating_sub(1) * share).div_ceil(100)).copied();
    Ok(BoardView {
        machine_answer_median_s: at(50),
        machine_answer_p95_s: at(95),
        unanswered_percent: (!rows.is_empty()).then(|| (unanswered * 100 / rows.len()) as u8),
        ..BoardView::default()
    })
}

fn sites(visit: &Visit) -> Result<Vec<SiteRow>, super::WebError> {
    let now = visit.hub.now();
    let since = now.checked_sub(DAY).unwrap_or(Timestamp::UNIX_EPOCH);
    visit
        .hub
        .store
        .read(|v| {
            let mut sites: BTreeMap<String, SiteRow> = BTreeMap::new();
            for station in v.stations()? {
                if matches!(station.state, StationState::Retired | StationState::Lost)
                    || station.profile == "hub"
                {
                    continue;
                }
                let online = station.seen_at.is_some_and(|s| now.duration_since(s) < ONLINE);
                let site = sites.entry(station.site.clone()).or_insert_with(|| SiteRow {
                    name: station.site.clone(),
                    stations: 0,
                    stations_online: 0,
                    last_seen: None,
                    encounters: 0,
                });
                site.stations += 1;
                site.stations_online += u32::from(online);
                site.last_seen = site.last_seen.max(station.seen_at);
                site.encounters += v.encounters_from(station.id, since)? as u32;
            }
            Ok(sites.into_values().collect())
        })
        .map_err(Into::into)
}

fn destinations(visit: &Visit) -> Result<Vec<DestinationRow>, super::WebError> {
    let rows = visit.hub.store.read(|v| {
        let mut found = Vec::new();
        let recent = v.encounters(200)?;
        for destination in v.destinations()? {
            let mut forwards = Vec::new();
            for encounter in &recent {
                let mine =
                    v.forwards(encounter.id)?.into_iter().filter(|f| f.destination == destination.name);
                forwards.extend(mine.map(|f| (encounter.received_at, f)));
            }
            found.push((destination, forwards));
        }
        Ok(found)
    })?;
    Ok(rows
        .into_iter()
        .map(|(destination, forwards)| {
            let waiting: Vec<_> =
                forwards.iter().filter(|(_, f)| !f.is_final && f.answer.is_none()).collect();
            let newest = forwards.first().map(|(_, f)| f);
            let all: Vec<_> = forwards.iter().map(|(_, f)| f.clone()).collect();
            DestinationRow {
                name: destination.name,
                reachable: newest.is_none_or(|f| f.last_error.is_none()),
                waiting: waiting.len() as u32,
                oldest: waiting.iter().map(|(at, _)| *at).min(),
                last_answer: visit.hub.last_answer_of(&all),
            }
        })
        .collect())
}
