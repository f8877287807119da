//! Every person compared in full: the reference that faster searches are measured against.

use crate::{Candidate, Coverage, Person, SearchAnswer, SearchOptions};
use model::{Digest, Eye, FingerPosition};
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

/// A single finger or eye below this evidence adds nothing to a person: it is noise, not support.
const MIN_SUPPORT_LLR: f32 = 1.0;

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
        let active = self.persons.iter().filter(|(_, p)| !p.suspended);
        let threshold = threshold_llr(options.fpir, self.len());
        let mut candidates: Vec<Candidate> = active
            .map(|(key, person)| compare_person(*key, &prepared, &probe.irises, person))
            .filter(|c| c.llr >= threshold)
            .collect();
        candidates.sort_by(|a, b| b.llr.total_cmp(&a.llr).then(a.key.cmp(&b.key)));
        candidates.truncate(options.max_candidates);
        let keys: Vec<u8> =
            self.persons.iter().filter(|(_, p)| !p.suspended).flat_map(|(k, _)| k.to_be_bytes()).collect();
        let coverage = Coverage {
            scanned: self.len(),
            expected: self.len(),
            applied_sequence: self.applied_sequence,
            set_hash: Digest::of(&keys),
        };
        match &self.loading {
            None => SearchAnswer::Complete { candidates, coverage },
            Some(reason) => SearchAnswer::Partial { candidates, coverage, reason: reason.clone() },
        }
    }
}

/// The evidence needed so that about `fpir` of unlisted persons get a candidate among `persons`: by Bayes'
/// bound P(LR >= t | different) <= 1 / t, so t = persons / fpir is safe for a calibrated ratio.
pub fn threshold_llr(fpir: f64, persons: usize) -> f32 {
    ((persons.max(1) as f64) / fpir.clamp(1e-9, 1.0)).log10() as f32
}

fn compare_person(
    key: u128,
    fingers: &[(FingerPosition, finger::Prepared)],
    irises: &[(Eye, iris::Template)],
    person: &Enrolled,
) -> Candidate {
    let mut candidate = Candidate { key, llr: 0.0, lead: true, fingers: Vec::new(), irises: Vec::new() };
    for (position, probe) in fingers {
        let best = person
            .fingers
            .iter()
            .filter(|(p, _)| {
                p == position || *p == FingerPosition::Unknown || *position == FingerPosition::Unknown
            })
            .map(|(_, reference)| finger::compare(probe, reference).llr)
            .max_by(f32::total_cmp);
        if let Some(llr) = best.filter(|llr| *llr >= MIN_SUPPORT_LLR) {
            candidate.llr += llr;
            candidate.fingers.push(*position);
        }
    }
    for (eye, probe) in irises {
        let best = person
            .irises
            .iter()
            .filter(|(e, _)| e == eye || *e == Eye::Unknown || *eye == Eye::Unknown)
            .map(|(_, reference)| iris::compare(probe, reference).llr)
            .max_by(f32::total_cmp);
        if let Some(llr) = best.filter(|llr| *llr >= MIN_SUPPORT_LLR) {
            candidate.llr += llr;
            candidate.irises.push(*eye);
        }
    }
    candidate.lead = candidate.fingers.len() + candidate.irises.len() < 2;
    candidate
}
