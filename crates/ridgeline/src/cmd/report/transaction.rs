//! ANSI/NIST-ITL transactions.

use super::{FieldRow, Finding, Report, Section, Severity, Shown, Wanted, image};
use anyhow::Result;
use nist_itl::{BinaryBody, ImageRef, PayloadFormat, Record, codes, standard};
use raster::Hints;

/// Longest value shown; the rest is counted.
const MAX_VALUE_CHARS: usize = 400;

pub(super) fn report(bytes: &[u8], wanted: Wanted<'_>) -> Result<Report> {
    let reading = nist_itl::read(bytes)?;
    let transaction = &reading.transaction;
    let header = transaction.records().first().and_then(Record::tagged);
    let text = |number| header.and_then(|h| h.text(number)).unwrap_or_default();
    let mut report = Report {
        kind: format!("ANSI/NIST-ITL transaction {}, version {}", text(4), text(2)),
        ..Report::default()
    };
    for (index, record) in transaction.records().iter().enumerate() {
        let kind = record.record_type();
        let name = record_name(kind);
        let title = format!("record {index}, type {kind} ({name}), {} bytes", record.length());
        report.sections.push(Section { title, fields: rows(record), picture: None });
    }
    for image in transaction.images() {
        if let Some(section) = report.sections.get_mut(image.record_index) {
            section.picture = Some(picture(&image, wanted.pictures));
        }
    }
    let mut all = reading.findings.clone();
    all.extend(match wanted.profile {
        Some(profile) => nist_itl::validate_with(transaction, profile),
        None => nist_itl::validate(transaction),
    });
    report.findings = all.iter().map(finding).collect();
    if all.left_off() > 0 {
        report.findings.push(Finding {
            severity: Severity::Note,
            rule: "findings.left-off".into(),
            place: String::new(),
            offset: None,
            message: format!("{} more findings are not shown", all.left_off()),
        });
    }
    Ok(report)
}

fn finding(f: &nist_itl::Finding) -> Finding {
    let place = match (f.record, f.record_type, f.field) {
        (Some(index), Some(kind), Some(field)) => format!("record {index}, field {kind}.{field:03}"),
        (Some(index), Some(kind), None) => format!("record {index} (type {kind})"),
        _ => String::new(),
    };
    let severity = match f.severity {
        nist_itl::Severity::Note => Severity::Note,
        nist_itl::Severity::Warning => Severity::Warning,
        _ => Severity::Error,
    };
    Finding { severity, rule: f.rule.to_string(), place, offset: f.offset, message: f.detail.clone() }
}

fn rows(record: &Record<'_>) -> Vec<FieldRow> {
    let kind = record.record_type();
    if let Some(record) = record.tagged() {
        let encoding = record.encoding();
        return record
            .fields()
            .iter()
            .map(|field| {
                let number = field.number();
                let rule = standard::field(kind, number);
                let is_payload = number == 999 || (kind == 8 && number == 8);
                let value = if is_payload && record.payload().is_some_and(|p| p.len() == field.bytes().len())
                {
                    format!("{} bytes of data", field.bytes().len())
                } else {
                    let text = readable(&encoding.decode(field.bytes()));
                    match meaning(rule, &text) {
                        Some(meaning) => format!("{text}  ({meaning})"),
                        None => text,
                    }
                };
                FieldRow {
                    number: format!("{kind}.{number:03}"),
                    mnemonic: rule.map_or("", |r| r.mnemonic).to_owned(),
                    name: rule.map_or("", |r| r.name).to_owned(),
                    value,
                }
            })
            .collect();
    }
    let Some(binary) = record.binary() else {
        return Vec::new();
    };
    let mut rows = vec![FieldRow::new("IDC", binary.idc())];
    if let (BinaryBody::Friction(h), Some(header)) = (binary.body(), binary.friction_header()) {
        let positions = header.positions().map(|p| with_code("FrictionRidgePosition", p)).collect::<Vec<_>>();
        rows.extend([
            FieldRow::new("IMP", with_code("ImpressionType", h.imp)),
            FieldRow::new("FGP", positions.join(", ")),
            FieldRow::new("ISR", h.isr),
            FieldRow::new("HLL", h.hll),
            FieldRow::new("VLL", h.vll),
            FieldRow::new("GCA", h.cga),
        ]);
    }
    rows.push(FieldRow::new("DATA", format!("{} bytes of data", binary.payload().len())));
    rows
}

fn with_code(table: &str, code: u8) -> String {
    match codes::meaning(table, &code.to_string()) {
        Some(meaning) => format!("{code}  ({meaning})"),
        None => code.to_string(),
    }
}

/// What the code of a single-item field means.
fn meaning(rule: Option<&'static standard::FieldRule>, text: &str) -> Option<&'static str> {
    let (_, table) = rule?.tables.iter().find(|(item, _)| *item == 0)?;
    codes::meaning(table, text)
}

/// Separators shown, control characters hidden, length bounded.
fn readable(text: &str) -> String {
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == MAX_VALUE_CHARS {
            out.push_str(&format!(" ... ({} characters)", text.chars().count()));
            break;
        }
        match c {
            '\u{1d}' => out.push_str(" [GS] "),
            '\u{1e}' => out.push_str(" ; "),
            '\u{1f}' => out.push_str(" | "),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// How to decode a record's image: raw samples take their shape from the record.
pub(crate) fn hints(image: &ImageRef<'_>) -> Hints {
    let ppi = image.ppi.map(|p| f64::from(p.nominal_ppi()));
    let raw = match (image.hll, image.vll) {
        (Some(w), Some(h)) => Hints::raw(w, h),
        _ => Hints::default(),
    };
    Hints { ppi, ..raw }
}

fn picture(image: &ImageRef<'_>, decode: bool) -> Shown {
    if decode {
        return image::show(image.payload, &hints(image));
    }
    let size = match (image.hll, image.vll) {
        (Some(w), Some(h)) => format!(" {w} x {h}"),
        _ => String::new(),
    };
    let ppi = image.ppi.map_or(String::new(), |p| format!(", {} ppi", p.nominal_ppi()));
    let caption = format!("{}{size}{ppi}, {} bytes", image.payload_format().name(), image.payload.len());
    Shown { caption, pixels: Err(String::new()) }
}

pub(super) fn json(file: &str, bytes: &[u8]) -> Result<serde_json::Value> {
    let reading = nist_itl::read(bytes)?;
    let view = nist_itl::inspect::view(file, bytes, &reading.transaction, |image| {
        (image.payload_format() != PayloadFormat::Raw)
            .then(|| image::decoded(image.payload, &Hints::default()))
    });
    Ok(serde_json::to_value(view)?)
}

/// What a record of this type holds (ANSI/NIST-ITL 1-2011 table 3).
fn record_name(kind: u8) -> &'static str {
    match kind {
        1 => "transaction information",
        2 => "user-defined text",
        3 => "low-resolution greyscale fingerprint",
        4 => "high-resolution greyscale fingerprint",
        5 => "low-resolution binary fingerprint",
        6 => "high-resolution binary fingerprint",
        7 => "user-defined image",
        8 => "signature",
        9 => "minutiae",
        10 => "face, scar, mark or tattoo",
        11 => "voice",
        12 => "dental",
        13 => "latent friction ridge image",
        14 => "fingerprint image",
        15 => "palm print image",
        16 => "user-defined test image",
        17 => "iris image",
        18 => "DNA",
        19 => "plantar image",
        20 => "source representation",
        21 => "associated context",
        22 => "non-photographic image",
        98 => "information assurance",
        99 => "CBEFF biometric data",
        _ => "reserved",
    }
}
