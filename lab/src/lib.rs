//! Evaluation: FVC protocol, reports, and what is learned on synthetic people.

pub mod draw;
pub mod finger_eval;
pub mod finger_report;
pub mod iris_eval;
pub mod learn;
pub mod manifest;
pub mod rates;
