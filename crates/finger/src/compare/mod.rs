//! Two prints: how much more likely from the same finger than from different ones?
//!
//! 1 similarity of all descriptors ([`kernels`]); 2 the best pairs support each other ([`relax`]); 3 from a
//! seed, alignment under elastic distortion and one-to-one pairing ([`align`]); 4 evidence for and against
//! ([`evidence`]); 5 calibration.

mod align;
mod descriptor;
mod evidence;
mod kernels;
mod prepared;
mod relax;

pub use descriptor::{PROJECTED_LEN, RAW_LEN};
pub use evidence::Evidence;
pub use prepared::{Prepared, raw_descriptors};

use crate::calibration;

/// Seeds that are followed to the end; the best counts.
const SEEDS: usize = 2;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// -log10 of the false match rate at which the score would just pass: among different fingers P(llr >= t) is
    /// about 10^-t. The gallery makes a likelihood ratio of it.
    pub llr: f32,
    /// Index in `a`, index in `b` of the minutiae that were paired.
    pub pairs: Vec<(u16, u16)>,
    /// What the score was made of.
    pub evidence: Evidence,
}

/// Compares two fingers; symmetric in the score.
pub fn compare(a: &Prepared, b: &Prepared) -> Comparison {
    // One fixed order, so that the sums are the same whichever comes first.
    if (a.len(), a.order) > (b.len(), b.order) {
        let mut result = compare_ordered(b, a);
        result.pairs.iter_mut().for_each(|p| *p = (p.1, p.0));
        return result;
    }
    compare_ordered(a, b)
}

fn compare_ordered(a: &Prepared, b: &Prepared) -> Comparison {
    let mut similarity = Vec::new();
    kernels::similarity(&a.descriptors, &b.descriptors, &mut similarity);
    let mut best = (Evidence::default(), Vec::new());
    let mut followed: Option<align::Rigid> = None;
    for seed in relax::seeds(a, b, &similarity, SEEDS) {
        // A second seed that says the same as the first is not followed.
        if followed.is_some_and(|f| f.agrees(&seed)) {
            continue;
        }
        let aligned = align::align(a, b, &similarity, seed);
        followed = Some(seed);
        let evidence = evidence::weigh(a, b, &similarity, &aligned);
        if evidence.score > best.0.score {
            best = (evidence, aligned.pairs);
        }
    }
    let pairs = best
        .1
        .iter()
        .filter_map(|p| Some((*a.index.get(p.a as usize)?, *b.index.get(p.b as usize)?)))
        .collect();
    Comparison { llr: calibration::llr(best.0.score), pairs, evidence: best.0 }
}
