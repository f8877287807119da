//! Sealed encounters and answers: any bytes give an error or a sound package, never a panic.
#![no_main]

use exchange::{OpeningKey, SigningKey, check, code::EnrolmentCode, open, seal};
use libfuzzer_sys::fuzz_target;
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::sync::LazyLock;

static KEYS: LazyLock<(OpeningKey, SigningKey)> = LazyLock::new(|| {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    (OpeningKey::generate(&mut rng), SigningKey::generate(&mut rng))
});

fuzz_target!(|bytes: &[u8]| {
    let (hub, station) = &*KEYS;
    // As it comes from the wire; nothing here carries a right signature.
    assert!(open(bytes, hub, |_| Some(station.verifying_key())).is_err());
    // As it comes from a station that signs and seals rubbish: straight to the parser behind the cryptography.
    if let Ok(package) = seal::unpack(bytes) {
        assert_eq!(package.manifest.items.len(), package.attachments.len());
        let _ = check::package(&package);
        let _ = check::rules(&package.manifest);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = text.parse::<EnrolmentCode>();
        let _ = exchange::request::parse_digest_field(text);
        let _ = text.parse::<exchange::VerifyingKey>();
        let _ = text.parse::<exchange::SealingKey>();
        let _ = serde_json::from_str::<exchange::SignedReceipt>(text);
    }
});
