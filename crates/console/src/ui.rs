//! What the templates call: messages, times, badges, the pieces of a form.
//!
//! Askama passes arguments by reference, so everything here takes references. What comes back as [`Safe`] has
//! been escaped piece by piece in here; everything else is escaped by the template.

use crate::{
    Ctx, Message,
    forms::button_tone,
    labels,
    text::{Arg, Language},
    view::{Area, Choice, EntryState, FieldError, NoticeTone, Position, Side, TermValue, TimelineEvent},
    words::Word,
};
use askama::filters::Safe;
use jiff::Timestamp;
use model::{Absence, AgeBand, Eye};
use std::fmt::Write as _;

type Html = Safe<String>;

/// The reader's side of a page.
#[derive(Clone, Copy)]
pub(crate) struct Ui<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) area: Option<Area>,
}

/// Any unsigned number that a message counts.
pub(crate) trait Count {
    fn count(&self) -> u64;
}

macro_rules! counts {
    ($($t:ty)*) => {$(
        impl Count for $t {
            fn count(&self) -> u64 {
                u64::try_from(*self).unwrap_or(u64::MAX)
            }
        }
    )*};
}
counts!(u8 u16 u32 u64 usize i32);

impl<T: Count> Count for &T {
    fn count(&self) -> u64 {
        (**self).count()
    }
}

// Messages.
impl<'a> Ui<'a> {
    pub(crate) const fn new(ctx: &'a Ctx, area: Option<Area>) -> Self {
        Self { ctx, area }
    }

    /// A message.
    pub(crate) fn t(&self, key: &str) -> String {
        self.ctx.text().get(key)
    }

    /// A message with a text `$x`.
    pub(crate) fn x(&self, key: &str, x: &str) -> String {
        self.ctx.text().with(key, &[("x", Arg::Text(x))])
    }

    /// A message with a number: `$n` to choose the plural by, `$s` to show where it can be large.
    pub(crate) fn n(&self, key: &str, n: impl Count) -> String {
        self.ctx.text().with(key, &[("n", Arg::Count(n.count())), ("s", Arg::Text(&self.num(n.count())))])
    }

    /// A message with two numbers, `$n` of `$m`.
    pub(crate) fn nm(&self, key: &str, n: impl Count, m: impl Count) -> String {
        self.ctx.text().with(key, &[("n", Arg::Count(n.count())), ("m", Arg::Count(m.count()))])
    }

    pub(crate) fn said(&self, message: &Message) -> String {
        match message {
            Message::Known(known) => self.word(known),
            Message::Sentence(sentence) => sentence.whole(self.ctx.language),
            Message::Plain(text) => text.clone(),
        }
    }

    /// A value of a vocabulary, as text.
    pub(crate) fn word(&self, word: impl Word) -> String {
        self.t(word.key())
    }

    /// A finger, eye or mark.
    pub(crate) fn position(&self, position: &Position) -> String {
        match position {
            Position::Mark(n) => self.n("mark-n", n),
            other => self.t(&labels::position(*other)),
        }
    }

    pub(crate) fn absence(&self, absence: &Absence) -> String {
        self.t(labels::absence(*absence))
    }

    pub(crate) fn age(&self, age: &AgeBand) -> String {
        self.t(labels::age(*age))
    }

    /// A message with arguments of its own.
    fn say(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        self.ctx.text().with(key, args)
    }

    /// A line of an agreement's terms.
    pub(crate) fn term(&self, value: &TermValue) -> String {
        use Arg::{Count, Text};
        match value {
            TermValue::Plain(text) => text.clone(),
            TermValue::Search { purpose, fpir, candidates, priority } => {
                let args = [("purpose", Text(purpose)), ("fpir", Text(fpir)), ("n", Count(*candidates))];
                if *priority {
                    self.say("terms-search-priority", &args)
                } else {
                    self.say("terms-search", &args)
                }
            }
            TermValue::Earlier { purpose, of, days } => self.say(
                "terms-earlier",
                &[("purpose", Text(purpose)), ("of", Text(&of.join(", "))), ("n", Count((*days).into()))],
            ),
            TermValue::NewEntries { purpose, lists, days } => self.say(
                "terms-new-entries",
                &[
                    ("purpose", Text(purpose)),
                    ("lists", Text(&lists.join(", "))),
                    ("n", Count((*days).into())),
                ],
            ),
            TermValue::Retention { purpose, days: 0 } => self.x("terms-nothing-remains", purpose),
            TermValue::Retention { purpose, days } => {
                self.say("terms-retention", &[("purpose", Text(purpose)), ("n", Count((*days).into()))])
            }
            TermValue::Marks { stored: true } => self.t("terms-marks-stored"),
            TermValue::Marks { stored: false } => self.t("terms-marks-none"),
            TermValue::Destination { name, country, purposes } => {
                format!("{name} ({country}): {}", purposes.join(", "))
            }
            TermValue::DataClasses { destination, classes } => {
                let classes: Vec<_> = classes.iter().map(|m| self.t(labels::modality(*m))).collect();
                format!("{destination}: {}", classes.join(", "))
            }
            TermValue::Ages { destination, ages } => {
                let ages: Vec<_> = ages.iter().map(|age| self.age(age)).collect();
                format!("{destination}: {}", ages.join(", "))
            }
        }
    }

    pub(crate) fn event(&self, event: &TimelineEvent) -> String {
        match event {
            TimelineEvent::Encounter(state) => self.word(state),
            TimelineEvent::Entry(state) => self.word(state),
            TimelineEvent::Alert(state) => self.word(state),
            TimelineEvent::Redress(state) => self.word(state),
            TimelineEvent::Happened(what) => self.word(what),
            TimelineEvent::Opened => self.t("event-opened"),
            TimelineEvent::Plain(text) => text.clone(),
        }
    }

    /// How an image on the workbench came about, and its quality in words.
    pub(crate) fn about(&self, side: &Side) -> String {
        let impression = side.impression.map(|word| self.word(word));
        let quality = side.quality_word.map(|word| self.x("bench-about-quality", &self.word(word)));
        impression.into_iter().chain(quality).collect::<Vec<_>>().join(" · ")
    }

    /// A number with narrow spaces between groups of three digits from 10 000 on (SI brochure, 5.4.4).
    pub(crate) fn num(&self, n: impl Count) -> String {
        let digits = n.count().to_string();
        if digits.len() < 5 {
            return digits;
        }
        let mut out = String::with_capacity(digits.len() * 2);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push('\u{202f}');
            }
            out.push(digit);
        }
        out
    }
}

// Times.
impl Ui<'_> {
    /// Day and minute in the reader's zone.
    pub(crate) fn time(&self, at: &Timestamp) -> Html {
        Safe(format!(
            "<time datetime=\"{at:.0}\" title=\"{at:.0}\">{}</time>",
            at.to_zoned(self.ctx.zone.clone()).strftime("%Y-%m-%d %H:%M")
        ))
    }

    /// The minute alone where it is today, else the day before it: for narrow columns.
    pub(crate) fn at(&self, at: &Timestamp) -> Html {
        let zoned = at.to_zoned(self.ctx.zone.clone());
        let today = zoned.date() == self.ctx.now.to_zoned(self.ctx.zone.clone()).date();
        let shown = zoned.strftime(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" });
        let title = zoned.strftime("%Y-%m-%d %H:%M:%S %Z");
        Safe(format!("<time datetime=\"{at:.0}\" title=\"{}\">{shown}</time>", esc(&title.to_string())))
    }

    /// Day in the reader's zone.
    pub(crate) fn day(&self, at: &Timestamp) -> Html {
        Safe(format!(
            "<time datetime=\"{at:.0}\" title=\"{at:.0}\">{}</time>",
            at.to_zoned(self.ctx.zone.clone()).strftime("%Y-%m-%d")
        ))
    }

    /// How long ago or how soon.
    pub(crate) fn ago(&self, at: &Timestamp) -> Html {
        let seconds = self.ctx.now.as_second().saturating_sub(at.as_second());
        let words = if seconds.unsigned_abs() < 10 {
            self.t("time-now")
        } else if seconds > 0 {
            self.x("time-ago", &self.duration(seconds.unsigned_abs()))
        } else {
            self.x("time-in", &self.duration(seconds.unsigned_abs()))
        };
        let title = at.to_zoned(self.ctx.zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string();
        Safe(format!("<time datetime=\"{at:.0}\" title=\"{}\">{}</time>", esc(&title), esc(&words)))
    }

    /// How long something has lasted, as text.
    pub(crate) fn waited(&self, since: &Timestamp) -> String {
        self.duration(self.ctx.now.as_second().saturating_sub(since.as_second()).max(0).unsigned_abs())
    }

    /// The same in seconds.
    pub(crate) fn waited_s(&self, since: &Timestamp) -> i64 {
        self.ctx.now.as_second().saturating_sub(since.as_second()).max(0)
    }

    /// The time between two moments, as text.
    pub(crate) fn between(&self, from: &Timestamp, to: &Timestamp) -> String {
        self.duration(to.as_second().saturating_sub(from.as_second()).max(0).unsigned_abs())
    }

    /// Whether an entry that still matters is past its review.
    pub(crate) fn review_due(&self, state: &EntryState, review: &Timestamp) -> bool {
        use EntryState::*;
        matches!(state, Approved | Active | Suspended | Disputed) && *review < self.ctx.now
    }

    /// Whether a moment is past.
    pub(crate) fn past(&self, at: &Timestamp) -> bool {
        *at < self.ctx.now
    }

    /// Seconds in words: two units at most.
    pub(crate) fn secs(&self, seconds: &u64) -> String {
        self.duration(*seconds)
    }

    fn duration(&self, seconds: u64) -> String {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        match seconds {
            s if s < MINUTE => self.n("duration-s", s),
            s if s < HOUR => self.n("duration-min", s / MINUTE),
            s if s < 10 * HOUR => {
                let (h, min) = (s / HOUR, s % HOUR / MINUTE);
                if min == 0 { self.n("duration-h", h) } else { self.nm("duration-h-min", h, min) }
            }
            s if s < 2 * DAY => self.n("duration-h", s / HOUR),
            s => self.n("duration-d", s / DAY),
        }
    }
}

// Pieces of HTML.
impl Ui<'_> {
    /// A state with its shape and colour.
    pub(crate) fn badge(&self, word: impl Word) -> Html {
        Safe(format!("<span class=\"badge {}\">{}</span>", word.tone().code(), esc(&self.word(word))))
    }

    /// The class suffix of a tone.
    pub(crate) fn tone(&self, word: impl Word) -> &'static str {
        word.tone().code()
    }

    pub(crate) fn is_problem(&self, tone: &NoticeTone) -> bool {
        *tone == NoticeTone::Problem
    }

    pub(crate) fn range(&self, first: u8, last: u8) -> std::ops::RangeInclusive<u8> {
        first..=last
    }

    /// A finger by its FGP code.
    pub(crate) fn finger(&self, code: &u8) -> String {
        self.t(&format!("finger-{code}"))
    }

    /// An eye by its ELR code.
    pub(crate) fn eye(&self, code: &u8) -> String {
        self.position(&Position::Eye(Eye::from_code(*code).unwrap_or(Eye::Unknown)))
    }

    /// An icon that says nothing of its own.
    pub(crate) fn icon(&self, name: &str) -> Html {
        Safe(format!(
            "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"{}#{}\"></use></svg>",
            crate::urls::asset("icons.svg"),
            esc(name)
        ))
    }

    /// The token that every form carries.
    pub(crate) fn csrf(&self) -> Html {
        Safe(format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", esc(&self.ctx.csrf)))
    }

    /// The summary above a form: what is wrong, each line leading to its field.
    pub(crate) fn errors(&self, errors: &[FieldError]) -> Html {
        if errors.is_empty() {
            return Safe(String::new());
        }
        let mut out = format!(
            "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>{}</h2><ul>",
            esc(&self.t("errors-title"))
        );
        for error in errors {
            let said = self.said(&error.message);
            let text = match labels::field(&error.field) {
                Some(key) => esc(&format!("{}: {said}", self.t(key))),
                None => esc(&said),
            };
            let field = esc(&error.field);
            let _ = write!(out, "<li><a href=\"#f-{field}\">{text}</a></li>");
        }
        out.push_str("</ul></div>");
        Safe(out)
    }

    /// The error beside a field.
    pub(crate) fn err(&self, errors: &[FieldError], field: &str) -> Html {
        let mut out = String::new();
        for error in errors.iter().filter(|error| error.field == field) {
            let text = esc(&self.said(&error.message));
            let _ = write!(out, "<p class=\"field-error\" id=\"e-{}\">{text}</p>", esc(field));
        }
        Safe(out)
    }

    /// Attributes of a field: its id and, where it is wrong, the link to its error.
    pub(crate) fn f(&self, errors: &[FieldError], field: &str) -> Html {
        let field_id = esc(field);
        let wrong = errors.iter().any(|error| error.field == field);
        let extra = if wrong {
            format!(" aria-invalid=\"true\" aria-describedby=\"e-{field_id}\"")
        } else {
            String::new()
        };
        Safe(format!("id=\"f-{field_id}\" name=\"{field_id}\"{extra}"))
    }

    /// The options of a drop-down.
    pub(crate) fn options(&self, choices: &[Choice], chosen: &str) -> Html {
        let mut out = String::new();
        for choice in choices {
            let selected = if choice.value == chosen { " selected" } else { "" };
            let (value, label) = (esc(&choice.value), esc(&choice.label));
            let _ = write!(out, "<option value=\"{value}\"{selected}>{label}</option>");
        }
        Safe(out)
    }

    /// The options of a vocabulary.
    pub(crate) fn word_options<W: Word>(&self, words: &[W], chosen: &str) -> Html {
        let choices: Vec<_> = words.iter().map(|word| Choice::new(word.code(), self.word(word))).collect();
        self.options(&choices, chosen)
    }

    /// The class of an action's button.
    pub(crate) fn button(&self, word: impl Word) -> &'static str {
        button_tone(word.tone())
    }

    /// A file's address.
    pub(crate) fn asset(&self, path: &str) -> String {
        crate::urls::asset(path)
    }

    pub(crate) fn languages(&self) -> [Language; 2] {
        Language::ALL
    }

    pub(crate) fn here(&self, area: &Area) -> bool {
        self.area == Some(*area)
    }
}

impl Area {
    /// Where it lives.
    pub const fn url(self) -> &'static str {
        use crate::urls;
        match self {
            Self::Board => urls::BOARD,
            Self::Encounters => urls::ENCOUNTERS,
            Self::Examine => urls::EXAMINE,
            Self::Conflicts => urls::CONFLICTS,
            Self::Alerts => urls::ALERTS,
            Self::Lists => urls::LISTS,
            Self::Stations => urls::STATIONS,
            Self::Agreements => urls::AGREEMENTS,
            Self::Redress => urls::REDRESS,
            Self::Quality => urls::QUALITY,
            Self::Audit => urls::AUDIT,
            Self::Users => urls::USERS,
        }
    }

    /// The key pressed after `g` to go there.
    pub const fn shortcut(self) -> char {
        match self {
            Self::Board => 'b',
            Self::Encounters => 'e',
            Self::Examine => 'x',
            Self::Conflicts => 'c',
            Self::Alerts => 'a',
            Self::Lists => 'l',
            Self::Stations => 's',
            Self::Agreements => 'm',
            Self::Redress => 'd',
            Self::Quality => 'q',
            Self::Audit => 'u',
            Self::Users => 'r',
        }
    }
}

/// Escapes a text for HTML, in content and in double-quoted attributes.
pub(crate) fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
