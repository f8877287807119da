//! The door for people: the console.
//!
//! Every handler is a plain function from a [`Visit`] to a [`Reply`], run off the async threads because the store
//! blocks. The table in [`routes`] is the whole list of addresses; each handler begins with its authorisation.
//! A POST without the right CSRF token never reaches a handler.

mod admin;
mod alerts;
mod board;
mod door;
mod encounters;
mod examine;
mod lists;
mod live;
pub(crate) mod names;
mod propose;
mod quality;
mod redress;
mod visit;

pub(crate) use visit::Opened;
pub(crate) use visit::{Reply, Visit, WebError, WebResult};

use crate::Hub;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawPathParams, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use console::{assets, urls};
use std::sync::Arc;
use tower_http::set_header::SetResponseHeaderLayer;

/// Largest form without files.
const MAX_FORM: usize = 256 << 10;

/// Largest proposal with its files.
const MAX_UPLOAD: usize = 64 << 20;

type Handler = fn(&Visit) -> WebResult;

/// All addresses of the console.
pub(crate) fn routes() -> Router<Arc<Hub>> {
    let show = |handler: Handler| page(handler, None);
    let both = |shown: Handler, done: Handler| page(shown, Some(done));
    let act = |handler: Handler| only_post(handler);
    Router::new()
        .route(urls::BOARD, show(board::board))
        .route(urls::FIRST_START, both(door::first_start, door::enrol_first))
        .route(urls::SIGN_IN, both(door::sign_in, door::do_sign_in))
        .route(urls::SIGN_OUT, act(door::sign_out))
        .route(urls::JOIN, both(door::join, door::do_join))
        .route(urls::PREFERENCES, act(door::preferences))
        .route(urls::PROFILE, show(door::profile))
        .route(urls::PROFILE_PASSWORD, act(door::change_password))
        .route(urls::HELP, show(door::help))
        .route(urls::ENCOUNTERS, show(encounters::list))
        .route(urls::ENCOUNTER, show(encounters::one))
        .route(urls::ENCOUNTER_OPEN, act(encounters::open))
        .route("/encounters/{id}/image/{ordinal}", show(encounters::image))
        .route(urls::LISTS, show(lists::lists))
        .route(urls::LIST, show(lists::list))
        .route(urls::LIST_TWICE, act(lists::find_twice))
        .route(
            urls::ENTRY_NEW,
            get(propose::form).post(propose::submit).layer(DefaultBodyLimit::max(MAX_UPLOAD)),
        )
        .route(urls::ENTRY, show(lists::entry))
        .route(urls::ENTRY_OPEN, act(lists::open_entry))
        .route("/entries/{id}/image/{ordinal}", show(lists::image))
        .route(urls::ENTRY_ACT, act(lists::act))
        .route(urls::ENTRY_APPROVE, both(lists::approval, lists::approve))
        .route(urls::EXAMINE, show(examine::queue))
        .route(urls::EXAMINE_NEXT, act(examine::next))
        .route(urls::CASE, show(examine::workbench))
        .route("/examine/{id}/image/{side}/{ordinal}", show(examine::image))
        .route("/examine/{id}/layers/{side}/{ordinal}", show(examine::layers))
        .route(urls::CASE_DECIDE, act(examine::decide))
        .route(urls::CONFLICTS, show(examine::conflicts))
        .route(urls::CONFLICT_TAKE, act(examine::take_conflict))
        .route(urls::ALERTS, show(alerts::list))
        .route(urls::ALERT, show(alerts::one))
        .route(urls::ALERT_ACT, act(alerts::act))
        .route(urls::REDRESS, show(redress::desk))
        .route(urls::REDRESS_NEW, act(redress::take_down))
        .route(urls::REDRESS_CASE, show(redress::one))
        .route(urls::REDRESS_ACT, act(redress::act))
        .route(
            urls::QUALITY,
            page(quality::desk, None).post(quality::prepare).layer(DefaultBodyLimit::max(MAX_UPLOAD)),
        )
        .route(urls::KNOWN_WITHDRAW, act(quality::withdraw))
        .route(urls::RECEIPT, both(redress::receipt, redress::look))
        .route(urls::STATIONS, show(admin::stations))
        .route(urls::STATION_NEW, act(admin::provision))
        .route(urls::STATION_ACT, act(admin::station_act))
        .route(urls::AGREEMENTS, show(admin::agreements))
        .route(urls::AGREEMENT, show(admin::agreement))
        .route(urls::AGREEMENT_DIFF, show(admin::agreement_diff))
        .route(urls::AUDIT, show(admin::audit))
        .route(urls::AUDIT_VERIFY, act(admin::verify))
        .route(urls::USERS, show(admin::users))
        .route(urls::USER_INVITE, act(admin::invite))
        .route(urls::USER_ACT, act(admin::user_act))
        .route(urls::LIVE, get(live::live))
        .route(urls::ASSET, get(asset))
        .fallback(page(door::not_found, None))
        .layer(headers("content-security-policy", CSP))
        .layer(headers("x-content-type-options", "nosniff"))
        .layer(headers("referrer-policy", "same-origin"))
        .layer(headers("x-frame-options", "DENY"))
}

/// Nothing from elsewhere, no inline script, never in a frame.
const CSP: &str = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; \
                   frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

fn headers(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(
        header::HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )
}

fn page(shown: Handler, done: Option<Handler>) -> MethodRouter<Arc<Hub>> {
    let router = get(move |state, params, uri, headers| {
        run(state, params, Method::GET, uri, headers, Bytes::new(), shown)
    });
    match done {
        None => router,
        Some(done) => router
            .post(move |state, params, uri, headers, body| {
                run(state, params, Method::POST, uri, headers, body, done)
            })
            .layer(DefaultBodyLimit::max(MAX_FORM)),
    }
}

fn only_post(done: Handler) -> MethodRouter<Arc<Hub>> {
    axum::routing::post(move |state, params, uri, headers, body| {
        run(state, params, Method::POST, uri, headers, body, done)
    })
    .layer(DefaultBodyLimit::max(MAX_FORM))
}

async fn run(
    State(hub): State<Arc<Hub>>,
    params: RawPathParams,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    handler: Handler,
) -> Response {
    let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    answer(move || {
        let visit = Visit::new(hub, params, &uri, &headers, body.to_vec());
        visit.answer(method == Method::POST, handler)
    })
    .await
}

/// Runs blocking work; a panic in it is this request's failure alone.
async fn answer(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a page failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some((content_type, bytes, etag)) = assets::get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes());
    let cache =
        [(header::ETAG, etag), (header::CACHE_CONTROL, "no-cache"), (header::CONTENT_TYPE, content_type)];
    if known { (StatusCode::NOT_MODIFIED, cache).into_response() } else { (cache, bytes).into_response() }
}
