//! The learned front-end: a small network from the normalised image to minutiae, mask, orientation and ridges.
//!
//! The crate `net` runs it; here are its weights, what its channels mean, and [`decode`], which makes minutiae of
//! what comes out. Trained on synthetic prints alone; `train/README.md` is the model's card.

pub(crate) mod decode;

use crate::plane::Plane;
pub(crate) use net::{CELL_PX, Maps, WeightsError};
use net::{Image, Network};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// What the last layer says of a cell.
const HEAD_CHANNELS: usize = 26;

/// Channels of a cell, by name. The log-odds of a bifurcation (5) and the ridge period in tens of pixels (9) are not
/// read: the ridge image tells types better, and nothing needs the period.
pub(crate) mod channel {
    /// Log-odds of a minutia in this cell.
    pub(crate) const HEAT: usize = 0;
    /// Where in the cell it lies: x and y from the cell's middle, in cells.
    pub(crate) const OFFSET: usize = 1;
    /// Cosine and sine of its direction, y up.
    pub(crate) const DIRECTION: usize = 3;
    /// Log-odds of readable ridges.
    pub(crate) const MASK: usize = 6;
    /// Cosine and sine of twice the ridges' orientation, y up.
    pub(crate) const ORIENTATION: usize = 7;
    /// Height of the 16 pixels, row by row: -1 valley to 1 ridge.
    pub(crate) const RIDGES: usize = 10;
}

/// The shipped weights.
static SHIPPED: &[u8] = include_bytes!("weights.bin");

/// SHA-256 of the shipped weights, as in their model card: names the network that made a template.
pub fn weights_sha256() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| Sha256::digest(SHIPPED).iter().map(|b| format!("{b:02x}")).collect()).clone()
}

/// The beginning of [`weights_sha256`], 12 hexadecimal digits: the network's name beside templates and searches.
pub fn network_name() -> String {
    let mut name = weights_sha256();
    name.truncate(12);
    name
}

/// The shipped network.
fn shipped() -> Result<&'static Network, WeightsError> {
    static NETWORK: OnceLock<Result<Network, WeightsError>> = OnceLock::new();
    NETWORK.get_or_init(|| Network::read(SHIPPED, 1, HEAD_CHANNELS)).as_ref().map_err(Clone::clone)
}

/// What the shipped network says of a normalised image.
pub(crate) fn maps(image: &Plane) -> Result<Maps, WeightsError> {
    Ok(shipped()?.maps(Image { w: image.w, h: image.h, planes: &[&image.v] }))
}

/// One channel.
pub(crate) fn plane(maps: &Maps, channel: usize) -> Plane {
    Plane { w: maps.w, h: maps.h, v: maps.plane(channel) }
}

/// The ridge image, `w` x `h` pixels: -1 valley to 1 ridge.
pub(crate) fn ridges(maps: &Maps, w: usize, h: usize) -> Plane {
    let mut out = Plane::new(w, h);
    for (y, row) in out.v.chunks_exact_mut(w.max(1)).enumerate() {
        let from = channel::RIDGES + y % CELL_PX * CELL_PX;
        for (x, cell) in row.chunks_mut(CELL_PX).enumerate() {
            let heights = &maps.cell(x, y / CELL_PX)[from..from + CELL_PX];
            cell.iter_mut().zip(heights).for_each(|(o, v)| *o = *v);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_network_loads() {
        assert!(shipped().is_ok());
        assert_eq!(weights_sha256().len(), 64);
    }

    #[test]
    fn the_kernels_say_what_the_trainer_said() {
        let bytes = include_bytes!("vector.bin");
        let mut words = bytes.chunks_exact(4).map(|b| [b[0], b[1], b[2], b[3]]);
        let mut size = || u32::from_le_bytes(words.next().unwrap()) as usize;
        let (h, w) = (size(), size());
        let values: Vec<f32> = words.map(f32::from_le_bytes).collect();
        let (input, want) = values.split_at(h * w);
        let maps = maps(&Plane { w, h, v: input.to_vec() }).unwrap();
        let cells = maps.w * maps.h;
        assert_eq!(want.len(), HEAD_CHANNELS * cells);
        for (i, want) in want.iter().enumerate() {
            let got = maps.cell(i % cells % maps.w, i % cells / maps.w)[i / cells];
            assert!((got - want).abs() < 1e-3 * (1.0 + want.abs()), "channel {}: {got} {want}", i / cells);
        }
    }
}
