#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod build;
pub mod codes;
mod field;
mod finding;
mod image;
#[cfg(feature = "json")]
pub mod inspect;
pub mod limits;
pub mod profile;
mod reader;
mod record;
pub mod standard;
mod text;
mod transaction;
pub mod types;
mod validate;
mod writer;

pub use field::{Field, Items, Subfield, Subfields};
pub use finding::{Finding, Findings, Severity};
pub use image::{Compression, Eye, ImageKind, ImageRef, PayloadFormat, Resolution};
pub use reader::{ReadError, Reading, is_transaction, read};
pub use record::{BinaryBody, BinaryRecord, FrictionHeader, Record, SignatureHeader, TaggedRecord};
pub use text::Encoding;
pub use transaction::Transaction;
pub use validate::{validate, validate_with};
pub use writer::WriteError;

/// The byte that ends a tagged record (ASCII FS).
pub const FS: u8 = 0x1C;
/// The byte between two fields (ASCII GS).
pub const GS: u8 = 0x1D;
/// The byte between two subfields (ASCII RS).
pub const RS: u8 = 0x1E;
/// The byte between two information items (ASCII US).
pub const US: u8 = 0x1F;
