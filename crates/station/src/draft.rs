//! An encounter before it is sealed: samples and what is said about them.

use crate::StationError;
use exchange::{
    Item, ItemKind, Manifest, Package,
    check::{self, BrokenRule},
    manifest::{AbsentPosition, MANIFEST_VERSION, Notice, RetentionAsked},
};
use jiff::Timestamp;
use model::{AgeBand, Digest, EncounterId, StationId};
use serde::{Deserialize, Serialize};

/// What is said about an encounter, as far as one source says it: the command line, a folder's `manifest.toml`, or
/// the station's defaults in `station.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Particulars {
    /// Purpose named in the agreement, such as `border.entry`.
    pub purpose: Option<String>,
    /// Legal authority of the operator.
    pub authority: Option<String>,
    /// Case number.
    pub case: Option<String>,
    /// The operator's account.
    pub operator: Option<String>,
    /// Age band.
    pub age: Option<AgeBand>,
    /// Version of the notice that was shown or played.
    pub notice: Option<String>,
    /// BCP 47 tag of the language of the notice.
    pub language: Option<String>,
    /// When the notice was given; else when the encounter was queued.
    pub notice_at: Option<Timestamp>,
    /// When the capture ended; else when the encounter was queued.
    pub captured_at: Option<Timestamp>,
    /// For a child: who accompanies, as a role.
    pub accompanied_by: Option<String>,
    /// Whether the encounter may be kept.
    pub retention: Option<RetentionAsked>,
    /// ISO 3166-1 alpha-3, as declared.
    pub nationality: Option<String>,
    /// A claim of protection was made.
    pub protection_claim: Option<bool>,
    /// Touches no list.
    pub training: Option<bool>,
    /// Tells apart two encounters with the same samples; stays at the station.
    pub reference: Option<String>,
}

impl Particulars {
    /// Fills what is missing from another source.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            purpose: self.purpose.or(other.purpose),
            authority: self.authority.or(other.authority),
            case: self.case.or(other.case),
            operator: self.operator.or(other.operator),
            age: self.age.or(other.age),
            notice: self.notice.or(other.notice),
            language: self.language.or(other.language),
            notice_at: self.notice_at.or(other.notice_at),
            captured_at: self.captured_at.or(other.captured_at),
            accompanied_by: self.accompanied_by.or(other.accompanied_by),
            retention: self.retention.or(other.retention),
            nationality: self.nationality.or(other.nationality),
            protection_claim: self.protection_claim.or(other.protection_claim),
            training: self.training.or(other.training),
            reference: self.reference.or(other.reference),
        }
    }
}

/// One sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What it is.
    pub kind: ItemKind,
    /// A name for people.
    pub name: String,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

/// An encounter that keeps every rule and waits to be sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    particulars: Particulars,
    age: AgeBand,
    samples: Vec<Sample>,
    absent: Vec<AbsentPosition>,
}

impl Draft {
    /// Checks what the hub will check, so that a mistake shows while the person is still there.
    pub fn new(
        name: &str,
        particulars: Particulars,
        samples: Vec<Sample>,
        absent: Vec<AbsentPosition>,
        now: Timestamp,
    ) -> Result<Self, StationError> {
        // Unknown and in doubt counts as under six (S12); here it was only forgotten, so it is asked for.
        let age = particulars.age;
        let draft = Self { particulars, age: age.unwrap_or(AgeBand::Adult), samples, absent };
        let package = draft.package(
            StationId::new(uuid::Uuid::nil()),
            EncounterId::new(uuid::Uuid::nil()),
            1,
            None,
            now,
        );
        let broken = check::rules(&package.manifest);
        let mut remedies: Vec<String> =
            broken.iter().map(|rule| format!("{}{}", rule.remedy(), option(*rule))).collect();
        let mut reasons: Vec<String> = broken.iter().map(BrokenRule::to_string).collect();
        if age.is_none() {
            reasons.push("no age band is given".into());
            remedies.push(
                "give the age band; unknown and in doubt is under six (--age under-six|6-13|14-17|adult)"
                    .into(),
            );
        }
        if !reasons.is_empty() {
            return Err(StationError::input(
                format!("{name} cannot be sent: {}.", reasons.join("; ")),
                format!("To go on: {}.", remedies.join("; ")),
            ));
        }
        check::package(&package).map_err(|error| {
            StationError::input(format!("{name} cannot be sent: {error}."), "Split it, or shorten the text.")
        })?;
        Ok(draft)
    }

    /// How many samples.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// A digest of all that makes this encounter this one: samples and particulars, without the times that default to
    /// now. The same command repeated gives the same digest.
    pub fn inputs(&self) -> Digest {
        let particulars = serde_json::to_vec(&self.particulars).unwrap_or_default();
        let absent = serde_json::to_vec(&self.absent).unwrap_or_default();
        let samples: Vec<Item> = self.samples.iter().map(Sample::item).collect();
        let samples = serde_json::to_vec(&samples).unwrap_or_default();
        let parts = [particulars, absent, samples];
        let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let mut pieces: Vec<&[u8]> = lengths.iter().map(<[u8; 8]>::as_slice).collect();
        pieces.extend(parts.iter().map(Vec::as_slice));
        Digest::of_parts(&pieces)
    }

    /// The package to be sealed at this place of the chain.
    pub fn package(
        &self,
        station: StationId,
        encounter: EncounterId,
        sequence: u64,
        previous: Option<Digest>,
        now: Timestamp,
    ) -> Package {
        let said = &self.particulars;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let captured_at = said.captured_at.unwrap_or(now);
        let manifest = Manifest {
            version: MANIFEST_VERSION,
            encounter,
            station,
            sequence,
            previous,
            captured_at,
            purpose: text(&said.purpose),
            authority: text(&said.authority),
            case_number: text(&said.case),
            operator: text(&said.operator),
            retention: said.retention.unwrap_or(RetentionAsked::Keep),
            age: self.age,
            notice: Notice {
                version: text(&said.notice),
                language: text(&said.language),
                given_at: said.notice_at.unwrap_or(captured_at),
            },
            accompanied_by: said.accompanied_by.clone(),
            protection_claim: said.protection_claim.unwrap_or(false),
            nationality: said.nationality.clone(),
            items: self.samples.iter().map(Sample::item).collect(),
            absent: self.absent.clone(),
            training: said.training.unwrap_or(false),
        };
        let attachments = self.samples.iter().map(|sample| sample.bytes.clone()).collect();
        Package { manifest, attachments }
    }
}

impl Sample {
    fn item(&self) -> Item {
        Item::describing(self.kind, &self.name, &self.bytes)
    }
}

/// The option of the command line that mends a broken rule.
const fn option(rule: BrokenRule) -> &'static str {
    match rule {
        BrokenRule::NoPurpose => " (--purpose)",
        BrokenRule::NoAuthority => " (--authority)",
        BrokenRule::NoCaseNumber => " (--case)",
        BrokenRule::NoOperator => " (--operator)",
        BrokenRule::NoNotice => " (--notice and --language)",
        BrokenRule::ChildUnaccompanied => " (--accompanied-by)",
        _ => "",
    }
}
