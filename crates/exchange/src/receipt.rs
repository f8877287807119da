//! The hub's receipt: issued after commit, never before.

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
