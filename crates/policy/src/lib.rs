//! Who may do what, thresholds, routing, retention: pure functions.
//!
//! No identification, alert level or recipient is computed here from nationality, name, language, route, sex
//! or marks (S6): such values are not even parameters, but for nationality, which can only take a destination
//! away.

pub mod agreement;
mod earlier;
pub mod limits;
mod roles;
mod urgency;

pub use agreement::{Agreement, DestinationRule, Forward, PurposeRule, Sharing};
pub use earlier::{Covered, EarlierRule, NewEntriesRule, Past, Scope};
pub use roles::{Action, Denied, allowed, may, may_not_combine};
pub use urgency::{Sender, Urgency};
