//! Reading minutiae records.

use super::{FingerView, FmrFormat, Geometry, Minutia, MinutiaKind, MinutiaeRecord, extended};
use crate::bytes::Reader;
use crate::codes::position_name;
use crate::common::{ProductId, Quality, check_score, read_capture};
use crate::error::{Error, Findings, Parsed, Result};

/// The 14 bits of a coordinate.
pub(super) const COORDINATE: u16 = 0x3fff;

const MAGIC_LEN: usize = 8;
const ISO_2005_MIN_LEN: u16 = 24;
const ANSI_2004_MIN_LEN: u16 = 26;

/// Reads a record of any edition. The same eight first bytes stand for several editions, which the
/// rest tells apart: the one whose structure ends with the record is taken.
pub(super) fn read(bytes: &[u8]) -> Result<Parsed<MinutiaeRecord>> {
    let not_one = Error::NotThisFormat { expected: "a finger minutiae record" };
    let candidates: &[FmrFormat] = match bytes.get(..MAGIC_LEN) {
        Some(b"FMR\0 20\0" | b"FMR\x00020\0") if looks_ansi_2004(bytes) => {
            &[FmrFormat::Ansi2004, FmrFormat::Iso2005]
        }
        Some(b"FMR\0 20\0" | b"FMR\x00020\0") => &[FmrFormat::Iso2005, FmrFormat::Ansi2004],
        Some(b"FMR\x00030\0") => &[FmrFormat::Iso2011, FmrFormat::Ansi2009, FmrFormat::Ansi2007],
        Some(b"FMR\x00035\0") => &[FmrFormat::Ansi2009Am1],
        _ => return Err(not_one),
    };
    let mut second_best: Option<Parsed<MinutiaeRecord>> = None;
    let mut first_error = None;
    for &format in candidates {
        match read_as(bytes, format) {
            Ok((parsed, true)) => return Ok(parsed),
            // The fewer bytes are left over, the likelier it is this edition.
            Ok((parsed, false)) => {
                let left = |p: &Parsed<MinutiaeRecord>| p.value.trailing.len();
                if second_best.as_ref().is_none_or(|best| left(&parsed) < left(best)) {
                    second_best = Some(parsed);
                }
            }
            Err(e) => first_error = first_error.or(Some(e)),
        }
    }
    second_best.ok_or(first_error.unwrap_or(not_one))
}

/// ANSI INCITS 378-2004 has its length in two bytes, or in six of which the first two are zero;
/// ISO/IEC 19794-2:2005 in four.
fn looks_ansi_2004(bytes: &[u8]) -> bool {
    let word = |at| bytes.get(at..at + 2).map_or(0, |b: &[u8]| u16::from(b[0]) << 8 | u16::from(b[1]));
    match (word(MAGIC_LEN), word(MAGIC_LEN + 2)) {
        (0, next) => next < ISO_2005_MIN_LEN,
        (first, _) => first >= ANSI_2004_MIN_LEN,
    }
}

/// Also tells whether the structure ends where the bytes end.
fn read_as(bytes: &[u8], format: FmrFormat) -> Result<(Parsed<MinutiaeRecord>, bool)> {
    let mut findings = Findings::default();
    let mut r = Reader::new(bytes);
    r.take(MAGIC_LEN / 2, "format identifier")?;
    let version = r.array("version")?;
    let declared = match format {
        FmrFormat::Ansi2004 => match r.u16("record length")? {
            0 => r.u32("record length")?,
            short => u32::from(short),
        },
        _ => r.u32("record length")?,
    };
    let mut record = MinutiaeRecord { version, ..MinutiaeRecord::new(format, Vec::new()) };
    if version != *format.version() {
        findings.warn("version", MAGIC_LEN / 2, "the version is spelt `020` instead of ` 20`");
    }
    let count = header(&mut r, &mut record, &mut findings)?;
    for _ in 0..count {
        let view = match format {
            FmrFormat::Iso2011 => view_2011(&mut r, record.certification_flag, &mut findings)?,
            _ => view(&mut r, format, record.geometry, &mut findings)?,
        };
        record.views.push(view);
    }
    let end = r.offset();
    record.trailing = r.rest().to_vec();
    let complete = record.trailing.is_empty();
    if !complete {
        let message = format!("{} bytes follow the last view", record.trailing.len());
        findings.error("trailing-bytes", end, message);
    }
    if usize::try_from(declared) != Ok(bytes.len()) {
        let message = format!("the header states {declared} bytes, there are {}", bytes.len());
        findings.error("record-length", MAGIC_LEN, message);
        record.declared_length = Some(declared);
    }
    check_views(&record, &mut findings);
    Ok((Parsed { value: record, findings: findings.0 }, complete))
}

fn header(r: &mut Reader<'_>, record: &mut MinutiaeRecord, findings: &mut Findings) -> Result<u16> {
    if let Some(product) = &mut record.product {
        *product = ProductId { owner: r.u16("product owner")?, kind: r.u16("product type")? };
        if product.owner == 0 {
            findings.warn("product-owner", r.offset().saturating_sub(4), "the product owner is zero");
        }
    }
    match record.format {
        FmrFormat::Iso2011 => {
            let count = r.u16("number of representations")?;
            let at = r.offset();
            let flag = r.u8("certification flag")?;
            if flag > 1 {
                return Err(Error::Inconsistent { what: format!("certification flag {flag}"), offset: at });
            }
            record.certification_flag = flag == 1;
            return Ok(count);
        }
        FmrFormat::Ansi2009 | FmrFormat::Ansi2009Am1 => {
            record.device_compliance = r.u8("device certification")?;
            record.device = r.u16("capture device")?;
        }
        FmrFormat::Iso2005 | FmrFormat::Ansi2004 | FmrFormat::Ansi2007 => {
            let packed = r.u16("capture device")?;
            record.device_compliance = (packed >> 12) as u8;
            record.device = packed & 0x0fff;
        }
    }
    if let Some(geometry) = &mut record.geometry {
        *geometry = read_geometry(r, findings)?;
    }
    let count = r.u8("number of views")?;
    let at = r.offset();
    if r.u8("reserved byte")? != 0 {
        findings.error("reserved", at, "the reserved byte of the header is not zero");
    }
    Ok(u16::from(count))
}

fn read_geometry(r: &mut Reader<'_>, findings: &mut Findings) -> Result<Geometry> {
    let at = r.offset();
    let g = Geometry {
        width: r.u16("image width")?,
        height: r.u16("image height")?,
        x_per_cm: r.u16("horizontal sampling")?,
        y_per_cm: r.u16("vertical sampling")?,
    };
    if [g.width, g.height, g.x_per_cm, g.y_per_cm].contains(&0) {
        findings.error("geometry", at, "an image size or sampling of zero");
    }
    Ok(g)
}

fn view(
    r: &mut Reader<'_>,
    format: FmrFormat,
    header: Option<Geometry>,
    findings: &mut Findings,
) -> Result<FingerView> {
    let mut v = FingerView { with_minutia_quality: true, ..FingerView::default() };
    let at = r.offset();
    v.position = r.u8("finger position")?;
    if let Some(geometry) = header {
        let packed = r.u8("view number and impression type")?;
        (v.view_number, v.impression) = (packed >> 4, packed & 0x0f);
        let score_at = r.offset();
        let score = r.u8("finger quality")?;
        check_score(score, score_at, findings);
        v.quality.push(Quality { score, ..Quality::default() });
        v.geometry = geometry;
    } else {
        v.view_number = r.u8("view number")?;
        v.impression = r.u8("impression type")?;
        let score_at = r.offset();
        let quality = Quality {
            score: r.u8("finger quality")?,
            vendor: r.u16("quality algorithm vendor")?,
            algorithm: r.u16("quality algorithm")?,
        };
        check_score(quality.score, score_at, findings);
        v.quality.push(quality);
        v.geometry = read_geometry(r, findings)?;
    }
    check_codes(&v, format, at, findings);
    let count = r.u8("number of minutiae")?;
    minutiae(r, &mut v, count, format, findings)?;
    extended_area(r, &mut v, format, findings)?;
    Ok(v)
}

fn view_2011(r: &mut Reader<'_>, certified: bool, findings: &mut Findings) -> Result<FingerView> {
    let format = FmrFormat::Iso2011;
    let at = r.offset();
    let length = r.u32("representation length")? as usize;
    let Some(body) = length.checked_sub(4) else {
        return Err(Error::Inconsistent { what: format!("a representation of {length} bytes"), offset: at });
    };
    let mut r = r.part(body, "representation")?;
    let (capture, quality) = read_capture(&mut r, certified, findings)?;
    let mut v = FingerView { capture: Some(capture), quality, ..FingerView::default() };
    let code_at = r.offset();
    v.position = r.u8("finger position")?;
    v.view_number = r.u8("representation number")?;
    v.geometry.x_per_cm = r.u16("horizontal sampling")?;
    v.geometry.y_per_cm = r.u16("vertical sampling")?;
    v.impression = r.u8("impression type")?;
    v.geometry.width = r.u16("image width")?;
    v.geometry.height = r.u16("image height")?;
    let g = &v.geometry;
    if [g.width, g.height, g.x_per_cm, g.y_per_cm].contains(&0) {
        findings.error("geometry", code_at, "an image size or sampling of zero");
    }
    check_codes(&v, format, code_at, findings);
    let at = r.offset();
    let kinds = r.u8("minutia field length and ending type")?;
    v.ending_kind = kinds & 0x0f;
    v.with_minutia_quality = match kinds >> 4 {
        5 => false,
        6 => true,
        n => return Err(Error::Inconsistent { what: format!("a minutia of {n} bytes"), offset: at }),
    };
    if v.ending_kind > 1 {
        findings.warn("code", at, format!("ridge ending type {} is not listed", v.ending_kind));
    }
    let count = r.u8("number of minutiae")?;
    minutiae(&mut r, &mut v, count, format, findings)?;
    extended_area(&mut r, &mut v, format, findings)?;
    if r.left() > 0 {
        let what = format!("{} bytes are left in the representation", r.left());
        return Err(Error::Inconsistent { what, offset: r.offset() });
    }
    Ok(v)
}

fn minutiae(
    r: &mut Reader<'_>,
    v: &mut FingerView,
    count: u8,
    format: FmrFormat,
    findings: &mut Findings,
) -> Result<()> {
    for i in 0..count {
        let at = r.offset();
        let (x, y) = (r.u16("minutia")?, r.u16("minutia")?);
        let angle = r.u8("minutia")?;
        let quality = if v.with_minutia_quality { Some(r.u8("minutia")?) } else { None };
        let kind = match x >> 14 {
            0 => MinutiaKind::Other,
            1 => MinutiaKind::Ending,
            2 => MinutiaKind::Bifurcation,
            _ => MinutiaKind::Reserved,
        };
        let m = Minutia { kind, x: x & COORDINATE, y: y & COORDINATE, angle, quality };
        if kind == MinutiaKind::Reserved {
            findings.warn("code", at, format!("minutia {i} has the reserved type 3"));
        }
        if y & !COORDINATE != 0 {
            findings.error("reserved", at + 2, format!("minutia {i} has reserved bits set"));
        }
        if m.x >= v.geometry.width || m.y >= v.geometry.height {
            let message = format!("minutia {i} at {}, {} lies outside the image", m.x, m.y);
            findings.error("minutia-position", at, message);
        }
        if format.is_ansi() && angle >= 180 {
            findings.error("minutia-angle", at + 4, format!("minutia {i} has angle {angle}, over 179 steps"));
        }
        if let Some(q) = quality {
            check_score(q, at + 5, findings);
        }
        v.minutiae.push(m);
    }
    Ok(())
}

fn extended_area(
    r: &mut Reader<'_>,
    v: &mut FingerView,
    format: FmrFormat,
    findings: &mut Findings,
) -> Result<()> {
    let at = r.offset();
    let stated = r.u16("length of extended data")?;
    let length = usize::from(stated).min(r.left());
    if length != usize::from(stated) {
        let message = format!("{stated} bytes of extended data are stated, {length} are there");
        findings.error("extended-length", at, message);
        v.declared_extended_length = Some(stated);
    }
    (v.extended, v.bare_extended_lengths) =
        extended::read(r.part(length, "extended data")?, format, &v.geometry, findings);
    Ok(())
}

fn check_codes(v: &FingerView, format: FmrFormat, at: usize, findings: &mut Findings) {
    if position_name(v.position).is_none() {
        findings.warn("code", at, format!("finger position {} is not listed", v.position));
    }
    if super::impression_name(format, v.impression).is_none() {
        findings.warn("code", at, format!("impression type {} is not listed", v.impression));
    }
}

/// Views of one position are numbered from zero without gaps, in order.
fn check_views(record: &MinutiaeRecord, findings: &mut Findings) {
    let mut next = [0_u16; 256];
    for v in &record.views {
        let slot = &mut next[usize::from(v.position)];
        if u16::from(v.view_number) != *slot {
            let message =
                format!("view {} of position {} where {} comes next", v.view_number, v.position, *slot);
            findings.warn("view-number", 0, message);
        }
        *slot = slot.saturating_add(1);
    }
}
