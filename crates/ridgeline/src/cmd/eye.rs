//! An eye drawn with what was found in it.

use anyhow::Result;
use base64::Engine as _;
use iris::{Contour, Extraction};
use raster::GreyImage;
use std::fmt::Write as _;

/// The image as SVG, `width` across, with both boundaries and the lids over it.
pub(crate) fn svg(image: &GreyImage, found: Option<&Extraction>, title: &str, width: u32) -> Result<String> {
    let (w, h) = (image.width(), image.height());
    let png = base64::engine::general_purpose::STANDARD.encode(raster::encode_png(image)?);
    let height = u64::from(width) * u64::from(h) / u64::from(w);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {w} {h}\">\
         <image width=\"{w}\" height=\"{h}\" href=\"data:image/png;base64,{png}\"/>"
    );
    for (contour, colour) in found.iter().flat_map(|f| [(&f.pupil, "#f44"), (&f.limbus, "#4f4")]) {
        write!(out, "<polygon points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>", points(contour)?)?;
    }
    for lid in found.iter().flat_map(|f| &f.lids).filter(|lid| lid.len() > 1) {
        let line = place(lid.iter().copied())?;
        write!(out, "<polyline points=\"{line}\" fill=\"none\" stroke=\"#ff4\"/>")?;
    }
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    write!(
        out,
        "<text x=\"4\" y=\"{}\" fill=\"#ff4\" font-size=\"{}\">{title}</text></svg>",
        h / 18,
        h / 20
    )?;
    Ok(out)
}

fn points(contour: &Contour) -> Result<String> {
    let n = contour.radii.len();
    place((0..n).map(|i| contour.point_at(i as f32 / n as f32)))
}

fn place(points: impl Iterator<Item = (f32, f32)>) -> Result<String> {
    let mut out = String::new();
    for (x, y) in points {
        // Pixel centres lie half a pixel into the drawing.
        write!(out, "{:.1},{:.1} ", x + 0.5, y + 0.5)?;
    }
    Ok(out)
}
