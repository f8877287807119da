//! Comments, and NIST's comment of named values that holds the resolution.

/// The text of one comment segment, as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    bytes: Vec<u8>,
}

impl Comment {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec() }
    }

    /// The bytes of the text.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// The comment as NIST's list of named values, if it is one.
    pub fn nist_com(&self) -> Option<NistCom> {
        NistCom::parse(&self.text())
    }
}

/// A NISTCOM: a comment whose lines are `NAME value`, the first being `NIST_COM` and the number of lines.
///
/// ```
/// let com = wsq_codec::NistCom::parse("NIST_COM 3\nPIX_WIDTH 320\nPPI 500").unwrap();
/// assert_eq!(com.get("PIX_WIDTH"), Some("320"));
/// assert_eq!(com.ppi(), Some(500));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NistCom {
    values: Vec<(String, String)>,
}

/// The name that begins a NISTCOM.
const HEADER: &str = "NIST_COM";

impl NistCom {
    /// Reads the list; `None` where the text does not begin with `NIST_COM`.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.starts_with(HEADER) {
            return None;
        }
        let lines = text.lines().skip(1).filter(|line| !line.trim().is_empty());
        let pair = |line: &str| {
            let line = line.trim();
            let (name, value) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            (name.to_owned(), value.trim().to_owned())
        };
        Some(Self { values: lines.map(pair).collect() })
    }

    /// The value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Names and values in the order of the file, without the first line.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Pixels per inch; the writers' -1 for unknown gives `None`.
    pub fn ppi(&self) -> Option<u16> {
        self.get("PPI")?.parse().ok().filter(|&ppi| ppi > 0)
    }

    /// Sets a value, at its place if the name is there, else at the end.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        match self.values.iter_mut().find(|(n, _)| n == name) {
            Some((_, v)) => *v = value,
            None => self.values.push((name.to_owned(), value)),
        }
    }

    pub(crate) fn to_text(&self) -> String {
        // The count includes the first line.
        let first = format!("{HEADER} {}", self.values.len() + 1);
        self.values.iter().fold(first, |text, (name, value)| format!("{text}\n{name} {value}"))
    }
}
