//! Synthetic people, drawn once and kept.

use super::{BenchError, Options, Progress};
use gallery::{Enrolment, Gallery, Person, snapshot};
use model::FingerPosition;
use rayon::prelude::*;
use synth::templates::TemplatePerson;

/// Persons of a file: what is lost when a run is broken off.
const CHUNK: usize = 500;
/// Nobody is behind these templates, so the files need no secret.
const KEY: [u8; 32] = [0; 32];

/// What is drawn of everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Ten fingers and two irises.
    Person,
    /// One index finger.
    Finger,
    /// One eye.
    Iris,
}

impl Sample {
    /// What its files are called, and what a run says it draws.
    fn name(self) -> &'static str {
        match self {
            Self::Person => "people",
            Self::Finger => "fingers",
            Self::Iris => "eyes",
        }
    }

    /// Person `index` as seen in an encounter; 0 is what was enrolled. A sample is the same one whatever else is
    /// drawn.
    pub(super) fn of(self, seed: u64, index: u64, encounter: u32) -> Result<Person, BenchError> {
        let positions = match self {
            Self::Person => &FingerPosition::TEN[..],
            Self::Finger => &[FingerPosition::RightIndex][..],
            Self::Iris => &[][..],
        };
        let person = TemplatePerson::with_fingers(seed, index, positions);
        let mut irises = if self == Self::Finger { Vec::new() } else { person.irises(encounter)? };
        if self == Self::Iris {
            irises.truncate(1);
        }
        Ok(Person { fingers: person.fingers(encounter), irises })
    }
}

pub(super) fn drawn(sample: Sample, options: &Options, progress: Progress) -> Result<Gallery, BenchError> {
    std::fs::create_dir_all(&options.cache)
        .map_err(|source| BenchError::Cache { path: options.cache.clone(), source })?;
    let total = options.drawn.min(options.people);
    let what = format!("drawing {}, or reading drawn ones", sample.name());
    let mut all = Vec::new();
    for first in (0..total).step_by(CHUNK) {
        progress(&what, first as u64, total as u64);
        let last = (first + CHUNK).min(total);
        let path = options.cache.join(format!("{}-{}-{first}-{last}.snapshot", sample.name(), options.seed));
        // A file of other algorithms is no use: drawn again.
        let kept = snapshot::load(&path, &KEY).ok().filter(|loaded| loaded.lost.is_empty());
        if let Some(kept) = kept {
            all.push(kept.gallery);
            continue;
        }
        let enrolled: Vec<(u64, Enrolment)> = (first as u64..last as u64)
            .into_par_iter()
            .map(|index| Ok((index, Enrolment::new(&sample.of(options.seed, index, 0)?))))
            .collect::<Result<_, BenchError>>()?;
        let mut gallery = Gallery::new();
        for (index, enrolment) in &enrolled {
            gallery.enrol(u128::from(*index), enrolment);
        }
        snapshot::write(&gallery.view(), &path, &KEY)?;
        all.push(snapshot::load(&path, &KEY)?.gallery);
    }
    progress(&what, total as u64, total as u64);
    Ok(Gallery::joined(&all))
}
