//! The door for stations and partner hubs: the protocol of `exchange::protocol`, over axum.
//!
//! No route without an authorisation rule: `GET /v1/hub` is open, enrolment needs a one-time code, everything
//! else a signature by an enrolled sender that is neither locked nor lost.

mod encounters;

use crate::Hub;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use exchange::protocol::{
    self, ANSWER_ROUTE, ENCOUNTER_ROUTE, ENROL_PATH, EnrolRequest, HUB_PATH, MAX_JSON_LENGTH,
    MAX_PART_LENGTH, Problem,
};
use std::sync::Arc;

/// The routes of this door.
pub(crate) fn routes() -> Router<Arc<Hub>> {
    Router::new()
        .route(HUB_PATH, get(hub))
        .route(ENROL_PATH, post(enrol).layer(DefaultBodyLimit::max(MAX_JSON_LENGTH as usize)))
        .route(
            ENCOUNTER_ROUTE,
            put(encounters::put)
                .post(encounters::put)
                .head(encounters::head)
                .delete(encounters::delete)
                .layer(DefaultBodyLimit::max(MAX_PART_LENGTH as usize)),
        )
        .route(ANSWER_ROUTE, get(encounters::answer))
}

/// A refusal as `application/problem+json`.
pub(crate) struct Refusal(pub(crate) Problem);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(protocol::PROBLEM_TYPE));
        if matches!(self.0.status, 429 | 503) {
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        (status, headers, Json(self.0)).into_response()
    }
}

/// The hub itself failed (disk full, database locked): the sender keeps its bytes and tries again.
pub(crate) fn fault(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "request failed");
    Refusal(Problem::new(
        "later",
        503,
        "the hub cannot store anything at this moment",
        "nothing new was kept at the hub; the station keeps the encounter",
        "it is sent again by itself; if this lasts, tell the hub's administrator",
    ))
    .into_response()
}

async fn hub(State(hub): State<Arc<Hub>>) -> Response {
    Json(hub.info()).into_response()
}

async fn enrol(State(hub): State<Arc<Hub>>, body: Bytes) -> Response {
    let request: EnrolRequest = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => {
            return Refusal(Problem::new(
                "json",
                400,
                format!("the request is not understood: {error}"),
                "nothing was enrolled",
                "use a station of the same protocol version",
            ))
            .into_response();
        }
    };
    match tokio::task::spawn_blocking(move || hub.enrol(&request)).await {
        Ok(Ok(Ok(reply))) => (StatusCode::CREATED, Json(reply)).into_response(),
        Ok(Ok(Err(problem))) => Refusal(problem).into_response(),
        Ok(Err(error)) => fault(&error),
        Err(error) => fault(&error),
    }
}
