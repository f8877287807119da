//! The page that `ridgeline bench search --report` writes.

use super::{Figures, Planted};
use std::fmt::Write as _;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 220.0;
const MARGIN: f64 = 48.0;

/// The page: figures, and how they grow with the gallery.
pub fn page(figures: &Figures, planted: Option<&Planted>) -> String {
    let mut page = String::from(
        "<!doctype html><meta charset=\"utf-8\"><title>Search</title><style>body{font:15px \
         sans-serif;margin:2em;max-width:72em}td,th{padding:.15em .8em;text-align:right}svg{margin:1em}</style>\
         <h1>Search</h1>",
    );
    let _ = write!(
        page,
        "<p>{} people drawn, the others their echoes; {} searches at each size; kernels: {}; one thread reads \
         memory at {:.1} GB/s, {} threads at {:.1} GB/s; a single-finger search reads {:.2} GB/s.",
        figures.drawn,
        figures.probes,
        figures.instructions,
        figures.memory_gb_per_s,
        figures.threads,
        figures.memory_gb_per_s_threads,
        figures.finger_gb_per_s
    );
    page.push_str(
        "<table><tr><th>people<th>fingers/s, one core<th>ms per million irises, one core<th>ten fingers, two \
         irises: p50 ms<th>p95 ms<th>ten fingers: p95 ms<th>first place<th>bytes a person",
    );
    for size in &figures.sizes {
        let _ = write!(
            page,
            "<tr><td>{}<td>{:.0}<td>{:.1}<td>{:.0}<td>{:.0}<td>{:.0}<td>{:.1} %<td>{:.0}",
            size.people,
            size.finger_templates_per_s,
            size.iris_ms_per_million,
            size.person_ms_p50,
            size.person_ms_p95,
            size.ten_fingers_ms_p95,
            100.0 * size.person_mates_found,
            size.bytes_per_person
        );
    }
    page.push_str("</table>");
    let line = |pick: &dyn Fn(&super::Size) -> f64| {
        figures.sizes.iter().map(|s| (s.people as f64, pick(s))).collect::<Vec<_>>()
    };
    page.push_str(&chart("Fingers a second and core", &line(&|s| s.finger_templates_per_s)));
    page.push_str(&chart("Irises: ms per million and core", &line(&|s| s.iris_ms_per_million)));
    page.push_str(&chart("Ten fingers and two irises: p95 ms", &line(&|s| s.person_ms_p95)));
    page.push_str(&chart("Bytes in memory a person", &line(&|s| s.bytes_per_person)));
    if figures.at_once > 0 {
        let by: Vec<String> =
            figures.searches_per_s_by.iter().map(|(many, rate)| format!("{many}: {rate:.2}")).collect();
        let _ = write!(
            page,
            "<p>{} searches at once: {:.2} a second, one by one {:.2}; by how many are made at once: {}. Priority, p95: \
             {:.0} ms alone, {:.0} ms among them.",
            figures.at_once,
            figures.searches_per_s.1,
            figures.searches_per_s.0,
            by.join(", "),
            figures.priority_ms_p95.0,
            figures.priority_ms_p95.1
        );
    }
    let told = |correlation: Option<f64>| {
        correlation.map_or("not to be told, they do not vary".to_owned(), |c| format!("{c:.3}"))
    };
    let reaching: Vec<String> = figures
        .strangers_reaching
        .iter()
        .map(|(height, share)| format!("{height}: {:.4} %", 100.0 * share))
        .collect();
    let _ = write!(
        page,
        "<p>Full comparisons: {:.0} a second and core. Mates that the full comparison releases and the stages lose: {:.2} % \
         by single fingers, {:.2} % by single eyes. Strangers with a candidate: {} of {}. Correlation of the scores of \
         two fingers of one person: {}.<p>Different people, {} comparisons of all fingers: correlation of two fingers' \
         scores: {}; share whose evidence (log10 of the likelihood ratio) reaches {}; were the ratio right it would be at \
         most 100, 10, 1, 0.1 and 0.01 %.",
        figures.full_comparisons_per_s,
        100.0 * figures.exhaustive_loss,
        100.0 * figures.iris_exhaustive_loss,
        figures.strangers_with_candidate.0,
        figures.strangers_with_candidate.1,
        told(figures.finger_correlation),
        figures.strangers_compared,
        told(figures.stranger_correlation),
        reaching.join(", ")
    );
    let answer = &figures.machine_answer;
    let _ = write!(
        page,
        "<p>From pictures to candidates among {} people, {} threads: three slaps in WSQ and two irises in PNG, {} \
         encounters of rendered people, {:.1} % found in first place; {:.1} % of fingers and irises gave a template. \
         <table><tr><th><th>p50 ms<th>p95 ms\
         <tr><td>decoding, cutting, extraction<td>{:.0}<td>{:.0}<tr><td>search<td>{:.0}<td>{:.0}\
         <tr><td>all<td>{:.0}<td>{:.0}</table>",
        figures.sizes.last().map_or(0, |size| size.people),
        figures.threads,
        answer.encounters,
        100.0 * answer.mates_found,
        100.0 * answer.templates_found,
        answer.templates_ms_p50,
        answer.templates_ms_p95,
        answer.search_ms_p50,
        answer.search_ms_p95,
        answer.answer_ms_p50,
        answer.answer_ms_p95
    );
    if let (Some(seconds), Some(bytes)) = (figures.load_s, figures.snapshot_bytes) {
        let _ = write!(
            page,
            "<p>Columns of the largest gallery: {:.1} GB, loaded in {seconds:.1} s by a process that had just started.",
            bytes as f64 / 1e9
        );
    }
    if let Some(planted) = planted {
        let _ = write!(
            page,
            "<h2>Real prints among synthetic ones</h2><p>{} fingers planted among {} ({} of them echoes), {} searches by one \
             finger.\
             <table><tr><th>FPIR<th>FNIR, everybody in full<th>FNIR, stages<th>loss",
            planted.planted, planted.synthetic, planted.echoes, planted.searches
        );
        for (fpir, full, staged) in &planted.rates {
            let percent = |v: f64| format!("{:.2} %", 100.0 * v);
            let _ = write!(
                page,
                "<tr><td>{}<td>{}<td>{}<td>{}",
                percent(*fpir),
                percent(*full),
                percent(*staged),
                percent(staged - full)
            );
        }
        page.push_str("</table>");
    }
    page
}

/// A line over a logarithmic number of people.
fn chart(title: &str, points: &[(f64, f64)]) -> String {
    let xs: Vec<f64> = points.iter().map(|p| p.0.max(1.0).log10()).collect();
    let low = xs.iter().copied().fold(f64::INFINITY, f64::min) - 0.2;
    let high = xs.iter().copied().fold(f64::NEG_INFINITY, f64::max) + 0.2;
    let top = points.iter().map(|p| p.1).fold(1e-9, f64::max) * 1.1;
    let mut out = format!(
        "<svg width=\"{WIDTH}\" height=\"{HEIGHT}\" font-size=\"11\"><text x=\"{MARGIN}\" y=\"14\">{title}</text>\
         <path d=\"M{MARGIN} 20V{0}H{1}\" fill=\"none\" stroke=\"#888\"/>",
        HEIGHT - MARGIN,
        WIDTH - 8.0
    );
    let mut path = String::new();
    for (x, (people, value)) in xs.iter().zip(points) {
        let px = MARGIN + (x - low) / (high - low) * (WIDTH - MARGIN - 8.0);
        let py = HEIGHT - MARGIN - value / top * (HEIGHT - MARGIN - 20.0);
        let _ = write!(path, "{}{px:.1} {py:.1}", if path.is_empty() { "M" } else { "L" });
        let _ = write!(
            out,
            "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"3\"/><text x=\"{px:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{}</text><text x=\"{px:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{}</text>",
            py - 6.0,
            short(*value),
            HEIGHT - MARGIN + 14.0,
            short(*people)
        );
    }
    let _ = write!(out, "<path d=\"{path}\" fill=\"none\" stroke=\"#06c\"/></svg>");
    out
}

/// Three or four characters, so that labels do not meet.
fn short(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.1}M", v / 1e6),
        v if v >= 1e4 => format!("{:.0}k", v / 1e3),
        v => format!("{v:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_was_measured_and_no_more() {
        let size = super::super::Size { people: 1_034_000, ..Default::default() };
        let mut figures = Figures { sizes: vec![size], ..Figures::default() };
        let without = page(&figures, None);
        assert!(without.contains(">1.0M<") && !without.contains("searches at once"), "{without}");
        assert!(!without.contains("Real prints") && !without.contains("loaded in"));
        (figures.at_once, figures.load_s, figures.snapshot_bytes) = (7, Some(1.5), Some(3_000_000_000));
        let planted = Planted { planted: 39, rates: vec![(0.01, 0.1, 0.105)], ..Planted::default() };
        let with = page(&figures, Some(&planted));
        for text in ["7 searches at once", "3.0 GB, loaded in 1.5 s", "39 fingers planted", "<td>0.50 %"] {
            assert!(with.contains(text), "{text}");
        }
        assert_eq!(["9820", "63k", "10.6M"], [9820.0, 62_800.0, 10_602_049.0].map(short)[..]);
    }
}
