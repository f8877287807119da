//! The examiner's queue, the workbench and the conflict desk. What goes to the page here is all that an examiner
//! gets: samples of both sides, nothing about list, category, score, person or place (S21).

use super::{Reply, Visit, WebError, WebResult, names};
use crate::{CaseSide, Matter, casework};
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{
        CaseRow, ConflictsView, Contour, FieldError, Grid, LayersView, Minutia, MinutiaKind, Pace, PairView,
        Position, QueueView, SettledRow, Side, WorkbenchView, Worksheet,
    },
};
use jiff::{SignedDuration, Timestamp};
use model::{CaseId, CaseState, Eye, FingerPosition, Modality};
use policy::Action;
use screening::Sample;
use uuid::Uuid;

/// When a case should be decided (WORKFLOW, "Times").
const PRIORITY: SignedDuration = SignedDuration::from_mins(15);
const ROUTINE: SignedDuration = SignedDuration::from_hours(1);

/// Conflicts that stay on the desk after they were settled.
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

fn due(row: &Matter) -> Option<Timestamp> {
    row.opened_at.checked_add(if row.priority > 0 { PRIORITY } else { ROUTINE }).ok()
}

fn case_row(visit: &Visit, row: &Matter) -> Result<CaseRow, WebError> {
    let (probe, candidate) = visit
        .hub
        .store
        .read(|v| Ok((v.samples::<Sample>(row.probe)?, v.samples::<Sample>(row.candidate)?)))?;
    let common = common(&probe, &candidate);
    let fingers = common.iter().filter(|(p, ..)| matches!(p, Position::Finger(_))).count();
    Ok(CaseRow {
        id: row.id.to_string(),
        reference: names::short("C", row.id),
        since: row.opened_at,
        due: due(row),
        pace: if row.priority > 0 { Pace::Priority } else { Pace::Routine },
        fingers: fingers.min(255) as u8,
        eyes: (common.len() - fingers).min(255) as u8,
    })
}

pub(super) fn queue(visit: &Visit) -> WebResult {
    let user = visit.need(Action::Examine)?;
    let waiting = visit.hub.cases_for(user)?;
    let view = QueueView { waiting: waiting.iter().map(|c| case_row(visit, c)).collect::<Result<_, _>>()? };
    Ok(Reply::Page(pages::queue(&visit.ctx(), &view)?))
}

pub(super) fn next(visit: &Visit) -> WebResult {
    let user = visit.need(Action::Examine)?;
    Ok(match visit.hub.cases_for(user)?.first() {
        Some(case) => Reply::See(urls::case(&case.id.to_string())),
        None => Reply::SeeWith(urls::EXAMINE.to_owned(), Known::NoCase),
    })
}

pub(super) fn conflicts(visit: &Visit) -> WebResult {
    let user = visit.need(Action::DecideConflict)?;
    let waiting = visit.hub.conflicts_for(user)?;
    let since = visit.hub.now().checked_sub(SETTLED_FOR).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut settled = Vec::new();
    for case in visit.hub.store.read(|v| Matter::closed_since(v, since))? {
        let decisions = visit.hub.store.read(|v| case.decisions(v))?;
        let (3.., Some(outcome), Some(at)) = (decisions.len(), names::outcome(case.state), case.closed_at)
        else {
            continue;
        };
        settled.push(SettledRow {
            reference: names::short("C", case.id),
            at,
            decisions: decisions.iter().map(|d| names::decision(d.verdict)).collect(),
            outcome,
            note: decisions.last().map(|d| d.note.clone()).filter(|n| !n.is_empty()),
        });
    }
    let view = ConflictsView {
        waiting: waiting.iter().map(|c| case_row(visit, c)).collect::<Result<_, _>>()?,
        settled,
    };
    Ok(Reply::Page(pages::conflicts(&visit.ctx(), &view)?))
}

pub(super) fn take_conflict(visit: &Visit) -> WebResult {
    visit.need(Action::DecideConflict)?;
    let id: CaseId = visit.param("id")?;
    Ok(Reply::See(urls::case(&id.to_string())))
}

pub(super) fn workbench(visit: &Visit) -> WebResult {
    bench(visit, Worksheet::default(), Vec::new(), StatusCode::OK)
}

fn bench(visit: &Visit, worksheet: Worksheet, errors: Vec<FieldError>, status: StatusCode) -> WebResult {
    let user = visit.need(Action::Examine)?;
    let id: CaseId = visit.param("id")?;
    let (case, probe, candidate) = visit.hub.open_case(id, user)?;
    let mut pairs = Vec::new();
    for (position, a, b) in common(&probe, &candidate) {
        pairs.push(pair(visit, &case, position, a, b)?);
    }
    let view = WorkbenchView {
        case_id: id.to_string(),
        reference: names::short("C", id),
        since: case.opened_at,
        due: due(&case),
        pairs,
        may_recapture: true,
        worksheet,
        errors,
    };
    Ok(Reply::Status(status, pages::workbench(&visit.ctx(), &view)?))
}

/// Positions that both sides have, with the best sample of each, best material first.
fn common<'a>(probe: &'a [Sample], candidate: &'a [Sample]) -> Vec<(Position, &'a Sample, &'a Sample)> {
    let mut found = Vec::new();
    for finger in FingerPosition::TEN {
        let best = |samples: &'a [Sample]| {
            samples
                .iter()
                .filter(|s| s.modality == Modality::Finger && s.template.is_some())
                .filter(|s| s.finger.and_then(FingerPosition::finger) == Some(finger))
                .max_by_key(|s| s.quality)
        };
        if let (Some(a), Some(b)) = (best(probe), best(candidate)) {
            found.push((Position::Finger(finger), a, b));
        }
    }
    for eye in [Eye::Right, Eye::Left] {
        let best = |samples: &'a [Sample]| {
            samples
                .iter()
                .filter(|s| s.modality == Modality::Iris && s.template.is_some())
                .filter(|s| s.eye == Some(eye) || s.eye == Some(Eye::Unknown))
                .max_by_key(|s| s.quality)
        };
        if let (Some(a), Some(b)) = (best(probe), best(candidate)) {
            found.push((Position::Eye(eye), a, b));
        }
    }
    // A print without a position (a latent, a lone finger) is put beside every finger of the other side.
    if found.is_empty() {
        let usable = |s: &&Sample| s.modality == Modality::Finger && s.template.is_some();
        for a in probe.iter().filter(usable) {
            for b in candidate.iter().filter(usable) {
                let position = b.finger.or(a.finger).unwrap_or(FingerPosition::Unknown);
                found.push((Position::Finger(position), a, b));
            }
        }
        found.truncate(12);
    }
    found.sort_by_key(|(_, a, b)| std::cmp::Reverse(a.quality.min(b.quality)));
    found
}

fn pair(
    visit: &Visit,
    case: &Matter,
    position: Position,
    probe: &Sample,
    candidate: &Sample,
) -> Result<PairView, WebError> {
    let a = template(visit, casework::holder(case, CaseSide::Probe), probe)?;
    let b = template(visit, casework::holder(case, CaseSide::Candidate), candidate)?;
    let pairs = match (&a, &b) {
        (Some(a), Some(b)) => finger::compare(&finger::Prepared::new(a), &finger::Prepared::new(b))
            .pairs
            .iter()
            .map(|(i, j)| [u32::from(*i), u32::from(*j)])
            .collect(),
        _ => Vec::new(),
    };
    let case_url = urls::case(&case.id.to_string());
    let url = |what, side, sample: &Sample| format!("{case_url}/{what}/{side}/{}", sample.ordinal);
    let dress = |name, sample: &Sample, template: Option<&finger::Template>| Side {
        image_url: url("image", name, sample),
        layers_url: Some(url("layers", name, sample)),
        ..side(sample, template)
    };
    Ok(PairView {
        position,
        probe: dress("probe", probe, a.as_ref()),
        candidate: dress("candidate", candidate, b.as_ref()),
        pairs,
    })
}

fn template(visit: &Visit, holder: Uuid, sample: &Sample) -> Result<Option<finger::Template>, WebError> {
    if sample.modality != Modality::Finger {
        return Ok(None);
    }
    let bytes = visit.hub.template_bytes(holder, sample)?;
    Ok(bytes.and_then(|b| finger::Template::from_bytes(&b).ok()))
}

fn side(sample: &Sample, template: Option<&finger::Template>) -> Side {
    let (width_px, height_px) = match template {
        Some(t) => (u32::from(t.width_px), u32::from(t.height_px)),
        None => (sample.width_px, sample.height_px),
    };
    let kind = |kind| match kind {
        finger::MinutiaKind::Ending => MinutiaKind::Ending,
        finger::MinutiaKind::Bifurcation => MinutiaKind::Bifurcation,
        finger::MinutiaKind::Other => MinutiaKind::Other,
    };
    Side {
        width_px,
        height_px,
        ppi: template.map(|_| casework::SHOWN_PPI as f32),
        quality_word: sample.quality.map(names::quality),
        impression: names::impression(sample),
        minutiae: template
            .map(|t| {
                let show =
                    |m: &finger::Minutia| Minutia { x: m.x, y: m.y, dir: m.direction, kind: kind(m.kind) };
                t.minutiae.iter().map(show).collect()
            })
            .unwrap_or_default(),
        flow: template.and_then(|t| t.flow.as_ref()).map(flow),
        ..Side::default()
    }
}

/// The template's ridge flow as the workbench draws it.
fn flow(map: &finger::FlowMap) -> Grid {
    let cells = (0..map.rows()).flat_map(|row| (0..map.columns()).map(move |column| (column, row)));
    Grid {
        x_px: 0.0,
        y_px: 0.0,
        step_px: finger::FLOW_CELL_PX as f32,
        columns: map.columns() as u32,
        rows: map.rows() as u32,
        values: cells.map(|(column, row)| map.angle(column, row)).collect(),
    }
}

pub(super) fn image(visit: &Visit) -> WebResult {
    let user = visit.need(Action::Examine)?;
    let (id, side, ordinal) = which(visit)?;
    let png = visit.hub.case_picture(id, side, ordinal, user)?.ok_or(WebError::NotFound)?;
    Ok(Reply::Png(png))
}

/// The overlays that are read from a picture: the workbench asks for them after the picture.
pub(super) fn layers(visit: &Visit) -> WebResult {
    let user = visit.need(Action::Examine)?;
    let (id, side, ordinal) = which(visit)?;
    let found = visit.hub.case_layers(id, side, ordinal, user)?.ok_or(WebError::NotFound)?;
    let contour = |c: iris::Contour| Contour { x: c.x, y: c.y, radii: c.radii };
    let view = LayersView {
        quality: found.quality.map(|map| Grid {
            x_px: 0.0,
            y_px: 0.0,
            step_px: map.cell_px as f32,
            columns: map.columns,
            rows: map.rows,
            values: map.values,
        }),
        contours: found.boundaries.map_or_else(Vec::new, |(a, b)| vec![contour(a), contour(b)]),
    };
    Ok(Reply::Json(serde_json::to_string(&view).unwrap_or_default()))
}

/// Case, side and ordinal that an address names.
fn which(visit: &Visit) -> Result<(CaseId, CaseSide, u16), WebError> {
    let side = match visit.param::<String>("side")?.as_str() {
        "probe" => CaseSide::Probe,
        "candidate" => CaseSide::Candidate,
        _ => return Err(WebError::NotFound),
    };
    Ok((visit.param("id")?, side, visit.param("ordinal")?))
}

pub(super) fn decide(visit: &Visit) -> WebResult {
    let user = visit.need(Action::Examine)?;
    let id: CaseId = visit.param("id")?;
    let form: forms::Decide = visit.form()?;
    let typed = [("agree", &form.agree), ("differ", &form.differ), ("limits", &form.limits)];
    let note: String = typed
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(name, text)| format!("{name}: {}", text.trim()))
        .collect::<Vec<_>>()
        .join("\n");
    // What was typed and marked comes back with the page where the form is not taken.
    let worksheet = Worksheet {
        agree: form.agree.clone(),
        differ: form.differ.clone(),
        limits: form.limits.clone(),
        marks: form.marks.clone(),
    };
    let Some(decision) = form.decision else {
        let error = FieldError::new("decision", Known::DecisionNeeded);
        return bench(visit, worksheet, vec![error], StatusCode::UNPROCESSABLE_ENTITY);
    };
    if form.confirm != "on" {
        let error = FieldError::new("confirm", Known::ConfirmNeeded);
        return bench(visit, worksheet, vec![error], StatusCode::UNPROCESSABLE_ENTITY);
    }
    let marks: Vec<forms::OwnMark> = match form.marks.trim() {
        "" => Vec::new(),
        text => serde_json::from_str(text).map_err(|_| WebError::BadForm)?,
    };
    if marks.len() > forms::OWN_MARKS_MAX {
        return Err(WebError::BadForm);
    }
    let marks = serde_json::to_string(&marks).unwrap_or_default();
    let state = visit.hub.decide(id, user, names::verdict(decision), &note, &marks)?;
    let back = if state == CaseState::Conflict || !visit.is_lead() { urls::EXAMINE } else { urls::CONFLICTS };
    Ok(Reply::SeeWith(back.to_owned(), Known::DecisionKept))
}
