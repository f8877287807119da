//! The seed corpus of the fuzz targets, made from nothing but code, and a replay of it and of every
//! input that once broke a reader.
//!
//! `RIDGELINE_BLESS=1` writes the corpus anew; else the files there must be those made here.
#![allow(clippy::unwrap_used, clippy::panic)]

use biometric_records::cbeff::{Bir, BirInfo};
use biometric_records::fir::{FingerImage, FingerImageRecord, FirFormat, Sampling};
use biometric_records::fmr::*;
use biometric_records::iir::{Details2011, Header2005, IrisHeader, IrisImage, IrisRecord};
use biometric_records::{Capture, Quality};
use raster::{EncodeOptions, Format, GreyImage};
use std::path::{Path, PathBuf};

fn fuzz_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

type Seed = (&'static str, String, Vec<u8>);

fn image() -> GreyImage {
    let pixels = (0..32_u32 * 24).map(|i| ((i % 32) * 5 + (i / 32) * 3 + (i * i) % 17) as u8).collect();
    GreyImage::new(32, 24, Some(500.0), pixels).unwrap()
}

fn images() -> Vec<Seed> {
    let formats = [
        (Format::Png, "png"),
        (Format::Jpeg, "jpg"),
        (Format::LosslessJpeg, "jpl"),
        (Format::Jp2, "jp2"),
        (Format::J2k, "j2k"),
        (Format::Tiff, "tif"),
        (Format::Bmp, "bmp"),
        (Format::Pnm, "pgm"),
        (Format::Wsq, "wsq"),
    ];
    let mut out = Vec::new();
    for (format, name) in formats {
        let bytes = raster::encode(&image(), format, &EncodeOptions::default()).unwrap();
        if format == Format::Wsq {
            out.push(("wsq", "small.wsq".into(), bytes.clone()));
        }
        out.push(("raster", format!("small.{name}"), bytes));
    }
    out
}

fn minutiae() -> Vec<Seed> {
    let formats = [
        FmrFormat::Iso2005,
        FmrFormat::Iso2011,
        FmrFormat::Ansi2004,
        FmrFormat::Ansi2009,
        FmrFormat::Ansi2009Am1,
    ];
    let view = |position: u8| FingerView {
        position,
        quality: vec![Quality { score: 80, ..Quality::default() }],
        geometry: Geometry { width: 300, height: 400, x_per_cm: 197, y_per_cm: 197 },
        with_minutia_quality: true,
        minutiae: vec![
            Minutia { kind: MinutiaKind::Ending, x: 120, y: 310, angle: 64, quality: Some(75) },
            Minutia { kind: MinutiaKind::Bifurcation, x: 20, y: 31, angle: 164, quality: Some(5) },
        ],
        extended: vec![
            Extended::RidgeCounts {
                method: 1,
                counts: vec![RidgeCount { from: 0, to: 1, count: 9 }],
                rest: vec![],
            },
            Extended::Singularities {
                cores: vec![Core { x: 100, y: 120, angle: Some(3) }],
                deltas: vec![Delta { x: 30, y: 300, angles: None }],
            },
            Extended::Other { code: 0x0100, data: vec![1, 2, 3] },
        ],
        ..FingerView::default()
    };
    let record = MinutiaeRecord::new(FmrFormat::Iso2005, vec![view(2), view(7)]);
    let seed = |format: FmrFormat| {
        let bytes = record.to_format(format).unwrap().to_bytes().unwrap();
        ("fmr", format!("{format:?}").to_lowercase(), bytes)
    };
    formats.map(seed).into()
}

fn records() -> Vec<Seed> {
    let png = raster::encode(&image(), Format::Png, &EncodeOptions::default()).unwrap();
    let finger = |format: FirFormat| {
        let sampling = Sampling { compression: 6, ..Sampling::raw_ppi(500) };
        let mut image = FingerImage::new(7, 32, 24, sampling, &png[..]);
        image.capture = (format == FirFormat::Iso2011).then(Capture::default);
        FingerImageRecord::new(format, vec![image]).to_bytes().unwrap()
    };
    let details = Details2011 { kind: 1, image_format: 0x0e, depth: 8, ..Details2011::default() };
    let iris = IrisRecord::new_2011(vec![IrisImage::new_2011(2, 32, 24, details, &png[..])]);
    let mut old = iris.clone();
    old.header = IrisHeader::Iso2005(Header2005 {
        image_format: 2,
        width: 4,
        height: 2,
        depth: 8,
        ..Header2005::default()
    });
    for i in &mut old.images {
        (i.width, i.height, i.details) = (4, 2, None);
        i.quality = vec![Quality { score: 50, ..Quality::default() }];
        i.data = vec![7; 8].into();
    }
    let info =
        BirInfo { kinds: vec!["Finger".into()], subtype: Some("Left Thumb".into()), ..BirInfo::default() };
    let inner = Bir { info: Some(info), data: Some(finger(FirFormat::Iso2005)), ..Bir::default() };
    let bir = Bir { version: Some((1, 1)), integrity: Some(false), children: vec![inner], ..Bir::default() };
    let tlv = [
        0x7f, 0x61, 0x10, 0x02, 0x01, 0x01, 0x7f, 0x60, 0x0a, 0xa1, 0x03, 0x81, 0x01, 0x08, 0x5f, 0x2e, 0x01,
        0x00,
    ];
    vec![
        ("fir", "iso2005".into(), finger(FirFormat::Iso2005)),
        ("fir", "iso2011".into(), finger(FirFormat::Iso2011)),
        ("fir", "ansi2004".into(), finger(FirFormat::Ansi2004)),
        ("iir", "iso2011".into(), iris.to_bytes().unwrap()),
        ("iir", "iso2005".into(), old.to_bytes().unwrap()),
        ("cbeff", "small.xml".into(), bir.to_xml().into_bytes()),
        ("cbeff", "templates".into(), tlv.to_vec()),
    ]
}

fn transactions() -> Vec<Seed> {
    // Lengths are filled in by the writer.
    use nist_itl::{BinaryBody, BinaryRecord, FrictionHeader, Record, TaggedRecord, Transaction};
    let mut one = TaggedRecord::new(1);
    let fields = [
        (2, "0502"),
        (3, "1\x1f3\x1e2\x1f00\x1e4\x1f01\x1e14\x1f02"),
        (4, "CAR"),
        (5, "20260102"),
        (7, "DAI"),
        (8, "ORI"),
        (9, "TCN1"),
        (11, "19.69"),
        (12, "19.69"),
    ];
    for (number, value) in fields {
        one.set_text(number, value);
    }
    let mut two = TaggedRecord::new(2);
    two.set_text(2, "00");
    let header = FrictionHeader { imp: 0, fgp: [7, 255, 255, 255, 255, 255], isr: 0, hll: 4, vll: 2, cga: 0 };
    let four = BinaryRecord::new(4, 1, BinaryBody::Friction(header), vec![9; 8]);
    let mut fourteen = TaggedRecord::new(14);
    let fields = [
        (2, "02"),
        (3, "0"),
        (4, "SRC"),
        (5, "20260102"),
        (6, "4"),
        (7, "2"),
        (8, "1"),
        (9, "500"),
        (10, "500"),
        (11, "NONE"),
        (12, "8"),
        (13, "7"),
    ];
    for (number, value) in fields {
        fourteen.set_text(number, value);
    }
    fourteen.set(nist_itl::Field::new(999, vec![9; 8]));
    let records =
        vec![Record::Tagged(one), Record::Tagged(two), Record::Binary(four), Record::Tagged(fourteen)];
    let bytes = Transaction::new(records).unwrap().to_bytes().unwrap();
    vec![("nist_itl", "four-records".into(), bytes)]
}

#[test]
fn the_corpus_is_what_this_test_makes() {
    let bless = std::env::var_os("RIDGELINE_BLESS").is_some();
    for (target, name, bytes) in [images(), minutiae(), records(), transactions()].concat() {
        let path = fuzz_dir().join("corpus").join(target).join(&name);
        if bless {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(kept == bytes, "{target}/{name} is not what is made here (RIDGELINE_BLESS=1 renews it)");
        assert!(bytes.len() < 4096, "{target}/{name} has {} bytes, too many for a seed", bytes.len());
    }
}

/// Every reader gets every file: a seed of one format is rubbish of a good kind to the others.
#[test]
fn seeds_and_old_crashes_are_read_without_harm() {
    let mut count = 0;
    for folder in ["corpus", "regressions"] {
        let Ok(targets) = std::fs::read_dir(fuzz_dir().join(folder)) else { continue };
        for target in targets {
            for file in std::fs::read_dir(target.unwrap().path()).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                let _ = biometric_records::read(&bytes).map(|p| p.value.to_bytes());
                let _ = biometric_records::cbeff::Bir::read_xml(&bytes);
                let _ = biometric_records::cbeff::tlv::read(&bytes);
                let _ = raster::decode(&bytes, &raster::Hints::raw(16, 16));
                let _ = nist_itl::read(&bytes).map(|r| nist_itl::validate(&r.transaction));
                count += 1;
            }
        }
    }
    assert!(count >= 20, "only {count} files were found");
}
