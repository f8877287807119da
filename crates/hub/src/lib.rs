//! The hub: HTTP API, runner, console.
//!
//! [`Hub`] ties the pieces together: the store remembers, the galleries search, the stages of `screening` think,
//! the runner writes. `api` is the door for stations and partner hubs, `web` the one for people.

mod agreements;
mod alerts;
mod api;
mod casework;
mod config;
mod earlier;
mod entries;
mod error;
mod evacuate;
mod extend;
mod forward;
mod galleries;
mod identity;
mod known;
mod matter;
mod people;
mod receive;
mod redress;
mod refusal;
mod runner;
mod searches;
mod serve;
mod stages;
mod stations;
mod twice;
mod web;

pub use casework::CaseSide;
pub use config::{Config, ConfigError, Tls};
pub use entries::{EntryFile, NewEntry, NewList};
pub use error::HubError;
pub use evacuate::{Evacuated, EvacuationOrder, evacuate, is_evacuated};
pub use identity::{Identity, is_hub};
pub use known::{NewKnownCase, Proficiency};
pub use matter::Matter;
pub use people::NewUser;
pub use redress::{NewRedress, Words};
pub use refusal::{Capture, Found, Refusal};
pub use searches::Held;
pub use serve::{Running, serve};

use exchange::protocol::{HubInfo, PROTOCOL_VERSION};
use galleries::Galleries;
use jiff::Timestamp;
use model::UserId;
use std::{
    path::Path,
    sync::{
        Arc, Condvar, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};
use store::Store;
use tokio::sync::broadcast;

/// Where the time comes from; tests travel in it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What open pages are told; they fetch themselves again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Something on the duty board changed.
    Board,
    /// An alert changed.
    Alerts,
    /// The examiners' queues changed.
    Queue,
}

/// A running hub, without its doors.
pub struct Hub {
    /// Configuration.
    pub config: Config,
    /// Keys.
    pub identity: Identity,
    /// Memory.
    pub store: Store,
    galleries: RwLock<Galleries>,
    earlier: Mutex<earlier::Held>,
    pub(crate) searches: searches::Searches,
    events: broadcast::Sender<Event>,
    wake: (Mutex<u64>, Condvar),
    receiving: Mutex<std::collections::HashSet<model::EncounterId>>,
    sign_in: Mutex<people::Attempts>,
    opened: Mutex<std::collections::HashMap<(model::Digest, String), web::Opened>>,
    journal_due: AtomicBool,
    clock: Clock,
}

impl Hub {
    /// Opens the hub in a folder, making keys, configuration and store at first start.
    ///
    /// # Errors
    /// The folder, a key or the store cannot be used.
    pub fn open(dir: &Path, config: Config, clock: Clock) -> Result<Arc<Self>, HubError> {
        exchange::keyfile::private_folder(dir).map_err(|e| HubError::file("make the folder", dir, e))?;
        let (identity, keys) =
            identity::load_or_create(dir).map_err(|e| HubError::file("use the keys in", dir, e))?;
        let store = Store::open(dir, keys.master, keys.ledger)?;
        let searches = searches::Searches::new(config.search_threads, config.searches_waiting)
            .map_err(|e| HubError::file("start threads for", dir, e))?;
        let hub = Arc::new(Self {
            earlier: Mutex::default(),
            searches,
            config,
            identity,
            store,
            galleries: RwLock::new(Galleries::default()),
            events: broadcast::channel(64).0,
            wake: (Mutex::new(0), Condvar::new()),
            receiving: Mutex::default(),
            sign_in: Mutex::default(),
            opened: Mutex::default(),
            journal_due: AtomicBool::new(false),
            clock,
        });
        hub.sweep_uploads()?;
        hub.expire_due()?;
        hub.load_snapshots()?;
        hub.follow_galleries()?;
        Ok(hub)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What this hub tells everybody about itself.
    pub fn info(&self) -> HubInfo {
        HubInfo {
            protocol: PROTOCOL_VERSION,
            hub: self.identity.id,
            name: self.config.name.clone(),
            signing_key: self.identity.signing.verifying_key(),
            sealing_key: self.identity.opening.sealing_key(),
            time: self.now(),
        }
    }

    /// Events from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Tells open pages. Nobody listening is no error.
    pub(crate) fn tell(&self, events: &[Event]) {
        for event in events {
            let _ = self.events.send(*event);
        }
    }

    /// Empties the database's journal, which still holds what was destroyed. Where readers are in the way, the timer
    /// tries again (S4).
    pub(crate) fn clear_journal(&self) -> Result<(), HubError> {
        let cleared = self.store.clear_journal()?;
        self.journal_due.store(!cleared, Ordering::SeqCst);
        Ok(())
    }

    /// As [`Hub::clear_journal`], if that was not possible before.
    pub(crate) fn clear_journal_if_due(&self) -> Result<(), HubError> {
        if self.journal_due.load(Ordering::SeqCst) { self.clear_journal() } else { Ok(()) }
    }

    /// Wakes the runner: there may be work.
    pub(crate) fn wake(&self) {
        *self.wake.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.wake.1.notify_all();
    }

    /// Purposes that some agreement in force allows.
    ///
    /// # Errors
    /// A database error.
    pub fn purposes(&self) -> Result<Vec<String>, HubError> {
        let mut names: Vec<String> = self
            .agreements_in_force(self.now())?
            .into_iter()
            .flat_map(|(_, a)| a.purposes.into_iter().map(|p| p.purpose))
            .collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// What is in force now: categories of people, partners, purposes, retention, hard limits (S2). Keys and
    /// lists are in a stable order, so that a change shows as a diff.
    ///
    /// # Errors
    /// A database error.
    pub fn policy_report(&self) -> Result<serde_json::Value, HubError> {
        use policy::limits as l;
        let now = self.now();
        let mut agreements = self.agreements_in_force(now)?;
        agreements.sort_by_key(|(id, _)| *id);
        let (lists, destinations) = self.store.read(|v| Ok((v.lists()?, v.destinations()?)))?;
        Ok(serde_json::json!({
            "hub": self.config.name,
            "agency": self.config.agency,
            "agreements": agreements.iter().map(|(id, a)| serde_json::json!({ "id": id, "terms": a })).collect::<Vec<_>>(),
            "lists": lists.iter().map(|l| serde_json::json!({
                "name": l.name, "originator": l.originator, "purposes": l.purposes, "max_days": l.max_days,
                "recipients": l.recipients.len(),
            })).collect::<Vec<_>>(),
            "destinations": destinations.iter().map(|d| &d.name).collect::<Vec<_>>(),
            "categories": self.config.categories,
            "hard_limits": {
                "entry_days": l::MAX_ENTRY_DAYS, "retention_days": l::MAX_RETENTION_DAYS, "fpir": l::MAX_FPIR,
                "candidates": l::MAX_CANDIDATES, "same_basis": l::MAX_SAME_BASIS,
                "encounters_per_hour": l::MAX_ENCOUNTERS_PER_HOUR,
            },
        }))
    }
}

/// How an actor stands in the ledger.
pub(crate) fn actor(user: Option<UserId>) -> String {
    user.map_or_else(|| "hub".to_owned(), |u| format!("user:{u}"))
}
