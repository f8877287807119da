//! The two filters of an analysis bank, and the synthesis filters that go with them.

use crate::error::Error;
use crate::marker::{Cursor, shift_down};

/// Longest filter that is read. The specification knows 9, 7 and 8 taps; the limit bounds the work per pixel.
pub const MAX_FILTER_TAPS: usize = 32;

/// The filter banks that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum FilterBank {
    /// 9 and 7 taps, symmetric about a sample; what the FBI's encoders use.
    #[default]
    Odd9x7,
    /// 8 and 8 taps, symmetric about a midpoint.
    Even8x8,
}

/// Analysis filters, both of odd or both of even length.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Analysis {
    pub(crate) low: Vec<f32>,
    pub(crate) high: Vec<f32>,
}

/// Cohen, Daubechies and Feauveau's biorthogonal 9/7 wavelet, the right halves of both filters.
const ODD_LOW: [f64; 5] = [
    0.852_698_679_009_403_4,
    0.377_402_855_612_653_8,
    -0.110_624_404_418_423_42,
    -0.023_849_465_019_38,
    0.037_828_455_506_995_46,
];
const ODD_HIGH: [f64; 4] =
    [0.788_485_616_405_664_4, -0.418_092_273_222_212_2, -0.040_689_417_609_558_44, 0.064_538_882_628_938_45];
/// The 8/8 bank, the right halves of both filters.
const EVEN_LOW: [f64; 4] =
    [0.852_698_679_009_403_4, -0.097_892_967_784_095_87, -0.123_355_841_052_750_92, 0.075_656_911_013_990_93];
const EVEN_HIGH: [f64; 4] =
    [-0.603_288_944_813_938_5, 0.188_701_427_806_326_93, 0.052_614_150_119_248_44, -0.032_269_441_314_469_22];

impl FilterBank {
    pub(crate) fn analysis(self) -> Analysis {
        match self {
            Self::Odd9x7 => {
                let whole = |half: &[f64]| half.iter().skip(1).rev().chain(half).map(|&v| v as f32).collect();
                Analysis { low: whole(&ODD_LOW), high: whole(&ODD_HIGH) }
            }
            Self::Even8x8 => {
                let whole = |half: &[f64], mirror: f64| {
                    half.iter()
                        .rev()
                        .map(|v| mirror * v)
                        .chain(half.iter().copied())
                        .map(|v| v as f32)
                        .collect()
                };
                Analysis { low: whole(&EVEN_LOW, 1.0), high: whole(&EVEN_HIGH, -1.0) }
            }
        }
    }
}

/// Synthesis filters as a transform table gives them: the low-pass one is made of the analysis high-pass taps with
/// alternating signs, and the other way round.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Synthesis {
    pub(crate) low: Vec<f32>,
    pub(crate) high: Vec<f32>,
}

impl Synthesis {
    /// Whether the filters are symmetric about a sample.
    pub(crate) fn is_odd(&self) -> bool {
        self.low.len() % 2 == 1
    }

    /// Reads a transform table (B.2.4.1): the lengths of the analysis low-pass and high-pass filters, then the
    /// right half of each, from the middle outwards.
    pub(crate) fn read(body: &mut Cursor<'_>) -> Result<Self, Error> {
        let offset = body.offset();
        let (low_taps, high_taps) = (body.u8()?, body.u8()?);
        for taps in [low_taps, high_taps] {
            if !(1..=MAX_FILTER_TAPS as u8).contains(&taps) || taps % 2 != low_taps % 2 {
                return Err(Error::Parameter { what: "a filter's length", value: taps.into(), offset });
            }
        }
        let high = expand(&read_half(body, low_taps)?, low_taps, Half::High);
        let low = expand(&read_half(body, high_taps)?, high_taps, Half::Low);
        Ok(Self { low, high })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Low,
    High,
}

fn read_half(body: &mut Cursor<'_>, taps: u8) -> Result<Vec<f32>, Error> {
    let tap = |_| {
        let (sign, scale) = (body.u8()?, body.u8()?);
        let magnitude = shift_down(body.u32()? as f32, scale);
        Ok(if sign == 0 { magnitude } else { -magnitude })
    };
    (0..taps.div_ceil(2)).map(tap).collect()
}

/// The whole synthesis filter from the right half of the analysis filter.
fn expand(half: &[f32], taps: u8, kind: Half) -> Vec<f32> {
    let alternating =
        |offset: usize| half.iter().zip(offset..).map(|(&v, i)| if i % 2 == 0 { v } else { -v });
    if taps % 2 == 1 {
        let right: Vec<f32> = alternating(0).collect();
        right.iter().skip(1).rev().chain(&right).copied().collect()
    } else {
        // The low-pass one is even about the midpoint; the high-pass one is odd.
        let (right, mirror): (Vec<f32>, f32) = match kind {
            Half::Low => (alternating(1).collect(), 1.0),
            Half::High => (alternating(0).collect(), -1.0),
        };
        right.iter().rev().map(|&v| mirror * v).chain(right.iter().copied()).collect()
    }
}
