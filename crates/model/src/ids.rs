//! Typed ids: UUID version 7 (RFC 9562), so that rows sort by the time they were made.
//!
//! Making one needs the clock and randomness, so it happens at the rim; in here ids are only passed on.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made elsewhere.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// One presentation of one person at one station.
    EncounterId;
    /// A capture station.
    StationId;
    /// A hub: this one or a partner's.
    HubId;
    /// A watchlist.
    ListId;
    /// One person's entry on a watchlist.
    EntryId;
    /// One candidate put before examiners.
    CaseId;
    /// An alert raised from a confirmed case.
    AlertId;
    /// What a person asks about their own data.
    RedressId;
    /// A person who works with the system.
    UserId;
    /// An agreement between agencies.
    AgreementId;
}
