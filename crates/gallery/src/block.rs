//! Sixty-four persons side by side, columns by position.

use crate::{
    detail::{Enrolment, Part},
    kernels::{IRIS_LANES, IRIS_WORDS, LANES, Octet, Plane, SIGN_BYTES, SLOT_PLANES},
    sketch::SLOTS,
};
use model::{Eye, FingerPosition};

/// Sixty-four persons; who is not there has no bit in `live`.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) keys: [u128; LANES],
    pub(crate) live: u64,
    pub(crate) suspended: u64,
    pub(crate) fingers: Vec<FingerColumn>,
    pub(crate) irises: Vec<IrisColumn>,
    pub(crate) parts: Vec<Vec<Part>>,
}

/// One finger position of 64 persons; a second sample of the same position stands in another layer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FingerColumn {
    pub(crate) position: FingerPosition,
    pub(crate) layer: u8,
    /// Lanes that have it.
    pub(crate) present: u64,
    /// [`SLOT_PLANES`] for each slot.
    pub(crate) slots: Vec<Plane>,
    /// Slots in use.
    pub(crate) counts: Plane,
}

/// One eye of 64 persons.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IrisColumn {
    pub(crate) eye: Eye,
    pub(crate) layer: u8,
    /// Lanes that have it.
    pub(crate) present: u64,
    /// Eights of lanes, word by word: bits usable and 1, bits usable and 0.
    pub(crate) octets: Box<[[[Octet; 2]; IRIS_WORDS]]>,
    /// Usable bits.
    pub(crate) usable: [u16; LANES],
}

impl Block {
    pub(crate) fn new() -> Self {
        Self {
            keys: [0; LANES],
            live: 0,
            suspended: 0,
            fingers: Vec::new(),
            irises: Vec::new(),
            parts: vec![Vec::new(); LANES],
        }
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
        self.parts[lane] = person.parts.clone();
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
            let column = &mut self.fingers[column];
            column.present |= bit;
            column.counts.0[lane] = sketch.len().min(SLOTS) as u8;
            let need = sketch.len().min(SLOTS) * SLOT_PLANES;
            if column.slots.len() < need {
                column.slots.reserve_exact(need - column.slots.len());
                column.slots.resize(need, Plane([0; LANES]));
            }
            for ((signs, turn), slot) in
                sketch.minutiae.iter().zip(column.slots.chunks_exact_mut(SLOT_PLANES))
            {
                for (byte, plane) in signs.iter().zip(slot.iter_mut()) {
                    plane.0[lane] = *byte;
                }
                slot[SIGN_BYTES].0[lane] = *turn;
            }
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
        self.parts[lane] = Vec::new();
        for column in &mut self.fingers {
            column.present &= !bit;
            column.counts.0[lane] = 0;
            for plane in &mut column.slots {
                plane.0[lane] = 0;
            }
        }
        for column in &mut self.irises {
            column.present &= !bit;
            column.set(lane, &[0; IRIS_WORDS], &[0; IRIS_WORDS]);
        }
        self.fingers.retain(|c| c.present != 0);
        self.irises.retain(|c| c.present != 0);
    }

    /// Bytes of the columns.
    pub(crate) fn column_bytes(&self) -> usize {
        let fingers: usize = self.fingers.iter().map(|c| size_of_val(&c.slots[..]) + size_of_val(c)).sum();
        let irises: usize = self.irises.iter().map(|c| size_of_val(&c.octets[..]) + size_of_val(c)).sum();
        fingers + irises
    }

    /// Bytes of everything but samples in files.
    pub(crate) fn bytes(&self) -> usize {
        use crate::detail::Bytes;
        let samples = self.parts.iter().flatten();
        let parts: usize = samples
            .map(|p| size_of_val(p) + if let Bytes::Memory(bytes) = &p.bytes { bytes.len() } else { 0 })
            .sum();
        self.column_bytes() + size_of_val(self) + LANES * size_of::<Vec<Part>>() + parts
    }
}

impl FingerColumn {
    pub(crate) fn new(position: FingerPosition, layer: u8) -> Self {
        Self { position, layer, present: 0, slots: Vec::new(), counts: Plane([0; LANES]) }
    }
}

impl IrisColumn {
    pub(crate) fn new(eye: Eye, layer: u8) -> Self {
        let octets = vec![[[Octet([0; IRIS_LANES]); 2]; IRIS_WORDS]; LANES / IRIS_LANES];
        Self { eye, layer, present: 0, octets: octets.into(), usable: [0; LANES] }
    }

    fn set(&mut self, lane: usize, code: &[u64; IRIS_WORDS], mask: &[u64; IRIS_WORDS]) {
        let octet = &mut self.octets[lane / IRIS_LANES];
        for ((pair, code), mask) in octet.iter_mut().zip(code).zip(mask) {
            pair[0].0[lane % IRIS_LANES] = code & mask;
            pair[1].0[lane % IRIS_LANES] = !code & mask;
        }
        self.usable[lane] = mask.iter().map(|w| w.count_ones()).sum::<u32>() as u16;
    }

    /// A lane's code and mask.
    pub(crate) fn code(&self, lane: usize) -> ([u64; IRIS_WORDS], [u64; IRIS_WORDS]) {
        let octet = &self.octets[lane / IRIS_LANES];
        let of = |k: usize| std::array::from_fn::<_, IRIS_WORDS, _>(|w| octet[w][k].0[lane % IRIS_LANES]);
        let (set, clear) = (of(0), of(1));
        (set, std::array::from_fn(|w| set[w] | clear[w]))
    }
}
