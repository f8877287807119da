//! Iris image records: ISO/IEC 19794-6:2005 and :2011.
//!
//! Images stay compressed as they are in the record and are borrowed from it.

#[cfg(feature = "json")]
mod json;
mod read;
mod write;

use crate::common::{Capture, Quality};
use crate::error::{Parsed, Result};
use std::borrow::Cow;

/// Not measured or not told, for angles.
pub const ANGLE_UNKNOWN: u16 = 0xffff;

/// What the two editions state once for the record.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum IrisHeader {
    /// ISO/IEC 19794-6:2005.
    Iso2005(Header2005),
    /// ISO/IEC 19794-6:2011.
    Iso2011 {
        /// Whether the certification flag is set; the edition defines no blocks for it.
        certification_flag: u8,
        /// Eyes present: 0 unknown, 1 left or right, 2 both.
        eyes: u8,
    },
}

/// The 2005 header: one geometry and format for all images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header2005 {
    /// Capture device.
    pub device: u16,
    /// Image properties: orientation (bits 0 to 3), scan type (4, 5), occlusions (6, 7), boundary (8).
    pub properties: u16,
    /// Expected iris diameter in pixels, 0 unknown.
    pub diameter: u16,
    /// Image format; see [`crate::codes::iris_format_name_2005`].
    pub image_format: u16,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// Bits a channel.
    pub depth: u8,
    /// Transformation to polar images: 0 undefined, 1 standard.
    pub transformation: u8,
    /// The device's serial number or network address.
    pub device_unique_id: [u8; 16],
}

/// An iris image record.
#[derive(Debug, Clone, PartialEq)]
pub struct IrisRecord<'a> {
    /// Edition and header.
    pub header: IrisHeader,
    /// The total length as the header states it, where that is not the true length.
    pub declared_length: Option<u32>,
    /// The images in file order. In a 2005 record the images of an eye stand together.
    pub images: Vec<IrisImage<'a>>,
    /// Bytes after the last image, which belong to no field.
    pub trailing: Cow<'a, [u8]>,
}

/// One iris image.
#[derive(Debug, Clone, PartialEq)]
pub struct IrisImage<'a> {
    /// Which eye: 0 unknown, 1 right, 2 left.
    pub eye: u8,
    /// Number of the image: of this eye from 1 in 2005, in the record from 1 in 2011.
    pub number: u16,
    /// Quality: exactly one in 2005, any number in 2011.
    pub quality: Vec<Quality>,
    /// Rotation of the eye, 65,536ths of a turn; [`ANGLE_UNKNOWN`].
    pub roll: u16,
    /// Uncertainty of the rotation in the same unit; [`ANGLE_UNKNOWN`].
    pub roll_uncertainty: u16,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// What only the 2011 edition states.
    pub details: Option<Details2011>,
    /// The image as it is stored.
    pub data: Cow<'a, [u8]>,
}

/// What the 2011 edition states of each image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details2011 {
    /// When and with what it was captured; certifications have no place here.
    pub capture: Capture,
    /// Kind; see [`crate::codes::iris_kind_name`].
    pub kind: u8,
    /// Format; see [`crate::codes::iris_format_name_2011`].
    pub image_format: u8,
    /// Orientation (bits 0 to 3) and compression history (bits 6, 7).
    pub properties: u8,
    /// Bits a pixel.
    pub depth: u8,
    /// Distance of camera and eye in millimetres; 0 not told, 1 failed, 65,535 over.
    pub range_mm: u16,
    /// Least and greatest x, then y, of the iris centre in pixels; 0 not told.
    pub centre: [u16; 4],
    /// Least and greatest iris diameter in pixels; 0 not told.
    pub diameter: [u16; 2],
    /// The representation's length as it states it, where that is not its true length.
    pub declared_length: Option<u32>,
}

/// How the pixels of an iris image are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IrisCodec {
    /// Raw grey pixels.
    Raw,
    /// Raw RGB pixels.
    RawRgb,
    /// JPEG.
    Jpeg,
    /// JPEG-LS.
    JpegLs,
    /// JPEG 2000.
    Jpeg2000,
    /// PNG.
    Png,
}

impl<'a> IrisRecord<'a> {
    /// Reads a record of either edition; images are borrowed.
    ///
    /// # Errors
    /// [`crate::Error`] where the bytes are not an iris record or end too early.
    ///
    /// ```
    /// use biometric_records::iir::{Details2011, IrisImage, IrisRecord};
    ///
    /// let details = Details2011 { kind: 1, image_format: 2, depth: 8, ..Details2011::default() };
    /// let record = IrisRecord::new_2011(vec![IrisImage::new_2011(2, 4, 2, details, vec![0x80; 8])]);
    /// let bytes = record.to_bytes()?;
    /// let back = IrisRecord::read(&bytes)?;
    /// assert!(back.findings.is_empty());
    /// assert_eq!(back.value, record);
    /// # Ok::<(), biometric_records::Error>(())
    /// ```
    pub fn read(bytes: &'a [u8]) -> Result<Parsed<Self>> {
        read::read(bytes)
    }

    /// A 2011 record over these images, which it numbers from 1.
    pub fn new_2011(mut images: Vec<IrisImage<'a>>) -> Self {
        for (i, image) in images.iter_mut().enumerate() {
            image.number = u16::try_from(i + 1).unwrap_or(u16::MAX);
        }
        let has = |eye| images.iter().any(|i| i.eye == eye);
        let eyes = u8::from(has(1)) + u8::from(has(2));
        Self {
            header: IrisHeader::Iso2011 { certification_flag: 0, eyes },
            declared_length: None,
            images,
            trailing: Cow::Borrowed(&[]),
        }
    }

    /// The edition in words.
    pub fn format_name(&self) -> &'static str {
        match self.header {
            IrisHeader::Iso2005(_) => "ISO/IEC 19794-6:2005",
            IrisHeader::Iso2011 { .. } => "ISO/IEC 19794-6:2011",
        }
    }

    /// How an image of this record is stored, where the code is listed.
    pub fn codec(&self, image: &IrisImage<'_>) -> Option<IrisCodec> {
        match (&self.header, &image.details) {
            (IrisHeader::Iso2005(h), _) => Some(match h.image_format {
                0x02 => IrisCodec::Raw,
                0x04 => IrisCodec::RawRgb,
                0x06 | 0x08 => IrisCodec::Jpeg,
                0x0a | 0x0c => IrisCodec::JpegLs,
                0x0e | 0x10 => IrisCodec::Jpeg2000,
                _ => return None,
            }),
            (IrisHeader::Iso2011 { .. }, Some(d)) => Some(match d.image_format {
                0x02 => IrisCodec::Raw,
                0x0a => IrisCodec::Jpeg2000,
                0x0e => IrisCodec::Png,
                _ => return None,
            }),
            (IrisHeader::Iso2011 { .. }, None) => None,
        }
    }

    /// The record's bytes.
    ///
    /// # Errors
    /// [`crate::Error::Value`] where a value has no place in the record's edition.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        write::write(self)
    }

    /// The record as JSON, image data as their length.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> serde_json::Value {
        json::record(self)
    }
}

impl<'a> IrisImage<'a> {
    /// An image of a 2011 record, of unknown quality and rotation.
    pub fn new_2011(
        eye: u8,
        width: u16,
        height: u16,
        details: Details2011,
        data: impl Into<Cow<'a, [u8]>>,
    ) -> Self {
        Self {
            eye,
            number: 1,
            quality: Vec::new(),
            roll: ANGLE_UNKNOWN,
            roll_uncertainty: ANGLE_UNKNOWN,
            width,
            height,
            details: Some(details),
            data: data.into(),
        }
    }
}

/// Whether these bytes begin like an iris record.
pub fn is_iir(bytes: &[u8]) -> bool {
    bytes.starts_with(b"IIR\0")
}
