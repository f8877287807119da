//! BER-TLV: biometric information templates of smart cards and travel documents
//! (ISO/IEC 7816-11, ISO/IEC 19785-3 TLV patron formats).

use crate::bytes::Reader;
use crate::error::{Error, Findings, Parsed, Result};
use std::borrow::Cow;

/// Deepest nesting; a travel document's data group nests four deep.
pub const MAX_DEPTH: usize = 16;

/// Most objects in a record.
pub const MAX_OBJECTS: usize = 1 << 16;

/// Biometric information template group.
pub const TAG_GROUP: u32 = 0x7f61;
/// Biometric information template.
pub const TAG_TEMPLATE: u32 = 0x7f60;
/// Biometric header template inside a template.
pub const TAG_HEADER: u32 = 0xa1;
/// Biometric data block, primitive.
pub const TAG_DATA: u32 = 0x5f2e;
/// Biometric data block, constructed.
pub const TAG_DATA_CONSTRUCTED: u32 = 0x7f2e;
/// Parameters of the comparison algorithm.
pub const TAG_ALGORITHM_PARAMETERS: u32 = 0xb1;

/// One data object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag's bytes as one number, for instance 0x7f61.
    pub tag: u32,
    /// Value or objects inside.
    pub content: Content<'a>,
    /// Bytes that the length field takes after its first, where that is more than it needs.
    pub length_width: Option<u8>,
}

/// What an object holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'a> {
    /// Bytes.
    Value(Cow<'a, [u8]>),
    /// Objects (the tag says so).
    Objects(Vec<Tlv<'a>>),
}

/// The header of a biometric information template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template<'a> {
    /// Patron header version (tag 80).
    pub version: Option<u16>,
    /// Biometric type (tag 81): 0x08 fingerprint, 0x10 iris, 0x02 face.
    pub kind: Option<u32>,
    /// Biometric subtype (tag 82): fingers by bits, 01 right, 02 left.
    pub subtype: Option<u8>,
    /// Owner of the data's format (tag 87), IBIA.
    pub format_owner: Option<u16>,
    /// The owner's number of the format (tag 88).
    pub format_type: Option<u16>,
    /// The biometric data, where the template carries any.
    pub data: Option<&'a [u8]>,
}

/// Reads all data objects.
///
/// # Errors
/// [`Error`] where a tag or length is malformed or runs past the end, or a limit is passed.
///
/// ```
/// use biometric_records::cbeff::tlv;
///
/// let bytes = [0x7f, 0x60, 0x05, 0xa1, 0x03, 0x81, 0x01, 0x08];
/// let objects = tlv::read(&bytes)?.value;
/// assert_eq!(tlv::templates(&objects)[0].kind, Some(0x08));
/// assert_eq!(tlv::write(&objects)?, bytes);
/// # Ok::<(), biometric_records::Error>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Parsed<Vec<Tlv<'_>>>> {
    let mut findings = Findings::default();
    let mut count = 0;
    let value = objects(Reader::new(bytes), 0, &mut count, &mut findings)?;
    Ok(Parsed { value, findings: findings.0 })
}

fn objects<'a>(
    mut r: Reader<'a>,
    depth: usize,
    count: &mut usize,
    findings: &mut Findings,
) -> Result<Vec<Tlv<'a>>> {
    if depth > MAX_DEPTH {
        return Err(Error::Limit { what: "the depth of data objects", limit: MAX_DEPTH });
    }
    let mut out = Vec::new();
    while r.left() > 0 {
        *count += 1;
        if *count > MAX_OBJECTS {
            return Err(Error::Limit { what: "the number of data objects", limit: MAX_OBJECTS });
        }
        let at = r.offset();
        let first = r.u8("tag")?;
        let mut tag = u32::from(first);
        if first & 0x1f == 0x1f {
            // Up to three further bytes; the last has its top bit clear.
            loop {
                let next = r.u8("tag")?;
                if tag > 0x00ff_ffff {
                    return Err(Error::Inconsistent { what: "a tag of over four bytes".into(), offset: at });
                }
                tag = tag << 8 | u32::from(next);
                if next & 0x80 == 0 {
                    break;
                }
            }
        }
        let at = r.offset();
        let (length, width) = match r.u8("length")? {
            short @ 0..=0x7f => (usize::from(short), 0),
            long @ 0x81..=0x84 => {
                let bytes = r.take(usize::from(long & 0x7f), "length")?;
                (bytes.iter().fold(0, |n, &b| n << 8 | usize::from(b)), long & 0x7f)
            }
            other => {
                let what = format!("length octet {other:#04x} is not read");
                return Err(Error::Inconsistent { what, offset: at });
            }
        };
        let length_width = (width != width_of(length)).then_some(width);
        if length_width.is_some() {
            findings.warn("tlv-length", at, "a length is written longer than it needs");
        }
        let body = r.part(length, "data object")?;
        let content = if first & 0x20 != 0 {
            Content::Objects(objects(body, depth + 1, count, findings)?)
        } else {
            let mut body = body;
            Content::Value(Cow::Borrowed(body.rest()))
        };
        out.push(Tlv { tag, content, length_width });
    }
    Ok(out)
}

/// Bytes after the first that the shortest length field needs.
fn width_of(length: usize) -> u8 {
    match length {
        0..=0x7f => 0,
        0x80..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

/// The bytes of data objects.
///
/// # Errors
/// [`Error::Value`] where an object is over 4 GiB, nests over [`MAX_DEPTH`], or says in its tag that
/// it holds objects and holds a value, or the other way about.
pub fn write(objects: &[Tlv<'_>]) -> Result<Vec<u8>> {
    write_at(objects, 0)
}

fn write_at(objects: &[Tlv<'_>], depth: usize) -> Result<Vec<u8>> {
    if depth > MAX_DEPTH {
        return Err(Error::Limit { what: "the depth of data objects", limit: MAX_DEPTH });
    }
    let mut out = Vec::new();
    for object in objects {
        let tag = object.tag.to_be_bytes();
        let begin = tag.iter().position(|&b| b != 0).unwrap_or(3);
        let tag = tag.get(begin..).unwrap_or_default();
        let constructed = tag.first().is_some_and(|b| b & 0x20 != 0);
        let body = match &object.content {
            Content::Value(v) if !constructed => Cow::Borrowed(v.as_ref()),
            Content::Objects(o) if constructed => Cow::Owned(write_at(o, depth + 1)?),
            _ => {
                let why = format!("tag {:#x} does not fit its content", object.tag);
                return Err(Error::Value { field: "data object", why });
            }
        };
        let length = u32::try_from(body.len())
            .map_err(|_| Error::Value { field: "data object", why: "over 4 GiB".into() })?;
        out.extend_from_slice(tag);
        let width = usize::from(object.length_width.unwrap_or(0).max(width_of(body.len())).min(4));
        if width == 0 {
            out.push(length as u8);
        } else {
            out.push(0x80 | width as u8);
            out.extend_from_slice(length.to_be_bytes().get(4 - width..).unwrap_or_default());
        }
        out.extend_from_slice(&body);
    }
    Ok(out)
}

/// All biometric information templates in these objects, in order.
pub fn templates<'t>(objects: &'t [Tlv<'_>]) -> Vec<Template<'t>> {
    let mut out = Vec::new();
    for object in objects {
        if let Content::Objects(inner) = &object.content {
            if object.tag == TAG_TEMPLATE {
                out.push(template(inner));
            } else {
                out.extend(templates(inner));
            }
        }
    }
    out
}

fn template<'t>(objects: &'t [Tlv<'_>]) -> Template<'t> {
    let mut out = Template::default();
    for object in objects {
        match (object.tag, &object.content) {
            (TAG_HEADER, Content::Objects(fields)) => {
                for field in fields {
                    let Content::Value(v) = &field.content else { continue };
                    let number = (v.len() <= 4).then(|| v.iter().fold(0, |n, &b| n << 8 | u32::from(b)));
                    let short = number.and_then(|n| u16::try_from(n).ok());
                    match field.tag {
                        0x80 => out.version = short,
                        0x81 => out.kind = number,
                        0x82 => out.subtype = number.and_then(|n| u8::try_from(n).ok()),
                        0x87 => out.format_owner = short,
                        0x88 => out.format_type = short,
                        _ => {}
                    }
                }
            }
            (TAG_DATA, Content::Value(v)) => out.data = Some(v.as_ref()),
            _ => {}
        }
    }
    out
}

/// Whether these bytes begin like biometric information templates, bare or in a travel document's
/// finger or iris data group (tags 63, 76).
pub fn is_tlv(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x7f, 0x61])
        || bytes.starts_with(&[0x7f, 0x60])
        || (bytes.first().is_some_and(|b| [0x63, 0x76].contains(b))
            && bytes.get(..8.min(bytes.len())).is_some_and(|h| h.windows(2).any(|w| w == [0x7f, 0x61])))
}
