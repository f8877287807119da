//! What can be put into a refusal's sentence.

use crate::web::names;
use console::Value;
use model::{AlertState, EntryState, RedressState, Role, StationState};
use screening::entry::Field;

/// So many examples of each refusal: the roles are the most.
#[cfg(test)]
pub(super) const EXAMPLES: usize = Role::ALL.len();

/// Something that can be put into a sentence.
pub(super) trait Said {
    /// As the console takes it.
    fn said(&self) -> Value;

    /// One of its values; every value of a closed vocabulary comes.
    #[cfg(test)]
    fn example(nth: usize) -> Self;
}

/// One of the two sides of a known case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// The one.
    First,
    /// The other.
    Second,
}

/// What was found in files, in the words of those who read them: technical, with the names and numbers of records, and
/// in English in every language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found(pub Vec<String>);

impl Said for Found {
    /// Nothing, or a sentence after the sentence.
    fn said(&self) -> Value {
        Value::Text(if self.0.is_empty() { String::new() } else { format!(". {}", self.0.join("; ")) })
    }

    #[cfg(test)]
    fn example(nth: usize) -> Self {
        Self((0..nth % 3).map(|n| format!("1.an2, record {n}: no image in it")).collect())
    }
}

impl Said for Capture {
    fn said(&self) -> Value {
        Value::Variant(match self {
            Self::First => "first",
            Self::Second => "second",
        })
    }

    #[cfg(test)]
    fn example(nth: usize) -> Self {
        if nth.is_multiple_of(2) { Self::First } else { Self::Second }
    }
}

impl Said for Field {
    fn said(&self) -> Value {
        Value::Variant(match self {
            Self::Originator => "originator",
            Self::Reference => "reference",
            Self::Basis => "basis",
            Self::Category => "category",
            Self::Caveat => "caveat",
            Self::Handling => "handling",
        })
    }

    #[cfg(test)]
    fn example(nth: usize) -> Self {
        Self::ALL[nth % Self::ALL.len()]
    }
}

impl Said for String {
    fn said(&self) -> Value {
        Value::Text(self.clone())
    }

    #[cfg(test)]
    fn example(nth: usize) -> Self {
        format!("Ñandú {nth}, \"B\"")
    }
}

macro_rules! counts {
    ($($type:ty)*) => {$(
        impl Said for $type {
            fn said(&self) -> Value {
                Value::Count(u64::try_from(*self).unwrap_or(u64::MAX))
            }

            // From 1 on: the singular is among them.
            #[cfg(test)]
            fn example(nth: usize) -> Self {
                <$type>::try_from(nth).unwrap_or_default() + 1
            }
        }
    )*};
}
counts!(u32 u64 usize);

macro_rules! words {
    ($($type:ident $name:ident,)*) => {$(
        impl Said for $type {
            fn said(&self) -> Value {
                Value::word(names::$name(*self))
            }

            #[cfg(test)]
            fn example(nth: usize) -> Self {
                $type::ALL[nth % $type::ALL.len()]
            }
        }
    )*};
}
words! {
    AlertState alert,
    EntryState entry,
    RedressState redress,
    Role role,
    StationState station,
}
