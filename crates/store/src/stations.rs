//! Stations, and partner hubs that forward to this one: whoever may send encounters.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{Digest, StationId, StationState};
use rusqlite::params;

/// A sender of encounters.
#[derive(Debug, Clone, PartialEq)]
pub struct StationRow {
    /// Id.
    pub id: StationId,
    /// Name for people.
    pub name: String,
    /// Where it stands.
    pub site: String,
    /// Whose it is.
    pub agency: String,
    /// `fixed`, `mobile` or `hub`.
    pub profile: String,
    /// State.
    pub state: StationState,
    /// Its Ed25519 key, as text.
    pub verifying_key: String,
    /// Its X25519 key, as text.
    pub sealing_key: String,
    /// Last signed request.
    pub seen_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A one-time code that lets a station enrol its keys.
#[derive(Debug, Clone, PartialEq)]
pub struct StationCode {
    /// Digest of the code.
    pub code: Digest,
    /// Id that the station will have.
    pub station: StationId,
    /// Name.
    pub name: String,
    /// Site.
    pub site: String,
    /// Agency.
    pub agency: String,
    /// Profile.
    pub profile: String,
    /// Worthless from then on.
    pub expires_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a code.
    ///
    /// # Errors
    /// A database error.
    pub fn add_station_code(&self, code: &StationCode) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO station_codes (code_hash, station, name, site, agency, profile, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                code.code.to_string(),
                code.station.to_string(),
                code.name,
                code.site,
                code.agency,
                code.profile,
                row::ms(code.expires_at)
            ],
        )?;
        Ok(())
    }

    /// Adds a station.
    ///
    /// # Errors
    /// A database error.
    pub fn add_station(&self, s: &StationRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO stations (id, name, site, agency, profile, state, verifying_key, sealing_key, seen_at, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                s.id.to_string(),
                s.name,
                s.site,
                s.agency,
                s.profile,
                s.state.as_str(),
                s.verifying_key,
                s.sealing_key,
                s.seen_at.map(row::ms),
                row::ms(s.created_at)
            ],
        )?;
        Ok(())
    }

    /// Changes a station's state.
    ///
    /// # Errors
    /// No such station, or a database error.
    pub fn set_station_state(&self, id: StationId, state: StationState) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE stations SET state = ?2 WHERE id = ?1",
            params![id.to_string(), state.as_str()],
        )?;
        if changed == 0 { Err(StoreError::missing("station", id)) } else { Ok(()) }
    }

    /// Notes that a station was heard from.
    ///
    /// # Errors
    /// A database error.
    pub fn touch_station(&self, id: StationId) -> Result<()> {
        row::run(
            self.conn,
            "UPDATE stations SET seen_at = ?2 WHERE id = ?1",
            params![id.to_string(), row::ms(self.now())],
        )?;
        Ok(())
    }
}

impl View<'_> {
    /// All stations, by name.
    ///
    /// # Errors
    /// A database error.
    pub fn stations(&self) -> Result<Vec<StationRow>> {
        row::all(self.conn, "SELECT * FROM stations ORDER BY name", [], read_station)
    }

    /// Codes that were issued, used or not.
    ///
    /// # Errors
    /// A database error.
    pub fn station_codes(&self) -> Result<Vec<StationCode>> {
        row::all(self.conn, "SELECT * FROM station_codes ORDER BY name", [], read_code)
    }

    /// A code by its digest, used or not: a station whose first reply was lost asks again with the same keys.
    ///
    /// # Errors
    /// A database error.
    pub fn station_code(&self, code: Digest) -> Result<Option<StationCode>> {
        row::one(self.conn, "SELECT * FROM station_codes WHERE code_hash = ?1", [code.to_string()], read_code)
    }

    /// One station.
    ///
    /// # Errors
    /// A database error.
    pub fn station(&self, id: StationId) -> Result<Option<StationRow>> {
        row::one(self.conn, "SELECT * FROM stations WHERE id = ?1", [id.to_string()], read_station)
    }
}

fn read_station(c: &row::Columns<'_>) -> Result<StationRow> {
    Ok(StationRow {
        id: c.parse("id")?,
        name: c.text("name")?,
        site: c.text("site")?,
        agency: c.text("agency")?,
        profile: c.text("profile")?,
        state: c.parse("state")?,
        verifying_key: c.text("verifying_key")?,
        sealing_key: c.text("sealing_key")?,
        seen_at: c.time_opt("seen_at")?,
        created_at: c.time("created_at")?,
    })
}

fn read_code(c: &row::Columns<'_>) -> Result<StationCode> {
    Ok(StationCode {
        code: c.parse("code_hash")?,
        station: c.parse("station")?,
        name: c.text("name")?,
        site: c.text("site")?,
        agency: c.text("agency")?,
        profile: c.text("profile")?,
        expires_at: c.time("expires_at")?,
    })
}
