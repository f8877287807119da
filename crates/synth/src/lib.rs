//! Synthetic people: fingerprints, irises and marks with ground truth.
//!
//! Everything is drawn from a seed and is the same, byte for byte, on every CPU and with any number of threads.
//! Nothing here is learned from, or resembles, a real person.

mod dice;
pub mod eye;
pub mod finger;
mod mark;
mod noise;
mod num;
mod person;
pub mod templates;

pub use mark::{Mark, MarkKind, mark};
pub use person::{Date, Declared, ListKind, Listing, Person, REFERENCE_DAY, Sex, Slip};
