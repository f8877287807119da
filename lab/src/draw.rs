//! Pictures as SVG text: curves, histograms, and two fingers side by side with what pairs them.

use crate::rates::Point;
use base64::Engine as _;
use finger::{MinutiaKind, Template};
use raster::GreyImage;
use std::fmt::Write as _;

/// A side of a drawing: the image where there is one, and its template.
pub struct Side<'a> {
    /// Drawn under the minutiae, scaled to 500 ppi.
    pub image: Option<&'a GreyImage>,
    /// Minutiae in pixels at 500 ppi.
    pub template: &'a Template,
    /// Written above.
    pub name: &'a str,
}

/// Ground between the two sides.
const GAP_PX: f32 = 20.0;
/// Room for the names.
const TOP_PX: f32 = 18.0;

/// Two prints side by side, their minutiae, and a line for every pair; `width` is the drawn width in pixels.
pub fn fingers(a: &Side, b: &Side, pairs: &[(u16, u16)], width: u32) -> String {
    let shift = f32::from(a.template.width_px) + GAP_PX;
    let full_width = shift + f32::from(b.template.width_px);
    let full_height = f32::from(a.template.height_px.max(b.template.height_px)) + TOP_PX;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" viewBox=\"0 0 {full_width} {full_height}\" \
         font-family=\"sans-serif\" font-size=\"12\">"
    );
    for (side, x, paired) in [
        (a, 0.0, pairs.iter().map(|p| p.0).collect::<Vec<_>>()),
        (b, shift, pairs.iter().map(|p| p.1).collect::<Vec<_>>()),
    ] {
        let _ = write!(
            svg,
            "<g transform=\"translate({x},{TOP_PX})\"><text y=\"-5\">{}</text>",
            escape(side.name)
        );
        if let Some(png) = side.image.and_then(|i| raster::encode_png(i).ok()) {
            let _ = write!(
                svg,
                "<image width=\"{}\" height=\"{}\" opacity=\"0.6\" href=\"data:image/png;base64,{}\"/>",
                side.template.width_px,
                side.template.height_px,
                base64::engine::general_purpose::STANDARD.encode(png)
            );
        }
        for (i, m) in side.template.minutiae.iter().enumerate() {
            let colour = match (paired.contains(&(i as u16)), m.kind) {
                (true, _) => "#0a0",
                (false, MinutiaKind::Ending) => "#d40",
                (false, MinutiaKind::Bifurcation) => "#06c",
                (false, MinutiaKind::Other) => "#888",
            };
            let (s, c) = m.direction.sin_cos();
            let _ = write!(
                svg,
                "<path d=\"M{:.1},{:.1}l{:.1},{:.1}\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\
                 <circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" \
                 opacity=\"{:.2}\"/>",
                m.x,
                m.y,
                10.0 * c,
                -10.0 * s,
                m.x,
                m.y,
                0.3 + 0.7 * m.confidence
            );
        }
        svg.push_str("</g>");
    }
    for (i, j) in pairs {
        let ends = (a.template.minutiae.get(usize::from(*i)), b.template.minutiae.get(usize::from(*j)));
        if let (Some(p), Some(q)) = ends {
            let _ = write!(
                svg,
                "<path d=\"M{:.1},{:.1}L{:.1},{:.1}\" stroke=\"#0a0\" stroke-width=\"0.6\" opacity=\"0.6\"/>",
                p.x,
                p.y + TOP_PX,
                q.x + shift,
                q.y + TOP_PX
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// False non-match rate over false match rate, both axes logarithmic from 1e-5 to 1.
pub fn det(points: &[Point]) -> String {
    const DECADES: f64 = 5.0;
    let place = |rate: f64| 400.0 * (rate.max(1e-5).log10() + DECADES) / DECADES;
    let mut svg =
        String::from("<svg width=\"470\" height=\"450\" font-family=\"sans-serif\" font-size=\"11\">");
    for k in 0..=5 {
        let at = 400.0 * f64::from(k) / DECADES;
        let (x, y) = (50.0 + at, 410.0 - at);
        let _ = write!(
            svg,
            "<path d=\"M{x},10V410M50,{y}H450\" stroke=\"#ddd\"/><text x=\"{x}\" y=\"425\">1e-{0}</text>\
             <text x=\"10\" y=\"{y}\">1e-{0}</text>",
            5 - k
        );
    }
    svg.push_str("<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"2\" points=\"");
    let mut last = (f64::MIN, f64::MIN);
    for p in points {
        let (x, y) = (50.0 + place(p.fmr), 410.0 - place(p.fnmr));
        if (x - last.0).abs() + (y - last.1).abs() > 0.5 {
            let _ = write!(svg, "{x:.1},{y:.1} ");
            last = (x, y);
        }
    }
    svg.push_str("\"/><text x=\"190\" y=\"445\">false match rate</text></svg>");
    svg
}

/// Shares of two lists of scores in 60 bins between `low` and `high`; what lies outside goes to the end bins.
pub fn histogram(genuine: &[f32], impostor: &[f32], low: f32, high: f32) -> String {
    const BINS: usize = 60;
    let count = |scores: &[f32]| {
        let mut bins = [0.0f32; BINS];
        for s in scores {
            let at = ((s - low) / (high - low) * BINS as f32).clamp(0.0, BINS as f32 - 1.0) as usize;
            bins[at] += 1.0 / scores.len() as f32;
        }
        bins
    };
    let mut svg =
        String::from("<svg width=\"640\" height=\"240\" font-family=\"sans-serif\" font-size=\"11\">");
    for (scores, colour) in [(impostor, "#c40"), (genuine, "#06c")] {
        for (i, share) in count(scores).iter().enumerate() {
            // The root keeps rare scores visible.
            let height = 200.0 * share.sqrt();
            let _ = write!(
                svg,
                "<rect x=\"{}\" y=\"{:.1}\" width=\"9\" height=\"{height:.1}\" fill=\"{colour}\" opacity=\"0.55\"/>",
                20 + i * 10,
                210.0 - height
            );
        }
    }
    let _ = write!(
        svg,
        "<text x=\"20\" y=\"228\">{low}</text><text x=\"600\" y=\"228\">{high}</text>\
         <text x=\"220\" y=\"228\">score: -log10 of the false match rate (height: root of the share)</text></svg>"
    );
    svg
}

/// A line through points whose coordinates are shares; the second axis ends at the largest.
pub fn line(points: &[(f64, f64)], label: &str) -> String {
    let top = points.iter().fold(1e-3f64, |m, p| m.max(p.1));
    let right = points.iter().fold(1e-3f64, |m, p| m.max(p.0));
    let mut svg =
        String::from("<svg width=\"470\" height=\"250\" font-family=\"sans-serif\" font-size=\"11\">");
    for k in 0..=4 {
        let share = f64::from(k) / 4.0;
        let (x, y) = (50.0 + 400.0 * share, 210.0 - 200.0 * share);
        let _ = write!(
            svg,
            "<path d=\"M{x},10V210M50,{y}H450\" stroke=\"#ddd\"/><text x=\"{x}\" y=\"225\">{:.0} %</text>\
             <text x=\"2\" y=\"{y}\">{:.2} %</text>",
            100.0 * right * share,
            100.0 * top * share
        );
    }
    svg.push_str("<polyline fill=\"none\" stroke=\"#06c\" stroke-width=\"2\" points=\"");
    for (x, y) in points {
        let _ = write!(svg, "{:.1},{:.1} ", 50.0 + 400.0 * x / right, 210.0 - 200.0 * y / top);
    }
    let _ = write!(svg, "\"/><text x=\"170\" y=\"243\">{}</text></svg>", escape(label));
    svg
}

/// Text for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use finger::Minutia;

    #[test]
    fn every_minutia_and_pair_is_drawn() {
        let m = Minutia { x: 10.0, y: 20.0, direction: 0.0, kind: MinutiaKind::Ending, confidence: 0.5 };
        let template = Template { width_px: 100, height_px: 90, minutiae: vec![m; 3], ..Template::default() };
        let side = Side { image: None, template: &template, name: "a<b" };
        let svg = fingers(&side, &side, &[(0, 2), (9, 1)], 600);
        assert_eq!(svg.matches("<circle").count(), 6);
        assert_eq!(svg.matches("stroke-width=\"0.6\"").count(), 1);
        assert!(svg.contains("a&lt;b"));
    }
}
