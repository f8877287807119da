//! What the finger engine learns, all of it on synthetic people.

pub mod calibrate;
pub mod linear;
pub mod people;
pub mod prints;
pub mod projection;
pub mod quality;
