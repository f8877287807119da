//! `ridgeline hub duplicates`: killed at every step boundary, it finds what it finds without.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use exchange::{fault, manifest::ItemKind};
use hub::{Config, EntryFile, Hub, NewEntry, NewList, NewUser};
use jiff::{SignedDuration, Timestamp};
use model::{EntryId, FingerPosition, ListId, Role};
use policy::{Agreement, PurposeRule};
use screening::entry::EntryBody;
use serde_json::Value;
use std::{path::Path, process::Command, sync::Arc};
use store::UserRow;
use synth::{Person, finger};

const LIST: &str = "Warrants";
const AGENCY: &str = "Agency North";
const PASSWORD: &str = "four plain words here";

/// The right index and middle of a synthetic person, captured for the `time`-th time.
fn files(number: u64, time: u64) -> Vec<EntryFile> {
    let person = (number * 100..)
        .map(|index| Person::new(11, index))
        .find(|p| p.age() >= 20 && p.absent.is_empty())
        .unwrap();
    [FingerPosition::RightIndex, FingerPosition::RightMiddle]
        .into_iter()
        .map(|position| {
            let seed = person.key() ^ (time << 32) ^ u64::from(position.code());
            let condition = finger::Condition::draw(finger::Preset::Enrolment, seed);
            let print = finger::impression(person.finger(position).unwrap(), &condition, seed).unwrap();
            EntryFile {
                kind: ItemKind::Finger { position, ppi: Some(500) },
                name: format!("{}.png", position.code()),
                bytes: raster::encode_png(&print.image).unwrap(),
            }
        })
        .collect()
}

fn person(hub: &Hub, admin: &UserRow, login: &str, role: Role) -> UserRow {
    let new = NewUser { login: login.into(), name: login.into(), agency: AGENCY.into(), roles: vec![role] };
    let code = hub.invite(&new, admin).unwrap();
    hub.join_as(login, &code, PASSWORD, "en").unwrap()
}

/// A list of nine entries, of which two are of one person, twice over.
fn folder(dir: &Path) -> ListId {
    let hub = Hub::open(dir, Config { agency: AGENCY.into(), ..Config::default() }, Arc::new(Timestamp::now));
    let hub = hub.unwrap();
    let admin = hub.join(&hub.first_code().unwrap(), Some("admin"), "Ada", PASSWORD, "en").unwrap();
    let (one, two) =
        (person(&hub, &admin, "one", Role::ListOriginator), person(&hub, &admin, "two", Role::ListApprover));
    let days = |n: i64| hub.now() + SignedDuration::from_hours(24 * n);
    let agreement = Agreement {
        title: "Test".into(),
        parties: vec![AGENCY.into()],
        basis: "Invented law, article 1".into(),
        starts_at: days(-1),
        ends_at: days(100),
        purposes: vec![PurposeRule {
            purpose: "border.entry".into(),
            retention_days: 30,
            fpir: 0.001,
            max_candidates: 5,
            priority: false,
            earlier: None,
            new_entries: None,
        }],
        destinations: Vec::new(),
        marks: false,
    };
    hub.add_agreement(None, &agreement, None).unwrap();
    let list = NewList {
        name: LIST.into(),
        originator: AGENCY.into(),
        purposes: vec!["border.entry".into()],
        recipients: Vec::new(),
        contact: "duty desk".into(),
        max_days: 365,
    };
    let list = hub.create_list(&list, None).unwrap();
    for (n, (who, time)) in
        [(1, 1), (2, 1), (3, 1), (1, 2), (4, 1), (5, 1), (2, 2), (6, 1), (7, 1)].into_iter().enumerate()
    {
        let body = EntryBody {
            originator: AGENCY.into(),
            reference: format!("REF-{n}"),
            basis: format!("Order {n}/2026 of the invented district court"),
            category: "wanted".into(),
            caveat: "Synthetic".into(),
            handling: "restricted".into(),
            misused_identity: false,
            repeated_basis: false,
            signature: None,
        };
        let entry = NewEntry {
            list,
            body,
            starts_at: days(0),
            expires_at: days(90),
            review_at: days(60),
            files: files(who, time),
        };
        let id = hub.propose(&entry, &one).unwrap();
        hub.approve(id, &two).unwrap();
    }
    list
}

fn call(dir: &Path, fault: Option<&str>) -> Option<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ridgeline"));
    command.args(["hub", "duplicates", "--list", LIST, "--dir"]).arg(dir);
    if let Some(point) = fault {
        command.env(fault::VARIABLE, point);
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.success(), fault.is_none(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).ok()
}

fn found(dir: &Path, list: ListId) -> Vec<(EntryId, EntryId)> {
    let hub = Hub::open(dir, Config::load(dir).unwrap(), Arc::new(Timestamp::now)).unwrap();
    let pairs = hub.store.read(|v| v.pairs_of(list)).unwrap();
    let verified = hub.store.verify_ledger().unwrap();
    assert_eq!(verified.faults, Vec::<String>::new());
    let mut pairs: Vec<_> =
        pairs.into_iter().map(|p| (EntryId::new(p.probe), EntryId::new(p.candidate))).collect();
    pairs.sort();
    pairs
}

#[test]
fn killed_at_every_step_it_finds_each_pair_once() {
    let dir = tempfile::tempdir().unwrap();
    let list = folder(dir.path());
    for fault in ["stage.commit.before", "stage.commit.after", "stage.commit.before:2"] {
        assert_eq!(call(dir.path(), Some(fault)), None);
    }
    let said = call(dir.path(), None).unwrap();
    assert_eq!(
        (&said["done"], &said["total"], &said["incomplete"], &said["found"], &said["finished"]),
        (&9.into(), &9.into(), &0.into(), &2.into(), &true.into()),
        "{said}"
    );
    let pairs = found(dir.path(), list);
    assert_eq!(pairs.len(), 2);
    // Once more from the beginning, undisturbed: the same two, which are not found again.
    assert_eq!(call(dir.path(), None).unwrap()["found"], 0);
    assert_eq!(found(dir.path(), list), pairs);
}
