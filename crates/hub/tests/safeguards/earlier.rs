//! Earlier encounters and people listed twice: searched only where an agreement names it, before two blind examiners
//! like any other, and nobody is told who is not entitled.

use crate::rig::{PURPOSE, Rig, capture, wait};
use hub::CaseSide;
use model::{CaseId, CaseState, EncounterId, Stage, Verdict};
use policy::{Agreement, EarlierRule, NewEntriesRule};
use screening::entry::Step;
use store::{PairKind, PairRow};

fn allow(terms: &mut Agreement) {
    terms.purposes[0].earlier = Some(EarlierRule { purposes: vec![PURPOSE.into()], days: 20 });
    terms.purposes[0].new_entries = Some(NewEntriesRule { lists: vec!["Warrants Xq".into()], days: 20 });
}

fn quiet(rig: &Rig) {
    let idle = || {
        // Also those that were put back and come again in a moment.
        let soon = rig.hub.now() + jiff::SignedDuration::from_mins(10);
        let background = [Stage::Earlier, Stage::Reverse, Stage::Twice];
        rig.hub.store.read(|v| v.due_jobs(soon, &background, -9, 9)).unwrap().is_empty()
    };
    wait("the background is quiet", idle, || "jobs are left".to_owned());
}

fn pairs(rig: &Rig, id: EncounterId) -> Vec<PairRow> {
    rig.hub.store.read(|v| v.pairs_on(id.uuid())).unwrap()
}

fn settle(rig: &Rig, id: CaseId, verdict: Verdict) -> CaseState {
    rig.decide(id, verdict);
    let pair = rig.hub.store.read(|v| v.pair(id)).unwrap();
    pair.map(|p| p.state).unwrap()
}

/// Presented and answered.
fn met(rig: &Rig, number: u64, time: u64) -> EncounterId {
    let id = rig.present(number, time);
    rig.until(id, "no_match");
    quiet(rig);
    id
}

#[test]
fn earlier_encounters_are_not_searched_unless_an_agreement_names_it() {
    let rig = Rig::new(&[]);
    let first = met(&rig, 1, 1);
    let second = met(&rig, 1, 2);
    rig.enlist(&rig.proposal(1));
    quiet(&rig);
    for id in [first, second] {
        assert_eq!((pairs(&rig, id), rig.cases(id)), (vec![], vec![]));
        assert!(!rig.kinds(&format!("encounter:{id}")).contains(&"encounter.searched_earlier".to_owned()));
        assert_eq!(rig.hub.store.read(|v| v.earlier_searches(id.uuid())).unwrap(), vec![]);
    }
}

#[test]
fn an_earlier_encounter_is_found_decided_blind_and_alerts_nobody() {
    let rig = Rig::with(&[], |_, terms| allow(terms));
    let (first, stranger) = (met(&rig, 1, 1), met(&rig, 2, 1));
    let second = met(&rig, 1, 2);
    let found = pairs(&rig, second);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].candidate), (PairKind::Earlier, first.uuid()));
    assert!(pairs(&rig, stranger).is_empty());
    // The search is kept with what it covered, and logged with purpose and case number.
    let search = rig.hub.store.read(|v| v.earlier_searches(second.uuid())).unwrap().remove(0);
    assert!(search.complete && search.body["scanned"] == 3, "{search:?}");
    let leaves = rig.hub.store.read(|v| v.leaves_about(&format!("encounter:{second}"))).unwrap();
    let leaf = leaves.iter().find(|l| l.kind == "encounter.searched_earlier").unwrap();
    assert_eq!((leaf.purpose.as_str(), leaf.case_number.as_str()), (PURPOSE, "2026-000123"));
    // Examiners see it like any case.
    let examiner = rig.user("examiner-1");
    assert_eq!(rig.hub.cases_for(examiner).unwrap().len(), 1);
    let (_, probe, candidate) = rig.hub.open_case(found[0].id, examiner).unwrap();
    assert_eq!((probe.len(), candidate.len()), (2, 2));
    let picture = rig.hub.case_picture(found[0].id, CaseSide::Candidate, probe[0].ordinal, examiner);
    assert!(picture.unwrap().is_some());
    assert_eq!(settle(&rig, found[0].id, Verdict::Same), CaseState::Confirmed);
    // Said with both encounters; no alert, and the station's answer is as it was.
    for id in [first, second] {
        assert!(rig.kinds(&format!("encounter:{id}")).contains(&"encounter.same_person".to_owned()));
        assert_eq!(rig.standing(id), "no_match");
    }
    assert_eq!(rig.hub.alerts_for(rig.user("recipient"), 10).unwrap(), vec![]);
}

#[test]
fn a_new_entry_is_searched_in_earlier_encounters_and_alerts_its_recipients() {
    let rig = Rig::with(&[], |_, terms| allow(terms));
    let (first, stranger) = (met(&rig, 1, 1), met(&rig, 2, 1));
    let answer = rig.answer(first).unwrap();
    let entry = rig.enlist(&rig.proposal(1));
    quiet(&rig);
    let cases = rig.cases(first);
    assert_eq!((cases.len(), rig.cases(stranger).len()), (1, 0));
    assert!(cases[0].reverse && cases[0].entry == entry);
    assert!(rig.kinds(&format!("entry:{entry}")).contains(&"entry.searched_earlier".to_owned()));
    rig.decide(cases[0].id, Verdict::Same);
    let alerts = rig.hub.alerts_for(rig.user("recipient"), 10).unwrap();
    assert_eq!((alerts.len(), alerts[0].encounter), (1, first));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(rig.answer(first).unwrap(), answer, "what the station was told has not changed");
}

#[test]
fn retention_and_the_agreements_days_end_the_search() {
    let rig = Rig::with(&[], |_, terms| allow(terms));
    let early = met(&rig, 1, 1);
    // The agreement says 20 days, the retention is 30: kept, and not searched any more.
    rig.travel_days(21);
    let later = met(&rig, 1, 2);
    assert_eq!((pairs(&rig, early), pairs(&rig, later)), (vec![], vec![]));
    let search = rig.hub.store.read(|v| v.earlier_searches(later.uuid())).unwrap().remove(0);
    assert_eq!(search.body["scanned"], 1, "only itself");
    // What is open when an encounter's retention ends is withdrawn.
    let last = met(&rig, 1, 3);
    let open = pairs(&rig, last);
    assert_eq!((open.len(), open[0].state), (1, CaseState::Open));
    rig.travel_days(31);
    rig.until_purged(last);
    assert_eq!(pairs(&rig, last)[0].state, CaseState::Withdrawn);
    rig.enlist(&rig.proposal(1));
    quiet(&rig);
    assert!([early, later, last].iter().all(|id| rig.cases(*id).is_empty()));
}

#[test]
fn nobody_is_searched_under_terms_that_came_after_them() {
    let rig = Rig::new(&[]);
    let before = met(&rig, 1, 1);
    let id = rig.hub.store.read(|v| v.agreements()).unwrap()[0].id;
    let mut terms = crate::rig::agreement(rig.hub.now(), &[]);
    allow(&mut terms);
    rig.hub.add_agreement(Some(id), &terms, None).unwrap();
    let after = met(&rig, 1, 2);
    rig.enlist(&rig.proposal(1));
    quiet(&rig);
    assert_eq!((pairs(&rig, before), rig.cases(before)), (vec![], vec![]));
    assert_eq!(rig.cases(after).len(), 1);
}

#[test]
fn people_who_stand_on_a_list_twice_are_found_once_and_never_merged() {
    let mut rig = Rig::new(&[]);
    let list = rig.list;
    let mut again = rig.proposal(1);
    again.files = capture(1, 4)
        .into_iter()
        .enumerate()
        .map(|(i, (kind, bytes))| hub::EntryFile { kind, name: format!("{i}.png"), bytes })
        .collect();
    let entries = [rig.enlist(&rig.proposal(1)), rig.enlist(&rig.proposal(2)), rig.enlist(&again)];
    for n in 3..6 {
        rig.enlist(&rig.proposal(n));
    }
    // Only the list's own people, and one run at a time.
    for refused in ["examiner-1", "approver-east", "auditor"] {
        assert!(rig.hub.find_twice(list, Some(rig.user(refused))).is_err(), "{refused}");
    }
    let held = rig.hub.hold_searches();
    rig.hub.find_twice(list, Some(rig.user("originator"))).unwrap();
    assert!(rig.hub.find_twice(list, Some(rig.user("approver"))).is_err(), "two runs at once");
    rig.restart();
    drop(held);
    quiet(&rig);
    let run = rig.hub.store.read(|v| v.run(list)).unwrap().unwrap();
    assert_eq!((run.done, run.total, run.incomplete, run.found), (6, 6, 0, 1), "{run:?}");
    assert!(run.finished_at.is_some());
    let pair = rig.hub.store.read(|v| v.pairs_of(list)).unwrap().remove(0);
    assert_eq!((pair.probe, pair.candidate), (entries[0].uuid(), entries[2].uuid()));
    let page = crate::browser::Browser::sign_in(&rig, "approver").get(&format!("/lists/{list}"));
    assert!(page.text.contains("two examiners must confirm"), "{}", page.text);
    // Who proposed or approved one of them does not decide.
    assert_eq!(settle(&rig, pair.id, Verdict::Same), CaseState::Confirmed);
    let states: Vec<_> =
        entries.iter().map(|id| rig.hub.store.read(|v| v.entry(*id)).unwrap().state).collect();
    assert_eq!(states, vec![model::EntryState::Active; 3], "nothing happens to an entry by itself");
    let kinds = rig.kinds(&format!("list:{list}"));
    for kind in ["begun", "finished"] {
        assert!(kinds.contains(&format!("list.comparison_{kind}")), "{kinds:?}");
    }
    assert!(
        kinds.contains(&"list.twice_found".to_owned()) && kinds.contains(&"list.twice_confirmed".to_owned())
    );
    // A second run finds nothing new; and a finding ends with its entry.
    rig.hub.find_twice(list, Some(rig.user("approver"))).unwrap();
    quiet(&rig);
    assert_eq!(rig.hub.store.read(|v| v.run(list)).unwrap().unwrap().found, 0);
    assert_eq!(rig.hub.store.read(|v| v.pairs_of(list)).unwrap().len(), 1);
    rig.hub.change_entry(entries[2], rig.user("originator"), Step::Revoke, "listed twice").unwrap();
}
