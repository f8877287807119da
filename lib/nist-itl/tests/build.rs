//! What the builders make: encounters and answers in both profiles, written, read again, checked.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use nist_itl::Compression;
use nist_itl::build::{BuildError, Encounter, Response};
use nist_itl::profile::Profile;
use nist_itl::types::{FrictionImage, MinutiaeFormat};
use nist_itl::{Eye, ImageKind, Transaction};

/// Writes and reads again: no findings, the same value.
fn round_trip(name: &str, transaction: &Transaction<'_>) -> Vec<u8> {
    let bytes = transaction.to_bytes().unwrap();
    let reading = nist_itl::read(&bytes).unwrap();
    assert!(reading.findings.is_empty(), "{name}: {:?}", reading.findings);
    assert_eq!(reading.transaction.to_bytes().unwrap(), bytes, "{name}");
    assert_eq!(reading.transaction.records().len(), transaction.records().len(), "{name}");
    for (read, built) in reading.transaction.records().iter().zip(transaction.records()) {
        assert_eq!((read.idc(), read.payload()), (built.idc(), built.payload()), "{name}");
        if let (Some(read), Some(built)) = (read.binary(), built.binary()) {
            assert_eq!(read.body(), built.body(), "{name}");
            continue;
        }
        let (Some(read), Some(built)) = (read.tagged(), built.tagged()) else {
            panic!("{name}: a record changed its shape")
        };
        let values = |record: &nist_itl::TaggedRecord<'_>| {
            record.fields().iter().map(|field| (field.number(), field.bytes().to_vec())).collect::<Vec<_>>()
        };
        assert_eq!(values(read), values(built), "{name}");
    }
    bytes
}

#[test]
fn builds_encounters_in_both_profiles() {
    for (name, transaction) in common::samples() {
        round_trip(name, &transaction);
    }
}

#[test]
fn an_encounter_says_what_was_put_in() {
    let (_, transaction) = common::samples().into_iter().find(|(name, _)| *name == "ten-print").unwrap();
    let images: Vec<_> = transaction.images().collect();
    let count = |kind: ImageKind| images.iter().filter(|image| image.kind == kind).count();
    assert_eq!((count(ImageKind::Finger), count(ImageKind::Iris), count(ImageKind::Mark)), (3, 1, 1));
    let slap = &images[0];
    assert_eq!((slap.positions.as_slice(), slap.imp, slap.idc), ([13].as_slice(), Some(0), Some(1)));
    assert_eq!((slap.hll, slap.vll, slap.bits_per_pixel), (Some(64), Some(32), Some(8)));
    assert_eq!(slap.ppi.map(|ppi| ppi.nominal_ppi()), Some(500));
    assert_eq!(slap.compression, Compression::None);
    assert_eq!(slap.payload, common::pixels(64, 32));

    let view = FrictionImage::of(transaction.records()[2].tagged().unwrap()).unwrap();
    let segments: Vec<_> =
        view.segments().map(|segment| (segment.position, segment.left, segment.right)).collect();
    assert_eq!(segments, [(2, 0, 16), (3, 16, 32), (4, 32, 48)]);
    let missing: Vec<_> =
        view.amputations().map(|entry| (entry.position, entry.reason.into_owned())).collect();
    assert_eq!(missing, [(5, "XX".to_owned())]);
    let quality = view.quality().next().unwrap();
    assert_eq!(
        (quality.position, quality.score, &*quality.vendor, quality.algorithm),
        (2, 61, "001A", Some(7))
    );

    let eyes: Vec<_> =
        transaction.type17().map(|iris| (iris.eye(), iris.missing().map(|text| text.into_owned()))).collect();
    assert_eq!(eyes, [(Some(Eye::Right), None), (Some(Eye::Left), Some("MA".to_owned()))]);
    let mark = transaction.type10().next().unwrap();
    assert_eq!(mark.smt_codes().collect::<Vec<_>>(), ["TAT UL ARM"]);
    assert_eq!(mark.descriptors().next().unwrap().description.as_deref(), Some("áncora"));
    let text = transaction.type2().next().unwrap();
    assert_eq!(text.value(18).as_deref(), Some("NÚÑEZ,ANA"));
    assert_eq!(transaction.encoding(), nist_itl::Encoding::Utf8);
}

#[test]
fn binary_fingers_tell_their_resolution() {
    let (_, transaction) =
        common::samples().into_iter().find(|(name, _)| *name == "int-i binary search").unwrap();
    let header = transaction.type1().unwrap();
    assert_eq!(header.nominal_per_mm(), Some(19.69));
    assert_eq!(header.content().collect::<Vec<_>>(), [(2, 0), (4, 1), (4, 2)]);
    for (image, position) in transaction.images().zip([2, 7]) {
        assert_eq!((image.record_type, image.positions.as_slice()), (4, [position].as_slice()));
        assert_eq!(image.ppi.map(|ppi| ppi.nominal_ppi()), Some(500));
    }
    let pixels = common::pixels(32, 32);
    let wide = nist_itl::build::ImageData { width: 70_000, ..common::image(&pixels, 32, 32) };
    let finger = nist_itl::build::Finger::new(2, 0, "S", "20260131", wide);
    let refused =
        Encounter::new(Profile::ebts(), common::header("TPIS")).text(6, "X").binary_finger(finger).finish();
    assert!(matches!(refused, Err(BuildError::NotConforming(findings)) if findings.has("image.empty")));
}

#[test]
fn a_type_7_latent_can_be_read_like_type_4() {
    let Some(file) = common::shared_data("records/nist-reference/type-7-latent.an2") else { return };
    let bytes = std::fs::read(file).unwrap();
    let reading = nist_itl::read(&bytes).unwrap();
    let record = reading.transaction.of_type(7).next().unwrap().binary().unwrap();
    let (header, pixels) = record.user_defined_as_friction().unwrap();
    assert_eq!((header.hll, header.vll, header.cga), (800, 768, 0));
    assert_eq!(pixels.len(), 800 * 768);
}

#[test]
fn an_answer_turns_the_request_round() {
    let check = |profile: &'static Profile, found: bool, expected: &[&str]| {
        let request = common::request(profile);
        let response =
            Response::result(profile, &request.type1().unwrap(), "20260201", "2600000002A", found).unwrap();
        let response =
            common::with_case_number(profile, response, |response, field, value| response.text(field, value));
        let answer =
            response.header(|header| header.gmt = Some("20260201100000Z".to_owned())).finish().unwrap();
        let header = answer.type1().unwrap();
        assert_eq!(header.tot().as_deref(), Some("SRE"));
        assert_eq!(header.dai(), request.type1().unwrap().ori());
        assert_eq!(header.ori(), request.type1().unwrap().dai());
        assert_eq!(header.tcr(), request.type1().unwrap().tcn());
        let field = profile.answer.as_ref().unwrap().result;
        assert_eq!(answer.type2().next().unwrap().values(field).collect::<Vec<_>>(), expected);
        round_trip(&profile.id, &answer);
    };
    check(Profile::ebts(), true, &["I"]);
    check(Profile::ebts(), false, &["N"]);
    check(Profile::int_i(), true, &["CPS", "I", "001/001", "999999"]);
    check(Profile::int_i(), false, &["CPS", "N"]);
}

#[test]
fn a_refusal_carries_its_messages() {
    for (profile, tot) in [(Profile::ebts(), "ERRT"), (Profile::int_i(), "ERR")] {
        let request = common::request(profile);
        let messages = ["14.013 is missing", "No hay imagen"];
        let response =
            Response::error(profile, &request.type1().unwrap(), "20260201", "2600000003B", messages).unwrap();
        let response =
            common::with_case_number(profile, response, |response, field, value| response.text(field, value));
        let answer =
            response.header(|header| header.gmt = Some("20260201100000Z".to_owned())).finish().unwrap();
        assert_eq!(answer.type1().unwrap().tot().as_deref(), Some(tot));
        let field = profile.error.as_ref().unwrap().1;
        assert_eq!(answer.type2().next().unwrap().values(field).collect::<Vec<_>>(), messages);
        round_trip(&profile.id, &answer);
    }
}

/// Each breach of a rule is refused, and the finding names the rule.
#[test]
fn what_breaks_a_rule_is_not_built() {
    let check = |rule: &str, encounter: Encounter<'_>| match encounter.finish() {
        Err(BuildError::NotConforming(findings)) => assert!(findings.has(rule), "{rule}: {findings:?}"),
        other => panic!("{rule}: {other:?}"),
    };
    let pixels = common::pixels(32, 32);
    let image = common::image(&pixels, 32, 32);
    let rapid = || Encounter::new(Profile::ebts(), common::header("RPIS"));
    let finger = |position| nist_itl::build::Finger::new(position, 0, "S", "20260131", image);
    // Text from outside does not become structure.
    for text in ["A\x1D2.005:Y", "A\x1EB", "A\x1FB", "A\x1C"] {
        let whole = || rapid().finger(finger(2)).finger(finger(7));
        let mark = |code: &str| nist_itl::build::Mark::new("TATTOO", code, "S", "20260131", image);
        let described = mark("TAT").descriptor(nist_itl::types::MarkDescriptor {
            kind: "TATTOO".into(),
            class: None,
            subclass: None,
            description: Some(text.into()),
        });
        let mut header = common::header("RPIS");
        header.ori = text.to_owned();
        let cases = [
            (2, 18, whole().text(18, text)),
            (10, 40, whole().mark(mark(text))),
            (10, 42, whole().mark(described)),
            (14, 4, whole().finger(nist_itl::build::Finger::new(8, 0, text, "20260131", image))),
            (14, 18, whole().finger(nist_itl::build::Finger::absent(8, 0, "S", "20260131", text))),
            (17, 28, whole().iris(nist_itl::build::Iris::absent(Eye::Left, "S", "20260131", text))),
            (1, 8, Encounter::new(Profile::ebts(), header).finger(finger(2)).finger(finger(7))),
        ];
        for (record_type, field, encounter) in cases {
            assert_eq!(encounter.finish(), Err(BuildError::Separator { record_type, field }));
        }
    }
    check("profile.records", rapid().finger(finger(2)));
    check("profile.value", rapid().finger(finger(2)).finger(finger(21)));
    check("profile.required", rapid().finger(finger(2)).finger(finger(19)));
    check(
        "payload.size",
        rapid().finger(finger(2)).finger(nist_itl::build::Finger::new(
            7,
            0,
            "S",
            "20260131",
            nist_itl::build::ImageData { width: 33, ..image },
        )),
    );
    check(
        "payload.format",
        rapid().finger(finger(2)).finger(nist_itl::build::Finger::new(
            7,
            0,
            "S",
            "20260131",
            nist_itl::build::ImageData { compression: Compression::Wsq20, ..image },
        )),
    );
    check(
        "field.characters",
        rapid().finger(finger(2)).finger(nist_itl::build::Finger::new(7, 0, "S", "31.1.2026", image)),
    );
    check(
        "field.empty",
        rapid().finger(finger(2)).finger(nist_itl::build::Finger::new(7, 0, "", "20260131", image)),
    );
    let slap =
        finger(13).segment(nist_itl::types::Segment { position: 2, left: 0, right: 33, top: 0, bottom: 9 });
    check("segment.bounds", rapid().finger(finger(2)).finger(slap));
    check("profile.type2", Encounter::new(Profile::ebts(), common::header("CAR")).finger(finger(1)));
    check(
        "profile.header",
        Encounter::new(Profile::int_i(), common::header("CPS"))
            .text(3, "0422")
            .text(7, "1")
            .finger(finger(1)),
    );
}

/// What a Type-9 record says wrong is found; the same record said right is not.
#[test]
fn minutiae_are_counted_and_placed() {
    let check = |fields: &[(u16, &str)], rule: Option<&str>| {
        let mut record = nist_itl::TaggedRecord::new(9);
        record.set_text(2, "01").set_text(3, "4").set_text(4, "U");
        for (number, value) in fields {
            record.set_text(*number, value.replace(',', "\x1F").replace(';', "\x1E"));
        }
        let header = common::request(Profile::ebts()).records()[0].clone();
        let transaction = Transaction::new(vec![header, record.into()]).unwrap();
        let bytes = transaction.to_bytes().unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        let findings = nist_itl::validate(&reading.transaction);
        let found: Vec<_> = findings.iter().map(|finding| finding.rule.to_string()).collect();
        assert_eq!(found, rule.into_iter().collect::<Vec<_>>(), "{fields:?}");
    };
    let size = [(128, "400"), (129, "300")];
    let m1 = |count: &'static str, minutiae: &'static str| [size[0], size[1], (136, count), (137, minutiae)];
    check(&m1("2", "1,10,20,30,1,90;2,399,299,179,2,0"), None);
    check(&m1("3", "1,10,20,30,1,90;2,399,299,179,2,0"), Some("minutiae.count"));
    check(&m1("2", "1,10,20,30,1,90;2,400,299,179,2,0"), Some("minutiae.outside"));
    check(&m1("2", "1,10,20,30,1,90;2,40,299,181,2,0"), Some("minutiae.unreadable"));
    check(&[(331, "1015,759,174,E;1003,784,343,B")], None);
    check(&[(331, "1015,759,174,E;1003,784,360,B")], Some("minutiae.direction"));
    check(&[(331, "1015,759,174,E;1003,784,361,B")], Some("minutiae.unreadable"));
}

/// The minutiae of one finger in the blocks of four makers, as the reference files hold them: all give
/// the same places.
#[test]
fn minutiae_blocks_agree() {
    let Some(folder) = common::shared_data("records/nist-reference") else { return };
    let set = |file: &str, format: MinutiaeFormat| {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        let set = reading.transaction.type9().next().unwrap().block(format).unwrap();
        assert_eq!(set.unreadable, 0, "{file}");
        set
    };
    let standard = set("type-9-14-std.an2", MinutiaeFormat::Standard);
    let iafis = set("type-9-4-iafis.an2", MinutiaeFormat::Iafis);
    let m1 = set("type-9-14-m1.an2", MinutiaeFormat::M1);
    assert_eq!([standard.minutiae.len(), iafis.minutiae.len(), m1.minutiae.len()], [48; 3]);
    // 768 lines at 19.7 pixels per millimetre; coordinates of the older blocks in 0.01 mm.
    let (height, per_mm) = (768.0, 19.7);
    for ((standard, iafis), m1) in standard.minutiae.iter().zip(&iafis.minutiae).zip(&m1.minutiae) {
        let (x, y) = (f64::from(m1.x) / per_mm * 100.0, f64::from(m1.y) / per_mm * 100.0);
        for (other, other_y) in
            [(iafis, f64::from(iafis.y)), (standard, height / per_mm * 100.0 - f64::from(standard.y))]
        {
            assert!((f64::from(other.x) - x).abs() < 6.0 && (other_y - y).abs() < 6.0, "{other:?} {m1:?}");
        }
        let turn = |from: u16, to: u16| (i32::from(to) - i32::from(from)).rem_euclid(360);
        let near =
            |angle: i32, expected: i32| (angle - expected).abs() <= 2 || (angle - expected).abs() >= 358;
        assert!(near(turn(m1.theta_deg, iafis.theta_deg), 0), "{iafis:?} {m1:?}");
        assert!(near(turn(m1.theta_deg, standard.theta_deg), 180), "{standard:?} {m1:?}");
    }
    let pairs = |set: &nist_itl::types::MinutiaeSet| {
        set.ridge_counts.iter().map(|count| (count.from, count.to, count.count)).collect::<Vec<_>>()
    };
    assert_eq!(pairs(&standard), pairs(&iafis));
    assert_eq!(pairs(&standard), pairs(&m1));
    assert!(!standard.ridge_counts.is_empty());

    let efs = common::shared_data("records/libbiomeval/type9-efs.an2k").unwrap();
    let bytes = std::fs::read(efs).unwrap();
    let reading = nist_itl::read(&bytes).unwrap();
    let set = reading.transaction.type9().next().unwrap().block(MinutiaeFormat::Efs).unwrap();
    assert_eq!((set.unreadable, set.cores.len(), set.ridge_counts.len()), (0, 1, 4));
    assert_eq!((set.minutiae[0].x, set.minutiae[0].y, set.minutiae[0].theta_deg), (1908, 41, 186));
}

#[test]
fn iris_boundaries_are_written_and_read() {
    use nist_itl::types::{BOUNDARY_POINTS_MAX, IrisBoundary, Type17};
    let mut record = nist_itl::TaggedRecord::new(17);
    let many: Vec<(u32, u32)> = (0..128).map(|i| (100 + i, 300 - i)).collect();
    record.set(IrisBoundary::Sclera.field(&many).unwrap());
    record.set(nist_itl::Field::from_subfields(33, [["C", "2", "160", "120", "190", "120"]]));
    assert_eq!(IrisBoundary::Pupil.field(&many[..2]), None);
    let view = Type17::of(&record).unwrap();
    let limbus = view.boundary(IrisBoundary::Sclera).unwrap();
    assert!(limbus.len() <= BOUNDARY_POINTS_MAX && limbus[..2] == [(100.0, 300.0), (102.0, 298.0)]);
    let pupil = view.boundary(IrisBoundary::Pupil).unwrap();
    assert!(pupil.iter().all(|(x, y)| ((x - 160.0).hypot(y - 120.0) - 30.0).abs() < 1e-9));
    // Lids are open lines: points and nothing else.
    record.set(IrisBoundary::UpperLid.field(&many[..5]).unwrap());
    record.set(nist_itl::Field::from_subfields(36, [["C", "2", "160", "120", "190", "120"]]));
    let view = Type17::of(&record).unwrap();
    assert_eq!(view.boundary(IrisBoundary::UpperLid).unwrap().len(), 5);
    assert_eq!(view.boundary(IrisBoundary::LowerLid), None);
    for bad in [
        &["P", "3", "1", "2", "3", "4"][..],
        &["P", "100"],
        &["E", "3", "1", "1", "2", "2", "3", "3"],
        &["P", "x"],
        &[],
    ] {
        let mut record = nist_itl::TaggedRecord::new(17);
        record.set(nist_itl::Field::from_subfields(33, [bad.iter().copied()]));
        assert_eq!(Type17::of(&record).unwrap().boundary(IrisBoundary::Pupil), None, "{bad:?}");
    }
}
