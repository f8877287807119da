//! The one-time code that an administrator gives to a new station.
//!
//! 24 characters of Crockford's base 32 in groups of four: 80 bits of secret, then 40 bits that name the hub's
//! signing key. The station compares these with the key it is shown before it sends the code anywhere, so that a
//! machine between the two cannot take the hub's place.

use crate::keys::VerifyingKey;
use model::Digest;
use rand::CryptoRng;
use std::{fmt, str::FromStr};

const SECRET_LENGTH: usize = 10;
const HUB_LENGTH: usize = 5;
const LENGTH: usize = SECRET_LENGTH + HUB_LENGTH;
const GROUP: usize = 4;
/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An enrolment code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EnrolmentCode([u8; LENGTH]);

/// A text is not an enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an enrolment code has 24 letters and digits, such as 7K3M-9QWX-2BCD-EFGH-JKMN-PQRS")]
pub struct CodeError;

impl EnrolmentCode {
    /// A new code for a hub with this key.
    pub fn generate(rng: &mut impl CryptoRng, hub: &VerifyingKey) -> Self {
        let mut bytes = [0; LENGTH];
        rng.fill_bytes(&mut bytes);
        bytes[SECRET_LENGTH..].copy_from_slice(&name_of(hub));
        Self(bytes)
    }

    /// Whether it was made for a hub with this key.
    pub fn is_for(&self, hub: &VerifyingKey) -> bool {
        self.0[SECRET_LENGTH..] == name_of(hub)
    }

    /// What a hub stores instead of the code: 80 random bits need no slow hash.
    pub fn digest(&self) -> Digest {
        Digest::of_parts(&[b"ridgeline/enrolment-code\0", &self.0])
    }
}

fn name_of(hub: &VerifyingKey) -> [u8; HUB_LENGTH] {
    let mut name = [0; HUB_LENGTH];
    name.copy_from_slice(&hub.fingerprint().as_bytes()[..HUB_LENGTH]);
    name
}

impl fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        // 15 bytes are three times 5 bytes, and 5 bytes are 8 characters.
        for chunk in self.0.chunks(5) {
            let bits = chunk.iter().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
            for at in (0..8).rev() {
                if written > 0 && written % GROUP == 0 {
                    f.write_str("-")?;
                }
                let digit = ALPHABET[(bits >> (5 * at) & 31) as usize];
                write!(f, "{}", char::from(digit))?;
                written += 1;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(secret)")
    }
}

impl FromStr for EnrolmentCode {
    type Err = CodeError;

    /// Takes what people type: lower case, spaces, `O` for 0, `I` and `L` for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut bytes = [0; LENGTH];
        let (mut count, mut bits) = (0, 0u64);
        for character in text.chars().filter(|character| !matches!(character, '-' | ' ' | '\t' | '\r' | '\n'))
        {
            let character = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit =
                ALPHABET.iter().position(|&letter| char::from(letter) == character).ok_or(CodeError)?;
            bits = bits << 5 | digit as u64;
            count += 1;
            if count > LENGTH * 8 / 5 {
                return Err(CodeError);
            }
            if count % 8 == 0 {
                let end = count / 8 * 5;
                bytes[end - 5..end].copy_from_slice(&bits.to_be_bytes()[3..]);
                bits = 0;
            }
        }
        if count == LENGTH * 8 / 5 { Ok(Self(bytes)) } else { Err(CodeError) }
    }
}
