//! The standard's code tables: what a code means, and whether there is such a code.
//!
//! ```
//! use nist_itl::codes;
//!
//! assert_eq!(codes::meaning("FrictionRidgePosition", "07"), Some("Left index finger"));
//! assert_eq!(codes::meaning("NcicSmt", "ART L EYE"), Some("Eye, left, artificial"));
//! assert_eq!(codes::meaning("ImpressionType", "99"), None);
//! ```

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// `data/codes.txt`, whose head names its sources.
const TEXT: &str = include_str!("../data/codes.txt");

type Tables = BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>;

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables::new();
        let mut name = "";
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            if let Some(next) = line.strip_prefix("= ") {
                name = next;
            } else if let Some((code, meaning)) = line.split_once('\t') {
                tables.entry(name).or_default().insert(code, meaning);
            }
        }
        tables
    })
}

/// What a code means in a table. Zeros in front of a number do not matter. None when there is no such
/// table or no such code.
pub fn meaning(table: &str, code: &str) -> Option<&'static str> {
    let table = tables().get(table)?;
    if let Some(meaning) = table.get(code) {
        return Some(meaning);
    }
    let digits = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    let shorter = code.trim_start_matches('0');
    if !digits {
        return None;
    }
    table.get(if shorter.is_empty() { "0" } else { shorter }).copied()
}

/// The codes of a table with their meanings, sorted by code as text.
pub fn table(name: &str) -> Option<impl Iterator<Item = (&'static str, &'static str)>> {
    tables().get(name).map(|table| table.iter().map(|(code, meaning)| (*code, *meaning)))
}

/// The names of all tables.
pub fn names() -> impl Iterator<Item = &'static str> {
    tables().keys().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_code_of_a_table() {
        let lines = TEXT.lines().filter(|line| !line.starts_with('#') && !line.starts_with("= "));
        assert!(
            lines.clone().all(|line| line.split_once('\t').is_some_and(|(_, meaning)| !meaning.is_empty()))
        );
        let codes: usize = names().filter_map(table).map(Iterator::count).sum();
        assert_eq!(codes, lines.count(), "a code appears twice in a table");
        assert_eq!(table("NcicSmt").unwrap().count(), 428);
    }

    #[test]
    fn zeros_in_front_do_not_matter() {
        assert_eq!(meaning("FrictionRidgePosition", "0"), meaning("FrictionRidgePosition", "00"));
        assert!(meaning("FrictionRidgePosition", "00").is_some());
        assert_eq!(meaning("FrictionRidgePosition", "1"), meaning("FrictionRidgePosition", "001"));
        assert_eq!(meaning("FrictionRidgePosition", ""), None);
        assert_eq!(meaning("NoSuchTable", "1"), None);
    }
}
