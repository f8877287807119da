//! What every page is told beside its view model.

use crate::{
    message::Notice,
    text::{Language, Text},
    view::{Area, Role, Theme},
};
use jiff::{Timestamp, tz::TimeZone};

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Name.
    pub name: String,
    /// Roles held.
    pub roles: Vec<Role>,
}

/// A part of the console that this person may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AreaLink {
    /// Which.
    pub area: Area,
    /// How much waits there for this person; none to show no number.
    pub waiting: Option<u32>,
}

/// Everything that a page needs to know about its reader and moment.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The reader's language.
    pub language: Language,
    /// Light, dark or what the device says.
    pub theme: Theme,
    /// Whether single-key shortcuts are on (WCAG 2.2, 2.1.4: they can be switched off).
    pub shortcuts: bool,
    /// Who reads; none before sign-in.
    pub user: Option<SignedIn>,
    /// Goes into every form; the hub refuses a form without it.
    pub csrf: String,
    /// Path and query of this page: where the language switch comes back to.
    pub path: String,
    /// Whether this hub is for training: a banner says so on every page.
    pub training: bool,
    /// Messages shown above the page once.
    pub notices: Vec<Notice>,
    /// The navigation; see [`Ctx::usual_areas`].
    pub areas: Vec<AreaLink>,
    /// The moment of rendering.
    pub now: Timestamp,
    /// The zone in which times are shown.
    pub zone: TimeZone,
    /// This hub's name.
    pub hub_name: String,
}

impl Ctx {
    /// A context with nothing in it but language, moment and token: for pages before sign-in.
    pub fn new(language: Language, now: Timestamp, csrf: impl Into<String>) -> Self {
        Self {
            language,
            theme: Theme::Auto,
            shortcuts: true,
            user: None,
            csrf: csrf.into(),
            path: "/".to_owned(),
            training: false,
            notices: Vec::new(),
            areas: Vec::new(),
            now,
            zone: TimeZone::UTC,
            hub_name: String::new(),
        }
    }

    /// The messages in the reader's language.
    pub fn text(&self) -> Text {
        Text(self.language)
    }

    /// The areas that people with these roles usually enter; the auditor sees all that holds no biometrics. What they may
    /// do there is the hub's decision: this only keeps the navigation short.
    pub fn usual_areas(roles: &[Role]) -> Vec<Area> {
        use Role::*;
        let any = |wanted: &[Role]| roles.iter().any(|role| wanted.contains(role));
        Area::ALL
            .iter()
            .copied()
            .filter(|area| match area {
                Area::Board => !roles.is_empty(),
                Area::Encounters => {
                    any(&[SiteSupervisor, WatchOfficer, RedressOfficer, QualityOfficer, Auditor])
                }
                Area::Examine => any(&[Examiner, LeadExaminer]),
                Area::Conflicts => any(&[LeadExaminer]),
                Area::Alerts => any(&[WatchOfficer, Recipient, LeadExaminer, Auditor]),
                Area::Lists => {
                    any(&[ListOriginator, ListApprover, RedressOfficer, AgreementOfficer, Auditor])
                }
                Area::Stations => any(&[SiteSupervisor, WatchOfficer, Administrator, Auditor]),
                Area::Agreements => any(&[AgreementOfficer, Auditor]),
                Area::Redress => any(&[RedressOfficer]),
                Area::Quality => any(&[QualityOfficer]),
                Area::Audit => any(&[Auditor]),
                Area::Users => any(&[Administrator, Auditor]),
            })
            .collect()
    }
}
