//! The distributions side by side, as a page that needs nothing else.

use crate::measure::{ks, quantiles};
use std::fmt::Write as _;

/// One measure of a set, both ways.
pub(crate) struct Measure {
    pub(crate) name: &'static str,
    pub(crate) real: Vec<f32>,
    pub(crate) made: Vec<f32>,
}

/// One set and what was measured of it.
pub(crate) struct Set {
    pub(crate) title: String,
    pub(crate) measures: Vec<Measure>,
    pub(crate) notes: Vec<String>,
}

impl Set {
    /// The figures as lines of text.
    pub(crate) fn print(&self) {
        println!("\n{}", self.title);
        for m in &self.measures {
            println!(
                "{:24} real {}  synthetic {}  KS {:.2}",
                m.name,
                quantiles(&m.real),
                quantiles(&m.made),
                ks(&m.real, &m.made)
            );
        }
        self.notes.iter().for_each(|note| println!("{note}"));
    }
}

const REAL: &str = "#1f5fa8";
const MADE: &str = "#c4571b";

/// The page.
pub(crate) fn page(sets: &[Set]) -> String {
    let mut out = String::from(
        "<!doctype html><meta charset=utf-8><title>Synthetic against real prints</title><style>\
         body{font:15px/1.4 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#222}\
         .g{display:grid;grid-template-columns:repeat(auto-fill,minmax(17em,1fr));gap:1em}\
         figure{margin:0;border:1px solid #ddd;border-radius:6px;padding:.6em}\
         figcaption{font-size:13px}svg{width:100%;height:auto}small{color:#666}</style>\
         <h1>Synthetic against real prints</h1>",
    );
    let _ = write!(
        out,
        "<p><b style=\"color:{REAL}\">Real</b> and <b style=\"color:{MADE}\">synthetic</b> prints measured by the same \
         tools: shares of the values in 28 steps. KS is the Kolmogorov-Smirnov distance, 0 the same to 1 apart.</p>"
    );
    for set in sets {
        let _ = write!(out, "<h2>{}</h2><div class=g>", set.title);
        for m in &set.measures {
            let _ = write!(
                out,
                "<figure>{}<figcaption><b>{}</b>, KS {:.2}<br><small>median {:.3} real, {:.3} synthetic; {} and {} values</small></figcaption></figure>",
                plot(m),
                m.name,
                ks(&m.real, &m.made),
                quantile(&m.real, 0.5),
                quantile(&m.made, 0.5),
                m.real.len(),
                m.made.len()
            );
        }
        out.push_str("</div>");
        for note in &set.notes {
            let _ = write!(out, "<p>{note}</p>");
        }
    }
    out
}

fn quantile(values: &[f32], share: f32) -> f32 {
    let mut v = values.to_vec();
    v.sort_by(f32::total_cmp);
    v.get((share * v.len().saturating_sub(1) as f32) as usize).copied().unwrap_or(f32::NAN)
}

/// Two outlines over one axis.
fn plot(m: &Measure) -> String {
    const STEPS: usize = 28;
    const WIDTH: f32 = 280.0;
    const HEIGHT: f32 = 110.0;
    let ends = |share: f32| (quantile(&m.real, share), quantile(&m.made, share));
    let ((a, b), (c, d)) = (ends(0.005), ends(0.995));
    let (lo, hi) = (a.min(b), c.max(d).max(a.min(b) + 1e-3));
    let shares = |values: &[f32]| {
        let mut bins = [0.0_f32; STEPS];
        for v in values {
            let at = ((v - lo) / (hi - lo) * STEPS as f32).clamp(0.0, STEPS as f32 - 1.0);
            bins[at as usize] += 1.0 / values.len() as f32;
        }
        bins
    };
    let (real, made) = (shares(&m.real), shares(&m.made));
    let most = real.iter().chain(&made).copied().fold(1e-6, f32::max);
    let path = |bins: &[f32; STEPS]| {
        let mut d = format!("M0 {HEIGHT}");
        for (i, v) in bins.iter().enumerate() {
            let y = HEIGHT - v / most * (HEIGHT - 6.0);
            let x = |k: usize| WIDTH * k as f32 / STEPS as f32;
            let _ = write!(d, "L{:.1} {y:.1}L{:.1} {y:.1}", x(i), x(i + 1));
        }
        d + &format!("L{WIDTH} {HEIGHT}Z")
    };
    let mut out = format!("<svg viewBox=\"0 0 {WIDTH} {}\" role=img>", HEIGHT + 16.0);
    for (bins, colour) in [(&real, REAL), (&made, MADE)] {
        let _ = write!(
            out,
            "<path d=\"{}\" fill=\"{colour}\" fill-opacity=.22 stroke=\"{colour}\" stroke-width=1.4 />",
            path(bins)
        );
    }
    for (x, anchor, v) in [(0.0, "start", lo), (WIDTH, "end", hi)] {
        let _ = write!(
            out,
            "<text x=\"{x}\" y=\"{}\" font-size=11 text-anchor={anchor} fill=\"#666\">{v:.2}</text>",
            HEIGHT + 13.0
        );
    }
    out + "</svg>"
}
