//! Irises to templates.

use super::{Args, Folder, Format, write};
use crate::cmd::{convert, eye};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::process::ExitCode;

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let mut refused = 0;
    for path in &args.images {
        let image = convert::load_image(path)?;
        let image = if args.ppi.is_some() { image.with_ppi(args.ppi) } else { image };
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut sink = Folder::new(args.trace.as_ref().map(|d| d.join(&stem)));
        if let Some(folder) = &args.trace {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let found = iris::extract(&image, model::Eye::Unknown, &mut sink);
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
                let text = json!({
                    "algorithm": iris::ALGORITHM,
                    "quality": e.quality,
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
                    Format::Template => write(&args.out.join(format!("{stem}.iris")), bytes)?,
                }
                println!("{}", json!({ "image": path, "quality": e.quality }));
            }
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
