//! `ridgeline synth`: synthetic people as files, patches to train on, templates to search.

mod patches;
mod people;
mod record;
mod scenes;
mod templates;
mod truth;

use anyhow::{Context, bail};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
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
    /// Eyes with ground truth for training, to standard output (the format is in train/README.md)
    Scenes(scenes::Args),
    /// People as templates without pictures, for galleries of millions (the format is in docs/synthetic.md)
    Templates(templates::Args),
}

/// Which people of which world, and with how many threads.
#[derive(clap::Args)]
struct World {
    /// How many people
    people: u64,
    /// Same seed, same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of the first person
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Threads, at most 1024; 0 takes as many as there are cores
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=MOST_THREADS))]
    threads: u16,
}

/// More would only fight for the cores; a slip of the keyboard must not bring the machine down.
const MOST_THREADS: i64 = 1024;

impl World {
    /// The number behind the last person's.
    fn end(&self) -> anyhow::Result<u64> {
        self.first.checked_add(self.people).with_context(|| {
            format!("--first {} leaves no numbers for {} people: take a smaller one", self.first, self.people)
        })
    }

    fn pool(&self) -> anyhow::Result<rayon::ThreadPool> {
        rayon::ThreadPoolBuilder::new().num_threads(self.threads.into()).build().context("threads")
    }

    /// A bar that counts people.
    fn bar(&self) -> anyhow::Result<ProgressBar> {
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} people, {per_sec}, {eta} to go")?;
        Ok(ProgressBar::new(self.people).with_style(style))
    }
}

/// Lets `fill` write a stream for a training script to standard output, until it ends or the reader has seen enough.
fn stream(
    what: &str,
    threads: u16,
    fill: impl FnOnce(&mut dyn Write, &rayon::ThreadPool) -> std::io::Result<()>,
) -> anyhow::Result<ExitCode> {
    let stdout = std::io::stdout();
    if stdout.is_terminal() {
        bail!("{what} are binary: send them into a file or a pipe");
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build().context("threads")?;
    let mut out = std::io::BufWriter::with_capacity(1 << 20, stdout.lock());
    match fill(&mut out, &pool).and_then(|()| out.flush()) {
        // The script has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        other => other.map(|()| ExitCode::SUCCESS).with_context(|| format!("writing {what}")),
    }
}

/// Makes people, patches or templates.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::People(args) => people::run(args),
        Command::Patches(args) => patches::run(args),
        Command::Scenes(args) => scenes::run(args),
        Command::Templates(args) => templates::run(args),
    }
}
