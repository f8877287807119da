//! The proposal of an entry: a form with files.

use super::{Reply, Visit, WebError, WebResult, answer};
use crate::{EntryFile, Hub, HubError, NewEntry, Refusal};
use axum::{
    body::Bytes,
    extract::{FromRequest, Multipart, RawPathParams, Request, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use console::{
    Known, forms, pages, urls,
    view::{Choice, EntryFormView, FieldError},
};
use exchange::manifest::ItemKind;
use jiff::SignedDuration;
use model::{Eye, FingerPosition, ListId};
use policy::Action;
use screening::entry::{EntryBody, Field};
use std::sync::Arc;

/// Most files of one proposal: ten fingers, two eyes, a transaction.
const MAX_FILES: usize = 13;

pub(super) async fn form(
    State(hub): State<Arc<Hub>>,
    params: RawPathParams,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let params = params.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    answer(move || {
        let visit = Visit::new(hub, params, &uri, &headers, Vec::new());
        visit.respond(show(&visit, forms::EntryFields::default(), Vec::new(), StatusCode::OK))
    })
    .await
}

pub(super) async fn submit(
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
    fields: forms::EntryFields,
    files: Vec<(String, String, Bytes)>,
}

async fn read(request: Request) -> Result<Sent, StatusCode> {
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut sent = Sent::default();
    while let Some(field) = multipart.next_field().await.map_err(|e| e.status())? {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            let bytes = field.bytes().await.map_err(|e| e.status())?;
            if !bytes.is_empty() && sent.files.len() < MAX_FILES {
                sent.files.push((name, file, bytes));
            }
        } else {
            let text = field.text().await.map_err(|e| e.status())?;
            if name == "csrf" {
                sent.csrf = text;
            } else {
                sent.fields.set(&name, &text);
            }
        }
    }
    Ok(sent)
}

fn show(visit: &Visit, values: forms::EntryFields, errors: Vec<FieldError>, status: StatusCode) -> WebResult {
    visit.need(Action::ProposeEntry)?;
    let id: ListId = visit.param("id")?;
    let list = visit.hub.store.read(|v| v.list(id))?;
    let choices = |texts: &[String]| texts.iter().map(|t| Choice::new(t.clone(), t.clone())).collect();
    let view = EntryFormView {
        list_id: id.to_string(),
        list: list.name,
        originators: choices(&[list.originator]),
        categories: choices(&visit.hub.config.categories),
        handling_codes: choices(&visit.hub.config.handling),
        cap_days: list.max_days,
        upload_limit_mib: (super::MAX_UPLOAD >> 20) as u32,
        values,
        errors,
    };
    Ok(Reply::Status(status, pages::entry_form(&visit.ctx(), &view)?))
}

fn take(visit: &Visit, sent: Sent) -> WebResult {
    let user = visit.need(Action::ProposeEntry)?;
    let list: ListId = visit.param("id")?;
    let fields = &sent.fields;
    let mut errors = Vec::new();
    let mut day = |name: &str, text: &str| {
        let found = visit.day(text);
        if found.is_none() {
            errors.push(FieldError::new(name, Known::NotADay));
        }
        found
    };
    let starts = day("starts", &fields.starts);
    // The last day counts whole.
    let expires = day("expires", &fields.expires).map(|d| d + SignedDuration::from_hours(24));
    let review = day("review", &fields.review);
    let needed = [
        ("originator", &fields.originator),
        ("case_number", &fields.case_number),
        ("legal_basis", &fields.legal_basis),
        ("category", &fields.category),
        ("handling", &fields.handling),
        ("caveat", &fields.caveat),
    ];
    for (name, _) in needed.iter().filter(|(_, text)| text.trim().is_empty()) {
        errors.push(FieldError::new(name, Known::Needed));
    }
    if sent.files.is_empty() {
        errors.push(FieldError::new(forms::TRANSACTION_FILE, Known::SamplesNeeded));
    }
    let (Some(starts_at), Some(expires_at), Some(review_at), true) =
        (starts, expires, review, errors.is_empty())
    else {
        return show(visit, sent.fields.clone(), errors, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let ppi = fields.ppi.trim().parse().ok();
    let files = sent
        .files
        .iter()
        .filter_map(|(field, name, bytes)| {
            Some(EntryFile { kind: kind(field, ppi)?, name: name.clone(), bytes: bytes.to_vec() })
        })
        .collect();
    let new = NewEntry {
        list,
        body: EntryBody {
            originator: fields.originator.clone(),
            reference: fields.case_number.trim().to_owned(),
            basis: fields.legal_basis.trim().to_owned(),
            category: fields.category.clone(),
            caveat: fields.caveat.trim().to_owned(),
            handling: fields.handling.clone(),
            misused_identity: fields.misused_identity == "on",
            repeated_basis: false,
            signature: None,
        },
        starts_at,
        expires_at,
        review_at,
        files,
    };
    match visit.hub.propose(&new, user) {
        Ok(_) => Ok(Reply::SeeWith(urls::list(&list.to_string()), Known::EntryProposed)),
        Err(HubError::Refused(why)) => {
            let error = FieldError::new(field_of(&why), why);
            show(visit, sent.fields, vec![error], StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

/// The field that a refusal is about, so that it is shown beside it.
fn field_of(why: &Refusal) -> &'static str {
    match why {
        Refusal::ProposeElsewhere { .. } | Refusal::EntryMissing { field: Field::Originator } => "originator",
        Refusal::EntryMissing { field: Field::Reference } => "case_number",
        Refusal::EntryMissing { field: Field::Basis } | Refusal::EntryThinBasis { .. } => "legal_basis",
        Refusal::EntryMissing { field: Field::Category } | Refusal::EntryCategory { .. } => "category",
        Refusal::EntryMissing { field: Field::Caveat } => "caveat",
        Refusal::EntryMissing { field: Field::Handling } => "handling",
        Refusal::EntryDates | Refusal::EntryTooLong { .. } => "expires",
        _ => forms::TRANSACTION_FILE,
    }
}

fn kind(field: &str, ppi: Option<u16>) -> Option<ItemKind> {
    if field == forms::TRANSACTION_FILE {
        return Some(ItemKind::Transaction);
    }
    for position in FingerPosition::TEN {
        if field == forms::finger_file(position.code()) {
            return Some(ItemKind::Finger { position, ppi });
        }
    }
    [Eye::Right, Eye::Left]
        .into_iter()
        .find(|eye| field == forms::eye_file(eye.code()))
        .map(|eye| ItemKind::Iris { eye })
}
