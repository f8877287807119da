//! Irises to templates.

use super::{Args, Format};
use crate::cmd::{convert, eye};
use anyhow::{Context as _, Result};
use raster::{GreyImage, TraceSink};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let mut refused = 0;
    for path in &args.images {
        let image = convert::load_image(path)?;
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut sink = Folder { stem: args.trace.as_ref().map(|d| d.join(&stem)), error: None };
        if let Some(folder) = &args.trace {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let found = iris::extract(&image, model::Eye::Unknown, &mut sink);
        if let Some(error) = sink.error.take() {
            return Err(error);
        }
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
                    Format::Template => write(&args.out.join(format!("{stem}.iris")), bytes)?,
                }
                println!("{}", json!({ "image": path, "quality": e.quality }));
            }
        }
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes what the stages show beside each other: `STEM.iris_strip.png`, `STEM.iris_segmentation.json`.
struct Folder {
    stem: Option<PathBuf>,
    error: Option<anyhow::Error>,
}

impl Folder {
    fn put(&mut self, name: &str, extension: &str, bytes: &[u8]) {
        let Some(stem) = &self.stem else { return };
        let file = format!("{}.{}.{extension}", stem.to_string_lossy(), name.replace('/', "_"));
        if let Err(error) = write(Path::new(&file), bytes) {
            self.error.get_or_insert(error);
        }
    }
}

impl TraceSink for Folder {
    fn enabled(&self) -> bool {
        self.stem.is_some()
    }

    fn image(&mut self, name: &str, image: &GreyImage) {
        match raster::encode_png(image) {
            Ok(png) => self.put(name, "png", &png),
            Err(error) => {
                self.error.get_or_insert(error.into());
            }
        }
    }

    fn json(&mut self, name: &str, json: &str) {
        self.put(name, "json", json.as_bytes());
    }
}
