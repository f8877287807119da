//! Synthetic people.

mod declared;
mod listing;
mod names;

use crate::{
    dice::Dice,
    eye,
    finger::{self, Master, Plan},
    mark::{Mark, MarkKind, mark},
};
pub use declared::{Declared, Slip};
pub use listing::{ListKind, Listing};
use model::{Absence, Eye, FingerPosition};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date {
    /// Year of the common era.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Sex as a document says it (ICAO Doc 9303: F, M, X).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
    /// Not specified.
    X,
}

/// The day on which [`Person::age`] counts.
pub const REFERENCE_DAY: Date = Date { year: 2026, month: 1, day: 1 };

/// Encounters after which no more time passes.
const MOST_ENCOUNTERS: u32 = 64;

/// Languages that people ask the notice in (BCP 47), with their weights.
const LANGUAGES: [(&str, f32); 9] = [
    ("es", 0.42),
    ("pt", 0.12),
    ("fr", 0.09),
    ("ht", 0.09),
    ("en", 0.10),
    ("ar", 0.06),
    ("zh", 0.05),
    ("uk", 0.04),
    ("qu", 0.03),
];

/// One synthetic person. Masters are grown when they are first asked for.
#[derive(Debug)]
pub struct Person {
    seed: u64,
    index: u64,
    key: u64,
    /// Given names, first first.
    pub given_names: Vec<String>,
    /// Family name.
    pub family_name: String,
    /// True date of birth.
    pub born: Date,
    /// Sex in the documents.
    pub sex: Sex,
    /// Language of the notice, BCP 47.
    pub language: &'static str,
    /// Height when grown up, centimetres.
    pub height_cm: u16,
    /// Fingers that give no print, with the reason.
    pub absent: Vec<(FingerPosition, Absence)>,
    /// The day on which the person is met: age and size of hands count from it.
    today: Date,
    tongue: u32,
    traits: finger::Traits,
    wear: f32,
    fingers: [OnceLock<Master>; 10],
}

impl Person {
    /// Person number `index` of the world that `seed` names: always the same one.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut dice = Dice::new(seed, "person", index, 0);
        let d = &mut dice;
        let key = d.bits();
        let tongue = d.below(names::TONGUES_COUNT);
        let (given_names, family_name) = names::draw(d, tongue);
        // A tenth are children from 1 to 14; the rest follow a falling curve from 14 to 80.
        let age = if d.chance(0.1) { d.range(1.0, 14.0) } else { 14.0 + 66.0 * d.unit() * d.unit() };
        let day = (age * 365.25) as u32;
        let born = before_reference(day);
        let sex = match d.unit() {
            u if u < 0.49 => Sex::F,
            u if u < 0.995 => Sex::M,
            _ => Sex::X,
        };
        let weights = LANGUAGES.map(|(_, w)| w);
        let language = LANGUAGES.get(d.weighted(&weights)).map_or("es", |l| l.0);
        let height_cm = d.normal(if sex == Sex::F { 160.0 } else { 172.0 }, 7.0) as u16;
        let wear = (0.12 + 0.5 * (age / 80.0) * d.unit() + if d.chance(0.08) { 0.35 } else { 0.0 }).min(1.0);
        let mut absent = Vec::new();
        for position in FingerPosition::TEN {
            if d.chance(0.004) {
                let reasons = [Absence::Amputated, Absence::UnableToPrint, Absence::Scarred, Absence::Worn];
                absent.push((position, reasons[d.weighted(&[0.4, 0.35, 0.1, 0.15])]));
            }
        }
        let traits = finger::Traits::draw(d);
        Self {
            seed,
            index,
            key,
            given_names,
            family_name,
            born,
            sex,
            language,
            height_cm,
            absent,
            today: REFERENCE_DAY,
            tongue,
            traits,
            wear,
            fingers: Default::default(),
        }
    }

    /// The same person so many days after [`REFERENCE_DAY`]: a child has grown, and its ridges with it.
    pub fn later(&self, days: u32) -> Self {
        Self { today: after_reference(days), ..Self::new(self.seed, self.index) }
    }

    /// Days from [`REFERENCE_DAY`] to encounter number `encounter`: the first is on that day, the next follow after weeks
    /// to years.
    pub fn days_until(&self, encounter: u32) -> u32 {
        // More encounters than anybody has would only run into the end of the calendar.
        (2..=encounter.min(MOST_ENCOUNTERS))
            .map(|n| {
                let mut dice = Dice::new(self.key, "encounter-day", u64::from(n), 0);
                let years = dice.unit();
                15 + (years * years * 1400.0) as u32
            })
            .sum()
    }

    /// The day on which the person is met.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The seed of the person's world.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The person's number.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// A seed of the person's own, for impressions and eyes: mix in what the picture is.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// Family name, comma, given names.
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_names.join(" "))
    }

    /// Completed years on the day on which the person is met.
    pub fn age(&self) -> u16 {
        let day = self.today;
        let had = (day.month, day.day) >= (self.born.month, self.born.day);
        day.year.saturating_sub(self.born.year).saturating_sub(u16::from(!had))
    }

    /// Size of hands against a grown man's.
    fn hand_scale(&self) -> f32 {
        const GROWTH: [(f32, f32); 7] =
            [(0.0, 0.42), (2.0, 0.55), (5.0, 0.67), (9.0, 0.78), (13.0, 0.91), (17.0, 1.0), (200.0, 1.0)];
        let age = f32::from(self.age());
        let mut scale = 1.0;
        for pair in GROWTH.windows(2) {
            let ((a, p), (b, q)) = (pair[0], pair[1]);
            if (a..b).contains(&age) {
                scale = p + (q - p) * (age - a) / (b - a);
            }
        }
        scale * if self.sex == Sex::F { 0.92 } else { 1.0 } * (0.7 + 0.3 * f32::from(self.height_cm) / 170.0)
    }

    /// What a finger is grown from; plain thumbs count as thumbs, anything that is no single finger as unknown.
    pub fn plan(&self, position: FingerPosition) -> Plan {
        let position = position.finger().unwrap_or(FingerPosition::Unknown);
        let mut dice = Dice::new(self.key, "finger-plan", u64::from(position.code()), 0);
        Plan {
            position,
            class: finger::draw_class(&mut dice, &self.traits, position),
            scale: self.hand_scale() * dice.normal(1.0, 0.015),
            wear: self.wear,
        }
    }

    /// One of the ten fingers (plain thumbs are thumbs), grown on first use; `None` where the position is not one
    /// finger. Fingers listed in [`Person::absent`] exist too: whether they are shown is the caller's affair.
    pub fn finger(&self, position: FingerPosition) -> Option<&Master> {
        let position = position.finger()?;
        let slot = self.fingers.get(usize::from(position.code()).checked_sub(1)?)?;
        Some(slot.get_or_init(|| Master::new(self.key, self.plan(position))))
    }

    /// One of the two irises; `None` where the side is not named.
    pub fn iris(&self, side: Eye) -> Option<eye::Identity> {
        match side {
            Eye::Unknown => None,
            Eye::Right | Eye::Left => {
                let mut dice = Dice::new(self.key, "iris-of", u64::from(side.code()), 0);
                Some(eye::Identity::new(dice.bits()))
            }
        }
    }

    /// Scars, marks and tattoos: none to three, none on children under 14 but scars and moles.
    ///
    /// # Errors
    /// [`raster::ImageError`] is passed on; it does not happen.
    pub fn marks(&self) -> Result<Vec<Mark>, raster::ImageError> {
        let mut dice = Dice::new(self.key, "marks", 0, 0);
        let count = dice.weighted(&[0.62, 0.24, 0.10, 0.04]);
        let marks: Result<Vec<Mark>, _> = (0..count).map(|_| mark(dice.bits())).collect();
        let child = self.age() < 14;
        marks.map(|m| m.into_iter().filter(|m| !child || m.kind != MarkKind::Tattoo).collect())
    }

    /// Whether this finger can be printed.
    pub fn has(&self, position: FingerPosition) -> bool {
        !self.absent.iter().any(|(absent, _)| Some(*absent) == position.finger())
    }
}

/// The date so many days before [`REFERENCE_DAY`].
fn before_reference(days: u32) -> Date {
    let mut left = days;
    let mut year = REFERENCE_DAY.year;
    loop {
        year -= 1;
        let length = if leap(year) { 366 } else { 365 };
        if left < length || year <= 1900 {
            return from_year_end(year, left.min(length - 1));
        }
        left -= length;
    }
}

/// The date so many days after [`REFERENCE_DAY`], the first of a year.
fn after_reference(days: u32) -> Date {
    let mut left = days;
    let mut year = REFERENCE_DAY.year;
    loop {
        let length = if leap(year) { 366 } else { 365 };
        if left < length || year >= 9998 {
            return from_year_end(year, (length - 1).saturating_sub(left));
        }
        left -= length;
        year += 1;
    }
}

fn leap(year: u16) -> bool {
    (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400)
}

/// The date so many days before the last of December.
fn from_year_end(year: u16, mut back: u32) -> Date {
    const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for month in (1..=12_u8).rev() {
        let days = DAYS[usize::from(month) - 1] + u32::from(month == 2 && leap(year));
        if back < days {
            return Date { year, month, day: (days - back) as u8 };
        }
        back -= days;
    }
    Date { year, month: 1, day: 1 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_backwards_through_leap_years() {
        for (days, want) in [
            (0, "2025-12-31"),
            (364, "2025-01-01"),
            (365, "2024-12-31"),
            (671, "2024-02-29"),
            (672, "2024-02-28"),
        ] {
            assert_eq!(before_reference(days).to_string(), want, "{days} days");
        }
    }

    #[test]
    fn children_grow_between_encounters_and_keep_their_minutiae() {
        assert_eq!(after_reference(0).to_string(), "2026-01-01");
        assert_eq!(after_reference(59).to_string(), "2026-03-01");
        assert_eq!(after_reference(365 + 365 + 59).to_string(), "2028-02-29");
        let child = (0..).map(|i| Person::new(1, i)).find(|p| (3..7).contains(&p.age())).unwrap();
        let older = child.later(5 * 365);
        assert!(older.age() >= child.age() + 4 && older.born == child.born && older.name() == child.name());
        let position = FingerPosition::LeftThumb;
        let (a, b) = (child.finger(position).unwrap(), older.finger(position).unwrap());
        assert_eq!(a.minutiae().len(), b.minutiae().len());
        let grown = b.plan().scale / a.plan().scale;
        assert!((1.08..1.4).contains(&grown), "{grown}");
        for (m, n) in a.minutiae().iter().zip(b.minutiae()) {
            assert!((m.x * grown - n.x).abs() < 0.01 && (m.y * grown - n.y).abs() < 0.01);
            assert_eq!((m.direction, m.kind), (n.direction, n.kind));
        }
        let adult = (0..).map(|i| Person::new(1, i)).find(|p| p.age() > 20).unwrap();
        assert_eq!(adult.plan(position), adult.later(900).plan(position));
        assert_eq!(child.days_until(1), 0);
        assert!(child.days_until(2) >= 15 && child.days_until(3) > child.days_until(2));
    }

    #[test]
    fn people_differ_and_come_again() {
        let names: Vec<String> = (0..200).map(|i| Person::new(1, i).name()).collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert!(unique.len() > 190, "{}", unique.len());
        assert_eq!(names[7], Person::new(1, 7).name());
        assert_ne!(names[7], Person::new(2, 7).name());
        let children = (0..1000).filter(|i| Person::new(1, *i).age() < 14).count();
        assert!((60..150).contains(&children), "{children}");
    }
}
