//! Evaluation: FVC protocol, search, reports, and what is learned on synthetic people.

pub mod discard;
pub mod draw;
pub mod engines;
pub mod eval;
pub mod hostile;
pub mod identify;
pub mod irises;
pub mod kept;
pub mod learn;
pub mod manifest;
pub mod rates;
pub mod report;
pub mod robust;
pub mod search;
pub mod skin;
