//! Reads and writes WSQ, the FBI's wavelet scalar quantisation for fingerprint images (IAFIS-IC-0110, version 3).
//!
//! [`decode`] gives the same pixels, byte for byte, as the reference decoder of NIST (NBIS); [`encode`] gives the
//! same bytes as its encoder where the parameters are the same. Every marker is read, both filter parities, any
//! filter length up to [`MAX_FILTER_TAPS`], restarts, and comments, with the resolution that NIST's comment holds.
//!
//! No input makes the reader panic: it returns an image or an [`Error`] that says what is wrong at which byte.
//! Memory is bounded by [`Limits`].
//!
//! ```
//! // A synthetic ridge pattern, 8-bit grey, 500 ppi.
//! let (width, height) = (128_u16, 96_u16);
//! let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height))
//!     .map(|i| if (i % 128 / 5 + i / 128 / 7) % 2 == 0 { 60 } else { 200 })
//!     .collect();
//!
//! let file = wsq_codec::encode(&pixels, width, height, &wsq_codec::EncodeOptions::new(0.75).ppi(500))?;
//! let image = wsq_codec::decode(&file)?;
//! assert_eq!((image.width(), image.height(), image.ppi()), (128, 96, Some(500)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod bits;
mod comment;
mod decode;
mod encode;
mod error;
mod filter;
mod huffman;
mod marker;
mod quantise;
mod rate;
mod tables;
mod transform;
mod tree;

pub use comment::{Comment, NistCom};
pub use decode::{Header, Image, Limits, MAX_PIXELS, decode, decode_with, read_header};
pub use encode::{EncodeOptions, encode};
pub use error::{EncodeError, Error};
pub use filter::{FilterBank, MAX_FILTER_TAPS};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
