//! One module per command: `Args` says what it takes, `run` does it.

pub(crate) mod station;
