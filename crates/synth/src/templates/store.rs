//! A gallery of drawn templates as a stream of bytes.
//!
//! All numbers little-endian. A header of 40 bytes: `RLTPL001`, seed (u64), number of the first person (u64),
//! encounter (u32), bits of the finger positions 1 to 10 from bit 1 on with irises in bit 0 (u32), [`GENERATOR`] (u64). Then one
//! record a person, in order: length of what follows in the record (u32), number of the person (u64), number of
//! templates (u8), and for each: 1 finger or 2 iris (u8), position or eye code (u8), length (u32) and the template's
//! stored form. A stream may end anywhere; what is whole before the end counts.

use super::TemplatePerson;
use model::FingerPosition;
use std::io::{self, Read, Seek, SeekFrom};

/// First bytes; the last three digits are the layout's version.
const MAGIC: [u8; 8] = *b"RLTPL001";
/// What drew the people; counts up whenever the same seed gives other templates, so that no file is completed, and no
/// encounter searched against another, across such a change.
pub const GENERATOR: u64 = 2;
/// Bytes of the header.
pub const HEADER_BYTES: u64 = 40;
/// Most bytes of one record: ten finger templates of at most 3 KiB and two of 4 KiB would fill two thirds of it.
const MOST_RECORD_BYTES: u32 = 1 << 16;
/// Kinds of templates.
const FINGER: u8 = 1;
const IRIS: u8 = 2;

/// What a stream holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Seed of the world.
    pub seed: u64,
    /// Number of the first person.
    pub first: u64,
    /// Which encounter of each person.
    pub encounter: u32,
    /// Bit n set: finger position n; bit 0: irises.
    pub parts: u32,
    /// What drew them: [`GENERATOR`], or another's number.
    pub generator: u64,
}

impl Header {
    /// The header's bytes.
    pub fn to_bytes(self) -> [u8; HEADER_BYTES as usize] {
        let mut out = [0; HEADER_BYTES as usize];
        let fields = [
            &MAGIC[..],
            &self.seed.to_le_bytes(),
            &self.first.to_le_bytes(),
            &self.encounter.to_le_bytes(),
            &self.parts.to_le_bytes(),
            &self.generator.to_le_bytes(),
        ];
        let mut at = 0;
        for field in fields {
            out[at..at + field.len()].copy_from_slice(field);
            at += field.len();
        }
        out
    }

    /// Reads a header; none where the bytes are no such header.
    pub fn from_bytes(bytes: &[u8; HEADER_BYTES as usize]) -> Option<Self> {
        let eight = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        let four = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
        let header = Self {
            seed: eight(8)?,
            first: eight(16)?,
            encounter: four(24)?,
            parts: four(28)?,
            generator: eight(32)?,
        };
        bytes.starts_with(&MAGIC).then_some(header)
    }

    /// The finger positions it names.
    pub fn positions(&self) -> Vec<FingerPosition> {
        FingerPosition::TEN.into_iter().filter(|p| self.parts >> p.code() & 1 == 1).collect()
    }

    /// The record of one person; always the same bytes.
    ///
    /// # Errors
    /// [`iris::TemplateError`] is passed on; it does not happen.
    pub fn record(&self, index: u64) -> Result<Vec<u8>, iris::TemplateError> {
        let person = TemplatePerson::with_fingers(self.seed, index, &self.positions());
        let mut parts: Vec<(u8, u8, Vec<u8>)> = person
            .fingers(self.encounter)
            .into_iter()
            .map(|(position, template)| (FINGER, position.code(), template.to_bytes()))
            .collect();
        if self.parts & 1 == 1 {
            let irises = person.irises(self.encounter)?;
            parts.extend(irises.into_iter().map(|(eye, t)| (IRIS, eye.code(), t.to_bytes())));
        }
        let mut out = vec![0; 4];
        out.extend_from_slice(&index.to_le_bytes());
        out.push(parts.len() as u8);
        for (kind, code, bytes) in parts {
            out.extend_from_slice(&[kind, code]);
            out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
            out.extend_from_slice(&bytes);
        }
        let length = (out.len() - 4) as u32;
        out[..4].copy_from_slice(&length.to_le_bytes());
        Ok(out)
    }
}

/// Whole records of a stream and the place where they end, from the start of the stream; by lengths alone.
///
/// # Errors
/// What the stream says; a length beyond any record's is [`io::ErrorKind::InvalidData`].
pub fn whole_records(stream: &mut (impl Read + Seek)) -> io::Result<(u64, u64)> {
    let size = stream.seek(SeekFrom::End(0))?;
    let mut stream = io::BufReader::with_capacity(1 << 16, stream);
    let mut at = stream.seek(SeekFrom::Start(HEADER_BYTES))?;
    let mut records = 0;
    while at + 4 <= size {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > MOST_RECORD_BYTES {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a record of {length} bytes at {at}"),
            ));
        }
        let next = at + 4 + u64::from(length);
        if next > size {
            break;
        }
        stream.seek_relative(i64::from(length))?;
        (at, records) = (next, records + 1);
    }
    Ok((records, at))
}

/// One person of a stream.
#[derive(Debug, Default)]
pub struct Stored {
    /// Number of the person.
    pub index: u64,
    /// Finger templates.
    pub fingers: Vec<(FingerPosition, finger::Template)>,
    /// Iris templates.
    pub irises: Vec<(model::Eye, iris::Template)>,
}

/// The next person of a stream behind its header; none at its end, also where a record is cut off.
///
/// # Errors
/// What the stream says; bytes that are no record are [`io::ErrorKind::InvalidData`].
pub fn read_person(stream: &mut impl Read) -> io::Result<Option<Stored>> {
    let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut length = [0; 4];
    if let Err(error) = stream.read_exact(&mut length) {
        return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    let length = u32::from_le_bytes(length);
    if length > MOST_RECORD_BYTES {
        return Err(wrong("a record too long"));
    }
    let mut body = Vec::new();
    stream.take(u64::from(length)).read_to_end(&mut body)?;
    if body.len() < length as usize {
        return Ok(None);
    }
    let mut rest = body.as_slice();
    let mut cut = |n: usize| {
        let (head, tail) = rest.split_at_checked(n).ok_or_else(|| wrong("a record cut short"))?;
        rest = tail;
        Ok::<&[u8], io::Error>(head)
    };
    let index = cut(8)?.try_into().map(u64::from_le_bytes).map_err(|_| wrong("number"))?;
    let mut person = Stored { index, ..Stored::default() };
    let count = cut(1)?.first().copied().unwrap_or(0);
    for _ in 0..count {
        let [kind, code] = <[u8; 2]>::try_from(cut(2)?).map_err(|_| wrong("kind"))?;
        let length = cut(4)?.try_into().map(u32::from_le_bytes).map_err(|_| wrong("length"))?;
        let bytes = cut(length as usize)?;
        match kind {
            FINGER => {
                let position = FingerPosition::TEN.into_iter().find(|p| p.code() == code);
                let template = finger::Template::from_bytes(bytes).map_err(|e| wrong(&e.to_string()))?;
                person.fingers.push((position.ok_or_else(|| wrong("position"))?, template));
            }
            IRIS => {
                let eye = [model::Eye::Right, model::Eye::Left].into_iter().find(|e| e.code() == code);
                let template = iris::Template::from_bytes(bytes).map_err(|e| wrong(&e.to_string()))?;
                person.irises.push((eye.ok_or_else(|| wrong("eye"))?, template));
            }
            _ => return Err(wrong("a template of an unknown kind")),
        }
    }
    Ok(Some(person))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_read_as_written_and_cut_where_it_breaks() {
        let header =
            Header { seed: 3, first: 7, encounter: 1, parts: 1 | 1 << 2 | 1 << 7, generator: GENERATOR };
        assert_eq!(Header::from_bytes(&header.to_bytes()), Some(header));
        let mut bytes = header.to_bytes().to_vec();
        for index in 7..10 {
            bytes.extend(header.record(index).unwrap());
        }
        let mut stream = &bytes[HEADER_BYTES as usize..];
        for index in 7..10 {
            let person = read_person(&mut stream).unwrap().unwrap();
            assert_eq!(person.index, index);
            let codes: Vec<u8> = person.fingers.iter().map(|f| f.0.code()).collect();
            assert_eq!((codes, person.irises.len()), (vec![2, 7], 2));
            let made = TemplatePerson::with_fingers(3, index, &header.positions()).fingers(1);
            assert_eq!(person.fingers, made);
        }
        assert!(read_person(&mut stream).unwrap().is_none());
        // Cut anywhere, the whole records are those before the cut.
        let ends: Vec<u64> = (1..=3)
            .map(|n| HEADER_BYTES + (0..n).map(|i| header.record(7 + i).unwrap().len() as u64).sum::<u64>())
            .collect();
        for cut in [ends[0] - 1, ends[0], ends[1] + 2, ends[1] + 500, ends[2]] {
            let mut file = io::Cursor::new(&bytes[..cut as usize]);
            let whole = ends.iter().filter(|e| **e <= cut).count() as u64;
            let end = ends.iter().rev().find(|e| **e <= cut).copied().unwrap_or(HEADER_BYTES);
            assert_eq!(whole_records(&mut file).unwrap(), (whole, end), "cut at {cut}");
        }
        bytes[HEADER_BYTES as usize + 3] = 0x7f;
        assert!(whole_records(&mut io::Cursor::new(&bytes)).is_err());
        assert!(read_person(&mut &bytes[HEADER_BYTES as usize..]).is_err());
    }
}
