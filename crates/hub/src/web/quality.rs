//! The quality desk: cases with known answers, and what examiners said of them (S22).

use super::{Reply, Visit, WebError, WebResult, answer};
use crate::{Capture, EntryFile, Hub, HubError, NewKnownCase, Refusal};
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, RawPathParams, Request, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use console::{
    Known, forms, pages, urls,
    view::{Answers, FieldError, KnownAnswer, KnownCaseRow, KnownStand, QualityView, Share},
};
use exchange::manifest::ItemKind;
use model::{CaseId, CaseState};
use policy::Action;
use screening::proficiency::{Rate, Tally};
use std::sync::Arc;

pub(super) fn desk(visit: &Visit) -> WebResult {
    show(visit, forms::KnownCaseFields::default(), Vec::new(), StatusCode::OK)
}

fn show(
    visit: &Visit,
    values: forms::KnownCaseFields,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> WebResult {
    let user = visit.need(Action::KeepKnownCases)?;
    let found = visit.hub.proficiency(user)?;
    let users = visit.hub.store.read(|v| v.users())?;
    let mut examiners: Vec<(String, Answers)> = found
        .examiners
        .iter()
        .map(|(id, tally)| {
            let user = users.iter().find(|u| u.id == *id);
            (user.map_or_else(|| id.to_string(), |u| u.name.clone()), answers(tally))
        })
        .collect();
    examiners.sort_by(|a, b| a.0.cmp(&b.0));
    let view = QualityView {
        every: visit.hub.config.known_case_every,
        cases: found.cases.iter().map(|(row, state, said)| case(row, *state, said)).collect(),
        examiners,
        all: answers(&found.all),
        upload_limit_mib: (super::MAX_UPLOAD >> 20) as u32,
        values,
        errors,
    };
    Ok(Reply::Status(status, pages::quality(&visit.ctx(), &view)?))
}

fn case(row: &store::KnownCaseRow, state: Option<CaseState>, said: &Tally) -> KnownCaseRow {
    let stand = match state {
        Some(state) if state.is_open() => KnownStand::Open,
        Some(_) => KnownStand::Decided,
        None if row.destroyed_at.is_some() => KnownStand::Withdrawn,
        None => KnownStand::Waiting,
    };
    KnownCaseRow {
        id: row.id.to_string(),
        title: row.title.clone(),
        answer: if row.same { KnownAnswer::Same } else { KnownAnswer::Different },
        stand,
        added: row.added_at,
        decisions: said.same + said.different,
        wrong: said.missed + said.mistaken,
    }
}

fn answers(tally: &Tally) -> Answers {
    Answers { mistaken: share(tally.mistaken()), missed: share(tally.missed()), open: share(tally.open()) }
}

fn share(rate: Rate) -> Share {
    let percent = |share: f64| (share * 100.0).clamp(0.0, 100.0);
    Share {
        count: rate.count,
        of: rate.of,
        low: percent(rate.low).floor() as u8,
        high: percent(rate.high).ceil() as u8,
    }
}

pub(super) fn withdraw(visit: &Visit) -> WebResult {
    let user = visit.need(Action::KeepKnownCases)?;
    let id: CaseId = visit.param("id")?;
    match visit.hub.withdraw_known_case(id, user) {
        Ok(()) => Ok(Reply::SeeWith(urls::QUALITY.to_owned(), Known::KnownCaseWithdrawn)),
        Err(HubError::Refused(why)) => show(
            visit,
            forms::KnownCaseFields::default(),
            vec![FieldError::new("title", why)],
            StatusCode::CONFLICT,
        ),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn prepare(
    State(hub): State<Arc<Hub>>,
    params: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let params: Vec<(String, String)> = params.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let sent = match read(request).await {
        Ok(sent) => sent,
        Err(status) => return status.into_response(),
    };
    answer(move || {
        let visit = Visit::new(hub, params, &uri, &headers, Vec::new());
        let result =
            if visit.csrf_is_right(&sent.csrf) { take(&visit, sent) } else { Err(WebError::BadForm) };
        visit.respond(result)
    })
    .await
}

#[derive(Default)]
struct Sent {
    csrf: String,
    fields: forms::KnownCaseFields,
    first: Option<(String, Bytes)>,
    second: Option<(String, Bytes)>,
}

async fn read(request: Request) -> Result<Sent, StatusCode> {
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut sent = Sent::default();
    while let Some(field) = multipart.next_field().await.map_err(|e| e.status())? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            let bytes = field.bytes().await.map_err(|e| e.status())?;
            let given = (!bytes.is_empty()).then_some((file, bytes));
            match name.as_str() {
                "first" => sent.first = given,
                "second" => sent.second = given,
                _ => {}
            }
            continue;
        }
        let text = field.text().await.map_err(|e| e.status())?;
        match name.as_str() {
            "csrf" => sent.csrf = text,
            "title" => sent.fields.title = text,
            "answer" => sent.fields.answer = text,
            _ => {}
        }
    }
    Ok(sent)
}

fn take(visit: &Visit, sent: Sent) -> WebResult {
    let user = visit.need(Action::KeepKnownCases)?;
    let again = |errors| show(visit, sent.fields.clone(), errors, StatusCode::UNPROCESSABLE_ENTITY);
    let known = KnownAnswer::ALL.iter().find(|answer| answer.code() == sent.fields.answer);
    let Some(known) = known else {
        return again(vec![FieldError::new("answer", Known::AnswerNeeded)]);
    };
    let file = |given: &Option<(String, Bytes)>| -> Vec<EntryFile> {
        let transaction = |(name, bytes): &(String, Bytes)| EntryFile {
            kind: ItemKind::Transaction,
            name: name.clone(),
            bytes: bytes.to_vec(),
        };
        given.iter().map(transaction).collect()
    };
    let new = NewKnownCase {
        title: sent.fields.title.clone(),
        same: *known == KnownAnswer::Same,
        probe: file(&sent.first),
        candidate: file(&sent.second),
    };
    match visit.hub.add_known_case(&new, Some(user)) {
        Ok(_) => Ok(Reply::SeeWith(urls::QUALITY.to_owned(), Known::KnownCaseKept)),
        Err(HubError::Refused(why)) => {
            let field = match why {
                Refusal::KnownFile { side: Capture::First }
                | Refusal::KnownImage { side: Capture::First, .. } => "first",
                Refusal::KnownFile { .. }
                | Refusal::KnownImage { .. }
                | Refusal::KnownNothingInCommon
                | Refusal::NoTemplate { .. } => "second",
                _ => "title",
            };
            again(vec![FieldError::new(field, why)])
        }
        Err(error) => Err(error.into()),
    }
}
