//! Reading finger image records.

use super::{ExtendedBlock, FingerImage, FingerImageRecord, FirFormat, Sampling};
use crate::bytes::Reader;
use crate::codes::{finger_compression_name, impression_name, position_name};
use crate::common::{ProductId, Quality, check_score, read_capture};
use crate::error::{Error, Findings, Parsed, Result};
use std::borrow::Cow;

const MAGIC_LEN: usize = 8;

/// Bytes of a view before its image, 2005 and ANSI.
pub(super) const VIEW_HEAD_LEN: usize = 14;

/// ISO 2005 and ANSI 2004 begin alike; the one whose structure ends with the record is taken.
pub(super) fn read(bytes: &[u8]) -> Result<Parsed<FingerImageRecord<'_>>> {
    let not_one = Error::NotThisFormat { expected: "a finger image record" };
    let candidates: &[FirFormat] = match bytes.get(..MAGIC_LEN) {
        Some(b"FIR\x00010\0") => &[FirFormat::Iso2005, FirFormat::Ansi2004],
        Some(b"FIR\x00020\0") => &[FirFormat::Iso2011],
        _ => return Err(not_one),
    };
    let mut second_best: Option<Parsed<FingerImageRecord<'_>>> = None;
    let mut first_error = None;
    for &format in candidates {
        match read_as(bytes, format) {
            Ok((parsed, true)) => return Ok(parsed),
            // The fewer bytes are left over, the likelier it is this edition.
            Ok((parsed, false)) => {
                let left = |p: &Parsed<FingerImageRecord<'_>>| p.value.trailing.len();
                if second_best.as_ref().is_none_or(|best| left(&parsed) < left(best)) {
                    second_best = Some(parsed);
                }
            }
            Err(e) => first_error = first_error.or(Some(e)),
        }
    }
    second_best.ok_or(first_error.unwrap_or(not_one))
}

fn read_as(bytes: &[u8], format: FirFormat) -> Result<(Parsed<FingerImageRecord<'_>>, bool)> {
    let mut findings = Findings::default();
    let mut r = Reader::new(bytes);
    r.take(MAGIC_LEN, "format identifier")?;
    let mut record = FingerImageRecord::new(format, Vec::new());
    let declared = match format {
        FirFormat::Iso2011 => u64::from(r.u32("record length")?),
        _ => r.u48("record length")?,
    };
    let count = match format {
        FirFormat::Iso2011 => {
            let count = r.u16("number of representations")?;
            let at = r.offset();
            let flag = r.u8("certification flag")?;
            if flag > 1 {
                return Err(Error::Inconsistent { what: format!("certification flag {flag}"), offset: at });
            }
            record.certification_flag = flag == 1;
            record.positions_declared = r.u8("number of positions")?;
            count
        }
        _ => old_header(&mut r, &mut record, &mut findings)?,
    };
    for _ in 0..count {
        let image = match record.sampling {
            None => image_2011(&mut r, record.certification_flag, &mut findings)?,
            Some(sampling) => image(&mut r, sampling, &mut findings)?,
        };
        record.images.push(image);
    }
    let end = r.offset();
    record.trailing = Cow::Borrowed(r.rest());
    let complete = record.trailing.is_empty();
    if !complete {
        let message = format!("{} bytes follow the last image", record.trailing.len());
        findings.error("trailing-bytes", end, message);
    }
    if declared != bytes.len() as u64 {
        let message = format!("the header states {declared} bytes, there are {}", bytes.len());
        findings.error("record-length", MAGIC_LEN, message);
        record.declared_length = Some(declared);
    }
    if record.images.is_empty() {
        findings.error("no-images", MAGIC_LEN, "the record has no image");
    }
    check_positions(&record, &mut findings);
    Ok((Parsed { value: record, findings: findings.0 }, complete))
}

fn old_header(
    r: &mut Reader<'_>,
    record: &mut FingerImageRecord<'_>,
    findings: &mut Findings,
) -> Result<u16> {
    if let Some(product) = &mut record.product {
        *product = ProductId { owner: r.u16("product owner")?, kind: r.u16("product type")? };
    }
    record.device = r.u16("capture device")?;
    record.acquisition_level = r.u16("image acquisition level")?;
    let count = r.u8("number of images")?;
    let at = r.offset();
    let mut s = rates(r)?;
    s.depth = r.u8("pixel depth")?;
    s.compression = r.u8("compression")?;
    check_sampling(&s, at, findings);
    record.sampling = Some(s);
    let at = r.offset();
    if r.u16("reserved bytes")? != 0 {
        findings.error("reserved", at, "the reserved bytes of the header are not zero");
    }
    Ok(u16::from(count))
}

fn rates(r: &mut Reader<'_>) -> Result<Sampling> {
    Ok(Sampling {
        scale_units: r.u8("scale units")?,
        scan_x: r.u16("horizontal scan rate")?,
        scan_y: r.u16("vertical scan rate")?,
        image_x: r.u16("horizontal image rate")?,
        image_y: r.u16("vertical image rate")?,
        depth: 0,
        compression: 0,
    })
}

fn image<'a>(r: &mut Reader<'a>, sampling: Sampling, findings: &mut Findings) -> Result<FingerImage<'a>> {
    let at = r.offset();
    let length = r.u32("view length")? as usize;
    let Some(data_len) = length.checked_sub(VIEW_HEAD_LEN) else {
        return Err(Error::Inconsistent { what: format!("a view of {length} bytes"), offset: at });
    };
    let position = r.u8("finger position")?;
    let views_of_position = r.u8("number of views")?;
    let view_number = r.u8("view number")?;
    let score_at = r.offset();
    let score = r.u8("quality")?;
    check_score(score, score_at, findings);
    let impression = r.u8("impression type")?;
    let (width, height) = (r.u16("line length")?, r.u16("number of lines")?);
    let reserved_at = r.offset();
    if r.u8("reserved byte")? != 0 {
        findings.error("reserved", reserved_at, "the reserved byte of the view is not zero");
    }
    let data_at = r.offset();
    let data = r.take(data_len, "image data")?;
    check_codes(position, impression, at + 4, findings);
    check_image(width, height, &sampling, data, data_at, findings);
    Ok(FingerImage {
        position,
        views_of_position,
        view_number,
        quality: vec![Quality { score, ..Quality::default() }],
        impression,
        width,
        height,
        sampling,
        capture: None,
        data: Cow::Borrowed(data),
        extended: Vec::new(),
    })
}

fn image_2011<'a>(r: &mut Reader<'a>, certified: bool, findings: &mut Findings) -> Result<FingerImage<'a>> {
    let at = r.offset();
    let length = r.u32("representation length")? as usize;
    let Some(body) = length.checked_sub(4) else {
        return Err(Error::Inconsistent { what: format!("a representation of {length} bytes"), offset: at });
    };
    let mut r = r.part(body, "representation")?;
    let (capture, quality) = read_capture(&mut r, certified, findings)?;
    let code_at = r.offset();
    let position = r.u8("finger position")?;
    let view_number = r.u8("representation number")?;
    let at = r.offset();
    let mut sampling = rates(&mut r)?;
    sampling.depth = r.u8("bit depth")?;
    sampling.compression = r.u8("compression")?;
    check_sampling(&sampling, at, findings);
    let impression = r.u8("impression type")?;
    check_codes(position, impression, code_at, findings);
    let (width, height) = (r.u16("line length")?, r.u16("number of lines")?);
    let data_len = r.u32("image data length")? as usize;
    let data_at = r.offset();
    let data = r.take(data_len, "image data")?;
    check_image(width, height, &sampling, data, data_at, findings);
    let mut extended = Vec::new();
    while r.left() > 0 {
        let at = r.offset();
        let code = r.u16("extended block code")?;
        let length = usize::from(r.u16("extended block length")?);
        let Some(n) = length.checked_sub(4) else {
            return Err(Error::Inconsistent {
                what: format!("an extended block of {length} bytes"),
                offset: at,
            });
        };
        extended.push(ExtendedBlock { code, data: r.take(n, "extended block data")?.to_vec() });
    }
    Ok(FingerImage {
        position,
        views_of_position: 1,
        view_number,
        quality,
        impression,
        width,
        height,
        sampling,
        capture: Some(capture),
        data: Cow::Borrowed(data),
        extended,
    })
}

fn check_sampling(s: &Sampling, at: usize, findings: &mut Findings) {
    if !(1..=2).contains(&s.scale_units) {
        findings.error(
            "code",
            at,
            format!("scale units {} are neither 1 (inch) nor 2 (centimetre)", s.scale_units),
        );
    }
    if s.image_x == 0 || s.image_y == 0 {
        findings.error("geometry", at, "an image sampling rate of zero");
    } else if s.image_x > s.scan_x || s.image_y > s.scan_y {
        findings.warn("geometry", at, "the image's sampling rate is above the scanner's");
    }
    if !(1..=16).contains(&s.depth) {
        findings.error("geometry", at, format!("a depth of {} bits", s.depth));
    }
    if finger_compression_name(s.compression).is_none() {
        findings.warn("code", at, format!("compression {} is not listed", s.compression));
    }
}

fn check_codes(position: u8, impression: u8, at: usize, findings: &mut Findings) {
    if position_name(position).is_none() {
        findings.warn("code", at, format!("finger position {position} is not listed"));
    }
    if impression_name(impression).is_none() {
        findings.warn("code", at, format!("impression type {impression} is not listed"));
    }
}

fn check_image(width: u16, height: u16, s: &Sampling, data: &[u8], at: usize, findings: &mut Findings) {
    if width == 0 || height == 0 {
        findings.error("geometry", at, "an image of no pixels");
    }
    let pixels = u64::from(width) * u64::from(height);
    // Unpacked pixels take whole bytes, packed ones run on without padding.
    let expected = match s.compression {
        0 => Some(pixels * u64::from(s.depth.div_ceil(8))),
        1 => Some((pixels * u64::from(s.depth)).div_ceil(8)),
        _ => None,
    };
    if let Some(expected) = expected.filter(|&n| n != data.len() as u64) {
        let message = format!("raw pixels take {expected} bytes, there are {}", data.len());
        findings.error("image-length", at, message);
    }
}

fn check_positions(record: &FingerImageRecord<'_>, findings: &mut Findings) {
    if record.format != FirFormat::Iso2011 {
        return;
    }
    let mut seen = [false; 256];
    record.images.iter().for_each(|i| seen[usize::from(i.position)] = true);
    let positions = seen.iter().filter(|&&s| s).count();
    if usize::from(record.positions_declared) != positions {
        let message =
            format!("the header states {} positions, there are {positions}", record.positions_declared);
        findings.warn("number-of-positions", 15, message);
    }
}
