//! `ridgeline inspect`: what is in a transaction, a record or an image.

use super::report::{self, Wanted};
use anyhow::{Context as _, Result};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `inspect` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ridgeline inspect tenprint.an2
  ridgeline inspect --json tenprint.an2 | jq '.records[].decoded'
  ridgeline inspect --html report.html tenprint.an2
  ridgeline inspect probe.fmr

Reads ANSI/NIST-ITL transactions (traditional encoding), ISO/IEC 19794-2, -4 and -6,
ANSI 378 and 381, CBEFF XML and TLV, and images: WSQ, PNG, JPEG (also lossless),
JPEG 2000, TIFF, BMP, PNM.")]
pub(crate) struct Args {
    /// The file
    pub(crate) file: PathBuf,

    /// Print one JSON object instead of text: fields, payload hashes, sizes and hashes of the decoded pixels
    #[arg(long)]
    pub(crate) json: bool,

    /// Also write a self-contained page with thumbnails to this file
    #[arg(long, value_name = "OUT.html")]
    pub(crate) html: Option<PathBuf>,
}

/// # Errors
/// Where the file cannot be read or is of no known kind.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let bytes = report::load(&args.file)?;
    let name = args.file.display().to_string();
    let wanted = Wanted { pictures: !args.json || args.html.is_some(), profile: None };
    let mut out = String::new();
    if args.json {
        out = serde_json::to_string_pretty(&report::json(&name, &bytes).with_context(|| name.clone())?)?;
        out.push('\n');
    }
    if !args.json || args.html.is_some() {
        let report = report::report(&name, &bytes, wanted).with_context(|| name.clone())?;
        if !args.json {
            out = report::to_text(&report);
        }
        if let Some(path) = &args.html {
            let page = report::to_html(&report)?;
            std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    print(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints; a reader that has seen enough (`| head`) is no error.
pub(super) fn print(text: &str) -> Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
