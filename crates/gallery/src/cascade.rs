//! The stages after the first pass: fewer persons, dearer comparisons.
//!
//! 1 the first pass gives every person a score a scanned finger, and names everybody whose iris is near; 2 the most
//! promising persons are compared by descriptors; 3 the best of these, finger by finger, in full, and the near
//! irises by their full codes; 4 whoever still stands, with all positions. A short list skips to 4 with everybody.

use crate::{
    Candidate, Cascade, SearchAnswer, SearchOptions,
    block::Block,
    detail::{FingerPart, Part, Place, eye_from_part},
    evidence::Evidence,
    kernels::LANES,
    probe::{BlockScores, Probe, same_eye, same_finger},
    view::View,
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A person's place: block times [`LANES`] plus lane.
type At = u32;

/// Probe finger and its score.
type FingerScores = Vec<(u8, u32)>;

pub(crate) struct Search<'a> {
    pub(crate) view: &'a View,
    pub(crate) probe: &'a Probe,
    pub(crate) cascade: &'a Cascade,
}

/// Persons who could not be compared, with the first reason.
#[derive(Default)]
struct Faults {
    persons: BTreeMap<At, String>,
}

impl Search<'_> {
    /// Everything after the first pass. `scores` has one entry per block, in order; none for a short list.
    pub(crate) fn finish(&self, scores: &[BlockScores], options: &SearchOptions) -> SearchAnswer {
        let mut faults = Faults::default();
        let chosen = if self.everybody() {
            self.everyone()
        } else {
            let wide = self.shortlist(scores);
            let narrow = self.by_descriptors(&wide, scores, &mut faults);
            let mut chosen = self.by_fingers(&narrow, scores, &mut faults);
            chosen.extend(self.by_eyes(scores, &mut faults));
            chosen.sort_unstable();
            chosen.dedup();
            chosen
        };
        let compared: Vec<(At, Result<Candidate, String>)> =
            chosen.par_iter().map(|at| (*at, self.in_full(*at))).collect();
        let threshold = threshold_llr(options.fpir, self.view.len());
        let mut candidates = Vec::new();
        for (at, result) in compared {
            match result {
                Ok(candidate) if candidate.llr >= threshold => candidates.push(candidate),
                Ok(_) => {}
                Err(why) => faults.add(at, why),
            }
        }
        candidates.sort_by(|a, b| b.llr.total_cmp(&a.llr).then(a.key.cmp(&b.key)));
        candidates.truncate(options.max_candidates);
        let fault =
            faults.persons.iter().next().map(|(at, why)| format!("entry {:032x}: {why}", self.key(*at)));
        self.view.answer(candidates, faults.persons.len(), fault)
    }

    /// Whether the list is so short that everybody is compared in full.
    pub(crate) fn everybody(&self) -> bool {
        self.view.len() <= self.cascade.full_up_to
    }

    fn everyone(&self) -> Vec<At> {
        let lanes = |(b, block): (usize, &std::sync::Arc<Block>)| {
            let active = block.active();
            (0..LANES).filter(move |l| active >> l & 1 == 1).map(move |l| (b * LANES + l) as At)
        };
        self.view.blocks().iter().enumerate().flat_map(lanes).collect()
    }

    fn block(&self, at: At) -> (&Block, usize) {
        (&self.view.blocks()[at as usize / LANES], at as usize % LANES)
    }

    fn key(&self, at: At) -> u128 {
        let (block, lane) = self.block(at);
        block.keys[lane]
    }

    /// The most promising persons of the first pass: by the sum over fingers, and by the best finger alone.
    fn shortlist(&self, scores: &[BlockScores]) -> Vec<At> {
        let spreads: Vec<Spread> =
            (0..self.probe.fingers.len()).map(|f| Spread::of(scores, f as u8)).collect();
        let summed: Vec<(f32, f32, At)> = scores
            .par_iter()
            .enumerate()
            .flat_map_iter(|(b, found)| {
                let (mut sum, mut best) = ([0f32; LANES], [0f32; LANES]);
                let mut present = 0;
                for (finger, lanes, values) in &found.fingers {
                    present |= lanes;
                    for lane in 0..LANES {
                        if lanes >> lane & 1 == 1 {
                            let z = spreads[usize::from(*finger)].above(values[lane]);
                            sum[lane] += z;
                            best[lane] = best[lane].max(z);
                        }
                    }
                }
                (0..LANES)
                    .filter(move |lane| present >> lane & 1 == 1)
                    .map(move |lane| (sum[lane], best[lane], (b * LANES + lane) as At))
            })
            .collect();
        let size = self.cascade.wide(self.view.len());
        let mut chosen: Vec<At> = Vec::with_capacity(2 * size);
        self.take_best(summed.iter().map(|(sum, _, at)| (*sum, *at)).collect(), size, &mut chosen);
        if self.probe.fingers.len() > 1 {
            self.take_best(summed.iter().map(|(_, best, at)| (*best, *at)).collect(), size / 2, &mut chosen);
        }
        chosen.sort_unstable();
        chosen.dedup();
        chosen
    }

    /// The best so many by score, ties by key: the same persons in whatever order they were enrolled.
    fn take_best(&self, mut scored: Vec<(f32, At)>, size: usize, chosen: &mut Vec<At>) {
        if size == 0 || scored.is_empty() {
            return;
        }
        let order = |a: &(f32, At), b: &(f32, At)| {
            b.0.total_cmp(&a.0).then_with(|| self.key(a.1).cmp(&self.key(b.1)))
        };
        if scored.len() > size {
            scored.select_nth_unstable_by(size - 1, order);
            scored.truncate(size);
        }
        chosen.extend(scored.into_iter().filter(|(score, _)| *score > 0.0).map(|(_, at)| at));
    }

    /// Which probe fingers were scanned against a person.
    fn scanned(&self, at: At, scores: &[BlockScores]) -> Vec<u8> {
        let found = scores.get(at as usize / LANES).map_or(&[][..], |s| &s.fingers[..]);
        found
            .iter()
            .filter(|(_, lanes, _)| lanes >> (at as usize % LANES) & 1 == 1)
            .map(|(f, ..)| *f)
            .collect()
    }

    /// Descriptors as they are, over the scanned fingers.
    fn by_descriptors(&self, wide: &[At], scores: &[BlockScores], faults: &mut Faults) -> Vec<At> {
        let size = self.cascade.narrow(self.view.len());
        let scored: Vec<(At, Result<FingerScores, String>)> = wide
            .par_iter()
            .map(|at| {
                let fingers = self.scanned(*at, scores);
                let score = |f: &u8| self.descriptors_of(*at, *f).map(|s| (*f, s));
                (*at, fingers.iter().map(score).collect())
            })
            .collect();
        let mut kept = Vec::new();
        let mut sums: Vec<Spread> = vec![Spread::default(); self.probe.fingers.len()];
        for (finger, score) in scored.iter().filter_map(|(_, s)| s.as_ref().ok()).flatten() {
            sums[usize::from(*finger)].add(u64::from(*score));
        }
        let (mut summed, mut bests) = (Vec::new(), Vec::new());
        for (at, result) in scored {
            match result {
                Ok(found) => {
                    let z = |(f, s): &(u8, u32)| sums[usize::from(*f)].above_wide(*s);
                    summed.push((found.iter().map(z).sum::<f32>(), at));
                    bests.push((found.iter().map(z).fold(0.0, f32::max), at));
                }
                Err(why) => faults.add(at, why),
            }
        }
        self.take_best(summed, size, &mut kept);
        if self.probe.fingers.len() > 1 {
            self.take_best(bests, size / 2, &mut kept);
        }
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    fn descriptors_of(&self, at: At, finger: u8) -> Result<u32, String> {
        let probe = &self.probe.fingers[usize::from(finger)];
        let mut best = 0;
        for part in self.parts(at) {
            if matches!(part.place, Place::Finger(p) if same_finger(p, probe.position)) {
                let bytes = part.read()?;
                let stored = FingerPart::from_bytes(&bytes).ok_or("its sketch is damaged")?;
                best = best.max(self.probe.wide_score(probe, &stored.values, &stored.turns));
            }
        }
        Ok(best)
    }

    fn parts(&self, at: At) -> &[Part] {
        let (block, lane) = self.block(at);
        &block.parts[lane]
    }

    /// In full, over the scanned fingers and all eyes: the best go on, and all in whom one finger or eye speaks.
    fn by_fingers(&self, narrow: &[At], scores: &[BlockScores], faults: &mut Faults) -> Vec<At> {
        let weighed: Vec<(At, Result<Candidate, String>)> = narrow
            .par_iter()
            .map(|at| {
                let scanned = self.scanned(*at, scores);
                (*at, self.weigh(*at, |finger| scanned.contains(&(finger as u8))))
            })
            .collect();
        let mut ranked = Vec::new();
        let mut chosen = Vec::new();
        for (at, result) in weighed {
            match result {
                Ok(found) => {
                    if !found.fingers.is_empty() || !found.irises.is_empty() {
                        chosen.push(at);
                    }
                    ranked.push((found.llr + 100.0, at));
                }
                Err(why) => faults.add(at, why),
            }
        }
        self.take_best(ranked, self.cascade.confirm, &mut chosen);
        chosen
    }

    /// Everybody whose iris was near, by the full codes: those in whom an eye speaks.
    fn by_eyes(&self, scores: &[BlockScores], faults: &mut Faults) -> Vec<At> {
        let mut near: Vec<At> = scores
            .iter()
            .enumerate()
            .flat_map(|(b, found)| {
                found.irises.iter().map(move |(lane, _)| (b * LANES + usize::from(*lane)) as At)
            })
            .collect();
        near.dedup();
        let weighed: Vec<(At, Result<Candidate, String>)> =
            near.par_iter().map(|at| (*at, self.weigh(*at, |_| false))).collect();
        let mut chosen = Vec::new();
        for (at, result) in weighed {
            match result {
                Ok(found) if !found.irises.is_empty() => chosen.push(at),
                Ok(_) => {}
                Err(why) => faults.add(at, why),
            }
        }
        chosen
    }

    /// All positions.
    pub(crate) fn in_full(&self, at: At) -> Result<Candidate, String> {
        self.weigh(at, |_| true)
    }

    fn weigh(&self, at: At, use_finger: impl Fn(usize) -> bool) -> Result<Candidate, String> {
        let parts = self.parts(at);
        let mut evidence = Evidence::default();
        let prepared: Vec<Option<finger::Prepared>> = parts
            .iter()
            .map(|part| {
                let Place::Finger(position) = part.place else { return Ok(None) };
                let asked = |(f, own): (usize, &crate::probe::ProbeFinger)| {
                    use_finger(f) && same_finger(position, own.position)
                };
                if !self.probe.fingers.iter().enumerate().any(asked) {
                    return Ok(None);
                }
                let bytes = part.read()?;
                let stored = FingerPart::from_bytes(&bytes).and_then(|s| s.prepared());
                stored.map(Some).ok_or_else(|| "its template is damaged".to_owned())
            })
            .collect::<Result<_, String>>()?;
        for (_, own) in self.probe.fingers.iter().enumerate().filter(|(f, _)| use_finger(*f)) {
            let mut found = Vec::new();
            for (part, prepared) in parts.iter().zip(&prepared) {
                if let (Place::Finger(position), Some(prepared)) = (part.place, prepared)
                    && same_finger(position, own.position)
                {
                    found.push(finger::compare(&own.prepared, prepared).llr);
                }
            }
            evidence.finger(own.position, &found);
        }
        for own in &self.probe.irises {
            let mut found = Vec::new();
            for part in parts {
                if let Place::Eye(eye) = part.place
                    && same_eye(eye, own.eye)
                {
                    let bytes = part.read()?;
                    let template = eye_from_part(&bytes).ok_or("its iris is damaged")?;
                    found.push(iris::compare(&own.template, &template).llr);
                }
            }
            evidence.iris(own.eye, &found);
        }
        Ok(evidence.candidate(self.key(at)))
    }
}

impl Faults {
    fn add(&mut self, at: At, why: String) {
        self.persons.entry(at).or_insert(why);
    }
}

/// Mean and spread of a stage's scores: nearly all are strangers'. Sums of whole numbers, so that order is nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    count: u64,
    sum: u64,
    squares: u128,
}

impl Spread {
    fn of(scores: &[BlockScores], finger: u8) -> Self {
        scores
            .par_iter()
            .map(|block| {
                let mut own = Self::default();
                for (_, lanes, values) in block.fingers.iter().filter(|(f, ..)| *f == finger) {
                    for (lane, value) in values.iter().enumerate() {
                        if lanes >> lane & 1 == 1 {
                            own.add(u64::from(*value));
                        }
                    }
                }
                own
            })
            .reduce(Self::default, |a, b| Self {
                count: a.count + b.count,
                sum: a.sum + b.sum,
                squares: a.squares + b.squares,
            })
    }

    fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += value;
        self.squares += u128::from(value) * u128::from(value);
    }

    /// Deviations above the mean, 0 below it.
    fn above(&self, value: u16) -> f32 {
        self.above_wide(u32::from(value))
    }

    fn above_wide(&self, value: u32) -> f32 {
        let count = self.count.max(1) as f64;
        let mean = self.sum as f64 / count;
        let variance = (self.squares as f64 / count - mean * mean).max(1.0);
        ((f64::from(value) - mean) / variance.sqrt()).max(0.0) as f32
    }
}

/// The evidence needed so that about `fpir` of unlisted persons get a candidate among `persons`: by Markov's
/// inequality P(LR >= t | different) <= 1 / t, so t = persons / fpir is safe for a calibrated ratio.
pub(crate) fn threshold_llr(fpir: f64, persons: usize) -> f32 {
    ((persons.max(1) as f64) / fpir.clamp(1e-9, 1e30)).log10() as f32
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
}
