//! `ridgeline eval card`: ten-print cards, cut, named, templated, and their plain prints searched among the rolled
//! ones, by the same stages that an encounter goes through.

use anyhow::{Context as _, Result, bail};
use exchange::manifest::ItemKind;
use finger::{Prepared, Template};
use model::{FingerPosition, Modality};
use nist_itl::{Record, types::FrictionImage};
use raster::{GreyImage, Hints};
use screening::{Artefact, Sample};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which cards, and what to write.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Transactions with rolled prints, slaps or both; files of one person count as one card
    #[arg(required = true)]
    cards: Vec<PathBuf>,
    /// Write every single finger as a picture into this folder; they are private data
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
}

/// One finger of a card.
struct Print {
    file: String,
    position: FingerPosition,
    /// Plain prints (cut from slaps, plain thumbs) are searched among rolled ones.
    plain: bool,
    cut: bool,
    size: (u32, u32),
    outcome: Result<Read, String>,
}

/// What extraction gave.
struct Read {
    ready: Prepared,
    quality: u8,
    minutiae: usize,
    advice: Vec<String>,
}

/// Prints a line a finger; status 1 where one is missing, refused, or does not find its rolled print first.
pub(super) fn run(options: &Options) -> Result<ExitCode> {
    if let Some(folder) = &options.pictures {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut prints = Vec::new();
    let mut missing = 0;
    for path in &options.cards {
        missing += read(path, options.pictures.as_deref(), &mut prints)?;
    }
    if prints.is_empty() {
        bail!("no finger in what was given");
    }
    println!(
        "{:<26} {:<13} {:<6} {:>9} {:>7} {:>8} {:>6} {:>5}  advice",
        "file", "finger", "from", "pixels", "quality", "minutiae", "score", "rank"
    );
    let (mut refused, mut first, mut searched) = (0, 0, 0);
    for print in &prints {
        let from = if print.cut {
            "slap"
        } else if print.plain {
            "plain"
        } else {
            "rolled"
        };
        let size = format!("{}x{}", print.size.0, print.size.1);
        let head = format!("{:<26} {:<13} {from:<6} {size:>9}", print.file, print.position.to_string());
        match &print.outcome {
            Err(reason) => {
                refused += 1;
                println!("{head}  refused: {reason}");
            }
            Ok(found) => {
                let place = if print.plain { rank(print, found, &prints) } else { None };
                let (score, at) = place.map_or((String::new(), String::new()), |(score, rank)| {
                    searched += 1;
                    first += usize::from(rank == 1);
                    (format!("{score:.1}"), rank.to_string())
                });
                println!(
                    "{head} {:>7} {:>8} {score:>6} {at:>5}  {}",
                    found.quality,
                    found.minutiae,
                    found.advice.join(" ")
                );
            }
        }
    }
    println!(
        "{} fingers, {missing} missing, {refused} refused; {first} of {searched} plain prints find their rolled one first",
        prints.len()
    );
    let whole = missing == 0 && refused == 0 && first == searched;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The mate's score and its place among all rolled prints of all cards; none where there is no mate. The best of
/// several mates counts; rolled prints of the same name in other files are mates too where they are the same picture
/// (cards are often filed twice), which their score says.
fn rank(own: &Print, found: &Read, prints: &[Print]) -> Option<(f32, usize)> {
    let finger = |p: &Print| p.position.finger();
    let (mut mate, mut others) = (None::<f32>, Vec::new());
    for other in prints.iter().filter(|p| !p.plain) {
        let Ok(read) = &other.outcome else { continue };
        let score = finger::compare(&found.ready, &read.ready).llr;
        if finger(other) == finger(own) {
            mate = Some(mate.map_or(score, |m| m.max(score)));
        } else {
            others.push(score);
        }
    }
    let mate = mate?;
    Some((mate, 1 + others.iter().filter(|s| **s >= mate).count()))
}

/// Adds a card's fingers; returns how many of a slap's were not found.
fn read(path: &Path, pictures: Option<&Path>, prints: &mut Vec<Print>) -> Result<usize> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let absent = absent(&bytes);
    let decoded = screening::decode::decode_files(&[(ItemKind::Transaction, file.clone(), bytes)]);
    if let Some(reason) = decoded.rejected {
        bail!("{file}: {reason}");
    }
    for finding in &decoded.findings {
        eprintln!("{finding}");
    }
    let (mut samples, mut artefacts) = (decoded.samples, decoded.artefacts);
    let kept = artefacts.clone();
    artefacts.extend(screening::assess::assess(&mut samples, &absent, |s| picture(s, &kept)));
    let kept = artefacts.clone();
    artefacts.extend(screening::extract::extract(&mut samples, |s| picture(s, &kept)));
    let mut missing = 0;
    for slap in samples.iter().filter(|s| s.modality == Modality::Finger && !s.is_single()) {
        let Some(position) = slap.finger else { continue };
        let cut: Vec<_> =
            samples.iter().filter(|s| s.cut_from == Some(slap.ordinal)).filter_map(|s| s.finger).collect();
        for lost in position.fingers().iter().filter(|f| !cut.contains(f) && !absent.contains(f)) {
            missing += 1;
            println!("{file}: {lost} not found in the {position}");
        }
    }
    for sample in samples.iter().filter(|s| s.modality == Modality::Finger && s.is_single()) {
        let Some(position) = sample.finger else { continue };
        if let (Some(folder), Some(image)) = (pictures, find(sample.grey.as_deref(), &artefacts)) {
            let target = folder.join(format!("{file}-{:02}-{}.png", sample.ordinal, position.code()));
            std::fs::write(&target, image).with_context(|| format!("cannot write {}", target.display()))?;
        }
        let cut = sample.cut_from.is_some();
        prints.push(Print {
            file: file.clone(),
            position,
            plain: cut || matches!(position.code(), 11 | 12),
            cut,
            size: (sample.width_px, sample.height_px),
            outcome: outcome(sample, &artefacts),
        });
    }
    Ok(missing)
}

fn outcome(sample: &Sample, artefacts: &[Artefact]) -> Result<Read, String> {
    let refusal = || sample.refusal.clone().unwrap_or_else(|| "no template".to_owned());
    let bytes = find(sample.template.as_deref(), artefacts).ok_or_else(refusal)?;
    let template = Template::from_bytes(bytes).map_err(|e| e.to_string())?;
    Ok(Read {
        ready: Prepared::new(&template),
        quality: template.quality,
        minutiae: template.minutiae.len(),
        advice: sample.advice.clone(),
    })
}

fn find<'a>(name: Option<&str>, artefacts: &'a [Artefact]) -> Option<&'a [u8]> {
    artefacts.iter().find(|a| Some(a.name.as_str()) == name).map(|a| a.bytes.as_slice())
}

fn picture(sample: &Sample, artefacts: &[Artefact]) -> Option<GreyImage> {
    let bytes = find(sample.grey.as_deref(), artefacts)?;
    let hints = sample.ppi.map_or_else(Hints::default, Hints::ppi);
    raster::decode(bytes, &hints).ok()
}

/// Fingers that the transaction itself calls missing (14.018).
fn absent(bytes: &[u8]) -> Vec<FingerPosition> {
    let Ok(reading) = nist_itl::read(bytes) else { return Vec::new() };
    let mut out = Vec::new();
    for record in reading.transaction.records() {
        let Record::Tagged(tagged) = record else { continue };
        let Some(friction) = FrictionImage::of(tagged) else { continue };
        let named = friction.amputations().filter_map(|a| u8::try_from(a.position).ok());
        out.extend(named.filter_map(FingerPosition::from_code));
    }
    out
}
