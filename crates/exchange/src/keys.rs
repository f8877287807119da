//! Keys: Ed25519 to sign with (RFC 8032), X25519 to seal to (RFC 9180 with DHKEM(X25519)).
//!
//! Every key has a text form that says what it is, so that a secret never passes for a public key and a
//! signing key never for a sealing key: `ed25519:...`, `ed25519-secret:...`, `x25519:...`,
//! `x25519-secret:...`, followed by 32 bytes in unpadded base64url. Secrets are wiped from memory when dropped
//! and are never shown by `Debug`. Randomness is passed in.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::Signer as _;
use hpke::{Deserializable as _, Kem as _, Serializable as _};
use model::Digest;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use zeroize::{Zeroize as _, Zeroizing};

/// Length in bytes of every key here.
pub const KEY_LENGTH: usize = 32;
/// Length of a signature in bytes.
pub const SIGNATURE_LENGTH: usize = 64;

pub(crate) type Kem = hpke::kem::X25519HkdfSha256;

/// Why a text is not the key or signature that it should be. The text itself is not repeated: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Another kind of key, or no key at all.
    #[error("expected a text that begins with `{expected}`")]
    Kind {
        /// The beginning that was expected.
        expected: &'static str,
    },
    /// Not base64url of the right length.
    #[error("expected {expected} bytes in base64url without padding")]
    Bytes {
        /// How many bytes belong here.
        expected: usize,
    },
    /// The right length, but not a point that can be used.
    #[error("these bytes are not a usable public key")]
    Point,
}

/// A signature does not belong to the message and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

/// What a signature is for. It is signed along, so that a signature made for one use is worthless for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// A sealed encounter.
    Seal,
    /// A hub's receipt.
    Receipt,
    /// A hub's word that it deleted an encounter.
    Deletion,
    /// A hub's answer to a station.
    Answer,
    /// An HTTP request.
    Request,
    /// Proof that an enrolling station holds its key.
    Enrolment,
    /// A checkpoint of the audit ledger.
    Checkpoint,
    /// An agreement between agencies.
    Agreement,
    /// The order to destroy what hubs know.
    Evacuation,
    /// A list entry as it was approved.
    ListEntry,
    /// A private name that a station gives to its inputs (never leaves the station).
    Inputs,
}

impl Context {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Seal => b"ridgeline/seal/1\0",
            Self::Receipt => b"ridgeline/receipt/1\0",
            Self::Deletion => b"ridgeline/deletion/1\0",
            Self::Answer => b"ridgeline/answer/1\0",
            Self::Request => b"ridgeline/request/1\0",
            Self::Enrolment => b"ridgeline/enrolment/1\0",
            Self::Checkpoint => b"ridgeline/checkpoint/1\0",
            Self::Agreement => b"ridgeline/agreement/1\0",
            Self::Evacuation => b"ridgeline/evacuation/1\0",
            Self::ListEntry => b"ridgeline/list-entry/1\0",
            Self::Inputs => b"ridgeline/inputs/1\0",
        }
    }

    fn message(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut message = self.label().to_vec();
        for part in parts {
            message.extend_from_slice(part);
        }
        message
    }
}

/// A secret key that signs. Stations and hubs have one each.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The public half of a [`SigningKey`].
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

/// A secret key that opens what was sealed to its [`SealingKey`].
pub struct OpeningKey(<Kem as hpke::Kem>::PrivateKey);

/// A public key that one seals to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SealingKey([u8; KEY_LENGTH]);

/// An Ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Signature([u8; SIGNATURE_LENGTH]);

/// The short name of a public key: 16 bytes of its digest, for people in groups of four digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl SigningKey {
    const PREFIX: &'static str = "ed25519-secret:";

    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = [0; KEY_LENGTH];
        rng.fill_bytes(&mut seed);
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        seed.zeroize();
        Self(key)
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs the parts, as if they stood one after the other, for one use.
    ///
    /// The caller's parts must be of fixed length or carry their lengths: the joint is not signed.
    pub fn sign(&self, context: Context, parts: &[&[u8]]) -> Signature {
        Signature(self.0.sign(&context.message(parts)).to_bytes())
    }

    /// The secret as text, for a key file.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(self.0.as_bytes())))
    }

    /// Reads [`Self::to_secret_text`].
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(parse::<KEY_LENGTH>(Self::PREFIX, text)?);
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&bytes)))
    }
}

impl VerifyingKey {
    const PREFIX: &'static str = "ed25519:";

    /// Whether `signature` was made by this key over these parts for this use. Strict: small-order keys and
    /// malleable signatures are refused.
    pub fn verify(
        &self,
        context: Context,
        parts: &[&[u8]],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(&context.message(parts), &signature).map_err(|_| BadSignature)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        self.0.as_bytes()
    }

    /// The short name.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(b"ridgeline/fingerprint/ed25519\0", self.as_bytes())
    }
}

impl OpeningKey {
    const PREFIX: &'static str = "x25519-secret:";

    /// A new key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut material = Zeroizing::new([0; KEY_LENGTH]);
        rng.fill_bytes(&mut *material);
        Self(Kem::derive_keypair(&*material).0)
    }

    /// The public half.
    pub fn sealing_key(&self) -> SealingKey {
        let mut bytes = [0; KEY_LENGTH];
        Kem::sk_to_pk(&self.0).write_exact(&mut bytes);
        SealingKey(bytes)
    }

    pub(crate) const fn secret(&self) -> &<Kem as hpke::Kem>::PrivateKey {
        &self.0
    }

    /// The secret as text, for a key file.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
        self.0.write_exact(&mut *bytes);
        Zeroizing::new(format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }

    /// Reads [`Self::to_secret_text`].
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(parse::<KEY_LENGTH>(Self::PREFIX, text)?);
        <Kem as hpke::Kem>::PrivateKey::from_bytes(&*bytes).map(Self).map_err(|_| KeyError::Point)
    }
}

impl SealingKey {
    const PREFIX: &'static str = "x25519:";

    pub(crate) fn public(&self) -> Result<<Kem as hpke::Kem>::PublicKey, KeyError> {
        <Kem as hpke::Kem>::PublicKey::from_bytes(&self.0).map_err(|_| KeyError::Point)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    /// The short name.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(b"ridgeline/fingerprint/x25519\0", &self.0)
    }
}

impl Signature {
    /// A signature as it came.
    pub const fn from_bytes(bytes: [u8; SIGNATURE_LENGTH]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; SIGNATURE_LENGTH] {
        &self.0
    }
}

impl Fingerprint {
    fn of(domain: &[u8], key: &[u8]) -> Self {
        let digest = Digest::of_parts(&[domain, key]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.as_bytes()[..16]);
        Self(bytes)
    }

    /// A fingerprint as it came.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

fn parse<const N: usize>(prefix: &'static str, text: &str) -> Result<[u8; N], KeyError> {
    let body = text.trim().strip_prefix(prefix).ok_or(KeyError::Kind { expected: prefix })?;
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(body).map_err(|_| KeyError::Bytes { expected: N })?);
    <[u8; N]>::try_from(bytes.as_slice()).map_err(|_| KeyError::Bytes { expected: N })
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = parse::<KEY_LENGTH>(Self::PREFIX, text)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Point)?;
        if key.is_weak() { Err(KeyError::Point) } else { Ok(Self(key)) }
    }
}

impl FromStr for SealingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let key = Self(parse(Self::PREFIX, text)?);
        key.public().map(|_| key)
    }
}

impl FromStr for Signature {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        parse("", text).map(Self)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(self.as_bytes()))
    }
}

impl fmt::Display for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pair) in self.0.chunks(2).enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&hex::encode(pair))?;
        }
        Ok(())
    }
}

macro_rules! shown_as_text {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )*};
}

macro_rules! text_in_json {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = KeyError;

            fn try_from(text: String) -> Result<Self, KeyError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}

macro_rules! never_shown {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }
    )*};
}

shown_as_text!(VerifyingKey, SealingKey, Signature, Fingerprint);
text_in_json!(VerifyingKey, SealingKey, Signature);
never_shown!(SigningKey, OpeningKey);
