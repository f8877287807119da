//! Every person compared in full: the reference that faster searches are measured against.

use crate::{Candidate, Coverage, Person, SearchAnswer, SearchOptions, evidence::Evidence};
use model::{Digest, Eye, FingerPosition};
use rayon::prelude::*;
use std::collections::BTreeMap;

struct Enrolled {
    fingers: Vec<(FingerPosition, finger::Prepared)>,
    irises: Vec<(Eye, iris::Template)>,
    suspended: bool,
}

/// The persons of one list.
#[derive(Default)]
pub struct Gallery {
    persons: BTreeMap<u128, Enrolled>,
    applied_sequence: u64,
    loading: Option<String>,
}

impl Gallery {
    /// An empty gallery.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a person.
    pub fn insert(&mut self, key: u128, person: &Person) {
        let fingers = person.fingers.iter().map(|(p, t)| (*p, finger::Prepared::new(t))).collect();
        self.persons.insert(key, Enrolled { fingers, irises: person.irises.clone(), suspended: false });
    }

    /// Removes a person; says whether it was there.
    pub fn remove(&mut self, key: u128) -> bool {
        self.persons.remove(&key).is_some()
    }

    /// Suspended persons stay in memory and are not searched; says whether it was there.
    pub fn set_suspended(&mut self, key: u128, suspended: bool) -> bool {
        self.persons.get_mut(&key).map(|p| p.suspended = suspended).is_some()
    }

    /// The last entry of the gallery log that these persons stand for.
    pub fn set_applied_sequence(&mut self, sequence: u64) {
        self.applied_sequence = sequence;
    }

    /// While a reason is set, every answer is `Partial` and gives it.
    pub fn set_loading(&mut self, reason: Option<String>) {
        self.loading = reason;
    }

    /// Persons that a search compares.
    pub fn len(&self) -> usize {
        self.persons.values().filter(|p| !p.suspended).count()
    }

    /// Whether a search compares nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Searches a person; the result does not depend on the number of threads.
    pub fn search(&self, probe: &Person, options: &SearchOptions) -> SearchAnswer {
        let prepared: Vec<_> = probe.fingers.iter().map(|(p, t)| (*p, finger::Prepared::new(t))).collect();
        let active: Vec<_> = self.persons.iter().filter(|(_, p)| !p.suspended).collect();
        let threshold = threshold_llr(options.fpir, active.len());
        let mut candidates: Vec<Candidate> = active
            .par_iter()
            .map(|(key, person)| compare_person(**key, &prepared, &probe.irises, person))
            .filter(|c| c.llr >= threshold)
            .collect();
        candidates.sort_by(|a, b| b.llr.total_cmp(&a.llr).then(a.key.cmp(&b.key)));
        candidates.truncate(options.max_candidates);
        let keys: Vec<u8> = active.iter().flat_map(|(key, _)| key.to_be_bytes()).collect();
        let coverage = Coverage {
            scanned: active.len(),
            expected: active.len(),
            applied_sequence: self.applied_sequence,
            set_hash: Digest::of(&keys),
        };
        match &self.loading {
            None => SearchAnswer::Complete { candidates, coverage },
            Some(reason) => SearchAnswer::Partial { candidates, coverage, reason: reason.clone() },
        }
    }
}

/// The evidence needed so that about `fpir` of unlisted persons get a candidate among `persons`: by Markov's
/// inequality P(LR >= t | different) <= 1 / t, so t = persons / fpir is safe for a calibrated ratio.
fn threshold_llr(fpir: f64, persons: usize) -> f32 {
    ((persons.max(1) as f64) / fpir.clamp(1e-9, 1.0)).log10() as f32
}

fn compare_person(
    key: u128,
    fingers: &[(FingerPosition, finger::Prepared)],
    irises: &[(Eye, iris::Template)],
    person: &Enrolled,
) -> Candidate {
    let mut evidence = Evidence::default();
    for (position, probe) in fingers {
        let same = |p: FingerPosition| {
            p == *position || p == FingerPosition::Unknown || *position == FingerPosition::Unknown
        };
        let scores: Vec<f32> = person
            .fingers
            .iter()
            .filter(|(p, _)| same(*p))
            .map(|(_, reference)| finger::compare(probe, reference).llr)
            .collect();
        evidence.finger(*position, &scores);
    }
    for (eye, probe) in irises {
        let same = |e: Eye| e == *eye || e == Eye::Unknown || *eye == Eye::Unknown;
        let scores: Vec<f32> = person
            .irises
            .iter()
            .filter(|(e, _)| same(*e))
            .map(|(_, reference)| iris::compare(probe, reference).llr)
            .collect();
        evidence.iris(*eye, &scores);
    }
    evidence.candidate(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_grows_with_the_gallery() {
        assert_eq!(threshold_llr(0.001, 1), 3.0);
        assert_eq!(threshold_llr(0.001, 1000), 6.0);
        assert_eq!(threshold_llr(0.001, 0), 3.0, "an empty gallery asks for no less than one person");
    }

    #[test]
    fn an_answer_is_partial_while_a_reason_stands() {
        let options = SearchOptions { fpir: 0.001, max_candidates: 5 };
        let mut gallery = Gallery::new();
        assert!(matches!(gallery.search(&Person::default(), &options), SearchAnswer::Complete { .. }));
        gallery.set_loading(Some("entry 5 cannot be read".into()));
        let SearchAnswer::Partial { reason, .. } = gallery.search(&Person::default(), &options) else {
            unreachable!("a gallery with a missing person must not be complete")
        };
        assert_eq!(reason, "entry 5 cannot be read");
    }

    #[test]
    fn suspended_persons_are_neither_scanned_nor_expected() {
        let options = SearchOptions { fpir: 0.001, max_candidates: 5 };
        let mut gallery = Gallery::new();
        gallery.insert(1, &Person::default());
        gallery.insert(2, &Person::default());
        gallery.set_suspended(2, true);
        let SearchAnswer::Complete { coverage, .. } = gallery.search(&Person::default(), &options) else {
            unreachable!("nothing is missing")
        };
        assert_eq!((coverage.scanned, coverage.expected), (1, 1));
        assert!(gallery.remove(2) && !gallery.remove(2));
    }
}
