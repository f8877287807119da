//! Keys, receipts, answers, requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{encounter_id, ends, rng, station_id, time};
use exchange::{
    Answer, CaptureNotice, DestinationAnswer, ListCoverage, OpeningKey, Receipt, SealingKey, SigningKey,
    Standing, VerifyingKey,
    answer::MAX_NOTICES,
    keyfile,
    keys::{BadSignature, Context, KeyError},
    open_answer,
    protocol::{EnrolRequest, Problem, StationProfile},
    receipt::ReceiptError,
    reply::{AnswerOpenError, AnswerSealError, SEALED_ANSWER_LENGTH},
    request::{self, Part, Request, RequestError, digest_field, parse_digest_field},
    seal_answer,
};
use model::{Digest, EncounterId, HubId, StationId};
use proptest::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

#[test]
fn keys_come_back_from_their_texts() {
    let signing = SigningKey::generate(&mut rng(1));
    let opening = OpeningKey::generate(&mut rng(2));
    let again = SigningKey::from_secret_text(&signing.to_secret_text()).unwrap();
    assert_eq!(again.verifying_key(), signing.verifying_key());
    let again = OpeningKey::from_secret_text(&opening.to_secret_text()).unwrap();
    assert_eq!(again.sealing_key(), opening.sealing_key());
    assert_eq!(signing.verifying_key().to_string().parse(), Ok(signing.verifying_key()));
    assert_eq!(opening.sealing_key().to_string().parse(), Ok(opening.sealing_key()));
    let json = serde_json::to_string(&signing.verifying_key()).unwrap();
    assert_eq!(serde_json::from_str::<VerifyingKey>(&json).unwrap(), signing.verifying_key());
    assert_eq!(signing.verifying_key().fingerprint().to_string().len(), 39);
}

#[test]
fn one_kind_of_key_never_passes_for_another() {
    let signing = SigningKey::generate(&mut rng(1));
    let opening = OpeningKey::generate(&mut rng(2));
    assert!(matches!(signing.to_secret_text().parse::<VerifyingKey>(), Err(KeyError::Kind { .. })));
    assert!(OpeningKey::from_secret_text(&signing.to_secret_text()).is_err());
    assert!(opening.sealing_key().to_string().parse::<VerifyingKey>().is_err());
    assert!("ed25519:AAAA".parse::<VerifyingKey>().is_err());
    assert!(format!("ed25519:{}", "A".repeat(43)).parse::<VerifyingKey>().is_err(), "a weak point");
    assert!("x25519:".parse::<SealingKey>().is_err());
}

#[test]
fn secrets_are_not_shown() {
    let signing = SigningKey::generate(&mut rng(1));
    assert_eq!(format!("{signing:?}"), "SigningKey(secret)");
    assert_eq!(format!("{:?}", OpeningKey::generate(&mut rng(1))), "OpeningKey(secret)");
}

#[test]
fn a_signature_serves_one_use() {
    let key = SigningKey::generate(&mut rng(1));
    let signature = key.sign(Context::Receipt, &[b"ab".as_slice(), b"c"]);
    assert_eq!(key.verifying_key().verify(Context::Receipt, &[b"abc"], &signature), Ok(()));
    assert_eq!(key.verifying_key().verify(Context::Request, &[b"abc"], &signature), Err(BadSignature));
    assert_eq!(key.verifying_key().verify(Context::Receipt, &[b"abd"], &signature), Err(BadSignature));
}

#[cfg(unix)]
#[test]
fn key_files_are_private_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing.key");
    keyfile::write_new(&path, "ed25519-secret:x").unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(keyfile::read(&path).unwrap().trim(), "ed25519-secret:x");
    assert!(keyfile::write_new(&path, "other").is_err());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = keyfile::read(&path).unwrap_err();
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}

fn receipt() -> Receipt {
    Receipt {
        hub: HubId::new(Uuid::from_u128(1)),
        encounter: encounter_id(),
        digest: Digest::of(b"sealed"),
        length: 65536,
        received_at: "2026-03-01T10:00:00.123456789Z".parse().unwrap(),
        ledger_index: 42,
    }
}

#[test]
fn receipts_settle_exactly_one_thing() {
    let key = ends(1).hub_signs;
    let signed = receipt().sign(&key);
    let json = serde_json::to_string(&signed).unwrap();
    let signed: exchange::SignedReceipt = serde_json::from_str(&json).unwrap();
    let Receipt { hub, encounter, digest, length, .. } = receipt();
    let public = key.verifying_key();
    assert_eq!(signed.settles(&public, hub, encounter, &digest, length), Ok(&receipt()));
    let other_encounter = EncounterId::new(Uuid::from_u128(3));
    let other_hub = HubId::new(Uuid::from_u128(3));
    for (refused, what) in [
        (signed.settles(&public, other_hub, encounter, &digest, length), "hub"),
        (signed.settles(&public, hub, other_encounter, &digest, length), "encounter"),
        (signed.settles(&public, hub, encounter, &Digest::of(b"x"), length), "digest"),
        (signed.settles(&public, hub, encounter, &digest, length + 1), "length"),
    ] {
        assert_eq!(refused, Err(ReceiptError::Other(what)));
    }
    assert!(signed.verify(&ends(2).hub_signs.verifying_key()).is_err());
    let changes: [fn(&mut Receipt); 6] = [
        |r| r.hub = HubId::new(Uuid::from_u128(2)),
        |r| r.encounter = EncounterId::new(Uuid::from_u128(2)),
        |r| r.digest = Digest::of(b"other"),
        |r| r.length += 1,
        |r| r.received_at = "2026-03-01T10:00:00.123456788Z".parse().unwrap(),
        |r| r.ledger_index += 1,
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut forged = signed.clone();
        change(&mut forged.receipt);
        assert_eq!(forged.verify(&public), Err(BadSignature), "change {index}");
    }
    assert_eq!(receipt().canonical().len(), 92);
}

fn answer(lists: usize, standing: Standing) -> Answer {
    let searched = (0..lists)
        .map(|index| ListCoverage { list: format!("List number {index}"), as_of: time(1_700_000_000) })
        .collect();
    let here = DestinationAnswer { destination: "North".into(), standing, searched, not_answered: vec![] };
    Answer {
        encounter: encounter_id(),
        revision: 3,
        issued_at: time(1_700_000_500),
        complete: true,
        destinations: vec![here],
        notices: vec![CaptureNotice::HandsSwapped; MAX_NOTICES],
    }
}

#[test]
fn answers_come_in_one_size() {
    let ends = ends(1);
    let (to, hub) = (ends.station_opens.sealing_key(), ends.hub_signs.verifying_key());
    let contact = "duty desk".to_owned();
    for (lists, standing) in
        [(0, Standing::NotAnswered), (3, Standing::NoMatch), (130, Standing::Confirmed { contact })]
    {
        let answer = answer(lists, standing);
        let sealed = seal_answer(&answer, station_id(), &to, &ends.hub_signs, &mut rng(4)).unwrap();
        assert_eq!(sealed.len(), SEALED_ANSWER_LENGTH);
        let opened = open_answer(&sealed, station_id(), encounter_id(), &ends.station_opens, &hub);
        assert_eq!(opened, Ok(answer));
        for at in (0..sealed.len()).step_by(61) {
            let mut changed = sealed.clone();
            changed[at] ^= 4;
            let refused = open_answer(&changed, station_id(), encounter_id(), &ends.station_opens, &hub);
            assert!(refused.is_err(), "byte {at}");
        }
    }
    let refused =
        seal_answer(&answer(400, Standing::NoMatch), station_id(), &to, &ends.hub_signs, &mut rng(4));
    assert!(matches!(refused, Err(AnswerSealError::TooLong { .. })));
}

#[test]
fn answers_open_for_the_right_station_alone() {
    let (right, wrong) = (ends(1), ends(2));
    let (to, hub) = (right.station_opens.sealing_key(), right.hub_signs.verifying_key());
    let sealed =
        seal_answer(&answer(1, Standing::NoMatch), station_id(), &to, &right.hub_signs, &mut rng(4)).unwrap();
    let other_station = StationId::new(Uuid::from_u128(8));
    let other_encounter = EncounterId::new(Uuid::from_u128(8));
    let open = |station, encounter, key, hub| open_answer(&sealed, station, encounter, key, hub).unwrap_err();
    let (station, encounter, key) = (station_id(), encounter_id(), &right.station_opens);
    assert_eq!(open(other_station, encounter, key, &hub), AnswerOpenError::Other("station"));
    assert_eq!(open(station, other_encounter, key, &hub), AnswerOpenError::Other("encounter"));
    assert_eq!(open(station, encounter, &wrong.station_opens, &hub), AnswerOpenError::Closed);
    let forged = wrong.hub_signs.verifying_key();
    assert!(matches!(open(station, encounter, key, &forged), AnswerOpenError::Signature(_)));
}

fn signed_request() -> (Request<'static>, HashMap<&'static str, String>) {
    let request = Request {
        method: "PUT",
        target: "/v1/encounters/1?x=2",
        station: station_id(),
        time: time(1_700_000_000),
        nonce: [7; 16],
        part: Some(Part { offset: 1024, length: 65536, digest: Digest::of(b"whole") }),
        body: Digest::of(b"part"),
    };
    let headers = request.sign(&ends(1).station).into_iter().collect();
    (request, headers)
}

fn verify(
    method: &str,
    target: &str,
    headers: &HashMap<&'static str, String>,
    now: i64,
) -> Result<request::Verified, RequestError> {
    let header = |name| headers.get(name).map(String::as_str);
    request::verify(method, target, header, time(now), 900, |id| {
        (id == station_id()).then(|| ends(1).station.verifying_key())
    })
}

#[test]
fn requests_verify_as_they_were_signed() {
    let (request, headers) = signed_request();
    let verified = verify("PUT", request.target, &headers, 1_700_000_500).unwrap();
    assert_eq!((verified.station, verified.part), (station_id(), request.part));
    assert_eq!(verified.holds(b"part"), Ok(()));
    assert_eq!(verified.holds(b"Part"), Err(RequestError::Body));
}

#[test]
fn requests_changed_on_the_way_are_refused() {
    let (request, headers) = signed_request();
    let now = 1_700_000_000;
    assert!(matches!(verify("GET", request.target, &headers, now), Err(RequestError::Signature(_))));
    assert!(matches!(verify("PUT", "/v1/encounters/1?x=3", &headers, now), Err(RequestError::Signature(_))));
    for (name, value) in [
        ("ridgeline-time", "2023-11-14T22:13:21Z".to_owned()),
        ("ridgeline-nonce", "00".repeat(16)),
        ("upload-offset", "0".to_owned()),
        ("upload-length", "65537".to_owned()),
        ("repr-digest", digest_field(&Digest::of(b"other"))),
        ("content-digest", digest_field(&Digest::of(b"other"))),
    ] {
        let mut changed = headers.clone();
        changed.insert(name, value);
        assert!(
            matches!(verify("PUT", request.target, &changed, now), Err(RequestError::Signature(_))),
            "{name}"
        );
    }
    let mut without = headers.clone();
    without.remove("upload-offset");
    assert!(matches!(verify("PUT", request.target, &without, now), Err(RequestError::Signature(_))));
    for name in headers.keys().copied().filter(|name| *name != "upload-offset") {
        let mut without = headers.clone();
        without.remove(name);
        assert_eq!(verify("PUT", request.target, &without, now), Err(RequestError::Header(name)));
    }
    for late in [now + 901, now - 901] {
        assert!(matches!(verify("PUT", request.target, &headers, late), Err(RequestError::Clock { .. })));
    }
    let mut unknown = headers.clone();
    unknown.insert("ridgeline-station", Uuid::from_u128(1).to_string());
    assert!(matches!(verify("PUT", request.target, &unknown, now), Err(RequestError::UnknownStation(_))));
}

#[test]
fn enrolment_proves_the_key() {
    let (station, opens) = (ends(1).station, ends(1).station_opens);
    let request = EnrolRequest::new(
        "ABCD-EFGH".into(),
        "Bridge 1".into(),
        StationProfile::Mobile,
        &station,
        opens.sealing_key(),
    );
    assert!(request.proven());
    assert!(!EnrolRequest { code: "ABCD-EFGI".into(), ..request.clone() }.proven());
    assert!(!EnrolRequest { sealing_key: ends(2).hub.sealing_key(), ..request.clone() }.proven());
    assert!(!EnrolRequest { signing_key: ends(2).station.verifying_key(), ..request }.proven());
}

#[test]
fn problems_have_a_code() {
    let problem = Problem::new("other-digest", 409, "Happened.", "Nothing changed.", "Call the desk.");
    assert_eq!(problem.code(), "other-digest");
    let json = serde_json::to_value(&problem).unwrap();
    assert_eq!(json["type"], "about:blank#other-digest");
    assert_eq!(json["title"], "Happened.");
}

proptest! {
    #[test]
    fn any_headers_give_an_error_never_a_panic(values in prop::collection::vec("\\PC{0,60}", 8)) {
        let names = ["ridgeline-station", "ridgeline-time", "ridgeline-nonce", "content-digest",
                     "ridgeline-signature", "upload-offset", "upload-length", "repr-digest"];
        let headers: HashMap<_, _> = names.into_iter().zip(values).collect();
        prop_assert!(verify("PUT", "/", &headers, 0).is_err());
    }

    #[test]
    fn any_answer_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), SEALED_ANSWER_LENGTH)) {
        let mut bytes = bytes;
        bytes[..8].copy_from_slice(b"RDGLANS\x01");
        let ends = ends(1);
        let hub = ends.hub_signs.verifying_key();
        prop_assert!(open_answer(&bytes, station_id(), encounter_id(), &ends.station_opens, &hub).is_err());
    }

    #[test]
    fn digest_fields_come_back(bytes in any::<[u8; 32]>(), text in "\\PC{0,60}") {
        let digest = Digest::from_bytes(bytes);
        prop_assert_eq!(parse_digest_field(&digest_field(&digest)), Some(digest));
        let _ = parse_digest_field(&text);
    }
}
