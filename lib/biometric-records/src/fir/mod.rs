//! Finger image records: ISO/IEC 19794-4:2005 and :2011, ANSI INCITS 381-2004.
//!
//! Images stay compressed as they are in the record and are borrowed from it; which codec made them
//! is told by [`Sampling::compression`].

#[cfg(feature = "json")]
mod json;
mod read;
mod write;

use crate::common::{Capture, ProductId, Quality};
use crate::error::{Parsed, Result};
use std::borrow::Cow;

/// The edition that a finger image record follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FirFormat {
    /// ISO/IEC 19794-4:2005.
    Iso2005,
    /// ISO/IEC 19794-4:2011.
    Iso2011,
    /// ANSI INCITS 381-2004: as ISO 2005 with a product identifier.
    Ansi2004,
}

impl FirFormat {
    /// The edition in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iso2005 => "ISO/IEC 19794-4:2005",
            Self::Iso2011 => "ISO/IEC 19794-4:2011",
            Self::Ansi2004 => "ANSI INCITS 381-2004",
        }
    }
}

/// A finger image record.
#[derive(Debug, Clone, PartialEq)]
pub struct FingerImageRecord<'a> {
    /// The edition.
    pub format: FirFormat,
    /// CBEFF product identifier; ANSI only.
    pub product: Option<ProductId>,
    /// Capture device; not in 2011, which has it in each image's [`Capture`].
    pub device: u16,
    /// Image acquisition level (30 and 31: 500 ppi, 40 and 41: 1000 ppi); not in 2011.
    pub acquisition_level: u16,
    /// Sampling, depth and compression of all images; not in 2011, which has them in each image.
    pub sampling: Option<Sampling>,
    /// Whether certification blocks follow; 2011 only.
    pub certification_flag: bool,
    /// How many different positions there are, as the header states it; 2011 only.
    pub positions_declared: u8,
    /// The total length as the header states it, where that is not the true length.
    pub declared_length: Option<u64>,
    /// The images, in file order.
    pub images: Vec<FingerImage<'a>>,
    /// Bytes after the last image, which belong to no field.
    pub trailing: Cow<'a, [u8]>,
}

/// Sampling, depth and compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Unit of the four rates: 1 pixels per inch, 2 pixels per centimetre.
    pub scale_units: u8,
    /// Horizontal rate of the scanner.
    pub scan_x: u16,
    /// Vertical rate of the scanner.
    pub scan_y: u16,
    /// Horizontal rate of the image.
    pub image_x: u16,
    /// Vertical rate of the image.
    pub image_y: u16,
    /// Bits a pixel, 1 to 16.
    pub depth: u8,
    /// Compression code; see [`crate::codes::finger_compression_name`].
    pub compression: u8,
}

impl Sampling {
    /// 8-bit raw pixels at this many pixels per inch.
    pub fn raw_ppi(ppi: u16) -> Self {
        Self {
            scale_units: 1,
            scan_x: ppi,
            scan_y: ppi,
            image_x: ppi,
            image_y: ppi,
            depth: 8,
            compression: 0,
        }
    }

    /// The image's horizontal rate in pixels per inch, where the units are known.
    pub fn ppi(&self) -> Option<f64> {
        match (self.scale_units, self.image_x) {
            (_, 0) => None,
            (1, n) => Some(f64::from(n)),
            (2, n) => Some(f64::from(n) * 2.54),
            _ => None,
        }
    }
}

/// One finger or palm image.
#[derive(Debug, Clone, PartialEq)]
pub struct FingerImage<'a> {
    /// Position code; see [`crate::codes::position_name`].
    pub position: u8,
    /// How many views this position has; not in 2011.
    pub views_of_position: u8,
    /// Number of this view: from 1 in the older editions, from 0 or 1 in 2011.
    pub view_number: u8,
    /// Quality: exactly one before 2011, any number since.
    pub quality: Vec<Quality>,
    /// Impression type; see [`crate::codes::impression_name`].
    pub impression: u8,
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// Sampling, depth and compression (in older editions those of the header).
    pub sampling: Sampling,
    /// Capture details; 2011 only.
    pub capture: Option<Capture>,
    /// The image as it is stored.
    pub data: Cow<'a, [u8]>,
    /// Extended data blocks (1 segmentation, 2 annotation, 3 and up comments); 2011 only.
    pub extended: Vec<ExtendedBlock>,
}

/// A block of extended data of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedBlock {
    /// Block code.
    pub code: u16,
    /// Data without code and length.
    pub data: Vec<u8>,
}

impl<'a> FingerImageRecord<'a> {
    /// Reads a record of any supported edition; images are borrowed.
    ///
    /// # Errors
    /// [`crate::Error`] where the bytes are not a finger image record or end too early.
    ///
    /// ```
    /// use biometric_records::fir::{FingerImage, FingerImageRecord, FirFormat, Sampling};
    ///
    /// let image = FingerImage::new(7, 4, 2, Sampling::raw_ppi(500), vec![0x80; 8]);
    /// let record = FingerImageRecord::new(FirFormat::Iso2011, vec![image]);
    /// let bytes = record.to_bytes()?;
    /// let back = FingerImageRecord::read(&bytes)?;
    /// assert!(back.findings.is_empty());
    /// assert_eq!(back.value.images[0].data.as_ref(), [0x80; 8]);
    /// assert_eq!(back.value.images[0].sampling.ppi(), Some(500.0));
    /// # Ok::<(), biometric_records::Error>(())
    /// ```
    pub fn read(bytes: &'a [u8]) -> Result<Parsed<Self>> {
        read::read(bytes)
    }

    /// A record over these images, with nothing told of the device.
    pub fn new(format: FirFormat, images: Vec<FingerImage<'a>>) -> Self {
        let sampling = images.first().map_or(Sampling::raw_ppi(500), |i| i.sampling);
        let mut seen = [false; 256];
        images.iter().for_each(|i| seen[usize::from(i.position)] = true);
        Self {
            format,
            product: (format == FirFormat::Ansi2004).then(ProductId::default),
            device: 0,
            // 30 and 40 are the levels of certified 500 and 1000 ppi scanners; 0 claims nothing.
            acquisition_level: 0,
            sampling: (format != FirFormat::Iso2011).then_some(sampling),
            certification_flag: false,
            positions_declared: match format {
                FirFormat::Iso2011 => seen.iter().filter(|&&s| s).count().min(255) as u8,
                _ => 0,
            },
            declared_length: None,
            images,
            trailing: Cow::Borrowed(&[]),
        }
    }

    /// The record's bytes.
    ///
    /// # Errors
    /// [`crate::Error::Value`] where a value has no place in the record's format, such as images of
    /// several compressions in a 2005 record.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        write::write(self)
    }

    /// The record as JSON, image data as their length.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> serde_json::Value {
        json::record(self)
    }

    /// The same record owning its images.
    pub fn into_owned(self) -> FingerImageRecord<'static> {
        let own = |i: FingerImage<'_>| FingerImage {
            data: Cow::Owned(i.data.into_owned()),
            position: i.position,
            views_of_position: i.views_of_position,
            view_number: i.view_number,
            quality: i.quality,
            impression: i.impression,
            width: i.width,
            height: i.height,
            sampling: i.sampling,
            capture: i.capture,
            extended: i.extended,
        };
        FingerImageRecord {
            images: self.images.into_iter().map(own).collect(),
            format: self.format,
            product: self.product,
            device: self.device,
            acquisition_level: self.acquisition_level,
            sampling: self.sampling,
            certification_flag: self.certification_flag,
            positions_declared: self.positions_declared,
            declared_length: self.declared_length,
            trailing: Cow::Owned(self.trailing.into_owned()),
        }
    }
}

impl<'a> FingerImage<'a> {
    /// A live-scan plain image of unknown quality, the only view of its position.
    pub fn new(
        position: u8,
        width: u16,
        height: u16,
        sampling: Sampling,
        data: impl Into<Cow<'a, [u8]>>,
    ) -> Self {
        Self {
            position,
            views_of_position: 1,
            view_number: 1,
            quality: vec![Quality { score: 254, ..Quality::default() }],
            impression: 0,
            width,
            height,
            sampling,
            capture: None,
            data: data.into(),
            extended: Vec::new(),
        }
    }
}

/// Whether these bytes begin like a finger image record.
pub fn is_fir(bytes: &[u8]) -> bool {
    bytes.starts_with(b"FIR\0")
}
