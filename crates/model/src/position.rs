//! Where on the body a sample was taken.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of characteristic captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modality {
    /// Friction ridges of one or more fingers.
    Finger,
    /// One iris.
    Iris,
    /// A scar, mark or tattoo: stored and shown, never searched.
    Mark,
}

/// Left or right hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// Right hand.
    Right,
    /// Left hand.
    Left,
}

/// Friction ridge generalised position (ANSI/NIST-ITL 1-2011, table 8, FGP) for fingers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum FingerPosition {
    /// 0: any finger.
    Unknown = 0,
    /// 1: right thumb.
    RightThumb = 1,
    /// 2: right index finger.
    RightIndex = 2,
    /// 3: right middle finger.
    RightMiddle = 3,
    /// 4: right ring finger.
    RightRing = 4,
    /// 5: right little finger.
    RightLittle = 5,
    /// 6: left thumb.
    LeftThumb = 6,
    /// 7: left index finger.
    LeftIndex = 7,
    /// 8: left middle finger.
    LeftMiddle = 8,
    /// 9: left ring finger.
    LeftRing = 9,
    /// 10: left little finger.
    LeftLittle = 10,
    /// 11: plain right thumb.
    PlainRightThumb = 11,
    /// 12: plain left thumb.
    PlainLeftThumb = 12,
    /// 13: plain right four fingers.
    PlainRightFour = 13,
    /// 14: plain left four fingers.
    PlainLeftFour = 14,
    /// 15: left and right thumbs.
    PlainThumbs = 15,
}

impl FingerPosition {
    /// The ten single fingers, right thumb to left little finger.
    pub const TEN: [Self; 10] = [
        Self::RightThumb,
        Self::RightIndex,
        Self::RightMiddle,
        Self::RightRing,
        Self::RightLittle,
        Self::LeftThumb,
        Self::LeftIndex,
        Self::LeftMiddle,
        Self::LeftRing,
        Self::LeftLittle,
    ];

    /// The FGP code, 0 to 15.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The position with this FGP code.
    pub fn from_code(code: u8) -> Option<Self> {
        use FingerPosition::*;
        const ALL: [FingerPosition; 16] = [
            Unknown,
            RightThumb,
            RightIndex,
            RightMiddle,
            RightRing,
            RightLittle,
            LeftThumb,
            LeftIndex,
            LeftMiddle,
            LeftRing,
            LeftLittle,
            PlainRightThumb,
            PlainLeftThumb,
            PlainRightFour,
            PlainLeftFour,
            PlainThumbs,
        ];
        ALL.get(usize::from(code)).copied()
    }

    /// Whether the image holds several fingers.
    pub const fn is_slap(self) -> bool {
        matches!(self, Self::PlainRightFour | Self::PlainLeftFour | Self::PlainThumbs)
    }

    /// The single finger: plain thumbs (11, 12) become thumbs (1, 6); slaps and unknown give none.
    pub const fn finger(self) -> Option<Self> {
        match self {
            Self::PlainRightThumb => Some(Self::RightThumb),
            Self::PlainLeftThumb => Some(Self::LeftThumb),
            Self::Unknown | Self::PlainRightFour | Self::PlainLeftFour | Self::PlainThumbs => None,
            single => Some(single),
        }
    }

    /// The fingers that an image at this position shows, in the order of their FGP codes.
    pub fn fingers(self) -> &'static [Self] {
        use FingerPosition::*;
        match self {
            Unknown => &[],
            PlainRightFour => &[RightIndex, RightMiddle, RightRing, RightLittle],
            PlainLeftFour => &[LeftIndex, LeftMiddle, LeftRing, LeftLittle],
            PlainThumbs => &[RightThumb, LeftThumb],
            RightThumb | PlainRightThumb => &[RightThumb],
            LeftThumb | PlainLeftThumb => &[LeftThumb],
            RightIndex => &[RightIndex],
            RightMiddle => &[RightMiddle],
            RightRing => &[RightRing],
            RightLittle => &[RightLittle],
            LeftIndex => &[LeftIndex],
            LeftMiddle => &[LeftMiddle],
            LeftRing => &[LeftRing],
            LeftLittle => &[LeftLittle],
        }
    }

    /// The hand, where the position says it.
    pub const fn hand(self) -> Option<Hand> {
        match self.code() {
            1..=5 | 11 | 13 => Some(Hand::Right),
            6..=10 | 12 | 14 => Some(Hand::Left),
            _ => None,
        }
    }
}

impl TryFrom<u8> for FingerPosition {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, Self::Error> {
        Self::from_code(code).ok_or_else(|| format!("finger position {code} is not one of 0 to 15"))
    }
}

impl From<FingerPosition> for u8 {
    fn from(position: FingerPosition) -> Self {
        position.code()
    }
}

impl fmt::Display for FingerPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown finger",
            Self::RightThumb => "right thumb",
            Self::RightIndex => "right index",
            Self::RightMiddle => "right middle",
            Self::RightRing => "right ring",
            Self::RightLittle => "right little",
            Self::LeftThumb => "left thumb",
            Self::LeftIndex => "left index",
            Self::LeftMiddle => "left middle",
            Self::LeftRing => "left ring",
            Self::LeftLittle => "left little",
            Self::PlainRightThumb => "plain right thumb",
            Self::PlainLeftThumb => "plain left thumb",
            Self::PlainRightFour => "plain right four fingers",
            Self::PlainLeftFour => "plain left four fingers",
            Self::PlainThumbs => "plain thumbs",
        })
    }
}

/// Which eye (ANSI/NIST-ITL 17.003 ELR).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eye {
    /// 0: not recorded.
    Unknown,
    /// 1: the person's right eye.
    Right,
    /// 2: the person's left eye.
    Left,
}

impl Eye {
    /// The ELR code: 0 unknown, 1 right, 2 left.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Right => 1,
            Self::Left => 2,
        }
    }

    /// The eye with this ELR code.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Unknown),
            1 => Some(Self::Right),
            2 => Some(Self::Left),
            _ => None,
        }
    }
}

impl fmt::Display for Eye {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown eye",
            Self::Right => "right eye",
            Self::Left => "left eye",
        })
    }
}

/// Why a position has no sample. Fingers use AMP codes (ANSI/NIST-ITL 14.018) where one exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// XX: amputated.
    Amputated,
    /// UP: cannot be printed, bandaged.
    UnableToPrint,
    /// SR: scarred.
    Scarred,
    /// Ridges worn away.
    Worn,
    /// The hand cannot be opened.
    Paralysed,
    /// A child under the age limit: never captured.
    UnderAgeLimit,
    /// The person said no: recorded without a flag, not shared.
    Refused,
    /// A medical reason.
    Medical,
    /// The equipment failed.
    Equipment,
    /// The eye is missing.
    EyeMissing,
    /// The eye cannot be opened.
    CannotOpen,
    /// A patch or bandage.
    Patch,
    /// Cataract.
    Cataract,
    /// A contact lens that was not removed.
    LensNotRemoved,
    /// Something else, with a text beside it.
    Other,
}

/// Age bands with rules of their own (S12 to S14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeBand {
    /// Under six, or unknown and in doubt: no biometrics.
    UnderSix,
    /// 6 to 13.
    SixToThirteen,
    /// 14 to 17.
    FourteenToSeventeen,
    /// 18 and over.
    Adult,
}
