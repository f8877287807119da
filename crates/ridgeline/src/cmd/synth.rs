//! `ridgeline synth`: synthetic people, and patches to train on.

mod patches;
mod people;
mod record;
mod truth;

use clap::Subcommand;
use std::process::ExitCode;

/// What `ridgeline synth` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// People with fingerprints, slaps, irises, marks and a transaction each, as files
    People(people::Args),
    /// Training patches with ground truth, to standard output (the format is in train/README.md)
    Patches(patches::Args),
}

/// Makes people or patches.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::People(args) => people::run(args),
        Command::Patches(args) => patches::run(args),
    }
}
