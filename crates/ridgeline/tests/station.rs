//! `ridgeline station` as people and programs call it, against a hub in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use exchange::{carry, fake::FakeHub};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

struct Terminal {
    hub: FakeHub,
    folder: tempfile::TempDir,
}

struct Said {
    status: i32,
    out: String,
    err: String,
}

impl Terminal {
    fn new() -> Self {
        Self { hub: FakeHub::start(1), folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn station(&self, args: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_ridgeline"))
            .arg("station")
            .args(args)
            .arg("--dir")
            .arg(self.path("station"))
            .output()
            .unwrap();
        Said {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn enrol(&self) {
        let code = self.hub.open_code().to_string();
        let said = self.station(&["enrol", "--hub", &self.hub.base(), "--code", &code, "--name", "Bridge 1"]);
        assert_eq!(said.status, 0, "{}", said.err);
        assert!(said.out.contains("Enrolled as Bridge 1"), "{}", said.out);
    }

    fn person(&self) -> String {
        let folder = self.path("person");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.png"), b"pixels").unwrap();
        let manifest = "purpose = 'border.entry'\n[[image]]\nfile = 'a.png'\nfinger = 'right index'\n";
        fs::write(folder.join("manifest.toml"), manifest).unwrap();
        folder.display().to_string()
    }
}

const SAID: [&str; 12] = [
    "--authority",
    "Act",
    "--case",
    "C-1",
    "--operator",
    "op",
    "--age",
    "adult",
    "--notice",
    "1",
    "--language",
    "es",
];

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn from_enrolment_to_answer() {
    let terminal = Terminal::new();
    terminal.enrol();
    let person = terminal.person();
    let send = [&["send", person.as_str(), "--wait", "20"][..], &SAID].concat();
    let said = terminal.station(&send);
    assert_eq!(said.status, 0, "{} {}", said.out, said.err);
    for part in
        ["1 samples sealed", "receipted by the hub", "No match in the lists searched", "sent and answered"]
    {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(terminal.hub.state().committed.len(), 1);
    // The same again adds nothing.
    let again = terminal.station(&send);
    assert_eq!(again.status, 0);
    assert!(again.out.contains("nothing was added"), "{}", again.out);
    assert_eq!(terminal.hub.state().committed.len(), 1);

    let status: Value = serde_json::from_str(&terminal.station(&["status", "--json"]).out).unwrap();
    assert_eq!(status["encounters"][0]["state"], "answered");
    assert_eq!(status["running"], false);
    let answers = lines(&terminal.station(&["answers", "--json"]).out);
    assert_eq!(answers[0]["answer"]["destinations"][0]["standing"]["standing"], "no_match");
    assert!(terminal.station(&["status"]).out.contains("Bridge 1"));
}

#[test]
fn mistakes_leave_nothing_behind() {
    let terminal = Terminal::new();
    let person = terminal.person();
    let said = terminal.station(&["send", &person]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("Enrol it first"), "{}", said.err);
    terminal.enrol();
    let said = terminal.station(&["send", &person]);
    assert_eq!(said.status, 1);
    for part in ["no case number", "--case", "no age band", "Nothing was stored or sent"] {
        assert!(said.err.contains(part), "{part}: {}", said.err);
    }
    // The second of two is wrong: the first is not sealed either.
    let missing = terminal.path("missing").display().to_string();
    let said = terminal.station(&[&["send", person.as_str(), missing.as_str()][..], &SAID].concat());
    assert_eq!(said.status, 1);
    let status: Value = serde_json::from_str(&terminal.station(&["status", "--json"]).out).unwrap();
    assert_eq!(status["encounters"].as_array().unwrap().len(), 0);
    assert_eq!(terminal.station(&["enrol", "--hub", &terminal.hub.base(), "--code", "x"]).status, 1);
}

#[test]
fn a_hub_that_is_away_leaves_it_queued_and_a_stick_goes_there() {
    let terminal = Terminal::new();
    terminal.enrol();
    let person = terminal.person();
    terminal.hub.state().mischief.drop_before = Some(1);
    let said = terminal.station(&[&["send", person.as_str(), "--json"][..], &SAID].concat());
    assert_eq!(said.status, 3, "{} {}", said.out, said.err);
    let events: Vec<String> =
        lines(&said.out).iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect();
    assert!(events.ends_with(&["waiting".into(), "done".into()]), "{events:?}");
    assert!(!events.contains(&"sent".to_owned()));

    let stick = terminal.path("stick");
    let said = terminal.station(&["export", stick.to_str().unwrap()]);
    assert!(said.out.contains("1 encounters exported"), "{}", said.out);
    terminal.hub.state().mischief.drop_before = None;
    let receipt = take(&terminal, &stick);
    // A receipt that was changed on the way is refused, the true one is not.
    let mut forged = receipt.clone();
    forged.receipt.length += 1;
    carry::write_receipt(&stick, &forged).unwrap();
    let said = terminal.station(&["import", stick.to_str().unwrap()]);
    assert!(said.out.contains("kept"), "{}", said.out);
    carry::write_receipt(&stick, &receipt).unwrap();
    let said = terminal.station(&["import", stick.to_str().unwrap()]);
    assert!(said.out.contains("is receipted"), "{}", said.out);
}

/// The hub takes what lies on the stick. The memory hub has no import, so the bytes go in by the wire.
fn take(terminal: &Terminal, stick: &Path) -> exchange::SignedReceipt {
    let path = carry::list(stick, carry::SEALED_EXTENSION).unwrap().remove(0);
    let bytes = carry::read_sealed(&path).unwrap();
    let station = station::Station::open(&terminal.path("station")).unwrap();
    let id = exchange::seal::header(&bytes).unwrap().encounter;
    let digest = model::Digest::of(&bytes);
    station.uplink().unwrap().send(id, &bytes, digest, false, |_| {}).unwrap()
}
