//! What the style sheet and the files promise: contrast, no stray colours, unchanged vendored files.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may fail loudly"
)]

use ridgeline_console::assets;
use sha2::Digest as _;
use std::collections::BTreeMap;

fn css() -> String {
    let (kind, bytes, _) = assets::get("console.css").expect("the style sheet");
    assert_eq!(kind, "text/css; charset=utf-8");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Relative luminance (WCAG 2.2, definitions).
fn luminance(hex: &str) -> f64 {
    let channel = |i: usize| {
        let value = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("hexadecimal")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Token to its day and night colour.
fn tokens(css: &str) -> BTreeMap<&str, [&str; 2]> {
    css.lines()
        .filter_map(|line| {
            let (name, value) = line.trim().split_once(": light-dark(#")?;
            let (day, rest) = value.split_once(", #")?;
            Some((name, [day, rest.strip_suffix(");")?]))
        })
        .collect()
}

#[test]
fn contrast_is_measured_not_hoped_for() {
    // The formula itself, against the known extremes.
    assert!((contrast("000000", "ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("777777", "ffffff") - 4.478).abs() < 1e-3);
    let css = css();
    let tokens = tokens(&css);
    let mut pairs = 0;
    for line in css.lines().filter_map(|line| line.split("pair: ").nth(1)) {
        let parts: Vec<&str> = line.trim_end_matches(" */").split_whitespace().collect();
        let [front, "on", back, least] = parts[..] else { panic!("a pair line: {line}") };
        let least: f64 = least.parse().expect("a number");
        for (theme, name) in ["day", "night"].iter().enumerate() {
            let found = contrast(tokens[front][theme], tokens[back][theme]);
            assert!(found >= least, "{front} on {back} by {name}: {found:.2}, at least {least}");
            pairs += 1;
        }
    }
    assert!(pairs >= 80, "the list of pairs was found: {pairs}");
}

#[test]
fn every_token_used_is_declared_and_no_rule_names_a_colour() {
    let css = css();
    let tokens = tokens(&css);
    let end = css.find(":root[data-theme=\"light\"]").expect("the rules begin after the tokens");
    let rules = &css[end..];
    for used in rules.split("var(").skip(1) {
        let name = used.split([')', ',']).next().unwrap_or("");
        assert!(tokens.contains_key(name), "{name} is not declared");
    }
    for (i, line) in rules.lines().enumerate() {
        let declaration = line.split_once('{').map_or(line, |(_, body)| body);
        assert!(!declaration.contains(": #") && !declaration.contains("rgb("), "rule line {i}: {line}");
    }
    // A text colour and a ground that are set together are a pair that was measured.
    for rule in rules.split('}') {
        let value = |property: &str| {
            rule.split(['{', ';'])
                .filter_map(|d| d.trim().strip_prefix(property))
                .filter_map(|d| d.trim().strip_prefix("var(")?.split(')').next())
                .next_back()
        };
        if let (Some(front), Some(back)) = (value("color:"), value("background:")) {
            let measured = |a, b| css.contains(&format!("pair: {a} on {b} "));
            assert!(
                measured(front, back) || measured(back, front),
                "not measured: {front} on {back} in {}",
                rule.trim()
            );
        }
    }
}

#[test]
fn others_files_are_unchanged() {
    let readme = include_str!("../assets/vendor/README.md");
    for path in assets::paths().filter(|path| path.starts_with("vendor/")) {
        let (_, bytes, _) = assets::get(path).expect("listed");
        let digest = hex::encode(sha2::Sha256::digest(bytes));
        assert!(readme.contains(&digest), "{path} has SHA-256 {digest}, which the README does not name");
    }
}

#[test]
fn files_have_types_and_tags() {
    let mut tags = Vec::new();
    for path in assets::paths() {
        let (kind, bytes, tag) = assets::get(path).expect("listed");
        assert!(!bytes.is_empty(), "{path}");
        assert!(kind.starts_with("text/") || kind.starts_with("image/"), "{path}: {kind}");
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() == 34, "{path}: {tag}");
        tags.push(tag);
    }
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), assets::paths().count());
    assert_eq!(assets::get("../Cargo.toml"), None);
    assert_eq!(assets::get(""), None);
}

#[test]
fn icons_exist() {
    let (_, bytes, _) = assets::get("icons.svg").expect("the icons");
    let icons = String::from_utf8_lossy(bytes);
    for area in ridgeline_console::view::Area::ALL {
        assert!(icons.contains(&format!("id=\"{}\"", area.code())), "{area:?}");
    }
    for name in ["person", "sliders", "keyboard", "leave", "clock", "eye"] {
        assert!(icons.contains(&format!("id=\"{name}\"")), "{name}");
    }
}
