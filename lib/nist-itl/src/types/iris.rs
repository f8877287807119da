//! Type-17: irises.

use std::borrow::Cow;

use super::{item, number, subfields, view};
use crate::field::Field;
use crate::image::Eye;

view! {
    /// An iris image.
    Type17: 17
}

/// A boundary that a Type-17 record may tell, by the number of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IrisBoundary {
    /// IPB, between iris and pupil.
    Pupil = 33,
    /// ISB, between iris and sclera.
    Sclera = 34,
    /// UEB, edge of the upper lid: an open line, only ever points.
    UpperLid = 35,
    /// LEB, edge of the lower lid: an open line, only ever points.
    LowerLid = 36,
}

/// Most points that each of 17.033 to 17.036 holds.
pub const BOUNDARY_POINTS_MAX: usize = 99;

impl IrisBoundary {
    /// The field: code `P`, the number of points, and the points across and down from the top left corner. Beyond
    /// [`BOUNDARY_POINTS_MAX`] points are left out evenly. None with fewer than three.
    pub fn field(self, points: &[(u32, u32)]) -> Option<Field<'static>> {
        if points.len() < 3 {
            return None;
        }
        let step = points.len().div_ceil(BOUNDARY_POINTS_MAX);
        let kept: Vec<&(u32, u32)> = points.iter().step_by(step).collect();
        let mut items = vec!["P".to_owned(), kept.len().to_string()];
        items.extend(kept.iter().flat_map(|(x, y)| [x.to_string(), y.to_string()]));
        Some(Field::from_subfields(self as u16, [items]))
    }
}

impl<'t> Type17<'t> {
    /// A boundary as points around it, pixels across and down: a polygon as it stands, a circle (code `C`, its centre
    /// and one of its points) as 32 points. None where it is missing, an ellipse, or says another number of points
    /// than it has.
    pub fn boundary(&self, which: IrisBoundary) -> Option<Vec<(f64, f64)>> {
        let record = self.record();
        let subfield = subfields(record, which as u16).next()?;
        let count: usize = number(subfield, 1)?;
        if count > BOUNDARY_POINTS_MAX {
            return None;
        }
        let points = (0..count)
            .map(|i| {
                Some((number::<u32>(subfield, 2 + 2 * i)?.into(), number::<u32>(subfield, 3 + 2 * i)?.into()))
            })
            .collect::<Option<Vec<(f64, f64)>>>()?;
        let open = matches!(which, IrisBoundary::UpperLid | IrisBoundary::LowerLid);
        match (&*item(record, subfield, 0)?, points.as_slice()) {
            ("P", [_, _, _, ..]) => Some(points),
            ("C", [centre, rim]) if !open => {
                let r = (rim.0 - centre.0).hypot(rim.1 - centre.1);
                let turn = |i: u32| f64::from(i) / 32.0 * std::f64::consts::TAU;
                Some((0..32).map(|i| (centre.0 + r * turn(i).cos(), centre.1 - r * turn(i).sin())).collect())
            }
            _ => None,
        }
    }

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
