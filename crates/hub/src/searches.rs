//! All searches of this hub go through one queue: they share the passes over memory, priority overtakes, and what finds
//! no room is put back into the table of jobs, which loses nothing.

use crate::{Hub, HubError};
use gallery::{Person, Queue, QueueError, Request, SearchAnswer, SearchOptions, Ticket, View};
use policy::Urgency;
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// A search that takes longer is stopped and comes again: the person is answered late anyhow, and the others are held
/// up no more.
const LATE: Duration = Duration::from_secs(120);

/// How often it is asked whether a search is still wanted.
const ASK: Duration = Duration::from_millis(250);

/// The queue and who is in it.
pub(crate) struct Searches {
    queue: Queue,
    under_way: Mutex<HashSet<Uuid>>,
    /// Held by the one search in the background.
    background: Mutex<()>,
    closing: AtomicBool,
    held: Arc<AtomicUsize>,
}

/// While it lives, no search goes on: for tests and rehearsals of a surge.
pub struct Held(Arc<AtomicUsize>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Stops the searches of one subject that are still under way when it is dropped.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Somebody who is searched now.
struct UnderWay<'a>(&'a Searches, Uuid);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way().remove(&self.1);
    }
}

impl Searches {
    pub(crate) fn new(threads: usize, waiting: usize) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
        let threads = if threads == 0 { cores.div_ceil(2) } else { threads };
        Ok(Self {
            queue: Queue::new(threads, waiting)?,
            under_way: Mutex::default(),
            background: Mutex::default(),
            closing: AtomicBool::new(false),
            held: Arc::default(),
        })
    }

    /// Whether its search is going on; otherwise it waits in the table of jobs.
    pub(crate) fn is_under_way(&self, subject: Uuid) -> bool {
        self.under_way().contains(&subject)
    }

    /// While the hub stops, searches are stopped; their jobs stay.
    pub(crate) fn close(&self, closing: bool) {
        self.closing.store(closing, Ordering::SeqCst);
    }

    fn under_way(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Searches one person in some galleries.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub(crate) fn search_lists(
        &self,
        subject: Uuid,
        views: Vec<Arc<View>>,
        probe: &Person,
        options: SearchOptions,
        urgency: Urgency,
        wanted: impl Fn() -> bool,
    ) -> Result<Vec<SearchAnswer>, HubError> {
        let what = views.into_iter().map(|view| (view, probe.clone())).collect();
        self.search(subject, what, options, urgency, wanted)
    }

    /// Searches some people, each in a gallery, all in the same passes; answers in the order given.
    ///
    /// # Errors
    /// [`HubError::NoRoom`] where it is to come again: the queue is full, the search was late, `wanted` said no, or
    /// the hub stops.
    pub(crate) fn search(
        &self,
        subject: Uuid,
        what: Vec<(Arc<View>, Person)>,
        options: SearchOptions,
        urgency: Urgency,
        wanted: impl Fn() -> bool,
    ) -> Result<Vec<SearchAnswer>, HubError> {
        let _one = if urgency == Urgency::Background { Some(self.only_one()?) } else { None };
        self.under_way().insert(subject);
        let _seen = UnderWay(self, subject);
        let stop = Arc::new(AtomicBool::new(false));
        let _ends = Stop(stop.clone());
        let tickets: Vec<Ticket> = what
            .into_iter()
            .map(|(view, probe)| {
                let (stop, held) = (stop.clone(), self.held.clone());
                self.queue.submit(Request {
                    priority: urgency.overtakes(),
                    stop: Box::new(move || {
                        while held.load(Ordering::SeqCst) > 0 && !stop.load(Ordering::SeqCst) {
                            std::thread::sleep(Duration::from_millis(2));
                        }
                        stop.load(Ordering::SeqCst)
                    }),
                    ..Request::new(view, probe, options)
                })
            })
            .collect::<Result<_, QueueError>>()
            .map_err(|e| HubError::NoRoom(e.to_string()))?;
        let began = Instant::now();
        tickets.into_iter().map(|ticket| self.wait(&ticket, began, &wanted)).collect()
    }

    fn only_one(&self) -> Result<MutexGuard<'_, ()>, HubError> {
        match self.background.try_lock() {
            Ok(guard) => Ok(guard),
            Err(TryLockError::Poisoned(guard)) => Ok(guard.into_inner()),
            Err(TryLockError::WouldBlock) => {
                Err(HubError::NoRoom("another search in the background is under way".to_owned()))
            }
        }
    }

    fn wait(
        &self,
        ticket: &Ticket,
        began: Instant,
        wanted: &impl Fn() -> bool,
    ) -> Result<SearchAnswer, HubError> {
        let stopped = |why: &str| Err(HubError::NoRoom(why.to_owned()));
        loop {
            match ticket.wait_for(ASK) {
                Some(answer) => return answer.map_err(|e| HubError::NoRoom(e.to_string())),
                None if self.closing.load(Ordering::SeqCst) => return stopped("the hub is stopping"),
                None if began.elapsed() > LATE => return stopped("the search took too long and was stopped"),
                None if !wanted() => return stopped("the search is not wanted any more"),
                None => {}
            }
        }
    }
}

impl Hub {
    /// Holds all searches up until the value is dropped; encounters are taken and prepared meanwhile. For tests and
    /// rehearsals of a surge.
    pub fn hold_searches(&self) -> Held {
        self.searches.held.fetch_add(1, Ordering::SeqCst);
        Held(self.searches.held.clone())
    }
}
