//! Stations.

use super::{FieldError, StationAction, StationKind, StationState};
use jiff::Timestamp;
use serde::Serialize;

/// All stations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StationsView {
    /// The rows.
    pub rows: Vec<StationRow>,
    /// Whether this person may provision stations.
    pub may_manage: bool,
    /// A code made a moment ago, shown once.
    pub new_code: Option<OneTimeCode>,
    /// What was wrong with the last form.
    pub errors: Vec<FieldError>,
}

/// A code that is shown once and used once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OneTimeCode {
    /// For whom or what.
    pub subject: String,
    /// The code.
    pub code: String,
    /// When it stops working.
    pub expires: Timestamp,
}

/// One station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StationRow {
    /// Id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its site.
    pub site: String,
    /// Fixed or mobile.
    pub kind: StationKind,
    /// Where it stands.
    pub state: StationState,
    /// When it was last heard of.
    pub last_seen: Option<Timestamp>,
    /// Fingerprint of its signing key, hexadecimal.
    pub key_fingerprint: Option<String>,
    /// What this person may do now.
    pub actions: Vec<StationAction>,
}
