//! `cargo xtask kill`: signal 9 for hub and station, at every stage boundary and at random instants, until enough
//! kills are counted; then the books are compared.
//!
//! Every encounter that the station accepted must be at the hub once, answered once, in one unbroken chain, with no
//! job and no upload left over, and the hub's audit ledger must verify.

use crate::rig::{FAULT, Options, Process, Rig, TRACE, tail};
use anyhow::{Context as _, ensure};
use rand::{Rng as _, RngCore as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha20Rng;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// More open encounters than this, and the harness waits: it tests crashes, not a backlog.
const MOST_OPEN: usize = 12;
/// How long a process may take to reach the point where it is to die; then it is killed where it is.
const REACH: Duration = Duration::from_secs(6);
/// How often a point that was not reached is tried again before the run fails.
const TRIES: u32 = 5;
/// How long everything may take to come to rest at the end.
const SETTLE: Duration = Duration::from_secs(300);
const STATION: &str = "station";

/// What `cargo xtask kill` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    rig: Options,
    /// How many kills
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// Repeats a run [default: random, printed]
    #[arg(long)]
    seed: Option<u64>,
}

struct Harness {
    rig: Rig,
    rng: ChaCha20Rng,
    folder: PathBuf,
    hub: Process,
    station: Process,
    /// Encounters that were asked for; each has its own reference.
    asked: u32,
    kills: u32,
    /// How often a point was where the process died.
    reached: BTreeMap<String, u32>,
}

/// Where somebody is to die.
enum Plan {
    Hub(String, u32),
    Station(String, u32),
    Send(String, u32),
    Random { hub: bool, station: bool },
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let seed = args.seed.unwrap_or_else(|| rand::rng().next_u64());
    println!("cargo xtask kill --kills {} --seed {seed}", args.kills);
    let rig = Rig::new(&args.rig)?;
    println!("everything is in {}", rig.dir.display());
    let folder = rig.dir.join("person");
    write_person(&folder)?;
    crate::rubbish::set_up(&rig)?;

    let started = Instant::now();
    let (hub_points, station_points, send_points) = learn(&rig, &folder)?;
    println!(
        "hub: {}\nstation: {}\nsend: {}",
        hub_points.join(" "),
        station_points.join(" "),
        send_points.join(" ")
    );
    let (hub, _) = rig.start_hub(&[])?;
    let station = rig.start_station(STATION, &["run"], &[])?;
    let rng = ChaCha20Rng::seed_from_u64(seed);
    let mut harness =
        Harness { rig, rng, folder, hub, station, asked: 1, kills: 0, reached: BTreeMap::new() };

    // Every point first, at its first passes; then whatever chance brings.
    let mut plans: Vec<Plan> = Vec::new();
    for pass in 1..=6 {
        let stages = hub_points.iter().filter(|name| pass <= 2 || name.starts_with("stage."));
        plans.extend(stages.map(|name| Plan::Hub(name.clone(), pass)));
    }
    plans.extend(station_points.iter().map(|name| Plan::Station(name.clone(), 1)));
    plans.extend(send_points.iter().map(|name| Plan::Send(name.clone(), 1)));
    plans.reverse();
    while harness.kills < args.kills {
        let plan = plans
            .pop()
            .unwrap_or_else(|| chance(&mut harness.rng, &hub_points, &station_points, &send_points));
        harness.round(&plan)?;
        if harness.asked.is_multiple_of(10) {
            println!("{} kills, {} encounters, {:.0?}", harness.kills, harness.asked, started.elapsed());
        }
    }
    // Chance and a busy machine may have passed a point by; every one must have been died at.
    let names = hub_points.iter().chain(&station_points).chain(&send_points);
    for name in names {
        for _ in 0..TRIES {
            if harness.reached.contains_key(name) {
                break;
            }
            let plan = if hub_points.contains(name) {
                Plan::Hub(name.clone(), 1)
            } else if station_points.contains(name) {
                Plan::Station(name.clone(), 1)
            } else {
                Plan::Send(name.clone(), 1)
            };
            harness.round(&plan)?;
        }
        ensure!(harness.reached.contains_key(name), "nobody died at {name} in {TRIES} tries");
    }
    harness.rest()?;
    let books = harness.compare()?;
    println!("\ndied at: {:?}", harness.reached);
    println!(
        "{} kills, {books} encounters, none lost, none doubled, audit verified, {:.0?}",
        harness.kills,
        started.elapsed()
    );
    Ok(())
}

fn chance(rng: &mut ChaCha20Rng, hub: &[String], station: &[String], send: &[String]) -> Plan {
    let pick = |rng: &mut ChaCha20Rng, names: &[String]| names.choose(rng).cloned().unwrap_or_default();
    match rng.random_range(0..10) {
        0..=1 => Plan::Hub(pick(rng, hub), rng.random_range(1..6)),
        2 => Plan::Station(pick(rng, station), rng.random_range(1..3)),
        3 => Plan::Send(pick(rng, send), 1),
        4..=6 => Plan::Random { hub: true, station: false },
        7..=8 => Plan::Random { hub: false, station: true },
        _ => Plan::Random { hub: true, station: true },
    }
}

type Points = (Vec<String>, Vec<String>, Vec<String>);

/// Sends one encounter undisturbed and learns which points are passed on the way.
fn learn(rig: &Rig, folder: &Path) -> anyhow::Result<Points> {
    let trace = |name: &str| rig.dir.join(format!("{name}.trace")).display().to_string();
    let (mut hub, ready) = rig.start_hub(&[(TRACE, &trace("hub"))])?;
    ensure!(ready, "the hub does not start: {}", tail(&rig.dir.join("hub.err")));
    let folder_name = folder.display().to_string();
    let send = ["send", folder_name.as_str(), "--queue", "--reference", "0"];
    let output = rig.station(STATION, &send, &[(TRACE, &trace("send"))])?;
    ensure!(output.status.success(), "send failed: {}", tail(&rig.dir.join("station.err")));
    let mut station = rig.start_station(STATION, &["run"], &[(TRACE, &trace("run"))])?;
    let started = Instant::now();
    while open(rig)? > 0 {
        ensure!(
            started.elapsed() < Duration::from_secs(60),
            "an undisturbed encounter was not answered in a minute"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    // What comes after the answer, such as purging.
    std::thread::sleep(Duration::from_millis(500));
    station.kill()?;
    hub.kill()?;
    let read = |name: &str| -> anyhow::Result<Vec<String>> {
        let text = fs::read_to_string(trace(name)).context("no fault point was passed")?;
        let names: BTreeSet<&str> = text.lines().collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    };
    Ok((read("hub")?, read("run")?, read("send")?))
}

/// Encounters of the station that are not answered yet.
fn open(rig: &Rig) -> anyhow::Result<usize> {
    let status = rig.status(STATION)?;
    let rows = status["encounters"].as_array().context("status without encounters")?;
    Ok(rows.iter().filter(|row| row["state"] != "answered").count())
}

impl Harness {
    fn round(&mut self, plan: &Plan) -> anyhow::Result<()> {
        match plan {
            Plan::Hub(name, pass) => {
                self.kill_hub()?;
                let at = format!("{name}:{pass}");
                (self.hub, _) = self.rig.start_hub(&[(FAULT, &at)])?;
                self.ask()?;
                if self.hub.wait(REACH)? {
                    self.died_at(name, *pass);
                } else {
                    self.kill_hub()?;
                }
                (self.hub, _) = self.rig.start_hub(&[])?;
            }
            Plan::Station(name, pass) => {
                self.kill_station()?;
                self.station =
                    self.rig.start_station(STATION, &["run"], &[(FAULT, &format!("{name}:{pass}"))])?;
                self.ask()?;
                if self.station.wait(REACH)? {
                    self.died_at(name, *pass);
                } else {
                    self.kill_station()?;
                }
                self.station = self.rig.start_station(STATION, &["run"], &[])?;
            }
            Plan::Send(name, pass) => {
                // The command is repeated after it was killed, as a person would.
                let reference = self.asked;
                let mut send = self.start_send(reference, &[(FAULT, &format!("{name}:{pass}"))])?;
                if send.wait(REACH)? {
                    self.died_at(name, *pass);
                }
                self.ask()?;
            }
            Plan::Random { hub, station } => {
                self.ask()?;
                std::thread::sleep(Duration::from_millis(self.rng.random_range(0..700)));
                if *hub {
                    self.kill_hub()?;
                }
                if *station {
                    self.kill_station()?;
                    self.station = self.rig.start_station(STATION, &["run"], &[])?;
                }
                if *hub {
                    // For a while the station finds nobody.
                    std::thread::sleep(Duration::from_millis(self.rng.random_range(0..300)));
                    (self.hub, _) = self.rig.start_hub(&[])?;
                }
            }
        }
        let started = Instant::now();
        while open(&self.rig)? > MOST_OPEN {
            ensure!(
                started.elapsed() < SETTLE,
                "the hub does not work off its backlog: {}",
                tail(&self.rig.dir.join("hub.err"))
            );
            self.keep_alive()?;
            std::thread::sleep(Duration::from_millis(200));
        }
        self.keep_alive()
    }

    /// A process that ended though nobody killed it is a failure of its own.
    fn keep_alive(&mut self) -> anyhow::Result<()> {
        ensure!(!self.hub.ended()?, "the hub ended by itself: {}", tail(&self.rig.dir.join("hub.err")));
        ensure!(
            !self.station.ended()?,
            "the station ended by itself: {}",
            tail(&self.rig.dir.join("station.err"))
        );
        Ok(())
    }

    fn start_send(&self, reference: u32, env: &[(&str, &str)]) -> anyhow::Result<Process> {
        let (folder, reference) = (self.folder.display().to_string(), reference.to_string());
        self.rig.start_station(STATION, &["send", &folder, "--queue", "--reference", &reference], env)
    }

    /// Asks for one more encounter, now and then killing the command first.
    fn ask(&mut self) -> anyhow::Result<()> {
        let reference = self.asked;
        if self.rng.random_ratio(1, 5) {
            let mut send = self.start_send(reference, &[])?;
            std::thread::sleep(Duration::from_millis(self.rng.random_range(0..30)));
            self.kills += u32::from(send.kill()?);
        }
        let mut send = self.start_send(reference, &[])?;
        ensure!(send.wait(Duration::from_secs(60))?, "send does not end");
        self.asked += 1;
        Ok(())
    }

    fn died_at(&mut self, name: &str, pass: u32) {
        self.kills += 1;
        *self.reached.entry(name.to_owned()).or_default() += 1;
        // The later passes of one point are the later stages of an encounter.
        if pass > 1 {
            *self.reached.entry(format!("{name}:{pass}")).or_default() += 1;
        }
    }

    fn kill_hub(&mut self) -> anyhow::Result<()> {
        self.kills += u32::from(self.hub.kill()?);
        Ok(())
    }

    fn kill_station(&mut self) -> anyhow::Result<()> {
        self.kills += u32::from(self.station.kill()?);
        Ok(())
    }

    /// Lets everything come to rest.
    fn rest(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        while open(&self.rig)? > 0 {
            let left = open(&self.rig)?;
            ensure!(started.elapsed() < SETTLE, "{left} encounters are not answered after {SETTLE:?}");
            self.keep_alive()?;
            std::thread::sleep(Duration::from_millis(200));
        }
        std::thread::sleep(Duration::from_secs(1));
        Ok(())
    }

    /// Compares the station's book with the hub's.
    fn compare(&mut self) -> anyhow::Result<usize> {
        self.station.kill()?;
        self.hub.kill()?;
        let status = self.rig.status(STATION)?;
        let rows = status["encounters"].as_array().context("status without encounters")?;
        ensure!(
            rows.len() == self.asked as usize,
            "{} encounters were asked for, the station has {}",
            self.asked,
            rows.len()
        );
        for (index, row) in rows.iter().enumerate() {
            ensure!(row["sequence"] == index as u64 + 1, "the station's chain has a gap at {}", index + 1);
            ensure!(row["state"] == "answered", "{} is {}", row["encounter"], row["state"]);
        }
        let left = fs::read_dir(self.rig.dir.join(STATION).join("outbox"))?.count();
        ensure!(left == 0, "{left} sealed files are left in the outbox");

        let database = self.rig.database()?;
        let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0));
        for (what, sql) in [
            ("uploads left over", "SELECT count(*) FROM uploads"),
            ("jobs left over", "SELECT count(*) FROM jobs WHERE stage NOT IN ('purge', 'retain')"),
        ] {
            let found = count(sql)?;
            ensure!(found == 0, "{found} {what}");
        }
        let mut statement = database.prepare(
            "SELECT e.id, e.digest, e.sequence,
                    (SELECT count(*) FROM answers a WHERE a.encounter = e.id AND json_extract(a.body, '$.complete')),
                    (SELECT count(*) FROM ledger l WHERE l.subject = 'encounter:' || e.id AND l.kind = 'encounter.received')
             FROM encounters e",
        )?;
        let mut hub: BTreeMap<String, (String, i64)> = BTreeMap::new();
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let id: String = row.get(0)?;
            let (answers, receipts): (i64, i64) = (row.get(3)?, row.get(4)?);
            ensure!(answers == 1, "{id} has {answers} complete answers at the hub");
            ensure!(receipts == 1, "{id} stands {receipts} times in the ledger as received");
            hub.insert(id, (row.get(1)?, row.get(2)?));
        }
        ensure!(hub.len() == rows.len(), "the station has {} encounters, the hub {}", rows.len(), hub.len());
        for row in rows {
            let id = text(row, "encounter")?;
            let (digest, sequence) = hub.get(id).with_context(|| format!("{id} is not at the hub"))?;
            ensure!(digest == text(row, "digest")?, "{id} has another digest at the hub");
            ensure!(row["sequence"] == *sequence, "{id} has another sequence at the hub");
        }
        self.rig.hub_command(&["audit", "verify"])?;
        Ok(rows.len())
    }
}

fn text<'a>(row: &'a Value, field: &str) -> anyhow::Result<&'a str> {
    row[field].as_str().with_context(|| format!("no {field}"))
}

/// One finger with a whorl and a few minutiae, drawn by phase: enough for every stage to have work.
fn write_person(folder: &Path) -> anyhow::Result<()> {
    const SIDE: i32 = 320;
    const PERIOD: f64 = 9.0;
    fs::create_dir_all(folder)?;
    let dislocations = [(90.0, 120.0, 1.0), (210.0, 100.0, -1.0), (150.0, 230.0, 1.0), (240.0, 220.0, -1.0)];
    let mut image = format!("P5\n{SIDE} {SIDE}\n255\n").into_bytes();
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (x, y) = (f64::from(x), f64::from(y));
            let mut phase = (x - 160.0).hypot((y - 170.0) * 1.2) * std::f64::consts::TAU / PERIOD;
            for (at_x, at_y, sign) in dislocations {
                phase += sign * (y - at_y).atan2(x - at_x);
            }
            let inside = (x - 160.0).hypot(y - 160.0) < 150.0;
            let grey = if inside { 128.0 + 100.0 * phase.sin() } else { 250.0 };
            image.push(grey as u8);
        }
    }
    fs::write(folder.join("right-index.pgm"), image)?;
    let manifest = "purpose = 'border.entry'\nauthority = 'Rig'\ncase = 'RIG-1'\noperator = 'rig'\nage = 'adult'\n\
                    notice = '1'\nlanguage = 'en'\n\n[[image]]\nfile = 'right-index.pgm'\nfinger = 2\nppi = 500\n";
    fs::write(folder.join("manifest.toml"), manifest)?;
    Ok(())
}
