//! INT-I's transaction control number: `YYSSSSSSSSA`, two digits of the year, a serial number of
//! eight, and a check character (Council Decision 2008/616/JHA, annex, chapter 2, appendix 2).

/// The check character of remainder 0 to 22: 1 is A; I, O and S are left out; 0 is Z.
const CHECK: [char; 23] = [
    'Z', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'V', 'W',
    'X', 'Y',
];

/// Serial numbers have eight digits.
const SERIALS: u32 = 100_000_000;

/// The control number of a year (its last two digits count) and a serial number. None when the serial
/// has more than eight digits.
///
/// ```
/// use nist_itl::profile::{control_number, control_number_is_sound};
///
/// let number = control_number(2026, 4711).unwrap();
/// assert_eq!(number.len(), 11);
/// assert!(control_number_is_sound(&number));
/// ```
pub fn control_number(year: u16, serial: u32) -> Option<String> {
    let year = year % 100;
    let number = u64::from(year) * u64::from(SERIALS) + u64::from(serial);
    let check = CHECK.get(usize::try_from(number % 23).ok()?)?;
    (serial < SERIALS).then(|| format!("{year:02}{serial:08}{check}"))
}

/// Whether a control number has this shape and the right check character.
pub fn control_number_is_sound(number: &str) -> bool {
    let sound = || {
        let year = number.get(..2)?.parse().ok()?;
        let serial = number.get(2..10)?.parse().ok()?;
        Some(control_number(year, serial)? == number)
    };
    sound().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_itself() {
        assert_eq!(control_number(2002, 4).as_deref(), Some("0200000004H"));
        assert_eq!(control_number(2002, 19).as_deref(), Some("0200000019Z"));
        assert_eq!(control_number(2000, 100_000_000), None);
        for bad in ["", "0200000004F", "0200000004", "02000000004H", "é200000004H", "020000 004H"] {
            assert!(!control_number_is_sound(bad), "{bad}");
        }
    }
}
