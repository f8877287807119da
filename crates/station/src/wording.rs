//! Answers in words, English or Spanish. Never "clear", "safe", "threat", "suspect" or "hit" (S8, S25); what seems to
//! have gone wrong in capturing is something to look at, no accusation.

use exchange::{Answer, CaptureNotice, DestinationAnswer, Standing};
use model::FingerPosition;

/// The language of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// One line per destination in English, then what to capture again.
pub fn lines(answer: &Answer) -> Vec<String> {
    lines_in(answer, Language::En)
}

/// [`lines`] in a language.
pub fn lines_in(answer: &Answer, language: Language) -> Vec<String> {
    let destinations = answer.destinations.iter().map(|at| {
        let said = match language {
            Language::En => standing(at),
            Language::Es => standing_es(at),
        };
        format!("{}: {said}", at.destination)
    });
    destinations.chain(answer.notices.iter().map(|n| notice(n, language))).collect()
}

/// A notice in words.
fn notice(notice: &CaptureNotice, language: Language) -> String {
    match (notice, language) {
        (CaptureNotice::HandsSwapped, Language::En) => {
            "The left hand seems to have been captured as the right: check and capture again".into()
        }
        (CaptureNotice::HandsSwapped, Language::Es) => {
            "Parece que la mano izquierda se capturó como la derecha: compruébelo y repita la captura".into()
        }
        (CaptureNotice::SameFinger { first, second }, Language::En) => format!(
            "One finger seems to have been captured twice, as {first} and as {second}: check and capture again"
        ),
        (CaptureNotice::SameFinger { first, second }, Language::Es) => format!(
            "Parece que un mismo dedo se capturó dos veces, como {} y como {}: compruébelo y repita la captura",
            finger_es(*first),
            finger_es(*second)
        ),
    }
}

fn finger_es(finger: FingerPosition) -> &'static str {
    match finger.finger() {
        Some(FingerPosition::RightThumb) => "pulgar derecho",
        Some(FingerPosition::RightIndex) => "índice derecho",
        Some(FingerPosition::RightMiddle) => "medio derecho",
        Some(FingerPosition::RightRing) => "anular derecho",
        Some(FingerPosition::RightLittle) => "meñique derecho",
        Some(FingerPosition::LeftThumb) => "pulgar izquierdo",
        Some(FingerPosition::LeftIndex) => "índice izquierdo",
        Some(FingerPosition::LeftMiddle) => "medio izquierdo",
        Some(FingerPosition::LeftRing) => "anular izquierdo",
        Some(FingerPosition::LeftLittle) => "meñique izquierdo",
        _ => "dedo desconocido",
    }
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

fn standing_es(at: &DestinationAnswer) -> String {
    match &at.standing {
        Standing::NotAnswered => "Aún no ha respondido".into(),
        Standing::InProgress => "En curso".into(),
        Standing::NoMatch if at.searched.is_empty() => "No se buscó en ninguna lista".into(),
        Standing::NoMatch => {
            format!("Sin coincidencias en las listas consultadas ({})", coverage_es(at))
        }
        Standing::BeingExamined => "Un examinador lo está comprobando".into(),
        Standing::Confirmed { contact } => format!("Confirmado por dos examinadores: contacte con {contact}"),
        Standing::Inconclusive => "Los examinadores no han podido decidir".into(),
        Standing::Partial => {
            format!("No se consultó todo, así que queda abierto ({})", coverage_es(at))
        }
        Standing::RecaptureRequested => "Los examinadores piden una captura mejor".into(),
        Standing::Rejected { reason } => format!("No se procesó: {reason}"),
        Standing::Retracted => "Se retiró una confirmación anterior".into(),
    }
}

fn coverage_es(at: &DestinationAnswer) -> String {
    let searched = at.searched.iter().map(|list| format!("{} a fecha de {:.0}", list.list, list.as_of));
    let searched =
        if at.searched.is_empty() { "ninguna".into() } else { searched.collect::<Vec<_>>().join(", ") };
    match at.not_answered.as_slice() {
        [] => searched,
        [one] => format!("{searched}; {one} no respondió"),
        missing => format!("{searched}; {} no respondieron", missing.join(", ")),
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

    #[test]
    fn notices_ask_for_a_capture_and_accuse_nobody_in_either_language() {
        let list = ListCoverage { list: "A".into(), as_of: "2026-03-01T10:00:00Z".parse().unwrap() };
        let at = DestinationAnswer {
            destination: "North".into(),
            standing: Standing::NoMatch,
            searched: vec![list],
            not_answered: vec![],
        };
        let same = CaptureNotice::SameFinger {
            first: FingerPosition::RightIndex,
            second: FingerPosition::RightMiddle,
        };
        let answer = Answer {
            encounter: "0195a9b0-0000-7000-8000-000000000001".parse().unwrap(),
            revision: 1,
            issued_at: "2026-03-01T10:00:00Z".parse().unwrap(),
            complete: true,
            destinations: vec![at],
            notices: vec![CaptureNotice::HandsSwapped, same],
        };
        let table = [
            (
                Language::En,
                [
                    "North: No match in the lists searched (A as of 2026-03-01T10:00:00Z)",
                    "The left hand seems to have been captured as the right: check and capture again",
                    "One finger seems to have been captured twice, as right index and as right middle: check and capture again",
                ],
            ),
            (
                Language::Es,
                [
                    "North: Sin coincidencias en las listas consultadas (A a fecha de 2026-03-01T10:00:00Z)",
                    "Parece que la mano izquierda se capturó como la derecha: compruébelo y repita la captura",
                    "Parece que un mismo dedo se capturó dos veces, como índice derecho y como medio derecho: compruébelo y repita la captura",
                ],
            ),
        ];
        for (language, expected) in table {
            assert_eq!(lines_in(&answer, language), expected);
        }
        assert_eq!(lines(&answer), lines_in(&answer, Language::En));
        for finger in FingerPosition::TEN {
            assert!(
                finger_es(finger).ends_with("echo") || finger_es(finger).ends_with("quierdo"),
                "{finger}"
            );
        }
    }
}
