//! Scans of a baseline or progressive frame to coefficients (ITU-T T.81 annexes F and G).

use crate::error::{DecodeError, malformed};
use crate::format::Format;
use crate::formats::bytes::be16;

use super::huffman::{Bits, Slots, Table};

const F: Format = Format::Jpeg;

/// Position in the block, row by row, of the n-th coefficient in zigzag order.
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A block's coefficients, row by row.
pub(super) type Block = [i16; 64];

/// One component of the frame.
pub(super) struct Component {
    pub(super) id: u8,
    /// Samples across and down in a minimum coded unit, in blocks.
    pub(super) across: usize,
    pub(super) down: usize,
    /// Number of its quantisation table.
    pub(super) quantiser: usize,
    /// Blocks that hold samples of the image.
    pub(super) blocks_across: usize,
    pub(super) blocks_down: usize,
    /// Blocks a row as stored: whole minimum coded units.
    pub(super) stride: usize,
    pub(super) blocks: Vec<Block>,
    /// A scan of it has been read.
    pub(super) seen: bool,
}

/// The tables that scans use.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) dc: Slots,
    pub(super) ac: Slots,
    /// Minimum coded units between restarts; 0 for none.
    pub(super) restart: usize,
}

/// Reads a quantisation table segment (B.2.4.1) into slots, row by row.
pub(super) fn read_quantisers(
    mut body: &[u8],
    slots: &mut [Option<[u16; 64]>; 4],
) -> Result<(), DecodeError> {
    let cut = || malformed(F, "a quantisation table is cut off");
    while let Some((&id, rest)) = body.split_first() {
        let wide = id >> 4 != 0;
        let size = if wide { 128 } else { 64 };
        let (values, rest) = rest.split_at_checked(size).ok_or_else(cut)?;
        let slot = slots.get_mut(usize::from(id & 15));
        let slot = slot.ok_or_else(|| malformed(F, format!("quantisation table {}", id & 15)))?;
        let mut table = [0; 64];
        for (n, &at) in ZIGZAG.iter().enumerate() {
            let value = if wide { be16(values, 2 * n) } else { values.get(n).map(|&v| v.into()) };
            table[usize::from(at)] = value.unwrap_or(0);
        }
        *slot = Some(table);
        body = rest;
    }
    Ok(())
}

/// What a scan adds to its components.
#[derive(Debug, Clone, Copy)]
struct Band {
    /// First and last coefficient in zigzag order.
    first: usize,
    last: usize,
    /// Bit position that the previous scan of these coefficients ended at, 0 for the first scan.
    high: u32,
    /// Bit position of this scan.
    low: u32,
}

/// Which of the five ways a block is coded in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Coding {
    Baseline,
    DcFirst,
    DcRefine,
    AcFirst,
    AcRefine,
}

/// State that runs through a scan's blocks.
struct State<'a> {
    bits: Bits<'a>,
    band: Band,
    coding: Coding,
    /// Last first coefficient of each component of the scan.
    last_dc: [i32; 4],
    /// Blocks that are still to come without a coefficient of their own (G.1.2.2).
    empty_blocks: u32,
}

/// Reads one scan and returns the bytes of entropy-coded data that it took.
pub(super) fn read_scan(
    body: &[u8],
    data: &[u8],
    components: &mut [Component],
    tables: &Tables,
    units: (usize, usize),
    progressive: bool,
) -> Result<usize, DecodeError> {
    let cut = || malformed(F, "a scan header is cut off");
    let count = usize::from(*body.first().ok_or_else(cut)?);
    let specs = body.get(1..1 + count * 2).ok_or_else(cut)?.as_chunks::<2>().0;
    let &[first, last, bits] = body.get(1 + count * 2..).and_then(|b| b.first_chunk()).ok_or_else(cut)?;
    let band = if progressive {
        Band { first: first.into(), last: last.into(), high: (bits >> 4).into(), low: (bits & 15).into() }
    } else {
        Band { first: 0, last: 63, high: 0, low: 0 }
    };
    let coding = match (progressive, band.first, band.high) {
        (false, ..) => Coding::Baseline,
        (true, 0, 0) => Coding::DcFirst,
        (true, 0, _) => Coding::DcRefine,
        (true, _, 0) => Coding::AcFirst,
        (true, ..) => Coding::AcRefine,
    };
    let dc_only = matches!(coding, Coding::DcFirst | Coding::DcRefine);
    let wrong_band = band.last > 63 || band.first > band.last || (progressive && dc_only != (band.last == 0));
    if wrong_band || band.low > 13 || (band.high != 0 && band.high != band.low + 1) {
        return Err(malformed(F, format!("a scan of coefficients {first} to {last}, bits {bits:#04x}")));
    }
    if !(1..=4).contains(&count) || (count > 1 && progressive && !dc_only) {
        return Err(malformed(F, format!("a scan of {count} components")));
    }

    // Which component, with which tables.
    let mut parts: Vec<(usize, Option<&Table>, Option<&Table>)> = Vec::with_capacity(count);
    for &[id, selectors] in specs {
        let index = components.iter().position(|c| c.id == id);
        let index = index.filter(|i| parts.iter().all(|p| p.0 != *i));
        let index = index.ok_or_else(|| malformed(F, format!("a scan of component {id}")))?;
        let dc = tables.dc.get(usize::from(selectors >> 4)).and_then(Option::as_ref);
        let ac = tables.ac.get(usize::from(selectors & 15)).and_then(Option::as_ref);
        let missing = match coding {
            Coding::Baseline => dc.is_none() || ac.is_none(),
            Coding::DcFirst => dc.is_none(),
            Coding::DcRefine => false,
            Coding::AcFirst | Coding::AcRefine => ac.is_none(),
        };
        if missing {
            return Err(malformed(F, "a scan without its Huffman tables"));
        }
        parts.push((index, dc, ac));
        if let Some(component) = components.get_mut(index) {
            component.seen = true;
        }
    }

    let mut state = State { bits: Bits::new(data), band, coding, last_dc: [0; 4], empty_blocks: 0 };
    // A scan of one component has one block a unit, and none beyond the image.
    let alone = parts.len() == 1;
    let (units_across, units_down) = match (alone, parts.first().and_then(|p| components.get(p.0))) {
        (true, Some(only)) => (only.blocks_across, only.blocks_down),
        _ => units,
    };
    for unit in 0..units_across * units_down {
        if tables.restart != 0 && unit != 0 && unit % tables.restart == 0 {
            state.bits.restart();
            (state.last_dc, state.empty_blocks) = ([0; 4], 0);
        }
        let (column, line) = (unit % units_across, unit / units_across);
        for (n, &(index, dc, ac)) in parts.iter().enumerate() {
            let Some(component) = components.get_mut(index) else { continue };
            let (across, down) = if alone { (1, 1) } else { (component.across, component.down) };
            for by in 0..down {
                for bx in 0..across {
                    let at = (line * down + by) * component.stride + column * across + bx;
                    let Some(block) = component.blocks.get_mut(at) else { continue };
                    let read = state.read_block(block, n, dc, ac);
                    if read.is_none() || state.bits.overrun() {
                        let at = state.bits.position();
                        return Err(malformed(
                            F,
                            format!("the scan's data is wrong or ends near its byte {at}"),
                        ));
                    }
                }
            }
        }
    }
    Ok(state.bits.position())
}

impl State<'_> {
    /// `None` where there is no such code, or a table is missing.
    fn read_block(
        &mut self,
        block: &mut Block,
        part: usize,
        dc: Option<&Table>,
        ac: Option<&Table>,
    ) -> Option<()> {
        match self.coding {
            Coding::Baseline => {
                block[0] = self.read_dc(part, dc?)? as i16;
                self.read_ac(block, 1, ac?)
            }
            Coding::DcFirst => {
                block[0] = (self.read_dc(part, dc?)? << self.band.low) as i16;
                Some(())
            }
            Coding::DcRefine => {
                block[0] |= (self.bits.take(1) << self.band.low) as i16;
                Some(())
            }
            Coding::AcFirst => self.read_ac(block, self.band.first, ac?),
            Coding::AcRefine => self.refine_ac(block, ac?),
        }
    }

    fn read_dc(&mut self, part: usize, table: &Table) -> Option<i32> {
        let category = self.bits.value(table).filter(|&c| c <= 15)?;
        let last = self.last_dc.get_mut(part)?;
        *last = last.wrapping_add(self.bits.signed(category.into()));
        Some(*last)
    }

    fn read_ac(&mut self, block: &mut Block, first: usize, table: &Table) -> Option<()> {
        if self.empty_blocks > 0 {
            self.empty_blocks -= 1;
            return Some(());
        }
        let mut n = first;
        while n <= self.band.last {
            let value = self.bits.value(table)?;
            let (run, category) = (value >> 4, value & 15);
            match (run, category) {
                (15, 0) => n += 16,
                (0, 0) if self.coding == Coding::Baseline => break,
                (_, 0) => {
                    // This block and so many more are empty from here.
                    self.empty_blocks = (1 << run) - 1 + self.bits.take(run.into());
                    break;
                }
                _ => {
                    n += usize::from(run);
                    let level = self.bits.signed(category.into()) << self.band.low;
                    // A run past the end: the data is damaged.
                    *block.get_mut(usize::from(*ZIGZAG.get(n)?))? = level as i16;
                    n += 1;
                }
            }
        }
        Some(())
    }

    /// One more bit of coefficients that are known, and new ones of that size (G.1.2.3).
    fn refine_ac(&mut self, block: &mut Block, table: &Table) -> Option<()> {
        let one = 1_i16 << self.band.low;
        let mut n = self.band.first;
        if self.empty_blocks == 0 {
            while n <= self.band.last {
                let value = self.bits.value(table)?;
                let (mut run, category) = (value >> 4, value & 15);
                let new = match category {
                    0 if run < 15 => {
                        self.empty_blocks = (1 << run) + self.bits.take(run.into());
                        break;
                    }
                    0 => 0,
                    _ if self.bits.take(1) == 1 => one,
                    _ => -one,
                };
                // Zeros count towards the run; known coefficients on the way get their bit.
                while n <= self.band.last {
                    let known = block.get_mut(usize::from(*ZIGZAG.get(n)?))?;
                    n += 1;
                    if *known != 0 {
                        refine(&mut self.bits, known, one);
                    } else if run == 0 {
                        *known = new;
                        break;
                    } else {
                        run -= 1;
                    }
                }
            }
        }
        if self.empty_blocks > 0 {
            for &at in ZIGZAG.get(n..=self.band.last).unwrap_or(&[]) {
                let known = block.get_mut(usize::from(at))?;
                if *known != 0 {
                    refine(&mut self.bits, known, one);
                }
            }
            self.empty_blocks -= 1;
        }
        Some(())
    }
}

fn refine(bits: &mut Bits<'_>, known: &mut i16, one: i16) {
    if bits.take(1) == 1 && *known & one == 0 {
        *known = known.wrapping_add(if *known > 0 { one } else { -one });
    }
}
