//! Lists and their entries: proposed by one, approved by another, followed by the galleries.

use crate::{Event, Found, Hub, HubError, Refusal, actor, casework, earlier, galleries, matter};
use exchange::{keys::Context, manifest::ItemKind};
use jiff::Timestamp;
use model::{CaseState, EntryId, EntryState, ListId, UserId};
use policy::Action;
use screening::{
    Sample, assess, decode,
    entry::{self, Approval, EntryBody, Proposal, Refused, Step},
    extract,
};
use store::{Entry, EntryRow, GalleryOp, ListRow, StoreError, Tx, UserRow};
use uuid::Uuid;

/// A new list.
#[derive(Debug, Clone)]
pub struct NewList {
    /// Name for people; stations see it.
    pub name: String,
    /// Agency that answers for it.
    pub originator: String,
    /// Purposes it is searched for.
    pub purposes: Vec<String>,
    /// Who gets its alerts.
    pub recipients: Vec<UserId>,
    /// Whom a station is told to contact.
    pub contact: String,
    /// Longest life of an entry, days.
    pub max_days: u32,
}

/// A file given with a proposal.
#[derive(Debug, Clone)]
pub struct EntryFile {
    /// What it is.
    pub kind: ItemKind,
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A proposed entry.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// On which list.
    pub list: ListId,
    /// What it says.
    pub body: EntryBody,
    /// Searched from.
    pub starts_at: Timestamp,
    /// Searched until.
    pub expires_at: Timestamp,
    /// To be reviewed by.
    pub review_at: Timestamp,
    /// Images or transactions.
    pub files: Vec<EntryFile>,
}

impl Hub {
    /// Makes a list.
    ///
    /// # Errors
    /// The person may not, something is missing, or a database error.
    pub fn create_list(&self, new: &NewList, user: Option<&UserRow>) -> Result<ListId, HubError> {
        if let Some(user) = user {
            policy::may(&user.roles, Action::CreateList)?;
        }
        if new.name.trim().is_empty() || new.contact.trim().is_empty() || new.purposes.is_empty() {
            return Err(Refusal::ListIncomplete.into());
        }
        if new.max_days == 0 || new.max_days > policy::limits::MAX_ENTRY_DAYS {
            return Err(Refusal::ListDays { most: policy::limits::MAX_ENTRY_DAYS }.into());
        }
        let id = ListId::new(Uuid::now_v7());
        self.store.write(self.now(), |tx: &Tx<'_>| {
            tx.add_list(&ListRow {
                id,
                name: new.name.trim().to_owned(),
                originator: new.originator.clone(),
                purposes: new.purposes.clone(),
                recipients: new.recipients.clone(),
                contact: new.contact.clone(),
                max_days: new.max_days,
                created_at: tx.now(),
                changed_at: tx.now(),
            })?;
            tx.log(&Entry {
                kind: "list.created",
                actor: &actor(user.map(|u| u.id)),
                subject: &format!("list:{id}"),
                detail: serde_json::json!({
                    "name": new.name, "originator": new.originator, "purposes": new.purposes,
                    "recipients": new.recipients,
                }),
                ..Entry::default()
            })
        })?;
        Ok(id)
    }

    /// Proposes an entry: decodes its files, makes templates, and puts it before an approver.
    ///
    /// # Errors
    /// A field or date is wrong, no template can be made, the person may not, or a database error.
    pub fn propose(&self, new: &NewEntry, user: &UserRow) -> Result<EntryId, HubError> {
        policy::may(&user.roles, Action::ProposeEntry)?;
        let now = self.now();
        let (list, same_basis) = self.store.read(|v| {
            let same =
                v.entries(new.list)?.iter().filter(|e| is_live(e.state) && same_basis(e, &new.body)).count();
            Ok((v.list(new.list)?, same))
        })?;
        if list.originator != user.agency {
            return Err(Refusal::ProposeElsewhere { list: list.name, agency: list.originator }.into());
        }
        let proposal = Proposal {
            body: &new.body,
            starts_at: new.starts_at,
            expires_at: new.expires_at,
            review_at: new.review_at,
            categories: &self.config.categories,
            max_days: list.max_days,
            same_basis,
        };
        entry::propose(&proposal, now)?;

        let files: Vec<_> = new.files.iter().map(|f| (f.kind, f.name.clone(), f.bytes.clone())).collect();
        let decoded = decode::decode_files(&files);
        if decoded.rejected.is_some() {
            return Err(Refusal::NoImage { found: Found(decoded.findings) }.into());
        }
        let (samples, artefacts) = templates_of(decoded)?;

        let id = EntryId::new(Uuid::now_v7());
        let holder = id.uuid();
        let body = EntryBody {
            originator: list.originator.clone(),
            repeated_basis: same_basis >= policy::limits::MAX_SAME_BASIS,
            signature: None,
            ..new.body.clone()
        };
        self.store.write(now, |tx: &Tx<'_>| {
            tx.ensure_key(holder)?;
            for (number, file) in new.files.iter().enumerate() {
                // Numbered: people upload two files of one name.
                tx.put_blob(holder, &format!("file/{number}/{}", file.name), &file.bytes)?;
            }
            for artefact in &artefacts {
                tx.put_blob(holder, &artefact.name, &artefact.bytes)?;
            }
            tx.put_samples(holder, &samples)?;
            tx.add_entry(&EntryRow {
                id,
                list: new.list,
                state: EntryState::Proposed,
                body: serde_json::to_value(&body).unwrap_or_default(),
                starts_at: new.starts_at,
                expires_at: new.expires_at,
                review_at: new.review_at,
                proposed_by: user.id,
                proposed_at: now,
                approved_by: None,
                changed_at: now,
            })?;
            log(
                tx,
                id,
                Some(user.id),
                "entry.proposed",
                serde_json::json!({
                    "list": list.name, "category": body.category, "reference": body.reference,
                    "repeated_basis": body.repeated_basis,
                }),
            )
        })?;
        self.tell(&[Event::Board]);
        Ok(id)
    }

    /// Approves an entry: signs it, and from its start it is searched.
    ///
    /// # Errors
    /// The person proposed it, may not, it is in another state, or a database error.
    pub fn approve(&self, id: EntryId, user: &UserRow) -> Result<EntryState, HubError> {
        policy::may(&user.roles, Action::ApproveEntry)?;
        let now = self.now();
        let state = self.store.write(now, |tx: &Tx<'_>| {
            let mut row = tx.entry(id)?;
            let mut body = body_of(&row)?;
            let from = row.state;
            row.state = entry::approve(
                &Approval {
                    state: from,
                    body: &body,
                    proposed_by: row.proposed_by,
                    approver: user.id,
                    agency: &user.agency,
                    starts_at: row.starts_at,
                    expires_at: row.expires_at,
                },
                now,
            )?;
            let samples: Vec<Sample> = tx.samples(id.uuid())?;
            let (digests, _) = galleries::templates(tx, id.uuid(), &samples)
                .map_err(|why| StoreError::Corrupt { what: format!("entry {id}"), why })?;
            let text = entry::signed_text(
                id,
                row.list,
                &body,
                [row.starts_at, row.expires_at, row.review_at],
                &digests,
            );
            body.signature = Some(self.identity.signing.sign(Context::ListEntry, &[&text]).to_string());
            row.body = serde_json::to_value(&body).unwrap_or_default();
            row.approved_by = Some(user.id);
            tx.update_entry(&row, from)?;
            if row.state == EntryState::Active {
                tx.log_gallery(row.list, id, GalleryOp::Add)?;
                earlier::after_entry(self, tx, &row)?;
            }
            log(tx, id, Some(user.id), "entry.approved", serde_json::json!({ "state": row.state }))?;
            Ok::<_, HubError>(row.state)
        })?;
        self.follow_galleries()?;
        self.tell(&[Event::Board]);
        Ok(state)
    }

    /// Suspends, resumes, disputes or revokes an entry. One person is enough to stop it; to resume it takes an
    /// approver (S19).
    ///
    /// # Errors
    /// The person may not, it cannot be done now, or a database error.
    pub fn change_entry(
        &self,
        id: EntryId,
        user: &UserRow,
        step: Step,
        reason: &str,
    ) -> Result<EntryState, HubError> {
        let action = match step {
            Step::Suspend | Step::Revoke => Action::SuspendEntry,
            Step::Dispute => Action::DisputeEntry,
            Step::Resume => Action::ApproveEntry,
            Step::Start | Step::Expire => {
                return Err(Refusal::EntryClock.into());
            }
        };
        policy::may(&user.roles, action)?;
        if reason.trim().is_empty() {
            return Err(Refusal::EntryReason.into());
        }
        let state = self
            .store
            .write(self.now(), |tx: &Tx<'_>| self.move_entry(tx, id, step, Some(user.id), reason))?;
        self.follow_galleries()?;
        self.wake();
        self.tell(&[Event::Board, Event::Queue]);
        Ok(state)
    }

    /// Refuses a proposal: it is revoked before it was ever searched.
    ///
    /// # Errors
    /// The person may not, it is not a proposal, or a database error.
    pub fn refuse_entry(&self, id: EntryId, user: &UserRow, reason: &str) -> Result<(), HubError> {
        policy::may(&user.roles, Action::ApproveEntry)?;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let state = tx.entry(id)?.state;
            if state != EntryState::Proposed {
                return Err(Refused::NotNow(state).into());
            }
            self.move_entry(tx, id, Step::Revoke, Some(user.id), reason)
        })?;
        self.tell(&[Event::Board]);
        Ok(())
    }

    /// Other live entries of the list that rest on the same text (S18).
    pub(crate) fn same_basis(&self, row: &EntryRow) -> Result<u32, HubError> {
        let body = body_of(row)?;
        let entries = self.store.read(|v| v.entries(row.list))?;
        Ok(entries.iter().filter(|e| e.id != row.id && is_live(e.state) && same_basis(e, &body)).count()
            as u32)
    }

    /// Starts and expires entries whose time has come.
    pub(crate) fn expire_due(&self) -> Result<(), HubError> {
        let now = self.now();
        let mut due = Vec::new();
        self.store.read(|v| {
            use EntryState::{Active, Approved, Disputed, Proposed, Suspended};
            for state in [Proposed, Approved, Active, Suspended, Disputed] {
                due.extend(v.entries_expired(state, now)?.into_iter().map(|row| (row.id, Step::Expire)));
            }
            let started = v.entries_started(Approved, now)?.into_iter().filter(|row| row.expires_at > now);
            due.extend(started.map(|row| (row.id, Step::Start)));
            Ok(())
        })?;
        for (id, step) in &due {
            self.store
                .write(now, |tx: &Tx<'_>| self.move_entry(tx, *id, *step, None, "its date has come"))?;
        }
        if !due.is_empty() {
            self.follow_galleries()?;
            self.tell(&[Event::Board]);
        }
        Ok(())
    }

    pub(crate) fn move_entry(
        &self,
        tx: &Tx<'_>,
        id: EntryId,
        step: Step,
        by: Option<UserId>,
        reason: &str,
    ) -> Result<EntryState, HubError> {
        let mut row = tx.entry(id)?;
        let from = row.state;
        row.state = entry::step(from, step)?;
        // Resuming after the last day would search an entry without a legal basis.
        if row.state == EntryState::Active && row.expires_at <= tx.now() {
            return Err(Refused::Dates.into());
        }
        if row.state == EntryState::Active && body_of(&row)?.signature.is_none() {
            return Err(Refused::NotNow(from).into());
        }
        tx.update_entry(&row, from)?;
        let op = match (from, row.state) {
            (_, EntryState::Active) => Some(GalleryOp::Add),
            (EntryState::Active, EntryState::Suspended | EntryState::Disputed) => Some(GalleryOp::Suspend),
            (_, EntryState::Revoked | EntryState::Expired) => Some(GalleryOp::Remove),
            _ => None,
        };
        if let Some(op) = op {
            tx.log_gallery(row.list, id, op)?;
        }
        if step == Step::Start {
            earlier::after_entry(self, tx, &row)?;
        }
        // Whoever is no longer listed must not be put before examiners on the strength of that entry.
        if row.state != EntryState::Active {
            for case in tx.cases_on(id)?.into_iter().filter(|c| c.state.is_open()) {
                tx.move_case(case.id, case.state, CaseState::Withdrawn)?;
                casework::roll_up(tx, &case)?;
            }
            matter::withdraw_pairs(tx, id.uuid())?;
        }
        let kind = format!("entry.{}", row.state);
        log(tx, id, by, &kind, serde_json::json!({ "from": from, "reason": reason }))?;
        Ok(row.state)
    }
}

pub(crate) fn body_of(row: &EntryRow) -> Result<EntryBody, StoreError> {
    serde_json::from_value(row.body.clone())
        .map_err(|e| StoreError::Corrupt { what: format!("entry {}", row.id), why: e.to_string() })
}

pub(crate) fn is_live(state: EntryState) -> bool {
    use EntryState::*;
    matches!(state, Proposed | Approved | Active | Suspended | Disputed)
}

/// Same text, but for case and blanks.
pub(crate) fn same_basis(row: &EntryRow, body: &EntryBody) -> bool {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    body_of(row).is_ok_and(|other| fold(&other.basis) == fold(&body.basis))
}

/// The same stages that an encounter goes through, in memory.
/// Assesses what was decoded and makes templates.
pub(crate) fn templates_of(
    decoded: decode::Decoded,
) -> Result<(Vec<Sample>, Vec<screening::Artefact>), HubError> {
    let decode::Decoded { mut samples, mut artefacts, .. } = decoded;
    let picture = |artefacts: &[screening::Artefact], sample: &Sample| {
        let name = sample.grey.as_deref()?;
        let bytes = &artefacts.iter().find(|a| a.name == name)?.bytes;
        let hints = sample.ppi.map_or_else(raster::Hints::default, raster::Hints::ppi);
        raster::decode(bytes, &hints).ok()
    };
    let cut = assess::assess(&mut samples, &[], |s| picture(&artefacts, s));
    artefacts.extend(cut);
    let templates = extract::extract(&mut samples, |s| picture(&artefacts, s));
    if templates.is_empty() {
        let why: Vec<_> =
            samples.iter().filter_map(|s| Some(format!("{}: {}", s.source, s.refusal.as_ref()?))).collect();
        return Err(Refusal::NoTemplate { found: Found(why) }.into());
    }
    artefacts.extend(templates);
    Ok((samples, artefacts))
}

fn log(
    tx: &Tx<'_>,
    id: EntryId,
    by: Option<UserId>,
    kind: &str,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    tx.log(&Entry { kind, actor: &actor(by), subject: &format!("entry:{id}"), detail, ..Entry::default() })?;
    Ok(())
}
