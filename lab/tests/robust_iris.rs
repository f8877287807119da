//! Eyes of people who do not exist as other cameras would show them: boundaries stay where they are, mates are found,
//! strangers are not promised away.

#![allow(clippy::unwrap_used)]

use ridgeline_lab::irises::alter::{ALL, Alteration};
use ridgeline_lab::irises::shot::Shot;
use ridgeline_lab::irises::study::{Subject, figures, outcomes};
use synth::eye::{Condition, Identity, Preset};

fn subjects() -> Vec<Subject> {
    (0..12)
        .map(|i| {
            let (person, seed) = (i / 2, 500 + i);
            let condition = Condition::draw(Preset::Small, seed);
            let eye = synth::eye::eye(&Identity::new(person), &condition, seed).unwrap();
            let shot = Some(Shot::new(&eye.image, &eye.truth.pupil, &eye.truth.limbus));
            Subject { name: i.to_string(), class: person as u32, shot }
        })
        .collect()
}

fn named(name: &str) -> &'static Alteration {
    ALL.iter().find(|a| a.name == name).unwrap()
}

#[test]
fn eyes_are_found_through_other_cameras() {
    let subjects = subjects();
    for name in [
        "none",
        "scale 1.4",
        "gamma 2",
        "contrast 0.3",
        "black border, 6 %",
        "white border, 4 %",
        "640x480, limbus 75 px",
    ] {
        let (found, took_ms) = outcomes(&subjects, named(name), 2);
        let f = figures(&subjects, &found, took_ms, 2);
        println!("{name}: {f:?}");
        assert!(f.refused + f.off < 0.1, "{name}: {f:?}");
        assert!(f.missed < 0.35, "{name}: {f:?}");
    }
}

#[test]
fn blur_does_not_make_strangers_alike() {
    let subjects = subjects();
    let (found, took_ms) = outcomes(&subjects, named("blur 4 % of the radius"), 2);
    let f = figures(&subjects, &found, took_ms, 2);
    // 60 pairs of strangers.
    assert!(f.false_matches[1] == 0.0, "{f:?}");
}

#[test]
fn chance_is_drawn_alike_and_names_are_unlike() {
    let shot = subjects().swap_remove(0).shot.unwrap();
    let noise = named("noise 5");
    let (a, b, c) = (noise.apply(&shot, 3), noise.apply(&shot, 3), noise.apply(&shot, 4));
    assert_eq!(a.as_ref().unwrap().v, b.unwrap().v);
    assert_ne!(a.unwrap().v, c.unwrap().v);
    let mut names: Vec<&str> = ALL.iter().map(|a| a.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
}
