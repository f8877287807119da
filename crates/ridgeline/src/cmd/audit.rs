//! `ridgeline audit`: the ledger, checked by whoever has the hub's folder.

use super::hub::open;
use anyhow::Result;
use clap::Subcommand;
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline audit` takes.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  ridgeline audit verify --dir /var/lib/ridgeline     status 0: whole; 1: rows were edited or are missing, each named
  ridgeline audit show --dir /var/lib/ridgeline --about encounter:0199...
  ridgeline audit checkpoint --dir /var/lib/ridgeline >> witness.txt     keep it elsewhere")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check every row and every signed checkpoint; name what was edited or is missing
    Verify {
        /// The hub's folder
        #[arg(long, env = "RIDGELINE_HUB_DIR")]
        dir: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print rows, newest first
    Show {
        /// The hub's folder
        #[arg(long, env = "RIDGELINE_HUB_DIR")]
        dir: PathBuf,
        /// Only rows whose kind, actor or subject contains this
        #[arg(long, default_value = "")]
        about: String,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Print the newest signed checkpoint, to be kept outside as a witness
    Checkpoint {
        /// The hub's folder
        #[arg(long, env = "RIDGELINE_HUB_DIR")]
        dir: PathBuf,
    },
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match args.command {
        Command::Verify { dir, json } => {
            let found = open(&dir)?.store.verify_ledger()?;
            if json {
                println!("{}", serde_json::to_string_pretty(&found)?);
            } else {
                println!("{} rows, {} checkpoints, root {}", found.rows, found.checkpoints, found.root);
                for fault in &found.faults {
                    println!("FAULT: {fault}");
                }
                println!(
                    "{}",
                    if found.faults.is_empty() { "the ledger is whole" } else { "the ledger is NOT whole" }
                );
            }
            Ok(if found.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Show { dir, about, limit } => {
            for leaf in open(&dir)?.store.read(|v| v.leaves(&about, None, limit))? {
                println!(
                    "{:>8}  {:.3}  {:<26} {:<44} {:<48} {}",
                    leaf.index, leaf.at, leaf.kind, leaf.actor, leaf.subject, leaf.detail
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Checkpoint { dir } => {
            match open(&dir)?.store.read(|v| v.checkpoint())? {
                Some(checkpoint) => println!("{}", serde_json::to_string(&checkpoint)?),
                None => println!("the ledger is empty"),
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}
