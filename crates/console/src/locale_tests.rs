//! Both languages say the same things, the pages ask for nothing that is missing, and nothing lies unused.

use crate::{labels, message, pages::WORKBENCH_WORDS, text::*, view};
use fluent_syntax::{ast, parser};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Key to the variables that the message uses.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for (file, source) in ftl_sources(language) {
        let resource = parser::parse(*source)
            .unwrap_or_else(|(_, errors)| panic!("{}/{file}.ftl: {errors:?}", language.tag()));
        for entry in resource.body {
            if let ast::Entry::Message(message) = entry {
                let pattern = message.value.expect("every message has a value");
                let mut variables = BTreeSet::new();
                walk(&pattern, &mut variables);
                let key = message.id.name.to_owned();
                assert!(found.insert(key.clone(), variables).is_none(), "{}: {key} twice", language.tag());
            }
        }
    }
    found
}

fn walk(pattern: &ast::Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            match expression {
                ast::Expression::Inline(inline) => note(inline, variables),
                ast::Expression::Select { selector, variants } => {
                    note(selector, variables);
                    variants.iter().for_each(|variant| walk(&variant.value, variables));
                }
            }
        }
    }
}

fn note(inline: &ast::InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        ast::InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| note(argument, variables));
        }
        _ => {}
    }
}

/// Keys in `u.t("key")` and its relatives, in templates and in Rust.
fn asked_for() -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["templates", "src", "src/view"] {
        for entry in fs::read_dir(root.join(folder)).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_file() && path.file_name().is_some_and(|name| name != "locale_tests.rs") {
                let source = fs::read_to_string(&path).expect("UTF-8");
                for call in [".t(", ".x(", ".n(", ".nm(", ".say("] {
                    collect(&source, call, &mut keys);
                }
            }
        }
    }
    for list in view::WORD_KEYS.iter().chain(view::ACCESS_KEYS).chain(message::KEYS) {
        keys.extend(list.iter().map(|key| (*key).to_owned()));
    }
    keys.extend(labels::KEYS.iter().map(|key| (*key).to_owned()));
    keys.extend(WORKBENCH_WORDS.iter().map(|key| format!("bench-js-{key}")));
    keys.extend(view::EntryAction::ALL.iter().map(|action| action.hint_key().to_owned()));
    for kind in view::ErrorKind::ALL {
        let view = view::ErrorView {
            status: 500,
            kind: *kind,
            detail: None,
            needed: Vec::new(),
            reference: None,
            back: String::new(),
        };
        keys.extend([view.kept_key().to_owned(), view.next_key().to_owned()]);
    }
    keys
}

fn collect(source: &str, call: &str, keys: &mut BTreeSet<String>) {
    for piece in source.split(call).skip(1) {
        // The key may stand on a line of its own; what is no literal is covered by the vocabularies.
        let Some(piece) = piece.trim_start().strip_prefix('"') else { continue };
        let key: String = piece.chars().take_while(|c| *c != '"').collect();
        // `format!` fills are covered by the vocabularies.
        if !key.contains('{') {
            keys.insert(key);
        }
    }
}

#[test]
fn both_languages_have_the_same_messages() {
    let english = messages(Language::English);
    let spanish = messages(Language::Spanish);
    let difference: Vec<_> = english
        .keys()
        .filter(|k| !spanish.contains_key(*k))
        .chain(spanish.keys().filter(|k| !english.contains_key(*k)))
        .collect();
    assert!(difference.is_empty(), "only in one language: {difference:?}");
    for (key, variables) in &english {
        assert_eq!(Some(variables), spanish.get(key), "variables of {key}");
    }
}

#[test]
fn every_message_asked_for_exists_and_every_message_is_asked_for() {
    // What the hub refuses is asked for there, where a test holds its keys against these files in the same way.
    let hubs = |key: &String| key.starts_with("refused-");
    let known: BTreeSet<String> = messages(Language::English).into_keys().filter(|key| !hubs(key)).collect();
    let asked = asked_for();
    let missing: Vec<_> = asked.difference(&known).collect();
    let unused: Vec<_> = known.difference(&asked).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(unused.is_empty(), "unused: {unused:?}");
}

/// WORKFLOW, "Wording": what the platform never says. Whole words, both languages.
#[test]
fn forbidden_words_are_nowhere() {
    const NEVER: [&[&str]; 2] = [
        &["clear", "cleared", "safe", "threat", "threats", "suspect", "suspects", "hit", "hits"],
        &[
            "limpio",
            "seguro",
            "segura",
            "amenaza",
            "amenazas",
            "sospechoso",
            "sospechosa",
            "sospechosos",
            "acierto",
        ],
    ];
    for (language, never) in Language::ALL.into_iter().zip(NEVER) {
        for (file, source) in ftl_sources(language) {
            for line in source.lines() {
                let said = line.split_once('=').map_or(line, |(_, value)| value).to_lowercase();
                let bad = said.split(|c: char| !c.is_alphabetic()).find(|word| never.contains(word));
                assert_eq!(bad, None, "{}/{file}.ftl: {line}", language.tag());
            }
        }
    }
}

#[test]
fn plurals_follow_the_number() {
    for (language, n, want) in [
        (Language::English, 1, "1 case waits"),
        (Language::English, 2, "2 cases wait"),
        (Language::Spanish, 1, "1 caso en espera"),
        (Language::Spanish, 0, "0 casos en espera"),
    ] {
        assert_eq!(Text(language).with("examine-waiting", &[("n", Arg::Count(n))]), want);
    }
    assert!(Text(Language::English).get("no-such-key").contains("no-such-key"));
}

#[test]
fn languages_are_chosen_by_weight() {
    for (header, want) in [
        ("es-MX,es;q=0.9,en;q=0.8", Language::Spanish),
        ("de,en;q=0.5,es;q=0.7", Language::Spanish),
        ("en-GB,es;q=0.9", Language::English),
        ("fr", Language::English),
        ("", Language::English),
        (";;;,q=,es;q=x", Language::Spanish),
    ] {
        assert_eq!(Language::from_accept(header), want, "{header:?}");
    }
}
