//! The redress desk: requests of people about their own data, with a clock and a receipt (S27).

use crate::{Event, Hub, HubError, Refusal, actor, entries};
use model::{
    Digest, EncounterId, EncounterState, EntryId, RedressId, RedressKind, RedressState, Stage, UserId,
};
use policy::{Action, Urgency};
use rand::Rng as _;
use screening::redress::{self, Step};
use serde::{Deserialize, Serialize};
use store::{Entry, NewJob, RedressRow, StoreError, Tx, UserRow, View};
use uuid::Uuid;

/// Longest text of a request or of an answer, bytes: some pages.
const MAX_TEXT: usize = 20_000;

/// Letters of a receipt's code: none that is mistaken for another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Letters in a code: 80 bits, so that none is found by trying.
const CODE_LETTERS: usize = 16;

/// What is written down.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewRedress {
    /// What is asked for.
    pub kind: Option<RedressKind>,
    /// In the person's words.
    pub text: String,
    /// How the person wants to be reached; may be empty: the receipt is enough.
    pub contact: String,
    /// The entry that it concerns: its reference or id; may be empty.
    pub entry: String,
    /// The encounter that it concerns: the number on the person's receipt or its id; may be empty.
    pub encounter: String,
}

/// What lies sealed with a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// The person's.
    pub text: String,
    /// How to reach them.
    pub contact: String,
    /// What was decided and why, for the person to read.
    pub outcome: String,
}

/// Name of the sealed words.
const WORDS: &str = "words.json";

impl Hub {
    /// Takes down a request; gives its id and the code that the person is handed, which is kept nowhere.
    ///
    /// # Errors
    /// Something is missing, the person may not, or a database error.
    pub fn open_redress(&self, new: &NewRedress, user: &UserRow) -> Result<(RedressId, String), HubError> {
        policy::may(&user.roles, Action::HandleRedress)?;
        let Some(kind) = new.kind else {
            return Err(Refusal::RedressKind.into());
        };
        if new.text.trim().is_empty() || new.text.len() > MAX_TEXT || new.contact.len() > MAX_TEXT {
            return Err(Refusal::RedressWords { most: MAX_TEXT }.into());
        }
        let code = new_code();
        let id = RedressId::new(Uuid::now_v7());
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let entry = find_entry(tx, new.entry.trim())?;
            let encounter = find_encounter(tx, new.encounter.trim())?;
            let row = RedressRow {
                id,
                kind,
                state: RedressState::Received,
                receipt_hash: receipt_hash(&code),
                entry,
                encounter,
                opened_by: user.id,
                opened_at: tx.now(),
                decided_by: None,
                decided_at: None,
                changed_at: tx.now(),
            };
            tx.ensure_key(id.uuid())?;
            let words = Words {
                text: new.text.trim().to_owned(),
                contact: new.contact.trim().to_owned(),
                outcome: String::new(),
            };
            put_words(tx, id, &words)?;
            tx.add_redress(&row)?;
            let detail = serde_json::json!({ "kind": kind, "entry": entry, "encounter": encounter });
            log(tx, id, Some(user.id), "redress.received", detail)?;
            self.follow_redress(tx, &row, user)
        })?;
        self.after_redress()?;
        Ok((id, code))
    }

    /// Takes a step with a request.
    ///
    /// # Errors
    /// It cannot be done now, a decision has no reason, the person takes part in what is asked about, they may not, or
    /// a database error.
    pub fn step_redress(
        &self,
        id: RedressId,
        step: Step,
        reason: &str,
        user: &UserRow,
    ) -> Result<RedressState, HubError> {
        policy::may(&user.roles, Action::HandleRedress)?;
        if reason.len() > MAX_TEXT {
            return Err(Refusal::RedressLong { most: MAX_TEXT }.into());
        }
        let state = self.store.write(self.now(), |tx: &Tx<'_>| {
            let mut row = tx.redress(id)?;
            let from = row.state;
            row.state = redress::step(from, step, reason)?;
            let decided = matches!(
                row.state,
                RedressState::Upheld | RedressState::PartlyUpheld | RedressState::Refused
            );
            if decided {
                if let Some(entry) = row.entry.map(|e| tx.entry(e)).transpose()?
                    && (entry.proposed_by == user.id || entry.approved_by == Some(user.id))
                {
                    return Err(Refusal::RedressOwnEntry.into());
                }
                row.decided_by = Some(user.id);
                row.decided_at = Some(tx.now());
                let words = Words { outcome: reason.trim().to_owned(), ..words(tx, id)? };
                put_words(tx, id, &words)?;
            }
            tx.update_redress(&row, from)?;
            let kind = format!("redress.{}", row.state);
            log(tx, id, Some(user.id), &kind, serde_json::json!({ "from": from }))?;
            self.follow_redress(tx, &row, user)?;
            Ok::<_, HubError>(row.state)
        })?;
        self.after_redress()?;
        Ok(state)
    }

    /// What a request's new state means for the records that it concerns.
    fn follow_redress(&self, tx: &Tx<'_>, row: &RedressRow, user: &UserRow) -> Result<(), HubError> {
        if let Some(entry) = row.entry.map(|e| tx.entry(e)).transpose()?
            && let Some(step) = redress::effect_on_entry(row.kind, row.state, entry.state)
        {
            let reason = format!("request {}", row.id);
            self.move_entry(tx, entry.id, step, Some(user.id), &reason)?;
        }
        let cancelled = row.kind == RedressKind::Cancellation && row.state == RedressState::Upheld;
        if let Some(encounter) = row.encounter.filter(|_| cancelled)
            && tx.need_encounter(encounter)?.state != EncounterState::Purged
        {
            tx.add_job(&NewJob {
                encounter,
                stage: Stage::Purge,
                destination: "",
                priority: Urgency::Routine.order(),
                due_at: tx.now(),
            })?;
        }
        Ok(())
    }

    fn after_redress(&self) -> Result<(), HubError> {
        self.follow_galleries()?;
        self.wake();
        self.tell(&[Event::Board, Event::Queue]);
        Ok(())
    }

    /// How the request stands that a receipt's code is for, with the words for the person; nothing else is told, and
    /// nobody is asked who they are.
    ///
    /// # Errors
    /// A database error.
    pub fn redress_by_code(&self, code: &str) -> Result<Option<(RedressRow, String)>, HubError> {
        let hash = receipt_hash(code);
        Ok(self.store.read(|v| {
            let Some(row) = v.redress_by_receipt(hash)? else { return Ok(None) };
            let outcome = words(v, row.id)?.outcome;
            Ok(Some((row, outcome)))
        })?)
    }

    /// A request with what lies sealed with it.
    ///
    /// # Errors
    /// The person may not, there is none, or a database error.
    pub fn read_redress(&self, id: RedressId, user: &UserRow) -> Result<(RedressRow, Words), HubError> {
        policy::may(&user.roles, Action::HandleRedress)?;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let row = tx.redress(id)?;
            log(tx, id, Some(user.id), "redress.read", serde_json::Value::Null)?;
            Ok((row, words(tx, id)?))
        })
    }
}

fn new_code() -> String {
    let mut rng = rand::rng();
    let letters = (0..CODE_LETTERS).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]));
    let code: Vec<char> = letters.collect();
    code.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// Of the letters alone: blanks, hyphens and case do not matter when it is typed again.
fn receipt_hash(code: &str) -> Digest {
    let folded: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Digest::of(folded.to_ascii_uppercase().as_bytes())
}

fn words(view: &View<'_>, id: RedressId) -> Result<Words, StoreError> {
    let bytes = view
        .blob(id.uuid(), WORDS)?
        .ok_or_else(|| StoreError::Missing { what: "words of request", id: id.to_string() })?;
    serde_json::from_slice(&bytes)
        .map_err(|e| StoreError::Corrupt { what: format!("words of request {id}"), why: e.to_string() })
}

fn put_words(tx: &Tx<'_>, id: RedressId, words: &Words) -> Result<(), StoreError> {
    tx.put_blob(id.uuid(), WORDS, &serde_json::to_vec(words).unwrap_or_default())
}

fn find_entry(view: &View<'_>, text: &str) -> Result<Option<EntryId>, HubError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse::<EntryId>() {
        return Ok(Some(view.entry(id)?.id));
    }
    let mut found = Vec::new();
    for list in view.lists()? {
        for row in view.entries(list.id)? {
            if entries::body_of(&row)?.reference.eq_ignore_ascii_case(text) {
                found.push(row.id);
            }
        }
    }
    match found[..] {
        [one] => Ok(Some(one)),
        [] => Err(Refusal::RedressNoEntry { reference: text.to_owned() }.into()),
        _ => Err(Refusal::RedressManyEntries { reference: text.to_owned() }.into()),
    }
}

fn find_encounter(view: &View<'_>, text: &str) -> Result<Option<EncounterId>, HubError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse::<EncounterId>() {
        return Ok(Some(view.need_encounter(id)?.id));
    }
    let end = text.trim_start_matches("E-").trim_start_matches("e-").to_lowercase();
    let rows = view.encounters(usize::MAX >> 1)?;
    let fits = |id: &EncounterId| end.len() >= 8 && id.to_string().ends_with(&end);
    let found: Vec<_> = rows.iter().map(|e| e.id).filter(fits).collect();
    match found[..] {
        [one] => Ok(Some(one)),
        _ => Err(Refusal::RedressNoEncounter { number: text.to_owned() }.into()),
    }
}

fn log(
    tx: &Tx<'_>,
    id: RedressId,
    by: Option<UserId>,
    kind: &str,
    detail: serde_json::Value,
) -> Result<(), StoreError> {
    tx.log(&Entry {
        kind,
        actor: &actor(by),
        subject: &format!("redress:{id}"),
        detail,
        ..Entry::default()
    })?;
    Ok(())
}
