//! Open-set identification out of the scores of all pairs: one sample a class enrolled, all others searched.

use crate::eval::{Pair, REFUSED_SCORE};

/// Which sample of every class is enrolled is varied so many times: the first, the second, and so on.
const ROUNDS: usize = 8;

/// Error rates of searches (ISO/IEC 19795-1:2021), as fractions; not a number where nothing could be searched.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Identification {
    /// Classes enrolled.
    pub enrolled: usize,
    /// Searches of samples whose class is enrolled, over all rounds.
    pub searches: usize,
    /// Share of them in which the mate is the best of all; ties with a stranger do not count.
    pub search_rank1: f64,
    /// FNIR at rank 1 and FPIR <= 10 %.
    pub fnir_fpir10: f64,
    /// FNIR at rank 1 and FPIR <= 1 %.
    pub fnir_fpir100: f64,
}

/// Searches every sample of a class with two or more against one of every class; for the FPIR it is searched again
/// without its own class.
pub fn identification(classes: &[u32], pairs: &[Pair]) -> Identification {
    let count = classes.iter().max().map_or(0, |c| *c as usize + 1);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (i, class) in classes.iter().enumerate() {
        if let Some(list) = members.get_mut(*class as usize) {
            list.push(i as u32);
        }
    }
    let rounds = members.iter().map(Vec::len).max().unwrap_or(0).min(ROUNDS);
    let mut found: Vec<(f32, f32)> = Vec::new();
    for round in 0..rounds {
        let mut enrolled = vec![false; classes.len()];
        for list in members.iter().filter(|l| !l.is_empty()) {
            enrolled[list[round % list.len()] as usize] = true;
        }
        // The score of the mate, none where the class has one sample, and the best of the others.
        let mut best = vec![(None, REFUSED_SCORE); classes.len()];
        for p in pairs {
            for (probe, other) in [(p.a as usize, p.b as usize), (p.b as usize, p.a as usize)] {
                if enrolled[probe] || !enrolled[other] {
                    continue;
                }
                if p.genuine {
                    best[probe].0 = Some(p.score);
                } else {
                    best[probe].1 = p.score.max(best[probe].1);
                }
            }
        }
        found.extend(best.into_iter().filter_map(|(mate, other)| Some((mate?, other))));
    }
    let mut strangers: Vec<f32> = found.iter().map(|(_, other)| *other).collect();
    strangers.sort_by(f32::total_cmp);
    let share = |n: usize| n as f64 / found.len() as f64;
    let missed = |fpir: f64| {
        let allowed = (strangers.len() as f64 * fpir) as usize;
        let bound = strangers.len().checked_sub(allowed + 1).and_then(|i| strangers.get(i)).copied();
        let bound = bound.unwrap_or(f32::NEG_INFINITY);
        share(found.iter().filter(|(mate, other)| mate <= other || *mate <= bound).count())
    };
    Identification {
        enrolled: members.iter().filter(|l| !l.is_empty()).count(),
        searches: found.len(),
        search_rank1: share(found.iter().filter(|(mate, other)| mate > other).count()),
        fnir_fpir10: missed(0.1),
        fnir_fpir100: missed(0.01),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_known_searches() {
        // Two samples a class; b's second one looks like a.
        let classes = [0, 0, 1, 1, 2, 2];
        let value = [10.0f32, 11.0, 50.0, 12.0, 90.0, 92.0];
        let mut pairs = Vec::new();
        for a in 0..6u32 {
            for b in a + 1..6 {
                let score = -(value[a as usize] - value[b as usize]).abs();
                pairs.push(Pair { a, b, genuine: classes[a as usize] == classes[b as usize], score });
            }
        }
        let found = identification(&classes, &pairs);
        assert_eq!((found.enrolled, found.searches), (3, 6));
        // Enrolled 10, 50, 90: 11 and 92 find themselves, 12 finds a. Enrolled 11, 12, 92: 10 and 90 find
        // themselves, 50 is nearer to 12 than to any other.
        assert!((found.search_rank1 - 5.0 / 6.0).abs() < 1e-9, "{found:?}");
        // No false positive is allowed: strangers reach -1 (10 to 12 is -2, 11 to 12 is -1; 12 to 10 is -2).
        assert!(found.fnir_fpir10 >= 1.0 / 6.0 && found.fnir_fpir100 >= found.fnir_fpir10, "{found:?}");
        let nothing = identification(&[], &[]);
        assert!(
            (nothing.enrolled, nothing.searches) == (0, 0) && nothing.fnir_fpir10.is_nan(),
            "{nothing:?}"
        );
    }
}
