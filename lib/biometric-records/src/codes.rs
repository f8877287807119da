//! Names of the code values. Codes themselves stay numbers in the records, so that none is lost.

/// Finger position (ISO/IEC 19794-2:2011 table 6, 19794-4:2011 table 6 to 8), or none where unlisted.
pub fn position_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "UNKNOWN",
        1 => "RIGHT_THUMB",
        2 => "RIGHT_INDEX",
        3 => "RIGHT_MIDDLE",
        4 => "RIGHT_RING",
        5 => "RIGHT_LITTLE",
        6 => "LEFT_THUMB",
        7 => "LEFT_INDEX",
        8 => "LEFT_MIDDLE",
        9 => "LEFT_RING",
        10 => "LEFT_LITTLE",
        13 => "RIGHT_INDEX_TO_LITTLE",
        14 => "LEFT_INDEX_TO_LITTLE",
        15 => "BOTH_THUMBS",
        20 => "UNKNOWN_PALM",
        21 => "RIGHT_FULL_PALM",
        22 => "RIGHT_WRITERS_PALM",
        23 => "LEFT_FULL_PALM",
        24 => "LEFT_WRITERS_PALM",
        25 => "RIGHT_LOWER_PALM",
        26 => "RIGHT_UPPER_PALM",
        27 => "LEFT_LOWER_PALM",
        28 => "LEFT_UPPER_PALM",
        29 => "RIGHT_OTHER",
        30 => "LEFT_OTHER",
        31 => "RIGHT_INTERDIGITAL",
        32 => "RIGHT_THENAR",
        33 => "RIGHT_HYPOTHENAR",
        34 => "LEFT_INTERDIGITAL",
        35 => "LEFT_THENAR",
        36 => "LEFT_HYPOTHENAR",
        40 => "RIGHT_INDEX_MIDDLE",
        41 => "RIGHT_MIDDLE_RING",
        42 => "RIGHT_RING_LITTLE",
        43 => "LEFT_INDEX_MIDDLE",
        44 => "LEFT_MIDDLE_RING",
        45 => "LEFT_RING_LITTLE",
        46 => "BOTH_INDEXES",
        47 => "RIGHT_INDEX_TO_RING",
        48 => "RIGHT_MIDDLE_TO_LITTLE",
        49 => "LEFT_INDEX_TO_RING",
        50 => "LEFT_MIDDLE_TO_LITTLE",
        _ => return None,
    })
}

/// Impression type of finger images and of the 2011 minutiae records.
pub fn impression_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "LIVE_PLAIN",
        1 => "LIVE_ROLLED",
        2 => "NONLIVE_PLAIN",
        3 => "NONLIVE_ROLLED",
        4 => "LATENT_IMPRESSION",
        5 => "LATENT_TRACING",
        6 => "LATENT_PHOTO",
        7 => "LATENT_LIFT",
        8 => "SWIPE",
        9 => "VERTICAL_ROLL",
        10 => "LIVE_PALM",
        11 => "NONLIVE_PALM",
        12 => "LATENT_PALM_IMPRESSION",
        13 => "LATENT_PALM_TRACING",
        14 => "LATENT_PALM_PHOTO",
        15 => "LATENT_PALM_LIFT",
        20 => "LIVE_OPTICAL_CONTACT_PLAIN",
        21 => "LIVE_OPTICAL_CONTACT_ROLLED",
        22 => "LIVE_NONOPTICAL_CONTACT_PLAIN",
        23 => "LIVE_NONOPTICAL_CONTACT_ROLLED",
        24 => "LIVE_CONTACTLESS",
        25 => "LIVE_OPTICAL_CONTACTLESS_ROLLED",
        26 => "LIVE_NONOPTICAL_CONTACTLESS_PLAIN",
        27 => "LIVE_NONOPTICAL_CONTACTLESS_ROLLED",
        28 => "OTHER",
        29 => "UNKNOWN",
        _ => return None,
    })
}

/// Technology of a finger capture device (ISO/IEC 19794-2:2011 table 4, 19794-4:2011 table 4).
pub fn finger_technology_name(code: u8) -> Option<&'static str> {
    const NAMES: [&str; 21] = [
        "UNKNOWN",
        "OPTICAL_WHITE_TIR",
        "OPTICAL_WHITE_DIRECT",
        "OPTICAL_WHITE_CONTACTLESS",
        "OPTICAL_MONOCHROMATIC_VISIBLE_TIR",
        "OPTICAL_MONOCHROMATIC_VISIBLE_DIRECT",
        "OPTICAL_MONOCHROMATIC_VISIBLE_CONTACTLESS",
        "OPTICAL_MONOCHROMATIC_INFRARED_TIR",
        "OPTICAL_MONOCHROMATIC_INFRARED_DIRECT",
        "OPTICAL_MONOCHROMATIC_INFRARED_CONTACTLESS",
        "OPTICAL_MULTISPECTRAL_TIR",
        "OPTICAL_MULTISPECTRAL_DIRECT",
        "OPTICAL_MULTISPECTRAL_CONTACTLESS",
        "ELECTRO_LUMINESCENT",
        "CAPACITIVE",
        "RADIO_FREQUENCY",
        "THERMAL",
        "PRESSURE",
        "ULTRASOUND",
        "MECHANICAL",
        "GLASS_FIBER",
    ];
    NAMES.get(usize::from(code)).copied()
}

/// Compression of a finger image (ISO/IEC 19794-4 table 9).
pub fn finger_compression_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "RAW",
        1 => "RAW_PACKED",
        2 => "WSQ",
        3 => "JPEG",
        4 => "JPEG2000_LOSSY",
        5 => "JPEG2000_LOSSLESS",
        6 => "PNG",
        _ => return None,
    })
}

/// Which eye.
pub fn eye_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "UNKNOWN",
        1 => "RIGHT",
        2 => "LEFT",
        _ => return None,
    })
}

/// Kind of an iris image (ISO/IEC 19794-6:2011 table 4).
pub fn iris_kind_name(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "UNCROPPED",
        2 => "VGA",
        3 => "CROPPED",
        7 => "CROPPED_AND_MASKED",
        _ => return None,
    })
}

/// Image format of an ISO/IEC 19794-6:2011 iris image.
pub fn iris_format_name_2011(code: u8) -> Option<&'static str> {
    Some(match code {
        0x02 => "MONO_RAW",
        0x0a => "MONO_JPEG2000",
        0x0e => "MONO_PNG",
        _ => return None,
    })
}

/// Image format of an ISO/IEC 19794-6:2005 iris record.
pub fn iris_format_name_2005(code: u16) -> Option<&'static str> {
    Some(match code {
        0x0002 => "MONO_RAW",
        0x0004 => "RGB_RAW",
        0x0006 => "MONO_JPEG",
        0x0008 => "RGB_JPEG",
        0x000a => "MONO_JPEG_LS",
        0x000c => "RGB_JPEG_LS",
        0x000e => "MONO_JPEG2000",
        0x0010 => "RGB_JPEG2000",
        _ => return None,
    })
}
