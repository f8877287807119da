//! Ridgeline: command line.

mod cmd;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Open biometric screening and exchange between agencies.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A capture station: enrol it, send encounters, hear the answers
    Station(cmd::station::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Station(args) => cmd::station::run(args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("ridgeline: {error:#}");
        ExitCode::FAILURE
    })
}
