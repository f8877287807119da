//! What one image of an encounter or a list entry became.

use model::{Eye, FingerPosition, Modality};
use serde::{Deserialize, Serialize};

/// One image: where it came from, where its bytes are, what was measured. Holds no pixels itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Running number within its holder, from 0.
    pub ordinal: u16,
    /// Kind of characteristic.
    pub modality: Modality,
    /// Finger or slap position; `Unknown` where the file does not say it.
    pub finger: Option<FingerPosition>,
    /// Which eye.
    pub eye: Option<Eye>,
    /// For people: file, record and type.
    pub source: String,
    /// The slap that this finger was cut from.
    pub cut_from: Option<u16>,
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Resolution, where known.
    pub ppi: Option<f64>,
    /// Name of the blob with the original bytes of this image; none for a finger cut from a slap.
    pub original: Option<String>,
    /// Name of the blob with the grey PNG.
    pub grey: Option<String>,
    /// Name of the blob with the template.
    pub template: Option<String>,
    /// Quality, 0 to 100.
    pub quality: Option<u8>,
    /// What would have made it better, as stable names such as `dry`.
    #[serde(default)]
    pub advice: Vec<String>,
    /// Why there is no template, in words.
    pub refusal: Option<String>,
    /// What speaks against its position, in words: the same finger under another name, swapped hands.
    #[serde(default)]
    pub findings: Vec<String>,
    /// The same, for programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<Repeat>,
    /// Number of minutiae, for fingers with a template.
    pub minutiae: Option<u16>,
}

/// The same finger was found under another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// What it is called there.
    pub other: FingerPosition,
    /// Whether it is one of several fingers that changed sides.
    pub hands_swapped: bool,
}

/// Bytes to be kept with a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Artefact {
    /// Blob name.
    pub name: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

/// A stored artefact that cannot be read back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("sample {ordinal}: {what}")]
pub struct SampleError {
    /// Which sample.
    pub ordinal: u16,
    /// What is wrong.
    pub what: String,
}

impl Sample {
    /// Whether it is a single finger or an eye, so that a template can be made of it.
    pub fn is_single(&self) -> bool {
        match self.modality {
            Modality::Finger => self.finger.is_some_and(|f| !f.is_slap()),
            Modality::Iris => true,
            Modality::Mark => false,
        }
    }

    pub(crate) fn blob(ordinal: u16, what: &str) -> String {
        format!("sample/{ordinal}/{what}")
    }
}

/// A lossless picture for examiners' screens and for the next stage.
pub(crate) fn png(ordinal: u16, image: &raster::GreyImage) -> Result<Artefact, SampleError> {
    let bytes = raster::encode_png(image)
        .map_err(|e| SampleError { ordinal, what: format!("cannot keep its picture: {e}") })?;
    Ok(Artefact { name: Sample::blob(ordinal, "grey.png"), bytes })
}
