//! Extended data of a finger view: ridge counts, cores and deltas, zonal quality, anything else.
//!
//! A block is given a typed form only where writing that form yields the same bytes again; else it
//! is kept as it came. So reading loses nothing.

use super::{FmrFormat, Geometry};
use crate::bytes::{Reader, Writer, fit};
use crate::error::{Error, Findings, Result, Severity};

/// Bytes before a block's data: its code and its length, which counts them.
pub(crate) const BLOCK_HEAD_LEN: usize = 4;

const CODE_RIDGE_COUNTS: u16 = 1;
const CODE_SINGULARITIES: u16 = 2;
const CODE_ZONAL_QUALITY: u16 = 3;

/// One block of extended data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extended {
    /// Ridge counts between minutiae.
    RidgeCounts {
        /// How neighbours were chosen: 0 otherwise, 1 by quadrant, 2 by octant.
        method: u8,
        /// The counts.
        counts: Vec<RidgeCount>,
        /// Bytes at the end that make no whole count; empty in a conforming record.
        rest: Vec<u8>,
    },
    /// Cores and deltas.
    Singularities {
        /// Cores, at most 15.
        cores: Vec<Core>,
        /// Deltas, at most 15.
        deltas: Vec<Delta>,
    },
    /// Quality of the image's cells; ISO formats.
    Zonal(ZonalQuality),
    /// Any other block, or one of the above in a shape that the typed form cannot give back.
    Other {
        /// Block code.
        code: u16,
        /// Data without code and length.
        data: Vec<u8>,
    },
    /// What is left of the extended area where its blocks do not add up; always last.
    Unstructured(Vec<u8>),
}

/// Ridges crossed between two minutiae.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RidgeCount {
    /// Index of the first minutia.
    pub from: u8,
    /// Index of the second.
    pub to: u8,
    /// Ridges between them.
    pub count: u8,
}

/// A core.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Core {
    /// Pixels from the left, 14 bits.
    pub x: u16,
    /// Pixels from the top, 14 bits.
    pub y: u16,
    /// Direction in the format's steps.
    pub angle: Option<u8>,
}

/// A delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delta {
    /// Pixels from the left, 14 bits.
    pub x: u16,
    /// Pixels from the top, 14 bits.
    pub y: u16,
    /// The three directions in the format's steps.
    pub angles: Option<[u8; 3]>,
}

/// Quality of cells of the image, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonalQuality {
    /// Owner and number of the algorithm; 2011 only.
    pub algorithm: Option<(u16, u16)>,
    /// Cell width in pixels.
    pub cell_width: u8,
    /// Cell height in pixels.
    pub cell_height: u8,
    /// Bits a cell, 1 to 8.
    pub depth: u8,
    /// One value a cell.
    pub cells: Vec<u8>,
}

/// Reads the blocks of one extended area.
pub(crate) fn read(
    mut area: Reader<'_>,
    format: FmrFormat,
    geometry: &Geometry,
    findings: &mut Findings,
) -> (Vec<Extended>, bool) {
    let divides = |head| {
        let mut r = area.clone();
        let mut whole = true;
        while whole && r.left() > 0 {
            whole = block(&mut r, head).is_ok();
        }
        whole
    };
    let bare = format == FmrFormat::Iso2005 && !divides(BLOCK_HEAD_LEN) && divides(0);
    let head = if bare { 0 } else { BLOCK_HEAD_LEN };
    if bare {
        let message = "the lengths of extended blocks count their data alone";
        findings.add(Severity::Note, "extended-length", area.offset(), message);
    }
    let mut out = Vec::new();
    while area.left() > 0 {
        let at = area.offset();
        let mut ahead = area.clone();
        let Ok((code, data)) = block(&mut ahead, head) else {
            findings.error("extended-structure", at, "the extended data does not divide into blocks");
            out.push(Extended::Unstructured(area.rest().to_vec()));
            break;
        };
        area = ahead;
        let typed = match code {
            CODE_RIDGE_COUNTS => ridge_counts(data),
            CODE_SINGULARITIES => singularities(data, format),
            CODE_ZONAL_QUALITY if !format.is_ansi() => zonal(data, format, geometry),
            _ => Err(Error::NotThisFormat { expected: "a typed block" }),
        };
        let faithful = typed.ok().filter(|t| payload(t, format).is_ok_and(|p| p == data));
        if faithful.is_none() && (CODE_RIDGE_COUNTS..=CODE_ZONAL_QUALITY).contains(&code) {
            findings.warn(
                "extended-block",
                at,
                format!("extended block {code} is malformed and kept as bytes"),
            );
        }
        if matches!(&faithful, Some(Extended::RidgeCounts { rest, .. }) if !rest.is_empty()) {
            findings.error("extended-block", at, "bytes after the last ridge count");
        }
        out.push(faithful.unwrap_or_else(|| Extended::Other { code, data: data.to_vec() }));
    }
    (out, bare)
}

/// A block's code and data; its length counts `head` bytes besides the data.
fn block<'a>(r: &mut Reader<'a>, head: usize) -> Result<(u16, &'a [u8])> {
    let at = r.offset();
    let code = r.u16("extended block code")?;
    let length = usize::from(r.u16("extended block length")?);
    let Some(data) = length.checked_sub(head) else {
        return Err(Error::Inconsistent { what: "a block is shorter than its head".into(), offset: at });
    };
    Ok((code, r.take(data, "extended block data")?))
}

/// The block with code and length.
pub(crate) fn write(block: &Extended, format: FmrFormat, bare: bool, w: &mut Writer) -> Result<()> {
    let code = match block {
        Extended::RidgeCounts { .. } => CODE_RIDGE_COUNTS,
        Extended::Singularities { .. } => CODE_SINGULARITIES,
        Extended::Zonal(_) => CODE_ZONAL_QUALITY,
        Extended::Other { code, .. } => *code,
        Extended::Unstructured(bytes) => {
            w.bytes(bytes);
            return Ok(());
        }
    };
    let data = payload(block, format)?;
    let head = if bare { 0 } else { BLOCK_HEAD_LEN };
    w.u16(code).u16(fit(data.len() + head, "extended block length")?).bytes(&data);
    Ok(())
}

fn payload(block: &Extended, format: FmrFormat) -> Result<Vec<u8>> {
    let mut w = Writer::default();
    match block {
        Extended::RidgeCounts { method, counts, rest } => {
            w.u8(*method);
            for c in counts {
                w.u8(c.from).u8(c.to).u8(c.count);
            }
            w.bytes(rest);
        }
        Extended::Singularities { cores, deltas } => write_singularities(&mut w, cores, deltas, format)?,
        Extended::Zonal(z) => {
            if let Some((owner, algorithm)) = z.algorithm {
                w.u16(owner).u16(algorithm);
            }
            w.u8(z.cell_width).u8(z.cell_height).u8(z.depth).bytes(&pack(&z.cells, z.depth)?);
        }
        Extended::Other { data, .. } | Extended::Unstructured(data) => {
            w.bytes(data);
        }
    }
    Ok(w.0)
}

fn ridge_counts(data: &[u8]) -> Result<Extended> {
    let mut r = Reader::new(data);
    let method = r.u8("ridge count method")?;
    let mut counts = Vec::new();
    while r.left() >= 3 {
        let [from, to, count] = r.array("ridge count")?;
        counts.push(RidgeCount { from, to, count });
    }
    Ok(Extended::RidgeCounts { method, counts, rest: r.rest().to_vec() })
}

// ISO marks each point that has angles (bit 14 of x); ANSI marks the whole list (bit 6 of its count).
const ISO_HAS_ANGLE: u16 = 0x4000;
const ANSI_HAS_ANGLES: u8 = 0x40;
const ANSI_COUNT: u8 = 0x0f;

fn singularities(data: &[u8], format: FmrFormat) -> Result<Extended> {
    let mut r = Reader::new(data);
    let mut points = |what: &'static str, angles_each: usize| -> Result<Vec<(u16, u16, Vec<u8>)>> {
        let head = r.u8(what)?;
        let (count, all_have) = if format.is_ansi() {
            (head & ANSI_COUNT, Some(head & ANSI_HAS_ANGLES != 0))
        } else {
            (head, None)
        };
        let mut list = Vec::new();
        for _ in 0..count {
            let (x, y) = (r.u16(what)?, r.u16(what)?);
            let (x, has) = match all_have {
                Some(has) => (x, has),
                None => (x & !ISO_HAS_ANGLE, x & ISO_HAS_ANGLE != 0),
            };
            let angles = if has { r.take(angles_each, what)?.to_vec() } else { Vec::new() };
            list.push((x, y, angles));
        }
        Ok(list)
    };
    let cores = points("core", 1)?;
    let deltas = points("delta", 3)?;
    Ok(Extended::Singularities {
        cores: cores.into_iter().map(|(x, y, a)| Core { x, y, angle: a.first().copied() }).collect(),
        deltas: deltas
            .into_iter()
            .map(|(x, y, a)| Delta { x, y, angles: a.as_slice().try_into().ok() })
            .collect(),
    })
}

fn write_singularities(w: &mut Writer, cores: &[Core], deltas: &[Delta], format: FmrFormat) -> Result<()> {
    let cores: Vec<_> = cores.iter().map(|c| (c.x, c.y, c.angle.as_slice().to_vec())).collect();
    let deltas: Vec<_> =
        deltas.iter().map(|d| (d.x, d.y, d.angles.map(|a| a.to_vec()).unwrap_or_default())).collect();
    for list in [cores, deltas] {
        let with_angles = list.iter().filter(|p| !p.2.is_empty()).count();
        if list.len() > usize::from(ANSI_COUNT) {
            return Err(Error::Value { field: "cores and deltas", why: "there are more than 15".into() });
        }
        let count: u8 = fit(list.len(), "number of cores or deltas")?;
        if !format.is_ansi() || with_angles == 0 {
            w.u8(count);
        } else if with_angles == list.len() {
            w.u8(count | ANSI_HAS_ANGLES);
        } else {
            let why = "some have angles and some have not, which ANSI 378 cannot say".into();
            return Err(Error::Value { field: "cores and deltas", why });
        }
        for (x, y, angles) in list {
            if x & !super::read::COORDINATE != 0 {
                return Err(Error::Value { field: "core or delta", why: format!("x = {x} is over 14 bits") });
            }
            let mark = if !format.is_ansi() && !angles.is_empty() { ISO_HAS_ANGLE } else { 0 };
            w.u16(x | mark).u16(y).bytes(&angles);
        }
    }
    Ok(())
}

fn zonal(data: &[u8], format: FmrFormat, g: &Geometry) -> Result<Extended> {
    let mut r = Reader::new(data);
    let algorithm = match format {
        FmrFormat::Iso2011 => Some((r.u16("zonal quality vendor")?, r.u16("zonal quality algorithm")?)),
        _ => None,
    };
    let [cell_width, cell_height, depth] = r.array("zonal quality head")?;
    if cell_width == 0 || cell_height == 0 || !(1..=8).contains(&depth) {
        return Err(Error::Inconsistent { what: "cell size or depth of zero".into(), offset: 0 });
    }
    let across = usize::from(g.width).div_ceil(usize::from(cell_width));
    let down = usize::from(g.height).div_ceil(usize::from(cell_height));
    let packed = r.rest();
    let cells = across * down; // at most 65,535 squared, which fits
    if (cells * usize::from(depth)).div_ceil(8) != packed.len() {
        return Err(Error::Inconsistent { what: "cells and bytes differ".into(), offset: 0 });
    }
    let cells = (0..cells).map(|i| unpack(packed, i * usize::from(depth), depth)).collect();
    Ok(Extended::Zonal(ZonalQuality { algorithm, cell_width, cell_height, depth, cells }))
}

fn unpack(packed: &[u8], first_bit: usize, depth: u8) -> u8 {
    (first_bit..first_bit + usize::from(depth)).fold(0, |value, bit| {
        let byte = packed.get(bit / 8).copied().unwrap_or(0);
        value << 1 | (byte >> (7 - bit % 8) & 1)
    })
}

fn pack(cells: &[u8], depth: u8) -> Result<Vec<u8>> {
    if !(1..=8).contains(&depth) {
        return Err(Error::Value { field: "zonal quality depth", why: format!("{depth} is not 1 to 8") });
    }
    let mut out = vec![0_u8; (cells.len() * usize::from(depth)).div_ceil(8)];
    for (i, &value) in cells.iter().enumerate() {
        if u32::from(value) >> depth != 0 {
            return Err(Error::Value {
                field: "zonal quality",
                why: format!("{value} is over {depth} bits"),
            });
        }
        for k in 0..usize::from(depth) {
            let bit = i * usize::from(depth) + k;
            if let Some(byte) = out.get_mut(bit / 8) {
                *byte |= (value >> (usize::from(depth) - 1 - k) & 1) << (7 - bit % 8);
            }
        }
    }
    Ok(out)
}
