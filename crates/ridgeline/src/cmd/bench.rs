//! `ridgeline bench`: speed, memory and loss of the 1:N search.

use crate::cmd::convert;
use anyhow::{Context as _, Result};
use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use lab::{
    manifest::{self, Entry},
    search::{self, Figures, Options, Planted, Size},
};
use std::{path::PathBuf, process::ExitCode};

/// What `ridgeline bench` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// 1:N search over synthetic people
    Search(Search),
}

#[derive(Clone, Copy, ValueEnum)]
enum Modality {
    Finger,
    Iris,
}

/// What is searched and what is written.
#[derive(clap::Args)]
struct Search {
    /// Print the figures of this modality alone
    modality: Option<Modality>,
    /// Persons in the largest gallery, each with ten fingers and two irises
    #[arg(long, visible_alias = "gallery", default_value_t = 10_000)]
    people: usize,
    /// Of them drawn one by one; the others are echoes of these, good for speed but not for error rates
    #[arg(long, default_value_t = 10_000)]
    drawn: usize,
    /// Searches at each size
    #[arg(long, default_value_t = 20)]
    probes: usize,
    /// Threads of the person search; single fingers and irises are measured on one
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Searches made at once
    #[arg(long, default_value_t = 100)]
    at_once: usize,
    /// Seed of the synthetic people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where drawn people are kept between runs, about 55 KB a person
    #[arg(long, default_value = "target/bench-people")]
    cache: PathBuf,
    /// Do not write and load the largest gallery
    #[arg(long)]
    no_load: bool,
    /// Plant the prints of this manifest (columns path, subject, instance and optionally ppi) among the drawn people
    /// and measure the loss
    #[arg(long)]
    planted: Option<PathBuf>,
    /// Write a page with figures and curves
    #[arg(long)]
    report: Option<PathBuf>,
    /// One JSON object on standard output instead of lines
    #[arg(long)]
    json: bool,
}

/// Runs the benchmark.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let What::Search(args) = args.what;
    let options = Options {
        people: args.people,
        drawn: args.drawn.min(args.people),
        probes: args.probes,
        threads: args.threads,
        seed: args.seed,
        cache: args.cache.clone(),
        at_once: args.at_once,
        load: !args.no_load,
    };
    let bar = ProgressBar::new(0)
        .with_style(ProgressStyle::with_template("{msg:20} {wide_bar} {pos}/{len} {elapsed}")?);
    let progress = |what: &str, done: u64, of: u64| {
        bar.set_message(what.to_owned());
        bar.set_length(of);
        bar.set_position(done);
    };
    let figures = search::run(&options, &progress)?;
    let planted = args.planted.as_ref().map(|path| -> Result<Planted> {
        let entries = manifest::read(path)?;
        let load = |e: &Entry| {
            let image = convert::load_image(&e.path).map_err(|error| format!("{error:#}"))?;
            let ppi = e.ppi.or(image.ppi());
            Ok(image.with_ppi(ppi))
        };
        progress("real prints", 0, 1);
        let people = search::people(&options, &progress)?;
        Ok(search::planted(&people, options.people, &entries, &load, options.threads))
    });
    let planted = planted.transpose()?;
    bar.finish_and_clear();
    if let Some(path) = &args.report {
        let page = search::page(&figures, planted.as_ref());
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let value = match args.modality {
        Some(modality) => short(modality, &figures),
        None => serde_json::json!({ "search": figures, "planted": planted }),
    };
    if args.json {
        println!("{value}")
    } else {
        println!("{value:#}")
    }
    Ok(ExitCode::SUCCESS)
}

/// The keys that other tools read.
fn short(modality: Modality, figures: &Figures) -> serde_json::Value {
    let size = figures.sizes.last().cloned().unwrap_or_else(Size::default);
    let (rate, bytes, found) = match modality {
        Modality::Finger => (size.finger_templates_per_s, search::FINGER_BYTES, size.finger_mates_found),
        Modality::Iris => (1e9 / size.iris_ms_per_million, search::IRIS_BYTES, size.iris_mates_found),
    };
    serde_json::json!({
        "gallery": size.people,
        "probes": figures.probes,
        "threads": 1,
        "templates_per_s": rate,
        "searches_per_s": rate / size.people.max(1) as f64,
        "bytes_per_template": bytes,
        "load_s": figures.load_s,
        "rank1": found,
        "mates_found": found,
        "exhaustive_loss": match modality {
            Modality::Finger => figures.exhaustive_loss,
            Modality::Iris => figures.iris_exhaustive_loss,
        },
    })
}
