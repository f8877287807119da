//! Every format that is written comes back; every sample layout becomes the grey that the documentation states.

#![allow(clippy::unwrap_used)]

mod common;

use common::{psnr, ridges};
use raster::{
    Channels, DecodeError, EncodeOptions, Format, GreyImage, Hints, Limits, RawGeometry, decode,
    decode_picture, decode_rgb, encode,
};

const LOSSLESS: [Format; 6] =
    [Format::Png, Format::LosslessJpeg, Format::Jp2, Format::Tiff, Format::Bmp, Format::Pnm];

#[test]
fn lossless_formats_give_the_same_image_back() {
    for (width, height) in [(1, 1), (7, 5), (64, 64), (201, 97)] {
        for ppi in [None, Some(500.0), Some(1000.0)] {
            let image = ridges(width, height, ppi);
            for format in LOSSLESS {
                let bytes = encode(&image, format, &EncodeOptions::default()).unwrap();
                assert_eq!(Format::sniff(&bytes), Some(format));
                let back = decode(&bytes, &Hints::default()).unwrap();
                assert_eq!(back, image, "{format} {width} x {height}, {ppi:?} ppi");
            }
        }
    }
}

#[test]
fn lossy_formats_come_near() {
    let image = ridges(203, 155, Some(500.0));
    for (format, at_least) in [(Format::Jpeg, 38.0), (Format::Wsq, 28.0)] {
        let options = EncodeOptions { wsq_bits_per_pixel: 2.25, jpeg_quality: 95 };
        let bytes = encode(&image, format, &options).unwrap();
        assert_eq!(Format::sniff(&bytes), Some(format));
        let back = decode(&bytes, &Hints::default()).unwrap();
        assert_eq!((back.width(), back.height(), back.ppi()), (203, 155, Some(500.0)));
        assert!(psnr(&image, &back) > at_least, "{format}: {} dB", psnr(&image, &back));
    }
    assert!(encode(&image, Format::Jpeg, &EncodeOptions { jpeg_quality: 0, ..Default::default() }).is_err());
    assert!(
        encode(&image, Format::Wsq, &EncodeOptions { wsq_bits_per_pixel: 0.0, ..Default::default() })
            .is_err()
    );
}

#[test]
fn a_hint_overrides_the_files_resolution() {
    let png = encode(&ridges(9, 9, Some(96.0)), Format::Png, &EncodeOptions::default()).unwrap();
    assert_eq!(decode(&png, &Hints::default()).unwrap().ppi(), Some(96.0));
    assert_eq!(decode(&png, &Hints::ppi(512.0)).unwrap().ppi(), Some(512.0));
}

fn png(
    colour: png::ColorType,
    depth: png::BitDepth,
    width: u32,
    data: &[u8],
    palette: Option<&[u8]>,
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, 1);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if let Some(palette) = palette {
        encoder.set_palette(palette.to_vec());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    out
}

#[test]
fn depths_colours_and_opacity_become_grey_as_documented() {
    use png::{BitDepth as B, ColorType as C};
    let check = |bytes: &[u8], channels: Channels, bits: u8, grey: &[u8]| {
        let picture = decode_picture(bytes, &Hints::default()).unwrap();
        assert_eq!((picture.channels(), picture.bits()), (channels, bits));
        assert_eq!(decode(bytes, &Hints::default()).unwrap().pixels(), grey);
        assert_eq!(decode_rgb(bytes, &Hints::default()).unwrap().pixels().len(), grey.len() * 3);
    };
    check(&png(C::Grayscale, B::One, 4, &[0b1010_0000], None), Channels::Grey, 1, &[255, 0, 255, 0]);
    check(&png(C::Grayscale, B::Four, 2, &[0x0f], None), Channels::Grey, 4, &[0, 255]);
    // 0x8080 is 128 / 255 of white; 0x807f rounds to it as well.
    check(
        &png(C::Grayscale, B::Sixteen, 2, &[0x80, 0x80, 0x80, 0x7f], None),
        Channels::Grey,
        16,
        &[128, 128],
    );
    check(&png(C::Rgb, B::Eight, 2, &[255, 0, 0, 10, 200, 30], None), Channels::Rgb, 8, &[76, 124]);
    check(
        &png(C::GrayscaleAlpha, B::Eight, 3, &[0, 0, 0, 255, 100, 128], None),
        Channels::GreyAlpha,
        8,
        &[255, 0, 177],
    );
    check(&png(C::Rgba, B::Eight, 1, &[0, 0, 255, 255], None), Channels::RgbAlpha, 8, &[29]);
    check(
        &png(C::Indexed, B::Two, 2, &[0b0110_0000], Some(&[0, 0, 0, 9, 9, 9, 0, 255, 0])),
        Channels::Rgb,
        2,
        &[9, 150],
    );
}

#[test]
fn plain_and_binary_maps_are_read() {
    let check = |bytes: &[u8], grey: &[u8]| {
        assert_eq!(
            decode(bytes, &Hints::default()).unwrap().pixels(),
            grey,
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    };
    check(b"P1\n# a comment\n3 2\n1 0 1\n010", &[0, 255, 0, 255, 0, 255]);
    check(b"P2 2 1 10\n0 5", &[0, 128]);
    check(b"P3 1 1 255 255 0 0", &[76]);
    check(b"P4 9 1\n\x80\x80", &[0, 255, 255, 255, 255, 255, 255, 255, 0]);
    check(b"P5 2 1 15 \x00\x0f", &[0, 255]);
    check(b"P5 1 1 65535 \xff\xff", &[255]);
    check(b"P6 1 1 255 \x00\xff\x00", &[150]);
}

#[test]
fn bitmaps_of_all_depths_are_read() {
    let file = |bits: u16, compression: u32, height: i32, extra: &[u8], data: &[u8]| {
        let at = 54 + extra.len() as u32;
        let mut out = b"BM".to_vec();
        for v in [at + data.len() as u32, 0, at, 40, 2] {
            out.extend_from_slice(&v.to_le_bytes());
        }
        out.extend_from_slice(&height.to_le_bytes());
        out.extend_from_slice(&[1, 0]);
        out.extend_from_slice(&bits.to_le_bytes());
        for v in [
            compression,
            data.len() as u32,
            19_685,
            19_685,
            if bits <= 8 { extra.len() as u32 / 4 } else { 0 },
            0,
        ] {
            out.extend_from_slice(&v.to_le_bytes());
        }
        out.extend_from_slice(extra);
        out.extend_from_slice(data);
        out
    };
    let check = |bytes: &[u8], grey: &[u8]| {
        let image = decode(bytes, &Hints::default()).unwrap();
        assert_eq!((image.pixels(), image.ppi()), (grey, Some(500.0)));
    };
    let palette = [0, 0, 0, 0, 255, 255, 255, 0];
    check(&file(1, 0, 1, &palette, &[0b0100_0000, 0, 0, 0]), &[0, 255]);
    check(&file(4, 0, 1, &palette, &[0x10, 0, 0, 0]), &[255, 0]);
    check(&file(8, 0, 1, &palette, &[1, 0, 0, 0]), &[255, 0]);
    // Rows go up, unless the height is negative.
    check(&file(8, 0, 2, &palette, &[1, 1, 0, 0, 0, 0, 0, 0]), &[0, 0, 255, 255]);
    check(&file(8, 0, -2, &palette, &[1, 1, 0, 0, 0, 0, 0, 0]), &[255, 255, 0, 0]);
    check(&file(8, 1, 1, &palette, &[2, 1, 0, 1]), &[255, 255]);
    check(&file(8, 1, 1, &palette, &[0, 2, 0, 1, 0, 1]), &[0, 0]);
    check(&file(16, 0, 1, &[], &[0xff, 0x7f, 0, 0]), &[255, 0]);
    check(&file(24, 0, 1, &[], &[0, 0, 255, 255, 0, 0, 0, 0]), &[76, 29]);
    check(&file(32, 0, 1, &[], &[0, 0, 255, 0, 9, 9, 9, 0]), &[76, 9]);
    // No bits at all once made rows of no bytes.
    assert!(decode(&file(0, 0, 1, &palette, &[1, 0, 0, 0]), &Hints::default()).is_err());
    let masks = [0, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0];
    check(&file(16, 3, 1, &masks, &[0xff, 0xff, 0, 0]), &[255, 0]);
}

#[test]
fn colour_tiffs_are_read() {
    use tiff::encoder::{TiffEncoder, colortype};
    let mut bytes = std::io::Cursor::new(Vec::new());
    TiffEncoder::new(&mut bytes)
        .unwrap()
        .write_image::<colortype::RGB8>(2, 1, &[255, 0, 0, 0, 0, 255])
        .unwrap();
    assert_eq!(decode(bytes.get_ref(), &Hints::default()).unwrap().pixels(), [76, 29]);
    let mut bytes = std::io::Cursor::new(Vec::new());
    TiffEncoder::new(&mut bytes).unwrap().write_image::<colortype::Gray16>(2, 1, &[0, 65_535]).unwrap();
    assert_eq!(decode(bytes.get_ref(), &Hints::default()).unwrap().pixels(), [0, 255]);
}

#[test]
fn raw_samples_need_their_geometry() {
    let raw = [9, 200, 30, 40, 50, 60, 70];
    assert_eq!(decode(&raw, &Hints::default()), Err(DecodeError::UnknownFormat { len: 7 }));
    assert_eq!(decode(&raw, &Hints::raw(3, 2)).unwrap().pixels(), [9, 200, 30, 40, 50, 60]);
    assert!(decode(&raw, &Hints::raw(4, 2)).is_err());
    assert!(decode(&raw, &Hints::raw(u32::MAX, u32::MAX)).is_err());
    let deep = RawGeometry { width: 2, height: 1, bits: 12, channels: 1 };
    let hints = Hints { raw: Some(deep), ..Hints::default() };
    assert_eq!(decode(&[0x0f, 0xff, 0, 0], &hints).unwrap().pixels(), [255, 0]);
    let colour = RawGeometry { width: 1, height: 1, bits: 8, channels: 3 };
    assert_eq!(
        decode(&[255, 0, 0], &Hints { raw: Some(colour), ..Hints::default() }).unwrap().pixels(),
        [76]
    );
    // The geometry does not hide a format, unless the format is given as raw.
    let pgm = b"P5 1 1 255 \x07";
    assert_eq!(decode(pgm, &Hints::raw(2, 1)).unwrap().pixels(), [7]);
    let forced = Hints { format: Some(Format::Raw), ..Hints::raw(2, 1) };
    assert_eq!(decode(pgm, &forced).unwrap().pixels(), *b"P5");
}

#[test]
fn headers_are_held_to_the_limits_before_anything_is_allocated() {
    let huge: [(&str, Vec<u8>); 5] = [
        ("PGM", b"P5 16384 16384 255 \x00".to_vec()),
        ("wide PGM", b"P5 99999999 1 255 \x00".to_vec()),
        (
            "PNG",
            [&b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"[..], &[0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 0, 0, 0, 0]]
                .concat(),
        ),
        ("JPEG", [&b"\xff\xd8\xff\xc0\x00\x0b\x08"[..], &[0x40, 0, 0x40, 0, 1, 1, 0x11, 0]].concat()),
        (
            "JP2",
            [
                &b"\xff\x4f\xff\x51\x00\x29\x00\x00"[..],
                &[0, 0, 0x40, 0, 0, 0, 0x40, 0],
                &[0; 8],
                &[0, 0, 1, 0, 0, 0, 1, 0],
                &[0; 8],
                &[0, 1, 7, 1, 1],
            ]
            .concat(),
        ),
    ];
    for (name, bytes) in huge {
        let error = decode(&bytes, &Hints::default()).unwrap_err();
        assert!(matches!(error, DecodeError::Size { .. }), "{name}: {error}");
    }
    let image = encode(&ridges(40, 40, None), Format::Png, &EncodeOptions::default()).unwrap();
    for limits in [
        Limits { pixels: 1599, ..Limits::default() },
        Limits { side_px: 39, ..Limits::default() },
        Limits { input_bytes: 99, ..Limits::default() },
        Limits { working_bytes: 999, ..Limits::default() },
    ] {
        assert!(decode(&image, &Hints { limits, ..Hints::default() }).is_err(), "{limits:?}");
    }
}

#[test]
fn tiles_and_precincts_of_jpeg_2000_are_limited() {
    // 4096 x 4096 in tiles of 1 x 1; and in one tile with precincts of 2 x 2.
    let stream = |tile: u32, style: &[u8]| {
        let mut out = b"\xff\x4f\xff\x51\x00\x29\x00\x00".to_vec();
        for v in [4096, 4096, 0, 0, tile, tile, 0, 0] {
            out.extend_from_slice(&u32::to_be_bytes(v));
        }
        out.extend_from_slice(&[0, 1, 7, 1, 1, 0xff, 0x52]);
        out.extend_from_slice(&(style.len() as u16 + 2).to_be_bytes());
        out.extend_from_slice(style);
        out
    };
    let plain = [0, 0, 0, 1, 0, 0, 4, 4, 0, 1];
    let tiny = [1, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0x11];
    let layers = [0, 0, 0xff, 0xff, 0, 5, 4, 4, 0, 1];
    for (what, bytes) in [
        ("tiles", stream(1, &plain)),
        ("code-blocks", stream(4096, &tiny)),
        ("packets", stream(512, &layers)),
    ] {
        match decode(&bytes, &Hints::default()) {
            Err(DecodeError::Work { what: found, .. }) => assert_eq!(found, what),
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn the_image_type_holds_its_limits() {
    assert!(GreyImage::new(0, 1, None, vec![]).is_err());
    assert!(GreyImage::new(2, 2, None, vec![0; 3]).is_err());
    assert_eq!(GreyImage::new(1, 1, Some(f64::NAN), vec![0]).unwrap().ppi(), None);
}

/// Small pictures written by Pillow 13 (libjpeg-turbo), with the hash of the RGB samples that it decodes them to.
#[test]
fn jpeg_pixels_equal_libjpegs() {
    use sha2::{Digest, Sha256};
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jpeg");
    for (file, hash) in [
        ("baseline-444.jpg", "1286921a6153b8412b8e0712226d9bd29cf6c41dd05379ea8303ff881153e031"),
        ("progressive-420.jpg", "2ee96d82cd01926d5acc67e5e2fc63790043887b37128391365415cf00763b26"),
        ("progressive-grey.jpg", "1e1c452691455a754a61bb0ddc1fe13d805b160636b7230611ddfdc7162e7bb9"),
        ("restarts-422.jpg", "326c0e550bb90e0b38eb4391ac778dc617a7e5a0707f3e803f20ef95da6e4591"),
    ] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let image = decode_rgb(&bytes, &Hints::default()).unwrap();
        assert_eq!((image.width(), image.height()), (35, 21));
        assert_eq!(hex::encode(Sha256::digest(image.pixels())), hash, "{file}");
        assert_eq!(image.ppi(), (file == "baseline-444.jpg").then_some(300.0));
        // Whatever is cut off is an error, never a picture with a grey rest.
        for cut in [2, 30, bytes.len() / 2, bytes.len() - 40] {
            assert!(decode(&bytes[..cut], &Hints::default()).is_err(), "{file} cut at {cut}");
        }
    }
}
