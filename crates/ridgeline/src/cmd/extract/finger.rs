//! Fingers to templates.

use super::{Args, Folder, Format, write};
use crate::cmd::{convert, minutiae};
use anyhow::{Context as _, Result};
use biometric_records::fmr::FmrFormat;
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let mut refused = 0;
    for path in &args.images {
        let image = convert::load_image(path)?;
        let image = if args.ppi.is_some() { image.with_ppi(args.ppi) } else { image };
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        if let Some(folder) = &args.trace {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut sink = Folder::new(args.trace.as_ref().map(|d| d.join(&stem)));
        let found = finger::extract(&image, &mut sink);
        sink.finish()?;
        match found {
            Err(refusal) => {
                refused += 1;
                println!("{}", json!({ "image": path, "refused": refusal.to_string() }));
            }
            Ok(e) => {
                match args.format {
                    Format::Json => {
                        write(&args.out.join(format!("{stem}.json")), finger::minutiae_json(&e.template))?;
                    }
                    Format::Iso | Format::Ansi => {
                        let edition =
                            if args.format == Format::Iso { FmrFormat::Iso2005 } else { FmrFormat::Ansi2004 };
                        let bytes = minutiae::to_record(&e.template, 0, edition).to_bytes()?;
                        write(&args.out.join(format!("{stem}.fmr")), bytes)?;
                    }
                    Format::Itl => anyhow::bail!("itl is for irises: Type-17 boundaries"),
                    Format::Template => {
                        write(&args.out.join(format!("{stem}.finger")), e.template.to_bytes())?;
                    }
                }
                let count = e.template.minutiae.len();
                println!("{}", json!({ "image": path, "quality": e.quality, "minutiae": count }));
            }
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
