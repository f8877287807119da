//! `ridgeline compare`: two samples of one kind.

mod finger;
mod iris;

use clap::ValueEnum;
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline compare` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ridgeline compare a.png b.png --draw pairs.png
  ridgeline compare --kind iris left-1.png left-2.png

Prints one JSON object. `score` is -log10 of the false match rate at which the pair would just
pass: 3 means that about one pair in a thousand of different fingers (or eyes) scores as high.
`fmr` is that rate. For fingers, `log10_likelihood_ratio` says how much likelier the score is
between samples of one finger than between strangers': below 0 it speaks against.")]
pub(crate) struct Args {
    /// An image, or a template that `extract --format template` wrote
    a: PathBuf,
    /// Another
    b: PathBuf,
    /// What they show
    #[arg(long, value_enum, default_value_t = Kind::Finger)]
    kind: Kind,
    /// Resolution of the images, where the files do not tell or tell wrongly
    #[arg(long, value_name = "N")]
    ppi: Option<f64>,
    /// The first image is a latent: it may show several prints, each is compared and the best one counts, its
    /// score lowered to what latents' strangers keep. Not needed for records that say so; a template of a latent is not
    /// known as one (fingers)
    #[arg(long)]
    latent: bool,
    /// Draw both with what was found in them
    #[arg(long)]
    draw: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Finger,
    Iris,
}

/// Prints the score and its meaning as one JSON object.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.kind {
        Kind::Finger => finger::run(args),
        Kind::Iris => iris::run(args),
    }
}
