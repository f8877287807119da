//! Snapshots: what was written comes back, damage is found where it is, and a killed process leaves a gallery that
//! answers as its log says.

#![allow(clippy::unwrap_used, clippy::panic)]

use model::FingerPosition;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ridgeline_gallery::{Enrolment, Gallery, Person, SearchAnswer, SearchOptions, snapshot};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::MetadataExt as _,
    path::Path,
    time::{Duration, Instant},
};
use synth::templates::TemplatePerson;

const KEY: [u8; 32] = [9; 32];
const OPTIONS: SearchOptions = SearchOptions { fpir: 0.05, max_candidates: 10 };

fn person(index: u64, encounter: u32) -> Person {
    let person = TemplatePerson::with_fingers(11, index, &[FingerPosition::RightIndex]);
    Person { fingers: person.fingers(encounter), irises: person.irises(encounter).unwrap() }
}

fn enrolments(count: u64) -> Vec<Enrolment> {
    (0..count).map(|i| Enrolment::new(&person(i, 0))).collect()
}

fn gallery(persons: &[Enrolment]) -> Gallery {
    let mut gallery = Gallery::new();
    for (key, person) in persons.iter().enumerate() {
        gallery.enrol(key as u128, person);
    }
    gallery.set_suspended(3, true);
    gallery.set_applied_sequence(77);
    gallery
}

#[test]
fn what_was_written_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    let before = gallery(&enrolments(70));
    snapshot::write(&before.view(), &path, &KEY).unwrap();
    let loaded = snapshot::load(&path, &KEY).unwrap();
    assert_eq!(loaded.lost, []);
    let mut after = loaded.gallery;
    for index in [0, 3, 69, 400] {
        let probe = person(index, 1);
        assert_eq!(after.search(&probe, &OPTIONS), before.search(&probe, &OPTIONS), "{index}");
    }
    assert!(snapshot::damaged(&after.view()).is_empty());
    // What came from a file can be changed, and written again.
    assert!(after.remove(5) && after.set_suspended(3, false));
    snapshot::write(&after.view(), &path, &[10; 32]).unwrap();
    let again = snapshot::load(&path, &[10; 32]).unwrap().gallery;
    assert_eq!((again.len(), again.view().applied_sequence()), (69, 77));
    assert_eq!(again.search(&person(3, 1), &OPTIONS), after.search(&person(3, 1), &OPTIONS));
    assert!(snapshot::load(&path, &KEY).is_err(), "another key");
}

#[test]
fn a_flipped_bit_is_found_wherever_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    let persons = enrolments(130);
    let whole = gallery(&persons);
    snapshot::write(&whole.view(), &path, &KEY).unwrap();
    let sound = fs::read(&path).unwrap();
    let mut dice = ChaCha8Rng::seed_from_u64(5);
    let (mut blocks, mut samples, mut all) = (0, 0, 0);
    let places = (0..56).chain((0..120).map(|_| dice.random_range(56..sound.len()))).collect::<Vec<_>>();
    for at in places {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << dice.random_range(0..8);
        fs::write(&path, &bytes).unwrap();
        let Ok(loaded) = snapshot::load(&path, &KEY) else {
            all += 1;
            continue;
        };
        let mut found = loaded.gallery;
        let damaged = snapshot::damaged(&found.view());
        assert!(!(loaded.lost.is_empty() && damaged.is_empty()), "a bit of byte {at} went unnoticed");
        if !loaded.lost.is_empty() {
            blocks += 1;
            assert!(matches!(found.search(&person(1, 1), &OPTIONS), SearchAnswer::Partial { .. }));
        } else {
            samples += 1;
        }
        for key in loaded.lost.iter().chain(&damaged) {
            found.enrol(*key, &persons[*key as usize]);
            found.set_suspended(*key, *key == 3);
        }
        found.set_missing(0);
        assert!(snapshot::damaged(&found.view()).is_empty());
        assert_eq!(found.search(&person(1, 1), &OPTIONS), whole.search(&person(1, 1), &OPTIONS));
    }
    assert!(blocks > 5 && samples > 5 && all >= 56, "{blocks} {samples} {all}");
}

/// What the log says: who is in, and who of them suspended.
type Log = Vec<(u128, Option<bool>)>;

fn apply(gallery: &mut Gallery, log: &Log, persons: &[Enrolment]) {
    let from = gallery.view().applied_sequence() as usize;
    for (at, (key, step)) in log.iter().enumerate().skip(from) {
        match step {
            None => {
                gallery.remove(*key);
            }
            Some(suspended) => {
                gallery.enrol(*key, &persons[*key as usize]);
                gallery.set_suspended(*key, *suspended);
            }
        }
        gallery.set_applied_sequence(at as u64 + 1);
    }
}

/// A killed writer leaves the old file, beside it a torn one cut anywhere; a torn disk cuts the file itself.
#[test]
fn killed_two_hundred_times_it_answers_as_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.snapshot");
    let persons = enrolments(24);
    let seed = 20;
    println!("seed {seed}");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut log = Log::new();
    let mut reused = 0;
    for round in 0..200u32 {
        // The process starts: the snapshot, if one can be used, and the rest from the log.
        let mut own = match snapshot::load(&path, &KEY) {
            Ok(loaded) if loaded.lost.is_empty() => {
                reused += 1;
                loaded.gallery
            }
            _ => Gallery::new(),
        };
        apply(&mut own, &log, &persons);
        check(&own, &log, &persons, round);
        for _ in 0..dice.random_range(0..4) {
            let key = u128::from(dice.random_range(0..24u32));
            let step = [None, Some(false), Some(false), Some(true)][dice.random_range(0..4)];
            log.push((key, step));
        }
        apply(&mut own, &log, &persons);
        check(&own, &log, &persons, round);
        kill_while_writing(&own, &path, &mut dice);
    }
    assert!(reused > 50, "{reused} snapshots were of use");
}

/// The other process of the next test: writes snapshots of what its log says, until it is killed.
#[test]
fn writer() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let (path, log) = (Path::new(&folder).join("list.snapshot"), Path::new(&folder).join("log"));
    loop {
        let log = read_log(&log);
        let mut own = snapshot::load(&path, &KEY).map_or_else(|_| Gallery::new(), |loaded| loaded.gallery);
        apply_lazily(&mut own, &log);
        snapshot::write(&own.view(), &path, &KEY).unwrap();
    }
}

const FOLDER: &str = "RIDGELINE_TEST_SNAPSHOT_FOLDER";

/// One line a step: the key, and what became of it.
fn read_log(path: &Path) -> Log {
    let text = fs::read_to_string(path).unwrap_or_default();
    // The last line may be cut off while it is written.
    let whole = text.rfind('\n').map_or("", |at| &text[..at]);
    let step = |line: &str| {
        let (key, step) = line.split_once(' ')?;
        Some((key.parse().ok()?, [None, Some(false), Some(true)][step.parse::<usize>().ok()? % 3]))
    };
    whole.lines().filter_map(step).collect()
}

fn apply_lazily(gallery: &mut Gallery, log: &Log) {
    let from = gallery.view().applied_sequence() as usize;
    for (at, (key, step)) in log.iter().enumerate().skip(from) {
        gallery.remove(*key);
        if let Some(suspended) = step {
            gallery.insert(*key, &person(*key as u64, 0));
            gallery.set_suspended(*key, *suspended);
        }
        gallery.set_applied_sequence(at as u64 + 1);
    }
}

/// A real process, really killed (SIGKILL), at random moments.
#[test]
fn a_killed_process_never_leaves_another_answer_than_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = (folder.path().join("list.snapshot"), folder.path().join("log"));
    let persons = enrolments(8);
    let seed = 21;
    println!("seed {seed}");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let (mut text, mut reused) = (String::new(), 0);
    for round in 0..200u32 {
        for _ in 0..dice.random_range(0..3) {
            text += &format!("{} {}\n", dice.random_range(0..8), dice.random_range(0..3));
        }
        fs::write(&file, &text).unwrap();
        let before = stamp(&path);
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer"])
            .env(FOLDER, folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Every other one has written before, so that snapshots are of use however slow the machine is.
        let wait = Instant::now();
        while round % 2 == 1 && stamp(&path) == before && wait.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(dice.random_range(0..60)));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut own = match snapshot::load(&path, &KEY) {
            Ok(loaded) => {
                assert_eq!(loaded.lost, [], "what stands under the name is whole");
                reused += u32::from(loaded.gallery.view().applied_sequence() > 0);
                loaded.gallery
            }
            Err(_) => Gallery::new(),
        };
        let log = read_log(&file);
        apply(&mut own, &log, &persons);
        check(&own, &log, &persons, round);
    }
    assert!(reused > 90, "{reused} snapshots were of use");
}

/// Another one whenever a file is put in its place.
fn stamp(path: &Path) -> Option<(u64, i64, i64)> {
    fs::metadata(path).ok().map(|m| (m.ino(), m.mtime(), m.mtime_nsec()))
}

fn kill_while_writing(gallery: &Gallery, path: &Path, dice: &mut ChaCha8Rng) {
    let whole = path.with_extension("whole");
    snapshot::write(&gallery.view(), &whole, &KEY).unwrap();
    let bytes = fs::read(&whole).unwrap();
    let cut = dice.random_range(0..=bytes.len());
    match dice.random_range(0..3) {
        0 => fs::write(path.with_extension("new"), &bytes[..cut]).unwrap(),
        1 => fs::write(path, &bytes[..cut]).unwrap(),
        _ => fs::rename(&whole, path).unwrap(),
    }
}

fn check(gallery: &Gallery, log: &Log, persons: &[Enrolment], round: u32) {
    let mut expected: BTreeMap<u128, bool> = BTreeMap::new();
    for (key, step) in log {
        match step {
            None => expected.remove(key),
            Some(suspended) => expected.insert(*key, *suspended),
        };
    }
    let mut fresh = Gallery::new();
    for (key, suspended) in &expected {
        fresh.enrol(*key, &persons[*key as usize]);
        fresh.set_suspended(*key, *suspended);
    }
    fresh.set_applied_sequence(log.len() as u64);
    let probe = person(u64::from(round) % persons.len() as u64, 1);
    assert_eq!(gallery.search(&probe, &OPTIONS), fresh.search(&probe, &OPTIONS), "round {round}");
}
