//! Type-10: faces, scars, marks, tattoos and other parts of the body.

use std::borrow::Cow;

use super::{item, number, subfields, view};

view! {
    /// A photograph.
    Type10: 10
}

/// 10.042: what a scar, mark or tattoo is, in the words of whoever described it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkDescriptor<'t> {
    /// SMI, such as `SCAR`, `MARK` or `TATTOO`.
    pub kind: Cow<'t, str>,
    /// TAC, class of a tattoo, such as `SYMBOL`.
    pub class: Option<Cow<'t, str>>,
    /// TSC, subclass of a tattoo.
    pub subclass: Option<Cow<'t, str>>,
    /// TDS, description.
    pub description: Option<Cow<'t, str>>,
}

impl<'t> Type10<'t> {
    /// IMT, such as `FACE`, `SCAR`, `MARK` or `TATTOO`.
    pub fn image_type(&self) -> Option<Cow<'t, str>> {
        self.record().text(3)
    }

    /// SRC, source agency.
    pub fn source(&self) -> Option<Cow<'t, str>> {
        self.record().text(4)
    }

    /// PHD, date of the photograph, `YYYYMMDD`.
    pub fn date(&self) -> Option<Cow<'t, str>> {
        self.record().text(5)
    }

    /// CSP, colour space.
    pub fn color_space(&self) -> Option<Cow<'t, str>> {
        self.record().text(12)
    }

    /// SAP, subject acquisition profile of a face.
    pub fn acquisition_profile(&self) -> Option<u8> {
        self.record().number_as(13)
    }

    /// POS, pose of a face: `F`, `L`, `R`, `A` or `D`.
    pub fn pose(&self) -> Option<Cow<'t, str>> {
        self.record().text(20)
    }

    /// SMT, NCIC codes of the mark and its place on the body (table `NcicSmt`), such as `TAT UL ARM`.
    pub fn smt_codes(&self) -> impl Iterator<Item = Cow<'t, str>> + 't {
        let record = self.record();
        subfields(record, 40).filter_map(|code| item(record, code, 0))
    }

    /// SMS, height and width of the mark in centimetres.
    pub fn smt_size_cm(&self) -> Option<(u32, u32)> {
        let size = subfields(self.record(), 41).next()?;
        Some((number(size, 0)?, number(size, 1)?))
    }

    /// SMD, descriptors, the general one first.
    pub fn descriptors(&self) -> impl Iterator<Item = MarkDescriptor<'t>> + 't {
        let record = self.record();
        subfields(record, 42).filter_map(|descriptor| {
            Some(MarkDescriptor {
                kind: item(record, descriptor, 0)?,
                class: item(record, descriptor, 1),
                subclass: item(record, descriptor, 2),
                description: item(record, descriptor, 3),
            })
        })
    }

    /// COL, the colours of each descriptor in turn, such as `BLACK`.
    pub fn colors(&self) -> impl Iterator<Item = Vec<Cow<'t, str>>> + 't {
        let record = self.record();
        subfields(record, 43)
            .map(|colors| colors.items().map(|color| record.encoding().decode(color)).collect())
    }

    /// COM, a comment.
    pub fn comment(&self) -> Option<Cow<'t, str>> {
        self.record().text(38)
    }

    /// DATA.
    pub fn payload(&self) -> Option<&'t [u8]> {
        self.record().payload()
    }
}
