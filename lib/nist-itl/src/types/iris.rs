//! Type-17: irises.

use std::borrow::Cow;

use super::view;
use crate::image::Eye;

view! {
    /// An iris image.
    Type17: 17
}

impl<'t> Type17<'t> {
    /// ELR (FID before 2011), which eye.
    pub fn eye(&self) -> Option<Eye> {
        self.record().number(3).and_then(Eye::from_code)
    }

    /// SRC, source agency.
    pub fn source(&self) -> Option<Cow<'t, str>> {
        self.record().text(4)
    }

    /// ICD, capture date, `YYYYMMDD`.
    pub fn date(&self) -> Option<Cow<'t, str>> {
        self.record().text(5)
    }

    /// CSP, colour space.
    pub fn color_space(&self) -> Option<Cow<'t, str>> {
        self.record().text(13)
    }

    /// RAE, rotation of the eye in degrees: the file gives 0 to 65535 for a whole turn. None when it
    /// was not found (`FFFF`).
    pub fn rotation_deg(&self) -> Option<f64> {
        const UNKNOWN: u32 = 0xFFFF;
        const WHOLE_TURN: f64 = 65536.0;
        let angle =
            u32::from_str_radix(&self.record().text(14)?, 16).ok().filter(|angle| *angle < UNKNOWN)?;
        Some(f64::from(angle) * 360.0 / WHOLE_TURN)
    }

    /// EAS, acquisition lighting: `NIR`, `VIS`, `RED` and others.
    pub fn lighting(&self) -> Option<Cow<'t, str>> {
        self.record().text(25)
    }

    /// IRD, diameter of the iris in pixels.
    pub fn diameter_px(&self) -> Option<u16> {
        self.record().number_as(26)
    }

    /// DME, why there is no image: `MA` missing or artificial eye, `UC` unable to capture.
    pub fn missing(&self) -> Option<Cow<'t, str>> {
        self.record().text(28)
    }

    /// IAP, the capture device's class.
    pub fn acquisition_profile(&self) -> Option<u8> {
        self.record().number_as(31)
    }

    /// ISF, 1 unconstrained, 2 640 x 480 raw, 3 cropped, 7 cropped and masked.
    pub fn storage_format(&self) -> Option<u8> {
        self.record().number_as(32)
    }

    /// DATA.
    pub fn payload(&self) -> Option<&'t [u8]> {
        self.record().payload()
    }
}
