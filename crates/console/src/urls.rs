//! Where pages and forms live, so that the hub and the pages agree.
//!
//! The constants are route patterns with `{name}` for a segment; the functions fill them. Segments are
//! percent-encoded (RFC 3986, 2.3: all but the unreserved characters).

/// Duty board.
pub const BOARD: &str = "/";
/// First start: GET shows, POST enrols the administrator ([`crate::forms::FirstStart`]).
pub const FIRST_START: &str = "/first-start";
/// Sign in: GET, POST ([`crate::forms::SignIn`]).
pub const SIGN_IN: &str = "/sign-in";
/// Sign out: POST ([`crate::forms::Bare`]).
pub const SIGN_OUT: &str = "/sign-out";
/// An invited person enrols: GET, POST ([`crate::forms::Join`]).
pub const JOIN: &str = "/join";
/// Language, theme, shortcuts: POST ([`crate::forms::Preferences`]), also before sign-in.
pub const PREFERENCES: &str = "/preferences";
/// One's own profile.
pub const PROFILE: &str = "/profile";
/// One's own password: POST ([`crate::forms::NewPassword`]).
pub const PROFILE_PASSWORD: &str = "/profile/password";
/// The keyboard shortcuts as a page.
pub const HELP: &str = "/help";
/// Server-sent events: events named [`EVENT_BOARD`], [`EVENT_ALERTS`], [`EVENT_QUEUE`], without content of
/// their own; the page then fetches itself again.
pub const LIVE: &str = "/live";
/// Something on the duty board changed.
pub const EVENT_BOARD: &str = "board";
/// Something on the alert desk changed.
pub const EVENT_ALERTS: &str = "alerts";
/// Something in the examiners' queues changed.
pub const EVENT_QUEUE: &str = "queue";

/// The table: GET ([`crate::view::EncounterFilter`] as query).
pub const ENCOUNTERS: &str = "/encounters";
/// One encounter: GET; without a reason given before, the hub shows [`crate::pages::reason`] instead.
pub const ENCOUNTER: &str = "/encounters/{id}";
/// Purpose and case number: POST ([`crate::forms::Reason`]).
pub const ENCOUNTER_OPEN: &str = "/encounters/{id}/open";

/// The lists.
pub const LISTS: &str = "/lists";
/// One list: GET ([`crate::view::EntryFilter`] as query).
pub const LIST: &str = "/lists/{id}";
/// Have all entries compared with all: POST ([`crate::forms::Bare`]).
pub const LIST_TWICE: &str = "/lists/{id}/twice";
/// Proposal: GET, POST as multipart ([`crate::forms::EntryFields`] and files).
pub const ENTRY_NEW: &str = "/lists/{id}/propose";
/// One entry: GET; without a reason given before, the hub shows [`crate::pages::reason`] instead.
pub const ENTRY: &str = "/entries/{id}";
/// Purpose and case number: POST ([`crate::forms::Reason`]).
pub const ENTRY_OPEN: &str = "/entries/{id}/open";
/// An action on an entry: POST ([`crate::forms::EntryAct`]).
pub const ENTRY_ACT: &str = "/entries/{id}/act";
/// Approval by a second person: GET, POST ([`crate::forms::Approval`]).
pub const ENTRY_APPROVE: &str = "/entries/{id}/approve";

/// The redress desk.
pub const REDRESS: &str = "/redress";
/// Take down a request: POST ([`crate::forms::NewRedress`]).
pub const REDRESS_NEW: &str = "/redress/new";
/// One request.
pub const REDRESS_CASE: &str = "/redress/{id}";
/// A step with it: POST ([`crate::forms::RedressAct`]).
pub const REDRESS_ACT: &str = "/redress/{id}/act";
/// For whoever holds a receipt, without an account: GET, POST ([`crate::forms::Receipt`]).
pub const RECEIPT: &str = "/receipt";

/// Cases with known answers: GET, and POST with files ([`crate::forms::KnownCaseFields`]).
pub const QUALITY: &str = "/quality";
/// Take one back before its turn: POST.
pub const KNOWN_WITHDRAW: &str = "/quality/{id}/withdraw";

/// The examiner's queue.
pub const EXAMINE: &str = "/examine";
/// Take the next case: POST ([`crate::forms::Bare`]); leads to its workbench.
pub const EXAMINE_NEXT: &str = "/examine/next";
/// The workbench of a case.
pub const CASE: &str = "/examine/{id}";
/// A decision: POST ([`crate::forms::Decide`]).
pub const CASE_DECIDE: &str = "/examine/{id}/decide";
/// The conflict desk.
pub const CONFLICTS: &str = "/conflicts";
/// A third person takes the conflict: POST ([`crate::forms::Bare`]); leads to its workbench.
pub const CONFLICT_TAKE: &str = "/conflicts/{id}/take";

/// The alert desk.
pub const ALERTS: &str = "/alerts";
/// One alert.
pub const ALERT: &str = "/alerts/{id}";
/// An action on an alert: POST ([`crate::forms::AlertAct`]).
pub const ALERT_ACT: &str = "/alerts/{id}/act";

/// The stations.
pub const STATIONS: &str = "/stations";
/// Provision a station: POST ([`crate::forms::Provision`]).
pub const STATION_NEW: &str = "/stations/new";
/// An action on a station: POST ([`crate::forms::StationAct`]).
pub const STATION_ACT: &str = "/stations/{id}/act";

/// The agreements.
pub const AGREEMENTS: &str = "/agreements";
/// One agreement.
pub const AGREEMENT: &str = "/agreements/{id}";
/// Two versions compared: GET `?from=1&to=2`.
pub const AGREEMENT_DIFF: &str = "/agreements/{id}/diff";

/// The ledger: GET ([`crate::view::AuditFilter`] as query).
pub const AUDIT: &str = "/audit";
/// Verify now: POST ([`crate::forms::Bare`]).
pub const AUDIT_VERIFY: &str = "/audit/verify";

/// Users and roles.
pub const USERS: &str = "/users";
/// Invite a person: POST ([`crate::forms::Invite`]).
pub const USER_INVITE: &str = "/users/invite";
/// An action on an account: POST ([`crate::forms::UserAct`]).
pub const USER_ACT: &str = "/users/{id}/act";

/// The files of [`crate::assets`].
pub const ASSET: &str = "/assets/{*path}";

/// Percent-encodes one segment.
fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A query: pairs with empty values are left out; none left, an empty text.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(&segment(name));
        out.push('=');
        out.push_str(&segment(value));
    }
    out
}

macro_rules! fill {
    ($($(#[$doc:meta])* $name:ident = $pattern:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(id: &str) -> String {
            $pattern.replace("{id}", &segment(id))
        }
    )*};
}

fill! {
    /// One encounter.
    encounter = ENCOUNTER;
    /// Its reason form.
    encounter_open = ENCOUNTER_OPEN;
    /// One list.
    list = LIST;
    /// Compare all entries of this list with all.
    list_twice = LIST_TWICE;
    /// Propose an entry to this list.
    entry_new = ENTRY_NEW;
    /// One entry.
    entry = ENTRY;
    /// Its reason form.
    entry_open = ENTRY_OPEN;
    /// An action on it.
    entry_act = ENTRY_ACT;
    /// Its approval.
    entry_approve = ENTRY_APPROVE;
    /// One request.
    redress_case = REDRESS_CASE;
    /// A step with it.
    redress_act = REDRESS_ACT;
    /// Take a known case back.
    known_withdraw = KNOWN_WITHDRAW;
    /// The workbench of a case.
    case = CASE;
    /// A decision on it.
    case_decide = CASE_DECIDE;
    /// Take a conflict.
    conflict_take = CONFLICT_TAKE;
    /// One alert.
    alert = ALERT;
    /// An action on it.
    alert_act = ALERT_ACT;
    /// An action on a station.
    station_act = STATION_ACT;
    /// One agreement.
    agreement = AGREEMENT;
    /// An action on an account.
    user_act = USER_ACT;
}

/// Two versions of an agreement.
pub fn agreement_diff(id: &str, from: u32, to: u32) -> String {
    format!("{}?from={from}&to={to}", AGREEMENT_DIFF.replace("{id}", &segment(id)))
}

/// A file of [`crate::assets`].
pub fn asset(path: &str) -> String {
    format!("/assets/{path}")
}

/// A path of this console from what a form sent as "back" or "next": only a local absolute path is taken, so
/// that no form can send a person elsewhere; anything else becomes the duty board.
pub fn local_path(text: &str) -> &str {
    let local = text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', '\r', '\n']);
    if local && text.len() <= LOCAL_PATH_MAX_BYTES { text } else { BOARD }
}

/// Longer than any path and query of the console.
const LOCAL_PATH_MAX_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_encoded() {
        assert_eq!(entry("a/b?c#ñ"), "/entries/a%2Fb%3Fc%23%C3%B1");
        assert_eq!(query(&[("state", ""), ("number", "A 1&x")]), "?number=A%201%26x");
        assert_eq!(query(&[("state", "")]), "");
    }

    #[test]
    fn only_local_paths_come_back() {
        for (text, want) in [
            ("/alerts?x=1", "/alerts?x=1"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(local_path(text), want, "{text:?}");
        }
    }
}
