//! Ridgeline: command line.
fn main() {}
