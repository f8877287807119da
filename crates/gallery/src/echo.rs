//! Echoes: a gallery made larger than the people who were drawn for it, for measuring speed and memory.

use crate::{
    Gallery,
    block::Block,
    kernels::{LANES, SIGN_BYTES},
    rows::{ARENA_BLOCKS, Filling},
};
use rayon::prelude::*;
use std::sync::Arc;

impl Gallery {
    /// The persons of several galleries, block by block; keys must differ.
    pub fn joined(galleries: &[Self]) -> Self {
        let views: Vec<_> = galleries.iter().map(Self::view).collect();
        let mut all =
            Self::from_blocks(views.iter().flat_map(|v| v.blocks.iter().map(|b| Block::clone(b))).collect());
        all.set_applied_sequence(views.iter().map(|v| v.applied_sequence).max().unwrap_or(0));
        all
    }

    /// The first blocks of it that hold so many persons: up to 63 more.
    pub fn first(&self, persons: usize) -> Self {
        let view = self.view();
        let blocks = view.blocks.iter().take(persons.div_ceil(LANES));
        Self::from_blocks(blocks.map(|b| Block::clone(b)).collect())
    }

    /// Another gallery of the same persons.
    pub fn copy(&self) -> Self {
        self.with_echoes(0)
    }

    /// Everybody once more, so many times, as persons whose sign bits stand in another order and whose eyes are
    /// mirrored and partly inverted: strangers to the first in the first pass, of the same statistics, with lids
    /// where lids are. In the later stages an echo is the person that it came from; samples are shared. Echo `e` of
    /// key `k` has the key `k + e 2^64`.
    ///
    /// For measuring speed, memory and load only: it says nothing about error rates.
    pub fn with_echoes(&self, echoes: u32) -> Self {
        let view = self.view();
        let all: Vec<(&Arc<Block>, u32)> =
            (0..=echoes).flat_map(|e| view.blocks.iter().map(move |block| (block, e))).collect();
        let arena = |blocks: &[(&Arc<Block>, u32)]| -> Vec<Block> {
            let mut filling = Filling::new(blocks.iter().map(|(block, _)| block.row_bytes()).sum());
            let mut settled = |(block, number): &(&Arc<Block>, u32)| {
                let mut out = echo(block, *number);
                out.settle(&mut filling);
                out
            };
            blocks.iter().map(&mut settled).collect()
        };
        Self::from_blocks(all.par_chunks(ARENA_BLOCKS).flat_map_iter(arena).collect())
    }
}

fn echo(block: &Block, number: u32) -> Block {
    let mut out = block.clone();
    if number == 0 {
        return out;
    }
    for (lane, key) in out.keys.iter_mut().enumerate() {
        if block.live >> lane & 1 == 1 {
            *key = key.wrapping_add(u128::from(number) << 64);
        }
    }
    // Never by none: an echo would be found as the first.
    let by = 1 + (number as usize - 1) % (SIGN_BYTES - 1);
    for group in out.fingers.iter_mut().flat_map(|column| column.groups.to_mut()) {
        group.signs.rotate_left(by);
        for turn in &mut group.turn.0 {
            *turn = turn.wrapping_add((number * 37) as u8);
        }
    }
    // Which words are inverted: half of them, others for each echo.
    let inverted = number.wrapping_mul(0x9e37_79b9);
    for eight in out.irises.iter_mut().flat_map(|column| column.eights.to_mut()) {
        // Every other echo has left and right exchanged, so that lids stay where they are: of four words each that
        // stand equally far from the sides of the iris, the first two lie in one half and the last two in the other.
        if number % 2 == 1 {
            for four in eight.as_chunks_mut::<4>().0 {
                four.swap(0, 1);
                four.swap(2, 3);
            }
        }
        for (word, pair) in eight.iter_mut().enumerate() {
            if inverted >> (word % 32) & 1 == 1 {
                pair.swap(0, 1);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cascade, Person, probe::Probe};
    use model::FingerPosition;

    #[test]
    fn an_echo_is_a_stranger_of_the_same_statistics() {
        let person = |encounter| {
            let drawn = synth::templates::TemplatePerson::with_fingers(7, 1, &[FingerPosition::RightIndex]);
            Person { fingers: drawn.fingers(encounter), irises: drawn.irises(encounter).unwrap() }
        };
        let mut gallery = Gallery::new();
        gallery.insert(5, &person(0));
        let many = gallery.with_echoes(70).view();
        assert_eq!(many.len(), 71);
        let probe = Probe::new(&person(1), &Cascade::default());
        let score = |block: &Block| {
            let found = probe.scan(block);
            (found.fingers[0].2[0], found.irises.len())
        };
        let first = score(&many.blocks[0]);
        assert_eq!(first.1, 2, "both eyes are near");
        for (number, block) in many.blocks.iter().enumerate().skip(1) {
            assert_eq!(block.keys[0], 5 + ((number as u128) << 64));
            let (finger, eyes) = score(block);
            assert!(finger < first.0 / 4 && eyes == 0, "{number}: {finger} of {}, {eyes} eyes", first.0);
            for (column, own) in block.irises.iter().zip(&many.blocks[0].irises) {
                let bits = |mask: [u64; 32]| mask.iter().map(|w| w.count_ones()).sum::<u32>();
                assert_eq!(bits(column.code(0).1), bits(own.code(0).1));
            }
        }
    }
}
