//! Alert: raised, delivered, acknowledged; escalated by a timer; retracted when it was wrong.

use jiff::Timestamp;
use model::AlertState;
use policy::limits::{FIRST_ESCALATION, SECOND_ESCALATION};

/// Something that happens to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It is on a recipient's screen.
    Delivered,
    /// A recipient says that they have seen it.
    Acknowledge,
    /// A recipient acts on it.
    TakeInHand,
    /// It is done.
    Close,
    /// Nobody acknowledged in time.
    Escalate,
    /// It was wrong (S24).
    Retract,
}

/// This cannot happen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an alert in the state “{}” cannot be changed in this way", state.as_str().replace('_', " "))]
pub struct NotNow {
    /// Where it stands.
    pub state: AlertState,
}

/// The alert's next state.
///
/// # Errors
/// [`NotNow`]; nothing has changed then.
pub fn step(state: AlertState, event: Event) -> Result<AlertState, NotNow> {
    use AlertState::*;
    Ok(match (state, event) {
        (Raised, Event::Delivered) => Delivered,
        // Being looked at again, or late, changes nothing.
        (other, Event::Delivered) => other,
        (s, Event::Acknowledge) if s.is_unacknowledged() => Acknowledged,
        (s, Event::TakeInHand) if s.is_unacknowledged() || s == Acknowledged => InHand,
        (Acknowledged | InHand, Event::Close) => Closed,
        (Raised | Delivered, Event::Escalate) => EscalatedOnce,
        (EscalatedOnce, Event::Escalate) => EscalatedTwice,
        (s, Event::Retract) if s != Retracted => Retracted,
        _ => return Err(NotNow { state }),
    })
}

/// When an alert escalates next; never, once acknowledged or escalated twice.
pub fn next_escalation(state: AlertState, raised_at: Timestamp) -> Option<Timestamp> {
    match state {
        AlertState::Raised | AlertState::Delivered => raised_at.checked_add(FIRST_ESCALATION).ok(),
        AlertState::EscalatedOnce => raised_at.checked_add(SECOND_ESCALATION).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlertState::*;

    #[test]
    fn steps() {
        let table = [
            (Raised, Event::Delivered, Ok(Delivered)),
            (Delivered, Event::Delivered, Ok(Delivered)),
            (EscalatedOnce, Event::Delivered, Ok(EscalatedOnce)),
            (Raised, Event::Acknowledge, Ok(Acknowledged)),
            (EscalatedTwice, Event::Acknowledge, Ok(Acknowledged)),
            (Acknowledged, Event::Acknowledge, Err(NotNow { state: Acknowledged })),
            (Acknowledged, Event::TakeInHand, Ok(InHand)),
            (InHand, Event::Close, Ok(Closed)),
            (Raised, Event::Close, Err(NotNow { state: Raised })),
            (Delivered, Event::Escalate, Ok(EscalatedOnce)),
            (EscalatedOnce, Event::Escalate, Ok(EscalatedTwice)),
            (Acknowledged, Event::Escalate, Err(NotNow { state: Acknowledged })),
            (Closed, Event::Retract, Ok(Retracted)),
            (Retracted, Event::Retract, Err(NotNow { state: Retracted })),
            (Retracted, Event::Acknowledge, Err(NotNow { state: Retracted })),
        ];
        for (state, event, expected) in table {
            assert_eq!(step(state, event), expected, "{state} {event:?}");
        }
    }

    #[test]
    fn escalates_at_5_and_15_minutes_until_acknowledged() {
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        assert_eq!(next_escalation(Raised, at(0)), Some(at(5)));
        assert_eq!(next_escalation(EscalatedOnce, at(0)), Some(at(15)));
        for quiet in [Acknowledged, InHand, Closed, EscalatedTwice, Retracted] {
            assert_eq!(next_escalation(quiet, at(0)), None);
        }
    }
}
