//! A field of a tagged record: `14.013:` and a value of subfields and information items.

use std::borrow::Cow;

use crate::{RS, US};

/// A tagged field. Its value is bytes as in the file, separators included; nothing is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    number: u16,
    value: Cow<'a, [u8]>,
    record_digits: u8,
    field_digits: u8,
    /// The record type in the tag where it is not the record's own.
    foreign_type: Option<u16>,
    offset: Option<usize>,
}

/// How wide a tag is written where nothing else is asked for: `14.013:`.
const RECORD_DIGITS: u8 = 1;
const FIELD_DIGITS: u8 = 3;

impl<'a> Field<'a> {
    /// A field with this number and value. Put `RS` between subfields and `US` between items, or use
    /// [`Field::from_subfields`].
    pub fn new(number: u16, value: impl Into<Cow<'a, [u8]>>) -> Self {
        Field {
            number,
            value: value.into(),
            record_digits: RECORD_DIGITS,
            field_digits: FIELD_DIGITS,
            foreign_type: None,
            offset: None,
        }
    }

    /// A field of text.
    pub fn text(number: u16, value: impl Into<String>) -> Self {
        Field::new(number, value.into().into_bytes())
    }

    /// A field of subfields, each a list of items.
    pub fn from_subfields<S, I>(number: u16, subfields: S) -> Self
    where
        S: IntoIterator<Item = I>,
        I: IntoIterator,
        I::Item: AsRef<[u8]>,
    {
        let mut value = Vec::new();
        for (index, subfield) in subfields.into_iter().enumerate() {
            if index > 0 {
                value.push(RS);
            }
            for (index, item) in subfield.into_iter().enumerate() {
                if index > 0 {
                    value.push(US);
                }
                value.extend_from_slice(item.as_ref());
            }
        }
        Field::new(number, value)
    }

    /// Bytes between two separators that begin with no tag of this record: kept, with number 0.
    pub(crate) fn unidentified(bytes: &'a [u8], offset: usize) -> Self {
        Field {
            number: 0,
            value: Cow::Borrowed(bytes),
            record_digits: 0,
            field_digits: 0,
            foreign_type: None,
            offset: Some(offset),
        }
    }

    /// Notes that the tag names another record type, as `13.005:` in a Type-9 record does.
    pub(crate) fn with_foreign_type(mut self, record_type: Option<u16>) -> Self {
        self.foreign_type = record_type;
        self
    }

    pub(crate) fn read(number: u16, value: &'a [u8], digits: (u8, u8), offset: usize) -> Self {
        Field {
            number,
            value: Cow::Borrowed(value),
            record_digits: digits.0,
            field_digits: digits.1,
            foreign_type: None,
            offset: Some(offset),
        }
    }

    /// The field's number, 1-9999; 0 for bytes that carry no readable tag.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// The value as it stands in the file.
    pub fn bytes(&self) -> &[u8] {
        &self.value
    }

    /// Where its tag begins in the input, in bytes; none when it was built.
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// Whether the value lies in the input rather than in memory of its own.
    pub fn is_borrowed(&self) -> bool {
        matches!(self.value, Cow::Borrowed(_))
    }

    /// The subfields; an empty value is one subfield of one empty item.
    pub fn subfields(&self) -> Subfields<'_> {
        Subfields { rest: Some(&self.value) }
    }

    /// The items of the first subfield.
    pub fn items(&self) -> Items<'_> {
        self.subfields().next().map_or(Items { rest: None }, |subfield| subfield.items())
    }

    /// Item `item` of subfield `subfield`, both counted from 0.
    pub fn item(&self, subfield: usize, item: usize) -> Option<&[u8]> {
        self.subfields().nth(subfield)?.items().nth(item)
    }

    /// The whole value as a number: digits only, as character type N asks.
    pub fn number_value(&self) -> Option<u64> {
        parse_number(&self.value)
    }

    /// How many digits the tag's two parts are written with. 1 and 3 are usual; old files use 2 for
    /// the field number.
    pub fn tag_digits(&self) -> (u8, u8) {
        (self.record_digits, self.field_digits)
    }

    /// Writes the tag with other widths: `(1, 2)` gives `1.01:` as versions before 2007 do.
    #[must_use]
    pub fn with_tag_digits(mut self, record: u8, field: u8) -> Self {
        self.record_digits = record.clamp(1, 4);
        self.field_digits = field.clamp(1, 4);
        self
    }

    /// The same field without a borrow.
    pub fn into_owned(self) -> Field<'static> {
        Field {
            number: self.number,
            value: Cow::Owned(self.value.into_owned()),
            record_digits: self.record_digits,
            field_digits: self.field_digits,
            foreign_type: self.foreign_type,
            offset: self.offset,
        }
    }

    /// The tag, `14.013:`, or nothing for bytes without one.
    pub(crate) fn write_tag(&self, record_type: u8, out: &mut Vec<u8>) {
        if self.number > 0 {
            let (record_width, field_width) =
                (usize::from(self.record_digits), usize::from(self.field_digits));
            let record_type = self.foreign_type.unwrap_or(u16::from(record_type));
            let tag = format!("{record_type:0record_width$}.{:0field_width$}:", self.number);
            out.extend_from_slice(tag.as_bytes());
        }
    }
}

/// One subfield: information items separated by `US`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subfield<'t>(&'t [u8]);

impl<'t> Subfield<'t> {
    /// The bytes, separators included.
    pub fn bytes(self) -> &'t [u8] {
        self.0
    }

    /// The items; an empty subfield has one empty item.
    pub fn items(self) -> Items<'t> {
        Items { rest: Some(self.0) }
    }

    /// Item `index`, counted from 0.
    pub fn item(self, index: usize) -> Option<&'t [u8]> {
        self.items().nth(index)
    }

    /// Item `index` as a number of digits only.
    pub fn number(self, index: usize) -> Option<u64> {
        parse_number(self.item(index)?)
    }

    /// Item `index` as a number that may carry a sign.
    pub fn signed(self, index: usize) -> Option<i64> {
        parse_signed(self.item(index)?)
    }
}

/// The subfields of a field.
#[derive(Debug, Clone)]
pub struct Subfields<'t> {
    rest: Option<&'t [u8]>,
}

impl<'t> Iterator for Subfields<'t> {
    type Item = Subfield<'t>;
    fn next(&mut self) -> Option<Self::Item> {
        split_next(&mut self.rest, RS).map(Subfield)
    }
}

/// The information items of a subfield.
#[derive(Debug, Clone)]
pub struct Items<'t> {
    rest: Option<&'t [u8]>,
}

impl<'t> Iterator for Items<'t> {
    type Item = &'t [u8];
    fn next(&mut self) -> Option<Self::Item> {
        split_next(&mut self.rest, US)
    }
}

fn split_next<'t>(rest: &mut Option<&'t [u8]>, separator: u8) -> Option<&'t [u8]> {
    let bytes = (*rest)?;
    let (head, tail) = match bytes.iter().position(|&byte| byte == separator) {
        Some(at) => (bytes.get(..at)?, bytes.get(at + 1..)),
        None => (bytes, None),
    };
    *rest = tail;
    Some(head)
}

/// Digits only, no sign, no blank; none when empty or too large.
pub(crate) fn parse_number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() {
        return None;
    }
    bytes.iter().try_fold(0u64, |sum, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        sum.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

pub(crate) fn parse_signed(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let value = i64::try_from(parse_number(digits)?).ok()?;
    Some(if negative { -value } else { value })
}

/// A plain decimal such as `19.69`; no exponent, no sign.
pub(crate) fn parse_decimal(bytes: &[u8]) -> Option<f64> {
    let plain = !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    if !plain {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}
