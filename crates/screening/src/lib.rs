//! The stages of an encounter and the state machines: pure functions from values to values.
//!
//! ```text
//! receive -> decode -> assess -> extract -> search -> adjudicate -> alert -> answer
//! ```
//!
//! `receive` is the hub's door; every other stage is one module here. No stage reads the clock or randomness,
//! none touches the store: the hub's runner passes values in and writes what comes out, in one transaction.

pub mod adjudicate;
pub mod alert;
pub mod answer;
pub mod assess;
pub mod decode;
pub mod entry;
pub mod extract;
pub mod forward;
pub mod proficiency;
pub mod redress;
mod repeats;
mod sample;
pub mod search;

pub use repeats::notices;
pub use sample::{Artefact, Repeat, Sample, SampleError};

/// Names and versions of the algorithms, and the fingers' network by the beginning of its weights' hash; stored beside
/// every search and in the ledger beside every extraction.
pub fn algorithms() -> String {
    format!("{} ({}), {}", finger::ALGORITHM, finger::network_name(), iris::ALGORITHM)
}
