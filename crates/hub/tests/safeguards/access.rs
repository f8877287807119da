//! S3, S30, S34: reasons, the auditor, the first account.

use crate::{
    browser::Browser,
    rig::{PASSWORD, PURPOSE, Rig, config},
};
use hub::Hub;
use jiff::Timestamp;
use std::sync::Arc;

#[test]
fn s3_a_read_without_a_reason_is_refused_and_logged() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let id = rig.present(2, 1);
    rig.until(id, "no_match");
    for (login, root, subject) in [
        ("supervisor", format!("/encounters/{id}"), format!("encounter:{id}")),
        ("approver", format!("/entries/{entry}"), format!("entry:{entry}")),
    ] {
        let browser = Browser::sign_in(&rig, login);
        // Asked for a reason; no picture, no case number, no basis before it is given.
        let asked = browser.get(&root);
        assert_eq!(asked.status, 200);
        assert!(
            !asked.text.contains("2026-000123") && !asked.text.contains("Order 1/2026"),
            "{}",
            asked.text
        );
        assert_eq!(browser.get(&format!("{root}/image/0")).status, 404);
        let refusals = || rig.kinds(&subject).iter().filter(|k| *k == "read.refused").count();
        for (n, fields) in [
            "purpose=&case_number=",
            "purpose=curiosity&case_number=1",
            "purpose=border.entry&case_number=%20",
        ]
        .iter()
        .enumerate()
        {
            let refused = browser.post(&format!("{root}/open"), fields);
            assert_eq!(refused.status, 422, "{fields}");
            assert_eq!(refusals(), n + 1, "{fields}");
        }
        assert_eq!(browser.get(&format!("{root}/image/0")).status, 404);
        let given = browser.post(&format!("{root}/open"), &format!("purpose={PURPOSE}&case_number=C-77"));
        assert_eq!(given.status, 303);
        assert_eq!(browser.get(&format!("{root}/image/0")).status, 200);
        let leaves = rig.hub.store.read(|v| v.leaves_about(&subject)).unwrap();
        let read = leaves.iter().find(|l| l.kind.ends_with(".read")).expect("the read is in the ledger");
        assert_eq!((read.purpose.as_str(), read.case_number.as_str()), (PURPOSE, "C-77"));
        // It is one person's reason, for a while.
        let other = Browser::sign_in(&rig, login);
        assert_eq!(other.get(&format!("{root}/image/0")).status, 404);
        rig.travel_days(1);
        let late = Browser::sign_in(&rig, login);
        assert_eq!(late.get(&format!("{root}/image/0")).status, 404);
    }
}

#[test]
fn s30_auditor_and_administrator_see_no_biometrics_and_the_last_auditor_stays() {
    let rig = Rig::new(&[]);
    let entry = rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let case = rig.cases(id)[0].id;
    let paths = [
        format!("/encounters/{id}"),
        format!("/encounters/{id}/image/0"),
        format!("/entries/{entry}/image/0"),
        "/examine".into(),
        format!("/examine/{case}"),
        format!("/examine/{case}/image/probe/0"),
        "/conflicts".into(),
    ];
    for login in ["auditor", "admin"] {
        let browser = Browser::sign_in(&rig, login);
        for path in &paths {
            assert_eq!(browser.get(path).status, 403, "{login} {path}");
        }
        for path in [format!("/encounters/{id}/open"), format!("/examine/{case}/decide")] {
            assert_eq!(
                browser.post(&path, "purpose=border.entry&case_number=1").status,
                403,
                "{login} {path}"
            );
        }
    }
    // The auditor may follow alerts, which hold no image; the administrator may not.
    assert_eq!(Browser::sign_in(&rig, "admin").get("/alerts").status, 403);
    assert!(!Browser::sign_in(&rig, "auditor").get("/alerts").text.contains("/image/"));
    assert_eq!(Browser::sign_in(&rig, "auditor").get("/audit").status, 200);
    let auditor = rig.user("auditor").id;
    let refused = rig.hub.set_enabled(auditor, false, rig.user("admin")).unwrap_err().to_string();
    assert!(refused.contains("last auditor"), "{refused}");
    assert!(rig.hub.sign_in("auditor", PASSWORD).is_ok());
    // Every step is in the ledger, and the ledger is whole; an edited row is named.
    assert_eq!(rig.hub.store.verify_ledger().unwrap().faults, Vec::<String>::new());
    let conn = rusqlite::Connection::open(rig.dir.path().join("hub/hub.db")).unwrap();
    let edit = "UPDATE ledger SET actor = 'user:nobody' WHERE kind = 'encounter.decoded'";
    assert_eq!(conn.execute(edit, []).unwrap(), 1);
    let faults = rig.hub.store.verify_ledger().unwrap().faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
}

#[test]
fn s34_nobody_has_an_account_at_first_start() {
    let dir = tempfile::tempdir().unwrap();
    let hub = Hub::open(dir.path(), config("New"), Arc::new(Timestamp::now)).unwrap();
    assert!(hub.is_new().unwrap());
    for (login, password) in [("admin", "admin"), ("admin", ""), ("root", "root"), ("admin", PASSWORD)] {
        assert!(hub.sign_in(login, password).is_err(), "{login} {password:?}");
    }
    let (old, code) = (hub.first_code().unwrap(), hub.first_code().unwrap());
    assert!(hub.join(&old, Some("mallory"), "M", PASSWORD, "en").is_err(), "a code that was replaced");
    assert!(hub.join("AAAA-AAAA", Some("mallory"), "M", PASSWORD, "en").is_err());
    assert!(hub.join(&code, Some("admin"), "Ada", "short", "en").is_err(), "a short password");
    hub.join(&code, Some("admin"), "Ada", PASSWORD, "en").unwrap();
    assert!(hub.join(&code, Some("mallory"), "M", PASSWORD, "en").is_err(), "the code served twice");
    assert!(hub.first_code().is_err(), "a second first code");
    assert!(hub.sign_in("admin", PASSWORD).is_ok());
    assert_eq!(hub.store.read(|v| v.users()).unwrap().len(), 1);
}
