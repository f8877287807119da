//! WSQ, by the library of this workspace.

use crate::error::{DecodeError, unsupported};
use crate::format::Format;
use crate::limits::Limits;
use crate::picture::Picture;

pub(crate) fn read(_bytes: &[u8], _limits: &Limits) -> Result<Picture, DecodeError> {
    Err(unsupported(Format::Wsq, "the format"))
}
