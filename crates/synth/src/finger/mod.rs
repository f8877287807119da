//! Fingers: masters grown from noise, and impressions of them.

mod class;
mod condition;
mod contact;
mod contactless;
mod flow;
mod ground;
mod growth;
mod impression;
mod kernels;
mod latent;
mod master;
mod patch;
mod placement;
mod sensor;
mod skin;
mod slap;
mod surface;
mod sweep;
mod varied;
mod windings;

/// Counts up when a seed's impressions change; training patches never do.
pub const GENERATOR: u32 = 2;

pub use class::Class;
pub(crate) use class::{Traits, draw as draw_class};
pub use condition::{Condition, Preset, Sensor};
pub(crate) use flow::{Flow, Lattice};
pub use impression::{BLOCK_PX, GroundTruth, Impression, impression};
pub(crate) use master::digit_of;
pub use master::{Master, MasterMinutia, Plan, Singularity};
pub use patch::{PATCH_PX, PATCHES_PER_MASTER, Patch, patches};
pub(crate) use placement::Placement;
pub use skin::Skin;
pub use slap::{FingerInSlap, Slap, slap};
pub(crate) use windings::zero;
