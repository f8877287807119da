//! The list desk: lists, entries, approval.

use super::{Opened, Reply, Visit, WebError, WebResult, encounters, names};
use crate::{HubError, Refusal, entries::body_of};
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{
        self, ApprovalView, EntryAction, EntryCount, EntryFilter, EntryRow, EntryView, FieldError, ListRow,
        ListView, ListsView, RunView, TwiceRow, TwiceView,
    },
};
use jiff::SignedDuration;
use model::{EntryId, EntryState, ListId};
use policy::Action;
use screening::{Sample, entry::Step};

/// "Due for review" looks this far ahead.
const REVIEW_AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) fn lists(visit: &Visit) -> WebResult {
    let user = visit.need(Action::SeeLists)?;
    let now = visit.hub.now();
    let rows = visit.hub.store.read(|v| {
        let mut rows = Vec::new();
        for list in v.lists()? {
            let entries = v.entries(list.id)?;
            let count = |state| entries.iter().filter(|e| e.state == state).count() as u64;
            let soon = now.checked_add(REVIEW_AHEAD).unwrap_or(now);
            rows.push(ListRow {
                id: list.id.to_string(),
                active: count(EntryState::Active),
                proposed: count(EntryState::Proposed),
                due_for_review: entries
                    .iter()
                    .filter(|e| e.state == EntryState::Active && e.review_at <= soon)
                    .count() as u64,
                changed: Some(list.changed_at),
                may_propose: policy::may(&user.roles, Action::ProposeEntry).is_ok()
                    && list.originator == user.agency,
                name: list.name,
                originator: list.originator,
            });
        }
        Ok(rows)
    })?;
    let mut approvals = Vec::new();
    if visit.may(Action::ApproveEntry) {
        for row in visit.hub.store.read(|v| v.entries_in(EntryState::Proposed))? {
            if row.proposed_by != user.id {
                approvals.push(entry_row(visit, &row)?);
            }
        }
        for asked in visit.hub.store.read(|v| v.extensions())?.iter().filter(|a| a.asked_by != user.id) {
            approvals.push(entry_row(visit, &visit.hub.store.read(|v| v.entry(asked.entry))?)?);
        }
    }
    Ok(Reply::Page(pages::lists(&visit.ctx(), &ListsView { lists: rows, approvals })?))
}

pub(super) fn list(visit: &Visit) -> WebResult {
    let user = visit.need(Action::SeeLists)?;
    let id: ListId = visit.param("id")?;
    let filter: EntryFilter = visit.query();
    let (list, entries, counts) =
        visit.hub.store.read(|v| Ok((v.list(id)?, v.entries(id)?, v.entry_counts(id)?)))?;
    let wanted: Vec<_> = entries
        .into_iter()
        .filter(|e| {
            let reference = body_of(e).map(|b| b.reference).unwrap_or_default();
            (filter.state.is_empty() || names::entry(e.state).code() == filter.state)
                && reference.to_lowercase().contains(&filter.reference.trim().to_lowercase())
        })
        .collect();
    let (page, pager) = encounters::paged(&wanted, filter.page);
    let entries = page.iter().map(|e| entry_row(visit, e)).collect::<Result<_, _>>()?;
    let view = ListView {
        id: id.to_string(),
        may_propose: policy::may(&user.roles, Action::ProposeEntry).is_ok() && list.originator == user.agency,
        name: list.name,
        originator: list.originator,
        purpose: list.purposes.join(", "),
        recipients: list.recipients.iter().map(|r| visit.person(*r)).collect(),
        categories: visit.hub.config.categories.clone(),
        cap_days: list.max_days,
        counts: counts.into_iter().map(|(s, count)| EntryCount { state: names::entry(s), count }).collect(),
        filter,
        entries,
        pager,
        twice: twice(visit, id)?,
    };
    Ok(Reply::Page(pages::list(&visit.ctx(), &view)?))
}

/// Most findings shown; the newest, and those that wait are among the newest for long.
const SHOWN_TWICE: usize = 200;

fn twice(visit: &Visit, id: ListId) -> Result<TwiceView, WebError> {
    let user = visit.user()?;
    let (list, run, mut pairs) = visit.hub.store.read(|v| Ok((v.list(id)?, v.run(id)?, v.pairs_of(id)?)))?;
    pairs.truncate(SHOWN_TWICE);
    let under_way = run.as_ref().is_some_and(|r| r.finished_at.is_none());
    let mut rows = Vec::new();
    for pair in pairs {
        let side = |holder| {
            let id = EntryId::new(holder);
            let row = visit.hub.store.read(|v| v.entry(id))?;
            Ok::<_, WebError>((id.to_string(), body_of(&row)?.reference))
        };
        rows.push(TwiceRow {
            first: side(pair.probe)?,
            second: side(pair.candidate)?,
            found: pair.opened_at,
            state: names::twice(pair.state),
        });
    }
    Ok(TwiceView {
        may_begin: visit.may(Action::FindTwice) && list.originator == user.agency && !under_way,
        run: run.map(|r| RunView {
            begun: r.begun_at,
            done: r.done,
            total: r.total,
            incomplete: r.incomplete,
            finished: r.finished_at,
        }),
        pairs: rows,
    })
}

pub(super) fn find_twice(visit: &Visit) -> WebResult {
    let user = visit.need(Action::FindTwice)?;
    let id: ListId = visit.param("id")?;
    visit.hub.find_twice(id, Some(user))?;
    Ok(Reply::SeeWith(urls::list(&id.to_string()), Known::ComparisonBegun))
}

fn entry_row(visit: &Visit, row: &store::EntryRow) -> Result<EntryRow, WebError> {
    let body = body_of(row)?;
    let (list, samples) =
        visit.hub.store.read(|v| Ok((v.list(row.list)?, v.samples::<Sample>(row.id.uuid())?)))?;
    let (fingers, eyes) = names::counts(&samples);
    Ok(EntryRow {
        id: row.id.to_string(),
        reference: body.reference,
        list: list.name,
        state: names::entry(row.state),
        category: body.category,
        proposed_by: visit.person(row.proposed_by),
        proposed_at: row.proposed_at,
        expires: row.expires_at,
        review: row.review_at,
        fingers,
        eyes,
    })
}

fn subject(id: EntryId) -> String {
    format!("entry:{id}")
}

pub(super) fn entry(visit: &Visit) -> WebResult {
    visit.need(Action::SeeLists)?;
    let id: EntryId = visit.param("id")?;
    match visit.opened(&subject(id)) {
        Some(opened) => {
            let view = entry_view(visit, id, &opened, Vec::new())?;
            Ok(Reply::Page(pages::entry(&visit.ctx(), &view)?))
        }
        None => {
            let view = reason(visit, id)?;
            Ok(Reply::Page(pages::reason(&visit.ctx(), &view)?))
        }
    }
}

fn reason(visit: &Visit, id: EntryId) -> Result<view::ReasonView, WebError> {
    let row = visit.hub.store.read(|v| v.entry(id))?;
    let reference = body_of(&row)?.reference;
    encounters::ask(visit, reference, urls::entry_open(&id.to_string()), &urls::list(&row.list.to_string()))
}

pub(super) fn open_entry(visit: &Visit) -> WebResult {
    visit.need(Action::SeeLists)?;
    let id: EntryId = visit.param("id")?;
    let view = reason(visit, id)?;
    let state = visit.hub.store.read(|v| v.entry(id))?.state;
    let id_text = id.to_string();
    // Whoever may approve and opens a proposal wants to approve it.
    let target = if state == EntryState::Proposed && visit.may(Action::ApproveEntry) {
        urls::entry_approve(&id_text)
    } else {
        urls::entry(&id_text)
    };
    encounters::give_reason(visit, &subject(id), "entry.read", view, target)
}

fn entry_view(
    visit: &Visit,
    id: EntryId,
    opened: &Opened,
    errors: Vec<FieldError>,
) -> Result<EntryView, WebError> {
    let (row, samples) = visit.hub.store.read(|v| Ok((v.entry(id)?, v.samples::<Sample>(id.uuid())?)))?;
    let list = visit.hub.store.read(|v| v.list(row.list))?;
    let body = body_of(&row)?;
    let user = visit.user()?;
    let can = |may: Action, step: Step| visit.may(may) && screening::entry::step(row.state, step).is_ok();
    let mut actions = Vec::new();
    actions.extend(can(Action::SuspendEntry, Step::Suspend).then_some(EntryAction::Suspend));
    actions.extend(can(Action::ApproveEntry, Step::Resume).then_some(EntryAction::Resume));
    actions.extend(can(Action::DisputeEntry, Step::Dispute).then_some(EntryAction::Dispute));
    let longer = visit.hub.store.read(|v| v.extension(id))?;
    match &longer {
        None if visit.may(Action::ProposeEntry) && body.originator == user.agency => {
            if matches!(row.state, EntryState::Active | EntryState::Approved | EntryState::Suspended) {
                actions.push(EntryAction::Extend);
            }
        }
        Some(asked) if visit.may(Action::ApproveEntry) && asked.asked_by != user.id => {
            actions.extend([EntryAction::ApproveLonger, EntryAction::RefuseLonger]);
        }
        _ => {}
    }
    actions.extend(can(Action::SuspendEntry, Step::Revoke).then_some(EntryAction::Revoke));
    if row.state == EntryState::Proposed && visit.may(Action::ApproveEntry) && row.proposed_by != user.id {
        actions.insert(0, EntryAction::Approve);
    }
    // Who may read entries without being entitled to biometrics (auditor, agreement officer) sees no images.
    let images = visit.may(Action::ProposeEntry) || visit.may(Action::ApproveEntry);
    let tiles = if images {
        names::tiles(&samples, |n| format!("{}/image/{n}", urls::entry(&id.to_string())))
    } else {
        Vec::new()
    };
    let approved_at = visit
        .hub
        .store
        .read(|v| v.leaves_about(&subject(id)))?
        .into_iter()
        .find(|l| l.kind == "entry.approved")
        .map(|l| l.at);
    Ok(EntryView {
        id: id.to_string(),
        reference: body.reference,
        list_id: row.list.to_string(),
        list: list.name,
        state: names::entry(row.state),
        opened: encounters::view_opened(opened),
        originator: body.originator,
        legal_basis: body.basis,
        category: body.category,
        caveat: body.caveat,
        handling: body.handling,
        starts: row.starts_at,
        expires: row.expires_at,
        review: row.review_at,
        proposed_by: visit.person(row.proposed_by),
        proposed_at: row.proposed_at,
        approved_by: row.approved_by.map(|id| visit.person(id)),
        approved_at,
        misused_identity: body.misused_identity,
        source: samples.first().map(|s| s.source.clone()),
        tiles,
        timeline: encounters::timeline(visit, &subject(id))?,
        longer: longer.map(|l| view::LongerView {
            expires: l.expires_at,
            review: l.review_at,
            legal_basis: l.basis,
            asked_by: visit.person(l.asked_by),
            asked_at: l.asked_at,
        }),
        actions,
        errors,
    })
}

pub(super) fn image(visit: &Visit) -> WebResult {
    if !visit.may(Action::ProposeEntry) {
        visit.need(Action::ApproveEntry)?;
    }
    let id: EntryId = visit.param("id")?;
    if visit.opened(&subject(id)).is_none() {
        return Err(WebError::NotFound);
    }
    encounters::picture(visit, id.uuid(), visit.param("ordinal")?)
}

pub(super) fn act(visit: &Visit) -> WebResult {
    let user = visit.need(Action::SeeLists)?;
    let id: EntryId = visit.param("id")?;
    let form: forms::EntryAct = visit.form()?;
    let step = match form.action {
        EntryAction::Suspend => Step::Suspend,
        EntryAction::Resume => Step::Resume,
        EntryAction::Dispute => Step::Dispute,
        EntryAction::Revoke => Step::Revoke,
        EntryAction::Approve => return Ok(Reply::See(urls::entry_approve(&id.to_string()))),
        EntryAction::Extend | EntryAction::ApproveLonger | EntryAction::RefuseLonger => {
            return longer(visit, id, &form);
        }
        EntryAction::Refuse | EntryAction::Purge => return Err(WebError::BadForm),
    };
    if form.reason.trim().is_empty() {
        let Some(opened) = visit.opened(&subject(id)) else {
            return Ok(Reply::See(urls::entry(&id.to_string())));
        };
        let view = entry_view(visit, id, &opened, vec![FieldError::new("reason", Known::ReasonNeeded)])?;
        return Ok(Reply::Status(StatusCode::UNPROCESSABLE_ENTITY, pages::entry(&visit.ctx(), &view)?));
    }
    visit.hub.change_entry(id, user, step, &form.reason)?;
    Ok(Reply::SeeWith(urls::entry(&id.to_string()), Known::EntryChanged))
}

/// More time: asked for, approved, refused.
fn longer(visit: &Visit, id: EntryId, form: &forms::EntryAct) -> WebResult {
    let user = visit.user()?;
    let Some(opened) = visit.opened(&subject(id)) else {
        return Ok(Reply::See(urls::entry(&id.to_string())));
    };
    let done = match form.action {
        EntryAction::Extend => {
            match (visit.day(&form.expires), visit.day(&form.review)) {
                (Some(last), Some(review)) => {
                    // The last day counts.
                    let expires = last + SignedDuration::from_hours(24);
                    visit.hub.ask_extension(id, user, &form.reason, expires, review)
                }
                _ => Err(Refusal::LongerDays.into()),
            }
        }
        action => visit.hub.decide_extension(id, user, action == EntryAction::ApproveLonger),
    };
    match done {
        Ok(()) => Ok(Reply::SeeWith(urls::entry(&id.to_string()), Known::EntryChanged)),
        Err(HubError::Refused(why)) => {
            let view = entry_view(visit, id, &opened, vec![FieldError::new("reason", why)])?;
            Ok(Reply::Status(StatusCode::UNPROCESSABLE_ENTITY, pages::entry(&visit.ctx(), &view)?))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn approval(visit: &Visit) -> WebResult {
    visit.need(Action::ApproveEntry)?;
    approval_page(visit, visit.param("id")?, Vec::new(), StatusCode::OK)
}

fn approval_page(visit: &Visit, id: EntryId, errors: Vec<FieldError>, status: StatusCode) -> WebResult {
    let Some(opened) = visit.opened(&subject(id)) else {
        return Ok(Reply::See(urls::entry(&id.to_string())));
    };
    let row = visit.hub.store.read(|v| v.entry(id))?;
    let view = ApprovalView {
        entry: entry_view(visit, id, &opened, Vec::new())?,
        own_proposal: row.proposed_by == visit.user()?.id,
        same_basis: visit.hub.same_basis(&row)?,
        errors,
    };
    Ok(Reply::Status(status, pages::approval(&visit.ctx(), &view)?))
}

pub(super) fn approve(visit: &Visit) -> WebResult {
    let user = visit.need(Action::ApproveEntry)?;
    let id: EntryId = visit.param("id")?;
    let form: forms::Approval = visit.form()?;
    let again = |error| approval_page(visit, id, vec![error], StatusCode::UNPROCESSABLE_ENTITY);
    if visit.opened(&subject(id)).is_none() {
        return Ok(Reply::See(urls::entry(&id.to_string())));
    }
    match form.verdict.as_str() {
        "approve" if form.confirm != "on" => again(FieldError::new("confirm", Known::ConfirmNeeded)),
        "approve" => {
            visit.hub.approve(id, user)?;
            Ok(Reply::SeeWith(urls::entry(&id.to_string()), Known::EntryApproved))
        }
        "refuse" if form.reason.trim().is_empty() => again(FieldError::new("reason", Known::ReasonNeeded)),
        "refuse" => {
            visit.hub.refuse_entry(id, user, &form.reason)?;
            Ok(Reply::SeeWith(urls::LISTS.to_owned(), Known::EntryRefused))
        }
        _ => Err(WebError::BadForm),
    }
}
