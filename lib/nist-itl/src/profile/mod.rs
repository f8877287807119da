//! Profiles: what an implementation domain asks beyond the standard. The rules are data, in a small
//! text format of one rule a line, so that an agency can add its own (see [`Profile::parse`]).

mod check;
mod control_number;
mod parse;

use std::sync::OnceLock;

pub use control_number::{control_number, control_number_is_sound};
pub use parse::ProfileError;

/// The rules of an implementation domain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// A short name for commands: `ebts`, `int-i`.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// 1.013: the domain's name, and the version that builders write.
    pub domain: Option<(String, Option<String>)>,
    /// Type-1 fields that are mandatory in every transaction, beyond the standard's.
    pub header: Vec<u16>,
    /// The Type-2 fields of the domain.
    pub fields: Vec<ProfileField>,
    /// The types of transaction.
    pub transactions: Vec<TransactionRule>,
    /// Fields that allow only some values.
    pub allowed: Vec<AllowRule>,
    /// Fields that one value of another field makes mandatory.
    pub required: Vec<RequireRule>,
    /// How an answer to a search is written.
    pub answer: Option<AnswerRule>,
    /// How an error is written: type of transaction and the Type-2 field of its messages.
    pub error: Option<(String, u16)>,
    /// Whether 1.009 and 1.010 carry INT-I's check character.
    pub control_number: bool,
}

/// A Type-2 field of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// Its number.
    pub number: u16,
    /// Its mnemonic.
    pub mnemonic: String,
    /// Its name.
    pub name: String,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A question or an enrolment.
    Submission,
    /// The answer to one.
    Answer,
    /// A refusal.
    Error,
}

/// A type of transaction (1.004).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionRule {
    /// The code of 1.004.
    pub tot: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Type-1 fields that it needs beyond the others.
    pub type1: Vec<u16>,
    /// Type-2 fields that it needs.
    pub type2: Vec<u16>,
    /// How many records of some types together it needs and allows.
    pub records: Vec<RecordCount>,
}

/// A count of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordCount {
    /// Record types that are counted together.
    pub types: Vec<u8>,
    /// Fewest.
    pub least: usize,
    /// Most.
    pub most: usize,
}

/// A field whose first items must be among these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowRule {
    /// Record type.
    pub record_type: u8,
    /// Field number.
    pub field: u16,
    /// Values, compared as numbers where both are.
    pub values: Vec<String>,
}

/// Fields that become mandatory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequireRule {
    /// Record type.
    pub record_type: u8,
    /// The field that decides.
    pub field: u16,
    /// The value that decides.
    pub value: String,
    /// The fields that must then be there.
    pub needs: Vec<u16>,
}

/// How a domain answers a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRule {
    /// Type of transaction.
    pub tot: String,
    /// Type-2 field of the result.
    pub result: u16,
    /// Type-2 field of the candidates, where it is another.
    pub candidates: Option<u16>,
}

impl Profile {
    /// The FBI's Electronic Biometric Transmission Specification.
    pub fn ebts() -> &'static Profile {
        static PROFILE: OnceLock<Profile> = OnceLock::new();
        built_in(&PROFILE, include_str!("../../data/profile-ebts.txt"))
    }

    /// INTERPOL's implementation, INT-I.
    pub fn int_i() -> &'static Profile {
        static PROFILE: OnceLock<Profile> = OnceLock::new();
        built_in(&PROFILE, include_str!("../../data/profile-int-i.txt"))
    }

    /// A built-in profile by its short name.
    pub fn by_id(id: &str) -> Option<&'static Profile> {
        [Profile::ebts(), Profile::int_i()].into_iter().find(|profile| profile.id == id)
    }

    /// The rule of a type of transaction.
    pub fn transaction(&self, tot: &str) -> Option<&TransactionRule> {
        self.transactions.iter().find(|rule| rule.tot == tot)
    }

    /// A Type-2 field of the domain.
    pub fn field(&self, number: u16) -> Option<&ProfileField> {
        self.fields.iter().find(|field| field.number == number)
    }
}

/// The built-in texts parse; a test holds them to it. An empty profile stands in so that nothing panics.
fn built_in(cell: &'static OnceLock<Profile>, text: &str) -> &'static Profile {
    cell.get_or_init(|| Profile::parse(text).unwrap_or_else(|_| parse::empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_parse_and_refer_to_their_own_fields() {
        for id in ["ebts", "int-i"] {
            let profile = Profile::by_id(id).unwrap();
            assert!(profile.transactions.len() >= 6, "{id}");
            let answer = profile.answer.clone().unwrap();
            let (error, message) = profile.error.clone().unwrap();
            assert_eq!(profile.transaction(&answer.tot).unwrap().purpose, Purpose::Answer);
            assert_eq!(profile.transaction(&error).unwrap().purpose, Purpose::Error);
            let used = profile.transactions.iter().flat_map(|rule| rule.type2.iter().copied());
            for number in used.chain([answer.result, message]).chain(answer.candidates) {
                assert!(profile.field(number).is_some(), "{id} 2.{number:03}");
            }
        }
        assert!(Profile::by_id("none").is_none());
    }
}
