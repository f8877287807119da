//! Records: tagged text (types 1, 2, 9-99) and binary headers (types 3-8).

use std::borrow::Cow;

use crate::field::parse_number;
use crate::{Encoding, Field};

/// The number of the field that holds an image or other binary data, always last, read by length.
pub(crate) const DATA_FIELD: u16 = 999;

/// One logical record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Record<'a> {
    /// Fields with tags: types 1, 2 and 9 to 99.
    Tagged(TaggedRecord<'a>),
    /// Fixed binary fields: types 3 to 8.
    Binary(BinaryRecord<'a>),
}

impl<'a> Record<'a> {
    /// The record's type, 1-99.
    pub fn record_type(&self) -> u8 {
        match self {
            Record::Tagged(record) => record.record_type,
            Record::Binary(record) => record.record_type,
        }
    }

    /// The information designation character: which records belong together. None for Type-1, and for
    /// a tagged record without a readable field 2.
    pub fn idc(&self) -> Option<u32> {
        match self {
            Record::Tagged(record) => record.idc(),
            Record::Binary(record) => Some(u32::from(record.idc)),
        }
    }

    /// Where it begins in the input, in bytes; none when it was built.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Record::Tagged(record) => record.offset,
            Record::Binary(record) => record.offset,
        }
    }

    /// How many bytes it took in the input; 0 when it was built.
    pub fn length(&self) -> usize {
        match self {
            Record::Tagged(record) => record.length,
            Record::Binary(record) => record.length,
        }
    }

    /// The image or other binary data that it carries: field 999, or what follows a binary header.
    pub fn payload(&self) -> Option<&[u8]> {
        match self {
            Record::Tagged(record) => record.payload(),
            Record::Binary(record) => Some(record.payload()),
        }
    }

    /// The record if it is tagged.
    pub fn tagged(&self) -> Option<&TaggedRecord<'a>> {
        match self {
            Record::Tagged(record) => Some(record),
            Record::Binary(_) => None,
        }
    }

    /// The record if it is binary.
    pub fn binary(&self) -> Option<&BinaryRecord<'a>> {
        match self {
            Record::Tagged(_) => None,
            Record::Binary(record) => Some(record),
        }
    }

    /// The same record without a borrow; copies the payload.
    pub fn into_owned(self) -> Record<'static> {
        match self {
            Record::Tagged(record) => Record::Tagged(TaggedRecord {
                record_type: record.record_type,
                fields: record.fields.into_iter().map(Field::into_owned).collect(),
                encoding: record.encoding,
                offset: record.offset,
                length: record.length,
            }),
            Record::Binary(record) => Record::Binary(BinaryRecord {
                record_type: record.record_type,
                idc: record.idc,
                body: record.body,
                payload: Cow::Owned(record.payload.into_owned()),
                offset: record.offset,
                length: record.length,
            }),
        }
    }
}

impl<'a> From<TaggedRecord<'a>> for Record<'a> {
    fn from(record: TaggedRecord<'a>) -> Self {
        Record::Tagged(record)
    }
}

impl<'a> From<BinaryRecord<'a>> for Record<'a> {
    fn from(record: BinaryRecord<'a>) -> Self {
        Record::Binary(record)
    }
}

/// A record of tagged fields, in the order of the file, repeats included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedRecord<'a> {
    pub(crate) record_type: u8,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) encoding: Encoding,
    pub(crate) offset: Option<usize>,
    pub(crate) length: usize,
}

impl<'a> TaggedRecord<'a> {
    /// An empty record of a type; the writer adds field 1 (LEN) itself.
    pub fn new(record_type: u8) -> Self {
        TaggedRecord { record_type, fields: Vec::new(), encoding: Encoding::Utf8, offset: None, length: 0 }
    }

    /// The record's type.
    pub fn record_type(&self) -> u8 {
        self.record_type
    }

    /// All fields in order.
    pub fn fields(&self) -> &[Field<'a>] {
        &self.fields
    }

    /// The first field with this number.
    pub fn field(&self, number: u16) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.number() == number)
    }

    /// A field's bytes.
    pub fn bytes(&self, number: u16) -> Option<&[u8]> {
        self.field(number).map(Field::bytes)
    }

    /// A field as text in the record's encoding, separators included.
    pub fn text(&self, number: u16) -> Option<Cow<'_, str>> {
        self.bytes(number).map(|bytes| self.encoding.decode(bytes))
    }

    /// A field that is one number of digits only.
    pub fn number(&self, number: u16) -> Option<u64> {
        parse_number(self.bytes(number)?)
    }

    /// A field that is one number, when it fits the type asked for.
    pub(crate) fn number_as<T: TryFrom<u64>>(&self, number: u16) -> Option<T> {
        T::try_from(self.number(number)?).ok()
    }

    /// Field 999, the data.
    pub fn payload(&self) -> Option<&[u8]> {
        self.bytes(DATA_FIELD)
    }

    /// The information designation character, field 2; none in Type-1.
    pub fn idc(&self) -> Option<u32> {
        if self.record_type == 1 { None } else { self.number_as(2) }
    }

    /// The encoding in which the transaction says this record is written.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The encoding that 1.015 names, when this is a Type-1 record that has it.
    pub(crate) fn declared_encoding(&self) -> Encoding {
        let code = || parse_number(self.field(15)?.item(0, 0)?);
        let code = if self.record_type == 1 { code() } else { None };
        code.and_then(|code| u16::try_from(code).ok()).map_or(Encoding::Ascii, Encoding::from_code)
    }

    /// Replaces the first field with this number, or inserts it in numeric order.
    pub fn set(&mut self, field: Field<'a>) -> &mut Self {
        let number = field.number();
        if let Some(place) = self.fields.iter_mut().find(|old| old.number() == number) {
            let (record, digits) = place.tag_digits();
            *place = field.with_tag_digits(record, digits);
        } else {
            let at = self.fields.iter().position(|old| old.number() > number).unwrap_or(self.fields.len());
            // Tags are written as the record's others are.
            let digits =
                self.fields.iter().find(|old| old.number() > 0).map_or(field.tag_digits(), Field::tag_digits);
            self.fields.insert(at, field.with_tag_digits(digits.0, digits.1));
        }
        self
    }

    /// [`TaggedRecord::set`] with text.
    pub fn set_text(&mut self, number: u16, value: impl Into<String>) -> &mut Self {
        self.set(Field::text(number, value))
    }

    /// Removes every field with this number.
    pub fn remove(&mut self, number: u16) -> &mut Self {
        self.fields.retain(|field| field.number() != number);
        self
    }

    /// Adds a field at the end, as a repeat or out of order if need be.
    pub fn push(&mut self, field: Field<'a>) -> &mut Self {
        self.fields.push(field);
        self
    }
}

/// A record of types 3 to 8: big-endian binary fields, then data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinaryRecord<'a> {
    pub(crate) record_type: u8,
    pub(crate) idc: u8,
    pub(crate) body: BinaryBody,
    pub(crate) payload: Cow<'a, [u8]>,
    pub(crate) offset: Option<usize>,
    pub(crate) length: usize,
}

impl<'a> BinaryRecord<'a> {
    /// A fingerprint image record, type 3 to 6.
    pub fn friction(
        record_type: u8,
        idc: u8,
        header: FrictionHeader,
        payload: impl Into<Cow<'a, [u8]>>,
    ) -> Self {
        Self::new(record_type, idc, BinaryBody::Friction(header), payload)
    }

    /// A record with any body.
    pub fn new(record_type: u8, idc: u8, body: BinaryBody, payload: impl Into<Cow<'a, [u8]>>) -> Self {
        BinaryRecord { record_type, idc, body, payload: payload.into(), offset: None, length: 0 }
    }

    /// The record's type, 3-8.
    pub fn record_type(&self) -> u8 {
        self.record_type
    }

    /// The information designation character.
    pub fn idc(&self) -> u8 {
        self.idc
    }

    /// The fields between IDC and data.
    pub fn body(&self) -> BinaryBody {
        self.body
    }

    /// The header of a fingerprint image record.
    pub fn friction_header(&self) -> Option<FrictionHeader> {
        match self.body {
            BinaryBody::Friction(header) => Some(header),
            _ => None,
        }
    }

    /// A Type-7 record whose users lay it out like Type-4, as the FBI's latents are: that header and the
    /// data behind it. Whether they do, only they know.
    pub fn user_defined_as_friction(&self) -> Option<(FrictionHeader, &[u8])> {
        let fields = if self.record_type == 7 { self.payload.first_chunk::<13>() } else { None };
        let [imp, f0, f1, f2, f3, f4, f5, isr, h0, h1, v0, v1, cga] = *fields?;
        let header = FrictionHeader {
            imp,
            fgp: [f0, f1, f2, f3, f4, f5],
            isr,
            hll: u16::from_be_bytes([h0, h1]),
            vll: u16::from_be_bytes([v0, v1]),
            cga,
        };
        Some((header, self.payload.get(13..)?))
    }

    /// The data after the fixed fields; in Type-7 and unreadable records all that follows the IDC.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The largest length that fits the body: bytes before the payload.
    pub(crate) fn header_len(&self) -> usize {
        match self.body {
            BinaryBody::Friction(_) => FrictionHeader::RECORD_HEADER_LEN,
            BinaryBody::Signature(_) => SignatureHeader::RECORD_HEADER_LEN,
            BinaryBody::UserDefined => LEN_AND_IDC,
        }
    }
}

/// Bytes of LEN (4) and IDC (1), with which each binary record begins.
pub(crate) const LEN_AND_IDC: usize = 5;

/// The fixed fields of a binary record after its IDC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BinaryBody {
    /// Types 3 to 6.
    Friction(FrictionHeader),
    /// Type 8.
    Signature(SignatureHeader),
    /// Type 7, whose layout only its users know.
    UserDefined,
}

/// Fields 3 to 8 of a Type-3, -4, -5 or -6 record (ANSI/NIST-ITL 1-2011, 8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrictionHeader {
    /// IMP, impression type, code 0-29.
    pub imp: u8,
    /// FGP, up to six possible finger positions; 255 fills what is not used.
    pub fgp: [u8; 6],
    /// ISR: 0 the minimum (or nominal, 1.012) resolution, 1 the native one (1.011).
    pub isr: u8,
    /// HLL, pixels in a line.
    pub hll: u16,
    /// VLL, lines.
    pub vll: u16,
    /// CGA (GCA before 2011), compression: 0 none, 1 WSQ20, 2 JPEGB, 3 JPEGL, 4 JP2, 5 JP2L, 6 PNG.
    pub cga: u8,
}

impl FrictionHeader {
    /// Bytes from the record's first to the payload's first.
    pub const RECORD_HEADER_LEN: usize = 18;

    /// The positions given, without the filler.
    pub fn positions(&self) -> impl Iterator<Item = u8> + '_ {
        self.fgp.iter().copied().filter(|code| *code != 255)
    }
}

/// Fields 3 to 7 of a Type-8 record (ANSI/NIST-ITL 1-2011, 8.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignatureHeader {
    /// SIG: 0 the subject's, 1 the official's.
    pub sig: u8,
    /// SRT: 0 raw image, 1 compressed image (facsimile), 2 vectors.
    pub srt: u8,
    /// ISR, as in Type-4.
    pub isr: u8,
    /// HLL, pixels in a line.
    pub hll: u16,
    /// VLL, lines.
    pub vll: u16,
}

impl SignatureHeader {
    /// Bytes from the record's first to the payload's first.
    pub const RECORD_HEADER_LEN: usize = 12;
}
