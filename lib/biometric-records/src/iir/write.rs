//! Writing iris image records.

use super::read::HEADER_LEN_2005;
use super::{Header2005, IrisHeader, IrisImage, IrisRecord};
use crate::bytes::{Writer, fit};
use crate::common::write_capture;
use crate::error::{Error, Result};

pub(super) fn write(record: &IrisRecord<'_>) -> Result<Vec<u8>> {
    let (version, mut rest) = match &record.header {
        IrisHeader::Iso2005(h) => (b"010\0", rest_2005(h, &record.images)?),
        IrisHeader::Iso2011 { certification_flag, eyes } => {
            let mut w = Writer::default();
            w.u16(fit(record.images.len(), "number of representations")?).u8(*certification_flag).u8(*eyes);
            for image in &record.images {
                image_2011(image, &mut w)?;
            }
            (b"020\0", w.0)
        }
    };
    rest.extend_from_slice(&record.trailing);
    let length = record.declared_length.map_or_else(|| fit(12 + rest.len(), "record length"), Ok)?;
    let mut w = Writer::default();
    w.bytes(b"IIR\0").bytes(version).u32(length).bytes(&rest);
    Ok(w.0)
}

fn rest_2005(h: &Header2005, images: &[IrisImage<'_>]) -> Result<Vec<u8>> {
    let groups: Vec<&[IrisImage<'_>]> = images.chunk_by(|a, b| a.eye == b.eye).collect();
    if groups.len() > 2 {
        let why = "a 2005 record has two eyes at most, each one's images together".into();
        return Err(Error::Value { field: "eyes", why });
    }
    let mut w = Writer::default();
    w.u16(h.device).u8(fit(groups.len(), "number of eyes")?).u16(HEADER_LEN_2005);
    w.u16(h.properties).u16(h.diameter).u16(h.image_format).u16(h.width).u16(h.height);
    w.u8(h.depth).u8(h.transformation).bytes(&h.device_unique_id);
    for group in groups {
        w.u8(group.first().map_or(0, |i| i.eye)).u16(fit(group.len(), "number of images of the eye")?);
        for image in group {
            let [quality] = image.quality.as_slice() else {
                let why = format!("a 2005 record has exactly one, not {}", image.quality.len());
                return Err(Error::Value { field: "image quality", why });
            };
            if (image.width, image.height) != (h.width, h.height) {
                let why = "it differs from the header's, and the edition has one for all images".into();
                return Err(Error::Value { field: "image size", why });
            }
            w.u16(image.number).u8(quality.score).u16(image.roll).u16(image.roll_uncertainty);
            w.u32(fit(image.data.len(), "image length")?).bytes(&image.data);
        }
    }
    Ok(w.0)
}

fn image_2011(image: &IrisImage<'_>, w: &mut Writer) -> Result<()> {
    let Some(d) = &image.details else {
        return Err(Error::Value { field: "image details", why: "a 2011 record needs them".into() });
    };
    let mut head = Writer::default();
    write_capture(&mut head, &d.capture, &image.quality, false)?;
    head.u16(image.number).u8(image.eye).u8(d.kind).u8(d.image_format).u8(d.properties);
    head.u16(image.width).u16(image.height).u8(d.depth);
    head.u16(d.range_mm).u16(image.roll).u16(image.roll_uncertainty);
    d.centre.iter().chain(&d.diameter).for_each(|&n| {
        head.u16(n);
    });
    head.u32(fit(image.data.len(), "image length")?);
    let length = 4 + head.0.len() + image.data.len();
    w.u32(d.declared_length.map_or_else(|| fit(length, "representation length"), Ok)?);
    w.bytes(&head.0).bytes(&image.data);
    Ok(())
}
