//! Ridgeline: command line.

mod cmd;
mod demo;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Open biometric screening and exchange between agencies.
#[derive(Parser)]
#[command(
    version,
    after_help = "Begin with `ridgeline demo`: it makes people who do not exist, plays a story with two hubs and two stations,
and leaves a console open to look round in. `ridgeline hub --help` tells how to set up a hub of your own."
)]
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// The words of a line as a shell would split them; single quotes alone, as the examples use them.
    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for (n, part) in line.split('\'').enumerate() {
            if n % 2 == 1 {
                words.push(part.to_owned());
            } else {
                words.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        words
    }

    fn helps(command: &clap::Command, found: &mut String) {
        found.push_str(&command.get_after_help().map(ToString::to_string).unwrap_or_default());
        found.push('\n');
        command.get_subcommands().for_each(|sub| helps(sub, found));
    }

    #[test]
    fn what_the_help_shows_can_be_called() {
        let mut text = String::new();
        helps(&Cli::command(), &mut text);
        let mut tried = 0;
        for line in text.replace("\\\n      ", " ").lines().map(str::trim) {
            // An id that is left out cannot be read; what stands after wide space explains.
            let Some(line) = line.strip_prefix("ridgeline ").filter(|line| !line.contains("...")) else {
                continue;
            };
            let called = line.split(['|', '>', '&']).next().unwrap_or_default();
            let called = called.split("    ").next().unwrap_or_default();
            let args = ["ridgeline".to_owned()].into_iter().chain(words(called));
            if let Err(error) = Cli::try_parse_from(args) {
                panic!("the help shows `ridgeline {called}`: {error}");
            }
            tried += 1;
        }
        assert!(tried > 30, "only {tried} examples were found");
    }
}
