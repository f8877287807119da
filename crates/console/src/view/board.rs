//! The duty board.

use super::{EncounterState, Queue};
use jiff::Timestamp;
use serde::Serialize;

/// What is waiting, where, and since when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BoardView {
    /// One per queue, in the order shown.
    pub queues: Vec<QueueTile>,
    /// Encounters of the last 24 hours by state; states without any may be left out.
    pub encounters: Vec<StateCount>,
    /// Whether this person may look at encounters.
    pub may_see_encounters: bool,
    /// Sites and their stations; `None` where this person is not to know them.
    pub sites: Option<Vec<SiteRow>>,
    /// Destinations and whether they answer.
    pub destinations: Vec<DestinationRow>,
    /// Median time from receipt to the machine's answer over the last 24 hours, seconds.
    pub machine_answer_median_s: Option<u64>,
    /// The same, 95th percentile.
    pub machine_answer_p95_s: Option<u64>,
    /// Share of the encounters of the last 24 hours that have no answer yet, percent.
    pub unanswered_percent: Option<u8>,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueTile {
    /// Which.
    pub queue: Queue,
    /// How many wait.
    pub waiting: u32,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
    /// How many wait longer than they should.
    pub overdue: u32,
    /// How long one should wait at most, seconds.
    pub target_s: Option<u64>,
    /// Where it is worked on; none where this person may not.
    pub url: Option<String>,
}

/// How many encounters are in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StateCount {
    /// The state.
    pub state: EncounterState,
    /// How many.
    pub count: u32,
}

/// One site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteRow {
    /// Its name.
    pub name: String,
    /// Stations in service.
    pub stations: u32,
    /// Of these, seen lately; where there are none, nobody may be there.
    pub stations_online: u32,
    /// When a station was last heard of.
    pub last_seen: Option<Timestamp>,
    /// Encounters of the last 24 hours.
    pub encounters: u32,
}

/// One destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DestinationRow {
    /// Its name.
    pub name: String,
    /// Whether it answered last time.
    pub reachable: bool,
    /// Requests not yet answered.
    pub waiting: u32,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
    /// Its last answer.
    pub last_answer: Option<Timestamp>,
}
