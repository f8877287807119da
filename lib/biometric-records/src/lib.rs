#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bytes;
pub mod cbeff;
pub mod codes;
mod common;
mod error;
pub mod fir;
pub mod fmr;
pub mod iir;

pub use common::{Capture, Certification, DateTime, ProductId, Quality};
pub use error::{Error, Finding, MAX_FINDINGS, Parsed, Result, Severity};

/// A record of any kind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Record<'a> {
    /// Finger minutiae.
    Minutiae(fmr::MinutiaeRecord),
    /// Finger images.
    FingerImages(fir::FingerImageRecord<'a>),
    /// Iris images.
    Irises(iir::IrisRecord<'a>),
    /// A CBEFF XML record.
    CbeffXml(Box<cbeff::Bir>),
    /// BER-TLV biometric information templates.
    CbeffTlv(Vec<cbeff::tlv::Tlv<'a>>),
}

/// Reads a record of whatever kind its first bytes tell.
///
/// # Errors
/// [`Error`] where the bytes are no record that this library knows, or a broken one.
pub fn read(bytes: &[u8]) -> Result<Parsed<Record<'_>>> {
    if fmr::is_fmr(bytes) {
        Ok(fmr::MinutiaeRecord::read(bytes)?.map(Record::Minutiae))
    } else if fir::is_fir(bytes) {
        Ok(fir::FingerImageRecord::read(bytes)?.map(Record::FingerImages))
    } else if iir::is_iir(bytes) {
        Ok(iir::IrisRecord::read(bytes)?.map(Record::Irises))
    } else if cbeff::tlv::is_tlv(bytes) {
        Ok(cbeff::tlv::read(bytes)?.map(Record::CbeffTlv))
    } else if cbeff::is_xml(bytes) {
        Ok(cbeff::Bir::read_xml(bytes)?.map(|b| Record::CbeffXml(Box::new(b))))
    } else {
        Err(Error::NotThisFormat { expected: "a biometric record" })
    }
}

impl Record<'_> {
    /// The kind and edition in words.
    pub fn format_name(&self) -> &'static str {
        match self {
            Self::Minutiae(r) => r.format.name(),
            Self::FingerImages(r) => r.format.name(),
            Self::Irises(r) => r.format_name(),
            Self::CbeffXml(_) => "CBEFF XML (ISO/IEC 19785-3)",
            Self::CbeffTlv(_) => "CBEFF TLV (ISO/IEC 7816-11)",
        }
    }

    /// The record's bytes.
    ///
    /// # Errors
    /// [`Error::Value`] where a value has no place in the record's format.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        match self {
            Self::Minutiae(r) => r.to_bytes(),
            Self::FingerImages(r) => r.to_bytes(),
            Self::Irises(r) => r.to_bytes(),
            Self::CbeffXml(r) => Ok(r.to_xml().into_bytes()),
            Self::CbeffTlv(r) => cbeff::tlv::write(r),
        }
    }
}
