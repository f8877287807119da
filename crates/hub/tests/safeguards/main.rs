//! The safeguards of the hub, each shown at work: a test is named after the one that it shows.
//!
//! Everything runs in this process against a hub with open doors, with synthetic people and a clock that travels.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

extern crate ridgeline_hub as hub;

mod access;
mod browser;
mod decisions;
mod earlier;
mod evacuation;
mod lists;
mod pages;
mod real;
mod redress;
mod rig;
mod searches;
mod sharing;
mod traces;
mod wire;
