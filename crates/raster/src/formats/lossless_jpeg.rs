//! Lossless JPEG, ITU-T T.81 annex H with Huffman codes (SOF3), as NIST's tools write it and as the standard has it.

use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::be16;
use crate::formats::jpeg::{Header, Segment, next_segment};
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

const F: Format = Format::LosslessJpeg;

/// Huffman tables that a file can hold at once (T.81 B.2.4.2).
const TABLES: usize = 4;

/// Longest Huffman code in bits.
const MAX_CODE_BITS: usize = 16;

/// Bits that the lookup resolves at once; longer codes are walked.
const FAST_BITS: u32 = 9;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Picture, DecodeError> {
    let header = Header::read(bytes);
    header.check(F, limits, u64::from(header.components.max(1)) * 3)?;
    if header.sof != Some(0xc3) {
        return Err(unsupported(F, "a frame that is not SOF3"));
    }
    let channels = match header.components {
        1 => Channels::Grey,
        3 => Channels::Rgb,
        n => return Err(unsupported(F, format!("{n} components"))),
    };
    if !(2..=16).contains(&header.bits) {
        return Err(malformed(F, format!("{} bits a sample", header.bits)));
    }
    let (width, height) = (usize::from(header.width), usize::from(header.height));
    let mut frame = Frame { components: Vec::new(), planes: Vec::new(), bits: header.bits, width, height };
    let mut tables: [Option<Table>; TABLES] = [const { None }; TABLES];
    let mut restart = 0;
    let mut at = 2;
    while let Some(Segment { marker, body, end }) = next_segment(bytes, at) {
        at = end;
        match marker {
            0xc3 if frame.components.is_empty() => frame.read_components(body, channels.count())?,
            0xc4 => read_tables(body, &mut tables)?,
            0xdd => restart = usize::from(be16(body, 0).unwrap_or(0)),
            0xda => {
                let used = frame.read_scan(body, bytes.get(at..).unwrap_or(&[]), &tables, restart)?;
                at += used;
            }
            _ => {}
        }
    }
    let samples = frame.interleave()?;
    Ok(Picture {
        format: F,
        width: header.width.into(),
        height: header.height.into(),
        channels,
        samples,
        bits: header.bits,
        ppi: header.ppi,
    })
}

struct Frame {
    /// Component identifiers in the order of the frame header.
    components: Vec<u8>,
    /// Decoded samples of each component; empty until its scan.
    planes: Vec<Vec<u16>>,
    bits: u8,
    width: usize,
    height: usize,
}

/// One component of a scan.
struct ScanPart<'a> {
    component: usize,
    table: &'a Table,
    plane: Vec<u16>,
}

impl Frame {
    fn read_components(&mut self, body: &[u8], count: usize) -> Result<(), DecodeError> {
        let specs = body.get(6..6 + count * 3).ok_or_else(|| malformed(F, "the frame header is cut off"))?;
        for spec in specs.as_chunks::<3>().0 {
            if spec[1] != 0x11 {
                return Err(unsupported(F, "subsampling"));
            }
            self.components.push(spec[0]);
        }
        self.planes = vec![Vec::new(); count];
        Ok(())
    }

    /// Decodes one scan and returns the bytes of entropy-coded data that it took.
    fn read_scan(
        &mut self,
        body: &[u8],
        data: &[u8],
        tables: &[Option<Table>; TABLES],
        restart: usize,
    ) -> Result<usize, DecodeError> {
        let cut = || malformed(F, "a scan header is cut off");
        let count = usize::from(*body.first().ok_or_else(cut)?);
        let specs = body.get(1..1 + count * 2).ok_or_else(cut)?;
        let [predictor, _, point] =
            *body.get(1 + count * 2..).and_then(|b| b.first_chunk()).ok_or_else(cut)?;
        let point = point & 15;
        if !(1..=7).contains(&predictor) || point >= self.bits {
            return Err(malformed(F, format!("predictor {predictor}, point transform {point}")));
        }
        let mut parts = Vec::new();
        for &[id, selector] in specs.as_chunks::<2>().0 {
            let component = self.components.iter().position(|&c| c == id);
            let component = component
                .ok_or_else(|| malformed(F, format!("a scan of component {id}, which the frame lacks")))?;
            let table = tables.get(usize::from(selector >> 4)).and_then(Option::as_ref);
            let table = table.ok_or_else(|| malformed(F, format!("no Huffman table {}", selector >> 4)))?;
            let twice = self.planes.get(component).is_none_or(|p| !p.is_empty());
            if twice || parts.iter().any(|p: &ScanPart<'_>| p.component == component) {
                return Err(malformed(F, format!("component {id} is coded twice")));
            }
            parts.push(ScanPart { component, table, plane: vec![0; self.width * self.height] });
        }
        if parts.is_empty() {
            return Err(malformed(F, "a scan of no component"));
        }
        let used = self.decode_rows(&mut parts, data, restart, predictor, point)?;
        for part in parts {
            if let Some(plane) = self.planes.get_mut(part.component) {
                *plane = part.plane;
            }
        }
        Ok(used)
    }

    fn decode_rows(
        &self,
        parts: &mut [ScanPart<'_>],
        data: &[u8],
        restart: usize,
        predictor: u8,
        point: u8,
    ) -> Result<usize, DecodeError> {
        if !restart.is_multiple_of(self.width) {
            // T.81 H.1.1: the interval is a whole number of rows.
            return Err(malformed(F, format!("a restart interval of {restart} samples, not whole rows")));
        }
        let restart_rows = restart.checked_div(self.width).unwrap_or(0);
        let first = 1_u16 << (self.bits - point - 1);
        let mask = ((1_u32 << (self.bits - point)) - 1) as u16;
        let mut bits = Bits::new(data);
        for y in 0..self.height {
            let fresh = y == 0 || (restart_rows != 0 && y.is_multiple_of(restart_rows));
            if fresh && y != 0 {
                bits.restart();
            }
            for x in 0..self.width {
                for part in parts.iter_mut() {
                    let left = if x > 0 { part.plane.get(y * self.width + x - 1) } else { None };
                    let above = if fresh { None } else { part.plane.get((y - 1) * self.width + x) };
                    let corner = match (fresh, x) {
                        (true, _) | (_, 0) => None,
                        _ => part.plane.get((y - 1) * self.width + x - 1),
                    };
                    let prediction = match (left, above, corner) {
                        (Some(&a), Some(&b), Some(&c)) => predict(predictor, a, b, c),
                        // T.81 H.1.2.1: the first row from the left, the first column from above.
                        (Some(&a), _, _) => a,
                        (None, Some(&b), _) => b,
                        (None, None, _) => first,
                    };
                    let difference = bits.difference(part.table)?;
                    if let Some(sample) = part.plane.get_mut(y * self.width + x) {
                        *sample = prediction.wrapping_add(difference) & mask;
                    }
                }
            }
        }
        if point != 0 {
            for part in parts.iter_mut() {
                part.plane.iter_mut().for_each(|v| *v <<= point);
            }
        }
        Ok(bits.at.min(data.len()))
    }

    fn interleave(self) -> Result<Samples, DecodeError> {
        if self.planes.is_empty() || self.planes.iter().any(Vec::is_empty) {
            return Err(malformed(F, "a component has no scan"));
        }
        let max = ((1_u32 << self.bits) - 1) as u16;
        let area = self.width * self.height;
        let all = (0..area).flat_map(|i| self.planes.iter().map(move |p| p.get(i).copied().unwrap_or(0)));
        Ok(match self.bits {
            8 => Samples::U8(all.map(|v| v.min(255) as u8).collect()),
            2..8 => Samples::U8(all.map(|v| crate::picture::scale_to_u8(v, max)).collect()),
            _ => Samples::U16 { samples: all.collect(), max },
        })
    }
}

/// T.81 table H.1: `a` left, `b` above, `c` above left.
fn predict(predictor: u8, a: u16, b: u16, c: u16) -> u16 {
    let (a, b, c) = (i32::from(a), i32::from(b), i32::from(c));
    let value = match predictor {
        1 => a,
        2 => b,
        3 => c,
        4 => a + b - c,
        5 => a + ((b - c) >> 1),
        6 => b + ((a - c) >> 1),
        _ => (a + b) >> 1,
    };
    value as u16
}

/// A Huffman table of difference categories.
#[derive(Debug, Clone)]
struct Table {
    /// For each pattern of [`FAST_BITS`] bits: code length and category, length 0 where the code is longer.
    fast: Vec<(u8, u8)>,
    /// By code length: first code, first index into `values`, count.
    lengths: [(u32, u32, u32); MAX_CODE_BITS + 1],
    values: Vec<u8>,
}

/// T.81 B.2.4.2. NIST's writer sets the class nibble to 1 where the standard wants 0, so it does not count here:
/// lossless frames use one class only.
fn read_tables(mut body: &[u8], tables: &mut [Option<Table>; TABLES]) -> Result<(), DecodeError> {
    let cut = || malformed(F, "a Huffman table is cut off");
    while let Some((&id, rest)) = body.split_first() {
        let (counts, rest) = rest.split_first_chunk::<MAX_CODE_BITS>().ok_or_else(cut)?;
        let total: usize = counts.iter().map(|&n| usize::from(n)).sum();
        let (values, rest) = rest.split_at_checked(total).ok_or_else(cut)?;
        let slot = tables.get_mut(usize::from(id & 15));
        *slot.ok_or_else(|| malformed(F, format!("Huffman table {}", id & 15)))? =
            Some(Table::new(counts, values)?);
        body = rest;
    }
    Ok(())
}

impl Table {
    fn new(counts: &[u8; MAX_CODE_BITS], values: &[u8]) -> Result<Self, DecodeError> {
        if values.iter().any(|&v| v > 16) {
            return Err(malformed(F, "a difference category over 16"));
        }
        let mut fast = vec![(0, 0); 1 << FAST_BITS];
        let mut lengths = [(0, 0, 0); MAX_CODE_BITS + 1];
        let (mut code, mut index) = (0_u32, 0_u32);
        for ((length, &count), slot) in (1_u32..).zip(counts).zip(lengths.iter_mut().skip(1)) {
            let count = u32::from(count);
            if code + count > 1 << length {
                return Err(malformed(F, "a Huffman table with too many codes"));
            }
            *slot = (code, index, count);
            if length <= FAST_BITS {
                for i in 0..count {
                    let value = values.get((index + i) as usize).copied().unwrap_or(0);
                    let from = ((code + i) << (FAST_BITS - length)) as usize;
                    let to = from + (1 << (FAST_BITS - length));
                    fast.get_mut(from..to).into_iter().flatten().for_each(|f| *f = (length as u8, value));
                }
            }
            index += count;
            code = (code + count) << 1;
        }
        Ok(Self { fast, lengths, values: values.to_vec() })
    }
}

/// Entropy-coded bits, stuffed zeros removed; zeros past the end, counted.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    hold: u64,
    held: u32,
    /// Bits made up after the end of the data.
    missing: u32,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, hold: 0, held: 0, missing: 0 }
    }

    fn fill(&mut self) {
        while self.held <= 48 {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (Some(0xff), Some(0)) => {
                    self.at += 2;
                    0xff
                }
                // A marker, or the end.
                (Some(0xff), _) | (None, _) => {
                    self.missing += 8;
                    0
                }
                (Some(&byte), _) => {
                    self.at += 1;
                    byte
                }
            };
            self.hold = (self.hold << 8) | u64::from(byte);
            self.held += 8;
        }
    }

    /// Drops bits up to the next restart marker and steps over it.
    fn restart(&mut self) {
        (self.hold, self.held, self.missing) = (0, 0, 0);
        if let [0xff, 0xd0..=0xd7, ..] = self.data.get(self.at..).unwrap_or(&[]) {
            self.at += 2;
        }
    }

    fn take(&mut self, count: u32) -> u32 {
        self.held -= count;
        ((self.hold >> self.held) & ((1 << count) - 1)) as u32
    }

    /// One coded difference, modulo 65536 (T.81 H.1.2.2).
    fn difference(&mut self, table: &Table) -> Result<u16, DecodeError> {
        self.fill();
        let peek = ((self.hold >> (self.held - FAST_BITS)) & ((1 << FAST_BITS) - 1)) as usize;
        let category = match table.fast.get(peek) {
            Some(&(length, category)) if length > 0 => {
                self.held -= u32::from(length);
                category
            }
            _ => self.walk(table)?,
        };
        let category = u32::from(category);
        let difference = match category {
            0 => 0,
            16 => 32_768,
            _ => {
                let bits = self.take(category);
                // A leading 0 bit means negative: value - (2^category - 1).
                if bits >> (category - 1) == 0 {
                    (bits + 1).wrapping_sub(1 << category) as u16
                } else {
                    bits as u16
                }
            }
        };
        if self.missing > self.held {
            return Err(malformed(F, format!("the scan's data ends at its byte {}", self.at)));
        }
        Ok(difference)
    }

    fn walk(&mut self, table: &Table) -> Result<u8, DecodeError> {
        let mut code = 0;
        for &(first, index, count) in table.lengths.iter().skip(1) {
            code = (code << 1) | self.take(1);
            let rank = code.checked_sub(first).filter(|&rank| rank < count);
            if let Some(&value) = rank.and_then(|rank| table.values.get((index + rank) as usize)) {
                return Ok(value);
            }
        }
        Err(malformed(F, format!("no Huffman code near byte {} of the scan", self.at)))
    }
}
