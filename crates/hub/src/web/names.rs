//! The model's words to the console's words.

use console::view;
use model::{
    AlertState, CaseState, EncounterId, EntryState, FingerPosition, Modality, Role, StationState, Verdict,
};
use screening::Sample;
use std::collections::BTreeMap;

pub(super) fn roles(roles: &[Role]) -> Vec<view::Role> {
    roles.iter().map(|role| self::role(*role)).collect()
}

pub(crate) fn role(role: Role) -> view::Role {
    match role {
        Role::Supervisor => view::Role::SiteSupervisor,
        Role::Examiner => view::Role::Examiner,
        Role::LeadExaminer => view::Role::LeadExaminer,
        Role::WatchOfficer => view::Role::WatchOfficer,
        Role::Recipient => view::Role::Recipient,
        Role::ListOriginator => view::Role::ListOriginator,
        Role::ListApprover => view::Role::ListApprover,
        Role::AgreementOfficer => view::Role::AgreementOfficer,
        Role::RedressOfficer => view::Role::RedressOfficer,
        Role::QualityOfficer => view::Role::QualityOfficer,
        Role::Auditor => view::Role::Auditor,
        Role::Administrator => view::Role::Administrator,
    }
}

pub(super) fn to_roles(roles: &[view::Role]) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|r| roles.contains(&role(*r))).collect()
}

pub(super) fn encounter(state: model::EncounterState) -> view::EncounterState {
    use model::EncounterState as M;
    use view::EncounterState as V;
    match state {
        M::Received => V::Received,
        M::Validated => V::Validated,
        M::Rejected => V::Rejected,
        M::Searching => V::Searching,
        M::NoCandidate => V::NoCandidate,
        M::Candidates => V::Candidates,
        M::Examining => V::Examining,
        M::Confirmed => V::Confirmed,
        M::NotConfirmed => V::NotConfirmed,
        M::Inconclusive => V::Inconclusive,
        M::Held => V::Held,
        M::RecaptureRequested => V::RecaptureRequested,
        M::Answered => V::Answered,
        M::Purged => V::Purged,
    }
}

/// As [`encounter`], and whether it is being searched or waits for it.
pub(super) fn encounter_now(hub: &crate::Hub, row: &store::EncounterRow) -> view::EncounterState {
    let searched = hub.searches.is_under_way(row.id.uuid());
    match encounter(row.state) {
        view::EncounterState::Searching if !searched => view::EncounterState::WaitingForSearch,
        state => state,
    }
}

pub(crate) fn entry(state: EntryState) -> view::EntryState {
    match state {
        EntryState::Proposed => view::EntryState::Proposed,
        EntryState::Approved => view::EntryState::Approved,
        EntryState::Active => view::EntryState::Active,
        EntryState::Suspended => view::EntryState::Suspended,
        EntryState::Disputed => view::EntryState::Disputed,
        EntryState::Expired => view::EntryState::Expired,
        EntryState::Revoked => view::EntryState::Revoked,
        EntryState::Purged => view::EntryState::Purged,
    }
}

pub(crate) fn alert(state: AlertState) -> view::AlertState {
    match state {
        AlertState::Raised => view::AlertState::Raised,
        AlertState::Delivered => view::AlertState::Delivered,
        AlertState::Acknowledged => view::AlertState::Acknowledged,
        AlertState::InHand => view::AlertState::InHand,
        AlertState::Closed => view::AlertState::Closed,
        AlertState::EscalatedOnce => view::AlertState::EscalatedOnce,
        AlertState::EscalatedTwice => view::AlertState::EscalatedTwice,
        AlertState::Retracted => view::AlertState::Retracted,
    }
}

pub(crate) fn station(state: StationState) -> view::StationState {
    match state {
        StationState::Provisioned => view::StationState::Provisioned,
        StationState::Active => view::StationState::Active,
        StationState::Stale => view::StationState::Stale,
        StationState::Locked => view::StationState::Locked,
        StationState::Lost => view::StationState::Lost,
        StationState::Retired => view::StationState::Retired,
    }
}

pub(super) fn verdict(decision: view::Decision) -> Verdict {
    match decision {
        view::Decision::Same => Verdict::Same,
        view::Decision::NotSame => Verdict::NotSame,
        view::Decision::Inconclusive => Verdict::Inconclusive,
        view::Decision::Recapture => Verdict::Recapture,
    }
}

pub(super) fn decision(verdict: Verdict) -> view::Decision {
    match verdict {
        Verdict::Same => view::Decision::Same,
        Verdict::NotSame => view::Decision::NotSame,
        Verdict::Inconclusive => view::Decision::Inconclusive,
        Verdict::Recapture => view::Decision::Recapture,
    }
}

pub(super) fn outcome(state: CaseState) -> Option<view::Decision> {
    match state {
        CaseState::Confirmed | CaseState::Retracted => Some(view::Decision::Same),
        CaseState::NotConfirmed => Some(view::Decision::NotSame),
        CaseState::Inconclusive => Some(view::Decision::Inconclusive),
        CaseState::RecaptureRequested => Some(view::Decision::Recapture),
        _ => None,
    }
}

pub(super) fn twice(state: CaseState) -> view::TwiceState {
    match state {
        CaseState::Open | CaseState::AwaitingSecond | CaseState::Conflict => view::TwiceState::Waiting,
        CaseState::Confirmed => view::TwiceState::Same,
        CaseState::NotConfirmed => view::TwiceState::NotSame,
        CaseState::Inconclusive | CaseState::RecaptureRequested => view::TwiceState::Inconclusive,
        CaseState::Withdrawn | CaseState::Retracted => view::TwiceState::Withdrawn,
    }
}

pub(super) fn redress_kind(kind: model::RedressKind) -> view::RedressKind {
    match kind {
        model::RedressKind::Access => view::RedressKind::Access,
        model::RedressKind::Rectification => view::RedressKind::Rectification,
        model::RedressKind::Cancellation => view::RedressKind::Cancellation,
        model::RedressKind::Opposition => view::RedressKind::Opposition,
    }
}

pub(crate) fn redress(state: model::RedressState) -> view::RedressState {
    use model::RedressState as M;
    use view::RedressState as V;
    match state {
        M::Received => V::Received,
        M::IdentityProof => V::IdentityProof,
        M::Review => V::Review,
        M::Upheld => V::Upheld,
        M::PartlyUpheld => V::PartlyUpheld,
        M::Refused => V::Refused,
        M::Propagated => V::Propagated,
        M::Closed => V::Closed,
    }
}

/// In words, so that nobody reads a number as a promise.
pub(super) fn quality(value: u8) -> view::QualityWord {
    match value {
        60.. => view::QualityWord::Good,
        35..60 => view::QualityWord::Fair,
        15..35 => view::QualityWord::Poor,
        0..15 => view::QualityWord::Unusable,
    }
}

/// A short number for people: the random end of the id.
pub(super) fn short(prefix: &str, id: impl ToString) -> String {
    let text = id.to_string();
    format!("{prefix}-{}", text.get(text.len().saturating_sub(8)..).unwrap_or(&text).to_uppercase())
}

pub(super) fn number(id: EncounterId) -> String {
    short("E", id)
}

/// One tile for each position: the best sample of it; slaps only where no finger could be cut from them.
pub(super) fn tiles(samples: &[Sample], url: impl Fn(u16) -> String) -> Vec<view::Tile> {
    let mut best: BTreeMap<(u8, u16), &Sample> = BTreeMap::new();
    let mut marks = 0;
    for sample in samples {
        let cut = samples.iter().any(|s| s.cut_from == Some(sample.ordinal));
        let key = match (sample.modality, sample.finger, sample.eye) {
            (Modality::Finger, Some(position), _) if position.is_slap() && cut => continue,
            (Modality::Finger, Some(position), _) => {
                (0, u16::from(position.finger().unwrap_or(position).code()))
            }
            (Modality::Iris, _, Some(eye)) => (1, u16::from(eye.code())),
            (Modality::Mark, ..) => {
                marks += 1;
                (2, marks)
            }
            _ => continue,
        };
        let rank = |s: &Sample| (s.template.is_some(), s.quality);
        if best.get(&key).is_none_or(|known| rank(known) < rank(sample)) {
            best.insert(key, sample);
        }
    }
    best.into_iter()
        .map(|((kind, code), sample)| view::Tile {
            position: match kind {
                0 => view::Position::Finger(
                    u8::try_from(code)
                        .ok()
                        .and_then(FingerPosition::from_code)
                        .unwrap_or(FingerPosition::Unknown),
                ),
                1 => view::Position::Eye(sample.eye.unwrap_or(model::Eye::Unknown)),
                _ => view::Position::Mark(code),
            },
            image_url: Some(url(sample.ordinal)),
            quality: sample.quality.map(quality),
            absence: None,
            impression: impression(sample),
            note: note(sample),
        })
        .collect()
}

/// Why there is no template, or what speaks against the position.
fn note(sample: &Sample) -> Option<String> {
    let found = (!sample.findings.is_empty()).then(|| sample.findings.join("; "));
    sample.refusal.clone().or(found)
}

/// Where it is known.
pub(super) fn impression(sample: &Sample) -> Option<view::Impression> {
    match sample.modality {
        Modality::Iris => Some(view::Impression::NearInfrared),
        Modality::Finger if sample.cut_from.is_some() => Some(view::Impression::FromSlap),
        _ => None,
    }
}

/// Fingers and eyes that have a template.
pub(super) fn counts(samples: &[Sample]) -> (u8, u8) {
    let distinct = |modality| {
        let mut positions: Vec<_> = samples
            .iter()
            .filter(|s| s.modality == modality && s.template.is_some())
            .map(|s| (s.finger.and_then(FingerPosition::finger), s.eye))
            .collect();
        positions.sort();
        positions.dedup();
        positions.len().min(255) as u8
    };
    (distinct(Modality::Finger), distinct(Modality::Iris))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_survive_the_round_trip() {
        assert_eq!(to_roles(&roles(Role::ALL)), Role::ALL);
    }
}
