//! Every stage can show its work to a sink; tests, the console's overlays and bug reports read the same.

use crate::GreyImage;

/// Receives what a stage made. Names are `stage/thing`, for instance `finger/ridges`.
pub trait TraceSink {
    /// Whether anything is kept; a stage skips costly pictures when it is not.
    fn enabled(&self) -> bool {
        true
    }

    /// A picture.
    fn image(&mut self, name: &str, image: &GreyImage);

    /// A JSON text.
    fn json(&mut self, name: &str, json: &str);
}

/// Keeps nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct NoTrace;

impl TraceSink for NoTrace {
    fn enabled(&self) -> bool {
        false
    }

    fn image(&mut self, _: &str, _: &GreyImage) {}

    fn json(&mut self, _: &str, _: &str) {}
}
