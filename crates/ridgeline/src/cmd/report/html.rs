//! The report as one page: no script, no other file, thumbnails inside it.

use super::{Report, Severity, Shown};
use anyhow::Result;
use base64::Engine as _;
use std::fmt::Write as _;

/// Longest side of a thumbnail in pixels.
const THUMBNAIL_PX: u32 = 320;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c1f24;background:#fff}\
h1{font-size:1.4rem}h2{font-size:1.05rem;margin:2rem 0 .5rem;border-top:1px solid #ccd;padding-top:1rem}\
table{border-collapse:collapse;width:100%}td{padding:.15rem .6rem .15rem 0;vertical-align:top}\
td.n,td.m{white-space:nowrap;font-family:ui-monospace,monospace;color:#445}td.v{overflow-wrap:anywhere}td.l{color:#667}\
figure{margin:.8rem 0}img{max-width:100%;border:1px solid #ccd}figcaption{color:#556}\
.error{color:#a11212}.warning{color:#8a5a00}.note{color:#445}";

/// # Errors
/// Where a thumbnail cannot be encoded.
pub(crate) fn to_html(report: &Report) -> Result<String> {
    let mut out = String::new();
    let (file, kind) = (escape(&report.file), escape(&report.kind));
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{file}</title>\
         <style>{STYLE}</style></head><body>\n<h1>{file}</h1>\n<p>{kind}, {} bytes</p>\n",
        report.size
    );
    out.push_str("<h2>Findings</h2>\n");
    if report.findings.is_empty() {
        out.push_str("<p>None.</p>\n");
    } else {
        out.push_str("<ul>\n");
        for f in &report.findings {
            let class = match f.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let _ = writeln!(out, "<li class=\"{class}\">{}</li>", escape(&f.to_string()));
        }
        out.push_str("</ul>\n");
    }
    for section in &report.sections {
        let _ = writeln!(out, "<h2>{}</h2>", escape(&section.title));
        if let Some(picture) = &section.picture {
            figure(picture, &section.title, &mut out)?;
        }
        out.push_str("<table>\n");
        for row in &section.fields {
            let cells = [("n", &row.number), ("m", &row.mnemonic), ("v", &row.value), ("l", &row.name)];
            out.push_str("<tr>");
            for (class, text) in cells {
                let _ = write!(out, "<td class=\"{class}\">{}</td>", escape(text));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n");
    }
    out.push_str("</body></html>\n");
    Ok(out)
}

fn figure(picture: &Shown, title: &str, out: &mut String) -> Result<()> {
    let caption = escape(&picture.caption);
    match &picture.pixels {
        Ok(image) => {
            let (width, height, pixels) = thumbnail(image);
            let png = raster::encode_png_rgb(&raster::RgbImage::new(width, height, None, pixels)?)?;
            let data = base64::engine::general_purpose::STANDARD.encode(png);
            let _ = writeln!(
                out,
                "<figure><img src=\"data:image/png;base64,{data}\" width=\"{width}\" height=\"{height}\" \
                 alt=\"{}\"><figcaption>{caption}</figcaption></figure>",
                escape(title)
            );
        }
        Err(why) => {
            let _ = writeln!(out, "<p class=\"warning\">{caption}: {}</p>", escape(why));
        }
    }
    Ok(())
}

/// Every pixel is the mean of the pixels that it covers.
fn thumbnail(image: &raster::RgbImage) -> (u32, u32, Vec<u8>) {
    let (w, h) = (image.width(), image.height());
    let longest = w.max(h);
    let scaled = |n: u32| {
        if longest <= THUMBNAIL_PX {
            n
        } else {
            (u64::from(n) * u64::from(THUMBNAIL_PX) / u64::from(longest)).max(1) as u32
        }
    };
    let (tw, th) = (scaled(w), scaled(h));
    let span = |i: u32, n: u32, of: u32| {
        let at = |i: u32| (u64::from(i) * u64::from(of) / u64::from(n)) as usize;
        at(i)..at(i + 1).max(at(i) + 1)
    };
    let mut out = Vec::with_capacity(tw as usize * th as usize * 3);
    for y in 0..th {
        for x in 0..tw {
            let (mut sums, mut count) = ([0_u64; 3], 0_u64);
            for sy in span(y, th, h) {
                let row = image.pixels().chunks_exact(w as usize * 3).nth(sy).unwrap_or_default();
                let columns = span(x, tw, w);
                for pixel in row.chunks_exact(3).skip(columns.start).take(columns.len()) {
                    sums.iter_mut().zip(pixel).for_each(|(s, &p)| *s += u64::from(p));
                    count += 1;
                }
            }
            out.extend(sums.map(|s| (s / count.max(1)) as u8));
        }
    }
    (tw, th, out)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
