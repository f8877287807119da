//! `ridgeline validate`: what is wrong with a file.

use super::inspect::print;
use super::report::{self, Finding, Severity, Wanted, counted};
use anyhow::{Context as _, Result};
use nist_itl::profile::Profile;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `validate` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ridgeline validate tenprint.an2
  ridgeline validate --profile ebts tenprint.an2
  ridgeline validate --profile int-i --json query.nist

Exit status: 0 without errors, 1 with errors (warnings and notes do not count), 1 too
where the file cannot be read.")]
pub(crate) struct Args {
    /// The file
    pub(crate) file: PathBuf,

    /// Check a transaction against this profile too: FBI EBTS or INTERPOL's implementation of ANSI/NIST-ITL
    #[arg(long, value_parser = ["ebts", "int-i"])]
    pub(crate) profile: Option<String>,

    /// Print the findings as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// # Errors
/// Where the file cannot be read or is of no known kind.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let bytes = report::load(&args.file)?;
    let name = args.file.display().to_string();
    let profile = match args.profile.as_deref() {
        Some(id) => Some(Profile::by_id(id).with_context(|| format!("no profile `{id}`"))?),
        None => None,
    };
    let mut report =
        report::report(&name, &bytes, Wanted { pictures: true, profile }).with_context(|| name.clone())?;
    for section in &report.sections {
        if let Some(Err(why)) = section.picture.as_ref().map(|p| &p.pixels) {
            report.findings.push(Finding {
                severity: Severity::Error,
                rule: "image.decode".into(),
                place: section.title.clone(),
                offset: None,
                message: format!("the image cannot be decoded: {why}"),
            });
        }
    }
    let count = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut out = String::new();
    if args.json {
        let value = serde_json::json!({
            "file": name, "kind": report.kind, "profile": args.profile,
            "errors": errors, "warnings": warnings, "findings": report.findings,
        });
        out = serde_json::to_string_pretty(&value)?;
        out.push('\n');
    } else {
        for finding in &report.findings {
            writeln!(out, "{finding}")?;
        }
        let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
        writeln!(out, "{name}: {}: {errors}, {warnings}", report.kind)?;
    }
    print(&out)?;
    Ok(if errors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
