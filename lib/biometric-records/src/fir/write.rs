//! Writing finger image records.

use super::read::VIEW_HEAD_LEN;
use super::{FingerImage, FingerImageRecord, FirFormat, Sampling};
use crate::bytes::{Writer, fit};
use crate::common::{Capture, write_capture};
use crate::error::{Error, Result};

pub(super) fn write(record: &FingerImageRecord<'_>) -> Result<Vec<u8>> {
    let mut body = Writer::default();
    for image in &record.images {
        match record.format {
            FirFormat::Iso2011 => image_2011(image, record.certification_flag, &mut body)?,
            _ => view(image, record, &mut body)?,
        }
    }
    body.bytes(&record.trailing);
    let head = header(record)?;
    let length_len = if record.format == FirFormat::Iso2011 { 4 } else { 6 };
    let total = (8 + length_len + head.len() + body.0.len()) as u64;
    let length = record.declared_length.unwrap_or(total);
    let mut w = Writer::default();
    w.bytes(b"FIR\0");
    if record.format == FirFormat::Iso2011 {
        let length = u32::try_from(length)
            .map_err(|_| Error::Value { field: "record length", why: format!("{length} is over 32 bits") })?;
        w.bytes(b"020\0").u32(length);
    } else {
        w.bytes(b"010\0").u48(length);
    }
    w.bytes(&head).bytes(&body.0);
    Ok(w.0)
}

fn header(record: &FingerImageRecord<'_>) -> Result<Vec<u8>> {
    let mut w = Writer::default();
    if record.format == FirFormat::Iso2011 {
        w.u16(fit(record.images.len(), "number of representations")?);
        w.u8(record.certification_flag.into()).u8(record.positions_declared);
        return Ok(w.0);
    }
    if record.format == FirFormat::Ansi2004 {
        let product = record.product.unwrap_or_default();
        w.u16(product.owner).u16(product.kind);
    }
    w.u16(record.device).u16(record.acquisition_level);
    w.u8(fit(record.images.len(), "number of images")?);
    let s = record.sampling.unwrap_or(Sampling::raw_ppi(500));
    rates(&s, &mut w);
    w.u8(s.depth).u8(s.compression).u16(0);
    Ok(w.0)
}

fn rates(s: &Sampling, w: &mut Writer) {
    w.u8(s.scale_units).u16(s.scan_x).u16(s.scan_y).u16(s.image_x).u16(s.image_y);
}

fn view(image: &FingerImage<'_>, record: &FingerImageRecord<'_>, w: &mut Writer) -> Result<()> {
    if record.sampling.is_some_and(|s| s != image.sampling) {
        let why = "it differs from the header's, and the format has one for all images".into();
        return Err(Error::Value { field: "sampling", why });
    }
    let [quality] = image.quality.as_slice() else {
        let why = format!("{} has exactly one, not {}", record.format.name(), image.quality.len());
        return Err(Error::Value { field: "quality", why });
    };
    w.u32(fit(VIEW_HEAD_LEN + image.data.len(), "view length")?);
    w.u8(image.position).u8(image.views_of_position).u8(image.view_number);
    w.u8(quality.score).u8(image.impression).u16(image.width).u16(image.height).u8(0);
    w.bytes(&image.data);
    Ok(())
}

fn image_2011(image: &FingerImage<'_>, certified: bool, w: &mut Writer) -> Result<()> {
    let mut head = Writer::default();
    let unknown = Capture::default();
    write_capture(&mut head, image.capture.as_ref().unwrap_or(&unknown), &image.quality, certified)?;
    head.u8(image.position).u8(image.view_number);
    rates(&image.sampling, &mut head);
    head.u8(image.sampling.depth).u8(image.sampling.compression).u8(image.impression);
    head.u16(image.width).u16(image.height);
    head.u32(fit(image.data.len(), "image data length")?);
    let mut tail = Writer::default();
    for block in &image.extended {
        tail.u16(block.code).u16(fit(block.data.len() + 4, "extended block length")?).bytes(&block.data);
    }
    w.u32(fit(4 + head.0.len() + image.data.len() + tail.0.len(), "representation length")?);
    w.bytes(&head.0).bytes(&image.data).bytes(&tail.0);
    Ok(())
}
