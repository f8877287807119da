//! Receive: the upload of a sealed encounter, part by part, and the receipt. 201 only after commit.
//!
//! The bytes of an unfinished upload are a file; its length is the offset. When the last part is there, one
//! transaction holds the encounter, its receipt, the audit leaf and the job that decodes it.

use crate::{Event, Hub, HubError};
use exchange::{
    Manifest, Receipt, SignedReceipt, VerifyingKey, check, fault::point, protocol::Problem, request::Part,
    seal,
};
use jiff::{SignedDuration, Timestamp};
use model::{Digest, EncounterId, Stage, StationId, StationState};
use policy::{Sender, Urgency};
use std::{
    fs::{self, File},
    io::{Read, Write},
    path::PathBuf,
    sync::PoisonError,
};
use store::{Entry, NewEncounter, NewJob, StationRow, StoreError, Tx, UploadRow};

/// An upload that nobody has continued for this long is given up; the station begins again.
const UPLOAD_LIFE: SignedDuration = SignedDuration::from_hours(72);

/// What a sender is told after a part.
#[derive(Debug)]
pub(crate) enum Received {
    /// More is to come; the stored bytes end here.
    More(u64),
    /// Committed now.
    Committed(Box<SignedReceipt>),
    /// Committed before.
    Known(Box<SignedReceipt>),
    /// The part does not begin where the stored bytes end.
    WrongOffset(u64),
    /// Refused.
    Refused(Problem),
}

/// What is stored of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) digest: Digest,
}

impl Hub {
    fn part_path(&self, id: EncounterId) -> PathBuf {
        self.store.dir().join("uploads").join(format!("{id}.part"))
    }

    /// Removes what finished or given-up uploads left behind.
    pub(crate) fn sweep_uploads(&self) -> Result<(), HubError> {
        let dir = self.store.dir().join("uploads");
        exchange::keyfile::private_folder(&dir).map_err(|e| HubError::file("make the folder", &dir, e))?;
        let now = self.now();
        let old = now.checked_sub(UPLOAD_LIFE).unwrap_or(Timestamp::UNIX_EPOCH);
        let stale = self.store.read(|v| v.uploads_before(old))?;
        for upload in stale {
            self.store.write(now, |tx| tx.end_upload(upload.encounter))?;
        }
        let entries = fs::read_dir(&dir).map_err(|e| HubError::file("read", &dir, e))?;
        for path in entries.filter_map(|e| Some(e.ok()?.path())) {
            let id = path.file_stem().and_then(|s| s.to_str()).and_then(|s| s.parse::<EncounterId>().ok());
            let wanted = match id {
                Some(id) => self.store.read(|v| v.upload(id))?.is_some(),
                None => false,
            };
            if !wanted {
                let _ = fs::remove_file(&path);
            }
        }
        Ok(())
    }

    /// The station, if it may send.
    pub(crate) fn sender(&self, id: StationId) -> Result<Option<(StationRow, VerifyingKey)>, HubError> {
        let Some(row) = self.store.read(|v| v.station(id))? else { return Ok(None) };
        let may = matches!(row.state, StationState::Active | StationState::Stale);
        let key = row.verifying_key.parse().map_err(|_| HubError::Stored(format!("key of station {id}")))?;
        Ok(may.then_some((row, key)))
    }

    /// What is stored of an encounter: of an upload, or all of it once committed.
    pub(crate) fn stored(&self, id: EncounterId, station: StationId) -> Result<Option<Stored>, HubError> {
        let (encounter, upload) = self.store.read(|v| Ok((v.encounter(id)?, v.upload(id)?)))?;
        if let Some(e) = encounter.filter(|e| e.station == station) {
            return Ok(Some(Stored { offset: e.length, length: e.length, digest: e.digest }));
        }
        Ok(upload.filter(|u| u.station == station).map(|u| Stored {
            offset: fs::metadata(self.part_path(id)).map_or(0, |m| m.len()),
            length: u.length,
            digest: u.digest,
        }))
    }

    /// Takes a part. Its signature and body digest have been checked.
    pub(crate) fn receive(
        &self,
        station: &StationRow,
        key: VerifyingKey,
        id: EncounterId,
        part: Part,
        body: &[u8],
    ) -> Result<Received, HubError> {
        // Two requests for one encounter at once (a station that gave up waiting and tried again) must not
        // append both: the second is told to come back.
        if !self.receiving.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            return Ok(Received::Refused(Problem::new(
                "busy",
                503,
                "another request for this encounter is being worked on",
                "what was stored before is kept",
                "try again in a moment",
            )));
        }
        let result = self.receive_alone(station, key, id, part, body);
        self.receiving.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        result
    }

    fn receive_alone(
        &self,
        station: &StationRow,
        key: VerifyingKey,
        id: EncounterId,
        part: Part,
        body: &[u8],
    ) -> Result<Received, HubError> {
        if let Some(encounter) = self.store.read(|v| v.encounter(id))? {
            let same = encounter.digest == part.digest
                && encounter.length == part.length
                && encounter.station == station.id;
            if same {
                let receipt = serde_json::from_str(&encounter.receipt)
                    .map_err(|e| HubError::Stored(format!("receipt of {id}: {e}")))?;
                return Ok(Received::Known(Box::new(receipt)));
            }
            return self.other_digest(station.id, id);
        }
        if part.length == 0 || part.length > seal::MAX_SEALED_LENGTH {
            return Ok(Received::Refused(too_long(part.length)));
        }
        match self.store.read(|v| v.upload(id))? {
            Some(u) if u.station != station.id || u.digest != part.digest || u.length != part.length => {
                return self.other_digest(station.id, id);
            }
            Some(_) => {}
            None => {
                let now = self.now();
                let hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(now);
                let sent = self.store.read(|v| v.encounters_from(station.id, hour_ago))?;
                if sent >= policy::limits::MAX_ENCOUNTERS_PER_HOUR {
                    return Ok(Received::Refused(quota()));
                }
                self.store.write(now, |tx| {
                    tx.add_upload(&UploadRow {
                        encounter: id,
                        station: station.id,
                        digest: part.digest,
                        length: part.length,
                        started_at: now,
                    })
                })?;
            }
        }
        let path = self.part_path(id);
        let offset = fs::metadata(&path).map_or(0, |m| m.len());
        let end = part.offset.saturating_add(body.len() as u64);
        if part.offset != offset && !(offset == part.length && part.offset <= offset) {
            return Ok(Received::WrongOffset(offset));
        }
        if end > part.length {
            return Ok(Received::Refused(too_long(end)));
        }
        if part.offset == offset && !body.is_empty() {
            point("receive.part.before");
            append(&path, body).map_err(|e| HubError::file("write", &path, e))?;
            point("receive.part.after");
        }
        let held = fs::metadata(&path).map_or(0, |m| m.len());
        if held < part.length {
            return Ok(Received::More(held));
        }
        self.complete(station, key, id, part)
    }

    fn complete(
        &self,
        station: &StationRow,
        key: VerifyingKey,
        id: EncounterId,
        part: Part,
    ) -> Result<Received, HubError> {
        let path = self.part_path(id);
        let bytes =
            read_limited(&path, seal::MAX_SEALED_LENGTH).map_err(|e| HubError::file("read", &path, e))?;
        if Digest::of(&bytes) != part.digest {
            let problem = Problem::new(
                "digest",
                422,
                "the bytes received do not have the digest that was announced",
                "nothing: what was stored of this upload was removed",
                "keep the encounter at the station and send it again from the beginning",
            );
            return self.refuse(station.id, id, problem);
        }
        let package = match seal::open(&bytes, &self.identity.opening, |s| (s == station.id).then_some(key)) {
            Ok(package) if package.manifest.encounter == id => package,
            Ok(_) => return self.refuse(station.id, id, not_opened("it holds another encounter's id")),
            Err(error) => return self.refuse(station.id, id, not_opened(&error.to_string())),
        };
        if let Some(rule) = check::rules(&package.manifest).first() {
            let problem = Problem::new(
                rule.code(),
                422,
                format!("the encounter was not taken: {rule}"),
                "nothing was kept at the hub; the station keeps the encounter",
                rule.remedy(),
            );
            return self.refuse(station.id, id, problem);
        }
        let now = self.now();
        let urgency = self.urgency(&package.manifest, station, now)?;
        drop(package);

        point("receive.commit.before");
        let receipt = self.store.write(now, |tx: &Tx<'_>| {
            tx.ensure_key(id.uuid())?;
            tx.put_blob(id.uuid(), "sealed", &bytes)?;
            let ledger_index = tx.log(&Entry {
                kind: "encounter.received",
                actor: &format!("station:{}", station.id),
                subject: &format!("encounter:{id}"),
                detail: serde_json::json!({ "digest": part.digest, "length": part.length }),
                ..Entry::default()
            })?;
            let receipt = Receipt {
                hub: self.identity.id,
                encounter: id,
                digest: part.digest,
                length: part.length,
                received_at: now,
                ledger_index,
            }
            .sign(&self.identity.signing);
            let text = serde_json::to_string(&receipt).unwrap_or_default();
            tx.add_encounter(&NewEncounter {
                id,
                station: station.id,
                digest: part.digest,
                length: part.length,
                receipt: text,
            })?;
            tx.add_job(&NewJob {
                encounter: id,
                stage: Stage::Decode,
                destination: "",
                priority: urgency.order(),
                due_at: now,
            })?;
            tx.end_upload(id)?;
            tx.touch_station(station.id)?;
            Ok::<_, StoreError>(receipt)
        })?;
        point("receive.commit.after");
        let _ = fs::remove_file(&path);
        self.wake();
        self.tell(&[Event::Board]);
        Ok(Received::Committed(Box::new(receipt)))
    }

    /// How urgent it is, by the agreement's word on its purpose and by who sent it when.
    fn urgency(
        &self,
        manifest: &Manifest,
        station: &StationRow,
        now: Timestamp,
    ) -> Result<Urgency, HubError> {
        let priority = self.rule_for(&manifest.purpose)?.is_some_and(|(_, _, rule)| rule.priority);
        let sender = if station.profile == "hub" { Sender::Partner } else { Sender::Station };
        Ok(Urgency::of(priority, sender, now.duration_since(manifest.captured_at)))
    }

    /// An id that was used for other bytes: a broken or a cloned station. Nothing changes, and it is noted.
    fn other_digest(&self, station: StationId, id: EncounterId) -> Result<Received, HubError> {
        tracing::warn!(%station, encounter = %id, "the same encounter id with other bytes");
        self.note_refusal(station, id, "other-digest")?;
        Ok(Received::Refused(Problem::new(
            "other-digest",
            409,
            "this encounter id was used before with other bytes",
            "the bytes that came first are kept and processed; these were not",
            "do not send this again: report the station to the hub's administrator",
        )))
    }

    fn refuse(&self, station: StationId, id: EncounterId, problem: Problem) -> Result<Received, HubError> {
        self.store.write(self.now(), |tx| tx.end_upload(id))?;
        let _ = fs::remove_file(self.part_path(id));
        self.note_refusal(station, id, problem.code())?;
        Ok(Received::Refused(problem))
    }

    fn note_refusal(&self, station: StationId, id: EncounterId, code: &str) -> Result<(), HubError> {
        self.store.write(self.now(), |tx: &Tx<'_>| {
            tx.log(&Entry {
                kind: "encounter.refused",
                actor: &format!("station:{station}"),
                subject: &format!("encounter:{id}"),
                detail: serde_json::json!({ "code": code }),
                ..Entry::default()
            })
        })?;
        Ok(())
    }

    /// Takes a sealed file that came on a stick. The station's own signature within it says who sent it.
    ///
    /// # Errors
    /// It is refused, or the store fails.
    pub fn import(&self, bytes: &[u8]) -> Result<SignedReceipt, HubError> {
        let header = seal::header(bytes).map_err(|e| HubError::Terminal(e.to_string()))?;
        let (station, key) = self
            .sender(header.station)?
            .ok_or_else(|| HubError::Terminal(format!("station {} may not send here", header.station)))?;
        // Begin again whatever an interrupted upload left: the file holds everything.
        let _ = fs::remove_file(self.part_path(header.encounter));
        let part = Part { offset: 0, length: bytes.len() as u64, digest: Digest::of(bytes) };
        match self.receive(&station, key, header.encounter, part, bytes)? {
            Received::Committed(receipt) | Received::Known(receipt) => Ok(*receipt),
            Received::Refused(problem) => Err(HubError::Terminal(problem.to_string())),
            Received::More(_) | Received::WrongOffset(_) => {
                Err(HubError::Terminal("the file is not whole: copy it to the stick again".to_owned()))
            }
        }
    }
}

fn append(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::options().create(true).append(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

fn read_limited(path: &std::path::Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn too_long(length: u64) -> Problem {
    Problem::new(
        "too-long",
        413,
        format!("{length} bytes; a hub takes 1 to {}", seal::MAX_SEALED_LENGTH),
        "nothing was kept at the hub; the station keeps the encounter",
        "send fewer or more strongly compressed images",
    )
}

fn quota() -> Problem {
    Problem::new(
        "quota",
        429,
        format!(
            "more than {} encounters in an hour from one station",
            policy::limits::MAX_ENCOUNTERS_PER_HOUR
        ),
        "nothing of this encounter was kept at the hub; the station keeps it",
        "it is sent again by itself later; if the surge is real, share it among stations",
    )
}

fn not_opened(why: &str) -> Problem {
    Problem::new(
        "not-opened",
        422,
        format!("the encounter cannot be opened: {why}"),
        "nothing was kept at the hub; the station keeps the encounter",
        "check that the station is enrolled with this hub; if it is, report it to the administrator",
    )
}
