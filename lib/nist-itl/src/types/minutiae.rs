//! Type-9: minutiae in the blocks of four makers: the standard's legacy block (9.005-9.012), IAFIS
//! (9.014-9.023), INCITS 378 ("M1", 9.126-9.150) and the extended feature set (9.300 and up).

use std::borrow::Cow;

use super::{item, number, subfields, view};
use crate::Subfield;
use crate::field::parse_number;

view! {
    /// A minutiae record. It may hold several blocks of the same finger.
    Type9: 9
}

/// Whose block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MinutiaeFormat {
    /// Fields 5 to 12 of the standard up to 2007.
    Standard,
    /// Fields 14 to 23, the FBI's IAFIS.
    Iafis,
    /// Fields 126 to 150, INCITS 378.
    M1,
    /// Fields 300 and up, the extended feature set.
    Efs,
}

/// The unit of coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 0.01 mm on the skin.
    HundredthMillimetre,
    /// Pixels of the image, whose scale 9.130 to 9.132 give.
    Pixel,
}

/// Where y counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The image's top left corner, y downwards.
    TopLeft,
    /// The image's bottom left corner, y upwards (the standard's legacy block).
    BottomLeft,
}

/// A ridge event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MinutiaKind {
    /// A ridge ends.
    Ending,
    /// A ridge divides.
    Bifurcation,
    /// A trifurcation or crossover, which some systems encode.
    Compound,
    /// Not said, or another event.
    Other,
}

/// A minutia as its block gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutia {
    /// Its number in the block, from 1; in the extended feature set its place.
    pub index: u16,
    /// To the right, in the block's unit.
    pub x: u32,
    /// From the block's origin, in its unit.
    pub y: u32,
    /// Degrees counterclockwise from the right, 0 to 359, as the block measures: M1, IAFIS and the
    /// extended feature set agree, the legacy block is turned by 180 degrees.
    pub theta_deg: u16,
    /// What it is.
    pub kind: MinutiaKind,
    /// As the block gives it: 0 manual, 1 (best) to 63 in the older blocks, 0 to 100 in M1, none in EFS.
    pub quality: Option<u16>,
}

/// Ridges between two minutiae.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RidgeCount {
    /// Number of the first.
    pub from: u16,
    /// Number of its neighbour.
    pub to: u16,
    /// Ridges crossed.
    pub count: u16,
}

/// A core or a delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Singularity {
    /// To the right, in the block's unit.
    pub x: u32,
    /// From the block's origin, in its unit.
    pub y: u32,
    /// Direction in degrees, where the block has one (deltas: the first of three).
    pub theta_deg: Option<u16>,
}

/// One block of minutiae.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MinutiaeSet {
    /// Whose block.
    pub format: MinutiaeFormat,
    /// The unit of all coordinates.
    pub unit: Unit,
    /// Where y counts from.
    pub origin: Origin,
    /// The minutiae that could be read, in order.
    pub minutiae: Vec<Minutia>,
    /// How many subfields could not be read as minutiae.
    pub unreadable: usize,
    /// How many directions are written as 360, which some systems do; they are read as 0.
    pub whole_turns: usize,
    /// Ridge counts; neighbours that the file marks as absent are left out.
    pub ridge_counts: Vec<RidgeCount>,
    /// Cores.
    pub cores: Vec<Singularity>,
    /// Deltas.
    pub deltas: Vec<Singularity>,
}

impl MinutiaeSet {
    fn new(format: MinutiaeFormat, unit: Unit, origin: Origin) -> Self {
        MinutiaeSet {
            format,
            unit,
            origin,
            minutiae: Vec::new(),
            unreadable: 0,
            whole_turns: 0,
            ridge_counts: Vec::new(),
            cores: Vec::new(),
            deltas: Vec::new(),
        }
    }

    fn add(&mut self, minutia: Option<Minutia>) {
        let Some(mut minutia) = minutia.filter(|minutia| minutia.theta_deg <= WHOLE_TURN_DEG) else {
            self.unreadable += 1;
            return;
        };
        if minutia.theta_deg == WHOLE_TURN_DEG {
            minutia.theta_deg = 0;
            self.whole_turns += 1;
        }
        self.minutiae.push(minutia);
    }

    fn read<'t>(
        &mut self,
        subfields: impl Iterator<Item = Subfield<'t>>,
        one: impl Fn(Subfield<'t>) -> Option<Minutia>,
    ) {
        for subfield in subfields {
            self.add(one(subfield));
        }
    }
}

const WHOLE_TURN_DEG: u16 = 360;

/// The neighbour number that says that there is no neighbour.
const NO_NEIGHBOUR: u16 = 255;

impl<'t> Type9<'t> {
    /// IMP, impression type code.
    pub fn impression(&self) -> Option<u8> {
        self.record().number_as(3)
    }

    /// Friction ridge positions: 9.134, 9.014, 9.006 or 9.302, whichever is there.
    pub fn positions(&self) -> Vec<u16> {
        let fields = [134, 14, 6, 302].into_iter();
        let mut found =
            fields.map(|field| subfields(self.record(), field).filter_map(|code| number(code, 0)).collect());
        found.find(|positions: &Vec<u16>| !positions.is_empty()).unwrap_or_default()
    }

    /// Pattern classes as written, such as `LS` or `WU`: 9.307, 9.017, or the second item of 9.007.
    pub fn patterns(&self) -> Vec<Cow<'t, str>> {
        let record = self.record();
        let fields = [(307, 0), (17, 0), (7, 1)].into_iter();
        let mut found = fields.map(|(field, place)| {
            subfields(record, field).filter_map(|pattern| item(record, pattern, place)).collect()
        });
        found.find(|patterns: &Vec<Cow<'t, str>>| !patterns.is_empty()).unwrap_or_default()
    }

    /// Every block that the record holds.
    pub fn blocks(&self) -> Vec<MinutiaeSet> {
        let has = |number| self.record().field(number).is_some();
        let mut blocks = Vec::new();
        if has(12) {
            blocks.push(self.standard());
        }
        if has(23) {
            blocks.push(self.iafis());
        }
        if has(137) {
            blocks.push(self.m1());
        }
        if has(331) {
            blocks.push(self.efs());
        }
        blocks
    }

    /// The block of one format.
    pub fn block(&self, format: MinutiaeFormat) -> Option<MinutiaeSet> {
        self.blocks().into_iter().find(|block| block.format == format)
    }

    /// 9.137: number, x, y, direction in steps of 2 degrees, type, quality.
    fn m1(&self) -> MinutiaeSet {
        let record = self.record();
        let mut set = MinutiaeSet::new(MinutiaeFormat::M1, Unit::Pixel, Origin::TopLeft);
        set.read(subfields(record, 137), |minutia| {
            Some(Minutia {
                index: number(minutia, 0)?,
                x: number(minutia, 1)?,
                y: number(minutia, 2)?,
                theta_deg: number::<u16>(minutia, 3)?.checked_mul(2)?,
                kind: match minutia.number(4)? {
                    1 => MinutiaKind::Ending,
                    2 => MinutiaKind::Bifurcation,
                    _ => MinutiaKind::Other,
                },
                quality: number(minutia, 5),
            })
        });
        // The first entry of 9.138 names the method and counts nothing.
        let counts = subfields(record, 138).filter_map(|entry| {
            Some(RidgeCount { from: number(entry, 0)?, to: number(entry, 1)?, count: number(entry, 2)? })
        });
        set.ridge_counts = counts.filter(|entry| entry.from > 0 && entry.to != NO_NEIGHBOUR).collect();
        let point = |entry: Subfield<'_>| {
            let theta_deg = number::<u16>(entry, 2).and_then(|step| step.checked_mul(2));
            Some(Singularity { x: number(entry, 0)?, y: number(entry, 1)?, theta_deg })
        };
        set.cores = subfields(record, 139).filter_map(point).collect();
        set.deltas = subfields(record, 140).filter_map(point).collect();
        set
    }

    /// 9.331: x, y, direction, type.
    fn efs(&self) -> MinutiaeSet {
        let record = self.record();
        let mut set = MinutiaeSet::new(MinutiaeFormat::Efs, Unit::HundredthMillimetre, Origin::TopLeft);
        for (place, minutia) in subfields(record, 331).enumerate() {
            let read = || {
                Some(Minutia {
                    index: u16::try_from(place + 1).ok()?,
                    x: number(minutia, 0)?,
                    y: number(minutia, 1)?,
                    theta_deg: number(minutia, 2)?,
                    kind: match minutia.item(3)? {
                        b"E" => MinutiaKind::Ending,
                        b"B" => MinutiaKind::Bifurcation,
                        _ => MinutiaKind::Other,
                    },
                    quality: None,
                })
            };
            set.add(read());
        }
        let counts = subfields(record, 333).filter_map(|entry| {
            Some(RidgeCount { from: number(entry, 0)?, to: number(entry, 1)?, count: number(entry, 2)? })
        });
        set.ridge_counts = counts.collect();
        let point = |entry: Subfield<'_>| {
            Some(Singularity { x: number(entry, 0)?, y: number(entry, 1)?, theta_deg: number(entry, 2) })
        };
        set.cores = subfields(record, 320).filter_map(point).collect();
        set.deltas = subfields(record, 321).filter_map(point).collect();
        set
    }

    /// 9.012: number, XXXXYYYYTTT, quality, type, then neighbours as `nnn,cc`.
    fn standard(&self) -> MinutiaeSet {
        let record = self.record();
        let mut set =
            MinutiaeSet::new(MinutiaeFormat::Standard, Unit::HundredthMillimetre, Origin::BottomLeft);
        set.read(subfields(record, 12), packed_minutia);
        let neighbour = |text: &[u8]| {
            let comma = text.iter().position(|byte| *byte == b',')?;
            Some((parse_number(text.get(..comma)?)?, parse_number(text.get(comma + 1..)?)?))
        };
        set.ridge_counts = neighbours(subfields(record, 12), neighbour);
        set.cores = subfields(record, 8).filter_map(packed_point).collect();
        set.deltas = subfields(record, 9).filter_map(packed_point).collect();
        set
    }

    /// 9.023: number, XXXXYYYYTTT, quality, type, then neighbours as `nnncc`, then octant residuals.
    fn iafis(&self) -> MinutiaeSet {
        let record = self.record();
        let mut set = MinutiaeSet::new(MinutiaeFormat::Iafis, Unit::HundredthMillimetre, Origin::TopLeft);
        set.read(subfields(record, 23), packed_minutia);
        let neighbour = |text: &[u8]| {
            let five = text.len() == 5;
            let (to, count) = text.split_at_checked(3).filter(|_| five)?;
            Some((parse_number(to)?, parse_number(count)?))
        };
        set.ridge_counts = neighbours(subfields(record, 23), neighbour);
        set.cores = subfields(record, 21).filter_map(packed_point).collect();
        set.deltas = subfields(record, 22).filter_map(packed_point).collect();
        set
    }
}

/// A number, `XXXXYYYYTTT`, quality and type letter.
fn packed_minutia(minutia: Subfield<'_>) -> Option<Minutia> {
    let (x, y, theta) = packed(minutia.item(1)?)?;
    Some(Minutia {
        index: number(minutia, 0)?,
        x,
        y,
        theta_deg: theta?,
        kind: match minutia.item(3)? {
            b"A" => MinutiaKind::Ending,
            b"B" => MinutiaKind::Bifurcation,
            b"C" => MinutiaKind::Compound,
            _ => MinutiaKind::Other,
        },
        quality: number(minutia, 2),
    })
}

/// `XXXXYYYY`, with the direction in the next item where the block has one.
fn packed_point(entry: Subfield<'_>) -> Option<Singularity> {
    let (x, y, _) = packed(entry.item(0)?)?;
    Some(Singularity { x, y, theta_deg: number(entry, 1) })
}

fn packed(digits: &[u8]) -> Option<(u32, u32, Option<u16>)> {
    let part = |from: usize, to: usize| parse_number(digits.get(from..to)?);
    let theta = part(8, 11).and_then(|theta| u16::try_from(theta).ok());
    let sound = matches!(digits.len(), 8 | 11);
    sound.then_some((u32::try_from(part(0, 4)?).ok()?, u32::try_from(part(4, 8)?).ok()?, theta))
}

fn neighbours<'t>(
    minutiae: impl Iterator<Item = Subfield<'t>>,
    one: impl Fn(&[u8]) -> Option<(u64, u64)>,
) -> Vec<RidgeCount> {
    let mut counts = Vec::new();
    for minutia in minutiae {
        let Some(from) = number(minutia, 0) else { continue };
        for (to, count) in minutia.items().skip(4).filter_map(&one) {
            if let (Ok(to), Ok(count)) = (u16::try_from(to), u16::try_from(count))
                && to != NO_NEIGHBOUR
                && to > 0
            {
                counts.push(RidgeCount { from, to, count });
            }
        }
    }
    counts
}
