//! The page that `ridgeline eval finger --report` writes: everything in one file.

use crate::draw::{Side, det, escape, fingers, histogram};
use crate::finger_eval::{Evaluation, Pair, REFUSED_SCORE};
use crate::manifest::Entry;
use crate::rates::{bootstrap, curve};
use raster::GreyImage;
use std::fmt::Write as _;

/// Pairs shown of each kind.
const SHOWN: usize = 10;
/// Draws of fingers for the intervals, and their seed.
const ROUNDS: usize = 200;
const SEED: u64 = 20_26;

/// The page. `load` gives the picture of an entry where it can still be read.
pub fn page(entries: &[Entry], found: &Evaluation, load: &dyn Fn(&Entry) -> Option<GreyImage>) -> String {
    let mut page = String::from(
        "<!doctype html><meta charset=\"utf-8\"><title>Finger evaluation</title><style>body{font:15px \
         sans-serif;margin:2em;max-width:72em}td,th{padding:.15em .8em;text-align:left}figure{margin:1em 0}\
         </style><h1>Finger evaluation</h1>",
    );
    figures(&mut page, found);
    let scores = |genuine: bool| {
        found.pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect::<Vec<_>>()
    };
    let (genuine, impostor) = (scores(true), scores(false));
    let _ = write!(page, "<h2>DET</h2>{}", det(&curve(&genuine, &impostor)));
    let _ = write!(page, "<h2>Scores</h2>{}", histogram(&genuine, &impostor, -3.0, 12.0));
    calibration(&mut page, &impostor);
    page.push_str("<h2>Refused</h2><ul>");
    for (entry, sample) in entries.iter().zip(&found.samples) {
        if let Err(why) = &sample.outcome {
            let _ = write!(page, "<li>{}: {}", escape(&entry.name), escape(why));
        }
    }
    page.push_str("</ul>");
    let mut worst: Vec<&Pair> = found.pairs.iter().filter(|p| p.genuine && p.score > REFUSED_SCORE).collect();
    worst.sort_by(|a, b| a.score.total_cmp(&b.score));
    section(&mut page, "Same finger, least alike", &worst, entries, found, load);
    let mut worst: Vec<&Pair> = found.pairs.iter().filter(|p| !p.genuine).collect();
    worst.sort_by(|a, b| b.score.total_cmp(&a.score));
    section(&mut page, "Different fingers, most alike", &worst, entries, found, load);
    page
}

fn figures(page: &mut String, found: &Evaluation) {
    let s = found.summary();
    let [eer, fmr1000] = bootstrap(&found.scored(true), &found.scored(false), found.classes, ROUNDS, SEED);
    let percent = |v: f64| format!("{:.2} %", 100.0 * v);
    let between = |v: [f64; 2]| format!(" ({} to {} over fingers drawn again)", percent(v[0]), percent(v[1]));
    let rows = [
        ("images", s.images.to_string()),
        ("fingers", found.classes.to_string()),
        ("refused (FTE)", percent(s.fte)),
        ("EER", percent(s.rates.eer) + &between(eer)),
        ("FNMR at FMR 1e-2", percent(s.rates.fmr100)),
        ("FNMR at FMR 1e-3", percent(s.rates.fmr1000) + &between(fmr1000)),
        ("FNMR at FMR 1e-4", percent(s.rates.fmr10000)),
        ("FNMR without a false match", percent(s.rates.zero)),
        ("genuine, impostor pairs", format!("{}, {}", s.genuine, s.impostor)),
        (
            "extraction, mean and 95th percentile",
            format!("{:.1}, {:.1} ms", s.extract_ms_mean, s.extract_ms_p95),
        ),
        ("comparison, mean", format!("{:.1} microseconds", s.compare_us_mean)),
        ("algorithm", finger::ALGORITHM.to_owned()),
    ];
    page.push_str("<table>");
    for (name, value) in rows {
        let _ = write!(page, "<tr><th>{name}<td>{}", escape(&value));
    }
    page.push_str("</table>");
}

/// The false match rate that a score promises, and the one that these pairs show.
fn calibration(page: &mut String, impostor: &[f32]) {
    page.push_str("<h2>Calibration</h2><table><tr><th>score<th>promised FMR<th>measured FMR");
    for llr in [1.0f32, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0] {
        let passed = impostor.iter().filter(|s| **s >= llr).count();
        let _ = write!(
            page,
            "<tr><td>{llr}<td>{:.1e}<td>{:.1e} ({passed} pairs)",
            finger::fmr(llr),
            passed as f64 / impostor.len().max(1) as f64
        );
    }
    page.push_str("</table>");
}

fn section(
    page: &mut String,
    title: &str,
    pairs: &[&Pair],
    entries: &[Entry],
    found: &Evaluation,
    load: &dyn Fn(&Entry) -> Option<GreyImage>,
) {
    let _ = write!(page, "<h2>{title}</h2>");
    for pair in pairs.iter().take(SHOWN) {
        let side = |i: u32| Some((entries.get(i as usize)?, found.samples.get(i as usize)?));
        let (Some((ea, sa)), Some((eb, sb)), Some(c)) = (side(pair.a), side(pair.b), found.compare(pair))
        else {
            continue;
        };
        let (Ok(xa), Ok(xb)) = (&sa.outcome, &sb.outcome) else { continue };
        let (ia, ib) = (load(ea), load(eb));
        let drawing = fingers(
            &Side { image: ia.as_ref(), template: &xa.template, name: &ea.name },
            &Side { image: ib.as_ref(), template: &xb.template, name: &eb.name },
            &c.pairs,
            760,
        );
        let _ = write!(
            page,
            "<figure><figcaption>score {:.2}: {} pairs, support {:.1}, against {:.1}, flow {:.2}, overlap {:.2}; \
             qualities {} and {}</figcaption>{drawing}</figure>",
            pair.score,
            c.evidence.pairs,
            c.evidence.support,
            c.evidence.against,
            c.evidence.flow,
            c.evidence.overlap,
            xa.quality.value,
            xb.quality.value
        );
    }
}
