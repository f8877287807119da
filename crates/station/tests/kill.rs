//! The station is killed at every fault point, at every pass, and at random instants; the command is repeated; at the
//! end every encounter was committed once, in one unbroken chain, and answered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{draft, now, options, step};
use exchange::{fake::FakeHub, fault, uplink::UplinkError};
use rand::{Rng as _, RngCore as _};
use station::{State, Station, StationError, Worker};
use std::{
    collections::BTreeSet,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const HOME: &str = "RIDGELINE_TEST_HOME";
const BASE: &str = "RIDGELINE_TEST_BASE";
const CODE: &str = "RIDGELINE_TEST_CODE";
const ENCOUNTERS: usize = 2;

/// Every fault point on the station's road.
const POINTS: [&str; 14] = [
    "enrol.keys",
    "enrol.reply",
    "outbox.answer.after",
    "outbox.answer.before",
    "outbox.file",
    "outbox.queued",
    "outbox.row",
    "outbox.sealed",
    "outbox.settle.before",
    "outbox.settle.committed",
    "outbox.settle.removed",
    "uplink.part.after",
    "uplink.part.before",
    "uplink.receipt",
];

/// Not a test of its own: what the child process runs.
#[test]
fn child() {
    let Ok(home) = std::env::var(HOME) else { return };
    let home = Path::new(&home);
    let (base, code) = (std::env::var(BASE).unwrap(), std::env::var(CODE).unwrap());
    let mut station = loop {
        if let Ok(station) = Station::open(home) {
            break station;
        }
        match Station::enrol(home, &options(&base, &code), now(), &mut rand::rng()) {
            Ok(station) => break station,
            Err(StationError::Uplink(UplinkError::Offline(_))) => {}
            Err(error) => panic!("{error}"),
        }
    };
    for n in 0..ENCOUNTERS {
        station.queue(&draft(&n.to_string()), now(), &mut rand::rng()).unwrap();
    }
    let mut worker = Worker::new(&station).unwrap();
    for _ in 0..3000 {
        step(&mut station, &mut worker).unwrap();
        let rows = station.outbox().rows(None).unwrap();
        if rows.iter().all(|row| row.state == State::Answered) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("not answered");
}

struct Scene {
    hub: FakeHub,
    home: tempfile::TempDir,
    code: String,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let hub = FakeHub::start(seed);
        let code = hub.open_code().to_string();
        Self { hub, home: tempfile::tempdir().unwrap(), code }
    }

    fn spawn(&self, variable: &str, value: &str) -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--test-threads", "1"])
            .env(HOME, self.home.path().join("station"))
            .env(BASE, self.hub.base())
            .env(CODE, &self.code)
            .env_remove(fault::VARIABLE)
            .env_remove(fault::TRACE_VARIABLE)
            .env(variable, value)
            .stdout(Stdio::null())
            .stderr(if variable == "RIDGELINE_TEST_ROUND" { Stdio::inherit() } else { Stdio::null() })
            .spawn()
            .unwrap()
    }

    /// True if it came to its end.
    fn run(&self, variable: &str, value: &str) -> bool {
        self.spawn(variable, value).wait().unwrap().success()
    }

    /// Nothing lost, nothing doubled, one chain.
    fn check(&self, when: &str) {
        let station = Station::open(&self.home.path().join("station")).unwrap();
        let rows = station.outbox().rows(None).unwrap();
        let state = self.hub.state();
        assert_eq!(rows.len(), ENCOUNTERS, "{when}: rows");
        assert_eq!(state.committed.len(), ENCOUNTERS, "{when}: committed");
        assert_eq!(state.stations.len(), 1, "{when}: stations");
        assert_eq!(state.conflicts, 0, "{when}: conflicts");
        let mut previous = None;
        for (index, row) in rows.iter().enumerate() {
            let committed = &state.committed[&row.encounter];
            assert_eq!(committed.times, 1, "{when}: committed more than once");
            assert_eq!((row.state, row.sequence), (State::Answered, index as u64 + 1), "{when}");
            let manifest = &committed.manifest;
            assert_eq!((manifest.sequence, manifest.previous), (row.sequence, previous), "{when}: chain");
            previous = Some(row.digest);
        }
        assert_eq!(station.outbox().head().unwrap().previous, previous, "{when}: head");
        let left = std::fs::read_dir(self.home.path().join("station/outbox")).unwrap().count();
        assert_eq!(left, 0, "{when}: bytes left");
    }
}

#[test]
fn killed_at_every_boundary() {
    // One run from end to end learns which points are passed.
    let scene = Scene::new(1);
    let trace = scene.home.path().join("trace");
    assert!(scene.run(fault::TRACE_VARIABLE, trace.to_str().unwrap()));
    scene.check("undisturbed");
    let trace = std::fs::read_to_string(trace).unwrap();
    let passed: BTreeSet<&str> = trace.lines().collect();
    assert_eq!(passed, BTreeSet::from(POINTS), "the fault points of the station's road");

    // Killed at the n-th pass of any point, then repeated.
    let passes = trace.lines().count();
    for n in 1..=passes {
        let scene = Scene::new(n as u64);
        let when = format!("killed at pass {n} of {passes}, {}", trace.lines().nth(n - 1).unwrap());
        assert!(!scene.run(fault::VARIABLE, &format!("*:{n}")), "{when}: was not killed");
        assert!(scene.run("RIDGELINE_TEST_AGAIN", "1"), "{when}: repeated");
        scene.check(&when);
    }
}

#[test]
fn killed_at_random_instants() {
    let seed = std::env::var("RIDGELINE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| rand::rng().next_u64());
    println!("RIDGELINE_TEST_SEED={seed}");
    let mut rng = common::rng(seed);
    let mut kills = 0;
    for round in 0..4 {
        let scene = Scene::new(round);
        scene.hub.state().mischief.drop_after = Some(rng.random_range(2..9));
        // Killed again and again, later and later, until one run comes to its end.
        let mut most_ms = 20;
        loop {
            let mut child = scene.spawn("RIDGELINE_TEST_ROUND", &round.to_string());
            std::thread::sleep(Duration::from_millis(rng.random_range(1..most_ms)));
            match child.try_wait().unwrap() {
                Some(status) if status.success() => break,
                Some(status) => panic!("seed {seed}, round {round}: {status}"),
                None => {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    kills += 1;
                }
            }
            most_ms += 15;
            if most_ms > 400 {
                scene.hub.state().mischief.drop_after = None;
            }
        }
        scene.check(&format!("seed {seed}, round {round}"));
    }
    println!("{kills} kills");
}
