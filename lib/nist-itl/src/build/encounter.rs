//! A person's visit to a station as a transaction.

use super::{BuildError, Header, ImageData, Text, assemble};
use crate::image::Eye;
use crate::profile::Profile;
use crate::record::TaggedRecord;
use crate::record::{BinaryRecord, FrictionHeader, Record};
use crate::types::{Amputation, MarkDescriptor, Segment};
use crate::{Field, Transaction};

/// A finger, a slap or a palm.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finger<'a> {
    /// Friction ridge position (table `FrictionRidgePosition`).
    pub position: u16,
    /// Impression type (table `ImpressionType`).
    pub impression: u8,
    /// Source agency.
    pub source: String,
    /// Capture date, `YYYYMMDD`.
    pub date: String,
    /// The image; none where all that belongs there is missing, which `amputations` must then say.
    pub image: Option<ImageData<'a>>,
    /// Positions that are missing.
    pub amputations: Vec<Amputation<'a>>,
    /// Fingers within a slap.
    pub segments: Vec<Segment>,
    /// Position, score 0-100, vendor (four hexadecimal digits) and algorithm of quality measures.
    pub quality: Vec<(u16, u16, u16, u16)>,
}

impl<'a> Finger<'a> {
    /// An image of a position.
    pub fn new(position: u16, impression: u8, source: &str, date: &str, image: ImageData<'a>) -> Self {
        Finger {
            position,
            impression,
            source: source.to_owned(),
            date: date.to_owned(),
            image: Some(image),
            amputations: Vec::new(),
            segments: Vec::new(),
            quality: Vec::new(),
        }
    }

    /// A position without an image, and why: `XX` amputated, `UP` unable to print.
    pub fn absent(position: u16, impression: u8, source: &str, date: &str, reason: &'a str) -> Self {
        let amputations = vec![Amputation { position, reason: reason.into() }];
        Finger {
            position,
            impression,
            source: source.to_owned(),
            date: date.to_owned(),
            image: None,
            amputations,
            segments: Vec::new(),
            quality: Vec::new(),
        }
    }

    /// Names a finger that is missing from a slap.
    #[must_use]
    pub fn missing(mut self, position: u16, reason: &'a str) -> Self {
        self.amputations.push(Amputation { position, reason: reason.into() });
        self
    }

    /// Says where a finger lies in a slap.
    #[must_use]
    pub fn segment(mut self, segment: Segment) -> Self {
        self.segments.push(segment);
        self
    }

    /// Adds a quality score of a finger, with the vendor and algorithm that gave it.
    #[must_use]
    pub fn quality(mut self, position: u16, score: u16, vendor: u16, algorithm: u16) -> Self {
        self.quality.push((position, score, vendor, algorithm));
        self
    }

    fn guard(&self, record_type: u8, text: &mut Text<'_>) {
        text.guard(record_type, 4, [self.source.as_str()]);
        text.guard(record_type, 5, [self.date.as_str()]);
        text.guard(record_type, 18, self.amputations.iter().map(|entry| &*entry.reason));
    }

    /// A Type-4 record. What does not fit its fields becomes 0, which the checks then refuse.
    fn binary(self) -> BinaryRecord<'a> {
        const UNUSED: u8 = 255;
        let position = u8::try_from(self.position).unwrap_or(UNUSED);
        let (hll, vll, cga, data) = self.image.map_or((0, 0, UNUSED, [].as_slice()), |image| {
            let side = |pixels: u32| u16::try_from(pixels).unwrap_or(0);
            (side(image.width), side(image.height), image.compression.code().unwrap_or(UNUSED), image.data)
        });
        let fgp = [position, UNUSED, UNUSED, UNUSED, UNUSED, UNUSED];
        BinaryRecord::friction(
            4,
            0,
            FrictionHeader { imp: self.impression, fgp, isr: 0, hll, vll, cga },
            data,
        )
    }

    fn record(self, record_type: u8) -> TaggedRecord<'a> {
        let mut record = TaggedRecord::new(record_type);
        record.set_text(3, self.impression.to_string());
        record.set_text(4, self.source).set_text(5, self.date);
        if let Some(image) = self.image {
            image.put(&mut record);
            record.set_text(12, image.bits.to_string());
        }
        record.set_text(13, self.position.to_string());
        // Latents use these numbers for other things, palms the second.
        if !self.amputations.is_empty() && record_type != 13 {
            let entries =
                self.amputations.iter().map(|entry| [entry.position.to_string(), entry.reason.to_string()]);
            record.set(Field::from_subfields(18, entries));
        }
        if !self.segments.is_empty() && record_type == 14 {
            let entries = self.segments.iter().map(|entry| {
                [u32::from(entry.position), entry.left, entry.right, entry.top, entry.bottom]
                    .map(|value| value.to_string())
            });
            record.set(Field::from_subfields(21, entries));
        }
        if !self.quality.is_empty() {
            let entries = self.quality.iter().map(|(position, score, vendor, algorithm)| {
                [position.to_string(), score.to_string(), format!("{vendor:04X}"), algorithm.to_string()]
            });
            record.set(Field::from_subfields(24, entries));
        }
        record
    }
}

/// An iris.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Iris<'a> {
    /// Which eye.
    pub eye: Eye,
    /// Source agency.
    pub source: String,
    /// Capture date, `YYYYMMDD`.
    pub date: String,
    /// The image, or why there is none: `MA` missing or artificial eye, `UC` unable to capture.
    pub image: Result<ImageData<'a>, String>,
    /// Acquisition lighting, `NIR` for screening cameras.
    pub lighting: Option<String>,
    /// Diameter of the iris in pixels.
    pub diameter_px: Option<u16>,
}

impl<'a> Iris<'a> {
    /// An image of an eye in near infrared.
    pub fn new(eye: Eye, source: &str, date: &str, image: ImageData<'a>) -> Self {
        Iris {
            eye,
            source: source.to_owned(),
            date: date.to_owned(),
            image: Ok(image),
            lighting: Some("NIR".to_owned()),
            diameter_px: None,
        }
    }

    /// An eye without an image, and why.
    pub fn absent(eye: Eye, source: &str, date: &str, reason: &str) -> Self {
        Iris {
            eye,
            source: source.to_owned(),
            date: date.to_owned(),
            image: Err(reason.to_owned()),
            lighting: None,
            diameter_px: None,
        }
    }

    fn record(self) -> TaggedRecord<'a> {
        let mut record = TaggedRecord::new(17);
        record.set_text(3, self.eye.code().to_string());
        record.set_text(4, self.source).set_text(5, self.date);
        match self.image {
            Ok(image) => {
                image.put(&mut record);
                record.set_text(12, image.bits.to_string());
                record.set_text(13, if image.bits > 8 { "SRGB" } else { "GRAY" });
            }
            Err(reason) => {
                record.set_text(28, reason);
            }
        }
        if let Some(lighting) = self.lighting {
            record.set_text(25, lighting);
        }
        if let Some(diameter) = self.diameter_px {
            record.set_text(26, diameter.to_string());
        }
        record
    }
}

/// A photograph of a scar, mark or tattoo, or of a face where the agreement allows one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mark<'a> {
    /// `SCAR`, `MARK`, `TATTOO`, `FACE` or another image type (table `ImageType`).
    pub image_type: String,
    /// Source agency.
    pub source: String,
    /// Date of the photograph, `YYYYMMDD`.
    pub date: String,
    /// The image.
    pub image: ImageData<'a>,
    /// NCIC codes (table `NcicSmt`).
    pub codes: Vec<String>,
    /// Descriptors.
    pub descriptors: Vec<MarkDescriptor<'a>>,
}

impl<'a> Mark<'a> {
    /// A photograph with an NCIC code.
    pub fn new(image_type: &str, code: &str, source: &str, date: &str, image: ImageData<'a>) -> Self {
        Mark {
            image_type: image_type.to_owned(),
            source: source.to_owned(),
            date: date.to_owned(),
            image,
            codes: vec![code.to_owned()],
            descriptors: Vec::new(),
        }
    }

    /// Adds a descriptor.
    #[must_use]
    pub fn descriptor(mut self, descriptor: MarkDescriptor<'a>) -> Self {
        self.descriptors.push(descriptor);
        self
    }

    fn record(self) -> TaggedRecord<'a> {
        let mut record = TaggedRecord::new(10);
        record.set_text(3, self.image_type);
        record.set_text(4, self.source).set_text(5, self.date);
        self.image.put(&mut record);
        record.set_text(12, if self.image.bits > 8 { "SRGB" } else { "GRAY" });
        if !self.codes.is_empty() {
            record.set(Field::from_subfields(40, self.codes.iter().map(|code| [code])));
        }
        if !self.descriptors.is_empty() {
            let entries = self.descriptors.iter().map(|entry| {
                let items = [
                    Some(&entry.kind),
                    entry.class.as_ref(),
                    entry.subclass.as_ref(),
                    entry.description.as_ref(),
                ];
                let used = items.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
                items
                    .into_iter()
                    .take(used)
                    .map(|item| item.map(|item| item.to_string()).unwrap_or_default())
                    .collect::<Vec<_>>()
            });
            record.set(Field::from_subfields(42, entries));
        }
        record
    }
}

/// Builds a submission: a ten-print enrolment, a rapid search, irises, marks, or all of them.
#[derive(Debug, Clone)]
pub struct Encounter<'a> {
    profile: &'a Profile,
    header: Header,
    text: Text<'a>,
    records: Vec<Record<'a>>,
    /// Resolution of the Type-4 images, pixels per inch.
    nominal_ppi: Option<u32>,
}

impl<'a> Encounter<'a> {
    /// Begins a transaction of the header's type in a profile.
    pub fn new(profile: &'a Profile, header: Header) -> Self {
        Encounter { profile, header, text: Text::new(), records: Vec::new(), nominal_ppi: None }
    }

    /// Sets a Type-2 field to one value. A value with a separator is refused by `finish`.
    #[must_use]
    pub fn text(mut self, number: u16, value: &str) -> Self {
        self.text.set(number, value);
        self
    }

    /// Sets a Type-2 field of subfields and items.
    #[must_use]
    pub fn field(mut self, field: Field<'a>) -> Self {
        self.text.record.set(field);
        self
    }

    /// Adds a finger or slap (Type-14).
    #[must_use]
    pub fn finger(mut self, finger: Finger<'a>) -> Self {
        finger.guard(14, &mut self.text);
        self.records.push(finger.record(14).into());
        self
    }

    /// Adds a finger or slap as a binary record (Type-4), which some partners still ask for. All of
    /// them must have one resolution, which 1.012 tells; missing fingers and segments have no place there.
    #[must_use]
    pub fn binary_finger(mut self, finger: Finger<'a>) -> Self {
        self.nominal_ppi = self.nominal_ppi.or(finger.image.map(|image| image.ppi));
        self.records.push(finger.binary().into());
        self
    }

    /// Adds a palm (Type-15).
    #[must_use]
    pub fn palm(mut self, palm: Finger<'a>) -> Self {
        palm.guard(15, &mut self.text);
        self.records.push(palm.record(15).into());
        self
    }

    /// Adds a latent print (Type-13).
    #[must_use]
    pub fn latent(mut self, latent: Finger<'a>) -> Self {
        latent.guard(13, &mut self.text);
        self.records.push(latent.record(13).into());
        self
    }

    /// Adds an iris (Type-17).
    #[must_use]
    pub fn iris(mut self, iris: Iris<'a>) -> Self {
        let text = &mut self.text;
        text.guard(17, 4, [iris.source.as_str()]);
        text.guard(17, 5, [iris.date.as_str()]);
        text.guard(17, 25, iris.lighting.as_deref());
        text.guard(17, 28, iris.image.as_ref().err().map(String::as_str));
        self.records.push(iris.record().into());
        self
    }

    /// Adds a photograph (Type-10).
    #[must_use]
    pub fn mark(mut self, mark: Mark<'a>) -> Self {
        let text = &mut self.text;
        text.guard(10, 3, [mark.image_type.as_str()]);
        text.guard(10, 4, [mark.source.as_str()]);
        text.guard(10, 5, [mark.date.as_str()]);
        text.guard(10, 40, mark.codes.iter().map(String::as_str));
        for entry in &mark.descriptors {
            let more = [&entry.class, &entry.subclass, &entry.description].into_iter().flatten();
            text.guard(10, 42, std::iter::once(&entry.kind).chain(more).map(|item| &**item));
        }
        self.records.push(mark.record().into());
        self
    }

    /// Adds any other tagged record; its IDC is set by its place.
    #[must_use]
    pub fn record(mut self, record: TaggedRecord<'a>) -> Self {
        self.records.push(record.into());
        self
    }

    /// The transaction.
    ///
    /// # Errors
    /// When it would break a rule of the standard or of the profile: the findings tell which.
    pub fn finish(self) -> Result<Transaction<'a>, BuildError> {
        assemble(self.profile, &self.header, self.nominal_ppi, self.text.finish(&self.header)?, self.records)
    }
}
