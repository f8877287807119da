//! What each role may do. Nobody may do what is not listed.

use model::Role;

/// Something that a person asks the hub to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See queues and clocks.
    SeeDutyBoard,
    /// See the list of encounters and their states.
    SeeEncounters,
    /// Open one encounter with its images, with purpose and case number.
    OpenEncounter,
    /// See lists and entries.
    SeeLists,
    /// Make a list.
    CreateList,
    /// Propose an entry.
    ProposeEntry,
    /// Approve or extend an entry that somebody else proposed.
    ApproveEntry,
    /// Suspend or revoke an entry.
    SuspendEntry,
    /// Mark an entry as disputed.
    DisputeEntry,
    /// Have a list of one's own agency searched for people who stand on it twice.
    FindTwice,
    /// Compare probe and candidate.
    Examine,
    /// Decide where two examiners disagree.
    DecideConflict,
    /// See alerts addressed to oneself and act on them.
    HandleAlert,
    /// See every alert and its clock.
    WatchAlerts,
    /// Withdraw a confirmation and its alert.
    RetractAlert,
    /// Prepare cases with known answers, and see what examiners said of them.
    KeepKnownCases,
    /// Take down and decide what people ask about their own data.
    HandleRedress,
    /// See stations.
    SeeStations,
    /// Add, lock and retire stations.
    ManageStations,
    /// Read agreements.
    SeeAgreements,
    /// Add a version of an agreement.
    ManageAgreements,
    /// Read the ledger.
    ReadAudit,
    /// See accounts.
    SeeUsers,
    /// Invite and disable people.
    ManageUsers,
}

/// The person's roles do not allow it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this needs the role {}", needed.iter().map(|r| r.as_str().replace('_', " ")).collect::<Vec<_>>().join(" or "))]
pub struct Denied {
    /// Roles that would.
    pub needed: &'static [Role],
}

/// The roles that may do this.
pub const fn allowed(action: Action) -> &'static [Role] {
    use Role::*;
    match action {
        Action::SeeDutyBoard => Role::ALL,
        // Nobody who examines: where and when a person was presented is not for them to know (S21).
        Action::SeeEncounters => {
            &[Supervisor, WatchOfficer, Recipient, QualityOfficer, RedressOfficer, Auditor]
        }
        // The administrator and the auditor read no biometrics (S30).
        Action::OpenEncounter => &[Supervisor, WatchOfficer, Recipient, RedressOfficer],
        Action::SeeLists => &[ListOriginator, ListApprover, RedressOfficer, Auditor, AgreementOfficer],
        Action::CreateList => &[AgreementOfficer],
        Action::ProposeEntry => &[ListOriginator],
        Action::ApproveEntry => &[ListApprover],
        Action::SuspendEntry => &[ListOriginator, ListApprover, RedressOfficer],
        Action::DisputeEntry => &[RedressOfficer],
        Action::FindTwice => &[ListOriginator, ListApprover],
        Action::Examine => &[Examiner, LeadExaminer],
        Action::DecideConflict => &[LeadExaminer],
        Action::HandleAlert => &[Recipient, WatchOfficer],
        Action::WatchAlerts => &[WatchOfficer, Auditor],
        Action::RetractAlert => &[LeadExaminer],
        // Nobody else sees error rates (S22).
        Action::KeepKnownCases => &[QualityOfficer],
        Action::HandleRedress => &[RedressOfficer],
        Action::SeeStations => &[Supervisor, WatchOfficer, Administrator, Auditor],
        Action::ManageStations => &[Administrator],
        Action::SeeAgreements => &[AgreementOfficer, ListOriginator, ListApprover, RedressOfficer, Auditor],
        Action::ManageAgreements => &[AgreementOfficer],
        Action::ReadAudit => &[Auditor],
        Action::SeeUsers => &[Administrator, Auditor],
        Action::ManageUsers => &[Administrator],
    }
}

/// Whether somebody with these roles may do this.
///
/// # Errors
/// [`Denied`] with the roles that would be needed.
pub fn may(roles: &[Role], action: Action) -> Result<(), Denied> {
    let needed = allowed(action);
    if roles.iter().any(|role| needed.contains(role)) { Ok(()) } else { Err(Denied { needed }) }
}

/// Roles that one person must not hold together (WORKFLOW, roles): gives the first pair that clashes.
pub fn may_not_combine(roles: &[Role]) -> Option<(Role, Role)> {
    use Role::*;
    const CLASHES: &[(Role, Role)] = &[
        (ListOriginator, ListApprover),
        (Examiner, ListOriginator),
        (Examiner, ListApprover),
        (Examiner, Recipient),
        (LeadExaminer, ListOriginator),
        (LeadExaminer, ListApprover),
        (LeadExaminer, Recipient),
        (Examiner, WatchOfficer),
        (LeadExaminer, WatchOfficer),
        (Administrator, Examiner),
        (Administrator, LeadExaminer),
        (Administrator, Recipient),
        (Administrator, WatchOfficer),
        (Administrator, Supervisor),
        (Administrator, RedressOfficer),
        (Administrator, Auditor),
        (Auditor, Examiner),
        (Auditor, LeadExaminer),
        (Auditor, ListOriginator),
        (Auditor, ListApprover),
        (Auditor, Recipient),
        (Auditor, WatchOfficer),
        (Auditor, AgreementOfficer),
        (ListOriginator, RedressOfficer),
        (ListApprover, RedressOfficer),
        (Auditor, RedressOfficer),
        (Auditor, Supervisor),
        // Who knows the answers is not examined.
        (Examiner, QualityOfficer),
        (LeadExaminer, QualityOfficer),
        (Administrator, QualityOfficer),
    ];
    CLASHES.iter().copied().find(|(a, b)| roles.contains(a) && roles.contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administrator_and_the_auditor_read_no_biometrics() {
        for role in [Role::Administrator, Role::Auditor] {
            for action in
                [Action::OpenEncounter, Action::Examine, Action::DecideConflict, Action::HandleAlert]
            {
                assert!(may(&[role], action).is_err(), "{role} may {action:?}");
            }
        }
    }

    #[test]
    fn who_examines_does_not_see_encounters() {
        for role in allowed(Action::Examine) {
            for action in [Action::SeeEncounters, Action::OpenEncounter, Action::SeeStations] {
                assert!(may(&[*role], action).is_err(), "{role} may {action:?}");
            }
        }
    }

    #[test]
    fn nobody_can_both_propose_and_approve() {
        for role in Role::ALL {
            let both =
                may(&[*role], Action::ProposeEntry).is_ok() && may(&[*role], Action::ApproveEntry).is_ok();
            assert!(!both, "{role}");
        }
        assert!(may_not_combine(&[Role::ListOriginator, Role::ListApprover]).is_some());
        assert!(may_not_combine(&[Role::Examiner, Role::LeadExaminer]).is_none());
    }

    #[test]
    fn no_role_no_right() {
        assert!(may(&[], Action::SeeDutyBoard).is_err());
        let denied = may(&[Role::Examiner], Action::ReadAudit).unwrap_err();
        assert_eq!(denied.to_string(), "this needs the role auditor");
    }
}
