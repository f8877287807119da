//! The public sample records: equal to the JSON beside them, and written back byte for byte.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use biometric_records::cbeff::{Bir, tlv};
use biometric_records::fir::FingerImageRecord;
use biometric_records::fmr::{FmrFormat, MinutiaeRecord};
use biometric_records::iir::{IrisCodec, IrisRecord};
use biometric_records::{Record, read};
use std::path::Path;

/// Reads, compares the kind, writes back.
fn check(path: &Path, format: &str, views: usize) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = std::fs::read(path).unwrap();
    let parsed = read(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(parsed.value.format_name(), format, "{name}");
    let count = match &parsed.value {
        Record::Minutiae(r) => r.views.len(),
        Record::FingerImages(r) => r.images.len(),
        Record::Irises(r) => r.images.len(),
        _ => 0,
    };
    assert_eq!(count, views, "{name}");
    assert!(parsed.value.to_bytes().unwrap() == bytes, "{name} is not written back as it was");
}

#[test]
fn minutiae_equal_their_json_and_go_round() {
    let Some(dir) = support::data_dir() else { return };
    let dir = dir.join("minutiae");
    let cases = [
        ("ansi378v2004-sample.dat", FmrFormat::Ansi2004, 2),
        ("ansi378v2009-sample.dat", FmrFormat::Ansi2009, 2),
        ("ansi378v2009am1-sample.dat", FmrFormat::Ansi2009Am1, 2),
        ("iso19794p2v2005-sample.dat", FmrFormat::Iso2005, 2),
        ("iso19794p2v2011-sample.dat", FmrFormat::Iso2011, 2),
        ("fmr.ansi2004", FmrFormat::Ansi2004, 3),
        ("fmr.ansi2007", FmrFormat::Ansi2007, 2),
        ("fmr.iso2005", FmrFormat::Iso2005, 2),
        ("iso-probe.dat", FmrFormat::Iso2005, 1),
        ("iso-matching.dat", FmrFormat::Iso2005, 1),
        ("iso-nonmatching.dat", FmrFormat::Iso2005, 1),
    ];
    let mut compared = 0;
    for (name, format, views) in cases {
        let path = dir.join(name);
        check(&path, format.name(), views);
        if let Ok(text) = std::fs::read_to_string(path.with_extension("json")) {
            let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
            let got = MinutiaeRecord::read(&std::fs::read(&path).unwrap()).unwrap().value.to_json();
            assert_eq!(got, expected, "{name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
}

#[test]
fn finger_images_go_round() {
    let Some(dir) = support::data_dir() else { return };
    let (mut new, mut old) = (0, 0);
    for path in support::files(&dir.join("fir"), &[".fir"]) {
        check(&path, "ISO/IEC 19794-4:2011", 1);
        let bytes = std::fs::read(&path).unwrap();
        let record = FingerImageRecord::read(&bytes).unwrap().value;
        let image = &record.images[0];
        assert_eq!((image.width, image.height, image.sampling.ppi()), (275, 400, Some(500.0)), "{path:?}");
        assert!(image.data.starts_with(b"\0\0\0\x0cjP  "), "{path:?} holds no JPEG 2000 image");
        new += 1;
    }
    for path in support::files(&dir.join("fir"), &[".iso"]) {
        check(&path, "ISO/IEC 19794-4:2005", 1);
        old += 1;
    }
    assert_eq!((new, old), (22, 10));
}

#[test]
fn irises_go_round() {
    let Some(dir) = support::data_dir() else { return };
    let dir = dir.join("iris");
    let files = support::files(&dir, &[".iir"]);
    assert_eq!(files.len(), 25);
    for path in files {
        check(&path, "ISO/IEC 19794-6:2011", 1);
        let bytes = std::fs::read(&path).unwrap();
        let record = IrisRecord::read(&bytes).unwrap().value;
        assert_eq!(record.codec(&record.images[0]), Some(IrisCodec::Jpeg2000), "{path:?}");
        let right = path.to_string_lossy().contains("Right");
        assert_eq!(record.images[0].eye, if right { 1 } else { 2 }, "{path:?}");
    }
    check(&dir.join("iris01.iso2011"), "ISO/IEC 19794-6:2011", 1);
    check(&dir.join("Sample_IRIS.iso"), "ISO/IEC 19794-6:2005", 1);
}

#[test]
fn cbeff_goes_round() {
    let Some(dir) = support::data_dir() else { return };
    check(&dir.join("fir/TLVBIT.dat"), "CBEFF TLV (ISO/IEC 7816-11)", 0);
    check(&dir.join("fir/cbeff-sample.xml"), "CBEFF XML (ISO/IEC 19785-3)", 0);

    let bytes = std::fs::read(dir.join("fir/TLVBIT.dat")).unwrap();
    let objects = tlv::read(&bytes).unwrap();
    assert!(objects.findings.is_empty());
    let templates = tlv::templates(&objects.value);
    assert_eq!(templates.len(), 2);
    assert_eq!((templates[0].kind, templates[0].subtype), (Some(8), Some(2)));
    assert_eq!((templates[1].format_owner, templates[1].format_type), (Some(0xbeef), Some(0xdead)));

    let bytes = std::fs::read(dir.join("fir/cbeff-sample.xml")).unwrap();
    let bir = Bir::read_xml(&bytes).unwrap().value;
    let mut kinds = std::collections::BTreeMap::new();
    for inner in bir.walk() {
        if let Some(data) = inner.data.as_deref() {
            let kind = read(data).map(|p| p.value.format_name()).unwrap_or("not a record of ours");
            *kinds.entry(kind).or_insert(0) += 1;
        }
    }
    println!("blocks of the XML sample: {kinds:?}");
    assert_eq!(kinds.get("ISO/IEC 19794-4:2011"), Some(&10));
    assert_eq!(kinds.get("ISO/IEC 19794-6:2011"), Some(&2));
}
