//! The folder of a station: who it is, and its keys.
//!
//! ```text
//! station.json   identity, and the hub's keys as pinned at enrolment
//! station.toml   defaults for what is said about encounters; written by people, may be absent
//! signing.key    Ed25519 secret, mode 0600
//! opening.key    X25519 secret that opens answers, mode 0600
//! outbox.db      rows; outbox/ the sealed bytes
//! uplink.lock    held by the process that sends
//! ```

use crate::{Draft, Outbox, Pace, Particulars, Queued, StationError, outbox::Place};
use exchange::{
    Answer, OpeningKey, Package, SigningKey,
    code::EnrolmentCode,
    keyfile,
    keys::Context,
    open_answer,
    protocol::{EnrolRequest, HubInfo, StationProfile},
    seal,
    uplink::{Link, LinkOptions, Uplink},
};
use jiff::Timestamp;
use model::{Digest, EncounterId, StationId};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

const IDENTITY: &str = "station.json";
const DEFAULTS: &str = "station.toml";
const SIGNING: &str = "signing.key";
const OPENING: &str = "opening.key";
const LOCK: &str = "uplink.lock";

/// Who a station is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Its id at the hub.
    pub station: StationId,
    /// Its name for people.
    pub name: String,
    /// Link and power.
    pub profile: StationProfile,
    /// Where the hub is.
    pub base: String,
    /// The authority that signs for the hub's certificate, if it is not one that the machine trusts.
    pub ca_file: Option<PathBuf>,
    /// The hub, pinned.
    pub hub: HubInfo,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
}

/// What enrolment needs.
#[derive(Debug, Clone)]
pub struct EnrolOptions {
    /// Where the hub is.
    pub base: String,
    /// The one-time code, as typed.
    pub code: String,
    /// The station's name for people.
    pub name: String,
    /// Link and power.
    pub profile: StationProfile,
    /// The authority that signs for the hub's certificate.
    pub ca_file: Option<PathBuf>,
}

/// An enrolled station.
pub struct Station {
    home: PathBuf,
    identity: Identity,
    signing: SigningKey,
    opening: OpeningKey,
    outbox: Outbox,
}

/// Only one process sends for a station; the lock falls when it ends, however it ends.
#[derive(Debug)]
pub struct SendLock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Station {
    /// Enrols a new station in `home`. Killed at any point, it may be repeated with the same code: the keys are made
    /// once, and the hub gives the same station for the same code and keys.
    pub fn enrol(
        home: &Path,
        options: &EnrolOptions,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, StationError> {
        if let Some(identity) = read_identity(home)? {
            return Err(StationError::AlreadyEnrolled { folder: home.to_owned(), name: identity.name });
        }
        let link = Link::new(&options.base, &LinkOptions { ca_file: options.ca_file.clone() })?;
        let hub = link.hub()?;
        // A code of another form is sent as it was typed: the hub decides. One that names a hub must name this one.
        if options.code.parse::<EnrolmentCode>().is_ok_and(|code| !code.is_for(&hub.signing_key)) {
            let found = hub.signing_key.fingerprint().to_string();
            return Err(StationError::OtherHub { base: link.base().to_owned(), found });
        }
        keyfile::private_folder(home).map_err(StationError::disk(home))?;
        let (signing_path, opening_path) = (home.join(SIGNING), home.join(OPENING));
        if !signing_path.exists() {
            let secret = SigningKey::generate(rng).to_secret_text();
            keyfile::write_new(&signing_path, &secret).map_err(StationError::disk(&signing_path))?;
        }
        if !opening_path.exists() {
            let secret = OpeningKey::generate(rng).to_secret_text();
            keyfile::write_new(&opening_path, &secret).map_err(StationError::disk(&opening_path))?;
        }
        exchange::fault::point("enrol.keys");
        let (signing, opening) = read_keys(home)?;
        let request = EnrolRequest::new(
            options.code.trim().to_owned(),
            options.name.clone(),
            options.profile,
            &signing,
            opening.sealing_key(),
        );
        let reply = link.enrol(&request)?;
        exchange::fault::point("enrol.reply");
        if (reply.hub.hub, reply.hub.signing_key) != (hub.hub, hub.signing_key) {
            let found = reply.hub.signing_key.fingerprint().to_string();
            return Err(StationError::OtherHub { base: link.base().to_owned(), found });
        }
        let identity = Identity {
            station: reply.station,
            name: options.name.clone(),
            profile: options.profile,
            base: link.base().to_owned(),
            ca_file: options.ca_file.clone(),
            hub: reply.hub,
            enrolled_at: now,
        };
        let outbox = Outbox::open(home)?;
        write_identity(home, &identity).map_err(StationError::disk(&home.join(IDENTITY)))?;
        Ok(Self { home: home.to_owned(), identity, signing, opening, outbox })
    }

    /// Opens an enrolled station.
    pub fn open(home: &Path) -> Result<Self, StationError> {
        let identity = read_identity(home)?.ok_or_else(|| StationError::NotEnrolled(home.to_owned()))?;
        let (signing, opening) = read_keys(home)?;
        Ok(Self { home: home.to_owned(), identity, signing, opening, outbox: Outbox::open(home)? })
    }

    /// Who it is.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// How eager it is.
    pub const fn pace(&self) -> Pace {
        Pace::of(self.identity.profile)
    }

    /// What it holds.
    pub const fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// What it holds, to be changed.
    pub const fn outbox_mut(&mut self) -> &mut Outbox {
        &mut self.outbox
    }

    /// The defaults that people wrote into `station.toml`.
    pub fn defaults(&self) -> Result<Particulars, StationError> {
        let path = self.home.join(DEFAULTS);
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Particulars::default()),
            Err(error) => Err(StationError::disk(&path)(error)),
            Ok(text) => toml::from_str(&text).map_err(|error| {
                StationError::input(format!("{}: {error}.", path.display()), "Correct it and repeat.")
            }),
        }
    }

    /// Seals a draft and queues it, unless the same inputs were queued before.
    pub fn queue(
        &mut self,
        draft: &Draft,
        now: Timestamp,
        rng: &mut impl CryptoRng,
    ) -> Result<Queued, StationError> {
        let Self { identity, signing, outbox, .. } = self;
        // Ed25519 is deterministic: a keyed name for the inputs without another secret.
        let inputs = Digest::of(signing.sign(Context::Inputs, &[draft.inputs().as_bytes()]).as_bytes());
        outbox.queue(&inputs, now, |Place { sequence, previous }| {
            let encounter = new_encounter(now, rng);
            let package: Package = draft.package(identity.station, encounter, sequence, previous, now);
            let sealed = seal(&package, signing, &identity.hub.sealing_key, rng).map_err(|error| {
                StationError::input(
                    format!("The encounter cannot be sealed: {error}."),
                    "Split it, or compress the images.",
                )
            })?;
            Ok((encounter, sealed))
        })
    }

    /// The way to the hub.
    pub fn uplink(&self) -> Result<Uplink, StationError> {
        let Identity { station, base, ca_file, hub, .. } = &self.identity;
        let link = Link::new(base, &LinkOptions { ca_file: ca_file.clone() })?;
        let (signing, _) = read_keys(&self.home)?;
        Ok(Uplink::new(link, *station, signing, hub.clone(), self.pace().parts))
    }

    /// Takes the right to send, if no other process has it.
    pub fn lock_sending(&self) -> Result<SendLock, StationError> {
        let path = self.home.join(LOCK);
        let file = File::options().create(true).write(true).truncate(false).open(&path);
        let file = file.map_err(StationError::disk(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(SendLock(file)),
            Err(fs::TryLockError::WouldBlock) => Err(StationError::Busy),
            Err(fs::TryLockError::Error(error)) => Err(StationError::disk(&path)(error)),
        }
    }

    /// Opens a sealed answer.
    pub fn open_answer(&self, encounter: EncounterId, sealed: &[u8]) -> Result<Answer, StationError> {
        let Identity { station, hub, .. } = &self.identity;
        open_answer(sealed, *station, encounter, &self.opening, &hub.signing_key)
            .map_err(|error| StationError::damaged(format!("the answer to {encounter}: {error}")))
    }
}

/// UUID version 7 from a clock and randomness that are passed in.
fn new_encounter(now: Timestamp, rng: &mut impl CryptoRng) -> EncounterId {
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
    EncounterId::new(uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}

fn read_identity(home: &Path) -> Result<Option<Identity>, StationError> {
    let path = home.join(IDENTITY);
    match fs::read(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StationError::disk(&path)(error)),
        Ok(json) => serde_json::from_slice(&json)
            .map(Some)
            .map_err(|error| StationError::damaged(format!("{}: {error}", path.display()))),
    }
}

fn write_identity(home: &Path, identity: &Identity) -> std::io::Result<()> {
    let (path, partial) = (home.join(IDENTITY), home.join(".station.json.part"));
    let mut file = File::create(&partial)?;
    file.write_all(&serde_json::to_vec_pretty(identity)?)?;
    file.sync_all()?;
    fs::rename(&partial, &path)?;
    keyfile::sync_parent(&path)
}

fn read_keys(home: &Path) -> Result<(SigningKey, OpeningKey), StationError> {
    let read = |name: &str| {
        let path = home.join(name);
        keyfile::read(&path).map_err(StationError::disk(&path))
    };
    let bad = |name: &str| StationError::damaged(format!("{} is not a key file", home.join(name).display()));
    let signing = SigningKey::from_secret_text(&read(SIGNING)?).map_err(|_| bad(SIGNING))?;
    let opening = OpeningKey::from_secret_text(&read(OPENING)?).map_err(|_| bad(OPENING))?;
    Ok((signing, opening))
}
