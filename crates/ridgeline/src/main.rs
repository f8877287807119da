//! Ridgeline: command line.

mod cmd;
mod demo;

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
    /// Everything on this machine, with synthetic people
    Demo(demo::Args),
    /// The hub: receives, searches, has people decide, alerts, answers
    Hub(cmd::hub::Args),
    /// A capture station: enrol it, send encounters, hear the answers
    Station(cmd::station::Args),
    /// Show what is in a transaction, a biometric record or an image
    Inspect(cmd::inspect::Args),
    /// Convert an image or a biometric record to another format
    Convert(cmd::convert::Args),
    /// Make templates of images
    Extract(cmd::extract::Args),
    /// Compare two samples: score and what it means
    Compare(cmd::compare::Args),
    /// Compare all images of a manifest and print error rates
    Eval(cmd::eval::Args),
    /// Measure speed, memory and loss of the search
    Bench(cmd::bench::Args),
    /// Check a file against its standard, and a transaction against a profile
    Validate(cmd::validate::Args),
    /// Synthetic people, and training patches
    Synth(cmd::synth::Args),
    /// The audit ledger: verify it, read it
    Audit(cmd::audit::Args),
    /// What is in force now: categories, partners, purposes, retention
    Policy(cmd::policy::Args),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("RIDGELINE_LOG").unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let result = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Hub(args) => cmd::hub::run(args),
        Command::Audit(args) => cmd::audit::run(args),
        Command::Policy(args) => cmd::policy::run(args),
        Command::Station(args) => cmd::station::run(args),
        Command::Inspect(args) => cmd::inspect::run(&args),
        Command::Convert(args) => cmd::convert::run(&args),
        Command::Extract(args) => cmd::extract::run(&args),
        Command::Compare(args) => cmd::compare::run(&args),
        Command::Bench(args) => cmd::bench::run(args),
        Command::Eval(args) => cmd::eval::run(args),
        Command::Validate(args) => cmd::validate::run(&args),
        Command::Synth(args) => cmd::synth::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("ridgeline: {error:#}");
        ExitCode::FAILURE
    })
}
