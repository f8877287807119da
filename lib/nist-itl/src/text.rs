//! Character encodings: 1.015 DCS names the one that the records after Type-1 use.

use std::borrow::Cow;

/// The encoding of text outside the Type-1 record, from 1.015 (table 4 of ANSI/NIST-ITL 1-2011).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// Code 0 and the default: 7-bit ASCII.
    #[default]
    Ascii,
    /// Code 1 in the 2007 version: 8-bit Latin.
    Latin1,
    /// Code 3: UTF-8.
    Utf8,
    /// UTF-16 (2), UTF-32 (4) or a user-defined code: kept as bytes, shown as well as can be.
    Other(u16),
}

impl Encoding {
    /// From the CSI item of 1.015.
    pub fn from_code(code: u16) -> Self {
        match code {
            0 => Encoding::Ascii,
            1 => Encoding::Latin1,
            3 => Encoding::Utf8,
            other => Encoding::Other(other),
        }
    }

    /// The CSI code.
    pub fn code(self) -> u16 {
        match self {
            Encoding::Ascii => 0,
            Encoding::Latin1 => 1,
            Encoding::Utf8 => 3,
            Encoding::Other(code) => code,
        }
    }

    /// Text for people. Never fails: what is not UTF-8 is read as Latin-1, byte for character, because
    /// files that say ASCII hold both in practice. Whether the bytes fit the encoding is
    /// [`Encoding::fits`]'s question.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        if self != Encoding::Latin1
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Cow::Borrowed(text);
        }
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes);
        }
        Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect())
    }

    /// Whether the bytes are text in this encoding. Encodings that this crate does not know fit all.
    pub fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Encoding::Ascii => bytes.is_ascii(),
            Encoding::Utf8 => std::str::from_utf8(bytes).is_ok(),
            Encoding::Latin1 | Encoding::Other(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_files_hold() {
        let check = |encoding: Encoding, bytes: &[u8], text: &str, fits: bool| {
            assert_eq!(encoding.decode(bytes), text, "{encoding:?} {bytes:?}");
            assert_eq!(encoding.fits(bytes), fits, "{encoding:?} {bytes:?}");
        };
        check(Encoding::Ascii, b"NUEZ", "NUEZ", true);
        check(Encoding::Ascii, "NÚÑEZ".as_bytes(), "NÚÑEZ", false);
        check(Encoding::Ascii, b"N\xDA\xD1EZ", "NÚÑEZ", false);
        check(Encoding::Latin1, b"N\xDA\xD1EZ", "NÚÑEZ", true);
        check(Encoding::Utf8, "華裔".as_bytes(), "華裔", true);
        check(Encoding::Utf8, b"\xFF", "ÿ", false);
        for code in [0, 1, 2, 3, 4, 130] {
            assert_eq!(Encoding::from_code(code).code(), code);
        }
    }
}
