//! Two irises.

use super::Args;
use crate::cmd::{convert, eye};
use anyhow::{Context as _, Result, bail};
use iris::{Extraction, Prepared, Template};
use raster::GreyImage;
use serde_json::json;
use std::{path::Path, process::ExitCode};

/// Files up to this are looked at as templates: a stored template has 4,112 bytes.
const MAX_TEMPLATE_BYTES: u64 = 8192;

enum Side {
    Stored(Box<Template>),
    Image(GreyImage, Box<Extraction>),
}

impl Side {
    fn load(path: &Path) -> Result<Self> {
        let small = std::fs::metadata(path).is_ok_and(|m| m.len() <= MAX_TEMPLATE_BYTES);
        if small
            && let Ok(bytes) = std::fs::read(path)
            && let Ok(template) = Template::from_bytes(&bytes)
        {
            return Ok(Self::Stored(Box::new(template)));
        }
        let image = convert::load_image(path)?;
        match iris::extract(&image, model::Eye::Unknown, &mut raster::NoTrace) {
            Ok(e) => Ok(Self::Image(image, Box::new(e))),
            Err(refusal) => bail!("{}: {refusal}", path.display()),
        }
    }

    fn template(&self) -> &Template {
        match self {
            Self::Stored(t) => t,
            Self::Image(_, e) => &e.template,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let sides = [Side::load(&args.a)?, Side::load(&args.b)?];
    let [a, b] = &sides;
    let c = iris::compare(&Prepared::new(a.template()), &Prepared::new(b.template()));
    let fmr = iris::fmr(c.llr);
    println!(
        "{}",
        json!({
            "algorithm": iris::ALGORITHM,
            "score": c.llr,
            "meaning": format!(
                "-log10 of the false match rate: of different eyes about {fmr:.1e} reach this score"
            ),
            "fmr": fmr,
            "distance": c.distance,
            "shift_columns": c.shift,
        })
    );
    if let Some(path) = &args.draw {
        let mut page =
            String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1300\" height=\"1000\">");
        for (i, (side, name)) in sides.iter().zip([&args.a, &args.b]).enumerate() {
            let Side::Image(image, found) = side else { continue };
            let drawing = eye::svg(image, Some(found), &name.to_string_lossy(), 640)?;
            page.push_str(&format!("<g transform=\"translate({},0)\">{drawing}</g>", i * 650));
        }
        page.push_str("</svg>");
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}
