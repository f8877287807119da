//! The template and its stored form.

use crate::{ALGORITHM, MAX_MINUTIAE, Minutia, MinutiaKind};
use core::f32::consts::{PI, TAU};

/// Side of a cell of the coarse flow map, in pixels at 500 ppi.
pub const FLOW_CELL_PX: usize = 16;
/// A cell of the flow map without ridges.
pub const NO_FLOW: u8 = u8::MAX;
/// Steps of orientation over half a turn in the flow map.
const FLOW_STEPS: f32 = 128.0;
/// Steps per pixel of a stored position.
const SUBPIXEL: f32 = 16.0;
/// First bytes of a stored template; the last one is the layout's version.
const MAGIC: [u8; 4] = *b"RLF\x01";
/// Magic, width, height, quality, number of minutiae, flow columns, flow rows.
const HEADER_LEN: usize = 4 + 2 + 2 + 1 + 1 + 2 + 2;
pub(crate) const MINUTIA_LEN: usize = 6;
pub(crate) const CHECK_LEN: usize = 4;
/// Most cells that a flow map may have: those of [`crate::MAX_EXTRACT_PIXELS`], with room for rounding.
const MAX_FLOW_CELLS: usize = 2 * crate::MAX_EXTRACT_PIXELS / (FLOW_CELL_PX * FLOW_CELL_PX);

/// Where there are ridges and which way they run, in cells of [`FLOW_CELL_PX`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowMap {
    columns: u16,
    rows: u16,
    cells: Vec<u8>,
}

impl FlowMap {
    /// A map from orientations in radians (anticlockwise from the x axis, any multiple of pi), row by row;
    /// cells that are missing count as background.
    pub fn from_angles(columns: u16, rows: u16, angles: &[Option<f32>]) -> Self {
        let len = usize::from(columns) * usize::from(rows);
        let cells = (0..len)
            .map(|i| match angles.get(i).copied().flatten() {
                Some(a) if a.is_finite() => {
                    (a.rem_euclid(PI) * (FLOW_STEPS / PI)).round() as u8 % FLOW_STEPS as u8
                }
                _ => NO_FLOW,
            })
            .collect();
        Self { columns, rows, cells }
    }

    /// A map from orientation steps as [`FlowMap::cells`] gives them; cells that are missing or past the steps count as
    /// background.
    pub fn from_cells(columns: u16, rows: u16, mut cells: Vec<u8>) -> Self {
        cells.resize(usize::from(columns) * usize::from(rows), NO_FLOW);
        for cell in cells.iter_mut().filter(|c| f32::from(**c) >= FLOW_STEPS) {
            *cell = NO_FLOW;
        }
        Self { columns, rows, cells }
    }

    /// Cells across.
    pub fn columns(&self) -> usize {
        usize::from(self.columns)
    }

    /// Cells down.
    pub fn rows(&self) -> usize {
        usize::from(self.rows)
    }

    /// Orientation steps (0 to 127 over half a turn) or [`NO_FLOW`], row by row.
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }

    /// Orientation of the ridges in radians, 0 to pi, anticlockwise from the x axis; none in the background.
    pub fn angle(&self, column: usize, row: usize) -> Option<f32> {
        let inside = column < self.columns() && row < self.rows();
        let cell = inside.then(|| self.cells.get(row * self.columns() + column)).flatten()?;
        (*cell != NO_FLOW).then(|| f32::from(*cell) * (PI / FLOW_STEPS))
    }
}

/// A finger template; [`Template::to_bytes`] is its stored form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// Width of the image at 500 ppi.
    pub width_px: u16,
    /// Height of the image at 500 ppi.
    pub height_px: u16,
    /// Quality of the sample, 0 to 100.
    pub quality: u8,
    /// Sorted by y, then x.
    pub minutiae: Vec<Minutia>,
    /// Ridge flow and foreground, where known: templates read from exchange records have none.
    pub flow: Option<FlowMap>,
}

/// Why stored bytes are not a template.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("not a {ALGORITHM} template: {0}")]
pub struct TemplateError(pub &'static str);

impl Template {
    /// Rounded to what the stored form holds, the most confident [`MAX_MINUTIAE`] kept, sorted.
    pub fn normalised(mut self) -> Self {
        self.minutiae.retain(|m| m.x.is_finite() && m.y.is_finite() && m.direction.is_finite());
        self.minutiae.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        self.minutiae.truncate(MAX_MINUTIAE);
        self.minutiae = self.minutiae.iter().map(|m| unpack(&pack(m))).collect();
        self.minutiae.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        self
    }

    /// The stored form: 14 bytes of header, 6 a minutia, one bit a flow cell and one byte a cell with ridges,
    /// and a check sum. Positions are kept to 1/16 px, directions to 1/256 turn, confidence to 1/63.
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = self.minutiae.len().min(MAX_MINUTIAE);
        let mut out = Vec::with_capacity(HEADER_LEN + count * MINUTIA_LEN + 700);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&self.width_px.to_be_bytes());
        out.extend_from_slice(&self.height_px.to_be_bytes());
        out.push(self.quality);
        out.push(count as u8);
        let flow = self.flow.as_ref().filter(|f| f.cells.len() <= MAX_FLOW_CELLS);
        let (columns, rows) = flow.map_or((0, 0), |f| (f.columns, f.rows));
        out.extend_from_slice(&columns.to_be_bytes());
        out.extend_from_slice(&rows.to_be_bytes());
        for m in self.minutiae.iter().take(count) {
            out.extend_from_slice(&pack(m));
        }
        if let Some(flow) = flow {
            for chunk in flow.cells.chunks(8) {
                out.push(chunk.iter().enumerate().fold(0, |b, (i, c)| b | (u8::from(*c != NO_FLOW) << i)));
            }
            out.extend(flow.cells.iter().filter(|c| **c != NO_FLOW));
        }
        let check = check_sum(&out);
        out.extend_from_slice(&check.to_be_bytes());
        out
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`TemplateError`] where the bytes are not such a template.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TemplateError> {
        let (body, check) = bytes
            .len()
            .checked_sub(CHECK_LEN)
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or(TemplateError("too short"))?;
        let mut reader = Reader(body);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(TemplateError("other magic or version"));
        }
        if check != check_sum(body).to_be_bytes() {
            return Err(TemplateError("the check sum differs"));
        }
        let (width_px, height_px) = (reader.u16()?, reader.u16()?);
        let (quality, count) = (reader.u8()?, usize::from(reader.u8()?));
        let (columns, rows) = (reader.u16()?, reader.u16()?);
        if quality > 100 {
            return Err(TemplateError("quality over 100"));
        }
        if count > MAX_MINUTIAE {
            return Err(TemplateError("too many minutiae"));
        }
        let mut minutiae = Vec::with_capacity(count);
        for _ in 0..count {
            let packed = reader.take(MINUTIA_LEN)?.try_into().map_err(|_| TemplateError("too short"))?;
            minutiae.push(unpack(&packed));
        }
        let len = usize::from(columns) * usize::from(rows);
        if len > MAX_FLOW_CELLS {
            return Err(TemplateError("flow map too large"));
        }
        let flow = if len == 0 { None } else { Some(FlowMap { columns, rows, cells: reader.flow(len)? }) };
        if !reader.0.is_empty() {
            return Err(TemplateError("bytes left over"));
        }
        Ok(Self { width_px, height_px, quality, minutiae, flow })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], TemplateError> {
        let (head, tail) = self.0.split_at_checked(n).ok_or(TemplateError("too short"))?;
        self.0 = tail;
        Ok(head)
    }

    fn u8(&mut self) -> Result<u8, TemplateError> {
        Ok(self.take(1)?[0])
    }

    fn u16(&mut self) -> Result<u16, TemplateError> {
        let b = self.take(2)?;
        Ok(u16::from_be_bytes([b[0], b[1]]))
    }

    fn flow(&mut self, len: usize) -> Result<Vec<u8>, TemplateError> {
        let bits = self.take(len.div_ceil(8))?;
        (0..len)
            .map(|i| {
                let set = bits.get(i / 8).is_some_and(|b| b >> (i % 8) & 1 == 1);
                let cell = if set { self.u8()? } else { NO_FLOW };
                if set && f32::from(cell) >= FLOW_STEPS {
                    Err(TemplateError("flow out of range"))
                } else {
                    Ok(cell)
                }
            })
            .collect()
    }
}

/// As the stored form holds it; what is not finite becomes 0.
pub(crate) fn rounded(m: &Minutia) -> Minutia {
    unpack(&pack(m))
}

pub(crate) fn pack(m: &Minutia) -> [u8; MINUTIA_LEN] {
    let position = |v: f32| ((v * SUBPIXEL).round().clamp(0.0, f32::from(u16::MAX)) as u16).to_be_bytes();
    let (x, y) = (position(m.x), position(m.y));
    let direction = ((m.direction.rem_euclid(TAU) * (256.0 / TAU)).round() as u32 % 256) as u8;
    let kind = match m.kind {
        MinutiaKind::Other => 0u8,
        MinutiaKind::Ending => 1,
        MinutiaKind::Bifurcation => 2,
    };
    let confidence = (m.confidence.clamp(0.0, 1.0) * 63.0).round() as u8;
    [x[0], x[1], y[0], y[1], direction, kind << 6 | confidence]
}

pub(crate) fn unpack(b: &[u8; MINUTIA_LEN]) -> Minutia {
    Minutia {
        x: f32::from(u16::from_be_bytes([b[0], b[1]])) / SUBPIXEL,
        y: f32::from(u16::from_be_bytes([b[2], b[3]])) / SUBPIXEL,
        direction: f32::from(b[4]) * (TAU / 256.0),
        kind: match b[5] >> 6 {
            1 => MinutiaKind::Ending,
            2 => MinutiaKind::Bifurcation,
            _ => MinutiaKind::Other,
        },
        confidence: f32::from(b[5] & 63) / 63.0,
    }
}

/// FNV-1a, 32 bits: finds a damaged row, not a malicious one.
pub(crate) fn check_sum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Template {
        let minutiae = (0..40u32)
            .map(|i| Minutia {
                x: (i * 97 % 380) as f32 + 0.3,
                y: (i * 61 % 370) as f32 + 0.7,
                direction: (i as f32 * 0.77).rem_euclid(TAU),
                kind: [MinutiaKind::Ending, MinutiaKind::Bifurcation, MinutiaKind::Other][i as usize % 3],
                confidence: (i % 10) as f32 / 10.0,
            })
            .collect();
        let angles: Vec<_> = (0..25 * 24).map(|i| (i % 3 > 0).then_some(i as f32 * 0.05)).collect();
        let flow = Some(FlowMap::from_angles(25, 24, &angles));
        Template { width_px: 388, height_px: 374, quality: 61, minutiae, flow }.normalised()
    }

    #[test]
    fn stored_form_comes_back() {
        for template in [sample(), Template { flow: None, ..sample() }, Template::default()] {
            assert_eq!(Template::from_bytes(&template.to_bytes()), Ok(template));
        }
    }

    #[test]
    fn damage_is_noticed_and_nothing_panics() {
        let bytes = sample().to_bytes();
        for cut in 0..bytes.len() {
            assert!(Template::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 0x10;
            assert!(Template::from_bytes(&other).is_err(), "flipped {at}");
        }
    }
}
