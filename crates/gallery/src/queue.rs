//! Many searches at once: they share the passes over memory, priority overtakes, and too many are refused.
//!
//! Blocks are walked in chunks. A search that waits joins at the next chunk, wherever the walk is, and leaves when
//! it has seen all; so ten searches read memory once, not ten times. While a search with priority is under way,
//! the others stand still. The queue is bounded: what does not fit is refused at once, and the caller comes again.

use crate::{
    Cascade, Person, SearchAnswer, SearchOptions, View,
    cascade::Search,
    probe::{BlockScores, Probe},
};
use rayon::prelude::*;
use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc},
    thread::JoinHandle,
};

/// Blocks of a step: 4,096 persons, some milliseconds of work, so that priority waits no longer.
const CHUNK: usize = 64;
/// Searches that walk together: their scores take 1 MB a scanned finger each at a million persons and eight bits a
/// score more; beyond this a shared pass saves nothing.
const TOGETHER: usize = 16;

/// A search that was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// So many wait that this one would only add to the delay.
    #[error("{0} searches are waiting already: come again later")]
    Busy(usize),
    /// It was cancelled, or its time was over.
    #[error("the search was stopped before it was done")]
    Stopped,
}

/// What is to be searched, and how.
pub struct Request {
    /// Where.
    pub view: Arc<View>,
    /// Whom.
    pub probe: Person,
    /// How.
    pub options: SearchOptions,
    /// Sizes of the stages.
    pub cascade: Cascade,
    /// Overtakes all that have none.
    pub priority: bool,
    /// Asked between steps: a cancelled or late search stops.
    pub stop: Box<dyn Fn() -> bool + Send>,
}

impl Request {
    /// An ordinary search that nothing stops.
    pub fn new(view: Arc<View>, probe: Person, options: SearchOptions) -> Self {
        Self { view, probe, options, cascade: Cascade::default(), priority: false, stop: Box::new(|| false) }
    }
}

/// A search under way.
pub struct Ticket(mpsc::Receiver<SearchAnswer>);

impl Ticket {
    /// Waits for the answer.
    ///
    /// # Errors
    /// [`QueueError::Stopped`] where it was cancelled, late, or the queue was dropped.
    pub fn wait(self) -> Result<SearchAnswer, QueueError> {
        self.0.recv().map_err(|_| QueueError::Stopped)
    }

    /// Waits at most so long; none where there is no answer yet.
    pub fn wait_for(&self, time: std::time::Duration) -> Option<Result<SearchAnswer, QueueError>> {
        match self.0.recv_timeout(time) {
            Ok(answer) => Some(Ok(answer)),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => Some(Err(QueueError::Stopped)),
        }
    }
}

/// Searches waiting and under way; its threads end with it.
pub struct Queue {
    shared: Arc<Shared>,
    limit: usize,
    walker: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    first: VecDeque<Walk>,
    others: VecDeque<Walk>,
    closed: bool,
}

/// One search on its way.
struct Walk {
    request: Request,
    probe: Probe,
    answer: mpsc::SyncSender<SearchAnswer>,
    scores: Vec<BlockScores>,
    /// Chunks not yet seen, by number.
    left: Vec<bool>,
}

impl Queue {
    /// A queue that walks on `threads` threads and holds at most `limit` waiting searches.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn new(threads: usize, limit: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.max(1))
            .thread_name(|i| format!("search-{i}"))
            .build()
            .map_err(std::io::Error::other)?;
        let own = Arc::clone(&shared);
        let walker =
            std::thread::Builder::new().name("search-walk".into()).spawn(move || walk(&own, &pool))?;
        Ok(Self { shared, limit: limit.max(1), walker: Some(walker) })
    }

    /// Puts a search in the queue; the probe is made ready on the caller's thread.
    ///
    /// # Errors
    /// [`QueueError::Busy`] where the queue is full.
    pub fn submit(&self, request: Request) -> Result<Ticket, QueueError> {
        // A priority search is never refused: there are few, and they are the reason for refusing others.
        if !request.priority {
            self.room(&self.shared.lock())?;
        }
        let probe = Probe::new(&request.probe, &request.cascade);
        let (answer, ticket) = mpsc::sync_channel(1);
        let blocks = request.view.blocks().len();
        let short = Search { view: &request.view, probe: &probe, cascade: &request.cascade }.everybody();
        let (scores, left) = if short {
            (Vec::new(), Vec::new())
        } else {
            (vec![BlockScores::default(); blocks], vec![true; blocks.div_ceil(CHUNK)])
        };
        let walk = Walk { request, probe, answer, scores, left };
        let mut waiting = self.shared.lock();
        if !walk.request.priority {
            self.room(&waiting)?;
        }
        if walk.request.priority {
            waiting.first.push_back(walk)
        } else {
            waiting.others.push_back(walk)
        }
        self.shared.news.notify_one();
        Ok(Ticket(ticket))
    }

    /// Searches and waits: an ordinary search in one call.
    ///
    /// # Errors
    /// [`QueueError`].
    pub fn search(&self, request: Request) -> Result<SearchAnswer, QueueError> {
        self.submit(request)?.wait()
    }

    fn room(&self, waiting: &Waiting) -> Result<(), QueueError> {
        let count = waiting.others.len();
        if count < self.limit { Ok(()) } else { Err(QueueError::Busy(count)) }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.news.notify_one();
        if let Some(walker) = self.walker.take() {
            // It only ends early by a panic, which it has already shown.
            let _ = walker.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn walk(shared: &Shared, pool: &rayon::ThreadPool) {
    let mut under_way: Vec<Walk> = Vec::new();
    let mut cursor = 0;
    loop {
        {
            let mut waiting = shared.lock();
            while under_way.is_empty()
                && waiting.first.is_empty()
                && waiting.others.is_empty()
                && !waiting.closed
            {
                waiting = shared.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            }
            if waiting.closed {
                return;
            }
            under_way.extend(waiting.first.drain(..));
            while under_way.len() < TOGETHER {
                let Some(next) = waiting.others.pop_front() else { break };
                under_way.push(next);
            }
        }
        // Dropping a walk closes its channel: who waits hears that it was stopped.
        under_way.retain(|walk| !(walk.request.stop)());
        let overtaking = under_way.iter().any(|walk| walk.request.priority);
        let mut stepping: Vec<&mut Walk> =
            under_way.iter_mut().filter(|w| w.request.priority || !overtaking).collect();
        step(&mut stepping, &mut cursor, pool);
        // As many are brought to their ends at a time as there are threads, so that priority need not wait for many.
        let done = |w: &Walk| (w.request.priority || !overtaking) && w.left.iter().all(|left| !left);
        let mut ending = Vec::new();
        while ending.len() < pool.current_num_threads() {
            let Some(at) = under_way.iter().position(done) else { break };
            ending.push(under_way.remove(at));
        }
        pool.install(|| ending.into_par_iter().for_each(Walk::end));
    }
}

impl Walk {
    fn end(self) {
        let search = Search { view: &self.request.view, probe: &self.probe, cascade: &self.request.cascade };
        let answer = search.finish(&self.scores, &self.request.options);
        // Nobody may be waiting any more.
        let _ = self.answer.send(answer);
    }
}

/// Everybody who still needs it sees the next chunk that somebody needs.
fn step(walks: &mut [&mut Walk], cursor: &mut usize, pool: &rayon::ThreadPool) {
    let chunks = walks.iter().map(|w| w.left.len()).max().unwrap_or(0);
    let needed = |c: &usize| walks.iter().any(|w| w.left.get(*c) == Some(&true));
    let Some(chunk) = (0..chunks).map(|k| (*cursor + k) % chunks).find(needed) else { return };
    *cursor = chunk + 1;
    let mut jobs: Vec<(&mut BlockScores, usize, &Probe, &View)> = Vec::new();
    for walk in walks.iter_mut().filter(|w| w.left.get(chunk) == Some(&true)) {
        walk.left[chunk] = false;
        let (first, probe, view) = (chunk * CHUNK, &walk.probe, &*walk.request.view);
        let scores = walk.scores.iter_mut().enumerate().skip(first).take(CHUNK);
        jobs.extend(scores.map(|(block, out)| (out, block, probe, view)));
    }
    // Block by block, so that all searches see it while it is in the cache.
    jobs.sort_by_key(|job| job.1);
    pool.install(|| {
        jobs.par_iter_mut().for_each(|(out, block, probe, view)| {
            probe.fetch(view.blocks(), *block);
            **out = probe.scan(&view.blocks()[*block]);
        });
    });
}
