//! Finger minutiae records: ISO/IEC 19794-2:2005 and :2011, ANSI INCITS 378-2004, -2007, -2009 and
//! -2009/AM1.
//!
//! Positions are in pixels from the top left of the image. Angles stay in the record's own unit:
//! 360/256 degrees in ISO formats, 2 degrees in ANSI ones, both counted counter-clockwise from the
//! right; [`FmrFormat::angle_step_deg`] tells which.

mod convert;
mod extended;
#[cfg(feature = "json")]
mod json;
mod read;
mod write;

pub use extended::{Core, Delta, Extended, RidgeCount, ZonalQuality};

use crate::common::{Capture, ProductId, Quality};
use crate::error::{Parsed, Result};

/// The edition that a minutiae record follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FmrFormat {
    /// ISO/IEC 19794-2:2005 record format.
    Iso2005,
    /// ISO/IEC 19794-2:2011 record format.
    Iso2011,
    /// ANSI INCITS 378-2004.
    Ansi2004,
    /// The layout of 2007 drafts of ANSI INCITS 378, which NIST's tools write.
    Ansi2007,
    /// ANSI INCITS 378-2009.
    Ansi2009,
    /// ANSI INCITS 378-2009 with Amendment 1 (2010).
    Ansi2009Am1,
}

impl FmrFormat {
    /// The edition in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iso2005 => "ISO/IEC 19794-2:2005",
            Self::Iso2011 => "ISO/IEC 19794-2:2011",
            Self::Ansi2004 => "ANSI INCITS 378-2004",
            Self::Ansi2007 => "ANSI INCITS 378-2007 (draft)",
            Self::Ansi2009 => "ANSI INCITS 378-2009",
            Self::Ansi2009Am1 => "ANSI INCITS 378-2009/AM1",
        }
    }

    /// Degrees that one angle step stands for.
    pub fn angle_step_deg(self) -> f64 {
        if self.is_ansi() { 2.0 } else { 360.0 / 256.0 }
    }

    /// Whether this is an ANSI edition (product identifier, angles of two degrees).
    pub fn is_ansi(self) -> bool {
        !matches!(self, Self::Iso2005 | Self::Iso2011)
    }

    /// Whether image geometry stands once in the header rather than in every view.
    pub fn has_header_geometry(self) -> bool {
        matches!(self, Self::Iso2005 | Self::Ansi2004)
    }

    fn version(self) -> &'static [u8; 4] {
        match self {
            Self::Iso2005 | Self::Ansi2004 => b" 20\0",
            Self::Iso2011 | Self::Ansi2007 | Self::Ansi2009 => b"030\0",
            Self::Ansi2009Am1 => b"035\0",
        }
    }
}

/// A finger minutiae record.
#[derive(Debug, Clone, PartialEq)]
pub struct MinutiaeRecord {
    /// The edition.
    pub format: FmrFormat,
    /// CBEFF product identifier; ANSI formats only.
    pub product: Option<ProductId>,
    /// Compliance bits of the capture device: the upper 4 bits of its 16-bit field, or the whole
    /// certification byte of 2009 (0x80: certified).
    pub device_compliance: u8,
    /// Capture device number: 12 bits, from 2009 on 16; 0 in 2011 (see [`Capture`]).
    pub device: u16,
    /// Geometry that the header states, in formats that have it there.
    pub geometry: Option<Geometry>,
    /// Whether certification blocks follow; 2011 only.
    pub certification_flag: bool,
    /// The total length as the header states it, where that is not the true length.
    pub declared_length: Option<u32>,
    /// The version as the record spells it: `" 20"` or, in some records, `"020"`; `"030"`, `"035"`.
    pub version: [u8; 4],
    /// The views, in file order.
    pub views: Vec<FingerView>,
    /// Bytes after the last view, which belong to no field.
    pub trailing: Vec<u8>,
}

/// Size and sampling of the image that the minutiae were found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Geometry {
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// Horizontal sampling in pixels per centimetre (197 at 500 ppi).
    pub x_per_cm: u16,
    /// Vertical sampling in pixels per centimetre.
    pub y_per_cm: u16,
}

/// One impression of one finger.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FingerView {
    /// Finger position code; see [`crate::codes::position_name`].
    pub position: u8,
    /// Number of this view among those of the same position, from 0 (4 bits before 2007).
    pub view_number: u8,
    /// Impression type code (4 bits before 2007).
    pub impression: u8,
    /// Quality: exactly one before 2011, any number since.
    pub quality: Vec<Quality>,
    /// Image geometry (in older formats that of the header).
    pub geometry: Geometry,
    /// Capture details; 2011 only.
    pub capture: Option<Capture>,
    /// What a ridge ending's position means: 0 valley skeleton bifurcation, 1 ridge skeleton end; 2011 only.
    pub ending_kind: u8,
    /// Whether minutiae carry a quality byte; always true except in 2011.
    pub with_minutia_quality: bool,
    /// The minutiae, at most 255.
    pub minutiae: Vec<Minutia>,
    /// Extended data in file order.
    pub extended: Vec<Extended>,
    /// Whether the lengths of extended blocks count their data alone instead of code, length and
    /// data: two readings of ISO/IEC 19794-2:2005 are in use.
    pub bare_extended_lengths: bool,
    /// The length of the extended data as the view states it, where the record ends before.
    pub declared_extended_length: Option<u16>,
}

/// What kind of point a minutia is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum MinutiaKind {
    /// Neither, or not told.
    #[default]
    Other = 0,
    /// A ridge ends.
    Ending = 1,
    /// A ridge forks.
    Bifurcation = 2,
    /// The fourth code, which no edition gives a meaning.
    Reserved = 3,
}

/// One minutia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Minutia {
    /// Kind.
    pub kind: MinutiaKind,
    /// Pixels from the left, 14 bits.
    pub x: u16,
    /// Pixels from the top, 14 bits.
    pub y: u16,
    /// Direction, counter-clockwise, in the format's steps.
    pub angle: u8,
    /// 1 to 100; 0 not told in 2005 formats; 254 and 255 not told or failed in later ones.
    pub quality: Option<u8>,
}

impl MinutiaeRecord {
    /// Reads a record of any supported edition.
    ///
    /// # Errors
    /// [`crate::Error`] where the bytes are not a minutiae record or end too early.
    ///
    /// ```
    /// use biometric_records::fmr::{FmrFormat, MinutiaeRecord, Geometry, FingerView, Minutia, MinutiaKind};
    /// use biometric_records::Quality;
    ///
    /// let record = MinutiaeRecord::new(FmrFormat::Iso2005, vec![FingerView {
    ///     position: 7,
    ///     quality: vec![Quality { score: 80, ..Quality::default() }],
    ///     geometry: Geometry { width: 300, height: 400, x_per_cm: 197, y_per_cm: 197 },
    ///     with_minutia_quality: true,
    ///     minutiae: vec![Minutia { kind: MinutiaKind::Ending, x: 100, y: 14, angle: 80, quality: Some(90) }],
    ///     ..FingerView::default()
    /// }]);
    /// let bytes = record.to_bytes()?;
    /// assert_eq!(bytes.len(), 24 + 6 + 6);
    /// let back = MinutiaeRecord::read(&bytes)?;
    /// assert!(back.findings.is_empty());
    /// assert_eq!(back.value, record);
    /// # Ok::<(), biometric_records::Error>(())
    /// ```
    pub fn read(bytes: &[u8]) -> Result<Parsed<Self>> {
        read::read(bytes)
    }

    /// A record over these views, with nothing told of the device.
    pub fn new(format: FmrFormat, views: Vec<FingerView>) -> Self {
        let geometry =
            format.has_header_geometry().then(|| views.first().map(|v| v.geometry).unwrap_or_default());
        Self {
            format,
            product: format.is_ansi().then(ProductId::default),
            device_compliance: 0,
            device: 0,
            geometry,
            certification_flag: false,
            declared_length: None,
            version: *format.version(),
            views,
            trailing: Vec::new(),
        }
    }

    /// The record's bytes.
    ///
    /// # Errors
    /// [`crate::Error::Value`] where a value has no place in the record's format, such as views of
    /// different image sizes in a 2005 record.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        write::write(self)
    }

    /// The same minutiae in another edition; angles are rounded to its steps, and what the edition
    /// has no place for (a second quality, capture details) is dropped.
    ///
    /// # Errors
    /// [`crate::Error::Value`] where the minutiae cannot be told in that edition: views of several
    /// image sizes, an impression code over 15, sampling of zero.
    pub fn to_format(&self, format: FmrFormat) -> Result<Self> {
        convert::convert(self, format)
    }

    /// The record as JSON: keys and names as the open-source library fingerprintio spells them.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> serde_json::Value {
        json::record(self)
    }
}

/// Whether these bytes begin like a minutiae record.
pub fn is_fmr(bytes: &[u8]) -> bool {
    bytes.starts_with(b"FMR\0")
}

/// Name of an impression code as this edition spells it.
pub fn impression_name(format: FmrFormat, code: u8) -> Option<&'static str> {
    match (format, code) {
        (_, 0..=3) => crate::codes::impression_name(code),
        (FmrFormat::Iso2005 | FmrFormat::Ansi2004, 8) => Some("SWIPE"),
        (FmrFormat::Ansi2004, 9) => Some("LIVE_CONTACTLESS"),
        (FmrFormat::Iso2005 | FmrFormat::Ansi2004, _) => None,
        (FmrFormat::Iso2011, 4..=9 | 24 | 28 | 29) => crate::codes::impression_name(code),
        (FmrFormat::Iso2011, _) => None,
        (_, 8) => Some("LIVE_SWIPE"),
        (_, 24) => Some("LIVE_OPTICAL_CONTACTLESS_PLAIN"),
        (_, 10 | 11 | 20..=29) => crate::codes::impression_name(code),
        _ => None,
    }
}
