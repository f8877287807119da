//! `ridgeline eval`: all images of a manifest against each other; cards.

mod card;
mod finger;
mod iris;

use super::convert;
use anyhow::{Context as _, Result, bail};
use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use lab::eval::{Engine, Evaluation, Loader, Step, Summary};
use lab::kept::Kept;
use lab::manifest::{self, Entry};
use raster::GreyImage;
use std::io::Write as _;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

/// What `ridgeline eval` takes.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  ridgeline synth people 20 --out world
  ridgeline eval finger world/manifest.csv --report fingers.html
  ridgeline eval iris world/irises.csv --scores irises.csv
  ridgeline eval card tenprint.an2")]
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
    /// Ten-print cards: slaps cut, named, templated, and searched among the rolled prints
    Card(card::Options),
}

/// What to evaluate and what to write.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// CSV with the columns path, subject, instance and optionally ppi and quality (another program's, for
    /// `quality curve` of the lab); paths relative to it
    manifest: PathBuf,
    /// Resolution of images for which the manifest states none; it goes before what the files say
    #[arg(long)]
    ppi: Option<f64>,
    /// Write every pair: a, b, genuine, score
    #[arg(long)]
    scores: Option<PathBuf>,
    /// Write an HTML page with the DET curve and the worst pairs
    #[arg(long)]
    report: Option<PathBuf>,
    /// Keep extracted templates in this folder and use those of earlier runs (fingers); they are private data
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Measure another engine in the same run (fingers)
    #[arg(long, value_enum)]
    peer: Option<Peer>,
    /// Road from pixels to minutiae (fingers)
    #[arg(long, value_enum, default_value_t = Road::Learned, hide = true, conflicts_with = "templates")]
    front_end: Road,
    /// Threads; the figures do not depend on it, the times do
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

/// The front-ends that can be measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Road {
    /// The network: what the product uses
    Learned,
    /// Oriented filters
    Classical,
}

impl From<Road> for ::finger::FrontEnd {
    fn from(road: Road) -> Self {
        match road {
            Road::Learned => Self::Learned,
            Road::Classical => Self::Classical,
        }
    }
}

/// Engines to stand beside ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Peer {
    /// NIST's MINDTCT and BOZORTH3
    Nbis,
}

/// Runs an evaluation and prints its figures as one JSON object.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match args.what {
        What::Finger(options) => finger::run(&options),
        What::Iris(options) => iris::run(&options),
        What::Card(options) => card::run(&options),
    }
}

/// What is printed.
#[derive(serde::Serialize)]
struct Printed {
    #[serde(flatten)]
    ours: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<Summary>,
}

/// The page, where one is asked for, and a peer's figures.
type Extras = (Option<String>, Option<Summary>);

/// What fingers and irises have in common; `extras` makes the rest.
fn evaluate<E: Engine>(
    options: &Options,
    engine: E,
    extras: impl Fn(&[Entry], &Evaluation<E>, Loader) -> Result<Extras>,
) -> Result<ExitCode> {
    let entries = manifest::read(&options.manifest)?;
    if options.templates.is_none() {
        all_there(&options.manifest, &entries)?;
    }
    // Known now rather than after hours of work.
    for path in options.scores.iter().chain(&options.report) {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            bail!("cannot write {}: there is no folder {}", path.display(), folder.display());
        }
    }
    let load = |e: &Entry| load(e, options.ppi).map_err(|error| format!("{error:#}"));
    let kept = match &options.templates {
        None => None,
        Some(folder) => {
            Some(Kept::open(folder, E::NAME).with_context(|| format!("cannot use {}", folder.display()))?)
        }
    };
    let news = News::new(entries.len())?;
    let watch = |step| news.tell(step);
    let found = lab::eval::evaluate_watched(engine, &entries, &load, kept.as_ref(), options.threads, &watch);
    news.end();
    tell_refused(&entries, &found);
    if let Some(path) = &options.scores {
        write_scores(path, &entries, &found).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let (page, peer) = extras(&entries, &found, &load)?;
    if let (Some(path), Some(page)) = (&options.report, page) {
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{}", serde_json::to_string(&Printed { ours: found.summary(), peer })?);
    Ok(ExitCode::SUCCESS)
}

/// A picture that is not there is the manifest's mistake, and no failure to enrol.
fn all_there(manifest: &Path, entries: &[Entry]) -> Result<()> {
    let missing: Vec<&Entry> = entries.iter().filter(|e| !e.path.exists()).collect();
    match (entries, &*missing) {
        ([], _) => bail!("{} names no images", manifest.display()),
        (_, []) => Ok(()),
        (_, [first, ..]) => bail!(
            "{} of the {} images of {} are not there, the first: {} (paths are relative to the manifest's folder)",
            missing.len(),
            entries.len(),
            manifest.display(),
            first.path.display()
        ),
    }
}

/// Most refusals that are told on the terminal; the report holds all.
const MOST_TOLD: usize = 20;

fn tell_refused<E: Engine>(entries: &[Entry], found: &Evaluation<E>) {
    let refused: Vec<_> = entries
        .iter()
        .zip(&found.samples)
        .filter_map(|(entry, sample)| Some((&entry.path, sample.outcome.as_ref().err()?)))
        .collect();
    for (path, why) in refused.iter().take(MOST_TOLD) {
        // What could not be read names its file itself.
        let path = path.display().to_string();
        eprintln!("refused: {path}: {}", why.strip_prefix(&format!("{path}: ")).unwrap_or(why));
    }
    if let Some(more) = refused.len().checked_sub(MOST_TOLD + 1) {
        eprintln!("refused: {} more, see --report", more + 1);
    }
}

/// How far it is, as a bar on a terminal.
struct News {
    bar: ProgressBar,
    images: usize,
    extracted: AtomicUsize,
}

impl News {
    fn new(images: usize) -> Result<Self> {
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} to go")?;
        let bar = ProgressBar::new(images as u64).with_style(style).with_message("images");
        Ok(Self { bar, images, extracted: AtomicUsize::new(0) })
    }

    fn tell(&self, step: Step) {
        match step {
            Step::Extracted => {
                self.bar.inc(1);
                if self.extracted.fetch_add(1, Ordering::Relaxed) + 1 == self.images {
                    self.bar.reset();
                    self.bar.set_message("pairs");
                    self.bar.set_length((self.images * self.images.saturating_sub(1) / 2) as u64);
                }
            }
            Step::Compared(pairs) => self.bar.inc(pairs as u64),
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// The manifest's resolution comes first, then the command line's, then the file's own: the tags of scanned
/// sets are often wrong.
fn load(entry: &Entry, ppi: Option<f64>) -> Result<GreyImage> {
    let image = convert::load_image(&entry.path)?;
    let ppi = entry.ppi.or(ppi).or(image.ppi());
    Ok(image.with_ppi(ppi))
}

fn write_scores<E: Engine>(path: &Path, entries: &[Entry], found: &Evaluation<E>) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "a,b,genuine,score")?;
    let name = |i: u32| entries.get(i as usize).map_or("", |e| e.name.as_str());
    for pair in &found.pairs {
        writeln!(out, "{},{},{},{:.5}", name(pair.a), name(pair.b), u8::from(pair.genuine), pair.score)?;
    }
    out.flush()
}
