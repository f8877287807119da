//! The protocol between a sender (a station, or a partner's hub) and a hub, over HTTP.
//!
//! | request | reply |
//! |---|---|
//! | `GET /v1/hub` | 200 [`HubInfo`]; open to all |
//! | `POST /v1/stations/enrol` [`EnrolRequest`] | 201 [`EnrolReply`]; the same code with the same keys again (the reply was lost): the same station; 403 for a wrong, used or expired code |
//! | `HEAD /v1/encounters/{id}` | 200 with [`UPLOAD_OFFSET`]; [`UPLOAD_LENGTH`] and [`REPR_DIGEST`] as declared; 404 if nothing is stored |
//! | `PUT /v1/encounters/{id}` | see below |
//! | `DELETE /v1/encounters/{id}` | by a partner's hub alone: 200 a [`SignedDeletion`](crate::SignedDeletion), the key is destroyed; 404 if nothing of it was ever stored; 403 `station` by a station |
//! | `GET /v1/encounters/{id}/answer?after=N` | 200 a sealed answer of a revision above N, with [`REVISION`]; 204 if there is none yet; 404 if the encounter is unknown or another sender's |
//!
//! Every request but the first two is [signed](crate::request) by the sender.
//!
//! A `PUT` carries a part of the sealed bytes: [`UPLOAD_OFFSET`] says where it begins, [`UPLOAD_LENGTH`] and
//! [`REPR_DIGEST`] describe the whole, [`CONTENT_DIGEST`] this part. Replies:
//!
//! - **202**: stored, more to come; [`UPLOAD_OFFSET`] is the new end.
//! - **201**: complete and committed; the body is the [`SignedReceipt`](crate::SignedReceipt).
//! - **200**: the same encounter with the same digest was committed before; the same receipt again, whatever part
//!   was sent.
//! - **409** `other-digest`: this id was used with another digest or length; nothing was changed, an alarm is raised.
//! - **416** `offset`: the part does not begin where the stored bytes end; [`UPLOAD_OFFSET`] says where that is.
//! - **422**: complete but refused for good (not opened, not signed, a rule broken); the problem says why. The
//!   sender keeps its bytes and stops sending them.
//! - **401** not signed or clock too far off, **403** station locked or unknown, **413** too long, **429** and **503**
//!   later, with `Retry-After`: nothing was stored.
//!
//! Every refusal is a [`Problem`] (`application/problem+json`, RFC 9457).

use crate::keys::{Context, SealingKey, Signature, SigningKey, VerifyingKey};
use jiff::Timestamp;
use model::{EncounterId, HubId, StationId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Version of the protocol; the first part of every path.
pub const PROTOCOL_VERSION: u16 = 1;
/// Path of [`HubInfo`].
pub const HUB_PATH: &str = "/v1/hub";
/// Path of enrolment.
pub const ENROL_PATH: &str = "/v1/stations/enrol";
/// Route of an encounter, in the syntax of the hub's router.
pub const ENCOUNTER_ROUTE: &str = "/v1/encounters/{id}";
/// Route of an encounter's answer.
pub const ANSWER_ROUTE: &str = "/v1/encounters/{id}/answer";

/// The longest part of one `PUT`: keeps a hub's memory bounded at 60 stations sending at once.
pub const MAX_PART_LENGTH: u64 = 4 * 1024 * 1024;
/// The longest body of `POST /v1/stations/enrol`, and of every JSON reply that a sender reads.
pub const MAX_JSON_LENGTH: u64 = 64 * 1024;
/// How far the sender's clock may be from the hub's, in seconds, for a signed request to be taken.
pub const MAX_CLOCK_SKEW_S: i64 = 15 * 60;

/// Where a part begins, or where the stored bytes end: decimal.
pub const UPLOAD_OFFSET: &str = "upload-offset";
/// Length of the whole: decimal.
pub const UPLOAD_LENGTH: &str = "upload-length";
/// Digest of the whole (RFC 9530): `sha-256=:BASE64:`.
pub const REPR_DIGEST: &str = "repr-digest";
/// Digest of the body (RFC 9530): `sha-256=:BASE64:`.
pub const CONTENT_DIGEST: &str = "content-digest";
/// The sender's station id.
pub const STATION: &str = "ridgeline-station";
/// When the request was signed: RFC 3339.
pub const TIME: &str = "ridgeline-time";
/// 32 hexadecimal digits, new for each request.
pub const NONCE: &str = "ridgeline-nonce";
/// The sender's signature.
pub const SIGNATURE: &str = "ridgeline-signature";
/// The revision of the answer in the body: decimal.
pub const REVISION: &str = "ridgeline-revision";
/// Media type of sealed encounters and answers.
pub const SEALED_TYPE: &str = "application/vnd.ridgeline.sealed";
/// Media type of [`Problem`].
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// The path of an encounter.
pub fn encounter_path(encounter: EncounterId) -> String {
    format!("/v1/encounters/{encounter}")
}

/// The path and query of an encounter's answer of a revision above `after`.
pub fn answer_target(encounter: EncounterId, after: u32) -> String {
    format!("/v1/encounters/{encounter}/answer?after={after}")
}

/// Who a hub is. A station pins it when it enrols.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HubInfo {
    /// [`PROTOCOL_VERSION`].
    pub protocol: u16,
    /// Its id.
    pub hub: HubId,
    /// Its name for people.
    pub name: String,
    /// Verifies its receipts and answers.
    pub signing_key: VerifyingKey,
    /// Encounters are sealed to it.
    pub sealing_key: SealingKey,
    /// The hub's clock, so that a station sees how far its own is off.
    pub time: Timestamp,
}

/// What kind of link and power a station has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StationProfile {
    /// Mains and a good link.
    Fixed,
    /// Battery and a thin link: smaller parts, fewer polls.
    Mobile,
}

/// A station asks to be known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The one-time code, as typed.
    pub code: String,
    /// The station's name for people.
    pub name: String,
    /// Verifies what the station sends.
    pub signing_key: VerifyingKey,
    /// Answers are sealed to it.
    pub sealing_key: SealingKey,
    /// Its link and power.
    pub profile: StationProfile,
    /// Signature over code and sealing key with the signing key: proof that the sender holds it.
    pub proof: Signature,
}

/// The station is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnrolReply {
    /// Its id from now on.
    pub station: StationId,
    /// To be pinned.
    pub hub: HubInfo,
}

impl EnrolRequest {
    /// Fills the request and signs the proof.
    pub fn new(
        code: String,
        name: String,
        profile: StationProfile,
        signing: &SigningKey,
        sealing_key: SealingKey,
    ) -> Self {
        let proof = signing.sign(Context::Enrolment, &[sealing_key.as_bytes(), code.as_bytes()]);
        Self { code, name, signing_key: signing.verifying_key(), sealing_key, profile, proof }
    }

    /// Whether the sender holds the signing key that it names.
    pub fn proven(&self) -> bool {
        let parts: [&[u8]; 2] = [self.sealing_key.as_bytes(), self.code.as_bytes()];
        self.signing_key.verify(Context::Enrolment, &parts, &self.proof).is_ok()
    }
}

/// A refusal that people can act on (RFC 9457, `application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `about:blank#CODE`; the code is what programs look at.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status again.
    pub status: u16,
    /// What happened.
    pub title: String,
    /// What was kept.
    pub kept: String,
    /// What to do next.
    pub next: String,
}

impl Problem {
    /// A problem with a stable code such as `other-digest`.
    pub fn new(
        code: &str,
        status: u16,
        happened: impl Into<String>,
        kept: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            kind: format!("about:blank#{code}"),
            status,
            title: happened.into(),
            kept: kept.into(),
            next: next.into(),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        self.kind.rsplit('#').next().unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [title, kept, next] =
            [&self.title, &self.kept, &self.next].map(|text| text.trim_end_matches('.'));
        write!(f, "{title}. Kept: {kept}. Next: {next}.")
    }
}
