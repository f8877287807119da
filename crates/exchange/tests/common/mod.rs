//! People, keys and packages for the tests.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use exchange::{
    Item, ItemKind, Manifest, OpeningKey, Package, SigningKey,
    manifest::{AgeBand, MANIFEST_VERSION, Notice, RetentionAsked},
};
use jiff::Timestamp;
use model::{Digest, EncounterId, FingerPosition, StationId};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub struct Ends {
    pub station: SigningKey,
    pub station_opens: OpeningKey,
    pub hub: OpeningKey,
    pub hub_signs: SigningKey,
}

pub fn ends(seed: u64) -> Ends {
    let mut rng = rng(seed);
    Ends {
        station: SigningKey::generate(&mut rng),
        station_opens: OpeningKey::generate(&mut rng),
        hub: OpeningKey::generate(&mut rng),
        hub_signs: SigningKey::generate(&mut rng),
    }
}

pub fn station_id() -> StationId {
    StationId::new(Uuid::from_u128(7))
}

pub fn encounter_id() -> EncounterId {
    EncounterId::new(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001))
}

pub fn package(attachments: Vec<Vec<u8>>) -> Package {
    let kind = ItemKind::Finger { position: FingerPosition::RightIndex, ppi: Some(500) };
    let items = attachments.iter().map(|bytes| Item::describing(kind, "right-index.png", bytes)).collect();
    let manifest = Manifest {
        version: MANIFEST_VERSION,
        encounter: encounter_id(),
        station: station_id(),
        sequence: 2,
        previous: Some(Digest::of(b"before")),
        captured_at: time(1_700_000_100),
        purpose: "border.entry".into(),
        authority: "Migration Act art. 16".into(),
        case_number: "2026-000123".into(),
        operator: "op-7".into(),
        retention: RetentionAsked::Keep,
        age: AgeBand::Adult,
        notice: Notice { version: "2026-1".into(), language: "es".into(), given_at: time(1_700_000_000) },
        accompanied_by: None,
        protection_claim: false,
        nationality: None,
        items,
        absent: vec![],
        training: false,
    };
    Package { manifest, attachments }
}
