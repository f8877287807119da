//! A probe made ready, and its first pass over a block.

use crate::{
    Cascade, Person,
    block::{Block, FingerColumn},
    kernels::{
        self, AHEAD, IRIS_WORDS, IrisCode, Kernels, LANES, ProbeEye, ProbeMinutiae, ProbeWide, WIDE, fetch,
    },
    sketch::{SLOTS, Sketch, descriptors, directions, probe_eye, turned, wide_probe},
};
use finger::Prepared;
use model::{Eye, FingerPosition};
use rayon::prelude::*;
use std::sync::Arc;

/// Fewest fingers of a person that are scanned, where the person has them.
const LEAST_SCANNED: u32 = 2;
/// How many blocks ahead a block itself, its columns and the beginnings of their rows are asked of memory.
const FETCH_BLOCK: usize = 4;
const FETCH_COLUMNS: usize = 2;
const FETCH_ROWS: usize = 1;
/// Steps of a first-stage score.
const SCORE_STEPS: f32 = 1.0;
/// Size normalisation of both stages: scores are divided by (n1 n2) to this power.
const SIZE_POWER: f64 = 0.6;
/// Usable bits that a compact distance is normalised to.
const USUAL_BITS: f32 = 1100.0;
/// Fewest usable bits in common of two compact codes that say anything.
const MIN_BITS: u32 = 128;
/// The int8 stage counts what a dot product has beyond this: cosine 0.39 of descriptors of length 254.
const WIDE_FROM: i32 = 25_000;
/// Largest finding of the int8 stage's scores is divided by this.
const WIDE_STEP: f32 = 64.0;

pub(crate) struct ProbeFinger {
    pub(crate) position: FingerPosition,
    pub(crate) prepared: Prepared,
    minutiae: ProbeMinutiae,
    pub(crate) wide: ProbeWide,
    size: f32,
}

pub(crate) struct ProbeIris {
    pub(crate) eye: Eye,
    pub(crate) prepared: iris::Prepared,
    turns: ProbeEye,
    codes: [(IrisCode, IrisCode); kernels::TURNS],
    reach: f32,
    /// By the most bits that can be in common: in how many bits a code within reach differs at most, plus one.
    limits: Box<[u32; 64 * IRIS_WORDS + 1]>,
}

/// A probe made ready. Fingers stand in the order in which they are worth scanning.
pub(crate) struct Probe {
    pub(crate) fingers: Vec<ProbeFinger>,
    pub(crate) irises: Vec<ProbeIris>,
    pub(crate) scanned: usize,
    kernels: Kernels,
}

/// What the first pass found in a block.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct BlockScores {
    /// Probe finger, lanes that have it, scores.
    pub(crate) fingers: Vec<(u8, u64, [u16; LANES])>,
    /// Lane, probe eye: everybody within reach.
    pub(crate) irises: Vec<(u8, u8)>,
}

pub(crate) fn same_finger(a: FingerPosition, b: FingerPosition) -> bool {
    a == b || a == FingerPosition::Unknown || b == FingerPosition::Unknown
}

pub(crate) fn same_eye(a: Eye, b: Eye) -> bool {
    a == b || a == Eye::Unknown || b == Eye::Unknown
}

/// n to the power that scores are divided by, inverted, and 1 at [`SLOTS`].
fn size_factor(minutiae: usize) -> f32 {
    libm::pow(SLOTS as f64 / minutiae.max(1) as f64, SIZE_POWER) as f32
}

impl Probe {
    pub(crate) fn new(person: &Person, cascade: &Cascade) -> Self {
        Self::with(person, cascade, kernels::best())
    }

    pub(crate) fn with(person: &Person, cascade: &Cascade, kernels: Kernels) -> Self {
        let fingers = person.fingers.par_iter();
        let ready = fingers.map(|(position, t)| (*position, t.quality, Prepared::new(t))).collect();
        Self::of(ready, &person.irises, cascade, kernels)
    }

    /// Of fingers with their quality, and eyes.
    pub(crate) fn of(
        fingers: Vec<(FingerPosition, u8, Prepared)>,
        irises: &[(Eye, iris::Template)],
        cascade: &Cascade,
        kernels: Kernels,
    ) -> Self {
        let ready = |(position, quality, prepared): (FingerPosition, u8, Prepared)| {
            let (turns, values) = (directions(&prepared), descriptors(&prepared));
            let sketch = Sketch::new(&values, &turns);
            let finger = ProbeFinger {
                position,
                minutiae: sketch.probe(),
                wide: wide_probe(&values, &turns),
                size: size_factor(sketch.len()),
                prepared,
            };
            (sketch.len() * (usize::from(quality) + 20), finger)
        };
        let mut fingers: Vec<(usize, ProbeFinger)> = fingers.into_iter().map(ready).collect();
        fingers.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.position.cmp(&b.1.position)));
        let irises: Vec<ProbeIris> =
            irises.iter().map(|(eye, t)| ProbeIris::new(*eye, t, cascade.eye_reach)).collect();
        let scanned = if irises.is_empty() { cascade.scan_fingers } else { cascade.scan_fingers_with_irises };
        Self {
            fingers: fingers.into_iter().map(|(_, f)| f).collect(),
            irises,
            scanned: scanned.max(1),
            kernels,
        }
    }

    /// The first pass over a block.
    pub(crate) fn scan(&self, block: &Block) -> BlockScores {
        let mut out = BlockScores::default();
        let active = block.active();
        if active == 0 {
            return out;
        }
        // How many fingers of each lane have been scanned: once, twice.
        let (mut once, mut twice) = (0u64, 0u64);
        const { assert!(LEAST_SCANNED == 2) };
        for (at, finger) in self.fingers.iter().enumerate() {
            let present = block
                .fingers
                .iter()
                .filter(|c| same_finger(c.position, finger.position))
                .fold(0, |all, c| all | c.present)
                & active;
            // Beyond the best fingers, only for persons who would have too few.
            if present == 0 || (at >= self.scanned && present & !twice == 0) {
                continue;
            }
            let mut scores = [0u16; LANES];
            for column in block.fingers.iter().filter(|c| same_finger(c.position, finger.position)) {
                self.score(finger, column, &mut scores);
            }
            twice |= once & present;
            once |= present;
            out.fingers.push((at as u8, present, scores));
        }
        for (at, own) in self.irises.iter().enumerate() {
            for column in block.irises.iter().filter(|c| same_eye(c.eye, own.eye)) {
                if column.present & active != 0 {
                    own.scan(self.kernels, column, active, |lane| {
                        out.irises.push((lane, at as u8));
                    });
                }
            }
        }
        out.irises.sort_unstable();
        out.irises.dedup();
        out
    }

    /// Asks memory for what the scan of a later block begins with, and before that for what leads there: so far ahead
    /// that it has come when it is needed.
    pub(crate) fn fetch(&self, blocks: &[Arc<Block>], at: usize) {
        let later = |by: usize| blocks.get(at + by);
        if let Some(block) = later(FETCH_BLOCK) {
            fetch(&block.live);
            fetch(&block.fingers);
            fetch(&block.irises);
        }
        if let Some(block) = later(FETCH_COLUMNS) {
            if !self.fingers.is_empty() {
                block.fingers.iter().for_each(fetch);
            }
            if !self.irises.is_empty() {
                block.irises.iter().for_each(fetch);
            }
        }
        let Some(block) = later(FETCH_ROWS) else { return };
        for own in self.fingers.iter().take(self.scanned) {
            for column in block.fingers.iter().filter(|c| same_finger(c.position, own.position)) {
                column.groups.iter().take(AHEAD).for_each(fetch);
            }
        }
        for own in &self.irises {
            for column in block.irises.iter().filter(|c| same_eye(c.eye, own.eye)) {
                column.eights.iter().take(AHEAD).for_each(fetch);
            }
        }
    }

    fn score(&self, finger: &ProbeFinger, column: &FingerColumn, scores: &mut [u16; LANES]) {
        let found = (self.kernels.finger)(&column.groups, &finger.minutiae);
        for (lane, score) in scores.iter_mut().enumerate() {
            let (c, s) = (found.cosine[lane] as f32, found.sine[lane] as f32);
            let size = sizes()[usize::from(column.counts.0[lane]).min(SLOTS)] * finger.size;
            // Saturates at the type's bounds.
            *score = (*score).max(((c * c + s * s).sqrt() * size * SCORE_STEPS) as u16);
        }
    }

    /// The int8 stage: an enrolled finger's descriptors and directions against a probe's.
    pub(crate) fn wide_score(&self, finger: &ProbeFinger, values: &[i8], turns: &[u8]) -> u32 {
        let circle = kernels::circle();
        let rows = values.as_chunks::<WIDE>().0;
        let (mut cosine, mut sine, mut count) = (0i64, 0i64, 0usize);
        for (row, turn) in rows.iter().zip(turns).take(SLOTS) {
            count += 1;
            let (dot, lane) = (self.kernels.wide)(row, *turn, &finger.wide);
            let beyond = i64::from(dot.saturating_sub(WIDE_FROM).max(0) / 128);
            let own = finger.wide.turn[usize::from(lane).min(kernels::WIDE_LANES - 1)];
            let at = usize::from(turn.wrapping_sub(own).wrapping_add(kernels::GATE) & 127);
            cosine += beyond * beyond * i64::from(circle.cosine[at]);
            sine += beyond * beyond * i64::from(circle.sine[at]);
        }
        let length = ((cosine * cosine + sine * sine) as f64).sqrt();
        let size = f64::from(sizes()[count.min(SLOTS)]) * f64::from(finger.size);
        (length * size / f64::from(WIDE_STEP)) as u32
    }
}

fn sizes() -> &'static [f32; SLOTS + 1] {
    static SIZES: std::sync::OnceLock<[f32; SLOTS + 1]> = std::sync::OnceLock::new();
    SIZES.get_or_init(|| std::array::from_fn(size_factor))
}

impl ProbeIris {
    fn new(eye: Eye, template: &iris::Template, reach: f32) -> Self {
        let codes = std::array::from_fn(|turn| {
            let by = turn as isize - (kernels::TURNS / 2) as isize;
            (turned(&template.compact_code, by), turned(&template.compact_mask, by))
        });
        let own = template.compact_mask.iter().map(|w| w.count_ones()).sum();
        // The first number of bits that is too many; distances rise with it.
        let limit = |usable: usize| {
            let most = (usable as u32).min(own);
            let (mut within, mut beyond) = (0, most + 1);
            while within < beyond {
                let middle = (within + beyond) / 2;
                if normalised(middle, most) <= reach { within = middle + 1 } else { beyond = middle }
            }
            if most < MIN_BITS { 0 } else { within }
        };
        let limits = Box::new(std::array::from_fn(limit));
        Self {
            eye,
            turns: probe_eye(template),
            codes,
            reach,
            limits,
            prepared: iris::Prepared::new(template),
        }
    }

    /// Names every active lane whose least normalised distance over all turns is within reach.
    ///
    /// Exact: the distance falls as the bits in common grow, and these are at most the smaller mask's; so a lane
    /// whose bound lies beyond reach is beyond reach, and the few others are counted in full.
    fn scan(
        &self,
        kernels: Kernels,
        column: &crate::block::IrisColumn,
        active: u64,
        mut found: impl FnMut(u8),
    ) {
        let asked = column.present & active;
        let limits = std::array::from_fn(|lane| {
            let usable = usize::from(column.usable[lane]).min(64 * IRIS_WORDS);
            if asked >> lane & 1 == 1 { self.limits[usable] } else { 0 }
        });
        let near = (kernels.iris)(&column.eights, &self.turns, &limits);
        for lane in (0..LANES).filter(|lane| near >> lane & 1 == 1) {
            if self.distance(kernels, column.code(lane)) <= self.reach {
                found(lane as u8);
            }
        }
    }

    /// The least normalised distance over all turns; 1 where too few bits are in common.
    fn distance(&self, kernels: Kernels, (code, mask): (IrisCode, IrisCode)) -> f32 {
        let counts = (kernels.counts)(&code, &mask, &self.codes);
        let known = counts.iter().filter(|(_, common)| *common >= MIN_BITS);
        known.map(|(different, common)| normalised(*different, *common)).fold(1.0, f32::min)
    }
}

/// A distance set as if [`USUAL_BITS`] were in common (Daugman, 2007).
fn normalised(different: u32, common: u32) -> f32 {
    let common = common as f32;
    0.5 - (0.5 - different as f32 / common) * (common / USUAL_BITS).sqrt()
}
