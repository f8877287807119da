//! The page that `ridgeline eval --report` writes: everything in one file.

use crate::draw::{Side, det, escape, fingers, histogram, line};
use crate::engines::Fingers;
use crate::eval::{Engine, Evaluation, Pair, REFUSED_SCORE, Summary};
use crate::manifest::Entry;
use crate::rates::{bootstrap, curve};
use raster::GreyImage;
use std::fmt::Write as _;

/// Pairs shown of each kind.
const SHOWN: usize = 10;
/// Draws of classes for the intervals, and their seed.
const ROUNDS: usize = 200;
const SEED: u64 = 20_26;
/// Lowest and highest score of the histogram.
const SCORES: (f32, f32) = (0.0, 12.0);

/// What differs between fingers and irises.
pub struct Style<'a, E: Engine> {
    /// Stands above the page.
    pub title: &'a str,
    /// What the classes are: "fingers", "eyes".
    pub classes: &'a str,
    /// A pair with what was found in it, as HTML, after its score; none where it cannot be drawn.
    pub pair: &'a dyn Fn(&Evaluation<E>, &Pair) -> Option<String>,
    /// Makes a false match rate of a score, where the engine's scores mean one.
    pub fmr: Option<fn(f32) -> f64>,
}

/// The page; a peer's figures stand beside ours where it took part.
pub fn page<E: Engine>(
    entries: &[Entry],
    found: &Evaluation<E>,
    style: &Style<E>,
    peer: Option<&Summary>,
) -> String {
    let mut page = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>{0}</title><style>body{{font:15px \
         sans-serif;margin:2em;max-width:72em}}td,th{{padding:.15em .8em;text-align:left}}figure{{margin:1em 0}}\
         </style><h1>{0}</h1>",
        escape(style.title)
    );
    figures(&mut page, found, style.classes, peer);
    let (genuine, impostor) = (found.scores(true), found.scores(false));
    let _ = write!(page, "<h2>DET</h2>{}", det(&curve(&genuine, &impostor)));
    let _ = write!(page, "<h2>Scores</h2>{}", histogram(&genuine, &impostor, SCORES.0, SCORES.1));
    if let Some(fmr) = style.fmr {
        calibration(&mut page, &impostor, fmr);
    }
    let discard = found.error_versus_discard();
    if !discard.is_empty() {
        let _ = write!(
            page,
            "<h2>Error versus discard</h2><p>FNMR at FMR 1e-3 of what is left when the genuine pairs of the worst \
             quality are put aside</p>{}",
            line(&discard, "share of pairs put aside")
        );
    }
    page.push_str("<h2>Refused</h2><ul>");
    for (entry, sample) in entries.iter().zip(&found.samples) {
        if let Err(why) = &sample.outcome {
            let _ = write!(page, "<li>{}: {}", escape(&entry.name), escape(why));
        }
    }
    page.push_str("</ul>");
    let mut worst: Vec<&Pair> = found.pairs.iter().filter(|p| p.genuine && p.score > REFUSED_SCORE).collect();
    worst.sort_by(|a, b| a.score.total_cmp(&b.score));
    section(&mut page, "The same, least alike", &worst, found, style);
    let mut worst: Vec<&Pair> = found.pairs.iter().filter(|p| !p.genuine).collect();
    worst.sort_by(|a, b| b.score.total_cmp(&a.score));
    section(&mut page, "Different, most alike", &worst, found, style);
    page
}

fn figures<E: Engine>(page: &mut String, found: &Evaluation<E>, classes: &str, peer: Option<&Summary>) {
    let s = found.summary();
    let [eer, fmr1000] = bootstrap(&found.scored(true), &found.scored(false), found.classes, ROUNDS, SEED);
    let percent = |v: f64| if v.is_nan() { "not measured".to_owned() } else { format!("{:.2} %", 100.0 * v) };
    let between =
        |v: [f64; 2]| format!(" ({} to {} over {classes} drawn again)", percent(v[0]), percent(v[1]));
    let some = |v: Option<f64>, unit: &str| v.map_or("not measured".to_owned(), |v| format!("{v:.1} {unit}"));
    type Show<'a> = &'a dyn Fn(&Summary) -> String;
    let rows: [(&str, Show, String); 15] = [
        ("images", &|s| s.images.to_string(), String::new()),
        ("refused (FTE)", &|s| percent(s.fte), String::new()),
        ("EER", &|s| percent(s.rates.eer), between(eer)),
        ("FNMR at FMR 1e-2", &|s| percent(s.rates.fmr100), String::new()),
        ("FNMR at FMR 1e-3", &|s| percent(s.rates.fmr1000), between(fmr1000)),
        ("FNMR at FMR 1e-4", &|s| percent(s.rates.fmr10000), String::new()),
        ("FNMR without a false match", &|s| percent(s.rates.zero), String::new()),
        ("first of all others (rank 1)", &|s| percent(s.rank1), String::new()),
        (
            "one enrolled, the others searched: first",
            &|s| {
                format!(
                    "{} of {} searches",
                    percent(s.identification.search_rank1),
                    s.identification.searches
                )
            },
            String::new(),
        ),
        (
            "FNIR at FPIR 10 % and 1 %",
            &|s| {
                format!(
                    "{}, {}",
                    percent(s.identification.fnir_fpir10),
                    percent(s.identification.fnir_fpir100)
                )
            },
            String::new(),
        ),
        ("genuine, impostor pairs", &|s| format!("{}, {}", s.genuine, s.impostor), String::new()),
        (
            "extraction, mean and 95th percentile",
            &|s| format!("{}, {}", some(s.extract_ms_mean, "ms"), some(s.extract_ms_p95, "ms")),
            String::new(),
        ),
        ("making ready, mean", &|s| format!("{:.0} microseconds", s.prepare_us_mean), String::new()),
        ("comparison, mean", &|s| format!("{:.1} microseconds", s.compare_us_mean), String::new()),
        ("most memory of the process", &|s| some(s.peak_memory_mib, "MiB"), String::new()),
    ];
    let _ = write!(page, "<p>{} {classes}</p><table><tr><th><th>{}", found.classes, escape(s.engine));
    if let Some(peer) = peer {
        let _ = write!(page, "<th>{}", escape(peer.engine));
    }
    for (name, show, more) in rows {
        let _ = write!(page, "<tr><th>{name}<td>{}{}", escape(&show(&s)), escape(&more));
        if let Some(peer) = peer {
            let _ = write!(page, "<td>{}", escape(&show(peer)));
        }
    }
    page.push_str("</table>");
}

/// The false match rate that a score promises, and the one that these pairs show.
fn calibration(page: &mut String, impostor: &[f32], fmr: fn(f32) -> f64) {
    page.push_str("<h2>Calibration</h2><table><tr><th>score<th>promised FMR<th>measured FMR");
    for score in [1.0f32, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0] {
        let passed = impostor.iter().filter(|s| **s >= score).count();
        let _ = write!(
            page,
            "<tr><td>{score}<td>{:.1e}<td>{:.1e} ({passed} pairs)",
            fmr(score),
            passed as f64 / impostor.len().max(1) as f64
        );
    }
    page.push_str("</table>");
}

fn section<E: Engine>(
    page: &mut String,
    title: &str,
    pairs: &[&Pair],
    found: &Evaluation<E>,
    style: &Style<E>,
) {
    let _ = write!(page, "<h2>{title}</h2>");
    for pair in pairs.iter().take(SHOWN) {
        if let Some(drawing) = (style.pair)(found, pair) {
            let _ = write!(page, "<figure><figcaption>score {:.2}: {drawing}</figure>", pair.score);
        }
    }
}

/// A pair of fingers with minutiae and what paired them; `load` gives the pictures that can still be read.
pub fn finger_pair(
    entries: &[Entry],
    found: &Evaluation<Fingers>,
    pair: &Pair,
    load: &dyn Fn(&Entry) -> Option<GreyImage>,
) -> Option<String> {
    let [a, b] = found.sides(pair)?;
    let c = finger::compare(a.ready.as_ref()?, b.ready.as_ref()?);
    let (xa, xb) = (a.outcome.as_ref().ok()?, b.outcome.as_ref().ok()?);
    let (ea, eb) = (entries.get(pair.a as usize)?, entries.get(pair.b as usize)?);
    let (ia, ib) = (load(ea), load(eb));
    let drawing = fingers(
        &Side { image: ia.as_ref(), template: &xa.template, name: &ea.name },
        &Side { image: ib.as_ref(), template: &xb.template, name: &eb.name },
        &c.pairs,
        760,
    );
    Some(format!(
        "{} pairs, support {:.1}, against {:.1}, flow {:.2}, overlap {:.2}; qualities {} and {}</figcaption>{drawing}",
        c.evidence.pairs,
        c.evidence.support,
        c.evidence.against,
        c.evidence.flow,
        c.evidence.overlap,
        xa.quality.value,
        xb.quality.value
    ))
}
