//! One reader a format; each checks its header against the limits before it allocates.

pub(crate) mod bmp;
pub(crate) mod bytes;
pub(crate) mod jpeg;
pub(crate) mod jpeg2000;
pub(crate) mod png;
pub(crate) mod pnm;
pub(crate) mod raw;
pub(crate) mod tiff;
pub(crate) mod wsq;
