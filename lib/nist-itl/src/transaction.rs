//! A transaction: a Type-1 record and the records that it announces.

use std::borrow::Cow;

use crate::image::{ImageRef, images_of};
use crate::record::{Record, TaggedRecord};
use crate::text::Encoding;
use crate::writer::{self, WriteError};

/// A transaction as read or as built. The first record is of Type-1 and no other is, unless an edit
/// through [`Transaction::records_mut`] makes it otherwise; the writer then refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction<'a> {
    pub(crate) records: Vec<Record<'a>>,
    pub(crate) trailing: Cow<'a, [u8]>,
}

impl<'a> Transaction<'a> {
    /// A transaction of a Type-1 record and others. None when the first is not a tagged Type-1 record
    /// or another one is.
    pub fn new(records: Vec<Record<'a>>) -> Option<Self> {
        let (first, rest) = records.split_first()?;
        let sound = matches!(first, Record::Tagged(record) if record.record_type() == 1)
            && rest.iter().all(|record| record.record_type() != 1);
        sound.then_some(Transaction { records, trailing: Cow::Borrowed(&[]) })
    }

    /// All records; the first is the Type-1 record.
    pub fn records(&self) -> &[Record<'a>] {
        &self.records
    }

    /// The records for editing. The writer corrects lengths and 1.003 afterwards.
    pub fn records_mut(&mut self) -> &mut Vec<Record<'a>> {
        &mut self.records
    }

    /// The records of one type, in order.
    pub fn of_type(&self, record_type: u8) -> impl Iterator<Item = &Record<'a>> + '_ {
        self.records.iter().filter(move |record| record.record_type() == record_type)
    }

    /// The tagged records of one type, in order.
    pub fn tagged_of_type(&self, record_type: u8) -> impl Iterator<Item = &TaggedRecord<'a>> + '_ {
        self.of_type(record_type).filter_map(Record::tagged)
    }

    /// The records that share an IDC: an image, its minutiae, its source. An IDC may repeat within a
    /// type too, as several views of one mark do.
    pub fn with_idc(&self, idc: u32) -> impl Iterator<Item = &Record<'a>> + '_ {
        self.records.iter().filter(move |record| record.idc() == Some(idc))
    }

    /// Bytes after the last record that could be read; empty in a sound file. Where a file holds several
    /// transactions, the next one: read it in its turn.
    pub fn trailing(&self) -> &[u8] {
        &self.trailing
    }

    /// The encoding that 1.015 names.
    pub fn encoding(&self) -> Encoding {
        self.header_record().map_or(Encoding::Ascii, TaggedRecord::declared_encoding)
    }

    /// Every image: fingerprints, palms, soles, latents, faces, marks, irises, signatures, in order.
    pub fn images(&self) -> impl Iterator<Item = ImageRef<'_>> + '_ {
        images_of(self)
    }

    /// The file: lengths and 1.003 made right where they are not, all else as it is. A conforming
    /// file comes back byte for byte.
    ///
    /// # Errors
    /// When a value holds a byte that separates fields or records, or a size does not fit its field.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WriteError> {
        writer::write(self)
    }

    /// The same transaction without a borrow; copies the payloads.
    pub fn into_owned(self) -> Transaction<'static> {
        Transaction {
            records: self.records.into_iter().map(Record::into_owned).collect(),
            trailing: Cow::Owned(self.trailing.into_owned()),
        }
    }

    pub(crate) fn header_record(&self) -> Option<&TaggedRecord<'a>> {
        self.records.first().and_then(Record::tagged)
    }
}
