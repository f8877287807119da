//! The hub's receipt: issued after commit, never before.

use crate::keys::{BadSignature, Context, Signature, SigningKey, VerifyingKey};
use jiff::Timestamp;
use model::{Digest, EncounterId, HubId};
use serde::{Deserialize, Serialize};

/// What a hub confirms to have stored. Signed by the hub; the station's outbox row dies only on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Which hub.
    pub hub: HubId,
    /// Which encounter.
    pub encounter: EncounterId,
    /// Digest of the sealed bytes.
    pub digest: Digest,
    /// Length of the sealed bytes.
    pub length: u64,
    /// When it was committed.
    pub received_at: Timestamp,
    /// Index of the audit leaf that was written in the same transaction.
    pub ledger_index: u64,
}

/// A receipt with the hub's signature over its [canonical bytes](Receipt::canonical).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// What is confirmed.
    pub receipt: Receipt,
    /// By whom.
    pub signature: Signature,
}

/// What a hub confirms to have deleted: the data key of an encounter, and with it every copy in its backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// Which hub.
    pub hub: HubId,
    /// Which encounter.
    pub encounter: EncounterId,
    /// When the key was destroyed.
    pub deleted_at: Timestamp,
    /// Index of the audit leaf that says so.
    pub ledger_index: u64,
}

/// A deletion with the hub's signature over its [canonical bytes](Deletion::canonical).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedDeletion {
    /// What is confirmed.
    pub deletion: Deletion,
    /// By whom.
    pub signature: Signature,
}

impl Deletion {
    /// The bytes that are signed, 52 of them: hub (16), encounter (16), deleted_at as seconds (8) and nanoseconds (4),
    /// ledger_index (8); integers big-endian.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(52);
        bytes.extend_from_slice(self.hub.uuid().as_bytes());
        bytes.extend_from_slice(self.encounter.uuid().as_bytes());
        bytes.extend_from_slice(&self.deleted_at.as_second().to_be_bytes());
        bytes.extend_from_slice(&self.deleted_at.subsec_nanosecond().to_be_bytes());
        bytes.extend_from_slice(&self.ledger_index.to_be_bytes());
        bytes
    }

    /// Signs it, after the key was destroyed.
    pub fn sign(self, hub: &SigningKey) -> SignedDeletion {
        let signature = hub.sign(Context::Deletion, &[&self.canonical()]);
        SignedDeletion { deletion: self, signature }
    }
}

impl SignedDeletion {
    /// Whether it is this hub's word about this encounter.
    ///
    /// # Errors
    /// Not signed by the hub, or about something else.
    pub fn settles(
        &self,
        key: &VerifyingKey,
        hub: HubId,
        encounter: EncounterId,
    ) -> Result<(), ReceiptError> {
        key.verify(Context::Deletion, &[&self.deletion.canonical()], &self.signature)?;
        if self.deletion.hub != hub {
            return Err(ReceiptError::Other("hub"));
        }
        if self.deletion.encounter != encounter {
            return Err(ReceiptError::Other("encounter"));
        }
        Ok(())
    }
}

/// Why a receipt does not allow the sender to let go of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not signed by the hub.
    #[error("the receipt is not signed by the hub that this station is enrolled with")]
    Signature(#[from] BadSignature),
    /// A true receipt, but for something else.
    #[error("the receipt is for another {0}")]
    Other(&'static str),
}

impl Receipt {
    /// The bytes that are signed, 92 of them: hub (16), encounter (16), digest (32), length (8), received_at as
    /// seconds (8) and nanoseconds (4), ledger_index (8); integers big-endian.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(92);
        bytes.extend_from_slice(self.hub.uuid().as_bytes());
        bytes.extend_from_slice(self.encounter.uuid().as_bytes());
        bytes.extend_from_slice(self.digest.as_bytes());
        bytes.extend_from_slice(&self.length.to_be_bytes());
        bytes.extend_from_slice(&self.received_at.as_second().to_be_bytes());
        bytes.extend_from_slice(&self.received_at.subsec_nanosecond().to_be_bytes());
        bytes.extend_from_slice(&self.ledger_index.to_be_bytes());
        bytes
    }

    /// Signs it. To be called in the transaction that commits the encounter, to be sent after.
    pub fn sign(self, hub: &SigningKey) -> SignedReceipt {
        let signature = hub.sign(Context::Receipt, &[&self.canonical()]);
        SignedReceipt { receipt: self, signature }
    }
}

impl SignedReceipt {
    /// Whether the hub's key signed it.
    pub fn verify(&self, hub: &VerifyingKey) -> Result<&Receipt, BadSignature> {
        hub.verify(Context::Receipt, &[&self.receipt.canonical()], &self.signature)?;
        Ok(&self.receipt)
    }

    /// Whether it is this hub's receipt for exactly these sealed bytes: then, and only then, the sender may let
    /// go of them.
    pub fn settles(
        &self,
        key: &VerifyingKey,
        hub: HubId,
        encounter: EncounterId,
        digest: &Digest,
        length: u64,
    ) -> Result<&Receipt, ReceiptError> {
        let receipt = self.verify(key)?;
        let same = [
            ("hub", receipt.hub == hub),
            ("encounter", receipt.encounter == encounter),
            ("digest", receipt.digest == *digest),
            ("length", receipt.length == length),
        ];
        match same.into_iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(ReceiptError::Other(what)),
            None => Ok(receipt),
        }
    }
}
