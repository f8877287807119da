//! Lossless JPEG, ITU-T T.81 annex H with Huffman codes (SOF3), as NIST's tools write it and as the standard has it.

use crate::error::{DecodeError, malformed, unsupported};
use crate::format::Format;
use crate::formats::bytes::be16;
use crate::limits::Limits;
use crate::picture::{Channels, Picture, Samples};

use super::huffman::{Bits, Slots, Table, read_tables};
use super::segments::{Header, Segment, next_segment};

const F: Format = Format::LosslessJpeg;

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
    let (mut tables, mut of_class_1) = (Slots::default(), Slots::default());
    let mut restart = 0;
    let mut at = 2;
    while let Some(Segment { marker, body, end }) = next_segment(bytes, at) {
        at = end;
        match marker {
            0xc3 if frame.components.is_empty() => frame.read_components(body, channels.count())?,
            // NIST's writer sets the class to 1 where the standard wants 0; lossless frames use one class only.
            0xc4 => {
                read_tables(body, [&mut tables, &mut of_class_1], F)?;
                for (table, other) in tables.iter_mut().zip(&mut of_class_1) {
                    *table = other.take().or(table.take());
                }
            }
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
        tables: &Slots,
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
                    let difference = difference(&mut bits, part.table)?;
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
        Ok(bits.position())
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

/// One coded difference, modulo 65536 (T.81 H.1.2.2).
fn difference(bits: &mut Bits<'_>, table: &Table) -> Result<u16, DecodeError> {
    let difference = match bits.value(table) {
        Some(category @ 0..=15) => bits.signed(category.into()) as u16,
        Some(16) => 32_768,
        _ => return Err(malformed(F, format!("no Huffman code near byte {} of the scan", bits.position()))),
    };
    if bits.overrun() {
        return Err(malformed(F, format!("the scan's data ends at its byte {}", bits.position())));
    }
    Ok(difference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::jpeg::{BitWriter, codes, segment};

    /// A picture of curved stripes that uses the whole range of its depth.
    fn samples(bits: u8) -> Vec<u16> {
        let max = f64::from((1_u32 << bits) - 1);
        let value = |i: u32| (0.5 + 0.5 * (f64::from(i % 13 * 3) - f64::from(i / 13)).sin()) * max;
        (0..13 * 8).map(|i| value(i).round() as u16).collect()
    }

    fn write(samples: &[u16], bits: u8, predictor: u8, restart_rows: usize, class: u8) -> Vec<u8> {
        const COUNTS: [u8; 16] = [0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let categories: Vec<u8> = (0..=16).collect();
        let mut out = vec![0xff, 0xd8];
        segment(&mut out, 0xc3, &[bits, 0, 8, 0, 13, 1, 7, 0x11, 0]);
        segment(&mut out, 0xc4, &[&[class << 4], &COUNTS[..], &categories].concat());
        segment(&mut out, 0xdd, &[0, 13 * restart_rows as u8]);
        segment(&mut out, 0xda, &[1, 7, 0, predictor, 0, 0]);
        let table = codes(&COUNTS, &categories);
        let mut restarts = 0;
        let mut scan = Vec::new();
        let mut writer = BitWriter::new(&mut scan);
        for (y, row) in samples.chunks(13).enumerate() {
            let fresh = y == 0 || (restart_rows > 0 && y % restart_rows == 0);
            if fresh && y > 0 {
                writer.pad();
                out.append(&mut scan);
                out.extend_from_slice(&[0xff, 0xd0 + restarts % 8]);
                restarts += 1;
                writer = BitWriter::new(&mut scan);
            }
            for (x, &value) in row.iter().enumerate() {
                let at = |dx: usize, dy: usize| samples[(y - dy) * 13 + x - dx];
                let prediction = match (x > 0, !fresh) {
                    (true, true) => predict(predictor, at(1, 0), at(0, 1), at(1, 1)),
                    (true, false) => at(1, 0),
                    (false, true) => at(0, 1),
                    (false, false) => 1 << (bits - 1),
                };
                let difference = value.wrapping_sub(prediction) as i16;
                writer.category(&table, 0, difference.into());
            }
        }
        writer.pad();
        out.append(&mut scan);
        out.extend_from_slice(&[0xff, 0xd9]);
        out
    }

    #[test]
    fn every_predictor_depth_and_restart_comes_back() {
        for (bits, predictor, restart_rows, class) in [
            (8, 1, 0, 0),
            (8, 2, 0, 1),
            (8, 3, 1, 0),
            (8, 4, 3, 1),
            (10, 5, 0, 0),
            (12, 6, 2, 0),
            (14, 7, 0, 1),
        ] {
            let original = samples(bits);
            let bytes = write(&original, bits, predictor, restart_rows, class);
            let picture = read(&bytes, &Limits::default()).unwrap();
            let got = match picture.samples {
                Samples::U8(bytes) => bytes.into_iter().map(u16::from).collect(),
                Samples::U16 { samples, .. } => samples,
            };
            assert!(got == original, "{bits} bits, predictor {predictor}, {restart_rows} rows");
            assert!(read(&bytes[..bytes.len() - 30], &Limits::default()).is_err());
        }
    }
}
