//! Evaluation: FVC protocol, reports
