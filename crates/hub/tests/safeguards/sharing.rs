//! S1, S5, S6, S9, S12, S13, S16: what goes out, and what is never a reason for anything.

use crate::rig::{AGENCY, PURPOSE, Rig, SOUTH, agreement, capture, config};
use exchange::ItemKind;
use hub::{Hub, Running};
use jiff::Timestamp;
use model::{AgeBand, EncounterId, Modality};
use screening::{Sample, forward};
use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A partner hub in the same process.
fn south(rig: &Rig, port: u16) -> Running {
    let config = hub::Config { listen: SocketAddr::from(([127, 0, 0, 1], port)), ..config(SOUTH) };
    let hub = Hub::open(&rig.dir.path().join("south"), config, Arc::new(Timestamp::now)).unwrap();
    if hub.purposes().unwrap().is_empty() {
        hub.add_agreement(None, &agreement(hub.now(), &[]), None).unwrap();
        let list =
            hub::NewList { recipients: vec![], ..crate::rig::new_list(PURPOSE, rig.user("recipient")) };
        hub.create_list(&list, None).unwrap();
    }
    rig.runtime.block_on(hub::serve(hub)).unwrap()
}

/// A rig whose hub is enrolled at a partner.
fn partnered() -> (Rig, Running) {
    let rig = Rig::new(&[SOUTH]);
    let doors = south(&rig, 0);
    let code = doors.hub.provision("Hub North", "partner", AGENCY, "hub", None).unwrap();
    rig.hub.add_destination(&format!("http://{}", doors.address), &code).unwrap();
    (rig, doors)
}

fn line(rig: &Rig, id: EncounterId, n: usize) -> String {
    let answer = serde_json::to_value(rig.answer(id)).unwrap();
    let word = answer.pointer(&format!("/destinations/{n}/standing/standing"));
    word.and_then(|w| w.as_str()).unwrap_or("none").to_owned()
}

fn until_line(rig: &Rig, id: EncounterId, n: usize, word: &str) {
    crate::rig::wait(word, || line(rig, id, n) == word, || format!("{:?}", rig.answer(id)));
}

#[test]
fn s1_an_expired_agreement_sends_no_byte() {
    let (rig, doors) = partnered();
    let address = doors.address;
    rig.runtime.block_on(doors.stop());
    let sink = TcpListener::bind(address).unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    std::thread::spawn(move || {
        for stream in sink.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    // In force: the partner is called (and hangs up), so the sink does see what is sent.
    let waiting = rig.present(2, 1);
    crate::rig::wait("a call", || connections.load(Ordering::SeqCst) > 0, String::new);
    rig.travel_days(201);
    // What waited is given up; what comes now is not processed at all.
    until_line(&rig, waiting, 1, "not_answered");
    let logged =
        || rig.kinds(&format!("encounter:{waiting}")).contains(&"encounter.not_forwarded".to_owned());
    crate::rig::wait("given up", logged, String::new);
    let before = connections.load(Ordering::SeqCst);
    let after = rig.present(3, 1);
    rig.until(after, "rejected");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(connections.load(Ordering::SeqCst), before, "bytes went out after the agreement's end");
    assert_eq!(rig.hub.store.read(|v| v.forwards(after)).unwrap(), vec![]);
}

#[test]
fn s25_a_destination_that_is_down_is_named_and_served_when_back() {
    let (rig, doors) = partnered();
    let address = doors.address;
    rig.runtime.block_on(doors.stop());
    let id = rig.present(2, 1);
    until_line(&rig, id, 1, "not_answered");
    rig.until(id, "no_match");
    assert!(!rig.answer(id).unwrap().complete);
    let doors = south(&rig, address.port());
    until_line(&rig, id, 1, "no_match");
    assert!(rig.answer(id).unwrap().complete);
    let theirs = doors.hub.store.read(|v| v.need_encounter(id)).unwrap();
    assert_eq!(theirs.purpose.as_deref(), Some(PURPOSE));
    rig.runtime.block_on(doors.stop());
}

/// All that a mark, a nationality or a language might have changed: samples with their templates, searches, answer
/// lines. Ids, times and the wording of sources aside.
fn outputs(rig: &Rig, id: EncounterId) -> String {
    let (samples, searches) = rig
        .hub
        .store
        .read(|v| {
            let samples: Vec<Sample> = v.samples(id.uuid())?;
            let mut shown = Vec::new();
            for s in samples.iter().filter(|s| s.modality != Modality::Mark) {
                let template = v.blob(id.uuid(), s.template.as_deref().unwrap_or_default())?;
                shown.push(format!("{s:?} {:?}", template.map(|t| model::Digest::of(&t))));
            }
            Ok((shown, v.searches(id)?))
        })
        .unwrap();
    let searches: Vec<_> = searches.into_iter().map(|s| (s.list, s.complete, s.body)).collect();
    let cases: Vec<_> = rig.cases(id).into_iter().map(|c| (c.entry, c.lead, c.priority, c.state)).collect();
    let answer = rig.answer(id).map(|a| (a.destinations, a.complete));
    format!("{samples:#?}\n{searches:#?}\n{cases:?}\n{answer:#?}")
}

#[test]
fn s5_s6_marks_nationality_and_language_change_nothing() {
    let rig = Rig::new(&[]);
    rig.enlist(&rig.proposal(1));
    let mark = |seed| (ItemKind::Mark, raster::encode_png_rgb(&synth::mark(seed).unwrap().image).unwrap());
    type Change = fn(&mut exchange::Manifest);
    let table: [(&str, Option<u64>, Change); 6] = [
        ("plain", Some(1), |_| {}),
        ("another mark", Some(2), |_| {}),
        ("a third mark", Some(99), |_| {}),
        ("nationality", Some(1), |m| m.nationality = Some("AAA".into())),
        ("another nationality", Some(1), |m| m.nationality = Some("SOU".into())),
        ("language", Some(1), |m| m.notice.language = "ar".into()),
    ];
    let mut first: Option<String> = None;
    for (name, seed, change) in table {
        let mut shots = capture(1, 2);
        shots.extend(seed.map(mark));
        let mut package = rig.package(shots);
        change(&mut package.manifest);
        let id = rig.hand_in(&package);
        rig.until(id, "being_examined");
        let marks = rig.hub.store.read(|v| v.samples::<Sample>(id.uuid())).unwrap();
        let mark = marks.iter().find(|s| s.modality == Modality::Mark).expect("the mark was kept");
        assert!(mark.template.is_none() && mark.quality.is_none(), "{mark:?}");
        let given = outputs(&rig, id);
        assert_eq!(&given, first.get_or_insert_with(|| given.clone()), "{name}");
    }
}

#[test]
fn s6_nationality_only_takes_a_destination_away() {
    let (rig, doors) = partnered();
    for (nationality, sent) in [(None, 1), (Some("AAA"), 1), (Some("SOU"), 0)] {
        let mut package = rig.package(capture(2, 1));
        package.manifest.nationality = nationality.map(str::to_owned);
        let id = rig.hand_in(&package);
        rig.until(id, "no_match");
        let forwards = rig.hub.store.read(|v| v.forwards(id)).unwrap();
        assert_eq!(forwards.len(), sent, "{nationality:?}");
    }
    rig.runtime.block_on(doors.stop());
}

#[test]
fn s9_a_protection_claim_is_invisible_to_partners() {
    let rig = Rig::new(&[]);
    let package = rig.package(capture(1, 2));
    let items = package.manifest.items.iter().zip(&package.attachments);
    let files: Vec<_> = items.map(|(i, b)| (i.kind, i.name.clone(), b.clone())).collect();
    let decoded = screening::decode::decode_files(&files);
    let chain = forward::Chain { station: rig.station, sequence: 1, previous: None };
    let forwarded = |manifest: &exchange::Manifest| {
        let original = |s: &Sample| {
            let name = s.original.as_ref()?;
            decoded.artefacts.iter().find(|a| a.name == *name).map(|a| a.bytes.clone())
        };
        forward::package(manifest, &decoded.samples, &[Modality::Finger], chain, original)
    };
    let plain = forwarded(&package.manifest);
    assert_eq!(plain.attachments.len(), crate::rig::FINGERS.len());
    for claim in [false, true] {
        for nationality in [None, Some("AAA".to_owned())] {
            let said =
                exchange::Manifest { protection_claim: claim, nationality, ..package.manifest.clone() };
            assert_eq!(forwarded(&said), plain, "{claim}");
            assert_eq!(rig.seal(&forwarded(&said)).bytes.len(), rig.seal(&plain).bytes.len());
        }
    }
}

#[test]
fn s12_s13_s16_are_refused_with_their_code() {
    let rig = Rig::new(&[]);
    type Change = fn(&mut exchange::Package);
    let table: [(&str, Change); 6] = [
        ("under-six", |p| p.manifest.age = AgeBand::UnderSix),
        ("child-unaccompanied", |p| p.manifest.age = AgeBand::SixToThirteen),
        ("child-unaccompanied", |p| p.manifest.age = AgeBand::FourteenToSeventeen),
        ("no-notice", |p| p.manifest.notice.version.clear()),
        ("no-notice", |p| p.manifest.notice.language.clear()),
        ("notice-after-capture", |p| {
            p.manifest.notice.given_at = p.manifest.captured_at + jiff::SignedDuration::from_mins(5);
        }),
    ];
    for (code, change) in table {
        let mut package = rig.package(vec![(
            ItemKind::Finger { position: model::FingerPosition::RightIndex, ppi: Some(500) },
            b"never decoded".to_vec(),
        )]);
        change(&mut package);
        let id = package.manifest.encounter;
        let sealed = rig.seal(&package);
        let refused = rig.uplink().send(id, &sealed.bytes, sealed.digest, false, |_| {}).unwrap_err();
        let exchange::uplink::UplinkError::Refused { problem, .. } = refused else { panic!("{refused}") };
        assert_eq!((problem.status, problem.code()), (422, code), "{problem}");
        assert_eq!(rig.hub.store.read(|v| v.encounter(id)).unwrap(), None);
        assert!(rig.kinds(&format!("encounter:{id}")).contains(&"encounter.refused".to_owned()));
        let uploads = std::fs::read_dir(rig.dir.path().join("hub/uploads")).unwrap().count();
        assert_eq!(uploads, 0, "{code}: bytes were left");
    }
    // An accompanied child is taken.
    let mut package = rig.package(capture(2, 1));
    package.manifest.age = AgeBand::SixToThirteen;
    package.manifest.accompanied_by = Some("mother".into());
    let id = rig.hand_in(&package);
    rig.until(id, "no_match");
}

#[test]
fn s1_an_agreement_changed_in_the_database_is_not_in_force() {
    let rig = Rig::new(&[]);
    let before = rig.present(2, 1);
    rig.until(before, "no_match");
    let conn = rusqlite::Connection::open(rig.dir.path().join("hub/hub.db")).unwrap();
    let widened =
        "UPDATE agreements SET body = replace(body, '\"retention_days\":30', '\"retention_days\":900')";
    assert_eq!(conn.execute(widened, []).unwrap(), 1);
    assert_eq!(rig.hub.purposes().unwrap(), Vec::<String>::new());
    let after = rig.present(3, 1);
    rig.until(after, "rejected");
    // Whoever may, adds a version; it is signed and in force.
    let id = rig.hub.store.read(|v| v.agreements()).unwrap()[0].id;
    rig.hub.add_agreement(Some(id), &crate::rig::agreement(rig.hub.now(), &[]), None).unwrap();
    let again = rig.present(2, 2);
    rig.until(again, "no_match");
}

#[test]
fn s2_the_report_says_what_is_in_force_and_a_change_shows_as_a_diff() {
    let rig = Rig::new(&[SOUTH]);
    let lines = || {
        let report = serde_json::to_string_pretty(&rig.hub.policy_report().unwrap()).unwrap();
        report.lines().map(|l| l.trim_end_matches(',').to_owned()).collect::<Vec<_>>()
    };
    let before = lines();
    for said in
        [PURPOSE, SOUTH, "\"retention_days\": 30", "Warrants Xq", "\"wanted\"", "\"encounters_per_hour\""]
    {
        assert!(before.iter().any(|line| line.contains(said)), "{said} is not in the report: {before:#?}");
    }
    assert_eq!(lines(), before, "the same report differs");
    let row = rig.hub.store.read(|v| v.agreements()).unwrap().remove(0);
    let mut terms: policy::Agreement = serde_json::from_value(row.body).unwrap();
    terms.purposes[0].retention_days = 14;
    rig.hub.add_agreement(Some(row.id), &terms, None).unwrap();
    let after = lines();
    let gone: Vec<_> = before.iter().filter(|l| !after.contains(l)).map(|l| l.trim()).collect();
    let new: Vec<_> = after.iter().filter(|l| !before.contains(l)).map(|l| l.trim()).collect();
    assert_eq!((gone, new), (vec!["\"retention_days\": 30"], vec!["\"retention_days\": 14"]));
    // What is no longer in force is no longer in it.
    rig.travel_days(300);
    assert!(!lines().iter().any(|line| line.contains(SOUTH)));
}

#[test]
fn s15_a_refusal_is_not_shared() {
    let rig = Rig::new(&[]);
    let mut manifest = rig.package(capture(1, 2)).manifest;
    let absent = |finger, reason| exchange::manifest::AbsentPosition {
        finger: Some(finger),
        eye: None,
        reason,
        note: None,
    };
    let chain = forward::Chain { station: rig.station, sequence: 1, previous: None };
    let sent = |manifest: &exchange::Manifest| {
        forward::package(manifest, &[], &[Modality::Finger], chain, |_| None).manifest
    };
    use model::{Absence, FingerPosition};
    manifest.absent = vec![absent(FingerPosition::LeftThumb, Absence::Amputated)];
    let without = sent(&manifest);
    manifest.absent.push(absent(FingerPosition::RightThumb, Absence::Refused));
    assert_eq!(sent(&manifest), without, "a partner can tell that somebody refused");
    assert_eq!(without.absent.len(), 1, "an amputation is shared");
}

#[test]
fn s29_what_is_deleted_here_is_deleted_by_partners_who_sign_that_they_did() {
    let (rig, doors) = partnered();
    let address = doors.address;
    let id = rig.present(2, 1);
    until_line(&rig, id, 1, "no_match");
    let theirs = doors.hub.clone();
    assert!(theirs.store.read(|v| v.has_key(id.uuid())).unwrap());
    // A station cannot have anything deleted, whatever it sent.
    let Err(exchange::uplink::UplinkError::Refused { problem, .. }) = rig.uplink().delete(id) else {
        panic!("a station deleted an encounter")
    };
    assert_eq!(problem.status, 403);
    // The partner is down when the retention ends: the order waits, is shown, and when late, as overdue.
    rig.runtime.block_on(doors.stop());
    rig.travel_days(31);
    rig.until_purged(id);
    let waiting = rig.hub.store.read(|v| v.deletions_waiting()).unwrap();
    assert_eq!((waiting.len(), waiting[0].destination.as_str()), (1, SOUTH));
    let board = || crate::browser::Browser::sign_in(&rig, "supervisor").get("/").text;
    assert!(board().contains("Deletions not confirmed by partners"));
    drop(theirs);
    // Back again, it deletes and signs.
    let doors = south(&rig, address.port());
    let done = || rig.hub.store.read(|v| v.deletions_waiting()).unwrap().is_empty();
    crate::rig::wait("the partner's word", done, || format!("{:?}", rig.hub.store.read(|v| v.forwards(id))));
    assert!(!doors.hub.store.read(|v| v.has_key(id.uuid())).unwrap(), "the partner still has it");
    let forward = rig.hub.store.read(|v| v.forwards(id)).unwrap().remove(0);
    let word: exchange::SignedDeletion = serde_json::from_str(&forward.deletion.unwrap()).unwrap();
    let info = doors.hub.info();
    assert_eq!(word.settles(&info.signing_key, info.hub, id), Ok(()));
    assert!(word.settles(&rig.info.signing_key, info.hub, id).is_err(), "signed by somebody else");
    let leaves = doors.hub.store.read(|v| v.leaves_about(&format!("encounter:{id}"))).unwrap();
    let leaf = leaves.iter().find(|l| l.kind == "encounter.purged").unwrap();
    assert_eq!(leaf.index, word.deletion.ledger_index);
    assert!(rig.kinds(&format!("encounter:{id}")).contains(&"encounter.deleted_by_partner".to_owned()));
    rig.runtime.block_on(doors.stop());
}
