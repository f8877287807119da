//! Broken files: nothing panics, memory and time stay bounded, what is whole is still found.
#![allow(clippy::unwrap_used)]

mod common;

use nist_itl::limits::{FIELDS_MAX, FINDINGS_MAX, RECORDS_MAX};
use nist_itl::profile::Profile;
use nist_itl::{Record, Transaction};
use proptest::prelude::*;

/// Everything that a caller may do with bytes that came from outside.
fn exercise(bytes: &[u8]) {
    let Ok(reading) = nist_itl::read(bytes) else { return };
    let transaction = &reading.transaction;
    assert!(reading.findings.len() <= FINDINGS_MAX);
    assert!(transaction.records().len() <= RECORDS_MAX + 1);
    let fields: usize = transaction.tagged().map(|record| record.fields().len()).sum();
    assert!(fields <= FIELDS_MAX + RECORDS_MAX);
    assert!(fields <= bytes.len(), "every field costs a byte at least");
    assert!(transaction.tagged().flat_map(|record| record.fields()).all(|field| field.is_borrowed()));
    // The records and what trails them are the input, without gap or overlap.
    let mut at = 0;
    for record in transaction.records() {
        assert_eq!(record.offset(), Some(at));
        at += record.length();
    }
    assert_eq!(at + transaction.trailing().len(), bytes.len());

    for image in transaction.images() {
        let _ = (image.payload_format(), image.ppi.map(|ppi| ppi.nominal_ppi()));
    }
    for record in transaction.type9() {
        let _ = (record.blocks(), record.positions(), record.patterns());
    }
    for record in transaction.friction_images() {
        let _ =
            (record.segments().count(), record.alternate_segments().count(), record.amputations().count());
        let _ = (record.quality().count(), record.descriptors().count(), record.boxes().count());
    }
    for record in transaction.type10() {
        let _ = (record.descriptors().count(), record.smt_codes().count(), record.colors().count());
    }
    for record in transaction.type17() {
        let _ = (record.rotation_deg(), record.eye());
    }
    let _ = nist_itl::validate_with(transaction, Profile::ebts());
    let _ = nist_itl::validate_with(transaction, Profile::int_i());
    let _ = nist_itl::inspect::view("mutation", bytes, transaction, |_| None);
    if let Ok(written) = transaction.to_bytes() {
        if reading.findings.is_empty() {
            assert_eq!(written, bytes, "a file without findings comes back as it was");
        }
        if let Ok(again) = nist_itl::read(&written)
            && let Ok(twice) = again.transaction.to_bytes()
        {
            assert_eq!(twice, written, "what was written once is written the same again");
        }
    }
}

/// Files to mutate: the builders' and one with binary records of types 4, 7 and 8.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        common::samples().iter().map(|(_, transaction)| transaction.to_bytes().unwrap()).collect();
    seeds.push(binary_sample().to_bytes().unwrap());
    seeds
}

fn binary_sample() -> Transaction<'static> {
    use nist_itl::{BinaryBody, BinaryRecord, FrictionHeader, SignatureHeader};
    let mut records: Vec<Record<'static>> = common::request(Profile::ebts()).records()[..2].to_vec();
    let header = FrictionHeader { imp: 3, fgp: [7, 8, 255, 255, 255, 255], isr: 0, hll: 16, vll: 8, cga: 0 };
    records.push(BinaryRecord::friction(4, 1, header, common::pixels(16, 8)).into());
    records.push(BinaryRecord::new(7, 2, BinaryBody::UserDefined, b"\x1C1.001:\x1D".to_vec()).into());
    let header = SignatureHeader { sig: 0, srt: 0, isr: 0, hll: 16, vll: 8 };
    records.push(BinaryRecord::new(8, 3, BinaryBody::Signature(header), vec![0x5A; 16]).into());
    Transaction::new(records).unwrap()
}

#[test]
fn binary_records_come_back() {
    let bytes = binary_sample().to_bytes().unwrap();
    let reading = nist_itl::read(&bytes).unwrap();
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    let image = reading.transaction.images().next().unwrap();
    assert_eq!((image.record_type, image.imp, image.positions.as_slice()), (4, Some(3), [7, 8].as_slice()));
    assert_eq!((image.hll, image.vll, image.payload), (Some(16), Some(8), common::pixels(16, 8).as_slice()));
    assert_eq!(image.ppi.map(|ppi| ppi.nominal_ppi()), Some(500));
    assert_eq!(reading.transaction.to_bytes().unwrap(), bytes);
    exercise(&bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_do_no_harm(
        seed in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..5, 1usize..40), 1..12),
    ) {
        let seeds = seeds();
        let mut bytes = seed.get(&seeds).clone();
        for (place, value, kind, count) in edits {
            if bytes.is_empty() {
                break;
            }
            // Half of the edits strike the Type-1 record, where the structure is decided.
            let reach = if value % 2 == 0 { bytes.len() } else { bytes.len().min(200) };
            let at = place.index(reach);
            let end = (at + count).min(bytes.len());
            match kind {
                0 => bytes[at] = value,
                1 => drop(bytes.drain(at..end)),
                2 => bytes.insert(at, [0x1C, 0x1D, 0x1E, 0x1F, b'9', b':', 0][usize::from(value) % 7]),
                3 => bytes.truncate(at),
                _ => {
                    let part = bytes[at..end].to_vec();
                    bytes.extend(part);
                }
            }
        }
        exercise(&bytes);
    }

    #[test]
    fn noise_after_a_header_does_no_harm(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"1.001:".to_vec();
        bytes.extend(noise);
        exercise(&bytes);
    }

    /// Whatever is put into fields comes out again, and the file needs no finding.
    #[test]
    fn fields_survive_writing_and_reading(
        values in prop::collection::vec((3u16..900, prop::collection::vec(prop::collection::vec("[ -~]{1,12}", 1..4), 1..4)), 0..12),
        payload in prop::collection::vec(any::<u8>(), 1..300),
    ) {
        let mut record = nist_itl::TaggedRecord::new(16);
        record.set_text(2, "01");
        for (number, subfields) in &values {
            record.set(nist_itl::Field::from_subfields(*number, subfields));
        }
        record.set(nist_itl::Field::new(999, payload.clone()));
        let header = common::request(Profile::ebts()).records()[0].clone();
        let transaction = Transaction::new(vec![header, record.clone().into()]).unwrap();
        let bytes = transaction.to_bytes().unwrap();
        let reading = nist_itl::read(&bytes).unwrap();
        prop_assert!(reading.findings.is_empty(), "{:?}", reading.findings);
        let read = reading.transaction.records()[1].tagged().unwrap();
        prop_assert_eq!(read.payload(), Some(payload.as_slice()));
        for field in record.fields() {
            prop_assert_eq!(read.bytes(field.number()), Some(field.bytes()));
        }
        prop_assert_eq!(reading.transaction.to_bytes().unwrap(), bytes);
    }
}

/// A file cut off anywhere: what came is read, and the cut is told.
#[test]
fn every_beginning_is_read() {
    for bytes in seeds() {
        for end in (0..bytes.len()).step_by(5) {
            let beginning = &bytes[..end];
            exercise(beginning);
            if let Ok(reading) = nist_itl::read(beginning) {
                assert!(!reading.findings.conforms(), "{end} of {}", bytes.len());
            }
        }
    }
}

/// Edits that make no file any more are refused when it is written.
#[test]
fn the_writer_refuses_what_is_no_transaction() {
    use nist_itl::{Field, WriteError};
    let check = |name: &str, edit: &dyn Fn(&mut Vec<Record<'static>>), expected: WriteError| {
        let mut transaction = common::request(Profile::ebts());
        edit(transaction.records_mut());
        assert_eq!(transaction.to_bytes(), Err(expected), "{name}");
    };
    let field = |records: &mut Vec<Record<'static>>, field: Field<'static>| {
        if let Record::Tagged(record) = &mut records[2] {
            record.push(field);
        }
    };
    check("no Type-1", &|records| drop(records.remove(0)), WriteError::TypeOne);
    check("two Type-1", &|records| records.push(records[0].clone()), WriteError::TypeOne);
    check("nothing", &|records| records.clear(), WriteError::TypeOne);
    check(
        "data not last",
        &|records| field(records, Field::text(5, "x")),
        WriteError::DataNotLast { record: 2 },
    );
    check(
        "a separator",
        &|records| drop(records.splice(2.., [tagged(14, &[(2, b"1"), (3, b"a\x1Db")])])),
        WriteError::Separator { record: 2, field: 3 },
    );
    check(
        "binary type as text",
        &|records| records.push(tagged(4, &[(2, b"9")])),
        WriteError::Shape { record: 4, record_type: 4 },
    );
    check("no IDC", &|records| records.push(tagged(14, &[(3, b"9")])), WriteError::NoIdc { record: 4 });
}

fn tagged(record_type: u8, fields: &[(u16, &'static [u8])]) -> Record<'static> {
    let mut record = nist_itl::TaggedRecord::new(record_type);
    for (number, value) in fields {
        record.set(nist_itl::Field::new(*number, *value));
    }
    record.into()
}

/// Lengths, separators and counts that lie: what can be found is found, and the finding says what is wrong.
#[test]
fn recovers_and_says_so() {
    let sound = common::request(Profile::ebts()).to_bytes().unwrap();
    let check = |name: &str, bytes: &[u8], rule: &str, images: usize| {
        let reading = nist_itl::read(bytes).unwrap();
        assert!(reading.findings.has(rule), "{name}: {:?}", reading.findings);
        assert_eq!(reading.transaction.images().count(), images, "{name}");
        exercise(bytes);
    };
    let replaced = |from: &str, to: &str| {
        let at = sound.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        [&sound[..at], to.as_bytes(), &sound[at + from.len()..]].concat()
    };
    let length = |record_type: u8| {
        let reading = nist_itl::read(&sound).unwrap();
        let record = reading.transaction.tagged().find(|record| record.record_type() == record_type).unwrap();
        record.text(1).unwrap().into_owned()
    };
    let lie = |record_type: u8, to: &str| {
        replaced(&format!("{record_type}.001:{}", length(record_type)), &format!("{record_type}.001:{to}"))
    };
    check("length too great", &lie(14, "9999999"), "len.wrong", 2);
    check("length too small", &lie(14, "100"), "len.wrong", 2);
    check("no number", &lie(14, "many"), "len.wrong", 2);
    check("empty length", &lie(14, ""), "len.wrong", 2);
    check("header's length", &lie(1, "77"), "len.wrong", 2);
    check("text record's length", &lie(2, "3"), "len.wrong", 2);
    check("one more announced", &replaced("\x1E14\x1F02", "\x1E14\x1F02\x1E14\x1F03"), "cnt.missing", 2);
    check("one fewer announced", &replaced("\x1E14\x1F02", ""), "cnt.extra", 2);
    check("other type announced", &replaced("\x1E14\x1F02", "\x1E13\x1F02"), "cnt.type", 2);
    check("other IDC announced", &replaced("\x1E14\x1F02", "\x1E14\x1F07"), "cnt.idc", 2);
    check("a type that is no number", &replaced("\x1E14\x1F02", "\x1Exx\x1F02"), "cnt.entry", 2);
    check("no 1.003", &replaced("1.003:", "1.030:"), "cnt.absent", 2);
    check("cut off", &sound[..sound.len() - 10], "len.wrong", 2);
    check("line end at the end", &[sound.as_slice(), b"\r\n"].concat(), "trailing", 2);
    check("something at the end", &[sound.as_slice(), b"EOF"].concat(), "trailing", 2);
    check("another transaction at the end", &[sound.as_slice(), &sound].concat(), "trailing.transaction", 2);
    check("a tag of another type", &replaced("14.004:", "13.004:"), "tag.type", 2);
    check("no tag", &replaced("14.004:", "source:"), "tag.unreadable", 2);
}

/// Versions before 2007 write field numbers with two digits; an edited record keeps to that.
#[test]
fn old_tags_stay_old() {
    let bytes = b"1.01:56\x1D1.02:0201\x1D1.03:1\x1F1\x1E2\x1F00\x1D1.04:LFFS\x1D1.05:19990131\x1C2.001:18\x1D2.002:00\x1C";
    let reading = nist_itl::read(bytes).unwrap();
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    assert_eq!(reading.transaction.to_bytes().unwrap(), bytes);
    let mut edited = reading.transaction.clone();
    if let Some(Record::Tagged(header)) = edited.records_mut().first_mut() {
        header.set_text(9, "TCN").set_text(4, "LFIS");
    }
    let written = edited.to_bytes().unwrap();
    let expected = b"1.01:65\x1D1.02:0201\x1D1.03:1\x1F1\x1E2\x1F00\x1D1.04:LFIS\x1D1.05:19990131\x1D1.09:TCN\x1C2.001:18\x1D2.002:00\x1C";
    assert_eq!(written.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

#[test]
fn limits_hold() {
    // A record of more fields than are taken, and a list of more records.
    let mut many = b"1.001:9\x1D1.002:0502\x1D1.003:1\x1F1\x1E2\x1F0\x1C2.001:9".to_vec();
    (0..FIELDS_MAX + 10).for_each(|_| many.extend(b"\x1D2.3:"));
    many.push(0x1C);
    let reading = nist_itl::read(&many).unwrap();
    assert!(reading.findings.has("limit"), "{:?}", reading.findings);
    exercise(&many);

    let mut list = b"1.001:9\x1D1.003:1\x1F9".to_vec();
    (0..RECORDS_MAX + 10).for_each(|_| list.extend(b"\x1E2\x1F0"));
    list.push(0x1C);
    (0..RECORDS_MAX + 10).for_each(|_| list.extend(b"2.001:8\x1C"));
    let reading = nist_itl::read(&list).unwrap();
    assert!(reading.findings.has("limit"));
    assert!(reading.findings.left_off() > 0 || reading.findings.len() <= FINDINGS_MAX);
    exercise(&list);
}

/// Megabytes made to cost: fields in number, subfields in number, long values with faults, lengths that
/// lie before data full of separators. The bound is generous; a quadratic walk would take minutes.
#[test]
fn hostile_files_take_no_time_and_no_memory() {
    let header =
        b"1.001:9\x1D1.002:0502\x1D1.003:1\x1F2\x1E2\x1F0\x1E14\x1F1\x1D1.004:CAR\x1C2.001:9\x1D2.002:00\x1C"
            .to_vec();
    let with = |parts: &[&[u8]], times: usize| {
        let mut bytes = header.clone();
        (0..times).for_each(|_| parts.iter().for_each(|part| bytes.extend_from_slice(part)));
        bytes.push(0x1C);
        bytes
    };
    let mut record = header.clone();
    record.extend(b"14.001:x");
    let long =
        |tag: &[u8], fill: &[u8]| [record.as_slice(), tag, &fill.repeat(8_000_000 / fill.len())].concat();
    let files = [
        ("repeated fields", with(&[b"14.001:x\x1D"], 1_000_000)),
        ("fields without tags", with(&[b"14.001:x\x1Dy\x1D"], 500_000)),
        ("records", with(&[b"14.001:x\x1C"], 500_000)),
        ("subfields", long(b"\x1D14.013:", b"99\x1E")),
        ("items", long(b"\x1D14.021:", b"9\x1F")),
        (
            "minutiae",
            [
                b"1.001:9\x1D1.003:1\x1F1\x1E9\x1F1\x1C9.001:x\x1D9.012:".as_slice(),
                &b"1\x1F11112222333\x1F0\x1FA\x1F1,1\x1E".repeat(300_000),
            ]
            .concat(),
        ),
        ("a long code", long(b"\x1D14.011:", b"Q")),
        (
            "many long codes",
            with(&[&[b"14.001:x\x1D14.011:".as_slice(), &[b'Q'; 4000], b"\x1C"].concat()], 1000),
        ),
        ("separators as data", long(b"\x1D14.999:", b"\x1C")),
        ("beginnings as data", long(b"\x1D14.999:", b"\x1C14.002:")),
        ("announcements", [b"1.001:9\x1D1.003:1\x1F1".as_slice(), &b"\x1E4\x1F1".repeat(1_000_000)].concat()),
    ];
    for (name, bytes) in files {
        let start = std::time::Instant::now();
        exercise(&bytes);
        let reading = nist_itl::read(&bytes).unwrap();
        let details: usize = reading.findings.iter().map(|finding| finding.detail.len()).sum();
        assert!(details < 300 * FINDINGS_MAX, "{name}: {details} bytes of findings");
        println!("{name}: {} bytes in {:?}", bytes.len(), start.elapsed());
        assert!(start.elapsed().as_secs() < 10, "{name}: {:?}", start.elapsed());
    }
}

/// Files that once broke the reader, kept by the fuzzer.
#[test]
fn old_crashes_stay_fixed() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crashes");
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        exercise(&std::fs::read(entry.unwrap().path()).unwrap());
    }
}
