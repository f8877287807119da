//! Reasons for poor quality, on prints of people who do not exist whose faults are known.

use finger::{Advice, Quality};
use model::FingerPosition;
use synth::Person;
use synth::finger::{Condition, Preset, impression};

/// Fingers of each fault.
const FINGERS: u64 = 10;

/// Qualities of the fingers captured with a fault; a refused print has none.
fn captured(preset: Preset, fault: fn(Condition) -> Condition) -> Vec<Quality> {
    (0..FINGERS)
        .filter_map(|i| {
            let person = Person::new(77, i);
            let finger = person.finger(FingerPosition::TEN[(i % 10) as usize])?;
            let print = impression(finger, &fault(Condition::draw(preset, i)), i).ok()?;
            finger::extract(&print.image, &mut raster::NoTrace).ok().map(|e| e.quality)
        })
        .collect()
}

fn with(found: &[Quality], advice: Advice) -> usize {
    found.iter().filter(|q| q.advice.contains(&advice)).count()
}

fn median(found: &[Quality]) -> u8 {
    let mut values: Vec<u8> = found.iter().map(|q| q.value).collect();
    values.sort_unstable();
    values[values.len() / 2]
}

#[test]
fn reasons_name_the_fault_and_poor_prints_are_called_poor() {
    let plain = captured(Preset::Enrolment, |c| c);
    assert!(plain.len() >= 9 && plain.iter().all(|q| q.value >= 60 && q.advice.is_empty()), "{plain:?}");
    let small = captured(Preset::Enrolment, |c| Condition { contact: (0.45, 0.45), ..c });
    assert!(with(&small, Advice::SmallArea) >= 8 && median(&small) < median(&plain), "{small:?}");
    let aside = captured(Preset::Enrolment, |c| Condition { shift: (-130.0, 0.0), ..c });
    assert!(with(&aside, Advice::OffCentre) >= 8, "{aside:?}");
    // A chip of 300 x 300 pixels shows moisture most.
    let chip = captured(Preset::Capacitive, |c| Condition { moisture: 0.2, ..c });
    let dry = captured(Preset::Capacitive, |c| Condition { moisture: -1.0, ..c });
    let wet = captured(Preset::Capacitive, |c| Condition { moisture: 1.0, ..c });
    assert!(with(&dry, Advice::Dry) >= 8 && with(&dry, Advice::Wet) == 0, "{dry:?}");
    // Wet ridges are still read: hardly any of these prints is poor.
    assert!(with(&wet, Advice::Dry) == 0, "{wet:?}");
    assert!(median(&dry) < median(&chip) && median(&wet) < median(&chip), "{chip:?} {wet:?}");
}
