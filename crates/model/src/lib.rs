//! The nouns of Ridgeline and their typed ids.
//!
//! Everything here is a value: no I/O, no clock, no randomness. Names follow ISO/IEC 2382-37
//! (sample, template, probe, reference) and the mnemonics of ANSI/NIST-ITL 1-2011 (FGP, ELR, AMP).

mod digest;
mod ids;
mod position;
mod states;

pub use digest::{Digest, DigestError};
pub use ids::*;
pub use position::{Absence, AgeBand, Eye, FingerPosition, Hand, Modality};
pub use states::*;
