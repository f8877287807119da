//! Hard limits that no agreement and no administrator can widen.

use jiff::SignedDuration;

/// Longest life of a list entry, whatever the list says (S17).
pub const MAX_ENTRY_DAYS: u32 = 3 * 365;

/// Longest time that an encounter is kept, whatever the agreement says (S28).
pub const MAX_RETENTION_DAYS: u32 = 5 * 365;

/// Largest false positive identification rate that a search may be asked for (WORKFLOW, "Why people are asked
/// twice": above this, most candidates would be wrong).
pub const MAX_FPIR: f64 = 0.01;

/// Most candidates that one search of one list puts before examiners.
pub const MAX_CANDIDATES: usize = 20;

/// Live entries of one originator that may share one text as legal basis; more look like a category, and wait
/// for an approver of another agency (S18).
pub const MAX_SAME_BASIS: usize = 10;

/// An alert that nobody has acknowledged goes to the watch officers after this long,
pub const FIRST_ESCALATION: SignedDuration = SignedDuration::from_mins(5);

/// and again after this long.
pub const SECOND_ESCALATION: SignedDuration = SignedDuration::from_mins(15);

/// A station not heard from for this long is stale and drops its lists (S19).
pub const STATION_STALE: SignedDuration = SignedDuration::from_hours(24);

/// Encounters that one station may send in an hour: a surge is 5,000 a day over 7 sites, and a stolen key
/// must not serve for trial and error against the lists (S26).
pub const MAX_ENCOUNTERS_PER_HOUR: u64 = 600;

/// A person whose fingers were taken longer ago than this does not stand at the station any more, and their search is
/// no more urgent than others.
pub const PERSON_WAITS: SignedDuration = SignedDuration::from_mins(30);
