//! `cargo xtask rubbish`: mutated transactions, rightly sealed, so that they reach the decoder. Each must be refused
//! with a named reason or accepted; the hub must neither fail nor grow.

use crate::rig::{Options, Rig, tail};
use anyhow::{Context as _, ensure};
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Transactions that one station sends: under the hub's quota per hour.
const PER_STATION: usize = 400;
/// Transactions in one `station send`.
const BATCH: usize = 20;
/// Seed transactions larger than this are left out: the run tests readers, not the disk.
const MOST_SEED_BYTES: u64 = 600 * 1024;
/// How long everything may take to come to rest at the end.
const SETTLE: Duration = Duration::from_secs(600);

/// What `cargo xtask rubbish` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    rig: Options,
    /// How many transactions
    #[arg(long, default_value_t = 1000)]
    count: usize,
    /// Repeats a run [default: random, printed]
    #[arg(long)]
    seed: Option<u64>,
    /// The most memory that the hub may ever have held, in MiB
    #[arg(long, default_value_t = 1024)]
    memory_mib: u64,
}

/// A hub with an agreement, and one enrolled station.
pub(crate) fn set_up(rig: &Rig) -> anyhow::Result<()> {
    let (mut hub, ready) = rig.start_hub(&[])?;
    ensure!(ready, "the hub does not start: {}", tail(&rig.dir.join("hub.err")));
    rig.agree()?;
    rig.enrol("station")?;
    hub.kill()?;
    Ok(())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let seed = args.seed.unwrap_or_else(|| rand::rng().next_u64());
    println!("cargo xtask rubbish --count {} --seed {seed}", args.count);
    let rig = Rig::new(&args.rig)?;
    println!("everything is in {}", rig.dir.display());
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let seeds = seeds()?;
    let folder = rig.dir.join("mutants");
    fs::create_dir_all(&folder)?;

    let (mut hub, ready) = rig.start_hub(&[])?;
    ensure!(ready, "the hub does not start: {}", tail(&rig.dir.join("hub.err")));
    let stations: Vec<String> =
        (0..args.count.div_ceil(PER_STATION)).map(|n| format!("station-{n}")).collect();
    rig.agree()?;
    for name in &stations {
        rig.enrol(name)?;
    }
    let started = Instant::now();
    for first in (0..args.count).step_by(BATCH) {
        let files: Vec<String> = (first..args.count.min(first + BATCH))
            .map(|n| -> anyhow::Result<String> {
                let path = folder.join(format!("mutant-{n}.an2"));
                fs::write(&path, mutate(&seeds, &mut rng))?;
                Ok(path.display().to_string())
            })
            .collect::<Result<_, _>>()?;
        let name = stations.get(first / PER_STATION).context("too few stations")?;
        let mut send = vec!["send"];
        send.extend(files.iter().map(String::as_str));
        send.extend([
            "--purpose",
            "border.entry",
            "--authority",
            "Rig",
            "--case",
            "RIG-1",
            "--operator",
            "rig",
        ]);
        send.extend(["--age", "adult", "--notice", "1", "--language", "en"]);
        let output = rig.station(name, &send, &[])?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "send failed at {first}: {said} {}",
            tail(&rig.dir.join("station.err"))
        );
        ensure!(!hub.ended()?, "the hub died at {first}: {}", tail(&rig.dir.join("hub.err")));
        if first.is_multiple_of(100) {
            println!("{first} sent, hub at {} MiB, {:.0?}", peak_mib(hub.id())?, started.elapsed());
        }
    }

    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for name in &stations {
        let mut worker = rig.start_station(name, &["run"], &[])?;
        let waiting = Instant::now();
        let mut settled_at: Option<Instant> = None;
        loop {
            let status = rig.status(name)?;
            let rows = status["encounters"].as_array().context("status without encounters")?;
            let open: Vec<&Value> = rows.iter().filter(|row| row["state"] != "answered").collect();
            if open.is_empty() {
                break;
            }
            ensure!(!hub.ended()?, "the hub died: {}", tail(&rig.dir.join("hub.err")));
            // What waits for an examiner stays open: that is an outcome too. A station asks every 20 s.
            settled_at = if settled(&rig)? { settled_at.or(Some(Instant::now())) } else { None };
            if settled_at.is_some_and(|at| at.elapsed() > Duration::from_secs(50)) {
                break;
            }
            ensure!(waiting.elapsed() < SETTLE, "{} of {name} not answered, such as {}", open.len(), open[0]);
            std::thread::sleep(Duration::from_millis(500));
        }
        worker.kill()?;
        for line in rig.station(name, &["answers"], &[])?.stdout.split(|&byte| byte == b'\n') {
            let Ok(event) = serde_json::from_slice::<Value>(line) else { continue };
            let standing = &event["answer"]["destinations"][0]["standing"];
            let kind = standing["standing"].as_str().unwrap_or("?").to_owned();
            let reason = standing["reason"].as_str().unwrap_or_default();
            ensure!(kind != "rejected" || !reason.trim().is_empty(), "a rejection without a reason: {event}");
            *outcomes.entry(kind).or_default() += 1;
        }
    }
    let peak = peak_mib(hub.id())?;
    let total: usize = outcomes.values().sum();
    println!(
        "{outcomes:?}, {total} answered of {}, hub's peak {peak} MiB, {:.0?}",
        args.count,
        started.elapsed()
    );
    ensure!(total == args.count, "{} transactions have no outcome", args.count - total.min(args.count));
    ensure!(peak <= args.memory_mib, "the hub held {peak} MiB");
    let log = fs::read_to_string(rig.dir.join("hub.err"))? + &fs::read_to_string(rig.dir.join("hub.out"))?;
    ensure!(!log.contains("panicked at"), "a thread of the hub panicked: {}", first_panic(&log));
    ensure!(!log.contains("request failed"), "the hub gave a 5xx; see {}", rig.dir.join("hub.err").display());
    rig.hub_command(&["audit", "verify"])?;
    Ok(())
}

/// No stage has anything to do.
fn settled(rig: &Rig) -> anyhow::Result<bool> {
    let jobs: i64 = rig.database()?.query_row(
        "SELECT count(*) FROM jobs WHERE stage NOT IN ('purge', 'retain')",
        [],
        |row| row.get(0),
    )?;
    Ok(jobs == 0)
}

fn first_panic(log: &str) -> String {
    log.lines().skip_while(|line| !line.contains("panicked at")).take(2).collect::<Vec<_>>().join(" ")
}

/// The most memory that a process ever held.
fn peak_mib(id: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024)
}

/// Real transactions where the shared data is, and one made here in any case.
fn seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let mut seeds = vec![own_transaction()];
    let data =
        std::env::var_os("RIDGELINE_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let records = data.join("records");
    if !records.is_dir() {
        println!("without real transactions: {} is not here", records.display());
        return Ok(seeds);
    }
    let mut paths = vec![];
    collect(&records, &mut paths)?;
    paths.sort();
    for path in paths {
        if path.metadata()?.len() <= MOST_SEED_BYTES {
            seeds.push(fs::read(path)?);
        }
    }
    println!("{} transactions to mutate", seeds.len());
    Ok(seeds)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path
            .extension()
            .is_some_and(|found| ["an2", "eft", "ebts", "ansi"].iter().any(|known| found == *known))
        {
            paths.push(path);
        }
    }
    Ok(())
}

/// A Type-1 and a Type-14 record with a small uncompressed image.
fn own_transaction() -> Vec<u8> {
    let (width, height) = (64usize, 64usize);
    let image: Vec<u8> = (0..width * height).map(|at| (at % 9 * 28) as u8).collect();
    let type_14 = |length: usize| {
        let fields = [
            format!("14.001:{length:06}"),
            "14.002:01".into(),
            "14.003:0".into(),
            "14.004:RIG".into(),
            "14.005:20260101".into(),
            format!("14.006:{width}"),
            format!("14.007:{height}"),
            "14.008:1".into(),
            "14.009:500".into(),
            "14.010:500".into(),
            "14.011:NONE".into(),
            "14.012:8".into(),
            "14.013:2".into(),
            "14.999:".into(),
        ];
        let mut record = fields.join("\x1d").into_bytes();
        record.extend_from_slice(&image);
        record.push(0x1c);
        record
    };
    let record_14 = type_14(type_14(0).len());
    let type_1 = |length: usize| {
        let fields = [
            format!("1.001:{length:06}"),
            "1.002:0500".into(),
            "1.003:1\x1f1\x1e14\x1f01".into(),
            "1.004:RIG".into(),
            "1.005:20260101".into(),
            "1.007:RIG".into(),
            "1.008:RIG".into(),
            "1.009:1".into(),
            "1.011:00.00".into(),
            "1.012:00.00".into(),
        ];
        let mut record = fields.join("\x1d").into_bytes();
        record.push(0x1c);
        record
    };
    let mut transaction = type_1(type_1(0).len());
    transaction.extend_from_slice(&record_14);
    transaction
}

/// One to eight changes to one transaction; what begins it stays, so that the station takes it.
fn mutate(seeds: &[Vec<u8>], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = seeds[rng.random_range(0..seeds.len())].clone();
    let begin = 6;
    for _ in 0..rng.random_range(1..=8) {
        if bytes.len() < begin + 16 {
            break;
        }
        // Half of the changes hit the first fields, where lengths and counts are.
        let end = if rng.random_bool(0.5) { bytes.len().min(begin + 600) } else { bytes.len() };
        let at = rng.random_range(begin..end);
        let run = rng.random_range(1..=64).min(bytes.len() - at);
        match rng.random_range(0..8) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + run)),
            4 => {
                let piece = bytes[at..at + run].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                let separators = [0x1c, 0x1d, 0x1e, 0x1f, b':', b'.', 0, 0xff];
                bytes[at] = separators[rng.random_range(0..separators.len())];
            }
            6 => {
                // A number becomes another, often a huge one.
                if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                    let digits = rng.random_range(1..=12);
                    let number: Vec<u8> = (0..digits).map(|_| b'0' + rng.random_range(0..10u8)).collect();
                    bytes.splice(at + digit..at + digit + 1, number);
                }
            }
            _ => {
                let other = &seeds[rng.random_range(0..seeds.len())];
                let from = rng.random_range(0..other.len());
                let piece = other[from..other.len().min(from + 200)].to_vec();
                bytes.splice(at..at + run, piece);
            }
        }
    }
    bytes
}
