//! Galleries of synthetic persons: the stages against the full comparison, and persons who come and go.

#![allow(clippy::unwrap_used, clippy::panic)]

use model::FingerPosition;
use ridgeline_gallery::{
    Cascade, Compared, Coverage, Duplicates, Enrolment, Gallery, Person, SearchAnswer, SearchOptions,
};
use std::sync::OnceLock;
use synth::templates::TemplatePerson;

const POSITIONS: [FingerPosition; 3] =
    [FingerPosition::RightThumb, FingerPosition::RightIndex, FingerPosition::LeftIndex];
const PERSONS: u64 = 150;
const OPTIONS: SearchOptions = SearchOptions { fpir: 0.01, max_candidates: 10 };

/// Sizes that make even a short list go through all stages.
fn tight() -> Cascade {
    Cascade {
        full_up_to: 0,
        scan_fingers: 2,
        scan_fingers_with_irises: 1,
        wide_share: 0.2,
        wide_least: 10,
        narrow_share: 0.04,
        narrow_least: 5,
        confirm: 3,
        ..Cascade::default()
    }
}

fn person(index: u64, encounter: u32) -> Person {
    let person = TemplatePerson::with_fingers(7, index, &POSITIONS);
    Person { fingers: person.fingers(encounter), irises: person.irises(encounter).unwrap() }
}

fn enrolled() -> &'static [(u128, Enrolment)] {
    static ENROLLED: OnceLock<Vec<(u128, Enrolment)>> = OnceLock::new();
    ENROLLED.get_or_init(|| (0..PERSONS).map(|i| (key(i), Enrolment::new(&person(i, 0)))).collect())
}

fn key(index: u64) -> u128 {
    u128::from(index).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

fn gallery() -> Gallery {
    let mut gallery = Gallery::new();
    for (key, person) in enrolled() {
        gallery.enrol(*key, person);
    }
    gallery
}

fn complete(answer: SearchAnswer) -> (Vec<ridgeline_gallery::Candidate>, Coverage) {
    let SearchAnswer::Complete { candidates, coverage } = answer else {
        panic!("nothing is missing: {answer:?}")
    };
    (candidates, coverage)
}

#[test]
fn the_stages_find_what_the_full_comparison_finds() {
    let view = gallery().view();
    for index in [0, 17, 63, 64, 149] {
        for (what, probe) in [
            ("all", person(index, 1)),
            ("fingers", Person { irises: vec![], ..person(index, 1) }),
            ("irises", Person { fingers: vec![], ..person(index, 1) }),
        ] {
            let (staged, coverage) = complete(view.search_with(&probe, &OPTIONS, &tight()));
            let (full, same) = complete(view.search_with(&probe, &OPTIONS, &Cascade::exhaustive()));
            assert_eq!(staged.first(), full.first(), "{what} of {index}");
            assert!(staged.iter().all(|c| full.contains(c)), "{what} of {index}: {staged:?} {full:?}");
            assert_eq!(staged.first().map(|c| c.key), Some(key(index)), "{what} of {index}");
            assert_eq!((coverage, coverage.scanned), (same, PERSONS as usize));
        }
    }
    let stranger = person(PERSONS + 5, 0);
    assert!(complete(view.search_with(&stranger, &OPTIONS, &tight())).0.is_empty());
}

#[test]
fn threads_and_order_change_nothing() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let four = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    let mut backwards = Gallery::new();
    for (key, person) in enrolled().iter().rev() {
        backwards.enrol(*key, person);
    }
    let (forwards, backwards) = (gallery().view(), backwards.view());
    // So loose that strangers come up too, in their order.
    let loose = SearchOptions { fpir: 1.0, max_candidates: 50 };
    for index in [3, 80] {
        let probe = person(index, 1);
        let expected = one.install(|| forwards.search_with(&probe, &loose, &tight()));
        assert_eq!(four.install(|| forwards.search_with(&probe, &loose, &tight())), expected);
        assert_eq!(four.install(|| backwards.search_with(&probe, &loose, &tight())), expected);
    }
}

#[test]
fn a_finger_filed_without_its_position_is_found() {
    let mut gallery = gallery();
    let mut filed = person(900, 0);
    for finger in &mut filed.fingers {
        finger.0 = FingerPosition::Unknown;
    }
    gallery.insert(5, &filed);
    let probe = Person { irises: vec![], ..person(900, 1) };
    let view = gallery.view();
    assert_eq!(complete(view.search_with(&probe, &OPTIONS, &tight())).0[0].key, 5);
    let one = Person {
        fingers: vec![(FingerPosition::Unknown, person(900, 1).fingers[1].1.clone())],
        irises: vec![],
    };
    let (found, _) = complete(view.search_with(&one, &OPTIONS, &tight()));
    assert!(found.iter().any(|c| c.key == 5 && c.lead), "{found:?}");
}

#[test]
fn who_has_no_scanned_finger_is_scanned_by_others() {
    let mut gallery = gallery();
    // The probe's best fingers are others than the only one that this person has.
    for position in POSITIONS {
        let mut scant = person(901, 0);
        scant.fingers.retain(|(p, _)| *p == position);
        scant.irises.clear();
        gallery.insert(6, &scant);
        let probe = Person { irises: vec![], ..person(901, 1) };
        let sizes = Cascade { scan_fingers: 1, ..tight() };
        let (found, _) = complete(gallery.view().search_with(&probe, &OPTIONS, &sizes));
        assert_eq!(found.first().map(|c| (c.key, c.lead)), Some((6, true)), "{position:?}");
    }
}

#[test]
fn persons_come_and_go_while_a_search_looks() {
    let mut gallery = gallery();
    let before = gallery.view();
    let probe = person(17, 1);
    assert!(gallery.remove(key(17)) && !gallery.remove(key(17)));
    let after = gallery.view();
    let (found, old) = complete(before.search_with(&probe, &OPTIONS, &tight()));
    assert_eq!(found[0].key, key(17), "the view holds what stood when it was taken");
    let (found, new) = complete(after.search_with(&probe, &OPTIONS, &tight()));
    assert!(found.is_empty(), "{found:?}");
    assert_eq!((old.scanned, new.scanned), (150, 149));
    assert_ne!(old.set_hash, new.set_hash);
    // Back again, in another place: the same set, the same answer.
    gallery.insert(99, &person(300, 0));
    gallery.enrol(key(17), &enrolled()[17].1);
    assert!(gallery.remove(99));
    let (found, again) = complete(gallery.view().search_with(&probe, &OPTIONS, &tight()));
    assert_eq!(found[0].key, key(17));
    assert_eq!(again, old);
}

#[test]
fn the_suspended_are_neither_scanned_nor_expected() {
    let mut gallery = gallery();
    assert!(gallery.set_suspended(key(63), true) && !gallery.set_suspended(1 << 100, true));
    assert!(gallery.set_suspended(key(63), true), "twice is once");
    let probe = person(63, 1);
    for sizes in [tight(), Cascade::default()] {
        let (found, coverage) = complete(gallery.view().search_with(&probe, &OPTIONS, &sizes));
        assert!(found.is_empty());
        assert_eq!((coverage.scanned, coverage.expected), (149, 149));
    }
    gallery.set_suspended(key(63), false);
    assert_eq!(complete(gallery.search(&probe, &OPTIONS)).0[0].key, key(63));
    // Removed while suspended, and back: searched.
    gallery.set_suspended(key(63), true);
    assert!(gallery.remove(key(63)));
    gallery.enrol(key(63), &enrolled()[63].1);
    assert_eq!(gallery.len(), 150);
}

#[test]
fn an_answer_is_partial_while_a_reason_stands() {
    let mut gallery = Gallery::new();
    assert!(matches!(gallery.search(&Person::default(), &OPTIONS), SearchAnswer::Complete { .. }));
    gallery.set_loading(Some("entry 5 cannot be read".into()));
    let SearchAnswer::Partial { reason, .. } = gallery.search(&Person::default(), &OPTIONS) else {
        panic!("a gallery with a missing person must not be complete")
    };
    assert_eq!(reason, "entry 5 cannot be read");
    gallery.set_loading(None);
    gallery.set_missing(2);
    let SearchAnswer::Partial { coverage, .. } = gallery.search(&Person::default(), &OPTIONS) else {
        panic!("a gallery with missing persons must not be complete")
    };
    assert_eq!((coverage.scanned, coverage.expected), (0, 2));
}

#[test]
fn who_stands_twice_is_found_once_also_by_a_job_taken_up_again() {
    let mut gallery = Gallery::new();
    for (key, person) in enrolled().iter().take(30) {
        gallery.enrol(*key, person);
    }
    for (key, index) in [(1, 4), (u128::MAX, 21)] {
        gallery.insert(key, &person(index, 2));
    }
    let all: Vec<Compared> = Duplicates::new(gallery.view(), OPTIONS, None).collect();
    let found: Vec<(u128, u128)> =
        all.iter().flat_map(|step| step.matches.iter().map(|m| (step.key, m.key))).collect();
    assert_eq!(found, [(1, key(4)), (key(21), u128::MAX)]);
    assert!(all.len() == 32 && all.iter().all(|step| step.partial.is_none()));
    // Broken off anywhere, and taken up after the last key.
    for stop in [0, 1, 17, 31, 32] {
        let mut job = Duplicates::new(gallery.view(), OPTIONS, None);
        let mut steps: Vec<Compared> = job.by_ref().take(stop).collect();
        assert_eq!(job.progress(), (stop, 32));
        let after = steps.last().map(|step| step.key);
        steps.extend(Duplicates::new(gallery.view(), OPTIONS, after));
        assert_eq!(steps, all, "stopped after {stop}");
    }
}
