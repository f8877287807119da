//! The sender's side of the [protocol]: blocking HTTP, resumable, sparing on thin links.
//!
//! Used by stations and by hubs that forward to a partner's hub. It sends once; when to try again is the caller's
//! to decide, with [`UplinkError::disposition`] and [`backoff`].

mod error;
mod link;

pub use error::{Disposition, UplinkError};
pub use link::{Link, LinkOptions};

use crate::{
    fault,
    keys::SigningKey,
    protocol::{self, HubInfo, StationProfile},
    receipt::{SignedDeletion, SignedReceipt},
    reply::SEALED_ANSWER_LENGTH,
    request::{Part, Request},
};
use jiff::Timestamp;
use model::{Digest, EncounterId, StationId};
use rand::{Rng as _, RngCore as _};
use std::time::{Duration, Instant};

/// A part that took less than this is followed by one of twice the length.
const QUICK: Duration = Duration::from_secs(2);
/// How often the hub may correct the offset before the sender gives up for now.
const MAX_CORRECTIONS: u32 = 8;

/// The length of the parts of an upload, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartLengths {
    /// The first part of every upload.
    pub first: u64,
    /// No part is longer.
    pub most: u64,
}

impl PartLengths {
    /// Fixed: few round trips. Mobile: at 64 kbit/s the first part takes two seconds and no part more than 16, so
    /// that a broken link costs little.
    pub const fn of(profile: StationProfile) -> Self {
        match profile {
            StationProfile::Fixed => Self { first: 512 * 1024, most: protocol::MAX_PART_LENGTH },
            StationProfile::Mobile => Self { first: 16 * 1024, most: 128 * 1024 },
        }
    }
}

/// A sender that is enrolled with a hub.
pub struct Uplink {
    link: Link,
    station: StationId,
    key: SigningKey,
    hub: HubInfo,
    parts: PartLengths,
}

/// A sealed answer as it came, with its revision as the hub says it. [`crate::open_answer`] opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAnswer {
    /// The revision.
    pub revision: u32,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

impl Uplink {
    /// A sender with its key, towards the hub whose keys were pinned at enrolment.
    pub const fn new(
        link: Link,
        station: StationId,
        key: SigningKey,
        hub: HubInfo,
        parts: PartLengths,
    ) -> Self {
        Self { link, station, key, hub, parts }
    }

    /// The hub, as pinned.
    pub const fn hub(&self) -> &HubInfo {
        &self.hub
    }

    /// The link itself, for requests that are open to all.
    pub const fn link(&self) -> &Link {
        &self.link
    }

    /// Sends a sealed encounter from where the hub's stored bytes end, and gives back the hub's receipt, verified to
    /// be for exactly these bytes. `resume` asks the hub first what it holds; a first attempt may spare the question.
    /// `progress` is told how many bytes the hub holds.
    ///
    /// Safe to repeat after any failure, at any time, as often as one likes.
    pub fn send(
        &self,
        encounter: EncounterId,
        bytes: &[u8],
        digest: Digest,
        resume: bool,
        mut progress: impl FnMut(u64),
    ) -> Result<SignedReceipt, UplinkError> {
        let length = bytes.len() as u64;
        let mut offset = if resume { self.stored(encounter)?.min(length) } else { 0 };
        let mut part_length = self.parts.first;
        let mut corrections = 0;
        loop {
            progress(offset);
            let end = length.min(offset.saturating_add(part_length));
            let body = bytes.get(offset as usize..end as usize).unwrap_or_default();
            fault::point("uplink.part.before");
            let started = Instant::now();
            let part = Part { offset, length, digest };
            let reply = self.signed("PUT", &protocol::encounter_path(encounter), Some(part), body)?;
            fault::point("uplink.part.after");
            match reply.status {
                200 | 201 => {
                    let receipt: SignedReceipt = reply.json()?;
                    fault::point("uplink.receipt");
                    receipt.settles(&self.hub.signing_key, self.hub.hub, encounter, &digest, length)?;
                    progress(length);
                    return Ok(receipt);
                }
                202 => {
                    let stored = reply.offset()?;
                    if stored <= offset && !body.is_empty() {
                        return Err(UplinkError::Reply(
                            "the hub took a part but holds no more than before".into(),
                        ));
                    }
                    offset = stored.min(length);
                }
                416 => {
                    corrections += 1;
                    if corrections > MAX_CORRECTIONS {
                        return Err(UplinkError::Reply("the hub corrects the offset over and over".into()));
                    }
                    offset = reply.offset()?.min(length);
                }
                _ => return Err(reply.refusal()),
            }
            part_length = if started.elapsed() < QUICK {
                part_length.saturating_mul(2).min(self.parts.most)
            } else {
                self.parts.first
            };
        }
    }

    /// How many bytes of an encounter the hub holds.
    pub fn stored(&self, encounter: EncounterId) -> Result<u64, UplinkError> {
        let reply = self.signed("HEAD", &protocol::encounter_path(encounter), None, &[])?;
        match reply.status {
            200 | 204 => reply.offset(),
            404 => Ok(0),
            _ => Err(reply.refusal()),
        }
    }

    /// Has an encounter deleted that was sent before; none where the hub never had it. Safe to repeat.
    pub fn delete(&self, encounter: EncounterId) -> Result<Option<SignedDeletion>, UplinkError> {
        let reply = self.signed("DELETE", &protocol::encounter_path(encounter), None, &[])?;
        match reply.status {
            404 => Ok(None),
            200 => {
                let deletion: SignedDeletion = reply.json()?;
                deletion.settles(&self.hub.signing_key, self.hub.hub, encounter)?;
                Ok(Some(deletion))
            }
            _ => Err(reply.refusal()),
        }
    }

    /// The answer of a revision above `after`, if there is one.
    pub fn answer(&self, encounter: EncounterId, after: u32) -> Result<Option<SealedAnswer>, UplinkError> {
        let reply = self.signed("GET", &protocol::answer_target(encounter, after), None, &[])?;
        match reply.status {
            204 => Ok(None),
            200 => {
                let revision = reply.header(protocol::REVISION).and_then(|text| text.parse().ok());
                let revision =
                    revision.ok_or_else(|| UplinkError::Reply("an answer without its revision".into()))?;
                if reply.body.len() != SEALED_ANSWER_LENGTH {
                    return Err(UplinkError::Reply(format!("an answer of {} bytes", reply.body.len())));
                }
                Ok(Some(SealedAnswer { revision, bytes: reply.body }))
            }
            _ => Err(reply.refusal()),
        }
    }

    fn signed(
        &self,
        method: &'static str,
        target: &str,
        part: Option<Part>,
        body: &[u8],
    ) -> Result<link::Reply, UplinkError> {
        let mut nonce = [0; 16];
        rand::rng().fill_bytes(&mut nonce);
        let time = Timestamp::now();
        let request =
            Request { method, target, station: self.station, time, nonce, part, body: Digest::of(body) };
        self.link.request(method, target, &request.sign(&self.key), protocol::SEALED_TYPE, body)
    }
}

/// How long to wait after the `failures`-th failure in a row: doubling from one second to `most`, of which a random
/// half to whole is waited, so that stations that lost a hub together do not come back together.
pub fn backoff(failures: u32, most: Duration, rng: &mut impl rand::RngCore) -> Duration {
    let full = Duration::from_secs(1u64 << failures.saturating_sub(1).min(16)).min(most);
    full.mul_f64(rng.random_range(0.5..=1.0))
}
