//! What the forms send. Every form also sends `csrf`, which is compared before anything else is read.
//!
//! All are `application/x-www-form-urlencoded` except the proposal (multipart). Where a field repeats (roles)
//! the struct is made from the pairs, since the common decoders take no repeated fields.

use crate::view::{
    AccountAction, AlertAction, Decision, EntryAction, Role, StationAction, StationKind, Theme,
};
use crate::{Language, Tone};
use serde::{Deserialize, Serialize};

/// Nothing but the token.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Bare {
    /// CSRF token.
    pub csrf: String,
}

/// First start.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FirstStart {
    /// CSRF token.
    pub csrf: String,
    /// The code printed on the server's terminal.
    pub code: String,
    /// The administrator's name.
    pub name: String,
    /// Log-in.
    pub login: String,
    /// Password.
    pub password: String,
    /// Password again.
    pub password_again: String,
}

/// Sign in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// CSRF token.
    pub csrf: String,
    /// Log-in.
    pub login: String,
    /// Password.
    pub password: String,
    /// Where to go afterwards; pass it through [`crate::urls::local_path`].
    pub next: String,
}

/// Joining with a one-time code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Join {
    /// CSRF token.
    pub csrf: String,
    /// Log-in, as the administrator gave it.
    pub login: String,
    /// The one-time code.
    pub code: String,
    /// Password.
    pub password: String,
    /// Password again.
    pub password_again: String,
}

/// Language, theme, shortcuts; only the fields present change.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// CSRF token.
    pub csrf: String,
    /// Language.
    pub language: Option<Language>,
    /// Theme.
    pub theme: Option<Theme>,
    /// `on` or `off`.
    pub shortcuts: Option<String>,
    /// Where to go afterwards; pass it through [`crate::urls::local_path`].
    pub back: String,
}

/// A new password of one's own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewPassword {
    /// CSRF token.
    pub csrf: String,
    /// The present one.
    pub current: String,
    /// The new one.
    pub password: String,
    /// The new one again.
    pub password_again: String,
}

/// Purpose and case number (S3).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Reason {
    /// CSRF token.
    pub csrf: String,
    /// One of the purposes offered.
    pub purpose: String,
    /// Case number.
    pub case_number: String,
}

/// The text fields of a proposal; files come as [`TRANSACTION_FILE`], [`finger_file`] and [`eye_file`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryFields {
    /// Originator's code.
    pub originator: String,
    /// The individual legal basis.
    pub legal_basis: String,
    /// Category's code.
    pub category: String,
    /// Caveat.
    pub caveat: String,
    /// Handling code.
    pub handling: String,
    /// First day, `YYYY-MM-DD`.
    pub starts: String,
    /// Last day.
    pub expires: String,
    /// Review day.
    pub review: String,
    /// `on` where the person is a victim of misused identity.
    pub misused_identity: String,
    /// Resolution of the finger images, pixels per inch, where the files do not say it.
    pub ppi: String,
    /// Why this person may be listed here: the reason that goes into the ledger.
    pub case_number: String,
}

/// Multipart name of an ANSI/NIST transaction.
pub const TRANSACTION_FILE: &str = "transaction";

/// Multipart name of the image of a finger, FGP code 1 to 10.
pub fn finger_file(code: u8) -> String {
    format!("finger_{code}")
}

/// Multipart name of the image of an eye, ELR code 1 (right) or 2 (left).
pub fn eye_file(code: u8) -> String {
    format!("eye_{code}")
}

impl EntryFields {
    /// Sets the field with this name; false where there is none.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        let field = match name {
            "originator" => &mut self.originator,
            "legal_basis" => &mut self.legal_basis,
            "category" => &mut self.category,
            "caveat" => &mut self.caveat,
            "handling" => &mut self.handling,
            "starts" => &mut self.starts,
            "expires" => &mut self.expires,
            "review" => &mut self.review,
            "misused_identity" => &mut self.misused_identity,
            "ppi" => &mut self.ppi,
            "case_number" => &mut self.case_number,
            _ => return false,
        };
        value.clone_into(field);
        true
    }
}

/// An action on an entry.
#[derive(Debug, Clone, Deserialize)]
pub struct EntryAct {
    /// CSRF token.
    #[serde(default)]
    pub csrf: String,
    /// Which.
    pub action: EntryAction,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// New last day for [`EntryAction::Extend`].
    #[serde(default)]
    pub expires: String,
    /// Next review, for the same.
    #[serde(default)]
    pub review: String,
}

/// Approval or refusal by the second person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Approval {
    /// CSRF token.
    pub csrf: String,
    /// `approve` or `refuse`.
    pub verdict: String,
    /// `on`: "I have seen all of it and answer for it".
    pub confirm: String,
    /// A note; needed for a refusal.
    pub reason: String,
}

/// A decision on a case.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Decide {
    /// CSRF token.
    pub csrf: String,
    /// Which; none where nothing was chosen.
    pub decision: Option<Decision>,
    /// `on`: the second key.
    pub confirm: String,
    /// Worksheet: features that agree.
    pub agree: String,
    /// Worksheet: features that differ.
    pub differ: String,
    /// Worksheet: what the material does not allow.
    pub limits: String,
    /// Own marks as JSON, see [`OwnMark`].
    pub marks: String,
}

/// One of an examiner's own marks, as sent in [`Decide::marks`] (a JSON array, at most [`OWN_MARKS_MAX`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnMark {
    /// Number of the position on the workbench, from 0.
    pub pair: u16,
    /// `probe` or `candidate`.
    pub side: String,
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
    /// What the examiner wrote.
    pub note: String,
}

/// Far more marks than anybody sets; the field is refused beyond.
pub const OWN_MARKS_MAX: usize = 500;

/// An action on an alert.
#[derive(Debug, Clone, Deserialize)]
pub struct AlertAct {
    /// CSRF token.
    #[serde(default)]
    pub csrf: String,
    /// Which.
    pub action: AlertAction,
    /// Why; needed for a retraction.
    #[serde(default)]
    pub reason: String,
    /// Where to go afterwards; pass it through [`crate::urls::local_path`].
    #[serde(default)]
    pub back: String,
}

/// Provision a station.
#[derive(Debug, Clone, Deserialize)]
pub struct Provision {
    /// CSRF token.
    #[serde(default)]
    pub csrf: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its site.
    #[serde(default)]
    pub site: String,
    /// Fixed or mobile.
    pub kind: StationKind,
}

/// What a person asks about their own data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewRedress {
    /// CSRF token.
    pub csrf: String,
    /// What is asked for: a code of [`crate::view::RedressKind`].
    pub kind: String,
    /// In the person's words.
    pub text: String,
    /// How to reach them.
    pub contact: String,
    /// Reference of the entry.
    pub entry: String,
    /// Number of the encounter.
    pub encounter: String,
}

/// A step with a request.
#[derive(Debug, Clone, Deserialize)]
pub struct RedressAct {
    /// CSRF token.
    #[serde(default)]
    pub csrf: String,
    /// Which.
    pub action: crate::view::RedressAction,
    /// What the person will read.
    #[serde(default)]
    pub reason: String,
}

/// A receipt's code.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// CSRF token.
    pub csrf: String,
    /// As typed.
    pub code: String,
}

/// A case with a known answer; its two files come beside these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KnownCaseFields {
    /// What quality staff calls it.
    pub title: String,
    /// A code of [`crate::view::KnownAnswer`].
    pub answer: String,
}

/// An action on a station.
#[derive(Debug, Clone, Deserialize)]
pub struct StationAct {
    /// CSRF token.
    #[serde(default)]
    pub csrf: String,
    /// Which.
    pub action: StationAction,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Invite a person. Made from pairs, since `role` repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invite {
    /// CSRF token.
    pub csrf: String,
    /// Name.
    pub name: String,
    /// Log-in.
    pub login: String,
    /// Roles ticked.
    pub roles: Vec<Role>,
}

impl Invite {
    /// From the decoded pairs of the form; unknown fields and roles are left out.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        Self {
            csrf: last(pairs, "csrf"),
            name: last(pairs, "name"),
            login: last(pairs, "login"),
            roles: roles(pairs),
        }
    }
}

/// An action on an account. Made from pairs, since `role` repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserAct {
    /// CSRF token.
    pub csrf: String,
    /// Which; none where it is unknown.
    pub action: Option<AccountAction>,
    /// Roles ticked.
    pub roles: Vec<Role>,
}

impl UserAct {
    /// From the decoded pairs of the form; unknown fields and roles are left out.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        Self {
            csrf: last(pairs, "csrf"),
            action: AccountAction::from_code(&last(pairs, "action")),
            roles: roles(pairs),
        }
    }
}

fn last(pairs: &[(String, String)], name: &str) -> String {
    pairs.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn roles(pairs: &[(String, String)]) -> Vec<Role> {
    let mut roles: Vec<Role> =
        pairs.iter().filter(|(n, _)| n == "role").filter_map(|(_, code)| Role::from_code(code)).collect();
    roles.sort();
    roles.dedup();
    roles
}

/// The tone of a button for an action.
pub(crate) fn button_tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Urgent => "btn danger",
        Tone::Good => "btn primary",
        Tone::Quiet | Tone::Busy | Tone::Warn => "btn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn roles_repeat() {
        let sent = pairs(&[
            ("csrf", "t"),
            ("role", "auditor"),
            ("role", "king"),
            ("role", "examiner"),
            ("role", "auditor"),
        ]);
        assert_eq!(Invite::from_pairs(&sent).roles, [Role::Examiner, Role::Auditor]);
        let sent = pairs(&[("action", "disable")]);
        assert_eq!(UserAct::from_pairs(&sent).action, Some(AccountAction::Disable));
    }
}
