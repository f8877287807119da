//! What is said above a page or beside a field.

use crate::{Sentence, view::NoticeTone, words::words};
use serde::Serialize;

words! {
    /// Sentences that the console can say in every language.
    Known "said" {
        /// Signed out.
        SignedOut = "signed-out" Good,
        /// The session ended; sign in again.
        SessionEnded = "session-ended" Quiet,
        /// Log-in or password is wrong.
        WrongLogin = "wrong-login" Urgent,
        /// The account is locked for a while.
        AccountLocked = "account-locked" Urgent,
        /// The one-time code is wrong, used or too old.
        WrongCode = "wrong-code" Urgent,
        /// The password is too short.
        PasswordShort = "password-short" Urgent,
        /// The two passwords differ.
        PasswordsDiffer = "passwords-differ" Urgent,
        /// The password is one that everybody tries first.
        PasswordCommon = "password-common" Urgent,
        /// The password was changed.
        PasswordChanged = "password-changed" Good,
        /// The log-in is taken.
        LoginTaken = "login-taken" Urgent,
        /// The account was made.
        AccountMade = "account-made" Good,
        /// The account was changed.
        AccountChanged = "account-changed" Good,
        /// The person was invited; the code is shown once.
        Invited = "invited" Good,
        /// Preferences were kept.
        PreferencesKept = "preferences-kept" Good,
        /// This field is needed.
        Needed = "needed" Urgent,
        /// This is longer than allowed.
        TooLong = "too-long" Urgent,
        /// This value is not one of the choices.
        NotAChoice = "not-a-choice" Urgent,
        /// A purpose is needed.
        PurposeNeeded = "purpose-needed" Urgent,
        /// A case number is needed.
        CaseNumberNeeded = "case-number-needed" Urgent,
        /// A reason is needed.
        ReasonNeeded = "reason-needed" Urgent,
        /// This is not a day.
        NotADay = "not-a-day" Urgent,
        /// The end is before the start.
        EndBeforeStart = "end-before-start" Urgent,
        /// The entry would last longer than the cap.
        BeyondCap = "beyond-cap" Urgent,
        /// The review must come before the end.
        ReviewAfterEnd = "review-after-end" Urgent,
        /// Neither a transaction nor an image was given.
        SamplesNeeded = "samples-needed" Urgent,
        /// The file could not be read.
        UnreadableFile = "unreadable-file" Urgent,
        /// The file is too large.
        FileTooLarge = "file-too-large" Urgent,
        /// Tick the box to confirm.
        ConfirmNeeded = "confirm-needed" Urgent,
        /// Say which decision.
        DecisionNeeded = "decision-needed" Urgent,
        /// Originator and approver must be two people.
        OwnProposal = "own-proposal" Urgent,
        /// The entry was proposed.
        EntryProposed = "entry-proposed" Good,
        /// The entry was approved.
        EntryApproved = "entry-approved" Good,
        /// The proposal was refused.
        EntryRefused = "entry-refused" Good,
        /// The entry was changed.
        EntryChanged = "entry-changed" Good,
        /// All entries are being compared with all.
        ComparisonBegun = "comparison-begun" Good,
        /// The decision was kept.
        DecisionKept = "decision-kept" Good,
        /// No case is waiting.
        NoCase = "no-case" Quiet,
        /// The alert was changed.
        AlertChanged = "alert-changed" Good,
        /// The alert was retracted.
        AlertRetracted = "alert-retracted" Good,
        /// The known case was prepared.
        KnownCaseKept = "known-case-kept" Good,
        /// The known case was taken back.
        KnownCaseWithdrawn = "known-case-withdrawn" Good,
        /// Say which answer is known.
        AnswerNeeded = "answer-needed" Urgent,
        /// The request was changed.
        RedressChanged = "redress-changed" Good,
        /// The station was changed.
        StationChanged = "station-changed" Good,
        /// The station was provisioned; the code is shown once.
        StationProvisioned = "station-provisioned" Good,
        /// The ledger was verified.
        AuditVerified = "audit-verified" Good,
        /// The ledger has problems.
        AuditProblems = "audit-problems" Urgent,
        /// Somebody else was faster; this is the newest state.
        SomebodyFaster = "somebody-faster" Urgent,
    }
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// One of the console's own, in the reader's language.
    Known(Known),
    /// What the hub says, in the reader's language.
    Sentence(Sentence),
    /// Somebody else's words, shown as they are.
    Plain(String),
}

impl From<Known> for Message {
    fn from(known: Known) -> Self {
        Self::Known(known)
    }
}

/// A message above the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// What kind.
    pub tone: NoticeTone,
    /// What it says.
    pub message: Message,
}

impl Notice {
    /// It was done.
    pub fn done(message: impl Into<Message>) -> Self {
        Self { tone: NoticeTone::Done, message: message.into() }
    }

    /// Good to know.
    pub fn info(message: impl Into<Message>) -> Self {
        Self { tone: NoticeTone::Info, message: message.into() }
    }

    /// It was not done.
    pub fn problem(message: impl Into<Message>) -> Self {
        Self { tone: NoticeTone::Problem, message: message.into() }
    }
}
