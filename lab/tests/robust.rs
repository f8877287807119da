//! Prints of people who do not exist, turned, cut and at other resolutions: the same finger is still found.

use finger::{Prepared, compare};
use model::FingerPosition;
use raster::GreyImage;
use ridgeline_lab::robust::Change;
use synth::Person;
use synth::finger::{Condition, Preset, impression};

/// The score from which a stranger in a thousand would pass.
const BOUND: f32 = 3.0;
/// Decades between a mate and the best stranger.
const MARGIN: f32 = 1.0;

fn print(person: u64, seed: u64) -> Option<GreyImage> {
    let person = Person::new(41, person);
    let position = FingerPosition::RightIndex;
    let finger = person.finger(position)?;
    impression(finger, &Condition::draw(Preset::Enrolment, seed), seed).ok().map(|i| i.image)
}

fn ready(change: Change, image: &GreyImage) -> Option<Prepared> {
    change.template(image).map(|t| Prepared::new(&t))
}

#[test]
fn turned_cut_and_resampled_prints_are_found() {
    let people: Vec<u64> =
        (0..40).filter(|n| Person::new(41, *n).has(FingerPosition::RightIndex)).take(3).collect();
    let enrolled: Vec<Prepared> =
        people.iter().map(|n| ready(Change::None, &print(*n, 7).unwrap()).unwrap()).collect();
    for (i, number) in people.iter().enumerate() {
        let image = print(*number, 8).unwrap();
        for change in Change::ALL {
            let probe = ready(change, &image).unwrap();
            let scores: Vec<f32> = enrolled.iter().map(|e| compare(&probe, e).llr).collect();
            // Synthetic strangers are more alike than real ones: they must stay far behind the mate.
            let stranger =
                scores.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, s)| *s).fold(0.0, f32::max);
            assert!(
                scores[i] >= BOUND && scores[i] > stranger + MARGIN,
                "{change:?}, finger {i}: {scores:?}"
            );
        }
    }
}
