//! The hub: HTTP API, runner, console
