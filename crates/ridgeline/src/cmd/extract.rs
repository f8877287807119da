//! `ridgeline extract`: images to templates.

mod finger;
mod iris;

use anyhow::Context as _;
use clap::ValueEnum;
use raster::{GreyImage, TraceSink};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `ridgeline extract` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ridgeline extract right-index.png
  ridgeline extract --format template --out templates a.png b.wsq
  ridgeline extract --kind iris --eye left --trace steps eye.png")]
pub(crate) struct Args {
    /// Images, biometric records or transactions with one image each
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// What the images show
    #[arg(long, value_enum, default_value_t = Kind::Finger)]
    kind: Kind,
    /// Resolution of the images, where the files do not tell or tell wrongly
    #[arg(long, value_name = "N")]
    ppi: Option<f64>,
    /// The eye that the images show, where they do not tell: checked for plausibility, never guessed
    #[arg(long, value_enum)]
    eye: Option<Side>,
    /// Folder for the templates
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// json: what was found, as text; iso: ISO/IEC 19794-2:2005 and ansi: ANSI INCITS 378-2004 minutiae (fingers
    /// only; `convert` makes other editions of them); template: the stored form that `compare` reads; itl: the
    /// transaction that the iris came in, its boundaries filled in (irises only)
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// The images are latents: fainter ridges are read, and every print of an image becomes a template of its own. Not
    /// needed for records that say so (fingers)
    #[arg(long)]
    latent: bool,
    /// Folder for pictures of what every stage found
    #[arg(long)]
    trace: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Finger,
    Iris,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Side {
    Left,
    Right,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Json,
    Iso,
    Ansi,
    Template,
    Itl,
}

/// Extracts; status 1 where any image gave no template.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.kind {
        Kind::Finger => finger::run(args),
        Kind::Iris => iris::run(args),
    }
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes what the stages show beside each other: for instance `STEM.finger_ridges.png`.
struct Folder {
    stem: Option<PathBuf>,
    error: Option<anyhow::Error>,
}

impl Folder {
    fn new(stem: Option<PathBuf>) -> Self {
        Self { stem, error: None }
    }

    /// What went wrong in writing.
    fn finish(&mut self) -> anyhow::Result<()> {
        self.error.take().map_or(Ok(()), Err)
    }

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
