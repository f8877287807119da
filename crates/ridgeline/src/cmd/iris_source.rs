//! An iris image with what its record says of it.

use crate::cmd::report::{self, Kind};
use anyhow::{Context as _, Result, bail};
use biometric_records::Record;
use iris::{Claims, Refusal};
use model::Eye;
use nist_itl::ImageKind;
use nist_itl::types::{IrisBoundary, Type17};
use raster::{GreyImage, Hints};
use std::path::Path;

/// The image of one eye.
pub(crate) struct Source {
    /// Its pixels, or why they are not to be used: colour or visible light.
    pub(crate) image: Result<GreyImage, Refusal>,
    /// Which eye the record says it is.
    pub(crate) eye: Eye,
    /// What the record says of the boundaries.
    pub(crate) claims: Claims,
    /// The transaction's bytes, if it came in one.
    pub(crate) transaction: Option<Vec<u8>>,
}

/// Loads an image, a record or a transaction with one iris.
pub(crate) fn load(path: &Path) -> Result<Source> {
    let bytes = report::load(path)?;
    read(bytes).with_context(|| format!("{}", path.display()))
}

fn read(bytes: Vec<u8>) -> Result<Source> {
    match Kind::of(&bytes)? {
        Kind::Image(_) => source(&bytes, &Hints::default(), Eye::Unknown, Claims::default()),
        Kind::Transaction => {
            let mut found = {
                let reading = nist_itl::read(&bytes)?;
                let irises: Vec<_> =
                    reading.transaction.images().filter(|i| i.kind == ImageKind::Iris).collect();
                let [image] = irises.as_slice() else {
                    bail!("{} irises in it, one is wanted", irises.len())
                };
                let record = reading.transaction.type17().next().context("no Type-17 record")?;
                let hints = report::transaction_hints(image);
                let eye = image.eye.and_then(|e| Eye::from_code(e.code())).unwrap_or(Eye::Unknown);
                let mut found = source(image.payload, &hints, eye, claims(&record))?;
                // 17.025: anything but near infrared is another picture of the eye.
                if record.lighting().is_some_and(|light| light == "VIS") {
                    found.image = Err(Refusal::VisibleLight);
                }
                found
            };
            found.transaction = Some(bytes);
            Ok(found)
        }
        Kind::Record => match biometric_records::read(&bytes)?.value {
            Record::Irises(record) => {
                let [image] = record.images.as_slice() else {
                    bail!("{} irises in it, one is wanted", record.images.len())
                };
                let told =
                    |low: u16, high: u16| (low > 0 && high >= low).then(|| (f32::from(low), f32::from(high)));
                let mut claims = Claims::default();
                if let Some(details) = &image.details {
                    let [left, right, top, bottom] = details.centre;
                    let [least, most] = details.diameter;
                    claims.diameter = told(least, most);
                    claims.centre =
                        told(left, right).zip(told(top, bottom)).map(|(x, y)| [x.0, x.1, y.0, y.1]);
                }
                let eye = Eye::from_code(image.eye).unwrap_or(Eye::Unknown);
                source(&image.data, &report::iris_hints(&record, image), eye, claims)
            }
            _ => Ok(Source {
                image: Ok(super::convert::image_of(&bytes)?),
                eye: Eye::Unknown,
                claims: Claims::default(),
                transaction: None,
            }),
        },
    }
}

fn source(bytes: &[u8], hints: &Hints, eye: Eye, claims: Claims) -> Result<Source> {
    let coloured = raster::decode_rgb(bytes, hints).is_ok_and(|rgb| iris::is_coloured(&rgb));
    let image = if coloured { Err(Refusal::VisibleLight) } else { Ok(raster::decode(bytes, hints)?) };
    Ok(Source { image, eye, claims, transaction: None })
}

fn claims(record: &Type17<'_>) -> Claims {
    let points = |which| {
        let points = record.boundary(which).unwrap_or_default();
        points.iter().map(|(x, y)| (*x as f32, *y as f32)).collect()
    };
    Claims {
        diameter: record.diameter_px().filter(|d| *d > 0).map(|d| (f32::from(d), f32::from(d))),
        centre: None,
        pupil: points(IrisBoundary::Pupil),
        limbus: points(IrisBoundary::Sclera),
    }
}

/// The transaction with fields 17.026 and 17.033 to 17.036 set to what was found; all else as it was. Points outside
/// the frame are left out, as the standard wants; so is a lid that leaves the iris free.
pub(crate) fn with_boundaries(transaction: &[u8], found: &iris::Extraction) -> Result<Vec<u8>> {
    let mut transaction = nist_itl::read(transaction)?.transaction;
    let round = |contour: &iris::Contour| -> Vec<(f32, f32)> {
        let n = contour.radii.len();
        (0..n).map(|i| contour.point_at(i as f32 / n.max(1) as f32)).collect()
    };
    let [upper, lower] = &found.lids;
    let lines = [
        (IrisBoundary::Pupil, round(&found.pupil)),
        (IrisBoundary::Sclera, round(&found.limbus)),
        (IrisBoundary::UpperLid, upper.clone()),
        (IrisBoundary::LowerLid, lower.clone()),
    ];
    let mut set = false;
    for record in transaction.records_mut() {
        if let nist_itl::Record::Tagged(record) = record
            && record.record_type() == 17
        {
            record.set_text(26, format!("{:.0}", 2.0 * found.limbus.mean_radius()));
            let (width, height) = (record.number(6).unwrap_or(0), record.number(7).unwrap_or(0));
            for (which, line) in &lines {
                let inside = line
                    .iter()
                    .map(|(x, y)| (x.round(), y.round()))
                    .filter(|(x, y)| *x >= 0.0 && *y >= 0.0 && *x < width as f32 && *y < height as f32);
                let points: Vec<(u32, u32)> = inside.map(|(x, y)| (x as u32, y as u32)).collect();
                match which.field(&points) {
                    Some(field) => record.set(field),
                    None => record.remove(*which as u16),
                };
            }
            set = true;
        }
    }
    if !set {
        bail!("no Type-17 record to write the boundaries to");
    }
    Ok(transaction.to_bytes()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nist_itl::build::{Encounter, Finger, Header, ImageData, Iris};
    use nist_itl::profile::Profile;

    fn transaction(pixels: &[u8], w: u32, h: u32, spoil: impl Fn(&mut Iris<'_>)) -> Vec<u8> {
        let image = ImageData {
            width: w,
            height: h,
            ppi: 500,
            bits: 8,
            compression: nist_itl::Compression::None,
            data: pixels,
        };
        let finger = |p| Finger::new(p, 0, "TEST", "20260131", image);
        let mut eye = Iris::new(nist_itl::Eye::Left, "TEST", "20260131", image);
        spoil(&mut eye);
        let header = Header::new("RPIS", "20260131", "DEST", "ORIG", "2600000001Z");
        let encounter = Encounter::new(Profile::ebts(), header).finger(finger(2)).finger(finger(7)).iris(eye);
        encounter.finish().unwrap().to_bytes().unwrap()
    }

    #[test]
    fn boundaries_go_out_and_come_back_and_a_wrong_diameter_is_told() {
        let condition = synth::eye::Condition::draw(synth::eye::Preset::Enrolment, 4);
        let shot = synth::eye::eye(&synth::eye::Identity::new(4), &condition, 4).unwrap().image;
        let (w, h) = (shot.width(), shot.height());
        let plain = read(transaction(shot.pixels(), w, h, |_| ())).unwrap();
        assert_eq!((plain.eye, &plain.claims), (Eye::Left, &Claims::default()));
        let image = plain.image.unwrap();
        let found = iris::extract(&image, plain.eye, &mut raster::NoTrace).unwrap();
        let written = with_boundaries(&plain.transaction.unwrap(), &found).unwrap();
        {
            let reading = nist_itl::read(&written).unwrap();
            let record = reading.transaction.type17().next().unwrap();
            for (which, lid) in [IrisBoundary::UpperLid, IrisBoundary::LowerLid].into_iter().zip(&found.lids)
            {
                let told = record.boundary(which).unwrap_or_default();
                assert_eq!(told.len(), if lid.len() < 3 { 0 } else { lid.len() }, "{which:?}");
                let near = |(a, b): (&(f64, f64), &(f32, f32))| {
                    (a.0 - f64::from(b.0)).abs() <= 0.5 && (a.1 - f64::from(b.1)).abs() <= 0.5
                };
                assert!(told.iter().zip(lid).all(near), "{which:?}");
            }
        }
        let again = read(written).unwrap();
        assert!(again.claims.pupil.len() >= 60 && again.claims.limbus.len() >= 60);
        assert_eq!(found.contradictions(&again.claims), []);
        let wrong = read(transaction(shot.pixels(), w, h, |eye| eye.diameter_px = Some(20))).unwrap();
        assert_eq!(found.contradictions(&wrong.claims).len(), 1);
        let visible =
            read(transaction(shot.pixels(), w, h, |eye| eye.lighting = Some("VIS".into()))).unwrap();
        assert_eq!(visible.image.unwrap_err(), Refusal::VisibleLight);
    }
}
