//! Assess: slaps are cut into fingers, positions checked. Quality values come with the templates (extract),
//! because both rest on the same ridge analysis, which would otherwise be done twice.

use crate::sample::{Artefact, Sample, png};
use model::{FingerPosition, Modality};
use raster::{GreyImage, NoTrace};

/// Cuts every slap of an encounter. `picture` gives a sample's grey image; `absent` the fingers that the station
/// coded as absent. Returns the fingers that were cut, as further samples, with their pictures.
pub fn assess(
    samples: &mut Vec<Sample>,
    absent: &[FingerPosition],
    picture: impl Fn(&Sample) -> Option<GreyImage>,
) -> Vec<Artefact> {
    let mut artefacts = Vec::new();
    let mut cut = Vec::new();
    for slap in samples.iter_mut().filter(|s| s.modality == Modality::Finger && !s.is_single()) {
        let Some(position) = slap.finger else { continue };
        let Some(image) = picture(slap) else {
            slap.refusal = Some("its picture is gone".to_owned());
            continue;
        };
        match finger::segment_slap(&image, position, absent, &mut NoTrace) {
            Ok(fingers) => cut.extend(fingers.into_iter().map(|f| (slap.ordinal, slap.source.clone(), f))),
            Err(refusal) => slap.refusal = Some(refusal.to_string()),
        }
    }
    for (slap, source, finger) in cut {
        let Ok(ordinal) = u16::try_from(samples.len()) else { break };
        let Ok(picture) = png(ordinal, &finger.image) else { continue };
        samples.push(Sample {
            ordinal,
            modality: Modality::Finger,
            finger: Some(finger.position),
            eye: None,
            source: format!("{source}, {}", finger.position),
            cut_from: Some(slap),
            width_px: finger.image.width(),
            height_px: finger.image.height(),
            ppi: finger.image.ppi(),
            original: None,
            grey: Some(picture.name.clone()),
            template: None,
            quality: None,
            advice: Vec::new(),
            refusal: None,
            findings: Vec::new(),
            repeats: Vec::new(),
            minutiae: None,
        });
        artefacts.push(picture);
    }
    artefacts
}
