//! Sixty-four persons side by side, columns by position.

use crate::{
    detail::{Enrolment, Part},
    kernels::{
        EIGHTS, Group, IRIS_LANES, IRIS_WORDS, IrisCode, IrisEight, LANES, NOBODY, Octet, Plane, SIGN_BYTES,
        SPAN, iris_order,
    },
    rows::{Filling, Rows},
    sketch::{SLOTS, Sketch},
    snapshot::PartFile,
};
use model::{Eye, FingerPosition};
use std::{ops::Range, sync::Arc};

/// Sixty-four persons; who is not there has no bit in `live`.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) keys: [u128; LANES],
    pub(crate) live: u64,
    pub(crate) suspended: u64,
    pub(crate) fingers: Vec<FingerColumn>,
    pub(crate) irises: Vec<IrisColumn>,
    /// Samples, by lane.
    pub(crate) parts: Vec<Part>,
    /// Where samples are that are not in memory.
    pub(crate) file: Option<Arc<PartFile>>,
}

/// One finger position of 64 persons; a second sample of the same position stands in another layer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FingerColumn {
    pub(crate) position: FingerPosition,
    pub(crate) layer: u8,
    /// Lanes that have it.
    pub(crate) present: u64,
    /// Minutiae of each lane.
    pub(crate) counts: Plane,
    /// Everybody's minutiae, by direction.
    pub(crate) groups: Rows<Group>,
}

/// One eye of 64 persons.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IrisColumn {
    pub(crate) eye: Eye,
    pub(crate) layer: u8,
    /// Lanes that have it.
    pub(crate) present: u64,
    /// Usable bits.
    pub(crate) usable: [u16; LANES],
    /// Eights of lanes.
    pub(crate) eights: Rows<IrisEight>,
}

impl Block {
    pub(crate) fn new() -> Self {
        Self {
            keys: [0; LANES],
            live: 0,
            suspended: 0,
            fingers: Vec::new(),
            irises: Vec::new(),
            parts: Vec::new(),
            file: None,
        }
    }

    fn place_of(&self, lane: usize) -> Range<usize> {
        let from = |lane: usize| self.parts.partition_point(|part| usize::from(part.lane) < lane);
        from(lane)..from(lane + 1)
    }

    /// A person's samples.
    pub(crate) fn parts_of(&self, lane: usize) -> &[Part] {
        &self.parts[self.place_of(lane)]
    }

    /// A sample's bytes; `buffer` is where they are put if they come from the file.
    ///
    /// # Errors
    /// Why they cannot be had.
    pub(crate) fn read<'a>(&'a self, part: &'a Part, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], String> {
        part.read(self.file.as_deref(), buffer)
    }

    /// Lanes that a search compares.
    pub(crate) fn active(&self) -> u64 {
        self.live & !self.suspended
    }

    /// Puts a person into a lane that is free.
    pub(crate) fn put(&mut self, lane: usize, key: u128, person: &Enrolment) {
        let bit = 1 << lane;
        self.keys[lane] = key;
        self.live |= bit;
        self.suspended &= !bit;
        let own = self.place_of(lane);
        let parts = person.parts.iter().map(|part| Part { lane: lane as u8, ..part.clone() });
        self.parts.splice(own, parts);
        for (at, (position, sketch)) in person.fingers.iter().enumerate() {
            let layer = person.fingers[..at].iter().filter(|(p, _)| p == position).count() as u8;
            let found = self.fingers.binary_search_by_key(&(*position, layer), |c| (c.position, c.layer));
            let column = match found {
                Ok(column) => column,
                Err(place) => {
                    self.fingers.insert(place, FingerColumn::new(*position, layer));
                    place
                }
            };
            self.fingers[column].put(lane as u8, sketch);
        }
        for (at, (eye, template)) in person.irises.iter().enumerate() {
            let layer = person.irises[..at].iter().filter(|(e, _)| e == eye).count() as u8;
            let found = self.irises.binary_search_by_key(&(*eye, layer), |c| (c.eye, c.layer));
            let column = match found {
                Ok(column) => column,
                Err(place) => {
                    self.irises.insert(place, IrisColumn::new(*eye, layer));
                    place
                }
            };
            let column = &mut self.irises[column];
            column.present |= bit;
            column.set(lane, &template.compact_code, &template.compact_mask);
        }
    }

    /// Frees a lane; columns that nobody needs any more go.
    pub(crate) fn clear(&mut self, lane: usize) {
        let bit = 1u64 << lane;
        self.keys[lane] = 0;
        self.live &= !bit;
        self.suspended &= !bit;
        let own = self.place_of(lane);
        self.parts.drain(own);
        for column in &mut self.fingers {
            column.clear(lane as u8);
        }
        for column in &mut self.irises {
            if column.present & bit != 0 {
                column.present &= !bit;
                column.set(lane, &[0; IRIS_WORDS], &[0; IRIS_WORDS]);
            }
        }
        self.fingers.retain(|c| c.present != 0);
        self.irises.retain(|c| c.present != 0);
    }

    /// Bytes of the columns.
    pub(crate) fn column_bytes(&self) -> usize {
        let fingers: usize = self.fingers.iter().map(|c| size_of_val(&c.groups[..]) + size_of_val(c)).sum();
        let eye = |c: &IrisColumn| size_of_val(&c.eights[..]) + size_of_val(c);
        let irises: usize = self.irises.iter().map(eye).sum();
        fingers + irises
    }

    /// Moves its rows into an arena.
    pub(crate) fn settle(&mut self, filling: &mut Filling) {
        self.fingers.iter_mut().for_each(|column| filling.settle(&mut column.groups));
        self.irises.iter_mut().for_each(|column| filling.settle(&mut column.eights));
    }

    /// Bytes of its rows.
    pub(crate) fn row_bytes(&self) -> usize {
        let fingers = self.fingers.iter().map(|c| size_of_val(&c.groups[..]));
        fingers.chain(self.irises.iter().map(|c| size_of_val(&c.eights[..]))).sum()
    }

    /// Bytes of everything but samples in files.
    pub(crate) fn bytes(&self) -> usize {
        use crate::detail::Bytes;
        let sample =
            |p: &Part| size_of_val(p) + if let Bytes::Memory(bytes) = &p.bytes { bytes.len() } else { 0 };
        self.column_bytes() + size_of_val(self) + self.parts.iter().map(sample).sum::<usize>()
    }
}

/// Direction, whose, sign bits.
type Minutia = (u8, u8, [u8; SIGN_BYTES]);

impl FingerColumn {
    pub(crate) fn new(position: FingerPosition, layer: u8) -> Self {
        Self { position, layer, present: 0, counts: Plane([0; LANES]), groups: Rows::Own(Vec::new()) }
    }

    /// Puts a finger where there was none.
    fn put(&mut self, lane: u8, sketch: &Sketch) {
        let at = usize::from(lane) % LANES;
        let mut minutiae = self.minutiae(|owner| owner != lane);
        let own = sketch.minutiae.iter().take(SLOTS).map(|(signs, turn)| (*turn, lane, *signs));
        minutiae.extend(own);
        self.present |= 1 << at;
        self.counts.0[at] = sketch.len().min(SLOTS) as u8;
        self.groups = Rows::Own(grouped(minutiae));
    }

    fn clear(&mut self, lane: u8) {
        let at = usize::from(lane) % LANES;
        if self.present >> at & 1 == 1 {
            self.present &= !(1 << at);
            self.counts.0[at] = 0;
            self.groups = Rows::Own(grouped(self.minutiae(|owner| owner != lane)));
        }
    }

    fn minutiae(&self, keep: impl Fn(u8) -> bool) -> Vec<Minutia> {
        let lanes = self.groups.iter().flat_map(|g| (0..LANES).map(move |l| (g, l)));
        lanes
            .filter(|(group, lane)| group.owner.0[*lane] != NOBODY && keep(group.owner.0[*lane]))
            .map(|(g, l)| (g.turn.0[l], g.owner.0[l], std::array::from_fn(|k| g.signs[k].0[l])))
            .collect()
    }
}

/// Minutiae by direction, 64 to a group, no group wider than [`SPAN`].
fn grouped(mut minutiae: Vec<Minutia>) -> Vec<Group> {
    minutiae.sort_unstable();
    let mut groups = Vec::with_capacity(minutiae.len().div_ceil(LANES));
    let mut rest = &minutiae[..];
    while let Some(first) = rest.first() {
        let within = rest.iter().take(LANES).take_while(|m| m.0 - first.0 <= SPAN).count();
        let (own, others) = rest.split_at(within.max(1));
        rest = others;
        let last = own.last().unwrap_or(first);
        let mut group = Group {
            signs: [Plane([0; LANES]); SIGN_BYTES],
            turn: Plane([last.0; LANES]),
            owner: Plane([NOBODY; LANES]),
        };
        for (lane, (turn, owner, signs)) in own.iter().enumerate() {
            (group.turn.0[lane], group.owner.0[lane]) = (*turn, *owner);
            group.signs.iter_mut().zip(signs).for_each(|(plane, byte)| plane.0[lane] = *byte);
        }
        groups.push(group);
    }
    groups
}

impl IrisColumn {
    pub(crate) fn new(eye: Eye, layer: u8) -> Self {
        const NONE: IrisEight = [[Octet([0; IRIS_LANES]); 2]; IRIS_WORDS];
        Self { eye, layer, present: 0, usable: [0; LANES], eights: Rows::Own(vec![NONE; EIGHTS]) }
    }

    fn set(&mut self, lane: usize, code: &IrisCode, mask: &IrisCode) {
        let (eight, k) = (lane / IRIS_LANES, lane % IRIS_LANES);
        for (pair, word) in self.eights.to_mut()[eight].iter_mut().zip(iris_order()) {
            pair[0].0[k] = code[*word] & mask[*word];
            pair[1].0[k] = !code[*word] & mask[*word];
        }
        self.usable[lane] = mask.iter().map(|w| w.count_ones()).sum::<u32>() as u16;
    }

    /// A lane's code and mask.
    pub(crate) fn code(&self, lane: usize) -> (IrisCode, IrisCode) {
        let (eight, k) = (lane / IRIS_LANES, lane % IRIS_LANES);
        let (mut code, mut mask) = ([0; IRIS_WORDS], [0; IRIS_WORDS]);
        for (pair, word) in self.eights[eight].iter().zip(iris_order()) {
            (code[*word], mask[*word]) = (pair[0].0[k], pair[0].0[k] | pair[1].0[k]);
        }
        (code, mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(seed: u8, count: u8) -> Sketch {
        let minutia =
            |i: u8| (std::array::from_fn(|k| i.wrapping_mul(7) ^ seed ^ k as u8), i.wrapping_mul(37) ^ seed);
        Sketch { minutiae: (0..count).map(minutia).collect() }
    }

    #[test]
    fn a_column_does_not_remember_who_came_and_went() {
        let mut column = FingerColumn::new(FingerPosition::RightThumb, 0);
        for lane in [5, 63, 0, 17] {
            column.put(lane, &sketch(lane, 30));
        }
        let mut other = FingerColumn::new(FingerPosition::RightThumb, 0);
        for lane in [17, 0, 40, 63, 5] {
            other.put(lane, &sketch(lane, 30));
        }
        assert_ne!(column, other);
        other.clear(40);
        assert_eq!(column, other);
        assert!(!other.minutiae(|_| true).iter().any(|m| m.1 == 40));
    }

    #[test]
    fn groups_are_sorted_and_narrow() {
        let mut column = FingerColumn::new(FingerPosition::RightThumb, 0);
        for lane in 0..64 {
            column.put(lane, &sketch(lane, 32));
        }
        assert_eq!(column.groups.len(), 32);
        let mut last = 0;
        for group in column.groups.iter() {
            assert!(group.turn.0.is_sorted() && group.turn.0[0] >= last);
            last = group.turn.0[LANES - 1];
            assert!(last - group.turn.0[0] <= SPAN);
        }
        let few = grouped(vec![(3, 1, [0; SIGN_BYTES]), (200, 1, [0; SIGN_BYTES])]);
        assert_eq!(few.len(), 2, "a group that spanned more would meet all of a probe twice");
    }
}
