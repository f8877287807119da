//! `ridgeline eval finger`.

use super::Options;
use crate::cmd::convert;
use anyhow::{Context as _, Result};
use lab::finger_eval::{self, Evaluation};
use lab::finger_report;
use lab::manifest::{self, Entry};
use raster::GreyImage;
use std::io::Write as _;
use std::{path::Path, process::ExitCode};

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let entries = manifest::read(&options.manifest)?;
    let loader = |e: &Entry| load(e, options.ppi).map_err(|error| format!("{error:#}"));
    let found = finger_eval::evaluate(&entries, &loader, options.threads);
    if let Some(path) = &options.scores {
        write_scores(path, &entries, &found).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &options.report {
        let page = finger_report::page(&entries, &found, &|e| load(e, options.ppi).ok());
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{}", serde_json::to_string(&found.summary())?);
    Ok(ExitCode::SUCCESS)
}

/// The manifest's resolution comes first, then the command line's, then the file's own: the tags of scanned
/// sets are often wrong.
fn load(entry: &Entry, ppi: Option<f64>) -> Result<GreyImage> {
    let image = convert::load_image(&entry.path)?;
    let ppi = entry.ppi.or(ppi).or(image.ppi());
    Ok(image.with_ppi(ppi))
}

fn write_scores(path: &Path, entries: &[Entry], found: &Evaluation) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "a,b,genuine,score")?;
    let name = |i: u32| entries.get(i as usize).map_or("", |e| e.name.as_str());
    for pair in &found.pairs {
        writeln!(out, "{},{},{},{:.5}", name(pair.a), name(pair.b), u8::from(pair.genuine), pair.score)?;
    }
    out.flush()
}
