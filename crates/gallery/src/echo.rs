//! Echoes: a gallery made larger than the people who were drawn for it, for measuring speed and memory.

use crate::{
    Gallery,
    block::Block,
    kernels::{IRIS_FIRST, IRIS_REST, SIGN_BYTES},
};

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
        let blocks = view.blocks.iter().take(persons.div_ceil(crate::kernels::LANES));
        Self::from_blocks(blocks.map(|b| Block::clone(b)).collect())
    }

    /// Another gallery of the same persons.
    pub fn copy(&self) -> Self {
        self.with_echoes(0)
    }

    /// Everybody once more, so many times, as persons whose sign bits stand in another order and whose eyes are
    /// turned: strangers to each other in the first pass, of the same statistics. In the later stages an echo is
    /// the person that it came from; samples are shared. Echo `e` of key `k` has the key `k + e 2^64`.
    ///
    /// For measuring speed, memory and load only: it says nothing about error rates.
    pub fn with_echoes(&self, echoes: u32) -> Self {
        let view = self.view();
        let blocks = (0..=echoes).flat_map(|e| view.blocks.iter().map(move |block| echo(block, e))).collect();
        Self::from_blocks(blocks)
    }
}

fn echo(block: &Block, number: u32) -> Block {
    let mut out = block.clone();
    for (lane, key) in out.keys.iter_mut().enumerate() {
        if block.live >> lane & 1 == 1 {
            *key = key.wrapping_add(u128::from(number) << 64);
        }
    }
    let by = number as usize;
    for group in out.fingers.iter_mut().flat_map(|column| &mut column.groups) {
        group.signs.rotate_left(by % SIGN_BYTES);
        for turn in &mut group.turn.0 {
            *turn = turn.wrapping_add((number * 37) as u8);
        }
    }
    for column in &mut out.irises {
        for octet in &mut column.first {
            octet.rotate_left(by * 3 % IRIS_FIRST);
        }
        for octet in &mut column.rest {
            octet.rotate_left(by * 5 % IRIS_REST);
        }
    }
    out
}
