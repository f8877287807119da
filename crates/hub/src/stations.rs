//! Stations: provisioned with a one-time code, watched, locked, reported lost.

use crate::{Event, Hub, HubError, Refusal, actor};
use exchange::{
    code::EnrolmentCode,
    protocol::{EnrolReply, EnrolRequest, Problem, StationProfile},
};
use jiff::SignedDuration;
use model::{StationId, StationState, UserId};
use policy::{Action, limits::STATION_STALE};
use store::{Entry, StationCode, StationRow, StoreError, Tx, UserRow};
use uuid::Uuid;

/// How long an enrolment code is good.
const CODE_LIFE: SignedDuration = SignedDuration::from_hours(24);

impl Hub {
    /// Provisions a station, or a partner hub that will forward to this one; gives the one-time code.
    ///
    /// # Errors
    /// The person may not, something is missing, or a database error.
    pub fn provision(
        &self,
        name: &str,
        site: &str,
        agency: &str,
        profile: &str,
        by: Option<&UserRow>,
    ) -> Result<String, HubError> {
        if let Some(by) = by {
            policy::may(&by.roles, Action::ManageStations)?;
        }
        if name.trim().is_empty() || site.trim().is_empty() {
            return Err(Refusal::StationIncomplete.into());
        }
        if !matches!(profile, "fixed" | "mobile" | "hub") {
            return Err(Refusal::StationProfile.into());
        }
        let code = EnrolmentCode::generate(&mut rand::rng(), &self.identity.signing.verifying_key());
        let now = self.now();
        let station = StationId::new(Uuid::now_v7());
        self.store.write(now, |tx: &Tx<'_>| {
            tx.add_station_code(&StationCode {
                code: code.digest(),
                station,
                name: name.trim().to_owned(),
                site: site.trim().to_owned(),
                agency: agency.to_owned(),
                profile: profile.to_owned(),
                expires_at: now.checked_add(CODE_LIFE).unwrap_or(now),
            })?;
            tx.log(&Entry {
                kind: "station.provisioned",
                actor: &actor(by.map(|u| u.id)),
                subject: &format!("station:{station}"),
                detail: serde_json::json!({ "name": name, "site": site, "profile": profile }),
                ..Entry::default()
            })
        })?;
        Ok(code.to_string())
    }

    /// Enrols a station. Repeating it with the same code and keys gives the same reply: the first may have been
    /// lost on the way.
    pub(crate) fn enrol(&self, request: &EnrolRequest) -> Result<Result<EnrolReply, Problem>, HubError> {
        let refused = || {
            Problem::new(
                "code",
                403,
                "this enrolment code is wrong, used or expired",
                "nothing was enrolled",
                "ask the hub's administrator for a new code",
            )
        };
        let Ok(code) = request.code.parse::<EnrolmentCode>() else { return Ok(Err(refused())) };
        if !request.proven() {
            return Ok(Err(Problem::new(
                "proof",
                403,
                "the station does not hold the key that it names",
                "nothing was enrolled",
                "enrol again from the station itself",
            )));
        }
        let now = self.now();
        let key = request.signing_key.to_string();
        let station = self.store.write(now, |tx: &Tx<'_>| {
            let Some(found) = tx.station_code(code.digest())?.filter(|c| c.expires_at > now) else {
                return Ok(None);
            };
            if let Some(known) = tx.station(found.station)? {
                return Ok((known.verifying_key == key).then_some(known.id));
            }
            let profile = match (found.profile.as_str(), request.profile) {
                ("hub", _) => "hub",
                (_, StationProfile::Fixed) => "fixed",
                (_, StationProfile::Mobile) => "mobile",
            };
            tx.add_station(&StationRow {
                id: found.station,
                name: found.name,
                site: found.site,
                agency: found.agency,
                profile: profile.to_owned(),
                state: StationState::Active,
                verifying_key: key.clone(),
                sealing_key: request.sealing_key.to_string(),
                seen_at: Some(now),
                created_at: now,
            })?;
            tx.log(&Entry {
                kind: "station.enrolled",
                actor: &format!("station:{}", found.station),
                subject: &format!("station:{}", found.station),
                detail: serde_json::json!({ "key": request.signing_key.fingerprint().to_string() }),
                ..Entry::default()
            })?;
            Ok::<_, StoreError>(Some(found.station))
        })?;
        self.tell(&[Event::Board]);
        Ok(station.map(|station| EnrolReply { station, hub: self.info() }).ok_or_else(refused))
    }

    /// Locks, unlocks, reports lost or retires a station; the reason goes into the ledger.
    ///
    /// # Errors
    /// The person may not, no reason is given, it cannot be done, or a database error.
    pub fn set_station_state(
        &self,
        id: StationId,
        state: StationState,
        by: &UserRow,
        reason: &str,
    ) -> Result<(), HubError> {
        policy::may(&by.roles, Action::ManageStations)?;
        if reason.trim().is_empty() {
            return Err(Refusal::StationReason.into());
        }
        let by: UserId = by.id;
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let row = tx.station(id)?.ok_or(HubError::Refused(Refusal::NoStation))?;
            let allowed = match state {
                StationState::Locked => matches!(row.state, StationState::Active | StationState::Stale),
                StationState::Active => row.state == StationState::Locked,
                StationState::Lost | StationState::Retired => {
                    !matches!(row.state, StationState::Lost | StationState::Retired)
                }
                _ => false,
            };
            if !allowed {
                return Err(HubError::Refused(Refusal::StationNotNow { from: row.state, to: state }));
            }
            tx.set_station_state(id, state)?;
            tx.log(&Entry {
                kind: &format!("station.{state}"),
                actor: &actor(Some(by)),
                subject: &format!("station:{id}"),
                detail: serde_json::json!({ "from": row.state, "reason": reason.trim() }),
                ..Entry::default()
            })?;
            Ok(())
        })?;
        self.tell(&[Event::Board]);
        Ok(())
    }

    /// Notes that a station was heard from; a stale one is active again.
    pub(crate) fn heard_from(&self, row: &StationRow) -> Result<(), HubError> {
        let now = self.now();
        let recently = row.seen_at.is_some_and(|s| now.duration_since(s) < SignedDuration::from_secs(30));
        if recently && row.state == StationState::Active {
            return Ok(());
        }
        self.store.write(now, |tx: &Tx<'_>| {
            tx.touch_station(row.id)?;
            if row.state == StationState::Stale {
                tx.set_station_state(row.id, StationState::Active)?;
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(())
    }

    pub(crate) fn mark_stale_stations(&self) -> Result<(), HubError> {
        let now = self.now();
        for row in self.store.read(|v| v.stations())? {
            let silent = row.seen_at.is_none_or(|s| now.duration_since(s) > STATION_STALE);
            if row.state == StationState::Active && silent {
                self.store.write(now, |tx: &Tx<'_>| {
                    tx.set_station_state(row.id, StationState::Stale)?;
                    tx.log(&Entry {
                        kind: "station.stale",
                        actor: "hub",
                        subject: &format!("station:{}", row.id),
                        ..Entry::default()
                    })
                })?;
                self.tell(&[Event::Board]);
            }
        }
        Ok(())
    }
}
