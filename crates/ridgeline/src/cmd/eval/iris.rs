//! `ridgeline eval iris`.

use super::Options;
use crate::cmd::{convert, eye};
use anyhow::{Context as _, Result};
use lab::finger_eval::Pair;
use lab::iris_eval::{self, Evaluation};
use lab::manifest::{self, Entry};
use lab::rates::{self, Point};
use raster::GreyImage;
use std::fmt::Write as _;
use std::io::Write as _;
use std::{path::Path, process::ExitCode};

/// Pairs shown in the report, of each kind.
const SHOWN: usize = 12;

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    let entries = manifest::read(&options.manifest)?;
    let loader = |e: &Entry| load(e, options.ppi).map_err(|error| format!("{error:#}"));
    let found = iris_eval::evaluate(&entries, &loader, options.threads);
    if let Some(path) = &options.scores {
        write_scores(path, &entries, &found).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if let Some(path) = &options.report {
        let page = report(&entries, &found, &|e| load(e, options.ppi).ok())?;
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{}", serde_json::to_string(&found.summary())?);
    Ok(ExitCode::SUCCESS)
}

fn load(entry: &Entry, ppi: Option<f64>) -> Result<GreyImage> {
    let image = convert::load_image(&entry.path)?;
    let ppi = entry.ppi.or(image.ppi()).or(ppi);
    Ok(image.with_ppi(ppi))
}

fn write_scores(path: &Path, entries: &[Entry], found: &Evaluation) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(out, "a,b,genuine,score")?;
    let name = |i: u32| entries.get(i as usize).map_or("", |e| e.name.as_str());
    for pair in &found.pairs {
        writeln!(out, "{},{},{},{:.4}", name(pair.a), name(pair.b), u8::from(pair.genuine), pair.score)?;
    }
    out.flush()
}

/// The page: figures, DET curve, refusals, the worst pairs with what was found in them.
fn report(
    entries: &[Entry],
    found: &Evaluation,
    load: &dyn Fn(&Entry) -> Option<GreyImage>,
) -> Result<String> {
    let mut page = String::from(
        "<!doctype html><meta charset=\"utf-8\"><title>Iris evaluation</title><style>body{font:15px sans-serif;\
         margin:2em;max-width:70em}td,th{padding:.2em .8em;text-align:left}figure{display:inline-block;margin:.5em}\
         </style><h1>Iris evaluation</h1><table>",
    );
    let figures = serde_json::to_value(found.summary())?;
    for (name, value) in figures.as_object().into_iter().flatten() {
        write!(page, "<tr><th>{name}<td>{value}")?;
    }
    let scores = |genuine: bool| {
        found.pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect::<Vec<_>>()
    };
    write!(page, "</table><h2>DET</h2>{}", det(&rates::curve(&scores(true), &scores(false)))?)?;
    page.push_str("<h2>Refused</h2><ul>");
    for (entry, sample) in entries.iter().zip(&found.samples) {
        if let Err(why) = &sample.outcome {
            write!(page, "<li>{}: {}", escape(&entry.name), escape(why))?;
        }
    }
    page.push_str("</ul>");
    let mut pairs: Vec<&Pair> = found.pairs.iter().filter(|p| p.genuine && p.score > -100.0).collect();
    pairs.sort_by(|a, b| a.score.total_cmp(&b.score));
    section(&mut page, "Same eye, least alike", &pairs, entries, found, load)?;
    let mut pairs: Vec<&Pair> = found.pairs.iter().filter(|p| !p.genuine).collect();
    pairs.sort_by(|a, b| b.score.total_cmp(&a.score));
    section(&mut page, "Different eyes, most alike", &pairs, entries, found, load)?;
    Ok(page)
}

fn section(
    page: &mut String,
    title: &str,
    pairs: &[&Pair],
    entries: &[Entry],
    found: &Evaluation,
    load: &dyn Fn(&Entry) -> Option<GreyImage>,
) -> Result<()> {
    write!(page, "<h2>{title}</h2>")?;
    for pair in pairs.iter().take(SHOWN) {
        let what = found
            .compare(pair)
            .map_or_else(String::new, |c| format!(", distance {:.3}, turned {}", c.distance, c.shift));
        write!(page, "<figure><figcaption>score {:.2}{what}</figcaption>", pair.score)?;
        for i in [pair.a, pair.b] {
            let (Some(entry), Some(sample)) = (entries.get(i as usize), found.samples.get(i as usize)) else {
                continue;
            };
            let (Some(image), Ok(extraction)) = (load(entry), &sample.outcome) else { continue };
            write!(page, "{}", eye::svg(&image, Some(extraction), &entry.name, 320)?)?;
        }
        page.push_str("</figure>");
    }
    Ok(())
}

/// False non-match rate over false match rate, both axes logarithmic from 1e-6 to 1.
fn det(points: &[Point]) -> Result<String> {
    let place = |rate: f64| 400.0 * (rate.max(1e-6).log10() + 6.0) / 6.0;
    let mut line = String::new();
    let mut last = (f64::MIN, f64::MIN);
    for p in points {
        let (x, y) = (40.0 + place(p.fmr), 410.0 - place(p.fnmr));
        if (x - last.0).abs() + (y - last.1).abs() > 0.5 {
            write!(line, "{x:.1},{y:.1} ")?;
            last = (x, y);
        }
    }
    let mut svg = String::from("<svg width=\"460\" height=\"450\" font-size=\"11\">");
    for k in 0..=6 {
        let at = 400.0 * f64::from(k) / 6.0;
        write!(
            svg,
            "<path d=\"M{0},10V410M40,{1}H440\" stroke=\"#ddd\"/><text x=\"{0}\" y=\"425\">1e-{2}</text>\
             <text x=\"2\" y=\"{1}\">1e-{2}</text>",
            40.0 + at,
            410.0 - at,
            6 - k
        )?;
    }
    write!(
        svg,
        "<polyline points=\"{line}\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/><text x=\"180\" y=\"442\">false match rate</text></svg>"
    )?;
    Ok(svg)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
