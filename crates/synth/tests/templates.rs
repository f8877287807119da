//! Templates without pictures: same seed, same bytes; mates score as mates.
#![allow(clippy::unwrap_used)]

use model::{Digest, FingerPosition};
use ridgeline_synth::{
    finger::{Master, Plan},
    templates::{FingerPattern, TemplatePerson},
};

#[test]
fn pinned_digest() {
    let person = TemplatePerson::new(1, 42);
    let mut all = Vec::new();
    for (_, template) in person.fingers(1) {
        all.extend(template.to_bytes());
    }
    for (_, template) in person.irises(1).unwrap() {
        all.extend(template.to_bytes());
    }
    assert_eq!(Digest::of(&all).to_string(), PINNED);
}

/// SHA-256 of one person's stored templates.
const PINNED: &str = "8e65bdd7f328250ad5d903e8857cf4875c2f19248bceed1186664bda1cbf1e0e";

#[test]
fn mates_and_strangers_keep_apart() {
    let people: Vec<_> = (0..6)
        .map(|i| {
            let person = TemplatePerson::with_fingers(7, i, &[FingerPosition::RightIndex]);
            let finger = |n| finger::Prepared::new(&person.fingers(n)[0].1);
            let iris = |n| iris::Prepared::new(&person.irises(n).unwrap()[0].1);
            ([finger(1), finger(2)], [iris(1), iris(2)])
        })
        .collect();
    let mut fingers = (f32::MAX, f32::MIN);
    let mut eyes = (f32::MIN, f32::MAX);
    for (i, (fa, ea)) in people.iter().enumerate() {
        for (j, (fb, eb)) in people.iter().enumerate() {
            let (score, distance) =
                (finger::compare(&fa[0], &fb[1]).llr, iris::compare(&ea[0], &eb[1]).distance);
            if i == j {
                fingers.0 = fingers.0.min(score);
                eyes.0 = eyes.0.max(distance);
            } else {
                fingers.1 = fingers.1.max(score);
                eyes.1 = eyes.1.min(distance);
            }
        }
    }
    assert!(fingers.0 > fingers.1, "worst mate {} against best stranger {}", fingers.0, fingers.1);
    assert!(eyes.0 < eyes.1, "worst mate {} against best stranger {}", eyes.0, eyes.1);
}

#[test]
fn patterns_have_as_many_minutiae_as_grown_fingers() {
    use ridgeline_synth::finger::Class;
    for class in [Class::LeftLoop, Class::Whorl, Class::Arch] {
        let plan = Plan { position: FingerPosition::RightIndex, class, scale: 1.0, wear: 0.0 };
        let grown: usize = (0..6).map(|s| Master::new(s, plan).minutiae().len()).sum();
        let drawn: usize = (0..60).map(|s| FingerPattern::new(s, plan).minutiae_count()).sum();
        let ratio = drawn as f64 / 10.0 / grown as f64;
        assert!((0.75..1.33).contains(&ratio), "{class:?}: {drawn} in 60 drawn, {grown} in 6 grown");
    }
}
