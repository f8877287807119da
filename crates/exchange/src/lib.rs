//! What crosses the wire: packages, seals, receipts, answers, signed requests.

pub mod answer;
pub mod manifest;
pub mod receipt;

pub use answer::{Answer, DestinationAnswer, ListCoverage, Standing};
pub use manifest::{Item, ItemKind, Manifest, Package};
pub use receipt::Receipt;
