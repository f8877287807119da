//! Encounters: the table is for those on duty; the record opens only for a purpose and a case number (S3).

use super::{Opened, Reply, Visit, WebError, WebResult, names};
use crate::{actor, stages};
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{
        self, AnswerState, AnswerView, Choice, CoverageRow, EncounterFilter, EncounterListView, EncounterRow,
        EncounterView, FieldError, FindingRow, ListAge, Pager, ReasonView, SearchView, Tile, TimelineEvent,
        TimelineRow,
    },
};
use exchange::{Answer, Standing};
use model::{EncounterId, RedressId};
use policy::Action;
use screening::{Sample, search::SearchRecord};
use std::collections::HashMap;
use store::{Entry, StoreError, Tx};

/// Rows on a page of a table.
pub(super) const PAGE: usize = 50;

/// Encounters that the table looks through.
const LOOK: usize = 20_000;

pub(super) fn list(visit: &Visit) -> WebResult {
    visit.need(Action::SeeEncounters)?;
    let filter: EncounterFilter = visit.query();
    let (rows, stations) = visit.hub.store.read(|v| Ok((v.encounters(LOOK)?, v.stations()?)))?;
    let station_names: HashMap<_, _> = stations.iter().map(|s| (s.id, s.name.clone())).collect();
    let (from, to) = (visit.day(&filter.from), visit.day(&filter.to));
    let wanted: Vec<_> = rows
        .into_iter()
        .filter(|e| {
            let number = names::number(e.id);
            (filter.number.is_empty() || number.contains(&filter.number.trim().to_uppercase()))
                && (filter.state.is_empty() || names::encounter_now(&visit.hub, e).code() == filter.state)
                && (filter.station.is_empty() || e.station.to_string() == filter.station)
                && from.is_none_or(|f| e.received_at >= f)
                && to.is_none_or(|t| e.received_at < t + jiff::SignedDuration::from_hours(24))
        })
        .collect();
    let (page, pager) = paged(&wanted, filter.page);
    let rows = visit.hub.store.read(|v| {
        let mut shown = Vec::new();
        for e in page {
            let samples: Vec<Sample> = v.samples(e.id.uuid())?;
            let (fingers, eyes) = names::counts(&samples);
            let forwards = v.forwards(e.id)?;
            let own = u32::from(e.answered_at.is_some());
            shown.push(EncounterRow {
                id: e.id.to_string(),
                number: names::number(e.id),
                received: e.received_at,
                station: station_names.get(&e.station).cloned().unwrap_or_default(),
                purpose: e.purpose.clone().unwrap_or_default(),
                state: names::encounter_now(&visit.hub, e),
                fingers,
                eyes,
                answered: own + forwards.iter().filter(|f| f.is_final).count() as u32,
                asked: 1 + forwards.len() as u32,
            });
        }
        Ok(shown)
    })?;
    let stations = stations.iter().map(|s| Choice::new(s.id.to_string(), s.name.clone())).collect();
    Ok(Reply::Page(pages::encounters(&visit.ctx(), &EncounterListView { filter, stations, rows, pager })?))
}

/// One page of a table.
pub(super) fn paged<T>(rows: &[T], page: u32) -> (&[T], Pager) {
    let pages = rows.len().div_ceil(PAGE).max(1);
    let page = (page as usize).clamp(1, pages);
    let shown = rows.chunks(PAGE).nth(page - 1).unwrap_or_default();
    (shown, Pager { page: page as u32, pages: pages as u32, total: rows.len() as u64 })
}

pub(super) fn one(visit: &Visit) -> WebResult {
    visit.need(Action::OpenEncounter)?;
    let id: EncounterId = visit.param("id")?;
    match visit.opened(&subject(id)) {
        Some(opened) => show(visit, id, opened),
        None => {
            visit.hub.store.read(|v| v.need_encounter(id))?;
            let view =
                ask(visit, names::number(id), urls::encounter_open(&id.to_string()), urls::ENCOUNTERS)?;
            Ok(Reply::Page(pages::reason(&visit.ctx(), &view)?))
        }
    }
}

pub(super) fn open(visit: &Visit) -> WebResult {
    visit.need(Action::OpenEncounter)?;
    let id: EncounterId = visit.param("id")?;
    visit.hub.store.read(|v| v.need_encounter(id))?;
    let view = ask(visit, names::number(id), urls::encounter_open(&id.to_string()), urls::ENCOUNTERS)?;
    give_reason(visit, &subject(id), "encounter.read", view, urls::encounter(&id.to_string()))
}

fn subject(id: EncounterId) -> String {
    format!("encounter:{id}")
}

/// The page that asks why.
pub(super) fn ask(
    visit: &Visit,
    subject: String,
    action: String,
    back: &str,
) -> Result<ReasonView, WebError> {
    let purposes = visit.hub.purposes()?.into_iter().map(|p| Choice::new(p.clone(), p)).collect();
    Ok(ReasonView { subject, action, back: back.to_owned(), purposes, ..ReasonView::default() })
}

/// Takes the reason: logged before anything is shown; without one, refused and logged too (S3).
pub(super) fn give_reason(
    visit: &Visit,
    subject: &str,
    kind: &str,
    mut view: ReasonView,
    target: String,
) -> WebResult {
    let form: forms::Reason = visit.form()?;
    let user = visit.user()?.id;
    if !view.purposes.iter().any(|p| p.value == form.purpose) {
        view.errors.push(FieldError::new("purpose", Known::PurposeNeeded));
    }
    if form.case_number.trim().is_empty() {
        view.errors.push(FieldError::new("case_number", Known::CaseNumberNeeded));
    }
    let refused = !view.errors.is_empty();
    let kind = if refused { "read.refused" } else { kind };
    visit.hub.store.write(visit.hub.now(), |tx: &Tx<'_>| {
        tx.log(&Entry {
            kind,
            actor: &actor(Some(user)),
            subject,
            purpose: &form.purpose,
            case_number: form.case_number.trim(),
            ..Entry::default()
        })?;
        Ok::<_, StoreError>(())
    })?;
    if refused {
        view.purpose = form.purpose;
        view.case_number = form.case_number;
        return Ok(Reply::Status(StatusCode::UNPROCESSABLE_ENTITY, pages::reason(&visit.ctx(), &view)?));
    }
    visit.keep_open(subject, &form.purpose, form.case_number.trim());
    Ok(Reply::See(target))
}

fn show(visit: &Visit, id: EncounterId, opened: Opened) -> WebResult {
    let hub = &visit.hub;
    let holder = id.uuid();
    let (encounter, station, searches, answer, manifest, samples, findings) = hub.store.read(|v| {
        let encounter = v.need_encounter(id)?;
        let station = v.station(encounter.station)?;
        let has_key = v.has_key(holder)?;
        // Before decoding, and after deletion, there is nothing to read: the record says so by being empty.
        let manifest = if has_key { stages::manifest(v, id).ok() } else { None };
        let findings = if has_key { v.blob(holder, stages::FINDINGS)? } else { None };
        let samples: Vec<Sample> = v.samples(holder)?;
        Ok((encounter, station, v.searches(id)?, v.answer(id)?, manifest, samples, findings))
    })?;
    let findings: Vec<String> =
        findings.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let mut tiles = names::tiles(&samples, |n| format!("{}/image/{n}", urls::encounter(&id.to_string())));
    if let Some(manifest) = &manifest {
        tiles.extend(manifest.absent.iter().filter_map(|absent| {
            let position =
                absent.finger.map(view::Position::Finger).or_else(|| absent.eye.map(view::Position::Eye))?;
            Some(Tile {
                position,
                image_url: None,
                quality: None,
                absence: Some(absent.reason),
                impression: None,
                note: absent.note.clone(),
            })
        }));
    }
    let answer: Option<Answer> = answer.and_then(|(_, body)| serde_json::from_value(body).ok());
    let view = EncounterView {
        id: id.to_string(),
        number: names::number(id),
        state: names::encounter_now(&visit.hub, &encounter),
        opened: view_opened(&opened),
        station: station.map(|s| s.name).unwrap_or_default(),
        captured: encounter.captured_at,
        received: encounter.received_at,
        purpose: encounter.purpose.clone().unwrap_or_default(),
        authority: manifest.as_ref().map(|m| m.authority.clone()),
        case_number: encounter.case_number.clone(),
        age_band: encounter.age.and_then(|age| serde_json::from_value(age.into()).ok()),
        notice: manifest.as_ref().map(|m| format!("{} ({})", m.notice.version, m.notice.language)),
        tiles,
        findings: findings.into_iter().map(finding).collect(),
        searches: coverage(&searches).into_iter().chain(earlier(visit, id)?).collect(),
        answers: answer.as_ref().map(answers).unwrap_or_default(),
        timeline: timeline(visit, &subject(id))?,
        digest: Some(encounter.digest.to_string()),
    };
    Ok(Reply::Page(pages::encounter(&visit.ctx(), &view)?))
}

pub(super) fn view_opened(opened: &Opened) -> view::Opened {
    view::Opened {
        purpose: opened.purpose.clone(),
        case_number: opened.case_number.clone(),
        until: Some(opened.until),
    }
}

fn finding(text: String) -> FindingRow {
    match text.split_once(": ") {
        Some((at, rest)) => FindingRow { at: at.to_owned(), text: rest.to_owned() },
        None => FindingRow { at: String::new(), text },
    }
}

fn coverage(searches: &[store::SearchRow]) -> Vec<SearchView> {
    let mut rows = Vec::new();
    let mut candidates = 0;
    let mut at = None;
    for search in searches {
        let Ok(record) = serde_json::from_value::<SearchRecord>(search.body.clone()) else { continue };
        candidates += record.candidates.len() as u32;
        at = at.max(Some(search.at));
        rows.push(CoverageRow {
            list: record.name,
            entries: record.scanned as u64,
            as_of: Some(record.as_of),
            answered: record.partial.is_none(),
            reason: record.partial,
        });
    }
    at.map(|at| SearchView { at, complete: rows.iter().all(|r| r.answered), coverage: rows, candidates })
        .into_iter()
        .collect()
}

/// Searches of earlier encounters, where an agreement allowed them.
fn earlier(visit: &Visit, id: EncounterId) -> Result<Vec<SearchView>, WebError> {
    let rows = visit.hub.store.read(|v| v.earlier_searches(id.uuid()))?;
    let as_search = |row: store::EarlierSearchRow| store::SearchRow {
        encounter: id,
        list: model::ListId::new(row.subject),
        algorithm: row.algorithm,
        complete: row.complete,
        body: row.body,
        at: row.at,
    };
    Ok(coverage(&rows.into_iter().map(as_search).collect::<Vec<_>>()))
}

fn answers(answer: &Answer) -> Vec<AnswerView> {
    let line = |d: &exchange::DestinationAnswer| AnswerView {
        destination: d.destination.clone(),
        state: match &d.standing {
            Standing::NotAnswered => AnswerState::NotAnswered,
            Standing::InProgress => AnswerState::Waiting,
            Standing::NoMatch => AnswerState::NoMatch,
            Standing::BeingExamined => AnswerState::BeingExamined,
            Standing::Confirmed { .. } => AnswerState::Confirmed,
            Standing::Inconclusive => AnswerState::Inconclusive,
            Standing::Partial => AnswerState::Partial,
            Standing::RecaptureRequested => AnswerState::Recapture,
            Standing::Rejected { .. } => AnswerState::NotAsked,
            Standing::Retracted => AnswerState::Retracted,
        },
        at: Some(answer.issued_at),
        searched: d.searched.iter().map(|l| ListAge { list: l.list.clone(), as_of: Some(l.as_of) }).collect(),
        not_answered: d.not_answered.clone(),
        contact: match &d.standing {
            Standing::Confirmed { contact } => Some(contact.clone()),
            _ => None,
        },
    };
    answer.destinations.iter().map(line).collect()
}

/// What happened, from the ledger: people see what the auditor sees.
pub(super) fn timeline(visit: &Visit, subject: &str) -> Result<Vec<TimelineRow>, WebError> {
    let leaves = visit.hub.store.read(|v| v.leaves_about(subject))?;
    Ok(leaves
        .into_iter()
        .map(|leaf| {
            let user = leaf.actor.strip_prefix("user:").and_then(|id| id.parse().ok());
            let opened = leaf.kind.ends_with(".read");
            let reason = format!("{} {}", leaf.purpose, leaf.case_number);
            let detail: serde_json::Value = serde_json::from_str(&leaf.detail).unwrap_or_default();
            let said = said(&detail, user.is_some()).unwrap_or_default();
            let detail = if opened { reason.trim() } else { &said };
            TimelineRow {
                at: leaf.at,
                event: if opened { TimelineEvent::Opened } else { event(&leaf.kind) },
                actor: user.map(|id| visit.person(id)),
                detail: (!detail.is_empty()).then(|| detail.to_owned()),
            }
        })
        .collect())
}

/// What somebody said with it, or where it went. The hub's own reasons are in English, and the state that was reached
/// tells as much; where a request is the reason, its number is what people know.
fn said(detail: &serde_json::Value, by_person: bool) -> Option<String> {
    let text = |key| detail.get(key).and_then(serde_json::Value::as_str);
    let reason = text("reason").filter(|_| by_person).map(|reason| {
        let request = reason.strip_prefix("request ").and_then(|id| id.parse::<RedressId>().ok());
        request.map_or_else(|| reason.to_owned(), |id| names::short("R", id))
    });
    reason.or_else(|| text("note").or_else(|| text("destination")).map(str::to_owned))
}

/// A leaf's kind in the page's words where they have one: a state that was reached, or what else happened.
fn event(kind: &str) -> TimelineEvent {
    let (subject, verb) = kind.split_once('.').unwrap_or((kind, ""));
    let reached = match subject {
        "encounter" => verb.parse().ok().map(|s| TimelineEvent::Encounter(names::encounter(s))),
        "entry" => verb.parse().ok().map(|s| TimelineEvent::Entry(names::entry(s))),
        "alert" => verb.parse().ok().map(|s| TimelineEvent::Alert(names::alert(s))),
        "redress" => verb.parse().ok().map(|s| TimelineEvent::Redress(names::redress(s))),
        _ => None,
    };
    let happened = || view::Happened::from_code(&kind.replace(['.', '_'], "-")).map(TimelineEvent::Happened);
    reached.or_else(happened).unwrap_or_else(|| {
        let plain = kind.replace(['.', '_'], " ");
        let mut letters = plain.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        TimelineEvent::Plain(first + letters.as_str())
    })
}

pub(super) fn image(visit: &Visit) -> WebResult {
    visit.need(Action::OpenEncounter)?;
    let id: EncounterId = visit.param("id")?;
    // The picture is part of the record: no reason, no picture.
    if visit.opened(&subject(id)).is_none() {
        return Err(WebError::NotFound);
    }
    picture(visit, id.uuid(), visit.param("ordinal")?)
}

/// A sample's grey picture.
pub(super) fn picture(visit: &Visit, holder: uuid::Uuid, ordinal: u16) -> WebResult {
    let bytes = visit.hub.store.read(|v| {
        let samples: Vec<Sample> = v.samples(holder)?;
        match samples.into_iter().find(|s| s.ordinal == ordinal).and_then(|s| s.grey) {
            Some(name) => v.blob(holder, &name),
            None => Ok(None),
        }
    })?;
    bytes.map(Reply::Png).ok_or(WebError::NotFound)
}
