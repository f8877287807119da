//! How urgent a search is. What the agreement says of the purpose and how the encounter came decide; nothing about
//! the person does (S6).

use crate::limits::PERSON_WAITS;
use jiff::SignedDuration;

/// Who sent an encounter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A fixed or mobile station: the person stands there.
    Station,
    /// A partner hub: where the person is, it alone knows.
    Partner,
}

/// How urgent a search is; later values go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Nobody waits: earlier encounters, people listed twice. One at a time.
    Background,
    /// Nobody is known to wait: from a partner, or captured long ago (a stick, a station without a link),
    /// or it is a second look after a partial answer.
    Routine,
    /// A person stands at a station.
    Waiting,
    /// A person stands at a station, and the agreement gives the purpose priority: overtakes all others, which
    /// stand still meanwhile.
    Priority,
}

impl Urgency {
    /// Of a new encounter: `priority` is the purpose's, `since_capture` the time from capture to receipt.
    pub fn of(priority: bool, sender: Sender, since_capture: SignedDuration) -> Self {
        let waits = since_capture <= PERSON_WAITS;
        match (sender, waits, priority) {
            (Sender::Station, true, true) => Self::Priority,
            (Sender::Station, true, false) | (Sender::Partner, true, true) => Self::Waiting,
            _ => Self::Routine,
        }
    }

    /// Whether others stand still while it is searched.
    pub const fn overtakes(self) -> bool {
        matches!(self, Self::Priority)
    }

    /// As a number for the table of jobs: higher first.
    pub const fn order(self) -> i32 {
        match self {
            Self::Background => -1,
            Self::Routine => 0,
            Self::Waiting => 1,
            Self::Priority => 2,
        }
    }

    /// From the table of jobs.
    pub const fn from_order(order: i32) -> Self {
        match order {
            i32::MIN..=-1 => Self::Background,
            0 => Self::Routine,
            1 => Self::Waiting,
            2.. => Self::Priority,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agreement_and_the_sender_decide() {
        let fresh = SignedDuration::from_secs(20);
        let table = [
            (true, Sender::Station, fresh, Urgency::Priority),
            (false, Sender::Station, fresh, Urgency::Waiting),
            (true, Sender::Partner, fresh, Urgency::Waiting),
            (false, Sender::Partner, fresh, Urgency::Routine),
            (true, Sender::Station, PERSON_WAITS * 2, Urgency::Routine),
            // A station's clock may be ahead of ours.
            (true, Sender::Station, -fresh, Urgency::Priority),
        ];
        for (priority, sender, since, expected) in table {
            assert_eq!(Urgency::of(priority, sender, since), expected, "{priority} {sender:?} {since}");
        }
        for urgency in [Urgency::Background, Urgency::Routine, Urgency::Waiting, Urgency::Priority] {
            assert_eq!(Urgency::from_order(urgency.order()), urgency);
        }
    }
}
