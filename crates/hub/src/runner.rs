//! The runner: alone in writing what the stages give, one transaction a stage.
//!
//! Workers take due jobs. A job that fails is put off, longer each time; a job that was overtaken writes nothing.
//! A killed process finds every job again, because a job ends in the transaction that holds its result.

use crate::{Event, Hub, HubError, stages};
use jiff::{SignedDuration, Timestamp};
use model::{EncounterId, Stage};
use policy::Urgency;
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};
use store::Job;

/// Longest sleep of a worker with nothing to do; timers are looked at as often.
const IDLE: Duration = Duration::from_secs(5);

/// Longest wait between two tries of a job that fails.
const MAX_BACKOFF_S: i64 = 120;

/// Shorter lists have no snapshot: they are built in seconds.
const SNAPSHOT_LEAST: usize = 500;

/// Searches with priority find a thread of their own, whatever else is searched.
const RESERVED: usize = 4;

/// Threads that talk to partner hubs: one that is slow holds up nobody else.
const WIRES: usize = 2;

/// An answer that can be given goes before all else.
pub(crate) const AT_ONCE: i32 = 3;

/// When a search that found no room comes again, seconds.
const NO_ROOM_S: i64 = 1;

/// Threads for some stages. Searches wait for the queue, and what goes over the wire for a partner: neither holds up
/// the stages.
#[derive(Debug, Clone, Copy)]
struct Lane {
    stages: &'static [Stage],
    /// Jobs of less priority are left to others.
    least: i32,
    threads: usize,
}

fn lanes(hub: &Hub) -> [Lane; 5] {
    use Stage::{
        Answer, Assess, Collect, Decode, Earlier, Extract, Forward, Purge, Recall, Reverse, Search, Twice,
    };
    let all = i32::MIN;
    [
        Lane { stages: &[Decode, Assess, Extract, Answer, Purge], least: all, threads: hub.config.workers },
        Lane { stages: &[Search], least: all, threads: hub.config.searches_at_once },
        Lane { stages: &[Search], least: Urgency::Priority.order(), threads: RESERVED },
        Lane { stages: &[Forward, Collect, Recall], least: all, threads: WIRES },
        Lane { stages: &[Earlier, Reverse, Twice], least: all, threads: 1 },
    ]
}

/// A running runner.
pub(crate) struct Runner {
    stop: Arc<AtomicBool>,
    hub: Arc<Hub>,
    threads: Vec<JoinHandle<()>>,
}

impl Runner {
    /// Starts the workers and the timer.
    pub(crate) fn start(hub: &Arc<Hub>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let busy = Arc::new(Mutex::new(HashSet::new()));
        hub.searches.close(false);
        let mut threads = Vec::new();
        for lane in lanes(hub) {
            threads.extend((0..lane.threads).map(|_| {
                let (hub, stop, busy) = (hub.clone(), stop.clone(), busy.clone());
                std::thread::spawn(move || work(&hub, lane, &stop, &busy))
            }));
        }
        let (timer_hub, timer_stop) = (hub.clone(), stop.clone());
        threads.push(std::thread::spawn(move || timer(&timer_hub, &timer_stop)));
        let (own_hub, own_stop) = (hub.clone(), stop.clone());
        threads.push(std::thread::spawn(move || keep_snapshots(&own_hub, &own_stop)));
        Self { stop, hub: hub.clone(), threads }
    }

    /// Stops after the stages in hand; searches are broken off and come again.
    pub(crate) fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        self.hub.searches.close(true);
        self.hub.wake();
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

/// Encounters in hand. Two jobs of one encounter never run at once: their transactions would fight over its row. Only
/// what goes over the wire runs beside its stages.
type Busy = Mutex<HashSet<(EncounterId, bool)>>;

fn key(job: &Job) -> (EncounterId, bool) {
    (job.encounter, matches!(job.stage, Stage::Forward | Stage::Collect | Stage::Recall))
}

fn work(hub: &Hub, lane: Lane, stop: &AtomicBool, busy: &Busy) {
    let mut seen = 0;
    while !stop.load(Ordering::SeqCst) {
        match take(hub, lane, busy) {
            Ok(Some(job)) => {
                run(hub, &job);
                busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&key(&job));
                // Another worker may have passed over this encounter's next job meanwhile.
                hub.wake();
            }
            Ok(None) => seen = sleep(hub, lane, seen),
            Err(error) => {
                tracing::error!(%error, "cannot look for work");
                std::thread::sleep(IDLE);
            }
        }
    }
}

fn take(hub: &Hub, lane: Lane, busy: &Busy) -> Result<Option<Job>, HubError> {
    let mut busy = busy.lock().unwrap_or_else(PoisonError::into_inner);
    let due = hub.store.read(|v| v.due_jobs(hub.now(), lane.stages, lane.least, busy.len() * 4 + 16))?;
    let job = due.into_iter().find(|job| !busy.contains(&key(job)));
    if let Some(job) = &job {
        busy.insert(key(job));
    }
    Ok(job)
}

/// Sleeps until somebody wakes the runner, a job becomes due, or [`IDLE`] has passed.
fn sleep(hub: &Hub, lane: Lane, seen: u64) -> u64 {
    let now = hub.now();
    let next = hub.store.read(|v| v.next_due(now, lane.stages)).ok().flatten();
    let wait = next.map_or(IDLE, |due| {
        let until = due.duration_since(now);
        Duration::try_from(until).unwrap_or(Duration::from_millis(20)).clamp(Duration::from_millis(20), IDLE)
    });
    let guard = hub.wake.0.lock().unwrap_or_else(PoisonError::into_inner);
    if *guard != seen {
        return *guard;
    }
    match hub.wake.1.wait_timeout(guard, wait) {
        Ok((guard, _)) => *guard,
        Err(poisoned) => *poisoned.into_inner().0,
    }
}

fn run(hub: &Hub, job: &Job) {
    let span = tracing::info_span!("stage", stage = %job.stage, encounter = %job.encounter);
    let _entered = span.enter();
    match stages::run(hub, job) {
        Ok(()) => hub.tell(&[Event::Board, Event::Queue]),
        Err(HubError::NoRoom(why)) => {
            let until = later(hub.now(), NO_ROOM_S);
            if let Err(error) = hub.store.write(hub.now(), |tx| tx.put_job_back(job.id, until, &why)) {
                tracing::error!(%error, "cannot put the job back");
            }
        }
        Err(error) => {
            tracing::warn!(%error, attempts = job.attempts, "stage failed; it will be tried again");
            let wait = 1i64 << job.attempts.min(7);
            let until = later(hub.now(), wait.min(MAX_BACKOFF_S));
            if let Err(error) =
                hub.store.write(hub.now(), |tx| tx.postpone_job(job.id, until, &error.to_string()))
            {
                tracing::error!(%error, "cannot put the job off");
            }
        }
    }
}

/// `seconds` after `now`.
pub(crate) fn later(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// Snapshots take long on long lists: they have a thread of their own.
fn keep_snapshots(hub: &Hub, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        if let Err(error) = hub.write_snapshots(SNAPSHOT_LEAST) {
            tracing::error!(%error, "cannot write a gallery's snapshot");
        }
        for _ in 0..300 {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// What the clock brings about: expiry, start of entries, escalation, stale stations, known cases.
fn timer(hub: &Hub, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        for result in [
            hub.expire_due(),
            hub.escalate_due(),
            hub.mark_stale_stations(),
            hub.keep_known_cases(),
            hub.clear_journal_if_due(),
            hub.follow_earlier(),
        ] {
            if let Err(error) = result {
                tracing::error!(%error, "timer");
            }
        }
        // Short naps, so that a stop does not wait.
        for _ in 0..10 {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}
