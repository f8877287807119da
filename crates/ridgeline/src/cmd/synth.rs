//! `ridgeline synth`: synthetic people as files, patches to train on, templates to search.

mod patches;
mod people;
mod record;
mod templates;
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
    /// People as templates without pictures, for galleries of millions (the format is in docs/synthetic.md)
    Templates(templates::Args),
}

/// Makes people, patches or templates.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::People(args) => people::run(args),
        Command::Patches(args) => patches::run(args),
        Command::Templates(args) => templates::run(args),
    }
}
