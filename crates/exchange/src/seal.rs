//! The sealed encounter: signed by the station, encrypted to one hub, padded to a bucket.
//!
//! ```text
//! offset  bytes  field
//! 0       8      magic "RDGLENC" and the version, 1
//! 8       16     station id
//! 24      16     encounter id
//! 40      16     fingerprint of the hub's key that opens it
//! 56      32     HPKE encapsulated key
//! 88      n      ciphertext of the content, its tag included
//! 88 + n  64     Ed25519 signature of the station over all bytes before it
//! ```
//!
//! The first 56 bytes are bound into the encryption as associated data, so that nobody can put another station's
//! name on a ciphertext and sign it again. The content, before padding with zeros to a [`bucket`] size:
//!
//! ```text
//! 4       length of the manifest, big-endian
//! ...     manifest, JSON
//! ...     the attachments in the order of the manifest's items, whose lengths and digests bind them (S33)
//! ```
//!
//! The station holds no key that opens it: what lies in its outbox is closed to whoever takes it (S31).

use crate::{
    check::{self, PackageError},
    hybrid::{self, ENCAPSULATED_LENGTH, TAG_LENGTH},
    keys::{
        BadSignature, Context, Fingerprint, OpeningKey, SIGNATURE_LENGTH, SealingKey, Signature, SigningKey,
        VerifyingKey,
    },
    manifest::{MANIFEST_VERSION, Manifest, Package},
    padding::{self, bucket},
};
use model::{Digest, EncounterId, StationId};
use rand::CryptoRng;
use uuid::Uuid;
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"RDGLENC\x01";
const INFO: &[u8] = b"ridgeline sealed encounter 1";
const BOUND_LENGTH: usize = 56;
const HEADER_LENGTH: usize = BOUND_LENGTH + ENCAPSULATED_LENGTH;
const AROUND_CONTENT: usize = HEADER_LENGTH + TAG_LENGTH + SIGNATURE_LENGTH;
const LENGTH_FIELD: usize = 4;

/// The longest sealed encounter that a hub takes.
pub const MAX_SEALED_LENGTH: u64 = padding::LARGEST_BUCKET;

/// A sealed encounter, ready to be stored and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The container.
    pub bytes: Vec<u8>,
    /// Its digest: what receipts name and the next encounter's `previous` repeats.
    pub digest: Digest,
}

/// What stands in clear in front of a sealed encounter. Not to be believed before [`open`] has checked it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Who says to have sealed it.
    pub station: StationId,
    /// The encounter's id.
    pub encounter: EncounterId,
    /// The hub's key that opens it.
    pub sealed_to: Fingerprint,
}

/// Why a package was not sealed. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Manifest and attachments do not belong together, or break a limit.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Over [`MAX_SEALED_LENGTH`] in all.
    #[error("the encounter has {length} bytes; a hub takes {MAX_SEALED_LENGTH}")]
    TooLong {
        /// Bytes in all.
        length: u64,
    },
    /// The hub's key cannot be used.
    #[error("the hub's sealing key cannot be used")]
    Key,
}

/// Why a container was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Not a container at all, or of a version that this program does not know.
    #[error("not a sealed encounter of version 1")]
    NotSealed,
    /// A size that no sealed encounter has.
    #[error("{length} bytes is not a size that sealed encounters have")]
    Size {
        /// Bytes.
        length: u64,
    },
    /// The station is not known here.
    #[error("station {0} is not known")]
    UnknownStation(StationId),
    /// Changed on the way, or not by this station.
    #[error("the station's signature does not verify")]
    Signature(#[from] BadSignature),
    /// Sealed to another key.
    #[error("sealed to another hub's key, {0}")]
    OtherHub(Fingerprint),
    /// The signature is right but the content does not open.
    #[error("the content does not open with this hub's key")]
    Closed,
    /// The content is not laid out as it should be.
    #[error("the content is malformed: {0}")]
    Content(String),
    /// Manifest and container, or manifest and attachments, do not belong together, or a limit is broken.
    #[error(transparent)]
    Package(#[from] PackageError),
}

/// Seals a package: checks it, encrypts it to the hub, pads it and signs it.
pub fn seal(
    package: &Package,
    station: &SigningKey,
    hub: &SealingKey,
    rng: &mut impl CryptoRng,
) -> Result<Sealed, SealError> {
    check::package(package)?;
    let manifest = &package.manifest;
    let content = content(package)?;
    let mut bytes = Vec::with_capacity(content.len() + AROUND_CONTENT);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(manifest.station.uuid().as_bytes());
    bytes.extend_from_slice(manifest.encounter.uuid().as_bytes());
    bytes.extend_from_slice(hub.fingerprint().as_bytes());
    let (encapsulated, ciphertext) =
        hybrid::seal(hub, INFO, &bytes, &content, rng).map_err(|_| SealError::Key)?;
    bytes.extend_from_slice(&encapsulated);
    bytes.extend_from_slice(&ciphertext);
    let signature = station.sign(Context::Seal, &[&bytes]);
    bytes.extend_from_slice(signature.as_bytes());
    debug_assert!(padding::is_bucket(bytes.len() as u64), "sealed encounters fall in buckets");
    let digest = Digest::of(&bytes);
    Ok(Sealed { bytes, digest })
}

/// The padded content. The claim of protection must not show in the size (S9): `true` is one byte shorter than
/// `false`, so it is counted as if it were not.
fn content(package: &Package) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let manifest = serde_json::to_vec(&package.manifest).map_err(|_| PackageError::ManifestUnwritable)?;
    let manifest = Zeroizing::new(manifest);
    check::manifest_length(manifest.len() as u64)?;
    let attachments: u64 = package.attachments.iter().map(|bytes| bytes.len() as u64).sum();
    let plain = LENGTH_FIELD as u64 + manifest.len() as u64 + attachments;
    let counted = plain + u64::from(package.manifest.protection_claim) + AROUND_CONTENT as u64;
    let size = bucket(counted).ok_or(SealError::TooLong { length: counted })?;
    let padded = size as usize - AROUND_CONTENT;

    let mut content = Zeroizing::new(Vec::with_capacity(padded));
    content.extend_from_slice(&(manifest.len() as u32).to_be_bytes());
    content.extend_from_slice(&manifest);
    for attachment in &package.attachments {
        content.extend_from_slice(attachment);
    }
    content.resize(padded, 0);
    Ok(content)
}

/// Reads the clear header, without checking anything but the magic.
pub fn header(bytes: &[u8]) -> Result<Header, OpenError> {
    let id = |offset: usize| -> Result<[u8; 16], OpenError> {
        bytes.get(offset..offset + 16).and_then(|id| id.try_into().ok()).ok_or(OpenError::NotSealed)
    };
    if bytes.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
        return Err(OpenError::NotSealed);
    }
    Ok(Header {
        station: StationId::new(Uuid::from_bytes(id(8)?)),
        encounter: EncounterId::new(Uuid::from_bytes(id(24)?)),
        sealed_to: Fingerprint::from_bytes(id(40)?),
    })
}

/// Opens a container: size, station, signature, encryption, layout, manifest, attachments, in this order, so that
/// nothing is parsed before its origin is known.
///
/// `station_key` gives the verifying key of a station that may send, or none.
pub fn open(
    bytes: &[u8],
    hub: &OpeningKey,
    station_key: impl FnOnce(StationId) -> Option<VerifyingKey>,
) -> Result<Package, OpenError> {
    let header = header(bytes)?;
    let length = bytes.len() as u64;
    if !padding::is_bucket(length) {
        return Err(OpenError::Size { length });
    }
    let station = station_key(header.station).ok_or(OpenError::UnknownStation(header.station))?;
    let (signed, signature) = bytes.split_last_chunk::<SIGNATURE_LENGTH>().ok_or(OpenError::NotSealed)?;
    station.verify(Context::Seal, &[signed], &Signature::from_bytes(*signature))?;

    if header.sealed_to != hub.sealing_key().fingerprint() {
        return Err(OpenError::OtherHub(header.sealed_to));
    }
    let (bound, rest) = signed.split_at_checked(BOUND_LENGTH).ok_or(OpenError::NotSealed)?;
    let (encapsulated, ciphertext) =
        rest.split_at_checked(ENCAPSULATED_LENGTH).ok_or(OpenError::NotSealed)?;
    let content = hybrid::open(hub, INFO, bound, encapsulated, ciphertext).map_err(|_| OpenError::Closed)?;
    let package = unpack(&Zeroizing::new(content))?;

    if (package.manifest.station, package.manifest.encounter) != (header.station, header.encounter) {
        return Err(PackageError::OtherHeader.into());
    }
    check::package(&package)?;
    Ok(package)
}

/// The parser behind the cryptography, for tests and fuzzing: content to package, attachments not yet checked.
#[doc(hidden)]
pub fn unpack(content: &[u8]) -> Result<Package, OpenError> {
    let malformed = |what: &str| OpenError::Content(what.to_owned());
    let (length, rest) =
        content.split_first_chunk::<LENGTH_FIELD>().ok_or_else(|| malformed("no manifest length"))?;
    let length = u32::from_be_bytes(*length);
    check::manifest_length(length.into())?;
    let (manifest, mut rest) =
        rest.split_at_checked(length as usize).ok_or_else(|| malformed("manifest cut short"))?;
    let version: Version =
        serde_json::from_slice(manifest).map_err(|error| malformed(&format!("manifest: {error}")))?;
    if version.version != MANIFEST_VERSION {
        return Err(PackageError::ManifestVersion { version: version.version }.into());
    }
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|error| malformed(&format!("manifest: {error}")))?;
    check::item_count(manifest.items.len())?;
    let mut attachments = Vec::with_capacity(manifest.items.len());
    for item in &manifest.items {
        let length = usize::try_from(item.length).map_err(|_| malformed("attachment length"))?;
        let (attachment, after) =
            rest.split_at_checked(length).ok_or_else(|| malformed("attachment cut short"))?;
        attachments.push(attachment.to_vec());
        rest = after;
    }
    // One encounter has one form: bytes after the attachments could only hide something.
    if rest.iter().any(|&byte| byte != 0) {
        return Err(malformed("padding is not zero"));
    }
    Ok(Package { manifest, attachments })
}

/// The version alone, read first: a later version may have fields that this one would refuse less kindly.
#[derive(serde::Deserialize)]
struct Version {
    version: u16,
}
