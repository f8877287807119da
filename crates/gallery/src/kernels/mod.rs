//! First-stage kernels: 64 enrolled fingers, or 64 eyes, against one probe.
//!
//! One function each for AVX-512, AVX2 and plain Rust, chosen at run time and equal to the last bit: everything is
//! whole numbers, added in one fixed order.
//!
//! **Fingers.** A lane is a person. Slot by slot (an enrolled minutia), the least Hamming distance to a probe
//! minutia of like direction is found; e = [`FAR`] - distance, and e^2 is added as a vector that points to twice
//! the difference of directions. The length of the sum is the score: pairs that agree about the rotation add up.
//! On paper: a step is 16 XOR, 16 byte counts, 15 additions and 5 more on two ports, 26 cycles for 64 pairs; 40 x 40
//! minutiae make 42,000 cycles for 64 fingers, 650 a finger, 4 to 5 million a second and core at 3 GHz.
//!
//! **Eyes.** A lane is a code of 32 words. Bits that differ where both are usable, least over 15 turns: per word and
//! turn two logic steps, a count and an addition, 8 codes at a time: 120 cycles a code, 40 ms a million at 3 GHz.
//! The number of bits in common is not counted: the caller bounds it.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod scalar;

use std::sync::OnceLock;

/// Persons side by side.
pub(crate) const LANES: usize = 64;
/// Bytes of a minutia's sign bits.
pub(crate) const SIGN_BYTES: usize = 16;
/// Planes of a slot: the sign bits, then the direction.
pub(crate) const SLOT_PLANES: usize = SIGN_BYTES + 1;
/// Directions may differ by so many 256ths of a turn: 61 degrees, either way.
pub(crate) const GATE: u8 = 43;
/// Sign bits that differ in descriptors that say nothing of each other any more.
pub(crate) const FAR: u8 = 50;
/// Turns of an eye that are searched: 7 columns of 128 either way.
pub(crate) const TURNS: usize = 15;
/// Words of a compact iris code.
pub(crate) const IRIS_WORDS: usize = iris::COMPACT_BITS / 64;
/// Codes side by side in a zmm register.
pub(crate) const IRIS_LANES: usize = 8;
/// Minutiae of a probe in the int8 stage, padded.
pub(crate) const WIDE_LANES: usize = 48;
/// Values of a descriptor.
pub(crate) const WIDE: usize = finger::PROJECTED_LEN;

/// A byte for each of 64 persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Plane(pub(crate) [u8; LANES]);

/// A word for each of 8 codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Octet(pub(crate) [u64; IRIS_LANES]);

/// A probe minutia: each byte of its sign bits four times over, and its direction less [`GATE`], likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProbeMinutia {
    pub(crate) signs: [u32; SIGN_BYTES],
    pub(crate) from: u32,
}

/// For each lane the sum of vectors, in saturating 16-bit steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub(crate) struct Resultants {
    pub(crate) cosine: [i16; LANES],
    pub(crate) sine: [i16; LANES],
}

/// A probe eye: for every turn, its bits that are 0 and usable, and those that are 1 and usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProbeEye {
    pub(crate) zeros: Box<[[u64; TURNS]; IRIS_WORDS]>,
    pub(crate) ones: Box<[[u64; TURNS]; IRIS_WORDS]>,
}

/// A probe finger for the int8 stage: minutiae in lanes, four values of a descriptor side by side, plus 128.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProbeWide {
    /// `values[k][lane]` holds values 4 k to 4 k + 3, each plus 128, lowest first.
    pub(crate) values: Box<[[u32; WIDE_LANES]; WIDE / 4]>,
    /// Directions.
    pub(crate) turn: [u8; WIDE_LANES],
    /// Lanes in use.
    pub(crate) len: usize,
}

/// The best probe minutia for an enrolled one: its dot product, and which; none within the gate gives the least
/// number.
pub(crate) type WideBest = (i32, u8);

/// A compact code, or its mask.
pub(crate) type IrisCode = [u64; IRIS_WORDS];

/// For every turn: bits that differ, bits in common.
pub(crate) type TurnCounts = [(u32, u32); TURNS];

/// A set of kernels.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    /// What it needs of the CPU.
    pub(crate) name: &'static str,
    /// Slots (each [`SLOT_PLANES`] planes) and how many of them each lane has, against a probe.
    pub(crate) finger: fn(&[Plane], &Plane, &[ProbeMinutia]) -> Resultants,
    /// Octets of 8 codes, word by word: bits that are 1 and usable, then those that are 0 and usable.
    pub(crate) iris: fn(&[[Octet; 2]; IRIS_WORDS], &ProbeEye) -> [u32; IRIS_LANES],
    /// A code and mask against a probe's at every turn: bits that differ, bits in common.
    pub(crate) counts: fn(&IrisCode, &IrisCode, &[(IrisCode, IrisCode); TURNS]) -> TurnCounts,
    /// A descriptor and its direction against all of a probe's.
    pub(crate) wide: fn(&[i8; WIDE], u8, &ProbeWide) -> WideBest,
}

/// The fastest that this CPU has.
pub(crate) fn best() -> Kernels {
    static BEST: OnceLock<Kernels> = OnceLock::new();
    *BEST.get_or_init(|| available()[0])
}

/// All that this CPU has, fastest first.
pub(crate) fn available() -> Vec<Kernels> {
    let mut found = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        found.extend(avx512::kernels());
        found.extend(avx2::kernels());
    }
    found.push(scalar::KERNELS);
    found
}

/// cos and sin of twice the angle, in 127ths, for a difference of directions plus [`GATE`].
pub(crate) struct Circle {
    pub(crate) cosine: [i8; 128],
    pub(crate) sine: [i8; 128],
}

pub(crate) fn circle() -> &'static Circle {
    static CIRCLE: OnceLock<Circle> = OnceLock::new();
    CIRCLE.get_or_init(|| {
        let angle = |i: usize| 2.0 * (i as f64 - f64::from(GATE)) * (core::f64::consts::TAU / 256.0);
        Circle {
            cosine: std::array::from_fn(|i| libm::round(127.0 * libm::cos(angle(i))) as i8),
            sine: std::array::from_fn(|i| libm::round(127.0 * libm::sin(angle(i))) as i8),
        }
    })
}

#[cfg(test)]
mod tests;
