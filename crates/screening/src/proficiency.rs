//! Known cases: what examiners said of cases whose answer quality staff knows (S22).

use crate::Sample;
use model::{Eye, FingerPosition, Modality, Verdict};

/// A share with the interval that holds the true one at 95 % (Wilson 1927, J. Am. Stat. Assoc. 22, 209).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How often.
    pub count: u32,
    /// Of how many.
    pub of: u32,
    /// Lower end, 0 to 1.
    pub low: f64,
    /// Upper end, 0 to 1. With no case at all: 0 to 1, nothing is known.
    pub high: f64,
}

impl Rate {
    /// `count` of `of`; a count above `of` is taken as `of`.
    pub fn new(count: u32, of: u32) -> Self {
        let count = count.min(of);
        if of == 0 {
            return Self { count, of, low: 0.0, high: 1.0 };
        }
        // The normal distribution's 97.5 % point.
        const Z: f64 = 1.959_964;
        let (n, p) = (f64::from(of), f64::from(count) / f64::from(of));
        let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let (middle, scale) = (p + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
        // Rounding leaves a trace of the ends that are exactly 0 and 1.
        let low = if count == 0 { 0.0 } else { (middle - spread) / scale };
        let high = if count == of { 1.0 } else { (middle + spread) / scale };
        Self { count, of, low, high }
    }
}

/// Whether two captures have something to compare: the same finger or eye on both sides, or on one a print or eye that
/// nobody named.
pub fn comparable(a: &[Sample], b: &[Sample]) -> bool {
    let usable = |samples: &[Sample]| -> Vec<(Modality, Option<FingerPosition>, Option<Eye>)> {
        let kept = samples.iter().filter(|s| s.template.is_some());
        kept.map(|s| match s.modality {
            Modality::Finger => (s.modality, s.finger.and_then(FingerPosition::finger), None),
            _ => (s.modality, None, s.eye.filter(|eye| *eye != Eye::Unknown)),
        })
        .collect()
    };
    let (a, b) = (usable(a), usable(b));
    let unnamed = |(_, finger, eye): &(_, Option<_>, Option<_>)| finger.is_none() && eye.is_none();
    a.iter().any(|x| b.iter().any(|y| x.0 == y.0 && (x == y || unnamed(x) || unnamed(y))))
}

/// What was said, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Cases of one person.
    pub same: u32,
    /// Of these: "not the same".
    pub missed: u32,
    /// Cases of two people.
    pub different: u32,
    /// Of these: "the same person".
    pub mistaken: u32,
    /// Of all: could not say, or asked for another capture. No error, and no answer.
    pub open: u32,
}

impl Tally {
    /// Counts a decision on a case of one person, or of two.
    pub fn add(&mut self, same: bool, verdict: Verdict) {
        let (cases, wrong, error) = if same {
            (&mut self.same, &mut self.missed, Verdict::NotSame)
        } else {
            (&mut self.different, &mut self.mistaken, Verdict::Same)
        };
        *cases += 1;
        *wrong += u32::from(verdict == error);
        self.open += u32::from(matches!(verdict, Verdict::Inconclusive | Verdict::Recapture));
    }

    /// Two people taken for one: what hurts the person screened.
    pub fn mistaken(&self) -> Rate {
        Rate::new(self.mistaken, self.different)
    }

    /// One person taken for two.
    pub fn missed(&self) -> Rate {
        Rate::new(self.missed, self.same)
    }

    /// No answer.
    pub fn open(&self) -> Rate {
        Rate::new(self.open, self.same + self.different)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        // Newcombe 1998 (Statistics in Medicine 17, 857), table I, method 3: to four places.
        let table = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ];
        for (count, of, low, high) in table {
            let rate = Rate::new(count, of);
            assert!((rate.low - low).abs() < 5e-5 && (rate.high - high).abs() < 5e-5, "{rate:?}");
        }
        assert_eq!(Rate::new(0, 0), Rate { count: 0, of: 0, low: 0.0, high: 1.0 });
        assert_eq!(Rate::new(7, 7).high, 1.0);
        assert_eq!(Rate::new(9, 7), Rate::new(7, 7));
    }

    #[test]
    fn errors_are_counted_where_they_belong() {
        let mut tally = Tally::default();
        for verdict in Verdict::ALL {
            tally.add(true, *verdict);
            tally.add(false, *verdict);
        }
        assert_eq!(tally, Tally { same: 4, missed: 1, different: 4, mistaken: 1, open: 4 });
        assert_eq!((tally.mistaken().of, tally.missed().of, tally.open().of), (4, 4, 8));
    }
}
