//! Decoding an image of any format from arbitrary bytes.
//!
//! Holds: nothing panics; what is decoded is within the limits; grey and colour have the same size; a lossless format
//! gives the same image back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use raster::{EncodeOptions, Format, Hints, Limits, decode, decode_rgb, encode};

fuzz_target!(|bytes: &[u8]| {
    // Small enough that the largest image decodes well within the second that counts as a hang.
    let limits = Limits { pixels: 1 << 20, working_bytes: 64 << 20, ..Limits::default() };
    let hints = Hints { limits, ..Hints::raw(16, 16) };
    let Ok(image) = decode(bytes, &hints) else { return };
    assert!(image.pixels().len() <= limits.pixels);
    let colour = decode_rgb(bytes, &hints).expect("grey decodes but colour does not");
    assert_eq!((colour.width(), colour.height()), (image.width(), image.height()));

    if image.pixels().len() <= 1 << 14 {
        for format in [Format::LosslessJpeg, Format::Tiff, Format::Bmp] {
            let written = encode(&image, format, &EncodeOptions::default()).expect("a decoded image is written");
            let again = decode(&written, &Hints::default()).expect("a written image is read");
            assert_eq!(again.pixels(), image.pixels(), "{format}");
        }
    }
});
