//! Decoding WSQ from arbitrary bytes.
//!
//! Holds: nothing panics; the image has the size that the header states; what was decoded can be encoded, and that
//! decodes again to the same size.
#![no_main]

use libfuzzer_sys::fuzz_target;

/// Small enough that the largest image decodes well within the second that counts as a hang.
const LIMITS: wsq_codec::Limits = wsq_codec::Limits { pixels: 1 << 20 };

fuzz_target!(|bytes: &[u8]| {
    let header = wsq_codec::read_header(bytes);
    let Ok(image) = wsq_codec::decode_with(bytes, &LIMITS) else { return };
    let header = header.expect("an image without a header");
    let (width, height) = (image.width(), image.height());
    assert_eq!((header.width, header.height), (width, height));
    assert_eq!(image.pixels().len(), usize::from(width) * usize::from(height));

    if image.pixels().len() <= 1 << 16 {
        let options = wsq_codec::EncodeOptions::new(1.0).ppi(image.ppi());
        let again = wsq_codec::encode(image.pixels(), width, height, &options).expect("a decoded image encodes");
        let again = wsq_codec::decode(&again).expect("an encoded image decodes");
        assert_eq!((again.width(), again.height(), again.ppi()), (width, height, image.ppi()));
    }
});
