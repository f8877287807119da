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
    /// Show what is in a transaction, a biometric record or an image
    Inspect(cmd::inspect::Args),
    /// Convert an image or a biometric record to another format
    Convert(cmd::convert::Args),
    /// Check a file against its standard, and a transaction against a profile
    Validate(cmd::validate::Args),
    /// Synthetic people, and training patches
    Synth(cmd::synth::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Station(args) => cmd::station::run(args),
        Command::Inspect(args) => cmd::inspect::run(&args),
        Command::Convert(args) => cmd::convert::run(&args),
        Command::Validate(args) => cmd::validate::run(&args),
        Command::Synth(args) => cmd::synth::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("ridgeline: {error:#}");
        ExitCode::FAILURE
    })
}
