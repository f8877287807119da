//! The weights file: magic `RLNET001`, number of layers (u32), then each layer: length of its name (u8), name,
//! output channels, input channels, rows and columns of the kernel (u32 each), weights as half floats in that
//! order, biases as floats; all little-endian.

use super::kernels::BLOCK;

/// First bytes of the file; the digits are the format's version.
const MAGIC: &[u8; 8] = b"RLNET001";

/// Name, output channels, input channels, side of the kernel: the architecture, in the file's order.
fn architecture(inputs: usize, outputs: usize) -> [(&'static str, usize, usize, usize); 19] {
    [
        ("stem", 16, inputs, 5),
        ("down1", 32, 16, 3),
        ("a0a", 32, 32, 3),
        ("a0b", 32, 32, 3),
        ("down2", 64, 32, 3),
        ("b0a", 64, 64, 3),
        ("b0b", 64, 64, 3),
        ("b1a", 64, 64, 3),
        ("b1b", 64, 64, 3),
        ("b2a", 64, 64, 3),
        ("b2b", 64, 64, 3),
        ("b3a", 64, 64, 3),
        ("b3b", 64, 64, 3),
        ("up", 48, 64, 1),
        ("skip", 48, 32, 1),
        ("c0a", 48, 48, 3),
        ("c0b", 48, 48, 3),
        ("hid", 64, 48, 1),
        ("head", outputs, 64, 1),
    ]
}

/// Why bytes are not this network's weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// The file ends early.
    #[error("the weights end early, in layer {0:?}")]
    Short(String),
    /// Another format or version.
    #[error("not weights of format RLNET001")]
    Magic,
    /// Another architecture.
    #[error("layer {found:?} where {want} belongs")]
    Layer {
        /// The file's name, channels and kernel.
        found: String,
        /// The architecture's.
        want: String,
    },
    /// A weight or bias that no training gives.
    #[error("a weight of layer {0:?} is not a number")]
    NotFinite(String),
    /// More than the architecture holds.
    #[error("bytes are left over after the last layer")]
    LeftOver,
}

/// One convolution, its weights in the kernels' order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layer {
    /// Input channels.
    pub(super) inputs: usize,
    /// Output channels, filled up to whole blocks with zeros.
    pub(super) outputs: usize,
    /// Side of the kernel.
    pub(super) side: usize,
    /// Block of output channels, row, column, input channel, output channel of the block.
    pub(super) weights: Vec<f32>,
    /// One per output channel.
    pub(super) bias: Vec<f32>,
}

/// Reads the file: every layer of the [`architecture`], in that order.
pub(super) fn read(bytes: &[u8], inputs: usize, outputs: usize) -> Result<Vec<Layer>, WeightsError> {
    let layers = architecture(inputs, outputs);
    let mut reader = Reader { bytes, layer: "header" };
    if reader.take(MAGIC.len())? != MAGIC {
        return Err(WeightsError::Magic);
    }
    let count = reader.u32()?;
    if count as usize != layers.len() {
        return Err(WeightsError::Layer {
            found: format!("{count} layers"),
            want: format!("{} layers", layers.len()),
        });
    }
    let layers = layers.iter().map(|want| layer(&mut reader, *want)).collect::<Result<_, _>>()?;
    if reader.bytes.is_empty() { Ok(layers) } else { Err(WeightsError::LeftOver) }
}

fn layer(
    reader: &mut Reader,
    (name, outputs, inputs, side): (&'static str, usize, usize, usize),
) -> Result<Layer, WeightsError> {
    reader.layer = name;
    let length = usize::from(reader.take(1)?.first().copied().unwrap_or(0));
    let found = String::from_utf8_lossy(reader.take(length)?).into_owned();
    let shape = [reader.u32()?, reader.u32()?, reader.u32()?, reader.u32()?].map(|n| n as usize);
    if (found.as_str(), shape) != (name, [outputs, inputs, side, side]) {
        let describe = |name: &str, shape: [usize; 4]| format!("{name} {shape:?}");
        return Err(WeightsError::Layer {
            found: describe(&found, shape),
            want: describe(name, [outputs, inputs, side, side]),
        });
    }
    // From here on all sizes are the architecture's own.
    let per_output = inputs * side * side;
    let halves = reader.take(outputs * per_output * 2)?;
    let filled = outputs.div_ceil(BLOCK) * BLOCK;
    let mut weights = vec![0.0f32; filled * per_output];
    for (i, half) in halves.chunks_exact(2).enumerate() {
        let (output, input, place) = (i / per_output, i / (side * side) % inputs, i % (side * side));
        let at = ((output / BLOCK * side * side + place) * inputs + input) * BLOCK + output % BLOCK;
        weights[at] = half_to_f32(u16::from_le_bytes([half[0], half[1]]));
    }
    let mut bias = vec![0.0f32; filled];
    for (slot, b) in bias.iter_mut().zip(reader.take(outputs * 4)?.chunks_exact(4)) {
        *slot = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    }
    if weights.iter().chain(&bias).any(|v| !v.is_finite()) {
        return Err(WeightsError::NotFinite(name.to_owned()));
    }
    Ok(Layer { inputs, outputs: filled, side, weights, bias })
}

struct Reader<'a> {
    bytes: &'a [u8],
    layer: &'static str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], WeightsError> {
        let (head, tail) =
            self.bytes.split_at_checked(n).ok_or_else(|| WeightsError::Short(self.layer.to_owned()))?;
        self.bytes = tail;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32, WeightsError> {
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

/// IEEE 754 binary16 to binary32, exactly.
fn half_to_f32(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let exponent = u32::from(half >> 10) & 31;
    let fraction = u32::from(half) & 1023;
    match exponent {
        // Subnormal: fraction times 2^-24, exact in f32.
        0 => f32::from_bits(sign | (fraction as f32 / (1 << 24) as f32).to_bits()),
        31 => f32::from_bits(sign | 0xff << 23 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

/// A well-formed file whose weights are drawn from a seed: for tests of what does not depend on training.
#[cfg(test)]
pub(crate) fn random(seed: u32, inputs: usize, outputs: usize) -> Vec<u8> {
    let layers = architecture(inputs, outputs);
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&(layers.len() as u32).to_le_bytes());
    for (name, outputs, inputs, side) in layers {
        out.push(name.len() as u8);
        out.extend_from_slice(name.as_bytes());
        for n in [outputs, inputs, side, side] {
            out.extend_from_slice(&(n as u32).to_le_bytes());
        }
        for _ in 0..outputs * inputs * side * side {
            // Signs and ten bits of fraction at random; exponents so that the sums of a layer stay near 1.
            let exponent = if side == 1 { 12 } else { 10 } + (next() & 1) as u16;
            let half = (next() as u16 & 1) << 15 | exponent << 10 | (next() as u16 & 1023);
            out.extend_from_slice(&half.to_le_bytes());
        }
        for _ in 0..outputs {
            out.extend_from_slice(&((next() & 255) as f32 / 1024.0 - 0.125).to_le_bytes());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_become_the_same_numbers() {
        let cases: [(u16, f32); 9] = [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x83ff, -6.097_555e-5),
            (0x7c00, f32::INFINITY),
        ];
        for (half, want) in cases {
            assert_eq!(half_to_f32(half).to_bits(), want.to_bits(), "{half:04x}");
        }
        assert!(half_to_f32(0x7e00).is_nan());
    }

    #[test]
    fn damage_is_told() {
        let good = random(7, 1, 26);
        let layers = read(&good, 1, 26).unwrap();
        assert_eq!((layers.len(), layers[18].outputs, layers[18].bias[26]), (19, 32, 0.0));
        type Damage = fn(&mut Vec<u8>);
        let cases: [(&str, Damage); 6] = [
            ("not weights", |b| b[0] = b'X'),
            ("end early", |b| b.truncate(1000)),
            ("end early", |b| b.truncate(3)),
            ("left over", |b| b.push(0)),
            // The first layer's name, its half floats.
            ("belongs", |b| b[13] = b'x'),
            ("not a number", |b| b[33..35].copy_from_slice(&0x7c01u16.to_le_bytes())),
        ];
        for (want, damage) in cases {
            let mut bytes = good.clone();
            damage(&mut bytes);
            let error = read(&bytes, 1, 26).unwrap_err().to_string();
            assert!(error.contains(want), "{want}: {error}");
        }
    }
}
