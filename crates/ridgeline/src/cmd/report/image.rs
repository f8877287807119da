//! Plain images.

use super::{FieldRow, Finding, Report, Section, Severity, Shown};
use anyhow::Result;
use nist_itl::inspect::Decoded;
use raster::{Channels, Format, Hints, Picture, Samples};
use sha2::{Digest as _, Sha256};

pub(super) fn report(bytes: &[u8], pictures: bool) -> Report {
    let mut report = Report::default();
    match raster::decode_picture(bytes, &Hints::default()) {
        Ok(picture) => {
            report.kind = format!("{} image", picture.format());
            let mut section = Section { title: describe(&picture), ..Section::default() };
            section.fields = vec![
                FieldRow::new("width", format!("{} px", picture.width())),
                FieldRow::new("height", format!("{} px", picture.height())),
                FieldRow::new("bits", picture.bits()),
                FieldRow::new("channels", picture.channels().count()),
                FieldRow::new("ppi", picture.ppi().map_or("not told".to_owned(), |p| format!("{p:.0}"))),
            ];
            if picture.format() == Format::Wsq {
                section.fields.extend(wsq_rows(bytes));
            }
            if pictures {
                section.picture = Some(show(bytes, &Hints::default()));
            }
            report.sections.push(section);
        }
        Err(e) => {
            report.kind = "image".into();
            report.findings.push(Finding {
                severity: Severity::Error,
                rule: "image.decode".into(),
                place: String::new(),
                offset: None,
                message: e.to_string(),
            });
        }
    }
    report
}

/// What only a WSQ header tells.
fn wsq_rows(bytes: &[u8]) -> Vec<FieldRow> {
    let Ok(header) = wsq_codec::read_header(bytes) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for comment in &header.comments {
        rows.push(FieldRow::new("comment", comment.text().replace('\n', " | ")));
    }
    rows
}

pub(super) fn describe(picture: &Picture) -> String {
    let ppi = picture.ppi().map_or(String::new(), |p| format!(", {p:.0} ppi"));
    format!("{} {} x {}{ppi}", picture.format(), picture.width(), picture.height())
}

/// An image ready to be shown.
pub(super) fn show(bytes: &[u8], hints: &Hints) -> Shown {
    match raster::decode_picture(bytes, hints) {
        Ok(picture) => {
            Shown { caption: describe(&picture), pixels: picture.into_rgb().map_err(|e| e.to_string()) }
        }
        Err(e) => Shown { caption: "not decoded".into(), pixels: Err(e.to_string()) },
    }
}

/// Size, mode and pixel hash of an image, as `expected.json` has them: `L` is 8-bit grey, `RGB` three
/// bytes a pixel, `I;16` grey of up to 16 bits in two bytes, big-endian.
pub(super) fn decoded(bytes: &[u8], hints: &Hints) -> Decoded {
    match raster::decode_picture(bytes, hints) {
        Ok(picture) => {
            let (width, height) = (picture.width(), picture.height());
            let (mode, hash) = match (picture.channels(), picture.samples()) {
                (Channels::Grey, Samples::U8(pixels)) => ("L", Sha256::digest(pixels)),
                (Channels::Grey, Samples::U16 { samples, .. }) => {
                    let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_be_bytes()).collect();
                    ("I;16", Sha256::digest(bytes))
                }
                _ => match picture.into_rgb() {
                    Ok(rgb) => ("RGB", Sha256::digest(rgb.pixels())),
                    Err(e) => return Decoded::Failed(format!("ERR {e}")),
                },
            };
            Decoded::Pixels(width, height, mode.to_owned(), hex::encode(hash))
        }
        Err(e) => Decoded::Failed(format!("ERR {e}")),
    }
}

pub(super) fn json(file: &str, bytes: &[u8], format: Format) -> Result<serde_json::Value> {
    Ok(serde_json::json!({
        "file": file,
        "size": bytes.len(),
        "sha256": hex::encode(Sha256::digest(bytes)),
        "fmt": format.name(),
        "decoded": decoded(bytes, &Hints::default()),
    }))
}
