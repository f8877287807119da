//! The redress desk, and the page for whoever holds a receipt.

use super::{Reply, Visit, WebError, WebResult, encounters, names};
use crate::{HubError, NewRedress, Refusal, entries::body_of};
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{FieldError, ReceiptRow, ReceiptView, RedressAction, RedressDeskView, RedressRow, RedressView},
};
use model::{RedressId, RedressKind};
use policy::Action;
use screening::redress::{self, Step};

const ACTIONS: [(RedressAction, Step); 7] = [
    (RedressAction::AskProof, Step::AskProof),
    (RedressAction::Review, Step::Review),
    (RedressAction::Uphold, Step::Uphold),
    (RedressAction::UpholdPartly, Step::UpholdPartly),
    (RedressAction::Refuse, Step::Refuse),
    (RedressAction::Propagate, Step::Propagate),
    (RedressAction::Close, Step::Close),
];

fn row(row: &store::RedressRow) -> RedressRow {
    RedressRow {
        id: row.id.to_string(),
        number: names::short("R", row.id),
        kind: names::redress_kind(row.kind),
        state: names::redress(row.state),
        opened: row.opened_at,
        due: redress::due(row.state, row.opened_at, row.decided_at),
    }
}

pub(super) fn desk(visit: &Visit) -> WebResult {
    desk_page(visit, RedressDeskView::default(), StatusCode::OK)
}

fn desk_page(visit: &Visit, mut view: RedressDeskView, status: StatusCode) -> WebResult {
    visit.need(Action::HandleRedress)?;
    view.rows = visit.hub.store.read(|v| v.all_redress())?.iter().map(row).collect();
    // What is due comes first, the soonest before the others.
    view.rows.sort_by_key(|r| (r.due.is_none(), r.due, std::cmp::Reverse(r.opened)));
    Ok(Reply::Status(status, pages::redress(&visit.ctx(), &view)?))
}

pub(super) fn take_down(visit: &Visit) -> WebResult {
    let user = visit.need(Action::HandleRedress)?;
    let form: forms::NewRedress = visit.form()?;
    let new = NewRedress {
        kind: form.kind.parse::<RedressKind>().ok(),
        text: form.text.clone(),
        contact: form.contact.clone(),
        entry: form.entry.clone(),
        encounter: form.encounter.clone(),
    };
    match visit.hub.open_redress(&new, user) {
        // Shown once, on this page, and never again.
        Ok((_, code)) => {
            desk_page(visit, RedressDeskView { new_code: Some(code), ..Default::default() }, StatusCode::OK)
        }
        Err(HubError::Refused(why)) => {
            let field = match why {
                Refusal::RedressNoEntry { .. } | Refusal::RedressManyEntries { .. } => "entry",
                Refusal::RedressNoEncounter { .. } => "encounter",
                Refusal::RedressKind => "kind",
                _ => "text",
            };
            let view = RedressDeskView {
                values: forms::NewRedress { csrf: String::new(), ..form },
                errors: vec![FieldError::new(field, why)],
                ..Default::default()
            };
            desk_page(visit, view, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn one(visit: &Visit) -> WebResult {
    visit.need(Action::HandleRedress)?;
    case_page(visit, visit.param("id")?, Vec::new(), StatusCode::OK)
}

fn case_page(visit: &Visit, id: RedressId, errors: Vec<FieldError>, status: StatusCode) -> WebResult {
    let (request, words) = visit.hub.read_redress(id, visit.user()?)?;
    let entry = match request.entry {
        Some(entry) => {
            let listed = visit.hub.store.read(|v| v.entry(entry))?;
            Some((entry.to_string(), body_of(&listed)?.reference))
        }
        None => None,
    };
    let possible = |step| redress::step(request.state, step, "a reason is given with the form").is_ok();
    let view = RedressView {
        row: row(&request),
        text: words.text,
        contact: words.contact,
        entry,
        encounter: request.encounter.map(|e| (e.to_string(), names::number(e))),
        outcome: words.outcome,
        timeline: encounters::timeline(visit, &format!("redress:{id}"))?,
        actions: ACTIONS.iter().filter(|(_, step)| possible(*step)).map(|(action, _)| *action).collect(),
        errors,
    };
    Ok(Reply::Status(status, pages::redress_case(&visit.ctx(), &view)?))
}

pub(super) fn act(visit: &Visit) -> WebResult {
    let user = visit.need(Action::HandleRedress)?;
    let id: RedressId = visit.param("id")?;
    let form: forms::RedressAct = visit.form()?;
    let step = ACTIONS.iter().find(|(action, _)| *action == form.action).map(|(_, step)| *step);
    let step = step.ok_or(WebError::BadForm)?;
    match visit.hub.step_redress(id, step, &form.reason, user) {
        Ok(_) => Ok(Reply::SeeWith(urls::redress_case(&id.to_string()), Known::RedressChanged)),
        Err(HubError::Refused(why)) => {
            case_page(visit, id, vec![FieldError::new("reason", why)], StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// Nobody signs in here: the code is all that is asked for.
pub(super) fn receipt(visit: &Visit) -> WebResult {
    Ok(Reply::Page(pages::receipt(&visit.ctx(), &ReceiptView::default())?))
}

pub(super) fn look(visit: &Visit) -> WebResult {
    let form: forms::Receipt = visit.form()?;
    let found = visit.hub.redress_by_code(&form.code)?;
    let status = if found.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let found = found.map(|(row, outcome)| ReceiptRow {
        kind: names::redress_kind(row.kind),
        state: names::redress(row.state),
        opened: row.opened_at,
        due: redress::due(row.state, row.opened_at, row.decided_at),
        outcome,
    });
    let view = ReceiptView { code: form.code, found };
    Ok(Reply::Status(status, pages::receipt(&visit.ctx(), &view)?))
}
