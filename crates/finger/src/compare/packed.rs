//! A finger made ready, in the fewest bytes from which it can be compared at once.
//!
//! [`Prepared::pack`] gives the bytes, which may lie in memory, in a column of many, or in a file; [`Packed::read`]
//! looks at them, and [`compare_packed`] compares a probe with them: unpacking is a few hundred nanoseconds into room
//! that the thread keeps, nothing is described again and nothing is lost, the result is that of [`compare`](super::compare)
//! to the last bit.
//!
//! ```
//! # use ridgeline_finger::{Packed, Prepared, Template, compare, compare_packed};
//! # let (probe, enrolled) = (Prepared::new(&Template::default()), Prepared::new(&Template::default()));
//! let bytes = enrolled.pack();                       // once, when enrolled
//! let packed = Packed::read(&bytes)?;                // once, when loaded: structure and check sum
//! assert_eq!(compare_packed(&probe, &packed), compare(&probe, &enrolled));
//! let again = Packed::read_checked(&bytes)?;         // later: structure only
//! assert_eq!(compare_packed(&probe, &again).llr, compare_packed(&probe, &packed).llr);
//! # Ok::<(), ridgeline_finger::PackedError>(())
//! ```
//!
//! Layout, little endian: magic and version (4), which algorithm (4), what orders two prints (8), size (f32), number
//! of minutiae (u8), a zero byte, columns and rows of flow cells (u16 each), the first column and row (u16 each); then
//! for all minutiae by rising y their six bytes as in a stored template, their place by falling confidence, and their
//! place in the template; then descriptors, four bits a value (level + 8, that of lane i in the low and of lane i + 8
//! in the high half), interleaved like [`kernels::interleave`](super::kernels) in blocks of 16 minutiae; then the
//! flow cells row by row, and a check sum (u32).

use super::descriptor::{LEVEL_STEP, PROJECTED_LEN};
use super::kernels::{BLOCK_LEN, LANES};
use super::prepared::{MAX_COMPARED, NOWHERE, Prepared, band, pad, unit};
use crate::template::{CHECK_LEN, FLOW_CELL_PX, MINUTIA_LEN, check_sum, pack, unpack};
use crate::{ALGORITHM, MAX_EXTRACT_PIXELS, Minutia};
use core::f32::consts::TAU;
use std::sync::OnceLock;

/// First bytes; the last one is the layout's version.
const MAGIC: [u8; 4] = *b"RLP\x01";
const HEADER_LEN: usize = 30;
/// Bytes of a register of interleaved descriptors, unpacked; packed they are half.
const WIDE: usize = 64;
const ZERO_LEVEL: i8 = 8;
/// Most flow cells: those of the largest image, with room for rounding.
const MAX_CELLS: usize = 2 * MAX_EXTRACT_PIXELS / (FLOW_CELL_PX * FLOW_CELL_PX);

/// Why bytes are not a packed finger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a packed finger: {0}")]
pub struct PackedError(pub &'static str);

/// A packed finger: [`Prepared::pack`] makes the bytes once, at enrolment; [`Packed::read`] borrows them when they are
/// loaded; [`compare_packed`](crate::compare_packed) compares a probe with them as [`compare`](crate::compare) would
/// with the finger itself, without making it ready again.
#[derive(Debug, Clone, Copy)]
pub struct Packed<'a> {
    order: u64,
    size: f32,
    /// Columns and rows, first column and row.
    cells: [usize; 4],
    /// [`MINUTIA_LEN`] bytes each.
    minutiae: &'a [u8],
    ranks: &'a [u8],
    indices: &'a [u8],
    levels: &'a [u8],
    flow: &'a [u8],
}

/// Tells algorithms apart: FNV-1a of the name and version.
fn algorithm() -> u32 {
    check_sum(ALGORITHM.as_bytes())
}

impl Prepared {
    /// The packed form: 30 bytes, 40 a minutia (32 of them for 16 at a time), one a cell of the box around the
    /// ridges, and a check sum; 2 to 3 KB for a plain print.
    pub fn pack(&self) -> Vec<u8> {
        let ((columns, rows), (left, top), lines) = self.ground.parts();
        let n = self.len();
        let mut out =
            Vec::with_capacity(HEADER_LEN + n * 8 + self.blocks.len() / 2 + columns * rows + CHECK_LEN);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&algorithm().to_le_bytes());
        out.extend_from_slice(&self.order.to_le_bytes());
        out.extend_from_slice(&self.size.to_le_bytes());
        out.extend_from_slice(&[n as u8, 0]);
        for v in [columns, rows, left, top] {
            out.extend_from_slice(&(v as u16).to_le_bytes());
        }
        for i in 0..n {
            let m = Minutia {
                x: self.x[i],
                y: -self.y[i],
                direction: f32::from(self.turns[i]) * (TAU / 256.0),
                kind: self.kind[i],
                confidence: self.confidence[i],
            };
            out.extend_from_slice(&pack(&m));
        }
        out.extend_from_slice(&self.rank);
        out.extend(self.index.iter().map(|i| *i as u8));
        for register in self.blocks.chunks_exact(WIDE) {
            let (low, high) = register.split_at(WIDE / 2);
            let level = |v: &i8| (v / LEVEL_STEP + ZERO_LEVEL) as u8 & 15;
            out.extend(low.iter().zip(high).map(|(l, h)| level(l) | level(h) << 4));
        }
        lines.for_each(|line| out.extend_from_slice(line));
        let check = check_sum(&out);
        out.extend_from_slice(&check.to_le_bytes());
        out
    }
}

impl<'a> Packed<'a> {
    /// Looks at packed bytes.
    ///
    /// # Errors
    /// [`PackedError`] where they are something else, of another version, or damaged.
    pub fn read(bytes: &'a [u8]) -> Result<Self, PackedError> {
        let (body, check) = bytes
            .len()
            .checked_sub(CHECK_LEN)
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or(PackedError("too short"))?;
        if !body.starts_with(&MAGIC) {
            return Err(PackedError("other magic or version"));
        }
        if check != check_sum(body).to_le_bytes() {
            return Err(PackedError("the check sum differs"));
        }
        let packed = Self::read_checked(bytes)?;
        // Every minutia has one place by confidence.
        let mut places = packed.ranks.to_vec();
        places.sort_unstable();
        if places.iter().enumerate().any(|(i, place)| usize::from(*place) != i) {
            return Err(PackedError("the order of confidence"));
        }
        Ok(packed)
    }

    /// [`Self::read`] without the check sum, for bytes that were read so before. Whatever they hold, comparing them
    /// is safe and ends; a damaged finger has a wrong score.
    ///
    /// # Errors
    /// [`PackedError`] where the structure does not fit the length.
    pub fn read_checked(bytes: &'a [u8]) -> Result<Self, PackedError> {
        let mut rest = bytes;
        let mut take = |n: usize| {
            let (head, tail) = rest.split_at_checked(n).ok_or(PackedError("too short"))?;
            rest = tail;
            Ok(head)
        };
        let header: &[u8; HEADER_LEN] = take(HEADER_LEN)?.try_into().map_err(|_| PackedError("too short"))?;
        if header[..4] != MAGIC {
            return Err(PackedError("other magic or version"));
        }
        let word = |at: usize| core::array::from_fn::<u8, 4, _>(|i| header[at + i]);
        if word(4) != algorithm().to_le_bytes() {
            return Err(PackedError("of another algorithm"));
        }
        let order = u64::from(u32::from_le_bytes(word(8))) | u64::from(u32::from_le_bytes(word(12))) << 32;
        let size = f32::from_le_bytes(word(16));
        if !(1.0..=MAX_COMPARED as f32).contains(&size) {
            return Err(PackedError("size out of range"));
        }
        let n = usize::from(header[20]);
        if n > MAX_COMPARED || header[21] != 0 {
            return Err(PackedError("too many minutiae"));
        }
        let cells: [usize; 4] = core::array::from_fn(|i| {
            usize::from(u16::from_le_bytes([header[22 + 2 * i], header[23 + 2 * i]]))
        });
        let area = cells[0] * cells[1];
        if area > MAX_CELLS {
            return Err(PackedError("too many cells"));
        }
        let packed = Self {
            order,
            size,
            cells,
            minutiae: take(n * MINUTIA_LEN)?,
            ranks: take(n)?,
            indices: take(n)?,
            levels: take(n.div_ceil(LANES) * BLOCK_LEN / 2)?,
            flow: take(area)?,
        };
        take(CHECK_LEN)?;
        if rest.is_empty() { Ok(packed) } else { Err(PackedError("bytes left over")) }
    }

    /// Minutiae compared.
    pub fn len(&self) -> usize {
        self.ranks.len()
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// Of the `most` most confident minutiae the descriptors, as [`Prepared::descriptors`] gives them, and the
    /// directions in 256ths of a turn: what a faster stage compares. What stood in the vectors goes.
    pub fn best(&self, most: usize, descriptors: &mut Vec<i8>, turns: &mut Vec<u8>) {
        descriptors.clear();
        turns.clear();
        let blocks = self.levels.as_chunks::<{ BLOCK_LEN / 2 }>().0;
        let minutiae = self.minutiae.as_chunks::<MINUTIA_LEN>().0;
        for rank in self.ranks.iter().take(most) {
            let (block, lane) = (usize::from(*rank) / LANES, usize::from(*rank) % LANES);
            let (Some(block), Some(minutia)) = (blocks.get(block), minutiae.get(usize::from(*rank))) else {
                return;
            };
            turns.push(minutia[4]);
            // The lanes of the upper half stand in the high half bytes.
            let shift = if lane < LANES / 2 { 0 } else { 4 };
            for register in block.as_chunks::<{ WIDE / 2 }>().0 {
                let own = register.as_chunks::<4>().0.get(lane % (LANES / 2)).unwrap_or(&[0; 4]);
                descriptors.extend(own.map(|byte| ((byte >> shift & 15) as i8 - ZERO_LEVEL) * LEVEL_STEP));
            }
        }
    }

    /// Ready to be a probe: what [`Prepared::pack`] was called on.
    pub fn prepared(&self) -> Prepared {
        let mut out = Prepared::default();
        self.unpack(&mut out);
        out.descriptors = (0..out.len() * PROJECTED_LEN)
            .map(|i| {
                let (row, k) = (i / PROJECTED_LEN, i % PROJECTED_LEN);
                out.blocks[row / LANES * BLOCK_LEN + (k / 4 * LANES + row % LANES) * 4 + k % 4]
            })
            .collect();
        out
    }

    /// All that a comparison looks at, into room that is there already; not the descriptors in rows.
    pub(crate) fn unpack(&self, out: &mut Prepared) {
        let units = units();
        let minutiae = self.minutiae.as_chunks::<MINUTIA_LEN>().0;
        pad(&mut out.x, minutiae.iter().map(|m| unpack(m).x), NOWHERE);
        pad(&mut out.y, minutiae.iter().map(|m| -unpack(m).y), NOWHERE);
        out.turns.clear();
        out.turns.extend(minutiae.iter().map(|m| m[4]));
        pad(&mut out.c, out.turns.iter().map(|t| units[usize::from(*t)].0), 0.0);
        pad(&mut out.s, out.turns.iter().map(|t| units[usize::from(*t)].1), 0.0);
        out.confidence.clear();
        out.confidence.extend(minutiae.iter().map(|m| unpack(m).confidence));
        out.kind.clear();
        out.kind.extend(minutiae.iter().map(|m| unpack(m).kind));
        out.index.clear();
        out.index.extend(self.indices.iter().map(|i| u16::from(*i)));
        // Descriptors in rows are not unpacked, so nobody may look for them.
        out.descriptors.clear();
        out.rank.clear();
        out.rank.extend(self.ranks.iter().map(|r| (*r).min(self.len().saturating_sub(1) as u8)));
        band(&mut out.bands, &out.y[..minutiae.len()]);
        out.low = out.y.first().copied().filter(|_| !minutiae.is_empty()).unwrap_or(0.0);
        out.blocks.resize(self.levels.len() * 2, 0);
        let halves = self.levels.as_chunks::<{ WIDE / 2 }>().0;
        for (register, packed) in out.blocks.as_chunks_mut::<WIDE>().0.iter_mut().zip(halves) {
            for (i, byte) in packed.iter().enumerate() {
                register[i] = ((byte & 15) as i8 - ZERO_LEVEL) * LEVEL_STEP;
                register[i + WIDE / 2] = ((byte >> 4) as i8 - ZERO_LEVEL) * LEVEL_STEP;
            }
        }
        out.size = self.size;
        out.order = self.order;
        let [columns, rows, left, top] = self.cells;
        out.ground.set((columns, rows), (left, top), self.flow.chunks_exact(columns.max(1)));
    }
}

/// Unit vectors of the 256 stored directions.
fn units() -> &'static [(f32, f32); 256] {
    static UNITS: OnceLock<[(f32, f32); 256]> = OnceLock::new();
    UNITS.get_or_init(|| core::array::from_fn(|i| unit(i as f32 * (TAU / 256.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;
    use crate::compare::compare;
    use crate::compare::compare_packed;
    use crate::compare::tests::{again, print};

    #[test]
    fn packed_compares_as_what_was_packed() {
        let mut templates: Vec<Template> = [0, 1, 5, 16, 17, 48, 90, 128, 200]
            .into_iter()
            .enumerate()
            .map(|(i, n)| print(i as u32 + 1, n))
            .collect();
        templates.extend([again(&templates[5], 0.5), again(&templates[6], -2.0), Template::default()]);
        // As records of others give them: not rounded, not sorted, without flow.
        let mut foreign = print(77, 60);
        foreign.flow = None;
        foreign.minutiae.reverse();
        foreign.minutiae.iter_mut().for_each(|m| (m.x, m.direction) = (m.x + 0.01, m.direction + 0.003));
        templates.push(foreign);
        let prints: Vec<Prepared> = templates.iter().map(Prepared::new).collect();
        for b in &prints {
            let bytes = b.pack();
            let packed = Packed::read(&bytes).unwrap();
            assert_eq!(packed.prepared().pack(), bytes);
            assert!(packed.prepared().descriptors().eq(b.descriptors()));
            let (mut values, mut turns) = (vec![1], vec![1]);
            packed.best(20, &mut values, &mut turns);
            assert!(values.chunks(PROJECTED_LEN).eq(b.descriptors().take(20)));
            let unit = |t: &u8| units()[usize::from(*t)];
            assert!(turns.iter().map(unit).eq(b.directions().take(20)));
            for a in &prints {
                assert_eq!(compare_packed(a, &packed), compare(a, b));
                assert_eq!(compare(a, &packed.prepared()), compare(a, b));
            }
        }
    }

    #[test]
    fn a_plain_print_takes_about_three_kilobytes() {
        assert!(Prepared::new(&print(3, 48)).pack().len() < 2700);
        assert!(Prepared::new(&print(3, 64)).pack().len() < 3300);
    }

    #[test]
    fn damage_is_noticed_and_never_panics() {
        let probe = Prepared::new(&print(4, 40));
        let bytes = Prepared::new(&print(5, 37)).pack();
        for cut in 0..bytes.len() {
            assert!(Packed::read(&bytes[..cut]).is_err(), "cut at {cut}");
            assert!(Packed::read_checked(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                assert!(Packed::read(&other).is_err(), "flipped {at}");
                if let Ok(packed) = Packed::read_checked(&other) {
                    let found = compare_packed(&probe, &packed);
                    assert!(found.evidence.score.is_finite());
                    assert_eq!(packed.prepared().descriptors().count(), packed.len());
                }
            }
        }
    }
}
