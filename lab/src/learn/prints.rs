//! Synthetic prints as our own extraction sees them: what the comparison is learned and calibrated on.

use finger::Template;
use model::FingerPosition;
use std::path::Path;
use synth::Person;
use synth::finger::{Condition, Preset, impression};

/// The captures that prints are drawn from.
pub const PRESETS: [Preset; 6] =
    [Preset::Enrolment, Preset::Field, Preset::Optical, Preset::Capacitive, Preset::Sweep, Preset::Hard];
/// The world whose people these are; tests use others.
const WORLD: u64 = 20_261_124;

/// The stable name of a preset, as it is serialised.
pub fn name(preset: Preset) -> String {
    format!("{preset:?}").to_lowercase()
}

/// Impression `k` of the world's finger `number`; none where the finger is absent or the print refused.
pub fn template(number: u64, preset: Preset, k: u64) -> Option<Template> {
    let person = Person::new(WORLD, number / 10);
    let position = *FingerPosition::TEN.get((number % 10) as usize)?;
    if !person.has(position) {
        return None;
    }
    let seed = person.key() ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ k << 32 ^ (preset as u64) << 56;
    let print = impression(person.finger(position)?, &Condition::draw(preset, seed), seed).ok()?;
    finger::extract(&print.image, &mut raster::NoTrace).ok().map(|e| e.template)
}

/// A template of a folder, with the finger that it is of.
pub struct Labelled {
    /// Equal for equal fingers.
    pub finger: String,
    /// What was extracted.
    pub template: Template,
}

/// Writes `FINGER_K.rlf`.
///
/// # Errors
/// Where it cannot be written.
pub fn write(folder: &Path, number: u64, k: u64, template: &Template) -> std::io::Result<()> {
    std::fs::write(folder.join(format!("{number}_{k}.rlf")), template.to_bytes())
}

/// All templates of a folder, by name.
///
/// # Errors
/// Where the folder cannot be read; files that hold no template are passed over.
pub fn read(folder: &Path) -> std::io::Result<Vec<Labelled>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    paths.sort_by_key(|p| p.path());
    let mut found = Vec::new();
    for path in paths {
        let Ok(template) = Template::from_bytes(&std::fs::read(path.path())?) else { continue };
        let stem = path.path().file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let finger = stem.rsplit_once('_').map_or(stem.as_str(), |(f, _)| f).to_owned();
        found.push(Labelled { finger, template });
    }
    Ok(found)
}
