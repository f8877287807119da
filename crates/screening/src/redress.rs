//! Redress: what a person asks about their own data, the clock that runs, and what may follow (S27).
//!
//! A request needs no identity papers: its receipt is a code, and whoever holds it may ask how it stands. While it is
//! open, an entry that it concerns alerts nobody.

use crate::entry;
use jiff::{SignedDuration, Timestamp};
use model::{EntryState, RedressKind, RedressState};

/// A request is answered within so many days,
pub const ANSWER: SignedDuration = SignedDuration::from_hours(20 * 24);
/// and what was upheld takes effect within so many more (Mexico's data protection law of 2025 gives 20 and 15 days).
pub const EFFECT: SignedDuration = SignedDuration::from_hours(15 * 24);

/// What an officer does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Ask the person to show that the records are theirs; a receipt or a fresh capture will do.
    AskProof,
    /// Look into it.
    Review,
    /// The person is right.
    Uphold,
    /// The person is right in part.
    UpholdPartly,
    /// The person is not right; the reason is given to them.
    Refuse,
    /// Everybody who had the data has been told.
    Propagate,
    /// Nothing more is to be done.
    Close,
}

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It cannot happen now.
    #[error("a request in the state “{}” cannot be changed in this way", .0.as_str().replace('_', " "))]
    NotNow(RedressState),
    /// A decision without words is none.
    #[error("give the reason in a sentence: the person will read it")]
    NoReason,
}

/// The request's next state.
///
/// # Errors
/// [`Refused`]; nothing has changed then.
pub fn step(state: RedressState, step: Step, reason: &str) -> Result<RedressState, Refused> {
    use RedressState::*;
    let next = match (state, step) {
        (Received, Step::AskProof) => IdentityProof,
        (Received | IdentityProof, Step::Review) => Review,
        (Review, Step::Uphold) => Upheld,
        (Review, Step::UpholdPartly) => PartlyUpheld,
        (Review, Step::Refuse) => Refused,
        (Upheld | PartlyUpheld, Step::Propagate) => Propagated,
        (Propagated | Refused, Step::Close) => Closed,
        _ => return Err(self::Refused::NotNow(state)),
    };
    let decision = matches!(next, Upheld | PartlyUpheld | Refused);
    if decision && reason.trim().chars().count() < 12 {
        return Err(self::Refused::NoReason);
    }
    Ok(next)
}

/// Until when the next thing must have happened; none where nothing is due.
pub fn due(state: RedressState, opened_at: Timestamp, decided_at: Option<Timestamp>) -> Option<Timestamp> {
    use RedressState::*;
    match state {
        Received | IdentityProof | Review => opened_at.checked_add(ANSWER).ok(),
        Upheld | PartlyUpheld => decided_at?.checked_add(EFFECT).ok(),
        Refused | Propagated | Closed => None,
    }
}

/// What happens to the entry that a request concerns, when the request comes to this state.
pub fn effect_on_entry(kind: RedressKind, state: RedressState, entry: EntryState) -> Option<entry::Step> {
    let step = match (kind, state) {
        // From the first day: nobody is alerted on the strength of what is disputed.
        (RedressKind::Access, _) => return None,
        (_, RedressState::Received) => entry::Step::Dispute,
        (RedressKind::Cancellation | RedressKind::Opposition, RedressState::Upheld) => entry::Step::Revoke,
        // A rectification is a new entry; whether the old one is searched again, an approver says.
        _ => return None,
    };
    entry::step(entry, step).ok().map(|_| step)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Step; 7] = [
        Step::AskProof,
        Step::Review,
        Step::Uphold,
        Step::UpholdPartly,
        Step::Refuse,
        Step::Propagate,
        Step::Close,
    ];

    #[test]
    fn every_request_is_looked_into_before_it_is_decided() {
        let why = "the order was lifted in March";
        for kind in [RedressState::Received, RedressState::IdentityProof] {
            for decision in [Step::Uphold, Step::UpholdPartly, Step::Refuse, Step::Close] {
                assert_eq!(step(kind, decision, why), Err(Refused::NotNow(kind)));
            }
        }
        assert_eq!(step(RedressState::Review, Step::Refuse, " "), Err(Refused::NoReason));
        assert_eq!(step(RedressState::Review, Step::Refuse, why), Ok(RedressState::Refused));
        for next in ALL {
            assert!(step(RedressState::Closed, next, why).is_err(), "{next:?}");
        }
    }

    #[test]
    fn papers_are_never_a_condition() {
        assert_eq!(step(RedressState::Received, Step::Review, ""), Ok(RedressState::Review));
    }

    #[test]
    fn the_clock_runs_for_the_answer_and_then_for_its_effect() {
        let day = |n: i64| Timestamp::from_second(n * 86_400).unwrap();
        assert_eq!(due(RedressState::Review, day(100), None), Some(day(120)));
        assert_eq!(due(RedressState::Upheld, day(100), Some(day(110))), Some(day(125)));
        assert_eq!(due(RedressState::Closed, day(100), Some(day(110))), None);
    }

    #[test]
    fn a_dispute_stops_the_entry_and_only_an_approver_starts_it_again() {
        use EntryState as E;
        use RedressKind as K;
        use RedressState as R;
        for kind in [K::Rectification, K::Cancellation, K::Opposition] {
            assert_eq!(effect_on_entry(kind, R::Received, E::Active), Some(entry::Step::Dispute));
        }
        assert_eq!(effect_on_entry(K::Access, R::Received, E::Active), None);
        assert_eq!(effect_on_entry(K::Cancellation, R::Upheld, E::Disputed), Some(entry::Step::Revoke));
        for kind in [K::Access, K::Rectification, K::Cancellation, K::Opposition] {
            assert_eq!(effect_on_entry(kind, R::Refused, E::Disputed), None, "nothing resumes by itself");
        }
    }
}
