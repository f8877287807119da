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
        let latent = args.latent || convert::is_latent(path);
        let found = if latent {
            finger::extract_latent(&image, &mut sink)
        } else {
            finger::extract(&image, &mut sink).map(|e| vec![e])
        };
        sink.finish()?;
        match found {
            Err(refusal) => {
                refused += 1;
                println!("{}", json!({ "image": path, "refused": refusal.to_string() }));
            }
            Ok(prints) => {
                for (i, e) in prints.iter().enumerate() {
                    let name = if latent { format!("{stem}-{}", i + 1) } else { stem.clone() };
                    keep(args, &name, &e.template)?;
                    let mut line = json!({
                        "image": path, "quality": e.quality, "minutiae": e.template.minutiae.len(),
                        "algorithm": finger::ALGORITHM, "network": finger::network_name(),
                    });
                    if latent && let Some(line) = line.as_object_mut() {
                        line.insert("latent_print".to_owned(), json!(i + 1));
                    }
                    println!("{line}");
                }
            }
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes a template in the form that was asked for.
fn keep(args: &Args, name: &str, template: &finger::Template) -> Result<()> {
    match args.format {
        Format::Json => write(&args.out.join(format!("{name}.json")), finger::minutiae_json(template)),
        Format::Iso | Format::Ansi => {
            let edition = if args.format == Format::Iso { FmrFormat::Iso2005 } else { FmrFormat::Ansi2004 };
            let bytes = minutiae::to_record(template, 0, edition).to_bytes()?;
            write(&args.out.join(format!("{name}.fmr")), bytes)
        }
        Format::Itl => anyhow::bail!("itl is for irises: Type-17 boundaries"),
        Format::Template => write(&args.out.join(format!("{name}.finger")), template.to_bytes()),
    }
}
