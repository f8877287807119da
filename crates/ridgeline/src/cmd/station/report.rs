//! What a person or a program at the terminal sees.

use indicatif::{ProgressBar, ProgressStyle};
use model::EncounterId;
use serde::Serialize;
use station::{Event, wording};
use std::{collections::HashMap, io::Write as _};

/// Lines for people, or one JSON object per line for programs. Bars show on terminals alone.
pub(super) struct Report {
    json: bool,
    language: wording::Language,
    bars: HashMap<EncounterId, ProgressBar>,
}

impl Report {
    pub(super) fn new(json: bool, language: wording::Language) -> Self {
        Self { json, language, bars: HashMap::new() }
    }

    /// One thing that happened, in both forms.
    pub(super) fn say(&mut self, value: &impl Serialize, words: impl FnOnce() -> String) {
        let line = if self.json { serde_json::to_string(value).unwrap_or_default() } else { words() };
        // Whoever read our lines may be gone; the work goes on.
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    pub(super) fn event(&mut self, event: &Event) {
        if let Event::Progress { encounter, held, length } = event {
            if !self.json {
                self.bar(*encounter, *length).set_position(*held);
            }
            return;
        }
        match event {
            Event::Sent { encounter, .. }
            | Event::Waiting { encounter, .. }
            | Event::Refused { encounter, .. } => {
                if let Some(bar) = self.bars.remove(encounter) {
                    bar.finish_and_clear();
                }
            }
            _ => {}
        }
        let language = self.language;
        self.say(event, || words(event, language));
    }

    fn bar(&mut self, encounter: EncounterId, length: u64) -> &ProgressBar {
        self.bars.entry(encounter).or_insert_with(|| {
            // indicatif draws nothing where standard error is no terminal.
            let style =
                ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
            let bar = ProgressBar::new(length).with_message(encounter.to_string());
            match style {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        })
    }
}

fn words(event: &Event, language: wording::Language) -> String {
    match event {
        Event::Progress { encounter, held, length } => format!("{encounter}: {held} of {length} bytes"),
        Event::Sent { encounter, sequence, ledger_index } => {
            format!(
                "{encounter}: received and receipted by the hub (number {sequence} of this station, audit leaf {ledger_index})."
            )
        }
        Event::Waiting { encounter, problem, until, attention } => format!(
            "{encounter}: not sent yet, kept here: {problem}. {}Next attempt at {until:.0}.",
            if *attention { "Somebody has to look at this. " } else { "" }
        ),
        Event::Refused { encounter, problem } => format!(
            "{encounter}: the hub will not take it: {problem} It is kept here and not sent any more; \
             after mending the cause: ridgeline station retry."
        ),
        Event::Answered { answer } => {
            let open = if answer.complete { "" } else { " (still open)" };
            let lines = wording::lines_in(answer, language).join("\n  ");
            format!("{}: answer {}{open}\n  {lines}", answer.encounter, answer.revision)
        }
        Event::NoAnswer { encounter, problem } => format!("{encounter}: no answer now: {problem}"),
    }
}

/// A size for people.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1024 * 1024 {
        format!("{} KiB", bytes.div_ceil(1024))
    } else {
        let tenths = bytes.saturating_mul(10).div_ceil(1024 * 1024);
        format!("{}.{} MiB", tenths / 10, tenths % 10)
    }
}
