//! Adjudicate: a pure state machine, `(case, decision) -> (case, effects)`.
//!
//! Two blind examiners decide every case, a third where they disagree. There is no other way to `Confirmed`
//! (S8, S21), and no score is among the inputs.

use model::{CaseState, UserId, Verdict};

/// A decision that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// By whom.
    pub examiner: UserId,
    /// What.
    pub verdict: Verdict,
}

/// What must happen because of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Tell the entitled recipients.
    RaiseAlert,
    /// Put it before a lead examiner.
    CallThird,
    /// The case is closed: see whether the encounter is.
    CloseCase,
}

/// Why a decision is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The case is closed.
    #[error("this case is closed: nothing more can be decided on it")]
    Closed,
    /// Blind means two different people.
    #[error("you have decided on this case already: another examiner must")]
    SamePerson,
    /// The third decision is a lead examiner's.
    #[error("two examiners disagree on this case: a lead examiner decides")]
    NeedsLead,
}

/// Whether this person may be shown the case for a decision.
///
/// # Errors
/// [`Refused`] with the reason.
pub fn may_decide(
    state: CaseState,
    before: &[Decision],
    examiner: UserId,
    is_lead: bool,
) -> Result<(), Refused> {
    if !state.is_open() {
        return Err(Refused::Closed);
    }
    if before.iter().any(|d| d.examiner == examiner) {
        return Err(Refused::SamePerson);
    }
    if state == CaseState::Conflict && !is_lead {
        return Err(Refused::NeedsLead);
    }
    Ok(())
}

/// Takes a decision.
///
/// # Errors
/// [`Refused`] with the reason; nothing has changed then.
pub fn decide(
    state: CaseState,
    before: &[Decision],
    decision: Decision,
    is_lead: bool,
) -> Result<(CaseState, Vec<Effect>), Refused> {
    may_decide(state, before, decision.examiner, is_lead)?;
    let next = match (state, before) {
        (CaseState::Open, _) | (_, []) => CaseState::AwaitingSecond,
        (CaseState::AwaitingSecond, [first, ..]) if first.verdict == decision.verdict => {
            settled(decision.verdict)
        }
        (CaseState::AwaitingSecond, _) => CaseState::Conflict,
        // The third settles it by agreeing with one of the first two; else nobody could say.
        (_, earlier) if earlier.iter().any(|d| d.verdict == decision.verdict) => settled(decision.verdict),
        _ => CaseState::Inconclusive,
    };
    let effects = match next {
        CaseState::Confirmed => vec![Effect::RaiseAlert, Effect::CloseCase],
        CaseState::Conflict => vec![Effect::CallThird],
        state if state.is_open() => Vec::new(),
        _ => vec![Effect::CloseCase],
    };
    Ok((next, effects))
}

const fn settled(verdict: Verdict) -> CaseState {
    match verdict {
        Verdict::Same => CaseState::Confirmed,
        Verdict::NotSame => CaseState::NotConfirmed,
        Verdict::Inconclusive => CaseState::Inconclusive,
        Verdict::Recapture => CaseState::RecaptureRequested,
    }
}

/// Where an encounter stands, from its cases; none while one is open.
pub fn roll_up(cases: &[CaseState]) -> Option<model::EncounterState> {
    use model::EncounterState as E;
    if cases.iter().any(|c| c.is_open()) {
        return None;
    }
    let any = |state| cases.contains(&state);
    Some(if any(CaseState::Confirmed) {
        E::Confirmed
    } else if any(CaseState::RecaptureRequested) {
        E::RecaptureRequested
    } else if any(CaseState::Inconclusive) {
        E::Inconclusive
    } else if cases.is_empty() {
        E::NoCandidate
    } else {
        E::NotConfirmed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn user(n: u128) -> UserId {
        UserId::new(uuid::Uuid::from_u128(n))
    }

    fn play(verdicts: &[Verdict]) -> (CaseState, Vec<Effect>) {
        let mut state = CaseState::Open;
        let mut before = Vec::new();
        let mut effects = Vec::new();
        for (i, verdict) in verdicts.iter().enumerate() {
            let decision = Decision { examiner: user(i as u128), verdict: *verdict };
            let (next, more) = decide(state, &before, decision, i == 2).unwrap();
            state = next;
            effects.extend(more);
            before.push(decision);
        }
        (state, effects)
    }

    #[test]
    fn two_agree_or_a_third_decides() {
        use Verdict::*;
        let table: &[(&[Verdict], CaseState)] = &[
            (&[Same], CaseState::AwaitingSecond),
            (&[Same, Same], CaseState::Confirmed),
            (&[NotSame, NotSame], CaseState::NotConfirmed),
            (&[Inconclusive, Inconclusive], CaseState::Inconclusive),
            (&[Recapture, Recapture], CaseState::RecaptureRequested),
            (&[Same, NotSame], CaseState::Conflict),
            (&[Same, Inconclusive], CaseState::Conflict),
            (&[Same, NotSame, Same], CaseState::Confirmed),
            (&[Same, NotSame, NotSame], CaseState::NotConfirmed),
            (&[NotSame, Inconclusive, Same], CaseState::Inconclusive),
            (&[Same, Inconclusive, Recapture], CaseState::Inconclusive),
        ];
        for (verdicts, expected) in table {
            assert_eq!(play(verdicts).0, *expected, "{verdicts:?}");
        }
    }

    #[test]
    fn nobody_decides_twice_and_only_a_lead_decides_conflicts() {
        let first = Decision { examiner: user(1), verdict: Verdict::Same };
        assert_eq!(decide(CaseState::AwaitingSecond, &[first], first, true), Err(Refused::SamePerson));
        let second = Decision { examiner: user(2), verdict: Verdict::NotSame };
        let third = Decision { examiner: user(3), verdict: Verdict::Same };
        assert_eq!(decide(CaseState::Conflict, &[first, second], third, false), Err(Refused::NeedsLead));
        assert_eq!(decide(CaseState::Confirmed, &[first, second], third, true), Err(Refused::Closed));
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        proptest::sample::select(Verdict::ALL)
    }

    proptest! {
        /// S8, S21: whatever the events and whoever sends them in whatever order, an alert needs two different
        /// people who said "same".
        #[test]
        fn no_alert_without_two_people(
            events in proptest::collection::vec((0u128..4, verdict(), any::<bool>()), 0..12)
        ) {
            let mut state = CaseState::Open;
            let mut before: Vec<Decision> = Vec::new();
            for (who, verdict, lead) in events {
                let decision = Decision { examiner: user(who), verdict };
                if let Ok((next, effects)) = decide(state, &before, decision, lead) {
                    before.push(decision);
                    state = next;
                    let same: std::collections::HashSet<_> =
                        before.iter().filter(|d| d.verdict == Verdict::Same).map(|d| d.examiner).collect();
                    prop_assert!(!effects.contains(&Effect::RaiseAlert) || same.len() >= 2);
                    prop_assert_eq!(effects.contains(&Effect::RaiseAlert), state == CaseState::Confirmed);
                    prop_assert!(before.len() <= 3);
                }
            }
        }
    }
}
