//! `ridgeline compare`: two samples of one kind.

mod iris;

use clap::ValueEnum;
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline compare` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An image, or a template that `extract --format template` wrote
    a: PathBuf,
    /// Another
    b: PathBuf,
    /// What they show
    #[arg(long, value_enum)]
    kind: Kind,
    /// Draw both with what was found in them
    #[arg(long)]
    draw: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Iris,
}

/// Prints the score and its meaning as one JSON object.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.kind {
        Kind::Iris => iris::run(args),
    }
}
