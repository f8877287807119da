//! Records as real writers get them wrong: read with the right finding, written back byte for byte.
#![allow(clippy::unwrap_used, clippy::panic)]

use biometric_records::fir::{FingerImage, FingerImageRecord, FirFormat, Sampling};
use biometric_records::fmr::*;
use biometric_records::iir::{Details2011, IrisImage, IrisRecord};
use biometric_records::{Quality, Severity, read};

fn minutiae(format: FmrFormat, extended: Vec<Extended>) -> Vec<u8> {
    let view = FingerView {
        position: 2,
        quality: vec![Quality { score: 60, ..Quality::default() }],
        geometry: Geometry { width: 300, height: 400, x_per_cm: 197, y_per_cm: 197 },
        with_minutia_quality: true,
        minutiae: vec![Minutia { kind: MinutiaKind::Ending, x: 10, y: 20, angle: 30, quality: Some(40) }],
        extended,
        ..FingerView::default()
    };
    let mut record = MinutiaeRecord::new(format, vec![view]);
    if let Some(p) = &mut record.product {
        p.owner = 1;
    }
    record.to_bytes().unwrap()
}

/// The rules of the findings, and that the record goes round.
fn check(bytes: &[u8], expected: &[(Severity, &str)]) {
    let parsed = read(bytes).unwrap();
    let got: Vec<_> = parsed.findings.iter().map(|f| (f.severity, f.rule)).collect();
    assert_eq!(got, expected, "{:?}", parsed.findings);
    assert!(parsed.value.to_bytes().unwrap() == bytes, "not written back as it was");
}

const OTHER: &[u8] = &[1, 2, 3, 4];

#[test]
fn lengths_that_count_the_data_alone() {
    let mut bytes = minutiae(FmrFormat::Iso2005, vec![Extended::Other { code: 0x221, data: OTHER.into() }]);
    let at = bytes.len() - OTHER.len() - 1;
    assert_eq!(bytes[at], 8);
    check(&bytes, &[]);
    bytes[at] = 4;
    check(&bytes, &[(Severity::Note, "extended-length")]);
}

#[test]
fn an_extended_area_that_the_record_cuts_short() {
    let mut bytes = minutiae(FmrFormat::Iso2005, vec![Extended::Other { code: 0x221, data: OTHER.into() }]);
    bytes.pop();
    bytes[11] -= 1;
    check(&bytes, &[(Severity::Error, "extended-length"), (Severity::Error, "extended-structure")]);
}

#[test]
fn bytes_after_the_last_ridge_count() {
    let counts = vec![RidgeCount { from: 0, to: 1, count: 2 }];
    let block = Extended::RidgeCounts { method: 0, counts, rest: vec![9, 9] };
    check(&minutiae(FmrFormat::Ansi2004, vec![block]), &[(Severity::Error, "extended-block")]);
}

#[test]
fn a_core_list_that_says_it_has_angles_and_is_empty() {
    // The typed form cannot tell this from an empty list without angles: the block stays bytes.
    let block = Extended::Other { code: 2, data: vec![0x40, 0x40] };
    check(&minutiae(FmrFormat::Ansi2009, vec![block]), &[(Severity::Warning, "extended-block")]);
}

#[test]
fn a_wrong_total_length_and_trailing_bytes() {
    for format in [FmrFormat::Iso2005, FmrFormat::Iso2011, FmrFormat::Ansi2004, FmrFormat::Ansi2009] {
        let mut bytes = minutiae(format, Vec::new());
        bytes.extend(b"\xff\xd9\0");
        check(&bytes, &[(Severity::Error, "trailing-bytes"), (Severity::Error, "record-length")]);
    }
    let image = FingerImage::new(7, 4, 2, Sampling::raw_ppi(500), vec![1; 8]);
    for format in [FirFormat::Iso2005, FirFormat::Iso2011, FirFormat::Ansi2004] {
        let mut bytes = FingerImageRecord::new(format, vec![image.clone()]).to_bytes().unwrap();
        bytes.push(0);
        check(&bytes, &[(Severity::Error, "trailing-bytes"), (Severity::Error, "record-length")]);
    }
}

#[test]
fn a_version_spelt_with_a_zero() {
    let mut bytes = minutiae(FmrFormat::Ansi2004, Vec::new());
    bytes[4] = b'0';
    check(&bytes, &[(Severity::Warning, "version")]);
}

#[test]
fn an_iris_length_that_forgets_a_quality_block() {
    let details = Details2011 { kind: 1, image_format: 2, depth: 8, ..Details2011::default() };
    let mut image = IrisImage::new_2011(1, 4, 2, details, vec![1; 8]);
    image.quality = vec![Quality { score: 7, ..Quality::default() }];
    let mut bytes = IrisRecord::new_2011(vec![image]).to_bytes().unwrap();
    check(&bytes, &[]);
    bytes[19] -= 5;
    check(&bytes, &[(Severity::Error, "representation-length")]);
}

#[test]
fn what_lies_outside_the_image_or_the_lists() {
    let mut bytes = minutiae(FmrFormat::Iso2005, Vec::new());
    bytes[24] = 99; // position
    bytes[28] = 0xff; // type and x of the minutia
    check(
        &bytes,
        &[(Severity::Warning, "code"), (Severity::Warning, "code"), (Severity::Error, "minutia-position")],
    );
}
