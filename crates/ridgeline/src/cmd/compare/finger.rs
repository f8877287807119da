//! Two fingers.

use super::Args;
use crate::cmd::convert;
use anyhow::{Context as _, Result, bail};
use finger::{Prepared, Template};
use lab::draw;
use raster::GreyImage;
use serde_json::json;
use std::{path::Path, process::ExitCode};

/// Files up to this are looked at as stored templates.
const MAX_TEMPLATE_BYTES: u64 = 64 << 10;

struct Side {
    image: Option<GreyImage>,
    template: Template,
}

impl Side {
    fn load(path: &Path, ppi: Option<f64>) -> Result<Self> {
        let small = std::fs::metadata(path).is_ok_and(|m| m.len() <= MAX_TEMPLATE_BYTES);
        if small && let Ok(bytes) = std::fs::read(path) {
            if let Ok(template) = Template::from_bytes(&bytes) {
                return Ok(Self { image: None, template });
            }
            if biometric_records::fmr::is_fmr(&bytes) {
                let record = biometric_records::fmr::MinutiaeRecord::read(&bytes)?.value;
                let template = crate::cmd::minutiae::from_record(&record)
                    .with_context(|| format!("{} has no view", path.display()))?;
                return Ok(Self { image: None, template });
            }
        }
        let image = convert::load_image(path)?;
        let image = if let Some(ppi) = ppi { image.with_ppi(Some(ppi)) } else { image };
        match finger::extract(&image, &mut raster::NoTrace) {
            Ok(e) => Ok(Self { image: Some(image), template: e.template }),
            Err(refusal) => bail!("{}: {refusal}", path.display()),
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let (a, b) = (Side::load(&args.a, args.ppi)?, Side::load(&args.b, args.ppi)?);
    let c = finger::compare(&Prepared::new(&a.template), &Prepared::new(&b.template));
    let fmr = finger::fmr(c.llr);
    println!(
        "{}",
        json!({
            "algorithm": finger::ALGORITHM,
            "score": c.llr,
            "meaning": format!(
                "-log10 of the false match rate: of different fingers about {fmr:.1e} reach this score"
            ),
            "fmr": fmr,
            "log10_likelihood_ratio": finger::log10_likelihood_ratio(c.llr),
            "qualities": [a.template.quality, b.template.quality],
            "minutiae": [a.template.minutiae.len(), b.template.minutiae.len()],
            "pairs": c.pairs,
        })
    );
    if let Some(path) = &args.draw {
        let (na, nb) = (args.a.to_string_lossy(), args.b.to_string_lossy());
        let svg = draw::fingers(
            &draw::Side { image: a.image.as_ref(), template: &a.template, name: &na },
            &draw::Side { image: b.image.as_ref(), template: &b.template, name: &nb },
            &c.pairs,
            1200,
        );
        std::fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
