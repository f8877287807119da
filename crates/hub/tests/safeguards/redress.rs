//! S27: what people ask about their own data.

use crate::{
    browser::Browser,
    rig::{Rig, traces},
};
use hub::NewRedress;
use model::{CaseState, EncounterState, EntryState, RedressKind, RedressState};
use screening::{entry, redress::Step};

const WORDS: &str = "It is not me: I was in hospital that day, ask Doctor Zzyzx";

fn request(kind: RedressKind) -> NewRedress {
    NewRedress {
        kind: Some(kind),
        text: WORDS.into(),
        contact: "by my sister".into(),
        ..NewRedress::default()
    }
}

#[test]
fn s27_a_dispute_stops_alerting_at_once_and_needs_no_papers() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let found = rig.present(1, 2);
    rig.until(found, "being_examined");
    let officer = rig.user("redress");
    // Nobody else takes requests down.
    let asked = NewRedress { entry: "ref-1".into(), ..request(RedressKind::Opposition) };
    for login in ["approver", "examiner-1", "auditor", "supervisor"] {
        assert!(rig.hub.open_redress(&asked, rig.user(login)).is_err(), "{login}");
    }
    let (id, code) = rig.hub.open_redress(&asked, officer).unwrap();
    assert_eq!(rig.hub.store.read(|v| v.entry(entry)).unwrap().state, EntryState::Disputed);
    assert_eq!(rig.cases(found)[0].state, CaseState::Withdrawn);
    let later = rig.present(1, 3);
    rig.until(later, "no_match");

    // The receipt is enough to ask how it stands, however it is typed; another code tells nothing.
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let (row, outcome) = rig.hub.redress_by_code(&typed).unwrap().unwrap();
    assert_eq!((row.id, row.state, outcome.as_str()), (id, RedressState::Received, ""));
    assert_eq!(rig.hub.redress_by_code("AAAA-BBBB-CCCC-DDDD").unwrap(), None);
    // The clock: 20 days, and the desk says when it is overdue.
    assert!(!desk(&rig).contains("Overdue"));
    rig.travel_days(21);
    assert!(desk(&rig).contains("Overdue"));

    // It is decided with a reason, which the person can read; nothing is searched again by itself.
    assert!(
        rig.hub.step_redress(id, Step::Refuse, "", officer).is_err(),
        "decided before it was looked into"
    );
    rig.hub.step_redress(id, Step::Review, "", officer).unwrap();
    assert!(rig.hub.step_redress(id, Step::Refuse, " ", officer).is_err(), "decided without a reason");
    let why = "The court confirmed the order on 3 May.";
    rig.hub.step_redress(id, Step::Refuse, why, officer).unwrap();
    let (row, outcome) = rig.hub.redress_by_code(&code).unwrap().unwrap();
    assert_eq!((row.state, outcome.as_str()), (RedressState::Refused, why));
    assert_eq!(rig.hub.store.read(|v| v.entry(entry)).unwrap().state, EntryState::Disputed);
    assert!(rig.hub.change_entry(entry, officer, entry::Step::Resume, "refused").is_err());
    let kinds = rig.kinds(&format!("redress:{id}"));
    for kind in ["redress.received", "redress.review", "redress.refused"] {
        assert!(kinds.contains(&kind.to_owned()), "{kinds:?}");
    }
    // The words lie sealed; neither they nor the code are in any file.
    let needles = [("words", WORDS.as_bytes().to_vec()), ("code", code.replace('-', "").into_bytes())];
    assert_eq!(traces(&rig.dir.path().join("hub"), &needles), Vec::<String>::new());
}

fn desk(rig: &Rig) -> String {
    let page = Browser::sign_in(rig, "redress").get("/redress");
    assert_eq!(page.status, 200);
    page.text
}

#[test]
fn s27_an_upheld_cancellation_destroys_and_revokes() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let met = rig.present(2, 1);
    rig.until(met, "no_match");
    let number = met.to_string();
    let asked = NewRedress {
        entry: entry.to_string(),
        encounter: format!("E-{}", number[number.len() - 8..].to_uppercase()),
        ..request(RedressKind::Cancellation)
    };
    let officer = rig.user("redress");
    let (id, _) = rig.hub.open_redress(&asked, officer).unwrap();
    rig.hub.step_redress(id, Step::AskProof, "", officer).unwrap();
    rig.hub.step_redress(id, Step::Review, "", officer).unwrap();
    rig.hub.step_redress(id, Step::Uphold, "The order was lifted in March.", officer).unwrap();
    assert_eq!(rig.hub.store.read(|v| v.entry(entry)).unwrap().state, EntryState::Revoked);
    rig.until_purged(met);
    assert_eq!(rig.row(met).state, EncounterState::Purged);
    assert!(!rig.hub.store.read(|v| v.has_key(met.uuid())).unwrap());
    assert_eq!(rig.hub.step_redress(id, Step::Propagate, "", officer).unwrap(), RedressState::Propagated);
    assert_eq!(rig.hub.step_redress(id, Step::Close, "", officer).unwrap(), RedressState::Closed);
    // What it concerns must be there, and only one.
    for wrong in ["REF-77", "not-an-id"] {
        let asked = NewRedress { entry: wrong.into(), ..request(RedressKind::Access) };
        assert!(rig.hub.open_redress(&asked, officer).is_err(), "{wrong}");
    }
}
