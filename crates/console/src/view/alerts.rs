//! The alert desk.

use super::{AlertAction, AlertState, FieldError, TimelineRow};
use jiff::Timestamp;
use serde::Serialize;

/// The alerts that this person is entitled to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AlertsView {
    /// Not closed, oldest first.
    pub open: Vec<AlertRow>,
    /// Closed or retracted lately, newest first.
    pub closed: Vec<AlertRow>,
}

/// One alert on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertRow {
    /// Id.
    pub id: String,
    /// A short reference.
    pub reference: String,
    /// Where it stands.
    pub state: AlertState,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it must be acknowledged before it escalates.
    pub acknowledge_by: Option<Timestamp>,
    /// The list's name.
    pub list: String,
    /// The station's name.
    pub station: String,
    /// What its readers must know before acting.
    pub caveat: String,
    /// How it may be handled.
    pub handling: String,
    /// Who acknowledged it or has it in hand.
    pub with: Option<String>,
    /// What this person may do now.
    pub actions: Vec<AlertAction>,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertView {
    /// What the desk shows.
    pub alert: AlertRow,
    /// Category, in words.
    pub category: String,
    /// Whom to contact at the originator.
    pub contact: String,
    /// The individual legal basis.
    pub legal_basis: String,
    /// The listed person is a victim of misused identity (S20).
    pub misused_identity: bool,
    /// The encounter.
    pub encounter_id: Option<String>,
    /// Its receipt number.
    pub encounter_number: String,
    /// The list entry, where this person may see it.
    pub entry_id: Option<String>,
    /// How many examiners confirmed it.
    pub examiners: u8,
    /// Who was told.
    pub deliveries: Vec<DeliveryRow>,
    /// Why it was retracted.
    pub retracted_because: Option<String>,
    /// Everything that happened, newest first.
    pub timeline: Vec<TimelineRow>,
    /// What was wrong with the last form.
    pub errors: Vec<FieldError>,
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeliveryRow {
    /// Who.
    pub recipient: String,
    /// When it reached the screen.
    pub delivered: Option<Timestamp>,
    /// When it was acknowledged.
    pub acknowledged: Option<Timestamp>,
    /// When the retraction was receipted.
    pub retraction_receipt: Option<Timestamp>,
}

impl AlertView {
    /// Whether this person may retract it.
    pub(crate) fn may_retract(&self) -> bool {
        self.alert.actions.contains(&AlertAction::Retract)
    }
}
