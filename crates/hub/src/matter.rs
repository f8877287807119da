//! What lies before examiners, whatever it came of: a candidate of a list, two entries that may be one person, an
//! encounter and an earlier one, a case with a known answer. Examiners are not told which (S21, S22).

use jiff::Timestamp;
use model::{CaseId, CaseState, EncounterId, EntryId, UserId};
use store::{CaseRow, DecisionRow, Entry, PairKind, PairRow, StoreError, Tx, View};
use uuid::Uuid;

/// Two sets of samples to compare.
#[derive(Debug, Clone, PartialEq)]
pub struct Matter {
    /// Id.
    pub id: CaseId,
    /// State.
    pub state: CaseState,
    /// Higher first.
    pub priority: i32,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when.
    pub closed_at: Option<Timestamp>,
    pub(crate) probe: Uuid,
    pub(crate) candidate: Uuid,
    pub(crate) origin: Origin,
}

/// What it came of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    /// A candidate of a list.
    Case(CaseRow),
    /// Anything else.
    Pair(PairRow),
}

impl From<CaseRow> for Matter {
    fn from(case: CaseRow) -> Self {
        Self {
            id: case.id,
            state: case.state,
            priority: case.priority,
            opened_at: case.opened_at,
            closed_at: case.closed_at,
            probe: case.encounter.uuid(),
            candidate: case.entry.uuid(),
            origin: Origin::Case(case),
        }
    }
}

impl From<PairRow> for Matter {
    fn from(pair: PairRow) -> Self {
        Self {
            id: pair.id,
            state: pair.state,
            priority: 0,
            opened_at: pair.opened_at,
            closed_at: pair.closed_at,
            probe: pair.probe,
            candidate: pair.candidate,
            origin: Origin::Pair(pair),
        }
    }
}

impl Matter {
    pub(crate) fn find(view: &View<'_>, id: CaseId) -> Result<Self, StoreError> {
        match view.pair(id)? {
            Some(pair) => Ok(pair.into()),
            None => view.case(id).map(Self::from),
        }
    }

    pub(crate) fn all_in(view: &View<'_>, state: CaseState) -> Result<Vec<Self>, StoreError> {
        let mut found: Vec<Self> = view.cases_in(state)?.into_iter().map(Self::from).collect();
        found.extend(view.pairs_in(state)?.into_iter().map(Self::from));
        found.sort_by_key(|m| (-m.priority, m.opened_at, m.id));
        Ok(found)
    }

    pub(crate) fn closed_since(view: &View<'_>, since: Timestamp) -> Result<Vec<Self>, StoreError> {
        let mut found: Vec<Self> = view.cases_closed_since(since)?.into_iter().map(Self::from).collect();
        found.extend(view.pairs_closed_since(since)?.into_iter().map(Self::from));
        found.sort_by_key(|m| (std::cmp::Reverse(m.closed_at), m.id));
        Ok(found)
    }

    pub(crate) fn decisions(&self, view: &View<'_>) -> Result<Vec<DecisionRow>, StoreError> {
        match &self.origin {
            Origin::Case(_) => view.decisions(self.id),
            Origin::Pair(_) => view.pair_decisions(self.id),
        }
    }

    /// An examiner of a case takes no other part in it (WORKFLOW, roles).
    pub(crate) fn takes_part(&self, view: &View<'_>, user: UserId) -> Result<bool, StoreError> {
        let (list, entries) = match &self.origin {
            Origin::Case(case) => (case.list, vec![case.entry]),
            Origin::Pair(PairRow { kind: PairKind::Twice(list), probe, candidate, .. }) => {
                (*list, vec![EntryId::new(*probe), EntryId::new(*candidate)])
            }
            Origin::Pair(PairRow { kind: PairKind::Earlier, .. }) => return Ok(false),
            Origin::Pair(PairRow { kind: PairKind::Known, id, .. }) => {
                return Ok(view.known_case(*id)?.is_some_and(|known| known.added_by == Some(user)));
            }
        };
        for entry in entries {
            let entry = view.entry(entry)?;
            if entry.proposed_by == user || entry.approved_by == Some(user) {
                return Ok(true);
            }
        }
        Ok(view.list(list)?.recipients.contains(&user))
    }

    /// Keeps a decision and moves on.
    pub(crate) fn keep(
        &self,
        tx: &Tx<'_>,
        decision: &DecisionRow,
        next: CaseState,
    ) -> Result<(), StoreError> {
        match &self.origin {
            Origin::Case(_) => {
                tx.add_decision(self.id, decision)?;
                tx.move_case(self.id, self.state, next)
            }
            Origin::Pair(_) => {
                tx.add_pair_decision(self.id, decision)?;
                tx.move_pair(self.id, self.state, next)
            }
        }
    }
}

/// Two people have said of a pair that it is one person. Nobody is alerted and nothing is merged: it is said where
/// those who answer for the records look.
pub(crate) fn note_same(tx: &Tx<'_>, pair: &PairRow) -> Result<(), StoreError> {
    match pair.kind {
        PairKind::Twice(list) => {
            let entries = [EntryId::new(pair.probe), EntryId::new(pair.candidate)];
            tx.log(&Entry {
                kind: "list.twice_confirmed",
                actor: "hub",
                subject: &format!("list:{list}"),
                detail: serde_json::json!({ "pair": pair.id, "entries": entries }),
                ..Entry::default()
            })?;
        }
        PairKind::Earlier => {
            for (of, other) in [(pair.probe, pair.candidate), (pair.candidate, pair.probe)] {
                tx.log(&Entry {
                    kind: "encounter.same_person",
                    actor: "hub",
                    subject: &format!("encounter:{of}"),
                    detail: serde_json::json!({ "pair": pair.id, "encounter": EncounterId::new(other) }),
                    ..Entry::default()
                })?;
            }
        }
        // The answer was known: nothing comes of it but a count.
        PairKind::Known => {}
    }
    Ok(())
}

/// One side is gone or stopped: nobody is asked about it any more.
pub(crate) fn withdraw_pairs(tx: &Tx<'_>, holder: Uuid) -> Result<(), StoreError> {
    for pair in tx.pairs_on(holder)?.into_iter().filter(|p| p.state.is_open()) {
        tx.move_pair(pair.id, pair.state, CaseState::Withdrawn)?;
    }
    Ok(())
}
