//! The report as text for a terminal.

use super::{Report, counted};
use std::fmt::Write as _;

pub(crate) fn to_text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}: {}, {} bytes", report.file, report.kind, report.size);
    for section in &report.sections {
        let _ = writeln!(out, "\n{}", section.title);
        let width = |f: fn(&super::FieldRow) -> usize| section.fields.iter().map(f).max().unwrap_or(0);
        let number = width(|r| r.number.chars().count());
        let mnemonic = width(|r| r.mnemonic.chars().count());
        for row in &section.fields {
            let name = if row.name.is_empty() { String::new() } else { format!("  [{}]", row.name) };
            let line = format!("  {:number$} {:mnemonic$}  {}{name}", row.number, row.mnemonic, row.value);
            let _ = writeln!(out, "{}", line.trim_end());
        }
        if let Some(picture) = &section.picture {
            let _ = write!(out, "  image: {}", picture.caption);
            match &picture.pixels {
                Err(why) if !why.is_empty() => {
                    let _ = writeln!(out, ": {why}");
                }
                _ => out.push('\n'),
            }
        }
    }
    if report.findings.is_empty() {
        out.push_str("\nno findings\n");
    } else {
        let _ = writeln!(out, "\n{}", counted(report.findings.len(), "finding"));
        for finding in &report.findings {
            let _ = writeln!(out, "  {finding}");
        }
    }
    out
}
