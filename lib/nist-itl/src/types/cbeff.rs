//! Type-98, information assurance, and Type-99, biometric data of other standards.

use std::borrow::Cow;

use super::{item, number, subfields, view};

view! {
    /// An information assurance record: an audit log, a signature, as its format owner defines.
    Type98: 98
}

/// An entry of 98.900, the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssuranceEvent<'t> {
    /// `Added`, `Deleted`, `Modified` or `Corrupted`.
    pub event: Cow<'t, str>,
    /// Why.
    pub reason: Option<Cow<'t, str>>,
    /// Which record, field, subfield and item: `14,14.013,1,NA`.
    pub place: Option<Cow<'t, str>>,
    /// Who.
    pub agent: Option<Cow<'t, str>>,
    /// What was there before.
    pub old_reference: Option<Cow<'t, str>>,
}

impl<'t> Type98<'t> {
    /// DFO, the format's owner, four hexadecimal digits of the IBIA registry.
    pub fn format_owner(&self) -> Option<Cow<'t, str>> {
        self.record().text(3)
    }

    /// DFT, the format.
    pub fn format_type(&self) -> Option<Cow<'t, str>> {
        self.record().text(5)
    }

    /// DCD, when the data was made, `YYYYMMDDHHMMSSZ`.
    pub fn created(&self) -> Option<Cow<'t, str>> {
        self.record().text(6)
    }

    /// ALF, the audit log.
    pub fn events(&self) -> impl Iterator<Item = AssuranceEvent<'t>> + 't {
        let record = self.record();
        subfields(record, 900).filter_map(|event| {
            Some(AssuranceEvent {
                event: item(record, event, 0)?,
                reason: item(record, event, 1),
                place: item(record, event, 2),
                agent: item(record, event, 3),
                old_reference: item(record, event, 4),
            })
        })
    }

    /// ARN, number of audit revisions.
    pub fn revision(&self) -> Option<u16> {
        self.record().number_as(901)
    }
}

view! {
    /// A CBEFF record: a biometric data block of another standard, such as ISO/IEC 19794-2.
    Type99: 99
}

impl<'t> Type99<'t> {
    /// BCD, when the data was made, `YYYYMMDD`.
    pub fn date(&self) -> Option<Cow<'t, str>> {
        self.record().text(5)
    }

    /// HDV, version of the CBEFF header, major times 256 plus minor: `0101` is 1.1.
    pub fn header_version(&self) -> Option<(u8, u8)> {
        let version = u16::from_str_radix(&self.record().text(100)?, 16).ok()?;
        let [major, minor] = version.to_be_bytes();
        Some((major, minor))
    }

    /// BTY, biometric type: bits of the CBEFF registry, 8 for fingerprints.
    pub fn biometric_type(&self) -> Option<u32> {
        u32::from_str_radix(&self.record().text(101)?, 16).ok()
    }

    /// BDQ, scores with vendor (hexadecimal) and algorithm.
    pub fn quality(&self) -> impl Iterator<Item = (u16, Cow<'t, str>, Option<u32>)> + 't {
        let record = self.record();
        subfields(record, 102)
            .filter_map(|quality| Some((number(quality, 0)?, item(record, quality, 1)?, number(quality, 2))))
    }

    /// BFO, the data format's owner in the IBIA registry.
    pub fn format_owner(&self) -> Option<u16> {
        u16::from_str_radix(&self.record().text(103)?, 16).ok()
    }

    /// BFT, the data format in the owner's list.
    pub fn format_type(&self) -> Option<u16> {
        u16::from_str_radix(&self.record().text(104)?, 16).ok()
    }

    /// DATA, the biometric data block.
    pub fn payload(&self) -> Option<&'t [u8]> {
        self.record().payload()
    }
}
