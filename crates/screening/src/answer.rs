//! Answer: what the station is told, a line per destination. Composed from what happened, never from a score.

use crate::search::SearchRecord;
use exchange::answer::{Answer, CaptureNotice, DestinationAnswer, ListCoverage, Standing};
use jiff::Timestamp;
use model::{CaseState, EncounterId, EncounterState};

/// What happened at this hub.
#[derive(Debug, Clone)]
pub struct Own<'a> {
    /// This hub's name.
    pub hub: &'a str,
    /// The encounter's state.
    pub state: EncounterState,
    /// Why it was rejected.
    pub reason: Option<&'a str>,
    /// Searches made.
    pub searches: &'a [SearchRecord],
    /// Cases, each with the contact of its list.
    pub cases: &'a [(CaseState, String)],
    /// What seems to have gone wrong in capturing ([`crate::notices`]).
    pub notices: &'a [CaptureNotice],
}

/// What is known from a partner.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Its name.
    pub name: String,
    /// Its last answer.
    pub answer: Option<Answer>,
    /// Whether that was its last word.
    pub is_final: bool,
}

/// Puts the next revision together; none if nothing changed since `last`.
pub fn compose(
    encounter: EncounterId,
    own: &Own<'_>,
    partners: &[Partner],
    last: Option<&Answer>,
    now: Timestamp,
) -> Option<Answer> {
    let mut destinations = vec![own_line(own)];
    destinations.extend(partners.iter().flat_map(partner_lines));
    let complete = is_final(&destinations[0].standing) && partners.iter().all(|p| p.is_final);
    let unchanged = last.is_some_and(|l| {
        l.destinations == destinations && l.complete == complete && l.notices == own.notices
    });
    if unchanged {
        return None;
    }
    let revision = last.map_or(1, |l| l.revision.saturating_add(1));
    Some(Answer {
        encounter,
        revision,
        issued_at: now,
        complete,
        destinations,
        notices: own.notices.to_vec(),
    })
}

/// Whether a standing is a last word. `Partial` is not: the case stays open.
pub fn is_final(standing: &Standing) -> bool {
    match standing {
        Standing::NotAnswered | Standing::InProgress | Standing::BeingExamined | Standing::Partial => false,
        Standing::NoMatch
        | Standing::Confirmed { .. }
        | Standing::Inconclusive
        | Standing::RecaptureRequested
        | Standing::Rejected { .. }
        | Standing::Retracted => true,
    }
}

fn own_line(own: &Own<'_>) -> DestinationAnswer {
    let complete = own.searches.iter().filter(|s| s.partial.is_none());
    DestinationAnswer {
        destination: own.hub.to_owned(),
        standing: own_standing(own),
        searched: complete.map(|s| ListCoverage { list: s.name.clone(), as_of: s.as_of }).collect(),
        not_answered: own.searches.iter().filter(|s| s.partial.is_some()).map(|s| s.name.clone()).collect(),
    }
}

fn own_standing(own: &Own<'_>) -> Standing {
    use EncounterState::*;
    match own.state {
        Rejected => {
            return Standing::Rejected {
                reason: own.reason.unwrap_or("it could not be processed").to_owned(),
            };
        }
        Received | Validated | Searching => return Standing::InProgress,
        _ => {}
    }
    // The strongest thing that people have said comes first; machine results never outrank it.
    let any = |state| own.cases.iter().any(|(s, _)| *s == state);
    if let Some((_, contact)) = own.cases.iter().find(|(s, _)| *s == CaseState::Confirmed) {
        Standing::Confirmed { contact: contact.clone() }
    } else if own.cases.iter().any(|(s, _)| s.is_open()) {
        Standing::BeingExamined
    } else if any(CaseState::Retracted) {
        Standing::Retracted
    } else if own.searches.iter().any(|s| s.partial.is_some()) || own.state == Held {
        Standing::Partial
    } else if any(CaseState::RecaptureRequested) {
        Standing::RecaptureRequested
    } else if any(CaseState::Inconclusive) {
        Standing::Inconclusive
    } else {
        Standing::NoMatch
    }
}

/// A partner's own lines, under its own names; "not answered" until it is heard from.
fn partner_lines(partner: &Partner) -> Vec<DestinationAnswer> {
    match &partner.answer {
        Some(answer) if !answer.destinations.is_empty() => answer
            .destinations
            .iter()
            .map(|d| DestinationAnswer { destination: partner.name.clone(), ..d.clone() })
            .collect(),
        _ => vec![DestinationAnswer {
            destination: partner.name.clone(),
            standing: Standing::NotAnswered,
            searched: Vec::new(),
            not_answered: Vec::new(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(partial: bool) -> SearchRecord {
        SearchRecord {
            name: if partial { "C" } else { "A" }.into(),
            as_of: Timestamp::UNIX_EPOCH,
            scanned: 1,
            expected: 1,
            applied_sequence: 1,
            set_hash: String::new(),
            partial: partial.then(|| "loading".into()),
            candidates: Vec::new(),
            fpir: 0.001,
        }
    }

    fn standing(state: EncounterState, partial: bool, cases: &[CaseState]) -> Standing {
        let cases: Vec<_> = cases.iter().map(|c| (*c, "Desk 1".to_owned())).collect();
        let searches = if partial { vec![search(false), search(true)] } else { vec![search(false)] };
        own_standing(&Own {
            hub: "Hub",
            state,
            reason: None,
            searches: &searches,
            cases: &cases,
            notices: &[],
        })
    }

    #[test]
    fn only_a_complete_search_says_no_match() {
        use CaseState as C;
        use EncounterState as E;
        let contact = || Standing::Confirmed { contact: "Desk 1".into() };
        let table: Vec<(E, bool, &[C], Standing)> = vec![
            (E::Received, false, &[], Standing::InProgress),
            (E::NoCandidate, false, &[], Standing::NoMatch),
            (E::NoCandidate, true, &[], Standing::Partial),
            (E::Held, true, &[], Standing::Partial),
            (E::Candidates, false, &[C::Open], Standing::BeingExamined),
            (E::Examining, true, &[C::Conflict], Standing::BeingExamined),
            (E::NotConfirmed, false, &[C::NotConfirmed], Standing::NoMatch),
            (E::NotConfirmed, true, &[C::NotConfirmed], Standing::Partial),
            (E::Confirmed, true, &[C::Confirmed, C::NotConfirmed], contact()),
            (E::Examining, false, &[C::Confirmed, C::Open], contact()),
            (E::NotConfirmed, false, &[C::Retracted], Standing::Retracted),
            (E::Inconclusive, false, &[C::Inconclusive, C::NotConfirmed], Standing::Inconclusive),
            (E::RecaptureRequested, false, &[C::RecaptureRequested], Standing::RecaptureRequested),
            (E::NotConfirmed, false, &[C::Withdrawn], Standing::NoMatch),
        ];
        for (state, partial, cases, expected) in table {
            assert_eq!(standing(state, partial, cases), expected, "{state} {partial} {cases:?}");
        }
    }

    #[test]
    fn a_silent_partner_is_named_and_keeps_the_answer_open() {
        let own = Own {
            hub: "Hub A",
            state: EncounterState::NoCandidate,
            reason: None,
            searches: &[search(false)],
            cases: &[],
            notices: &[],
        };
        let id = EncounterId::new(uuid::Uuid::from_u128(5));
        let silent = Partner { name: "Hub B".into(), answer: None, is_final: false };
        let first = compose(id, &own, &[silent], None, Timestamp::UNIX_EPOCH).unwrap();
        assert!(!first.complete);
        assert_eq!(first.destinations[1].standing, Standing::NotAnswered);

        let theirs = compose(id, &own, &[], None, Timestamp::UNIX_EPOCH).unwrap();
        let heard = Partner { name: "Hub B".into(), answer: Some(theirs), is_final: true };
        let second =
            compose(id, &own, std::slice::from_ref(&heard), Some(&first), Timestamp::UNIX_EPOCH).unwrap();
        assert!(second.complete);
        assert_eq!((second.revision, second.destinations[1].standing.clone()), (2, Standing::NoMatch));
        assert_eq!(compose(id, &own, &[heard], Some(&second), Timestamp::UNIX_EPOCH), None, "nothing new");
    }

    #[test]
    fn a_notice_makes_a_new_revision_and_is_not_passed_on_to_partners() {
        let none = Own {
            hub: "Hub A",
            state: EncounterState::NoCandidate,
            reason: None,
            searches: &[search(false)],
            cases: &[],
            notices: &[],
        };
        let id = EncounterId::new(uuid::Uuid::from_u128(6));
        let first = compose(id, &none, &[], None, Timestamp::UNIX_EPOCH).unwrap();
        let told = Own { notices: &[CaptureNotice::HandsSwapped], ..none.clone() };
        let second = compose(id, &told, &[], Some(&first), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((second.revision, second.notices.as_slice()), (2, told.notices));
        assert_eq!(compose(id, &told, &[], Some(&second), Timestamp::UNIX_EPOCH), None);
        // A partner's station is another one: what it captured is its own affair.
        let partner = Partner { name: "Hub B".into(), answer: Some(second), is_final: true };
        let ours = compose(id, &none, &[partner], None, Timestamp::UNIX_EPOCH).unwrap();
        assert!(ours.notices.is_empty());
    }
}
