//! `ridgeline convert`: one file format to another.

mod source;
mod target;

use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use std::process::ExitCode;

/// Whether a file is a transaction whose images are declared latent: Type-13, or impression types 4 to 7 (latent
/// impression, tracing, photograph, lift; ANSI/NIST-ITL 1-2011, table 7).
pub(crate) fn is_latent(path: &std::path::Path) -> bool {
    let Ok(bytes) = std::fs::read(path) else { return false };
    let Ok(reading) = nist_itl::read(&bytes) else { return false };
    reading.transaction.images().any(|image| {
        image.kind == nist_itl::ImageKind::Latent || image.imp.is_some_and(|code| (4..=7).contains(&code))
    })
}

/// The one image of a file of any kind.
pub(crate) fn load_image(path: &std::path::Path) -> Result<raster::GreyImage> {
    let bytes = super::report::load(path)?;
    source::image(&bytes, None).with_context(|| format!("{}", path.display()))
}

/// The one image of an input of any kind.
pub(crate) fn image_of(bytes: &[u8]) -> Result<raster::GreyImage> {
    source::image(bytes, None)
}

/// What `convert` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ridgeline convert finger.wsq finger.png
  ridgeline convert scan.bmp finger.wsq --ppi 500 --bitrate 2.25
  ridgeline convert slap1000.jp2 slap500.wsq --resample 500
  ridgeline convert tenprint.an2 left-index.png --index 6
  ridgeline convert finger.png finger.fir --ppi 500 --position 7 --codec wsq
  ridgeline convert eye.png eye.iir --eye left
  ridgeline convert probe.fmr probe.ansi.fmr --edition ansi2004

The extension of OUT tells the format: wsq, png, jpg, jpegl (lossless JPEG), jp2, j2k,
tif, bmp, pgm, raw; fir (finger image record), iir (iris image record),
fmr (minutiae record), json (what `inspect --json` prints).
Images become 8-bit grey. JPEG 2000 is written without loss.")]
pub(crate) struct Args {
    /// An image, a biometric record, or a transaction
    pub(crate) input: PathBuf,

    /// The file to write
    pub(crate) output: PathBuf,

    /// Pixels per inch of the input, where it does not tell or tells wrongly
    #[arg(long, value_name = "N")]
    pub(crate) ppi: Option<f64>,

    /// Resample to this many pixels per inch
    #[arg(long, value_name = "N")]
    pub(crate) resample: Option<f64>,

    /// Bits a pixel of WSQ; 0.75 is the FBI's rate
    #[arg(long, value_name = "BPP", default_value_t = 0.75)]
    pub(crate) bitrate: f32,

    /// Quality of lossy JPEG, 1 to 100
    #[arg(long, value_name = "Q", default_value_t = 95)]
    pub(crate) quality: u8,

    /// Which image of a transaction or record of several, from 0
    #[arg(long, value_name = "N")]
    pub(crate) index: Option<usize>,

    /// Edition of a record: iso2005, iso2011, ansi2004, and for minutiae ansi2009, ansi2009am1
    #[arg(long, value_name = "EDITION", default_value = "iso2011")]
    pub(crate) edition: String,

    /// How a record's image is stored: raw, wsq, png, jpeg, jp2
    #[arg(long, value_name = "CODEC", default_value = "png")]
    pub(crate) codec: String,

    /// Finger position code of a finger image record (0 unknown, 1 right thumb to 10 left little)
    #[arg(long, value_name = "CODE", default_value_t = 0)]
    pub(crate) position: u8,

    /// Eye of an iris image record
    #[arg(long, value_name = "EYE", default_value = "unknown", value_parser = ["unknown", "right", "left"])]
    pub(crate) eye: String,
}

/// # Errors
/// Where the input cannot be read or the output format cannot hold it.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    for ppi in [args.ppi, args.resample].into_iter().flatten() {
        ensure!((10.0..=10_000.0).contains(&ppi), "{ppi} pixels per inch is outside 10 to 10,000");
    }
    let bytes = super::report::load(&args.input)?;
    let out =
        target::convert(args, &bytes).with_context(|| format!("cannot convert {}", args.input.display()))?;
    std::fs::write(&args.output, out).with_context(|| format!("cannot write {}", args.output.display()))?;
    Ok(ExitCode::SUCCESS)
}
