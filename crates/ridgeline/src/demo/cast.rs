//! The people of the story: all synthetic, each captured anew every time.

use anyhow::{Context, Result};
use exchange::ItemKind;
use hub::EntryFile;
use model::{Eye, FingerPosition};
use station::Sample;
use synth::{Person, eye, finger};

/// One image with its place.
pub(crate) struct Shot {
    kind: ItemKind,
    name: String,
    png: Vec<u8>,
}

/// What is captured of a person.
#[derive(Clone, Copy)]
pub(crate) struct Set {
    pub(crate) fingers: &'static [FingerPosition],
    pub(crate) eyes: bool,
}

/// Ten fingers and two eyes.
pub(crate) const FULL: Set = Set { fingers: &FingerPosition::TEN, eyes: true };

/// Six fingers, as a mobile station takes them.
pub(crate) const RAPID: Set = Set {
    fingers: &[
        FingerPosition::RightThumb,
        FingerPosition::RightIndex,
        FingerPosition::RightMiddle,
        FingerPosition::LeftThumb,
        FingerPosition::LeftIndex,
        FingerPosition::LeftMiddle,
    ],
    eyes: false,
};

/// A person is presented: the same person gives other images each `time`.
pub(crate) fn capture(person: &Person, set: Set, time: u64) -> Result<Vec<Shot>> {
    let mut shots = Vec::new();
    for position in set.fingers {
        if person.absent.iter().any(|(p, _)| p == position) {
            continue;
        }
        shots.push(finger(person, *position, time)?);
    }
    if set.eyes {
        for side in [Eye::Right, Eye::Left] {
            let identity = person.iris(side).context("a side is named")?;
            let seed = person.key() ^ (time << 32) ^ u64::from(side.code());
            let condition = eye::Condition::draw(eye::Preset::Enrolment, seed);
            let shot = eye::eye(&identity, &condition, seed)?;
            shots.push(Shot {
                kind: ItemKind::Iris { eye: side },
                name: format!("{side}.png").replace(' ', "-"),
                png: raster::encode_png(&shot.image)?,
            });
        }
    }
    Ok(shots)
}

/// One finger.
pub(crate) fn finger(person: &Person, position: FingerPosition, time: u64) -> Result<Shot> {
    let master = person.finger(position).context("a single finger")?;
    let seed = person.key() ^ (time << 32) ^ u64::from(position.code()) << 8;
    let condition = finger::Condition::draw(finger::Preset::Enrolment, seed);
    let print = finger::impression(master, &condition, seed)?;
    Ok(Shot {
        kind: ItemKind::Finger { position, ppi: Some(500) },
        name: format!("{position}.png").replace(' ', "-"),
        png: raster::encode_png(&print.image)?,
    })
}

/// As files of a list entry.
pub(crate) fn files(shots: Vec<Shot>) -> Vec<EntryFile> {
    shots.into_iter().map(|s| EntryFile { kind: s.kind, name: s.name, bytes: s.png }).collect()
}

/// As samples of an encounter.
pub(crate) fn samples(shots: Vec<Shot>) -> Vec<Sample> {
    shots.into_iter().map(|s| Sample { kind: s.kind, name: s.name, bytes: s.png }).collect()
}
