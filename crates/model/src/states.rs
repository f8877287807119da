//! The states that things go through, with their stored names.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A text that names no known state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {kind}")]
pub struct UnknownName {
    /// What was expected.
    pub kind: &'static str,
    /// What was found.
    pub text: String,
}

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stored name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(UnknownName { kind: stringify!($name), text: text.to_owned() }),
                }
            }
        }
    )*};
}

named! {
    /// Where an encounter stands at a hub.
    EncounterState {
        /// Stored and receipted; nothing looked at yet.
        Received = "received",
        /// Decoded: there is something to search.
        Validated = "validated",
        /// Cannot be processed; the reason stands beside it.
        Rejected = "rejected",
        /// Templates are being searched.
        Searching = "searching",
        /// Every list was searched, no candidate.
        NoCandidate = "no_candidate",
        /// At least one candidate waits for examiners.
        Candidates = "candidates",
        /// Examiners are at work.
        Examining = "examining",
        /// Two examiners confirmed at least one candidate.
        Confirmed = "confirmed",
        /// Examiners rejected every candidate.
        NotConfirmed = "not_confirmed",
        /// Examiners could not say.
        Inconclusive = "inconclusive",
        /// Some list did not answer: open until it does.
        Held = "held",
        /// Examiners ask for a better sample.
        RecaptureRequested = "recapture_requested",
        /// The last word has been given to the station.
        Answered = "answered",
        /// Its data key is destroyed.
        Purged = "purged",
    }

    /// Where a case (one candidate before examiners) stands.
    CaseState {
        /// Nobody has decided.
        Open = "open",
        /// One examiner has decided.
        AwaitingSecond = "awaiting_second",
        /// Two examiners disagree: a third decides.
        Conflict = "conflict",
        /// Two agree: the same person.
        Confirmed = "confirmed",
        /// Two agree: not the same person.
        NotConfirmed = "not_confirmed",
        /// No agreement was possible.
        Inconclusive = "inconclusive",
        /// A better sample is asked for.
        RecaptureRequested = "recapture_requested",
        /// The confirmation was withdrawn.
        Retracted = "retracted",
        /// The entry was removed or suspended before a decision.
        Withdrawn = "withdrawn",
    }

    /// What an examiner says.
    Verdict {
        /// The same person.
        Same = "same",
        /// Not the same person.
        NotSame = "not_same",
        /// Cannot be said from these samples.
        Inconclusive = "inconclusive",
        /// A better sample is needed.
        Recapture = "recapture",
    }

    /// Where an alert stands.
    AlertState {
        /// Made, not yet on a screen.
        Raised = "raised",
        /// Shown to at least one recipient.
        Delivered = "delivered",
        /// A recipient has said that they have seen it.
        Acknowledged = "acknowledged",
        /// Somebody is acting on it.
        InHand = "in_hand",
        /// Done.
        Closed = "closed",
        /// Nobody acknowledged in time: the watch officer was called.
        EscalatedOnce = "escalated_once",
        /// Nobody acknowledged in time, twice.
        EscalatedTwice = "escalated_twice",
        /// Withdrawn: it was wrong.
        Retracted = "retracted",
    }

    /// Where a list entry stands.
    EntryState {
        /// Waits for a second person.
        Proposed = "proposed",
        /// Approved, starts later.
        Approved = "approved",
        /// Searched.
        Active = "active",
        /// Not searched for the time being; one person is enough.
        Suspended = "suspended",
        /// Disputed by the person: not searched.
        Disputed = "disputed",
        /// Past its date: not searched.
        Expired = "expired",
        /// Withdrawn for good.
        Revoked = "revoked",
        /// Its data key is destroyed.
        Purged = "purged",
    }

    /// Where a station stands.
    StationState {
        /// A code was issued, nobody has used it.
        Provisioned = "provisioned",
        /// Its encounters are taken.
        Active = "active",
        /// Not heard from for a day.
        Stale = "stale",
        /// Refused until unlocked.
        Locked = "locked",
        /// Reported lost: refused for good.
        Lost = "lost",
        /// Out of service.
        Retired = "retired",
    }

    /// Who a person is to the system (WORKFLOW, roles).
    Role {
        /// Sees stations and their encounters' states.
        Supervisor = "supervisor",
        /// Compares probe and candidate.
        Examiner = "examiner",
        /// Decides conflicts.
        LeadExaminer = "lead_examiner",
        /// Watches alerts and their clocks.
        WatchOfficer = "watch_officer",
        /// Receives alerts of the lists that name them.
        Recipient = "recipient",
        /// Proposes list entries.
        ListOriginator = "list_originator",
        /// Approves list entries.
        ListApprover = "list_approver",
        /// Keeps agreements.
        AgreementOfficer = "agreement_officer",
        /// Handles complaints and disputes.
        RedressOfficer = "redress_officer",
        /// Sees error rates.
        QualityOfficer = "quality_officer",
        /// Reads the whole ledger, no biometrics.
        Auditor = "auditor",
        /// Keeps accounts and stations; reads no biometrics.
        Administrator = "administrator",
    }

    /// What a person asks about their own data.
    RedressKind {
        /// What is held, and who got it.
        Access = "access",
        /// Something is wrong and is to be put right.
        Rectification = "rectification",
        /// It is to be deleted.
        Cancellation = "cancellation",
        /// It is not to be used.
        Opposition = "opposition",
    }

    /// Where such a request stands.
    RedressState {
        /// Taken down.
        Received = "received",
        /// The person is asked to show that the records are theirs.
        IdentityProof = "identity_proof",
        /// Looked into.
        Review = "review",
        /// The person is right.
        Upheld = "upheld",
        /// The person is right in part.
        PartlyUpheld = "partly_upheld",
        /// The person is not right.
        Refused = "refused",
        /// Everybody who had the data was told.
        Propagated = "propagated",
        /// Finished.
        Closed = "closed",
    }

    /// The stages that the runner walks, in order.
    Stage {
        /// Open the seal, parse, make grey rasters.
        Decode = "decode",
        /// Cut slaps, check positions.
        Assess = "assess",
        /// Templates and quality.
        Extract = "extract",
        /// Search the lists that purpose and agreement allow.
        Search = "search",
        /// Put together what the station is told.
        Answer = "answer",
        /// Destroy what may not be kept.
        Purge = "purge",
        /// Send to a partner hub.
        Forward = "forward",
        /// Fetch a partner hub's answer.
        Collect = "collect",
        /// Tell a partner hub to delete what it was sent.
        Recall = "recall",
        /// Search earlier encounters, where an agreement allows it.
        Earlier = "earlier",
        /// Search a new list entry in earlier encounters, where an agreement allows it.
        Reverse = "reverse",
        /// Compare everybody on a list with everybody.
        Twice = "twice",
    }
}

impl CaseState {
    /// Whether examiners still have something to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::AwaitingSecond | Self::Conflict)
    }
}

impl AlertState {
    /// Whether somebody still has to acknowledge.
    pub const fn is_unacknowledged(self) -> bool {
        matches!(self, Self::Raised | Self::Delivered | Self::EscalatedOnce | Self::EscalatedTwice)
    }
}
