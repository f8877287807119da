//! Slaps: fingers in their natural order, truth where the ridges are.
#![allow(clippy::unwrap_used)]

use model::{Digest, FingerPosition};
use ridgeline_synth::{
    Person,
    finger::{Condition, Preset, slap},
};

#[test]
fn a_slap_holds_its_fingers_from_left_to_right() {
    use FingerPosition::{
        LeftIndex, LeftLittle, LeftMiddle, LeftRing, LeftThumb, PlainLeftFour, PlainRightFour,
    };
    use FingerPosition::{PlainThumbs, RightIndex, RightLittle, RightMiddle, RightRing, RightThumb};
    let person = (0..).map(|i| Person::new(4, i)).find(|p| p.absent.is_empty() && p.age() > 20).unwrap();
    let condition = Condition::draw(Preset::Enrolment, 1);
    let mut digests = Vec::new();
    for (position, want) in [
        (PlainRightFour, vec![RightIndex, RightMiddle, RightRing, RightLittle]),
        (PlainLeftFour, vec![LeftLittle, LeftRing, LeftMiddle, LeftIndex]),
        (PlainThumbs, vec![LeftThumb, RightThumb]),
    ] {
        let hand = slap(&person, position, &condition, 1).unwrap().unwrap();
        assert_eq!(hand.fingers.iter().map(|f| f.position).collect::<Vec<_>>(), want);
        let mut last = f32::MIN;
        for finger in &hand.fingers {
            let (x, _) = finger.corners.iter().fold((0.0, 0.0), |s, c| (s.0 + c.0 / 4.0, s.1 + c.1 / 4.0));
            assert!(x > last + 150.0, "{position}: {x} after {last}");
            last = x;
            let shown = finger.truth.minutiae.len();
            assert!(shown > 12, "{position} {}: {shown} minutiae", finger.position);
            for c in finger.corners {
                assert!(c.0 > -60.0 && c.0 < hand.image.width() as f32 + 60.0, "{position}: corner {c:?}");
            }
        }
        digests.push(Digest::of(hand.image.pixels()).to_string());
    }
    assert!(slap(&person, RightIndex, &condition, 1).unwrap().is_none());
    let parts: Vec<&[u8]> = digests.iter().map(|d| d.as_bytes()).collect();
    assert_eq!(Digest::of_parts(&parts).to_string(), PINNED);
}

/// SHA-256 over the hexadecimal SHA-256 of the three slaps.
const PINNED: &str = "3e571a8f3a36065cbb4966a6a983b67a1a7acafe2cc44dbfe1819f1a3425cc97";
