//! Eyes: near-infrared pictures of synthetic irises.

mod condition;
mod cornea;
mod face;
mod fibres;
mod geometry;
mod lashes;
mod optics;
mod render;
mod scene;
mod skin;
mod texture;

pub use condition::{Condition, Preset};
pub use render::{EyeImage, EyeTruth, eye};
pub use scene::{SCENE_PX, Scene};
pub use texture::Identity;
