//! The outbox: once, in order, closed, and let go of for nothing but the hub's receipt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{PROBE, draft, enrol, now, options, particulars, sample, step};
use exchange::{ItemKind, carry, fake::FakeHub, open_answer};
use model::AgeBand;
use station::{
    Draft, Event, Particulars, Queued, State, Station, StationError, Worker, intake, outbox::SettleError,
};
use std::{fs, path::Path};

fn queue(station: &mut Station, reference: &str) -> station::Row {
    match station.queue(&draft(reference), now(), &mut rand::rng()).unwrap() {
        Queued::New(row) => row,
        Queued::Before(row) => panic!("{} was queued before", row.encounter),
    }
}

#[test]
fn sends_in_order_and_hears_the_answers() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let ids: Vec<_> = (0..3).map(|n| queue(&mut station, &n.to_string()).encounter).collect();
    assert_eq!(fs::read_dir(home.path().join("outbox")).unwrap().count(), 3);
    let mut worker = Worker::new(&station).unwrap();
    let events = step(&mut station, &mut worker).unwrap();
    let sent: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Sent { encounter, .. } => Some(*encounter),
            _ => None,
        })
        .collect();
    assert_eq!(sent, ids);
    assert_eq!(events.iter().filter(|event| matches!(event, Event::Answered { .. })).count(), 3);
    assert_eq!(fs::read_dir(home.path().join("outbox")).unwrap().count(), 0);
    let mut previous = None;
    for (index, id) in ids.iter().enumerate() {
        let row = station.outbox().row(*id).unwrap();
        assert_eq!((row.state, row.revision, row.sequence), (State::Answered, 1, index as u64 + 1));
        let state = hub.state();
        let committed = &state.committed[id];
        assert_eq!((committed.manifest.sequence, committed.manifest.previous), (row.sequence, previous));
        assert_eq!(committed.times, 1);
        previous = Some(committed.digest);
    }
}

#[test]
fn the_same_command_twice_is_one_encounter() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let first = queue(&mut station, "a");
    let again = station.queue(&draft("a"), now(), &mut rand::rng()).unwrap();
    assert_eq!(again, Queued::Before(first.clone()));
    let mut worker = Worker::new(&station).unwrap();
    step(&mut station, &mut worker).unwrap();
    // Also after it was sent and answered, and after a restart.
    drop((station, worker));
    let mut station = Station::open(home.path()).unwrap();
    match station.queue(&draft("a"), now(), &mut rand::rng()).unwrap() {
        Queued::Before(row) => assert_eq!((row.encounter, row.state), (first.encounter, State::Answered)),
        Queued::New(_) => panic!("doubled"),
    }
    assert_eq!(queue(&mut station, "b").sequence, 2);
    assert_eq!(station.outbox().head().unwrap().sequence, 2);
}

#[test]
fn a_forged_receipt_keeps_row_and_bytes() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let row = queue(&mut station, "a");
    hub.state().mischief.forge_receipts = true;
    let mut worker = Worker::new(&station).unwrap();
    let events = step(&mut station, &mut worker).unwrap();
    assert!(matches!(events.last(), Some(Event::Waiting { attention: true, .. })), "{events:?}");
    let kept = station.outbox().row(row.encounter).unwrap();
    assert_eq!((kept.state, kept.attempts), (State::Queued, 1));
    assert!(kept.problem.as_ref().unwrap().contains("not signed by the hub"), "{kept:?}");
    let bytes = station.outbox().sealed_bytes(&kept).unwrap();
    assert_eq!(bytes.len() as u64, row.length);
    // Nor by hand: the true receipt of another hub, or a true one with one field changed.
    let true_receipt = hub.state().committed[&row.encounter].receipt.clone();
    let pinned = station.identity().hub.clone();
    let mut changed = true_receipt.clone();
    changed.receipt.length += 1;
    let refused = station.outbox_mut().settle(&changed, pinned.hub, &pinned.signing_key, now());
    assert!(matches!(refused, Err(SettleError::Receipt(_))));
    assert_eq!(station.outbox().row(row.encounter).unwrap().state, State::Queued);
    // The true one does, and doing it again does nothing.
    for _ in 0..2 {
        let row = station.outbox_mut().settle(&true_receipt, pinned.hub, &pinned.signing_key, now()).unwrap();
        assert_eq!(row.state, State::Sent);
    }
    assert!(station.outbox().sealed_bytes(&row).is_err());
}

#[test]
fn a_conflict_is_said_clearly_and_stops_that_one_alone() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let row = queue(&mut station, "a");
    hub.state().mischief.refuse = Some(409);
    let mut worker = Worker::new(&station).unwrap();
    let events = step(&mut station, &mut worker).unwrap();
    let Some(Event::Refused { encounter, problem }) = events.last() else { panic!("{events:?}") };
    assert_eq!(*encounter, row.encounter);
    for part in ["Refused for the test.", "Kept:", "Next:"] {
        assert!(problem.contains(part), "{problem}");
    }
    hub.state().mischief.refuse = None;
    let other = queue(&mut station, "b");
    step(&mut station, &mut worker).unwrap();
    assert_eq!(station.outbox().row(row.encounter).unwrap().state, State::Refused);
    assert_eq!(station.outbox().row(other.encounter).unwrap().state, State::Answered);
    assert!(station.outbox().sealed_bytes(&row).is_ok(), "kept");
    // After people have mended the cause.
    assert_eq!(station.outbox_mut().retry_refused().unwrap(), 1);
    step(&mut station, &mut worker).unwrap();
    assert_eq!(station.outbox().row(row.encounter).unwrap().state, State::Answered);
}

#[test]
fn a_hub_that_is_away_is_waited_for() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let row = queue(&mut station, "a");
    hub.state().mischief.drop_before = Some(1);
    let mut worker = Worker::new(&station).unwrap();
    let events = step(&mut station, &mut worker).unwrap();
    let Some(Event::Waiting { until, attention: false, .. }) = events.last() else { panic!("{events:?}") };
    assert!(*until > now());
    let puts = hub.state().puts;
    assert!(step(&mut station, &mut worker).unwrap().is_empty(), "rests");
    assert_eq!(hub.state().puts, puts);
    hub.state().mischief.drop_before = None;
    let later = || now() + jiff::SignedDuration::from_secs(2);
    worker.step(&mut station, later, &mut rand::rng(), |_| {}).unwrap();
    assert_ne!(station.outbox().row(row.encounter).unwrap().state, State::Queued);
}

#[test]
fn one_process_sends() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let station = enrol(&hub, home.path());
    let worker = Worker::new(&station).unwrap();
    let other = Station::open(home.path()).unwrap();
    assert!(matches!(Worker::new(&other), Err(StationError::Busy)));
    drop(worker);
    assert!(Worker::new(&other).is_ok());
}

#[test]
fn what_a_killed_process_left_is_swept_away() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let row = queue(&mut station, "a");
    let folder = home.path().join("outbox");
    for name in ["00000000-0000-7000-8000-000000000001.rlenc", ".x.rlenc.part", "rubbish"] {
        fs::write(folder.join(name), b"left over").unwrap();
    }
    drop(station);
    let station = Station::open(home.path()).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    assert!(station.outbox().sealed_bytes(&row).is_ok());
    // A file that was changed on disk is not sent.
    let path = folder.join(format!("{}.rlenc", row.encounter));
    let mut bytes = fs::read(&path).unwrap();
    bytes[500] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(matches!(station.outbox().sealed_bytes(&row), Err(StationError::Damaged { .. })));
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn nothing_is_at_rest_in_clear() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    queue(&mut station, "a reference");
    let check = |when: &str| {
        let mut found = vec![];
        files(home.path(), &mut found);
        assert!(found.len() >= 5, "{}", found.len());
        let secrets: [&[u8]; 6] =
            [&PROBE[..16], b"CASE-2026", b"border.entry", b"op-seven", b"a reference", b"right-index"];
        for (name, bytes) in &found {
            for secret in secrets {
                let seen = bytes.windows(secret.len()).any(|window| window == secret);
                assert!(!seen, "{when}: {name} holds {:?}", String::from_utf8_lossy(secret));
            }
        }
        found
    };
    check("queued");
    let mut worker = Worker::new(&station).unwrap();
    step(&mut station, &mut worker).unwrap();
    let found = check("answered");
    // The answer is kept as it came.
    for (name, bytes) in found {
        assert!(!bytes.windows(8).any(|window| window == b"no_match"), "{name}");
    }
}

#[test]
fn answers_are_kept_sealed_and_open_for_this_station() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let row = queue(&mut station, "a");
    let mut worker = Worker::new(&station).unwrap();
    step(&mut station, &mut worker).unwrap();
    let sealed = station.outbox().row(row.encounter).unwrap().answer.unwrap();
    assert!(station.open_answer(row.encounter, &sealed).unwrap().complete);
    let stranger = exchange::OpeningKey::generate(&mut common::rng(9));
    let station = station.identity().station;
    assert!(open_answer(&sealed, station, row.encounter, &stranger, &hub.info.signing_key).is_err());
}

#[test]
fn enrolment_compares_the_hub_with_the_code() {
    let (hub, impostor) = (FakeHub::start(1), FakeHub::start(2));
    let home = tempfile::tempdir().unwrap();
    let code = hub.open_code().to_string();
    let refused = Station::enrol(home.path(), &options(&impostor.base(), &code), now(), &mut rand::rng());
    assert!(matches!(refused, Err(StationError::OtherHub { .. })));
    assert!(matches!(Station::open(home.path()), Err(StationError::NotEnrolled(_))));
    Station::enrol(home.path(), &options(&hub.base(), &code), now(), &mut rand::rng()).unwrap();
    let again = Station::enrol(home.path(), &options(&hub.base(), &code), now(), &mut rand::rng());
    assert!(matches!(again, Err(StationError::AlreadyEnrolled { .. })));
}

#[test]
fn by_stick_there_and_back() {
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let stick = tempfile::tempdir().unwrap();
    let mut station = enrol(&hub, home.path());
    let row = queue(&mut station, "a");
    let bytes = station.outbox().sealed_bytes(&row).unwrap();
    carry::write_sealed(stick.path(), row.encounter, &bytes).unwrap();
    assert_eq!(station.outbox().row(row.encounter).unwrap().state, State::Queued, "kept until receipted");
    // The hub takes it from somebody else's hands.
    let carried = carry::read_sealed(&carry::list(stick.path(), "rlenc").unwrap()[0]).unwrap();
    let receipt = station.uplink().unwrap().send(row.encounter, &carried, row.digest, false, |_| {}).unwrap();
    let path = carry::write_receipt(stick.path(), &receipt).unwrap();
    let receipt = carry::read_receipt(&path).unwrap();
    station.outbox_mut().settle(&receipt, hub.info.hub, &hub.info.signing_key, now()).unwrap();
    assert_eq!(station.outbox().row(row.encounter).unwrap().state, State::Sent);
}

#[test]
fn mistakes_are_named_with_their_remedy() {
    let check = |change: fn(&mut Particulars), parts: &[&str]| {
        let mut said = particulars();
        change(&mut said);
        let error = Draft::new("card.an2", said, vec![sample(b"x")], vec![], now()).unwrap_err().to_string();
        for part in parts.iter().chain(&["card.an2 cannot be sent", "Nothing was stored or sent."]) {
            assert!(error.contains(part), "{error}");
        }
    };
    check(|said| said.purpose = None, &["no purpose", "--purpose"]);
    check(|said| said.authority = None, &["no legal authority", "--authority"]);
    check(|said| said.case = Some(" ".into()), &["no case number", "--case"]);
    check(|said| said.operator = None, &["no operator", "--operator"]);
    check(|said| said.notice = None, &["no notice", "--notice"]);
    check(|said| said.age = None, &["no age band", "--age"]);
    check(|said| said.age = Some(AgeBand::UnderSix), &["under six", "every position absent"]);
    check(|said| said.age = Some(AgeBand::FourteenToSeventeen), &["accompanying adult", "--accompanied-by"]);
    check(
        |said| *said = Particulars::default(),
        &["no purpose", "no case number", "no notice", "no age band"],
    );
}

#[test]
fn folders_are_read_and_bad_ones_refused() {
    let folder = tempfile::tempdir().unwrap();
    let read = || intake::read(folder.path(), Particulars::default(), particulars(), now());
    assert!(read().unwrap_err().to_string().contains("holds no manifest.toml"));
    let write = |text: &str| fs::write(folder.path().join("manifest.toml"), text).unwrap();
    fs::write(folder.path().join("a.png"), b"pixels").unwrap();
    write(
        "case = 'own'\n[[image]]\nfile = 'a.png'\nfinger = 'right index'\n[[absent]]\neye = 'left'\nreason = 'patch'\n",
    );
    let draft = read().unwrap();
    assert_eq!(draft.samples().len(), 1);
    let id = model::EncounterId::new(uuid::Uuid::nil());
    let package = draft.package(model::StationId::new(uuid::Uuid::nil()), id, 1, None, now());
    assert_eq!(
        (package.manifest.case_number.as_str(), package.manifest.purpose.as_str()),
        ("own", "border.entry")
    );
    assert_eq!(package.manifest.absent.len(), 1);
    for (text, part) in [
        ("[[image]]\nfile = '../a.png'\nfinger = 2", "not the name of a file in this folder"),
        ("[[image]]\nfile = '/etc/passwd'\nfinger = 2", "not the name of a file in this folder"),
        ("[[image]]\nfile = 'b.png'\nfinger = 2", "cannot be read"),
        ("[[image]]\nfile = 'a.png'\nface = true", "unknown field"),
        ("[[absent]]\nfinger = 2\nreason = 'other'", "without a text"),
        ("", "neither a sample"),
    ] {
        write(text);
        let error = read().unwrap_err().to_string();
        assert!(error.contains(part), "{text:?}: {error}");
    }
}

#[test]
fn real_transactions_are_sealed() {
    let data = std::env::var_os("RIDGELINE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        std::path::PathBuf::from,
    );
    let folder = data.join("records/nist-reference");
    if !folder.is_dir() {
        println!("skipped: {} is not here", folder.display());
        return;
    }
    let (hub, home) = (FakeHub::start(1), tempfile::tempdir().unwrap());
    let mut station = enrol(&hub, home.path());
    let names = [
        "sample.an2",
        "type-4-14-slaps.an2",
        "type-14-tpcard-nqm.an2",
        "type-10-14-17-piv-index-iris.an2",
        "type-10-branded-tattoo-mark.an2",
    ];
    for name in names {
        let draft = intake::read(&folder.join(name), particulars(), Particulars::default(), now()).unwrap();
        assert_eq!(draft.samples()[0].kind, ItemKind::Transaction);
        station.queue(&draft, now(), &mut rand::rng()).unwrap();
    }
    let mut worker = Worker::new(&station).unwrap();
    step(&mut station, &mut worker).unwrap();
    let state = hub.state();
    let mut received: Vec<_> =
        state.committed.values().map(|committed| committed.manifest.items[0].name.clone()).collect();
    received.sort();
    let mut names = names.map(str::to_owned);
    names.sort();
    assert_eq!(received, names);
}
