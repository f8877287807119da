//! Agreements, audit, users.

use super::{
    AccountAction, AccountState, AgreementState, Change, FieldError, OneTimeCode, Pager, Role, Term,
    TermValue,
};
use jiff::Timestamp;
use serde::Serialize;

/// All agreements.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AgreementsView {
    /// The rows.
    pub rows: Vec<AgreementRow>,
}

/// One agreement in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementRow {
    /// Id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who signed or is to sign.
    pub parties: Vec<String>,
    /// The version in force.
    pub version: u32,
    /// Where it stands.
    pub state: AgreementState,
    /// First day.
    pub starts: Option<Timestamp>,
    /// Last day.
    pub expires: Option<Timestamp>,
}

/// One agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementView {
    /// What the table shows.
    pub agreement: AgreementRow,
    /// Its terms.
    pub terms: Vec<TermView>,
    /// Its signatures.
    pub signatures: Vec<SignatureRow>,
    /// Every version, newest first.
    pub versions: Vec<VersionRow>,
}

/// One term with its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermView {
    /// Which.
    pub term: Term,
    /// Its values.
    pub values: Vec<TermValue>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureRow {
    /// Which party.
    pub party: String,
    /// When.
    pub at: Option<Timestamp>,
    /// Fingerprint of the key.
    pub key_fingerprint: Option<String>,
    /// Whether it verifies.
    pub valid: bool,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionRow {
    /// Its number.
    pub version: u32,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What changed, in a sentence.
    pub summary: String,
}

/// Two versions compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementDiffView {
    /// Id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The older version.
    pub from: u32,
    /// The newer version.
    pub to: u32,
    /// Every version number, newest first.
    pub versions: Vec<u32>,
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// Which term.
    pub term: Term,
    /// Its value.
    pub value: TermValue,
    /// How it differs.
    pub change: Change,
}

/// Which leaves are shown. The field names are those of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// Who.
    pub actor: String,
    /// What was done: an action's code.
    pub action: String,
    /// To what: an id or number.
    pub subject: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// Page, from 1.
    pub page: u32,
}

/// The ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AuditView {
    /// What is shown.
    pub filter: AuditFilter,
    /// Actions to choose from.
    pub actions: Vec<super::Choice>,
    /// The leaves, newest first.
    pub leaves: Vec<LeafRow>,
    /// Where we are.
    pub pager: Pager,
    /// The newest signed checkpoint.
    pub checkpoint: Option<CheckpointView>,
    /// The last verification.
    pub verification: Option<VerificationView>,
    /// Whether this person may start a verification.
    pub may_verify: bool,
}

/// One leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeafRow {
    /// Its number, from 0.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// Who; none where the machine did it.
    pub actor: Option<String>,
    /// What.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What for.
    pub purpose: Option<String>,
    /// Case number.
    pub case_number: Option<String>,
    /// What was written with it: reasons, numbers.
    pub detail: Option<String>,
    /// The leaf's hash, hexadecimal.
    pub hash: String,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointView {
    /// Leaves under it.
    pub size: u64,
    /// Root hash, hexadecimal.
    pub root: String,
    /// When it was signed.
    pub signed: Timestamp,
    /// Fingerprint of the key.
    pub key_fingerprint: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerificationView {
    /// When.
    pub at: Timestamp,
    /// Leaves checked.
    pub checked: u64,
    /// What is wrong, each naming its row; empty is good.
    pub problems: Vec<String>,
}

/// Users and roles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UsersView {
    /// The rows.
    pub rows: Vec<UserRow>,
    /// Whether this person may invite others.
    pub may_manage: bool,
    /// Roles that this person may give.
    pub roles: Vec<Role>,
    /// Typed before: name of the person to invite.
    pub name: String,
    /// Typed before: log-in.
    pub login: String,
    /// Ticked before.
    pub chosen: Vec<Role>,
    /// A code made a moment ago, shown once.
    pub new_code: Option<OneTimeCode>,
    /// What was wrong with the last form.
    pub errors: Vec<FieldError>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserRow {
    /// Id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The log-in.
    pub login: String,
    /// The roles held.
    pub roles: Vec<Role>,
    /// How the account stands.
    pub state: AccountState,
    /// When the person was last seen.
    pub last_seen: Option<Timestamp>,
    /// What this person may do now.
    pub actions: Vec<AccountAction>,
}

impl LeafRow {
    /// The first twelve digits of the hash.
    pub(crate) fn short_hash(&self) -> String {
        self.hash.chars().take(12).collect()
    }
}

impl UserRow {
    /// Whether this person may change the roles.
    pub(crate) fn may_set_roles(&self) -> bool {
        self.actions.contains(&AccountAction::SetRoles)
    }
}
