//! The door for people: the console.
use crate::Hub;
use axum::Router;
use std::sync::Arc;

pub(crate) fn routes(_hub: Arc<Hub>) -> Router<Arc<Hub>> {
    Router::new()
}
