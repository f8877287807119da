//! Closed vocabularies: each is an enum whose values have a code (in forms, URLs and JSON) and a message key.

/// How a state looks: each tone has its own colour *and* its own shape, so that colour never stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing to do: a ring.
    Quiet,
    /// Work is going on: a half-filled ring.
    Busy,
    /// Finished as hoped: a disc with a tick.
    Good,
    /// Somebody should look: a triangle.
    Warn,
    /// Somebody must act: a square.
    Urgent,
}

impl Tone {
    /// The CSS class suffix.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Busy => "busy",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Urgent => "urgent",
        }
    }
}

/// A value of a closed vocabulary that can be shown.
pub trait Word: Copy {
    /// The code used in forms, URLs and JSON: lower-case words joined by `-`.
    fn code(self) -> &'static str;
    /// The key of its message in the `.ftl` files.
    fn key(self) -> &'static str;
    /// How it looks.
    fn tone(self) -> Tone;
}

impl<W: Word> Word for &W {
    fn code(self) -> &'static str {
        (*self).code()
    }
    fn key(self) -> &'static str {
        (*self).key()
    }
    fn tone(self) -> Tone {
        (*self).tone()
    }
}

/// Declares vocabularies: `Name "prefix" { Variant = "code" Tone, ... }`; the message key is `prefix-code`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $prefix:literal {
        $($(#[$vdoc:meta])* $variant:ident = $code:literal $tone:ident,)+
    })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
            pub enum $name {
                $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+
            }

            impl $name {
                /// Every value, in the order in which it is shown.
                pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
                /// The message key of every value.
                pub const KEYS: &'static [&'static str] = &[$(concat!($prefix, "-", $code),)+];

                /// The value with this code.
                pub fn from_code(code: &str) -> Option<Self> {
                    match code { $($code => Some(Self::$variant),)+ _ => None }
                }

                /// The code used in forms, URLs and JSON.
                pub const fn code(self) -> &'static str {
                    match self { $(Self::$variant => $code,)+ }
                }
            }

            impl $crate::words::Word for $name {
                fn code(self) -> &'static str {
                    $name::code(self)
                }
                fn key(self) -> &'static str {
                    match self { $(Self::$variant => concat!($prefix, "-", $code),)+ }
                }
                fn tone(self) -> $crate::words::Tone {
                    match self { $(Self::$variant => $crate::words::Tone::$tone,)+ }
                }
            }
        )+

        /// The message keys of every vocabulary of this module.
        #[cfg(test)]
        pub(crate) const KEYS: &[&[&str]] = &[$($name::KEYS,)+];
    };
}
pub(crate) use words;
