//! What the later stages and the full comparison need of a person, sample by sample: in memory, or in a snapshot's
//! file and read when asked for.

use crate::{
    Person,
    kernels::WIDE,
    sketch::{Sketch, descriptors, directions},
    snapshot::PartFile,
};
use finger::Prepared;
use model::{Eye, FingerPosition};
use std::{borrow::Cow, sync::Arc};

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
            let stored = FingerPart { template: Cow::Owned(template.to_bytes()), turns, values };
            out.part(Place::Finger(*position), stored.to_bytes());
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

/// A finger's stored part: its template, directions and descriptors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FingerPart<'a> {
    pub(crate) template: Cow<'a, [u8]>,
    pub(crate) turns: Vec<u8>,
    pub(crate) values: Vec<i8>,
}

impl<'a> FingerPart<'a> {
    /// Number of descriptors (u16), directions, descriptors, then the template.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 + self.turns.len() * (WIDE + 1) + self.template.len());
        out.extend_from_slice(&(self.turns.len() as u16).to_le_bytes());
        out.extend_from_slice(&self.turns);
        out.extend(self.values.iter().map(|v| *v as u8));
        out.extend_from_slice(&self.template);
        out
    }

    pub(crate) fn from_bytes(bytes: &'a [u8]) -> Option<Self> {
        let (count, rest) = bytes.split_first_chunk::<2>()?;
        let count = usize::from(u16::from_le_bytes(*count));
        let (turns, rest) = rest.split_at_checked(count)?;
        let (values, template) = rest.split_at_checked(count * WIDE)?;
        let values = values.iter().map(|v| *v as i8).collect();
        Some(Self { template: Cow::Borrowed(template), turns: turns.to_vec(), values })
    }

    /// Ready for the full comparison.
    pub(crate) fn prepared(&self) -> Option<Prepared> {
        let template = finger::Template::from_bytes(&self.template).ok()?;
        Prepared::restore(&template, &self.values)
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
        let part = FingerPart {
            template: Cow::Owned(finger::Template::default().to_bytes()),
            turns: vec![3, 200],
            values: (0..2 * WIDE as i32).map(|v| (v - 60) as i8).collect(),
        };
        let bytes = part.to_bytes();
        assert_eq!(FingerPart::from_bytes(&bytes), Some(part));
        for cut in 0..2 + 2 * (WIDE + 1) {
            assert_eq!(FingerPart::from_bytes(&bytes[..cut]), None);
        }
    }
}
