//! `ridgeline eval`: all images of a manifest against each other.

mod finger;
mod iris;

use clap::Subcommand;
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline eval` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Fingers
    Finger(Options),
    /// Irises
    Iris(Options),
}

/// What to evaluate and what to write.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// CSV with the columns path, subject, instance and optionally ppi; paths relative to it
    manifest: PathBuf,
    /// Resolution of images that neither state one nor have it in the manifest
    #[arg(long)]
    ppi: Option<f64>,
    /// Write every pair: a, b, genuine, score
    #[arg(long)]
    scores: Option<PathBuf>,
    /// Write an HTML page with the DET curve and the worst pairs
    #[arg(long)]
    report: Option<PathBuf>,
    /// Threads; the figures do not depend on it, the times do
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

/// Runs an evaluation and prints its figures as one JSON object.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.what {
        What::Finger(options) => finger::run(&options),
        What::Iris(options) => iris::run(&options),
    }
}
