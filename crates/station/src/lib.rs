//! The capture station: outbox, uplink, kiosk.
//!
//! A [`Station`] lives in a folder of its own: keys, the hub's identity as pinned at enrolment, and an [`outbox`]
//! whose rows and bytes outlive every crash and die only on the hub's verified receipt. [`intake`] turns files into
//! a [`Draft`]; [`Station::queue`] seals and queues it; [`worker`] sends what is queued and fetches answers.
//! Fixed and mobile stations are the same program with another [`Pace`].

pub mod draft;
mod error;
pub mod home;
pub mod intake;
pub mod outbox;
mod pace;
pub mod wording;
pub mod worker;

pub use draft::{Draft, Particulars, Sample};
pub use error::StationError;
pub use home::{EnrolOptions, Identity, Station};
pub use outbox::{Outbox, Queued, Row, State};
pub use pace::Pace;
pub use worker::{Event, Worker};
