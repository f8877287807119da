//! A sentence that the hub says through the console: a message's key with its arguments, so that every reader gets it
//! in their own language.

use crate::{
    text::{Arg, Language, Text, missing},
    words::Word,
};
use serde::Serialize;

/// A value put into a [`Sentence`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Data: shown as it is in every language.
    Text(String),
    /// A number that the plural follows.
    Count(u64),
    /// One of the console's own words, shown in the reader's language.
    Word {
        /// The key of its message.
        key: &'static str,
        /// Its code.
        code: &'static str,
    },
    /// Which of the variants that the message itself holds.
    Variant(&'static str),
}

impl Value {
    /// A word of one of the console's vocabularies.
    pub fn word(word: impl Word) -> Self {
        Self::Word { key: word.key(), code: word.code() }
    }
}

/// A message's key with its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    key: &'static str,
    args: Vec<(&'static str, Value)>,
}

impl Sentence {
    /// The message with this key and these arguments.
    pub fn new(key: &'static str, args: Vec<(&'static str, Value)>) -> Self {
        Self { key, args }
    }

    /// The message's key.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The arguments by name.
    pub fn args(&self) -> &[(&'static str, Value)] {
        &self.args
    }

    /// The words in this language, without the capital and the full stop that a page adds. A language that lacks the
    /// message says it in English; tests show that none does.
    pub fn say(&self, language: Language) -> String {
        let found = self.find(language).or_else(|| self.find(Language::English));
        found.unwrap_or_else(|| missing(self.key))
    }

    /// As [`Self::say`], as a page shows it: with a capital and a full stop.
    pub fn whole(&self, language: Language) -> String {
        let said = self.say(language);
        let mut letters = said.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        let stop = if said.ends_with('.') { "" } else { "." };
        format!("{first}{}{stop}", letters.as_str())
    }

    /// None where the language has no such message, or one that asks for other arguments.
    pub fn find(&self, language: Language) -> Option<String> {
        let text = Text(language);
        let words: Vec<String> = self
            .args
            .iter()
            .map(|(_, value)| match value {
                Value::Word { key, .. } => text.get(key),
                _ => String::new(),
            })
            .collect();
        let args: Vec<_> = self
            .args
            .iter()
            .zip(&words)
            .map(|((name, value), word)| {
                let arg = match value {
                    Value::Text(text) => Arg::Text(text),
                    Value::Count(count) => Arg::Count(*count),
                    Value::Word { .. } => Arg::Text(word),
                    Value::Variant(code) => Arg::Text(code),
                };
                (*name, arg)
            })
            .collect();
        text.find(self.key, &args)
    }
}
