//! List entries: proposed by one, approved by another, searched between two dates, suspended by anyone entitled.

use jiff::{Timestamp, ToSpan};
use model::{EntryState, UserId};
use policy::limits::MAX_ENTRY_DAYS;
use serde::{Deserialize, Serialize};

/// What an entry says (S17). Every field is required: a missing one is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryBody {
    /// Agency that answers for the entry.
    pub originator: String,
    /// The originator's own reference.
    pub reference: String,
    /// Individual legal basis: the order, warrant or judgment, with number and court.
    pub basis: String,
    /// One of the configured categories.
    pub category: String,
    /// What a recipient must know before acting.
    pub caveat: String,
    /// Handling code.
    pub handling: String,
    /// The person is the victim of a misused identity: whoever finds the entry must be told (S20).
    #[serde(default)]
    pub misused_identity: bool,
    /// Others rest on the same text: an approver of another agency is needed (S18).
    #[serde(default)]
    pub repeated_basis: bool,
    /// Signature of the hub over the approved content; none before approval.
    #[serde(default)]
    pub signature: Option<String>,
}

/// Letters that a basis has at least: less does not name an order, a court and a number.
pub const LEAST_BASIS: usize = 12;

/// A field that an entry cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// [`EntryBody::originator`].
    Originator,
    /// [`EntryBody::reference`].
    Reference,
    /// [`EntryBody::basis`].
    Basis,
    /// [`EntryBody::category`].
    Category,
    /// [`EntryBody::caveat`].
    Caveat,
    /// [`EntryBody::handling`].
    Handling,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 6] =
        [Self::Originator, Self::Reference, Self::Basis, Self::Category, Self::Caveat, Self::Handling];

    /// What it is called in a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Originator => "the originator",
            Self::Reference => "the originator's reference",
            Self::Basis => "the legal basis",
            Self::Category => "the category",
            Self::Caveat => "the caveat",
            Self::Handling => "the handling code",
        }
    }
}

/// What is asked when proposing.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal<'a> {
    /// Content.
    pub body: &'a EntryBody,
    /// Searched from.
    pub starts_at: Timestamp,
    /// Searched until.
    pub expires_at: Timestamp,
    /// To be reviewed by.
    pub review_at: Timestamp,
    /// Categories that are configured.
    pub categories: &'a [String],
    /// The list's own cap, days.
    pub max_days: u32,
    /// Live entries of this originator that rest on the same text.
    pub same_basis: usize,
}

/// Why a proposal or a step is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A field is empty.
    #[error("{} is missing: an entry needs it", .0.as_str())]
    Missing(Field),
    /// The basis says too little to be an individual one.
    #[error(
        "the legal basis must name the individual order, warrant or judgment (at least {LEAST_BASIS} characters)"
    )]
    ThinBasis,
    /// Not one of the configured categories.
    #[error("“{0}” is not one of the categories of this hub")]
    Category(String),
    /// The dates are not in order.
    #[error("the dates must be in this order: start, review, expiry; and the expiry must be ahead")]
    Dates,
    /// Longer than allowed.
    #[error("an entry on this list lives at most {max_days} days")]
    TooLong {
        /// Cap.
        max_days: u32,
    },
    /// Two people are needed.
    #[error("you proposed this entry yourself: another person must approve it")]
    SamePerson,
    /// S18.
    #[error(
        "more than {} entries rest on the same text: an approver of another agency than {agency} must look at it",
        policy::limits::MAX_SAME_BASIS
    )]
    NeedsOtherAgency {
        /// The originator.
        agency: String,
    },
    /// It cannot happen now.
    #[error("an entry in the state “{}” cannot be changed in this way", .0.as_str())]
    NotNow(EntryState),
}

/// Whether a proposal may be put before an approver.
///
/// # Errors
/// The first thing that is wrong.
pub fn propose(p: &Proposal<'_>, now: Timestamp) -> Result<(), Refused> {
    let fields = [
        (Field::Originator, &p.body.originator),
        (Field::Reference, &p.body.reference),
        (Field::Basis, &p.body.basis),
        (Field::Category, &p.body.category),
        (Field::Caveat, &p.body.caveat),
        (Field::Handling, &p.body.handling),
    ];
    if let Some((field, _)) = fields.iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(Refused::Missing(*field));
    }
    if p.body.basis.trim().chars().count() < LEAST_BASIS {
        return Err(Refused::ThinBasis);
    }
    if !p.categories.contains(&p.body.category) {
        return Err(Refused::Category(p.body.category.clone()));
    }
    if p.expires_at <= now
        || p.starts_at >= p.expires_at
        || p.review_at <= p.starts_at
        || p.review_at > p.expires_at
    {
        return Err(Refused::Dates);
    }
    let max_days = p.max_days.min(MAX_ENTRY_DAYS);
    let cap = p.starts_at.checked_add((i64::from(max_days) * 24).hours());
    if cap.is_ok_and(|cap| p.expires_at > cap) {
        return Err(Refused::TooLong { max_days });
    }
    Ok(())
}

/// Who approves.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval<'a> {
    /// State of the entry.
    pub state: EntryState,
    /// Content.
    pub body: &'a EntryBody,
    /// Who proposed it.
    pub proposed_by: UserId,
    /// Who approves it.
    pub approver: UserId,
    /// The approver's agency.
    pub agency: &'a str,
    /// Searched from.
    pub starts_at: Timestamp,
    /// Searched until.
    pub expires_at: Timestamp,
}

/// The state after approval.
///
/// # Errors
/// [`Refused`]; nothing has changed then.
pub fn approve(a: &Approval<'_>, now: Timestamp) -> Result<EntryState, Refused> {
    if a.state != EntryState::Proposed {
        return Err(Refused::NotNow(a.state));
    }
    if a.proposed_by == a.approver {
        return Err(Refused::SamePerson);
    }
    if a.body.repeated_basis && a.agency == a.body.originator {
        return Err(Refused::NeedsOtherAgency { agency: a.body.originator.clone() });
    }
    if a.expires_at <= now {
        return Err(Refused::Dates);
    }
    Ok(if a.starts_at <= now { EntryState::Active } else { EntryState::Approved })
}

/// More time for an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension<'a> {
    /// State of the entry.
    pub state: EntryState,
    /// The legal basis as it was reviewed.
    pub basis: &'a str,
    /// Its end so far.
    pub expires_at: Timestamp,
    /// Its new end.
    pub new_expires_at: Timestamp,
    /// Its next review.
    pub new_review_at: Timestamp,
    /// The list's own cap, days; counted from now, since the basis is looked at anew now.
    pub max_days: u32,
}

/// Whether an entry may be given more time. What is disputed is settled first, and what has ended is proposed anew.
///
/// # Errors
/// [`Refused`].
pub fn extend(e: &Extension<'_>, now: Timestamp) -> Result<(), Refused> {
    if !matches!(e.state, EntryState::Active | EntryState::Approved | EntryState::Suspended) {
        return Err(Refused::NotNow(e.state));
    }
    if e.basis.trim().chars().count() < LEAST_BASIS {
        return Err(Refused::ThinBasis);
    }
    if e.new_expires_at <= e.expires_at || e.new_review_at <= now || e.new_review_at > e.new_expires_at {
        return Err(Refused::Dates);
    }
    let max_days = e.max_days.min(MAX_ENTRY_DAYS);
    let cap = now.checked_add((i64::from(max_days) * 24).hours());
    if cap.is_ok_and(|cap| e.new_expires_at > cap) {
        return Err(Refused::TooLong { max_days });
    }
    Ok(())
}

/// A step that one person is enough for, or the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its start has come.
    Start,
    /// Not searched for the time being.
    Suspend,
    /// Searched again: needs an approver who did not suspend it.
    Resume,
    /// The person disputes it.
    Dispute,
    /// Withdrawn for good.
    Revoke,
    /// Its end has come.
    Expire,
}

/// The entry's next state.
///
/// # Errors
/// [`Refused::NotNow`]; nothing has changed then.
pub fn step(state: EntryState, step: Step) -> Result<EntryState, Refused> {
    use EntryState::*;
    Ok(match (state, step) {
        (Approved, Step::Start) => Active,
        (Active | Approved, Step::Suspend) => Suspended,
        (Suspended | Disputed, Step::Resume) => Active,
        (Active | Approved | Suspended, Step::Dispute) => Disputed,
        (Proposed | Approved | Active | Suspended | Disputed | Expired, Step::Revoke) => Revoked,
        (Proposed | Approved | Active | Suspended | Disputed, Step::Expire) => Expired,
        _ => return Err(Refused::NotNow(state)),
    })
}

/// The text that an approval signs: what is said about whom, by which templates, between which dates.
pub fn signed_text(
    entry: model::EntryId,
    list: model::ListId,
    body: &EntryBody,
    dates: [Timestamp; 3],
    templates: &[model::Digest],
) -> Vec<u8> {
    let unsigned = EntryBody { signature: None, ..body.clone() };
    let digests: Vec<String> = templates.iter().map(ToString::to_string).collect();
    let text = serde_json::json!({
        "entry": entry, "list": list, "body": unsigned,
        "dates": dates.map(|d| d.as_millisecond()), "templates": digests,
    });
    text.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    fn body() -> EntryBody {
        EntryBody {
            originator: "Agency A".into(),
            reference: "A-1".into(),
            basis: "Arrest warrant 123/2026, Court of B".into(),
            category: "wanted".into(),
            caveat: "Unarmed when last seen".into(),
            handling: "A".into(),
            misused_identity: false,
            repeated_basis: false,
            signature: None,
        }
    }

    fn check(change: impl FnOnce(&mut EntryBody), dates: (i64, i64, i64)) -> Result<(), Refused> {
        let mut body = body();
        change(&mut body);
        let proposal = Proposal {
            body: &body,
            starts_at: at(dates.0),
            review_at: at(dates.1),
            expires_at: at(dates.2),
            categories: &["wanted".into(), "missing person".into()],
            max_days: 365,
            same_basis: 0,
        };
        propose(&proposal, at(100))
    }

    #[test]
    fn every_field_is_needed() {
        assert_eq!(check(|_| {}, (100, 200, 300)), Ok(()));
        assert!(matches!(check(|b| b.originator.clear(), (100, 200, 300)), Err(Refused::Missing(_))));
        assert!(matches!(check(|b| b.reference.clear(), (100, 200, 300)), Err(Refused::Missing(_))));
        assert!(matches!(check(|b| b.basis = "  ".into(), (100, 200, 300)), Err(Refused::Missing(_))));
        assert!(matches!(check(|b| b.category.clear(), (100, 200, 300)), Err(Refused::Missing(_))));
        assert!(matches!(check(|b| b.caveat.clear(), (100, 200, 300)), Err(Refused::Missing(_))));
        assert!(matches!(check(|b| b.handling.clear(), (100, 200, 300)), Err(Refused::Missing(_))));
        assert_eq!(check(|b| b.basis = "gang".into(), (100, 200, 300)), Err(Refused::ThinBasis));
        assert!(matches!(
            check(|b| b.category = "tattooed".into(), (100, 200, 300)),
            Err(Refused::Category(_))
        ));
    }

    #[test]
    fn dates_are_in_order_and_capped() {
        for dates in [(100, 100, 300), (100, 301, 300), (300, 200, 100), (10, 20, 100)] {
            assert_eq!(check(|_| {}, dates), Err(Refused::Dates), "{dates:?}");
        }
        assert_eq!(check(|_| {}, (100, 200, 465)), Ok(()));
        assert_eq!(check(|_| {}, (100, 200, 466)), Err(Refused::TooLong { max_days: 365 }));
    }

    #[test]
    fn two_people_to_add() {
        let body = body();
        let user = |n| UserId::new(uuid::Uuid::from_u128(n));
        let approval = Approval {
            state: EntryState::Proposed,
            body: &body,
            proposed_by: user(1),
            approver: user(2),
            agency: "Agency A",
            starts_at: at(100),
            expires_at: at(200),
        };
        assert_eq!(approve(&approval, at(150)), Ok(EntryState::Active));
        assert_eq!(approve(&approval, at(50)), Ok(EntryState::Approved));
        assert_eq!(approve(&approval, at(200)), Err(Refused::Dates));
        let own = Approval { approver: user(1), ..approval.clone() };
        assert_eq!(approve(&own, at(150)), Err(Refused::SamePerson));
        let repeated = EntryBody { repeated_basis: true, ..body.clone() };
        let same_agency = Approval { body: &repeated, ..approval.clone() };
        assert!(matches!(approve(&same_agency, at(150)), Err(Refused::NeedsOtherAgency { .. })));
        let other_agency = Approval { agency: "Agency B", ..same_agency };
        assert_eq!(approve(&other_agency, at(150)), Ok(EntryState::Active));
    }

    #[test]
    fn more_time_needs_a_basis_and_stays_under_the_cap() {
        let basis = "Warrant 123/2026 confirmed on review";
        let check = |state, basis, expires, review| {
            let extension = Extension {
                state,
                basis,
                expires_at: at(200),
                new_expires_at: at(expires),
                new_review_at: at(review),
                max_days: 365,
            };
            extend(&extension, at(150))
        };
        assert_eq!(check(EntryState::Active, basis, 300, 250), Ok(()));
        assert_eq!(check(EntryState::Active, "as before", 300, 250), Err(Refused::ThinBasis));
        for (expires, review) in [(200, 180), (300, 301), (300, 150)] {
            assert_eq!(check(EntryState::Active, basis, expires, review), Err(Refused::Dates));
        }
        assert_eq!(check(EntryState::Active, basis, 516, 250), Err(Refused::TooLong { max_days: 365 }));
        for state in [EntryState::Disputed, EntryState::Expired, EntryState::Revoked, EntryState::Proposed] {
            assert_eq!(check(state, basis, 300, 250), Err(Refused::NotNow(state)));
        }
    }

    #[test]
    fn nothing_comes_back_from_revoked_or_purged() {
        for state in [EntryState::Revoked, EntryState::Purged] {
            for s in [Step::Start, Step::Suspend, Step::Resume, Step::Dispute, Step::Revoke, Step::Expire] {
                assert_eq!(step(state, s), Err(Refused::NotNow(state)));
            }
        }
        assert_eq!(step(EntryState::Expired, Step::Resume), Err(Refused::NotNow(EntryState::Expired)));
    }
}
