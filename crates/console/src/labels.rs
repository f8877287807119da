//! Message keys for the nouns of the `model` crate.

use crate::view::Position;
use model::{Absence, AgeBand, Eye, Modality};

/// Every key that [`position`], [`absence`], [`age`] and [`modality`] can give.
#[cfg(test)]
pub(crate) const KEYS: &[&str] = &[
    "finger-0",
    "finger-1",
    "finger-2",
    "finger-3",
    "finger-4",
    "finger-5",
    "finger-6",
    "finger-7",
    "finger-8",
    "finger-9",
    "finger-10",
    "finger-11",
    "finger-12",
    "finger-13",
    "finger-14",
    "finger-15",
    "eye-unknown",
    "eye-right",
    "eye-left",
    "mark-n",
    "absence-amputated",
    "absence-unable-to-print",
    "absence-scarred",
    "absence-worn",
    "absence-paralysed",
    "absence-under-age-limit",
    "absence-refused",
    "absence-medical",
    "absence-equipment",
    "absence-eye-missing",
    "absence-cannot-open",
    "absence-patch",
    "absence-cataract",
    "absence-lens-not-removed",
    "absence-other",
    "age-under-six",
    "age-six-to-thirteen",
    "age-fourteen-to-seventeen",
    "age-adult",
    "modality-finger",
    "modality-iris",
    "modality-mark",
];

/// The key of a finger or eye; marks have `mark-n` with a number.
pub(crate) fn position(position: Position) -> String {
    match position {
        Position::Finger(finger) => format!("finger-{}", finger.code()),
        Position::Eye(Eye::Unknown) => "eye-unknown".to_owned(),
        Position::Eye(Eye::Right) => "eye-right".to_owned(),
        Position::Eye(Eye::Left) => "eye-left".to_owned(),
        Position::Mark(_) => "mark-n".to_owned(),
    }
}

/// The key of the label of a form's field, for the summary of errors.
pub(crate) fn field(name: &str) -> Option<&'static str> {
    Some(match name {
        "originator" => "originator",
        "case_number" => "case-number",
        "legal_basis" => "legal-basis",
        "category" => "category",
        "handling" => "handling",
        "caveat" => "caveat",
        "starts" => "starts",
        "review" => "review",
        "expires" => "expires",
        "transaction" => "transaction-file",
        "ppi" => "ppi",
        "title" => "quality-name",
        "answer" => "quality-answer",
        "first" => "quality-first",
        "second" => "quality-second",
        "purpose" => "purpose",
        "reason" => "why",
        "name" => "name",
        "site" => "site",
        "login" => "login",
        "role" => "roles",
        _ => return None,
    })
}

/// The key of an absence code.
pub(crate) const fn absence(absence: Absence) -> &'static str {
    match absence {
        Absence::Amputated => "absence-amputated",
        Absence::UnableToPrint => "absence-unable-to-print",
        Absence::Scarred => "absence-scarred",
        Absence::Worn => "absence-worn",
        Absence::Paralysed => "absence-paralysed",
        Absence::UnderAgeLimit => "absence-under-age-limit",
        Absence::Refused => "absence-refused",
        Absence::Medical => "absence-medical",
        Absence::Equipment => "absence-equipment",
        Absence::EyeMissing => "absence-eye-missing",
        Absence::CannotOpen => "absence-cannot-open",
        Absence::Patch => "absence-patch",
        Absence::Cataract => "absence-cataract",
        Absence::LensNotRemoved => "absence-lens-not-removed",
        Absence::Other => "absence-other",
    }
}

/// The key of an age band.
pub(crate) const fn age(age: AgeBand) -> &'static str {
    match age {
        AgeBand::UnderSix => "age-under-six",
        AgeBand::SixToThirteen => "age-six-to-thirteen",
        AgeBand::FourteenToSeventeen => "age-fourteen-to-seventeen",
        AgeBand::Adult => "age-adult",
    }
}

/// The key of a class of data.
pub(crate) const fn modality(modality: Modality) -> &'static str {
    match modality {
        Modality::Finger => "modality-finger",
        Modality::Iris => "modality-iris",
        Modality::Mark => "modality-mark",
    }
}
