//! Eyes: near-infrared pictures of synthetic irises.

mod condition;
mod cornea;
mod fibres;
mod geometry;
mod lashes;
mod optics;
mod render;
mod skin;
mod texture;

pub use condition::{Condition, Preset};
pub use render::{EyeImage, EyeTruth, eye};
pub use texture::Identity;
