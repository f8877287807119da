//! Agreements: what may be searched, kept and sent, for how long and to whom. Default deny (S1).

use crate::limits::{MAX_CANDIDATES, MAX_FPIR, MAX_RETENTION_DAYS};
use crate::{EarlierRule, NewEntriesRule};
use jiff::Timestamp;
use model::{AgeBand, Modality};
use serde::{Deserialize, Serialize};

/// An agreement between agencies, as signed by them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its title.
    pub title: String,
    /// The agencies bound by it.
    pub parties: Vec<String>,
    /// The law it rests on.
    pub basis: String,
    /// In force from.
    pub starts_at: Timestamp,
    /// In force until.
    pub ends_at: Timestamp,
    /// What encounters may be processed for.
    pub purposes: Vec<PurposeRule>,
    /// Where encounters may be forwarded.
    #[serde(default)]
    pub destinations: Vec<DestinationRule>,
    /// Whether scars, marks and tattoos may be captured at all (S5).
    #[serde(default)]
    pub marks: bool,
}

/// What is allowed for one purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PurposeRule {
    /// For instance `border.entry`.
    pub purpose: String,
    /// Days that an encounter is kept after its answer; 0 = nothing remains.
    pub retention_days: u32,
    /// False positive identification rate that searches are asked for.
    pub fpir: f64,
    /// Most candidates for each list.
    pub max_candidates: usize,
    /// Whether these encounters overtake others.
    #[serde(default)]
    pub priority: bool,
    /// Whether these encounters are also searched in earlier ones, and in which; not unless it is written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierRule>,
    /// Whether entries that are new on a list are searched in these encounters; not unless it is written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_entries: Option<NewEntriesRule>,
}

/// What may be sent to one partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestinationRule {
    /// The partner hub's name.
    pub destination: String,
    /// Its country, ISO 3166-1 alpha-3.
    pub country: String,
    /// For these purposes only.
    pub purposes: Vec<String>,
    /// These data classes only.
    pub modalities: Vec<Modality>,
    /// These age bands only.
    pub ages: Vec<AgeBand>,
}

/// What decides whether an encounter is forwarded.
#[derive(Debug, Clone, PartialEq)]
pub struct Sharing<'a> {
    /// The encounter's purpose.
    pub purpose: &'a str,
    /// Age band.
    pub age: AgeBand,
    /// Declared nationality; can only take a destination away (S6, S10).
    pub nationality: Option<&'a str>,
    /// Nothing may remain: nothing is sent.
    pub search_only: bool,
    /// Training encounters stay here.
    pub training: bool,
}

/// A destination that the agreement allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// The partner hub's name.
    pub destination: String,
    /// What it may get.
    pub modalities: Vec<Modality>,
}

/// Why an agreement cannot be put in force.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Flaw {
    /// It ends before it starts.
    #[error("it ends before it starts")]
    Dates,
    /// Nothing is allowed by it.
    #[error("it names no purpose")]
    NoPurpose,
    /// A retention over the hard limit.
    #[error("{purpose}: {days} days of retention, at most {MAX_RETENTION_DAYS} are possible")]
    Retention {
        /// Purpose.
        purpose: String,
        /// Days asked for.
        days: u32,
    },
    /// A false positive rate outside the limits.
    #[error("{purpose}: FPIR {fpir}, it must be above 0 and at most {MAX_FPIR}")]
    Fpir {
        /// Purpose.
        purpose: String,
        /// Asked for.
        fpir: f64,
    },
    /// Too many candidates.
    #[error("{purpose}: {count} candidates, 1 to {MAX_CANDIDATES} are possible")]
    Candidates {
        /// Purpose.
        purpose: String,
        /// Asked for.
        count: usize,
    },
    /// A search of earlier encounters that cannot be.
    #[error("{purpose}: {why}")]
    Earlier {
        /// Purpose.
        purpose: String,
        /// What is wrong.
        why: String,
    },
    /// Marks may be stored and shown, never sent.
    #[error("{destination}: marks are never forwarded")]
    MarksForwarded {
        /// Destination.
        destination: String,
    },
    /// Children under six have no biometrics to send.
    #[error("{destination}: children under six have no biometrics to send")]
    UnderSix {
        /// Destination.
        destination: String,
    },
    /// A destination for a purpose that the agreement does not have.
    #[error("{destination}: the purpose {purpose} is not in the agreement")]
    UnknownPurpose {
        /// Destination.
        destination: String,
        /// Purpose.
        purpose: String,
    },
}

impl Agreement {
    /// Everything that is wrong with it; empty = it can be put in force.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.ends_at <= self.starts_at {
            flaws.push(Flaw::Dates);
        }
        if self.purposes.is_empty() {
            flaws.push(Flaw::NoPurpose);
        }
        for rule in &self.purposes {
            let purpose = rule.purpose.clone();
            if rule.retention_days > MAX_RETENTION_DAYS {
                flaws.push(Flaw::Retention { purpose: purpose.clone(), days: rule.retention_days });
            }
            if !(rule.fpir > 0.0 && rule.fpir <= MAX_FPIR) {
                flaws.push(Flaw::Fpir { purpose: purpose.clone(), fpir: rule.fpir });
            }
            for why in self.earlier_flaws(rule) {
                flaws.push(Flaw::Earlier { purpose: purpose.clone(), why });
            }
            if rule.max_candidates == 0 || rule.max_candidates > MAX_CANDIDATES {
                flaws.push(Flaw::Candidates { purpose, count: rule.max_candidates });
            }
        }
        for rule in &self.destinations {
            let destination = rule.destination.clone();
            if rule.modalities.contains(&Modality::Mark) {
                flaws.push(Flaw::MarksForwarded { destination: destination.clone() });
            }
            if rule.ages.contains(&AgeBand::UnderSix) {
                flaws.push(Flaw::UnderSix { destination: destination.clone() });
            }
            for purpose in &rule.purposes {
                if self.purpose(purpose).is_none() {
                    flaws.push(Flaw::UnknownPurpose {
                        destination: destination.clone(),
                        purpose: purpose.clone(),
                    });
                }
            }
        }
        flaws
    }

    /// Whether it is in force.
    pub fn in_force(&self, now: Timestamp) -> bool {
        self.starts_at <= now && now < self.ends_at
    }

    /// The rule for a purpose.
    pub fn purpose(&self, purpose: &str) -> Option<&PurposeRule> {
        self.purposes.iter().find(|rule| rule.purpose == purpose)
    }

    /// Where an encounter may be sent under this agreement, now.
    pub fn forwards(&self, sharing: &Sharing<'_>, now: Timestamp) -> Vec<Forward> {
        if !self.in_force(now) || sharing.search_only || sharing.training {
            return Vec::new();
        }
        let allowed = |rule: &&DestinationRule| {
            rule.purposes.iter().any(|p| p == sharing.purpose)
                && rule.ages.contains(&sharing.age)
                && sharing.age != AgeBand::UnderSix
                && sharing.nationality != Some(rule.country.as_str())
        };
        self.destinations
            .iter()
            .filter(allowed)
            .map(|rule| Forward {
                destination: rule.destination.clone(),
                modalities: rule.modalities.iter().copied().filter(|m| *m != Modality::Mark).collect(),
            })
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    pub(crate) fn agreement() -> Agreement {
        Agreement {
            title: "Test".into(),
            parties: vec!["A".into(), "B".into()],
            basis: "Treaty".into(),
            starts_at: at(100),
            ends_at: at(200),
            purposes: vec![PurposeRule {
                purpose: "border.entry".into(),
                retention_days: 30,
                fpir: 0.001,
                max_candidates: 5,
                priority: false,
                earlier: None,
                new_entries: None,
            }],
            destinations: vec![DestinationRule {
                destination: "Hub B".into(),
                country: "BBB".into(),
                purposes: vec!["border.entry".into()],
                modalities: vec![Modality::Finger],
                ages: vec![AgeBand::Adult],
            }],
            marks: false,
        }
    }

    fn sharing() -> Sharing<'static> {
        Sharing {
            purpose: "border.entry",
            age: AgeBand::Adult,
            nationality: None,
            search_only: false,
            training: false,
        }
    }

    #[test]
    fn an_expired_agreement_sends_nothing() {
        assert_eq!(agreement().forwards(&sharing(), at(150)).len(), 1);
        assert_eq!(agreement().forwards(&sharing(), at(99)), []);
        assert_eq!(agreement().forwards(&sharing(), at(200)), []);
    }

    #[test]
    fn what_is_not_named_is_not_sent() {
        let cases = [
            Sharing { purpose: "asylum", ..sharing() },
            Sharing { age: AgeBand::FourteenToSeventeen, ..sharing() },
            Sharing { search_only: true, ..sharing() },
            Sharing { training: true, ..sharing() },
        ];
        for case in cases {
            assert_eq!(agreement().forwards(&case, at(150)), [], "{case:?}");
        }
    }

    #[test]
    fn flaws_are_found() {
        assert_eq!(agreement().flaws(), []);
        let mut bad = agreement();
        bad.ends_at = bad.starts_at;
        bad.purposes[0].fpir = 0.5;
        bad.purposes[0].max_candidates = 0;
        bad.purposes[0].retention_days = 10_000;
        bad.destinations[0].modalities.push(Modality::Mark);
        bad.destinations[0].ages.push(AgeBand::UnderSix);
        bad.destinations[0].purposes.push("other".into());
        assert_eq!(bad.flaws().len(), 7, "{:?}", bad.flaws());
    }

    proptest! {
        /// S10: whatever the agreement, nothing goes to the country of nationality.
        #[test]
        fn never_to_the_country_of_nationality(
            countries in proptest::collection::vec("[A-C]{3}", 1..6),
            nationality in "[A-C]{3}",
            day in 0i64..300,
        ) {
            let mut agreement = agreement();
            let template = agreement.destinations[0].clone();
            agreement.destinations = countries
                .iter()
                .map(|c| DestinationRule { destination: c.clone(), country: c.clone(), ..template.clone() })
                .collect();
            let forwards = agreement.forwards(&Sharing { nationality: Some(&nationality), ..sharing() }, at(day));
            prop_assert!(forwards.iter().all(|f| f.destination != nationality));
        }
    }
}
