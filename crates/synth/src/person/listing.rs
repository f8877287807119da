//! Who stands on a watchlist, and on what basis.

use super::{Date, Person, from_year_end};
use crate::dice::Dice;
use serde::{Deserialize, Serialize};

/// An entry of a synthetic watchlist: never without a basis of its own, an authority and a day of review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// What the list is for.
    pub list: ListKind,
    /// The document that this entry rests on; numbers are invented.
    pub basis: String,
    /// Who answers for the entry; invented.
    pub authority: String,
    /// In force from.
    pub from: Date,
    /// To be looked at again by.
    pub review: Date,
}

/// Lists that the synthetic world keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// Wanted under an arrest warrant.
    Wanted,
    /// Reported missing: found, they are asked whether they want to be.
    Missing,
    /// Refused entry by a decision that names the person.
    EntryRefused,
}

/// Share of people who stand on a list.
const LISTED: f32 = 0.04;
/// Offices of an invented country each.
const OFFICES: [&str; 4] =
    ["Court of Velmbra", "Prosecutor of Khazghaim", "District Court of Fjolgaardt", "Registry of Mbaraozana"];

impl Person {
    /// The person's entry on a list; most have none.
    pub fn listing(&self) -> Option<Listing> {
        let mut dice = Dice::new(self.key(), "listing", 0, 0);
        let d = &mut dice;
        if !d.chance(LISTED) {
            return None;
        }
        let kinds = [ListKind::Wanted, ListKind::Missing, ListKind::EntryRefused];
        // Children are missing, not wanted.
        let weights = if self.age() < 18 { [0.0, 1.0, 0.0] } else { [0.5, 0.2, 0.3] };
        let list = kinds.get(d.weighted(&weights)).copied().unwrap_or(ListKind::Missing);
        let office = d.pick(&OFFICES).copied().unwrap_or("Court of Velmbra");
        let year = 2022 + d.below(4) as u16;
        let (number, day) = (1 + d.below(9000), d.below(365));
        let what = match list {
            ListKind::Wanted => "Arrest warrant",
            ListKind::Missing => "Missing person report",
            ListKind::EntryRefused => "Decision to refuse entry",
        };
        let from = from_year_end(year, day);
        // Looked at again within three years of the reference day, never open-ended.
        let review = Date { year: 2026 + 1 + d.below(3) as u16, month: from.month, day: from.day.min(28) };
        Some(Listing {
            list,
            basis: format!("{what} {year}/{number:04}"),
            authority: office.into(),
            from,
            review,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::REFERENCE_DAY;

    #[test]
    fn few_are_listed_each_on_a_basis_of_their_own_and_children_only_as_missing() {
        let mut bases = Vec::new();
        for index in 0..3000 {
            let person = Person::new(8, index);
            let Some(entry) = person.listing() else { continue };
            assert_eq!(person.listing(), Some(entry.clone()));
            assert!(entry.from < REFERENCE_DAY && entry.review > REFERENCE_DAY);
            assert!(person.age() >= 18 || entry.list == ListKind::Missing);
            bases.push((entry.basis, entry.authority));
        }
        assert!((70..180).contains(&bases.len()), "{} of 3000", bases.len());
        let all = bases.len();
        bases.sort();
        bases.dedup();
        assert!(bases.len() + 2 >= all, "bases are shared");
    }
}
