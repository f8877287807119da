//! A hub, a station and synthetic people, all in one fresh folder.

use crate::rig::{Process, tail};
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::{
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long the machine may take over an encounter, on a machine that does other things as well.
const MACHINE: Duration = Duration::from_secs(60);
/// What makes the synthetic people: the same in every walk.
const SEED: &str = "7";

/// The folder, the program and, once it runs, the hub.
pub(super) struct World {
    pub(super) dir: PathBuf,
    bin: PathBuf,
    /// The hub's address as it printed it.
    pub(super) base: String,
    /// The administrator's code as the hub printed it.
    pub(super) first_code: String,
    _hub: Process,
}

impl World {
    /// Starts a hub in an empty folder and reads what it prints.
    pub(super) fn start(dir: &Path, bin: &Path) -> anyhow::Result<Self> {
        let printed = dir.join("hub.out");
        let mut command = Command::new(bin);
        command.args(["hub", "run", "--listen", "127.0.0.1:0", "--dir"]).arg(dir.join("hub"));
        command
            .stdin(Stdio::null())
            .stdout(File::create(&printed)?)
            .stderr(File::create(dir.join("hub.err"))?);
        let mut hub = Process::spawn(&mut command)?;
        let started = Instant::now();
        loop {
            let text = fs::read_to_string(&printed)?;
            let after = |words: &str| {
                let (_, rest) = text.split_once(words)?;
                // Whole only once the line has ended.
                rest.split_once('\n').map(|(word, _)| word.trim().to_owned())
            };
            if let (Some(base), Some(first_code)) = (after("listening on "), after("with the code ")) {
                return Ok(Self { dir: dir.to_owned(), bin: bin.to_owned(), base, first_code, _hub: hub });
            }
            ensure!(!hub.ended()?, "the hub ended: {}", tail(&dir.join("hub.err")));
            ensure!(started.elapsed() < MACHINE, "the hub printed no address and code: {text}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs the program; gives what it printed.
    pub(super) fn run(&self, args: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(&self.bin).args(args).stdin(Stdio::null()).output()?;
        let err = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`ridgeline {}` failed: {}", args.join(" "), err.trim());
        Ok(String::from_utf8(output.stdout)?)
    }

    /// A path within the folder, as an argument.
    pub(super) fn at(&self, path: &str) -> String {
        self.dir.join(path).display().to_string()
    }

    /// Puts the example agreement in force, without its destinations: this hub has no partner.
    pub(super) fn agree(&self) -> anyhow::Result<String> {
        let mut agreement: Value = serde_json::from_str(&self.run(&["hub", "agreement", "example"])?)?;
        agreement["destinations"] = Value::Array(vec![]);
        let path = self.at("agreement.json");
        fs::write(&path, agreement.to_string())?;
        let id = self.run(&["hub", "agreement", "add", "--dir", &self.at("hub"), &path])?;
        Ok(id.trim().to_owned())
    }

    /// Two people with three impressions of each finger. The first impressions of a person become `person-N`,
    /// the others folders that a station sends: `person-N-2`, `person-N-3`.
    pub(super) fn people(&self) -> anyhow::Result<()> {
        let out = self.at("people");
        self.run(&[
            "synth",
            "people",
            "2",
            "--seed",
            SEED,
            "--only",
            "fingers",
            "--captures",
            "3",
            "--out",
            &out,
        ])?;
        for person in 0..2 {
            for capture in 1..=3 {
                let folder = self.dir.join(format!("person-{person}-{capture}"));
                fs::create_dir_all(&folder)?;
                let mut manifest = String::new();
                for finger in 1..=10 {
                    let from = self.dir.join(format!("people/p{person:06}/finger-{finger:02}-{capture}.png"));
                    if from.exists() {
                        fs::copy(&from, folder.join(format!("finger-{finger}.png")))?;
                        writeln!(manifest, "[[image]]\nfile = \"finger-{finger}.png\"\nfinger = {finger}")?;
                    }
                }
                fs::write(folder.join("manifest.toml"), manifest)?;
            }
        }
        Ok(())
    }

    /// Starts the station's sending and fetching.
    pub(super) fn keep_running(&self) -> anyhow::Result<Process> {
        let mut command = Command::new(&self.bin);
        command.args(["station", "run", "--dir", &self.at("station")]).stdin(Stdio::null());
        command
            .stdout(File::create(self.dir.join("station.out"))?)
            .stderr(File::create(self.dir.join("station.err"))?);
        Process::spawn(&mut command)
    }

    /// Hands a folder of images to the station; gives the encounter's id.
    pub(super) fn send(&self, folder: &str) -> anyhow::Result<String> {
        let said = self.run(&[
            "station",
            "send",
            "--queue",
            "--json",
            "--dir",
            &self.at("station"),
            &self.at(folder),
            "--purpose",
            "border.entry",
            "--authority",
            "Border Act, section 12",
            "--case",
            "WALK-7",
            "--operator",
            "walk",
            "--age",
            "adult",
            "--notice",
            "1",
            "--language",
            "en",
        ])?;
        let event: Value = serde_json::from_str(said.lines().next().unwrap_or_default())?;
        Ok(event["encounter"].as_str().context("send names no encounter")?.to_owned())
    }

    /// Waits until the station's answer about an encounter says this; gives the answer's text.
    pub(super) fn answer(&self, encounter: &str, words: &str) -> anyhow::Result<String> {
        let started = Instant::now();
        loop {
            let said = self
                .run(&["station", "answers", encounter, "--dir", &self.at("station")])
                .unwrap_or_default();
            if said.contains(words) {
                return Ok(said);
            }
            ensure!(
                started.elapsed() < MACHINE,
                "the station does not say \"{words}\" but: {said} {} {}",
                tail(&self.dir.join("station.err")),
                tail(&self.dir.join("hub.err"))
            );
            std::thread::sleep(Duration::from_millis(250));
        }
    }
}
