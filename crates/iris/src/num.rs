//! Elementary functions that give the same bits on every machine: the system's may choose another way to compute
//! for another processor.

use std::f32::consts::TAU;

/// Cosine and sine of an angle in turns.
pub(crate) fn direction(turns: f32) -> (f32, f32) {
    let (s, c) = libm::sincosf(TAU * turns);
    (c, s)
}

/// The angle of a direction in turns, -0.5 to 0.5; `y` upwards.
pub(crate) fn turns(x: f32, y: f32) -> f32 {
    libm::atan2f(y, x) / TAU
}

/// Length of a vector.
pub(crate) fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// e to a power.
pub(crate) fn exp(x: f32) -> f32 {
    libm::expf(x)
}
