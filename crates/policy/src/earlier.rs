//! Searches of earlier encounters: impossible unless an agreement in force names them.
//!
//! A [`Scope`] says whose earlier encounters may be searched, and a [`Covered`] that one encounter is within it. Only
//! this module makes them, from an agreement, and whoever keeps earlier encounters in memory takes nothing else; so a
//! search outside an agreement cannot be written down:
//!
//! ```compile_fail
//! fn wider(scope: ridgeline_policy::Scope) -> ridgeline_policy::Scope {
//!     ridgeline_policy::Scope { days: 3650, ..scope }
//! }
//! ```

use crate::{Agreement, PurposeRule};
use jiff::{SignedDuration, Timestamp};
use model::AgreementId;
use serde::{Deserialize, Serialize};

/// An encounter for a purpose is also searched in earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierRule {
    /// Encounters that were made for these purposes, all of the same agreement.
    pub purposes: Vec<String>,
    /// Received at most so many days ago; never beyond their own retention.
    pub days: u32,
}

/// Entries that are new on a list are searched in the earlier encounters of a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEntriesRule {
    /// The lists, by name.
    pub lists: Vec<String>,
    /// Encounters received at most so many days ago; never beyond their own retention.
    pub days: u32,
}

/// The permission to search the earlier encounters of one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    agreement: AgreementId,
    purpose: String,
    days: u32,
    since: Timestamp,
}

/// An encounter as far as the permission goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Past<'a> {
    /// The agreement that it was taken under.
    pub agreement: Option<AgreementId>,
    /// What it was made for.
    pub purpose: &'a str,
    /// When it was received.
    pub received_at: Timestamp,
    /// When its retention ends; none before it was answered.
    pub keep_until: Option<Timestamp>,
    /// Nothing of it may remain: it is never searched.
    pub search_only: bool,
    /// Training encounters are no people.
    pub training: bool,
}

/// An encounter that may be searched, until a moment.
#[derive(Debug, PartialEq)]
pub struct Covered {
    key: u128,
    until: Timestamp,
}

impl Scope {
    fn new((agreement, since): (AgreementId, Timestamp), purpose: &str, days: u32) -> Self {
        Self { agreement, purpose: purpose.to_owned(), days, since }
    }

    /// What the encounters were made for.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Whether an encounter is within it now.
    pub fn covers(&self, key: u128, past: &Past<'_>, now: Timestamp) -> Option<Covered> {
        let other = past.agreement != Some(self.agreement) || past.purpose != self.purpose;
        if other || past.search_only || past.training || past.received_at < self.since {
            return None;
        }
        let far = past.received_at.checked_add(SignedDuration::from_hours(24 * i64::from(self.days))).ok()?;
        let until = past.keep_until.map_or(far, |end| end.min(far));
        (now < until).then_some(Covered { key, until })
    }
}

impl Covered {
    /// Which.
    pub fn key(&self) -> u128 {
        self.key
    }

    /// From this moment on it must not be searched.
    pub fn until(&self) -> Timestamp {
        self.until
    }
}

impl Agreement {
    /// The earlier encounters that an encounter for this purpose is searched in, now; empty unless named. `terms`
    /// is this agreement's id and the moment since which it has said so: nobody is searched under terms that came
    /// after them.
    pub fn earlier(&self, terms: (AgreementId, Timestamp), purpose: &str, now: Timestamp) -> Vec<Scope> {
        let rule = self.purpose(purpose).and_then(|rule| rule.earlier.as_ref());
        let Some(rule) = rule.filter(|_| self.in_force(now)) else { return Vec::new() };
        let named = rule.purposes.iter().filter(|p| self.purpose(p).is_some());
        named.map(|purpose| Scope::new(terms, purpose, rule.days)).collect()
    }

    /// The earlier encounters that an entry new on a list is searched in, now, each with the rule to search by; empty
    /// unless named. The list must be one for that purpose. `terms` as in [`Self::earlier`].
    pub fn reverse(
        &self,
        terms: (AgreementId, Timestamp),
        list: &str,
        purposes: &[String],
        now: Timestamp,
    ) -> Vec<(Scope, &PurposeRule)> {
        let named = |rule: &'_ PurposeRule| {
            let new = rule.new_entries.as_ref()?;
            let allowed = new.lists.iter().any(|l| l == list) && purposes.contains(&rule.purpose);
            allowed.then(|| Scope::new(terms, &rule.purpose, new.days))
        };
        if !self.in_force(now) {
            return Vec::new();
        }
        self.purposes.iter().filter_map(|rule| Some((named(rule)?, rule))).collect()
    }

    /// What is wrong with the terms of one purpose, in words.
    pub(crate) fn earlier_flaws(&self, rule: &PurposeRule) -> Vec<String> {
        let mut flaws = Vec::new();
        let mut days = |days: u32, of: &str| {
            match self.purpose(of).map(|r| r.retention_days) {
            None => flaws.push(format!("earlier encounters of {of}: the agreement has no such purpose")),
            Some(kept) if days == 0 || days > kept => flaws.push(format!(
                "earlier encounters of {of}: {days} days, they are kept for {kept} and can be searched for 1 to {kept}"
            )),
            Some(_) => {}
        }
        };
        if let Some(earlier) = &rule.earlier {
            earlier.purposes.iter().for_each(|of| days(earlier.days, of));
        }
        if let Some(new) = &rule.new_entries {
            days(new.days, &rule.purpose);
        }
        if rule.earlier.as_ref().is_some_and(|e| e.purposes.is_empty())
            || rule.new_entries.as_ref().is_some_and(|n| n.lists.is_empty())
        {
            flaws.push("earlier encounters: name the purposes and lists".to_owned());
        }
        flaws
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::tests::{agreement, at};

    const ID: AgreementId = AgreementId::new(uuid::Uuid::from_u128(4));

    fn earlier(agreement: &Agreement, purpose: &str, now: Timestamp) -> Vec<Scope> {
        agreement.earlier((ID, at(120)), purpose, now)
    }

    fn reverse(agreement: &Agreement, list: &str, now: Timestamp) -> usize {
        agreement.reverse((ID, at(120)), list, &["border.entry".into()], now).len()
    }

    fn allowing() -> Agreement {
        let mut agreement = agreement();
        agreement.purposes[0].earlier = Some(EarlierRule { purposes: vec!["border.entry".into()], days: 20 });
        agreement.purposes[0].new_entries = Some(NewEntriesRule { lists: vec!["Warrants".into()], days: 10 });
        agreement
    }

    #[test]
    fn nothing_is_allowed_unless_named() {
        assert_eq!(earlier(&agreement(), "border.entry", at(150)), []);
        assert_eq!(reverse(&agreement(), "Warrants", at(150)), 0);
        let allowing = allowing();
        assert_eq!(allowing.flaws(), []);
        assert_eq!(earlier(&allowing, "border.entry", at(150)).len(), 1);
        assert_eq!(reverse(&allowing, "Warrants", at(150)), 1);
        assert_eq!(earlier(&allowing, "asylum", at(150)), []);
        assert_eq!(reverse(&allowing, "Another list", at(150)), 0);
        let other = allowing.reverse((ID, at(120)), "Warrants", &["asylum".into()], at(150));
        assert_eq!(other.len(), 0, "the list is for another purpose");
        for expired in [at(99), at(200)] {
            assert_eq!(earlier(&allowing, "border.entry", expired), []);
            assert_eq!(reverse(&allowing, "Warrants", expired), 0);
        }
    }

    #[test]
    fn a_scope_ends_with_retention_and_with_its_days() {
        let scope = earlier(&allowing(), "border.entry", at(150)).remove(0);
        let past = Past {
            agreement: Some(ID),
            purpose: "border.entry",
            received_at: at(130),
            keep_until: Some(at(145)),
            search_only: false,
            training: false,
        };
        let until = |past: &Past<'_>, day| scope.covers(7, past, at(day)).map(|c| c.until());
        assert_eq!(until(&past, 144), Some(at(145)));
        assert_eq!(until(&past, 145), None, "its retention is over");
        let kept = Past { keep_until: Some(at(160)), ..past };
        assert_eq!(until(&kept, 149), Some(at(150)));
        assert_eq!(until(&kept, 150), None, "the agreement's days are over");
        assert_eq!(until(&Past { keep_until: None, ..past }, 149), Some(at(150)));
        for never in [
            Past { search_only: true, ..kept },
            Past { training: true, ..kept },
            Past { purpose: "asylum", ..kept },
            Past { agreement: None, ..kept },
            // The agreement did not say so yet when the person stood there.
            Past { received_at: at(119), ..kept },
        ] {
            assert_eq!(until(&never, 131), None, "{never:?}");
        }
    }

    #[test]
    fn flaws_are_found() {
        let flawed = |change: fn(&mut PurposeRule)| {
            let mut agreement = allowing();
            change(&mut agreement.purposes[0]);
            agreement.flaws().len()
        };
        assert_eq!(flawed(|_| {}), 0);
        assert_eq!(flawed(|r| r.earlier.as_mut().unwrap().days = 31), 1, "beyond retention");
        assert_eq!(flawed(|r| r.new_entries.as_mut().unwrap().days = 0), 1);
        assert_eq!(flawed(|r| r.earlier.as_mut().unwrap().purposes = vec!["asylum".into()]), 1);
        assert_eq!(flawed(|r| r.new_entries.as_mut().unwrap().lists.clear()), 1);
        // Where nothing remains, nothing can be searched.
        assert_eq!(flawed(|r| r.retention_days = 0), 2);
    }
}
