//! `ridgeline station send`: read, check, seal, queue; then send and wait.

use super::{Common, report, report::Report, until};
use clap::ValueEnum;
use exchange::manifest::RetentionAsked;
use jiff::Timestamp;
use model::{AgeBand, EncounterId};
use serde_json::json;
use station::{Event, Particulars, Queued, State, Station, StationError, Worker, intake};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

/// Exit status where everything is safely queued but not everything was sent.
const QUEUED_ONLY: u8 = 3;

/// What `ridgeline station send` takes.
#[derive(clap::Args)]
#[command(after_help = "A folder's manifest.toml names its images:\n\n\
    \x20 purpose = \"border.entry\"        # any of the options above; the command line wins\n\n\
    \x20 [[image]]\n\
    \x20 file = \"right-index.png\"\n\
    \x20 finger = 2                      # FGP code or name; or eye = \"left\", mark = true, transaction = true\n\
    \x20 ppi = 500                       # only where the file does not say it\n\n\
    \x20 [[absent]]\n\
    \x20 finger = 3                      # or eye = \"right\"\n\
    \x20 reason = \"amputated\"            # or XX, UP, SR\n\n\
    Exit status: 0 sent, 3 safely queued but not sent, 1 nothing queued of what the message names.")]
pub(crate) struct SendArgs {
    #[command(flatten)]
    common: Common,
    /// ANSI/NIST transactions, or folders of images with a manifest.toml; each is one encounter
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Purpose named in the agreement, such as border.entry
    #[arg(long)]
    purpose: Option<String>,
    /// Legal authority of the operator
    #[arg(long)]
    authority: Option<String>,
    /// Case number
    #[arg(long)]
    case: Option<String>,
    /// The operator's account
    #[arg(long)]
    operator: Option<String>,
    /// Age band of the person; unknown and in doubt is under six
    #[arg(long, value_enum)]
    age: Option<Age>,
    /// Version of the notice that was shown or played before the capture
    #[arg(long)]
    notice: Option<String>,
    /// Language of the notice, such as es
    #[arg(long)]
    language: Option<String>,
    /// For a child: who accompanies, as a role (mother, guardian)
    #[arg(long)]
    accompanied_by: Option<String>,
    /// Declared nationality, ISO 3166-1 alpha-3; can only narrow sharing
    #[arg(long)]
    nationality: Option<String>,
    /// Search, answer, leave nothing
    #[arg(long)]
    search_only: bool,
    /// A training encounter: touches no list
    #[arg(long)]
    training: bool,
    /// Tells apart two encounters with the same samples; stays at the station
    #[arg(long)]
    reference: Option<String>,
    /// Only queue: leave the sending to `station run`
    #[arg(long, conflicts_with = "wait")]
    queue: bool,
    /// How long to wait for complete answers
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Age {
    /// Under six, or unknown and in doubt: no biometrics
    #[value(alias = "under_six")]
    UnderSix,
    /// 6 to 13
    #[value(name = "6-13", alias = "six_to_thirteen")]
    SixToThirteen,
    /// 14 to 17
    #[value(name = "14-17", alias = "fourteen_to_seventeen")]
    FourteenToSeventeen,
    /// 18 and over
    Adult,
}

impl SendArgs {
    fn particulars(&self) -> Particulars {
        Particulars {
            purpose: self.purpose.clone(),
            authority: self.authority.clone(),
            case: self.case.clone(),
            operator: self.operator.clone(),
            age: self.age.map(|age| match age {
                Age::UnderSix => AgeBand::UnderSix,
                Age::SixToThirteen => AgeBand::SixToThirteen,
                Age::FourteenToSeventeen => AgeBand::FourteenToSeventeen,
                Age::Adult => AgeBand::Adult,
            }),
            notice: self.notice.clone(),
            language: self.language.clone(),
            accompanied_by: self.accompanied_by.clone(),
            nationality: self.nationality.clone(),
            retention: self.search_only.then_some(RetentionAsked::SearchOnly),
            training: self.training.then_some(true),
            reference: self.reference.clone(),
            ..Particulars::default()
        }
    }
}

pub(super) fn run(args: SendArgs) -> anyhow::Result<ExitCode> {
    let mut station = Station::open(&args.common.dir)?;
    let mut report = Report::new(args.common.json, args.common.words.into());
    let defaults = station.defaults()?;
    // All are read and checked before the first is sealed: a mistake in the last leaves nothing half done.
    let drafts = args
        .files
        .iter()
        .map(|path| intake::read(path, args.particulars(), defaults.clone(), Timestamp::now()))
        .collect::<Result<Vec<_>, _>>()?;
    let mut open = BTreeSet::new();
    for (path, draft) in args.files.iter().zip(&drafts) {
        let queued = station.queue(draft, Timestamp::now(), &mut rand::rng())?;
        let (event, row) = match &queued {
            Queued::New(row) => ("queued", row),
            Queued::Before(row) => ("queued_before", row),
        };
        open.insert(row.encounter);
        let value = json!({"event": event, "file": path, "encounter": row.encounter, "sequence": row.sequence,
                           "state": row.state, "length": row.length});
        report.say(&value, || match &queued {
            Queued::New(_) => format!(
                "{}: {} samples sealed as {} (number {} of this station, {}).",
                path.display(),
                draft.samples().len(),
                row.encounter,
                row.sequence,
                report::size(row.length)
            ),
            Queued::Before(_) => format!(
                "{}: is encounter {} already, {}; nothing was added. For a new encounter with the same samples give \
                 another --reference.",
                path.display(),
                row.encounter,
                row.state
            ),
        });
    }
    if args.queue {
        return Ok(ExitCode::SUCCESS);
    }
    let wait = Duration::from_secs(args.wait);
    deliver(&mut station, &open, wait, &mut report)?;
    close(&station, &open, &mut report, &args)
}

/// Sends, or lets the process that has the right to do it, until all is sent and answered or the time is over.
fn deliver(
    station: &mut Station,
    ours: &BTreeSet<EncounterId>,
    wait: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let look = station.pace().look;
    let mut worker = match Worker::new(station) {
        Ok(worker) => Some(worker),
        Err(StationError::Busy) => None,
        Err(error) => return Err(error.into()),
    };
    let mut shown: BTreeMap<EncounterId, u32> = BTreeMap::new();
    loop {
        let mut next = None;
        if let Some(worker) = &mut worker {
            next = worker.step(station, Timestamp::now, &mut rand::rng(), |event| {
                if let Event::Answered { answer } = &event {
                    shown.insert(answer.encounter, answer.revision);
                }
                if !matches!(event, Event::NoAnswer { .. }) {
                    report.event(&event);
                }
            })?;
        } else {
            show_news(station, ours, &mut shown, report)?;
        }
        let rows = ours.iter().map(|id| station.outbox().row(*id)).collect::<Result<Vec<_>, _>>()?;
        let answered = rows.iter().all(|row| matches!(row.state, State::Answered | State::Refused));
        // Without --wait one round is made: what the hub did not take now stays queued.
        let sent = rows.iter().all(|row| row.state != State::Queued);
        let done = if wait.is_zero() { sent || worker.is_some() } else { answered };
        if done || (started.elapsed() >= wait && (worker.is_some() || !wait.is_zero())) {
            return Ok(());
        }
        // Another process sends: without --wait, half a minute is what a person would look at it.
        if wait.is_zero() && started.elapsed() >= Duration::from_secs(30) {
            return Ok(());
        }
        std::thread::sleep(until(next, look));
    }
}

/// What another process brought in.
fn show_news(
    station: &Station,
    ours: &BTreeSet<EncounterId>,
    shown: &mut BTreeMap<EncounterId, u32>,
    report: &mut Report,
) -> anyhow::Result<()> {
    for id in ours {
        let row = station.outbox().row(*id)?;
        if row.revision > shown.get(id).copied().unwrap_or(0)
            && let Some(sealed) = &row.answer
        {
            shown.insert(*id, row.revision);
            report.event(&Event::Answered { answer: station.open_answer(*id, sealed)? });
        }
    }
    Ok(())
}

/// Says where each encounter stands at the end, and gives the exit status.
fn close(
    station: &Station,
    ours: &BTreeSet<EncounterId>,
    report: &mut Report,
    args: &SendArgs,
) -> anyhow::Result<ExitCode> {
    let (mut queued, mut refused, mut unanswered) = (0, 0, 0);
    for id in ours {
        match station.outbox().row(*id)?.state {
            State::Queued => queued += 1,
            State::Refused => refused += 1,
            State::Sent => unanswered += 1,
            State::Answered => {}
        }
    }
    let dir = args.common.dir.display();
    report.say(
        &json!({"event": "done", "queued": queued, "refused": refused, "unanswered": unanswered}),
        || match (queued, refused, unanswered) {
            (0, 0, 0) => "Everything is sent and answered.".into(),
            (0, 0, open) => format!(
                "Everything is sent; {open} answers are still open: ridgeline station run --dir {dir}"
            ),
            _ => format!(
                "{queued} encounters wait in the outbox, {refused} were refused; all are kept. \
                 To go on sending: ridgeline station run --dir {dir}"
            ),
        },
    );
    Ok(if queued + refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(QUEUED_ONLY) })
}
