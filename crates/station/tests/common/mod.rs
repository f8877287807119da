//! Stations against a hub in memory.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use exchange::{ItemKind, fake::FakeHub, protocol::StationProfile};
use jiff::Timestamp;
use model::{AgeBand, FingerPosition};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use station::{Draft, EnrolOptions, Event, Particulars, Sample, Station, StationError, Worker};
use std::path::Path;

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn now() -> Timestamp {
    Timestamp::now()
}

pub fn options(base: &str, code: &str) -> EnrolOptions {
    EnrolOptions {
        base: base.into(),
        code: code.into(),
        name: "Bridge 1".into(),
        profile: StationProfile::Mobile,
        ca_file: None,
    }
}

pub fn enrol(hub: &FakeHub, home: &Path) -> Station {
    let code = hub.open_code().to_string();
    Station::enrol(home, &options(&hub.base(), &code), now(), &mut rand::rng()).unwrap()
}

pub fn particulars() -> Particulars {
    Particulars {
        purpose: Some("border.entry".into()),
        authority: Some("Migration Act".into()),
        case: Some("CASE-2026-000123".into()),
        operator: Some("op-seven".into()),
        age: Some(AgeBand::Adult),
        notice: Some("2026-1".into()),
        language: Some("es".into()),
        ..Particulars::default()
    }
}

pub fn sample(bytes: &[u8]) -> Sample {
    let kind = ItemKind::Finger { position: FingerPosition::RightIndex, ppi: Some(500) };
    Sample { kind, name: "right-index.png".into(), bytes: bytes.to_vec() }
}

pub fn draft(reference: &str) -> Draft {
    let said = Particulars { reference: Some(reference.into()), ..particulars() };
    Draft::new("test", said, vec![sample(PROBE)], vec![], now()).unwrap()
}

/// Bytes that must never be found on a station's disk.
pub const PROBE: &[u8] = b"ridge ending at 113 207, bifurcation at 98 144";

pub fn step(station: &mut Station, worker: &mut Worker) -> Result<Vec<Event>, StationError> {
    let mut events = vec![];
    worker.step(station, Timestamp::now, &mut rand::rng(), |event| events.push(event))?;
    Ok(events)
}
