//! A real hub and a real station, as processes, in a folder of their own.

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// Names the point where a process dies; the same as in `exchange::fault`.
pub(crate) const FAULT: &str = "RIDGELINE_FAULT_POINT";
/// Names the file to which passed points are written; the same as in `exchange::fault`.
pub(crate) const TRACE: &str = "RIDGELINE_FAULT_TRACE";
/// A hub that takes longer to open its doors has failed.
const START: Duration = Duration::from_secs(30);

/// Where the processes come from and where they live.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The program to test [default: build it and take the release one]
    #[arg(long)]
    bin: Option<PathBuf>,
    /// Keep everything in this folder [default: a temporary one]
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// The folder, the program and the hub's address.
pub(crate) struct Rig {
    pub(crate) dir: PathBuf,
    bin: PathBuf,
    port: u16,
    _temporary: Option<tempfile::TempDir>,
}

impl Rig {
    pub(crate) fn new(options: &Options) -> anyhow::Result<Self> {
        let bin = match &options.bin {
            Some(bin) => bin.clone(),
            None => build(&["--release"])?,
        };
        let (dir, temporary) = match &options.dir {
            Some(dir) => (dir.clone(), None),
            None => {
                let temporary = tempfile::tempdir()?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        fs::create_dir_all(&dir)?;
        ensure!(!dir.join("hub").exists(), "{} is in use: give an empty folder", dir.display());
        // Free now; the hub takes it at once, and again after every restart.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self { dir, bin, port, _temporary: temporary })
    }

    pub(crate) fn hub_dir(&self) -> PathBuf {
        self.dir.join("hub")
    }

    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn command(&self, log: &str) -> anyhow::Result<Command> {
        let mut command = Command::new(&self.bin);
        let err = File::options().create(true).append(true).open(self.dir.join(format!("{log}.err")))?;
        command.env_remove(FAULT).env_remove(TRACE).stdin(Stdio::null()).stderr(err);
        Ok(command)
    }

    fn logged(&self, log: &str) -> anyhow::Result<Command> {
        let mut command = self.command(log)?;
        let out = File::options().create(true).append(true).open(self.dir.join(format!("{log}.out")))?;
        command.stdout(out);
        Ok(command)
    }

    /// Starts the hub. Ready is false where it died first, as a fault point may have it.
    pub(crate) fn start_hub(&self, env: &[(&str, &str)]) -> anyhow::Result<(Process, bool)> {
        let mut command = self.logged("hub")?;
        command.args(["hub", "run", "--listen", &format!("127.0.0.1:{}", self.port), "--dir"]);
        command.arg(self.hub_dir()).envs(env.iter().copied());
        let mut hub = Process(command.spawn().context("start the hub")?);
        let started = Instant::now();
        while started.elapsed() < START {
            if self.get("/v1/hub").is_ok_and(|reply| reply.contains("signing_key")) {
                return Ok((hub, true));
            }
            if hub.ended()? {
                return Ok((hub, false));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the hub did not open its doors within {START:?}; see {}", self.dir.join("hub.err").display())
    }

    /// One `GET` by hand.
    fn get(&self, path: &str) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply)?;
        Ok(reply)
    }

    /// A hub's command that must succeed; gives what it printed.
    pub(crate) fn hub_command(&self, args: &[&str]) -> anyhow::Result<String> {
        let output = self.command("setup")?.args(args).arg("--dir").arg(self.hub_dir()).output()?;
        ensure!(
            output.status.success(),
            "`ridgeline {}` failed: {}",
            args.join(" "),
            tail(&self.dir.join("setup.err"))
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Puts an agreement in force and makes a list, so that every stage has something to do.
    pub(crate) fn agree(&self) -> anyhow::Result<()> {
        let output = self.command("setup")?.args(["hub", "agreement", "example"]).output()?;
        let mut agreement: Value = serde_json::from_slice(&output.stdout).context("the example agreement")?;
        agreement["destinations"] = Value::Array(vec![]);
        let path = self.dir.join("agreement.json");
        fs::write(&path, agreement.to_string())?;
        self.hub_command(&["hub", "agreement", "add", &path.display().to_string()])?;
        let list = ["hub", "add-list", "--name", "Rig list", "--originator", "Rig", "--contact", "nobody"];
        self.hub_command(&[&list[..], &["--purpose", "border.entry"]].concat())?;
        Ok(())
    }

    /// Provisions a station at the hub and enrols it in the folder `name`.
    pub(crate) fn enrol(&self, name: &str) -> anyhow::Result<()> {
        let code = self.hub_command(&["hub", "station-code", "--name", name, "--site", "Rig"])?;
        let code = code.split_whitespace().find(|word| word.len() == 29 && word.matches('-').count() == 5);
        let code = code.context("the hub printed no enrolment code")?;
        let output = self.station(name, &["enrol", "--hub", &self.base(), "--code", code], &[])?;
        ensure!(output.status.success(), "enrolment failed: {}", tail(&self.dir.join("station.err")));
        Ok(())
    }

    fn station_command(
        &self,
        log: bool,
        name: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> anyhow::Result<Command> {
        let mut command = if log { self.logged("station")? } else { self.command("station")? };
        command.arg("station").args(args).args(["--json", "--dir"]).arg(self.dir.join(name));
        command.envs(env.iter().copied());
        Ok(command)
    }

    /// Runs a station's command to its end.
    pub(crate) fn station(&self, name: &str, args: &[&str], env: &[(&str, &str)]) -> anyhow::Result<Output> {
        Ok(self.station_command(false, name, args, env)?.output()?)
    }

    /// Starts a station's command; its output goes to `station.out`.
    pub(crate) fn start_station(
        &self,
        name: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> anyhow::Result<Process> {
        Ok(Process(self.station_command(true, name, args, env)?.spawn()?))
    }

    /// `station status --json`.
    pub(crate) fn status(&self, name: &str) -> anyhow::Result<Value> {
        let output = self.station(name, &["status"], &[])?;
        ensure!(output.status.success(), "status failed: {}", tail(&self.dir.join("station.err")));
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// The hub's database, to read.
    pub(crate) fn database(&self) -> anyhow::Result<rusqlite::Connection> {
        let path = fs::read_dir(self.hub_dir())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "db" || extension == "sqlite"))
            .context("the hub has no database")?;
        Ok(rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?)
    }
}

/// A child process that is killed when it is dropped.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        Ok(Self(command.spawn().with_context(|| format!("start {command:?}"))?))
    }

    pub(crate) fn ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Signal 9. True if it was still alive.
    pub(crate) fn kill(&mut self) -> anyhow::Result<bool> {
        let alive = !self.ended()?;
        if alive {
            self.0.kill()?;
            self.0.wait()?;
        }
        Ok(alive)
    }

    /// Waits for its end. True if it ended by itself in time.
    pub(crate) fn wait(&mut self, most: Duration) -> anyhow::Result<bool> {
        let started = Instant::now();
        while !self.ended()? {
            if started.elapsed() > most {
                return Ok(false);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(true)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Builds the program and gives its path.
pub(crate) fn build(options: &[&str]) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "ridgeline", "--message-format", "json"])
        .args(options)
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the program does not build");
    let lines = String::from_utf8(output.stdout)?;
    let path = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back();
    path.context("cargo named no executable")
}

/// The end of a log, for an error message.
pub(crate) fn tail(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(5);
    lines.get(from..).unwrap_or_default().join("\n")
}
