//! The runner: alone in writing what the stages give, one transaction a stage.
//!
//! Workers take due jobs. A job that fails is put off, longer each time; a job that was overtaken writes nothing.
//! A killed process finds every job again, because a job ends in the transaction that holds its result.

use crate::{Event, Hub, HubError, stages};
use jiff::{SignedDuration, Timestamp};
use model::{EncounterId, Stage};
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
        let mut threads: Vec<_> = (0..hub.config.workers)
            .map(|_| {
                let (hub, stop, busy) = (hub.clone(), stop.clone(), busy.clone());
                std::thread::spawn(move || work(&hub, &stop, &busy))
            })
            .collect();
        let (timer_hub, timer_stop) = (hub.clone(), stop.clone());
        threads.push(std::thread::spawn(move || timer(&timer_hub, &timer_stop)));
        let (own_hub, own_stop) = (hub.clone(), stop.clone());
        threads.push(std::thread::spawn(move || keep_snapshots(&own_hub, &own_stop)));
        Self { stop, hub: hub.clone(), threads }
    }

    /// Stops after the stages in hand.
    pub(crate) fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        self.hub.wake();
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

/// Encounters in hand. Two jobs of one encounter never run at once: their transactions would fight over its row.
type Busy = Mutex<HashSet<(EncounterId, bool)>>;

/// Partners may be slow: what goes over the wire does not hold up the stages.
fn lane(job: &Job) -> (EncounterId, bool) {
    (job.encounter, matches!(job.stage, Stage::Forward | Stage::Collect))
}

fn work(hub: &Hub, stop: &AtomicBool, busy: &Busy) {
    let mut seen = 0;
    while !stop.load(Ordering::SeqCst) {
        match take(hub, busy) {
            Ok(Some(job)) => {
                run(hub, &job);
                busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&lane(&job));
                // Another worker may have passed over this encounter's next job meanwhile.
                hub.wake();
            }
            Ok(None) => seen = sleep(hub, seen),
            Err(error) => {
                tracing::error!(%error, "cannot look for work");
                std::thread::sleep(IDLE);
            }
        }
    }
}

fn take(hub: &Hub, busy: &Busy) -> Result<Option<Job>, HubError> {
    let mut busy = busy.lock().unwrap_or_else(PoisonError::into_inner);
    let due = hub.store.read(|v| v.due_jobs(hub.now(), busy.len() * 4 + 16))?;
    let job = due.into_iter().find(|job| !busy.contains(&lane(job)));
    if let Some(job) = &job {
        busy.insert(lane(job));
    }
    Ok(job)
}

/// Sleeps until somebody wakes the runner, a job is due, or [`IDLE`] has passed.
fn sleep(hub: &Hub, seen: u64) -> u64 {
    let next = hub.store.read(|v| v.next_due()).ok().flatten();
    let wait = next.map_or(IDLE, |due| {
        let until = due.duration_since(hub.now());
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

/// What the clock brings about: expiry, start of entries, escalation, stale stations.
fn timer(hub: &Hub, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        for result in
            [hub.expire_due(), hub.escalate_due(), hub.mark_stale_stations(), hub.clear_journal_if_due()]
        {
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
