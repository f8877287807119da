//! Any bytes give a value or an error; what is written is read back equal; what is read without a
//! finding is written back byte for byte.
#![allow(clippy::unwrap_used, clippy::panic)]

use biometric_records::cbeff::{Bir, BirInfo, QualityInfo, tlv};
use biometric_records::fir::{ExtendedBlock, FingerImage, FingerImageRecord, FirFormat, Sampling};
use biometric_records::fmr::*;
use biometric_records::iir::{Details2011, Header2005, IrisHeader, IrisImage, IrisRecord};
use biometric_records::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn quality() -> impl Strategy<Value = Quality> {
    (0..=100_u8, any::<u16>(), any::<u16>()).prop_map(|(score, vendor, algorithm)| Quality {
        score,
        vendor,
        algorithm,
    })
}

fn capture(certified: bool) -> impl Strategy<Value = Capture> {
    let time = (1900..2100_u16, 1..=12_u8, 1..=31_u8, 0..24_u8, 0..60_u8, 0..60_u8, 0..1000_u16).prop_map(
        |(year, month, day, hour, minute, second, millisecond)| DateTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            millisecond,
        },
    );
    let certification =
        (any::<u16>(), 1..=3_u8).prop_map(|(authority, scheme)| Certification { authority, scheme });
    let certifications = vec(certification, 0..if certified { 3 } else { 1 });
    (time, 0..=20_u8, any::<u16>(), any::<u16>(), certifications).prop_map(
        move |(time, technology, vendor, device, mut certifications)| {
            certifications.truncate(if certified { 3 } else { 0 });
            Capture { time, technology, vendor, device, certifications }
        },
    )
}

fn format() -> impl Strategy<Value = FmrFormat> {
    prop::sample::select(vec![
        FmrFormat::Iso2005,
        FmrFormat::Iso2011,
        FmrFormat::Ansi2004,
        FmrFormat::Ansi2007,
        FmrFormat::Ansi2009,
        FmrFormat::Ansi2009Am1,
    ])
}

const GEOMETRY: Geometry = Geometry { width: 400, height: 500, x_per_cm: 197, y_per_cm: 197 };

fn minutia(with_quality: bool) -> impl Strategy<Value = Minutia> {
    let kind = prop::sample::select(vec![MinutiaKind::Other, MinutiaKind::Ending, MinutiaKind::Bifurcation]);
    (kind, 0..400_u16, 0..500_u16, 0..180_u8, 0..=100_u8).prop_map(move |(kind, x, y, angle, q)| Minutia {
        kind,
        x,
        y,
        angle,
        quality: with_quality.then_some(q),
    })
}

fn extended(format: FmrFormat) -> impl Strategy<Value = Extended> {
    let counts = (0..3_u8, vec((any::<u8>(), any::<u8>(), any::<u8>()), 0..6)).prop_map(|(method, list)| {
        let counts = list.into_iter().map(|(from, to, count)| RidgeCount { from, to, count }).collect();
        Extended::RidgeCounts { method, counts, rest: Vec::new() }
    });
    let point = || (0..400_u16, 0..500_u16);
    let singular =
        (any::<bool>(), vec((point(), 0..180_u8), 0..4), vec((point(), [0..180_u8, 0..180, 0..180]), 0..4))
            .prop_map(|(angles, cores, deltas)| Extended::Singularities {
                cores: cores
                    .into_iter()
                    .map(|((x, y), a)| Core { x, y, angle: angles.then_some(a) })
                    .collect(),
                deltas: deltas
                    .into_iter()
                    .map(|((x, y), a)| Delta { x, y, angles: angles.then_some(a) })
                    .collect(),
            });
    let other =
        (4..1000_u16, vec(any::<u8>(), 0..20)).prop_map(|(code, data)| Extended::Other { code, data });
    // A grid of 100-pixel cells over the image: 4 x 5.
    let zonal = (1..=8_u8, vec(any::<u8>(), 20)).prop_map(move |(depth, mut cells)| {
        cells.iter_mut().for_each(|c| *c &= u8::MAX >> (8 - depth));
        let algorithm = (format == FmrFormat::Iso2011).then_some((7, 9));
        Extended::Zonal(ZonalQuality { algorithm, cell_width: 100, cell_height: 100, depth, cells })
    });
    if format.is_ansi() {
        prop_oneof![counts, singular, other].boxed()
    } else {
        prop_oneof![counts, singular, other, zonal].boxed()
    }
}

fn minutiae_record() -> impl Strategy<Value = MinutiaeRecord> {
    (format(), any::<bool>(), any::<bool>()).prop_flat_map(|(format, certified, with_quality)| {
        let new = format == FmrFormat::Iso2011;
        let with_quality = with_quality || !new;
        let view = (
            quality(),
            capture(certified),
            vec(minutia(with_quality), 0..12),
            vec(extended(format), 0..4),
            0..=3_u8,
        );
        (vec(view, 1..5), 0..0x1000_u16, any::<u16>()).prop_map(move |(views, device, owner)| {
            let views = views.into_iter().enumerate().map(
                |(i, (mut quality, capture, minutiae, extended, impression))| {
                    if format.has_header_geometry() {
                        (quality.vendor, quality.algorithm) = (0, 0);
                    }
                    FingerView {
                        position: i as u8 + 1,
                        view_number: 0,
                        impression,
                        quality: vec![quality],
                        geometry: GEOMETRY,
                        capture: new.then_some(capture),
                        ending_kind: u8::from(new),
                        with_minutia_quality: with_quality,
                        minutiae,
                        extended,
                        bare_extended_lengths: false,
                        declared_extended_length: None,
                    }
                },
            );
            let mut record = MinutiaeRecord::new(format, views.collect());
            record.device = if new { 0 } else { device };
            record.certification_flag = new && certified;
            if let Some(p) = &mut record.product {
                p.owner = owner.max(1);
            }
            record
        })
    })
}

fn finger_record() -> impl Strategy<Value = FingerImageRecord<'static>> {
    let format = prop::sample::select(vec![FirFormat::Iso2005, FirFormat::Iso2011, FirFormat::Ansi2004]);
    (format, any::<bool>()).prop_flat_map(|(format, certified)| {
        let block = (1..6_u16, vec(any::<u8>(), 0..9)).prop_map(|(code, data)| ExtendedBlock { code, data });
        let image = (quality(), capture(certified), vec(any::<u8>(), 0..60), vec(block, 0..3));
        vec(image, 1..5).prop_map(move |images| {
            let new = format == FirFormat::Iso2011;
            let sampling = Sampling { compression: 2, ..Sampling::raw_ppi(500) };
            let images = images.into_iter().enumerate().map(|(i, (mut q, capture, data, extended))| {
                if !new {
                    (q.vendor, q.algorithm) = (0, 0);
                }
                let mut image = FingerImage::new(i as u8, 300, 400, sampling, data);
                image.quality = vec![q];
                image.capture = new.then_some(capture);
                image.extended = if new { extended } else { Vec::new() };
                image
            });
            let mut record = FingerImageRecord::new(format, images.collect());
            record.certification_flag = new && certified;
            record
        })
    })
}

fn iris_record() -> impl Strategy<Value = IrisRecord<'static>> {
    let image = (capture(false), quality(), vec(any::<u8>(), 0..60), any::<[u16; 8]>(), 1..=2_u8);
    (any::<bool>(), vec(image, 1..5), any::<[u8; 16]>()).prop_map(|(new, images, device_unique_id)| {
        let images: Vec<_> = images
            .into_iter()
            .enumerate()
            .map(|(i, (capture, mut q, data, n, eye))| {
                if !new {
                    (q.vendor, q.algorithm) = (0, 0);
                }
                let details = Details2011 {
                    capture,
                    kind: 2,
                    image_format: 0x0a,
                    properties: 5,
                    depth: 8,
                    range_mm: n[0],
                    centre: [n[1], n[2], n[3], n[4]],
                    diameter: [n[5], n[6]],
                    declared_length: None,
                };
                let mut image =
                    IrisImage::new_2011(if new { eye } else { u8::from(i > 2) + 1 }, 640, 480, details, data);
                image.quality = vec![q];
                image.roll = n[7];
                if !new {
                    image.details = None;
                }
                image
            })
            .collect();
        let mut record = IrisRecord::new_2011(images);
        if !new {
            record.header = IrisHeader::Iso2005(Header2005 {
                image_format: 0x0e,
                width: 640,
                height: 480,
                depth: 8,
                device_unique_id,
                ..Header2005::default()
            });
        }
        record
    })
}

fn bir(depth: u32) -> BoxedStrategy<Bir> {
    let text = "[ -~\u{e4}\u{4e00}]{0,12}".prop_map(|s: String| s.trim().to_owned());
    let info = (
        prop::option::of(text.clone()),
        prop::option::of((text.clone(), text.clone())),
        vec(text.clone(), 0..3),
    )
        .prop_map(|(index, pair, kinds)| BirInfo {
            index,
            quality: pair.clone().map(|p| QualityInfo { score: Some(p.0.clone()), algorithm: Some(p) }),
            format: pair,
            kinds,
            ..BirInfo::default()
        });
    let leaf = (
        prop::option::of(info),
        prop::option::of(vec(any::<u8>(), 0..40)),
        vec((text.clone(), text), 0..3),
        prop::option::of(any::<bool>()),
        prop::option::of((any::<u32>(), any::<u32>())),
    )
        .prop_map(|(info, data, others, integrity, version)| Bir {
            info,
            data,
            others,
            integrity,
            version,
            ..Bir::default()
        });
    leaf.prop_recursive(depth, 12, 3, |inner| {
        (inner.clone(), vec(inner, 0..3)).prop_map(|(mut outer, children)| {
            outer.children = children;
            outer
        })
    })
    .boxed()
}

/// Reads bytes of any quality; a record without findings must come back as it was.
fn check_any(bytes: &[u8]) {
    if let Ok(parsed) = read(bytes) {
        assert!(parsed.findings.len() <= MAX_FINDINGS);
        let again = parsed.value.to_bytes();
        if parsed.findings.is_empty() && !matches!(parsed.value, Record::CbeffXml(_)) {
            assert_eq!(again.as_deref(), Ok(bytes));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn minutiae_go_round(record in minutiae_record()) {
        let bytes = record.to_bytes().unwrap();
        let back = MinutiaeRecord::read(&bytes).unwrap();
        prop_assert_eq!(&back.findings, &vec![]);
        prop_assert_eq!(&back.value, &record);
        prop_assert!(back.value.to_json().is_object());
    }

    #[test]
    fn minutiae_change_edition(record in minutiae_record(), to in format()) {
        let other = record.to_format(to).unwrap();
        let bytes = other.to_bytes().unwrap();
        let back = MinutiaeRecord::read(&bytes).unwrap();
        prop_assert!(!back.has_errors(), "{:?}", back.findings);
        prop_assert_eq!(back.value.format, to);
        for (a, b) in record.views.iter().zip(&back.value.views) {
            prop_assert_eq!(a.minutiae.len(), b.minutiae.len());
            for (m, n) in a.minutiae.iter().zip(&b.minutiae) {
                prop_assert_eq!((m.kind, m.x, m.y), (n.kind, n.x, n.y));
                let turn = f64::from(m.angle) * record.format.angle_step_deg() - f64::from(n.angle) * to.angle_step_deg();
                prop_assert!((turn.rem_euclid(360.0) + 1.0).rem_euclid(360.0) <= 2.0, "turned by {turn}");
            }
        }
    }

    #[test]
    fn finger_images_go_round(record in finger_record()) {
        let bytes = record.to_bytes().unwrap();
        let back = FingerImageRecord::read(&bytes).unwrap();
        prop_assert_eq!(&back.findings, &vec![]);
        prop_assert_eq!(&back.value, &record);
        prop_assert!(back.value.into_owned() == record);
    }

    #[test]
    fn irises_go_round(record in iris_record()) {
        let bytes = record.to_bytes().unwrap();
        let back = IrisRecord::read(&bytes).unwrap();
        prop_assert_eq!(&back.findings, &vec![]);
        prop_assert_eq!(&back.value, &record);
    }

    #[test]
    fn xml_goes_round(record in bir(3)) {
        let xml = record.to_xml();
        let back = Bir::read_xml(xml.as_bytes()).unwrap();
        prop_assert_eq!(&back.value, &record);
        prop_assert_eq!(back.value.to_xml(), xml);
    }

    #[test]
    fn damaged_records_give_a_value_or_an_error(
        minutiae in minutiae_record(), fingers in finger_record(), irises in iris_record(), xml in bir(2),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..6), cut in any::<prop::sample::Index>(),
    ) {
        let files = [
            minutiae.to_bytes().unwrap(), fingers.to_bytes().unwrap(), irises.to_bytes().unwrap(),
            xml.to_xml().into_bytes(),
        ];
        for mut bytes in files {
            check_any(&bytes[..cut.index(bytes.len())]);
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            check_any(&bytes);
        }
    }

    #[test]
    fn any_bytes_give_a_value_or_an_error(
        magic in prop::sample::select(vec![
            &b"FMR\0 20\0"[..], b"FMR\x00030\0", b"FMR\x00035\0", b"FIR\x00010\0", b"FIR\x00020\0",
            b"IIR\x00010\0", b"IIR\x00020\0", b"\x7f\x61", b"<BIR>", b"",
        ]),
        tail in vec(any::<u8>(), 0..300),
    ) {
        check_any(&[magic, &tail].concat());
    }

    #[test]
    fn data_objects_go_round(bytes in vec(prop::sample::select(vec![0x7f_u8, 0x61, 0x60, 0xa1, 0x81, 0x02, 0x01, 0, 0x84]), 0..60)) {
        if let Ok(parsed) = tlv::read(&bytes) {
            prop_assert_eq!(tlv::write(&parsed.value).unwrap(), bytes);
        }
    }
}

#[test]
fn lengths_that_promise_gigabytes_cost_nothing() {
    // One representation of 4 GiB in a record of 30 bytes; zones of 1 x 1 over 65,535 squared pixels.
    let mut fir = b"FIR\x00020\0\xff\xff\xff\xff\xff\xff\0\x01\xff\xff\xff\xff".to_vec();
    fir.resize(40, 0);
    assert!(matches!(read(&fir), Err(Error::Truncated { .. })));
    let mut fmr = b"FMR\0 20\0\0\0\0\x2b\0\0\xff\xff\xff\xff\0\xc5\0\xc5\x01\0\x01\0\x50\0\0\x07\0\x03\0\x07\x01\x01\x08".to_vec();
    fmr[11] = fmr.len() as u8;
    let parsed = read(&fmr).unwrap();
    let Record::Minutiae(record) = parsed.value else { panic!("not minutiae") };
    assert!(matches!(record.views[0].extended[0], Extended::Other { code: 3, .. }));
    assert_eq!(parsed.findings[0].rule, "extended-block");
}

#[test]
fn documents_made_to_blow_up_are_refused() {
    let bomb = b"<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a \"aaaa\">]><BIR>&a;</BIR>";
    assert!(Bir::read_xml(bomb).is_err());
    let deep = format!("{}{}", "<BIR>".repeat(100_000), "</BIR>".repeat(100_000));
    assert!(matches!(Bir::read_xml(deep.as_bytes()), Err(Error::Limit { .. })));
    let wide = format!("<BIR>{}</BIR>", "<a/>".repeat(2_000_000));
    assert!(matches!(Bir::read_xml(wide.as_bytes()), Err(Error::Limit { .. })));
    let deep = [0x7f, 0x61, 0x82, 0, 0].repeat(10);
    assert!(read(&deep).is_ok());
}
