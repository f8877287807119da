//! `ridgeline bench`: speed, memory and loss of the 1:N search.

use crate::cmd::convert;
use anyhow::{Context as _, Result, bail, ensure};
use clap::{Subcommand, ValueEnum, value_parser};
use indicatif::{ProgressBar, ProgressStyle};
use lab::{
    manifest::{self, Entry},
    search::{self, Options, Planted, Sample},
};
use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::Mutex,
};

/// What `ridgeline bench` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// 1:N search over synthetic people: speed, memory, load time, and what the stages lose
    #[command(after_help = EXAMPLES)]
    Search(Search),
    /// Loads a snapshot that `bench search` has written and prints the seconds that it took
    #[command(hide = true)]
    Load(Load),
}

const EXAMPLES: &str = "\
Examples:
  One finger in a million, one thread, one JSON object (about a minute, 1 GB of memory):
    ridgeline bench search finger --gallery 1000000 --probes 20 --threads 1 --json
  The same with irises:
    ridgeline bench search iris --gallery 1000000 --probes 20 --threads 1 --json
  Whole persons at 10,000 to a million, with load, many searches at once and a page with curves (8 GB):
    ridgeline bench search --people 1000000 --threads 2 --report search.html
  What the stages lose on real prints planted among synthetic people:
    ridgeline bench search finger --gallery 100000 --drawn 100000 --planted MANIFEST.csv

What is drawn stays in --cache for the next run: about 45 KB a person, 4 KB a finger or an eye. Standard error says
what is being done.";

/// Threads that can be asked for: more than any machine has.
const MOST_THREADS: u64 = 1024;
/// Searches at each size.
const MOST_PROBES: u64 = 100_000;
/// Persons: a place in a gallery is a number of 32 bits.
const MOST_PEOPLE: u64 = 1_000_000_000;

#[derive(Clone, Copy, ValueEnum)]
enum Modality {
    Finger,
    Iris,
}

/// What is searched and what is written.
#[derive(clap::Args)]
struct Search {
    /// Single fingers or irises in a gallery that holds nothing else, in few figures; whole persons, unless named
    modality: Option<Modality>,
    /// Persons in the largest gallery: with ten fingers and two irises each, or one sample where a modality is named
    #[arg(long, visible_alias = "gallery", default_value_t = 10_000, value_parser = value_parser!(u64).range(1..=MOST_PEOPLE))]
    people: u64,
    /// Of them drawn one by one; the others are echoes of these, good for speed but not for error rates, and everybody
    /// has equally many of them, which may bring more persons than were asked for
    #[arg(long, default_value_t = 10_000, value_parser = value_parser!(u64).range(1..=MOST_PEOPLE))]
    drawn: u64,
    /// Searches at each size, at most one for each person drawn
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u64).range(1..=MOST_PROBES))]
    probes: u64,
    /// Threads; without a modality single fingers and irises are measured on one all the same
    #[arg(long, default_value_t = 1, value_parser = value_parser!(u64).range(1..=MOST_THREADS))]
    threads: u64,
    /// Searches made at once
    #[arg(long, default_value_t = 100, value_parser = value_parser!(u64).range(..=MOST_PROBES))]
    at_once: u64,
    /// Seed of the synthetic people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where drawn people are kept between runs
    #[arg(long, default_value = "target/bench-people")]
    cache: PathBuf,
    /// Do not write and load the largest gallery
    #[arg(long)]
    no_load: bool,
    /// Plant the prints of this manifest (columns path, subject, instance and optionally ppi) among as many drawn
    /// fingers and echoes, and measure the loss
    #[arg(long)]
    planted: Option<PathBuf>,
    /// Write a page with figures and curves (whole persons)
    #[arg(long, conflicts_with = "modality")]
    report: Option<PathBuf>,
    /// One JSON object on one line of standard output, instead of many
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct Load {
    /// The snapshot
    file: PathBuf,
    #[arg(long, default_value_t = 1, value_parser = value_parser!(u64).range(1..=MOST_THREADS))]
    threads: u64,
}

/// Runs the benchmark.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match args.what {
        What::Search(args) => search(&args)?,
        What::Load(args) => println!("{}", search::load_here(&args.file, args.threads as usize)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn search(args: &Search) -> Result<()> {
    let options = Options {
        people: args.people as usize,
        drawn: args.drawn.min(args.people) as usize,
        probes: args.probes as usize,
        threads: args.threads as usize,
        seed: args.seed,
        cache: args.cache.clone(),
        at_once: args.at_once as usize,
        load: !args.no_load,
    };
    let sample = match args.modality {
        None => Sample::Person,
        Some(Modality::Finger) => Sample::Finger,
        Some(Modality::Iris) => Sample::Iris,
    };
    ensure!(
        args.planted.is_none() || sample != Sample::Iris,
        "--planted takes prints: leave out iris, or say finger"
    );
    fits(options.people, sample)?;
    // What cannot be read or written shows before the work, not after it.
    let entries = args.planted.as_deref().map(manifest::read).transpose()?;
    if let Some(path) = &args.report {
        std::fs::write(path, "").with_context(|| format!("cannot write {}", path.display()))?;
    }
    let news = News::new()?;
    let progress = |what: &str, done: u64, of: u64| news.tell(what, done, of);
    let elsewhere = |path: &Path| load_elsewhere(path, args.threads).map_err(|error| format!("{error:#}"));
    let planted = || -> Result<Option<Planted>> {
        let Some(entries) = &entries else { return Ok(None) };
        let load = |e: &Entry| {
            let image = convert::load_image(&e.path).map_err(|error| format!("{error:#}"))?;
            let ppi = e.ppi.or(image.ppi());
            Ok(image.with_ppi(ppi))
        };
        let fingers = search::fingers(&options, &progress)?;
        progress("reading real prints", 0, 1);
        Ok(Some(search::planted(&fingers, options.people, entries, &load, options.threads, &progress)))
    };
    let value = if sample == Sample::Person {
        let figures = search::run(&options, &elsewhere, &progress)?;
        let planted = planted()?;
        if let Some(path) = &args.report {
            let page = search::page(&figures, planted.as_ref());
            std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
        }
        serde_json::json!({ "search": figures, "planted": planted })
    } else {
        let mut value = serde_json::to_value(search::single(sample, &options, &elsewhere, &progress)?)?;
        if let Some(planted) = planted()? {
            value["planted"] = serde_json::to_value(planted)?;
        }
        value
    };
    news.bar.finish_and_clear();
    if args.json {
        println!("{value}")
    } else {
        println!("{value:#}")
    }
    Ok(())
}

/// Says no to a gallery that memory does not hold, where the system tells how much it has (Linux).
fn fits(people: usize, sample: Sample) -> Result<()> {
    // As measured: columns, keys, places of samples, and the scores of a search.
    let bytes: u64 = match sample {
        Sample::Person => 7_500,
        Sample::Finger | Sample::Iris => 1_000,
    };
    let Some(free) = free_bytes() else { return Ok(()) };
    let needed = bytes.saturating_mul(people as u64);
    ensure!(
        needed < free,
        "{people} people take about {:.1} GB of memory and {:.1} GB are free: ask for fewer, with --people",
        needed as f64 / 1e9,
        free as f64 / 1e9
    );
    Ok(())
}

fn free_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Another process of this program, which has nothing in memory yet.
fn load_elsewhere(path: &Path, threads: u64) -> Result<f64> {
    let program = std::env::current_exe()?;
    let done = Command::new(program)
        .args(["bench", "load", "--threads", &threads.to_string()])
        .arg(path)
        .output()
        .context("it could not be started")?;
    if !done.status.success() {
        bail!("{}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().parse()?)
}

/// What it does, as a bar on a terminal, else in lines.
struct News {
    bar: ProgressBar,
    last: Mutex<String>,
}

impl News {
    fn new() -> Result<Self> {
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}")?;
        Ok(Self { bar: ProgressBar::new(0).with_style(style), last: Mutex::default() })
    }

    fn tell(&self, what: &str, done: u64, of: u64) {
        self.bar.set_message(what.to_owned());
        self.bar.set_length(of);
        self.bar.set_position(done);
        if !self.bar.is_hidden() {
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != what {
            what.clone_into(&mut last);
            if of > 1 { eprintln!("{what} ({of})") } else { eprintln!("{what}") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn wrong_arguments_are_named() {
        let refused = |line: &str| {
            let words = ["bench"].into_iter().chain(line.split(' '));
            Cli::try_parse_from(words).err().map(|error| error.to_string()).unwrap_or_default()
        };
        for (line, says) in [
            ("search toe", "[possible values: finger, iris]"),
            ("search finger --gallery 0", "--people"),
            ("search iris --gallery million", "invalid digit"),
            ("search finger --threads 99999999", "is not in 1..=1024"),
            ("search finger --probes 0", "--probes"),
            ("search finger --report page.html", "cannot be used with"),
        ] {
            assert!(refused(line).contains(says), "{line}: {}", refused(line));
        }
        assert_eq!(refused("search finger --gallery 1000000 --probes 20 --threads 1 --json"), "");
    }

    #[test]
    fn a_gallery_that_memory_does_not_hold_is_refused() {
        if free_bytes().is_some() {
            let refused = fits(MOST_PEOPLE as usize * 100, Sample::Finger).unwrap_err().to_string();
            assert!(refused.contains("--people"), "{refused}");
        }
        assert!(fits(1, Sample::Person).is_ok());
    }
}
