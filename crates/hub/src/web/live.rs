//! Server-sent events: a page is told that something changed and fetches itself again. Nothing about anybody
//! crosses this line.

use super::Visit;
use crate::{Event, Hub};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use console::urls;
use futures_util::StreamExt;
use std::{convert::Infallible, sync::Arc};
use tokio_stream::wrappers::BroadcastStream;

pub(super) async fn live(State(hub): State<Arc<Hub>>, uri: Uri, headers: HeaderMap) -> Response {
    let events = hub.subscribe();
    let signed_in = tokio::task::spawn_blocking(move || {
        Visit::new(hub, Vec::new(), &uri, &headers, Vec::new()).user().is_ok()
    })
    .await
    .unwrap_or(false);
    if !signed_in {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let stream = BroadcastStream::new(events).map(|event| {
        let name = match event {
            Ok(Event::Alerts) => urls::EVENT_ALERTS,
            Ok(Event::Queue) => urls::EVENT_QUEUE,
            // Falling behind means that something was missed: the board is what everybody sees first.
            Ok(Event::Board) | Err(_) => urls::EVENT_BOARD,
        };
        Ok::<_, Infallible>(sse::Event::default().event(name).data(name))
    });
    Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
}
