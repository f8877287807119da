//! One synthetic person as an ANSI/NIST-ITL transaction: slaps in WSQ, irises and marks in PNG.

use anyhow::Context;
use model::{Eye, FingerPosition};
use nist_itl::{
    Compression,
    build::{Encounter, Finger, Header, ImageData, Iris, Mark},
    profile::Profile,
    types::Segment,
};
use raster::GreyImage;
use synth::{Declared, Person, Sex, finger::Slap};

/// Everything that goes into one transaction.
pub(super) struct Visit<'a> {
    pub(super) person: &'a Person,
    pub(super) declared: &'a Declared,
    pub(super) slaps: &'a [(FingerPosition, Slap)],
    pub(super) irises: &'a [(Eye, GreyImage)],
    pub(super) marks: &'a [synth::Mark],
    /// YYYYMMDD.
    pub(super) date: &'a str,
    /// Control number.
    pub(super) number: &'a str,
}

/// Agency codes of the synthetic world.
const STATION: &str = "SYNTH01";
const HUB: &str = "SYNTHHUB";
/// Compression of prints, bits per pixel: the FBI's 15 to 1.
const BITS_PER_PIXEL: f32 = 0.75;
/// Scale of the drawn marks: 56 pixels to ten millimetres.
const MARK_PPI: u32 = 142;
/// An iris of 11.8 mm across 230 pixels.
const IRIS_PPI: u32 = 500;

/// The bytes of the transaction.
pub(super) fn bytes(visit: &Visit<'_>) -> anyhow::Result<Vec<u8>> {
    let prints: Vec<Vec<u8>> = visit
        .slaps
        .iter()
        .map(|(_, slap)| raster::encode_wsq(&slap.image, BITS_PER_PIXEL))
        .collect::<Result<_, _>>()
        .context("WSQ")?;
    let eyes: Vec<Vec<u8>> = visit
        .irises
        .iter()
        .map(|(_, image)| raster::encode_png(image))
        .collect::<Result<_, _>>()
        .context("PNG")?;
    let marks: Vec<Vec<u8>> = visit
        .marks
        .iter()
        .map(|m| raster::encode_png_rgb(&m.image))
        .collect::<Result<_, _>>()
        .context("PNG")?;

    let header = Header::new("MAP", visit.date, HUB, STATION, visit.number);
    let mut encounter = Encounter::new(Profile::ebts(), header);
    for (field, value) in text(visit) {
        encounter = encounter.text(field, &value);
    }
    for ((position, slap), data) in visit.slaps.iter().zip(&prints) {
        let image = picture(&slap.image, 500, 8, Compression::Wsq20, data);
        let mut record = Finger::new(u16::from(position.code()), 0, STATION, visit.date, image);
        for part in &slap.fingers {
            let bound = |v: f32, most: u32| v.clamp(0.0, (most - 1) as f32) as u32;
            let (w, h) = (slap.image.width(), slap.image.height());
            let xs = part.corners.map(|c| bound(c.0, w));
            let ys = part.corners.map(|c| bound(c.1, h));
            record = record.segment(Segment {
                position: u16::from(part.position.code()),
                left: xs.into_iter().min().unwrap_or(0),
                right: xs.into_iter().max().unwrap_or(0),
                top: ys.into_iter().min().unwrap_or(0),
                bottom: ys.into_iter().max().unwrap_or(0),
            });
        }
        for (absent, reason) in &visit.person.absent {
            if position.fingers().contains(absent) {
                let code = if *reason == model::Absence::Amputated { "XX" } else { "UP" };
                record = record.missing(u16::from(absent.code()), code);
            }
        }
        encounter = encounter.finger(record);
    }
    for ((eye, image), data) in visit.irises.iter().zip(&eyes) {
        let side = if *eye == Eye::Right { nist_itl::Eye::Right } else { nist_itl::Eye::Left };
        let image = picture(image, IRIS_PPI, 8, Compression::Png, data);
        encounter = encounter.iris(Iris::new(side, STATION, visit.date, image));
    }
    for (mark, data) in visit.marks.iter().zip(&marks) {
        let image = ImageData {
            width: mark.image.width(),
            height: mark.image.height(),
            ppi: MARK_PPI,
            bits: 24,
            compression: Compression::Png,
            data,
        };
        encounter = encounter.mark(Mark::new(mark.kind.image_type(), mark.code, STATION, visit.date, image));
    }
    let transaction = encounter.finish().context("building the transaction")?;
    transaction.to_bytes().context("writing the transaction")
}

fn picture<'a>(
    image: &GreyImage,
    ppi: u32,
    bits: u8,
    compression: Compression,
    data: &'a [u8],
) -> ImageData<'a> {
    ImageData { width: image.width(), height: image.height(), ppi, bits, compression, data }
}

/// The Type-2 fields that EBTS asks of a civil submission.
fn text(visit: &Visit<'_>) -> Vec<(u16, String)> {
    let declared = visit.declared;
    let inches = f32::from(visit.person.height_cm) / 2.54;
    let sex = match visit.person.sex {
        Sex::F => "F",
        Sex::M => "M",
        Sex::X => "X",
    };
    let born = declared.born.map_or_else(|| "00000000".to_owned(), |d| d.to_string().replace('-', ""));
    vec![
        (5, "N".into()),
        (18, format!("{},{}", declared.family_name, declared.given_names.join(" "))),
        (20, "XX".into()),
        (22, born),
        (24, sex.into()),
        (25, "U".into()),
        (27, format!("{}{:02}", (inches / 12.0) as u32, inches as u32 % 12)),
        (29, "000".into()),
        (31, "XXX".into()),
        (32, "XXX".into()),
        (37, "SYNTHETIC".into()),
        (38, visit.date.into()),
        (73, STATION.into()),
    ]
}
