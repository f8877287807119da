//! `ridgeline eval iris`.

use super::Options;
use crate::cmd::eye;
use anyhow::{Result, bail};
use lab::engines::Irises;
use lab::eval::{Evaluation, Pair};
use lab::manifest::Entry;
use lab::report::{self, Style};
use raster::GreyImage;
use std::fmt::Write as _;
use std::process::ExitCode;

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    if options.peer.is_some() {
        bail!("--peer is for fingers: no other iris engine is built in");
    }
    super::evaluate(options, Irises, |entries, found, load| {
        let image = |e: &Entry| load(e).ok();
        let pair = |found: &_, pair: &_| eyes(entries, found, pair, &image);
        let style = Style { title: "Iris evaluation", classes: "eyes", pair: &pair, fmr: Some(iris::fmr) };
        Ok((options.report.as_ref().map(|_| report::page(entries, found, &style, None)), None))
    })
}

/// Both eyes with their boundaries.
fn eyes(
    entries: &[Entry],
    found: &Evaluation<Irises>,
    pair: &Pair,
    load: &dyn Fn(&Entry) -> Option<GreyImage>,
) -> Option<String> {
    let [a, b] = found.sides(pair)?;
    let c = iris::compare(a.ready.as_ref()?, b.ready.as_ref()?);
    let mut out = format!("distance {:.3}, turned {}</figcaption>", c.distance, c.shift);
    for (i, sample) in [(pair.a, a), (pair.b, b)] {
        let entry = entries.get(i as usize)?;
        let (Some(image), Ok(extraction)) = (load(entry), &sample.outcome) else { continue };
        write!(out, "{} ", eye::svg(&image, Some(extraction), &entry.name, 320).ok()?).ok()?;
    }
    Some(out)
}
