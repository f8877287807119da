//! `ridgeline station`: the capture station without its screens.

mod report;
mod send;

use clap::{Subcommand, ValueEnum};
use exchange::{carry, protocol::StationProfile};
use jiff::Timestamp;
use report::Report;
use serde_json::json;
use station::{EnrolOptions, Pace, Station, Worker, outbox::SettleError};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

/// What `ridgeline station` takes.
#[derive(clap::Args)]
#[command(after_help = "Examples, with the station in a folder of its own, gate4:
  ridgeline station enrol --dir gate4 --hub http://127.0.0.1:8420 --code CODE --name 'Gate 4'
      the code comes from the hub's console (Stations) or from `ridgeline hub station-code`
  ridgeline station send --dir gate4 tenprint.an2 --purpose border.entry --case K-17 --age adult \\
      --authority 'Border Act, section 12' --operator olga --notice 2026-1 --language es --wait 60
  ridgeline station run --dir gate4
      keeps sending what is queued and fetching answers
  ridgeline station answers --dir gate4
  ridgeline station export --dir gate4 /media/stick")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new station known to a hub, with a one-time code from the hub's console
    Enrol(EnrolArgs),
    /// Seal encounters, queue them, and send them if the hub can be reached
    Send(Box<send::SendArgs>),
    /// Keep sending what is queued and fetching answers until stopped
    Run(Common),
    /// Show the station and every encounter in its outbox
    Status(Common),
    /// Show the answers at hand
    Answers(AnswersArgs),
    /// Write what is queued as files, to be carried to the hub
    Export(FolderArgs),
    /// Take receipts that were carried back
    Import(FolderArgs),
    /// Put encounters that the hub refused back into the queue, after mending the cause
    Retry(Common),
}

#[derive(clap::Args)]
struct Common {
    /// The station's folder
    #[arg(long, env = "RIDGELINE_STATION_DIR")]
    dir: PathBuf,
    /// One JSON object per line, for programs
    #[arg(long)]
    json: bool,
    /// Language of the answers
    #[arg(long, value_enum, default_value_t = Words::En, env = "RIDGELINE_STATION_WORDS")]
    words: Words,
}

/// The languages that answers are worded in.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Words {
    /// English
    En,
    /// Spanish
    Es,
}

impl From<Words> for station::wording::Language {
    fn from(words: Words) -> Self {
        match words {
            Words::En => Self::En,
            Words::Es => Self::Es,
        }
    }
}

#[derive(clap::Args)]
struct EnrolArgs {
    #[command(flatten)]
    common: Common,
    /// The hub's address, such as https://hub.example:8443
    #[arg(long)]
    hub: String,
    /// The one-time code
    #[arg(long)]
    code: String,
    /// The station's name for people [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// Link and power
    #[arg(long, value_enum, default_value_t = Profile::Fixed)]
    profile: Profile,
    /// PEM certificates of the authority that signs for the hub [default: what the machine trusts]
    #[arg(long)]
    ca: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Profile {
    /// Mains and a good link
    Fixed,
    /// Battery and a thin link: smaller parts, fewer questions
    Mobile,
}

#[derive(clap::Args)]
struct AnswersArgs {
    #[command(flatten)]
    common: Common,
    /// Only this encounter
    encounter: Option<model::EncounterId>,
}

#[derive(clap::Args)]
struct FolderArgs {
    #[command(flatten)]
    common: Common,
    /// The folder, such as a stick
    folder: PathBuf,
}

/// Runs `ridgeline station`.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Enrol(args) => enrol(&args)?,
        Command::Send(args) => return send::run(*args),
        Command::Run(common) => keep_running(&common)?,
        Command::Status(common) => status(&common)?,
        Command::Answers(args) => answers(&args)?,
        Command::Export(args) => export(&args)?,
        Command::Import(args) => import(&args)?,
        Command::Retry(common) => {
            let count = Station::open(&common.dir)?.outbox_mut().retry_refused()?;
            Report::new(common.json, common.words.into())
                .say(&json!({"event": "retried", "count": count}), || {
                    format!("{count} refused encounters are queued again.")
                });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn enrol(args: &EnrolArgs) -> anyhow::Result<()> {
    let name = args.name.clone().unwrap_or_else(|| {
        args.common
            .dir
            .file_name()
            .map_or_else(|| "station".into(), |name| name.to_string_lossy().into_owned())
    });
    let profile = match args.profile {
        Profile::Fixed => StationProfile::Fixed,
        Profile::Mobile => StationProfile::Mobile,
    };
    let options = EnrolOptions {
        base: args.hub.clone(),
        code: args.code.clone(),
        name,
        profile,
        ca_file: args.ca.clone(),
    };
    let station = Station::enrol(&args.common.dir, &options, Timestamp::now(), &mut rand::rng())?;
    let identity = station.identity();
    let key = identity.hub.signing_key.fingerprint();
    Report::new(args.common.json, args.common.words.into()).say(
        &json!({"event": "enrolled", "station": identity.station, "name": identity.name, "hub": identity.hub}),
        || {
            format!(
                "Enrolled as {} ({}) with {}.\nThe hub's key, to be compared with the console's: {key}\n\
                 Defaults for encounters can be written into {}.",
                identity.name,
                identity.station,
                identity.hub.name,
                args.common.dir.join("station.toml").display()
            )
        },
    );
    Ok(())
}

fn keep_running(common: &Common) -> anyhow::Result<()> {
    let mut station = Station::open(&common.dir)?;
    let mut worker = Worker::new(&station)?;
    let mut report = Report::new(common.json, common.words.into());
    let identity = station.identity();
    report.say(&json!({"event": "running", "station": identity.station, "hub": identity.base}), || {
        format!("{} sends to {} at {}.", identity.name, identity.hub.name, identity.base)
    });
    let Pace { look, .. } = station.pace();
    loop {
        let next =
            worker.step(&mut station, Timestamp::now, &mut rand::rng(), |event| report.event(&event))?;
        std::thread::sleep(until(next, look));
    }
}

/// How long to sleep: until the next thing to do, but no longer than what other processes queue may wait.
fn until(next: Option<Timestamp>, most: Duration) -> Duration {
    let Some(next) = next else { return most };
    let wait = next.duration_since(Timestamp::now());
    Duration::try_from(wait).unwrap_or_default().clamp(Duration::from_millis(20), most)
}

fn status(common: &Common) -> anyhow::Result<()> {
    let station = Station::open(&common.dir)?;
    let identity = station.identity();
    let rows = station.outbox().rows(None)?;
    let head = station.outbox().head()?;
    let running = matches!(station.lock_sending(), Err(station::StationError::Busy));
    if common.json {
        println!(
            "{}",
            json!({"station": identity.station, "name": identity.name, "profile": identity.profile,
                   "hub": identity.hub.hub, "running": running, "chain": head, "encounters": rows})
        );
        return Ok(());
    }
    println!("{} ({}), {:?} profile", identity.name, identity.station, identity.profile);
    println!("hub {} at {}", identity.hub.name, identity.base);
    println!(
        "{}",
        if running { "a process is sending" } else { "no process is sending: ridgeline station run" }
    );
    println!("{} encounters since enrolment", head.sequence);
    for row in rows {
        println!("{:>6}  {}  {:<8}  {}", row.sequence, row.encounter, row.state, report::size(row.length));
        if let Some(problem) = row.problem {
            println!("        {} failed attempts: {problem}", row.attempts);
        }
        if let Some(answer) = row.answer {
            let answer = station.open_answer(row.encounter, &answer)?;
            for line in station::wording::lines_in(&answer, common.words.into()) {
                println!("        {line}");
            }
        }
    }
    Ok(())
}

fn answers(args: &AnswersArgs) -> anyhow::Result<()> {
    let station = Station::open(&args.common.dir)?;
    let mut report = Report::new(args.common.json, args.common.words.into());
    for row in station.outbox().rows(None)? {
        if args.encounter.is_none_or(|only| only == row.encounter)
            && let Some(sealed) = row.answer
        {
            let answer = station.open_answer(row.encounter, &sealed)?;
            report.event(&station::Event::Answered { answer });
        }
    }
    Ok(())
}

fn export(args: &FolderArgs) -> anyhow::Result<()> {
    let station = Station::open(&args.common.dir)?;
    let mut report = Report::new(args.common.json, args.common.words.into());
    std::fs::create_dir_all(&args.folder)?;
    let rows = station.outbox().rows(Some(station::State::Queued))?;
    for row in &rows {
        let bytes = station.outbox().sealed_bytes(row)?;
        let path = carry::write_sealed(&args.folder, row.encounter, &bytes)?;
        report.say(&json!({"event": "exported", "encounter": row.encounter, "file": path}), || {
            format!("{} written to {}", row.encounter, path.display())
        });
    }
    if !args.common.json {
        println!(
            "{} encounters exported. They stay queued here until the hub's receipts are imported:\n\
             ridgeline station import {} --dir {}",
            rows.len(),
            args.folder.display(),
            args.common.dir.display()
        );
    }
    Ok(())
}

fn import(args: &FolderArgs) -> anyhow::Result<()> {
    let mut station = Station::open(&args.common.dir)?;
    let hub = station.identity().hub.clone();
    let mut report = Report::new(args.common.json, args.common.words.into());
    for path in carry::list(&args.folder, carry::RECEIPT_EXTENSION)? {
        let done = import_one(&mut station, &path, &hub);
        report.say(&json!({"event": "imported", "file": path, "problem": done.as_ref().err().map(ToString::to_string)}), || {
            match &done {
                Ok(row) => format!("{} is receipted; its bytes are gone from here.", row.encounter),
                Err(error) => format!("{}: {error}", path.display()),
            }
        });
    }
    Ok(())
}

fn import_one(
    station: &mut Station,
    path: &Path,
    hub: &exchange::protocol::HubInfo,
) -> Result<station::Row, anyhow::Error> {
    let receipt = carry::read_receipt(path)?;
    let settled = station.outbox_mut().settle(&receipt, hub.hub, &hub.signing_key, Timestamp::now());
    settled.map_err(|error: SettleError| error.into())
}
