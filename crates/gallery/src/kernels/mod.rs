//! First-stage kernels: 64 enrolled fingers, or 64 eyes, against one probe.
//!
//! One function each for AVX-512, AVX2 and plain Rust, chosen at run time and equal to the last bit: everything is
//! whole numbers, added in one fixed order.
//!
//! **Fingers.** A lane is an enrolled minutia; the minutiae of 64 persons stand in groups of 64, sorted by direction,
//! each with its person's number. A group spans a small arc, so it meets only those probe minutiae that its directions
//! allow, a third of all. Each lane keeps its least Hamming distance; e = [`FAR`] - distance, and e^2 is added to its
//! person as a vector that points to twice the difference of directions. The length of the sum is the score: pairs
//! that agree about the rotation add up. On paper: a step is 16 XOR, 16 byte counts, 15 additions and 5 more on two
//! ports, 26 cycles for 64 pairs; 32 x 32 minutiae within 61 degrees of each other make 13 steps for a group and 340
//! cycles, 10 more a person for adding up: 180 to 200 a finger, some 13 million a second and core at 2.5 GHz.
//!
//! **Eyes.** A lane is a code of 32 words. Bits that differ where both are usable, least over 15 turns: per word and
//! turn two logic steps, a count and an addition, 8 codes at a time: 120 cycles a code. Words from the sides of the
//! iris come first, where lids seldom cover it; after [`IRIS_FIRST`] words most strangers differ in more bits than a
//! mate ever does in all, and the others are left out. This is exact. The number of bits in common is not counted: the
//! caller bounds it and states how many bits may differ.
//!
//! **Memory.** A CPU fetches ahead by itself within a page of 4 KB alone, so half of an eye's time went by waiting: a
//! kernel asks for the codes and groups that come [`AHEAD`] after those that it counts, and [`fetch`] for what a
//! coming block begins with.

pub(crate) mod agree;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod fetch;
mod scalar;

pub(crate) use fetch::fetch;

use std::sync::OnceLock;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Persons of a block, minutiae of a group.
pub(crate) const LANES: usize = 64;
/// Bytes of a minutia's sign bits.
pub(crate) const SIGN_BYTES: usize = 16;
/// Directions of a group's first and last minutia are at most so many 256ths of a turn apart.
pub(crate) const SPAN: u8 = 128;
/// Stands where a group has no minutia.
pub(crate) const NOBODY: u8 = 255;
/// Directions may differ by so many 256ths of a turn: 61 degrees, either way.
pub(crate) const GATE: u8 = 43;
/// Sign bits that differ in descriptors that say nothing of each other any more.
pub(crate) const FAR: u8 = 50;
/// Turns of an eye that are searched: 7 columns of 128 either way.
pub(crate) const TURNS: usize = 15;
/// Words of a compact iris code.
pub(crate) const IRIS_WORDS: usize = iris::COMPACT_BITS / 64;
/// Words that are compared of every code; the others where these leave it open.
pub(crate) const IRIS_FIRST: usize = 28;
/// Codes side by side in a zmm register.
pub(crate) const IRIS_LANES: usize = 8;
/// Eights of codes of a block.
pub(crate) const EIGHTS: usize = LANES / IRIS_LANES;
/// Eights of codes, or groups, that are asked of memory before they are needed.
pub(crate) const AHEAD: usize = 2;
/// Minutiae of a probe in the int8 stage, padded.
pub(crate) const WIDE_LANES: usize = 48;
/// Values of a descriptor.
pub(crate) const WIDE: usize = finger::PROJECTED_LEN;

/// A byte for each of 64 minutiae or persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C, align(64))]
pub(crate) struct Plane(pub(crate) [u8; LANES]);

/// A word for each of 8 codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C, align(64))]
pub(crate) struct Octet(pub(crate) [u64; IRIS_LANES]);

/// Sixty-four minutiae, by rising direction (round the circle); behind the last one its direction is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C, align(64))]
pub(crate) struct Group {
    pub(crate) signs: [Plane; SIGN_BYTES],
    /// Directions in 256ths of a turn.
    pub(crate) turn: Plane,
    /// Whose it is: the person's number in the block, or [`NOBODY`].
    pub(crate) owner: Plane,
}

/// A probe minutia: each byte of its sign bits four times over, and its direction less [`GATE`], likewise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ProbeMinutia {
    pub(crate) signs: [u32; SIGN_BYTES],
    pub(crate) from: u32,
}

/// A probe finger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProbeMinutiae {
    /// By rising direction, all of them twice, so that those of any arc stand side by side.
    twice: Vec<ProbeMinutia>,
    /// How many have a lesser direction than each of 0 to 256.
    below: Box<[u16; 257]>,
}

impl ProbeMinutiae {
    /// Sign bits and directions.
    pub(crate) fn new(minutiae: &[([u8; SIGN_BYTES], u8)]) -> Self {
        let four = |byte: u8| u32::from_le_bytes([byte; 4]);
        let mut sorted: Vec<&([u8; SIGN_BYTES], u8)> = minutiae.iter().collect();
        // By their bits where directions are the same: no order from outside is kept.
        sorted.sort_unstable_by_key(|m| (m.1, m.0));
        let ready = |m: &&([u8; SIGN_BYTES], u8)| ProbeMinutia {
            signs: m.0.map(four),
            from: four(m.1.wrapping_sub(GATE)),
        };
        let once: Vec<ProbeMinutia> = sorted.iter().map(ready).collect();
        let below = |t: usize| sorted.partition_point(|m| usize::from(m.1) < t) as u16;
        Self { twice: [&once[..], &once].concat(), below: Box::new(std::array::from_fn(below)) }
    }

    /// Those within [`GATE`] of any direction from `low` round to `high`, in the order of the circle: so a minutia
    /// meets them in the same order in whatever group it stands.
    #[inline]
    pub(crate) fn arc(&self, low: u8, high: u8) -> &[ProbeMinutia] {
        let count = self.twice.len() / 2;
        let start = low.wrapping_sub(GATE);
        let end = usize::from(start) + usize::from(high.wrapping_sub(low)) + 2 * usize::from(GATE) + 1;
        let below = |t: usize| usize::from(self.below.get(t).copied().unwrap_or(0));
        let first = below(usize::from(start));
        let last = if end <= 256 { below(end) } else { count + below(end - 256) };
        self.twice.get(first..last.min(first + count)).unwrap_or(&[])
    }
}

/// The summed vectors of 64 persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resultants {
    pub(crate) cosine: [i32; LANES],
    pub(crate) sine: [i32; LANES],
}

impl Resultants {
    const NONE: Self = Self { cosine: [0; LANES], sine: [0; LANES] };

    /// Adds what the lanes of a group found, those that have a bit in `found`.
    #[inline(always)]
    fn add(&mut self, mut found: u64, owner: &Plane, cosine: &[i16; LANES], sine: &[i16; LANES]) {
        while found != 0 {
            let lane = found.trailing_zeros() as usize % LANES;
            found &= found - 1;
            let person = usize::from(owner.0[lane]) % LANES;
            self.cosine[person] += i32::from(cosine[lane]);
            self.sine[person] += i32::from(sine[lane]);
        }
    }
}

/// Words of eight codes, in the order of [`iris_order`]: bits that are 1 and usable, then those that are 0 and usable.
pub(crate) type IrisEight = [[Octet; 2]; IRIS_WORDS];

/// In how many bits each of 64 codes may differ, plus one; 0 for one that is not asked for.
pub(crate) type IrisLimits = [u32; LANES];

/// A probe eye: for every turn, its bits that are 0 and usable, and those that are 1 and usable; words in the order
/// of [`iris_order`].
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
    /// The minutiae of 64 persons against a probe.
    pub(crate) finger: fn(&[Group], &ProbeMinutiae) -> Resultants,
    /// Codes against a probe, eight by eight: a bit for each that differs at some turn in fewer bits than its limit.
    pub(crate) iris: fn(&[IrisEight], &ProbeEye, &IrisLimits) -> u64,
    /// A code and mask against a probe's at every turn: bits that differ, bits in common.
    pub(crate) counts: fn(&IrisCode, &IrisCode, &[(IrisCode, IrisCode); TURNS]) -> TurnCounts,
    /// A descriptor and its direction against all of a probe's.
    pub(crate) wide: fn(&[i8; WIDE], u8, &ProbeWide) -> WideBest,
}

/// Where word `at` of a column stands in a code: words nearest to the sides of the iris first.
pub(crate) fn iris_order() -> &'static [usize; IRIS_WORDS] {
    static ORDER: OnceLock<[usize; IRIS_WORDS]> = OnceLock::new();
    ORDER.get_or_init(|| {
        let mut order: [usize; IRIS_WORDS] = std::array::from_fn(|w| w);
        const HALF: usize = IRIS_WORDS / 2;
        order.sort_by_key(|w| ((w % HALF).min(HALF - 1 - w % HALF), *w));
        order
    })
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
