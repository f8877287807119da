//! Irises to templates.

use super::{Args, Folder, Format, Side, write};
use crate::cmd::{eye, iris_source};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let mut refused = 0;
    for path in &args.images {
        let source = iris_source::load(path)?;
        let named = match args.eye {
            Some(Side::Left) => model::Eye::Left,
            Some(Side::Right) => model::Eye::Right,
            None => source.eye,
        };
        let image = match source.image {
            Ok(image) => image,
            Err(refusal) => {
                refused += 1;
                println!("{}", json!({ "image": path, "refused": refusal.to_string() }));
                continue;
            }
        };
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut sink = Folder::new(args.trace.as_ref().map(|d| d.join(&stem)));
        if let Some(folder) = &args.trace {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let found = iris::extract(&image, named, &mut sink);
        sink.finish()?;
        if let Some(folder) = &args.trace {
            write(&folder.join(format!("{stem}.svg")), eye::svg(&image, found.as_ref().ok(), &stem, 640)?)?;
        }
        match found {
            Err(refusal) => {
                refused += 1;
                println!("{}", json!({ "image": path, "refused": refusal.to_string() }));
            }
            Ok(e) => {
                let bytes = e.template.to_bytes();
                let findings: Vec<String> =
                    e.contradictions(&source.claims).iter().map(ToString::to_string).collect();
                let text = json!({
                    "algorithm": iris::ALGORITHM,
                    "quality": e.quality,
                    "findings": findings,
                    "pupil": e.pupil,
                    "limbus": e.limbus,
                    "template": hex::encode(&bytes),
                });
                match args.format {
                    Format::Json => write(&args.out.join(format!("{stem}.json")), text.to_string())?,
                    Format::Iso | Format::Ansi => {
                        anyhow::bail!(
                            "ISO/IEC 19794-2 and ANSI 378 hold minutiae: use json or template for irises"
                        )
                    }
                    Format::Itl => {
                        let transaction = source.transaction.as_deref();
                        let transaction =
                            transaction.context("itl wants a transaction with a Type-17 record")?;
                        let bytes = iris_source::with_boundaries(transaction, &e)?;
                        write(&args.out.join(format!("{stem}.an2")), bytes)?;
                    }
                    Format::Template => write(&args.out.join(format!("{stem}.iris")), bytes)?,
                }
                println!("{}", json!({ "image": path, "quality": e.quality, "findings": findings }));
            }
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
