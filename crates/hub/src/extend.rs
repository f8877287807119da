//! A longer life for a list entry: asked for with a legal basis looked at anew, and approved by a second person (S19).

use crate::{
    Event, Hub, HubError, Refusal, actor,
    entries::{body_of, is_live, same_basis},
    galleries,
};
use exchange::keys::Context;
use jiff::Timestamp;
use model::{EntryId, EntryState};
use policy::Action;
use screening::{
    Sample,
    entry::{self, EntryBody, Extension, Refused},
};
use store::{Entry, EntryRow, ExtensionRow, GalleryOp, StoreError, Tx, UserRow, View};

impl Hub {
    /// Asks for more time. `basis` is the individual legal basis as it was reviewed; it takes the old one's place.
    ///
    /// # Errors
    /// A date or the basis is wrong, the person may not, the list is another agency's, or a database error.
    pub fn ask_extension(
        &self,
        id: EntryId,
        user: &UserRow,
        basis: &str,
        expires_at: Timestamp,
        review_at: Timestamp,
    ) -> Result<(), HubError> {
        policy::may(&user.roles, Action::ProposeEntry)?;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let row = tx.entry(id)?;
            let asked = ExtensionRow {
                entry: id,
                expires_at,
                review_at,
                basis: basis.trim().to_owned(),
                asked_by: user.id,
                asked_at: tx.now(),
            };
            if body_of(&row)?.originator != user.agency {
                return Err(Refusal::LongerElsewhere.into());
            }
            check(tx, &row, &asked, tx.now())?;
            tx.put_extension(&asked)?;
            log(tx, id, user, "entry.extension_asked", &asked)?;
            Ok::<_, HubError>(())
        })?;
        self.tell(&[Event::Board]);
        Ok(())
    }

    /// Approves or refuses what was asked. Approved, the entry is signed anew, and searched as it now stands.
    ///
    /// # Errors
    /// Nothing is asked, the person asked themselves, may not, the entry may not live longer, or a database error.
    pub fn decide_extension(&self, id: EntryId, user: &UserRow, approve: bool) -> Result<(), HubError> {
        policy::may(&user.roles, Action::ApproveEntry)?;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let asked = tx.extension(id)?.ok_or(Refusal::LongerNotAsked)?;
            if asked.asked_by == user.id {
                return Err(Refused::SamePerson.into());
            }
            tx.end_extension(id)?;
            if !approve {
                return Ok(log(tx, id, user, "entry.extension_refused", &asked)?);
            }
            let mut row = tx.entry(id)?;
            let repeated = check(tx, &row, &asked, tx.now())?;
            let mut body = body_of(&row)?;
            if repeated && user.agency == body.originator {
                return Err(Refused::NeedsOtherAgency { agency: body.originator }.into());
            }
            body.basis = asked.basis.clone();
            body.repeated_basis = repeated;
            row.expires_at = asked.expires_at;
            row.review_at = asked.review_at;
            let samples: Vec<Sample> = tx.samples(id.uuid())?;
            let (digests, _) = galleries::templates(tx, id.uuid(), &samples)
                .map_err(|why| StoreError::Corrupt { what: format!("entry {id}"), why })?;
            let dates = [row.starts_at, row.expires_at, row.review_at];
            let text = entry::signed_text(id, row.list, &body, dates, &digests);
            body.signature = Some(self.identity.signing.sign(Context::ListEntry, &[&text]).to_string());
            row.body = serde_json::to_value(&body).unwrap_or_default();
            tx.update_entry(&row, row.state)?;
            if row.state == EntryState::Active {
                tx.log_gallery(row.list, id, GalleryOp::Add)?;
            }
            log(tx, id, user, "entry.extended", &asked)?;
            Ok::<_, HubError>(())
        })?;
        self.follow_galleries()?;
        self.tell(&[Event::Board]);
        Ok(())
    }
}

/// Whether it may live so long; and whether others rest on the same text (S18).
fn check(view: &View<'_>, row: &EntryRow, asked: &ExtensionRow, now: Timestamp) -> Result<bool, HubError> {
    let extension = Extension {
        state: row.state,
        basis: &asked.basis,
        expires_at: row.expires_at,
        new_expires_at: asked.expires_at,
        new_review_at: asked.review_at,
        max_days: view.list(row.list)?.max_days,
    };
    entry::extend(&extension, now)?;
    let body = EntryBody { basis: asked.basis.clone(), ..body_of(row)? };
    let others = view.entries(row.list)?;
    let same = others.iter().filter(|e| e.id != row.id && is_live(e.state) && same_basis(e, &body)).count();
    Ok(same >= policy::limits::MAX_SAME_BASIS)
}

fn log(tx: &Tx<'_>, id: EntryId, user: &UserRow, kind: &str, asked: &ExtensionRow) -> Result<(), StoreError> {
    tx.log(&Entry {
        kind,
        actor: &actor(Some(user.id)),
        subject: &format!("entry:{id}"),
        detail: serde_json::json!({ "expires_at": asked.expires_at, "asked_by": asked.asked_by }),
        ..Entry::default()
    })?;
    Ok(())
}
