//! One module per command: `Args` says what it takes, `run` does it.

pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod compare;
pub(crate) mod convert;
pub(crate) mod eval;
pub(crate) mod extract;
mod eye;
pub(crate) mod hub;
pub(crate) mod inspect;
mod iris_source;
mod minutiae;
pub(crate) mod policy;
mod report;
pub(crate) mod station;
pub(crate) mod synth;
pub(crate) mod validate;
