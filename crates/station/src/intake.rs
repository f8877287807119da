//! Files to samples: an ANSI/NIST transaction, or a folder of images with a `manifest.toml`.
//!
//! ```toml
//! purpose = "border.entry"         # any of the particulars; the command line wins over them
//! case = "2026-000123"
//! age = "adult"                    # under_six, six_to_thirteen, fourteen_to_seventeen, adult
//!
//! [[image]]
//! file = "right-index.png"         # a file of this folder
//! finger = 2                       # FGP code, or a name: "right index", "plain left four fingers"
//! ppi = 500                        # only where the file does not say it, or says it wrongly
//!
//! [[image]]
//! file = "left-eye.png"
//! eye = "left"
//!
//! [[image]]
//! file = "forearm.jpg"
//! mark = true                      # stored and shown to examiners, never searched
//!
//! [[image]]
//! file = "card.an2"
//! transaction = true
//!
//! [[absent]]
//! finger = 3                       # or eye = "right"
//! reason = "amputated"             # or an AMP code: XX, UP, SR
//! note = "..."                     # for "other"
//! ```

use crate::{Draft, Particulars, Sample, StationError};
use exchange::{
    ItemKind,
    check::{MAX_ABSENT, MAX_ITEMS},
    manifest::AbsentPosition,
    seal::MAX_SEALED_LENGTH,
};
use jiff::Timestamp;
use model::{Absence, Eye, FingerPosition};
use serde::Deserialize;
use std::{fs::File, io::Read as _, path::Path};

/// Name of a folder's manifest.
pub const FOLDER_MANIFEST: &str = "manifest.toml";
/// The longest `manifest.toml`: 64 images and 24 absences with texts stay under 32 KiB.
pub const MAX_FOLDER_MANIFEST_LENGTH: u64 = 256 * 1024;
/// The longest sample: one alone must fit into a sealed encounter.
pub const MAX_SAMPLE_LENGTH: u64 = MAX_SEALED_LENGTH;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FolderManifest {
    #[serde(default)]
    image: Vec<Image>,
    #[serde(default)]
    absent: Vec<Absent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Image {
    file: String,
    finger: Option<FingerName>,
    ppi: Option<u16>,
    eye: Option<Eye>,
    #[serde(default)]
    mark: bool,
    #[serde(default)]
    transaction: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    finger: Option<FingerName>,
    eye: Option<Eye>,
    reason: String,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FingerName {
    Code(u8),
    Name(String),
}

/// Reads one encounter from a transaction or a folder. What `given` says wins over the folder's manifest, and that
/// over `defaults`.
pub fn read(
    path: &Path,
    given: Particulars,
    defaults: Particulars,
    now: Timestamp,
) -> Result<Draft, StationError> {
    let (said, samples, absent) = contents(path)?;
    Draft::new(&path.display().to_string(), given.or(said).or(defaults), samples, absent, now)
}

/// The samples of a transaction or a folder, whatever they are for.
pub fn samples(path: &Path) -> Result<Vec<Sample>, StationError> {
    contents(path).map(|(_, samples, _)| samples)
}

fn contents(path: &Path) -> Result<Contents, StationError> {
    let name = path.display().to_string();
    let metadata = path.metadata().map_err(|error| cannot_read(&name, &error))?;
    if metadata.is_dir() {
        folder(path)
    } else {
        Ok((Particulars::default(), vec![transaction(path)?], vec![]))
    }
}

fn cannot_read(name: &str, error: &std::io::Error) -> StationError {
    StationError::input(format!("{name} cannot be read: {error}."), "Check the path and the rights.")
}

fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, StationError> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|error| cannot_read(&name, &error))?;
    if bytes.len() as u64 > limit {
        let what = format!("{name} is longer than {limit} bytes.");
        return Err(StationError::input(what, "Split it, or compress the images."));
    }
    Ok(bytes)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn transaction(path: &Path) -> Result<Sample, StationError> {
    let bytes = read_limited(path, MAX_SAMPLE_LENGTH)?;
    // Traditional encoding: the first field is 1.001, its length; older writers leave out zeros.
    if ![b"1.001:".as_slice(), b"1.01:", b"1.1:"].iter().any(|start| bytes.starts_with(start)) {
        return Err(StationError::input(
            format!("{} is neither a folder nor an ANSI/NIST transaction.", path.display()),
            format!("For single images, put them into a folder with a {FOLDER_MANIFEST}."),
        ));
    }
    Ok(Sample { kind: ItemKind::Transaction, name: file_name(path), bytes })
}

type Contents = (Particulars, Vec<Sample>, Vec<AbsentPosition>);

fn folder(path: &Path) -> Result<Contents, StationError> {
    let at = path.join(FOLDER_MANIFEST);
    if !at.is_file() {
        return Err(StationError::input(
            format!("{} holds no {FOLDER_MANIFEST}.", path.display()),
            "Write one that names each image and its position; `ridgeline station send --help` shows how.",
        ));
    }
    let text = read_limited(&at, MAX_FOLDER_MANIFEST_LENGTH)?;
    let (said, manifest) = parse(&text).map_err(|why| {
        StationError::input(format!("{}: {}.", at.display(), why.trim_end()), "Correct it and repeat.")
    })?;
    let wrong =
        |what: String| StationError::input(format!("{}: {what}.", at.display()), "Correct it and repeat.");
    if manifest.image.len() > MAX_ITEMS || manifest.absent.len() > MAX_ABSENT {
        return Err(wrong(format!("more than {MAX_ITEMS} images or {MAX_ABSENT} absences")));
    }
    let mut samples = Vec::with_capacity(manifest.image.len());
    for image in manifest.image {
        let kind = image.kind().map_err(&wrong)?;
        let plain = Path::new(&image.file).file_name().is_some_and(|name| name == image.file.as_str());
        if !plain {
            return Err(wrong(format!("{:?} is not the name of a file in this folder", image.file)));
        }
        let bytes = read_limited(&path.join(&image.file), MAX_SAMPLE_LENGTH)?;
        samples.push(Sample { kind, name: image.file, bytes });
    }
    let absent =
        manifest.absent.into_iter().map(Absent::position).collect::<Result<_, _>>().map_err(wrong)?;
    Ok((said, samples, absent))
}

/// Splits the document in two, so that both halves can refuse fields that they do not know.
fn parse(text: &[u8]) -> Result<(Particulars, FolderManifest), String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut lists = toml::Table::new();
    for name in ["image", "absent"] {
        if let Some(list) = table.remove(name) {
            lists.insert(name.into(), list);
        }
    }
    let manifest = lists.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    let said = table.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    Ok((said, manifest))
}

impl Image {
    fn kind(&self) -> Result<ItemKind, String> {
        let finger = self.finger.as_ref().map(FingerName::position).transpose()?;
        let kinds = [
            finger.map(|position| ItemKind::Finger { position, ppi: self.ppi }),
            self.eye.map(|eye| ItemKind::Iris { eye }),
            self.mark.then_some(ItemKind::Mark),
            self.transaction.then_some(ItemKind::Transaction),
        ];
        let mut kinds = kinds.into_iter().flatten();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => Ok(kind),
            _ => Err(format!("{:?} needs one of `finger`, `eye`, `mark` and `transaction`", self.file)),
        }
    }
}

impl Absent {
    fn position(self) -> Result<AbsentPosition, String> {
        let finger = self.finger.as_ref().map(FingerName::position).transpose()?;
        let reason = match self.reason.as_str() {
            "XX" => Absence::Amputated,
            "UP" => Absence::UnableToPrint,
            "SR" => Absence::Scarred,
            name => toml::Value::String(name.to_owned())
                .try_into()
                .map_err(|_| format!("{name:?} is not a reason for an absence"))?,
        };
        Ok(AbsentPosition { finger, eye: self.eye, reason, note: self.note })
    }
}

impl FingerName {
    fn position(&self) -> Result<FingerPosition, String> {
        match self {
            Self::Code(code) => FingerPosition::try_from(*code),
            Self::Name(name) => {
                let plain = name.trim().to_lowercase().replace(['-', '_'], " ");
                (0..=u8::MAX)
                    .map_while(FingerPosition::from_code)
                    .find(|position| position.to_string() == plain)
                    .ok_or_else(|| format!("{name:?} is not a finger position"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &str) -> Result<Vec<ItemKind>, String> {
        let (_, manifest) = parse(text.as_bytes())?;
        manifest.image.iter().map(Image::kind).collect()
    }

    #[test]
    fn reads_every_kind() {
        let text = "case = 'x'\n[[image]]\nfile='a'\nfinger=2\nppi=500\n[[image]]\nfile='b'\nfinger='plain-left_four fingers'\n\
                    [[image]]\nfile='c'\neye='left'\n[[image]]\nfile='d'\nmark=true\n[[image]]\nfile='e'\ntransaction=true\n";
        let expected = [
            ItemKind::Finger { position: FingerPosition::RightIndex, ppi: Some(500) },
            ItemKind::Finger { position: FingerPosition::PlainLeftFour, ppi: None },
            ItemKind::Iris { eye: Eye::Left },
            ItemKind::Mark,
            ItemKind::Transaction,
        ];
        assert_eq!(kinds(text).unwrap(), expected);
    }

    #[test]
    fn refuses_with_a_reason() {
        for (text, reason) in [
            ("[[image]]\nfile='a'", "needs one of"),
            ("[[image]]\nfile='a'\nfinger=2\nmark=true", "needs one of"),
            ("[[image]]\nfile='a'\nfinger=16", "16 is not one of"),
            ("[[image]]\nfile='a'\nfinger='nose'", "not a finger position"),
            ("[[image]]\nfile='a'\nface=true", "unknown field"),
            ("risk = 7", "unknown field"),
            ("=", "TOML parse error"),
        ] {
            let found = kinds(text).unwrap_err();
            assert!(found.contains(reason), "{text:?}: {found}");
        }
    }

    #[test]
    fn absences_by_name_and_by_code() {
        let check = |reason: &str, expected: Option<Absence>| {
            let absent =
                Absent { finger: Some(FingerName::Code(3)), eye: None, reason: reason.into(), note: None };
            assert_eq!(absent.position().ok().map(|at| at.reason), expected, "{reason}");
        };
        check("XX", Some(Absence::Amputated));
        check("UP", Some(Absence::UnableToPrint));
        check("SR", Some(Absence::Scarred));
        check("lens_not_removed", Some(Absence::LensNotRemoved));
        check("bored", None);
    }

    proptest! {
        #[test]
        fn any_text_gives_an_error_or_a_manifest(text in "\\PC{0,200}") {
            let _ = kinds(&text);
        }
    }
}
