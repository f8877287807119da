//! Eyes: same seed, same bytes; contours and masks agree with the picture and with the iris engine.
#![allow(clippy::unwrap_used)]

use model::{Digest, Eye};
use raster::NoTrace;
use ridgeline_synth::{
    Person,
    eye::{Condition, EyeImage, Identity, Preset, eye},
};

fn shot(person: u64, preset: Preset, seed: u64) -> EyeImage {
    let identity = Person::new(1, person).iris(Eye::Left).unwrap();
    eye(&identity, &Condition::draw(preset, seed), seed).unwrap()
}

#[test]
fn pinned_digest() {
    let got = Preset::ALL.map(|preset| (preset, Digest::of(shot(3, preset, 5).image.pixels()).to_string()));
    let parts: Vec<&[u8]> = got.iter().map(|(_, d)| d.as_bytes()).collect();
    assert_eq!(Digest::of_parts(&parts).to_string(), PINNED, "one of these changed: {got:#?}");
}

/// SHA-256 over the hexadecimal SHA-256 of the pixels of one eye for each preset.
const PINNED: &str = "c362e57015edd6e2958dd54365e9ec42a4625b50f5ba354f161343943fa54feb";

#[test]
fn pupil_is_dark_and_inside_the_limbus() {
    for preset in Preset::ALL {
        for seed in 0..6 {
            let picture = shot(seed, preset, seed);
            let (w, h) = (picture.image.width() as usize, picture.image.height() as usize);
            let truth = &picture.truth;
            let pupil = truth.pupil.radii.iter().sum::<f32>() / truth.pupil.radii.len() as f32;
            let limbus = truth.limbus.radii.iter().sum::<f32>() / truth.limbus.radii.len() as f32;
            assert!(pupil > 0.15 * limbus && pupil < 0.8 * limbus, "{preset:?}: {pupil} in {limbus}");
            let (mut inside, mut around) = ((0.0, 0), (0.0, 0));
            for (at, (grey, seen)) in picture.image.pixels().iter().zip(&truth.visible).enumerate() {
                let (x, y) = ((at % w) as f32, (at / w) as f32);
                let d = (x - truth.pupil.x).hypot(y - truth.pupil.y);
                if d < 0.8 * pupil && truth.lids[at] == 0 {
                    inside = (inside.0 + f64::from(*grey), inside.1 + 1);
                }
                if *seen != 0 {
                    around = (around.0 + f64::from(*grey), around.1 + 1);
                    let out = (x - truth.limbus.x).hypot(y - truth.limbus.y);
                    assert!(out < 1.1 * limbus && d > 0.85 * pupil, "{preset:?}: iris at {x} {y}");
                }
            }
            assert_eq!(truth.visible.len(), w * h);
            assert!(inside.0 / f64::from(inside.1.max(1)) + 30.0 < around.0 / f64::from(around.1.max(1)));
        }
    }
}

#[test]
fn dense_lashes_hide_iris_that_the_lids_leave_free() {
    // The same eyes and lids, with and without lashes.
    let (mut bare, mut hidden) = (0, 0);
    for seed in 0..8 {
        let with = Condition { glasses: 0.0, ..Condition::draw(Preset::Occluded, seed) };
        let without = Condition { lashes: 0.0, lower_lashes: 0.0, ..with };
        let seen = |c: &Condition| {
            let picture = eye(&Identity::new(seed), c, seed).unwrap();
            picture.truth.visible.iter().filter(|v| **v != 0).count()
        };
        bare += seen(&without);
        hidden += seen(&without).saturating_sub(seen(&with));
    }
    let share = hidden as f64 / bare as f64;
    assert!((0.08..0.5).contains(&share), "lashes hide {share} of the iris");
}

#[test]
fn brows_and_rims_darken_the_frame_and_move_no_truth() {
    let plain = Condition { limbus_px: 40.0, ..Condition::draw(Preset::Enrolment, 2) };
    let take = |c: &Condition| eye(&Identity::new(5), c, 9).unwrap();
    let bare = take(&plain);
    for wide in [Condition { brow: 1.0, ..plain }, Condition { rim: 1.0, ..plain }] {
        let picture = take(&wide);
        assert_eq!((&picture.truth.pupil, &picture.truth.limbus), (&bare.truth.pupil, &bare.truth.limbus));
        let changed = picture
            .image
            .pixels()
            .iter()
            .zip(bare.image.pixels())
            .filter(|(a, b)| a.abs_diff(**b) > 40)
            .count();
        assert!(changed > 500, "{changed} pixels");
    }
}

#[test]
fn the_engine_tells_synthetic_eyes_apart() {
    let take = |identity: u64, seed| {
        let picture = eye(&Identity::new(identity), &Condition::draw(Preset::Enrolment, seed), seed).unwrap();
        iris::Prepared::new(&iris::extract(&picture.image, Eye::Left, &mut NoTrace).unwrap().template)
    };
    let shots: Vec<_> = (0..5_u64).flat_map(|i| [(i, take(i, 10 * i)), (i, take(i, 10 * i + 1))]).collect();
    for (n, (i, a)) in shots.iter().enumerate() {
        for (j, b) in &shots[n + 1..] {
            let distance = iris::compare(a, b).distance;
            assert_eq!(i == j, distance < 0.33, "eyes {i} and {j}: {distance}");
        }
    }
}
