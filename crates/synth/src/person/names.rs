//! Invented names in invented tongues, and how clerks spell them.

use crate::dice::Dice;

/// Sounds of an invented tongue. No list of real names was used.
struct Tongue {
    starts: &'static [&'static str],
    middles: &'static [&'static str],
    given_ends: &'static [&'static str],
    family_ends: &'static [&'static str],
}

const TONGUES: [Tongue; 4] = [
    Tongue {
        starts: &["Vel", "Oru", "Tiz", "Qua", "Besh", "Ilk", "Nuv", "Zam", "Pelo", "Hux", "Ruun", "Osk"],
        middles: &["a", "ori", "ume", "i", "elo", "", "upa"],
        given_ends: &["ndo", "li", "qua", "ssi", "ra", "xel", "mo", "vi"],
        family_ends: &["quero", "mbra", "ztal", "vondo", "lluri", "pexa", "ruma", "teque"],
    },
    Tongue {
        starts: &["Khaz", "Dhur", "Yeb", "Shom", "Gwa", "Thul", "Aaz", "Bour", "Izh", "Whae", "Dzu", "Raam"],
        middles: &["a", "ou", "i", "ee", "", "uda"],
        given_ends: &["kh", "ym", "aad", "ush", "een", "dh", "iz", "oub"],
        family_ends: &["zhani", "kouda", "ghaim", "thoor", "wezi", "yakh", "bourim", "dhazi"],
    },
    Tongue {
        starts: &["Fjol", "Gry", "Skae", "Tov", "Hrel", "Ybb", "Wul", "Kjer", "Njo", "Stae", "Ulv", "Brek"],
        middles: &["e", "u", "", "ae", "yn"],
        given_ends: &["ka", "rn", "le", "dis", "mar", "ve", "gg", "sk"],
        family_ends: &["stroem", "gaardt", "vikken", "holmt", "ruudsen", "fjeldt", "brekk", "skoog"],
    },
    Tongue {
        starts: &["Mba", "Oke", "Nzu", "Tari", "Ewo", "Adu", "Chimo", "Lumu", "Sefu", "Yaro", "Kwe", "Zola"],
        middles: &["", "ni", "ke", "lu", "ba", "we"],
        given_ends: &["ra", "to", "di", "zu", "lo", "mbi", "sa", "ko"],
        family_ends: &["ntukwe", "lozana", "mbezi", "karuto", "dimbwa", "yekoso", "tolumu", "wandiro"],
    },
];

/// Number of tongues.
pub(super) const TONGUES_COUNT: u32 = TONGUES.len() as u32;

fn part<'a>(dice: &mut Dice, list: &'a [&'a str]) -> &'a str {
    dice.pick(list).copied().unwrap_or("")
}

/// Given names and family name in one tongue.
pub(super) fn draw(dice: &mut Dice, tongue: u32) -> (Vec<String>, String) {
    let t = &TONGUES[tongue as usize % TONGUES.len()];
    let given = |dice: &mut Dice| {
        format!("{}{}{}", part(dice, t.starts), part(dice, t.middles), part(dice, t.given_ends))
    };
    let mut names = vec![given(dice)];
    if dice.chance(0.35) {
        names.push(given(dice));
    }
    let family = format!("{}{}{}", part(dice, t.starts), part(dice, t.middles), part(dice, t.family_ends));
    (names, family)
}

/// Spellings that clerks take for each other.
const SPELLINGS: [(&str, &str); 14] = [
    ("kh", "h"),
    ("dh", "d"),
    ("ou", "u"),
    ("aa", "a"),
    ("ee", "i"),
    ("zh", "j"),
    ("qu", "k"),
    ("y", "i"),
    ("w", "v"),
    ("x", "ks"),
    ("gh", "g"),
    ("oe", "o"),
    ("ae", "e"),
    ("z", "s"),
];

/// Another spelling of a name: one pair of letters heard or written differently. The same name where none fits.
pub(super) fn respelled(dice: &mut Dice, name: &str) -> String {
    let fits: Vec<_> = SPELLINGS.iter().filter(|(from, _)| name.contains(from)).collect();
    match dice.pick(&fits) {
        Some((from, to)) => name.replacen(from, to, 1),
        None => name.to_owned(),
    }
}

/// A slip of the fingers: two letters swapped, one doubled, one left out or its neighbour struck.
pub(super) fn mistyped(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return name.to_owned();
    }
    let at = 1 + dice.below(letters.len() as u32 - 2) as usize;
    match dice.below(4) {
        0 => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        2 => {
            letters.remove(at);
        }
        _ => letters[at] = neighbour(letters[at]),
    }
    letters.into_iter().collect()
}

/// The key to the right on a QWERTY board.
fn neighbour(letter: char) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    for row in ROWS {
        if let Some(at) = row.find(letter) {
            return row[at..].chars().nth(1).unwrap_or('o');
        }
    }
    letter
}
