//! Every sentence of the console, from the `.ftl` files (Project Fluent), in English and Spanish.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, sync::OnceLock};
use unic_langid::LanguageIdentifier;

/// A language of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Spanish.
    #[serde(rename = "es")]
    Spanish,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The language's name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }

    /// The language with this tag (`es`, `es-MX`, ...).
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next().map(str::to_ascii_lowercase).as_deref() {
            Some("en") => Some(Self::English),
            Some("es") => Some(Self::Spanish),
            _ => None,
        }
    }

    /// The first language of an `Accept-Language` header (RFC 9110, 12.5.4) that the console speaks, by its
    /// weights; English where there is none.
    pub fn from_accept(header: &str) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(|tag| Self::from_tag(tag.trim())) else { continue };
            let weight = parts
                .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()))
                .unwrap_or(1.0);
            if best.is_none_or(|(top, _)| weight > top) {
                best = Some((weight, language));
            }
        }
        best.map_or_else(Self::default, |(_, language)| language)
    }

    const fn sources(self) -> &'static [(&'static str, &'static str)] {
        macro_rules! sources {
            ($tag:literal) => {
                &[
                    ("common", include_str!(concat!("../locales/", $tag, "/common.ftl"))),
                    ("words", include_str!(concat!("../locales/", $tag, "/words.ftl"))),
                    ("said", include_str!(concat!("../locales/", $tag, "/said.ftl"))),
                    ("refused", include_str!(concat!("../locales/", $tag, "/refused.ftl"))),
                    ("access", include_str!(concat!("../locales/", $tag, "/access.ftl"))),
                    ("board", include_str!(concat!("../locales/", $tag, "/board.ftl"))),
                    ("encounters", include_str!(concat!("../locales/", $tag, "/encounters.ftl"))),
                    ("lists", include_str!(concat!("../locales/", $tag, "/lists.ftl"))),
                    ("quality", include_str!(concat!("../locales/", $tag, "/quality.ftl"))),
                    ("redress", include_str!(concat!("../locales/", $tag, "/redress.ftl"))),
                    ("examine", include_str!(concat!("../locales/", $tag, "/examine.ftl"))),
                    ("alerts", include_str!(concat!("../locales/", $tag, "/alerts.ftl"))),
                    ("admin", include_str!(concat!("../locales/", $tag, "/admin.ftl"))),
                ]
            };
        }
        match self {
            Self::English => sources!("en"),
            Self::Spanish => sources!("es"),
        }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        static ENGLISH: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
        static SPANISH: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
        match self {
            Self::English => ENGLISH.get_or_init(|| load(self)),
            Self::Spanish => SPANISH.get_or_init(|| load(self)),
        }
    }
}

/// Reads the files of one language. They are part of the program: a test shows that they parse, so what cannot
/// be read here is left out and would show as a missing message.
fn load(language: Language) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for (_, source) in language.sources() {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Looks up messages in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text(pub Language);

impl Text {
    /// The message with this key; a missing one is shown as its key in angle marks, which a test looks for.
    pub fn get(self, key: &str) -> String {
        self.format(key, None).unwrap_or_else(|| missing(key))
    }

    /// The message with arguments.
    pub fn with(self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        self.find(key, args).unwrap_or_else(|| missing(key))
    }

    /// As [`Self::with`]; none where there is no such message, or it asks for other arguments.
    pub(crate) fn find(self, key: &str, args: &[(&'static str, Arg<'_>)]) -> Option<String> {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            match value {
                Arg::Text(text) => fluent.set(*name, Cow::Borrowed(*text)),
                Arg::Count(count) => fluent.set(*name, *count),
            }
        }
        self.format(key, Some(&fluent))
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.0.bundle();
        let pattern = bundle.get_message(key).and_then(|message| message.value())?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

pub(crate) fn missing(key: &str) -> String {
    format!("\u{27e8}{key}\u{27e9}")
}

/// A value put into a message.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A text.
    Text(&'a str),
    /// A number that the plural follows.
    Count(u64),
}

/// File name and source of a language's messages: for tests over all of them.
pub fn ftl_sources(language: Language) -> &'static [(&'static str, &'static str)] {
    language.sources()
}
