//! Sends what is queued and fetches answers, one step at a time; the caller holds the clock and the loop.

use crate::{Row, State, Station, StationError, home::SendLock, outbox::SettleError};
use exchange::{
    Answer,
    uplink::{Disposition, Uplink, UplinkError, backoff},
};
use jiff::{SignedDuration, Timestamp};
use model::EncounterId;
use rand::RngCore;
use serde::Serialize;
use std::time::Duration;

/// What happened, to be shown or logged.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A part was taken.
    Progress {
        /// Which.
        encounter: EncounterId,
        /// Bytes that the hub holds.
        held: u64,
        /// Bytes in all.
        length: u64,
    },
    /// The hub's receipt was verified; the bytes are gone from here.
    Sent {
        /// Which.
        encounter: EncounterId,
        /// Its place in the chain.
        sequence: u64,
        /// Index of the hub's audit leaf.
        ledger_index: u64,
    },
    /// Not sent for now; the station tries again by itself.
    Waiting {
        /// Which.
        encounter: EncounterId,
        /// Why.
        problem: String,
        /// When it is tried again.
        until: Timestamp,
        /// Whether somebody has to do something.
        attention: bool,
    },
    /// Refused for good: kept, not sent any more.
    Refused {
        /// Which.
        encounter: EncounterId,
        /// What the hub said.
        problem: String,
    },
    /// A new revision of an answer.
    Answered {
        /// The answer.
        answer: Answer,
    },
    /// The hub could not be asked for an answer, or gave something else.
    NoAnswer {
        /// Which.
        encounter: EncounterId,
        /// Why.
        problem: String,
    },
}

/// The process that sends for a station.
pub struct Worker {
    uplink: Uplink,
    failures: u32,
    /// Nothing is asked or sent before, because the hub could not be reached.
    rest_until: Option<Timestamp>,
    _lock: SendLock,
}

impl Worker {
    /// Takes the right to send for this station; [`StationError::Busy`] where another process has it.
    pub fn new(station: &Station) -> Result<Self, StationError> {
        let lock = station.lock_sending()?;
        Ok(Self { uplink: station.uplink()?, failures: 0, rest_until: None, _lock: lock })
    }

    /// Sends every encounter that is due, in the order of the chain, and asks for every answer that is due. Gives the
    /// time of the next thing to do, if there is any.
    pub fn step(
        &mut self,
        station: &mut Station,
        clock: impl Fn() -> Timestamp,
        rng: &mut impl RngCore,
        mut tell: impl FnMut(Event),
    ) -> Result<Option<Timestamp>, StationError> {
        if self.rest_until.is_some_and(|until| clock() < until) {
            return Ok(self.rest_until);
        }
        self.rest_until = None;
        for row in station.outbox().rows(Some(State::Queued))? {
            if row.not_before.is_some_and(|time| clock() < time) {
                continue;
            }
            if !self.send(station, &row, &clock, rng, &mut tell)? {
                return Ok(self.rest_until);
            }
        }
        for row in station.outbox().rows(None)? {
            if due_poll(station, &row).is_some_and(|due| due <= clock())
                && !self.ask(station, &row, &clock, rng, &mut tell)?
            {
                return Ok(self.rest_until);
            }
        }
        let next = |row: &Row| match row.state {
            State::Queued => Some(row.not_before.unwrap_or(row.queued_at)),
            _ => due_poll(station, row),
        };
        Ok(station.outbox().rows(None)?.iter().filter_map(next).min())
    }

    /// Sends one encounter. False where the hub cannot be reached, so that trying the next one is idle.
    fn send(
        &mut self,
        station: &mut Station,
        row: &Row,
        clock: &impl Fn() -> Timestamp,
        rng: &mut impl RngCore,
        tell: &mut impl FnMut(Event),
    ) -> Result<bool, StationError> {
        let Row { encounter, length, .. } = *row;
        let bytes = station.outbox().sealed_bytes(row)?;
        // Asking first what the hub holds costs a round trip; it is worth it where a whole first part may be saved.
        let resume = row.attempts > 0 || length > self.first_part(station);
        let progress = |held| tell(Event::Progress { encounter, held, length });
        let error = match self.uplink.send(encounter, &bytes, row.digest, resume, progress) {
            Ok(receipt) => {
                let hub = self.uplink.hub();
                match station.outbox_mut().settle(&receipt, hub.hub, &hub.signing_key, clock()) {
                    Ok(row) => {
                        self.failures = 0;
                        let ledger_index = receipt.receipt.ledger_index;
                        tell(Event::Sent { encounter, sequence: row.sequence, ledger_index });
                        return Ok(true);
                    }
                    Err(SettleError::Receipt(error)) => UplinkError::Receipt(error),
                    Err(SettleError::Station(error)) => return Err(error),
                }
            }
            Err(error) => error,
        };
        let problem = error.to_string();
        let disposition = error.disposition();
        if disposition == Disposition::Never {
            station.outbox_mut().failed(encounter, &problem, None, true)?;
            tell(Event::Refused { encounter, problem });
            return Ok(true);
        }
        // The first attempt to reach a hub that is away says nothing about this encounter, later ones neither: all
        // of them wait together.
        let until = self.rest(station, &error, clock(), rng);
        station.outbox_mut().failed(encounter, &problem, Some(until), false)?;
        let attention = disposition == Disposition::Attention;
        tell(Event::Waiting { encounter, problem, until, attention });
        Ok(false)
    }

    fn first_part(&self, station: &Station) -> u64 {
        station.pace().parts.first
    }

    /// Asks for one answer. False where the hub cannot be reached.
    fn ask(
        &mut self,
        station: &mut Station,
        row: &Row,
        clock: &impl Fn() -> Timestamp,
        rng: &mut impl RngCore,
        tell: &mut impl FnMut(Event),
    ) -> Result<bool, StationError> {
        let encounter = row.encounter;
        match self.uplink.answer(encounter, row.revision) {
            Ok(None) => station.outbox_mut().polled(encounter, clock())?,
            Ok(Some(sealed)) => match station.open_answer(encounter, &sealed.bytes) {
                Ok(answer) => {
                    // The revision inside is signed; the one outside is not.
                    let fresh = station.outbox_mut().answered(
                        encounter,
                        answer.revision,
                        answer.complete,
                        &sealed.bytes,
                        clock(),
                    )?;
                    if fresh {
                        tell(Event::Answered { answer });
                    } else {
                        station.outbox_mut().polled(encounter, clock())?;
                    }
                }
                Err(error) => {
                    station.outbox_mut().polled(encounter, clock())?;
                    tell(Event::NoAnswer { encounter, problem: error.to_string() });
                }
            },
            Err(error) => {
                station.outbox_mut().polled(encounter, clock())?;
                tell(Event::NoAnswer { encounter, problem: error.to_string() });
                if error.disposition() == Disposition::Later {
                    self.rest(station, &error, clock(), rng);
                    return Ok(false);
                }
            }
        }
        self.failures = 0;
        Ok(true)
    }

    fn rest(
        &mut self,
        station: &Station,
        error: &UplinkError,
        now: Timestamp,
        rng: &mut impl RngCore,
    ) -> Timestamp {
        self.failures = self.failures.saturating_add(1);
        let wait = backoff(self.failures, station.pace().retry_most, rng);
        let wait = wait.max(error.retry_after().unwrap_or(Duration::ZERO));
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO);
        let until = now.saturating_add(wait).unwrap_or(now);
        self.rest_until = Some(until);
        until
    }
}

/// When the hub is to be asked for a row's answer.
fn due_poll(station: &Station, row: &Row) -> Option<Timestamp> {
    let sent_at = row.sent_at?;
    let Some(polled_at) = row.polled_at else { return Some(sent_at) };
    Some(station.pace().next_poll(sent_at, polled_at, row.state == State::Answered))
}
