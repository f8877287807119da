//! One view of every record that carries an image, so that a caller need not know each type.

use crate::Transaction;
use crate::field::{parse_decimal, parse_number};
use crate::record::{BinaryBody, BinaryRecord, Record, TaggedRecord};

/// An image as its record describes it; the payload is not decoded.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ImageRef<'t> {
    /// Which record, counted from 0 (the Type-1 record).
    pub record_index: usize,
    /// The record's type, 3-19.
    pub record_type: u8,
    /// What the image shows, as far as the record type says.
    pub kind: ImageKind,
    /// Information designation character.
    pub idc: Option<u32>,
    /// IMP, impression type code (friction ridge records only).
    pub imp: Option<u16>,
    /// Friction ridge position codes as in the file: the first, then alternatives. Empty for others.
    pub positions: Vec<u16>,
    /// The image type of a Type-10 record, such as `FACE`, `TATTOO` or `MARK`.
    pub image_type: Option<&'t str>,
    /// The eye of a Type-17 record.
    pub eye: Option<Eye>,
    /// Pixels in a line.
    pub hll: Option<u32>,
    /// Lines.
    pub vll: Option<u32>,
    /// Pixels per inch, where the record gives a scale.
    pub ppi: Option<Resolution>,
    /// Bits in a pixel; none where the record has no such field (types 8 and 10).
    pub bits_per_pixel: Option<u16>,
    /// How the record says that the payload is compressed.
    pub compression: Compression,
    /// The compressed image or the raw pixels.
    pub payload: &'t [u8],
}

impl ImageRef<'_> {
    /// What the payload's first bytes say it is.
    pub fn payload_format(&self) -> PayloadFormat {
        PayloadFormat::of(self.payload)
    }
}

/// What an image shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageKind {
    /// Fingers: types 3 to 6 and 14.
    Finger,
    /// Palms: type 15.
    Palm,
    /// Soles and toes: type 19.
    Plantar,
    /// A latent print of any friction ridge skin: type 13.
    Latent,
    /// A face: type 10 with image type `FACE`.
    Face,
    /// A scar, mark, tattoo or another part of the body: type 10 otherwise.
    Mark,
    /// An iris: type 17.
    Iris,
    /// A signature: type 8.
    Signature,
    /// A user-defined test image: type 16.
    UserDefined,
}

/// The eye of an iris image (17.003).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Eye {
    /// Code 0: not said.
    Undefined,
    /// Code 1: the subject's right eye.
    Right,
    /// Code 2: the subject's left eye.
    Left,
}

impl Eye {
    /// From 17.003.
    pub fn from_code(code: u64) -> Option<Self> {
        match code {
            0 => Some(Eye::Undefined),
            1 => Some(Eye::Right),
            2 => Some(Eye::Left),
            _ => None,
        }
    }

    /// The code of 17.003.
    pub fn code(self) -> u8 {
        match self {
            Eye::Undefined => 0,
            Eye::Right => 1,
            Eye::Left => 2,
        }
    }
}

/// Pixels per inch along both axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    /// Along a line.
    pub horizontal_ppi: f64,
    /// Across lines.
    pub vertical_ppi: f64,
}

const MM_PER_INCH: f64 = 25.4;
const CM_PER_INCH: f64 = 2.54;

/// The sensor classes of the standard; a scale within 1 % of one (its tolerance) means that one, as
/// 197 pixels per centimetre (500.38 ppi) means 500.
const NOMINAL_PPI: [f64; 4] = [500.0, 1000.0, 2000.0, 4000.0];
const NOMINAL_TOLERANCE: f64 = 0.01;

impl Resolution {
    /// The same along both axes.
    pub fn square(ppi: f64) -> Self {
        Resolution { horizontal_ppi: ppi, vertical_ppi: ppi }
    }

    /// The nominal class (500, 1000, 2000, 4000) when both axes are within 1 % of it, else the
    /// rounded horizontal value.
    pub fn nominal_ppi(&self) -> u32 {
        let near = |ppi: f64, class: f64| (ppi - class).abs() <= class * NOMINAL_TOLERANCE;
        let class = NOMINAL_PPI
            .into_iter()
            .find(|class| near(self.horizontal_ppi, *class) && near(self.vertical_ppi, *class));
        // `as` saturates, and a scale is far below u32::MAX.
        class.unwrap_or(self.horizontal_ppi).round() as u32
    }
}

/// The compression of an image as its record names it (table 15 of ANSI/NIST-ITL 1-2011).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Raw pixels, code 0 or `NONE`.
    None,
    /// WSQ, code 1 or `WSQ20`.
    Wsq20,
    /// JPEG, code 2 or `JPEGB`.
    JpegB,
    /// Lossless JPEG, code 3 or `JPEGL`.
    JpegL,
    /// JPEG 2000, code 4 or `JP2`.
    Jp2,
    /// Lossless JPEG 2000, code 5 or `JP2L`.
    Jp2L,
    /// PNG, code 6 or `PNG`.
    Png,
    /// Something else, or not said.
    Unknown,
}

impl Compression {
    const ALL: [(Compression, &'static str); 7] = [
        (Compression::None, "NONE"),
        (Compression::Wsq20, "WSQ20"),
        (Compression::JpegB, "JPEGB"),
        (Compression::JpegL, "JPEGL"),
        (Compression::Jp2, "JP2"),
        (Compression::Jp2L, "JP2L"),
        (Compression::Png, "PNG"),
    ];

    /// From the code of a binary record.
    pub fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).map_or(Compression::Unknown, |(compression, _)| *compression)
    }

    /// From the label of a tagged record; some systems write the code there.
    pub fn from_label(label: &[u8]) -> Self {
        if let Some(code) = parse_number(label) {
            return u8::try_from(code).map_or(Compression::Unknown, Self::from_code);
        }
        // Older files write `WSQ` for what is now `WSQ20`.
        if label.eq_ignore_ascii_case(b"WSQ") {
            return Compression::Wsq20;
        }
        let found = Self::ALL.iter().find(|(_, name)| name.as_bytes().eq_ignore_ascii_case(label));
        found.map_or(Compression::Unknown, |(compression, _)| *compression)
    }

    /// The label of tagged records; none for an unknown one.
    pub fn label(self) -> Option<&'static str> {
        Self::ALL.iter().find(|(compression, _)| *compression == self).map(|(_, label)| *label)
    }

    /// The code of binary records; none for an unknown one.
    pub fn code(self) -> Option<u8> {
        Self::ALL
            .iter()
            .position(|(compression, _)| *compression == self)
            .and_then(|at| u8::try_from(at).ok())
    }
}

/// A payload's format by its first bytes, whatever the record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayloadFormat {
    /// WSQ.
    Wsq,
    /// JPEG, baseline or lossless.
    Jpeg,
    /// JPEG 2000, boxed or a bare codestream.
    Jp2,
    /// PNG.
    Png,
    /// None of these: raw pixels, or no image.
    Raw,
}

impl PayloadFormat {
    /// Looks at the first bytes.
    pub fn of(payload: &[u8]) -> Self {
        const MAGIC: [(&[u8], PayloadFormat); 5] = [
            (b"\xFF\xA0", PayloadFormat::Wsq),
            (b"\xFF\xD8", PayloadFormat::Jpeg),
            (b"\x00\x00\x00\x0CjP  ", PayloadFormat::Jp2),
            (b"\xFF\x4F\xFF\x51", PayloadFormat::Jp2),
            (b"\x89PNG\r\n\x1A\n", PayloadFormat::Png),
        ];
        MAGIC
            .iter()
            .find(|(magic, _)| payload.starts_with(magic))
            .map_or(PayloadFormat::Raw, |(_, format)| *format)
    }

    /// A short name: `WSQ`, `JPEG`, `JP2`, `PNG` or `RAW`.
    pub fn name(self) -> &'static str {
        match self {
            PayloadFormat::Wsq => "WSQ",
            PayloadFormat::Jpeg => "JPEG",
            PayloadFormat::Jp2 => "JP2",
            PayloadFormat::Png => "PNG",
            PayloadFormat::Raw => "RAW",
        }
    }
}

pub(crate) fn images_of<'t>(transaction: &'t Transaction<'_>) -> impl Iterator<Item = ImageRef<'t>> + 't {
    let header = transaction.header_record();
    let scale = |number| header.and_then(|record| parse_decimal(record.bytes(number)?));
    let scales = BinaryScales { native_per_mm: scale(11), nominal_per_mm: scale(12) };
    transaction.records().iter().enumerate().filter_map(move |(index, record)| match record {
        Record::Tagged(record) => tagged_image(index, record),
        Record::Binary(record) => binary_image(index, record, scales),
    })
}

/// 1.011 and 1.012, pixels per millimetre.
#[derive(Clone, Copy)]
struct BinaryScales {
    native_per_mm: Option<f64>,
    nominal_per_mm: Option<f64>,
}

/// What ISR 0 means where 1.012 is zero: the minimum scanning resolution of the standard.
const MINIMUM_PPI: f64 = 500.0;
/// The low-resolution records (types 3 and 5) halve it.
const LOW_MINIMUM_PPI: f64 = 250.0;

fn binary_image<'t>(
    index: usize,
    record: &'t BinaryRecord<'_>,
    scales: BinaryScales,
) -> Option<ImageRef<'t>> {
    let low = matches!(record.record_type(), 3 | 5);
    let minimum = if low { LOW_MINIMUM_PPI } else { MINIMUM_PPI };
    let ppi = |isr: u8| {
        let per_mm = if isr == 1 { scales.native_per_mm } else { scales.nominal_per_mm };
        let ppi = per_mm.filter(|per_mm| *per_mm > 0.0).map(|per_mm| per_mm * MM_PER_INCH);
        // ISR 1 with a native resolution of 00.00 tells nothing.
        ppi.or((isr == 0).then_some(minimum)).map(Resolution::square)
    };
    let blank = ImageRef {
        record_index: index,
        record_type: record.record_type(),
        kind: ImageKind::Finger,
        idc: Some(u32::from(record.idc())),
        imp: None,
        positions: Vec::new(),
        image_type: None,
        eye: None,
        hll: None,
        vll: None,
        ppi: None,
        bits_per_pixel: None,
        compression: Compression::Unknown,
        payload: record.payload(),
    };
    match record.body() {
        BinaryBody::Friction(header) => Some(ImageRef {
            imp: Some(u16::from(header.imp)),
            positions: header.positions().map(u16::from).collect(),
            hll: Some(u32::from(header.hll)),
            vll: Some(u32::from(header.vll)),
            ppi: ppi(header.isr),
            bits_per_pixel: Some(if matches!(record.record_type(), 5 | 6) { 1 } else { 8 }),
            compression: Compression::from_code(header.cga),
            ..blank
        }),
        BinaryBody::Signature(header) => Some(ImageRef {
            kind: ImageKind::Signature,
            hll: Some(u32::from(header.hll)),
            vll: Some(u32::from(header.vll)),
            ppi: ppi(header.isr),
            bits_per_pixel: None,
            compression: if header.srt == 0 { Compression::None } else { Compression::Unknown },
            ..blank
        }),
        BinaryBody::UserDefined => None,
    }
}

/// Fields 6 to 12 mean the same in every tagged image record.
fn tagged_image<'t>(index: usize, record: &'t TaggedRecord<'_>) -> Option<ImageRef<'t>> {
    let image_type = || record.bytes(3).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let kind = match record.record_type() {
        10 if image_type() == Some("FACE") => ImageKind::Face,
        10 => ImageKind::Mark,
        13 => ImageKind::Latent,
        14 => ImageKind::Finger,
        15 => ImageKind::Palm,
        16 => ImageKind::UserDefined,
        17 => ImageKind::Iris,
        19 => ImageKind::Plantar,
        _ => return None,
    };
    let payload = record.payload()?;
    let ridges = matches!(record.record_type(), 13 | 14 | 15 | 19);
    let positions = || {
        let codes = record.field(13).into_iter().flat_map(|field| field.subfields());
        codes.filter_map(|code| u16::try_from(code.number(0)?).ok()).collect()
    };
    Some(ImageRef {
        record_index: index,
        record_type: record.record_type(),
        kind,
        idc: record.idc(),
        imp: if ridges { record.number_as(3) } else { None },
        positions: if ridges { positions() } else { Vec::new() },
        image_type: if record.record_type() == 10 { image_type() } else { None },
        eye: if kind == ImageKind::Iris { record.number(3).and_then(Eye::from_code) } else { None },
        hll: record.number_as(6),
        vll: record.number_as(7),
        ppi: tagged_resolution(record),
        bits_per_pixel: if record.record_type() == 10 { None } else { record.number_as(12) },
        compression: record.bytes(11).map_or(Compression::Unknown, Compression::from_label),
        payload,
    })
}

/// SLC (8) says in which unit THPS (9) and TVPS (10) count: 1 pixels per inch, 2 per centimetre, 0 only
/// a ratio.
pub(crate) fn tagged_resolution(record: &TaggedRecord<'_>) -> Option<Resolution> {
    let per_inch = match record.number(8)? {
        1 => 1.0,
        2 => CM_PER_INCH,
        _ => return None,
    };
    let scale = |number| parse_decimal(record.bytes(number)?).filter(|scale| *scale > 0.0);
    Some(Resolution { horizontal_ppi: scale(9)? * per_inch, vertical_ppi: scale(10)? * per_inch })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compressions() {
        for (compression, label) in Compression::ALL {
            assert_eq!(Compression::from_label(label.as_bytes()), compression);
            assert_eq!(Compression::from_code(compression.code().unwrap()), compression);
            assert_eq!(compression.label(), Some(label));
        }
        assert_eq!(Compression::from_label(b"1"), Compression::Wsq20);
        assert_eq!(Compression::from_label(b"wsq"), Compression::Wsq20);
        assert_eq!(Compression::from_label(b""), Compression::Unknown);
        assert_eq!(Compression::from_code(7), Compression::Unknown);
    }

    #[test]
    fn rounds_to_the_nominal_class() {
        let check =
            |ppi: f64, nominal: u32| assert_eq!(Resolution::square(ppi).nominal_ppi(), nominal, "{ppi}");
        check(197.0 * CM_PER_INCH, 500);
        check(19.69 * MM_PER_INCH, 500);
        check(39.37 * MM_PER_INCH, 1000);
        check(512.0, 512);
        check(72.0, 72);
    }
}
