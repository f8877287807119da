//! One module per command: `Args` says what it takes, `run` does it.

pub(crate) mod convert;
pub(crate) mod inspect;
mod report;
pub(crate) mod station;
pub(crate) mod synth;
pub(crate) mod validate;
