//! HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305: one shot each way.
//!
//! The sender is not authenticated by HPKE; every container carries an Ed25519 signature for that.

use crate::keys::{Kem, OpeningKey, SealingKey};
use hpke::{Deserializable as _, OpModeR, OpModeS, Serializable as _};
use rand::CryptoRng;
use rand_core_hpke::{TryCryptoRng, TryRng};
use std::convert::Infallible;

type Aead = hpke::aead::ChaCha20Poly1305;
type Kdf = hpke::kdf::HkdfSha256;

/// Length of the encapsulated key in bytes.
pub(crate) const ENCAPSULATED_LENGTH: usize = 32;
/// How many bytes the ciphertext is longer than the plaintext.
pub(crate) const TAG_LENGTH: usize = 16;

/// Sealing or opening failed. HPKE does not say why, and nobody should be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HybridError;

/// The workspace's generation of the randomness trait, lent to `hpke`.
struct Lent<'a, R>(&'a mut R);

impl<R: CryptoRng> TryRng for Lent<'_, R> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: CryptoRng> TryCryptoRng for Lent<'_, R> {}

/// Seals `plaintext` to `to`; `bound` must be given again to open.
pub(crate) fn seal(
    to: &SealingKey,
    info: &[u8],
    bound: &[u8],
    plaintext: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<([u8; ENCAPSULATED_LENGTH], Vec<u8>), HybridError> {
    let public = to.public().map_err(|_| HybridError)?;
    let (encapsulated, ciphertext) = hpke::single_shot_seal_with_rng::<Aead, Kdf, Kem>(
        &OpModeS::Base,
        &public,
        info,
        plaintext,
        bound,
        &mut Lent(rng),
    )
    .map_err(|_| HybridError)?;
    let mut bytes = [0; ENCAPSULATED_LENGTH];
    encapsulated.write_exact(&mut bytes);
    Ok((bytes, ciphertext))
}

/// Opens what [`seal`] made.
pub(crate) fn open(
    key: &OpeningKey,
    info: &[u8],
    bound: &[u8],
    encapsulated: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, HybridError> {
    let encapsulated = <Kem as hpke::Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| HybridError)?;
    hpke::single_shot_open::<Aead, Kdf, Kem>(
        &OpModeR::Base,
        key.secret(),
        &encapsulated,
        info,
        ciphertext,
        bound,
    )
    .map_err(|_| HybridError)
}
