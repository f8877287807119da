//! Any bytes give an image or an error, soon and without a panic.

#![allow(clippy::unwrap_used)]

mod common;

use common::ridges;
use proptest::prelude::*;
use raster::{EncodeOptions, Format, Hints, Limits, decode, encode};

/// Small, so that a header that asks for much is refused rather than served.
fn hints() -> Hints {
    Hints {
        limits: Limits { pixels: 1 << 20, working_bytes: 64 << 20, ..Limits::default() },
        ..Hints::raw(4, 4)
    }
}

const WRITTEN: [Format; 8] = [
    Format::Wsq,
    Format::Png,
    Format::Jpeg,
    Format::LosslessJpeg,
    Format::Jp2,
    Format::Tiff,
    Format::Bmp,
    Format::Pnm,
];

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes, &hints());
    }

    #[test]
    fn any_bytes_in_any_format(format in 0..9_usize, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let magic: &[u8] = [
            &b"\xff\xa0\xff"[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xc3\x00\x0b\x08",
            b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51", b"II*\0", b"BM", b"P5 ",
        ][format];
        let _ = decode(&[magic, &bytes].concat(), &hints());
    }

    #[test]
    fn damaged_files(
        format in 0..WRITTEN.len(),
        cut in any::<prop::sample::Index>(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let mut bytes = encode(&ridges(40, 33, Some(500.0)), WRITTEN[format], &EncodeOptions::default()).unwrap();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let _ = decode(&bytes, &hints());
    }

    #[test]
    fn lossless_round_trips(width in 1..40_u32, height in 1..40_u32, seed in any::<u64>(), format in 0..5_usize) {
        let mut state = seed | 1;
        let mut next = || { state ^= state << 13; state ^= state >> 7; state ^= state << 17; state as u8 };
        let pixels = (0..width * height).map(|_| next()).collect();
        let image = raster::GreyImage::new(width, height, Some(500.0), pixels).unwrap();
        let format = [Format::Png, Format::LosslessJpeg, Format::Tiff, Format::Bmp, Format::Pnm][format];
        let bytes = encode(&image, format, &EncodeOptions::default()).unwrap();
        prop_assert_eq!(decode(&bytes, &Hints::default()).unwrap(), image);
    }
}
