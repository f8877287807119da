//! What latents' scores promise and what strangers keep: `latents COUNT TEMPLATES MANIFEST... [--pair LATENT MATE]...`.
//!
//! Latents of COUNT synthetic fingers, and each `--pair`'s (500 ppi), against all prints of the manifests, none of which
//! is a mate: how many strangers pass where a score promises a rate; and of each pair the mate's score and the best
//! stranger's.

use finger::{Prepared, best_of, extract_latent, latent_score};
use model::FingerPosition;
use raster::{GreyImage, Hints, NoTrace};
use ridgeline_lab::engines::Fingers;
use ridgeline_lab::eval::{Engine, evaluate};
use ridgeline_lab::kept::Kept;
use ridgeline_lab::manifest::{self, Entry};
use std::path::Path;
use synth::Person;
use synth::finger::{Condition, Preset, impression};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// The world whose people leave these latents.
const WORLD: u64 = 0x1a7e;
/// Scores asked for: promised rates of 1e-1, 1e-2 and 1e-3.
const SCORES: [f32; 3] = [1.0, 2.0, 3.0];

fn main() -> Outcome<()> {
    let usage = "usage: latents COUNT TEMPLATES MANIFEST... [--pair LATENT MATE]...";
    let mut args = std::env::args().skip(1);
    let count: u64 = args.next().ok_or(usage)?.parse()?;
    let kept = Kept::open(Path::new(&args.next().ok_or(usage)?), Fingers::NAME)?;
    let (mut prints, mut pairs) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        if arg == "--pair" {
            pairs.push((args.next().ok_or(usage)?, args.next().ok_or(usage)?));
        } else {
            let found =
                evaluate(Fingers::default(), &manifest::read(Path::new(&arg))?, &load, Some(&kept), 1);
            prints.extend(found.samples.into_iter().filter_map(|s| s.ready));
        }
    }
    let (mut all, mut refused) = (Vec::new(), 0);
    for number in 0..count {
        match synthetic(number).and_then(|image| ready(&image)) {
            Some(latent) => all.extend(scores(&latent, &prints)),
            None => refused += 1,
        }
    }
    println!("{count} synthetic latents, {refused} refused: {}", rates(&all));
    for (path, mate) in &pairs {
        let Some(latent) = ready(&picture(path)?) else {
            println!("{path}: refused");
            continue;
        };
        let own = scores(&latent, &prints);
        let best = own.iter().copied().fold(0.0, f32::max);
        let print = finger::extract(&picture(mate)?, &mut NoTrace)?;
        let score =
            best_of(&latent, &Prepared::new(&print.template)).map_or(0.0, |(_, c)| latent_score(c.llr));
        let lr = finger::log10_likelihood_ratio(score);
        println!(
            "{path}: mate {score:.2} (log10 of the likelihood ratio {lr:.2}); {}; the best {best:.2}",
            rates(&own)
        );
    }
    Ok(())
}

fn synthetic(number: u64) -> Option<GreyImage> {
    let person = Person::new(WORLD, number);
    let finger = person.finger(*FingerPosition::TEN.get((number % 10) as usize)?)?;
    impression(finger, &Condition::draw(Preset::Latent, number), number).ok().map(|i| i.image)
}

fn ready(image: &GreyImage) -> Option<Vec<Prepared>> {
    let found = extract_latent(image, &mut NoTrace).ok()?;
    Some(found.iter().map(|e| Prepared::new(&e.template)).collect())
}

fn scores(latent: &[Prepared], prints: &[Prepared]) -> Vec<f32> {
    prints.iter().filter_map(|p| best_of(latent, p)).map(|(_, c)| latent_score(c.llr)).collect()
}

fn rates(scores: &[f32]) -> String {
    let share = |t: f32| scores.iter().filter(|s| **s >= t).count() as f64 / scores.len().max(1) as f64;
    let [a, b, c] = SCORES.map(share);
    format!("of {} strangers {a:.1e}, {b:.1e}, {c:.1e} pass 1, 2, 3", scores.len())
}

fn picture(path: &str) -> Outcome<GreyImage> {
    Ok(raster::decode(&std::fs::read(path)?, &Hints::default())?.with_ppi(Some(500.0)))
}

fn load(entry: &Entry) -> Result<GreyImage, String> {
    let bytes = std::fs::read(&entry.path).map_err(|e| e.to_string())?;
    let image = raster::decode(&bytes, &Hints::default()).map_err(|e| e.to_string())?;
    let ppi = entry.ppi.or(image.ppi());
    Ok(image.with_ppi(ppi))
}
