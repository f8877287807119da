//! The alert desk.

use super::{Reply, Visit, WebError, WebResult, encounters, names};
use crate::entries::body_of;
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{AlertAction, AlertRow, AlertView, AlertsView, DeliveryRow, FieldError},
};
use model::{AlertId, AlertState};
use policy::Action;
use screening::alert::{self, Event};

/// Alerts that the desk looks back on.
const LOOK: usize = 500;

pub(super) fn list(visit: &Visit) -> WebResult {
    let user = visit.user()?;
    let mut view = AlertsView::default();
    for row in visit.hub.alerts_for(user, LOOK)? {
        let shown = alert_row(visit, &row)?;
        if matches!(row.state, AlertState::Closed | AlertState::Retracted) {
            view.closed.push(shown);
        } else {
            view.open.push(shown);
        }
    }
    Ok(Reply::Page(pages::alerts(&visit.ctx(), &view)?))
}

fn alert_row(visit: &Visit, row: &store::AlertRow) -> Result<AlertRow, WebError> {
    let (list, entry, encounter) = visit.hub.store.read(|v| {
        let case = v.case(row.case)?;
        Ok((v.list(row.list)?, v.entry(case.entry)?, v.need_encounter(row.encounter)?))
    })?;
    let station = visit.hub.store.read(|v| v.station(encounter.station))?;
    let body = body_of(&entry)?;
    let mut actions = Vec::new();
    let mut offer = |action, allowed: bool, event| {
        if allowed && alert::step(row.state, event).is_ok() {
            actions.push(action);
        }
    };
    offer(AlertAction::Acknowledge, visit.may(Action::HandleAlert), Event::Acknowledge);
    offer(AlertAction::TakeInHand, visit.may(Action::HandleAlert), Event::TakeInHand);
    offer(AlertAction::Close, visit.may(Action::HandleAlert), Event::Close);
    offer(AlertAction::Retract, visit.may(Action::RetractAlert), Event::Retract);
    Ok(AlertRow {
        id: row.id.to_string(),
        reference: names::short("A", row.id),
        state: names::alert(row.state),
        raised: row.raised_at,
        acknowledge_by: row.next_escalation_at,
        list: list.name,
        station: station.map(|s| format!("{}, {}", s.name, s.site)).unwrap_or_default(),
        caveat: body.caveat,
        handling: body.handling,
        with: row.acknowledged_by.map(|id| visit.person(id)),
        actions,
    })
}

pub(super) fn one(visit: &Visit) -> WebResult {
    alert_page(visit, visit.param("id")?, Vec::new(), StatusCode::OK)
}

fn alert_page(visit: &Visit, id: AlertId, errors: Vec<FieldError>, status: StatusCode) -> WebResult {
    let user = visit.user()?;
    let row = visit.hub.alert_for(id, user)?;
    let (case, list, recipients, decisions) = visit.hub.store.read(|v| {
        Ok((v.case(row.case)?, v.list(row.list)?, v.alert_recipients(id)?, v.decisions(row.case)?))
    })?;
    let entry = visit.hub.store.read(|v| v.entry(case.entry))?;
    let body = body_of(&entry)?;
    let deliveries = recipients
        .iter()
        .map(|r| DeliveryRow {
            recipient: visit.person(r.user),
            delivered: r.delivered_at,
            acknowledged: row.acknowledged_at.filter(|_| row.acknowledged_by == Some(r.user)),
            retraction_receipt: r.retraction_seen_at,
        })
        .collect();
    let view = AlertView {
        alert: alert_row(visit, &row)?,
        category: body.category,
        contact: list.contact,
        legal_basis: body.basis,
        misused_identity: body.misused_identity,
        encounter_id: visit.may(Action::OpenEncounter).then(|| row.encounter.to_string()),
        encounter_number: names::number(row.encounter),
        entry_id: visit.may(Action::SeeLists).then(|| case.entry.to_string()),
        examiners: decisions.len().min(255) as u8,
        deliveries,
        retracted_because: (row.state == AlertState::Retracted).then(|| row.note.clone()),
        timeline: encounters::timeline(visit, &format!("alert:{id}"))?,
        errors,
    };
    Ok(Reply::Status(status, pages::alert(&visit.ctx(), &view)?))
}

pub(super) fn act(visit: &Visit) -> WebResult {
    let user =
        if visit.may(Action::RetractAlert) { visit.user()? } else { visit.need(Action::HandleAlert)? };
    let id: AlertId = visit.param("id")?;
    let form: forms::AlertAct = visit.form()?;
    let back = if form.back.is_empty() {
        urls::alert(&id.to_string())
    } else {
        urls::local_path(&form.back).to_owned()
    };
    let event = match form.action {
        AlertAction::Acknowledge => Event::Acknowledge,
        AlertAction::TakeInHand => Event::TakeInHand,
        AlertAction::Close => Event::Close,
        AlertAction::Retract => {
            visit.need(Action::RetractAlert)?;
            if form.reason.trim().is_empty() {
                let error = FieldError::new("reason", Known::ReasonNeeded);
                return alert_page(visit, id, vec![error], StatusCode::UNPROCESSABLE_ENTITY);
            }
            visit.hub.retract(id, user, &form.reason)?;
            return Ok(Reply::SeeWith(back, Known::AlertRetracted));
        }
    };
    visit.hub.act_on_alert(id, user, event, &form.reason)?;
    Ok(Reply::SeeWith(back, Known::AlertChanged))
}
