//! Reading iris image records.

use super::{Details2011, Header2005, IrisHeader, IrisImage, IrisRecord};
use crate::bytes::Reader;
use crate::codes::{eye_name, iris_format_name_2005, iris_format_name_2011, iris_kind_name};
use crate::common::{Quality, check_score, read_capture};
use crate::error::{Error, Findings, Parsed, Result};
use std::borrow::Cow;

const MAGIC_LEN: usize = 8;

/// Length that the 2005 header states of itself.
pub(super) const HEADER_LEN_2005: u16 = 45;

/// Eyes that a 2005 record can have.
const MAX_EYES: u8 = 2;

pub(super) fn read(bytes: &[u8]) -> Result<Parsed<IrisRecord<'_>>> {
    let mut r = Reader::new(bytes);
    match r.take(MAGIC_LEN, "format identifier").ok() {
        Some(b"IIR\x00010\0") => read_2005(r),
        Some(b"IIR\x00020\0") => read_2011(r),
        _ => Err(Error::NotThisFormat { expected: "an iris image record" }),
    }
}

fn finish<'a>(
    mut r: Reader<'a>,
    declared: u32,
    header: IrisHeader,
    images: Vec<IrisImage<'a>>,
    mut findings: Findings,
) -> Parsed<IrisRecord<'a>> {
    let end = r.offset();
    let trailing = Cow::Borrowed(r.rest());
    if !trailing.is_empty() {
        let message = format!("{} bytes follow the last image", trailing.len());
        findings.error("trailing-bytes", end, message);
    }
    let wrong = usize::try_from(declared) != Ok(r.offset());
    if wrong {
        let message = format!("the header states {declared} bytes, there are {}", r.offset());
        findings.error("record-length", MAGIC_LEN, message);
    }
    if images.is_empty() {
        findings.error("no-images", MAGIC_LEN, "the record has no image");
    }
    let value = IrisRecord { header, declared_length: wrong.then_some(declared), images, trailing };
    Parsed { value, findings: findings.0 }
}

fn read_2005(mut r: Reader<'_>) -> Result<Parsed<IrisRecord<'_>>> {
    let mut findings = Findings::default();
    let declared = r.u32("record length")?;
    let mut h = Header2005 { device: r.u16("capture device")?, ..Header2005::default() };
    let at = r.offset();
    let eyes = r.u8("number of eyes")?;
    if eyes > MAX_EYES {
        return Err(Error::Inconsistent { what: format!("a record of {eyes} eyes"), offset: at });
    }
    let at = r.offset();
    let header_len = r.u16("header length")?;
    if header_len != HEADER_LEN_2005 {
        return Err(Error::Inconsistent { what: format!("a header of {header_len} bytes"), offset: at });
    }
    h.properties = r.u16("image properties")?;
    h.diameter = r.u16("iris diameter")?;
    let at = r.offset();
    h.image_format = r.u16("image format")?;
    if iris_format_name_2005(h.image_format).is_none() {
        findings.warn("code", at, format!("image format {} is not listed", h.image_format));
    }
    let at = r.offset();
    (h.width, h.height) = (r.u16("image width")?, r.u16("image height")?);
    h.depth = r.u8("intensity depth")?;
    check_size(h.width, h.height, h.depth, at, &mut findings);
    h.transformation = r.u8("image transformation")?;
    h.device_unique_id = r.array("device identifier")?;
    let mut images = Vec::new();
    let mut last_eye = None;
    for _ in 0..eyes {
        let at = r.offset();
        let eye = r.u8("eye position")?;
        check_eye(eye, at, &mut findings);
        let count = r.u16("number of images of the eye")?;
        if count == 0 {
            findings.error("no-images", at, "an eye without images");
        }
        if last_eye == Some(eye) {
            findings.error("eye-repeated", at, "two groups of the same eye");
        }
        last_eye = Some(eye);
        for _ in 0..count {
            let number = r.u16("image number")?;
            let at = r.offset();
            let score = r.u8("image quality")?;
            check_score(score, at, &mut findings);
            let (roll, roll_uncertainty) = (r.u16("rotation angle")?, r.u16("rotation uncertainty")?);
            let length = r.u32("image length")? as usize;
            let data_at = r.offset();
            let data = r.take(length, "image data")?;
            if h.image_format == 2 {
                check_raw(h.width, h.height, h.depth, data, data_at, &mut findings);
            }
            images.push(IrisImage {
                eye,
                number,
                quality: vec![Quality { score, ..Quality::default() }],
                roll,
                roll_uncertainty,
                width: h.width,
                height: h.height,
                details: None,
                data: Cow::Borrowed(data),
            });
        }
    }
    Ok(finish(r, declared, IrisHeader::Iso2005(h), images, findings))
}

fn read_2011(mut r: Reader<'_>) -> Result<Parsed<IrisRecord<'_>>> {
    let mut findings = Findings::default();
    let declared = r.u32("record length")?;
    let count = r.u16("number of representations")?;
    let at = r.offset();
    let certification_flag = r.u8("certification flag")?;
    if certification_flag != 0 {
        findings.error("certification-flag", at, "the certification flag of an iris record must be zero");
    }
    let eyes = r.u8("number of eyes")?;
    if eyes > MAX_EYES {
        findings.warn("code", at + 1, format!("a record of {eyes} eyes"));
    }
    let mut images = Vec::new();
    for _ in 0..count {
        images.push(image_2011(&mut r, &mut findings)?);
    }
    Ok(finish(r, declared, IrisHeader::Iso2011 { certification_flag, eyes }, images, findings))
}

fn image_2011<'a>(r: &mut Reader<'a>, findings: &mut Findings) -> Result<IrisImage<'a>> {
    let begin = r.offset();
    let stated = r.u32("representation length")?;
    let (capture, quality) = read_capture(r, false, findings)?;
    let number = r.u16("representation number")?;
    let at = r.offset();
    let eye = r.u8("eye label")?;
    check_eye(eye, at, findings);
    let mut d = Details2011 { capture, kind: r.u8("image type")?, ..Details2011::default() };
    if iris_kind_name(d.kind).is_none() {
        findings.warn("code", at + 1, format!("image type {} is not listed", d.kind));
    }
    d.image_format = r.u8("image format")?;
    if iris_format_name_2011(d.image_format).is_none() {
        findings.warn("code", at + 2, format!("image format {} is not listed", d.image_format));
    }
    d.properties = r.u8("image properties")?;
    let at = r.offset();
    let (width, height) = (r.u16("image width")?, r.u16("image height")?);
    d.depth = r.u8("bit depth")?;
    check_size(width, height, d.depth, at, findings);
    d.range_mm = r.u16("range")?;
    let (roll, roll_uncertainty) = (r.u16("roll angle")?, r.u16("roll angle uncertainty")?);
    for side in &mut d.centre {
        *side = r.u16("iris centre")?;
    }
    for side in &mut d.diameter {
        *side = r.u16("iris diameter")?;
    }
    let length = r.u32("image length")? as usize;
    let at = r.offset();
    let data = r.take(length, "image data")?;
    if d.image_format == 2 {
        check_raw(width, height, d.depth, data, at, findings);
    }
    // Some writers forget a quality block in the length: the fields tell where the image ends.
    let is = r.offset() - begin;
    let missing = (stated as usize).saturating_sub(is);
    if (1..=r.left()).contains(&missing) {
        let what = format!("{missing} bytes are left in the representation");
        return Err(Error::Inconsistent { what, offset: r.offset() });
    }
    if stated as usize != is {
        let message = format!("the representation states {stated} bytes, it has {is}");
        findings.error("representation-length", begin, message);
        d.declared_length = Some(stated);
    }
    let data = Cow::Borrowed(data);
    Ok(IrisImage { eye, number, quality, roll, roll_uncertainty, width, height, details: Some(d), data })
}

fn check_eye(eye: u8, at: usize, findings: &mut Findings) {
    if eye_name(eye).is_none() {
        findings.warn("code", at, format!("eye {eye} is not listed"));
    }
}

fn check_size(width: u16, height: u16, depth: u8, at: usize, findings: &mut Findings) {
    if width == 0 || height == 0 || depth == 0 {
        findings.error("geometry", at, format!("an image of {width} x {height} pixels of {depth} bits"));
    }
}

fn check_raw(width: u16, height: u16, depth: u8, data: &[u8], at: usize, findings: &mut Findings) {
    let expected = u64::from(width) * u64::from(height) * u64::from(depth.div_ceil(8));
    if expected != data.len() as u64 {
        let message = format!("raw pixels take {expected} bytes, there are {}", data.len());
        findings.error("image-length", at, message);
    }
}
