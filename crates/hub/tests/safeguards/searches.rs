//! Many searches at once: priority overtakes, what finds no room waits and is not lost, a stop loses nothing.

use crate::rig::{PURPOSE, Rig, capture, new_list, wait};
use model::{EncounterId, EncounterState, Stage};
use policy::PurposeRule;
use std::time::Duration;

const URGENT: &str = "arrest.check";

/// Two purposes on one list, of which one overtakes; little room in the queue.
fn rig() -> Rig {
    let rig = Rig::with(&[], |config, terms| {
        config.searches_at_once = 6;
        config.searches_waiting = 2;
        config.search_threads = 1;
        let rule = terms.purposes[0].clone();
        terms.purposes.push(PurposeRule { purpose: URGENT.into(), priority: true, ..rule });
    });
    rig.enlist(&rig.proposal(1));
    let list = hub::NewList {
        name: "Second list".into(),
        purposes: vec![PURPOSE.into(), URGENT.into()],
        ..new_list(PURPOSE, rig.user("recipient"))
    };
    rig.hub.create_list(&list, None).unwrap();
    rig
}

fn urgent(rig: &Rig) -> EncounterId {
    let mut package = rig.package(capture(2, 1));
    package.manifest.purpose = URGENT.into();
    rig.hand_in(&package)
}

fn ready(rig: &Rig, id: EncounterId) -> bool {
    let jobs = rig.hub.store.read(|v| v.jobs_of(id)).unwrap();
    jobs.iter().any(|(stage, _)| *stage == Stage::Search)
}

/// Where the ledger says that an encounter was searched.
fn searched(rig: &Rig, id: EncounterId) -> u64 {
    let leaves = rig.hub.store.read(|v| v.leaves_about(&format!("encounter:{id}"))).unwrap();
    leaves.iter().find(|l| l.kind == "encounter.searched").expect("it was searched").index
}

fn state_on_page(rig: &Rig) -> String {
    crate::browser::Browser::sign_in(rig, "supervisor").get("/encounters").text
}

#[test]
fn priority_overtakes_and_what_finds_no_room_waits() {
    let rig = rig();
    let held = rig.hub.hold_searches();
    let many: Vec<_> = (0..12).map(|n| rig.present(2 + n % 2, 1)).collect();
    wait("all are ready", || many.iter().all(|id| ready(&rig, *id)), String::new);
    // Six are in hand, of these some within the queue; the others wait in the table, and the page says so.
    std::thread::sleep(Duration::from_millis(1500));
    assert!(many.iter().all(|id| rig.row(*id).state == EncounterState::Searching));
    let conn = rusqlite::Connection::open(rig.dir.path().join("hub/hub.db")).unwrap();
    let refused = "SELECT count(*) FROM jobs WHERE last_error LIKE '%searches are waiting already%'";
    assert!(conn.query_row(refused, [], |r| r.get::<_, i64>(0)).unwrap() > 0, "the queue refused nobody");
    assert!(state_on_page(&rig).contains("Waiting for search"), "{}", state_on_page(&rig));
    let last = urgent(&rig);
    wait("the urgent one is ready", || ready(&rig, last), String::new);
    std::thread::sleep(Duration::from_millis(300));
    drop(held);
    for id in many.iter().chain([&last]) {
        rig.until(*id, "no_match");
    }
    // Those that already shared the pass may end with it; of the others, none goes before.
    let at = searched(&rig, last);
    let before = many.iter().filter(|id| searched(&rig, **id) < at).count();
    assert!(before <= 6, "{before} of 12 were searched before the one that overtakes");
    // Each was searched once, and what the search covered is kept.
    for id in &many {
        let kinds = rig.kinds(&format!("encounter:{id}"));
        assert_eq!(kinds.iter().filter(|k| *k == "encounter.searched").count(), 1, "{kinds:?}");
        let searches = rig.hub.store.read(|v| v.searches(*id)).unwrap();
        assert!(searches.len() == 2 && searches.iter().all(|s| s.complete), "{searches:?}");
        let search = searches.iter().find(|s| s.list == rig.list).unwrap();
        assert_eq!((search.body["scanned"].as_u64(), search.body["expected"].as_u64()), (Some(1), Some(1)));
    }
}

#[test]
fn a_stop_in_the_middle_loses_no_search() {
    let mut rig = rig();
    let held = rig.hub.hold_searches();
    let many: Vec<_> = (0..5).map(|n| rig.present(1 + n % 2, 2)).collect();
    wait("all are ready", || many.iter().all(|id| ready(&rig, *id)), String::new);
    rig.restart();
    drop(held);
    for (n, id) in many.iter().enumerate() {
        rig.until(*id, if n % 2 == 0 { "being_examined" } else { "no_match" });
        assert_eq!(rig.cases(*id).len(), 1 - n % 2);
    }
    assert_eq!(rig.row(many[1]).purpose.as_deref(), Some(PURPOSE));
}
