//! Everybody against everybody: who stands in a gallery twice.
//!
//! One search a person, in the order of keys, so that a job which was broken off goes on after the last key that it
//! saw. Of two who match each other, the later key is reported with the earlier one, once.

use crate::{
    Candidate, Cascade, SearchAnswer, SearchOptions, View,
    detail::{FingerPart, Place, eye_from_part},
    kernels::{self, LANES},
    probe::Probe,
};
use std::sync::Arc;

/// A job under way. It looks at the gallery as it stood when the job began, or was taken up again.
pub struct Duplicates {
    view: Arc<View>,
    options: SearchOptions,
    /// Everybody who is searched, in the order of keys, with block and lane.
    persons: Vec<(u128, usize, usize)>,
    next: usize,
}

/// A step's findings.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Whose turn it was: the job goes on after this key.
    pub key: u128,
    /// Later persons who look like the same one, best first.
    pub matches: Vec<Candidate>,
    /// Why the step is not complete, if it is not.
    pub partial: Option<String>,
}

impl Duplicates {
    /// A job from the start, or from behind the last key that another one saw.
    pub fn new(view: Arc<View>, options: SearchOptions, after: Option<u128>) -> Self {
        let mut persons: Vec<(u128, usize, usize)> = Vec::with_capacity(view.len());
        for (number, block) in view.blocks().iter().enumerate() {
            let active = block.active();
            let lanes = (0..LANES).filter(|lane| active >> lane & 1 == 1);
            persons.extend(lanes.map(|lane| (block.keys[lane], number, lane)));
        }
        persons.sort_unstable();
        let next = after.map_or(0, |key| persons.partition_point(|p| p.0 <= key));
        Self { view, options, persons, next }
    }

    /// Persons done and persons in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.persons.len())
    }

    fn probe(&self, block: usize, lane: usize, cascade: &Cascade) -> Result<Probe, String> {
        let (mut fingers, mut irises) = (Vec::new(), Vec::new());
        let block = &self.view.blocks()[block];
        let mut buffer = Vec::new();
        for part in block.parts_of(lane) {
            let bytes = block.read(part, &mut buffer)?;
            match part.place {
                Place::Finger(position) => {
                    let stored = FingerPart::from_bytes(bytes).ok_or("its template is damaged")?;
                    fingers.push((position, stored.quality, stored.packed.prepared()));
                }
                Place::Eye(eye) => {
                    let t = eye_from_part(bytes).ok_or("its iris is damaged")?;
                    let whole = iris::Template::new(t.quality, t.code, t.mask).map_err(|e| e.to_string())?;
                    irises.push((eye, whole));
                }
            }
        }
        Ok(Probe::of(fingers, &irises, cascade, kernels::best()))
    }
}

impl Iterator for Duplicates {
    type Item = Compared;

    /// Searches the next person; none when everybody was.
    fn next(&mut self) -> Option<Compared> {
        let (key, block, lane) = *self.persons.get(self.next)?;
        self.next += 1;
        // The person itself is always found: one more than asked for, and itself left out.
        let options =
            SearchOptions { max_candidates: self.options.max_candidates.saturating_add(1), ..self.options };
        let cascade = Cascade::default();
        let answer = match self.probe(block, lane, &cascade) {
            Ok(probe) => self.view.search_ready(&probe, &options, &cascade),
            Err(why) => return Some(Compared { key, matches: Vec::new(), partial: Some(why) }),
        };
        let (mut matches, partial) = match answer {
            SearchAnswer::Complete { candidates, .. } => (candidates, None),
            SearchAnswer::Partial { candidates, reason, .. } => (candidates, Some(reason)),
        };
        matches.retain(|c| c.key > key);
        matches.truncate(self.options.max_candidates);
        Some(Compared { key, matches, partial })
    }
}
