//! `ridgeline synth scenes`: eyes for a training script.

use anyhow::{Context, bail};
use rayon::prelude::*;
use std::io::{IsTerminal, Write};
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
    let stdout = std::io::stdout();
    if stdout.is_terminal() {
        bail!("scenes are binary: send them into a file or a pipe");
    }
    let end = args.first.checked_add(args.count).context("--first leaves no numbers: take a smaller one")?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.into()).build().context("threads")?;
    let mut out = std::io::BufWriter::with_capacity(1 << 20, stdout.lock());
    let mut at = args.first;
    let mut next = || -> anyhow::Result<Vec<Scene>> {
        let numbers = at..end.min(at.saturating_add(AT_ONCE));
        at = numbers.end;
        pool.install(|| numbers.into_par_iter().map(|n| Ok(Scene::new(args.seed, n)?)).collect())
    };
    let mut header = MAGIC.to_vec();
    for number in [SCENE_PX.0, SCENE_PX.1] {
        header.extend_from_slice(&number.to_le_bytes());
    }
    let mut written = out.write_all(&header);
    loop {
        let scenes = next()?;
        written = written.and_then(|()| scenes.iter().try_for_each(|scene| write(&mut out, scene)));
        if scenes.is_empty() || written.is_err() {
            break;
        }
    }
    match written.and_then(|()| out.flush()) {
        // The script has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        other => other.map(|()| ExitCode::SUCCESS).context("writing scenes"),
    }
}

fn write(out: &mut impl Write, scene: &Scene) -> std::io::Result<()> {
    out.write_all(&scene.image)?;
    out.write_all(&scene.parts)?;
    for (x, y, r) in [scene.pupil, scene.limbus] {
        for value in [x, y, r] {
            out.write_all(&value.to_le_bytes())?;
        }
    }
    Ok(())
}
