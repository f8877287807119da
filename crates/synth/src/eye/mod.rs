//! Eyes: near-infrared pictures of synthetic irises.

mod condition;
mod geometry;
mod render;
mod texture;

pub use condition::{Condition, Preset};
pub use render::{EyeImage, EyeTruth, eye};
pub use texture::Identity;
