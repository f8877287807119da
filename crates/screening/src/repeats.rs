//! The same finger under two names, and swapped hands, found over all fingers of a holder.
//!
//! A finding is a reason to look and to capture again, never a correction: no position is changed.

use crate::sample::{Artefact, Repeat as Found, Sample};
use exchange::answer::{CaptureNotice, MAX_NOTICES};
use finger::{Prepared, Template};
use model::{FingerPosition, Hand};

/// A comparison score from which two prints are taken to be of one finger: one pair of strangers in 100,000. A holder
/// with slaps and rolled prints has at most 190 pairs of differently named fingers, so that one in 500 would be told of
/// a repeat that is none.
const SAME_FINGER: f32 = 5.0;
/// Fingers that must have changed sides before hands count as swapped; fewer are single mix-ups.
const SWAPPED_FINGERS: usize = 2;
/// Most fingers compared with each other: two full sets of ten, slaps and rolled, with room. Bounds the time to
/// about 30 ms.
const MAX_FINGERS: usize = 40;

struct Print {
    sample: usize,
    position: FingerPosition,
    ready: Prepared,
}

/// Two prints of one finger under two names.
struct Repeat {
    a: usize,
    b: usize,
}

/// Writes what was found into the samples' findings.
pub(crate) fn note(samples: &mut [Sample], artefacts: &[Artefact]) {
    for sample in samples.iter_mut() {
        sample.findings.clear();
        sample.repeats.clear();
    }
    let prints = prints(samples, artefacts);
    let found = repeats(&prints);
    let swapped: Vec<&Repeat> = found.iter().filter(|r| mirrored(&prints[r.a], &prints[r.b])).collect();
    let hands_swapped = swapped.len() >= SWAPPED_FINGERS;
    for repeat in &found {
        for (own, other) in [(repeat.a, repeat.b), (repeat.b, repeat.a)] {
            let (own, other) = (&prints[own], &prints[other]);
            let (name, source) = (other.position, samples[other.sample].source.clone());
            let hands_swapped = hands_swapped && mirrored(own, other);
            let text = if hands_swapped {
                format!("hands swapped: the same finger as {source}, which is called {name}")
            } else {
                format!("the same finger as {source}, which is called {name}")
            };
            let sample = &mut samples[own.sample];
            sample.findings.push(text);
            sample.repeats.push(Found { other: name, hands_swapped });
        }
    }
}

/// What the station is told about them, each once: reasons to look and to capture again.
pub fn notices(samples: &[Sample]) -> Vec<CaptureNotice> {
    let mut notices = Vec::new();
    if samples.iter().flat_map(|s| &s.repeats).any(|r| r.hands_swapped) {
        notices.push(CaptureNotice::HandsSwapped);
    }
    for sample in samples {
        let Some(own) = sample.finger.and_then(FingerPosition::finger) else { continue };
        for repeat in sample.repeats.iter().filter(|r| !r.hands_swapped) {
            let other = repeat.other.finger().unwrap_or(repeat.other);
            let (first, second) = if own <= other { (own, other) } else { (other, own) };
            let notice = CaptureNotice::SameFinger { first, second };
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
    }
    notices.truncate(MAX_NOTICES);
    notices
}

/// Single fingers with a name and a template.
fn prints(samples: &[Sample], artefacts: &[Artefact]) -> Vec<Print> {
    let mut prints = Vec::new();
    for (i, sample) in samples.iter().enumerate() {
        let Some(position) = sample.finger.and_then(FingerPosition::finger) else { continue };
        let Some(name) = sample.template.as_deref() else { continue };
        let Some(artefact) = artefacts.iter().find(|a| a.name == name) else { continue };
        let Ok(template) = Template::from_bytes(&artefact.bytes) else { continue };
        prints.push(Print { sample: i, position, ready: Prepared::new(&template) });
        if prints.len() == MAX_FINGERS {
            break;
        }
    }
    prints
}

fn repeats(prints: &[Print]) -> Vec<Repeat> {
    let mut found = Vec::new();
    for (a, first) in prints.iter().enumerate() {
        for (b, second) in prints.iter().enumerate().skip(a + 1) {
            if first.position != second.position
                && finger::compare(&first.ready, &second.ready).llr >= SAME_FINGER
            {
                found.push(Repeat { a, b });
            }
        }
    }
    found
}

/// The same finger of the other hand by name.
fn mirrored(a: &Print, b: &Print) -> bool {
    let side = |p: &Print| match p.position.hand() {
        Some(Hand::Right) => Some((p.position.code(), true)),
        Some(Hand::Left) => Some((p.position.code().saturating_sub(5), false)),
        None => None,
    };
    matches!((side(a), side(b)), (Some((i, right)), Some((j, other))) if i == j && right != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Modality;
    use synth::templates::TemplatePerson;

    /// Prints with the names that they are given, as extraction leaves them.
    fn holder(prints: &[(FingerPosition, &str, Template)]) -> (Vec<Sample>, Vec<Artefact>) {
        let samples: Vec<Sample> = prints
            .iter()
            .enumerate()
            .map(|(i, (position, source, _))| Sample {
                ordinal: i as u16,
                modality: Modality::Finger,
                finger: Some(*position),
                eye: None,
                source: format!("{source}, {position}"),
                cut_from: None,
                width_px: 400,
                height_px: 480,
                ppi: Some(500.0),
                original: None,
                grey: None,
                template: Some(Sample::blob(i as u16, "template")),
                quality: Some(50),
                advice: Vec::new(),
                refusal: None,
                findings: Vec::new(),
                repeats: Vec::new(),
                minutiae: None,
            })
            .collect();
        let artefacts = prints
            .iter()
            .enumerate()
            .map(|(i, (_, _, t))| Artefact { name: Sample::blob(i as u16, "template"), bytes: t.to_bytes() })
            .collect();
        (samples, artefacts)
    }

    fn named(
        person: &TemplatePerson,
        encounter: u32,
        source: &'static str,
        name: impl Fn(FingerPosition) -> FingerPosition,
    ) -> Vec<(FingerPosition, &'static str, Template)> {
        person.fingers(encounter).into_iter().map(|(p, t)| (name(p), source, t)).collect()
    }

    fn other_hand(p: FingerPosition) -> FingerPosition {
        let code = if p.code() <= 5 { p.code() + 5 } else { p.code() - 5 };
        FingerPosition::from_code(code).unwrap()
    }

    #[test]
    fn a_person_presented_properly_gives_no_finding() {
        for index in 0..12 {
            let person = TemplatePerson::new(77, index);
            let mut prints = named(&person, 1, "slaps", |p| p);
            prints.extend(named(&person, 2, "rolled", |p| p));
            let (mut samples, artefacts) = holder(&prints);
            note(&mut samples, &artefacts);
            assert!(samples.iter().all(|s| s.findings.is_empty()), "{index}");
            assert_eq!(notices(&samples), []);
        }
    }

    #[test]
    fn one_finger_under_two_names_is_found_and_nothing_else() {
        let mut told = 0;
        for index in 0..12 {
            let person = TemplatePerson::new(78, index);
            let mut prints = named(&person, 1, "slaps", |p| p);
            // The right index finger was put down again instead of the right middle finger.
            let again = person.fingers(2)[1].1.clone();
            prints[2] = (FingerPosition::RightMiddle, "slaps", again);
            let (mut samples, artefacts) = holder(&prints);
            note(&mut samples, &artefacts);
            let found = samples[1].findings.len() == 1 && samples[2].findings.len() == 1;
            told += usize::from(found);
            let (first, second) = (FingerPosition::RightIndex, FingerPosition::RightMiddle);
            let wanted = found.then_some(CaptureNotice::SameFinger { first, second });
            assert_eq!(notices(&samples), Vec::from_iter(wanted));
            assert!(samples.iter().enumerate().all(|(i, s)| i == 1 || i == 2 || s.findings.is_empty()));
            for finding in samples[1].findings.iter().chain(&samples[2].findings) {
                assert!(finding.starts_with("the same finger as slaps"), "{finding}");
            }
        }
        assert!(told >= 10, "only {told} of 12 repeats were found");
    }

    #[test]
    fn swapped_hands_are_found() {
        let mut told = 0;
        for index in 0..8 {
            let person = TemplatePerson::new(79, index);
            let mut prints = named(&person, 1, "slaps", |p| p);
            prints.extend(named(&person, 2, "rolled", other_hand));
            let (mut samples, artefacts) = holder(&prints);
            note(&mut samples, &artefacts);
            let swapped = samples.iter().flat_map(|s| &s.findings).filter(|f| f.starts_with("hands swapped"));
            told += usize::from(swapped.count() >= 8);
            assert_eq!(notices(&samples).first(), Some(&CaptureNotice::HandsSwapped));
            let names: Vec<_> = samples.iter().map(|s| s.finger).collect();
            assert_eq!(names, prints.iter().map(|p| Some(p.0)).collect::<Vec<_>>(), "no name is changed");
        }
        assert_eq!(told, 8);
    }
}
