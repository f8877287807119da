//! Evaluation: FVC protocol, reports, and what is learned on synthetic people.

pub mod finger_eval;
pub mod iris_eval;
pub mod learn;
pub mod manifest;
pub mod rates;
