//! The standard's field definitions as data: `data/fields.txt`, read once.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("../data/fields.txt");

/// What the standard says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldRule {
    /// Type of its record.
    pub record_type: u8,
    /// Its number.
    pub number: u16,
    /// Its mnemonic, such as `FGP`.
    pub mnemonic: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// Whether it must be there.
    pub condition: Condition,
    /// The characters of its value, for a field of single items.
    pub characters: Option<Characters>,
    /// Fewest and most characters of a single item.
    pub length: (usize, usize),
    /// Most subfields.
    pub subfields_max: usize,
    /// Fewest and most items in a subfield.
    pub items: (usize, usize),
    /// Code tables by item, counted from 0.
    pub tables: Vec<(usize, &'static str)>,
}

/// When a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Always.
    Mandatory,
    /// When the record carries an image (field 999).
    WithImage,
    /// When its other conditions say so, or never.
    Optional,
}

/// The standard's character types and a few formats of single fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Characters {
    /// Digits.
    Numeric,
    /// Digits with a sign in front.
    Signed,
    /// Letters and blanks.
    Alphabetic,
    /// Letters, digits and blanks.
    AlphaNumeric,
    /// Printable ASCII.
    AlphaNumericSpecial,
    /// Any character of the record's encoding.
    User,
    /// Bytes.
    Binary,
    /// `YYYYMMDD`.
    Date,
    /// `YYYYMMDDHHMMSSZ`.
    DateTime,
    /// Pixels per millimetre, `19.69`.
    Scale,
}

/// The definition of a field; none for a user-defined or unknown one.
pub fn field(record_type: u8, number: u16) -> Option<&'static FieldRule> {
    rules().get(&(record_type, number))
}

/// The defined fields of a record type in numeric order.
pub fn fields(record_type: u8) -> impl Iterator<Item = &'static FieldRule> {
    rules().range((record_type, 0)..=(record_type, u16::MAX)).map(|(_, rule)| rule)
}

type Rules = BTreeMap<(u8, u16), FieldRule>;

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    let lines = || TEXT.lines().filter(|line| !line.starts_with('#'));
    RULES.get_or_init(|| {
        lines().filter_map(parse).map(|rule| ((rule.record_type, rule.number), rule)).collect()
    })
}

fn parse(line: &'static str) -> Option<FieldRule> {
    let (checks, name) = line.split_once(" | ")?;
    let mut words = checks.split_ascii_whitespace();
    let (record_type, number) = words.next()?.split_once('.')?;
    let mut rule = FieldRule {
        record_type: record_type.parse().ok()?,
        number: number.parse().ok()?,
        mnemonic: words.next()?,
        name,
        condition: match words.next()? {
            "M" => Condition::Mandatory,
            "I" => Condition::WithImage,
            "O" | "-" => Condition::Optional,
            _ => return None,
        },
        characters: None,
        length: (0, usize::MAX),
        subfields_max: usize::MAX,
        items: (1, usize::MAX),
        tables: Vec::new(),
    };
    for word in words {
        if let Some(tables) = word.strip_prefix('=') {
            for table in tables.split(',') {
                let (table, item) = table.split_once('@').unwrap_or((table, "0"));
                rule.tables.push((item.parse().ok()?, table));
            }
        } else if let Some(most) = word.strip_prefix('x') {
            rule.subfields_max = most.parse().ok()?;
        } else if let Some(items) = word.strip_prefix('i') {
            rule.items = range(items)?;
        } else if word.starts_with(|first: char| first.is_ascii_digit()) {
            rule.length = range(word)?;
        } else {
            rule.characters = Some(characters(word)?);
        }
    }
    Some(rule)
}

fn range(word: &str) -> Option<(usize, usize)> {
    let (least, most) = word.split_once('-')?;
    Some((least.parse().ok()?, if most.is_empty() { usize::MAX } else { most.parse().ok()? }))
}

fn characters(word: &str) -> Option<Characters> {
    Some(match word {
        "N" => Characters::Numeric,
        "signed" => Characters::Signed,
        "A" => Characters::Alphabetic,
        "AN" => Characters::AlphaNumeric,
        "ANS" => Characters::AlphaNumericSpecial,
        "U" => Characters::User,
        "B" => Characters::Binary,
        "date" => Characters::Date,
        "gmt" => Characters::DateTime,
        "scale" => Characters::Scale,
        _ => return None,
    })
}

impl Characters {
    /// Whether bytes are of this character type.
    pub fn fit(self, bytes: &[u8]) -> bool {
        let all = |fits: fn(&u8) -> bool| bytes.iter().all(fits);
        match self {
            Characters::Numeric => all(u8::is_ascii_digit),
            Characters::Signed => crate::field::parse_signed(bytes).is_some(),
            // Table codes such as FRONTAL-C are called alphabetic too.
            Characters::Alphabetic => all(|byte| byte.is_ascii_alphabetic() || matches!(*byte, b' ' | b'-')),
            Characters::AlphaNumeric => all(|byte| byte.is_ascii_alphanumeric() || *byte == b' '),
            Characters::AlphaNumericSpecial => all(|byte| (0x20..0x7F).contains(byte)),
            Characters::User | Characters::Binary => true,
            Characters::Date => is_date(bytes),
            Characters::DateTime => is_date_time(bytes),
            Characters::Scale => crate::field::parse_decimal(bytes).is_some(),
        }
    }
}

fn is_date(bytes: &[u8]) -> bool {
    let number = |from: usize, to: usize| bytes.get(from..to).and_then(crate::field::parse_number);
    bytes.len() == 8
        && number(0, 8).is_some()
        && number(4, 6).is_some_and(|month| (1..=12).contains(&month))
        && number(6, 8).is_some_and(|day| (1..=31).contains(&day))
}

fn is_date_time(bytes: &[u8]) -> bool {
    let number = |from: usize, to: usize| bytes.get(from..to).and_then(crate::field::parse_number);
    bytes.len() == 15
        && bytes.last() == Some(&b'Z')
        && bytes.get(..8).is_some_and(is_date)
        && number(8, 10).is_some_and(|hour| hour < 24)
        && number(10, 12).is_some_and(|minute| minute < 60)
        && number(12, 14).is_some_and(|second| second < 61)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_rule_and_every_table_exists() {
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            let rule = parse(line).unwrap_or_else(|| panic!("{line}"));
            for (_, table) in &rule.tables {
                assert!(crate::codes::table(table).is_some(), "{table}");
            }
        }
        assert_eq!(
            rules().len(),
            TEXT.lines().filter(|line| !line.starts_with('#')).count(),
            "a tag appears twice"
        );
        for record_type in [1, 2, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 98, 99] {
            assert!(fields(record_type).any(|rule| rule.mnemonic == "LEN"), "{record_type}");
        }
        assert_eq!(field(14, 13).map(|rule| rule.mnemonic), Some("FGP"));
        assert_eq!(field(14, 500), None);
    }

    #[test]
    fn checks_characters() {
        let check = |characters: Characters, good: &[&str], bad: &[&str]| {
            good.iter().for_each(|text| assert!(characters.fit(text.as_bytes()), "{characters:?} {text}"));
            bad.iter().for_each(|text| assert!(!characters.fit(text.as_bytes()), "{characters:?} {text}"));
        };
        check(Characters::Numeric, &["0", "0042"], &["-1", "4.2", "x"]);
        check(Characters::Signed, &["-90", "90", "+3"], &["-", "", "9-"]);
        check(Characters::Date, &["20260131"], &["20261301", "20260132", "2026131", "2026-1-1"]);
        check(
            Characters::DateTime,
            &["20091113163947Z"],
            &["20091113163947", "20091113243947Z", "20091113166047Z"],
        );
        check(Characters::Scale, &["19.69", "00.00"], &["", "1,5", "1e3", "inf"]);
        check(Characters::AlphaNumericSpecial, &["FR/IPSG ~!"], &["é", "\u{1}"]);
    }
}
