//! Decode: attachments to samples with a grey picture each. Original bytes are kept as they came.

use crate::sample::{Artefact, Sample, png};
use exchange::manifest::{ItemKind, Manifest};
use model::{Eye, FingerPosition, Modality};
use nist_itl::{ImageKind, ImageRef};
use raster::{GreyImage, Hints};

/// Most images that one encounter may hold: 14 of a ten-print card, palms, two eyes and marks, twice over.
pub const MAX_SAMPLES: usize = 64;

/// What decoding gave.
#[derive(Debug, Clone, Default)]
pub struct Decoded {
    /// Samples, in the order of the attachments.
    pub samples: Vec<Sample>,
    /// Bytes to keep.
    pub artefacts: Vec<Artefact>,
    /// What was found odd, each with its attachment. Kept with the encounter.
    pub findings: Vec<String>,
    /// Why nothing can be done with it, if so.
    pub rejected: Option<String>,
}

/// Decodes an encounter's attachments.
///
/// What cannot be decoded becomes a finding; only an encounter without a single usable image, although it holds
/// attachments, is rejected. Encounters of nothing but absent positions are accepted: they are answered too.
pub fn decode(manifest: &Manifest, attachments: &[Vec<u8>], marks_agreed: bool) -> Decoded {
    let mut out = Decoded::default();
    for (item, bytes) in manifest.items.iter().zip(attachments) {
        match item.kind {
            ItemKind::Transaction => transaction(&item.name, bytes, marks_agreed, &mut out),
            ItemKind::Finger { position, ppi } => {
                let hints = ppi.map_or_else(Hints::default, |ppi| Hints::ppi(f64::from(ppi)));
                image(&item.name, Place::Finger(position), bytes, &hints, &mut out);
            }
            ItemKind::Iris { eye } => image(&item.name, Place::Iris(eye), bytes, &Hints::default(), &mut out),
            ItemKind::Mark if marks_agreed => {
                image(&item.name, Place::Mark, bytes, &Hints::default(), &mut out)
            }
            ItemKind::Mark => out.findings.push(format!(
                "{}: a mark was sent although the agreement does not provide for marks: not kept",
                item.name
            )),
        }
    }
    let searchable = out.samples.iter().any(|s| s.modality != Modality::Mark);
    if !searchable && !manifest.items.is_empty() && manifest.absent.is_empty() {
        out.rejected = Some(match out.findings.first() {
            Some(first) => format!("no usable finger or iris image: {first}"),
            None => "no usable finger or iris image in what was sent".to_owned(),
        });
    }
    out
}

/// Enrols a list entry's files the same way: no manifest, marks never.
pub fn decode_files(files: &[(ItemKind, String, Vec<u8>)]) -> Decoded {
    let mut out = Decoded::default();
    for (kind, name, bytes) in files {
        match *kind {
            ItemKind::Transaction => transaction(name, bytes, false, &mut out),
            ItemKind::Finger { position, ppi } => {
                let hints = ppi.map_or_else(Hints::default, |ppi| Hints::ppi(f64::from(ppi)));
                image(name, Place::Finger(position), bytes, &hints, &mut out);
            }
            ItemKind::Iris { eye } => image(name, Place::Iris(eye), bytes, &Hints::default(), &mut out),
            ItemKind::Mark => out.findings.push(format!("{name}: marks are not part of a list entry")),
        }
    }
    if out.samples.is_empty() {
        out.rejected = Some("no usable finger or iris image in what was given".to_owned());
    }
    out
}

#[derive(Clone, Copy)]
enum Place {
    Finger(FingerPosition),
    Iris(Eye),
    Mark,
}

fn transaction(name: &str, bytes: &[u8], marks_agreed: bool, out: &mut Decoded) {
    let reading = match nist_itl::read(bytes) {
        Ok(reading) => reading,
        Err(error) => {
            out.findings.push(format!("{name}: not readable as an ANSI/NIST transaction: {error}"));
            return;
        }
    };
    out.findings.extend(reading.findings.iter().map(|f| format!("{name}: {f}")));
    for record in reading.transaction.images() {
        let source = format!("{name}, record {} (type {})", record.record_index + 1, record.record_type);
        let place = match record.kind {
            ImageKind::Finger => match finger_position(&record) {
                Some(position) => Place::Finger(position),
                None => {
                    out.findings.push(format!(
                        "{source}: position codes {:?} are no single finger or slap: kept in the original, not used",
                        record.positions
                    ));
                    continue;
                }
            },
            ImageKind::Iris => {
                Place::Iris(record.eye.and_then(|eye| Eye::from_code(eye.code())).unwrap_or(Eye::Unknown))
            }
            ImageKind::Mark if marks_agreed => Place::Mark,
            ImageKind::Mark => {
                out.findings
                    .push(format!("{source}: a mark, not provided for by the agreement: not decoded"));
                continue;
            }
            ImageKind::Face => {
                // S7: faces are neither decoded nor matched, whatever a transaction carries.
                out.findings.push(format!("{source}: a face: never decoded, matched or shown"));
                continue;
            }
            other => {
                out.findings
                    .push(format!("{source}: {other:?} images are kept in the original and not used"));
                continue;
            }
        };
        // 17.025, the light that it was taken in.
        let visible = |r: nist_itl::types::Type17<'_>| r.lighting().is_some_and(|light| light == "VIS");
        let tagged = reading.transaction.records().get(record.record_index);
        if let Some(nist_itl::Record::Tagged(tagged)) = tagged
            && nist_itl::types::Type17::of(tagged).is_some_and(visible)
        {
            out.findings.push(format!(
                "{source}: taken in visible light, irises are compared in near infrared: not used"
            ));
            continue;
        }
        if record.payload.is_empty() {
            out.findings.push(format!("{source}: no image in it"));
            continue;
        }
        image(&source, place, record.payload, &hints(&record), out);
    }
}

fn finger_position(record: &ImageRef<'_>) -> Option<FingerPosition> {
    match record.positions.as_slice() {
        [] => Some(FingerPosition::Unknown),
        [first, ..] => u8::try_from(*first).ok().and_then(FingerPosition::from_code),
    }
}

fn hints(record: &ImageRef<'_>) -> Hints {
    let ppi = record.ppi.map(|r| f64::from(r.nominal_ppi())).filter(|_| record.kind == ImageKind::Finger);
    let raw = match (record.hll, record.vll) {
        (Some(width), Some(height)) => Hints::raw(width, height).raw,
        _ => None,
    };
    Hints { ppi, raw, ..Hints::default() }
}

fn image(source: &str, place: Place, bytes: &[u8], hints: &Hints, out: &mut Decoded) {
    if out.samples.len() >= MAX_SAMPLES {
        out.findings.push(format!("{source}: more than {MAX_SAMPLES} images: not used"));
        return;
    }
    if matches!(place, Place::Iris(_))
        && raster::decode_rgb(bytes, hints).is_ok_and(|rgb| iris::is_coloured(&rgb))
    {
        out.findings.push(format!("{source}: {}: not used", iris::Refusal::VisibleLight));
        return;
    }
    let grey = match raster::decode(bytes, hints) {
        Ok(grey) => grey,
        Err(error) => {
            out.findings.push(format!("{source}: {error}"));
            return;
        }
    };
    if let Err(error) = keep(source, place, bytes, &grey, out) {
        out.findings.push(format!("{source}: {error}"));
    }
}

fn keep(
    source: &str,
    place: Place,
    bytes: &[u8],
    grey: &GreyImage,
    out: &mut Decoded,
) -> Result<(), crate::SampleError> {
    let ordinal = out.samples.len() as u16;
    let picture = png(ordinal, grey)?;
    let original = Artefact { name: Sample::blob(ordinal, "original"), bytes: bytes.to_vec() };
    let (modality, finger, eye) = match place {
        Place::Finger(position) => (Modality::Finger, Some(position), None),
        Place::Iris(eye) => (Modality::Iris, None, Some(eye)),
        Place::Mark => (Modality::Mark, None, None),
    };
    out.samples.push(Sample {
        ordinal,
        modality,
        finger,
        eye,
        source: source.to_owned(),
        cut_from: None,
        width_px: grey.width(),
        height_px: grey.height(),
        ppi: grey.ppi(),
        original: Some(original.name.clone()),
        grey: Some(picture.name.clone()),
        template: None,
        quality: None,
        advice: Vec::new(),
        refusal: None,
        findings: Vec::new(),
        repeats: Vec::new(),
        minutiae: None,
    });
    out.artefacts.push(original);
    out.artefacts.push(picture);
    Ok(())
}
