//! What a station checks before it seals and a hub checks after it opens: the same function on both sides.
//!
//! [`package`] says whether manifest and attachments belong together and keep the limits. [`rules`] says whether
//! the encounter may be processed at all: purpose, authority, case, notice, age.

use crate::manifest::{AgeBand, Item, ItemKind, MANIFEST_VERSION, Manifest, Package};
use model::{Absence, Digest};

/// The longest manifest, in bytes of JSON. 64 items and 24 absences with texts stay under 40 KiB.
pub const MAX_MANIFEST_LENGTH: u64 = 128 * 1024;
/// The most attachments: 10 rolled and 4 flat prints, 10 single flats, 2 irises, marks; twice over.
pub const MAX_ITEMS: usize = 64;
/// The most absent positions: ten fingers, two thumbs again, three slaps, two eyes, with room.
pub const MAX_ABSENT: usize = 24;
/// The longest text field, in bytes: purpose, authority, case number, operator, names.
pub const MAX_TEXT_LENGTH: usize = 256;

/// Manifest and attachments do not belong together, or a limit is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// A manifest of another version.
    #[error("manifest version {version} is not known here, {MANIFEST_VERSION} is")]
    ManifestVersion {
        /// The version found.
        version: u16,
    },
    /// Over [`MAX_MANIFEST_LENGTH`].
    #[error("the manifest has {length} bytes; the limit is {MAX_MANIFEST_LENGTH}")]
    ManifestTooLong {
        /// Bytes.
        length: u64,
    },
    /// The manifest cannot be written as JSON.
    #[error("the manifest cannot be written as JSON")]
    ManifestUnwritable,
    /// Over [`MAX_ITEMS`].
    #[error("{count} items; the limit is {MAX_ITEMS}")]
    TooManyItems {
        /// Items.
        count: usize,
    },
    /// Over [`MAX_ABSENT`].
    #[error("{count} absent positions; the limit is {MAX_ABSENT}")]
    TooManyAbsent {
        /// Positions.
        count: usize,
    },
    /// Over [`MAX_TEXT_LENGTH`].
    #[error("field `{field}` has {length} bytes; the limit is {MAX_TEXT_LENGTH}")]
    TextTooLong {
        /// The manifest's field.
        field: &'static str,
        /// Bytes.
        length: usize,
    },
    /// As many attachments as items are needed.
    #[error("{items} items but {attachments} attachments")]
    Count {
        /// Items in the manifest.
        items: usize,
        /// Attachments.
        attachments: usize,
    },
    /// An attachment is not the one that the manifest describes: spliced or swapped (S33).
    #[error("attachment {index} is not the one that the manifest describes: {what} differs")]
    OtherAttachment {
        /// Counted from 0.
        index: usize,
        /// `length` or `digest`.
        what: &'static str,
    },
    /// The manifest names another station or encounter than the container around it.
    #[error("the manifest names another station or encounter than its container")]
    OtherHeader,
    /// The chain starts at sequence 1 without a predecessor and goes on with one.
    #[error("sequence {sequence} does not fit the presence of a previous digest")]
    Chain {
        /// The sequence found.
        sequence: u64,
    },
}

/// A rule that the encounter breaks: it may not be processed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRule {
    /// S3.
    #[error("no purpose is given")]
    NoPurpose,
    /// S3.
    #[error("no legal authority is given")]
    NoAuthority,
    /// S3.
    #[error("no case number is given")]
    NoCaseNumber,
    /// Every encounter names who captured it.
    #[error("no operator is given")]
    NoOperator,
    /// S16.
    #[error("no notice was shown or played before the capture")]
    NoNotice,
    /// S16: first the notice, then the capture.
    #[error("the notice is later than the capture")]
    NoticeAfterCapture,
    /// S12.
    #[error("biometrics of a child under six, or of unknown age in doubt")]
    UnderSix,
    /// S13.
    #[error("a child without an accompanying adult on record")]
    ChildUnaccompanied,
    /// Neither a sample nor a reason for its absence.
    #[error("neither a sample nor an absent position with its reason")]
    Empty,
    /// `other` asks for a text.
    #[error("absence `other` without a text")]
    AbsenceUnexplained,
    /// An absent position names a finger or an eye, one of the two.
    #[error("an absent position names neither or both of finger and eye")]
    AbsenceWithoutPosition,
}

impl BrokenRule {
    /// A stable name for programs, as in `problem+json`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPurpose => "no-purpose",
            Self::NoAuthority => "no-authority",
            Self::NoCaseNumber => "no-case-number",
            Self::NoOperator => "no-operator",
            Self::NoNotice => "no-notice",
            Self::NoticeAfterCapture => "notice-after-capture",
            Self::UnderSix => "under-six",
            Self::ChildUnaccompanied => "child-unaccompanied",
            Self::Empty => "empty",
            Self::AbsenceUnexplained => "absence-unexplained",
            Self::AbsenceWithoutPosition => "absence-without-position",
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::NoPurpose => "give the purpose that the agreement names, such as `border.entry`",
            Self::NoAuthority => "give the legal authority of the operator",
            Self::NoCaseNumber => "give the case number",
            Self::NoOperator => "give the operator's account",
            Self::NoNotice => {
                "show or play the notice in the person's language, then give its version and language"
            }
            Self::NoticeAfterCapture => {
                "give the notice before the capture; correct the station's clock if it was"
            }
            Self::UnderSix => {
                "do not send samples: send the encounter with every position absent, `under_age_limit`"
            }
            Self::ChildUnaccompanied => "record who accompanies the child, as a role and not a name",
            Self::Empty => "add a sample, or the absent positions with their reasons",
            Self::AbsenceUnexplained => "say in a note why the position is absent",
            Self::AbsenceWithoutPosition => "name one finger or one eye for each absent position",
        }
    }
}

impl Item {
    /// The item that describes these bytes. The name is cut to what a manifest may hold.
    pub fn describing(kind: ItemKind, name: &str, bytes: &[u8]) -> Self {
        let mut end = name.len().min(MAX_TEXT_LENGTH);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        let name = name.get(..end).unwrap_or_default().to_owned();
        Self { kind, name, length: bytes.len() as u64, digest: Digest::of(bytes) }
    }
}

/// Refuses a manifest that is too long to be read.
pub fn manifest_length(length: u64) -> Result<(), PackageError> {
    if length > MAX_MANIFEST_LENGTH { Err(PackageError::ManifestTooLong { length }) } else { Ok(()) }
}

/// Refuses too many items.
pub fn item_count(count: usize) -> Result<(), PackageError> {
    if count > MAX_ITEMS { Err(PackageError::TooManyItems { count }) } else { Ok(()) }
}

/// Whether manifest and attachments belong together and keep the limits.
pub fn package(package: &Package) -> Result<(), PackageError> {
    let Package { manifest, attachments } = package;
    limits(manifest)?;
    if manifest.items.len() != attachments.len() {
        return Err(PackageError::Count { items: manifest.items.len(), attachments: attachments.len() });
    }
    for (index, (item, bytes)) in manifest.items.iter().zip(attachments).enumerate() {
        if item.length != bytes.len() as u64 {
            return Err(PackageError::OtherAttachment { index, what: "length" });
        }
        if item.digest != Digest::of(bytes) {
            return Err(PackageError::OtherAttachment { index, what: "digest" });
        }
    }
    Ok(())
}

fn limits(manifest: &Manifest) -> Result<(), PackageError> {
    if manifest.version != MANIFEST_VERSION {
        return Err(PackageError::ManifestVersion { version: manifest.version });
    }
    let sequence = manifest.sequence;
    if sequence == 0 || (sequence == 1) != manifest.previous.is_none() {
        return Err(PackageError::Chain { sequence });
    }
    item_count(manifest.items.len())?;
    if manifest.absent.len() > MAX_ABSENT {
        return Err(PackageError::TooManyAbsent { count: manifest.absent.len() });
    }
    let texts = [
        ("purpose", Some(&manifest.purpose)),
        ("authority", Some(&manifest.authority)),
        ("case_number", Some(&manifest.case_number)),
        ("operator", Some(&manifest.operator)),
        ("notice.version", Some(&manifest.notice.version)),
        ("notice.language", Some(&manifest.notice.language)),
        ("accompanied_by", manifest.accompanied_by.as_ref()),
        ("nationality", manifest.nationality.as_ref()),
    ];
    let names = manifest.items.iter().map(|item| ("items.name", Some(&item.name)));
    let notes = manifest.absent.iter().map(|absent| ("absent.note", absent.note.as_ref()));
    for (field, text) in texts.into_iter().chain(names).chain(notes) {
        if let Some(text) = text.filter(|text| text.len() > MAX_TEXT_LENGTH) {
            return Err(PackageError::TextTooLong { field, length: text.len() });
        }
    }
    Ok(())
}

/// Every rule that the manifest breaks; none for an encounter that may be processed.
pub fn rules(manifest: &Manifest) -> Vec<BrokenRule> {
    let blank = |text: &str| text.trim().is_empty();
    let unexplained = |note: &Option<String>| note.as_deref().is_none_or(blank);
    let child = matches!(manifest.age, AgeBand::SixToThirteen | AgeBand::FourteenToSeventeen);
    let conditions = [
        (blank(&manifest.purpose), BrokenRule::NoPurpose),
        (blank(&manifest.authority), BrokenRule::NoAuthority),
        (blank(&manifest.case_number), BrokenRule::NoCaseNumber),
        (blank(&manifest.operator), BrokenRule::NoOperator),
        (blank(&manifest.notice.version) || blank(&manifest.notice.language), BrokenRule::NoNotice),
        (manifest.notice.given_at > manifest.captured_at, BrokenRule::NoticeAfterCapture),
        (manifest.age == AgeBand::UnderSix && !manifest.items.is_empty(), BrokenRule::UnderSix),
        (child && manifest.accompanied_by.as_deref().is_none_or(blank), BrokenRule::ChildUnaccompanied),
        (manifest.items.is_empty() && manifest.absent.is_empty(), BrokenRule::Empty),
        (
            manifest.absent.iter().any(|at| at.reason == Absence::Other && unexplained(&at.note)),
            BrokenRule::AbsenceUnexplained,
        ),
        (
            manifest.absent.iter().any(|at| at.finger.is_some() == at.eye.is_some()),
            BrokenRule::AbsenceWithoutPosition,
        ),
    ];
    conditions.into_iter().filter_map(|(broken, rule)| broken.then_some(rule)).collect()
}
