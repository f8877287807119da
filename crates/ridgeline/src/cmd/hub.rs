//! `ridgeline hub`: the hub, and what an operator with access to its folder may do without the console.

mod evacuate;

use anyhow::{Context, Result, bail, ensure};
use clap::Subcommand;
use exchange::carry;
use hub::{Config, EntryFile, Hub, NewKnownCase, NewList};
use jiff::Timestamp;
use policy::Agreement;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

/// What `ridgeline hub` takes.
#[derive(clap::Args)]
#[command(after_help = "To begin, with the hub in a folder of its own, hub:
  ridgeline hub run --dir hub
      makes it, and prints its address and a code. Open the address, enrol the administrator with the code,
      and invite people. What can be set stands in hub/hub.toml, which is read at every start.
  ridgeline hub agreement example > terms.json
      write your own terms into it: nothing is searched or sent without an agreement
  ridgeline hub agreement add --dir hub terms.json
  ridgeline hub add-list --dir hub --name Warrants --originator 'Agency North' \\
      --purpose border.entry --contact 'Duty desk, +50 2 555 0100' --recipient rosa
  ridgeline hub station-code --dir hub --name 'Gate 4' --site 'North crossing'
      prints a code with which `ridgeline station enrol` makes the station known

Later:
  ridgeline hub duplicates --dir hub --list Warrants
  ridgeline hub import --dir hub /media/stick")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the hub: its doors for stations, partner hubs and people
    Run(RunArgs),
    /// Print the one-time code with which the first administrator enrols
    FirstCode(Dir),
    /// Print a one-time code with which a station (or a partner hub that forwards here) enrols
    StationCode(StationCodeArgs),
    /// Read sealed encounters from a folder, such as a stick, and write receipts beside them
    Import(ImportArgs),
    /// Enrol this hub at a partner hub, with a one-time code from its administrator
    AddDestination(DestinationArgs),
    /// Agreements: what may be searched, kept and sent
    Agreement(AgreementArgs),
    /// Make a watchlist
    AddList(ListArgs),
    /// Prepare a case with a known answer: it comes among the examiners' cases when its turn comes
    KnownCase(KnownCaseArgs),
    /// Compare everybody on a list with everybody: who stands on it twice goes before two examiners
    Duplicates(DuplicatesArgs),
    /// Destroy all that this hub knows, on a signed order; or rehearse it
    Evacuate(evacuate::EvacuateArgs),
    /// For those who may order an evacuation: their key, and an order
    #[command(subcommand)]
    Evacuation(evacuate::Prepare),
    /// Show how many encounters, cases and jobs there are, as JSON
    Status(Dir),
}

#[derive(clap::Args)]
struct Dir {
    /// The hub's folder
    #[arg(long, env = "RIDGELINE_HUB_DIR")]
    dir: PathBuf,
}

#[derive(clap::Args)]
struct RunArgs {
    #[command(flatten)]
    dir: Dir,
    /// Listen here instead of where hub.toml says; port 0 finds a free one
    #[arg(long)]
    listen: Option<SocketAddr>,
}

#[derive(clap::Args)]
struct StationCodeArgs {
    #[command(flatten)]
    dir: Dir,
    /// The station's name for people
    #[arg(long)]
    name: String,
    /// Where it stands
    #[arg(long)]
    site: String,
    /// fixed, mobile, or hub for a partner hub
    #[arg(long, default_value = "fixed")]
    profile: String,
}

#[derive(clap::Args)]
struct ImportArgs {
    #[command(flatten)]
    dir: Dir,
    /// Folder with .rlenc files
    folder: PathBuf,
}

#[derive(clap::Args)]
struct DestinationArgs {
    #[command(flatten)]
    dir: Dir,
    /// The partner hub's address
    #[arg(long)]
    url: String,
    /// The one-time code
    #[arg(long)]
    code: String,
}

#[derive(clap::Args)]
struct AgreementArgs {
    #[command(subcommand)]
    command: AgreementCommand,
}

#[derive(Subcommand)]
enum AgreementCommand {
    /// Put an agreement in force, or a new version of one
    #[command(
        after_help = "Searches of earlier encounters are allowed only where a purpose says so, for at most its retention:
  \"earlier\": { \"purposes\": [\"border.entry\"], \"days\": 20 }     an encounter is searched in earlier ones
  \"new_entries\": { \"lists\": [\"Warrants\"], \"days\": 20 }       a new entry is searched in earlier encounters
Nobody is searched under terms that came after them. The hub signs every version."
    )]
    Add {
        #[command(flatten)]
        dir: Dir,
        /// The agreement as JSON; `agreement example` prints one
        file: PathBuf,
        /// Id of the agreement that this is a new version of
        #[arg(long)]
        id: Option<model::AgreementId>,
    },
    /// Print an agreement to start from
    Example,
}

#[derive(clap::Args)]
struct ListArgs {
    #[command(flatten)]
    dir: Dir,
    /// Name; stations see it in their answers
    #[arg(long)]
    name: String,
    /// Agency that answers for it
    #[arg(long)]
    originator: String,
    /// Purposes it is searched for; may be repeated
    #[arg(long = "purpose", required = true)]
    purposes: Vec<String>,
    /// Whom a station is told to contact
    #[arg(long)]
    contact: String,
    /// Longest life of an entry, days
    #[arg(long, default_value_t = 365)]
    max_days: u32,
    /// Log-ins of those who get its alerts; may be repeated
    #[arg(long = "recipient")]
    recipients: Vec<String>,
}

#[derive(clap::Args)]
#[command(
    after_help = "Use captures whose owners agreed to this. Examiners cannot tell the case from others; what they said of it
stands on the console's quality page, for quality officers alone. hub.toml sets known_case_every.

Examples:
  ridgeline hub known-case --dir /var/lib/ridgeline --title 'Worn tips, brothers' --answer different a.an2 b.an2
  ridgeline hub known-case --dir /var/lib/ridgeline --title 'Dry, ten years apart' --answer same first/ second/"
)]
struct KnownCaseArgs {
    #[command(flatten)]
    dir: Dir,
    /// What quality staff calls it; examiners never see it
    #[arg(long)]
    title: String,
    /// Whether both captures are of one person
    #[arg(long, value_enum)]
    answer: KnownAnswer,
    /// The one capture: a transaction, or a folder as `station send` takes it
    first: PathBuf,
    /// The other
    second: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum KnownAnswer {
    /// Of one person
    Same,
    /// Of two people
    Different,
}

#[derive(clap::Args)]
#[command(
    after_help = "Works through the list here, prints progress, and at its end the result as JSON. Broken off in any \
way, the next call goes on where this one was; so does a running hub, beside which this may run. Nothing is merged.

Examples:
  ridgeline hub duplicates --dir /var/lib/ridgeline --list Warrants
  ridgeline hub duplicates --dir /var/lib/ridgeline --list Warrants --status"
)]
struct DuplicatesArgs {
    #[command(flatten)]
    dir: Dir,
    /// The list's name
    #[arg(long)]
    list: String,
    /// Only say how far it is
    #[arg(long)]
    status: bool,
}

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    match args.command {
        Command::Run(args) => serve(&args)?,
        Command::FirstCode(dir) => println!("{}", open(&dir.dir)?.first_code()?),
        Command::StationCode(a) => {
            let hub = open(&a.dir.dir)?;
            println!("{}", hub.provision(&a.name, &a.site, &hub.config.agency, &a.profile, None)?);
        }
        Command::Import(a) => return import(&a),
        Command::AddDestination(a) => {
            let name = open(&a.dir.dir)?.add_destination(&a.url, &a.code)?;
            println!(
                "{name} is a destination now. Name it in an agreement to have encounters forwarded to it."
            );
        }
        Command::Agreement(a) => match a.command {
            AgreementCommand::Add { dir, file, id } => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                let agreement: Agreement = serde_json::from_str(&text).with_context(|| {
                    format!("{} is not an agreement; see `agreement example`", file.display())
                })?;
                println!("{}", open(&dir.dir)?.add_agreement(id, &agreement, None)?);
            }
            AgreementCommand::Example => println!("{}", serde_json::to_string_pretty(&example())?),
        },
        Command::AddList(a) => {
            let hub = open(&a.dir.dir)?;
            let users = hub.store.read(|v| v.users())?;
            let mut recipients = Vec::new();
            for login in &a.recipients {
                match users.iter().find(|u| &u.login == login) {
                    Some(user) => recipients.push(user.id),
                    None => bail!("nobody has the log-in {login:?}"),
                }
            }
            let new = NewList {
                name: a.name,
                originator: a.originator,
                purposes: a.purposes,
                recipients,
                contact: a.contact,
                max_days: a.max_days,
            };
            println!("{}", hub.create_list(&new, None)?);
        }
        Command::KnownCase(a) => known_case(a)?,
        Command::Duplicates(a) => duplicates(&a)?,
        Command::Evacuate(a) => evacuate::run(&a)?,
        Command::Evacuation(a) => evacuate::prepare(&a)?,
        Command::Status(dir) => status(&dir.dir)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens a hub's folder as an operator. Only `hub run` makes one: beside a mistyped path an empty hub would come to be,
/// whose ledger is whole.
pub(crate) fn open(dir: &Path) -> Result<Arc<Hub>> {
    ensure!(
        hub::is_hub(dir),
        "{} is not a hub's folder. Nothing was made or changed. Look at the path; `ridgeline hub run` makes a new hub.",
        dir.display()
    );
    let config = Config::load(dir)?;
    Ok(Hub::open(dir, config, Arc::new(Timestamp::now))?)
}

/// A new hub closes its folder to others and fills it: a folder of something else must not become one.
fn may_hold_a_hub(dir: &Path) -> Result<()> {
    let begun = hub::is_hub(dir) || dir.join("hub.toml").is_file();
    let empty = match std::fs::read_dir(dir) {
        Ok(mut files) => files.next().is_none(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => true,
        Err(e) => return Err(e).with_context(|| format!("cannot read {}", dir.display())),
    };
    ensure!(
        begun || empty,
        "{} holds other files and no hub.toml. Nothing was made or changed. Give a hub a folder of its own.",
        dir.display()
    );
    Ok(())
}

fn serve(args: &RunArgs) -> Result<()> {
    may_hold_a_hub(&args.dir.dir)?;
    let mut config = Config::load(&args.dir.dir)?;
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let hub = Hub::open(&args.dir.dir, config, Arc::new(Timestamp::now))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut running = hub::serve(hub.clone()).await?;
        println!("listening on {scheme}://{}", running.address);
        if hub.is_new()? {
            println!(
                "first start: open that address and enrol the administrator with the code {}",
                hub.first_code()?
            );
        }
        tokio::select! {
            ended = running.wait() => ended.context("the server ended")?,
            () = keys_gone(&args.dir.dir) => {
                // Not one more write, not one more answer: what is in memory goes with the process.
                eprintln!("this hub's keys were destroyed: it stops");
                std::process::abort();
            }
            () = stop_signal() => {
                eprintln!("stopping after the work in hand ...");
                running.stop().await;
            }
        }
        Ok(())
    })
}

/// How often it is looked whether this hub was evacuated.
const KEYS_LOOK: std::time::Duration = std::time::Duration::from_secs(1);

async fn keys_gone(dir: &Path) {
    while !hub::is_evacuated(dir) {
        tokio::time::sleep(KEYS_LOOK).await;
    }
}

async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}

fn import(args: &ImportArgs) -> Result<ExitCode> {
    let hub = open(&args.dir.dir)?;
    let mut refused = 0;
    let mut paths: Vec<_> = std::fs::read_dir(&args.folder)
        .with_context(|| format!("cannot read {}", args.folder.display()))?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == carry::SEALED_EXTENSION))
        .take(carry::MAX_FILES)
        .collect();
    paths.sort();
    if paths.is_empty() {
        println!(
            "{} holds no sealed encounters (files that end in .{}). Nothing was taken. `ridgeline station export` \
             writes them.",
            args.folder.display(),
            carry::SEALED_EXTENSION
        );
        return Ok(ExitCode::SUCCESS);
    }
    for path in &paths {
        let outcome = carry::read_sealed(path).map_err(anyhow::Error::from).and_then(|bytes| {
            let receipt = hub.import(&bytes)?;
            Ok(carry::write_receipt(&args.folder, &receipt)?)
        });
        match outcome {
            Ok(receipt) => println!("{}: taken, receipt {}", path.display(), receipt.display()),
            Err(error) => {
                refused += 1;
                eprintln!("{}: not taken: {error:#}", path.display());
            }
        }
    }
    println!("{} taken, {refused} refused. Carry the receipts back to the stations.", paths.len() - refused);
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn known_case(args: KnownCaseArgs) -> Result<()> {
    let files = |path: &Path| -> Result<Vec<EntryFile>> {
        let samples = station::intake::samples(path)?;
        Ok(samples.into_iter().map(|s| EntryFile { kind: s.kind, name: s.name, bytes: s.bytes }).collect())
    };
    let new = NewKnownCase {
        title: args.title,
        same: args.answer == KnownAnswer::Same,
        probe: files(&args.first)?,
        candidate: files(&args.second)?,
    };
    println!("{}", open(&args.dir.dir)?.add_known_case(&new, None)?);
    Ok(())
}

/// How long to wait where a running hub is at the same step, or other searches leave no room.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(300);

fn duplicates(args: &DuplicatesArgs) -> Result<()> {
    let hub = open(&args.dir.dir)?;
    let lists = hub.store.read(|v| v.lists())?;
    let list = lists.iter().find(|l| l.name == args.list);
    let list = list.with_context(|| format!("there is no list {:?}", args.list))?.id;
    let last = hub.store.read(|v| v.run(list))?;
    let mut run = match last {
        Some(run) if args.status || run.finished_at.is_none() => run,
        None if args.status => bail!("this list was never compared"),
        _ => hub.find_twice(list, None)?,
    };
    while !args.status && run.finished_at.is_none() {
        let before = run.done;
        run = match hub.twice_step(list) {
            Err(hub::HubError::NoRoom(_)) => run,
            step => step?,
        };
        if run.done == before && run.finished_at.is_none() {
            std::thread::sleep(PAUSE);
        }
        eprint!("\r{} of {} compared, {} found ", run.done, run.total, run.found);
    }
    eprintln!();
    let shown = serde_json::json!({
        "list": args.list, "done": run.done, "total": run.total, "incomplete": run.incomplete,
        "found": run.found, "finished": run.finished_at.is_some(),
    });
    println!("{}", serde_json::to_string_pretty(&shown)?);
    Ok(())
}

fn status(dir: &Path) -> Result<()> {
    let hub = open(dir)?;
    let value = hub.store.read(|v| {
        let mut encounters = serde_json::Map::new();
        for row in v.encounters(1_000_000)? {
            let answer = v.answer(row.id)?;
            encounters.insert(
                row.id.to_string(),
                serde_json::json!({
                    "state": row.state, "station": row.station, "digest": row.digest, "reason": row.reason,
                    "answered": row.answered_at.is_some(), "revision": answer.map(|(r, _)| r),
                    "cases": v.cases_of(row.id)?.len(),
                    "jobs": v.jobs_of(row.id)?.into_iter()
                        .map(|(stage, destination)| format!("{stage} {destination}").trim().to_owned())
                        .collect::<Vec<_>>(),
                    "leaves": v.leaves_about(&format!("encounter:{}", row.id))?.into_iter()
                        .map(|l| l.kind).collect::<Vec<_>>(),
                }),
            );
        }
        Ok(serde_json::json!({ "encounters": encounters, "jobs": v.job_count()? }))
    })?;
    println!("{}", serde_json::to_string_pretty(&value)?);
    Ok(())
}

/// An agreement between two made-up agencies.
pub(crate) fn example() -> Agreement {
    let day = |text: &str| text.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    Agreement {
        title: "Screening at the northern crossings".into(),
        parties: vec!["Agency North".into(), "Agency South".into()],
        basis: "Treaty of 2026-01-15 on mutual assistance, articles 4 to 9".into(),
        starts_at: day("2026-01-01T00:00:00Z"),
        ends_at: day("2030-01-01T00:00:00Z"),
        purposes: vec![
            policy::PurposeRule {
                purpose: "border.entry".into(),
                retention_days: 30,
                fpir: 0.001,
                max_candidates: 5,
                priority: true,
                earlier: None,
                new_entries: None,
            },
            policy::PurposeRule {
                purpose: "identity.check".into(),
                retention_days: 0,
                fpir: 0.0001,
                max_candidates: 3,
                priority: false,
                earlier: None,
                new_entries: None,
            },
        ],
        destinations: vec![policy::DestinationRule {
            destination: "Hub South".into(),
            country: "SOU".into(),
            purposes: vec!["border.entry".into()],
            modalities: vec![model::Modality::Finger, model::Modality::Iris],
            ages: vec![model::AgeBand::Adult],
        }],
        marks: false,
    }
}
