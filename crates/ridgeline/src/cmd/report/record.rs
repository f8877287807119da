//! ISO/IEC 19794, ANSI 378/381 and CBEFF records.

use super::{FieldRow, Finding, Report, Section, Severity, Shown, image};
use anyhow::Result;
use biometric_records::cbeff::{Bir, tlv};
use biometric_records::fir::FingerImage;
use biometric_records::fmr::{FingerView, MinutiaeRecord};
use biometric_records::iir::{IrisCodec, IrisImage, IrisRecord};
use biometric_records::{Capture, Quality, Record, codes};
use raster::Hints;
use sha2::{Digest as _, Sha256};

pub(super) fn report(bytes: &[u8], pictures: bool) -> Result<Report> {
    let parsed = biometric_records::read(bytes)?;
    let mut report = Report { kind: parsed.value.format_name().to_owned(), ..Report::default() };
    report.findings = parsed.findings.iter().map(|f| finding(f, "")).collect();
    match &parsed.value {
        Record::Minutiae(r) => report.sections.extend(r.views.iter().map(|v| minutiae(r, v))),
        Record::FingerImages(r) => report.sections.extend(r.images.iter().map(|i| finger(i, pictures))),
        Record::Irises(r) => report.sections.extend(r.images.iter().map(|i| iris(r, i, pictures))),
        Record::CbeffXml(bir) => xml(bir, pictures, &mut report),
        Record::CbeffTlv(objects) => report.sections.extend(tlv::templates(objects).iter().map(template)),
        _ => {}
    }
    Ok(report)
}

fn finding(f: &biometric_records::Finding, place: &str) -> Finding {
    let severity = match f.severity {
        biometric_records::Severity::Note => Severity::Note,
        biometric_records::Severity::Warning => Severity::Warning,
        biometric_records::Severity::Error => Severity::Error,
    };
    Finding {
        severity,
        rule: f.rule.to_owned(),
        place: place.to_owned(),
        offset: Some(f.offset),
        message: f.message.clone(),
    }
}

fn coded(name: Option<&str>, code: impl std::fmt::Display) -> String {
    name.map_or_else(
        || code.to_string(),
        |name| format!("{code}  ({})", name.to_lowercase().replace('_', " ")),
    )
}

fn quality_rows(quality: &[Quality]) -> Vec<FieldRow> {
    let row = |q: &Quality| {
        let by = if q.vendor == 0 && q.algorithm == 0 {
            String::new()
        } else {
            format!(" by vendor {}, algorithm {}", q.vendor, q.algorithm)
        };
        FieldRow::new("quality", format!("{}{by}", q.score))
    };
    quality.iter().map(row).collect()
}

fn capture_rows(capture: Option<&Capture>) -> Vec<FieldRow> {
    capture.map_or_else(Vec::new, |c| {
        let device = format!("vendor {}, type {}, technology {}", c.vendor, c.device, c.technology);
        vec![FieldRow::new("captured", c.time), FieldRow::new("device", device)]
    })
}

fn minutiae(r: &MinutiaeRecord, v: &FingerView) -> Section {
    let g = &v.geometry;
    let mut fields = vec![
        FieldRow::new("position", coded(codes::position_name(v.position), v.position)),
        FieldRow::new("view", v.view_number),
        FieldRow::new(
            "impression",
            coded(biometric_records::fmr::impression_name(r.format, v.impression), v.impression),
        ),
    ];
    fields.extend(quality_rows(&v.quality));
    fields.extend(capture_rows(v.capture.as_ref()));
    fields.push(FieldRow::new(
        "image",
        format!("{} x {} px, {} x {} px/cm", g.width, g.height, g.x_per_cm, g.y_per_cm),
    ));
    fields.push(FieldRow::new("minutiae", v.minutiae.len()));
    for (i, m) in v.minutiae.iter().enumerate() {
        let degrees = f64::from(m.angle) * r.format.angle_step_deg();
        let quality = m.quality.map_or(String::new(), |q| format!(", quality {q}"));
        let kind = format!("{:?}", m.kind).to_lowercase();
        fields.push(FieldRow::new(
            &format!("  {i}"),
            format!("{kind} at {}, {}, {degrees:.1} degrees{quality}", m.x, m.y),
        ));
    }
    let title = format!("view of finger position {}", coded(codes::position_name(v.position), v.position));
    let picture = None;
    Section { title, fields, picture }
}

fn finger(i: &FingerImage<'_>, pictures: bool) -> Section {
    let s = &i.sampling;
    let mut fields = vec![
        FieldRow::new("position", coded(codes::position_name(i.position), i.position)),
        FieldRow::new("view", i.view_number),
        FieldRow::new("impression", coded(codes::impression_name(i.impression), i.impression)),
        FieldRow::new("size", format!("{} x {} px, {} bits", i.width, i.height, s.depth)),
        FieldRow::new("ppi", s.ppi().map_or("not told".to_owned(), |p| format!("{p:.0}"))),
        FieldRow::new("compression", coded(codes::finger_compression_name(s.compression), s.compression)),
        FieldRow::new("data", format!("{} bytes", i.data.len())),
    ];
    fields.extend(quality_rows(&i.quality));
    fields.extend(capture_rows(i.capture.as_ref()));
    for block in &i.extended {
        fields.push(FieldRow::new("extended", format!("block {} of {} bytes", block.code, block.data.len())));
    }
    let picture = pictures.then(|| show_finger(i));
    Section {
        title: format!("image of finger position {}", coded(codes::position_name(i.position), i.position)),
        fields,
        picture,
    }
}

/// How to decode a finger image of a record.
pub(crate) fn finger_hints(i: &FingerImage<'_>) -> Hints {
    let mut hints = Hints { ppi: i.sampling.ppi(), ..Hints::default() };
    if i.sampling.compression == 0 {
        let geometry = raster::RawGeometry {
            width: u32::from(i.width),
            height: u32::from(i.height),
            bits: i.sampling.depth,
            channels: 1,
        };
        hints.raw = Some(geometry);
        hints.format = Some(raster::Format::Raw);
    }
    hints
}

fn show_finger(i: &FingerImage<'_>) -> Shown {
    image::show(&i.data, &finger_hints(i))
}

/// How to decode an iris image of a record.
pub(crate) fn iris_hints(r: &IrisRecord<'_>, i: &IrisImage<'_>) -> Hints {
    let channels = match r.codec(i) {
        Some(IrisCodec::Raw) => 1,
        Some(IrisCodec::RawRgb) => 3,
        _ => return Hints::default(),
    };
    let geometry =
        raster::RawGeometry { width: u32::from(i.width), height: u32::from(i.height), bits: 8, channels };
    Hints { raw: Some(geometry), format: Some(raster::Format::Raw), ..Hints::default() }
}

fn iris(r: &IrisRecord<'_>, i: &IrisImage<'_>, pictures: bool) -> Section {
    let angle = |a: u16| match a {
        biometric_records::iir::ANGLE_UNKNOWN => "not told".to_owned(),
        a => format!("{:.1} degrees", f64::from(a) * 360.0 / 65_536.0),
    };
    let mut fields = vec![
        FieldRow::new("eye", coded(codes::eye_name(i.eye), i.eye)),
        FieldRow::new("number", i.number),
        FieldRow::new("size", format!("{} x {} px", i.width, i.height)),
        FieldRow::new("stored as", r.codec(i).map_or("an unlisted format".to_owned(), |c| format!("{c:?}"))),
        FieldRow::new("roll", angle(i.roll)),
        FieldRow::new("data", format!("{} bytes", i.data.len())),
    ];
    if let Some(d) = &i.details {
        fields.push(FieldRow::new("kind", coded(codes::iris_kind_name(d.kind), d.kind)));
        fields.extend(capture_rows(Some(&d.capture)));
    }
    fields.extend(quality_rows(&i.quality));
    let picture = pictures.then(|| image::show(&i.data, &iris_hints(r, i)));
    Section {
        title: format!("image of the {} eye", codes::eye_name(i.eye).unwrap_or("unlisted").to_lowercase()),
        fields,
        picture,
    }
}

fn xml(bir: &Bir, pictures: bool, report: &mut Report) {
    for (n, inner) in bir.walk().into_iter().enumerate() {
        let mut fields = Vec::new();
        if let Some(info) = &inner.info {
            let mut put = |name: &str, value: &Option<String>| {
                if let Some(value) = value {
                    fields.push(FieldRow::new(name, value));
                }
            };
            put("index", &info.index);
            put("created", &info.created);
            put("subtype", &info.subtype);
            put("level", &info.level);
            put("purpose", &info.purpose);
            put("quality", &info.quality.as_ref().and_then(|q| q.score.clone()));
            fields.extend(info.kinds.iter().map(|k| FieldRow::new("type", k)));
            if let Some((owner, kind)) = &info.format {
                fields.push(FieldRow::new("format", format!("{owner} {kind}")));
            }
        }
        if let Some(security) = &inner.security {
            fields.push(FieldRow::new("security block", format!("{} bytes", security.len())));
        }
        let data = inner.data.as_deref();
        if let Some(data) = data {
            fields.push(FieldRow::new("data", format!("{} bytes", data.len())));
        }
        report.sections.push(Section { title: format!("BIR {n}"), fields, picture: None });
        // A block is often a record of its own.
        let Some(inside) = data.filter(|d| super::is_record(d)) else { continue };
        match self::report(inside, pictures) {
            Ok(part) => {
                report.sections.extend(part.sections.into_iter().map(|mut s| {
                    s.title = format!("BIR {n}: {}: {}", part.kind, s.title);
                    s
                }));
                report.findings.extend(part.findings.into_iter().map(|mut f| {
                    f.place = format!("BIR {n}");
                    f
                }));
            }
            Err(e) => report.findings.push(Finding {
                severity: Severity::Warning,
                rule: "bdb".into(),
                place: format!("BIR {n}"),
                offset: None,
                message: format!("the data block is not read: {e}"),
            }),
        }
    }
}

fn template(t: &tlv::Template<'_>) -> Section {
    let mut fields = Vec::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.push(FieldRow::new(name, value));
        }
    };
    put("biometric type", t.kind.map(|k| format!("{k:#04x}")));
    put("subtype", t.subtype.map(|k| format!("{k:#04x}")));
    put("format owner", t.format_owner.map(|k| format!("{k:#06x}")));
    put("format type", t.format_type.map(|k| format!("{k:#06x}")));
    put("data", t.data.map(|d| format!("{} bytes", d.len())));
    Section { title: "biometric information template".into(), fields, picture: None }
}

pub(super) fn json(file: &str, bytes: &[u8]) -> Result<serde_json::Value> {
    let parsed = biometric_records::read(bytes)?;
    let pixels = |data: &[u8], hints: &Hints| serde_json::json!({ "sha256": hex::encode(Sha256::digest(data)), "decoded": image::decoded(data, hints) });
    let (record, images) = match &parsed.value {
        Record::Minutiae(r) => (r.to_json(), None),
        Record::FingerImages(r) => {
            let images = r.images.iter().map(|i| pixels(&i.data, &finger_hints(i))).collect();
            (r.to_json(), Some(images))
        }
        Record::Irises(r) => {
            let images = r.images.iter().map(|i| pixels(&i.data, &iris_hints(r, i))).collect();
            (r.to_json(), Some(images))
        }
        Record::CbeffXml(bir) => {
            let blocks: Vec<_> =
                bir.walk().into_iter().filter_map(|b| b.data.as_deref()).map(block).collect();
            (serde_json::json!({ "blocks": blocks }), None)
        }
        Record::CbeffTlv(objects) => {
            let templates = tlv::templates(objects);
            let list: Vec<_> = templates
                .iter()
                .map(|t| serde_json::json!({ "type": t.kind, "subtype": t.subtype, "formatOwner": t.format_owner,
                                             "formatType": t.format_type, "dataLength": t.data.map(<[u8]>::len) }))
                .collect();
            (serde_json::json!({ "templates": list }), None)
        }
        _ => (serde_json::Value::Null, None),
    };
    let mut out = serde_json::json!({
        "file": file,
        "size": bytes.len(),
        "sha256": hex::encode(Sha256::digest(bytes)),
        "fmt": parsed.value.format_name(),
        "record": record,
    });
    if let (Some(map), Some(images)) = (out.as_object_mut(), images) {
        map.insert("images".into(), serde_json::Value::Array(images));
    }
    Ok(out)
}

fn block(data: &[u8]) -> serde_json::Value {
    let kind = biometric_records::read(data).ok().map(|p| p.value.format_name());
    serde_json::json!({ "fmt": kind, "dataLength": data.len(), "sha256": hex::encode(Sha256::digest(data)) })
}
