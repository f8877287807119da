//! Sealed encounters: what comes back, and everything that must not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{ends, package, rng, station_id};
use exchange::{
    OpenError, Package, SealingKey,
    check::PackageError,
    keys::{Context, Signature},
    manifest::{AbsentPosition, AgeBand},
    open, padding, seal,
    seal::{MAX_SEALED_LENGTH, SealError, header},
};
use model::{Absence, EncounterId, FingerPosition, StationId};
use proptest::prelude::*;
use uuid::Uuid;

fn sealed(package: &Package) -> Vec<u8> {
    let ends = ends(1);
    seal(package, &ends.station, &ends.hub.sealing_key(), &mut rng(9)).unwrap().bytes
}

fn reopen(bytes: &[u8]) -> Result<Package, OpenError> {
    let ends = ends(1);
    open(bytes, &ends.hub, |id| (id == station_id()).then(|| ends.station.verifying_key()))
}

/// Signs again what was changed, as the station itself could.
fn resign(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 64;
    bytes.truncate(end);
    let signature = ends(1).station.sign(Context::Seal, &[&bytes]);
    bytes.extend_from_slice(signature.as_bytes());
    bytes
}

#[test]
fn comes_back_as_it_was() {
    for attachments in [vec![], vec![vec![]], vec![vec![1; 70_000], vec![], vec![2; 3]]] {
        let mut package = package(attachments);
        package.manifest.absent.push(AbsentPosition {
            finger: Some(FingerPosition::LeftLittle),
            eye: None,
            reason: Absence::Amputated,
            note: None,
        });
        assert_eq!(reopen(&sealed(&package)).unwrap(), package);
    }
}

#[test]
fn is_deterministic_in_its_randomness() {
    assert_eq!(sealed(&package(vec![vec![3; 10]])), sealed(&package(vec![vec![3; 10]])));
}

#[test]
fn header_says_who_and_which() {
    let bytes = sealed(&package(vec![vec![5; 10]]));
    let header = header(&bytes).unwrap();
    assert_eq!((header.station, header.encounter), (station_id(), common::encounter_id()));
    assert_eq!(header.sealed_to, ends(1).hub.sealing_key().fingerprint());
}

#[test]
fn a_byte_changed_anywhere_is_refused() {
    let bytes = sealed(&package(vec![vec![7; 100]]));
    // Every byte of the header, then a comb through the ciphertext, then every byte of the signature.
    let ends = (0..160).chain((160..bytes.len()).step_by(97)).chain(bytes.len() - 64..bytes.len());
    for at in ends {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let refused = reopen(&changed).expect_err(&format!("byte {at}"));
        match at {
            0..8 => assert!(matches!(refused, OpenError::NotSealed), "byte {at}: {refused}"),
            8..24 => assert!(matches!(refused, OpenError::UnknownStation(_)), "byte {at}: {refused}"),
            _ => assert!(matches!(refused, OpenError::Signature(_)), "byte {at}: {refused}"),
        }
    }
}

#[test]
fn a_byte_changed_and_signed_again_is_refused() {
    let bytes = sealed(&package(vec![vec![7; 100]]));
    for at in (8..bytes.len() - 64).step_by(41).chain(0..120) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x80;
        assert!(reopen(&resign(changed)).is_err(), "byte {at}");
    }
}

#[test]
fn cut_or_grown_is_refused() {
    let bytes = sealed(&package(vec![vec![7; 100]]));
    for end in (0..bytes.len()).step_by(1013) {
        assert!(reopen(&bytes[..end]).is_err(), "cut at {end}");
    }
    let mut grown = bytes;
    grown.push(0);
    assert!(matches!(reopen(&grown), Err(OpenError::Size { .. })));
}

#[test]
fn the_wrong_ends_cannot_open() {
    let bytes = sealed(&package(vec![vec![7; 100]]));
    let (right, wrong) = (ends(1), ends(2));
    let unknown = open(&bytes, &right.hub, |_| None);
    assert!(matches!(unknown, Err(OpenError::UnknownStation(id)) if id == station_id()));
    let other_key = open(&bytes, &right.hub, |_| Some(wrong.station.verifying_key()));
    assert!(matches!(other_key, Err(OpenError::Signature(_))));
    let other_hub = open(&bytes, &wrong.hub, |_| Some(right.station.verifying_key()));
    assert!(matches!(other_hub, Err(OpenError::OtherHub(_))));
}

#[test]
fn another_station_cannot_claim_it() {
    // A second station takes the ciphertext, puts its own name on it and signs.
    let thief = ends(3);
    let mut stolen = sealed(&package(vec![vec![7; 100]]));
    let its_id = StationId::new(Uuid::from_u128(99));
    stolen[8..24].copy_from_slice(its_id.uuid().as_bytes());
    let end = stolen.len() - 64;
    let signature: Signature = thief.station.sign(Context::Seal, &[&stolen[..end]]);
    stolen[end..].copy_from_slice(signature.as_bytes());
    let refused = open(&stolen, &ends(1).hub, |id| (id == its_id).then(|| thief.station.verifying_key()));
    assert!(matches!(refused, Err(OpenError::Closed)));
}

#[test]
fn the_outbox_is_closed_to_the_station() {
    let probe = b"these ridges must not be found in clear".repeat(20);
    let bytes = sealed(&package(vec![probe.clone()]));
    assert!(!bytes.windows(16).any(|window| window == &probe[..16]));
    for secret in ["2026-000123", "border.entry", "op-7"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    // Its own key does not open what it sealed.
    let ends = ends(1);
    assert!(open(&bytes, &ends.station_opens, |_| Some(ends.station.verifying_key())).is_err());
}

#[test]
fn spliced_and_swapped_images_are_refused() {
    let ends = ends(1);
    let whole = package(vec![vec![1; 50], vec![2; 50]]);
    let check = |change: fn(&mut Package), expected: PackageError| {
        let mut changed = whole.clone();
        change(&mut changed);
        let refused = seal(&changed, &ends.station, &ends.hub.sealing_key(), &mut rng(1)).unwrap_err();
        assert!(matches!(refused, SealError::Package(ref error) if *error == expected), "{refused}");
        assert_eq!(exchange::check::package(&changed), Err(expected));
    };
    let other = |index, what| PackageError::OtherAttachment { index, what };
    check(|p| p.attachments.swap(0, 1), other(0, "digest"));
    check(|p| p.attachments[1] = vec![9; 50], other(1, "digest"));
    check(|p| p.attachments[1].push(0), other(1, "length"));
    check(|p| p.manifest.items.swap(0, 1), other(0, "digest"));
    check(|p| drop(p.attachments.pop()), PackageError::Count { items: 2, attachments: 1 });
    check(|p| p.attachments.push(vec![]), PackageError::Count { items: 2, attachments: 3 });
    check(|p| p.manifest.sequence = 0, PackageError::Chain { sequence: 0 });
    check(|p| p.manifest.sequence = 1, PackageError::Chain { sequence: 1 });
    check(|p| p.manifest.previous = None, PackageError::Chain { sequence: 2 });
    check(|p| p.manifest.version = 2, PackageError::ManifestVersion { version: 2 });
    check(
        |p| p.manifest.purpose = "x".repeat(257),
        PackageError::TextTooLong { field: "purpose", length: 257 },
    );
}

#[test]
fn a_moved_boundary_between_images_is_refused() {
    // A dishonest station shifts a byte from the first image to the second and describes it so, but keeps a digest.
    let mut changed = package(vec![vec![1; 50], vec![1; 50]]);
    changed.manifest.items[0].length = 49;
    changed.manifest.items[1].length = 51;
    assert!(exchange::check::package(&changed).is_err());
}

#[test]
fn sizes_fall_in_buckets_and_hide_the_claim() {
    for length in [0, 60_000, 64_100, 64_200, 300_000, 1_500_000] {
        for extra in 0..40 {
            let mut package = package(vec![vec![1; length + extra * 7]]);
            let plain = sealed(&package).len();
            package.manifest.protection_claim = true;
            assert_eq!(sealed(&package).len(), plain, "the claim shows at {length} + {extra}");
            assert!(padding::is_bucket(plain as u64));
        }
    }
}

#[test]
fn too_much_is_refused_by_name() {
    let ends = ends(1);
    let seal = |package: &Package| {
        seal(package, &ends.station, &ends.hub.sealing_key(), &mut rng(1)).map(|sealed| sealed.bytes.len())
    };
    let refused = seal(&package(vec![vec![0; MAX_SEALED_LENGTH as usize]]));
    assert!(matches!(refused, Err(SealError::TooLong { .. })));
    let refused = seal(&package(vec![vec![]; 65]));
    assert!(matches!(refused, Err(SealError::Package(PackageError::TooManyItems { count: 65 }))));
    let weak: Result<SealingKey, _> = format!("x25519:{}", "A".repeat(43)).parse();
    assert!(
        weak.is_err()
            || matches!(
                exchange::seal(&package(vec![]), &ends.station, &weak.unwrap(), &mut rng(1)),
                Err(SealError::Key)
            )
    );
}

#[test]
fn another_encounter_in_the_header_is_refused() {
    let mut bytes = sealed(&package(vec![]));
    bytes[24..40].copy_from_slice(EncounterId::new(Uuid::from_u128(5)).uuid().as_bytes());
    assert!(matches!(reopen(&resign(bytes)), Err(OpenError::Closed)));
}

#[test]
fn rules_name_what_is_missing() {
    use exchange::check::{BrokenRule, rules};
    let check = |change: fn(&mut Package), expected: &[BrokenRule]| {
        let mut changed = package(vec![vec![1]]);
        change(&mut changed);
        assert_eq!(rules(&changed.manifest), expected);
    };
    check(|_| {}, &[]);
    check(|p| p.manifest.purpose = "  ".into(), &[BrokenRule::NoPurpose]);
    check(|p| p.manifest.authority.clear(), &[BrokenRule::NoAuthority]);
    check(|p| p.manifest.case_number.clear(), &[BrokenRule::NoCaseNumber]);
    check(|p| p.manifest.operator.clear(), &[BrokenRule::NoOperator]);
    check(|p| p.manifest.notice.version.clear(), &[BrokenRule::NoNotice]);
    check(|p| p.manifest.notice.language.clear(), &[BrokenRule::NoNotice]);
    check(|p| p.manifest.notice.given_at = common::time(1_800_000_000), &[BrokenRule::NoticeAfterCapture]);
    check(|p| p.manifest.age = AgeBand::UnderSix, &[BrokenRule::UnderSix]);
    check(|p| p.manifest.age = AgeBand::SixToThirteen, &[BrokenRule::ChildUnaccompanied]);
    check(|p| p.manifest.age = AgeBand::FourteenToSeventeen, &[BrokenRule::ChildUnaccompanied]);
    check(
        |p| {
            p.manifest.age = AgeBand::SixToThirteen;
            p.manifest.accompanied_by = Some("mother".into());
        },
        &[],
    );
    check(|p| p.manifest.items.clear(), &[BrokenRule::Empty]);
    let absent = |reason, finger| AbsentPosition { finger, eye: None, reason, note: None };
    let mut changed = package(vec![]);
    changed.manifest.absent = vec![absent(Absence::Other, Some(FingerPosition::LeftRing))];
    assert_eq!(rules(&changed.manifest), [BrokenRule::AbsenceUnexplained]);
    changed.manifest.absent = vec![absent(Absence::Refused, None)];
    assert_eq!(rules(&changed.manifest), [BrokenRule::AbsenceWithoutPosition]);
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(reopen(&bytes).is_err());
    }

    #[test]
    fn any_content_rightly_sealed_gives_an_error_or_a_sound_package(
        content in prop::collection::vec(any::<u8>(), 0..600),
        json in "\\PC{0,200}",
    ) {
        // Straight to the parser behind the cryptography.
        for bytes in [content.clone(), [&(json.len() as u32).to_be_bytes(), json.as_bytes(), &content].concat()] {
            if let Ok(package) = exchange::seal::unpack(&bytes) {
                prop_assert_eq!(package.manifest.items.len(), package.attachments.len());
            }
        }
    }
}
