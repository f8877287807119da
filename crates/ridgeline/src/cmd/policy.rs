//! `ridgeline policy`: what is in force now, for whoever wants to hold the operators to it (S2).

use super::hub::open;
use anyhow::Result;
use clap::Subcommand;
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline policy` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  ridgeline policy report --dir /var/lib/ridgeline > today.json && diff yesterday.json today.json")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print categories of people, partners, purposes, retention and hard limits now in force, as JSON in a
    /// stable order, so that a change shows as a diff
    Report {
        /// The hub's folder
        #[arg(long, env = "RIDGELINE_HUB_DIR")]
        dir: PathBuf,
    },
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let Command::Report { dir } = args.command;
    println!("{}", serde_json::to_string_pretty(&open(&dir)?.policy_report()?)?);
    Ok(ExitCode::SUCCESS)
}
