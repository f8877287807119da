//! S17 to S20: what an entry needs, and what it takes to stop one.

use crate::rig::{Rig, capture};
use model::{CaseState, EncounterState, EntryState, Verdict};
use screening::entry::Step;

fn sql(rig: &Rig, statement: &str, id: &str) {
    let conn = rusqlite::Connection::open(rig.dir.path().join("hub/hub.db")).unwrap();
    assert_eq!(conn.execute(statement, [id]).unwrap(), 1, "{statement}");
}

#[test]
fn s17_every_field_and_date_is_needed() {
    let rig = Rig::new(&[]);
    type Change = fn(&mut hub::NewEntry);
    let table: &[(&str, Change)] = &[
        ("reference", |e| e.body.reference.clear()),
        ("legal basis", |e| e.body.basis = " ".into()),
        ("individual order", |e| e.body.basis = "gang".into()),
        ("category", |e| e.body.category.clear()),
        ("not one of the categories", |e| e.body.category = "tattooed".into()),
        ("caveat", |e| e.body.caveat.clear()),
        ("handling", |e| e.body.handling.clear()),
        ("dates", |e| std::mem::swap(&mut e.review_at, &mut e.expires_at)),
        ("dates", |e| e.starts_at = e.expires_at),
        ("at most 365 days", |e| e.expires_at = e.starts_at + jiff::SignedDuration::from_hours(366 * 24)),
    ];
    for (part, change) in table {
        let mut entry = rig.proposal(1);
        entry.files.clear();
        change(&mut entry);
        let refused = rig.hub.propose(&entry, rig.user("originator")).unwrap_err().to_string();
        assert!(refused.contains(part), "{part}: {refused}");
    }
}

#[test]
fn s17_an_entry_changed_in_the_database_is_not_searched_and_the_answer_is_partial() {
    let mut rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    sql(&rig, "UPDATE entries SET body = replace(body, 'REF-1', 'REF-9') WHERE id = ?1", &entry.to_string());
    // While its templates are still in memory as approved,
    let live = rig.present(1, 2);
    rig.until(live, "partial");
    assert_eq!((rig.cases(live).len(), rig.row(live).state), (0, EncounterState::Held));
    // and after a restart, when they are loaded anew.
    rig.restart();
    let after = rig.present(1, 3);
    rig.until(after, "partial");
    assert_eq!(rig.cases(after).len(), 0);
    assert!(!rig.answer(after).unwrap().complete);
    // The broken entry is withdrawn: the answer to the next person says all again.
    rig.hub.change_entry(entry, rig.user("approver"), Step::Revoke, "was tampered with").unwrap();
    let mended = rig.present(2, 1);
    rig.until(mended, "no_match");
}

#[test]
fn s17_s19_a_snapshot_of_a_list_is_checked_rebuilt_and_destroyed() {
    let mut rig = Rig::new(&[]);
    let (kept, removed) = (rig.enlist(&rig.proposal(1)), rig.enlist(&rig.proposal(2)));
    assert_eq!((rig.hub.write_snapshots(3).unwrap(), rig.hub.write_snapshots(1).unwrap()), (0, 1));
    assert_eq!(rig.hub.write_snapshots(1).unwrap(), 0, "nothing has changed since");
    let list = rig.hub.store.read(|v| v.entry(kept)).unwrap().list;
    let file = rig.dir.path().join(format!("hub/galleries/{list}.snapshot"));
    let sound = std::fs::read(&file).unwrap();
    // A byte in the middle belongs to a sample or a block, one at the start to all: the answer stays the same.
    for at in [4, sound.len() / 2, sound.len() - 3] {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        rig.restart();
        let id = rig.present(1, at as u64);
        rig.until(id, "being_examined");
    }
    // Sound again: an entry that was changed meanwhile is not searched, though the snapshot has it.
    std::fs::write(&file, &sound).unwrap();
    sql(&rig, "UPDATE entries SET body = replace(body, 'REF-1', 'REF-9') WHERE id = ?1", &kept.to_string());
    rig.restart();
    let id = rig.present(3, 1);
    rig.until(id, "partial");
    // Removing somebody destroys the file and its key.
    assert!(rig.hub.store.read(|v| v.has_key(list.uuid())).unwrap());
    rig.hub.change_entry(removed, rig.user("approver"), Step::Revoke, "no ground any more").unwrap();
    assert!(!file.exists() && !rig.hub.store.read(|v| v.has_key(list.uuid())).unwrap());
}

#[test]
fn s17_an_expired_entry_is_not_searched() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    rig.travel_days(91);
    let id = rig.present(1, 2);
    rig.until(id, "no_match");
    assert_eq!(rig.cases(id).len(), 0);
    assert_eq!(rig.hub.store.read(|v| v.entry(entry)).unwrap().state, EntryState::Expired);
}

#[test]
fn s18_a_repeated_basis_waits_for_another_agency() {
    let rig = Rig::new(&[]);
    let mut entry = rig.proposal(1);
    entry.files.truncate(1);
    entry.body.basis = "Decree 17 against all members of a group".into();
    let mut last = None;
    for n in 0..=policy::limits::MAX_SAME_BASIS {
        // Blanks and capitals do not make it another basis.
        if n == 3 {
            entry.body.basis = entry.body.basis.to_uppercase().replace(' ', "  ");
        }
        last = Some(rig.hub.propose(&entry, rig.user("originator")).unwrap());
    }
    let last = last.unwrap();
    let refused = rig.hub.approve(last, rig.user("approver")).unwrap_err().to_string();
    assert!(refused.contains("another agency"), "{refused}");
    assert_eq!(rig.hub.approve(last, rig.user("approver-east")).unwrap(), EntryState::Active);
}

#[test]
fn s19_two_to_add_and_one_to_suspend() {
    let rig = Rig::new(&[]);
    let proposed = rig.hub.propose(&rig.proposal(1), rig.user("originator")).unwrap();
    assert!(rig.hub.approve(proposed, rig.user("originator")).is_err(), "proposer approves");
    let before = rig.present(1, 2);
    rig.until(before, "no_match");
    rig.hub.approve(proposed, rig.user("approver")).unwrap();

    let found = rig.present(1, 3);
    rig.until(found, "being_examined");
    // One person stops it: what is open is withdrawn, the next search passes over it.
    rig.hub.change_entry(proposed, rig.user("originator"), Step::Suspend, "doubt about identity").unwrap();
    assert_eq!(rig.cases(found)[0].state, CaseState::Withdrawn);
    let late = rig.hub.decide(rig.cases(found)[0].id, rig.user("examiner-1"), Verdict::Same, "", "[]");
    assert!(late.is_err(), "a withdrawn case was decided");
    rig.until(found, "no_match");
    let suspended = rig.present(1, 4);
    rig.until(suspended, "no_match");

    // To resume takes an approver.
    let resume = |login| rig.hub.change_entry(proposed, rig.user(login), Step::Resume, "identity is clear");
    assert!(resume("originator").is_err(), "resumed by an originator");
    assert_eq!(resume("approver").unwrap(), EntryState::Active);
    let resumed = rig.present(1, 5);
    rig.until(resumed, "being_examined");
    rig.hub.change_entry(proposed, rig.user("approver"), Step::Revoke, "order lifted").unwrap();
    rig.until(resumed, "no_match");
    let removed = rig.present(1, 6);
    rig.until(removed, "no_match");
}

#[test]
fn s17_s19_more_time_takes_two_people_and_a_basis_looked_at_anew() {
    let mut rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let days = |n: i64| rig.hub.now() + jiff::SignedDuration::from_hours(24 * n);
    let ask = |login, basis, expires, review| {
        rig.hub.ask_extension(entry, rig.user(login), basis, days(expires), days(review))
    };
    let basis = "Order 1/2026, confirmed on review by the invented district court";
    for (login, basis, expires, review, why) in [
        ("approver", basis, 200, 150, "an approver asks"),
        ("originator", "as before", 200, 150, "no basis"),
        ("originator", basis, 80, 70, "shorter"),
        ("originator", basis, 400, 150, "beyond the list's cap"),
        ("originator", basis, 200, 201, "review after its end"),
    ] {
        assert!(ask(login, basis, expires, review).is_err(), "{why}");
    }
    ask("originator", basis, 200, 150).unwrap();
    let end = |rig: &Rig| rig.hub.store.read(|v| v.entry(entry)).unwrap().expires_at;
    let before = end(&rig);
    assert!(rig.hub.decide_extension(entry, rig.user("originator"), true).is_err(), "approved by who asked");
    rig.hub.decide_extension(entry, rig.user("approver"), false).unwrap();
    assert_eq!(end(&rig), before, "refused");
    ask("originator", basis, 200, 150).unwrap();
    rig.hub.decide_extension(entry, rig.user("approver"), true).unwrap();
    assert!(end(&rig) > before);
    // Signed anew: searched after its first end, and after a restart.
    rig.travel_days(91);
    rig.restart();
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let kinds = rig.kinds(&format!("entry:{entry}"));
    for kind in ["extension_asked", "extension_refused", "extended"] {
        assert!(kinds.contains(&format!("entry.{kind}")), "{kinds:?}");
    }
}

#[test]
fn s20_a_misused_identity_stands_on_the_alert() {
    let rig = Rig::new(&[]);
    let mut marked = rig.proposal(1);
    marked.body.misused_identity = true;
    for (entry, number, shown) in [(marked, 1, true), (rig.proposal(2), 2, false)] {
        rig.enlist(&entry);
        let id = rig.hand_in(&rig.package(capture(number, 2)));
        rig.until(id, "being_examined");
        rig.decide(rig.cases(id)[0].id, Verdict::Same);
        let alerts = rig.hub.alerts_for(rig.user("recipient"), 10).unwrap();
        let alert = alerts.iter().find(|a| a.encounter == id).unwrap();
        let page = crate::browser::Browser::sign_in(&rig, "recipient").get(&format!("/alerts/{}", alert.id));
        assert_eq!(page.status, 200);
        let says = page.text.to_lowercase().contains("misuse");
        assert_eq!(says, shown, "{}", page.text);
    }
}
