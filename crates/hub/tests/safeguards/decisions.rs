//! S21, S22, S24, S26: two blind examiners, known cases among theirs, false hits taken back, no scores outside.

use crate::{
    browser::Browser,
    rig::{AGENCY, PURPOSE, Rig, capture, wait},
};
use hub::{EntryFile, NewKnownCase};
use model::{AlertState, CaseId, CaseState, Role, Verdict};
use screening::search::SearchRecord;
use store::KnownCaseRow;

/// What must never be on an examiner's screen.
const HIDDEN: &[&str] = &[
    "Warrants Xq",
    "REF-1",
    "Order 1/2026",
    "wanted",
    "Synthetic caveat",
    "restricted",
    "Gate 4",
    "2026-000123",
    "llr",
    "score",
    PURPOSE,
];

#[test]
fn s21_two_examiners_are_blind_to_the_list_and_to_each_other() {
    let rig = Rig::new(&[]);
    rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let case = rig.cases(id)[0].id;
    let mut pages = Vec::new();
    for (login, last) in [("examiner-1", false), ("examiner-2", true)] {
        let browser = Browser::sign_in(&rig, login);
        for path in [format!("/examine/{case}"), "/examine".to_owned()] {
            let page = browser.get(&path);
            assert_eq!(page.status, 200, "{}", page.text);
            for word in HIDDEN {
                assert!(!page.text.contains(word), "{login} reads {word} at {path}");
            }
            for other in ["examiner-1", "examiner-2"].iter().filter(|o| **o != login) {
                assert!(!page.text.contains(other), "{login} reads of {other}");
            }
            assert!(!page.text.contains("a very private remark"), "{login} reads the other's note");
            pages.push(page.text);
        }
        assert_eq!(browser.get(&format!("/examine/{case}/image/candidate/0")).status, 200);
        // No way round through the records.
        assert_eq!(browser.get(&format!("/encounters/{id}")).status, 403);
        let state =
            rig.hub.decide(case, rig.user(login), Verdict::Same, "a very private remark", "[]").unwrap();
        assert_eq!(state == CaseState::Confirmed, last);
        // Nobody decides twice, nor looks again.
        assert!(rig.hub.decide(case, rig.user(login), Verdict::Same, "", "[]").is_err());
        assert_eq!(browser.get(&format!("/examine/{case}")).status, 409);
    }
    // The second sees what the first saw, but for the session's own words.
    let alerts = rig.hub.alerts_for(rig.user("recipient"), 9).unwrap();
    assert_eq!(alerts.len(), 1);
    assert_eq!(pages.len(), 4);
}

#[test]
fn s21_who_takes_another_part_in_a_case_cannot_decide_it() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let case = rig.cases(id)[0].id;
    // Accounts cannot hold both roles; should one ever, the case itself refuses.
    let refused = hub::NewUser {
        login: "both".into(),
        name: "Both".into(),
        agency: "A".into(),
        roles: vec![Role::ListOriginator, Role::Examiner],
    };
    assert!(rig.hub.invite(&refused, rig.user("admin")).is_err());
    for login in ["originator", "approver", "recipient"] {
        let mut both = rig.user(login).clone();
        both.roles = vec![Role::Examiner, Role::LeadExaminer];
        let said = rig.hub.decide(case, &both, Verdict::Same, "", "[]").unwrap_err().to_string();
        assert!(said.contains("another part"), "{login}: {said}");
        assert!(rig.hub.open_case(case, &both).is_err(), "{login}");
    }
    assert_eq!(rig.cases(id)[0].entry, entry);
}

#[test]
fn s21_a_conflict_goes_to_a_third() {
    let rig = Rig::new(&[]);
    rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let case = rig.cases(id)[0].id;
    let decide = |login, verdict| rig.hub.decide(case, rig.user(login), verdict, "", "[]");
    decide("examiner-1", Verdict::Same).unwrap();
    assert_eq!(decide("examiner-2", Verdict::NotSame).unwrap(), CaseState::Conflict);
    assert!(rig.hub.alerts_for(rig.user("recipient"), 9).unwrap().is_empty());
    assert_eq!(decide("lead", Verdict::NotSame).unwrap(), CaseState::NotConfirmed);
    rig.until(id, "no_match");
}

#[test]
fn s24_a_retraction_reaches_recipients_and_the_station() {
    let rig = Rig::new(&[]);
    rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    rig.decide(rig.cases(id)[0].id, Verdict::Same);
    rig.until(id, "confirmed");
    let first = rig.fetched_answer(id, 0).unwrap();
    let recipient = rig.user("recipient");
    let alert = rig.hub.alerts_for(recipient, 9).unwrap()[0].id;
    rig.hub.act_on_alert(alert, recipient, screening::alert::Event::Acknowledge, "on our way").unwrap();

    assert!(rig.hub.retract(alert, recipient, "the prints are of two people").is_err());
    assert!(rig.hub.retract(alert, rig.user("lead"), " ").is_err(), "without a reason");
    rig.hub.retract(alert, rig.user("lead"), "the prints are of two people").unwrap();
    rig.until(id, "retracted");
    let second = rig.fetched_answer(id, first.revision).unwrap();
    assert!(second.revision > first.revision && second.complete);
    // Reading it is its receipt.
    let seen = || rig.hub.store.read(|v| v.alert_recipients(alert)).unwrap()[0].retraction_seen_at;
    assert_eq!(seen(), None);
    let page = Browser::sign_in(&rig, "recipient").get(&format!("/alerts/{alert}"));
    assert!(page.text.contains("the prints are of two people"), "{}", page.text);
    assert!(seen().is_some());
    assert_eq!(rig.hub.alerts_for(recipient, 9).unwrap()[0].state, AlertState::Retracted);
    let kinds = rig.kinds(&format!("alert:{alert}"));
    for kind in ["alert.raised", "alert.acknowledged", "alert.retracted", "alert.retraction_delivered"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn s26_no_score_leaves_the_hub() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let record = rig.hub.store.read(|v| v.searches(id)).unwrap().remove(0).body;
    let record: SearchRecord = serde_json::from_value(record).unwrap();
    let llr = record.candidates[0].llr;
    assert!(llr > 3.0, "{llr}");
    // The score itself, as far as anybody would print it.
    let words = ["llr".to_owned(), "score".to_owned(), "likelihood".to_owned(), format!("{llr:.2}")];
    let examined = rig.fetched_answer(id, 0).unwrap();
    rig.decide(rig.cases(id)[0].id, Verdict::Same);
    rig.until(id, "confirmed");
    let mut texts = vec![
        serde_json::to_string(&examined).unwrap(),
        serde_json::to_string(&rig.fetched_answer(id, examined.revision).unwrap()).unwrap(),
    ];
    let alert = rig.hub.alerts_for(rig.user("recipient"), 9).unwrap()[0].id;
    let reason = format!("purpose={PURPOSE}&case_number=C-1");
    for (login, opened, paths) in [
        ("supervisor", vec![format!("/encounters/{id}/open")], vec![format!("/encounters/{id}"), "/".into()]),
        ("recipient", vec![], vec!["/alerts".into(), format!("/alerts/{alert}")]),
        ("approver", vec![format!("/entries/{entry}/open")], vec![format!("/entries/{entry}")]),
        ("auditor", vec![], vec!["/audit".into()]),
    ] {
        let browser = Browser::sign_in(&rig, login);
        for path in opened {
            assert_eq!(browser.post(&path, &reason).status, 303, "{login} {path}");
        }
        for path in paths {
            let page = browser.get(&path);
            assert_eq!(page.status, 200, "{login} {path}: {}", page.text);
            texts.push(page.text);
        }
    }
    for text in texts {
        for word in &words {
            assert!(!text.to_lowercase().contains(word.as_str()), "{word} in {text}");
        }
    }
}

/// A known case of person 1, or of persons 1 and 2.
fn known(title: &str, same: bool) -> NewKnownCase {
    let files = |number, time| {
        let shots = capture(number, time).into_iter().enumerate();
        shots.map(|(i, (kind, bytes))| EntryFile { kind, name: format!("{i}.png"), bytes }).collect()
    };
    NewKnownCase {
        title: title.into(),
        same,
        probe: files(1, 1),
        candidate: if same { files(1, 2) } else { files(2, 1) },
    }
}

#[test]
fn s22_known_cases_come_among_the_others_and_only_quality_staff_sees_what_was_said() {
    let mut rig = Rig::with(&[], |config, _| config.known_case_every = 1);
    let quality = rig.user("quality").clone();
    for title in ["a very known pair", "two very known people"] {
        let new = known(title, title.starts_with("a very"));
        assert!(rig.hub.add_known_case(&new, Some(rig.user("lead"))).is_err(), "not the lead's to prepare");
        rig.hub.add_known_case(&new, Some(&quality)).unwrap();
    }
    // Nothing comes where examiners have nothing else to do: it would be known for what it is.
    rig.hub.keep_known_cases().unwrap();
    assert!(rig.hub.cases_for(rig.user("examiner-1")).unwrap().is_empty());
    rig.enlist(&rig.proposal(1));
    let mut met = Vec::new();
    for time in 2..6 {
        let id = rig.present(1, time);
        rig.until(id, "being_examined");
        met.extend(rig.cases(id).iter().map(|case| case.id));
        rig.hub.keep_known_cases().unwrap();
    }
    let queue = rig.hub.cases_for(rig.user("examiner-1")).unwrap();
    let known: Vec<CaseId> = queue.iter().map(|m| m.id).filter(|id| !met.contains(id)).collect();
    assert_eq!((queue.len(), known.len()), (6, 2), "two cases with known answers among four others");

    // Nothing on an examiner's screen tells them apart: with the numbers taken away, the pages have the same words.
    let browser = Browser::sign_in(&rig, "examiner-1");
    for id in &known {
        let page = browser.get(&format!("/examine/{id}"));
        assert_eq!(page.status, 200);
        for word in ["very known", "known pair", "known_case", "/quality"] {
            assert!(!page.text.contains(word), "the page of a known case says {word}");
        }
        assert_eq!(browser.get(&format!("/examine/{id}/image/probe/0")).status, 200);
    }
    let shape = |id: &CaseId| -> Vec<String> {
        let text = browser.get(&format!("/examine/{id}")).text;
        let tags = text.split('<').filter_map(|t| t.split(['>', ' ', '\n']).next());
        tags.map(str::to_owned).collect()
    };
    assert_eq!(shape(&known[0]), shape(&met[0]), "made of other elements than an ordinary case");

    // One is wrong about everything, one is right about everything, and the third settles it.
    for (login, verdict) in [("examiner-1", Verdict::Same), ("examiner-2", Verdict::NotSame)] {
        for id in &known {
            rig.hub.decide(*id, rig.user(login), verdict, "", "[]").unwrap();
        }
    }
    rig.hub.decide(known[0], rig.user("lead"), Verdict::Inconclusive, "", "[]").unwrap();
    let found = rig.hub.proficiency(&quality).unwrap();
    let of = |login: &str| found.examiners[&rig.user(login).id];
    assert_eq!((of("examiner-1").mistaken, of("examiner-1").missed), (1, 0));
    assert_eq!((of("examiner-2").mistaken, of("examiner-2").missed), (0, 1));
    assert_eq!((of("lead").open, found.all.same + found.all.different), (1, 5));
    // No alert comes of a known case, whatever was said.
    assert!(rig.hub.alerts_for(rig.user("recipient"), 9).unwrap().is_empty());

    for login in rig.users.keys().filter(|login| *login != "quality") {
        assert!(rig.hub.proficiency(rig.user(login)).is_err(), "{login} sees error rates");
        let status = Browser::sign_in(&rig, login).get("/quality").status;
        assert_eq!(status, 403, "{login}");
    }
    let page = Browser::sign_in(&rig, "quality").get("/quality");
    assert!(page.status == 200 && page.text.contains("two very known people"), "{}", page.text);
    assert!(page.text.contains("1 of 1"), "{}", page.text);

    // The pictures go 30 days after the last word; the counts stay, also over a restart.
    let holders = |rig: &Rig| rig.hub.store.read(|v| v.known_cases()).unwrap();
    let kept = |rig: &Rig| {
        let has = |c: &KnownCaseRow| rig.hub.store.read(|v| v.has_key(c.probe)).unwrap();
        holders(rig).iter().filter(|c| has(c)).count()
    };
    assert_eq!(kept(&rig), 2);
    rig.travel_days(31);
    rig.restart();
    wait("the pictures to go", || kept(&rig) == 1, || format!("{} kept", kept(&rig)));
    let later = rig.hub.proficiency(&quality).unwrap();
    assert_eq!((later.all, later.examiners), (found.all, found.examiners));
}

#[test]
fn s22_who_knows_the_answers_does_not_examine() {
    let rig = Rig::with(&[], |config, _| config.known_case_every = 1);
    for role in [Role::Examiner, Role::LeadExaminer] {
        let both = hub::NewUser {
            login: "both".into(),
            name: "Both".into(),
            agency: AGENCY.into(),
            roles: vec![role, Role::QualityOfficer],
        };
        assert!(rig.hub.invite(&both, rig.user("admin")).is_err(), "{role}");
    }
    // Nothing to compare, no case; taken back in time, no pictures.
    let mut without = known("nothing", true);
    without.candidate.clear();
    let quality = rig.user("quality");
    let said = rig.hub.add_known_case(&without, Some(quality)).unwrap_err().to_string();
    assert!(said.contains("second capture"), "{said}");
    let id = rig.hub.add_known_case(&known("a pair", true), Some(quality)).unwrap();
    rig.hub.withdraw_known_case(id, quality).unwrap();
    let row = rig.hub.store.read(|v| v.known_case(id)).unwrap().unwrap();
    assert!(!rig.hub.store.read(|v| v.has_key(row.probe)).unwrap());
    assert!(rig.hub.withdraw_known_case(id, quality).is_err());
    assert!(rig.hub.store.read(|v| v.next_known_case()).unwrap().is_none());
}
