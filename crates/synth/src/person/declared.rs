//! What a person says and a clerk writes down: right, or wrong in human ways.

use super::{Date, Person, names};
use crate::dice::Dice;
use serde::{Deserialize, Serialize};

/// Personal data as taken down at one encounter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Given names as written.
    pub given_names: Vec<String>,
    /// Family name as written.
    pub family_name: String,
    /// Date of birth as written; none where not known.
    pub born: Option<Date>,
    /// Language of the notice, BCP 47.
    pub language: String,
    /// What went wrong, in the order it did; the truth about this record.
    pub slips: Vec<Slip>,
}

/// One way in which declared data goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slip {
    /// A letter typed wrongly.
    Typing,
    /// Another way to write the same sound.
    Transliteration,
    /// A second given name left out.
    NameLeftOut,
    /// Given and family name swapped.
    NamesSwapped,
    /// Another name altogether.
    OtherName,
    /// Day and month swapped.
    DayAndMonthSwapped,
    /// A birth date off by a little.
    BirthDateOff,
    /// Only the year known: written as the first of January.
    YearOnly,
    /// No birth date given.
    BirthDateMissing,
}

impl Person {
    /// What is written down at encounter number `encounter`; 0 to 3 slips.
    pub fn declared(&self, encounter: u32) -> Declared {
        let mut dice = Dice::new(self.key, "declared", u64::from(encounter), 0);
        let d = &mut dice;
        let mut out = Declared {
            given_names: self.given_names.clone(),
            family_name: self.family_name.clone(),
            born: Some(self.born),
            language: self.language.to_owned(),
            slips: Vec::new(),
        };
        if d.chance(0.03) {
            (out.given_names, out.family_name) = names::draw(d, self.tongue);
            out.slips.push(Slip::OtherName);
        } else {
            if out.given_names.len() > 1 && d.chance(0.3) {
                out.given_names.truncate(1);
                out.slips.push(Slip::NameLeftOut);
            }
            if d.chance(0.15) {
                let other = names::respelled(d, &out.family_name);
                if other != out.family_name {
                    out.family_name = other;
                    out.slips.push(Slip::Transliteration);
                }
            }
            if d.chance(0.08) {
                out.family_name = names::mistyped(d, &out.family_name);
                out.slips.push(Slip::Typing);
            }
            if d.chance(0.02)
                && let Some(given) = out.given_names.first_mut()
            {
                std::mem::swap(given, &mut out.family_name);
                out.slips.push(Slip::NamesSwapped);
            }
        }
        let mut born = self.born;
        match d.weighted(&[0.84, 0.04, 0.06, 0.04, 0.02]) {
            1 if born.day <= 12 && born.day != born.month => {
                std::mem::swap(&mut born.day, &mut born.month);
                out.slips.push(Slip::DayAndMonthSwapped);
                out.born = Some(born);
            }
            2 => {
                let years = 1 + d.below(2) as u16;
                born.year = if d.chance(0.5) { born.year + years } else { born.year - years };
                born.day = born.day.min(28);
                out.slips.push(Slip::BirthDateOff);
                out.born = Some(born);
            }
            3 => {
                out.born = Some(Date { year: born.year, month: 1, day: 1 });
                out.slips.push(Slip::YearOnly);
            }
            4 => {
                out.born = None;
                out.slips.push(Slip::BirthDateMissing);
            }
            _ => {}
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_what_they_say() {
        let mut clean = 0;
        for index in 0..500 {
            let person = Person::new(3, index);
            let said = person.declared(1);
            assert_eq!(said, person.declared(1));
            if said.slips.is_empty() {
                clean += 1;
                assert_eq!(said.given_names, person.given_names);
                assert_eq!(said.family_name, person.family_name);
                assert_eq!(said.born, Some(person.born));
            } else if said.slips == [Slip::Typing] || said.slips == [Slip::Transliteration] {
                // Doubling a doubled letter or swapping equal ones may leave the name as it was.
                assert!(said.given_names == person.given_names && said.born == Some(person.born));
            }
        }
        assert!((150..400).contains(&clean), "{clean} of 500 without a slip");
    }
}
