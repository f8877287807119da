//! Synthetic eyes with ground truth: boundaries, masks, comparison.

#![allow(clippy::unwrap_used)]

use ridgeline_iris as iris;

use iris::{Contour, Extraction, Prepared, Template};
use model::Eye;
use raster::{GreyImage, NoTrace, TraceSink};
use synth::eye::{Condition, EyeImage, Identity, Preset};

fn photograph(person: u64, preset: Preset, take: u64) -> EyeImage {
    let condition = Condition::draw(preset, person * 100 + take);
    synth::eye::eye(&Identity::new(person), &condition, person * 100 + take).unwrap()
}

fn extract(image: &GreyImage) -> Option<Extraction> {
    iris::extract(image, Eye::Unknown, &mut NoTrace).ok()
}

/// Mean distance between two closed curves over the radius of the first.
fn gap(truth: &Contour, found: &Contour) -> f32 {
    let n = 64;
    let total: f32 = (0..n)
        .map(|i| {
            let (x, y) = found.point_at(i as f32 / n as f32);
            let (dx, dy) = (x - truth.x, truth.y - y);
            let turns = dy.atan2(dx) / std::f32::consts::TAU;
            (dx.hypot(dy) - truth.radius_at(turns)).abs()
        })
        .sum();
    total / n as f32 / truth.mean_radius()
}

#[test]
fn boundaries_are_found_in_every_kind_of_capture() {
    for (preset, worst_miss) in [(Preset::Enrolment, 1), (Preset::Small, 2), (Preset::Close, 2)] {
        let mut missed = Vec::new();
        let mut limbus = Vec::new();
        for person in 0..12 {
            let eye = photograph(person, preset, 0);
            let found = extract(&eye.image);
            let gaps = found.map(|f| (gap(&eye.truth.pupil, &f.pupil), gap(&eye.truth.limbus, &f.limbus)));
            match gaps {
                Some((p, l)) if p < 0.12 && l < 0.1 => limbus.push(l),
                other => missed.push((person, other)),
            }
        }
        limbus.sort_by(f32::total_cmp);
        assert!(missed.len() <= worst_miss, "{preset:?}: {missed:?}");
        let median = limbus[limbus.len() / 2];
        assert!(median < 0.03, "{preset:?}: the limbus is off by {median} radii");
    }
}

#[test]
fn the_same_eye_matches_and_another_does_not() {
    let templates: Vec<[Prepared; 2]> = (20..28)
        .filter_map(|person| {
            let picture = |t| photograph(person, Preset::Enrolment, t).image;
            let take = |t| extract(&picture(t)).map(|e| Prepared::new(&e.template));
            Some([take(0)?, take(1)?])
        })
        .collect();
    assert!(templates.len() >= 6, "only {} eyes gave templates", templates.len());
    let mut false_matches = 0;
    let mut matches = 0;
    for (i, [a, b]) in templates.iter().enumerate() {
        let same = iris::compare(a, b);
        matches += usize::from(same.llr >= 4.0);
        let back = iris::compare(b, a);
        assert_eq!((same.llr, same.distance, same.shift), (back.llr, back.distance, -back.shift), "symmetry");
        for [c, _] in &templates[i + 1..] {
            false_matches += usize::from(iris::compare(a, c).llr >= 4.0);
        }
    }
    assert!(matches + 1 >= templates.len(), "{matches} of {} match", templates.len());
    assert_eq!(false_matches, 0);
}

#[test]
fn a_turned_head_is_found_and_its_angle_told() {
    let base = Condition { roll: 0.0, ..Condition::draw(Preset::Enrolment, 7) };
    let shot = |roll: f32| {
        let eye = synth::eye::eye(&Identity::new(7), &Condition { roll, ..base }, 7).unwrap();
        Prepared::new(&extract(&eye.image).unwrap().template)
    };
    let upright = shot(0.0);
    for degrees in [-45.0f32, -12.0, -5.0, 5.0, 12.0, 30.0] {
        let c = iris::compare(&upright, &shot(degrees.to_radians()));
        assert!(c.llr > 4.0, "{degrees} degrees: {c:?}");
        let turned = f32::from(c.shift) * 360.0 / 256.0;
        assert!((turned.abs() - degrees.abs()).abs() < 4.0, "{degrees} degrees: {c:?}");
    }
}

#[test]
fn the_eye_named_is_checked_and_changes_nothing_else() {
    let mut doubted = 0;
    for person in 0..6 {
        let shot = photograph(person, Preset::Enrolment, 0).image;
        let as_eye = |eye| iris::extract(&shot, eye, &mut NoTrace).ok();
        let (Some(left), Some(right)) = (as_eye(Eye::Left), as_eye(Eye::Right)) else { continue };
        assert_eq!(left.template, right.template);
        let doubts = [&left, &right].map(|e| e.quality.advice.contains(&iris::Advice::CheckSide));
        assert!(doubts != [true, true], "an eye cannot be neither");
        doubted += usize::from(doubts != [false, false]);
        let unknown = as_eye(Eye::Unknown).unwrap();
        assert!(!unknown.quality.advice.contains(&iris::Advice::CheckSide));
        // Well to one side, one of the two names is doubted.
        let side = left.quality.metrics.pupil_to_the_left;
        assert!(!doubts[0] || side < 0.0 && !doubts[1] || side > 0.0, "{side}: {doubts:?}");
    }
    assert!(doubted < 6, "most pupils lie near the centre");
}

#[test]
fn the_stored_form_gives_the_same_scores() {
    let a = extract(&photograph(31, Preset::Enrolment, 0).image).unwrap().template;
    let b = extract(&photograph(31, Preset::Enrolment, 1).image).unwrap().template;
    let again = Template::from_bytes(&a.to_bytes()).unwrap();
    assert_eq!(again, a);
    let [a, b, again] = [a, b, again].map(|t| Prepared::new(&t));
    assert_eq!(iris::compare(&again, &b), iris::compare(&a, &b));
}

#[test]
fn the_trace_shows_contours_and_the_strip() {
    #[derive(Default)]
    struct Kept(Vec<(String, u32, u32)>, Vec<String>);
    impl TraceSink for Kept {
        fn image(&mut self, name: &str, image: &GreyImage) {
            self.0.push((name.into(), image.width(), image.height()));
        }
        fn json(&mut self, name: &str, json: &str) {
            assert!(json.contains("\"limbus\":[["), "{name}");
            self.1.push(name.into());
        }
    }
    let mut kept = Kept::default();
    let eye = photograph(3, Preset::Enrolment, 0);
    iris::extract(&eye.image, Eye::Left, &mut kept).unwrap();
    assert_eq!(kept.0, [("iris/strip".into(), 512, 64), ("iris/strip-mask".into(), 512, 64)]);
    assert_eq!(kept.1, ["iris/segmentation"]);
}
