//! The hub console's pages: pure functions from view models to HTML.
//!
//! A page is `pages::x(&ctx, &view) -> Result<String, RenderError>`. The crate knows no store, no server and no
//! clock: [`Ctx`] carries the time, the reader's language and zone, the signed-in person and the CSRF token;
//! [`view`] holds what a page shows; [`urls`] says where its links and forms go; [`forms`] what the forms send;
//! [`assets`] are the files that the pages load. Everything works without JavaScript except the viewer of the
//! workbench.
//!
//! What the server around it does:
//!
//! - serves [`assets::get`] at [`urls::ASSET`] and sends [`assets::CONTENT_SECURITY_POLICY`] with every page;
//! - compares the `csrf` field of every form with its session's token before it reads anything else, and answers
//!   with 303 to a GET, or with the same page again, its errors and what was typed (status 422);
//! - takes `next` and `back` only through [`urls::local_path`];
//! - keeps language, theme and shortcuts from [`forms::Preferences`] (a cookie before sign-in, the account after);
//! - shows [`pages::reason`] in place of an encounter or an entry until a purpose and a case number are given;
//! - sends bare events on [`urls::LIVE`] when a board, a desk or a queue changed; the page then fetches itself;
//! - decides who may do what: a page offers the actions named in its view model and no others.
//!
//! To look at all pages: `cargo run -p ridgeline-console --example preview -- serve 127.0.0.1:7070`.

pub mod assets;
mod ctx;
pub mod forms;
mod labels;
#[cfg(test)]
mod locale_tests;
mod message;
pub mod pages;
mod sentence;
mod text;
mod ui;
pub mod urls;
pub mod view;
mod words;

pub use ctx::{AreaLink, Ctx, SignedIn};
pub use message::{Known, Message, Notice};
pub use sentence::{Sentence, Value};
pub use text::{Language, Text, ftl_sources};
pub use words::{Tone, Word};

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The template failed.
    #[error("the page could not be rendered: {0}")]
    Template(#[from] askama::Error),
    /// The workbench's data could not be written.
    #[error("the workbench's data could not be written: {0}")]
    Data(#[from] serde_json::Error),
}
