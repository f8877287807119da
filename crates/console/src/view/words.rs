//! The closed vocabularies of the pages.

use crate::words::words;

words! {
    /// What a person may be. Which role may do what is decided elsewhere; here they are only named.
    Role "role" {
        /// Captures at a station.
        StationOperator = "station-operator" Quiet,
        /// Runs a site.
        SiteSupervisor = "site-supervisor" Quiet,
        /// Compares probe and candidate.
        Examiner = "examiner" Quiet,
        /// Settles conflicts.
        LeadExaminer = "lead-examiner" Quiet,
        /// Works the alert desk.
        WatchOfficer = "watch-officer" Quiet,
        /// Entitled to alerts of a list.
        Recipient = "recipient" Quiet,
        /// Proposes entries.
        ListOriginator = "list-originator" Quiet,
        /// Approves what another proposed.
        ListApprover = "list-approver" Quiet,
        /// Keeps the agreements.
        AgreementOfficer = "agreement-officer" Quiet,
        /// Works on complaints and disputes.
        RedressOfficer = "redress-officer" Quiet,
        /// Measures accuracy.
        QualityOfficer = "quality-officer" Quiet,
        /// Reads the ledger; cannot be removed by the operator.
        Auditor = "auditor" Quiet,
        /// Runs the machine; reads no biometrics.
        Administrator = "administrator" Quiet,
    }

    /// A part of the console, as the navigation names it.
    Area "area" {
        /// Duty board.
        Board = "board" Quiet,
        /// Encounters.
        Encounters = "encounters" Quiet,
        /// Examiner queue and workbench.
        Examine = "examine" Quiet,
        /// Conflict desk.
        Conflicts = "conflicts" Quiet,
        /// Alert desk.
        Alerts = "alerts" Quiet,
        /// Lists and entries.
        Lists = "lists" Quiet,
        /// Stations.
        Stations = "stations" Quiet,
        /// Agreements.
        Agreements = "agreements" Quiet,
        /// What people ask about their own data.
        Redress = "redress" Quiet,
        /// Cases with known answers; quality staff alone.
        Quality = "quality" Quiet,
        /// The ledger.
        Audit = "audit" Quiet,
        /// Users and roles.
        Users = "users" Quiet,
    }

    /// Where an encounter stands.
    EncounterState "encounter-state" {
        /// Begun on the station.
        Draft = "draft" Quiet,
        /// Samples are being captured.
        Capturing = "capturing" Busy,
        /// The operator looks at what was captured.
        Review = "review" Busy,
        /// Signed and encrypted.
        Sealed = "sealed" Busy,
        /// In the station's outbox.
        Queued = "queued" Busy,
        /// On its way.
        Sent = "sent" Busy,
        /// Committed by the hub.
        Received = "received" Busy,
        /// Read and found in order.
        Validated = "validated" Busy,
        /// Refused, with a reason.
        Rejected = "rejected" Warn,
        /// Ready to be searched; others are searched before it.
        WaitingForSearch = "waiting-for-search" Busy,
        /// Being searched.
        Searching = "searching" Busy,
        /// The search named nobody to compare.
        NoCandidate = "no-candidate" Quiet,
        /// The search named somebody to compare.
        Candidates = "candidates" Busy,
        /// Two examiners compare.
        Examining = "examining" Busy,
        /// Two examiners agreed: same person.
        Confirmed = "confirmed" Urgent,
        /// Two examiners agreed: not the same.
        NotConfirmed = "not-confirmed" Quiet,
        /// The material does not allow a decision.
        Inconclusive = "inconclusive" Warn,
        /// Every destination has its answer.
        Answered = "answered" Good,
        /// Finished.
        Closed = "closed" Quiet,
        /// The station was asked for better samples.
        RecaptureRequested = "recapture-requested" Warn,
        /// Waits for a person.
        Held = "held" Warn,
        /// Its time ran out.
        Expired = "expired" Quiet,
        /// Taken back by the station.
        Withdrawn = "withdrawn" Quiet,
        /// Keys destroyed.
        Purged = "purged" Quiet,
    }

    /// What a destination has said.
    AnswerState "answer" {
        /// Nothing yet.
        Waiting = "waiting" Busy,
        /// No match in the lists searched: only where every list answered.
        NoMatch = "no-match" Quiet,
        /// Some lists did not answer; the case stays open.
        Partial = "partial" Warn,
        /// An examiner compares.
        BeingExamined = "being-examined" Busy,
        /// Two examiners confirmed.
        Confirmed = "confirmed" Urgent,
        /// The material does not allow a decision.
        Inconclusive = "inconclusive" Warn,
        /// Better samples are asked for.
        Recapture = "recapture" Warn,
        /// The destination could not be reached.
        NotAnswered = "not-answered" Warn,
        /// No agreement allows asking this destination.
        NotAsked = "not-asked" Quiet,
        /// An earlier confirmation was retracted.
        Retracted = "retracted" Warn,
    }

    /// Where a list entry stands.
    EntryState "entry-state" {
        /// Waits for a second person.
        Proposed = "proposed" Warn,
        /// Approved, not yet in force.
        Approved = "approved" Busy,
        /// Searched.
        Active = "active" Good,
        /// Not searched until resumed.
        Suspended = "suspended" Quiet,
        /// The person disputes it: alerting is suspended.
        Disputed = "disputed" Warn,
        /// Its time ran out.
        Expired = "expired" Quiet,
        /// Taken back.
        Revoked = "revoked" Quiet,
        /// Keys destroyed.
        Purged = "purged" Quiet,
    }

    /// Whether two entries are of one person.
    TwiceState "twice" {
        /// Two examiners must say.
        Waiting = "waiting" Busy,
        /// Two examiners agreed: the same person.
        Same = "same" Urgent,
        /// Two examiners agreed: not the same.
        NotSame = "not-same" Quiet,
        /// The material does not allow a decision.
        Inconclusive = "inconclusive" Warn,
        /// One of the entries is no longer searched.
        Withdrawn = "withdrawn" Quiet,
    }

    /// The answer to a known case.
    KnownAnswer "known-answer" {
        /// Both captures are of one person.
        Same = "same" Quiet,
        /// They are of two people.
        Different = "different" Quiet,
    }

    /// Where a known case stands.
    KnownStand "known-stand" {
        /// Its turn has not come.
        Waiting = "waiting" Quiet,
        /// Among the examiners' cases.
        Open = "open" Busy,
        /// Decided.
        Decided = "decided" Good,
        /// Taken back before its turn.
        Withdrawn = "withdrawn" Quiet,
    }

    /// What a person asks for.
    RedressKind "redress-kind" {
        /// What is held about them, and who got it.
        Access = "access" Quiet,
        /// Something is wrong and is to be put right.
        Rectification = "rectification" Quiet,
        /// It is to be deleted.
        Cancellation = "cancellation" Quiet,
        /// It is not to be used.
        Opposition = "opposition" Quiet,
    }

    /// What happened to a record besides reaching a state: the kinds of the ledger's leaves, `.` and `_` as `-`.
    Happened "event" {
        /// A look without purpose or case number was refused.
        ReadRefused = "read-refused" Quiet,
        /// The container was opened and read.
        EncounterDecoded = "encounter-decoded" Quiet,
        /// Slaps were cut.
        EncounterAssessed = "encounter-assessed" Quiet,
        /// Templates were made.
        EncounterExtracted = "encounter-extracted" Quiet,
        /// The lists were searched.
        EncounterSearched = "encounter-searched" Quiet,
        /// No agreement allows the search any more.
        EncounterNotSearched = "encounter-not-searched" Quiet,
        /// Earlier encounters were searched.
        EncounterSearchedEarlier = "encounter-searched-earlier" Quiet,
        /// An earlier encounter may be of the same person.
        EncounterPairOpened = "encounter-pair-opened" Quiet,
        /// Two examiners said so.
        EncounterSamePerson = "encounter-same-person" Quiet,
        /// It went to a partner.
        EncounterForwarded = "encounter-forwarded" Quiet,
        /// It did not go to a partner.
        EncounterNotForwarded = "encounter-not-forwarded" Quiet,
        /// The same id came with other bytes.
        EncounterRefused = "encounter-refused" Quiet,
        /// A partner receipted the deletion.
        EncounterDeletedByPartner = "encounter-deleted-by-partner" Quiet,
        /// A candidate goes before examiners.
        CaseOpened = "case-opened" Quiet,
        /// An answer was made.
        AnswerMade = "answer-made" Quiet,
        /// A partner's answer came.
        AnswerCollected = "answer-collected" Quiet,
        /// More time was asked for.
        EntryExtensionAsked = "entry-extension-asked" Quiet,
        /// More time was approved.
        EntryExtended = "entry-extended" Quiet,
        /// More time was refused.
        EntryExtensionRefused = "entry-extension-refused" Quiet,
        /// Earlier encounters were searched for it.
        EntrySearchedEarlier = "entry-searched-earlier" Quiet,
        /// Nobody acknowledged in time.
        AlertEscalated = "alert-escalated" Quiet,
        /// A recipient was told of the retraction.
        AlertRetractionDelivered = "alert-retraction-delivered" Quiet,
    }

    /// Where a request stands.
    RedressState "redress-state" {
        /// Taken down.
        Received = "received" Warn,
        /// The person is asked to show that the records are theirs.
        IdentityProof = "identity-proof" Busy,
        /// Looked into.
        Review = "review" Busy,
        /// The person is right.
        Upheld = "upheld" Warn,
        /// The person is right in part.
        PartlyUpheld = "partly-upheld" Warn,
        /// The person is not right.
        Refused = "refused" Quiet,
        /// Everybody who had the data was told.
        Propagated = "propagated" Good,
        /// Finished.
        Closed = "closed" Quiet,
    }

    /// What an officer does with a request.
    RedressAction "redress-action" {
        /// Ask the person to show that the records are theirs.
        AskProof = "ask-proof" Quiet,
        /// Look into it.
        Review = "review" Good,
        /// The person is right.
        Uphold = "uphold" Good,
        /// The person is right in part.
        UpholdPartly = "uphold-partly" Good,
        /// The person is not right.
        Refuse = "refuse" Warn,
        /// Everybody who had the data was told.
        Propagate = "propagate" Good,
        /// Nothing more is to be done.
        Close = "close" Quiet,
    }

    /// What may be done to an entry.
    EntryAction "entry-action" {
        /// Open the approval page.
        Approve = "approve" Good,
        /// Refuse the proposal.
        Refuse = "refuse" Warn,
        /// Stop searching it; one person is enough.
        Suspend = "suspend" Warn,
        /// Search it again.
        Resume = "resume" Quiet,
        /// Record that the person disputes it.
        Dispute = "dispute" Warn,
        /// Ask for more time; a second person approves.
        Extend = "extend" Quiet,
        /// Approve the longer time.
        ApproveLonger = "approve-longer" Good,
        /// Refuse the longer time.
        RefuseLonger = "refuse-longer" Warn,
        /// Take it back for good.
        Revoke = "revoke" Urgent,
        /// Destroy its keys.
        Purge = "purge" Urgent,
    }

    /// Where an alert stands.
    AlertState "alert-state" {
        /// Raised from a confirmed case.
        Raised = "raised" Urgent,
        /// Reached a recipient's screen.
        Delivered = "delivered" Urgent,
        /// A recipient has read it.
        Acknowledged = "acknowledged" Warn,
        /// Somebody acts on it.
        InHand = "in-hand" Busy,
        /// Finished.
        Closed = "closed" Quiet,
        /// Nobody acknowledged it in time: the next person was told.
        EscalatedOnce = "escalated-once" Urgent,
        /// Nobody acknowledged it after that: the lead was told.
        EscalatedTwice = "escalated-twice" Urgent,
        /// It was wrong; every recipient is told.
        Retracted = "retracted" Warn,
    }

    /// What may be done to an alert.
    AlertAction "alert-action" {
        /// I have read it.
        Acknowledge = "acknowledge" Good,
        /// I act on it.
        TakeInHand = "in-hand" Quiet,
        /// It is finished.
        Close = "close" Quiet,
        /// It was wrong; needs a reason.
        Retract = "retract" Warn,
    }

    /// Where a station stands.
    StationState "station-state" {
        /// Prepared, never seen.
        Provisioned = "provisioned" Quiet,
        /// Working.
        Active = "active" Good,
        /// Not seen for longer than it should be.
        Stale = "stale" Warn,
        /// Refused until unlocked.
        Locked = "locked" Warn,
        /// Reported lost: refused, told to wipe.
        Lost = "lost" Urgent,
        /// Confirmed that it wiped itself.
        Wiped = "wiped" Quiet,
        /// Taken out of service.
        Retired = "retired" Quiet,
    }

    /// Fixed or carried.
    StationKind "station-kind" {
        /// Stays at a site.
        Fixed = "fixed" Quiet,
        /// Carried.
        Mobile = "mobile" Quiet,
    }

    /// What may be done to a station.
    StationAction "station-action" {
        /// Refuse it for now.
        Lock = "lock" Warn,
        /// Accept it again.
        Unlock = "unlock" Quiet,
        /// Refuse it and tell it to wipe.
        ReportLost = "lost" Urgent,
        /// Take it out of service.
        Retire = "retire" Warn,
    }

    /// Quality in words; numbers stay inside.
    QualityWord "quality" {
        /// Will compare well.
        Good = "good" Good,
        /// Usable.
        Fair = "fair" Quiet,
        /// May fail to compare.
        Poor = "poor" Warn,
        /// Gives no template.
        Unusable = "unusable" Urgent,
    }

    /// A queue on the duty board.
    Queue "queue" {
        /// Cases waiting for an examiner.
        Examine = "examine" Quiet,
        /// Cases where two examiners disagree.
        Conflicts = "conflicts" Quiet,
        /// Alerts nobody has acknowledged.
        Alerts = "alerts" Quiet,
        /// Entries waiting for a second person.
        Approvals = "approvals" Quiet,
        /// Encounters whose search is not complete.
        Searches = "searches" Quiet,
        /// Answers not yet taken by a station or destination.
        Answers = "answers" Quiet,
        /// Encounters that wait for a person.
        Held = "held" Quiet,
        /// Deletions that a partner was told to make and has not confirmed.
        Deletions = "deletions" Quiet,
    }

    /// What an examiner can say.
    Decision "decision" {
        /// Probe and candidate are the same person.
        Same = "same" Quiet,
        /// They are not.
        NotSame = "not-same" Quiet,
        /// The material does not allow a decision.
        Inconclusive = "inconclusive" Quiet,
        /// Better samples would allow one.
        Recapture = "recapture" Quiet,
    }

    /// How soon a case should be decided.
    Pace "pace" {
        /// Within 15 minutes.
        Priority = "priority" Warn,
        /// Within an hour.
        Routine = "routine" Quiet,
    }

    /// How an agreement stands.
    AgreementState "agreement-state" {
        /// Being written.
        Draft = "draft" Quiet,
        /// Signed by one side.
        HalfSigned = "half-signed" Busy,
        /// In force.
        InForce = "in-force" Good,
        /// Suspended by one side.
        Suspended = "suspended" Warn,
        /// Its time ran out: nothing goes out.
        Expired = "expired" Quiet,
    }

    /// A term of an agreement.
    Term "term" {
        /// Who receives.
        Destination = "destination" Quiet,
        /// What for.
        Purpose = "purpose" Quiet,
        /// Which data.
        DataClasses = "data-classes" Quiet,
        /// About whom.
        Population = "population" Quiet,
        /// For how long.
        Retention = "retention" Quiet,
        /// Onward to whom.
        Onward = "onward" Quiet,
        /// Who is never included.
        Excluded = "excluded" Quiet,
        /// Which lists are searched.
        Searched = "searched" Quiet,
    }

    /// How a line differs between two versions.
    Change "change" {
        /// In both.
        Same = "same" Quiet,
        /// Only in the newer.
        Added = "added" Good,
        /// Only in the older.
        Removed = "removed" Warn,
    }

    /// How an account stands.
    AccountState "account" {
        /// Invited, has not signed in.
        Invited = "invited" Busy,
        /// In use.
        Active = "active" Good,
        /// Locked after failed sign-ins.
        Locked = "locked" Warn,
        /// Switched off.
        Disabled = "disabled" Quiet,
    }

    /// What may be done to an account.
    AccountAction "account-action" {
        /// Change the roles.
        SetRoles = "roles" Quiet,
        /// A new one-time code.
        NewCode = "new-code" Quiet,
        /// Unlock.
        Unlock = "unlock" Quiet,
        /// Switch off.
        Disable = "disable" Warn,
        /// Switch on.
        Enable = "enable" Quiet,
    }

    /// Light, dark or what the device says.
    Theme "theme" {
        /// What the device says.
        Auto = "auto" Quiet,
        /// Dark on light.
        Light = "light" Quiet,
        /// Light on dark.
        Dark = "dark" Quiet,
    }

    /// What kind of message stands above a page.
    NoticeTone "notice" {
        /// It was done.
        Done = "done" Good,
        /// Good to know.
        Info = "info" Quiet,
        /// It was not done.
        Problem = "problem" Urgent,
    }

    /// How an image came about.
    Impression "impression" {
        /// Pressed flat.
        Plain = "plain" Quiet,
        /// Rolled from nail to nail.
        Rolled = "rolled" Quiet,
        /// Cut from a slap.
        FromSlap = "from-slap" Quiet,
        /// Lifted from an object.
        Latent = "latent" Quiet,
        /// Near-infrared image of an eye.
        NearInfrared = "near-infrared" Quiet,
        /// Not recorded.
        Unknown = "unknown" Quiet,
    }

    /// The kind of a minutia.
    MinutiaKind "minutia" {
        /// A ridge ends.
        Ending = "ending" Quiet,
        /// A ridge forks.
        Bifurcation = "bifurcation" Quiet,
        /// Not known.
        Other = "other" Quiet,
    }
}
