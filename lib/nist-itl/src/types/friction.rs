//! Types 13, 14, 15 and 19: friction ridge images with tags.

use std::borrow::Cow;

use super::{item, number, subfields, view};

view! {
    /// A latent print (13), a finger (14), a palm (15) or a sole (19).
    FrictionImage: 13 | 14 | 15 | 19
}

/// 14.018, 15.018: a position that is missing, or could not be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amputation<'t> {
    /// Friction ridge position.
    pub position: u16,
    /// `XX` amputated, `UP` unable to print, `SR` scarred.
    pub reason: Cow<'t, str>,
}

/// 14.021: where a finger lies in an image of several; pixels from the image's top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Friction ridge position.
    pub position: u16,
    /// Left edge.
    pub left: u32,
    /// Right edge.
    pub right: u32,
    /// Top edge.
    pub top: u32,
    /// Bottom edge.
    pub bottom: u32,
}

/// 14.025: a finger's outline as a polygon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternateSegment {
    /// Friction ridge position.
    pub position: u16,
    /// Corners as x and y in pixels from the image's top left corner.
    pub corners: Vec<(u32, u32)>,
}

/// A quality score and the algorithm that gave it (13.024, 14.023, 14.024, 15.024).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality<'t> {
    /// Friction ridge position.
    pub position: u16,
    /// 0 to 100, 254 not attempted, 255 failed.
    pub score: u16,
    /// Vendor, four hexadecimal digits of the IBIA registry.
    pub vendor: Cow<'t, str>,
    /// The vendor's algorithm.
    pub algorithm: Option<u32>,
}

/// 13.014, 14.014: a possible position, and the view of the finger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionDescriptor<'t> {
    /// Friction ridge position.
    pub position: u16,
    /// Finger view, such as `EJI`, `TIP` or `FV1`.
    pub view: Cow<'t, str>,
}

/// 13.015, 14.015: the box of a view or segment of an entire joint image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionBox<'t> {
    /// Finger view.
    pub view: Cow<'t, str>,
    /// Segment: `NA`, `PRX`, `DST` or `MED`.
    pub location: Cow<'t, str>,
    /// Left edge in pixels.
    pub left: u32,
    /// Right edge.
    pub right: u32,
    /// Top edge.
    pub top: u32,
    /// Bottom edge.
    pub bottom: u32,
}

impl<'t> FrictionImage<'t> {
    /// IMP, impression type code.
    pub fn impression(&self) -> Option<u8> {
        self.record().number_as(3)
    }

    /// SRC, source agency.
    pub fn source(&self) -> Option<Cow<'t, str>> {
        self.record().text(4)
    }

    /// LCD, FCD or PCD, capture date, `YYYYMMDD`.
    pub fn date(&self) -> Option<Cow<'t, str>> {
        self.record().text(5)
    }

    /// FGP, the position, then alternatives.
    pub fn positions(&self) -> impl Iterator<Item = u16> + 't {
        subfields(self.record(), 13).filter_map(|position| number(position, 0))
    }

    /// PPD or SPD, view descriptors of fingers at position 19 (tip or entire joint image).
    pub fn descriptors(&self) -> impl Iterator<Item = PositionDescriptor<'t>> + 't {
        let record = self.record();
        let fingers = matches!(record.record_type(), 13 | 14);
        subfields(record, 14).filter(move |_| fingers).filter_map(|descriptor| {
            Some(PositionDescriptor { position: number(descriptor, 0)?, view: item(record, descriptor, 1)? })
        })
    }

    /// PPC, boxes of views.
    pub fn boxes(&self) -> impl Iterator<Item = PositionBox<'t>> + 't {
        let record = self.record();
        let fingers = matches!(record.record_type(), 13 | 14);
        subfields(record, 15).filter(move |_| fingers).filter_map(|area| {
            Some(PositionBox {
                view: item(record, area, 0)?,
                location: item(record, area, 1)?,
                left: number(area, 2)?,
                right: number(area, 3)?,
                top: number(area, 4)?,
                bottom: number(area, 5)?,
            })
        })
    }

    /// AMP, positions that are missing (types 14, 15, 19).
    pub fn amputations(&self) -> impl Iterator<Item = Amputation<'t>> + 't {
        let record = self.record();
        let has = record.record_type() != 13;
        subfields(record, 18).filter(move |_| has).filter_map(|amputation| {
            Some(Amputation { position: number(amputation, 0)?, reason: item(record, amputation, 1)? })
        })
    }

    /// SEG, fingers within the image.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + 't {
        let record = self.record();
        let has = record.record_type() == 14;
        subfields(record, 21).filter(move |_| has).filter_map(|segment| {
            Some(Segment {
                position: number(segment, 0)?,
                left: number(segment, 1)?,
                right: number(segment, 2)?,
                top: number(segment, 3)?,
                bottom: number(segment, 4)?,
            })
        })
    }

    /// ASEG, fingers within the image as polygons.
    pub fn alternate_segments(&self) -> impl Iterator<Item = AlternateSegment> + 't {
        let record = self.record();
        let has = record.record_type() == 14;
        subfields(record, 25).filter(move |_| has).filter_map(|segment| {
            let count: usize = number(segment, 1)?;
            let values: Vec<u32> = segment.items().skip(2).map_while(parse).collect();
            let corners: Vec<(u32, u32)> =
                values.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect();
            (corners.len() == count).then_some(AlternateSegment { position: number(segment, 0)?, corners })
        })
    }

    /// NQM, position and NFIQ 1 score: 1 (best) to 5, 254 not attempted, 255 failed.
    pub fn nist_quality(&self) -> impl Iterator<Item = (u16, u16)> + 't {
        let has = self.record().record_type() == 14;
        let scores = subfields(self.record(), 22).filter(move |_| has);
        scores.filter_map(|score| Some((number(score, 0)?, number(score, 1)?)))
    }

    /// SQM, quality of the segmentation (type 14).
    pub fn segmentation_quality(&self) -> impl Iterator<Item = Quality<'t>> + 't {
        let has = self.record().record_type() == 14;
        self.qualities(23).filter(move |_| has)
    }

    /// LQM, FQM or PQM, quality of the image.
    pub fn quality(&self) -> impl Iterator<Item = Quality<'t>> + 't {
        self.qualities(24)
    }

    fn qualities(&self, field: u16) -> impl Iterator<Item = Quality<'t>> + 't {
        let record = self.record();
        subfields(record, field).filter_map(|quality| {
            Some(Quality {
                position: number(quality, 0)?,
                score: number(quality, 1)?,
                vendor: item(record, quality, 2)?,
                algorithm: number(quality, 3),
            })
        })
    }

    /// COM, a comment.
    pub fn comment(&self) -> Option<Cow<'t, str>> {
        self.record().text(20)
    }

    /// FAP, the capture device's class (types 14 and 15).
    pub fn acquisition_profile(&self) -> Option<u16> {
        let has = matches!(self.record().record_type(), 14 | 15);
        if has { self.record().number_as(31) } else { None }
    }

    /// DATA.
    pub fn payload(&self) -> Option<&'t [u8]> {
        self.record().payload()
    }
}

fn parse(item: &[u8]) -> Option<u32> {
    crate::field::parse_number(item).and_then(|value| u32::try_from(value).ok())
}
