//! The stages of an encounter and the state machines
