//! Why bytes did not become an image.

use crate::format::Format;
use crate::image::ImageError;

/// Why bytes did not become an image.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes begin like no format that is read here, and no raw geometry was given.
    #[error("{len} bytes that begin like no image format read here")]
    UnknownFormat {
        /// Bytes given.
        len: usize,
    },
    /// More bytes than the limit.
    #[error("an image of {len} bytes is over the limit of {limit}")]
    TooManyBytes {
        /// Bytes given.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// The header states a size outside the limits.
    #[error("the header states {width} x {height} pixels, outside the limits")]
    Size {
        /// Pixels across.
        width: u64,
        /// Pixels down.
        height: u64,
    },
    /// Decoding would cost more than the limit.
    #[error("decoding would take {need} {what}; the limit is {limit}")]
    Work {
        /// What is counted.
        what: &'static str,
        /// How much it would take.
        need: u64,
        /// How much is allowed.
        limit: u64,
    },
    /// The bytes break the rules of their format.
    #[error("{format}: {detail}")]
    Malformed {
        /// The format.
        format: Format,
        /// What is wrong, and where it is known at which byte.
        detail: String,
    },
    /// The bytes may be right but use a part of the format that is not read here.
    #[error("{format}: {detail} is not supported")]
    Unsupported {
        /// The format.
        format: Format,
        /// The part.
        detail: String,
    },
    /// The decoded pixels are outside the limits of an image.
    #[error(transparent)]
    Image(#[from] ImageError),
}

pub(crate) fn malformed(format: Format, detail: impl Into<String>) -> DecodeError {
    DecodeError::Malformed { format, detail: detail.into() }
}

pub(crate) fn unsupported(format: Format, detail: impl Into<String>) -> DecodeError {
    DecodeError::Unsupported { format, detail: detail.into() }
}
