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
    /// One; of a latent all prints that its picture shows.
    prints: Vec<Template>,
    latent: bool,
}

impl Side {
    fn load(path: &Path, ppi: Option<f64>, latent: bool) -> Result<Self> {
        let small = std::fs::metadata(path).is_ok_and(|m| m.len() <= MAX_TEMPLATE_BYTES);
        if small && let Ok(bytes) = std::fs::read(path) {
            if let Ok(template) = Template::from_bytes(&bytes) {
                return Ok(Self { image: None, prints: vec![template], latent });
            }
            if biometric_records::fmr::is_fmr(&bytes) {
                let record = biometric_records::fmr::MinutiaeRecord::read(&bytes)?.value;
                let template = crate::cmd::minutiae::from_record(&record)
                    .with_context(|| format!("{} has no view", path.display()))?;
                return Ok(Self { image: None, prints: vec![template], latent });
            }
        }
        let image = convert::load_image(path)?;
        let image = if let Some(ppi) = ppi { image.with_ppi(Some(ppi)) } else { image };
        let latent = latent || convert::is_latent(path);
        let found = if latent {
            finger::extract_latent(&image, &mut raster::NoTrace)
        } else {
            finger::extract(&image, &mut raster::NoTrace).map(|e| vec![e])
        };
        match found {
            Ok(found) => Ok(Self {
                image: Some(image),
                prints: found.into_iter().map(|e| e.template).collect(),
                latent,
            }),
            Err(refusal) => bail!("{}: {refusal}", path.display()),
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let (a, b) = (Side::load(&args.a, args.ppi, args.latent)?, Side::load(&args.b, args.ppi, false)?);
    let of = |side: &Side| side.prints.iter().map(Prepared::new).collect::<Vec<_>>();
    // The second may be a latent by its record: all its prints too, and the price of all pairs.
    let (ours, theirs) = (of(&a), of(&b));
    let mut best: Option<(usize, usize, finger::Comparison)> = None;
    for (j, other) in theirs.iter().enumerate() {
        if let Some((i, c)) = finger::best_of(&ours, other)
            && best.as_ref().is_none_or(|(_, _, b)| c.llr > b.llr)
        {
            best = Some((i, j, c));
        }
    }
    let (i, j, mut c) = best.context("there is no print to compare")?;
    c.llr = (c.llr - (theirs.len() as f32).log10()).max(0.0);
    if a.latent || b.latent {
        c.llr = finger::latent_score(c.llr);
    }
    let (ta, tb) = match (a.prints.get(i), b.prints.get(j)) {
        (Some(ta), Some(tb)) => (ta, tb),
        _ => bail!("there is no print to compare"),
    };
    let fmr = finger::fmr(c.llr);
    println!(
        "{}",
        json!({
            "algorithm": finger::ALGORITHM,
            "network": finger::network_name(),
            "score": c.llr,
            "meaning": format!(
                "-log10 of the false match rate: of different fingers about {fmr:.1e} reach this score"
            ),
            "fmr": fmr,
            "log10_likelihood_ratio": finger::log10_likelihood_ratio(c.llr),
            "qualities": [ta.quality, tb.quality],
            "minutiae": [ta.minutiae.len(), tb.minutiae.len()],
            "prints": [a.prints.len(), b.prints.len()],
            "pairs": c.pairs,
        })
    );
    if let Some(path) = &args.draw {
        let (na, nb) = (args.a.to_string_lossy(), args.b.to_string_lossy());
        let svg = draw::fingers(
            &draw::Side { image: a.image.as_ref(), template: ta, name: &na },
            &draw::Side { image: b.image.as_ref(), template: tb, name: &nb },
            &c.pairs,
            1200,
        );
        std::fs::write(path, svg).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
