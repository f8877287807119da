//! Blocks and the directory as bytes. What is read was sealed by us; it is checked all the same.

use super::PartFile;
use crate::{
    block::{Block, FingerColumn, IrisColumn},
    detail::{Bytes, Part, Place},
    kernels::{EIGHTS, Group, IRIS_WORDS, IrisEight, LANES, Octet, Plane},
    rows::Filling,
};
use std::{ops::Range, sync::Arc};

/// Where the blocks are and who is in them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Directory {
    pub(super) sequence: u64,
    pub(super) blocks: Vec<Entry>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) at: u64,
    pub(super) len: u64,
    /// In the order of their lanes.
    pub(super) keys: Vec<u128>,
}

impl Directory {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&self.sequence.to_le_bytes());
        out.extend_from_slice(&(self.blocks.len() as u32).to_le_bytes());
        for entry in &self.blocks {
            out.extend_from_slice(&entry.at.to_le_bytes());
            out.extend_from_slice(&entry.len.to_le_bytes());
            out.push(entry.keys.len() as u8);
            for key in &entry.keys {
                out.extend_from_slice(&key.to_le_bytes());
            }
        }
        out
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut r = Reader(bytes);
        let (sequence, count) = (r.u64()?, r.u32()?);
        let mut blocks = Vec::new();
        for _ in 0..count {
            let (at, len, keys) = (r.u64()?, r.u64()?, usize::from(r.u8()?));
            let keys = (0..keys).map(|_| r.u128()).collect::<Option<_>>()?;
            blocks.push(Entry { at, len, keys });
        }
        r.0.is_empty().then_some(Self { sequence, blocks })
    }
}

/// A block's columns; `places` gives where its parts lie, in their order.
pub(super) fn block_to_bytes(block: &Block, places: &[(u64, u32)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.column_bytes() + 32 * LANES);
    for key in &block.keys {
        out.extend_from_slice(&key.to_le_bytes());
    }
    out.extend_from_slice(&block.live.to_le_bytes());
    out.extend_from_slice(&block.suspended.to_le_bytes());
    out.extend_from_slice(&(block.fingers.len() as u32).to_le_bytes());
    for column in &block.fingers {
        out.extend_from_slice(&[Place::Finger(column.position).code(), column.layer]);
        out.extend_from_slice(&column.present.to_le_bytes());
        out.extend_from_slice(&column.counts.0);
        out.extend_from_slice(&(column.groups.len() as u32).to_le_bytes());
        for group in column.groups.iter() {
            for plane in [&group.turn, &group.owner].into_iter().chain(&group.signs) {
                out.extend_from_slice(&plane.0);
            }
        }
    }
    out.extend_from_slice(&(block.irises.len() as u32).to_le_bytes());
    for column in &block.irises {
        out.extend_from_slice(&[Place::Eye(column.eye).code(), column.layer]);
        out.extend_from_slice(&column.present.to_le_bytes());
        for usable in &column.usable {
            out.extend_from_slice(&usable.to_le_bytes());
        }
        for (eight, words) in eye_order() {
            for word in column.eights[eight][words].iter().flatten().flat_map(|octet| octet.0) {
                out.extend_from_slice(&word.to_le_bytes());
            }
        }
    }
    out.extend_from_slice(&(places.len() as u32).to_le_bytes());
    for (part, (at, len)) in block.parts.iter().zip(places) {
        out.extend_from_slice(&[part.lane, part.place.code()]);
        out.extend_from_slice(&at.to_le_bytes());
        out.extend_from_slice(&len.to_le_bytes());
    }
    out
}

/// In which order a file has an eye's eights and their words: the first of all, then the others.
fn eye_order() -> impl Iterator<Item = (usize, Range<usize>)> {
    const FIRST: usize = 20;
    [0..FIRST, FIRST..IRIS_WORDS].into_iter().flat_map(|words| (0..EIGHTS).map(move |e| (e, words.clone())))
}

/// Bytes of a group, and of 8 words.
const GROUP: usize = size_of::<Group>();
const OCTET: usize = size_of::<Octet>();

/// A block from its bytes; its rows are put into `filling`.
pub(super) fn block_from_bytes(
    bytes: &[u8],
    file: Option<&Arc<PartFile>>,
    filling: &mut Filling,
) -> Option<Block> {
    let mut r = Reader(bytes);
    let mut block = Block::new();
    for key in &mut block.keys {
        *key = r.u128()?;
    }
    block.live = r.u64()?;
    block.suspended = r.u64()?;
    for _ in 0..r.u32()? {
        let Place::Finger(position) = Place::from_code(r.u8()?)? else { return None };
        let mut column = FingerColumn::new(position, r.u8()?);
        column.present = r.u64()?;
        column.counts = Plane(*r.take(LANES)?.first_chunk()?);
        let count = r.u32()? as usize;
        let stored = r.take(count.checked_mul(GROUP)?)?.as_chunks::<GROUP>().0;
        column.groups = filling.rows(count, |groups: &mut [Group]| {
            for (group, bytes) in groups.iter_mut().zip(stored) {
                let planes = [&mut group.turn, &mut group.owner].into_iter().chain(&mut group.signs);
                planes.zip(bytes.as_chunks::<LANES>().0).for_each(|(plane, bytes)| plane.0 = *bytes);
            }
            Some(())
        })?;
        block.fingers.push(column);
    }
    for _ in 0..r.u32()? {
        let Place::Eye(eye) = Place::from_code(r.u8()?)? else { return None };
        let (layer, present, mut usable) = (r.u8()?, r.u64()?, [0; LANES]);
        for usable in &mut usable {
            *usable = u16::from_le_bytes(*r.take(2)?.first_chunk()?);
        }
        let mut stored = r.take(EIGHTS * size_of::<IrisEight>())?.as_chunks::<OCTET>().0.iter();
        let eights = filling.rows(EIGHTS, |eights: &mut [IrisEight]| {
            for (eight, words) in eye_order() {
                for (octet, bytes) in eights[eight][words].iter_mut().flatten().zip(&mut stored) {
                    let words = bytes.as_chunks::<8>().0;
                    octet.0 = std::array::from_fn(|k| u64::from_le_bytes(words[k]));
                }
            }
            Some(())
        })?;
        block.irises.push(IrisColumn { eye, layer, present, usable, eights });
    }
    block.file = file.cloned();
    for _ in 0..r.u32()? {
        let (lane, place) = (r.u8()?, Place::from_code(r.u8()?)?);
        let last = block.parts.last().map_or(0, |part| part.lane);
        if lane < last || usize::from(lane) >= LANES {
            return None;
        }
        let bytes = Bytes::File { at: r.u64()?, len: r.u32()? };
        block.parts.push(Part { lane, place, bytes });
    }
    block.parts.shrink_to_fit();
    r.0.is_empty().then_some(block)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(*self.take(8)?.first_chunk()?))
    }

    fn u128(&mut self) -> Option<u128> {
        Some(u128::from_le_bytes(*self.take(16)?.first_chunk()?))
    }
}
