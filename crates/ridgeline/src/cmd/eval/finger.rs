//! `ridgeline eval finger`.

use super::Options;
use anyhow::Result;
use lab::engines::Fingers;
use lab::eval::{Loader, Summary};
use lab::manifest::Entry;
use lab::report::{self, Style};
use std::process::ExitCode;

pub(super) fn run(options: &Options) -> Result<ExitCode> {
    super::evaluate(options, Fingers(options.front_end.into()), |entries, found, load| {
        let peer = peer(options, entries, load)?;
        let image = |e: &Entry| load(e).ok();
        let pair = |found: &_, pair: &_| report::finger_pair(entries, found, pair, &image);
        let style =
            Style { title: "Finger evaluation", classes: "fingers", pair: &pair, fmr: Some(finger::fmr) };
        let page = options.report.as_ref().map(|_| report::page(entries, found, &style, peer.as_ref()));
        Ok((page, peer))
    })
}

#[cfg(feature = "nbis")]
fn peer(options: &Options, entries: &[Entry], load: Loader) -> Result<Option<Summary>> {
    Ok(options
        .peer
        .map(|super::Peer::Nbis| {
            lab::eval::evaluate(lab::engines::Nbis, entries, load, None, options.threads)
        })
        .map(|found| found.summary()))
}

#[cfg(not(feature = "nbis"))]
fn peer(options: &Options, _entries: &[Entry], _load: Loader) -> Result<Option<Summary>> {
    match options.peer {
        None => Ok(None),
        Some(super::Peer::Nbis) => anyhow::bail!(
            "this program was built without NIST's matcher: cargo build --release -p ridgeline --features nbis"
        ),
    }
}
