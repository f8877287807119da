//! The sealed answer: to one station's key, signed by the hub, always of one size (S11).
//!
//! ```text
//! offset  bytes  field
//! 0       8      magic "RDGLANS" and the version, 1
//! 8       16     station id
//! 24      16     encounter id
//! 40      32     HPKE encapsulated key
//! 72      n      ciphertext: length (4, big-endian), answer as JSON, zeros; and its tag
//! 72 + n  64     Ed25519 signature of the hub over all bytes before it
//! ```

use crate::{
    answer::Answer,
    hybrid::{self, ENCAPSULATED_LENGTH, TAG_LENGTH},
    keys::{
        BadSignature, Context, OpeningKey, SIGNATURE_LENGTH, SealingKey, Signature, SigningKey, VerifyingKey,
    },
};
use model::{EncounterId, StationId};
use rand::CryptoRng;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The size of every sealed answer. Holds some 130 lists with their age; at 64 kbit/s it takes two seconds.
pub const SEALED_ANSWER_LENGTH: usize = 16 * 1024;

const MAGIC: &[u8; 8] = b"RDGLANS\x01";
const INFO: &[u8] = b"ridgeline sealed answer 1";
const BOUND_LENGTH: usize = 40;
const LENGTH_FIELD: usize = 4;
const CONTENT_LENGTH: usize =
    SEALED_ANSWER_LENGTH - BOUND_LENGTH - ENCAPSULATED_LENGTH - TAG_LENGTH - SIGNATURE_LENGTH;

/// The longest answer, in bytes of JSON.
pub const MAX_ANSWER_LENGTH: usize = CONTENT_LENGTH - LENGTH_FIELD;

/// Why an answer was not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerSealError {
    /// Over [`MAX_ANSWER_LENGTH`].
    #[error("the answer has {length} bytes; {MAX_ANSWER_LENGTH} fit into a message")]
    TooLong {
        /// Bytes of JSON.
        length: usize,
    },
    /// The answer cannot be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Unwritable,
    /// The station's key cannot be used.
    #[error("the station's sealing key cannot be used")]
    Key,
}

/// Why a sealed answer was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerOpenError {
    /// Not a sealed answer, or of another version or size.
    #[error("not a sealed answer of version 1")]
    NotSealed,
    /// For another station or encounter.
    #[error("an answer for another {0}")]
    Other(&'static str),
    /// Changed on the way, or not by this hub.
    #[error("the hub's signature does not verify")]
    Signature(#[from] BadSignature),
    /// Sealed to another key.
    #[error("the answer does not open with this station's key")]
    Closed,
    /// Not laid out as it should be.
    #[error("the answer is malformed: {0}")]
    Content(String),
}

/// Seals an answer for one station.
pub fn seal_answer(
    answer: &Answer,
    station: StationId,
    to: &SealingKey,
    hub: &SigningKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, AnswerSealError> {
    let json = Zeroizing::new(serde_json::to_vec(answer).map_err(|_| AnswerSealError::Unwritable)?);
    if json.len() > MAX_ANSWER_LENGTH {
        return Err(AnswerSealError::TooLong { length: json.len() });
    }
    let mut content = Zeroizing::new(Vec::with_capacity(CONTENT_LENGTH));
    content.extend_from_slice(&(json.len() as u32).to_be_bytes());
    content.extend_from_slice(&json);
    content.resize(CONTENT_LENGTH, 0);

    let mut bytes = Vec::with_capacity(SEALED_ANSWER_LENGTH);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(station.uuid().as_bytes());
    bytes.extend_from_slice(answer.encounter.uuid().as_bytes());
    let (encapsulated, ciphertext) =
        hybrid::seal(to, INFO, &bytes, &content, rng).map_err(|_| AnswerSealError::Key)?;
    bytes.extend_from_slice(&encapsulated);
    bytes.extend_from_slice(&ciphertext);
    let signature = hub.sign(Context::Answer, &[&bytes]);
    bytes.extend_from_slice(signature.as_bytes());
    debug_assert_eq!(bytes.len(), SEALED_ANSWER_LENGTH, "answers come in one size");
    Ok(bytes)
}

/// Opens an answer: the hub's signature first, then the encryption, then the content.
pub fn open_answer(
    bytes: &[u8],
    station: StationId,
    encounter: EncounterId,
    key: &OpeningKey,
    hub: &VerifyingKey,
) -> Result<Answer, AnswerOpenError> {
    let malformed = |what: &str| AnswerOpenError::Content(what.to_owned());
    if bytes.len() != SEALED_ANSWER_LENGTH || bytes.get(..MAGIC.len()) != Some(MAGIC.as_slice()) {
        return Err(AnswerOpenError::NotSealed);
    }
    let (signed, signature) =
        bytes.split_last_chunk::<SIGNATURE_LENGTH>().ok_or(AnswerOpenError::NotSealed)?;
    hub.verify(Context::Answer, &[signed], &Signature::from_bytes(*signature))?;
    let (bound, rest) = signed.split_at_checked(BOUND_LENGTH).ok_or(AnswerOpenError::NotSealed)?;
    let id = |offset: usize| {
        bound.get(offset..offset + 16).and_then(|id| Uuid::from_slice(id).ok()).unwrap_or_default()
    };
    if id(8) != station.uuid() {
        return Err(AnswerOpenError::Other("station"));
    }
    if id(24) != encounter.uuid() {
        return Err(AnswerOpenError::Other("encounter"));
    }
    let (encapsulated, ciphertext) =
        rest.split_at_checked(ENCAPSULATED_LENGTH).ok_or(AnswerOpenError::NotSealed)?;
    let content =
        hybrid::open(key, INFO, bound, encapsulated, ciphertext).map_err(|_| AnswerOpenError::Closed)?;
    let content = Zeroizing::new(content);
    let (length, rest) = content.split_first_chunk::<LENGTH_FIELD>().ok_or_else(|| malformed("no length"))?;
    let json =
        rest.get(..u32::from_be_bytes(*length) as usize).ok_or_else(|| malformed("length beyond the end"))?;
    let answer: Answer = serde_json::from_slice(json).map_err(|error| malformed(&error.to_string()))?;
    if answer.encounter != encounter {
        return Err(AnswerOpenError::Other("encounter"));
    }
    Ok(answer)
}
