//! Stations, agreements, the ledger, accounts.

use super::{Reply, Visit, WebError, WebResult, encounters, names};
use crate::{HubError, NewUser, Refusal};
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{
        AccountAction, AccountState, AgreementDiffView, AgreementRow, AgreementState, AgreementView,
        AgreementsView, AuditFilter, AuditView, Change, CheckpointView, Choice, DiffLine, FieldError,
        LeafRow, OneTimeCode, SignatureRow, StationAction, StationKind, StationRow, StationsView, Term,
        TermValue, TermView, UserRow, UsersView, VerificationView, VersionRow,
    },
};
use jiff::SignedDuration;
use model::{AgreementId, StationId, StationState, UserId};
use policy::{Action, Agreement};
use std::collections::HashMap;

// Stations ---------------------------------------------------------------------------------------------

pub(super) fn stations(visit: &Visit) -> WebResult {
    stations_page(visit, None, Vec::new(), StatusCode::OK)
}

fn stations_page(
    visit: &Visit,
    new_code: Option<OneTimeCode>,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> WebResult {
    visit.need(Action::SeeStations)?;
    let manage = visit.may(Action::ManageStations);
    let rows = visit
        .hub
        .store
        .read(|v| v.stations())?
        .into_iter()
        .map(|s| {
            let actions = match s.state {
                _ if !manage => Vec::new(),
                StationState::Active | StationState::Stale => {
                    vec![StationAction::Lock, StationAction::ReportLost, StationAction::Retire]
                }
                StationState::Locked => {
                    vec![StationAction::Unlock, StationAction::ReportLost, StationAction::Retire]
                }
                _ => Vec::new(),
            };
            let key: Option<exchange::VerifyingKey> = s.verifying_key.parse().ok();
            StationRow {
                id: s.id.to_string(),
                name: s.name,
                site: s.site,
                kind: if s.profile == "mobile" { StationKind::Mobile } else { StationKind::Fixed },
                state: names::station(s.state),
                last_seen: s.seen_at,
                key_fingerprint: key.map(|k| k.fingerprint().to_string()),
                actions,
            }
        })
        .collect();
    let view = StationsView { rows, may_manage: manage, new_code, errors };
    Ok(Reply::Status(status, pages::stations(&visit.ctx(), &view)?))
}

pub(super) fn provision(visit: &Visit) -> WebResult {
    let user = visit.need(Action::ManageStations)?;
    let form: forms::Provision = visit.form()?;
    let profile = match form.kind {
        StationKind::Fixed => "fixed",
        StationKind::Mobile => "mobile",
    };
    match visit.hub.provision(&form.name, &form.site, &visit.hub.config.agency, profile, Some(user)) {
        Ok(code) => {
            let now = visit.hub.now();
            let expires = now.checked_add(SignedDuration::from_hours(24)).unwrap_or(now);
            // Shown once, on this page, and never again.
            stations_page(
                visit,
                Some(OneTimeCode { subject: form.name, code, expires }),
                Vec::new(),
                StatusCode::OK,
            )
        }
        Err(HubError::Refused(why)) => {
            let error = FieldError::new("name", why);
            stations_page(visit, None, vec![error], StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn station_act(visit: &Visit) -> WebResult {
    let user = visit.need(Action::ManageStations)?;
    let id: StationId = visit.param("id")?;
    let form: forms::StationAct = visit.form()?;
    let state = match form.action {
        StationAction::Lock => StationState::Locked,
        StationAction::Unlock => StationState::Active,
        StationAction::ReportLost => StationState::Lost,
        StationAction::Retire => StationState::Retired,
    };
    visit.hub.set_station_state(id, state, user, &form.reason)?;
    Ok(Reply::SeeWith(urls::STATIONS.to_owned(), Known::StationChanged))
}

// Agreements -------------------------------------------------------------------------------------------

fn agreement_row(visit: &Visit, row: &store::AgreementRow) -> Result<(AgreementRow, Agreement), WebError> {
    let agreement: Agreement = serde_json::from_value(row.body.clone())
        .map_err(|e| HubError::Stored(format!("agreement {}: {e}", row.id)))?;
    let now = visit.hub.now();
    let state = if agreement.in_force(now) {
        AgreementState::InForce
    } else if now < agreement.starts_at {
        AgreementState::Draft
    } else {
        AgreementState::Expired
    };
    let shown = AgreementRow {
        id: row.id.to_string(),
        title: agreement.title.clone(),
        parties: agreement.parties.clone(),
        version: row.version,
        state,
        starts: Some(agreement.starts_at),
        expires: Some(agreement.ends_at),
    };
    Ok((shown, agreement))
}

/// An agreement as lines that people can compare.
fn terms(agreement: &Agreement) -> Vec<TermView> {
    let (mut purposes, mut retention) = (Vec::new(), Vec::new());
    for rule in &agreement.purposes {
        let purpose = rule.purpose.clone();
        purposes.push(TermValue::Search {
            purpose: purpose.clone(),
            fpir: rule.fpir.to_string(),
            candidates: rule.max_candidates as u64,
            priority: rule.priority,
        });
        retention.push(TermValue::Retention { purpose, days: rule.retention_days });
    }
    for rule in &agreement.purposes {
        let purpose = || rule.purpose.clone();
        purposes.extend(rule.earlier.as_ref().map(|earlier| TermValue::Earlier {
            purpose: purpose(),
            of: earlier.purposes.clone(),
            days: earlier.days,
        }));
        purposes.extend(rule.new_entries.as_ref().map(|new| TermValue::NewEntries {
            purpose: purpose(),
            lists: new.lists.clone(),
            days: new.days,
        }));
    }
    let mut destinations = Vec::new();
    let mut classes = vec![TermValue::Marks { stored: agreement.marks }];
    let mut population = Vec::new();
    for rule in &agreement.destinations {
        let destination = || rule.destination.clone();
        destinations.push(TermValue::Destination {
            name: destination(),
            country: rule.country.clone(),
            purposes: rule.purposes.clone(),
        });
        classes.push(TermValue::DataClasses { destination: destination(), classes: rule.modalities.clone() });
        population.push(TermValue::Ages { destination: destination(), ages: rule.ages.clone() });
    }
    [
        (Term::Purpose, purposes),
        (Term::Destination, destinations),
        (Term::DataClasses, classes),
        (Term::Population, population),
        (Term::Retention, retention),
    ]
    .into_iter()
    .map(|(term, values)| TermView { term, values })
    .collect()
}

pub(super) fn agreements(visit: &Visit) -> WebResult {
    visit.need(Action::SeeAgreements)?;
    let mut rows = Vec::new();
    for row in visit.hub.store.read(|v| v.agreements())? {
        rows.push(agreement_row(visit, &row)?.0);
    }
    Ok(Reply::Page(pages::agreements(&visit.ctx(), &AgreementsView { rows })?))
}

pub(super) fn agreement(visit: &Visit) -> WebResult {
    visit.need(Action::SeeAgreements)?;
    let id: AgreementId = visit.param("id")?;
    let rows = visit.hub.store.read(|v| v.agreement_versions(id))?;
    let newest = rows.first().ok_or(WebError::NotFound)?;
    let (row, agreement) = agreement_row(visit, newest)?;
    let view = AgreementView {
        terms: terms(&agreement),
        signatures: agreement
            .parties
            .iter()
            .map(|party| SignatureRow { party: party.clone(), at: None, key_fingerprint: None, valid: false })
            // What holds this hub to its terms is its own signature; those of the parties are on paper.
            .chain([SignatureRow {
                party: visit.hub.config.name.clone(),
                at: (!newest.signature.is_empty()).then_some(newest.added_at),
                key_fingerprint: Some(visit.hub.identity.signing.verifying_key().fingerprint().to_string()),
                valid: visit.hub.is_signed(newest),
            }])
            .collect(),
        versions: rows
            .iter()
            .map(|r| VersionRow {
                version: r.version,
                at: r.added_at,
                by: r.added_by.map_or_else(|| visit.hub.config.agency.clone(), |u| visit.person(u)),
                summary: r.body.get("basis").and_then(|b| b.as_str()).unwrap_or_default().to_owned(),
            })
            .collect(),
        agreement: row,
    };
    Ok(Reply::Page(pages::agreement(&visit.ctx(), &view)?))
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Versions {
    from: u32,
    to: u32,
}

pub(super) fn agreement_diff(visit: &Visit) -> WebResult {
    visit.need(Action::SeeAgreements)?;
    let id: AgreementId = visit.param("id")?;
    let wanted: Versions = visit.query();
    let rows = visit.hub.store.read(|v| v.agreement_versions(id))?;
    let find = |version| rows.iter().find(|r| r.version == version).ok_or(WebError::NotFound);
    let (row, old) = agreement_row(visit, find(wanted.from)?)?;
    let (_, new) = agreement_row(visit, find(wanted.to)?)?;
    let mut lines = Vec::new();
    for (before, after) in terms(&old).into_iter().zip(terms(&new)) {
        for value in &before.values {
            let change = if after.values.contains(value) { Change::Same } else { Change::Removed };
            lines.push(DiffLine { term: before.term, value: value.clone(), change });
        }
        for value in after.values.iter().filter(|v| !before.values.contains(v)) {
            lines.push(DiffLine { term: after.term, value: value.clone(), change: Change::Added });
        }
    }
    let view = AgreementDiffView {
        id: id.to_string(),
        title: row.title,
        from: wanted.from,
        to: wanted.to,
        versions: rows.iter().map(|r| r.version).collect(),
        lines,
    };
    Ok(Reply::Page(pages::agreement_diff(&visit.ctx(), &view)?))
}

// The ledger -------------------------------------------------------------------------------------------

/// Leaves that a filter looks through.
const LOOK: usize = 50_000;

pub(super) fn audit(visit: &Visit) -> WebResult {
    audit_page(visit, None)
}

fn audit_page(visit: &Visit, verification: Option<VerificationView>) -> WebResult {
    visit.need(Action::ReadAudit)?;
    let filter: AuditFilter = visit.query();
    let (leaves, checkpoint) = visit.hub.store.read(|v| Ok((v.leaves("", None, LOOK)?, v.checkpoint()?)))?;
    let mut kinds: Vec<&str> = leaves.iter().map(|l| l.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let actions = kinds.iter().map(|k| Choice::new(*k, *k)).collect();
    let (from, to) = (visit.day(&filter.from), visit.day(&filter.to));
    let signed = leaves.first().map(|l| l.at);
    let wanted: Vec<LeafRow> = leaves
        .iter()
        .filter(|l| {
            (filter.action.is_empty() || l.kind == filter.action)
                && l.subject.contains(filter.subject.trim())
                && from.is_none_or(|f| l.at >= f)
                && to.is_none_or(|t| l.at < t + SignedDuration::from_hours(24))
        })
        .map(|l| LeafRow {
            index: l.index,
            at: l.at,
            actor: match l.actor.strip_prefix("user:").and_then(|id| id.parse().ok()) {
                Some(id) => Some(visit.person(id)),
                None if l.actor == "hub" => None,
                None => Some(l.actor.clone()),
            },
            action: l.kind.clone(),
            subject: l.subject.clone(),
            purpose: Some(l.purpose.clone()).filter(|p| !p.is_empty()),
            case_number: Some(l.case_number.clone()).filter(|c| !c.is_empty()),
            detail: Some(l.detail.clone()).filter(|d| d != "{}"),
            hash: l.hash(),
        })
        .filter(|l| {
            l.actor.as_deref().unwrap_or("hub").to_lowercase().contains(&filter.actor.trim().to_lowercase())
        })
        .collect();
    let (page, pager) = encounters::paged(&wanted, filter.page);
    let view = AuditView {
        leaves: page.to_vec(),
        filter,
        actions,
        pager,
        checkpoint: checkpoint.zip(signed).map(|(c, signed)| CheckpointView {
            size: c.size,
            root: c.root,
            signed,
            key_fingerprint: visit.hub.store.ledger_key_fingerprint(),
        }),
        verification,
        may_verify: true,
    };
    Ok(Reply::Page(pages::audit(&visit.ctx(), &view)?))
}

pub(super) fn verify(visit: &Visit) -> WebResult {
    visit.need(Action::ReadAudit)?;
    let found = visit.hub.store.verify_ledger()?;
    let view = VerificationView { at: visit.hub.now(), checked: found.rows, problems: found.faults };
    audit_page(visit, Some(view))
}

// Accounts ---------------------------------------------------------------------------------------------

pub(super) fn users(visit: &Visit) -> WebResult {
    users_page(visit, UsersView::default(), StatusCode::OK)
}

fn users_page(visit: &Visit, mut view: UsersView, status: StatusCode) -> WebResult {
    let me = visit.need(Action::SeeUsers)?;
    let manage = visit.may(Action::ManageUsers);
    let (users, invites) = visit.hub.store.read(|v| Ok((v.users()?, v.invites()?)))?;
    let mut seen = HashMap::new();
    for user in &users {
        let leaves = visit.hub.store.read(|v| v.leaves_about(&format!("user:{}", user.id)))?;
        seen.extend(leaves.iter().rev().find(|l| l.kind == "session.started").map(|l| (user.id, l.at)));
    }
    view.roles = names::roles(model::Role::ALL);
    view.may_manage = manage;
    let is_auditor = |u: &&store::UserRow| u.enabled && u.roles.contains(&model::Role::Auditor);
    let last_auditor = users.iter().filter(is_auditor).count() == 1;
    view.rows = users
        .iter()
        .map(|u| UserRow {
            id: u.id.to_string(),
            name: u.name.clone(),
            login: u.login.clone(),
            roles: names::roles(&u.roles),
            state: if u.enabled { AccountState::Active } else { AccountState::Disabled },
            last_seen: seen.get(&u.id).copied(),
            actions: match (manage && u.id != me.id, u.enabled) {
                (false, _) => Vec::new(),
                // Nobody removes the last auditor (S30).
                (true, true) if last_auditor && is_auditor(&u) => Vec::new(),
                (true, true) => vec![AccountAction::Disable],
                (true, false) => vec![AccountAction::Enable],
            },
        })
        .collect();
    view.rows.extend(invites.iter().map(|i| UserRow {
        id: i.login.clone(),
        name: i.name.clone(),
        login: i.login.clone(),
        roles: names::roles(&i.roles),
        state: AccountState::Invited,
        last_seen: None,
        actions: Vec::new(),
    }));
    Ok(Reply::Status(status, pages::users(&visit.ctx(), &view)?))
}

pub(super) fn invite(visit: &Visit) -> WebResult {
    let user = visit.need(Action::ManageUsers)?;
    let form = forms::Invite::from_pairs(&visit.pairs());
    let new = NewUser {
        login: form.login.clone(),
        name: form.name.clone(),
        agency: user.agency.clone(),
        roles: names::to_roles(&form.roles),
    };
    match visit.hub.invite(&new, user) {
        Ok(code) => {
            let now = visit.hub.now();
            let expires = now.checked_add(SignedDuration::from_hours(72)).unwrap_or(now);
            let new_code = Some(OneTimeCode { subject: form.login, code, expires });
            users_page(visit, UsersView { new_code, ..UsersView::default() }, StatusCode::OK)
        }
        Err(HubError::Refused(why)) => {
            let field = match why {
                Refusal::NoRole | Refusal::RolesClash { .. } => "role",
                _ => "login",
            };
            let view = UsersView {
                name: form.name,
                login: form.login,
                chosen: form.roles,
                errors: vec![FieldError::new(field, why)],
                ..UsersView::default()
            };
            users_page(visit, view, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn user_act(visit: &Visit) -> WebResult {
    let user = visit.need(Action::ManageUsers)?;
    let id: UserId = visit.param("id")?;
    let form = forms::UserAct::from_pairs(&visit.pairs());
    match form.action {
        Some(AccountAction::Disable) => visit.hub.set_enabled(id, false, user)?,
        Some(AccountAction::Enable) => visit.hub.set_enabled(id, true, user)?,
        _ => return Err(WebError::BadForm),
    }
    Ok(Reply::SeeWith(urls::USERS.to_owned(), Known::AccountChanged))
}
