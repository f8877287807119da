//! Type-1, the transaction's header, and Type-2, its users' text.

use std::borrow::Cow;

use super::{item, subfields, view};
use crate::field::parse_decimal;

view! {
    /// The Type-1 record: what the transaction is, from whom and for whom.
    Type1: 1
}

/// 1.013: whose profile the transaction follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain<'t> {
    /// Such as `NORAM` or `INT-I`.
    pub name: Cow<'t, str>,
    /// The version of its implementation.
    pub version: Option<Cow<'t, str>>,
}

impl<'t> Type1<'t> {
    fn text(&self, number: u16) -> Option<Cow<'t, str>> {
        self.record().text(number)
    }

    /// 1.002 VER as a number: 502 for `0502`.
    pub fn version(&self) -> Option<u16> {
        self.record().number_as(2)
    }

    /// 1.003 CNT: type and IDC of each record announced.
    pub fn content(&self) -> impl Iterator<Item = (u8, u32)> + 't {
        let entries = subfields(self.record(), 3).skip(1);
        entries.filter_map(|entry| Some((super::number(entry, 0)?, super::number(entry, 1)?)))
    }

    /// 1.004 TOT, type of transaction.
    pub fn tot(&self) -> Option<Cow<'t, str>> {
        self.text(4)
    }

    /// 1.005 DAT, local date, `YYYYMMDD`.
    pub fn date(&self) -> Option<Cow<'t, str>> {
        self.text(5)
    }

    /// 1.006 PRY, 1 (most urgent) to 9.
    pub fn priority(&self) -> Option<u8> {
        self.record().number_as(6)
    }

    /// 1.007 DAI, destination agency.
    pub fn dai(&self) -> Option<Cow<'t, str>> {
        self.text(7)
    }

    /// 1.008 ORI, originating agency.
    pub fn ori(&self) -> Option<Cow<'t, str>> {
        self.text(8)
    }

    /// 1.009 TCN, transaction control number.
    pub fn tcn(&self) -> Option<Cow<'t, str>> {
        self.text(9)
    }

    /// 1.010 TCR, in an answer the control number of the question.
    pub fn tcr(&self) -> Option<Cow<'t, str>> {
        self.text(10)
    }

    /// 1.011 NSR, native scanning resolution in pixels per millimetre; 0 where no record needs it.
    pub fn native_per_mm(&self) -> Option<f64> {
        parse_decimal(self.record().bytes(11)?)
    }

    /// 1.012 NTR, nominal resolution in pixels per millimetre.
    pub fn nominal_per_mm(&self) -> Option<f64> {
        parse_decimal(self.record().bytes(12)?)
    }

    /// 1.013 DOM.
    pub fn domain(&self) -> Option<Domain<'t>> {
        let subfield = subfields(self.record(), 13).next()?;
        Some(Domain { name: item(self.record(), subfield, 0)?, version: item(self.record(), subfield, 1) })
    }

    /// 1.014 GMT, `YYYYMMDDHHMMSSZ`.
    pub fn gmt(&self) -> Option<Cow<'t, str>> {
        self.text(14)
    }

    /// 1.016 APS: organisation, profile and version of each profile that the transaction meets.
    pub fn profiles(&self) -> impl Iterator<Item = [Option<Cow<'t, str>>; 3]> + 't {
        let record = self.record();
        subfields(record, 16).map(|profile| [0, 1, 2].map(|index| item(record, profile, index)))
    }

    /// 1.017 ANM: the names of the destination and of the originating agency.
    pub fn agency_names(&self) -> [Option<Cow<'t, str>>; 2] {
        let names = subfields(self.record(), 17).next();
        [0, 1].map(|index| names.and_then(|names| item(self.record(), names, index)))
    }
}

view! {
    /// A Type-2 record: text whose meaning the domain's profile gives.
    Type2: 2
}

impl<'t> Type2<'t> {
    /// The first item of each subfield of each field with this number.
    pub fn values(&self, number: u16) -> impl Iterator<Item = Cow<'t, str>> + 't {
        let record = self.record();
        let fields = record.fields().iter().filter(move |field| field.number() == number);
        fields.flat_map(|field| field.subfields()).filter_map(|subfield| item(record, subfield, 0))
    }

    /// The first value of a field.
    pub fn value(&self, number: u16) -> Option<Cow<'t, str>> {
        self.values(number).next()
    }
}
