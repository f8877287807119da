//! What the hub does not do although it was asked, as a value: a key and what belongs into the sentence.
//!
//! The sentences themselves are in the console's `refused.ftl`, one file for each language. A page says them in its
//! reader's language; everybody else (the log, the ledger, the command line) gets the English ones, which are what a
//! [`Refusal`] displays. So there is no second English sentence that could come to differ.

mod said;
#[cfg(test)]
mod tests;

use console::{Language, Message, Sentence};
use model::{AlertState, EntryState, RedressState, Role, StationState};
use said::Said;
pub use said::{Capture, Found};
use screening::{adjudicate, alert, entry, redress};
use std::fmt;

/// Declares the refusals: `Variant { argument: Type } = "key"`; the message is `refused-key`, its variables are the
/// arguments.
macro_rules! refusals {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$vdoc:meta])* $variant:ident $({ $($(#[$adoc:meta])* $arg:ident: $type:ty,)+ })? = $key:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vdoc])* $variant $({ $($(#[$adoc])* $arg: $type,)+ })?,)+
        }

        impl $name {
            /// The sentence, for a page to say in its reader's language.
            pub fn sentence(&self) -> Sentence {
                match self {
                    $(Self::$variant $({ $($arg,)+ })? => Sentence::new(
                        concat!("refused-", $key),
                        vec![$($((stringify!($arg), $arg.said()),)+)?],
                    ),)+
                }
            }

            /// Every refusal with every kind of argument.
            #[cfg(test)]
            fn examples() -> Vec<Vec<Self>> {
                vec![$((0..said::EXAMPLES)
                    .map(|_nth| Self::$variant $({ $($arg: <$type>::example(_nth),)+ })?)
                    .collect(),)+]
            }
        }
    };
}

refusals! {
    /// Why something is not done as it was asked. Nothing was changed then.
    Refusal {
        // Accounts.
        /// Somebody has an account already: the first code is no longer to be had.
        AdministratorExists = "administrator-exists",
        /// A log-in has other letters than those allowed, or too many.
        LoginForm = "login-form",
        /// An invitation without name or agency.
        NameMissing = "name-missing",
        /// Somebody has this log-in.
        LoginTaken {
            /// Which.
            login: String,
        } = "login-taken",
        /// The one-time code is wrong, used or expired.
        WrongCode = "wrong-code",
        /// Too many wrong passwords.
        TooManyTries {
            /// How long to wait.
            seconds: u64,
        } = "too-many-tries",
        /// Log-in or password is wrong; which, is not said.
        WrongLogin = "wrong-login",
        /// The present password, asked for before a new one, is wrong.
        WrongPassword = "wrong-password",
        /// The new password is too short or far too long.
        PasswordLength {
            /// Fewest characters.
            least: usize,
        } = "password-length",
        /// Nobody disables themselves.
        OwnAccount = "own-account",
        /// There is no such account.
        NoAccount = "no-account",
        /// The last auditor stays (S30).
        LastAuditor = "last-auditor",
        /// An account without a role.
        NoRole = "no-role",
        /// Two roles that one person must not hold together.
        RolesClash {
            /// The one.
            one: Role,
            /// The other.
            other: Role,
        } = "roles-clash",

        // Stations.
        /// A station without name or site.
        StationIncomplete = "station-incomplete",
        /// Not one of the profiles.
        StationProfile = "station-profile",
        /// A station's state is changed for a reason.
        StationReason = "station-reason",
        /// There is no such station.
        NoStation = "no-station",
        /// A station does not go from the one state to the other.
        StationNotNow {
            /// Where it stands.
            from: StationState,
            /// Where it was to go.
            to: StationState,
        } = "station-not-now",

        // Lists and entries.
        /// A list without name, contact or purpose.
        ListIncomplete = "list-incomplete",
        /// Entries of a list may not live so long, or no day at all.
        ListDays {
            /// Most days.
            most: u32,
        } = "list-days",
        /// Only the list's own originators propose.
        ProposeElsewhere {
            /// The list's name.
            list: String,
            /// The agency that answers for it.
            agency: String,
        } = "propose-elsewhere",
        /// A field is empty.
        EntryMissing {
            /// Which.
            field: entry::Field,
        } = "entry-missing",
        /// The basis says too little to be an individual one.
        EntryThinBasis {
            /// Fewest characters.
            least: usize,
        } = "entry-thin-basis",
        /// Not one of the configured categories.
        EntryCategory {
            /// What was given.
            category: String,
        } = "entry-category",
        /// The dates are not in order.
        EntryDates = "entry-dates",
        /// Longer than allowed.
        EntryTooLong {
            /// Most days.
            most: u32,
        } = "entry-too-long",
        /// Two people are needed.
        EntrySamePerson = "entry-same-person",
        /// Too many rest on the same text: another agency looks at it (S18).
        EntryOtherAgency {
            /// So many are looked at by the own agency.
            most: usize,
            /// The originator.
            agency: String,
        } = "entry-other-agency",
        /// An entry in this state is not changed in this way.
        EntryNotNow {
            /// Where it stands.
            state: EntryState,
        } = "entry-not-now",
        /// Starting and expiring are the clock's.
        EntryClock = "entry-clock",
        /// A step without a reason.
        EntryReason = "entry-reason",
        /// Only the entry's own originators ask for more time.
        LongerElsewhere = "longer-elsewhere",
        /// Nobody asked for more time.
        LongerNotAsked = "longer-not-asked",
        /// The new dates are no days.
        LongerDays = "longer-days",
        /// Nothing in the files can be used.
        NoImage {
            /// What was found in them.
            found: Found,
        } = "no-image",
        /// The images give no template.
        NoTemplate {
            /// Why, image by image.
            found: Found,
        } = "no-template",
        /// Only the list's own people look for persons who stand on it twice.
        TwiceElsewhere {
            /// The list's name.
            list: String,
            /// The agency that answers for it.
            agency: String,
        } = "twice-elsewhere",
        /// The list is being compared.
        TwiceUnderWay = "twice-under-way",
        /// The list was never compared.
        TwiceNever = "twice-never",
        /// No agreement in force allows the list to be searched.
        TwiceNoAgreement = "twice-no-agreement",

        // Examination and alerts.
        /// The case is closed.
        CaseClosed = "case-closed",
        /// Blind means two different people.
        CaseSamePerson = "case-same-person",
        /// The third decision is a lead examiner's.
        CaseNeedsLead = "case-needs-lead",
        /// Who takes another part in a case does not decide it.
        CaseOtherPart = "case-other-part",
        /// An alert in this state is not changed in this way.
        AlertNotNow {
            /// Where it stands.
            state: AlertState,
        } = "alert-not-now",
        /// The alert is addressed to others.
        AlertNotYours = "alert-not-yours",
        /// Nothing that a recipient does.
        AlertNotRecipients = "alert-not-recipients",
        /// An alert is retracted for a reason.
        RetractReason = "retract-reason",

        // Known cases.
        /// A known case without a title, or with a long one.
        KnownTitle {
            /// Most letters.
            most: usize,
        } = "known-title",
        /// One side has no file.
        KnownFile {
            /// Which.
            side: Capture,
        } = "known-file",
        /// Nothing in one side's file can be used.
        KnownImage {
            /// Which.
            side: Capture,
            /// What was found in it.
            found: Found,
        } = "known-image",
        /// The two sides have no position in common.
        KnownNothingInCommon = "known-nothing-in-common",
        /// It is among the examiners' cases already.
        KnownUnderWay = "known-under-way",

        // Redress.
        /// It does not say what is asked for.
        RedressKind = "redress-kind",
        /// The person's words are missing or far too many.
        RedressWords {
            /// Most letters.
            most: usize,
        } = "redress-words",
        /// The decision's words are far too many.
        RedressLong {
            /// Most letters.
            most: usize,
        } = "redress-long",
        /// Who proposed or approved the entry does not decide about it.
        RedressOwnEntry = "redress-own-entry",
        /// A request in this state is not changed in this way.
        RedressNotNow {
            /// Where it stands.
            state: RedressState,
        } = "redress-not-now",
        /// A decision without words is none.
        RedressNoReason = "redress-no-reason",
        /// No entry has this reference.
        RedressNoEntry {
            /// What was given.
            reference: String,
        } = "redress-no-entry",
        /// Several entries have this reference.
        RedressManyEntries {
            /// What was given.
            reference: String,
        } = "redress-many-entries",
        /// No encounter, or more than one, has this number.
        RedressNoEncounter {
            /// What was given.
            number: String,
        } = "redress-no-encounter",
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().say(Language::English))
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Message {
    fn from(refusal: Refusal) -> Self {
        Self::Sentence(refusal.sentence())
    }
}

impl From<adjudicate::Refused> for Refusal {
    fn from(e: adjudicate::Refused) -> Self {
        match e {
            adjudicate::Refused::Closed => Self::CaseClosed,
            adjudicate::Refused::SamePerson => Self::CaseSamePerson,
            adjudicate::Refused::NeedsLead => Self::CaseNeedsLead,
        }
    }
}

impl From<entry::Refused> for Refusal {
    fn from(e: entry::Refused) -> Self {
        match e {
            entry::Refused::Missing(field) => Self::EntryMissing { field },
            entry::Refused::ThinBasis => Self::EntryThinBasis { least: entry::LEAST_BASIS },
            entry::Refused::Category(category) => Self::EntryCategory { category },
            entry::Refused::Dates => Self::EntryDates,
            entry::Refused::TooLong { max_days } => Self::EntryTooLong { most: max_days },
            entry::Refused::SamePerson => Self::EntrySamePerson,
            entry::Refused::NeedsOtherAgency { agency } => {
                Self::EntryOtherAgency { most: policy::limits::MAX_SAME_BASIS, agency }
            }
            entry::Refused::NotNow(state) => Self::EntryNotNow { state },
        }
    }
}

impl From<alert::NotNow> for Refusal {
    fn from(e: alert::NotNow) -> Self {
        Self::AlertNotNow { state: e.state }
    }
}

impl From<redress::Refused> for Refusal {
    fn from(e: redress::Refused) -> Self {
        match e {
            redress::Refused::NotNow(state) => Self::RedressNotNow { state },
            redress::Refused::NoReason => Self::RedressNoReason,
        }
    }
}
