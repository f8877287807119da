//! Known cases among the examiners' cases (S22). Quality staff prepares them, from material that its owners gave for this;
//! the hub puts them among the others one by one, where nothing tells them apart; the results are quality staff's alone.

use crate::{Capture, EntryFile, Event, Found, Hub, HubError, Refusal, actor, entries, stages};
use jiff::SignedDuration;
use model::{CaseId, CaseState, UserId};
use policy::Action;
use screening::{
    decode,
    proficiency::{self, Tally},
};
use std::collections::BTreeMap;
use store::{Entry, KnownCaseRow, PairKind, PairRow, StoreError, Tx, UserRow};
use uuid::Uuid;

/// So long after the last word a case's pictures can still be gone through with the examiner; then they are destroyed.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Longest title.
const MAX_TITLE: usize = 200;

/// A case to prepare.
#[derive(Debug, Clone)]
pub struct NewKnownCase {
    /// What quality staff calls it; examiners never see it.
    pub title: String,
    /// Whether both sides are of one person.
    pub same: bool,
    /// Images or transactions of the one side.
    pub probe: Vec<EntryFile>,
    /// Of the other.
    pub candidate: Vec<EntryFile>,
}

/// What came of the known cases.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proficiency {
    /// All of them, newest first, with the state of those put among the others and the answers given.
    pub cases: Vec<(KnownCaseRow, Option<CaseState>, Tally)>,
    /// Per examiner.
    pub examiners: BTreeMap<UserId, Tally>,
    /// All together.
    pub all: Tally,
}

impl Hub {
    /// Prepares a known case; gives its id.
    ///
    /// # Errors
    /// The person may not, something is missing, one side gives no template, the sides have no finger or eye in common,
    /// or a database error.
    pub fn add_known_case(&self, new: &NewKnownCase, user: Option<&UserRow>) -> Result<CaseId, HubError> {
        if let Some(user) = user {
            policy::may(&user.roles, Action::KeepKnownCases)?;
        }
        let title = new.title.trim();
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            return Err(Refusal::KnownTitle { most: MAX_TITLE }.into());
        }
        let sides = [(Capture::First, &new.probe), (Capture::Second, &new.candidate)].map(|(side, files)| {
            if files.is_empty() {
                return Err(HubError::Refused(Refusal::KnownFile { side }));
            }
            let files: Vec<_> = files.iter().map(|f| (f.kind, f.name.clone(), f.bytes.clone())).collect();
            let decoded = decode::decode_files(&files);
            if decoded.rejected.is_some() {
                return Err(Refusal::KnownImage { side, found: Found(decoded.findings) }.into());
            }
            entries::templates_of(decoded)
        });
        let [probe, candidate] = sides;
        let (probe, candidate) = (probe?, candidate?);
        if !proficiency::comparable(&probe.0, &candidate.0) {
            return Err(Refusal::KnownNothingInCommon.into());
        }
        let row = KnownCaseRow {
            id: CaseId::new(Uuid::now_v7()),
            title: title.to_owned(),
            same: new.same,
            probe: Uuid::now_v7(),
            candidate: Uuid::now_v7(),
            added_by: user.map(|u| u.id),
            added_at: self.now(),
            opened_at: None,
            destroyed_at: None,
        };
        self.store.write(self.now(), |tx: &Tx<'_>| {
            for (holder, (samples, artefacts)) in [(row.probe, &probe), (row.candidate, &candidate)] {
                tx.ensure_key(holder)?;
                for artefact in artefacts {
                    tx.put_blob(holder, &artefact.name, &artefact.bytes)?;
                }
                tx.put_samples(holder, samples)?;
            }
            tx.add_known_case(&row)?;
            log(tx, row.id, "known_case.added", &actor(row.added_by))
        })?;
        Ok(row.id)
    }

    /// Takes a known case back before its turn and destroys its pictures.
    ///
    /// # Errors
    /// The person may not, it is among the others already, or a database error.
    pub fn withdraw_known_case(&self, id: CaseId, user: &UserRow) -> Result<(), HubError> {
        policy::may(&user.roles, Action::KeepKnownCases)?;
        let files = self.store.write(self.now(), |tx: &Tx<'_>| {
            let row = tx.known_case(id)?.filter(|row| row.opened_at.is_none() && row.destroyed_at.is_none());
            let Some(row) = row else {
                return Err(HubError::Refused(Refusal::KnownUnderWay));
            };
            Ok(destroy(tx, &row, &actor(Some(user.id)))?)
        })?;
        stages::after_purge(self, files)
    }

    /// What examiners said of known cases.
    ///
    /// # Errors
    /// The person is not of the quality staff, or a database error.
    pub fn proficiency(&self, user: &UserRow) -> Result<Proficiency, HubError> {
        policy::may(&user.roles, Action::KeepKnownCases)?;
        Ok(self.store.read(|v| {
            let mut found = Proficiency::default();
            for case in v.known_cases()? {
                let state = v.pair(case.id)?.map(|pair| pair.state);
                let mut said = Tally::default();
                for decision in v.pair_decisions(case.id)? {
                    for tally in
                        [&mut said, &mut found.all, found.examiners.entry(decision.examiner).or_default()]
                    {
                        tally.add(case.same, decision.verdict);
                    }
                }
                found.cases.push((case, state, said));
            }
            Ok(found)
        })?)
    }

    /// Puts the next known case among the others when its turn has come, and destroys the pictures of those decided long
    /// ago.
    ///
    /// # Errors
    /// A database error.
    pub fn keep_known_cases(&self) -> Result<(), HubError> {
        let now = self.now();
        let (next, since, stale) = self.store.read(|v| {
            let before = now.checked_sub(KEPT).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            let mut stale = Vec::new();
            for case in v.known_cases()?.into_iter().filter(|c| c.destroyed_at.is_none()) {
                if v.pair(case.id)?.and_then(|pair| pair.closed_at).is_some_and(|at| at <= before) {
                    stale.push(case);
                }
            }
            Ok((v.next_known_case()?, v.cases_since_known()?, stale))
        })?;
        if let Some(case) = next
            && turn(self.config.known_case_every, &case).is_some_and(|turn| since >= turn)
        {
            self.open_known_case(&case)?;
        }
        for case in stale {
            let files = self.store.write(now, |tx: &Tx<'_>| destroy(tx, &case, "hub"))?;
            stages::after_purge(self, files)?;
        }
        Ok(())
    }

    fn open_known_case(&self, case: &KnownCaseRow) -> Result<(), HubError> {
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let opened = tx.open_pair(&PairRow {
                id: case.id,
                kind: PairKind::Known,
                probe: case.probe,
                candidate: case.candidate,
                state: CaseState::Open,
                lead: false,
                opened_at: tx.now(),
                closed_at: None,
            })?;
            tx.note_known_opened(case.id)?;
            if opened {
                log(tx, case.id, "known_case.opened", "hub")?;
            }
            Ok::<_, StoreError>(())
        })?;
        self.tell(&[Event::Queue, Event::Board]);
        Ok(())
    }
}

/// After how many other cases this one comes: `every` on average, from half to one and a half times as many, so that
/// nobody can count to it. None where no known cases are wanted.
fn turn(every: u32, case: &KnownCaseRow) -> Option<u64> {
    let every = u64::from(every);
    // The last bytes of a version 7 UUID are random.
    let random = case.id.uuid().as_u128() as u64;
    (every > 0).then(|| every.div_ceil(2) + random % (every + 1))
}

/// Destroys the pictures and templates of both sides; gives the files to remove after the commit.
fn destroy(tx: &Tx<'_>, case: &KnownCaseRow, by: &str) -> Result<Vec<std::path::PathBuf>, StoreError> {
    let mut files = tx.destroy(case.probe)?;
    files.extend(tx.destroy(case.candidate)?);
    tx.note_known_destroyed(case.id)?;
    log(tx, case.id, "known_case.destroyed", by)?;
    Ok(files)
}

/// Only auditors read this, who examine nothing; the answer stands here neither.
fn log(tx: &Tx<'_>, id: CaseId, kind: &str, by: &str) -> Result<(), StoreError> {
    tx.log(&Entry { kind, actor: by, subject: &format!("case:{id}"), ..Entry::default() })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_at_the_wanted_rate_and_cannot_be_counted() {
        let case = |n: u64| KnownCaseRow {
            id: CaseId::new(Uuid::from_u128(u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))),
            title: String::new(),
            same: true,
            probe: Uuid::nil(),
            candidate: Uuid::nil(),
            added_by: None,
            added_at: jiff::Timestamp::UNIX_EPOCH,
            opened_at: None,
            destroyed_at: None,
        };
        assert_eq!(turn(0, &case(1)), None);
        let turns: Vec<u64> = (0..2000).filter_map(|n| turn(20, &case(n))).collect();
        assert_eq!((turns.iter().min(), turns.iter().max()), (Some(&10), Some(&30)));
        let mean = turns.iter().sum::<u64>() as f64 / turns.len() as f64;
        assert!((mean - 20.0).abs() < 0.6, "{mean}");
    }
}
