//! Synthetic prints and the calibration of finger comparison on them:
//! `calibrate-finger extract OUT FINGERS [THREADS]` writes templates, a folder a capture, two impressions a finger;
//! `calibrate-finger line FOLDER...` prints the evidence that strangers reach at each rate.

use ridgeline_lab::eval::in_parallel;
use ridgeline_lab::learn::calibrate::{RATES, evidence, quantile};
use ridgeline_lab::learn::prints;
use std::path::Path;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Impressions a finger and capture.
const IMPRESSIONS: u64 = 2;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((what, rest)) if what == "extract" && rest.len() >= 2 => extract(rest),
        Some((what, rest)) if what == "line" && !rest.is_empty() => line(rest),
        _ => Err("usage: calibrate-finger extract OUT FINGERS [THREADS] | line FOLDER...".into()),
    }
}

fn extract(args: &[String]) -> Outcome {
    let (out, fingers) = (Path::new(&args[0]), args[1].parse::<u64>()?);
    let threads = args.get(2).map_or(Ok(1), |t| t.parse())?;
    for preset in prints::PRESETS {
        std::fs::create_dir_all(out.join(prints::name(preset)))?;
    }
    let done = in_parallel(fingers as usize, threads, |number| {
        let mut written = 0;
        for preset in prints::PRESETS {
            for k in 0..IMPRESSIONS {
                if let Some(t) = prints::template(number as u64, preset, k) {
                    let folder = out.join(prints::name(preset));
                    written += u64::from(prints::write(&folder, number as u64, k, &t).is_ok());
                }
            }
        }
        written
    });
    println!("{} templates", done.iter().sum::<u64>());
    Ok(())
}

fn line(folders: &[String]) -> Outcome {
    print!("{:24} {:>8}", "capture", "pairs");
    RATES.iter().for_each(|r| print!("  10^-{r:<4}"));
    println!("  mates: 1 %, 10 %, half over");
    let mut all: Vec<f32> = Vec::new();
    for folder in folders {
        let (strangers, mates) = evidence(&prints::read(Path::new(folder))?);
        row(folder, &strangers);
        let mate = |share: f32| mates.get((mates.len() as f32 * share) as usize).copied().unwrap_or(0.0);
        println!("  {:.3} {:.3} {:.3}", mate(0.01), mate(0.1), mate(0.5));
        all.extend(strangers);
    }
    all.sort_by(f32::total_cmp);
    row("all", &all);
    println!();
    Ok(())
}

fn row(name: &str, strangers: &[f32]) {
    let short = Path::new(name).file_name().map_or(name.into(), |n| n.to_string_lossy());
    print!("{short:24} {:>8}", strangers.len());
    RATES.iter().for_each(|r| print!("  {:8.4}", quantile(strangers, *r)));
}
