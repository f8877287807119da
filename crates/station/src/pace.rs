//! How eager a station is: a matter of link and battery alone.

use exchange::{protocol::StationProfile, uplink::PartLengths};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How often a station sends and asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Lengths of the parts of an upload.
    pub parts: PartLengths,
    /// The longest wait between attempts to send.
    pub retry_most: Duration,
    /// The shortest and longest wait between two questions for an answer that is still open.
    pub poll: (Duration, Duration),
    /// The shortest and longest wait between two questions whether a complete answer was changed: a confirmation may
    /// be retracted, most likely soon.
    pub poll_complete: (Duration, Duration),
    /// How often the outbox is looked at for what other processes queued.
    pub look: Duration,
}

impl Pace {
    /// The pace of a profile.
    pub const fn of(profile: StationProfile) -> Self {
        let parts = PartLengths::of(profile);
        match profile {
            StationProfile::Fixed => Self {
                parts,
                retry_most: Duration::from_secs(30),
                poll: (Duration::from_millis(500), Duration::from_secs(20)),
                poll_complete: (Duration::from_secs(10), Duration::from_secs(300)),
                look: Duration::from_millis(250),
            },
            StationProfile::Mobile => Self {
                parts,
                retry_most: Duration::from_secs(300),
                poll: (Duration::from_secs(5), Duration::from_secs(300)),
                poll_complete: (Duration::from_secs(120), Duration::from_secs(1800)),
                look: Duration::from_secs(2),
            },
        }
    }

    /// When to ask again for an answer: the longer it is out, the less often.
    pub fn next_poll(&self, sent_at: Timestamp, polled_at: Timestamp, complete: bool) -> Timestamp {
        let (least, most) = if complete { self.poll_complete } else { self.poll };
        let wait = (polled_at.duration_since(sent_at).unsigned_abs() / 8).clamp(least, most);
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO);
        polled_at.saturating_add(wait).unwrap_or(polled_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_less_often_with_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let check = |profile, out: i64, complete, expected_ms: i128| {
            let next = Pace::of(profile).next_poll(at(1000), at(1000 + out), complete);
            assert_eq!(
                next.duration_since(at(1000 + out)).as_millis(),
                expected_ms,
                "{profile:?} after {out} s"
            );
        };
        check(StationProfile::Fixed, 0, false, 500);
        check(StationProfile::Fixed, 80, false, 10_000);
        check(StationProfile::Fixed, 100_000, false, 20_000);
        check(StationProfile::Fixed, 0, true, 10_000);
        check(StationProfile::Fixed, 100_000, true, 300_000);
        check(StationProfile::Mobile, 0, false, 5_000);
        check(StationProfile::Mobile, 100_000, false, 300_000);
    }
}
