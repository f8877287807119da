//! What the console's pages say is so, and they offer nothing that would be refused.

use crate::{
    browser::Browser,
    rig::{PASSWORD, PURPOSE, Rig},
};

#[test]
fn nothing_is_offered_that_would_be_refused() {
    let rig = Rig::new(&[]);
    let off = |login: &str| format!("/users/{}/act", rig.user(login).id);
    let users = Browser::sign_in(&rig, "admin").get("/users").text;
    assert!(users.contains(&off("approver")), "the administrator can switch off others");
    assert!(!users.contains(&off("auditor")), "the last auditor can be switched off");
    // The auditor sees the accounts, and invites nobody.
    let users = Browser::sign_in(&rig, "auditor").get("/users").text;
    assert!(users.contains("Person approver") && !users.contains("/users/invite"), "{users}");
    // Every area in the navigation opens.
    for login in ["auditor", "approver", "supervisor", "recipient", "admin"] {
        let browser = Browser::sign_in(&rig, login);
        let board = browser.get("/").text;
        for link in board.split("<a href=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(browser.get(&format!("/{link}")).status, 200, "{login} is led to /{link}");
        }
    }
}

#[test]
fn s21_who_examines_is_not_told_where_people_come_from() {
    let rig = Rig::new(&[]);
    let board = |login: &str| Browser::sign_in(&rig, login).get("/").text;
    assert!(board("supervisor").contains("North crossing"), "the supervisor sees the sites");
    for login in ["examiner-1", "lead"] {
        assert!(!board(login).contains("North crossing"), "{login} sees the sites");
        let browser = Browser::sign_in(&rig, login);
        for path in ["/encounters", "/stations"] {
            assert_eq!(browser.get(path).status, 403, "{login} {path}");
        }
    }
}

#[test]
fn a_refusal_says_what_stands_in_the_way() {
    let rig = Rig::new(&[]);
    let admin = Browser::sign_in(&rig, "admin");
    let path = format!("/users/{}/act", rig.user("auditor").id);
    let refused = admin.post(&path, "action=disable");
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("The last auditor cannot be removed."), "{}", refused.text);
    assert!(!refused.text.contains("faster"), "nobody else changed anything: {}", refused.text);
    let refused = admin.get("/audit");
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("It needs the role: Auditor"), "{}", refused.text);
}

#[test]
fn a_refusal_is_said_in_the_readers_language() {
    let rig = Rig::new(&[]);
    let spanish = |login: &str| {
        rig.hub.set_language(rig.user(login), "es").unwrap();
        Browser::sign_in(&rig, login)
    };
    let path = format!("/users/{}/act", rig.user("auditor").id);
    let refused = spanish("admin").post(&path, "action=disable");
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("No se puede quitar al último auditor."), "{}", refused.text);
    // Beside the field that it is about.
    let refused =
        spanish("redress").post("/redress/new", "kind=access&text=x&entry=N-77&encounter=&contact=");
    assert_eq!(refused.status, 422, "{}", refused.text);
    let beside = refused.text.split("id=\"e-entry\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(beside, "Ninguna entrada tiene la referencia «N-77».");
    // With a word of the console's own in it.
    let entry = rig.enlist(&rig.proposal(1));
    let approver = spanish("approver");
    let path = format!("/entries/{entry}");
    assert_eq!(
        approver.post(&format!("{path}/open"), &format!("purpose={PURPOSE}&case_number=1")).status,
        303
    );
    let refused = approver.post(&format!("{path}/act"), "action=resume&reason=x");
    assert!(
        refused.text.contains("Una entrada en el estado «Activa» no se puede cambiar de este modo."),
        "{}",
        refused.text
    );
}

#[test]
fn a_reason_that_was_asked_for_is_kept_and_shown() {
    let rig = Rig::new(&[]);
    let admin = Browser::sign_in(&rig, "admin");
    let path = format!("/stations/{}/act", rig.station);
    assert_eq!(
        admin.post(&path, "action=lock&reason=%20").status,
        409,
        "a station is locked without a reason"
    );
    assert_eq!(admin.post(&path, "action=lock&reason=left-on-a-bench").status, 303);
    let ledger = Browser::sign_in(&rig, "auditor").get("/audit?action=station.locked").text;
    assert!(ledger.contains("left-on-a-bench"), "the auditor does not read why: {ledger}");

    let entry = rig.enlist(&rig.proposal(1));
    let approver = Browser::sign_in(&rig, "approver");
    let path = format!("/entries/{entry}");
    assert_eq!(
        approver.post(&format!("{path}/open"), &format!("purpose={PURPOSE}&case_number=1")).status,
        303
    );
    assert_eq!(approver.post(&format!("{path}/act"), "action=suspend&reason=court-asked").status, 303);
    let page = approver.get(&path).text;
    assert!(page.contains("court-asked"), "the history does not say why: {page}");
    assert!(page.contains("Not searched:</strong> Suspended"), "{page}");
}

#[test]
fn the_profile_tells_of_the_sign_in_before_this_one() {
    let rig = Rig::new(&[]);
    let said = |browser: &Browser| {
        let page = browser.get("/profile").text;
        page.split("Sign-in before this one").nth(1).unwrap().split("</dd>").next().unwrap().to_owned()
    };
    let first = Browser::sign_in(&rig, "auditor");
    assert!(said(&first).contains("Never"), "{}", said(&first));
    assert!(rig.hub.sign_in("auditor", PASSWORD).is_ok());
    let second = Browser::sign_in(&rig, "auditor");
    assert!(said(&second).contains("<time"), "{}", said(&second));
}
