//! Writing minutiae records.

use super::read::COORDINATE;
use super::{FingerView, FmrFormat, Geometry, Minutia, MinutiaeRecord, extended};
use crate::bytes::{Writer, fit};
use crate::common::{Capture, write_capture};
use crate::error::{Error, Result};

/// Quality of a minutia that has none, where the format asks for a byte.
const QUALITY_NOT_TOLD: u8 = 254;
const QUALITY_NOT_TOLD_2005: u8 = 0;

pub(super) fn write(record: &MinutiaeRecord) -> Result<Vec<u8>> {
    let mut views = Writer::default();
    for v in &record.views {
        match record.format {
            FmrFormat::Iso2011 => view_2011(v, record.certification_flag, &mut views)?,
            _ => view(v, record, &mut views)?,
        }
    }
    let head = header(record)?;
    let mut w = Writer::default();
    w.bytes(b"FMR\0").bytes(&record.version);
    views.bytes(&record.trailing);
    let body = head.len() + views.0.len();
    if record.format == FmrFormat::Ansi2004 {
        // Two bytes, or six that begin with two zeros.
        let short = 8 + 2 + body;
        match record.declared_length.map_or_else(|| u16::try_from(short).ok(), |n| u16::try_from(n).ok()) {
            Some(n) if n != 0 => w.u16(n),
            _ => w.u16(0).u32(record.declared_length.map_or_else(|| fit(short + 4, "record length"), Ok)?),
        };
    } else {
        w.u32(record.declared_length.map_or_else(|| fit(8 + 4 + body, "record length"), Ok)?);
    }
    w.bytes(&head).bytes(&views.0);
    Ok(w.0)
}

fn header(record: &MinutiaeRecord) -> Result<Vec<u8>> {
    let mut w = Writer::default();
    if record.format.is_ansi() {
        let product = record.product.unwrap_or_default();
        w.u16(product.owner).u16(product.kind);
    }
    match record.format {
        FmrFormat::Iso2011 => {
            w.u16(fit(record.views.len(), "number of representations")?);
            w.u8(record.certification_flag.into());
            return Ok(w.0);
        }
        FmrFormat::Ansi2009 | FmrFormat::Ansi2009Am1 => {
            w.u8(record.device_compliance).u16(record.device);
        }
        FmrFormat::Iso2005 | FmrFormat::Ansi2004 | FmrFormat::Ansi2007 => {
            if record.device_compliance > 0x0f || record.device > 0x0fff {
                let why = "4 bits of compliance and 12 of device number are all there is".into();
                return Err(Error::Value { field: "capture device", why });
            }
            w.u16(u16::from(record.device_compliance) << 12 | record.device);
        }
    }
    if record.format.has_header_geometry() {
        geometry(&record.geometry.unwrap_or_default(), &mut w);
    }
    w.u8(fit(record.views.len(), "number of views")?).u8(0);
    Ok(w.0)
}

fn geometry(g: &Geometry, w: &mut Writer) {
    w.u16(g.width).u16(g.height).u16(g.x_per_cm).u16(g.y_per_cm);
}

fn view(v: &FingerView, record: &MinutiaeRecord, w: &mut Writer) -> Result<()> {
    let [quality] = v.quality.as_slice() else {
        let why = format!("{} has exactly one, not {}", record.format.name(), v.quality.len());
        return Err(Error::Value { field: "finger quality", why });
    };
    w.u8(v.position);
    if record.format.has_header_geometry() {
        if record.geometry.unwrap_or_default() != v.geometry {
            let why = "it differs from the header's, and the format has one for all views".into();
            return Err(Error::Value { field: "image geometry", why });
        }
        if v.view_number > 0x0f || v.impression > 0x0f {
            return Err(Error::Value { field: "view number or impression type", why: "over 4 bits".into() });
        }
        w.u8(v.view_number << 4 | v.impression).u8(quality.score);
    } else {
        w.u8(v.view_number).u8(v.impression);
        w.u8(quality.score).u16(quality.vendor).u16(quality.algorithm);
        geometry(&v.geometry, w);
    }
    let not_told = if record.format.has_header_geometry() { QUALITY_NOT_TOLD_2005 } else { QUALITY_NOT_TOLD };
    minutiae(&v.minutiae, Some(not_told), w)?;
    extended_area(v, record.format, w)
}

fn view_2011(v: &FingerView, certified: bool, w: &mut Writer) -> Result<()> {
    let mut body = Writer::default();
    let unknown = Capture::default();
    write_capture(&mut body, v.capture.as_ref().unwrap_or(&unknown), &v.quality, certified)?;
    body.u8(v.position).u8(v.view_number);
    body.u16(v.geometry.x_per_cm).u16(v.geometry.y_per_cm).u8(v.impression);
    body.u16(v.geometry.width).u16(v.geometry.height);
    if v.ending_kind > 0x0f {
        return Err(Error::Value { field: "ridge ending type", why: "over 4 bits".into() });
    }
    body.u8(if v.with_minutia_quality { 0x60 } else { 0x50 } | v.ending_kind);
    minutiae(&v.minutiae, v.with_minutia_quality.then_some(QUALITY_NOT_TOLD), &mut body)?;
    extended_area(v, FmrFormat::Iso2011, &mut body)?;
    w.u32(fit(body.0.len() + 4, "representation length")?).bytes(&body.0);
    Ok(())
}

/// `not_told` is the quality of a minutia without one; without it no quality bytes are written.
fn minutiae(list: &[Minutia], not_told: Option<u8>, w: &mut Writer) -> Result<()> {
    w.u8(fit(list.len(), "number of minutiae")?);
    for m in list {
        if m.x > COORDINATE || m.y > COORDINATE {
            let why = format!("{}, {} is over 14 bits", m.x, m.y);
            return Err(Error::Value { field: "minutia position", why });
        }
        w.u16(u16::from(m.kind as u8) << 14 | m.x).u16(m.y).u8(m.angle);
        match (not_told, m.quality) {
            (Some(default), quality) => {
                w.u8(quality.unwrap_or(default));
            }
            (None, None) => {}
            (None, Some(_)) => {
                let why = "the view says that its minutiae have none".into();
                return Err(Error::Value { field: "minutia quality", why });
            }
        }
    }
    Ok(())
}

fn extended_area(v: &FingerView, format: FmrFormat, w: &mut Writer) -> Result<()> {
    let mut area = Writer::default();
    for block in &v.extended {
        extended::write(block, format, v.bare_extended_lengths, &mut area)?;
    }
    let length =
        v.declared_extended_length.map_or_else(|| fit(area.0.len(), "length of extended data"), Ok)?;
    w.u16(length).bytes(&area.0);
    Ok(())
}
