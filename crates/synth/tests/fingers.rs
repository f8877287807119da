//! Fingers: same seed, same bytes; the truth says what the picture shows.
#![allow(clippy::unwrap_used)]

use model::{Digest, FingerPosition};
use ridgeline_synth::{
    Person,
    finger::{Condition, Preset, impression},
};

fn print(seed: u64, index: u64, preset: Preset) -> ridgeline_synth::finger::Impression {
    let person = Person::new(seed, index);
    let master = person.finger(FingerPosition::RightIndex).unwrap();
    impression(master, &Condition::draw(preset, person.key()), person.key()).unwrap()
}

/// The promise "same seed, same bytes, on every CPU": if this fails on one kind of machine only, some
/// arithmetic there differs; if it fails everywhere, the generator was changed and the digests change with it.
#[test]
fn pinned_digests() {
    let got = Preset::ALL.map(|preset| (preset, Digest::of(print(1, 2, preset).image.pixels()).to_string()));
    // Fingers laid on sensors, then those that are not.
    for (part, pinned) in got.chunks(8).zip([PINNED, PINNED_FROM_AFAR]) {
        let digests: Vec<&[u8]> = part.iter().map(|(_, d)| d.as_bytes()).collect();
        let all = Digest::of_parts(&digests).to_string();
        assert_eq!(all, pinned, "one of these changed: {part:#?}");
    }
}

/// SHA-256 over the hexadecimal SHA-256 of the pixels of one impression for each preset.
const PINNED: &str = "ca294cb1831c99bf44aaf0edaf05ab08b5760c035248f5433e863c9ef9368876";
/// The same of latents and fingers before a camera.
const PINNED_FROM_AFAR: &str = "f0eaf55dd1921c88526e2327ce13e60cdc5f46eca2c3cf2ffa150b683feb4417";

/// What the shipped network was trained on: the model card records the recipe, so the stream must not change unnoticed.
#[test]
fn patches_are_what_the_network_was_trained_on() {
    let made = ridgeline_synth::finger::patches(1, 0);
    let mut all = Vec::new();
    for patch in &made {
        for plane in [&patch.image, &patch.ridges, &patch.mask, &patch.orientation, &patch.period] {
            all.extend_from_slice(plane);
        }
        for m in &patch.minutiae {
            all.extend([m.x, m.y, m.direction, m.confidence].iter().flat_map(|v| v.to_le_bytes()));
        }
    }
    assert_eq!(Digest::of(&all).to_string(), PATCHES);
}

/// SHA-256 over planes and minutiae of the first batch of seed 1.
const PATCHES: &str = "60853eb4f34c93f70374a20786a7673053bab7bca46a764eb2a8729fbf304c58";

#[test]
fn truth_is_consistent_with_the_picture() {
    for (index, preset) in (0..).zip(Preset::ALL) {
        let print = print(5, index, preset);
        let (w, h) = (print.image.width(), print.image.height());
        let truth = &print.truth;
        assert_eq!(truth.mask.len(), (w * h) as usize);
        assert_eq!(truth.orientation.len(), (truth.blocks.0 * truth.blocks.1) as usize);
        let px = print.image.ppi().unwrap() as f32 / 500.0;
        let covered = truth.mask.iter().filter(|v| **v == 255).count();
        assert!(covered > 9000, "{preset:?}: {covered} pixels touched");
        let mut astray = 0;
        for m in &truth.minutiae {
            let at = (m.y * px) as usize * w as usize + (m.x * px) as usize;
            assert_eq!(truth.mask[at], 255, "{preset:?}: a minutia outside the mask");
            assert!((0.0..std::f32::consts::TAU).contains(&m.direction));
            // The minutia's direction lies along the flow of its block.
            let block =
                (m.y * px) as u32 / truth.block_px * truth.blocks.0 + (m.x * px) as u32 / truth.block_px;
            let theta = truth.orientation[block as usize];
            let gap = (m.direction - theta).rem_euclid(std::f32::consts::PI);
            let gap = gap.min(std::f32::consts::PI - gap);
            // Beside a core a block has no one orientation.
            astray += usize::from(gap > 0.6);
        }
        assert!(
            astray * 12 <= truth.minutiae.len(),
            "{preset:?}: {astray} of {} across the flow",
            truth.minutiae.len()
        );
        let mean: f32 = truth.period.iter().filter(|p| p.is_finite()).sum::<f32>()
            / truth.period.iter().filter(|p| p.is_finite()).count() as f32;
        assert!((5.0..13.0).contains(&mean), "{preset:?}: period {mean}");
    }
}

#[test]
fn ridges_are_dark_and_the_extra_line_lies_ahead() {
    // Ahead of an ending lies a ridge (dark), behind it a valley, on clean prints.
    let (mut right, mut all) = (0, 0);
    for index in 0..4 {
        let mut condition = Condition::draw(Preset::Enrolment, index);
        condition.grain = 0.0;
        condition.pores = 0.0;
        condition.moisture = 0.0;
        condition.blotches = 0.0;
        let person = Person::new(9, index);
        let print = impression(person.finger(FingerPosition::LeftMiddle).unwrap(), &condition, 1).unwrap();
        let at = |x: f32, y: f32| {
            f32::from(print.image.row(y as u32).map_or(128, |r| r.get(x as usize).copied().unwrap_or(128)))
        };
        for m in print.truth.minutiae.iter().filter(|m| m.confidence > 0.8) {
            let (s, c) = m.direction.sin_cos();
            let ahead = at(m.x + 6.0 * c, m.y - 6.0 * s);
            let behind = at(m.x - 6.0 * c, m.y + 6.0 * s);
            all += 1;
            if (ahead < behind) == (m.kind == finger::MinutiaKind::Ending) {
                right += 1;
            }
        }
    }
    assert!(all > 60 && right * 100 > all * 85, "{right} of {all}");
}
