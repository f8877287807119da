//! Uploads and answers.

use super::{Refusal, fault};
use crate::{
    Hub, HubError,
    receive::{Received, Stored},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use exchange::{
    Answer, VerifyingKey,
    protocol::{MAX_CLOCK_SKEW_S, Problem, REPR_DIGEST, REVISION, SEALED_TYPE, UPLOAD_LENGTH, UPLOAD_OFFSET},
    request::{self, RequestError, Verified},
    seal_answer,
};
use model::{EncounterId, EncounterState};
use std::sync::Arc;
use store::StationRow;

/// A request by a known sender.
struct Signed {
    station: StationRow,
    key: VerifyingKey,
    verified: Verified,
}

/// `PUT /v1/encounters/{id}`: a part of a sealed encounter.
pub(super) async fn put(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    blocking(move || {
        let signed = match authenticate(&hub, &method, &uri, &headers)? {
            Ok(signed) => signed,
            Err(refusal) => return Ok(refusal.into_response()),
        };
        let Ok(id) = id.parse::<EncounterId>() else { return Ok(not_an_id().into_response()) };
        if let Err(error) = signed.verified.holds(&body) {
            return Ok(refused(&error).into_response());
        }
        let Some(part) = signed.verified.part else {
            return Ok(refused(&RequestError::Header(UPLOAD_OFFSET)).into_response());
        };
        hub.heard_from(&signed.station)?;
        Ok(match hub.receive(&signed.station, signed.key, id, part, &body)? {
            Received::More(offset) => {
                (StatusCode::ACCEPTED, [(UPLOAD_OFFSET, offset.to_string())]).into_response()
            }
            Received::Committed(receipt) => (StatusCode::CREATED, Json(receipt)).into_response(),
            Received::Known(receipt) => (StatusCode::OK, Json(receipt)).into_response(),
            Received::WrongOffset(offset) => {
                let problem = Problem::new(
                    "offset",
                    416,
                    format!("the part begins at {}, the stored bytes end at {offset}", part.offset),
                    "the stored bytes",
                    "go on from the offset named",
                );
                ([(UPLOAD_OFFSET, offset.to_string())], Refusal(problem)).into_response()
            }
            Received::Refused(problem) => Refusal(problem).into_response(),
        })
    })
    .await
}

/// `HEAD /v1/encounters/{id}`: where the stored bytes end.
pub(super) async fn head(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    blocking(move || {
        let signed = match authenticate(&hub, &method, &uri, &headers)? {
            Ok(signed) => signed,
            Err(refusal) => return Ok(refusal.into_response()),
        };
        let Ok(id) = id.parse::<EncounterId>() else { return Ok(not_an_id().into_response()) };
        Ok(match hub.stored(id, signed.station.id)? {
            None => StatusCode::NOT_FOUND.into_response(),
            Some(Stored { offset, length, digest }) => [
                (UPLOAD_OFFSET, offset.to_string()),
                (UPLOAD_LENGTH, length.to_string()),
                (REPR_DIGEST, request::digest_field(&digest)),
            ]
            .into_response(),
        })
    })
    .await
}

/// `DELETE /v1/encounters/{id}`: a partner's order. A station has no such right: whoever steals one could remove what
/// it sent.
pub(super) async fn delete(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    blocking(move || {
        let signed = match authenticate(&hub, &method, &uri, &headers)? {
            Ok(signed) => signed,
            Err(refusal) => return Ok(refusal.into_response()),
        };
        let Ok(id) = id.parse::<EncounterId>() else { return Ok(not_an_id().into_response()) };
        if signed.station.profile != "hub" {
            return Ok(not_a_partner().into_response());
        }
        hub.heard_from(&signed.station)?;
        Ok(match hub.delete_on_order(id, &signed.station)? {
            Some(deletion) => Json(deletion).into_response(),
            None => unknown().into_response(),
        })
    })
    .await
}

/// `GET /v1/encounters/{id}/answer?after=N`: an answer newer than revision N, sealed to the sender.
pub(super) async fn answer(
    State(hub): State<Arc<Hub>>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    blocking(move || {
        let signed = match authenticate(&hub, &method, &uri, &headers)? {
            Ok(signed) => signed,
            Err(refusal) => return Ok(refusal.into_response()),
        };
        let Ok(id) = id.parse::<EncounterId>() else { return Ok(not_an_id().into_response()) };
        hub.heard_from(&signed.station)?;
        let after = uri
            .query()
            .and_then(|q| q.split('&').find_map(|pair| pair.strip_prefix("after=")))
            .and_then(|n| n.parse::<u32>().ok())
            .unwrap_or(0);
        let (encounter, newest) = hub.store.read(|v| Ok((v.encounter(id)?, v.answer(id)?)))?;
        let Some(encounter) = encounter.filter(|e| e.station == signed.station.id) else {
            return Ok(unknown().into_response());
        };
        let body = match newest {
            Some((revision, body)) if revision > after => body,
            _ => return Ok(StatusCode::NO_CONTENT.into_response()),
        };
        let answer: Answer =
            serde_json::from_value(body).map_err(|e| HubError::Stored(format!("answer of {id}: {e}")))?;
        let to = signed
            .station
            .sealing_key
            .parse()
            .map_err(|_| HubError::Stored(format!("key of station {}", signed.station.id)))?;
        let sealed = seal_answer(&answer, signed.station.id, &to, &hub.identity.signing, &mut rand::rng())
            .map_err(|e| HubError::Stored(format!("answer of {id}: {e}")))?;
        debug_assert_ne!(encounter.state, EncounterState::Received, "an answer comes after decoding");
        let headers = [
            (header::CONTENT_TYPE.as_str(), SEALED_TYPE.to_owned()),
            (REVISION, answer.revision.to_string()),
        ];
        Ok((headers, sealed).into_response())
    })
    .await
}

async fn blocking(work: impl FnOnce() -> Result<Response, HubError> + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => fault(&error),
        Err(error) => fault(&error),
    }
}

fn authenticate(
    hub: &Hub,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Result<Signed, Refusal>, HubError> {
    let target = uri.path_and_query().map_or(uri.path(), |pq| pq.as_str());
    let mut found = None;
    let mut failed = None;
    let verified = request::verify(
        method.as_str(),
        target,
        |name| headers.get(name).and_then(|value| value.to_str().ok()),
        hub.now(),
        MAX_CLOCK_SKEW_S,
        |station| match hub.sender(station) {
            Ok(sender) => {
                found = sender;
                found.as_ref().map(|(_, key)| *key)
            }
            Err(error) => {
                failed = Some(error);
                None
            }
        },
    );
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(match (verified, found) {
        (Ok(verified), Some((station, key))) => Ok(Signed { station, key, verified }),
        (Err(error), _) => Err(refused(&error)),
        (Ok(verified), None) => Err(refused(&RequestError::UnknownStation(verified.station))),
    })
}

fn refused(error: &RequestError) -> Refusal {
    let (code, status, next) = match error {
        RequestError::UnknownStation(_) => {
            ("station", 403, "enrol the station, or have the hub's administrator unlock it")
        }
        RequestError::Clock { .. } => ("clock", 401, "set the station's clock and send again"),
        RequestError::Body => ("body", 400, "send again: the body was changed on the way"),
        _ => ("signature", 401, "enrol the station again if this lasts"),
    };
    Refusal(Problem::new(
        code,
        status,
        format!("the request is not taken: {error}"),
        "nothing of this request was kept at the hub",
        next,
    ))
}

fn not_an_id() -> Refusal {
    Refusal(Problem::new(
        "id",
        400,
        "an encounter's id is a UUID",
        "nothing",
        "send to /v1/encounters/{uuid}",
    ))
}

fn not_a_partner() -> Refusal {
    Refusal(Problem::new(
        "station",
        403,
        "only a partner hub may have an encounter deleted, and only its own",
        "everything",
        "have the person's request taken down at the hub's redress desk",
    ))
}

fn unknown() -> Refusal {
    Refusal(Problem::new(
        "unknown",
        404,
        "this hub has no such encounter of this station",
        "nothing",
        "send the encounter first",
    ))
}
