//! What stood in a gallery at one moment.

use crate::{
    Candidate, Cascade, Coverage, Person, SearchAnswer, SearchOptions,
    block::Block,
    cascade::Search,
    probe::{BlockScores, Probe},
};
use model::Digest;
use rayon::prelude::*;
use std::sync::Arc;

/// A gallery at one moment; cheap to share, never written.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub(crate) blocks: Vec<Arc<Block>>,
    pub(crate) persons: usize,
    /// Persons that should be here and are not.
    pub(crate) missing: usize,
    pub(crate) applied_sequence: u64,
    pub(crate) set: [u64; 4],
    pub(crate) partial: Option<String>,
}

impl View {
    /// Persons that a search compares.
    pub fn len(&self) -> usize {
        self.persons
    }

    /// Whether a search compares nobody.
    pub fn is_empty(&self) -> bool {
        self.persons == 0
    }

    /// The last entry of the gallery log that it stands for.
    pub fn applied_sequence(&self) -> u64 {
        self.applied_sequence
    }

    pub(crate) fn blocks(&self) -> &[Arc<Block>] {
        &self.blocks
    }

    /// Searches a person; the result does not depend on the number of threads, nor on the order in which persons
    /// came.
    pub fn search(&self, probe: &Person, options: &SearchOptions) -> SearchAnswer {
        self.search_with(probe, options, &Cascade::default())
    }

    /// As [`Self::search`], with other sizes of the stages.
    pub fn search_with(&self, probe: &Person, options: &SearchOptions, cascade: &Cascade) -> SearchAnswer {
        self.search_ready(&Probe::new(probe, cascade), options, cascade)
    }

    /// As [`Self::search_with`] with a probe made ready for these stages.
    pub(crate) fn search_ready(
        &self,
        probe: &Probe,
        options: &SearchOptions,
        cascade: &Cascade,
    ) -> SearchAnswer {
        let search = Search { view: self, probe, cascade };
        let scores: Vec<BlockScores> = if search.everybody() {
            Vec::new()
        } else {
            let scan = |(at, block): (usize, &Arc<Block>)| {
                probe.fetch(&self.blocks, at);
                probe.scan(block)
            };
            self.blocks.par_iter().enumerate().map(scan).collect()
        };
        search.finish(&scores, options)
    }

    pub(crate) fn answer(
        &self,
        candidates: Vec<Candidate>,
        failed: usize,
        fault: Option<String>,
    ) -> SearchAnswer {
        let coverage = Coverage {
            scanned: self.persons.saturating_sub(failed),
            expected: self.persons + self.missing,
            applied_sequence: self.applied_sequence,
            set_hash: self.set_hash(),
        };
        match self.partial.clone().or(fault) {
            Some(reason) => SearchAnswer::Partial { candidates, coverage, reason },
            None if coverage.scanned < coverage.expected => {
                let reason = format!("{} persons are missing", coverage.expected - coverage.scanned);
                SearchAnswer::Partial { candidates, coverage, reason }
            }
            None => SearchAnswer::Complete { candidates, coverage },
        }
    }

    fn set_hash(&self) -> Digest {
        let bytes: Vec<u8> = self.set.iter().flat_map(|w| w.to_le_bytes()).collect();
        Digest::of(&bytes)
    }

    /// A probe's evidence against up to `most` persons, spread over all, with the best score of each of its fingers
    /// that could be compared, in the order of their worth; for measuring how the evidence of fingers adds up. Persons
    /// who cannot be read are left out.
    pub fn evidence(&self, probe: &Person, most: usize) -> Vec<(u128, f32, Vec<f32>)> {
        let cascade = Cascade::exhaustive();
        let probe = Probe::new(probe, &cascade);
        let search = Search { view: self, probe: &probe, cascade: &cascade };
        let everyone = search.everyone();
        let step = everyone.len().div_ceil(most.max(1)).max(1);
        let one = |at: &u32| {
            let scores = search.finger_scores(*at, |_| true).ok()?;
            let best = |s: &Vec<f32>| s.iter().copied().max_by(f32::total_cmp);
            Some((search.key(*at), search.in_full(*at).ok()?.llr, scores.iter().filter_map(best).collect()))
        };
        let some: Vec<u32> = everyone.into_iter().step_by(step).collect();
        some.par_iter().filter_map(one).collect()
    }

    /// As [`Self::evidence`] for one person: the scores alone. Empty where the person is not here or cannot be read.
    pub fn finger_scores(&self, key: u128, probe: &Person) -> Vec<f32> {
        let cascade = Cascade::exhaustive();
        let probe = Probe::new(probe, &cascade);
        let search = Search { view: self, probe: &probe, cascade: &cascade };
        let Some(at) = search.everyone().into_iter().find(|at| search.key(*at) == key) else {
            return Vec::new();
        };
        let scores = search.finger_scores(at, |_| true).unwrap_or_default();
        scores.iter().filter_map(|s| s.iter().copied().max_by(f32::total_cmp)).collect()
    }

    /// Bytes in memory: of the columns that are scanned, and of everything.
    pub fn bytes(&self) -> (usize, usize) {
        let each = self.blocks.iter().map(|b| (b.column_bytes(), b.bytes()));
        each.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }
}

/// What a key adds to the set's sum.
pub(crate) fn share_of(key: u128) -> [u64; 4] {
    let digest = Digest::of(&key.to_be_bytes());
    let words = digest.as_bytes().as_chunks::<8>().0;
    std::array::from_fn(|i| u64::from_le_bytes(words[i]))
}
