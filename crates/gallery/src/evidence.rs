//! The evidence of a person: what each position says, for and against, added up.
//!
//! A comparison's score s says at which false match rate it would just pass: among different fingers P(s >= t) is
//! about 10^-t, so even strangers have small positive scores and plain sums would grow with the number of
//! fingers. Added up is therefore a likelihood ratio. With mates' scores spread evenly over the scale,
//! LR(s) = 10^s / (SPAN ln 10); and since a finger may be filed in the wrong box, bandaged, or too poor to say
//! anything, a share [`UNTRUSTWORTHY`] of positions is taken to say nothing about the person (a contaminated
//! model; Berger, Statistical Decision Theory, 4.7). So one position speaks against a person by at most one unit,
//! and several that do not fit outweigh one that does by chance.

use crate::Candidate;
use model::{Eye, FingerPosition};

/// Share of positions whose comparison says nothing about the person.
const UNTRUSTWORTHY: f64 = 0.1;

/// Mates' scores reach over so many decades of the false match rate.
const SPAN: f64 = 12.0;

/// From here on a position counts as supporting: one stranger in a thousand reaches it.
const SUPPORTS: f32 = 3.0;

/// Evidence gathered over positions.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    sum: f32,
    best: f32,
    compared: u32,
    fingers: Vec<FingerPosition>,
    irises: Vec<Eye>,
}

impl Evidence {
    /// A finger with the scores of all comparisons that its position allows; none = nothing is learned.
    pub(crate) fn finger(&mut self, position: FingerPosition, scores: &[f32]) {
        if self.add(scores) {
            self.fingers.push(position);
        }
    }

    /// An eye, likewise.
    pub(crate) fn iris(&mut self, eye: Eye, scores: &[f32]) {
        if self.add(scores) {
            self.irises.push(eye);
        }
    }

    /// The best of several comparisons is taken, and their number set against it: with n tries, a chance match is
    /// n times likelier.
    fn add(&mut self, scores: &[f32]) -> bool {
        let Some(best) = scores.iter().copied().filter(|s| s.is_finite()).max_by(f32::total_cmp) else {
            return false;
        };
        let llr = best - (scores.len() as f32).log10();
        self.compared += 1;
        self.sum += contaminated(llr);
        self.best = if self.compared == 1 { llr } else { self.best.max(llr) };
        llr >= SUPPORTS
    }

    /// The person as a candidate.
    ///
    /// A single position that speaks loudly enough by itself makes a lead even where the others do not fit (a
    /// misfiled card, one finger of a latent): an examiner should see it. It pays for having been picked as the
    /// best of all positions compared.
    pub(crate) fn candidate(mut self, key: u128) -> Candidate {
        self.fingers.sort_unstable();
        self.irises.sort_unstable();
        let alone = self.best - (self.compared.max(1) as f32).log10();
        let supporting = self.fingers.len() + self.irises.len();
        Candidate {
            key,
            llr: if self.compared == 0 { f32::NEG_INFINITY } else { self.sum.max(alone) },
            lead: supporting < 2,
            fingers: self.fingers,
            irises: self.irises,
        }
    }
}

/// log10 of the likelihood ratio of a score, with a share of positions that say nothing.
fn contaminated(score: f32) -> f32 {
    let ratio = 10f64.powf(f64::from(score.clamp(-30.0, 30.0))) / (SPAN * std::f64::consts::LN_10);
    ((1.0 - UNTRUSTWORTHY) * ratio + UNTRUSTWORTHY).log10() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(fingers: &[f32]) -> Candidate {
        let mut evidence = Evidence::default();
        for (score, position) in fingers.iter().zip(FingerPosition::TEN) {
            evidence.finger(position, &[*score]);
        }
        evidence.candidate(1)
    }

    #[test]
    fn what_does_not_fit_counts_against() {
        let stranger = person(&[0.8, 0.3, 1.5, 0.2, 0.9, 0.1, 0.6, 2.2, 0.4, 0.8]);
        assert!(stranger.llr < 1.5, "{stranger:?}");
        let mate = person(&[4.5, 6.0, 0.5, 5.0, 3.5, 0.1]);
        assert!(mate.llr > 8.0, "{mate:?}");
        assert!(!mate.lead);
    }

    #[test]
    fn one_loud_finger_is_a_lead_and_no_more() {
        let misfiled = person(&[7.0, 0.3, 0.1, 0.9, 1.4, 0.2]);
        assert!(misfiled.lead);
        assert!((6.0..7.0).contains(&misfiled.llr), "{misfiled:?}");
    }

    #[test]
    fn a_bad_position_costs_at_most_one() {
        assert!((contaminated(-30.0) + 1.0).abs() < 1e-6);
        assert!((-1.0..0.0).contains(&contaminated(1.0)), "a middling score of a stranger speaks against");
        assert!((contaminated(6.0) - 4.5).abs() < 0.1);
    }

    #[test]
    fn nothing_compared_is_no_candidate() {
        assert_eq!(Evidence::default().candidate(1).llr, f32::NEG_INFINITY);
    }

    #[test]
    fn more_tries_cost_more() {
        let mut one = Evidence::default();
        one.finger(FingerPosition::Unknown, &[5.0]);
        let mut ten = Evidence::default();
        ten.finger(FingerPosition::Unknown, &[5.0; 10]);
        assert!(ten.candidate(1).llr < one.candidate(1).llr);
    }
}
