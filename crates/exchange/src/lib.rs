//! What crosses the wire: packages, seals, receipts, answers, signed requests.
//!
//! Pure values and cryptography, with the clock and randomness passed in; only [`uplink`], [`keyfile`]
//! and [`carry`] touch the world.

pub mod answer;
pub mod carry;
pub mod check;
pub mod code;
#[cfg(feature = "fake-hub")]
pub mod fake;
pub mod fault;
mod hybrid;
pub mod keyfile;
pub mod keys;
pub mod manifest;
pub mod padding;
pub mod protocol;
pub mod receipt;
pub mod reply;
pub mod request;
pub mod seal;
pub mod uplink;

pub use answer::{Answer, CaptureNotice, DestinationAnswer, ListCoverage, Standing};
pub use keys::{Fingerprint, OpeningKey, SealingKey, Signature, SigningKey, VerifyingKey};
pub use manifest::{Item, ItemKind, Manifest, Package};
pub use receipt::{Deletion, Receipt, SignedDeletion, SignedReceipt};
pub use reply::{open_answer, seal_answer};
pub use seal::{OpenError, Sealed, open, seal};
