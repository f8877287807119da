//! Every page: renders in both languages, escapes what is hostile, carries the token; the workbench is blind.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may fail loudly"
)]

#[path = "../examples/preview/fixtures/mod.rs"]
mod fixtures;

use ridgeline_console::{Ctx, Language, RenderError, pages, urls, view::*};

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&{{7*7}}</script>";

fn render_all() -> Vec<(String, Language, String)> {
    let mut pages = Vec::new();
    for language in Language::ALL {
        for (name, render) in fixtures::PAGES {
            let html = render(language, Theme::Auto).unwrap_or_else(|e| panic!("{name}: {e}"));
            pages.push((format!("{name} ({})", language.tag()), language, html));
        }
    }
    pages
}

/// The pieces between `open` and `close`.
fn between<'a>(html: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    html.split(open).skip(1).map(|rest| rest.split(close).next().unwrap_or("")).collect()
}

/// Start tags of an element, without the angle brackets.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let mut found = between(html, &format!("<{element} "), ">");
    found.extend(html.contains(&format!("<{element}>")).then_some(""));
    found
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()
}

/// What a reader sees or hears: text and the attributes that are read out.
fn heard(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        out.push(' ');
        let end = rest[start..].find('>').map_or(rest.len(), |i| start + i + 1);
        let tag = &rest[start..end];
        for name in ["aria-label", "title", "alt", "placeholder", "value"] {
            if let Some(value) = attribute(tag, name) {
                out.push_str(value);
                out.push(' ');
            }
        }
        rest = &rest[end..];
    }
    out + rest
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[test]
fn every_page_is_whole_and_says_everything_in_its_language() {
    for (name, language, html) in render_all() {
        assert!(html.starts_with("<!doctype html>"), "{name}");
        assert!(html.trim_end().ends_with("</html>"), "{name}");
        assert!(html.contains(&format!("<html lang=\"{}\"", language.tag())), "{name}");
        assert!(!html.contains('\u{27e8}'), "{name}: {:?}", between(&html, "\u{27e8}", "\u{27e9}"));
        assert_eq!(html.matches("<h1").count(), 1, "{name}: one h1");
        assert_eq!(html.matches("<main ").count(), 1, "{name}: one main");
        for element in
            ["div", "section", "ul", "ol", "table", "form", "dl", "details", "span", "p", "li", "a"]
        {
            let opened =
                html.matches(&format!("<{element}>")).count() + html.matches(&format!("<{element} ")).count();
            assert_eq!(opened, html.matches(&format!("</{element}>")).count(), "{name}: <{element}>");
        }
    }
}

#[test]
fn the_languages_differ() {
    for (name, render) in fixtures::PAGES {
        let english = render(Language::English, Theme::Auto).unwrap();
        let spanish = render(Language::Spanish, Theme::Auto).unwrap();
        let title = |html: &str| between(html, "<title>", "</title>")[0].to_owned();
        assert_ne!(english, spanish, "{name}");
        if !matches!(*name, "list" | "agreement") {
            assert_ne!(title(&english), title(&spanish), "{name}");
        }
    }
}

#[test]
fn terms_and_ages_are_said_in_the_readers_language() {
    let render = |wanted: &str, language| {
        let (_, render) = fixtures::PAGES.iter().find(|(name, _)| *name == wanted).unwrap();
        render(language, Theme::Auto).unwrap()
    };
    for (language, page, said) in [
        (Language::English, "agreement", "Border check: FPIR 0.001, at most 5 candidates, priority"),
        (
            Language::English,
            "agreement",
            "Border check: searched in earlier encounters of Border check, 30 days",
        ),
        (
            Language::English,
            "agreement",
            "Border check: new entries of Castreña missing are searched in it, 1 day<",
        ),
        (Language::English, "agreement", "Castreña, hub south: 14 to 17, 18 and over"),
        (Language::English, "encounter", "<dd>18 and over</dd>"),
        (Language::Spanish, "agreement", "Border check: FPIR 0.001, como máximo 5 candidatos, con prioridad"),
        (Language::Spanish, "agreement", "Castreña, hub south: de 14 a 17 años, 18 años o más"),
        (Language::Spanish, "agreement", "Castreña, hub south: dedos, iris"),
        (Language::Spanish, "agreement", "marcas: solo se guardan"),
        (Language::Spanish, "agreement", "Border check: 30 días"),
        (Language::Spanish, "agreement-diff", "Border check: nada se conserva después de la respuesta"),
        (Language::Spanish, "encounter", "<dd>18 años o más</dd>"),
    ] {
        let html = render(page, language);
        assert!(html.contains(said), "{page} ({}): {said}", language.tag());
    }
}

#[test]
fn every_posted_form_carries_the_token_once() {
    for (name, _, html) in render_all() {
        for form in between(&html, "<form", "</form>") {
            let posted = form.split('>').next().is_some_and(|tag| tag.contains("method=\"post\""));
            let tokens = form.matches("name=\"csrf\" value=\"csrf-token-of-this-session\"").count();
            assert_eq!(tokens, usize::from(posted), "{name}: <form{}>", form.split('>').next().unwrap());
        }
    }
}

#[test]
fn nothing_runs_inline_and_nothing_comes_from_elsewhere() {
    for (name, _, html) in render_all() {
        for tag in tags(&html, "script") {
            let local = attribute(tag, "src").is_some_and(|src| src.starts_with("/assets/"));
            assert!(local || tag.contains("type=\"application/json\""), "{name}: <script {tag}>");
        }
        let lower = html.to_lowercase();
        for bad in [
            " style=",
            " onclick",
            " onload",
            " onerror",
            "javascript:",
            "hx-on",
            "http://",
            "https://",
            "src=\"//",
        ] {
            assert!(!lower.contains(bad), "{name}: {bad}");
        }
        for (element, name_of) in [("a", "href"), ("form", "action"), ("img", "src"), ("link", "href")] {
            for tag in tags(&html, element) {
                if let Some(url) = attribute(tag, name_of) {
                    assert!(url.starts_with('/') || url.starts_with('#'), "{name}: <{element} {tag}>");
                }
            }
        }
        for tag in tags(&html, "script").into_iter().chain(tags(&html, "link")) {
            if let Some(path) = attribute(tag, "src").or(attribute(tag, "href")) {
                let path = path.strip_prefix("/assets/").expect("an asset");
                assert!(ridgeline_console::assets::get(path).is_some(), "{name}: {path}");
            }
        }
    }
}

#[test]
fn every_field_has_a_label_and_every_id_is_unique() {
    for (name, _, html) in render_all() {
        let ids: Vec<&str> = between(&html, " id=\"", "\"");
        for (i, id) in ids.iter().enumerate() {
            assert!(!ids[..i].contains(id), "{name}: id {id} twice");
        }
        for element in ["input", "select", "textarea"] {
            for tag in tags(&html, element) {
                if tag.contains("type=\"hidden\"") {
                    continue;
                }
                let named = attribute(tag, "id").is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
                let wrapped = between(&html, "<label", "</label>").iter().any(|label| label.contains(tag));
                assert!(named || wrapped, "{name}: <{element} {tag}>");
            }
        }
        for tag in tags(&html, "a") {
            if let Some(target) = attribute(tag, "href").and_then(|href| href.strip_prefix('#')) {
                let shown = ids.contains(&target) || target.starts_with("pair-") || target.starts_with("f-");
                assert!(shown, "{name}: #{target} leads nowhere");
            }
        }
    }
}

/// WORKFLOW, "Wording".
#[test]
fn no_page_says_what_must_not_be_said() {
    const NEVER: [&str; 9] =
        ["clear", "cleared", "safe", "threat", "suspect", "hit", "amenaza", "sospechoso", "seguro"];
    for (name, _, html) in render_all() {
        let bad: Vec<String> = words(&heard(&html)).filter(|word| NEVER.contains(&word.as_str())).collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
    }
}

/// S21: neither in words nor in the data nor in an address.
#[test]
fn the_workbench_is_blind() {
    const WORDS: [&str; 24] = [
        "score",
        "scores",
        "rank",
        "ranks",
        "list",
        "lists",
        "category",
        "categories",
        "name",
        "names",
        "place",
        "places",
        "station",
        "site",
        "watchlist",
        "puntuación",
        "rango",
        "lista",
        "listas",
        "categoría",
        "nombre",
        "lugar",
        "estación",
        "sede",
    ];
    let view = fixtures::workbench();
    for language in Language::ALL {
        let mut ctx = fixtures::ctx(language, Theme::Dark, &urls::case("c1"));
        ctx.hub_name = "hub of a place".to_owned();
        let html = pages::workbench(&ctx, &view).unwrap();
        let bad: Vec<String> = words(&heard(&html)).filter(|word| WORDS.contains(&word.as_str())).collect();
        assert!(bad.is_empty(), "{}: {bad:?}", language.tag());
        assert!(!html.contains("Ferrán"), "the examiner's own name has no place here either");
        assert!(!html.contains("hub of a place"));
        for area in [Area::Lists, Area::Encounters, Area::Alerts, Area::Stations, Area::Conflicts] {
            assert!(!html.contains(&format!("href=\"{}", area.url())), "a link to {area:?}");
        }
    }
    let fields = keys(&serde_json::to_value(&view).unwrap());
    let allowed = [
        "case_id",
        "reference",
        "since",
        "due",
        "pairs",
        "position",
        "probe",
        "candidate",
        "image_url",
        "layers_url",
        "width_px",
        "height_px",
        "ppi",
        "quality_word",
        "impression",
        "minutiae",
        "flow",
        "quality",
        "contours",
        "x",
        "y",
        "dir",
        "kind",
        "may_recapture",
        "worksheet",
        "agree",
        "differ",
        "limits",
        "marks",
        "errors",
        "finger",
        "eye",
    ];
    let other: Vec<&String> = fields.iter().filter(|field| !allowed.contains(&field.as_str())).collect();
    assert!(other.is_empty(), "a new field reaches the examiner: {other:?}");
}

fn keys(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Object(map) => {
            map.iter().flat_map(|(key, value)| std::iter::once(key.clone()).chain(keys(value))).collect()
        }
        serde_json::Value::Array(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

fn check_hostile(name: &str, html: Result<String, RenderError>) {
    let html = html.unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(html.contains("alert(1)"), "{name}: the hostile text is shown at all");
    assert!(!html.contains("<script>alert"), "{name}: script");
    assert!(!html.contains("<img src=x"), "{name}: image");
    assert!(!html.contains("{{7*7}}</script>"), "{name}: end of script");
    // Outside of quoted values nothing of it is left in any tag.
    for tag in between(&html, "<", ">") {
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(!bare.contains("onerror") && !bare.contains("alert("), "{name}: <{tag}>");
    }
}

#[test]
fn hostile_text_stays_text() {
    let bad = || HOSTILE.to_owned();
    let mut ctx: Ctx = fixtures::ctx(Language::English, Theme::Auto, HOSTILE);
    ctx.hub_name = bad();
    ctx.csrf = bad();
    check_hostile("frame", pages::board(&ctx, &BoardView::default()));
    let mut view = fixtures::sign_in();
    (view.login, view.next) = (bad(), bad());
    view.errors.push(FieldError::plain(HOSTILE, bad()));
    check_hostile("sign in", pages::sign_in(&ctx, &view));
    let mut view = fixtures::encounters();
    (view.filter.number, view.rows[0].station, view.rows[0].id) = (bad(), bad(), bad());
    view.stations.push(Choice::new(HOSTILE, HOSTILE));
    check_hostile("encounters", pages::encounters(&ctx, &view));
    let mut view = fixtures::encounter();
    (view.findings[0].text, view.tiles[0].note, view.timeline[0].detail) = (bad(), Some(bad()), Some(bad()));
    (view.tiles[0].image_url, view.answers[0].contact) = (Some(bad()), Some(bad()));
    check_hostile("encounter", pages::encounter(&ctx, &view));
    let mut view = fixtures::entry_form();
    (view.values.caveat, view.values.legal_basis, view.values.ppi) = (bad(), bad(), bad());
    view.errors.push(FieldError::plain("caveat", bad()));
    check_hostile("entry form", pages::entry_form(&ctx, &view));
    let mut view = fixtures::alert();
    (view.alert.caveat, view.retracted_because) = (bad(), Some(bad()));
    check_hostile("alert", pages::alert(&ctx, &view));
    let mut view = fixtures::workbench();
    (view.reference, view.worksheet.agree, view.worksheet.marks) = (bad(), bad(), bad());
    (view.worksheet.limits, view.pairs[0].probe.image_url) = (bad(), bad());
    check_hostile("workbench", pages::workbench(&ctx, &view));
    let mut view = fixtures::audit(&[HOSTILE]);
    (view.leaves[0].hash, view.leaves[0].action) = (bad(), bad());
    check_hostile("audit", pages::audit(&ctx, &view));
    let mut view = fixtures::users();
    (view.rows[0].name, view.rows[0].id) = (bad(), bad());
    check_hostile("users", pages::users(&ctx, &view));
}

/// Invariant 1: only a complete search can say "no match".
#[test]
fn no_match_is_said_only_where_every_list_answered() {
    let ctx = fixtures::ctx(Language::English, Theme::Auto, "/");
    let says = |view: &EncounterView| {
        pages::encounter(&ctx, view).unwrap().contains("No match in the lists searched")
    };
    let mut view = fixtures::encounter();
    view.answers.retain(|answer| answer.state == AnswerState::NoMatch);
    assert!(!view.answers.is_empty() && !view.answers[0].not_answered.is_empty());
    assert!(!says(&view), "a list did not answer");
    view.answers[0].not_answered.clear();
    assert!(says(&view), "all answered");
    view.answers[0].searched.clear();
    assert!(!says(&view), "nothing was searched");
}

/// S19: nobody approves what they proposed; the page offers it to nobody who did.
#[test]
fn an_originator_cannot_approve() {
    let ctx = fixtures::ctx(Language::English, Theme::Auto, "/");
    let mut view = fixtures::approval();
    let enabled = |html: String| {
        tags(&html, "button").iter().any(|tag| tag.contains("approve") && !tag.contains("disabled"))
    };
    assert!(enabled(pages::approval(&ctx, &view).unwrap()));
    view.own_proposal = true;
    assert!(!enabled(pages::approval(&ctx, &view).unwrap()));
}

/// The fields that a page sends are the ones that the form structs read.
#[test]
fn forms_send_what_the_hub_reads() {
    let field = |html: &str, name: &str| html.contains(&format!("name=\"{name}\""));
    for (page, fields) in [
        ("first-start", &["csrf", "code", "name", "login", "password", "password_again"][..]),
        ("sign-in", &["csrf", "login", "password", "next"]),
        ("join", &["csrf", "login", "code", "password", "password_again"]),
        ("profile", &["language", "theme", "shortcuts", "back", "current", "password", "password_again"]),
        ("reason", &["csrf", "purpose", "case_number"]),
        ("entry", &["action", "reason", "expires"]),
        ("approval", &["verdict", "confirm", "reason"]),
        ("workbench", &["decision", "confirm", "agree", "differ", "limits", "marks"]),
        ("alert", &["action", "reason", "back"]),
        ("stations", &["name", "site", "kind", "action", "reason"]),
        ("users", &["name", "login", "role", "action"]),
        ("encounters", &["number", "state", "station", "from", "to", "page"]),
        ("list", &["state", "reference", "page"]),
        ("audit", &["actor", "action", "subject", "from", "to", "page"]),
    ] {
        let (_, render) = fixtures::PAGES.iter().find(|(name, _)| *name == page).unwrap();
        let html = render(Language::English, Theme::Auto).unwrap();
        for name in fields {
            assert!(field(&html, name), "{page}: {name}");
        }
    }
    let (_, render) = fixtures::PAGES.iter().find(|(name, _)| *name == "entry-form").unwrap();
    let html = render(Language::English, Theme::Auto).unwrap();
    let mut values = ridgeline_console::forms::EntryFields::default();
    let known = serde_json::to_value(&values).unwrap();
    for name in known.as_object().unwrap().keys() {
        assert!(field(&html, name), "proposal: {name}");
        assert!(values.set(name, "x"), "{name}");
    }
    assert!(!values.set("nothing", "x"));
    assert_eq!(
        serde_json::to_value(&values).unwrap().as_object().unwrap().values().filter(|v| *v == "x").count(),
        known.as_object().unwrap().len()
    );
}

/// A page that fetches itself again finds itself: the part that is swapped has the id that is selected.
#[test]
fn live_pages_find_themselves() {
    for (page, id, event) in [
        ("board", "board", urls::EVENT_BOARD),
        ("alerts", "alerts", urls::EVENT_ALERTS),
        ("queue", "queue", urls::EVENT_QUEUE),
    ] {
        let (_, render) = fixtures::PAGES.iter().find(|(name, _)| *name == page).unwrap();
        let html = render(Language::English, Theme::Auto).unwrap();
        assert!(html.contains(&format!("<div id=\"{id}\"")), "{page}");
        assert!(html.contains(&format!("hx-select=\"#{id}\"")), "{page}");
        assert!(html.contains(&format!("sse:{event},")), "{page}");
        assert!(html.contains("sse-connect=\"/live\""), "{page}");
    }
}

/// A new hub has nothing yet: every page says so instead of showing nothing.
#[test]
fn an_empty_hub_has_whole_pages() {
    for language in Language::ALL {
        let ctx = fixtures::ctx(language, Theme::Auto, "/");
        for (name, html) in [
            ("board", pages::board(&ctx, &BoardView::default())),
            ("encounters", pages::encounters(&ctx, &EncounterListView::default())),
            ("lists", pages::lists(&ctx, &ListsView::default())),
            ("list", pages::list(&ctx, &ListView::default())),
            ("queue", pages::queue(&ctx, &QueueView::default())),
            ("conflicts", pages::conflicts(&ctx, &ConflictsView::default())),
            ("alerts", pages::alerts(&ctx, &AlertsView::default())),
            ("stations", pages::stations(&ctx, &StationsView::default())),
            ("agreements", pages::agreements(&ctx, &AgreementsView::default())),
            ("audit", pages::audit(&ctx, &AuditView::default())),
        ] {
            let html = html.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert!(!html.contains('\u{27e8}'), "{name}");
            assert!(html.contains("empty\">"), "{name} says that there is nothing");
        }
    }
}

/// Marks are shown with the words that they are never searched (S5).
#[test]
fn marks_say_that_they_are_never_searched() {
    let ctx = fixtures::ctx(Language::English, Theme::Auto, "/");
    let mut view = fixtures::encounter();
    let says = |view: &EncounterView| pages::encounter(&ctx, view).unwrap().contains("never searched");
    assert!(!says(&view));
    view.tiles.push(Tile {
        position: Position::Mark(1),
        image_url: Some("/art/mark.png".to_owned()),
        quality: None,
        absence: None,
        impression: None,
        note: None,
    });
    assert!(says(&view));
}
