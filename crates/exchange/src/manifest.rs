//! The manifest of an encounter: what the station says about what it sends.

use jiff::Timestamp;
pub use model::AgeBand;
use model::{Absence, Digest, EncounterId, Eye, FingerPosition, StationId};
use serde::{Deserialize, Serialize};

/// Version of the manifest's shape; a hub refuses one that it does not know.
pub const MANIFEST_VERSION: u16 = 1;

/// An encounter as one station sends it. Everything a hub needs to know without looking into the samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`].
    pub version: u16,
    /// Made by the station, UUID version 7.
    pub encounter: EncounterId,
    /// Who captured it.
    pub station: StationId,
    /// 1 for the station's first encounter, then one more each time.
    pub sequence: u64,
    /// Digest of the sealed bytes of the station's last encounter; none for the first.
    pub previous: Option<Digest>,
    /// When the capture ended, by the station's clock.
    pub captured_at: Timestamp,
    /// Why: a purpose named in the agreement, such as `border.entry`.
    pub purpose: String,
    /// The legal authority of the operator.
    pub authority: String,
    /// Case number.
    pub case_number: String,
    /// The operator's account at the station.
    pub operator: String,
    /// Whether the encounter may be kept after the answer.
    pub retention: RetentionAsked,
    /// Age band of the person.
    pub age: AgeBand,
    /// What was told to the person, before capture. Without it a hub refuses the encounter (S16).
    pub notice: Notice,
    /// For a child: who accompanied (a role, not a name).
    pub accompanied_by: Option<String>,
    /// A claim of protection was made: never leaves the first hub, never changes a message (S9).
    #[serde(default)]
    pub protection_claim: bool,
    /// ISO 3166-1 alpha-3 nationality as declared; may only narrow sharing (S6, S10).
    pub nationality: Option<String>,
    /// The samples, in the order of the attachments.
    pub items: Vec<Item>,
    /// Positions that were not captured, with the reason.
    pub absent: Vec<AbsentPosition>,
    /// Training encounters never touch a list.
    #[serde(default)]
    pub training: bool,
}

/// Whether the encounter may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionAsked {
    /// Keep as the agreement says.
    Keep,
    /// Search, answer, leave nothing (S4).
    SearchOnly,
}

/// The notice that was shown or played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Version of the text.
    pub version: String,
    /// BCP 47 language tag, the person's.
    pub language: String,
    /// When.
    pub given_at: Timestamp,
}

/// One attachment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// A name for people: the file's name without a path.
    pub name: String,
    /// Bytes.
    pub length: u64,
    /// Digest of the bytes.
    pub digest: Digest,
}

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ItemKind {
    /// An ANSI/NIST-ITL transaction; its records say the rest.
    Transaction,
    /// A finger or slap image in any format that `raster` reads.
    Finger {
        /// FGP code.
        position: FingerPosition,
        /// Resolution, where the file does not say it or says it wrongly.
        ppi: Option<u16>,
    },
    /// A near-infrared eye image.
    Iris {
        /// Which eye.
        eye: Eye,
    },
    /// A photograph of a scar, mark or tattoo: stored and shown, never searched.
    Mark,
}

/// A position without a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbsentPosition {
    /// A finger, if it is one.
    pub finger: Option<FingerPosition>,
    /// An eye, if it is one.
    pub eye: Option<Eye>,
    /// Why.
    pub reason: Absence,
    /// The text for [`Absence::Other`].
    pub note: Option<String>,
}

/// A manifest with its attachments: what is sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// What the station says.
    pub manifest: Manifest,
    /// One for each item, in the same order.
    pub attachments: Vec<Vec<u8>>,
}
