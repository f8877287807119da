//! What examiners do: be shown a case blind, decide it; and what a lead examiner may undo.

use crate::{
    Event, Hub, HubError, Refusal,
    matter::{self, Matter, Origin},
    stages,
};
use model::{AlertId, AlertState, CaseId, CaseState, EncounterState, Eye, Modality, Role, Stage, Verdict};
use policy::Action;
use raster::GreyImage;
use screening::{
    Sample,
    adjudicate::{self, Decision, Effect},
    alert,
};
use store::{AlertRow, CaseRow, DecisionRow, Entry, NewJob, StoreError, Tx, UserRow};
use uuid::Uuid;

/// What pictures of fingers are shown at, so that both sides have one scale.
pub(crate) const SHOWN_PPI: f64 = 500.0;

/// Which side of the workbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseSide {
    /// The person presented.
    Probe,
    /// The reference on the list.
    Candidate,
}

/// What is laid over a picture besides its template.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layers {
    /// Of a finger: how well its ridges can be read, cell by cell.
    pub quality: Option<finger::QualityMap>,
    /// Of an eye: pupil and limbus, picture pixels.
    pub boundaries: Option<(iris::Contour, iris::Contour)>,
}

impl Hub {
    /// What this examiner may decide now, most urgent first.
    ///
    /// # Errors
    /// A database error.
    pub fn cases_for(&self, user: &UserRow) -> Result<Vec<Matter>, HubError> {
        policy::may(&user.roles, Action::Examine)?;
        let mut found = self.may_decide(CaseState::AwaitingSecond, user)?;
        found.extend(self.may_decide(CaseState::Open, user)?);
        found.sort_by_key(|m| (-m.priority, m.opened_at, m.id));
        Ok(found)
    }

    /// Conflicts that this lead examiner may decide.
    ///
    /// # Errors
    /// Not a lead examiner, or a database error.
    pub fn conflicts_for(&self, user: &UserRow) -> Result<Vec<Matter>, HubError> {
        policy::may(&user.roles, Action::DecideConflict)?;
        self.may_decide(CaseState::Conflict, user)
    }

    fn may_decide(&self, state: CaseState, user: &UserRow) -> Result<Vec<Matter>, HubError> {
        Ok(self.store.read(|v| {
            let mut found = Vec::new();
            for matter in Matter::all_in(v, state)? {
                let before = decisions(&matter.decisions(v)?);
                if adjudicate::may_decide(matter.state, &before, user.id, is_lead(user)).is_ok()
                    && !matter.takes_part(v, user.id)?
                {
                    found.push(matter);
                }
            }
            Ok(found)
        })?)
    }

    /// Opens a case for an examiner: checks that they may decide it, and notes the look. What they see are the
    /// samples of both sides and nothing else.
    ///
    /// # Errors
    /// They may not, or a database error.
    pub fn open_case(
        &self,
        id: CaseId,
        user: &UserRow,
    ) -> Result<(Matter, Vec<Sample>, Vec<Sample>), HubError> {
        policy::may(&user.roles, Action::Examine)?;
        let case = self.check_examiner(id, user)?;
        let subject = format!("case:{id}");
        self.store
            .write(self.now(), |tx: &Tx<'_>| {
                // One leaf per examiner and case, not per image: the ledger stays readable.
                let seen = tx
                    .leaves_about(&subject)?
                    .iter()
                    .any(|l| l.kind == "case.viewed" && l.actor == crate::actor(Some(user.id)));
                if !seen {
                    tx.log(&Entry {
                        kind: "case.viewed",
                        actor: &crate::actor(Some(user.id)),
                        subject: &subject,
                        purpose: "examination",
                        case_number: &id.to_string(),
                        ..Entry::default()
                    })?;
                }
                Ok::<_, StoreError>((case.clone(), tx.samples(case.probe)?, tx.samples(case.candidate)?))
            })
            .map_err(HubError::from)
    }

    /// A picture of one side of a case, as PNG, fingers at 500 ppi so that both sides have one scale. Marks are shown to nobody here: they play no part in a decision.
    ///
    /// # Errors
    /// The person may not examine this case, or a database error.
    pub fn case_picture(
        &self,
        id: CaseId,
        side: CaseSide,
        ordinal: u16,
        user: &UserRow,
    ) -> Result<Option<Vec<u8>>, HubError> {
        let Some((image, _)) = self.shown(id, side, ordinal, user)? else { return Ok(None) };
        let png =
            raster::encode_png(&image).map_err(|e| HubError::Stored(format!("picture of case {id}: {e}")))?;
        Ok(Some(png))
    }

    /// What the workbench lays over a picture besides the template: it is read from the picture anew, since no
    /// template keeps it.
    ///
    /// # Errors
    /// The person may not examine this case, or a database error.
    pub fn case_layers(
        &self,
        id: CaseId,
        side: CaseSide,
        ordinal: u16,
        user: &UserRow,
    ) -> Result<Option<Layers>, HubError> {
        let Some((image, modality)) = self.shown(id, side, ordinal, user)? else { return Ok(None) };
        Ok(Some(match modality {
            Modality::Finger => Layers { quality: finger::quality_map(&image).ok(), boundaries: None },
            Modality::Iris => {
                let found = iris::extract(&image, Eye::Unknown, &mut raster::NoTrace).ok();
                Layers { quality: None, boundaries: found.map(|e| (e.pupil, e.limbus)) }
            }
            _ => Layers::default(),
        }))
    }

    /// A sample of one side of a case as examiners see it: fingers at [`SHOWN_PPI`].
    fn shown(
        &self,
        id: CaseId,
        side: CaseSide,
        ordinal: u16,
        user: &UserRow,
    ) -> Result<Option<(GreyImage, Modality)>, HubError> {
        policy::may(&user.roles, Action::Examine)?;
        let case = self.check_examiner(id, user)?;
        let holder = holder(&case, side);
        let found = self.store.read(|v| {
            let samples: Vec<Sample> = v.samples(holder)?;
            let sample = samples.into_iter().find(|s| s.ordinal == ordinal && s.template.is_some());
            Ok(sample.and_then(|s| Some((stages::picture(v, holder, &s)?, s.modality))))
        })?;
        let Some((image, modality)) = found else { return Ok(None) };
        let image = match (modality, image.ppi()) {
            (Modality::Finger, Some(ppi)) if (ppi - SHOWN_PPI).abs() > 1.0 => {
                raster::resample(&image, SHOWN_PPI)
                    .map_err(|e| HubError::Stored(format!("picture of case {id}: {e}")))?
            }
            _ => image,
        };
        Ok(Some((image, modality)))
    }

    /// A template of one side of a case, for the overlays.
    ///
    /// # Errors
    /// A database error.
    pub(crate) fn template_bytes(&self, holder: Uuid, sample: &Sample) -> Result<Option<Vec<u8>>, HubError> {
        let Some(name) = &sample.template else { return Ok(None) };
        Ok(self.store.read(|v| v.blob(holder, name))?)
    }

    fn check_examiner(&self, id: CaseId, user: &UserRow) -> Result<Matter, HubError> {
        let (case, before, part) = self.store.read(|v| {
            let case = Matter::find(v, id)?;
            let part = case.takes_part(v, user.id)?;
            let before = decisions(&case.decisions(v)?);
            Ok((case, before, part))
        })?;
        adjudicate::may_decide(case.state, &before, user.id, is_lead(user))?;
        if part {
            return Err(Refusal::CaseOtherPart.into());
        }
        Ok(case)
    }

    /// Takes an examiner's decision; gives the case's new state.
    ///
    /// # Errors
    /// The decision is refused, or a database error; nothing has changed then.
    pub fn decide(
        &self,
        id: CaseId,
        user: &UserRow,
        verdict: Verdict,
        note: &str,
        marks: &str,
    ) -> Result<CaseState, HubError> {
        policy::may(&user.roles, Action::Examine)?;
        self.check_examiner(id, user)?;
        let state = self.store.write(self.now(), |tx: &Tx<'_>| {
            let case = Matter::find(tx, id)?;
            let before = decisions(&case.decisions(tx)?);
            let decision = Decision { examiner: user.id, verdict };
            let (next, effects) = adjudicate::decide(case.state, &before, decision, is_lead(user))?;
            let row = DecisionRow {
                ordinal: before.len() as u32 + 1,
                examiner: user.id,
                verdict,
                note: note.to_owned(),
                marks: marks.to_owned(),
                at: tx.now(),
            };
            case.keep(tx, &row, next)?;
            tx.log(&Entry {
                kind: "case.decided",
                actor: &crate::actor(Some(user.id)),
                subject: &format!("case:{id}"),
                purpose: "examination",
                case_number: &id.to_string(),
                detail: serde_json::json!({ "ordinal": row.ordinal, "verdict": verdict, "case": next }),
            })?;
            let same = effects.contains(&Effect::RaiseAlert);
            match &case.origin {
                Origin::Case(case) => {
                    if same {
                        raise(tx, case)?;
                    }
                    roll_up(tx, case)?;
                }
                // Nobody is entitled to an alert about these.
                Origin::Pair(pair) if same => matter::note_same(tx, pair)?,
                Origin::Pair(_) => {}
            }
            Ok::<_, HubError>(next)
        })?;
        self.wake();
        self.tell(&[Event::Queue, Event::Board, Event::Alerts]);
        Ok(state)
    }

    /// Withdraws a confirmation: the alert is retracted at every recipient, the station's answer changes (S24).
    ///
    /// # Errors
    /// Not a lead examiner, not confirmed, or a database error.
    pub fn retract(&self, alert: AlertId, user: &UserRow, reason: &str) -> Result<(), HubError> {
        policy::may(&user.roles, Action::RetractAlert)?;
        if reason.trim().chars().count() < 8 {
            return Err(Refusal::RetractReason.into());
        }
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let mut row = tx.alert(alert)?;
            let from = row.state;
            row.state = alert::step(from, alert::Event::Retract)?;
            row.note = reason.trim().to_owned();
            row.next_escalation_at = None;
            tx.update_alert(&row, from)?;
            let case = tx.case(row.case)?;
            tx.move_case(case.id, CaseState::Confirmed, CaseState::Retracted)?;
            tx.log(&Entry {
                kind: "alert.retracted",
                actor: &crate::actor(Some(user.id)),
                subject: &format!("alert:{alert}"),
                detail: serde_json::json!({ "case": case.id, "entry": case.entry, "reason": reason.trim() }),
                ..Entry::default()
            })?;
            roll_up(tx, &case)?;
            Ok::<_, HubError>(())
        })?;
        self.wake();
        self.tell(&[Event::Alerts, Event::Board]);
        Ok(())
    }
}

pub(crate) fn is_lead(user: &UserRow) -> bool {
    user.roles.contains(&Role::LeadExaminer)
}

pub(crate) fn holder(case: &Matter, side: CaseSide) -> Uuid {
    match side {
        CaseSide::Probe => case.probe,
        CaseSide::Candidate => case.candidate,
    }
}

fn decisions(rows: &[DecisionRow]) -> Vec<Decision> {
    rows.iter().map(|d| Decision { examiner: d.examiner, verdict: d.verdict }).collect()
}

/// Two people have confirmed: tell the recipients of that list, and nobody else.
fn raise(tx: &Tx<'_>, case: &CaseRow) -> Result<(), StoreError> {
    let list = tx.list(case.list)?;
    let row = AlertRow {
        id: AlertId::new(Uuid::now_v7()),
        case: case.id,
        list: case.list,
        encounter: case.encounter,
        state: AlertState::Raised,
        raised_at: tx.now(),
        acknowledged_by: None,
        acknowledged_at: None,
        next_escalation_at: alert::next_escalation(AlertState::Raised, tx.now()),
        note: String::new(),
        changed_at: tx.now(),
    };
    if tx.add_alert(&row, &list.recipients)? {
        tx.log(&Entry {
            kind: "alert.raised",
            actor: "hub",
            subject: &format!("alert:{}", row.id),
            detail: serde_json::json!({
                "case": case.id, "list": list.name, "recipients": list.recipients.len(),
            }),
            ..Entry::default()
        })?;
    }
    Ok(())
}

/// Moves the encounter after one of its cases moved, and has the answer made anew.
pub(crate) fn roll_up(tx: &Tx<'_>, case: &CaseRow) -> Result<(), StoreError> {
    // What was found later, with an entry that was new, changes neither the encounter nor what its station was told.
    if case.reverse {
        return Ok(());
    }
    let mut encounter = tx.need_encounter(case.encounter)?;
    if encounter.state != EncounterState::Purged {
        let states: Vec<CaseState> =
            tx.cases_of(case.encounter)?.iter().filter(|c| !c.reverse).map(|c| c.state).collect();
        let partial = tx.searches(case.encounter)?.iter().any(|s| !s.complete);
        encounter.state = match adjudicate::roll_up(&states) {
            None => EncounterState::Examining,
            // Nobody was confirmed, but somebody was not compared: it stays open until they are.
            Some(EncounterState::NotConfirmed) if partial => EncounterState::Held,
            Some(state) => state,
        };
        tx.update_encounter(&encounter)?;
    }
    tx.add_job(&NewJob {
        encounter: case.encounter,
        stage: Stage::Answer,
        destination: "",
        priority: crate::runner::AT_ONCE,
        due_at: tx.now(),
    })
}
