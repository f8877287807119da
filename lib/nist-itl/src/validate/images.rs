//! Images: what the record says against its payload, positions, segments.

use super::Check;
use crate::codes;
use crate::finding::Severity;
use crate::image::{Compression, ImageKind, ImageRef, PayloadFormat};
use crate::record::{BinaryBody, BinaryRecord};
use crate::types::FrictionImage;

/// The binary header's codes.
pub(super) fn check_binary(check: &mut Check<'_>, index: usize, record: &BinaryRecord<'_>) {
    let mut complain = |field: u16, rule: &'static str, detail: String| {
        check.complain(index, Some(field), rule, Severity::Error, detail);
    };
    let coded = |table: &str, code: u8| codes::meaning(table, &code.to_string()).is_some();
    match record.body() {
        BinaryBody::Friction(header) => {
            if !coded("ImpressionType", header.imp) {
                complain(3, "field.code", format!("impression type {} is not in the table", header.imp));
            }
            if header.positions().next().is_none() {
                complain(4, "position.missing", "no finger position".to_owned());
            }
            for position in header.positions().filter(|position| !coded("FrictionRidgePosition", *position)) {
                complain(4, "field.code", format!("finger position {position} is not in the table"));
            }
            if header.isr > 1 {
                complain(5, "field.code", format!("scanning resolution {} is neither 0 nor 1", header.isr));
            }
            if Compression::from_code(header.cga) == Compression::Unknown {
                complain(8, "field.code", format!("compression {} is not in the table", header.cga));
            }
        }
        BinaryBody::Signature(header) => {
            if header.sig > 1 {
                complain(3, "field.code", format!("signature type {} is neither 0 nor 1", header.sig));
            }
            if header.srt > 2 {
                complain(
                    4,
                    "field.code",
                    format!("signature representation {} is not 0, 1 or 2", header.srt),
                );
            }
        }
        BinaryBody::UserDefined => {}
    }
}

/// What any image record must agree on with its payload.
pub(super) fn check(check: &mut Check<'_>, image: &ImageRef<'_>) {
    let index = image.record_index;
    // Field numbers of HLL and of the data in binary and tagged records.
    let (hll_field, data_field) = if image.record_type < 9 { (6, 9) } else { (6, 999) };
    if image.hll == Some(0) || image.vll == Some(0) {
        check.complain(index, Some(hll_field), "image.empty", Severity::Error, "no pixels".to_owned());
    }
    if image.payload.is_empty() {
        check.complain(index, Some(data_field), "payload.empty", Severity::Error, "no image data".to_owned());
        return;
    }
    payload_format(check, image, data_field);
    raw_size(check, image, data_field);
    resolution(check, image);
    descriptors(check, image);
    if image.kind == ImageKind::Finger && image.record_type == 14 {
        let transaction = check.transaction;
        if let Some(view) =
            transaction.records().get(index).and_then(|record| FrictionImage::of(record.tagged()?))
        {
            segments(check, image, &view);
        }
    }
}

/// Exemplars are taken in the 500 ppi class or above, within its tolerance of 1 % (clause 7.7.6).
const EXEMPLAR_PPI_MIN: f64 = 495.0;
/// What older scanners, their scale rounded to whole pixels per centimetre, are let through with.
const PPI_ROUNDING: f64 = 5.0;

fn resolution(check: &mut Check<'_>, image: &ImageRef<'_>) {
    let exemplar = matches!(image.record_type, 4 | 6 | 14 | 15 | 19);
    let Some(ppi) = image.ppi.filter(|_| exemplar) else { return };
    let least = ppi.horizontal_ppi.min(ppi.vertical_ppi);
    if least < EXEMPLAR_PPI_MIN - PPI_ROUNDING {
        let detail = format!("{least:.0} pixels per inch: exemplars are taken at 500 or more");
        let field = if image.record_type < 9 { 5 } else { 9 };
        check.complain(image.record_index, Some(field), "resolution.low", Severity::Warning, detail);
    }
}

/// Position 19, a tip or an entire joint image, needs SPD or PPD to say of which finger (8.13.14, 8.14.14).
fn descriptors(check: &mut Check<'_>, image: &ImageRef<'_>) {
    const TIP_OR_JOINT: u16 = 19;
    const DESCRIPTORS: u16 = 14;
    let applies = matches!(image.record_type, 13 | 14) && image.positions.contains(&TIP_OR_JOINT);
    let record = check.transaction.records().get(image.record_index).and_then(|record| record.tagged());
    if applies && record.is_some_and(|record| record.field(DESCRIPTORS).is_none()) {
        let detail = "position 19 without a position descriptor".to_owned();
        check.complain(image.record_index, Some(DESCRIPTORS), "position.descriptor", Severity::Error, detail);
    }
}

fn payload_format(check: &mut Check<'_>, image: &ImageRef<'_>, data_field: u16) {
    let expected = match image.compression {
        Compression::Wsq20 => PayloadFormat::Wsq,
        Compression::JpegB | Compression::JpegL => PayloadFormat::Jpeg,
        Compression::Jp2 | Compression::Jp2L => PayloadFormat::Jp2,
        Compression::Png => PayloadFormat::Png,
        // Raw pixels can begin with any bytes.
        Compression::None | Compression::Unknown => return,
    };
    let found = image.payload_format();
    if found != expected {
        let label = image.compression.label().unwrap_or_default();
        let detail = format!("the record says {label}, the data begins like {}", found.name());
        check.complain(image.record_index, Some(data_field), "payload.format", Severity::Error, detail);
    }
}

fn raw_size(check: &mut Check<'_>, image: &ImageRef<'_>, data_field: u16) {
    let (Compression::None, Some(hll), Some(vll)) = (image.compression, image.hll, image.vll) else { return };
    // Types 8 and 10 have no field for the depth: lines, grey or colour.
    let depths = image.bits_per_pixel.map_or(vec![1, 8, 24], |bits| vec![u64::from(bits)]);
    let length = u64::try_from(image.payload.len()).unwrap_or(u64::MAX);
    let fits = |bits: &u64| {
        // Lines of one-bit pixels may be filled up to a whole byte, or run on.
        let line_bits = u64::from(hll).saturating_mul(*bits);
        let filled = line_bits.div_ceil(8).saturating_mul(u64::from(vll));
        let run_on = line_bits.saturating_mul(u64::from(vll)).div_ceil(8);
        length == filled || length == run_on
    };
    if !depths.iter().any(fits) {
        let detail = format!("{length} bytes of raw pixels do not make {hll} x {vll} of {depths:?} bits");
        check.complain(image.record_index, Some(data_field), "payload.size", Severity::Error, detail);
    }
}

/// 14.021: each segment lies within the image and is no empty box; 14.022: scores.
fn segments(check: &mut Check<'_>, image: &ImageRef<'_>, view: &FrictionImage<'_>) {
    let index = image.record_index;
    for segment in view.segments() {
        let inside = |edge: u32, size: Option<u32>| size.is_none_or(|size| edge <= size);
        let sound = segment.left < segment.right
            && segment.top < segment.bottom
            && inside(segment.right, image.hll)
            && inside(segment.bottom, image.vll);
        if !sound {
            let detail =
                format!("the segment of finger {} is empty or reaches outside the image", segment.position);
            check.complain(index, Some(21), "segment.bounds", Severity::Error, detail);
        }
    }
    for (position, score) in view.nist_quality() {
        if !matches!(score, 1..=5 | 254 | 255) {
            let detail = format!("quality {score} of finger {position} is not 1-5, 254 or 255");
            check.complain(index, Some(22), "quality.range", Severity::Error, detail);
        }
    }
}
