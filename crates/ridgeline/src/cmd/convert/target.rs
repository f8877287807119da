//! The bytes of the output.

use super::{Args, source};
use crate::cmd::report;
use anyhow::{Context as _, Result, bail};
use biometric_records::fir::{FingerImage, FingerImageRecord, FirFormat, Sampling};
use biometric_records::fmr::{FmrFormat, MinutiaeRecord};
use biometric_records::iir::{Details2011, IrisImage, IrisRecord};
use biometric_records::{Capture, DateTime};
use raster::{EncodeOptions, Format, GreyImage};

pub(super) fn convert(args: &Args, bytes: &[u8]) -> Result<Vec<u8>> {
    let extension = args.output.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "json" => {
            let mut text =
                serde_json::to_string_pretty(&report::json(&args.input.display().to_string(), bytes)?)?;
            text.push('\n');
            Ok(text.into_bytes())
        }
        "fmr" => {
            let record = MinutiaeRecord::read(bytes).context("only a minutiae record becomes one")?.value;
            Ok(record.to_format(minutiae_edition(&args.edition)?)?.to_bytes()?)
        }
        "fir" => finger_record(args, &image(args, bytes)?),
        "iir" => iris_record(args, &image(args, bytes)?),
        other => {
            let format = Format::from_extension(other)
                .with_context(|| format!("the extension `{other}` stands for no format that is written"))?;
            encode(args, &image(args, bytes)?, format)
        }
    }
}

fn image(args: &Args, bytes: &[u8]) -> Result<GreyImage> {
    let mut image = source::image(bytes, args.index)?;
    if args.ppi.is_some() {
        image = image.with_ppi(args.ppi);
    }
    if let Some(ppi) = args.resample {
        image = raster::resample(&image, ppi).context("give the input's resolution with --ppi")?;
    }
    Ok(image)
}

fn encode(args: &Args, image: &GreyImage, format: Format) -> Result<Vec<u8>> {
    let options = EncodeOptions { wsq_bits_per_pixel: args.bitrate, jpeg_quality: args.quality };
    Ok(raster::encode(image, format, &options)?)
}

fn minutiae_edition(name: &str) -> Result<FmrFormat> {
    Ok(match name {
        "iso2005" => FmrFormat::Iso2005,
        "iso2011" => FmrFormat::Iso2011,
        "ansi2004" => FmrFormat::Ansi2004,
        "ansi2009" => FmrFormat::Ansi2009,
        "ansi2009am1" => FmrFormat::Ansi2009Am1,
        other => bail!(
            "no edition `{other}` of minutiae records: iso2005, iso2011, ansi2004, ansi2009, ansi2009am1"
        ),
    })
}

fn codec(name: &str) -> Result<Format> {
    Ok(match name {
        "raw" => Format::Raw,
        "wsq" => Format::Wsq,
        "png" => Format::Png,
        "jpeg" => Format::Jpeg,
        "jp2" => Format::Jp2,
        other => bail!("no codec `{other}`: raw, wsq, png, jpeg, jp2"),
    })
}

fn finger_record(args: &Args, image: &GreyImage) -> Result<Vec<u8>> {
    let edition = match args.edition.as_str() {
        "iso2005" => FirFormat::Iso2005,
        "iso2011" => FirFormat::Iso2011,
        "ansi2004" => FirFormat::Ansi2004,
        other => bail!("no edition `{other}` of finger image records: iso2005, iso2011, ansi2004"),
    };
    let ppi = image.ppi().context("a finger image record needs a resolution: give --ppi")?.round() as u16;
    let format = codec(&args.codec)?;
    let compression = match format {
        Format::Wsq => 2,
        Format::Jpeg => 3,
        Format::Jp2 => 5,
        Format::Png => 6,
        _ => 0,
    };
    let sampling = Sampling { compression, ..Sampling::raw_ppi(ppi) };
    let data = encode(args, image, format)?;
    let (width, height) = (u16::try_from(image.width())?, u16::try_from(image.height())?);
    let mut finger = FingerImage::new(args.position, width, height, sampling, data);
    if edition == FirFormat::Iso2011 {
        finger.capture = Some(Capture { time: DateTime::UNKNOWN, ..Capture::default() });
        finger.quality.clear();
    }
    Ok(FingerImageRecord::new(edition, vec![finger]).to_bytes()?)
}

fn iris_record(args: &Args, image: &GreyImage) -> Result<Vec<u8>> {
    if args.edition != "iso2011" {
        bail!("iris image records are written in the edition iso2011 alone");
    }
    let (format, image_format) = match codec(&args.codec)? {
        Format::Raw => (Format::Raw, 0x02),
        Format::Jp2 => (Format::Jp2, 0x0a),
        Format::Png => (Format::Png, 0x0e),
        other => bail!("an iris image record does not hold {other}: raw, png, jp2"),
    };
    let eye = match args.eye.as_str() {
        "right" => 1,
        "left" => 2,
        _ => 0,
    };
    // Kind 1: not cropped. Properties: orientation as seen (1, 1), never lossily compressed before (1).
    let details =
        Details2011 { kind: 1, image_format, properties: 0b0100_0101, depth: 8, ..Details2011::default() };
    let (width, height) = (u16::try_from(image.width())?, u16::try_from(image.height())?);
    let iris = IrisImage::new_2011(eye, width, height, details, encode(args, image, format)?);
    Ok(IrisRecord::new_2011(vec![iris]).to_bytes()?)
}
