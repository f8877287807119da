//! Irises as another sensor would show them: pictures altered with their boundaries, and what extraction makes of them.

pub mod alter;
mod paint;
mod scene;
pub mod shot;
pub mod study;
