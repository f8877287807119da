//! Every refusal has its sentence in every language, and none but refusals has one.

use super::*;
use console::{Value, ftl_sources};
use std::collections::BTreeSet;

fn all() -> impl Iterator<Item = Refusal> {
    Refusal::examples().into_iter().flatten()
}

#[test]
fn every_refusal_is_said_in_every_language() {
    for refusal in all() {
        let sentence = refusal.sentence();
        let mut heard = BTreeSet::new();
        for language in Language::ALL {
            let said = sentence.find(language);
            let said = said.unwrap_or_else(|| panic!("{refusal:?} is not said in {}", language.tag()));
            assert!(!said.contains('\u{27e8}'), "{said}");
            for (name, value) in sentence.args() {
                let whole = match value {
                    Value::Text(text) => said.contains(text),
                    Value::Count(count) => said.contains(&count.to_string()),
                    Value::Word { key, .. } => {
                        let word = Sentence::new(key, Vec::new()).find(language);
                        word.is_some_and(|word| said.contains(&word))
                    }
                    Value::Variant(_) => true,
                };
                assert!(whole, "{}: {name} is missing: {said}", language.tag());
            }
            // Pages and the log add what they need.
            assert!(!said.ends_with('.'), "{said}");
            heard.insert(said);
        }
        assert_eq!(heard.len(), Language::ALL.len(), "{refusal:?} is said alike: {heard:?}");
    }
}

/// The English message is what a refusal displays.
#[test]
fn the_log_and_the_english_page_say_the_same() {
    for refusal in all() {
        assert_eq!(Some(refusal.to_string()), refusal.sentence().find(Language::English));
    }
}

/// With another argument it is another sentence: none is left out, and none falls to a variant made for others.
#[test]
fn every_argument_is_heard() {
    for examples in Refusal::examples() {
        let examples: Vec<_> = examples.iter().map(Refusal::sentence).collect();
        for language in Language::ALL {
            let distinct: BTreeSet<_> = examples.iter().map(|e| format!("{:?}", e.args())).collect();
            let said: BTreeSet<_> = examples.iter().map(|e| e.say(language)).collect();
            assert_eq!(said.len(), distinct.len(), "{}: {said:?}", language.tag());
        }
    }
}

#[test]
fn no_sentence_is_left_of_a_refusal_that_is_gone() {
    let asked: BTreeSet<String> = all().map(|refusal| refusal.sentence().key().to_owned()).collect();
    assert_eq!(asked.len(), Refusal::examples().len(), "two refusals with one key");
    for language in Language::ALL {
        let source = ftl_sources(language).iter().find(|(file, _)| *file == "refused").unwrap().1;
        let keys: BTreeSet<String> = source
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned()))
            .collect();
        assert_eq!(keys, asked, "{}", language.tag());
    }
}

/// What the stages refuse has a sentence of its own there: it says the same, but that a state is named by its code.
#[test]
fn the_stages_say_the_same() {
    let states = EntryState::ALL.iter().map(|state| entry::Refused::NotNow(*state));
    let missing = entry::Field::ALL.into_iter().map(entry::Refused::Missing);
    let others = [
        entry::Refused::ThinBasis,
        entry::Refused::Category("gang".into()),
        entry::Refused::Dates,
        entry::Refused::TooLong { max_days: 30 },
        entry::Refused::SamePerson,
        entry::Refused::NeedsOtherAgency { agency: "North".into() },
    ];
    for refused in states.chain(missing).chain(others) {
        check(&refused.clone().into(), &refused);
        // A new one is listed above.
        match refused {
            entry::Refused::Missing(_)
            | entry::Refused::ThinBasis
            | entry::Refused::Category(_)
            | entry::Refused::Dates
            | entry::Refused::TooLong { .. }
            | entry::Refused::SamePerson
            | entry::Refused::NeedsOtherAgency { .. }
            | entry::Refused::NotNow(_) => {}
        }
    }
    let cases =
        [adjudicate::Refused::Closed, adjudicate::Refused::SamePerson, adjudicate::Refused::NeedsLead];
    for refused in cases {
        check(&refused.into(), &refused);
        match refused {
            adjudicate::Refused::Closed
            | adjudicate::Refused::SamePerson
            | adjudicate::Refused::NeedsLead => {}
        }
    }
    for state in AlertState::ALL {
        let refused = alert::NotNow { state: *state };
        check(&refused.into(), &refused);
    }
    let states = RedressState::ALL.iter().map(|state| redress::Refused::NotNow(*state));
    for refused in states.chain([redress::Refused::NoReason]) {
        check(&refused.clone().into(), &refused);
        match refused {
            redress::Refused::NotNow(_) | redress::Refused::NoReason => {}
        }
    }
}

fn check(refusal: &Refusal, stage: &dyn fmt::Display) {
    let sentence = refusal.sentence();
    let args = sentence.args().iter().map(|(name, value)| match value {
        Value::Word { code, .. } => (*name, Value::Text(code.replace('-', " "))),
        other => (*name, other.clone()),
    });
    let plain = Sentence::new(sentence.key(), args.collect()).say(Language::English);
    assert_eq!(plain, stage.to_string());
}
