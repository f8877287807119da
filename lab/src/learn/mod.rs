//! What the finger engine learns, all of it on synthetic people.

pub mod linear;
pub mod people;
pub mod projection;
