//! Signed HTTP requests: who sends, that nothing was changed on the way, and roughly when.
//!
//! The signature covers method, path and query, station, time, nonce, digest of the body, and for a `PUT` the
//! offset, length and digest of the whole. It needs no TLS to hold, and survives a proxy that ends TLS. A replayed
//! request does no harm: a `PUT` is idempotent, a `GET` gives what is sealed to the station's key alone; the limit
//! on the clock keeps old ones out all the same.

use crate::{
    keys::{BadSignature, Context, Signature, SigningKey, VerifyingKey},
    protocol::{CONTENT_DIGEST, NONCE, REPR_DIGEST, SIGNATURE, STATION, TIME, UPLOAD_LENGTH, UPLOAD_OFFSET},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use model::{Digest, StationId};

/// The place of a part in the whole that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// Bytes of the whole.
    pub length: u64,
    /// Digest of the whole.
    pub digest: Digest,
}

/// A request that is about to be signed.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// `GET`, `HEAD`, `PUT` or `POST`.
    pub method: &'a str,
    /// Path and query, as on the request line.
    pub target: &'a str,
    /// Who sends.
    pub station: StationId,
    /// The sender's clock.
    pub time: Timestamp,
    /// Random.
    pub nonce: [u8; 16],
    /// For a `PUT`.
    pub part: Option<Part>,
    /// Digest of the body; of no bytes where there is none.
    pub body: Digest,
}

/// A request whose signature was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who sent it.
    pub station: StationId,
    /// For a `PUT`.
    pub part: Option<Part>,
    /// What the body must be: check it with [`Verified::holds`] before using it.
    pub body: Digest,
}

/// Why a request is not taken. All but [`RequestError::Body`] are a 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A header is missing or cannot be read.
    #[error("header `{0}` is missing or malformed")]
    Header(&'static str),
    /// The clocks differ by more than the limit.
    #[error("the sender's clock is {seconds} s from the hub's; {limit} s are allowed")]
    Clock {
        /// Positive where the sender's is ahead.
        seconds: i64,
        /// The limit.
        limit: i64,
    },
    /// No such station, or one that may not send.
    #[error("station {0} is not known or may not send")]
    UnknownStation(StationId),
    /// Not signed by the station.
    #[error("the request is not signed by the station that it names")]
    Signature(#[from] BadSignature),
    /// The body is not the one that was signed.
    #[error("the body is not the one that was signed")]
    Body,
}

impl Request<'_> {
    fn message(&self) -> Vec<u8> {
        let part = match &self.part {
            Some(part) => format!("{} {} {}", part.offset, part.length, part.digest),
            None => "-".to_owned(),
        };
        let lines = [
            self.method,
            self.target,
            &self.station.to_string(),
            &self.time.to_string(),
            &hex::encode(self.nonce),
            &self.body.to_string(),
            &part,
        ];
        lines.join("\n").into_bytes()
    }

    /// The headers to send along.
    pub fn sign(&self, key: &SigningKey) -> Vec<(&'static str, String)> {
        let signature = key.sign(Context::Request, &[&self.message()]);
        let mut headers = vec![
            (STATION, self.station.to_string()),
            (TIME, self.time.to_string()),
            (NONCE, hex::encode(self.nonce)),
            (CONTENT_DIGEST, digest_field(&self.body)),
            (SIGNATURE, signature.to_string()),
        ];
        if let Some(part) = &self.part {
            headers.push((UPLOAD_OFFSET, part.offset.to_string()));
            headers.push((UPLOAD_LENGTH, part.length.to_string()));
            headers.push((REPR_DIGEST, digest_field(&part.digest)));
        }
        headers
    }
}

/// Verifies a request by its line and headers, before its body is read.
///
/// `header` gives a header's value; `station_key` the verifying key of a station that may send, or none.
pub fn verify<'h>(
    method: &str,
    target: &str,
    header: impl Fn(&'static str) -> Option<&'h str>,
    now: Timestamp,
    max_skew_s: i64,
    station_key: impl FnOnce(StationId) -> Option<VerifyingKey>,
) -> Result<Verified, RequestError> {
    let need = |name: &'static str| header(name).ok_or(RequestError::Header(name));
    let malformed = RequestError::Header;
    let part = match header(UPLOAD_OFFSET) {
        None => None,
        Some(offset) => Some(Part {
            offset: decimal(offset).ok_or(malformed(UPLOAD_OFFSET))?,
            length: decimal(need(UPLOAD_LENGTH)?).ok_or(malformed(UPLOAD_LENGTH))?,
            digest: parse_digest_field(need(REPR_DIGEST)?).ok_or(malformed(REPR_DIGEST))?,
        }),
    };
    let mut nonce = [0; 16];
    hex::decode_to_slice(need(NONCE)?, &mut nonce).map_err(|_| malformed(NONCE))?;
    let request = Request {
        method,
        target,
        station: need(STATION)?.parse().map_err(|_| malformed(STATION))?,
        time: need(TIME)?.parse().map_err(|_| malformed(TIME))?,
        nonce,
        part,
        body: parse_digest_field(need(CONTENT_DIGEST)?).ok_or(malformed(CONTENT_DIGEST))?,
    };
    let signature: Signature = need(SIGNATURE)?.parse().map_err(|_| malformed(SIGNATURE))?;

    let seconds = request.time.as_second() - now.as_second();
    if seconds.abs() > max_skew_s {
        return Err(RequestError::Clock { seconds, limit: max_skew_s });
    }
    let key = station_key(request.station).ok_or(RequestError::UnknownStation(request.station))?;
    key.verify(Context::Request, &[&request.message()], &signature)?;
    Ok(Verified { station: request.station, part: request.part, body: request.body })
}

impl Verified {
    /// Whether this is the body that was signed.
    pub fn holds(&self, body: &[u8]) -> Result<(), RequestError> {
        if Digest::of(body) == self.body { Ok(()) } else { Err(RequestError::Body) }
    }
}

/// Digits only: `u64::from_str` would take a plus sign.
fn decimal(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A digest as RFC 9530 writes it: `sha-256=:BASE64:`.
pub fn digest_field(digest: &Digest) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest.as_bytes()))
}

/// Reads [`digest_field`].
pub fn parse_digest_field(text: &str) -> Option<Digest> {
    let base64 = text.trim().strip_prefix("sha-256=:")?.strip_suffix(':')?;
    let bytes = STANDARD.decode(base64).ok()?;
    Some(Digest::from_bytes(bytes.try_into().ok()?))
}
