//! Typed views of records. A view borrows its record and reads a field when it is asked; a field that
//! is missing or does not parse gives none, and [`crate::validate`] says why.

mod cbeff;
mod friction;
mod header;
mod iris;
mod minutiae;
mod photo;

use std::borrow::Cow;

pub use cbeff::{AssuranceEvent, Type98, Type99};
pub use friction::{
    AlternateSegment, Amputation, FrictionImage, PositionBox, PositionDescriptor, Quality, Segment,
};
pub use header::{Domain, Type1, Type2};
pub use iris::{BOUNDARY_POINTS_MAX, IrisBoundary, Type17};
pub use minutiae::{
    Minutia, MinutiaKind, MinutiaeFormat, MinutiaeSet, Origin, RidgeCount, Singularity, Type9, Unit,
};
pub use photo::{MarkDescriptor, Type10};

use crate::record::{Record, TaggedRecord};
use crate::{Subfield, Transaction};

/// Declares a view of tagged records of some types.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident: $($record_type:literal)|+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'t>(&'t crate::record::TaggedRecord<'t>);

        impl<'t> $name<'t> {
            /// The view of a record, if the record's type is right.
            pub fn of(record: &'t crate::record::TaggedRecord<'_>) -> Option<Self> {
                matches!(record.record_type(), $($record_type)|+).then_some($name(record))
            }

            /// The record behind the view.
            pub fn record(&self) -> &'t crate::record::TaggedRecord<'t> {
                self.0
            }
        }
    };
}
pub(crate) use view;

impl<'a> Transaction<'a> {
    /// The Type-1 record.
    pub fn type1(&self) -> Option<Type1<'_>> {
        self.header_record().and_then(Type1::of)
    }

    /// The user-defined text records, type 2.
    pub fn type2(&self) -> impl Iterator<Item = Type2<'_>> + '_ {
        self.tagged().filter_map(Type2::of)
    }

    /// The minutiae records, type 9.
    pub fn type9(&self) -> impl Iterator<Item = Type9<'_>> + '_ {
        self.tagged().filter_map(Type9::of)
    }

    /// The photographs, type 10.
    pub fn type10(&self) -> impl Iterator<Item = Type10<'_>> + '_ {
        self.tagged().filter_map(Type10::of)
    }

    /// The tagged friction ridge images: latents (13), fingers (14), palms (15), soles (19).
    pub fn friction_images(&self) -> impl Iterator<Item = FrictionImage<'_>> + '_ {
        self.tagged().filter_map(FrictionImage::of)
    }

    /// The irises, type 17.
    pub fn type17(&self) -> impl Iterator<Item = Type17<'_>> + '_ {
        self.tagged().filter_map(Type17::of)
    }

    /// The information assurance records, type 98.
    pub fn type98(&self) -> impl Iterator<Item = Type98<'_>> + '_ {
        self.tagged().filter_map(Type98::of)
    }

    /// The CBEFF records, type 99.
    pub fn type99(&self) -> impl Iterator<Item = Type99<'_>> + '_ {
        self.tagged().filter_map(Type99::of)
    }

    /// All tagged records in order.
    pub fn tagged(&self) -> impl Iterator<Item = &TaggedRecord<'a>> + '_ {
        self.records().iter().filter_map(Record::tagged)
    }
}

/// The subfields of a field, at most [`crate::limits::SUBFIELDS_MAX`] of them.
fn subfields<'t>(record: &'t TaggedRecord<'_>, number: u16) -> impl Iterator<Item = Subfield<'t>> + 't {
    let fields = record.field(number).into_iter();
    fields.flat_map(|field| field.subfields()).take(crate::limits::SUBFIELDS_MAX)
}

/// An item as text; none where it is missing or empty.
fn item<'t>(record: &'t TaggedRecord<'_>, subfield: Subfield<'t>, index: usize) -> Option<Cow<'t, str>> {
    let bytes = subfield.item(index).filter(|bytes| !bytes.is_empty())?;
    Some(record.encoding().decode(bytes))
}

/// An item as a number that fits.
fn number<T: TryFrom<u64>>(subfield: Subfield<'_>, index: usize) -> Option<T> {
    T::try_from(subfield.number(index)?).ok()
}
