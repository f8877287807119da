//! What stands in the files themselves.

use super::Source;
use std::path::Path;

/// Past this many lines a file holds more than one thing.
const MOST_LINES: usize = 600;

/// What is read as text that people wrote. Data files keep the bytes that their format wants.
const WRITTEN: &[&str] =
    &["rs", "toml", "md", "html", "css", "js", "ftl", "py", "sql", "sh", "yml", "yaml", "svg"];

/// Unfinished work, spelled in two parts so that this file does not hold it.
const UNFINISHED: &[&str] =
    &[concat!("to", "do!"), concat!("unimple", "mented!"), concat!("#[ig", "nore"), concat!("FIX", "ME")];

/// The keyword that only kernels write; also in two parts.
const UNSAFE: &str = concat!("un", "safe");

/// Places on somebody's machine, which mean nothing to anybody else.
const PLACES: &[&str] = &[concat!("/wo", "rk/"), concat!("/fa", "rm/"), concat!(".lib", "rary")];

/// The station's words for an answer.
const WORDING: &str = "crates/station/src/wording.rs";

/// What an answer never says (S8, S25): each is more than a search can know. The console's test holds its own list.
const NEVER_SAID: &[&str] =
    &["clear", "cleared", "safe", "threat", "threats", "suspect", "suspects", "hit", "hits"];

/// Every finding in one file.
pub(super) fn check(path: &str, bytes: &[u8]) -> Vec<String> {
    let mut found = vec![];
    let extension = Path::new(path).extension().and_then(|end| end.to_str()).unwrap_or_default();
    let Ok(text) = std::str::from_utf8(bytes) else {
        if WRITTEN.contains(&extension) {
            found.push(format!("{path}: not UTF-8"));
        }
        return found;
    };
    for (number, line) in (1..).zip(text.lines()) {
        for place in PLACES {
            if line.to_lowercase().contains(place) {
                found.push(format!("{path}:{number}: names a place on one machine ({place})"));
            }
        }
    }
    if WRITTEN.contains(&extension) {
        layout(path, text, &mut found);
    }
    if extension == "rs" {
        rust(path, text, &mut found);
    }
    if path == WORDING {
        wording(path, text, &mut found);
    }
    found
}

/// Invisible characters that differ between editors.
fn layout(path: &str, text: &str, found: &mut Vec<String>) {
    // Minified files of others stay as they came.
    if path.contains("/vendor/") {
        return;
    }
    if text.starts_with('\u{feff}') {
        found.push(format!("{path}:1: begins with a byte order mark"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        found.push(format!("{path}: ends without a line feed"));
    }
    for (number, line) in (1..).zip(text.split('\n')) {
        let what = if line.contains('\0') {
            "a NUL"
        } else if line.contains('\r') {
            "a carriage return"
        } else if line.contains('\t') {
            "a tab"
        } else if line.ends_with(' ') {
            "a space at the end"
        } else {
            continue;
        };
        found.push(format!("{path}:{number}: {what}"));
    }
}

/// What holds for every file of Rust.
fn rust(path: &str, text: &str, found: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > MOST_LINES {
        found.push(format!("{path}: {lines} lines; past {MOST_LINES} it wants a split"));
    }
    let kernel = Path::new(path).components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        ["kernels", "simd"].contains(&part.trim_end_matches(".rs"))
    });
    for (number, line) in (1..).zip(text.lines()) {
        for mark in UNFINISHED {
            if line.contains(mark) {
                found.push(format!("{path}:{number}: unfinished ({mark})"));
            }
        }
        if !kernel && words(line).any(|word| word == UNSAFE) && !line.trim_start().starts_with("//") {
            found.push(format!("{path}:{number}: {UNSAFE} outside a module named kernels or simd"));
        }
    }
}

/// The texts in the quotes of `text`, up to its tests, hold none of the words.
fn wording(path: &str, text: &str, found: &mut Vec<String>) {
    let said = text.split("#[cfg(test)]").next().unwrap_or_default();
    for (number, line) in (1..).zip(said.lines()) {
        if line.trim_start().starts_with("//") {
            continue;
        }
        // Every second part stands in quotes: these texts hold no escaped ones.
        for quoted in line.split('"').skip(1).step_by(2) {
            for word in words(&quoted.to_lowercase()).filter(|word| NEVER_SAID.contains(word)) {
                found.push(format!("{path}:{number}: says \"{word}\", which no search can know (S8, S25)"));
            }
        }
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
}

/// What strangers may build on says how it is used, and forbids what only kernels may.
pub(super) fn check_libraries(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let Some(folder) = source.path.strip_prefix("lib/").and_then(|path| path.strip_suffix("/Cargo.toml"))
        else {
            continue;
        };
        if folder.contains('/') {
            continue;
        }
        let file = |name: &str| sources.iter().find(|other| other.path == format!("lib/{folder}/{name}"));
        if file("README.md").is_none_or(|readme| readme.bytes.is_empty()) {
            found.push(format!("lib/{folder}: without a README.md"));
        }
        let root = file("src/lib.rs").map(|root| String::from_utf8_lossy(&root.bytes).into_owned());
        if !root.is_some_and(|root| root.lines().any(|line| line == "#![forbid(unsafe_code)]")) {
            found.push(format!("lib/{folder}/src/lib.rs: without #![forbid(unsafe_code)]"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let found = super::check(path, text.as_bytes());
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (line, part) in found.iter().zip(expected) {
            assert!(line.contains(part), "{line} does not say {part}");
        }
    }

    #[test]
    fn layout_of_what_people_write() {
        check("a.rs", "fn a() {}\n", &[]);
        check("a.rs", "fn a() {}", &["line feed"]);
        check("a.rs", "\tfn a() {} \n", &["a.rs:1: a tab"]);
        check("a.md", "one\ntwo \n", &["a.md:2: a space"]);
        check("a.toml", "\u{feff}a = 1\r\n", &["byte order mark", "carriage return"]);
        check("a.py", "a = '\0'\n", &["NUL"]);
        check("data/codes.txt", "a\tb ", &[]);
        check("assets/vendor/a.js", "a", &[]);
    }

    #[test]
    fn binary_files_are_left_alone_but_sources_are_text() {
        assert_eq!(super::check("a.png", b"\x89PNG\xff\xfe"), [""; 0]);
        assert_eq!(super::check("a.rs", b"// \xff\n"), ["a.rs: not UTF-8"]);
    }

    #[test]
    fn unfinished_work_is_found() {
        for mark in UNFINISHED {
            check("a.rs", &format!("fn a() {{ {mark} }}\n"), &["unfinished"]);
        }
    }

    #[test]
    fn unchecked_code_stands_in_kernels_alone() {
        let block = &format!("fn a() {{ {UNSAFE} {{ b() }} }}\n");
        check("src/a.rs", block, &["outside"]);
        check("src/kernels.rs", block, &[]);
        check("src/simd/avx2.rs", block, &[]);
        check("src/my_kernels.rs", block, &["outside"]);
        check("src/a.rs", &format!("#![forbid(unsafe_code)]\n// {UNSAFE} is elsewhere\n"), &[]);
    }

    #[test]
    fn places_are_found_anywhere() {
        for place in PLACES {
            check("docs/a.txt", &format!("see {place}there"), &["docs/a.txt:1: names a place"]);
        }
    }

    #[test]
    fn long_files_are_found() {
        check("a.rs", &"//\n".repeat(MOST_LINES), &[]);
        check("a.rs", &"//\n".repeat(MOST_LINES + 1), &["601 lines"]);
    }

    #[test]
    fn answers_do_not_say_more_than_a_search_knows() {
        check(WORDING, "//! Never \"clear\".\nlet a = \"Confirmed by two\";\n", &[]);
        check(WORDING, "let a = \"All Clear\";\n", &["says \"clear\""]);
        check(WORDING, "#[cfg(test)]\nlet a = \"clear\";\n", &[]);
        check("elsewhere.rs", "let a = \"clear\";\n", &[]);
    }

    #[test]
    fn libraries_say_how_and_forbid_it() {
        let source = |path: &str, text: &str| Source { path: path.into(), bytes: text.into() };
        let manifest = source("lib/a/Cargo.toml", "");
        let readme = source("lib/a/README.md", "# a\n");
        let root = source("lib/a/src/lib.rs", "//! a\n#![forbid(unsafe_code)]\n");
        let bare = source("lib/a/src/lib.rs", "//! a\n");
        assert_eq!(check_libraries(&[manifest, readme, root]).len(), 0);
        assert_eq!(check_libraries(&[source("lib/a/Cargo.toml", ""), bare]).len(), 2);
    }
}
