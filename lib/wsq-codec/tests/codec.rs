//! What the codec does with images that it makes itself, and with bytes that nobody made.

#![allow(clippy::unwrap_used)]

use std::num::NonZeroU16;

use proptest::prelude::*;
use wsq_codec::{
    EncodeError, EncodeOptions, Error, FilterBank, Limits, decode, decode_with, encode, read_header,
};

/// Curved ridges of nine pixels with grain, like a print at 500 ppi.
fn ridges(width: u16, height: u16) -> Vec<u8> {
    let mut noise = 7_u32;
    let mut pixel = |x: u16, y: u16| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (dx, dy) = (f64::from(x) - 60.0, f64::from(y) - 90.0);
        let ridge = (dx.hypot(dy * 1.3) / 9.0 * std::f64::consts::TAU).sin();
        (128.0 + 90.0 * ridge + f64::from(noise >> 28) - 8.0) as u8
    };
    (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect()
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    let squares: f64 = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) * a.len() as f64 / squares.max(1e-9)).log10()
}

#[test]
fn both_banks_of_any_parity_come_near_the_original() {
    for (width, height) in [(256, 256), (255, 257), (320, 201), (83, 111), (96, 97)] {
        let pixels = ridges(width, height);
        for bank in [FilterBank::Odd9x7, FilterBank::Even8x8] {
            let mut last = 0.0;
            // The finer the bins, the nearer; at 6 bits next to nothing is lost.
            for (rate, at_least) in [(0.75, 18.0), (2.25, 28.0), (6.0, 36.0)] {
                let bytes =
                    encode(&pixels, width, height, &EncodeOptions::new(rate).filter_bank(bank)).unwrap();
                let near = psnr(&pixels, decode(&bytes).unwrap().pixels());
                assert!(near > at_least && near > last, "{bank:?} {width} x {height} at {rate}: {near} dB");
                last = near;
            }
        }
    }
}

#[test]
fn size_follows_the_rate() {
    let pixels = ridges(400, 400);
    let size = |rate| encode(&pixels, 400, 400, &EncodeOptions::new(rate)).unwrap().len();
    let sizes: Vec<usize> = [0.5, 0.75, 1.5, 2.25, 4.0].map(size).to_vec();
    assert!(sizes.is_sorted(), "{sizes:?}");
    assert!(sizes[1] * 8 < 400 * 400, "{sizes:?}");
}

#[test]
fn flat_and_extreme_images_survive() {
    for value in [0, 1, 127, 255] {
        let bytes = encode(&[value; 64 * 48], 64, 48, &EncodeOptions::default()).unwrap();
        assert!(decode(&bytes).unwrap().pixels().iter().all(|&p| p == value), "{value}");
    }
    for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 2), (3, 5)] {
        let pixels = ridges(width, height);
        let image = decode(&encode(&pixels, width, height, &EncodeOptions::new(8.0)).unwrap()).unwrap();
        assert_eq!((image.width(), image.height()), (width, height));
    }
    let checks: Vec<u8> =
        (0..100 * 100).map(|i| if (i % 100 + i / 100) % 2 == 0 { 0 } else { 255 }).collect();
    let bytes = encode(&checks, 100, 100, &EncodeOptions::new(8.0)).unwrap();
    assert_eq!(decode(&bytes).unwrap().pixels().len(), 10_000);
}

#[test]
fn restarts_change_nothing_but_the_bytes() {
    let pixels = ridges(160, 120);
    let plain = encode(&pixels, 160, 120, &EncodeOptions::default()).unwrap();
    let expected = decode(&plain).unwrap();
    for interval in [1, 7, 500, 1000, u16::MAX] {
        let options = EncodeOptions::default().restart_interval(NonZeroU16::new(interval));
        let bytes = encode(&pixels, 160, 120, &options).unwrap();
        assert_ne!(bytes, plain);
        assert!(decode(&bytes).unwrap().pixels() == expected.pixels(), "every {interval}");
    }
    // A restart marker out of turn is noticed.
    let options = EncodeOptions::default().restart_interval(NonZeroU16::new(500));
    let mut bytes = encode(&pixels, 160, 120, &options).unwrap();
    let second = bytes.windows(2).position(|w| w == [0xff, 0xb1]).unwrap();
    bytes[second + 1] = 0xb5;
    assert!(matches!(decode(&bytes), Err(Error::Marker { marker: 0xffb5, .. })));
}

#[test]
fn comments_and_resolution_are_kept() {
    let pixels = ridges(64, 64);
    let options = EncodeOptions::default().ppi(1000).comment("first").comment("zweitens: ü");
    let bytes = encode(&pixels, 64, 64, &options).unwrap();
    let header = read_header(&bytes).unwrap();
    assert_eq!((header.width, header.height, header.ppi()), (64, 64, Some(1000)));
    let texts: Vec<_> = header.comments.iter().map(|c| c.text().into_owned()).collect();
    assert_eq!(&texts[1..], ["first", "zweitens: ü"]);
    assert_eq!(
        texts[0],
        "NIST_COM 9\nPIX_WIDTH 64\nPIX_HEIGHT 64\nPIX_DEPTH 8\nPPI 1000\nLOSSY 1\nCOLORSPACE GRAY\n\
         COMPRESSION WSQ\nWSQ_BITRATE 0.750000"
    );
    assert_eq!(decode(&bytes).unwrap().header(), &header);

    // A NISTCOM that is given is brought up to date, not doubled.
    let options = EncodeOptions::new(1.5).comment("NIST_COM 4\nSD_ID 14\nPPI 500\nPIX_WIDTH 1");
    let header = read_header(&encode(&pixels, 64, 64, &options).unwrap()).unwrap();
    assert_eq!((header.comments.len(), header.ppi()), (1, Some(500)));
    let com = header.comments[0].nist_com().unwrap();
    assert_eq!((com.get("SD_ID"), com.get("PIX_WIDTH")), (Some("14"), Some("64")));
    // No resolution is written as -1, as the reference does.
    let header = read_header(&encode(&pixels, 64, 64, &EncodeOptions::default()).unwrap()).unwrap();
    assert_eq!((header.ppi(), header.comments[0].nist_com().unwrap().get("PPI")), (None, Some("-1")));
}

#[test]
fn a_transform_table_with_a_wrong_length_is_read() {
    // The reference encoder built with the even bank writes 58 where 52 is right.
    let pixels = ridges(128, 128);
    let right =
        encode(&pixels, 128, 128, &EncodeOptions::default().filter_bank(FilterBank::Even8x8)).unwrap();
    let at = right.windows(2).position(|w| w == [0xff, 0xa4]).unwrap();
    assert_eq!(right[at + 3], 52);
    let mut wrong = right.clone();
    wrong[at + 3] = 58;
    assert_eq!(decode(&wrong).unwrap().pixels(), decode(&right).unwrap().pixels());
}

#[test]
fn what_cannot_be_encoded_is_refused() {
    let refuse = |pixels: &[u8], w, h, options: EncodeOptions| encode(pixels, w, h, &options).unwrap_err();
    let size = |e| matches!(e, EncodeError::Size { .. });
    assert!(size(refuse(&[], 0, 0, EncodeOptions::default())));
    assert!(size(refuse(&[1, 2, 3], 2, 2, EncodeOptions::default())));
    for rate in [0.0, -1.0, 8.1, f32::NAN, f32::INFINITY] {
        assert!(matches!(refuse(&[0; 4], 2, 2, EncodeOptions::new(rate)), EncodeError::BitRate(_)));
    }
    let long = EncodeOptions::default().comment("x".repeat(70_000));
    assert_eq!(refuse(&[0; 4], 2, 2, long), EncodeError::Comment(70_000));
}

#[test]
fn what_is_wrong_is_said() {
    let good = encode(&ridges(64, 48), 64, 48, &EncodeOptions::default()).unwrap();
    let at = |marker: u8| good.windows(2).position(|w| w == [0xff, marker]).unwrap();
    let changed = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        decode(&bytes).unwrap_err()
    };
    assert_eq!(decode(b""), Err(Error::NotWsq));
    assert_eq!(decode(&good[2..]), Err(Error::NotWsq));
    assert!(matches!(decode(&good[..good.len() / 2]), Err(Error::Truncated { .. })));
    assert!(matches!(decode(&good[..good.len() - 2]), Err(Error::Truncated { .. })));
    assert!(matches!(
        changed(at(0xa4) + 4, 200),
        Error::Parameter { what: "a filter's length", value: 200, .. }
    ));
    assert!(matches!(changed(at(0xa4) + 4, 8), Error::Parameter { .. }));
    assert!(matches!(changed(at(0xa6) + 4, 8), Error::Parameter { what: "a Huffman table's number", .. }));
    assert!(matches!(
        changed(at(0xa3) + 4, 5),
        Error::MissingTable { table: "the block's Huffman table", .. }
    ));
    assert!(matches!(changed(at(0xa2) + 7, 47), Error::Coefficients { .. }));
    assert!(matches!(changed(at(0xa2) + 1, 0xaf), Error::Marker { marker: 0xffaf, .. }));
    let limits = Limits { pixels: 64 * 48 - 1 };
    assert_eq!(decode_with(&good, &limits), Err(Error::TooLarge { width: 64, height: 48, limit: 3071 }));
}

/// So that a header that asks for much is refused rather than served.
const LIMITS: Limits = Limits { pixels: 1 << 18 };

proptest! {
    #[test]
    fn any_bytes_are_an_image_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = decode_with(&bytes, &LIMITS);
        let _ = decode_with(&[&[0xff, 0xa0, 0xff][..], &bytes].concat(), &LIMITS);
    }

    #[test]
    fn damaged_files_are_an_image_or_an_error(
        even in any::<bool>(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let bank = if even { FilterBank::Even8x8 } else { FilterBank::Odd9x7 };
        let mut bytes = encode(&ridges(40, 33), 40, 33, &EncodeOptions::default().filter_bank(bank)).unwrap();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let _ = decode_with(&bytes, &LIMITS);
        bytes.truncate(cut.index(bytes.len()));
        let _ = decode_with(&bytes, &LIMITS);
    }

    #[test]
    fn any_image_comes_back_in_its_size(
        width in 1..90_u16, height in 1..90_u16, seed in any::<u32>(), rate in 0.1_f32..8.0, even in any::<bool>(),
    ) {
        let mut state = seed;
        let mut next = || { state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); (state >> 24) as u8 };
        let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height)).map(|_| next()).collect();
        let bank = if even { FilterBank::Even8x8 } else { FilterBank::Odd9x7 };
        let bytes = encode(&pixels, width, height, &EncodeOptions::new(rate).ppi(500).filter_bank(bank)).unwrap();
        let image = decode(&bytes).unwrap();
        prop_assert_eq!((image.width(), image.height(), image.ppi()), (width, height, Some(500)));
        prop_assert_eq!(image.pixels().len(), pixels.len());
    }
}
