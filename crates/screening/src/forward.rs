//! What a partner hub is sent: the images that the agreement allows, and nothing about the person but the age
//! band. Transactions are not forwarded as they are: they hold names, faces and marks.

use crate::Sample;
use exchange::manifest::{AbsentPosition, Item, ItemKind, MANIFEST_VERSION, Manifest, Package};
use model::{Absence, Digest, Eye, Modality, StationId};

/// Our place in the chain that the partner keeps of what we send.
#[derive(Debug, Clone, Copy)]
pub struct Chain {
    /// Our station id at the partner.
    pub station: StationId,
    /// Running number.
    pub sequence: u64,
    /// Digest of what was last sealed for it.
    pub previous: Option<Digest>,
}

/// Makes the package. `original` gives a sample's original bytes.
///
/// **Invariant:** the result is the same whatever `protection_claim` and `nationality` say (S9).
pub fn package(
    manifest: &Manifest,
    samples: &[Sample],
    modalities: &[Modality],
    chain: Chain,
    original: impl Fn(&Sample) -> Option<Vec<u8>>,
) -> Package {
    let mut items = Vec::new();
    let mut attachments = Vec::new();
    for sample in samples {
        if sample.modality == Modality::Mark || !modalities.contains(&sample.modality) {
            continue;
        }
        let kind = match sample.modality {
            Modality::Finger => ItemKind::Finger {
                position: sample.finger.unwrap_or(model::FingerPosition::Unknown),
                ppi: sample.ppi.map(|p| p.round() as u16),
            },
            Modality::Iris => ItemKind::Iris { eye: sample.eye.unwrap_or(Eye::Unknown) },
            Modality::Mark => continue,
        };
        let Some(bytes) = original(sample) else { continue };
        // File names may hold a person's name: the partner gets a number instead.
        items.push(Item::describing(kind, &format!("image {}", sample.ordinal), &bytes));
        attachments.push(bytes);
    }
    // S15: a refusal is not shared; the position is simply not there.
    let absent: Vec<AbsentPosition> = manifest
        .absent
        .iter()
        .filter(|a| a.reason != Absence::Refused)
        .map(|a| AbsentPosition { note: a.note.as_ref().map(|_| "not shared".to_owned()), ..a.clone() })
        .collect();
    Package {
        manifest: Manifest {
            version: MANIFEST_VERSION,
            encounter: manifest.encounter,
            station: chain.station,
            sequence: chain.sequence,
            previous: chain.previous,
            captured_at: manifest.captured_at,
            purpose: manifest.purpose.clone(),
            authority: manifest.authority.clone(),
            case_number: manifest.case_number.clone(),
            operator: "hub".to_owned(),
            retention: manifest.retention,
            age: manifest.age,
            notice: manifest.notice.clone(),
            accompanied_by: manifest.accompanied_by.as_ref().map(|_| "recorded".to_owned()),
            protection_claim: false,
            nationality: None,
            items,
            absent,
            training: manifest.training,
        },
        attachments,
    }
}
