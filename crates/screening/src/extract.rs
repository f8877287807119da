//! Extract: a template and a quality value for every single finger and eye, each naming its algorithm.

use crate::sample::{Artefact, Sample};
use model::{Eye, FingerPosition, Modality};
use raster::{GreyImage, NoTrace};
use serde::Serialize;

/// Makes templates. A refusal is kept with the sample; it is no error. Marks are passed over (S5). Fingers that look
/// like another one of the same holder under another name get a finding.
pub fn extract(samples: &mut [Sample], picture: impl Fn(&Sample) -> Option<GreyImage>) -> Vec<Artefact> {
    let mut artefacts = Vec::new();
    for sample in samples.iter_mut().filter(|s| s.is_single()) {
        let Some(image) = picture(sample) else {
            sample.refusal = Some("its picture is gone".to_owned());
            continue;
        };
        let made = match sample.modality {
            Modality::Finger => fingerprint(sample, &image),
            Modality::Iris => eye(sample, &image),
            Modality::Mark => continue,
        };
        match made {
            Ok(bytes) => {
                let name = Sample::blob(sample.ordinal, "template");
                sample.template = Some(name.clone());
                artefacts.push(Artefact { name, bytes });
            }
            Err(refusal) => sample.refusal = Some(refusal),
        }
    }
    crate::repeats::note(samples, &artefacts);
    artefacts
}

fn fingerprint(sample: &mut Sample, image: &GreyImage) -> Result<Vec<u8>, String> {
    let found = finger::extract(image, &mut NoTrace).map_err(|e| e.to_string())?;
    sample.quality = Some(found.quality.value);
    sample.advice = found.quality.advice.iter().map(name).collect();
    sample.minutiae = u16::try_from(found.template.minutiae.len()).ok();
    Ok(found.template.to_bytes())
}

fn eye(sample: &mut Sample, image: &GreyImage) -> Result<Vec<u8>, String> {
    let found =
        iris::extract(image, sample.eye.unwrap_or(Eye::Unknown), &mut NoTrace).map_err(|e| e.to_string())?;
    sample.quality = Some(found.quality.value);
    sample.advice = found.quality.advice.iter().map(name).collect();
    Ok(found.template.to_bytes())
}

/// The stable name of an advice, as it is serialised.
fn name(advice: &impl Serialize) -> String {
    match serde_json::to_value(advice) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Templates of a holder's samples, put together for the gallery. Templates that cannot be read back are left
/// out and named.
pub fn person(
    samples: &[Sample],
    template: impl Fn(&Sample) -> Option<Vec<u8>>,
) -> (gallery::Person, Vec<String>) {
    let mut person = gallery::Person::default();
    let mut faults = Vec::new();
    for sample in samples.iter().filter(|s| s.template.is_some()) {
        let Some(bytes) = template(sample) else {
            faults.push(format!("template of sample {} is gone", sample.ordinal));
            continue;
        };
        match sample.modality {
            Modality::Finger => match finger::Template::from_bytes(&bytes) {
                Ok(t) => {
                    let position =
                        sample.finger.and_then(FingerPosition::finger).unwrap_or(FingerPosition::Unknown);
                    person.fingers.push((position, t));
                }
                Err(e) => faults.push(format!("sample {}: {e}", sample.ordinal)),
            },
            Modality::Iris => match iris::Template::from_bytes(&bytes) {
                Ok(t) => person.irises.push((sample.eye.unwrap_or(Eye::Unknown), t)),
                Err(e) => faults.push(format!("sample {}: {e}", sample.ordinal)),
            },
            Modality::Mark => {}
        }
    }
    (person, faults)
}
