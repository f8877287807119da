//! Answers in words. Never "clear", "safe", "threat", "suspect" or "hit" (S8, S25).

use exchange::{Answer, DestinationAnswer, Standing};

/// One line per destination.
pub fn lines(answer: &Answer) -> Vec<String> {
    answer.destinations.iter().map(|at| format!("{}: {}", at.destination, standing(at))).collect()
}

fn standing(at: &DestinationAnswer) -> String {
    match &at.standing {
        Standing::NotAnswered => "Has not answered yet".into(),
        Standing::InProgress => "At work".into(),
        // An empty list of lists must not sound like a search (S25).
        Standing::NoMatch if at.searched.is_empty() => "No list was searched".into(),
        Standing::NoMatch => format!("No match in the lists searched ({})", coverage(at)),
        Standing::BeingExamined => "Being checked by an examiner".into(),
        Standing::Confirmed { contact } => format!("Confirmed by two examiners: contact {contact}"),
        Standing::Inconclusive => "The examiners could not say".into(),
        Standing::Partial => format!("Not everything was searched, so this stays open ({})", coverage(at)),
        Standing::RecaptureRequested => "The examiners ask for a better capture".into(),
        Standing::Rejected { reason } => format!("Not processed: {reason}"),
        Standing::Retracted => "An earlier confirmation was withdrawn".into(),
    }
}

fn coverage(at: &DestinationAnswer) -> String {
    let searched = at.searched.iter().map(|list| format!("{} as of {:.0}", list.list, list.as_of));
    let searched =
        if at.searched.is_empty() { "none".into() } else { searched.collect::<Vec<_>>().join(", ") };
    match at.not_answered.as_slice() {
        [] => searched,
        missing => format!("{searched}; {} did not answer", missing.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::ListCoverage;

    #[test]
    fn says_what_was_searched_and_nothing_more() {
        let list = ListCoverage { list: "A".into(), as_of: "2026-03-01T10:00:00Z".parse().unwrap() };
        let check = |standing_: Standing, searched: Vec<ListCoverage>, missing: &[&str], expected: &str| {
            let at = DestinationAnswer {
                destination: "North".into(),
                standing: standing_,
                searched,
                not_answered: missing.iter().map(|&name| name.to_owned()).collect(),
            };
            let line = standing(&at);
            assert_eq!(line, expected);
            for word in ["clear", "safe", "threat", "suspect", "hit"] {
                assert!(!line.to_lowercase().contains(word), "{line}");
            }
        };
        let a = || vec![list.clone()];
        check(Standing::NoMatch, a(), &[], "No match in the lists searched (A as of 2026-03-01T10:00:00Z)");
        check(
            Standing::NoMatch,
            a(),
            &["C"],
            "No match in the lists searched (A as of 2026-03-01T10:00:00Z; C did not answer)",
        );
        check(Standing::NoMatch, vec![], &[], "No list was searched");
        check(
            Standing::Partial,
            vec![],
            &["A", "B"],
            "Not everything was searched, so this stays open (none; A, B did not answer)",
        );
        check(Standing::BeingExamined, vec![], &[], "Being checked by an examiner");
        let contact = "duty desk".to_owned();
        check(Standing::Confirmed { contact }, a(), &[], "Confirmed by two examiners: contact duty desk");
        check(Standing::Retracted, a(), &[], "An earlier confirmation was withdrawn");
    }
}
