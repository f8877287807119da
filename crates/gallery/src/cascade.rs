//! The stages after the first pass: fewer persons, dearer comparisons.
//!
//! 1 the first pass gives every person a score a scanned finger, and names everybody whose iris is near; 2 the most
//! promising persons are compared by descriptors; 3 the best of these, finger by finger, in full, and the near
//! irises by their full codes; 4 whoever still stands, with all positions. A short list skips to 4 with everybody.

use crate::{
    Candidate, Cascade, SearchAnswer, SearchOptions,
    block::Block,
    detail::{FingerPart, Place, eye_from_part},
    evidence::Evidence,
    kernels::LANES,
    probe::{BlockScores, Probe, same_eye, same_finger},
    sketch::SLOTS,
    view::View,
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A person's place: block times [`LANES`] plus lane.
pub(crate) type At = u32;

/// Probe finger and its score.
type FingerScores = Vec<(u8, u32)>;

pub(crate) struct Search<'a> {
    pub(crate) view: &'a View,
    pub(crate) probe: &'a Probe,
    pub(crate) cascade: &'a Cascade,
}

/// What a thread reads and unpacks samples into.
#[derive(Default)]
struct Room {
    bytes: Vec<u8>,
    values: Vec<i8>,
    turns: Vec<u8>,
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

    pub(crate) fn everyone(&self) -> Vec<At> {
        let lanes = |(b, block): (usize, &std::sync::Arc<Block>)| {
            let active = block.active();
            (0..LANES).filter(move |l| active >> l & 1 == 1).map(move |l| (b * LANES + l) as At)
        };
        self.view.blocks().iter().enumerate().flat_map(lanes).collect()
    }

    fn block(&self, at: At) -> (&Block, usize) {
        (&self.view.blocks()[at as usize / LANES], at as usize % LANES)
    }

    pub(crate) fn key(&self, at: At) -> u128 {
        let (block, lane) = self.block(at);
        block.keys[lane]
    }

    /// The most promising persons of the first pass: by the sum over fingers, and by the best finger alone.
    fn shortlist(&self, scores: &[BlockScores]) -> Vec<At> {
        let spreads: Vec<Spread> =
            (0..self.probe.fingers.len()).map(|f| Spread::of(scores, f as u8)).collect();
        let scales = Spread::scales(&spreads);
        let size = self.cascade.wide(self.view.len());
        let halves = if self.probe.fingers.len() > 1 { size / 2 } else { 0 };
        // Twice over the scores: how many stand at each height, then those who stand high enough.
        let none = || (Heights::new(), Heights::new());
        let chunks = scores.par_chunks(BLOCKS_AT_ONCE);
        let (sums, bests) = chunks
            .map(|chunk| {
                let mut heights = none();
                for block in chunk {
                    each_lane(block, &scales, |_, sum, best| {
                        heights.0.add(sum);
                        heights.1.add(best);
                    });
                }
                heights
            })
            .reduce(none, |a, b| (a.0.with(&b.0), a.1.with(&b.1)));
        let (sums, bests) = (sums.holding(size), bests.holding(halves));
        let chunks = scores.par_chunks(BLOCKS_AT_ONCE).enumerate();
        let high: Vec<(f32, f32, At)> = chunks
            .flat_map_iter(|(c, chunk)| {
                let mut high = Vec::new();
                for (b, block) in chunk.iter().enumerate() {
                    each_lane(block, &scales, |lane, sum, best| {
                        if Heights::at(sum) >= sums || Heights::at(best) >= bests {
                            high.push((sum, best, ((c * BLOCKS_AT_ONCE + b) * LANES + lane) as At));
                        }
                    });
                }
                high
            })
            .collect();
        let mut chosen: Vec<At> = Vec::with_capacity(2 * size);
        self.take_best(high.iter().map(|(sum, _, at)| (*sum, *at)).collect(), size, &mut chosen);
        self.take_best(high.iter().map(|(_, best, at)| (*best, *at)).collect(), halves, &mut chosen);
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
            .map_init(Room::default, |room, at| {
                let fingers = self.scanned(*at, scores);
                let score = |f: &u8| self.descriptors_of(*at, *f, room).map(|s| (*f, s));
                (*at, fingers.iter().map(score).collect())
            })
            .collect();
        let mut kept = Vec::new();
        let mut spreads: Vec<Spread> = vec![Spread::default(); self.probe.fingers.len()];
        for (finger, score) in scored.iter().filter_map(|(_, s)| s.as_ref().ok()).flatten() {
            spreads[usize::from(*finger)].add(u64::from(*score));
        }
        let scales = Spread::scales(&spreads);
        let (mut summed, mut bests) = (Vec::new(), Vec::new());
        for (at, result) in scored {
            match result {
                Ok(found) => {
                    let z = |(f, s): &(u8, u32)| scales[usize::from(*f)].above(*s as f32);
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

    fn descriptors_of(&self, at: At, finger: u8, room: &mut Room) -> Result<u32, String> {
        let probe = &self.probe.fingers[usize::from(finger)];
        let (block, lane) = self.block(at);
        let mut best = 0;
        for part in block.parts_of(lane) {
            if matches!(part.place, Place::Finger(p) if same_finger(p, probe.position)) {
                let bytes = block.read(part, &mut room.bytes)?;
                let stored = FingerPart::from_bytes(bytes).ok_or("its sketch is damaged")?;
                stored.packed.best(SLOTS, &mut room.values, &mut room.turns);
                best = best.max(self.probe.wide_score(probe, &room.values, &room.turns));
            }
        }
        Ok(best)
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

    /// Of each probe finger the scores of all comparisons that its position allows; each sample is read once.
    pub(crate) fn finger_scores(
        &self,
        at: At,
        use_finger: impl Fn(usize) -> bool,
    ) -> Result<Vec<Vec<f32>>, String> {
        let (block, lane) = self.block(at);
        let mut buffer = Vec::new();
        let mut scores: Vec<Vec<f32>> = vec![Vec::new(); self.probe.fingers.len()];
        for part in block.parts_of(lane) {
            let Place::Finger(position) = part.place else { continue };
            let mut asked = (0..scores.len())
                .filter(|f| use_finger(*f) && same_finger(position, self.probe.fingers[*f].position))
                .peekable();
            if asked.peek().is_none() {
                continue;
            }
            let bytes = block.read(part, &mut buffer)?;
            let stored = FingerPart::from_bytes(bytes).ok_or("its template is damaged")?;
            for finger in asked {
                let own = &self.probe.fingers[finger].prepared;
                scores[finger].push(finger::compare_packed(own, &stored.packed).llr);
            }
        }
        Ok(scores)
    }

    fn weigh(&self, at: At, use_finger: impl Fn(usize) -> bool) -> Result<Candidate, String> {
        let (block, lane) = self.block(at);
        let scores = self.finger_scores(at, use_finger)?;
        let mut buffer = Vec::new();
        let mut evidence = Evidence::default();
        for (own, found) in self.probe.fingers.iter().zip(&scores) {
            evidence.finger(own.position, found);
        }
        for own in &self.probe.irises {
            let mut found = Vec::new();
            for part in block.parts_of(lane) {
                if let Place::Eye(eye) = part.place
                    && same_eye(eye, own.eye)
                {
                    let bytes = block.read(part, &mut buffer)?;
                    let stored = eye_from_part(bytes).ok_or("its iris is damaged")?;
                    let stored = iris::Prepared::new(&stored);
                    found.push(iris::compare(&own.prepared, &stored).llr);
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

/// Scores whose spread says little.
const FEW: u64 = 32;

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
            .reduce(Self::default, Self::with)
    }

    fn with(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            squares: self.squares + other.squares,
        }
    }

    /// One scale for each finger. A finger that met few persons takes the spread of all: who alone has it would be
    /// measured by nothing but themselves, and never stand out.
    fn scales(spreads: &[Self]) -> Vec<Scale> {
        let all = spreads.iter().copied().fold(Self::default(), Self::with);
        spreads.iter().map(|s| if s.count < FEW { all.scale() } else { s.scale() }).collect()
    }

    fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += value;
        self.squares += u128::from(value) * u128::from(value);
    }

    fn scale(&self) -> Scale {
        let count = self.count.max(1) as f64;
        let mean = self.sum as f64 / count;
        let variance = (self.squares as f64 / count - mean * mean).max(1.0);
        Scale { mean: mean as f32, deviations: (1.0 / variance.sqrt()) as f32 }
    }
}

/// What makes scores of several fingers comparable.
#[derive(Debug, Clone, Copy)]
struct Scale {
    mean: f32,
    /// One over the standard deviation.
    deviations: f32,
}

impl Scale {
    /// Deviations above the mean, 0 below it.
    fn above(self, value: f32) -> f32 {
        ((value - self.mean) * self.deviations).max(0.0)
    }
}

/// Blocks that a thread looks through at a time when the best are sought.
const BLOCKS_AT_ONCE: usize = 64;

/// Every lane that was scanned, with the sum of its scaled scores and the best of them.
fn each_lane(block: &BlockScores, scales: &[Scale], mut see: impl FnMut(usize, f32, f32)) {
    let (mut sum, mut best, mut present) = ([0f32; LANES], [0f32; LANES], 0);
    for (finger, lanes, values) in &block.fingers {
        present |= lanes;
        let Some(scale) = scales.get(usize::from(*finger)) else { continue };
        for (lane, ((sum, best), value)) in sum.iter_mut().zip(&mut best).zip(values).enumerate() {
            let z = if lanes >> lane & 1 == 1 { scale.above(f32::from(*value)) } else { 0.0 };
            *sum += z;
            *best = best.max(z);
        }
    }
    for lane in (0..LANES).filter(|lane| present >> lane & 1 == 1) {
        see(lane, sum[lane], best[lane]);
    }
}

/// How many stand at each height: so the best of a million are found without sorting them.
struct Heights(Vec<u32>);

impl Heights {
    /// Steps of a deviation, and where the highest step begins.
    const STEPS: f32 = 64.0;
    const MOST: usize = 4096;

    fn new() -> Self {
        Self(vec![0; Self::MOST])
    }

    fn at(z: f32) -> usize {
        ((z * Self::STEPS) as usize).min(Self::MOST - 1)
    }

    fn add(&mut self, z: f32) {
        self.0[Self::at(z)] += 1;
    }

    fn with(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a += b);
        self
    }

    /// The highest step from which on there are at least so many; beyond all steps for none.
    fn holding(&self, size: usize) -> usize {
        let mut left = size;
        if left == 0 {
            return Self::MOST;
        }
        for (at, count) in self.0.iter().enumerate().rev() {
            left = left.saturating_sub(*count as usize);
            if left == 0 {
                return at;
            }
        }
        0
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
    fn heights_hold_the_best() {
        let mut heights = Heights::new();
        (0..1000).for_each(|i| heights.add(i as f32 * 0.01));
        for size in [1, 5, 300, 999] {
            let from = heights.holding(size);
            let high = |from: usize| (0..1000).filter(|i| Heights::at(*i as f32 * 0.01) >= from).count();
            assert!(high(from) >= size && high(from + 1) < size, "{size}");
        }
        assert_eq!((heights.holding(0), heights.holding(2000)), (Heights::MOST, 0));
        assert_eq!(Heights::at(f32::MAX), Heights::MOST - 1);
    }

    #[test]
    fn a_threshold_grows_with_the_gallery() {
        assert_eq!(threshold_llr(0.001, 1), 3.0);
        assert_eq!(threshold_llr(0.001, 1000), 6.0);
        assert_eq!(threshold_llr(0.001, 0), 3.0, "an empty gallery asks for no less than one person");
    }
}
