//! What can be wrong, as values.

use crate::decode::MAX_PIXELS;

/// Why bytes are not a WSQ image. Offsets count from the first byte of the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file does not begin with the start-of-image marker, 0xFFA0.
    #[error("no start-of-image marker")]
    NotWsq,
    /// The input ends where more was expected.
    #[error("the input ends at byte {offset}, inside {inside}")]
    Truncated {
        /// Where it ends.
        offset: usize,
        /// What was being read.
        inside: &'static str,
    },
    /// A marker that may not stand here.
    #[error("marker {marker:#06x} at byte {offset}, where {expected} was expected")]
    Marker {
        /// What was found.
        marker: u16,
        /// Where it was found.
        offset: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// A parameter outside its range.
    #[error("{what} is {value} at byte {offset}")]
    Parameter {
        /// Which parameter.
        what: &'static str,
        /// Its value.
        value: u64,
        /// Where its segment begins.
        offset: usize,
    },
    /// A table that is needed was not defined before.
    #[error("{table} is used at byte {offset} but not defined")]
    MissingTable {
        /// Which table.
        table: &'static str,
        /// Where it is used.
        offset: usize,
    },
    /// Bits that are no code of the block's Huffman table, or a reserved symbol.
    #[error("no such Huffman code near byte {offset}")]
    Code {
        /// Roughly where: the reader looks up to eight bytes ahead.
        offset: usize,
    },
    /// The blocks hold more or fewer coefficients than the image has.
    #[error("{got} coefficients where the image has {expected}")]
    Coefficients {
        /// Coefficients that the blocks hold; counting stops when there are too many.
        got: u64,
        /// Coefficients of the sub-bands that are coded.
        expected: u64,
    },
    /// The image is larger than the limit.
    #[error("{width} x {height} pixels are over the limit of {limit}")]
    TooLarge {
        /// Pixels across.
        width: u16,
        /// Pixels down.
        height: u16,
        /// Most pixels allowed.
        limit: usize,
    },
}

/// Why pixels cannot be encoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Width or height is zero, their product is over [`MAX_PIXELS`], or it is not the number of pixels given.
    #[error("{got} bytes cannot be an image of {width} x {height} pixels (at most {MAX_PIXELS})")]
    Size {
        /// Pixels across.
        width: u16,
        /// Pixels down.
        height: u16,
        /// Bytes given.
        got: usize,
    },
    /// The bit rate is not a number above 0 and at most 8.
    #[error("a bit rate of {0} bits per pixel")]
    BitRate(f32),
    /// A comment is longer than a segment can be.
    #[error("a comment of {0} bytes; a segment holds 65,533")]
    Comment(usize),
}
