//! `ridgeline extract`: images to templates.

mod iris;

use clap::ValueEnum;
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline extract` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Images, biometric records or transactions with one image each
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// What the images show
    #[arg(long, value_enum)]
    kind: Kind,
    /// Folder for the templates
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// json: template in hexadecimal, boundaries, quality; template: the stored form that `compare` reads
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Folder for pictures of what every stage found
    #[arg(long)]
    trace: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Iris,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Json,
    Template,
}

/// Extracts; status 1 where any image gave no template.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.kind {
        Kind::Iris => iris::run(args),
    }
}
