//! `ridgeline synth scenes`: eyes for a training script.

use anyhow::Context;
use rayon::prelude::*;
use std::io::Write;
use std::process::ExitCode;
use synth::eye::{SCENE_PX, Scene};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Scenes to write
    #[arg(long, default_value_t = 1024)]
    count: u64,
    /// Same seed, same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of the first scene: where another stream left off
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Threads, at most 1024; 0 takes as many as there are cores
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=super::MOST_THREADS))]
    threads: u16,
}

/// First bytes of the stream; the digit is the format's version.
const MAGIC: &[u8; 8] = b"RLSCENE1";
/// Scenes made at a time.
const AT_ONCE: u64 = 256;

/// Streams scenes until the count is reached or the reader closes the pipe.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let end = args.first.checked_add(args.count).context("--first leaves no numbers: take a smaller one")?;
    super::stream("scenes", args.threads, |out, pool| {
        out.write_all(MAGIC)?;
        for number in [SCENE_PX.0, SCENE_PX.1] {
            out.write_all(&number.to_le_bytes())?;
        }
        let mut at = args.first;
        while at < end {
            let numbers = at..end.min(at.saturating_add(AT_ONCE));
            at = numbers.end;
            let made: Result<Vec<Scene>, _> =
                pool.install(|| numbers.into_par_iter().map(|n| Scene::new(args.seed, n)).collect());
            for scene in made.map_err(std::io::Error::other)? {
                write(out, &scene)?;
            }
        }
        Ok(())
    })
}

fn write(out: &mut dyn Write, scene: &Scene) -> std::io::Result<()> {
    out.write_all(&scene.image)?;
    out.write_all(&scene.parts)?;
    for (x, y, r) in [scene.pupil, scene.limbus] {
        for value in [x, y, r] {
            out.write_all(&value.to_le_bytes())?;
        }
    }
    Ok(())
}
