//! Packets: which blocks are there, how many passes, how many bytes (annex B.10).

use super::block::CodedBlock;

/// The blocks of a band, row by row.
pub(super) struct CodedBand {
    pub(super) across: usize,
    pub(super) down: usize,
    /// Bit planes that a coefficient of the band can have.
    pub(super) planes_most: u8,
    pub(super) blocks: Vec<CodedBlock>,
}

/// Bits of a block's length before any is added.
const LENGTH_BITS_FIRST: u32 = 3;

/// One packet: the bands of a resolution in the one layer.
pub(super) fn write(bands: &[CodedBand], out: &mut Vec<u8>) {
    let mut bits = HeaderBits::default();
    bits.put(1, 1); // not empty
    for band in bands {
        let absent = |b: &CodedBlock| u32::from(b.planes == 0);
        let mut inclusion = TagTree::new(band.across, band.down, band.blocks.iter().map(absent));
        let missing = |b: &CodedBlock| u32::from(band.planes_most.saturating_sub(b.planes));
        let mut zero_planes = TagTree::new(band.across, band.down, band.blocks.iter().map(missing));
        for (i, block) in band.blocks.iter().enumerate() {
            inclusion.encode(i, 1, &mut bits);
            if block.planes == 0 {
                continue;
            }
            zero_planes.encode(i, missing(block) + 1, &mut bits);
            passes(block.passes(), &mut bits);
            let length = block.data.len() as u32;
            let needed = u32::BITS - length.leading_zeros();
            let free = block.passes().ilog2();
            let width = needed.saturating_sub(free).max(LENGTH_BITS_FIRST);
            for _ in LENGTH_BITS_FIRST..width {
                bits.put(1, 1);
            }
            bits.put(0, 1);
            bits.put(length, width + free);
        }
    }
    out.extend(bits.finish());
    for block in bands.iter().flat_map(|b| &b.blocks) {
        out.extend(&block.data);
    }
}

/// Table B.4.
fn passes(n: u32, bits: &mut HeaderBits) {
    match n {
        1 => bits.put(0, 1),
        2 => bits.put(0b10, 2),
        3..=5 => bits.put(0b1100 | (n - 3), 4),
        6..=36 => bits.put(0b1111 << 5 | (n - 6), 9),
        _ => bits.put(0b1_1111_1111 << 7 | (n - 37), 16),
    }
}

/// Bits with a zero stuffed after a byte of ones (B.10.1).
#[derive(Default)]
struct HeaderBits {
    out: Vec<u8>,
    held: u8,
    count: u8,
}

impl HeaderBits {
    fn put(&mut self, value: u32, width: u32) {
        for i in (0..width).rev() {
            self.held = self.held << 1 | (value >> i & 1) as u8;
            self.count += 1;
            let room = if self.out.last() == Some(&0xff) { 7 } else { 8 };
            if self.count == room {
                self.out.push(self.held);
                (self.held, self.count) = (0, 0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.put(0, 1);
        }
        if self.out.last() == Some(&0xff) {
            self.out.push(0);
        }
        self.out
    }
}

/// A tag tree (B.10.2): every node has the least value below it.
struct TagTree {
    /// Levels from the leaves to the root: nodes across, and the nodes.
    levels: Vec<(usize, Vec<Node>)>,
}

#[derive(Clone, Copy)]
struct Node {
    value: u32,
    /// What the decoder knows the value to be at least.
    low: u32,
    known: bool,
}

impl TagTree {
    fn new(across: usize, down: usize, values: impl Iterator<Item = u32>) -> Self {
        let node = |value| Node { value, low: 0, known: false };
        let mut levels = vec![(across, values.map(node).collect::<Vec<_>>())];
        let (mut w, mut h) = (across, down);
        while w * h > 1 {
            let (nw, nh) = (w.div_ceil(2), h.div_ceil(2));
            let mut above = vec![node(u32::MAX); nw * nh];
            if let Some((_, below)) = levels.last() {
                for (i, child) in below.iter().enumerate() {
                    let parent = &mut above[i / w / 2 * nw + i % w / 2];
                    parent.value = parent.value.min(child.value);
                }
            }
            levels.push((nw, above));
            (w, h) = (nw, nh);
        }
        Self { levels }
    }

    /// Tells the decoder whether the leaf's value is under `threshold`, and which it is then.
    fn encode(&mut self, leaf: usize, threshold: u32, bits: &mut HeaderBits) {
        let across = self.levels.first().map_or(1, |l| l.0.max(1));
        let (x, y) = (leaf % across, leaf / across);
        let mut low = 0;
        for (depth, (w, nodes)) in self.levels.iter_mut().enumerate().rev() {
            let Some(node) = nodes.get_mut((y >> depth) * *w + (x >> depth)) else { return };
            low = low.max(node.low);
            while low < threshold {
                if low >= node.value {
                    if !node.known {
                        bits.put(1, 1);
                        node.known = true;
                    }
                    break;
                }
                bits.put(0, 1);
                low += 1;
            }
            node.low = low;
        }
    }
}
