//! What the later stages and the full comparison need of a person, sample by sample: in memory, or in a snapshot's
//! file and read when asked for.

use crate::{
    Person,
    sketch::{Sketch, descriptors, directions},
    snapshot::PartFile,
};
use finger::{Packed, Prepared};
use model::{Eye, FingerPosition};
use std::sync::Arc;

/// Which sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Finger(FingerPosition),
    Eye(Eye),
}

/// Where a sample's bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Bytes {
    Memory(Arc<[u8]>),
    /// In the file of its block.
    File {
        at: u64,
        len: u32,
    },
}

/// One sample of a person.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The person's number in the block.
    pub(crate) lane: u8,
    pub(crate) place: Place,
    pub(crate) bytes: Bytes,
}

impl Part {
    /// Offset and length in the file; none is 0.
    pub(crate) fn in_file(&self) -> (u64, u32) {
        match self.bytes {
            Bytes::File { at, len } => (at, len),
            Bytes::Memory(_) => (0, 0),
        }
    }

    /// The bytes; `buffer` is where they are put if they come from the file.
    ///
    /// # Errors
    /// Why they cannot be had.
    pub(crate) fn read<'a>(
        &'a self,
        file: Option<&PartFile>,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], String> {
        match &self.bytes {
            Bytes::Memory(bytes) => Ok(bytes),
            Bytes::File { at, len } => file.ok_or("its sample has no file")?.read(*at, *len, buffer),
        }
    }
}

/// A person made ready to be enrolled; costs about a millisecond a finger.
#[derive(Debug, Clone)]
pub struct Enrolment {
    pub(crate) fingers: Vec<(FingerPosition, Sketch)>,
    pub(crate) irises: Vec<(Eye, iris::Template)>,
    /// Fingers first, then eyes, in the orders above.
    pub(crate) parts: Vec<Part>,
}

impl Enrolment {
    /// Does what does not depend on the gallery.
    pub fn new(person: &Person) -> Self {
        let mut out = Self { fingers: Vec::new(), irises: person.irises.clone(), parts: Vec::new() };
        for (position, template) in &person.fingers {
            // What is restored later must be what was described.
            let template = template.clone().normalised();
            let prepared = Prepared::new(&template);
            let (turns, values) = (directions(&prepared), descriptors(&prepared));
            out.fingers.push((*position, Sketch::new(&values, &turns)));
            out.part(Place::Finger(*position), finger_part(template.quality, &prepared));
        }
        for (eye, template) in &person.irises {
            out.part(Place::Eye(*eye), eye_part(template));
        }
        out
    }

    fn part(&mut self, place: Place, bytes: Vec<u8>) {
        self.parts.push(Part { lane: 0, place, bytes: Bytes::Memory(bytes.into()) });
    }
}

/// An eye's stored part: quality, code words, mask words. Not the stored template, whose compact code would be
/// derived at every reading.
fn eye_part(template: &iris::Template) -> Vec<u8> {
    let mut out = vec![template.quality];
    for word in template.code.iter().chain(&template.mask) {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out
}

/// A template for the full comparison alone: its compact code is empty.
pub(crate) fn eye_from_part(bytes: &[u8]) -> Option<iris::Template> {
    let (quality, words) = bytes.split_first()?;
    let words = words.as_chunks::<8>().0;
    let (code, mask) = words.split_at_checked(iris::CODE_COLUMNS)?;
    let read = |words: &[[u8; 8]]| words.iter().map(|w| u64::from_le_bytes(*w)).collect();
    (mask.len() == iris::CODE_COLUMNS && *quality <= 100).then(|| iris::Template {
        quality: *quality,
        code: read(code),
        mask: read(mask),
        compact_code: [0; iris::COMPACT_BITS / 64],
        compact_mask: [0; iris::COMPACT_BITS / 64],
    })
}

/// A finger's stored part: its quality, and what is compared of it.
fn finger_part(quality: u8, prepared: &Prepared) -> Vec<u8> {
    [&[quality][..], &prepared.pack()].concat()
}

/// A finger as it is stored.
#[derive(Debug)]
pub(crate) struct FingerPart<'a> {
    pub(crate) quality: u8,
    pub(crate) packed: Packed<'a>,
}

impl<'a> FingerPart<'a> {
    /// Their check sum is not looked at: bytes in memory were made here, and a file's record has a tag of its own.
    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        let (quality, packed) = bytes.split_first()?;
        Some(Self { quality: *quality, packed: Packed::read_checked(packed).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eye_comes_back() {
        let words = |k: u64| (0..iris::CODE_COLUMNS as u64).map(|i| (i + k).wrapping_mul(k | 1)).collect();
        let template = iris::Template::new(50, words(11), words(0x9e37_79b9_7f4a_7c15)).unwrap();
        let back = eye_from_part(&eye_part(&template)).unwrap();
        assert_eq!(iris::Template::new(back.quality, back.code, back.mask), Ok(template.clone()));
        assert!(eye_from_part(&eye_part(&template)[1..]).is_none());
    }

    #[test]
    fn a_part_comes_back_and_short_ones_are_refused() {
        let prepared = Prepared::new(&finger::Template::default());
        let bytes = finger_part(70, &prepared);
        let part = FingerPart::from_bytes(&bytes).unwrap();
        assert_eq!((part.quality, part.packed.prepared().pack()), (70, prepared.pack()));
        for cut in 0..bytes.len() {
            assert!(FingerPart::from_bytes(&bytes[..cut]).is_none());
        }
    }
}
